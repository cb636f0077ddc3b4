"""Waivers and disputes: what agencies say of findings, and what the security team decides."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from checks.model.finding import Finding
from checks.model.text import Text
from checks.model.waiver import Dispute
from console import days, paging, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common, findings
from history.errors import BadAct
from history.facts import WaiverCase
from history.petitions import Petitions
from reports.messages import labels
from reports.messages.exceptions import DISPUTE_STATES
from reports.messages.figures import day, local_date

LONGEST = 2000
"""Characters of what somebody writes."""
DONE = {
    "planned": words.PLANNED_TAKEN,
    "asked": words.WAIVER_TAKEN,
    "raised": words.DISPUTE_TAKEN,
    "decided": words.DECISION_TAKEN,
}


def every(request: Request) -> HttpResponseBase:
    """All that the viewer may see."""
    return _page(request, notice=DONE.get(request.GET.get("done", "")))


def acknowledge(request: Request, run: str, asset: str, control: str) -> HttpResponseBase:
    """Say that a fault is known, and by when it will be fixed."""

    def act(told: Petitions, finding: Finding, now: datetime) -> None:
        told.acknowledge(finding, _day(request, "planned"), _text(request, "note"), local_date(now), now)

    return _of_finding(request, run, asset, control, act, "planned")


def ask(request: Request, run: str, asset: str, control: str) -> HttpResponseBase:
    """Ask for a waiver."""

    def act(told: Petitions, finding: Finding, now: datetime) -> None:
        reason, measure = _text(request, "reason"), _text(request, "measure")
        told.ask_waiver(finding, reason, measure, _day(request, "until"), local_date(now), now)

    return _of_finding(request, run, asset, control, act, "asked")


def dispute(request: Request, run: str, asset: str, control: str) -> HttpResponseBase:
    """Say that a finding is wrong."""

    def act(told: Petitions, finding: Finding, now: datetime) -> None:
        told.dispute(run, finding, _text(request, "reason"), local_date(now), now)

    return _of_finding(request, run, asset, control, act, "raised")


def decide_waiver(request: Request, name: str) -> HttpResponseBase:
    """Grant or refuse what was asked for, or end what was granted."""
    told, now, decision = Petitions(request.door), _now(), request.POST.get("decision", "")
    reason = _text(request, "reason")

    def act() -> None:
        if decision == "grant":
            told.grant(name, reason, _day(request, "until") if request.POST.get("until") else None, now)
        elif decision == "refuse":
            told.refuse(name, reason, now)
        else:
            told.withdraw(name, reason, now)

    return _acted(request, act, "decided")


def decide_dispute(request: Request, name: str) -> HttpResponseBase:
    """Confirm a dispute, or reject it."""
    now, confirmed = _now(), request.POST.get("decision") == "confirm"
    reason = _text(request, "reason")
    return _acted(
        request,
        lambda: Petitions(request.door).decide(name, confirmed, reason, local_date(now), now),
        "decided",
    )


def _of_finding(
    request: Request,
    run: str,
    asset: str,
    control: str,
    act: Callable[[Petitions, Finding, datetime], None],
    done: str,
) -> HttpResponseBase:
    finding = request.door.finding(run, asset, control)
    try:
        act(Petitions(request.door), finding, _now())
    except BadAct as error:
        return findings.one(request, run, asset, control, error.text, done)
    return redirect(f"{reverse('matters')}?done={done}")


def _acted(request: Request, act: Callable[[], None], done: str) -> HttpResponseBase:
    try:
        act()
    except BadAct as error:
        return _page(request, problem=error.text, status=409)
    return redirect(f"{reverse('matters')}?done={done}")


def _page(request: Request, problem: Text | None = None, notice: Text | None = None, status: int = 200) -> HttpResponse:
    told, day = Petitions(request.door), days.named(request, "date")
    until = None if day is None else days.end(day)
    cases, disputes = told.waivers(until), told.disputes(until)
    if tables.wants_csv(request):
        if request.GET.get("table") == "disputes":
            return tables.answer(request, _disputes(request, disputes), "disputes")
        return tables.answer(request, _waivers(request, cases), "waivers")
    waived, disputed = paging.part(request, len(cases)), paging.part(request, len(disputes), name="disputes")
    deciding = request.account.role == "security" and day is None
    return page(
        request,
        "matters.html",
        status,
        waivers=_waivers(request, waived.of(cases)),
        waivers_part=waived,
        disputes=_disputes(request, disputed.of(disputes)),
        disputes_part=disputed,
        asked=[each for each in cases if each.state == "asked"] if deciding else [],
        granted=[each for each in cases if each.state == "granted"] if deciding else [],
        raised=[each for each in disputes if each.state == "open"] if deciding else [],
        problem=problem,
        notice=notice,
        day_shown=day,
    )


def _waivers(request: Request, cases: Sequence[WaiverCase]) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.waiver.id, look="code"),
            Cell(each.waiver.asset or each.waiver.agency, look="code"),
            Cell(each.waiver.control, look="code"),
            Cell(words.WAIVER_STATES[each.state].in_(language)),
            Cell(day(each.waiver.valid_until, language), value=each.waiver.valid_until.isoformat()),
            Cell(each.waiver.requested_by),
            Cell(each.acts[-1].by if each.state != "asked" else "–"),
            Cell(each.waiver.justification),
        )
        for each in cases
    ]
    columns = (
        Column(labels.CODE),
        Column(words.WHOM),
        Column(words.CONTROL),
        Column(words.STATE),
        Column(labels.UNTIL),
        Column(words.ASKED_BY),
        Column(words.DECIDED_BY),
        Column(labels.JUSTIFICATION),
    )
    return Table(words.WAIVERS, columns, rows, words.WAIVERS_NONE)


def _disputes(request: Request, found: Sequence[Dispute]) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.id, look="code"),
            Cell(
                f"{each.asset}/{each.control}",
                common.link("finding", run=each.run, asset=each.asset, control=each.control) if each.run else "",
                look="code",
            ),
            Cell(DISPUTE_STATES[each.state].in_(language)),
            Cell(each.raised_by),
            Cell(day(each.raised, language), value=each.raised.isoformat()),
            Cell(each.reason),
            Cell(each.decided_by or "–"),
            Cell(each.decision or "–"),
        )
        for each in found
    ]
    columns = (
        Column(labels.CODE),
        Column(words.DISPUTED),
        Column(words.STATE),
        Column(words.ASKED_BY),
        Column(words.DATE),
        Column(labels.REASON),
        Column(words.DECIDED_BY),
        Column(words.DECISION),
    )
    return Table(words.DISPUTES, columns, rows, words.DISPUTES_NONE)


def _text(request: Request, name: str) -> str:
    """What somebody wrote, in one line: so it stands in tables, files and reports."""
    return " ".join(request.POST.get(name, "").split())[:LONGEST]


def _day(request: Request, name: str) -> date:
    """A day as browsers send it. Raises BadAct."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadAct(Text("Cần nhập ngày, ví dụ 2026-12-31.", "A day is needed, as 2026-12-31.")) from None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
