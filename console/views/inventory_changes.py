"""Changing the inventory: forms and files become a draft, the draft is shown before and after, and only then stored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from checks.difference import difference
from checks.model.asset import Agency, Asset
from checks.model.inventory import Inventory, state
from checks.model.text import Text
from console import changes, drafts, entry_form, tables
from console import inventory_words as iw
from console.changes import HOWS
from console.drafts import Proposed
from console.entry_form import Choices, Sheet
from console.keeper import keeper
from console.pages import page
from console.request import Request
from console.views.inventory import agency_in, asset_in, common_parts
from console.views.inventory_tables import changes_table
from history.errors import HistoryError, Overtaken
from history.inventories import Inventories, Kept
from policies.strict_yaml import InputError, InputErrors

SHOWN = 200
"""So many changes are shown on the page of a preview; the CSV has all."""
FAULTS = 200
"""So many faults of a file are shown."""
LONGEST_REASON = 1000
Changed = Callable[[Inventory], Inventory]


def add_asset(request: Request) -> HttpResponseBase:
    """A new asset."""
    return _form(request, "assets", None)


def change_asset(request: Request, asset: str) -> HttpResponseBase:
    """Another one in its place."""
    return _form(request, "assets", asset_in(_editable(request).inventory, asset))


def add_agency(request: Request) -> HttpResponseBase:
    """A new agency."""
    return _form(request, "agencies", None)


def change_agency(request: Request, agency: str) -> HttpResponseBase:
    """Another one in its place."""
    return _form(request, "agencies", agency_in(_editable(request).inventory, agency))


def asset_status(request: Request, asset: str) -> HttpResponseBase:
    """Retire an asset, or use it again."""
    kept = _editable(request)
    asset_in(kept.inventory, asset)
    return _set_status(request, kept, {asset})


def agency_status(request: Request, agency: str) -> HttpResponseBase:
    """The same of all assets of an agency."""
    kept = _editable(request)
    agency_in(kept.inventory, agency)
    return _set_status(request, kept, {each.id for each in kept.inventory.assets_of(agency)})


def import_files(request: Request) -> HttpResponseBase:
    """A whole inventory from files. Where a file keeps the inventory, to see what it would change."""
    kept = Inventories(request.door).latest()
    if request.method != "POST":
        return _import_page(request, kept)
    files = request.FILES.getlist("files")
    if not files:
        return _import_page(request, kept, problem=iw.NO_FILE)
    if sum(each.size or 0 for each in files) > keeper().most:
        size = keeper().most // 1024
        return _import_page(request, kept, problem=Text(f"Tệp lớn hơn {size} KiB.", f"Larger than {size} KiB."))
    try:
        sent = keeper().sent({each.name or "": each.read() for each in files}, kept.inventory)
        return _propose(request, sent, kept)
    except InputErrors as error:
        return _import_page(request, kept, error.errors)


def preview(request: Request, draft: str) -> HttpResponseBase:
    """What a draft changes; by a form, it is stored."""
    proposed = drafts.find(request.account, draft)
    if request.method == "POST":
        return _store(request, draft, proposed)
    return _preview(request, draft, proposed)


def _form(request: Request, sheet: Sheet, item: Agency | Asset | None) -> HttpResponseBase:
    """`item` is what is changed; None: something is added."""
    kept = _editable(request)
    values = keeper().fields(item) if item is not None else _begun(request, sheet)
    if request.method != "POST":
        return _form_page(request, sheet, item, kept, values, ())
    values = entry_form.given(request, sheet)
    if item is not None:
        values["id"] = item.id
    elif values["id"] in {
        each.id for each in (kept.inventory.assets if sheet == "assets" else kept.inventory.agencies)
    }:
        taken = Text(f"mã {values['id']} đã có", f"there is a {values['id']} already")
        return _form_page(request, sheet, item, kept, values, (InputError("", "id", taken),))
    if isinstance(item, Asset):
        values["status"] = item.status
    try:
        return _propose(request, keeper().revised(kept.inventory, sheet, values), kept)
    except InputErrors as error:
        return _form_page(request, sheet, item, kept, values, error.errors)


def _begun(request: Request, sheet: Sheet) -> dict[str, str]:
    """What stands in a new form: the agency that the way here came from."""
    return {"agency": request.GET.get("agency", "")} if sheet == "assets" else {}


def _form_page(
    request: Request,
    sheet: Sheet,
    item: Agency | Asset | None,
    kept: Kept,
    values: dict[str, str],
    errors: tuple[InputError, ...],
) -> HttpResponse:
    agencies = kept.inventory.agencies
    if isinstance(item, Agency):
        agencies = entry_form.parents_of(kept.inventory, item.id)
    choices = Choices(request.language, agencies, keeper().policies())
    groups, others = entry_form.groups(sheet, values, choices, errors, item is not None)
    status = 409 if errors else 200
    return page(
        request, "inventory_form.html", status, sheet=sheet, item=item, groups=groups, others=others, count=len(errors)
    )


def _set_status(request: Request, kept: Kept, assets: set[str]) -> HttpResponseBase:
    match request.POST.get("status"):
        case "active":
            found = [replace(each, status="active") if each.id in assets else each for each in kept.inventory.assets]
        case "retired":
            found = [replace(each, status="retired") if each.id in assets else each for each in kept.inventory.assets]
        case _:
            raise Http404
    try:
        return _propose(request, replace(kept.inventory, assets=tuple(found)), kept)
    except InputErrors as error:
        return page(request, "inventory_faults.html", 409, errors=error.errors[:FAULTS])


def _propose(request: Request, inventory: Inventory, kept: Kept) -> HttpResponseBase:
    """To the preview; back to the inventory where nothing is otherwise. Raises InputErrors where the change does not
    fit to the rest."""
    if state(inventory) == kept.state:
        return redirect(f"{reverse('inventory')}?done=same")
    keeper().fits(inventory)
    return redirect(reverse("inventory-change", kwargs={"draft": drafts.make(request.account, inventory, kept)}))


def _preview(
    request: Request, draft: str, proposed: Proposed, problem: Text | None = None, errors: tuple[InputError, ...] = ()
) -> HttpResponse:
    kept = Inventories(request.door).latest()
    overtaken = kept.digest != proposed.instead_of
    if overtaken:
        problem = Overtaken().text
    found = changes.changes(*difference(kept.state, proposed.state))
    if tables.wants_csv(request):
        return tables.answer(request, changes_table(found, request.language), "inventory-change")
    names = {each.id: each.name for each in (*kept.inventory.agencies, *proposed.inventory.agencies)}
    by_agency: dict[str, list[changes.Change]] = {}
    for each in found[:SHOWN]:
        by_agency.setdefault(each.agency, []).append(each)
    return page(
        request,
        "inventory_change.html",
        409 if problem is not None else 200,
        **common_parts(request, kept),
        draft=draft,
        problem=problem,
        errors=errors,
        overtaken=overtaken,
        counts=[
            (kind, how, sum((each.kind, each.how) == (kind, how) for each in found))
            for kind in iw.KINDS
            for how in HOWS
        ],
        by_agency=[(names[agency], agency, each) for agency, each in by_agency.items()],
        removes=any(each.how == "removed" for each in found),
        cut=SHOWN if len(found) > SHOWN else 0,
    )


def _store(request: Request, draft: str, proposed: Proposed) -> HttpResponseBase:
    """What was seen, in the place of what it was made from, and of nothing else."""
    _editable(request)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        keeper().fits(proposed.inventory)
        now = datetime.now(UTC).replace(microsecond=0)
        Inventories(request.door).keep(proposed.inventory, proposed.instead_of, reason, now)
    except InputErrors as error:
        problem = Text(iw.FAULTS.vi.format(count=len(error.errors)), iw.FAULTS.en.format(count=len(error.errors)))
        return _preview(request, draft, proposed, problem, error.errors[:FAULTS])
    except HistoryError as error:
        return _preview(request, draft, proposed, error.text)
    drafts.drop(request.account, draft)
    return redirect(f"{reverse('inventory')}?done=stored")


def _import_page(
    request: Request, kept: Kept, errors: tuple[InputError, ...] = (), problem: Text | None = None
) -> HttpResponse:
    return page(
        request,
        "inventory_import.html",
        409 if errors or problem else 200,
        **common_parts(request, kept),
        size=keeper().most // 1024,
        errors=errors[:FAULTS],
        count=len(errors),
        problem=problem,
    )


def _editable(request: Request) -> Kept:
    """The inventory, to be changed. Raises Http404 where a file keeps it."""
    if keeper().file:
        raise Http404
    return Inventories(request.door).latest()
