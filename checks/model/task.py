"""What one run is to be about, as schedules and requests ask for it, and history keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.model.asset import Asset
from checks.model.canonical import STRICT

FRESH_DAYS = 7


@dataclass(frozen=True, slots=True)
class Task:
    """An asset belongs to it that fits each of the lists that are not empty; the whole estate where all are."""

    __pydantic_config__ = STRICT

    agencies: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """One of them is enough."""
    zones: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    """Ids of the policies that assets are judged under."""
    controls: tuple[str, ...] = ()
    """Of a recheck: only these."""
    quick: bool = False
    """Connect only for what the policies ask."""
    need: bool = False
    """Only assets that are due to be looked at again, and those whose whole look is fresh only for what was not in
    order."""
    fresh_days: int = FRESH_DAYS
    """With `need`: a whole look is fresh for so long."""
    recheck: bool = False
    """Only what failed or could not be assessed the last time."""

    def chosen(self, asset: Asset, policy_of: Mapping[str, str]) -> bool:
        """Whether an asset belongs to it; `policy_of` is by asset id."""
        return (
            _fits(self.agencies, asset.agency)
            and _fits(self.assets, asset.id)
            and (not self.tags or not set(self.tags).isdisjoint(asset.tags))
            and _fits(self.zones, asset.zone)
            and (not self.policies or policy_of[asset.id] in self.policies)
        )


def _fits(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted
