"""The inventory as it was put on record last: for those who see everything, and for the security team to change.

Like everything that the console reads, it goes through the doorway. In a workspace whose inventory is a file, this is
how a command last acted on it; where it is in the database, this is the inventory.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.model.act import Actor, AdministrativeAct
from checks.model.inventory import Inventory, inventory_in, state
from history import acts
from history.access import Door
from history.errors import NotSeen


@dataclass(frozen=True, slots=True)
class Kept:
    """An inventory that is on record."""

    inventory: Inventory
    state: dict[str, Any]
    """The same as JSON types, in which two of them are compared."""
    digest: str
    """Of that state; empty for the inventory of a database that has none yet."""
    act: AdministrativeAct | None
    """The act by which it came; None: there was none yet."""


class Inventories:
    """What is on record of the inventory. Raises NotSeen for an agency's viewer, who sees its own in each run."""

    def __init__(self, door: Door) -> None:
        if not door.whole:
            raise NotSeen("inventory")
        self._door = door

    def latest(self) -> Kept:
        """The inventory as it is; one without agencies where there is none yet. Raises Damaged."""
        known = acts.known("inventory.changed")
        if known is None:
            return Kept(Inventory((), ()), state(Inventory((), ())), "", None)
        return Kept(inventory_in(known.state), known.state, known.whole, known.act)

    def changes(self, limit: int) -> list[AdministrativeAct]:
        """The latest acts that changed it, the newest first. Raises Damaged."""
        return list(acts.told("inventory.changed", limit))

    def keep(self, inventory: Inventory, instead_of: str, reason: str, at: datetime) -> bool:
        """Put an inventory in the place of the one of that digest, in the viewer's name; False where it is the same.

        Raises NotSeen for whoever may not decide; Overtaken, NotStored.
        """
        if self._door.viewer.role != "security":
            raise NotSeen("inventory")
        by = Actor(self._door.viewer.name, "console")
        return acts.notice("inventory.changed", "", state(inventory), by, at, reason, instead_of)
