"""The local engine: everything once, never two looks at one address at a time, nothing left running."""

import random
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from checks.model.evidence import DnsObservation, ProbeFailure
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target
from scanner.engine.local import Batch, LocalEngine, Queue, Turns
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


class Wide(Watching):
    """A probe that allows itself more looks than the engine does."""

    kind: ClassVar[type] = DnsTarget

    def __init__(self, at_once: int) -> None:
        super().__init__()
        self._at_once = at_once
        self.meeting = threading.Barrier(at_once)

    @property
    def at_once(self) -> int:
        return self._at_once

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        with self.lock:
            self.under_way.append(batch[0].key)
            self.together = max(self.together, len(self.under_way))
        self.meeting.wait(10)
        with self.lock:
            self.under_way.remove(batch[0].key)
        self.meeting.wait(10)
        return {batch[0].key: Seen(DnsObservation(()))}


def test_a_probe_with_a_bound_of_its_own_has_it_beside_the_others() -> None:
    wide, narrow = Wide(12), Watching()
    wanted = [*(DnsTarget(f"x{n}.example") for n in range(36)), *targets(20, 20)]
    found = list(LocalEngine({DnsTarget: wide, HttpTarget: narrow}, 2).look(wanted))
    assert not [each for each in found if isinstance(each.observation, ProbeFailure)]
    assert len(found) == 56
    assert wide.together == 12
    assert narrow.together <= 2


def test_batches_are_drawn_as_they_are_needed() -> None:
    drawn: list[int] = []

    class Endless(Watching):
        def batches(self, targets: Sequence[Target]) -> Iterator[tuple[Target, ...]]:
            for number, target in enumerate(targets):
                drawn.append(number)
                yield (target,)

    stream = LocalEngine({HttpTarget: Endless()}, 4).look(targets(1000, 1000))
    next(stream)
    assert len(drawn) <= 9
    stream.close()


def drained(queues: Sequence[Queue], choose: random.Random) -> list[Batch]:
    """Start and finish everything, in any order, and watch that no address is shared and no bound passed."""
    turns = Turns(queues, 6)
    running: list[tuple[Queue, Batch]] = []
    done: list[Batch] = []
    while True:
        running += turns.start()
        if not running:
            return done
        addresses = [target.address for _, batch in running for target in batch if isinstance(target, HttpTarget)]
        assert len(addresses) == len(set(addresses))
        assert all(queue.running <= queue.at_once for queue in queues)
        assert len(running) <= 6
        queue, batch = running.pop(choose.randrange(len(running)))
        turns.finish(queue, batch)
        done.append(batch)


def test_whatever_the_order_everything_is_started_once() -> None:
    for seed in range(200):
        choose = random.Random(seed)
        batches = [
            tuple(
                HttpTarget(f"127.0.0.{last}", f"http://x.example/{number}")
                for last in sorted(choose.sample(range(1, 8), choose.choice((1, 1, 1, 2, 4))))
            )
            for number in range(60)
        ]
        queues = [Queue(batches[n::3], choose.randrange(1, 5)) for n in range(3)]
        done = drained(queues, choose)
        assert sorted(done, key=str) == sorted(batches, key=str)


def steps(count: int, addresses: int) -> int:
    """Calls made to start and finish so many batches."""
    made = 0

    def note(*_: object) -> None:
        nonlocal made
        made += 1

    batches = [(target,) for target in targets(count, addresses)]
    queues = [Queue(batches[n::2], 3) for n in range(2)]
    sys.setprofile(note)
    try:
        drained(queues, random.Random(1))
    finally:
        sys.setprofile(None)
    return made


def test_the_work_grows_with_the_batches_and_no_faster() -> None:
    for addresses in (1, 5, 200):
        assert steps(4000, addresses) < 4.5 * steps(1000, addresses)
