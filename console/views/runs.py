"""The runs, and one of them: what it was made with, and what it found at each agency."""

from django.http import HttpResponseBase

from checks.score import score_of
from console import charts, figures, paging, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.facts import RunRow
from reports.messages import labels
from reports.messages.figures import moment


def every(request: Request) -> HttpResponseBase:
    """The runs, newest first, page by page."""
    total = request.door.run_count()
    if tables.wants_csv(request):
        return tables.answer(request, _runs(request, request.door.runs(total)), "runs")
    part = paging.part(request, total)
    found = request.door.runs(paging.PAGE, skip=part.start)
    return page(request, "runs.html", table=_runs(request, found), part=part)


def one(request: Request, run: str) -> HttpResponseBase:
    """One run."""
    row = request.door.run(run)
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
    )


def _runs(request: Request, found: list[RunRow]) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.id, common.link("run", run=each.id), look="code"),
            Cell(moment(each.started, language), value=each.started.isoformat()),
            Cell(words.PURPOSES[each.purpose].in_(language)),
            Cell(words.STATES[each.state].in_(language)),
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
