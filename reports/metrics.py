"""What Khiên has done and how it is, as Prometheus reads it. Numbers alone: no names of agencies, assets or servers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class LastRun:
    """The latest scan that is finished."""

    id: str
    """Told to nobody: it would be a new series with each run."""
    started: datetime
    finished: datetime
    held: bool
    """Far more than usual of it could not be assessed."""
    connections: int
    looks: Mapping[str, int]
    """By kind of target."""
    findings: Mapping[str, int]
    """By verdict."""
    failures: Mapping[str, int]
    """Looks that saw nothing, by reason."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to tell at a moment."""

    version: str
    runs: Mapping[str, int]
    """All runs, by state."""
    last: LastRun | None
    queue: Mapping[str, int]
    """What waits to be scanned or is under way: slots of schedules, requests of people."""
    halted: bool
    """Whether an emergency stop stands."""
    heartbeat: datetime | None
    """When the daemon last said that it is alive."""


class Exporter(Collector):
    """Tells the facts as they are when it is asked; ages are of that moment."""

    def __init__(self, facts: Callable[[], Facts], now: Callable[[], datetime]) -> None:
        self._facts = facts
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        facts, now = self._facts(), self._now()
        yield InfoMetricFamily("khien", "The release of Khiên.", {"version": facts.version})
        yield _by("khien_runs", "Scan runs by state.", "state", facts.runs)
        yield _by("khien_queue", "What waits to be scanned or is under way.", "kind", facts.queue)
        yield _one("khien_halted", "Whether an emergency stop stands.", facts.halted)
        if facts.heartbeat is not None:
            yield _one(
                "khien_heartbeat_timestamp_seconds",
                "When the daemon last said that it is alive.",
                facts.heartbeat.timestamp(),
            )
        if facts.last is not None:
            yield from _last(facts.last, now)


def _last(run: LastRun, now: datetime) -> Iterator[Metric]:
    begun, ended = run.started.timestamp(), run.finished.timestamp()
    name = "khien_last_run"
    yield _one(f"{name}_timestamp_seconds", "When the latest complete scan was finished.", ended)
    yield _one(f"{name}_age_seconds", "How long ago that was.", now.timestamp() - ended)
    yield _one(f"{name}_duration_seconds", "From its opening to its end.", ended - begun)
    yield _one(f"{name}_held", "Whether far more than usual of it could not be assessed.", run.held)
    yield _one(f"{name}_connections", "TCP connections of its looks.", run.connections)
    yield _by(f"{name}_targets", "Its looks by kind of target.", "kind", run.looks)
    yield _by(f"{name}_findings", "Its findings by verdict.", "verdict", run.findings)
    yield _by(f"{name}_failed_looks", "Its looks that saw nothing, by reason.", "reason", run.failures)


def exposition(facts: Facts, now: datetime) -> bytes:
    """The facts as a file for the textfile collector of node_exporter (text format 0.0.4)."""
    registry = CollectorRegistry()
    registry.register(Exporter(lambda: facts, lambda: now))
    return generate_latest(registry)


def _one(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, value=float(value))


def _by(name: str, help: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
