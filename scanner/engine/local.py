"""The engine of one machine: threads, and never two looks at one address at the same time."""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from checks.model.evidence import Evidence
from checks.model.target import DnsTarget, PortsTarget, Target
from scanner.probes.interface import Probe

Batch = tuple[Target, ...]
Running = dict[Future[list[Evidence]], Batch]


class LocalEngine:
    """Looks with the probes that it is given, at most `at_once` batches at a time."""

    def __init__(self, probes: Mapping[type, Probe], at_once: int) -> None:
        self._probes = probes
        self._at_once = at_once

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
        waiting = self._batches(targets)
        running: Running = {}
        pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="look")
        try:
            while waiting or running:
                self._start(pool, waiting, running)
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    del running[future]
                    yield from future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _batches(self, targets: Sequence[Target]) -> list[Batch]:
        found: list[Batch] = []
        for kind, probe in self._probes.items():
            found += probe.batches([target for target in targets if isinstance(target, kind)])
        return found

    def _start(self, pool: ThreadPoolExecutor, waiting: list[Batch], running: Running) -> None:
        """Start what may start: there is a free place, and nobody looks at one of its addresses."""
        busy = {address for batch in running.values() for address in _addresses(batch)}
        for batch in list(waiting):
            if len(running) >= self._at_once:
                return
            if busy.isdisjoint(_addresses(batch)):
                waiting.remove(batch)
                busy |= _addresses(batch)
                running[pool.submit(self._probes[type(batch[0])].look, batch)] = batch


def _addresses(batch: Batch) -> set[str]:
    return {target.address for target in batch if not isinstance(target, DnsTarget)}
