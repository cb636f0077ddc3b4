"""A run: names first, then everything else, each once; stopped at any point it goes on with the rest only."""

from collections.abc import Generator, Mapping, Sequence

import pytest

from checks.model.asset import Asset
from checks.model.evidence import DnsObservation, Evidence, ProbeFailure, Sighting, observation_digest
from checks.model.policy import Policy
from checks.model.target import DnsTarget, Target, TlsTarget
from checks.model.text import Text
from scanner.run import scan
from tests.factories import NOW, asset, control, policy

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
    """An engine that answers every name with two addresses and fails at everything else."""

    looked: list[str]

    def __init__(self, looked: list[str]) -> None:
        self.looked = looked

    def look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        for target in targets:
            self.looked.append(target.key)
            named = isinstance(target, DnsTarget)
            seen = DnsObservation(("192.0.2.7", "192.0.2.8")) if named else ProbeFailure("refused")
            yield Evidence(Sighting(target, "internet", NOW, NOW, 0, {}, observation_digest(seen)), seen)


class Stop(Exception):
    """What a closed window raises."""


def run(
    memory: Memory, stop_after: int | None = None, under: Policy = POLICY, quick: bool = False
) -> tuple[list[str], list[Mapping[str, tuple[str, ...]]]]:
    looked: list[str] = []
    resolved: list[Mapping[str, tuple[str, ...]]] = []

    def engine_for(addresses: Mapping[str, tuple[str, ...]]) -> Answering:
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
