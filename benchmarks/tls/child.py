"""A process that looks when it is told to, with Khiên or with sslyze, and says what each look took.

`looker.py` starts it. On its command line come the Options, on standard input one Work a line, and for each of them
one Run goes back. Start-up and imports are over before the first figure is taken, and each tool's process holds only
that tool.
"""

import ipaddress
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any, Literal

from benchmarks.processes import CpuMeter
from benchmarks.tls.figures import Run

Tool = Literal["khien", "khien-quick", "sslyze", "sslyze-processes"]
WIRE = ipaddress.ip_network("198.18.0.0/15")
"""The wire of `wire.py`."""
WITHOUT_BOUND = 1_000_000
"""Connections a second: what is measured is the engine, and not how long it waits to be polite."""


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for the whole life of the process."""

    tool: Tool
    policy: str
    """What a quick verdict is asked for."""
    per_address: int | None = None
    """Connections open at once to one address; None: the tool's own default."""


@dataclass(frozen=True, slots=True)
class Work:
    """One look: these addresses, each at this port."""

    addresses: tuple[str, ...]
    port: int
    server_name: str | None
    """The name to ask for."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came out of one run."""

    connections: int | None
    told: str


Look = Callable[[Work], Found]


def main() -> None:
    """Until standard input ends."""
    options = Options(**json.loads(sys.argv[1]))
    look = _khien(options) if options.tool.startswith("khien") else _sslyze(options)
    for line in sys.stdin:
        asked = json.loads(line)
        run = measured(look, Work(tuple(asked["addresses"]), asked["port"], asked["server_name"]))
        print(json.dumps(asdict(run)), flush=True)
    os._exit(0)  # threads and processes of a tool are not waited for


def measured(look: Look, work: Work) -> Run:
    """One look and what it took."""
    meter = CpuMeter()
    started = time.perf_counter()
    found = look(work)
    wall = time.perf_counter() - started
    return Run(wall, meter.read(), found.connections, found.told)


def _khien(options: Options) -> Look:
    """Looks by the probe itself at one target, and by the engine at many."""
    from checks.model.target import HttpTarget, Target, TlsTarget
    from scanner.engine.local import LocalEngine
    from scanner.probes.http import HttpProbe
    from scanner.probes.interface import Limits, Probe, ProbeContext
    from scanner.probes.politeness import Politeness
    from scanner.probes.tls.probe import TlsProbe

    defaults = Limits()
    per_address = options.per_address or defaults.per_address
    context = ProbeContext(
        scope=_HereOnly(),
        vantage="internet",
        limits=Limits(per_address=per_address),
        politeness=Politeness(WITHOUT_BOUND, per_address),
    )
    quick = options.tool == "khien-quick"
    needs = _needs(options.policy) if quick else None
    kept: dict[type, Probe] = {TlsTarget: TlsProbe(context), HttpTarget: HttpProbe(context)}

    def look(work: Work) -> Found:
        url = f"https://{work.server_name or work.addresses[0]}:{work.port}/"
        targets: list[Target] = [TlsTarget(each, work.port, work.server_name, needs=needs) for each in work.addresses]
        if quick:
            targets += [HttpTarget(each, url) for each in work.addresses]
        if len(work.addresses) == 1:
            return _summary([found for each in targets for found in kept[type(each)].look([each])])
        engine = LocalEngine({TlsTarget: TlsProbe(context), HttpTarget: kept[HttpTarget]}, defaults.scan_at_once)
        return _summary(engine.look(targets))

    return look


class _HereOnly:
    """A scope that no packet leaves this machine in: loopback, and the wire with a round trip."""

    def allows(self, address: str) -> bool:
        """See `scanner.probes.interface.Scope`."""
        parsed = ipaddress.ip_address(address)
        return parsed.is_loopback or parsed in WIRE

    def addresses(self, host: str) -> tuple[str, ...]:
        """No redirect to another name is followed."""
        return ()


def _needs(policy: str) -> Any:
    """What a policy's rules read of an endpoint."""
    from functools import reduce
    from operator import or_

    from checks.model.needs import TlsNeeds
    from checks.registry import by_id
    from policies.loader import PolicyLibrary

    found = []
    for control in PolicyLibrary().get(policy).controls:
        check = by_id(control.check)
        if check.needs is not None:
            found.append(check.needs(check.parameters(control.params)))
    return reduce(or_, found, TlsNeeds())


def _summary(evidence: Iterable[Any]) -> Found:
    """In a few words; observations are let go as they come, as a scan that records them does."""
    connections = hosts = failed = suites = chains = unanswered = 0
    for each in evidence:
        connections += each.sighting.connections
        seen = each.observation
        failed += seen.kind == "failure"
        if seen.kind == "tls":
            hosts += 1
            suites += sum(map(len, seen.cipher_suites.values()))
            chains += len(seen.certificates)
            unanswered += sum(failure.reason != "not_asked" for failure in seen.failures)
    return Found(connections, _words(hosts, failed, suites, chains, unanswered))


def _words(hosts: int, failed: int, suites: int, chains: int, unanswered: int) -> str:
    found = f"{suites} suites, {chains} chains" if hosts <= 1 else f"{hosts} hosts, {suites // hosts} suites each"
    return found + f", {unanswered} unanswered" * bool(unanswered) + f", {failed} failed" * bool(failed)


def _sslyze(options: Options) -> Look:
    """All commands that sslyze runs by default, through its Python API."""
    if options.tool == "sslyze":
        return lambda work: _told(_sslyze_scan(work, options))
    workers = os.cpu_count() or 1
    pool = ProcessPoolExecutor(workers, get_context("spawn"))

    def look(work: Work) -> Found:
        parts = [Work(work.addresses[start::workers], work.port, work.server_name) for start in range(workers)]
        tasks = [pool.submit(_sslyze_scan, part, options) for part in parts if part.addresses]
        return _told([count for task in tasks for count in task.result()])

    return look


def _sslyze_scan(work: Work, options: Options) -> list[int]:
    """The number of suites accepted by each target; -1 for one that no report came of."""
    from sslyze.scanner.models import ServerScanRequest
    from sslyze.scanner.scanner import Scanner
    from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

    scanner = Scanner(per_server_concurrent_connections_limit=options.per_address)
    name = work.server_name or work.addresses[0]
    network = ServerNetworkConfiguration(tls_server_name_indication=name)
    scanner.queue_scans(
        [ServerScanRequest(ServerNetworkLocation(name, work.port, ip_address=each), network) for each in work.addresses]
    )
    return [_accepted(each.scan_result) for each in scanner.get_results()]


def _accepted(result: Any) -> int:
    if result is None:
        return -1
    versions = ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3")
    attempts = [getattr(result, f"{version}_cipher_suites").result for version in versions]
    return sum(len(each.accepted_cipher_suites) for each in attempts if each is not None)


def _told(accepted: Sequence[int]) -> Found:
    seen = [count for count in accepted if count >= 0]
    hosts, failed = len(seen), len(accepted) - len(seen)
    found = f"{sum(seen)} suites" if hosts <= 1 else f"{hosts} hosts, {sum(seen) // hosts} suites each"
    return Found(None, found + f", {failed} failed" * bool(failed))


if __name__ == "__main__":
    main()
