"""Two states of an inventory are compared place by place, under the agency that each place belongs to."""

from dataclasses import replace

from checks.difference import Line, difference, lines
from checks.model.asset import Agency, Asset
from checks.model.canonical import canonical
from checks.model.inventory import Inventory, state
from checks.model.text import Text

AGENCIES = tuple(Agency(name, Text("Cơ quan", "Agency")) for name in ("so-khac", "so-mau"))
ASSET = Asset("cong", "so-mau", "https://cong.so-mau.example/", 2)
INVENTORY = Inventory(AGENCIES, (ASSET,))


def changed(after: Inventory) -> list[Line]:
    return list(lines(*difference(state(INVENTORY), state(after))))


def test_an_asset_stands_below_its_agency() -> None:
    assert state(INVENTORY)["agencies"]["so-mau"]["assets"]["cong"]["url"] == ASSET.url
    assert state(INVENTORY)["agencies"]["so-khac"]["assets"] == {}
    assert canonical(state(INVENTORY)) == canonical(state(replace(INVENTORY)))
    assert changed(INVENTORY) == []


def test_each_field_that_changes_is_told() -> None:
    after = replace(INVENTORY, assets=(replace(ASSET, level=3, status="retired"),))
    path = ("agencies", "so-mau", "assets", "cong")
    assert changed(after) == [Line((*path, "level"), 2, 3), Line((*path, "status"), "active", "retired")]


def test_an_asset_that_moves_leaves_one_agency_and_comes_to_the_other() -> None:
    left, came = sorted(
        changed(replace(INVENTORY, assets=(replace(ASSET, agency="so-khac"),))), key=lambda each: each.after is not None
    )
    assert (left.path, left.after) == (("agencies", "so-mau", "assets", "cong"), None)
    assert (came.path, came.before) == (("agencies", "so-khac", "assets", "cong"), None)
