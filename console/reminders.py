"""Which reminders were sent about an agency, and when the next is due: for the page of deadlines."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from checks.model.alert import AlertStep
from checks.model.text import Text
from console import report_words, words
from console.request import Request
from console.tables import Cell, Column, Table
from reports.alerts.routing import next_day
from reports.messages.figures import day, moment

SHOWN = 50
"""Messages on the page and in the CSV."""
NAMED = 5
"""Findings that a line names; of more it says how many there are."""


def table(request: Request, agency: str) -> Table:
    """The latest messages about what is due at an agency. Raises NotSeen for an agency's viewer."""
    language = request.language
    rows = [
        (
            Cell(moment(each.at, language), value=each.at.isoformat()),
            Cell(each.recipient),
            Cell(_about(each)),
        )
        for each in request.door.reminders(agency, SHOWN)
    ]
    columns = (Column(words.ASKED_AT), Column(report_words.RECIPIENT), Column(report_words.REMINDED_OF))
    return Table(report_words.REMINDERS_TITLE, columns, rows, report_words.REMINDERS_NONE)


def following(request: Request, due: Iterable[date], today: date) -> str:
    """When the next reminder is due, in words."""
    steps = settings.WRITTEN.reminders
    if steps is None:
        return report_words.NO_REMINDERS.in_(request.language)
    found = next_day(due, steps, today)
    text: Text = report_words.NO_NEXT_REMINDER if found is None else report_words.NEXT_REMINDER
    return text.in_(request.language).format(day="" if found is None else day(found, request.language))


def _about(step: AlertStep) -> str:
    """The controls and assets that a message named: "due:ASSET:CONTROL:DAY:STEP" is what stands for one."""
    found = [key.split(":") for key in step.keys if key.startswith("due:")]
    named = list(dict.fromkeys(f"{parts[1]}/{parts[2]}" for parts in found))
    return ", ".join(named[:NAMED]) + (f" (+{len(named) - NAMED})" if len(named) > NAMED else "")
