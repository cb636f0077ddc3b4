"""The inventory: its assets and agencies, one of each with what was changed in it, and the whole as a file."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase

from checks.model.act import AdministrativeAct
from checks.model.asset import Agency, Asset
from checks.model.finding import VERDICTS, Finding
from checks.model.inventory import Inventory
from checks.model.text import Language
from console import changes, days, journal, paging, tables, words
from console import inventory_words as iw
from console.changes import Change
from console.keeper import keeper
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from console.views.inventory_tables import agencies_table, assets_table, label, shown
from history.inventories import Inventories, Kept
from policies.strict_yaml import InputErrors
from reports import collation
from reports.messages import labels

CHANGES = 1000
"""So many of the latest changes are gone through for those of one asset or agency."""
DONE = {"stored": iw.STORED, "same": iw.SAME}
FORMS = {"yaml": "application/yaml", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def every(request: Request) -> HttpResponseBase:
    """The assets that fit the filter, page by page."""
    kept = Inventories(request.door).latest()
    found = [each for each in kept.inventory.assets if _fits(request, each, kept.inventory)]
    if tables.wants_csv(request):
        return tables.answer(request, assets_table(request, kept.inventory, found), "inventory")
    part = paging.part(request, len(found))
    everything = kept.inventory.assets
    return page(
        request,
        "inventory.html",
        **common_parts(request, kept),
        notice=DONE.get(request.GET.get("done", "")),
        table=assets_table(request, kept.inventory, part.of(found)),
        part=part,
        agency_choices=agency_choices(kept.inventory, request.language),
        zone_choices=[(each, each) for each in sorted({each.zone for each in everything})],
        level_choices=[(f"{each}", f"{each}") for each in sorted({each.level for each in everything})],
        tag_choices=[(each, each) for each in sorted({tag for each in everything for tag in each.tags})],
        status_choices=[(key, text.in_(request.language)) for key, text in iw.STATUSES.items()],
        filters={name: request.GET.get(name, "") for name in ("q", "agency", "zone", "level", "tag", "status")},
    )


def agencies(request: Request) -> HttpResponseBase:
    """The agencies that fit the search, in the order of the alphabet."""
    kept = Inventories(request.door).latest()
    search = common.searched(request)
    found = [
        each for each in kept.inventory.agencies if search in f"{each.id} {each.name.vi} {each.name.en}".casefold()
    ]
    found.sort(key=lambda each: collation.sort_key(each.name.in_(request.language), request.language))
    if tables.wants_csv(request):
        return tables.answer(request, agencies_table(request, kept.inventory, found), "inventory-agencies")
    part = paging.part(request, len(found))
    table = agencies_table(request, kept.inventory, part.of(found))
    return page(request, "inventory_agencies.html", **common_parts(request, kept), table=table, part=part)


def asset(request: Request, asset: str) -> HttpResponseBase:
    """One asset."""
    inventories = Inventories(request.door)
    kept = inventories.latest()
    found = asset_in(kept.inventory, asset)
    table = _findings(request, found)
    if tables.wants_csv(request):
        return tables.answer(request, table, f"asset-{asset}")
    return page(
        request,
        "inventory_asset.html",
        **common_parts(request, kept),
        asset=found,
        owner=kept.inventory.agency(found.agency),
        permission=kept.inventory.authorisation(found),
        today=days.today(),
        table=table,
        history=_history(inventories.changes(CHANGES), "assets", asset),
    )


def agency(request: Request, agency: str) -> HttpResponseBase:
    """One agency."""
    inventories = Inventories(request.door)
    kept = inventories.latest()
    found = agency_in(kept.inventory, agency)
    own = kept.inventory.assets_of(agency)
    if tables.wants_csv(request):
        return tables.answer(request, assets_table(request, kept.inventory, own, of_one=True), f"inventory-{agency}")
    part = paging.part(request, len(own))
    return page(
        request,
        "inventory_agency.html",
        **common_parts(request, kept),
        agency=found,
        above=kept.inventory.named(found.parent) if found.parent else None,
        today=days.today(),
        table=assets_table(request, kept.inventory, part.of(own), of_one=True),
        part=part,
        statuses={each.status for each in own},
        history=_history(inventories.changes(CHANGES), "agencies", agency),
    )


def export(request: Request, form: str) -> HttpResponseBase:
    """The whole inventory as a file that imports again to the same; that it was taken is put on record."""
    kept = Inventories(request.door).latest()
    if form not in FORMS:
        raise Http404
    try:
        data = keeper().written(kept.inventory, form)
    except InputErrors as error:
        return page(request, "inventory_faults.html", 409, errors=error.errors)
    journal.note("data.downloaded", journal.signed_in(request.door.viewer.name), f"inventory.{form}")
    disposition = f'attachment; filename="inventory.{form}"'
    return HttpResponse(data, content_type=FORMS[form], headers={"Content-Disposition": disposition})


def common_parts(request: Request, kept: Kept) -> dict[str, Any]:
    """What every page of the inventory says: who keeps it, its size, and its last change."""
    file = keeper().file
    return {
        "kept": kept,
        "kept_in": file,
        "may": request.account.role == "security",
        "editable": request.account.role == "security" and not file,
        "label": label,
        "shown": lambda value: shown(value, request.language),
    }


def asset_in(inventory: Inventory, name: str) -> Asset:
    """Raises Http404 for one that is not there."""
    found = next((each for each in inventory.assets if each.id == name), None)
    if found is None:
        raise Http404
    return found


def agency_in(inventory: Inventory, name: str) -> Agency:
    """Raises Http404 for one that is not there."""
    found = next((each for each in inventory.agencies if each.id == name), None)
    if found is None:
        raise Http404
    return found


def agency_choices(inventory: Inventory, language: Language) -> list[tuple[str, str]]:
    """The agencies by name, in the order of the alphabet."""
    found = [(each.id, each.name.in_(language)) for each in inventory.agencies]
    return sorted(found, key=lambda each: collation.sort_key(each[1], language))


def _fits(request: Request, asset: Asset, inventory: Inventory) -> bool:
    wanted = {name: request.GET.get(name, "") for name in ("agency", "zone", "level", "status")}
    has = {"agency": asset.agency, "zone": asset.zone, "level": f"{asset.level}", "status": asset.status}
    if any(value not in ("", has[name]) for name, value in wanted.items()):
        return False
    if request.GET.get("tag", "") not in ("", *asset.tags):
        return False
    search = common.searched(request)
    return not search or search in f"{asset.id} {asset.url} {asset.address} {' '.join(asset.tags)}".casefold()


def _findings(request: Request, asset: Asset) -> Table:
    """Of the latest scan, what fails first."""
    language, today = request.language, days.today()
    run = request.door.latest(asset.agency) or request.door.latest()
    found: list[Finding] = []
    if run is not None:  # it may have been another agency's then
        then = next((each for each in request.door.inventory(run.id).assets if each.id == asset.id), asset)
        found = [each for each in request.door.findings(run.id, then.agency) if each.asset == asset.id]
    found.sort(key=lambda each: (VERDICTS.index(each.verdict), each.control))
    rows = [
        (
            Cell(
                each.control,
                common.link("finding", run=run.id if run else "", asset=asset.id, control=each.control),
                look="code",
            ),
            common.verdict_cell(each.verdict, language),
            common.severity_cell(each.severity, language),
            common.due_cell(each.due, today, language),
        )
        for each in found
    ]
    columns = (Column(words.CONTROL), Column(labels.VERDICT), Column(labels.SEVERITY), Column(words.DUE))
    return Table(iw.ITS_FINDINGS, columns, rows, iw.FINDINGS_NONE)


def _history(acts: Iterable[AdministrativeAct], kind: str, name: str) -> list[tuple[AdministrativeAct, Change]]:
    """The changes of one agency or asset, with the acts that made them; what was so at first changed nothing."""
    found = []
    for act in acts:
        was = {} if act.before is None else act.before.value
        now = {} if act.after is None else act.after.value
        found += [(act, each) for each in changes.changes(was, now) if (each.kind, each.name) == (kind, name)]
    return found
