"""The local engine: everything once, never two looks at one address at a time, nothing left running."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from checks.model.evidence import DnsObservation, ProbeFailure
from checks.model.target import HttpTarget, PortsTarget, Target
from scanner.engine.local import LocalEngine
from scanner.probes.interface import Probe, Seen
from tests.scope import loopback_context


class Watching(Probe):
    """A probe that notes what is under way, and lets two looks meet wherever the engine allows it."""

    kind: ClassVar[type] = HttpTarget

    def __init__(self) -> None:
        super().__init__(loopback_context())
        self.lock = threading.Lock()
        self.under_way: list[str] = []
        self.clashes: list[str] = []
        self.together = 0
        self.closed = 0

    def tools(self) -> Mapping[str, str]:
        return {"watching": "1"}

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        (target,) = batch
        assert isinstance(target, HttpTarget)
        with self.lock:
            self.clashes += [each for each in self.under_way if each == target.address]
            self.under_way.append(target.address)
            self.together = max(self.together, len(self.under_way))
        threading.Event().wait(0.01)
        with self.lock:
            self.under_way.remove(target.address)
        if target.url.endswith("broken"):
            raise RuntimeError("broken")
        return {target.key: Seen(DnsObservation(()), connections=1)}

    def close(self) -> None:
        self.closed += 1


class Batching(Watching):
    """One batch for everything, as the port scanner makes."""

    kind: ClassVar[type] = PortsTarget

    def batches(self, targets: Sequence[Target]) -> Iterator[tuple[Target, ...]]:
        if targets:
            yield tuple(targets)

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        return {batch[0].key: Seen(DnsObservation(()))}


def targets(count: int, addresses: int) -> list[Target]:
    return [HttpTarget(f"127.0.0.{1 + n % addresses}", f"http://x.example/{n}") for n in range(count)]


def test_every_target_gives_one_piece_of_evidence_and_addresses_are_never_shared() -> None:
    probe = Watching()
    wanted = targets(40, 5)
    found = list(LocalEngine({HttpTarget: probe}, 8).look(wanted))
    assert sorted(each.sighting.target.key for each in found) == sorted(each.key for each in wanted)
    assert probe.clashes == []
    assert 1 < probe.together <= 5
    assert probe.closed == 1


def test_at_most_so_many_looks_at_once() -> None:
    probe = Watching()
    list(LocalEngine({HttpTarget: probe}, 3).look(targets(30, 30)))
    assert probe.together <= 3


def test_a_probe_that_raises_gives_a_failure_with_its_reason() -> None:
    probe = Watching()
    (found,) = LocalEngine({HttpTarget: probe}, 2).look([HttpTarget("127.0.0.1", "http://x.example/broken")])
    assert found.observation == ProbeFailure("tool_failed", "RuntimeError: broken")


def test_what_a_batch_does_not_answer_is_a_failure_and_not_an_absence() -> None:
    probe = Batching()
    wanted = [PortsTarget("127.0.0.1", "80"), PortsTarget("127.0.0.2", "80")]
    found = {each.sighting.target.key: each.observation for each in LocalEngine({PortsTarget: probe}, 2).look(wanted)}
    assert isinstance(found["ports:127.0.0.1"], DnsObservation)
    assert found["ports:127.0.0.2"] == ProbeFailure("tool_failed", "no result")


def test_what_is_out_of_scope_is_never_looked_at() -> None:
    probe = Watching()
    (found,) = LocalEngine({HttpTarget: probe}, 2).look([HttpTarget("192.0.2.1", "http://x.example/")])
    assert found.observation == ProbeFailure("out_of_scope")
    assert probe.together == 0


def test_closing_the_stream_ends_the_probes() -> None:
    probe = Watching()
    stream = LocalEngine({HttpTarget: probe}, 2).look(targets(50, 10))
    next(stream)
    stream.close()
    assert probe.closed == 1
