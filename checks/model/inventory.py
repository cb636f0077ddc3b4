"""The inventory as a value. `scanner.inventory` reads it from files, and every run keeps it as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.model.asset import Agency, Asset, Authorisation
from checks.model.canonical import STRICT


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

    def assets_of(self, agency_id: str) -> tuple[Asset, ...]:
        """The assets of one agency."""
        return tuple(each for each in self.assets if each.agency == agency_id)

    def authorisation(self, asset: Asset) -> Authorisation | None:
        """The permission under which an asset is looked at: its own, otherwise its agency's."""
        return asset.authorisation or self.agency(asset.agency).authorisation
