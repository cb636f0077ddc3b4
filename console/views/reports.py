"""The reports that left the office: what was issued, signed or sent, to the byte."""

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from console import audit_words, journal, paging, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.issues import Archived
from reports.messages.figures import day, moment

KINDS = {
    "pdf": "application/pdf",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media types by format; any other file is only bytes."""


def every(request: Request) -> HttpResponseBase:
    """All that the user may see; of one agency or run where the URL says so."""
    agency, run = request.GET.get("agency", ""), request.GET.get("run", "")
    found = [each for each in request.door.issued() if agency in ("", each.file.agency) and run in ("", each.file.run)]
    if tables.wants_csv(request):
        return tables.answer(request, _reports(request, found), "reports")
    part = paging.part(request, len(found))
    return page(
        request,
        "reports.html",
        table=_reports(request, part.of(found)),
        part=part,
        filters={"agency": agency, "run": run},
    )


def one(request: Request, number: int) -> HttpResponse:
    """The very bytes of a file."""
    archived, data = request.door.file(number)
    agencies = (archived.file.agency,) if archived.file.agency else ()
    journal.note("data.downloaded", journal.signed_in(request.account.name), archived.file.name, agencies)
    disposition = content_disposition_header(True, archived.file.name) or "attachment"
    kind = KINDS.get(archived.file.format, "application/octet-stream")
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})


def _reports(request: Request, found: Sequence[Archived]) -> Table:
    language = request.language
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
        Column(words.SIZE, numeric=True),
        Column(audit_words.PROOF_TITLE),
    )
    return Table(words.REPORTS_TITLE, columns, rows, words.REPORTS_NONE)
