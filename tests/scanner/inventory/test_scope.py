"""Who may be looked at, when and where."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from checks.model.asset import Asset
from checks.model.inventory import Inventory
from scanner.inventory.scope import Refusal, RunScope, plainly_public, refusal
from tests.factories import agency, asset, authorisation

NOON = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
"""12:00 in Asia/Ho_Chi_Minh."""


def inventory(*assets: Asset, **permission: Any) -> Inventory:
    return Inventory((agency(authorisation=authorisation(**permission)),), assets)


@pytest.mark.parametrize(
    ("overrides", "permission", "reason"),
    [
        ({}, {}, None),
        ({"status": "retired"}, {}, "retired"),
        ({"zone": "dmz"}, {}, "other_zone"),
        ({}, {"valid_until": date(2026, 6, 14)}, "expired"),
        ({}, {"valid_until": date(2026, 6, 15)}, None),
        ({}, {"valid_from": date(2026, 6, 16)}, "not_yet_valid"),
        ({}, {"window": "11:00-13:00"}, None),
        ({}, {"window": "12:00-13:00"}, None),
        ({}, {"window": "11:00-12:00"}, "outside_window"),
        ({}, {"window": "22:00-05:00"}, "outside_window"),
        ({}, {"window": "22:00-13:00"}, None),
        ({}, {"window": "05:00-06:00", "timezone": "UTC"}, None),
        ({"authorisation": authorisation(valid_until=date(2026, 1, 2))}, {}, "expired"),
    ],
)
def test_refusals(overrides: dict[str, Any], permission: dict[str, Any], reason: Refusal | None) -> None:
    one = asset(**overrides)
    found = refusal(one, inventory(one, **permission), "internet", NOON)
    assert (found.reason if found else None) == reason


def test_without_an_authorisation_nothing_is_looked_at() -> None:
    one = asset()
    found = refusal(one, Inventory((agency(),), (one,)), "internet", NOON)
    assert found is not None
    assert found.reason == "not_authorised"


@pytest.mark.parametrize(
    ("hour", "reason"),
    [(22, None), (23, None), (4, None), (5, "expired"), (20, "expired")],
)
def test_past_midnight_a_window_belongs_to_the_day_on_which_it_starts(hour: int, reason: str | None) -> None:
    """Valid until the 14th with a window from 05:00 to 05:00: the small hours of the 15th still count as the 14th."""
    one = asset()
    permission = {"valid_until": date(2026, 6, 14), "window": "05:00-04:59", "timezone": "UTC"}
    day = 14 if hour >= 22 else 15
    now = datetime(2026, 6, day, hour, 30, tzinfo=UTC)
    if hour == 4:
        now = now.replace(minute=0)
    found = refusal(one, inventory(one, **permission), "internet", now)
    assert (found.reason if found else None) == reason


def named(**overrides: Any) -> Asset:
    return asset(address=None, **overrides)


@pytest.mark.parametrize(
    ("resolved", "permission", "allowed"),
    [
        (("8.8.8.8",), {}, True),
        (("10.0.0.1",), {}, False),
        (("127.0.0.1",), {}, False),
        (("169.254.169.254",), {}, False),
        (("64:ff9b::a9fe:a9fe",), {}, False),
        (("2002:a9fe:a9fe::",), {}, False),
        (("::ffff:10.0.0.1",), {}, False),
        (("224.0.0.1",), {}, False),
        (("fec0::1",), {}, False),
        (("5f00::1",), {}, False),
        (("::8.8.8.8",), {}, False),
        (("2001:0:7f00:1::",), {}, False),
        (("2606:4700::1",), {}, True),
        (("::ffff:10.0.0.1",), {"addresses": ("::/0",)}, False),
        (("::ffff:10.0.0.1",), {"addresses": ("10.0.0.0/8",)}, True),
        (("10.0.0.1",), {"addresses": ("10.0.0.0/8",)}, True),
        (("8.8.8.8",), {"addresses": ("10.0.0.0/8",)}, False),
    ],
)
def test_what_a_name_may_lead_to(resolved: tuple[str, ...], permission: dict[str, Any], allowed: bool) -> None:
    one = named()
    scope = RunScope(inventory(one, **permission), (one,), {one.host: resolved})
    assert scope.allows(resolved[0]) is allowed
    assert scope.addresses(one.host) == (resolved if allowed else ())


def test_an_address_that_the_inventory_names_is_allowed_though_it_is_private() -> None:
    one = asset(address="10.1.2.3")
    scope = RunScope(inventory(one), (one,))
    assert scope.allows("10.1.2.3")
    assert scope.addresses(one.host) == ("10.1.2.3",)
    assert not scope.allows("10.1.2.4")
    assert scope.addresses("elsewhere.example") == ()


def test_an_authorisation_limits_even_the_address_that_the_inventory_names() -> None:
    one = asset(address="10.1.2.3")
    assert not RunScope(inventory(one, addresses=("127.0.0.0/8",)), (one,)).allows("10.1.2.3")


def test_public_means_global_unicast() -> None:
    assert plainly_public("8.8.8.8")
    assert plainly_public("2606:4700::1")
    assert not plainly_public("192.0.2.1")
