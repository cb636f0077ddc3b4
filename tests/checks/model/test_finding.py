"""Outcomes and findings as such."""

from datetime import timedelta
from typing import get_args

import pytest

from checks.model.finding import VERDICTS, Instance, Outcome, Verdict, failed
from tests.factories import TODAY, finding, instance


def test_a_fail_names_what_fails() -> None:
    with pytest.raises(ValueError, match="at least one instance"):
        failed([])


def test_every_verdict_has_its_place() -> None:
    assert VERDICTS[0] == "fail"
    assert sorted(VERDICTS) == sorted(get_args(Verdict))


def test_codes_need_no_values() -> None:
    assert (Instance("key", "reason").params, Outcome("pass", "met").params) == ({}, {})


def test_a_finding_is_due_when_the_first_of_its_faults_is() -> None:
    days = (TODAY + timedelta(days=1), TODAY, None)
    found = finding("fail", instances=tuple(instance(str(day), due=day) for day in days))
    assert found.due == TODAY
