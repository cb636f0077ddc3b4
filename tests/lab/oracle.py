"""What sslyze finds a server to accept, asked exhaustively: the truth that the engine is compared with."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from checks.model.evidence import Protocol
from tests.lab.configuration import Endpoint
from tests.lab.processes import StartFailed, first_line, running

DEADLINE_SECONDS = 120.0
"""sslyze may hang; its process is ended then."""

Suites = Mapping[Protocol, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Truth:
    """sslyze's verdict on one endpoint."""

    protocols: tuple[Protocol, ...]
    """Versions with a suite that is accepted, oldest first."""
    suites: Suites
    """IANA names of the suites that sslyze finds accepted, sorted, for each of those versions. Its list has none with
    pre-shared keys and none with Camellia in GCM, and its OpenSSL none of DH_anon with Camellia and SHA-256."""
    newer: Suites
    """Suites that sslyze misses because it asks for them with an OpenSSL that knows neither X25519, X448 nor new
    signatures; the newer OpenSSL that it has as well finds them."""
    unclear: Suites
    """Suites for which sslyze ended in an error or heard nothing in time: neither accepted nor refused."""
    groups: tuple[str, ...]
    """IANA names of the groups of elliptic curves accepted in TLS 1.3 or the newest older version, sorted. sslyze
    offers one group at a time, and no finite-field or hybrid group. Below TLS 1.3 a server whose key is on a curve
    refuses hellos without that curve, so that no other is seen there."""
    preference: Mapping[Protocol, bool]
    """Whether the server follows its own order, where there are two suites that nassl can offer together."""

    def all_suites(self, version: Protocol) -> tuple[str, ...]:
        """What sslyze finds, and what its newer OpenSSL finds besides."""
        return tuple(sorted((*self.suites.get(version, ()), *self.newer.get(version, ()))))


class Oracle:
    """sslyze in processes of its own, so many endpoints at a time."""

    def __init__(self, folder: Path, processes: int = 2) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(processes)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._workers: list[_Worker] = []
        self._all = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for worker in self._workers:
                worker.kill()  # so that a thread that still waits hears its end
        self._threads.shutdown()
        self._all.close()

    def ask(self, endpoint: Endpoint) -> "Future[Truth]":
        """The truth, later. The future raises StartFailed where sslyze does not answer in time or at all."""
        return self._threads.submit(self._ask, endpoint)

    def _ask(self, endpoint: Endpoint) -> Truth:
        with self._lock:
            worker = self._idle.pop() if self._idle else self._new()
        answer = worker.ask(endpoint)  # one that fails is not used again
        with self._lock:
            self._idle.append(worker)
        return _truth(answer)

    def _new(self) -> "_Worker":
        worker = _Worker(self._folder, f"sslyze{len(self._workers)}")
        self._workers.append(self._all.enter_context(worker))
        return worker


class _Worker(AbstractContextManager["_Worker"]):
    """One process."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._running = running([sys.executable, "-m", "tests.lab.sslyze_worker"], folder, name)
        self._process: subprocess.Popen[bytes] = self._running.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(None, None, None)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def ask(self, endpoint: Endpoint) -> bytes:
        """The answer's line. Raises StartFailed where there is none in time."""
        assert self._process.stdin is not None
        request = [endpoint.address, endpoint.port, endpoint.server_name]
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            return first_line(self._process, self._folder, self._name, seconds=DEADLINE_SECONDS)
        except OSError as error:
            raise StartFailed(f"sslyze ended: {error}") from error
        except StartFailed:
            self.kill()
            raise


def _truth(answer: bytes) -> Truth:
    told = json.loads(answer)
    lists: dict[str, Suites] = {
        kind: {version: tuple(names) for version, names in told[kind].items()}
        for kind in ("suites", "newer", "unclear")
    }
    return Truth(
        protocols=tuple(told["protocols"]),
        suites=lists["suites"],
        newer=lists["newer"],
        unclear=lists["unclear"],
        groups=tuple(told["groups"]),
        preference=told["preference"],
    )
