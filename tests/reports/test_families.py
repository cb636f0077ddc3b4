"""Every rule is of a family; what a cell of the matrix shows is what a reader must see first."""

from dataclasses import replace

import pytest

from checks.model.finding import Verdict
from checks.registry import REGISTRY
from reports.families import FAMILIES, Tally, family_of, tallies
from tests.reports import sample

ASSET = sample.assets(1)[0]
CONTROL = sample.POLICY.controls[0]


def test_every_rule_has_a_family_and_every_family_a_rule() -> None:
    assert {family_of(each.id) for each in REGISTRY} == set(FAMILIES)


def test_a_rule_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        family_of("smoke.signals")


@pytest.mark.parametrize(
    ("verdicts", "shown"),
    [
        (("pass", "fail", "not_assessable", "fail"), Tally("fail", 2, True)),
        (("pass", "not_assessable", "not_applicable"), Tally("not_assessable", 1, True)),
        (("pass", "pass", "not_applicable"), Tally("pass", 2, True)),
        (("not_applicable",), Tally("not_applicable", 1, True)),
    ],
)
def test_a_fail_goes_before_a_gap_and_a_gap_before_a_pass(verdicts: tuple[Verdict, ...], shown: Tally) -> None:
    assert tallies(sample.finding(ASSET, CONTROL, each) for each in verdicts) == {"certificates": shown}


def test_only_the_findings_that_are_shown_make_it_grave() -> None:
    minor = replace(CONTROL, severity="low")
    found = [sample.finding(ASSET, minor, "fail"), sample.finding(ASSET, CONTROL, "pass")]
    assert tallies(found)["certificates"] == Tally("fail", 1, False)


def test_what_is_announced_does_not_count() -> None:
    assert tallies([replace(sample.finding(ASSET, CONTROL, "fail"), announced=sample.TODAY)]) == {}
