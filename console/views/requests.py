"""Scans and rechecks that people ask for. Nothing is looked at from here: the daemon takes requests up."""

from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from checks.model.inventory import Inventory
from checks.model.operation import Operation
from checks.model.task import Task
from checks.model.text import Text
from console import paging, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.access import Door
from history.errors import BadAct, NotSeen
from reports.messages.figures import moment

DONE = {"asked": words.REQUEST_TAKEN, "withdrawn": words.REQUEST_WITHDRAWN}


def every(request: Request) -> HttpResponseBase:
    """What was asked for, and what became of it."""
    return _page(request, notice=DONE.get(request.GET.get("done", "")))


def ask(request: Request) -> HttpResponseBase:
    """Take a request down. Raises NotSeen for an agency, asset or control that the viewer has not."""
    what, agency, asset, control = (request.POST.get(each, "") for each in ("what", "agency", "asset", "control"))
    try:
        request.door.ask(wished(request.door, what, agency, asset, control), _now())
    except BadAct as error:
        return _page(request, problem=error.text, status=409)
    return redirect(f"{reverse('requests')}?done=asked")


def wished(door: Door, what: str, agency: str, asset: str, control: str) -> Task:
    """What is asked for, where empty stands for all. Raises NotSeen for an agency or asset that the viewer has not."""
    inventory = _inventory(door)
    if agency not in ("", *(each.id for each in inventory.agencies)):
        raise NotSeen(agency)
    if asset not in ("", *(each.id for each in inventory.assets)):
        raise NotSeen(asset)
    return Task(
        agencies=(agency,) if agency else (),
        assets=(asset,) if asset else (),
        controls=(control,) if asset and control else (),
        recheck=what != "scan",
    )


def withdraw(request: Request, name: str) -> HttpResponseBase:
    """Take a request back."""
    try:
        request.door.withdraw(name, _now())
    except BadAct as error:
        return _page(request, problem=error.text, status=409)
    return redirect(f"{reverse('requests')}?done=withdrawn")


def _page(request: Request, problem: Text | None = None, notice: Text | None = None, status: int = 200) -> HttpResponse:
    total = request.door.request_count()
    if tables.wants_csv(request):
        return tables.answer(request, _requests(request, request.door.requests(total)), "requests")
    part = paging.part(request, total)
    found = request.door.requests(paging.PAGE, skip=part.start)
    agencies = [(each.id, each.name.in_(request.language)) for each in _inventory(request.door).agencies]
    waiting = [each.first.name for each in found if each.last.step == "asked"]
    may = request.account.role != "auditor"
    return page(
        request,
        "requests.html",
        status,
        table=_requests(request, found),
        part=part,
        agencies=agencies if request.door.whole else [],
        kinds=[(each, words.PURPOSES[each].in_(request.language)) for each in ("recheck", "scan")],
        waiting=waiting if may else [],
        may=may,
        problem=problem,
        notice=notice,
    )


def _requests(request: Request, found: list[Operation]) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.first.name, look="code"),
            Cell(words.PURPOSES["recheck" if each.task.recheck else "scan"].in_(language)),
            Cell(_scope(each.task) or words.WHOLE_ESTATE.in_(language), look="code" if _scope(each.task) else ""),
            Cell(each.first.by),
            Cell(moment(each.first.at, language), value=each.first.at.isoformat()),
            Cell(words.STEPS[each.last.step].in_(language) + (f": {each.last.detail}" if each.last.detail else "")),
            Cell(each.run, common.link("run", run=each.run) if each.last.step == "finished" else "", look="code"),
        )
        for each in found
    ]
    columns = (
        Column(words.REQUEST),
        Column(words.WHAT),
        Column(words.WHOM),
        Column(words.ASKED_BY),
        Column(words.ASKED_AT),
        Column(words.STATE),
        Column(words.RUN),
    )
    return Table(words.REQUESTS_TITLE, columns, rows, words.REQUESTS_NONE)


def _scope(task: Task) -> str:
    return " ".join((*task.agencies, *task.assets, *task.tags, *task.zones, *task.policies, *task.controls))


def _inventory(door: Door) -> Inventory:
    """That of the latest scan; empty where there was none yet."""
    latest = door.latest()
    return Inventory((), ()) if latest is None else door.inventory(latest.id)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
