"""Reports that the security team asks for, to be made, issued or sent: what the forms offer and send, and the table."""

from collections.abc import Sequence
from datetime import date

from checks.model.operation import Operation
from checks.model.report_order import ReportOrder
from checks.model.text import Language, Text
from console import report_words, words
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.access import Door
from history.errors import BadAct
from history.facts import RunRow
from history.reporting import Reporting
from reports.estate.formats import ESTATE_FORMATS
from reports.formats import FORMATS
from reports.messages.figures import day, moment

RUNS = 20
"""Of so many finished runs reports can be asked for."""
ESTATE = "*"
"""Stands for the report on the estate where agencies can be chosen."""
HIGHEST = 99_999
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def wanted(request: Request) -> ReportOrder:
    """What a form asks for. Raises BadAct where it does not fit together."""
    sending = request.POST.get("act") == "send"
    agency, estate = request.POST.get("agency", ""), request.POST.get("agency") == ESTATE and not sending
    number, on = (None, None) if sending else _document(request)
    languages = tuple(each for each in LANGUAGES if each in request.POST.getlist("language"))
    known = [each.name for each in (ESTATE_FORMATS if estate else FORMATS)]
    formats = tuple(each for each in known if each in request.POST.getlist("format"))
    if not languages:
        raise BadAct(report_words.WHICH_LANGUAGE)
    if not formats:
        raise BadAct(report_words.WHICH_FORMAT)
    if number is not None and formats != ("pdf",):
        raise BadAct(report_words.ONLY_PDF)
    return ReportOrder(
        act="send" if sending else "make",
        run=request.POST.get("run", ""),
        languages=languages,
        formats=formats,
        agencies=(agency,) if agency and not estate else (),
        estate=estate,
        number=number,
        day=on,
        again="again" in request.POST,
    )


def _document(request: Request) -> tuple[int | None, date | None]:
    """Number and date, as far as they are given. Raises BadAct."""
    number, on = request.POST.get("number", "").strip(), request.POST.get("day", "").strip()
    try:
        found = int(number) if number else None, date.fromisoformat(on) if on else None
    except ValueError:
        raise BadAct(report_words.WRONG_NUMBER) from None
    if found[0] is not None and not 1 <= found[0] <= HIGHEST:
        raise BadAct(report_words.WRONG_NUMBER)
    return found


def typed(request: Request, act: str) -> dict[str, object]:
    """What stands in one of the forms: as it was sent, where it is the one that was refused; otherwise a Vietnamese
    PDF on the latest whole scan."""
    sent = request.POST
    if sent.get("act") == act:
        kept = {name: sent.get(name, "") for name in ("run", "agency", "number", "day", "again")}
        return {**kept, "language": sent.getlist("language"), "format": sent.getlist("format"), "open": True}
    latest = request.door.latest()
    run = request.GET.get("run") or ("" if latest is None else latest.id)
    asked = {"run": run, "agency": request.GET.get("agency", ""), "number": "", "day": "", "again": ""}
    return {**asked, "language": ["vi"], "format": ["pdf"], "open": False}


def choices(request: Request) -> dict[str, object]:
    """What the forms offer: finished runs, agencies, languages, formats."""
    language = request.language
    runs = [each for each in request.door.runs(RUNS * 2) if each.state == "finished"][:RUNS]
    latest = request.door.latest()
    agencies = [] if latest is None else request.door.inventory(latest.id).agencies
    names = {"vi": report_words.VIETNAMESE, "en": report_words.ENGLISH}
    return {
        "runs": [(each.id, _run_name(each, language)) for each in runs],
        "agencies": [(each.id, each.name.in_(language)) for each in agencies],
        "estate": (ESTATE, report_words.ESTATE.in_(language)),
        "languages": [(each, names[each].in_(language)) for each in LANGUAGES],
        "formats": [(each.name, each.name.upper()) for each in FORMATS],
    }


def table(request: Request, found: Sequence[Operation]) -> Table:
    """What was asked for, and what became of it."""
    language = request.language
    rows = [
        (
            Cell(each.first.name, look="code"),
            Cell(_what(order, language)),
            Cell(_whom(order, language)),
            Cell(order.run, common.link("run", run=order.run), look="code"),
            Cell(", ".join(order.languages)),
            Cell(each.first.by),
            Cell(moment(each.first.at, language), value=each.first.at.isoformat()),
            Cell(words.STEPS[each.last.step].in_(language), look="late" if each.last.step == "failed" else ""),
            _result(each, order, language),
        )
        for each in found
        if (order := each.first.report) is not None
    ]
    columns = (
        Column(words.REQUEST),
        Column(words.WHAT),
        Column(words.WHOM),
        Column(words.RUN),
        Column(report_words.LANGUAGES),
        Column(words.ASKED_BY),
        Column(words.ASKED_AT),
        Column(words.STATE),
        Column(report_words.RESULT),
    )
    return Table(report_words.ORDERS, columns, rows, report_words.ORDERS_NONE)


def of_order(door: Door, name: str) -> frozenset[int]:
    """The places in the archive of what a request has made. Raises NotSeen."""
    return frozenset(Reporting(door).order(name).last.files)


def _run_name(run: RunRow, language: Language) -> str:
    """A run by its time and, where it is no whole scan, what it was."""
    what = f" · {words.PURPOSES[run.purpose].in_(language)}" if run.purpose != "scan" else ""
    return f"{moment(run.started, language)}{what} ({run.id})"


def _what(order: ReportOrder, language: Language) -> str:
    formats = ", ".join(each.upper() for each in order.formats)
    if order.act == "send":
        what = report_words.SEND_AGAIN if order.again else report_words.SEND
    elif order.number is None:
        what = report_words.MAKE_DRAFTS
    else:
        what = report_words.ISSUE
    said = what.in_(language).format(number=order.number, day=day(order.day, language) if order.day else "")
    return f"{said} ({formats})"


def _whom(order: ReportOrder, language: Language) -> str:
    whom = report_words.ESTATE if order.estate else report_words.EACH_AGENCY
    return ", ".join(order.agencies) or whom.in_(language)


def _result(found: Operation, order: ReportOrder, language: Language) -> Cell:
    last = found.last
    if last.files:
        count = report_words.FILES_COUNT.in_(language).format(count=len(last.files))
        return Cell(count, common.link("reports", {"order": found.first.name}))
    return Cell(_said(last.told, last.detail, language))


def _said(told: Text | None, detail: str, language: Language) -> str:
    return told.in_(language) if told is not None else detail or "–"
