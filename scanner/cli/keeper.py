"""How the console has inventories read, checked and written: with the readers that the commands use."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.model.asset import Agency, Asset
from checks.model.inventory import Inventory
from scanner.cli.config import read_config
from scanner.cli.workspace import open_library, open_workspace
from scanner.inventory.inventory import anchors_of, assembled
from scanner.inventory.reading import read_sent
from scanner.inventory.tables import Bounds, read_form
from scanner.inventory.written import as_xlsx, as_yaml, cells, revised

BOUNDS = Bounds(most=1_500 << 10, cells=400_000)
"""Of what is sent over the network: some four thousand assets. More goes by `khien inventory import`."""


@dataclass(frozen=True, slots=True)
class FileReaders:
    """Fills `console.keeper.Keeper`."""

    config: Path
    file: str
    most: int = BOUNDS.most

    def policies(self) -> tuple[str, ...]:
        """See `console.keeper.Keeper`, here and below."""
        return tuple(open_library(self.config).ids)

    def sent(self, files: Mapping[str, bytes], current: Inventory) -> Inventory:
        return assembled(read_sent(files, BOUNDS), anchors_of(current.anchors))

    def revised(self, current: Inventory, sheet: str, fields: Mapping[str, str]) -> Inventory:
        return revised(current, sheet, read_form(sheet, fields))

    def fields(self, item: Agency | Asset) -> dict[str, str]:
        return cells(item)

    def fits(self, inventory: Inventory) -> None:
        open_workspace(self.config, inventory)

    def written(self, inventory: Inventory, form: str) -> bytes:
        return as_xlsx(inventory) if form == "xlsx" else as_yaml(inventory).encode()


def file_readers(config: Path) -> FileReaders:
    """Those of a configuration. Raises InputErrors."""
    file = read_config(config).inventory
    return FileReaders(config, "" if file is None else file.name)
