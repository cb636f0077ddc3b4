"""Runs that are under way: how far they have come, and how the security team ends them."""

from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from checks.model.operation import Step
from checks.model.text import Language, Text
from console import live, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.errors import BadAct
from history.flights import Flight, Flights
from history.progress import Share
from reports.messages.figures import moment
from reports.messages.operations import REASONS

LONGEST_REASON = 2000
MOVING = frozenset({"looking", "judging", "ending"})
"""What a process is at work on."""


def one(request: Request, run: str) -> HttpResponseBase:
    """The page of a run that is open."""
    flight = Flights(request.door).one(run, _now())
    table = _agencies(request, flight)
    if tables.wants_csv(request):
        return tables.answer(request, table, f"{run}-progress")
    renewing = live.live(request, flight.activity in MOVING)
    answer = page(
        request,
        "flight.html",
        flight=flight,
        state=state(flight, request.language),
        run=flight.run,
        table=table,
        live=renewing,
        stopped=standing(request),
        exclusions=[each for each in flight.run.exclusions if each[1] != "not_selected"],
        policies=request.door.policies(run).values(),
        may=request.account.role == "security",
    )
    return live.renewed(request, answer, renewing)


def cancel(request: Request, run: str) -> HttpResponseBase:
    """Cancel a run that is open: ask for the reason, then write it down."""
    flights = Flights(request.door)
    if request.method != "POST":
        return page(request, "cancel.html", run=flights.one(run, _now()).run, problem=None)
    try:
        flights.cancel(run, request.POST.get("reason", "")[:LONGEST_REASON], _now())
    except BadAct as error:
        return page(request, "cancel.html", 409, run=request.door.run(run), problem=error.text)
    return redirect("run", run=run)


def stop(request: Request) -> HttpResponseBase:
    """The emergency stop: whether it stands, and what was done with it; and order or lift it."""
    problem = None
    if request.method == "POST":
        act = Flights(request.door).release if request.POST.get("step") == "release" else Flights(request.door).halt
        try:
            act(request.POST.get("reason", "")[:LONGEST_REASON], _now())
        except BadAct as error:
            problem = error.text
        else:
            return redirect(reverse("stop"))
    return _stop_page(request, problem)


def standing(request: Request) -> Step | None:
    """The emergency stop that stands, for those who see the whole estate."""
    acts = Flights(request.door).stops() if request.door.whole else ()
    return acts[-1] if acts and acts[-1].step == "halted" else None


def state(flight: Flight, language: Language) -> str:
    """How a run stands, in a few words."""
    why = REASONS[flight.reason].in_(language) if flight.reason else ""
    return words.ACTIVITIES[flight.activity].in_(language) + (f": {why}" if why else "")


def share(done: int, planned: int) -> int:
    """Of 10000."""
    return 10000 * done // planned if planned else 0


def _stop_page(request: Request, problem: Text | None) -> HttpResponse:
    language = request.language
    acts = Flights(request.door).stops()
    rows = [
        (
            Cell(moment(each.at, language), value=each.at.isoformat()),
            Cell(words.STEPS[each.step].in_(language)),
            Cell(each.by),
            Cell(each.detail),
        )
        for each in reversed(acts)
    ]
    columns = (Column(words.ASKED_AT), Column(words.STATE), Column(words.WHO), Column(words.REASON))
    table = Table(words.STOP_ACTS, columns, rows, words.STOP_NONE)
    if tables.wants_csv(request):
        return tables.answer(request, table, "stop")
    return page(
        request,
        "stop.html",
        409 if problem else 200,
        stopped=standing(request),
        table=table,
        may=request.account.role == "security",
        problem=problem,
    )


def _agencies(request: Request, flight: Flight) -> Table:
    language = request.language
    planning = flight.progress.planning

    def complete(share: Share) -> bool:
        return share.complete and not planning

    found = sorted(flight.progress.agencies, key=lambda each: complete(each.share))
    rows = [
        (
            Cell(each.name.in_(language)),
            common.count_cell(each.share.done, language),
            common.count_cell(each.share.planned, language),
            common.share_cell(share(each.share.done, each.share.planned), language),
            Cell((words.AGENCY_COMPLETE if complete(each.share) else words.AGENCY_INCOMPLETE).in_(language)),
        )
        for each in found
    ]
    columns = (
        Column(words.AGENCY),
        Column(words.LOOKED, numeric=True),
        Column(words.TO_LOOK_AT, numeric=True),
        Column(words.SHARE, numeric=True),
        Column(words.STATE),
    )
    return Table(words.AGENCIES_IN_FLIGHT, columns, rows, words.PLANNING)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
