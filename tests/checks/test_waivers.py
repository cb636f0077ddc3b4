"""Waivers: whom they cover, from when until when, and that no verdict changes under them."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from checks.waivers import overlay
from tests.factories import TODAY, finding, instance, waiver

DAY = timedelta(days=1)
FIRST, SECOND = "192.0.2.1:443/tls1_0", "192.0.2.1:443/tls1_1"


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({}, True),
        ({"asset": "khac"}, False),
        ({"control": "TLS-13"}, False),
        ({"valid_from": TODAY, "valid_until": TODAY}, True),
        ({"valid_from": TODAY + DAY}, False),
        ({"valid_until": TODAY - DAY}, False),
        ({"instances": (FIRST,)}, True),
        ({"instances": (FIRST, SECOND)}, True),
        ({"instances": (SECOND,)}, False),
    ],
)
def test_whom_a_waiver_covers(changes: dict[str, Any], covers: bool) -> None:
    failed = finding("fail")
    over = overlay(failed, [waiver(**changes)], TODAY)
    assert (over.waiver is not None) is covers
    assert replace(over, waiver=None) == failed


def test_a_second_instance_is_not_excused_by_the_waiver_of_the_first() -> None:
    failed = finding("fail", instances=(instance(FIRST), instance(SECOND)))
    assert overlay(failed, [waiver(instances=(FIRST,))], TODAY).waiver is None
    assert overlay(failed, [waiver(instances=(FIRST,)), waiver(instances=(SECOND,))], TODAY).waiver is None
    assert overlay(failed, [waiver(instances=(FIRST, SECOND))], TODAY).waiver is not None
    assert overlay(failed, [waiver()], TODAY).waiver is not None


@pytest.mark.parametrize("verdict", ["pass", "not_applicable", "not_assessable"])
def test_only_a_fail_is_waived(verdict: str) -> None:
    assert overlay(finding(verdict), [waiver()], TODAY) == finding(verdict)


def test_the_note_says_who_and_until_when() -> None:
    note = overlay(finding("fail"), [waiver()], TODAY).waiver
    assert note is not None
    expected = ("MT-01", waiver().valid_until, waiver().approved_by, waiver().justification)
    assert (note.id, note.valid_until, note.approved_by, note.justification) == expected


def test_of_several_the_one_that_ends_last_is_named_in_whatever_order_they_come() -> None:
    several = [
        waiver("A"),
        waiver("B", valid_until=TODAY + 90 * DAY),
        waiver("C", valid_until=TODAY + 90 * DAY),
        waiver("D", valid_until=TODAY - DAY),
        waiver("E", asset="khac", valid_until=TODAY + 99 * DAY),
    ]
    for order in permutations(several):
        note = overlay(finding("fail"), order, TODAY).waiver
        assert note is not None
        assert note.id == "C"
