"""The runs, and one of them: what it was made with, and what it found at each agency."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.http import HttpResponseBase

from checks.model.operation import Operation
from checks.score import score_of
from console import charts, figures, live, paging, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common, flights
from history.facts import RunRow
from history.flights import Flight, Flights
from reports.messages import labels
from reports.messages.figures import moment, percent
from reports.messages.operations import REASONS


def every(request: Request) -> HttpResponseBase:
    """The runs, newest first, page by page."""
    total = request.door.run_count()
    under_way, waiting = _under_way(request)
    flying = {each.run.id: each for each in under_way}
    if tables.wants_csv(request):
        return tables.answer(request, _runs(request, request.door.runs(total), flying), "runs")
    part = paging.part(request, total)
    moving = [each for each in under_way if each.activity in flights.MOVING]
    state = live.live(request, bool(moving))
    answer = page(
        request,
        "runs.html",
        table=_runs(request, request.door.runs(paging.PAGE, skip=part.start), flying),
        part=part,
        moving=moving,
        waiting=waiting,
        live=state,
        stopped=flights.standing(request),
        reasons=REASONS,
    )
    return live.renewed(request, answer, state)


def one(request: Request, run: str) -> HttpResponseBase:
    """One run."""
    row = request.door.run(run)
    if row.state == "open":
        return flights.one(request, run)
    finished = row.state == "finished"
    table = _agencies(request, row) if finished else None
    if table is not None and tables.wants_csv(request):
        return tables.answer(request, table, f"{row.id}-agencies")
    score = score_of(request.door.tally(row.id)) if finished else None
    return page(
        request,
        "run.html",
        run=row,
        score=score,
        verdicts=charts.verdicts(score.counts, request.language) if score else "",
        table=table,
        policies=request.door.policies(row.id).values() if finished or request.door.whole else (),
        exclusions=[each for each in row.exclusions if each[1] != "not_selected"],
        cancelled=None if finished else Flights(request.door).cancelled(row.id),
        reasons=REASONS,
    )


def _under_way(request: Request) -> tuple[list[Flight], tuple[Operation, ...]]:
    """The runs that are open, and the slots that are due and not begun; nothing for an agency."""
    if not request.door.whole:
        return [], ()
    found = Flights(request.door)
    return found.every(datetime.now(UTC)), found.waiting()


def _runs(request: Request, found: list[RunRow], under_way: Mapping[str, Flight]) -> Table:
    language = request.language

    def state(run: RunRow) -> str:
        flight = under_way.get(run.id)
        if flight is None:
            return words.STATES[run.state].in_(language)
        total = flight.progress.total
        return f"{flights.state(flight, language)} ({percent(flights.share(total.done, total.planned), language)})"

    rows = [
        (
            Cell(each.id, common.link("run", run=each.id), look="code"),
            Cell(moment(each.started, language), value=each.started.isoformat()),
            Cell(words.PURPOSES[each.purpose].in_(language)),
            Cell(state(each)),
            Cell(each.vantage),
            *(
                common.count_cell(each.findings.get(verdict, 0), language)
                for verdict in ("fail", "not_assessable", "pass")
            ),
        )
        for each in found
    ]
    columns = (
        Column(words.RUN),
        Column(words.STARTED),
        Column(words.KIND),
        Column(words.STATE),
        Column(labels.VANTAGE),
        Column(labels.VERDICT_NAMES["fail"], numeric=True),
        Column(labels.VERDICT_NAMES["not_assessable"], numeric=True),
        Column(labels.VERDICT_NAMES["pass"], numeric=True),
    )
    return Table(words.RUNS, columns, rows, words.RUNS_NONE)


def _agencies(request: Request, run: RunRow) -> Table:
    language = request.language
    rows = [
        (
            common.agency_cell(each.agency, language, {"run": run.id}),
            common.share_cell(each.score.score, language),
            common.share_cell(each.score.coverage, language),
            common.count_cell(each.score.counts["fail"], language),
            common.count_cell(each.score.counts["not_assessable"], language),
        )
        for each in figures.standings(request.door, run)
    ]
    columns = (
        Column(words.AGENCY),
        Column(words.COMPLIANCE, numeric=True),
        Column(words.COVERAGE, numeric=True),
        Column(words.FAILING, numeric=True),
        Column(words.NOT_ASSESSED, numeric=True),
    )
    return Table(words.AGENCIES_OF_RUN, columns, rows, words.AGENCIES_NONE)
