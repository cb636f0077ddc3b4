"""Rules on states: ports that are open since the earlier look, and how unused ports answer."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from checks.model.evidence import Observation, OpenPort, ProbeFailure
from checks.ports import newly_open, unused_state
from checks.ports.states import unreadable
from tests.checks.judging import ask, verdict
from tests.factories import ADDRESS, ports_observation, subject

SCAN = {"scan": [21, 22, 443]}
SHUT = ports_observation(443, closed="21", filtered="22")


@pytest.mark.parametrize(
    ("seen", "before", "params", "expected"),
    [
        (SHUT, SHUT, {}, "pass"),
        (ports_observation(22, 443, closed="21"), SHUT, {}, "fail newly_open"),
        (ports_observation(21, 443, closed="22"), SHUT, {}, "fail newly_open"),
        (ports_observation(21, 22, 443), SHUT, {}, "fail newly_open newly_open"),
        (ports_observation(21, 443, closed="22"), SHUT, {"ignore": [21]}, "pass"),
        (ports_observation(22, 443, closed="21"), ports_observation(22, 443, closed="21"), {}, "pass"),
        (ports_observation(443, closed="21-22"), ports_observation(22, 443, closed="21"), {}, "pass"),
        (ports_observation(443, closed="21-22"), ports_observation(22, closed="21,443"), {}, "pass"),  # declared
        (
            ports_observation(443, closed="21-22"),
            ports_observation(22, closed="21,443"),
            {"declared": True},
            "fail newly_open",
        ),
        (ports_observation(443, closed="21-22"), None, {}, "not_applicable no_earlier_look"),
        (SHUT, ProbeFailure("timed_out"), {}, "not_assessable earlier_look_unreadable"),
        (SHUT, ports_observation(filtered="21-22,443"), {}, "not_assessable earlier_look_unreadable"),
        (SHUT, ports_observation(*range(1, 200)), {}, "not_assessable earlier_look_unreadable"),
        (
            ports_observation(22, 443, closed="21"),
            ports_observation(443, closed="21"),
            {},
            "not_assessable not_asked_before",
        ),
        (ports_observation(21, 22, 443), ports_observation(443, closed="21"), {}, "fail newly_open"),
        (ports_observation(22, 443), ports_observation(443, closed="21"), {}, "not_assessable ports_not_asked"),
        (ports_observation(443, closed="21"), SHUT, {}, "not_assessable ports_not_asked"),
        (ports_observation(filtered="21-22,443"), SHUT, {}, "not_assessable no_answer"),
    ],
)
def test_newly_open(seen: Any, before: Observation | None, params: dict[str, Any], expected: str) -> None:
    shown = replace(subject(seen), before=before)
    outcome = ask(newly_open.CHECK, shown, {**SCAN, **params})
    assert verdict(outcome) == expected
    if expected == "not_assessable not_asked_before":
        assert outcome.params["ports"] == "22"


@pytest.mark.parametrize(
    ("seen", "state", "expected"),
    [
        (ports_observation(443, filtered="21-22"), "filtered", "pass"),
        (ports_observation(443, closed="21-22"), "closed", "pass"),
        (ports_observation(443, closed="21-22"), "filtered", "fail closed_not_filtered"),
        (ports_observation(443, filtered="21-22"), "closed", "fail filtered_not_closed"),
        (ports_observation(22, closed="80", filtered="21"), "filtered", "pass"),  # 80 is not of them, 22 is open
        (ports_observation(443, closed="22"), "filtered", "fail closed_not_filtered"),
        (ports_observation(443, filtered="22"), "filtered", "not_assessable ports_not_asked"),
        (ports_observation(filtered="21-22"), "filtered", "not_assessable no_answer"),
    ],
)
def test_unused_state(seen: Any, state: str, expected: str) -> None:
    assert verdict(ask(unused_state.CHECK, subject(seen), {"ports": ["21-22"], "state": state})) == expected


def test_many_ports_in_the_wrong_state_are_one_fault() -> None:
    seen = ports_observation(OpenPort(443), closed="1-100,200")
    (instance,) = ask(unused_state.CHECK, subject(seen), {"ports": ["50-300"], "state": "filtered"}).instances
    assert instance.key == f"{ADDRESS}/closed"
    assert (instance.params["ports"], instance.params["count"], instance.path) == ("50-100,200", 52, "closed")


def test_the_plan_learns_what_to_ask_for() -> None:
    assert newly_open.CHECK.ports is not None and unused_state.CHECK.ports is not None
    assert newly_open.CHECK.ports(newly_open.NewlyOpen(scan=(22, 25, 21))) == ("21-22", "25")
    assert unused_state.CHECK.ports(unused_state.UnusedState(ports=(22, 25), state="closed")) == ("22", "25")


@pytest.mark.parametrize(
    ("count", "asked", "told"),
    [(19, 19, True), (20, 20, False), (20, 25, True), (81, 100, False), (100, 200, True), (101, 200, False)],
)
def test_where_an_open_port_says_nothing(count: int, asked: int, told: bool) -> None:
    seen = ports_observation(*range(1, count + 1), closed=f"{count + 1}-{asked}" if asked > count else "")
    outcome = unreadable(seen)
    assert (outcome is None) is told
    assert outcome is None or (outcome.reason, outcome.params) == ("everything_open", {"count": count, "asked": asked})


@pytest.mark.parametrize(
    "params", [{}, {"ports": [22]}, {"ports": [], "state": "closed"}, {"ports": [22], "state": "open"}]
)
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(unused_state.CHECK, subject(SHUT), params)
