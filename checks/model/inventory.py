"""The inventory as a value. `scanner.inventory` reads it from files, and every run keeps it as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checks.model.asset import Agency, Asset, Authorisation
from checks.model.canonical import STRICT, canonical, dump, load, plain
from checks.model.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Inventory:
    """Agencies and assets, in the order of their ids, and the trust anchors that assets name."""

    __pydantic_config__ = STRICT

    agencies: tuple[Agency, ...]
    assets: tuple[Asset, ...]
    anchors: Mapping[str, bytes] = field(default_factory=dict)
    """Digest of the DER form to the certificate."""

    def agency(self, agency_id: str) -> Agency:
        """The agency of that id. Raises KeyError."""
        found = next((each for each in self.agencies if each.id == agency_id), None)
        if found is None:
            raise KeyError(agency_id)
        return found

    def named(self, agency_id: str) -> Agency | None:
        """The agency that has that id, or had it before it was renamed or merged; None where there is none."""
        own = next((each for each in self.agencies if each.id == agency_id), None)
        return own or next((each for each in self.agencies if agency_id in each.formerly), None)

    def inherited(self, waiver: Waiver) -> Waiver:
        """A waiver for all assets of an agency that was renamed or merged, as that of the agency that it is now.

        Only where it is bound to the faults that it was granted on: another would cover more than it was granted for.
        """
        heir = self.named(waiver.agency) if waiver.agency and waiver.granted_on else None
        return waiver if heir is None else replace(waiver, agency=heir.id)

    def assets_of(self, agency_id: str) -> tuple[Asset, ...]:
        """The assets of one agency."""
        return tuple(each for each in self.assets if each.agency == agency_id)

    def authorisation(self, asset: Asset) -> Authorisation | None:
        """The permission under which an asset is looked at: its own, otherwise its agency's."""
        return asset.authorisation or self.agency(asset.agency).authorisation


def inventory_bytes(inventory: Inventory) -> bytes:
    """The inventory as a run keeps it."""
    return dump(inventory)


def inventory_of(data: bytes) -> Inventory:
    """The inverse of `inventory_bytes`."""
    return load(Inventory, data)


def state(inventory: Inventory) -> dict[str, Any]:
    """The inventory as JSON types in which two states of it can be compared place by place: agencies by id, each with
    its assets by id; and the anchors by digest, where there are any."""
    agencies = {each.id: {**_without_id(each), "assets": {}} for each in inventory.agencies}
    for asset in inventory.assets:
        agencies[asset.agency]["assets"][asset.id] = _without_id(asset)
    anchors = plain(inventory)["anchors"] if inventory.anchors else {}
    return {"agencies": agencies, **({"anchors": anchors} if anchors else {})}


def inventory_in(kept: Mapping[str, Any]) -> Inventory:
    """The inverse of `state`. Raises ValueError for what is no state of an inventory."""
    agencies = [{**row, "id": name} for name, row in sorted(kept["agencies"].items())]
    assets = [{**row, "id": name} for agency in agencies for name, row in agency.pop("assets").items()]
    assets.sort(key=lambda each: str(each["id"]))
    return load(
        Inventory, canonical({"agencies": agencies, "assets": assets, "anchors": dict(kept.get("anchors", {}))})
    )


def _without_id(value: Agency | Asset) -> dict[str, Any]:
    row: dict[str, Any] = plain(value)
    del row["id"]
    return row
