"""Everything that a command reads before it acts: configuration, inventory, policies, waivers, reference data."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checks.model.asset import Asset
from checks.model.canonical import digest
from checks.model.inventory import Inventory
from checks.model.policy import Policy
from checks.model.reference import ReferenceData
from checks.model.text import Text
from checks.model.waiver import Waiver
from policies.explain import nearest
from policies.loader import ENDINGS, MAX_POLICY_BYTES, Draft, PolicyLibrary
from policies.reference_data import load_reference_data, read_anchors
from policies.strict_yaml import InputError, InputErrors, decoded, read_file
from policies.waivers import WaiverFile, read_waivers, together
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Usage
from scanner.cli.listing import SOURCE, listed
from scanner.cli.options import DEFAULT_CONFIG
from scanner.inventory.reading import place_in, read_rows

if TYPE_CHECKING:
    from history.store import Recorder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The inputs of a scan, all of them read and checked."""

    config: Config
    listed: Inventory
    """The inventory as it is written in its file, or kept in the database."""
    inventory: Inventory
    """With the configured anchors trusted for every asset."""
    library: PolicyLibrary
    written: WaiverFile
    waivers: tuple[Waiver, ...]
    """Those of the file, each under the agency's id of today; `with_granted` adds those of the database."""
    data: ReferenceData

    def policy_of(self, asset: Asset, chosen: str | None = None) -> Policy:
        """The policy of an asset: the one chosen for the command, its own, its agency's, the configured one."""
        agency = self.inventory.agency(asset.agency)
        return self.library.get(chosen or asset.policy or agency.policy or self.config.policy)

    def select(self, agencies: Sequence[str], assets: Sequence[str]) -> tuple[Asset, ...]:
        """The assets that the options name; all where they name none. Raises Usage for an unknown id."""
        unknown = set(agencies) - {each.id for each in self.inventory.agencies}
        unknown |= set(assets) - {each.id for each in self.inventory.assets}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise Usage(f"danh mục không có: {names}", f"not in the inventory: {names}")
        return tuple(
            each
            for each in self.inventory.assets
            if (not agencies and not assets) or each.agency in agencies or each.id in assets
        )


def optional_config(path: Path) -> Config | None:
    """The configuration, for a command that can do without: None where the usual file is not there."""
    return read_config(path) if path.exists() or path != DEFAULT_CONFIG else None


def open_library(config_path: Path, *more: Path, instead: tuple[Path | Draft, ...] = ()) -> PolicyLibrary:
    """The built-in policies and the configured ones; without a configuration only the built-in ones.

    Raises InputErrors.
    """
    config = optional_config(config_path)
    return PolicyLibrary((*(config.policies if config else ()), *more), instead)


def policy_in(library: PolicyLibrary, name: str) -> Policy:
    """A policy by its id. Raises Usage where there is none."""
    if name not in library.ids:
        raise Usage(f"không có chính sách {name!r}", f"there is no policy {name!r}")
    return library.get(name)


def policy_named(name: str, config_path: Path) -> Policy:
    """A policy by its id or by its file, "-" for what is read. Raises Usage for an unknown id, InputErrors for a bad
    file."""
    if name == "-":
        written = decoded(sys.stdin.buffer.read(MAX_POLICY_BYTES + 1), name, MAX_POLICY_BYTES)
        (found,) = open_library(config_path, instead=(Draft(written, name),)).placed
    elif Path(name).suffix in ENDINGS:
        (found,) = open_library(config_path, instead=(Path(name),)).placed
    else:
        found = policy_in(open_library(config_path), name)
    return found


def open_workspace(config_path: Path, proposed: Inventory | None = None) -> Workspace:
    """Read everything, with the inventory that is `proposed` in the place of the one in force.

    Raises InputErrors with the faults of all files together; HistoryError where the inventory is in the database.
    """
    config = read_config(config_path)
    errors: list[InputError] = []
    inventory = _or_note(lambda: listed(config) if proposed is None else proposed, errors)
    library = _or_note(lambda: PolicyLibrary(config.policies), errors)
    written = _or_note(lambda: written_waivers(config), errors)
    anchors = _or_note(lambda: tuple(der for path in config.trust_anchors for der in read_anchors(path)), errors)
    if inventory is None or library is None or written is None or anchors is None:
        raise InputErrors(errors)
    configured = {digest(der): der for der in anchors}
    trusting = _trusting(inventory, configured)
    data = load_reference_data(trusting.anchors.values())
    waivers = tuple(map(trusting.inherited, written.waivers))
    workspace = Workspace(config, inventory, trusting, library, written, waivers, data)
    from_file = config.inventory if proposed is None else None
    errors += [*_unknown_policies(workspace, from_file), *_unknown_waived(workspace), *_unknown_province(workspace)]
    if errors:
        raise InputErrors(errors)
    return workspace


def written_waivers(config: Config) -> WaiverFile:
    """The waivers of the configured file, if there is one. Raises InputErrors."""
    return read_waivers(config.waivers) if config.waivers else WaiverFile()


def with_granted(workspace: Workspace, recorder: "Recorder") -> Workspace:
    """With the waivers that the database has beside those of the file. Raises InputErrors where both have an id."""
    found = together(workspace.written, recorder.granted_waivers())
    return replace(workspace, waivers=tuple(map(workspace.inventory.inherited, found)))


def _or_note(read: Callable[[], T], errors: list[InputError]) -> T | None:
    try:
        return read()
    except InputErrors as error:
        errors += error.errors
        return None


def _trusting(inventory: Inventory, anchors: Mapping[str, bytes]) -> Inventory:
    """The inventory with the configured anchors trusted for every asset."""
    assets = tuple(
        replace(asset, trust_anchors=tuple(dict.fromkeys((*asset.trust_anchors, *anchors))))
        for asset in inventory.assets
    )
    return replace(inventory, assets=assets, anchors={**inventory.anchors, **anchors})


def _unknown_policies(workspace: Workspace, file: Path | None) -> Iterable[InputError]:
    """Told where the file of the inventory names them; without one, at the agency or asset."""
    config, known = workspace.config, workspace.library.ids
    named = {config.policy}
    named |= {each.policy for each in workspace.inventory.agencies if each.policy}
    named |= {each.policy for each in workspace.inventory.assets if each.policy}
    told = {name: _no_policy(name, known) for name in named - set(known)}
    if config.policy in told:
        place = read_file(config.path).places.get(("policy",), "")
        yield InputError(str(config.path), place, told[config.policy])
    if not told:
        return
    if file is None:
        for kind, items in (("agencies", workspace.listed.agencies), ("assets", workspace.listed.assets)):
            named_by = [(each.id, each.policy) for each in items if each.policy in told]
            yield from (InputError(SOURCE, f"{kind}/{name}", told[policy]) for name, policy in named_by if policy)
        return
    rows = read_rows(file)
    for key in ("agencies", "assets"):
        for index, row in enumerate(rows.value[key]):
            if row.get("policy") in told:
                yield InputError(*place_in(rows, (key, index, "policy")), told[row["policy"]])


def _unknown_province(workspace: Workspace) -> Iterable[InputError]:
    config, agencies = workspace.config, [each.id for each in workspace.inventory.agencies]
    province = None if config.alerts is None else config.alerts.province
    if province is not None and province not in agencies:
        near = nearest(province, agencies)
        place = read_file(config.path).places.get(("alerts", "province"), "")
        message = Text(f"không có cơ quan {province!r}{near.vi}", f"there is no agency {province!r}{near.en}")
        yield InputError(str(config.path), place, message)


def _no_policy(name: str, known: Iterable[str]) -> Text:
    near = nearest(name, known)
    return Text(f"không có chính sách {name!r}{near.vi}", f"there is no policy {name!r}{near.en}")


def _unknown_waived(workspace: Workspace) -> Iterable[InputError]:
    """A waiver that hits nothing is a misspelling: it would silently waive nothing."""
    for waiver in workspace.written.waivers:
        nowhere = _nowhere(workspace.inventory, waiver)
        if nowhere is not None:
            yield workspace.written.error(waiver, *nowhere)
            continue
        inherited = workspace.inventory.inherited(waiver)
        own = workspace.inventory.assets_of(inherited.agency)
        concerned = [each for each in workspace.inventory.assets if each.id == waiver.asset] if waiver.asset else own
        if not all(_demanded(workspace, asset, waiver.control) is False for asset in concerned):
            continue
        message = Text(
            f"chính sách của tài sản không có biện pháp {waiver.control!r}",
            f"the asset's policy has no control {waiver.control!r}",
        )
        yield workspace.written.error(waiver, "control", message)


def _nowhere(inventory: Inventory, waiver: Waiver) -> tuple[str, Text] | None:
    """Which field of a waiver names nothing of the inventory, and why; None where it names something."""
    name = inventory.inherited(waiver).agency
    if name and name not in {each.id for each in inventory.agencies}:
        heir = inventory.named(name)
        if heir is None:
            return "agency", Text(f"không có cơ quan {name!r}", f"there is no agency {name!r}")
        return "agency", Text(
            f"cơ quan {name!r} nay là {heir.id!r}; miễn trừ không gắn với lỗi (granted_on) thì không chuyển theo, vì "
            "có thể phủ cả tài sản khác",
            f"the agency {name!r} is {heir.id!r} now; a waiver that is bound to no faults (granted_on) does not "
            "follow, since it might cover other assets too",
        )
    if waiver.asset and waiver.asset not in {each.id for each in inventory.assets}:
        return "asset", Text(f"không có tài sản {waiver.asset!r}", f"there is no asset {waiver.asset!r}")
    return None


def _demanded(workspace: Workspace, asset: Asset, control: str) -> bool | None:
    """Whether the policy of an asset has a control; None where there is no such policy, which is told elsewhere."""
    named = asset.policy or workspace.inventory.agency(asset.agency).policy or workspace.config.policy
    if named not in {policy.id for policy in workspace.library.all()}:
        return None
    return workspace.policy_of(asset).control(control) is not None
