"""The engine of one machine: threads, and never two looks at one address at the same time."""

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue

from checks.model.evidence import Evidence
from checks.model.target import DnsTarget, PortsTarget, Target
from scanner.probes.interface import Probe

_THREADS = 256
"""Looks under way together, whatever the probes allow."""
_SWITCH_SECONDS = 0.001
"""How long a thread that computes may keep those waiting that move bytes; Python's own 5 ms slow them manifold."""

Batch = tuple[Target, ...]
Looking = Future[list[Evidence]]
Running = dict[Looking, tuple["Queue", Batch]]


class LocalEngine:
    """Looks with the probes that it is given.

    At most `at_once` batches are under way at a time; a probe with a bound of its own has that many beside them. Once
    `may_start` says no, what is under way is waited for, and nothing is begun any more: then evidence is missing.
    """

    def __init__(
        self, probes: Mapping[type, Probe], at_once: int, may_start: Callable[[], bool] = lambda: True
    ) -> None:
        self._probes = probes
        self._at_once = at_once
        self._may_start = may_start
        sys.setswitchinterval(_SWITCH_SECONDS)

    def look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        """See `scanner.engine.interface.Engine`. Port scans come first: they are the batches over many addresses."""
        ports = [target for target in targets if isinstance(target, PortsTarget)]
        others = [target for target in targets if not isinstance(target, PortsTarget)]
        try:
            yield from self._look(ports)
            yield from self._look(others)
        finally:
            for probe in self._probes.values():
                probe.close()

    def _look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        turns = Turns(self._queues(targets), _THREADS)
        finished: SimpleQueue[Looking] = SimpleQueue()
        running: Running = {}
        pool = ThreadPoolExecutor(turns.most, thread_name_prefix="look")
        try:
            self._start(turns, pool, running, finished)
            while running:
                future = finished.get()
                turns.finish(*running.pop(future))
                self._start(turns, pool, running, finished)  # first, so that no place is idle while evidence is taken
                yield from future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _start(
        self, turns: "Turns", pool: ThreadPoolExecutor, running: Running, finished: SimpleQueue[Looking]
    ) -> None:
        if not self._may_start():
            return
        for queue, batch in turns.start():
            future = pool.submit(self._probes[type(batch[0])].look, batch)
            running[future] = queue, batch
            future.add_done_callback(finished.put)

    def _queues(self, targets: Sequence[Target]) -> list["Queue"]:
        shared: list[Iterable[Batch]] = []
        queues: list[Queue] = []
        for kind, probe in self._probes.items():
            batches = probe.batches([target for target in targets if isinstance(target, kind)])
            if probe.at_once is None:
                shared.append(batches)
            else:
                queues.append(Queue(batches, probe.at_once))
        return [Queue(chain.from_iterable(shared), self._at_once), *queues]


class Queue:
    """Batches that share one bound, in order."""

    def __init__(self, batches: Iterable[Batch], at_once: int) -> None:
        self.batches: Iterator[Batch] = iter(batches)
        self.freed: deque[Batch] = deque()
        """Those that had to wait for an address and need not any longer; they come first."""
        self.at_once = at_once
        self.running = 0

    def take(self) -> Batch | None:
        """The next batch, if there is one."""
        return self.freed.popleft() if self.freed else next(self.batches, None)


class Turns:
    """Which batch may start. Each start and each end costs the same, however many batches wait."""

    def __init__(self, queues: Sequence[Queue], most: int) -> None:
        self._queues = queues
        self.most = min(most, sum(queue.at_once for queue in queues))
        """Batches that are ever under way together."""
        self._running = 0
        self._busy: set[str] = set()
        self._blocked: dict[str, dict[Queue, deque[Batch]]] = {}

    def start(self) -> Iterator[tuple[Queue, Batch]]:
        """Every batch that may start now: there is a free place, and nobody looks at one of its addresses."""
        for queue in self._queues:
            while queue.running < queue.at_once and self._running < self.most and (batch := queue.take()) is not None:
                addresses = _addresses(batch)
                if self._busy.isdisjoint(addresses):
                    self._busy |= addresses
                    self._running += 1
                    queue.running += 1
                    yield queue, batch
                else:
                    self._block(queue, batch, addresses)

    def finish(self, queue: Queue, batch: Batch) -> None:
        """A batch that was started is over."""
        queue.running -= 1
        self._running -= 1
        addresses = _addresses(batch)
        self._busy -= addresses
        for address in addresses:
            self._free(address)

    def _block(self, queue: Queue, batch: Batch, addresses: set[str]) -> None:
        """Let a batch wait for one address that is busy, and others take the addresses that it cannot use yet."""
        busy = next(address for address in addresses if address in self._busy)
        self._blocked.setdefault(busy, {}).setdefault(queue, deque()).append(batch)
        for address in addresses - self._busy:
            self._free(address)

    def _free(self, address: str) -> None:
        """Let one batch of each queue try that waited for an address; the one that gets it frees it for the next."""
        waiting = self._blocked.get(address, {})
        for queue, batches in list(waiting.items()):
            queue.freed.append(batches.popleft())
            if not batches:
                del waiting[queue]
        if not waiting:
            self._blocked.pop(address, None)


def _addresses(batch: Batch) -> set[str]:
    return {target.address for target in batch if not isinstance(target, DnsTarget)}
