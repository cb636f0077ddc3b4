"""Under which ids agencies are remembered: offices are renamed and merged, and runs keep the ids of their day."""

from functools import lru_cache

from checks.model.canonical import load
from checks.model.inventory import Inventory
from history import queries

KEPT = 8
"""Inventories that are held at once. They are kept by digest, and so never out of date."""


def inventory(run_id: str) -> Inventory:
    """The inventory as it was when a run started. Raises UnknownRun, Damaged."""
    return _inventory(queries.opening(run_id).inventory)


def newest() -> Inventory:
    """That of the latest finished run, which says what became of whom; empty where there is none yet.

    Raises Damaged.
    """
    run = queries.run_ids(state="finished").first()
    return Inventory((), ()) if run is None else inventory(run)


def names(agency: str, run_id: str | None = None) -> frozenset[str]:
    """The ids that runs may know an agency by: its own, and those from before it was renamed or merged; by the
    inventory of a run if that one knows it, otherwise by the newest. Raises UnknownRun, Damaged.
    """
    then = None if run_id is None else inventory(run_id).named(agency)
    known = then or newest().named(agency)
    return frozenset({agency}) if known is None else known.names


@lru_cache(KEPT)
def _inventory(digest: str) -> Inventory:
    return load(Inventory, queries.content(digest))
