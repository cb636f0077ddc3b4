"""Two policies beside each other: what one asks for and the other does not, or asks for otherwise."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponseBase

from checks.model.canonical import canonical
from console import policy_words, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from console.views.policies import broken
from policies.compare import ControlChange, FieldChange, differences
from policies.strict_yaml import InputErrors


def show(request: Request) -> HttpResponseBase:
    """What is different between two policies."""
    try:
        library = settings.WRITTEN.library()
    except InputErrors as error:
        return broken(request, error)
    before, after = (common.chosen(request, name, library.ids) for name in ("before", "after"))
    table = None
    if before and after:
        table = _differences(request, differences(library.get(before), library.get(after)))
        if tables.wants_csv(request):
            return tables.answer(request, table, f"{before}-{after}")
    choices = [(each, each) for each in library.ids]
    return page(request, "policy_compare.html", table=table, choices=choices, before=before, after=after)


def _differences(request: Request, found: Iterable[ControlChange]) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.control, look="code"),
            Cell(policy_words.CHANGES[each.kind].in_(language)),
            Cell(changed.field, look="code"),
            Cell(_value(changed.before)),
            Cell(_value(changed.after)),
        )
        for each in found
        for changed in each.fields or (_by_rule(each),)
    ]
    columns = (
        Column(words.CONTROL),
        Column(policy_words.CHANGE),
        Column(policy_words.FIELD),
        Column(policy_words.OLD),
        Column(policy_words.NEW),
    )
    return Table(policy_words.DIFFERENCES, columns, rows, policy_words.SAME)


def _by_rule(change: ControlChange) -> FieldChange:
    """A control that is added or removed, by its rule."""
    before, after = (None, change.check) if change.kind == "added" else (change.check, None)
    return FieldChange("check", before, after)


def _value(value: object) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else canonical(value).decode()
