"""What is due: findings that fail, count and are under no waiver, by their days, as of today."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.http import HttpResponseBase

from checks.model.policy import SEVERITIES
from console import figures, paging, reminders, tables, words
from console.figures import DueFinding
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.facts import RunRow
from reports.messages import labels
from reports.messages.figures import number

SOON = timedelta(days=30)
PARTS = ("overdue", "soon", "later")


def every(request: Request) -> HttpResponseBase:
    """By the latest scan that the viewer may see, or that of the day that the URL names."""
    shown = common.shown(request)
    if shown is None:
        return common.empty(request, words.DEADLINES_TITLE)
    run, today = shown.run, shown.today
    every_one = figures.due(request.door, run)
    agencies = {each.id: each.name.in_(request.language) for each in request.door.inventory(run.id).agencies}
    agency, severity = common.chosen(request, "agency", agencies), common.chosen(request, "severity", SEVERITIES)
    fitting = [each for each in every_one if agency in ("", each.agency) and severity in ("", each.severity)]
    parts = {part: [each for each in fitting if _part(each.due, today) == part] for part in PARTS}
    part = common.chosen(request, "when", PARTS)
    found = parts[part] if part else fitting
    reminded = reminders.table(request, agency) if agency and request.door.whole else None
    if tables.wants_csv(request) and reminded is not None and request.GET.get("table") == "reminders":
        return tables.answer(request, reminded, f"{agency}-reminders")
    if tables.wants_csv(request):
        return tables.answer(request, _table(request, found, run, agencies, today), f"{run.id}-deadlines")
    lines = paging.part(request, len(found))
    heads = {"overdue": words.OVERDUE_ONLY, "soon": words.SOON, "later": words.LATER_DUE}
    counts = {name: number(len(each), request.language) for name, each in parts.items()}
    return page(
        request,
        "deadlines.html",
        shown=shown,
        table=_table(request, lines.of(found), run, agencies, today),
        part=lines,
        reminded=reminded,
        following=reminders.following(request, [each.due for each in every_one if each.agency == agency], today),
        agency_name=agencies.get(agency, ""),
        parts=[(name, head.in_(request.language).format(count=counts[name])) for name, head in heads.items()],
        agencies=list(agencies.items()) if request.door.whole else [],
        severities=[(each, labels.SEVERITY_NAMES[each].in_(request.language)) for each in SEVERITIES],
        filters={"when": part, "agency": agency, "severity": severity},
    )


def _table(request: Request, found: Sequence[DueFinding], run: RunRow, agencies: dict[str, str], today: date) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.control, common.link("finding", run=run.id, asset=each.asset, control=each.control), look="code"),
            Cell(each.title.in_(language)),
            common.severity_cell(each.severity, language),
            Cell(
                agencies.get(each.agency, each.agency), common.link("agency", common.kept(request), agency=each.agency)
            ),
            Cell(each.asset, look="code"),
            common.due_cell(each.due, today, language),
        )
        for each in found
    ]
    columns = (
        Column(words.CONTROL),
        Column(words.DEMAND),
        Column(labels.SEVERITY),
        Column(words.AGENCY),
        Column(words.ASSET),
        Column(words.DUE),
    )
    return Table(words.DEADLINES_TITLE, columns, rows, words.DEADLINES_NONE)


def _part(due: date, today: date) -> str:
    if due < today:
        return "overdue"
    return "soon" if due <= today + SOON else "later"
