"""A run: names first, then everything else, each once; stopped at any point it goes on with the rest only."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

import scanner.run
from checks.model.asset import Asset
from checks.model.evidence import (
    DnsObservation,
    Evidence,
    Failure,
    FailureReason,
    Observation,
    ProbeFailure,
    Sighting,
    observation_digest,
)
from checks.model.policy import Policy
from checks.model.target import DnsTarget, HttpTarget, Target, TlsTarget
from checks.model.text import Text
from scanner.again import PASSING
from scanner.run import scan
from tests.factories import NOW, asset, control, http_observation, policy, ports_observation, tls_observation

NAMED = asset("named", url="https://ten.so-mau.example/", address=None)
FIXED = asset("fixed")
POLICY = Policy("p", "1", Text("", ""), ())
STRICT_POLICY = policy(control())


class Memory:
    """A recorder without a database."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.seen: dict[str, Evidence] = {}

    def extend_plan(self, run_id: str, targets: Sequence[Target]) -> None:
        self.targets = {**{each.key: each for each in targets}, **self.targets}

    def plan(self, run_id: str) -> Sequence[Target]:
        return tuple(self.targets.values())

    def record(self, run_id: str, evidence: Evidence) -> None:
        assert evidence.sighting.target.key not in self.seen
        self.seen[evidence.sighting.target.key] = evidence

    def evidence(self, run_id: str) -> Mapping[str, Evidence]:
        return self.seen


class Answering:
    """An engine that answers every name with two addresses and fails at everything else, for good."""

    looked: list[str]

    def __init__(self, looked: list[str]) -> None:
        self.looked = looked

    def look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        for target in targets:
            self.looked.append(target.key)
            named = isinstance(target, DnsTarget)
            seen = DnsObservation(("192.0.2.7", "192.0.2.8")) if named else ProbeFailure("out_of_scope")
            yield Evidence(Sighting(target, "internet", NOW, NOW, 0, {}, observation_digest(seen)), seen)


class Stop(Exception):
    """What a closed window raises."""


def run(
    memory: Memory, stop_after: int | None = None, under: Policy = POLICY, quick: bool = False
) -> tuple[list[str], list[Mapping[str, tuple[str, ...]]]]:
    looked: list[str] = []
    resolved: list[Mapping[str, tuple[str, ...]]] = []

    def engine_for(addresses: Mapping[str, tuple[str, ...]], gently: bool) -> Answering:
        resolved.append(addresses)
        return Answering(looked)

    def may_go_on() -> None:
        if stop_after is not None and len(looked) >= stop_after:
            raise Stop

    assets: tuple[Asset, ...] = (NAMED, FIXED)
    for _ in scan("run", assets, {each.id: under for each in assets}, engine_for, memory, may_go_on, quick):
        pass
    return looked, resolved


def test_names_come_first_and_their_addresses_are_looked_at() -> None:
    memory = Memory()
    looked, resolved = run(memory)
    assert looked[0] == "dns:ten.so-mau.example"
    assert resolved == [{}, {"ten.so-mau.example": ("192.0.2.7", "192.0.2.8")}]
    assert len(looked) == len(set(looked)) == len(memory.seen) == 13
    assert "tls:192.0.2.8:443:ten.so-mau.example:" in memory.seen


@pytest.mark.parametrize("stop_after", [0, 1, 2, 6, 12, 13])
def test_a_stopped_run_goes_on_with_the_rest_only(stop_after: int) -> None:
    memory = Memory()
    with pytest.raises(Stop):
        run(memory, stop_after)
    assert len(memory.seen) == stop_after
    looked, _ = run(memory)
    assert len(looked) == 13 - stop_after
    undisturbed = Memory()
    run(undisturbed)
    assert memory.seen == undisturbed.seen


def test_a_quick_run_says_with_its_targets_what_it_asks() -> None:
    memory = Memory()
    run(memory, under=STRICT_POLICY, quick=True)
    asked = [each.needs for each in memory.targets.values() if isinstance(each, TlsTarget)]
    assert [needs and needs.protocols for needs in asked] == [("tls1_0",)] * 3


def test_a_quick_run_that_was_stopped_goes_on_with_what_it_planned() -> None:
    memory = Memory()
    with pytest.raises(Stop):
        run(memory, 3, STRICT_POLICY, quick=True)
    planned = dict(memory.targets)
    run(memory, under=STRICT_POLICY)
    assert {key: each.sighting.target for key, each in memory.seen.items()} == planned


class Unsteady:
    """An engine at which every look but those at names fails as often as it is told, by target."""

    def __init__(self, failures: Mapping[str, Sequence[Observation]], looked: list[str]) -> None:
        self.failures = failures
        self.looked = looked

    def look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        for target in targets:
            turn = self.looked.count(target.key)
            self.looked.append(target.key)
            seen: Observation = DnsObservation(("192.0.2.7",)) if isinstance(target, DnsTarget) else HTTP
            told = self.failures.get(target.key, ())
            if turn < len(told):
                seen = told[turn]
            yield Evidence(Sighting(target, "internet", NOW, NOW, 1, {}, observation_digest(seen)), seen)


HTTP = http_observation()
NAME = "dns:ten.so-mau.example"
TLS = "tls:192.0.2.7:443:ten.so-mau.example:"


def unsteady(memory: Memory, failures: Mapping[str, Sequence[Observation]]) -> list[str]:
    looked: list[str] = []
    for _ in scan("run", (NAMED,), {"named": POLICY}, lambda *_: Unsteady(failures, looked), memory, lambda: None):
        pass
    return looked


@pytest.mark.parametrize("reason", sorted(PASSING))
def test_what_was_disturbed_is_looked_at_once_more_after_the_others(reason: FailureReason) -> None:
    memory = Memory()
    looked = unsteady(memory, {TLS: [ProbeFailure(reason)]})
    assert looked[-1] == TLS
    assert looked.count(TLS) == 2
    assert len(looked) == len(set(looked)) + 1
    assert memory.seen[TLS].observation == HTTP
    assert memory.seen[TLS].sighting.connections == 2


def test_second_looks_are_made_gently() -> None:
    memory, looked = Memory(), list[str]()
    made: list[tuple[bool, int]] = []

    def engine_for(addresses: Mapping[str, tuple[str, ...]], gently: bool) -> Unsteady:
        made.append((gently, len(looked)))
        return Unsteady({TLS: [ProbeFailure("timed_out")]}, looked)

    for _ in scan("run", (NAMED,), {"named": POLICY}, engine_for, memory, lambda: None):
        pass
    assert made == [(False, 0), (False, 1), (True, len(looked) - 1)]
    assert looked[-1] == TLS


def test_a_name_that_was_not_found_for_a_moment_does_not_take_its_asset_away() -> None:
    memory = Memory()
    looked = unsteady(memory, {NAME: [ProbeFailure("dns_failed")]})
    assert looked[:2] == [NAME, NAME]
    assert TLS in memory.seen


@pytest.mark.parametrize("reason", ["name_not_found", "not_tls", "tls_failed", "out_of_scope"])
def test_what_would_be_the_same_again_is_not_asked_again(reason: FailureReason) -> None:
    memory = Memory()
    assert unsteady(memory, {TLS: [ProbeFailure(reason)]}).count(TLS) == 1
    assert memory.seen[TLS].observation == ProbeFailure(reason)


def test_one_question_at_which_a_tool_failed_is_not_asked_again() -> None:
    memory, partial = Memory(), tls_observation(failures=(Failure("vulnerabilities.robot", "tool_failed"),))
    assert unsteady(memory, {TLS: [partial]}).count(TLS) == 1
    assert memory.seen[TLS].observation == partial


def test_a_server_that_stays_away_is_asked_twice_and_no_more() -> None:
    memory = Memory()
    failures = [ProbeFailure("timed_out"), ProbeFailure("refused"), ProbeFailure("reset")]
    assert unsteady(memory, {TLS: failures}).count(TLS) == 2
    assert memory.seen[TLS].observation == ProbeFailure("refused")


PARTIAL = tls_observation(failures=(Failure("groups", "reset"), Failure("vulnerabilities.robot", "not_asked")))
WORSE = tls_observation(failures=(Failure("groups", "reset"), Failure("cipher_suites.tls1_2", "incomplete")))
WHOLE = tls_observation(failures=(Failure("vulnerabilities.robot", "not_asked"),))


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (PARTIAL, WHOLE, WHOLE),
        (PARTIAL, WORSE, PARTIAL),
        (PARTIAL, ProbeFailure("refused"), PARTIAL),
        (ProbeFailure("refused"), WORSE, WORSE),
        (WORSE, PARTIAL, PARTIAL),
        (PARTIAL, replace(PARTIAL, alpn="h2"), replace(PARTIAL, alpn="h2")),
    ],
)
def test_of_two_looks_the_one_that_tells_more_is_kept(first: Any, second: Any, kept: Any) -> None:
    memory = Memory()
    assert unsteady(memory, {TLS: [first, second]}).count(TLS) == 2
    assert memory.seen[TLS].observation == kept


def test_parts_of_pages_and_names_are_asked_again_too() -> None:
    cut = http_observation(end="failed", failure="timed_out")
    left = http_observation(failures=(Failure("trace", "reset"),))
    for seen in (cut, left):
        memory = Memory()
        looked = unsteady(memory, {each.key: [seen] for each in http_targets()})
        assert len(looked) == len(set(looked)) + len(http_targets())
        assert all(each.observation == HTTP for key, each in memory.seen.items() if key != NAME)
    doubtful = DnsObservation(("192.0.2.7",), failures=(Failure("caa", "timed_out"),))
    assert unsteady(Memory(), {NAME: [doubtful]}).count(NAME) == 2


def http_targets() -> list[Target]:
    memory = Memory()
    unsteady(memory, {})
    return [each for each in memory.targets.values() if isinstance(each, HttpTarget)]


def test_ports_that_do_not_answer_are_an_answer() -> None:
    filtered = ports_observation(443, filtered="80")
    keys = [each for each in unsteady(Memory(), {}) if each.startswith("ports:")]
    assert unsteady(Memory(), {key: [filtered] for key in keys}).count(keys[0]) == 1


def test_second_looks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.run, "AGAIN_AT_MOST", 2)
    memory = Memory()
    everything = {key: [ProbeFailure("timed_out")] * 9 for key in unsteady(Memory(), {}) if key != NAME}
    looked = unsteady(memory, everything)
    assert len(looked) == len(set(looked)) + 2
    assert len(memory.seen) == len(set(looked))


def test_a_run_that_stops_before_the_second_look_makes_the_first_anew() -> None:
    memory = Memory()
    looked: list[str] = []

    def may_go_on() -> None:
        if looked.count(TLS) == 1:
            raise Stop

    failures = {TLS: [ProbeFailure("timed_out")]}
    with pytest.raises(Stop):
        for _ in scan("run", (NAMED,), {"named": POLICY}, lambda *_: Unsteady(failures, looked), memory, may_go_on):
            pass
    assert TLS not in memory.seen
    assert TLS in unsteady(memory, {})
    assert memory.seen[TLS].observation == HTTP
