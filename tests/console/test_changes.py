"""What a change of the inventory is told as, from the difference of two states."""

from dataclasses import replace
from datetime import date

from checks.difference import Line, difference
from checks.model.asset import Agency, Asset, Authorisation
from checks.model.inventory import Inventory, state
from checks.model.text import Text
from console.changes import Change, changes

ONE, OTHER = Agency("mot", Text("Một", "One")), Agency("hai", Text("Hai", "Two"))
ASSET = Asset("cong", "mot", "https://cong.example/", 2, tags=("portal",))
BEFORE = Inventory((OTHER, ONE), (ASSET,))


def told(after: Inventory, before: Inventory = BEFORE) -> list[Change]:
    return changes(*difference(state(before), state(after)))


def test_an_asset_that_moves_is_told_once_with_what_is_otherwise() -> None:
    [moved] = told(replace(BEFORE, assets=(replace(ASSET, agency="hai", level=3),)))
    assert (moved.agency, moved.how) == ("hai", "moved")
    assert moved.lines == (Line(("agency",), "mot", "hai"), Line(("level",), 2, 3))


def test_what_comes_and_goes_is_told_by_the_fields_that_say_something() -> None:
    [came] = told(BEFORE, Inventory((OTHER, ONE), ()))
    assert (came.kind, came.how) == ("assets", "added")
    assert [each.path for each in came.lines] == [
        (name,) for name in ("agency", "url", "level", "zone", "tags", "status")
    ]
    gone = told(Inventory((OTHER,), ()))
    assert [(each.kind, each.name, each.how) for each in gone] == [
        ("agencies", "mot", "removed"),
        ("assets", "cong", "removed"),
    ]


def test_a_status_and_an_authorisation_are_told_in_their_own_words() -> None:
    retired = replace(BEFORE, assets=(replace(ASSET, status="retired"),))
    assert [each.how for each in (*told(retired), *told(BEFORE, retired))] == ["retired", "reactivated"]
    permission = Authorisation("01", date(2026, 1, 1), date(2026, 12, 31))
    [given] = told(replace(BEFORE, agencies=(OTHER, replace(ONE, authorisation=permission))))
    assert (given.kind, given.how) == ("agencies", "changed")
    assert Line(("authorisation", "document"), None, "01") in given.lines
    assert ("authorisation", "window") not in {each.path for each in given.lines}
