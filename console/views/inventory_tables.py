"""The tables of the inventory's pages, and the words of a change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from checks.model.asset import Agency, Asset, Authorisation
from checks.model.inventory import Inventory
from checks.model.text import Language, Text
from console import days, words
from console import inventory_words as iw
from console.changes import Change
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from reports.messages.figures import day


def assets_table(request: Request, inventory: Inventory, found: Iterable[Asset], of_one: bool = False) -> Table:
    """Assets with their properties; `of_one`: they are all of one agency. Who may see the inventory finds the way to
    the page of each."""
    language, today = request.language, days.today()
    owners = {each.id: each for each in inventory.agencies}
    rows = []
    for each in found:
        owner = owners[each.agency]
        agency = Cell(owner.name.in_(language), common.link("inventory-agency", agency=owner.id))
        href = common.link("inventory-asset", asset=each.id) if request.door.whole else ""
        rows.append(
            (
                Cell(each.id, href, look="code"),
                *(() if of_one else (agency,)),
                Cell(each.url),
                Cell(f"{each.level}", look="number", value=each.level),
                Cell(each.zone),
                Cell("; ".join(each.tags)),
                Cell(iw.STATUSES[each.status].in_(language)),
                _permission_cell(each.authorisation or owner.authorisation, today, language),
            )
        )
    columns = (
        Column(iw.ID),
        *(() if of_one else (Column(words.AGENCY),)),
        Column(iw.URL),
        Column(iw.LEVEL, numeric=True),
        Column(iw.ZONE),
        Column(iw.TAGS),
        Column(iw.STATUS),
        Column(iw.AUTHORISATION),
    )
    return Table(iw.TITLE, columns, rows, iw.NO_ASSETS if of_one else iw.NONE)


def _permission_cell(permission: Authorisation | None, today: date, language: Language) -> Cell:
    if permission is None:
        return Cell(iw.NO_AUTHORISATION_SHORT.in_(language), look="late")
    until = iw.UNTIL.in_(language).format(day=day(permission.valid_until, language))
    text = f"{permission.document}, {until}"
    if not permission.valid_from <= today <= permission.valid_until:
        return Cell(f"{text} ({iw.NOT_IN_FORCE.in_(language)})", look="late", value=text)
    return Cell(text)


def agencies_table(request: Request, inventory: Inventory, found: Sequence[Agency]) -> Table:
    language, today = request.language, days.today()
    counts = Counter(each.agency for each in inventory.assets if each.status == "active")
    rows = [
        (
            Cell(each.name.in_(language), common.link("inventory-agency", agency=each.id)),
            Cell(each.id, look="code"),
            Cell(each.parent or "–", look="code", value=each.parent or ""),
            common.count_cell(counts[each.id], language),
            Cell("; ".join(contact.email for contact in each.contacts)),
            _permission_cell(each.authorisation, today, language),
        )
        for each in found
    ]
    columns = (
        Column(words.AGENCY),
        Column(iw.ID),
        Column(iw.FIELDS["parent"]),
        Column(iw.STATUSES["active"], numeric=True),
        Column(iw.FIELDS["contacts"]),
        Column(iw.AUTHORISATION),
    )
    return Table(iw.AGENCIES, columns, rows, iw.NO_AGENCIES)


def changes_table(found: Iterable[Change], language: Language) -> Table:
    """Every field that is otherwise, a row each."""
    rows = [
        (
            Cell(each.agency, look="code"),
            Cell(iw.KINDS[each.kind].in_(language)),
            Cell(each.name, look="code"),
            Cell(iw.HOWS[each.how].in_(language)),
            Cell(label(line.path).in_(language)),
            Cell(shown(line.before, language)),
            Cell(shown(line.after, language)),
        )
        for each in found
        for line in each.lines
    ]
    columns = tuple(map(Column, (words.AGENCY, words.KIND, iw.ID, iw.WHAT, iw.FIELD, iw.BEFORE, iw.AFTER)))
    return Table(iw.CHANGES_TABLE, columns, rows, iw.SAME)


def label(path: tuple[str, ...]) -> Text:
    """What a field of a change is called."""
    return iw.FIELDS.get(".".join(path), Text(".".join(path), ".".join(path)))


def shown(value: object, language: Language) -> str:
    """A value of a change in words."""
    if value in (None, "", []):
        return iw.EMPTY.in_(language)
    if isinstance(value, list):
        return "; ".join(_part(each, language) for each in value)
    known = iw.STATUSES.get(value) if isinstance(value, str) else None  # type: ignore[call-overload]
    return known.in_(language) if known is not None else f"{value}"


def _part(value: object, language: Language) -> str:
    """One item of a list: of a contact what is said of it."""
    if isinstance(value, dict):
        role = iw.CONTACT_ROLES.get(str(value.get("role")))
        told = [value.get("email"), role.in_(language) if role else None, value.get("language")]
        return ", ".join(str(each) for each in told if each)
    return f"{value}"
