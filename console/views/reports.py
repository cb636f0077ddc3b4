"""The reports: the files that were made, issued, signed or sent, to the byte, and to whom they went."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from checks.model.delivery import Delivery
from checks.model.text import Text
from console import audit_words, journal, paging, report_orders, report_words, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.errors import BadAct
from history.issues import Archived
from history.reporting import Reporting
from reports.messages.figures import day, moment
from reports.messages.mail import REASONS, STATES

KINDS = {
    "pdf": "application/pdf",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media types by format; any other file is only bytes."""
ORDERS = 20
"""Requests on the page and in the CSV."""
DONE = {"asked": report_words.TAKEN, "withdrawn": report_words.WITHDRAWN}


def every(request: Request) -> HttpResponseBase:
    """All that the user may see; of one agency, run or request where the URL says so."""
    return _page(request, notice=DONE.get(request.GET.get("done", "")))


def ask(request: Request) -> HttpResponseBase:
    """Take a request for reports down: the daemon makes and sends them."""
    return _acted(request, lambda now: Reporting(request.door).ask(report_orders.wanted(request), now), "asked")


def withdraw(request: Request, name: str) -> HttpResponseBase:
    """Take a request back."""
    return _acted(request, lambda now: Reporting(request.door).withdraw(name, now), "withdrawn")


def _acted(request: Request, act: Callable[[datetime], object], done: str) -> HttpResponseBase:
    try:
        act(datetime.now(UTC).replace(microsecond=0))
    except BadAct as error:
        return _page(request, problem=error.text, status=409)
    return redirect(f"{reverse('reports')}?done={done}")


def _page(
    request: Request, problem: Text | None = None, notice: Text | None = None, status: int = 200
) -> HttpResponseBase:
    """The page, with what came of a form. Raises NotSeen for a request that is not there."""
    filters = {name: request.GET.get(name, "") for name in ("agency", "run", "order")}
    agency, run, order = filters.values()
    files = [each for each in request.door.issued(agency or None) if run in ("", each.file.run)]
    if order:
        chosen = report_orders.of_order(request.door, order)
        files = [each for each in files if each.sequence in chosen]
    messages = [each for each in _messages(request.door.deliveries(run or None)) if agency in ("", each.agency)]
    orders = Reporting(request.door).orders(ORDERS) if request.door.whole else ()
    asked = report_orders.table(request, orders)
    if tables.wants_csv(request):
        which = request.GET.get("table", "")
        if which == "orders" and request.door.whole:
            return tables.answer(request, asked, "report-requests")
        if which == "deliveries":
            return tables.answer(request, _sent(request, messages), "deliveries")
        return tables.answer(request, _reports(request, files, messages), "reports")
    part, sent_part = paging.part(request, len(files)), paging.part(request, len(messages), name="sent")
    team = request.account.role == "security"
    return page(
        request,
        "reports.html",
        status,
        table=_reports(request, part.of(files), messages),
        part=part,
        sent=_sent(request, sent_part.of(messages)),
        sent_part=sent_part,
        asked=asked if request.door.whole else None,
        waiting=[each.first.name for each in orders if each.last.step == "asked"] if team else [],
        choices=report_orders.choices(request) if team else None,
        typed={act: report_orders.typed(request, act) for act in ("make", "send")} if team else {},
        filters=filters,
        problem=problem,
        notice=notice,
    )


def one(request: Request, number: int) -> HttpResponse:
    """The very bytes of a file."""
    archived, data = request.door.file(number)
    agencies = (archived.file.agency,) if archived.file.agency else ()
    journal.note("data.downloaded", journal.signed_in(request.account.name), archived.file.name, agencies)
    disposition = content_disposition_header(True, archived.file.name) or "attachment"
    kind = KINDS.get(archived.file.format, "application/octet-stream")
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})


def _messages(logged: Sequence[Delivery]) -> list[Delivery]:
    """Each message as it stands, the newest first."""
    latest: dict[str, Delivery] = {}
    for each in logged:
        latest.pop(each.message_id, None)
        latest[each.message_id] = each
    return list(latest.values())[::-1]


def _went(messages: Sequence[Delivery]) -> Mapping[str, list[Delivery]]:
    """By the digest of a file the messages with it that were taken over, the newest first."""
    found: dict[str, list[Delivery]] = {}
    for each in messages:
        for file in each.files if each.state == "accepted" else ():
            found.setdefault(file.digest, []).append(each)
    return found


def _reports(request: Request, found: Sequence[Archived], messages: Sequence[Delivery]) -> Table:
    language, went = request.language, _went(messages)
    rows = [
        (
            Cell(each.file.name, common.link("report", number=each.sequence)),
            Cell(each.file.document or words.DRAFT.in_(language)),
            Cell("–" if each.file.day is None else day(each.file.day, language)),
            Cell(each.file.agency or words.PROVINCE.in_(language), look="code" if each.file.agency else ""),
            Cell(each.file.run, common.link("run", run=each.file.run), look="code"),
            Cell(each.file.format.upper()),
            Cell(each.file.signer or "–"),
            Cell(moment(each.file.at, language), value=each.file.at.isoformat()),
            Cell(_told(request, went.get(each.file.digest, []))),
            Cell(words.KIB.in_(language).format(size=-(-each.file.size // 1024)), look="number", value=each.file.size),
            Cell(audit_words.VERIFY.in_(language), common.link("report-proof", number=each.sequence)),
        )
        for each in found
    ]
    columns = (
        Column(words.FILE),
        Column(words.NUMBER),
        Column(words.DATE),
        Column(words.ABOUT),
        Column(words.RUN),
        Column(words.FORMAT),
        Column(words.SIGNER),
        Column(words.ARCHIVED),
        Column(report_words.SENT),
        Column(words.SIZE, numeric=True),
        Column(audit_words.PROOF_TITLE),
    )
    return Table(words.REPORTS_TITLE, columns, rows, words.REPORTS_NONE)


def _told(request: Request, went: Sequence[Delivery]) -> str:
    language = request.language
    if not went:
        return report_words.NOT_SENT.in_(language)
    recipients = len({each.recipient.lower() for each in went})
    return report_words.SENT_TO.in_(language).format(count=recipients, time=moment(went[0].at, language))


def _sent(request: Request, messages: Sequence[Delivery]) -> Table:
    language = request.language
    rows = [
        (
            Cell(moment(each.at, language), value=each.at.isoformat()),
            Cell(each.recipient),
            Cell(", ".join(file.name for file in each.files)),
            Cell(each.agency, look="code"),
            Cell(each.run, common.link("run", run=each.run), look="code"),
            Cell(STATES[each.state].in_(language) + (f": {REASONS[each.reason].in_(language)}" if each.reason else "")),
            common.count_cell(each.attempt, language),
            Cell(each.by),
        )
        for each in messages
    ]
    columns = (
        Column(words.ASKED_AT),
        Column(report_words.RECIPIENT),
        Column(words.FILE),
        Column(words.AGENCY),
        Column(words.RUN),
        Column(words.STATE),
        Column(report_words.TRIES, numeric=True),
        Column(report_words.SENT_BY),
    )
    return Table(report_words.DELIVERIES, columns, rows, report_words.DELIVERIES_NONE)
