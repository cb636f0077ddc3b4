"""The inventory that is in force: that of the configured file, or the one in the database.

In the database it is the state that the latest act "inventory.changed" names: a change is a new act with a new state,
and takes nothing away.
"""

from datetime import datetime

from checks.model.act import Actor
from checks.model.inventory import Inventory, inventory_in, state
from checks.model.text import Text
from policies.strict_yaml import InputError, InputErrors
from scanner.cli.config import Config
from scanner.cli.memory import open_history
from scanner.inventory.inventory import read_inventory

SOURCE = "database"
"""By which errors name it."""


def listed(config: Config) -> Inventory:
    """The inventory as it is written. Raises InputErrors, also where the database has none; HistoryError."""
    if config.inventory is not None:
        return read_inventory(config.inventory)
    found = kept(config)
    if found is None:
        vi, en = (
            "chưa có danh mục; nhập bằng khien inventory import",
            "there is no inventory yet: khien inventory import",
        )
        raise InputErrors([InputError(SOURCE, "", Text(vi, en))])
    return found[0]


def kept(config: Config) -> tuple[Inventory, str] | None:
    """The inventory that the database has, with the digest of its state; None: it has none. Raises InputErrors where
    it names anchors that were not kept with it; HistoryError."""
    open_history(config)
    from history import acts

    known = acts.known("inventory.changed")
    if known is None:
        return None
    inventory = inventory_in(known.state)
    if not {each for asset in inventory.assets for each in asset.trust_anchors} <= inventory.anchors.keys():
        # it is that of a file, as it was noticed by an earlier release
        vi, en = "danh mục cũ thiếu chứng thư; hãy nhập lại", "it lacks trust anchors: import the inventory again"
        raise InputErrors([InputError(SOURCE, "", Text(vi, en))])
    return inventory, known.whole


def keep(inventory: Inventory, instead_of: str, by: Actor, now: datetime) -> bool:
    """Put an inventory in the place of the one in the database, whose digest is given; False where it is the same.

    Raises Overtaken, HistoryError.
    """
    from history import acts

    return acts.notice("inventory.changed", "", state(inventory), by, now, instead_of=instead_of)


def known_anchors(config: Config) -> dict[str, bytes]:
    """The anchors that files may name by digest: those of the inventory in the database."""
    found = kept(config) if config.inventory is None else None
    return {} if found is None else dict(found[0].anchors)
