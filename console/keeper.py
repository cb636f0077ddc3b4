"""Who reads and checks inventories for the console, which does not know how: `scanner.cli.serve` provides it."""

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings

from checks.model.asset import Agency, Asset
from checks.model.inventory import Inventory


class Keeper(Protocol):
    """The one way of reading inventories, for files and for forms alike. Everything is checked as strictly as a file
    that a command reads; what is wrong is raised as InputErrors."""

    @property
    def file(self) -> str:
        """The file that the inventory is kept in, and that the console does not change; empty: the database."""
        ...

    @property
    def most(self) -> int:
        """Bytes that may be sent at once."""
        ...

    def policies(self) -> tuple[str, ...]:
        """The ids of the policies that there are."""
        ...

    def sent(self, files: Mapping[str, bytes], current: Inventory) -> Inventory:
        """The inventory of files that somebody sent, by their names. Anchors are named by digest, of the current's."""
        ...

    def revised(self, current: Inventory, sheet: str, fields: Mapping[str, str]) -> Inventory:
        """The current one with one agency or asset changed or added: a row of the sheet "agencies" or "assets".

        An error of that row has the name of the field for its place.
        """
        ...

    def fields(self, item: Agency | Asset) -> dict[str, str]:
        """An agency or asset as such a row."""
        ...

    def fits(self, inventory: Inventory) -> None:
        """Raise InputErrors for what does not go with the policies, the file of waivers and the configuration."""
        ...

    def written(self, inventory: Inventory, form: str) -> bytes:
        """The inventory as a file in the form "yaml" or "xlsx", which `sent` reads again to the same."""
        ...


def keeper() -> Keeper:
    """The one that this console was given."""
    found: Keeper = settings.KEEPER
    return found
