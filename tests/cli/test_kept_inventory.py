"""The inventory in the database: imported, read by every command, exported, and never overwritten."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import asset_row, done, khien
from tests.cli.conftest import small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose inventory is in the database, and came there from the file that lies beside it."""
    made = small(tmp_path / "w", asset_row("cong", 443))
    config = made / "khien.yaml"
    config.write_text(f"inventory: database\n{config.read_text(encoding='utf-8')}", encoding="utf-8")
    return made


def assets(folder: Path) -> list[str]:
    return [each["id"] for each in done("inventory", "list", "--json", folder=folder).json()["assets"]]


def acts(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done("history", "acts", "--what", "inventory", "--json", folder=folder).json()
    return found


def test_an_import_is_one_more_act_and_every_command_reads_what_it_left(folder: Path) -> None:
    nothing = khien("inventory", "list", folder=folder)
    assert (nothing.status, "khien inventory import" in nothing.err) == (2, True)
    done("inventory", "import", "inventory.yaml", "--by", "Nguyễn Thị Mẫu", folder=folder)
    (folder / "inventory.yaml").write_text(
        (folder / "inventory.yaml").read_text(encoding="utf-8").replace("id: cong", "id: moi"), encoding="utf-8"
    )
    assert assets(folder) == ["cong"]
    done("inventory", "import", "inventory.yaml", folder=folder)
    assert assets(folder) == ["moi"]
    first, second = acts(folder)
    assert first["who"] == "Nguyễn Thị Mẫu"
    assert list(second["before"]["value"]["agencies"]["so-mau"]["assets"]) == ["cong"]
    assert second["before"]["whole"] == first["after"]["whole"]
    assert "not in the inventory: cong" in done("scan", "--asset", "cong", status=2, folder=folder).err
    shown = done("policy", "show", "--effective", "--asset", "moi", "--json", folder=folder).json()
    assert shown["asset"] == "moi"
    assert len(acts(folder)) == 2
    done("history", "verify", folder=folder)


def test_what_does_not_fit_to_the_rest_is_not_kept(folder: Path) -> None:
    path = folder / "inventory.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: cong,", "id: cong, policy: khong-co,"), "utf-8")
    ended = khien("inventory", "import", path, folder=folder)
    assert ended.status == 2
    assert "database:assets/cong: there is no policy 'khong-co'" in ended.err
    assert acts(folder) == []


@pytest.mark.parametrize("name", ["ra.yaml", "ra.xlsx"])
def test_what_is_exported_imports_again_to_the_same(folder: Path, name: str) -> None:
    done("inventory", "import", "inventory.yaml", folder=folder)
    done("inventory", "export", name, folder=folder)
    assert khien("inventory", "export", name, folder=folder).status == 2
    done("inventory", "import", name, folder=folder)
    assert len(acts(folder)) == 1
