"""The seam between what is to be looked at and how: a target in, evidence out, never an exception, never a hang.

A probe implements `_look` for one batch and returns an observation and a count of connections for each target.
The base class measures, wraps errors and fills gaps, so that a failed look is a ProbeFailure with its reason.
"""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar, Protocol, Self

from checks.model.evidence import (
    Evidence,
    FailureReason,
    Observation,
    ProbeFailure,
    Sighting,
    observation_digest,
)
from checks.model.target import DnsTarget, Target
from scanner.probes.names import USER_AGENT
from scanner.probes.politeness import PATIENCE_SECONDS, PER_ADDRESS, NoTurn, Politeness, Turn

DETAIL_LENGTH = 200
"""A failure's remark is cut to this many characters."""
NO_TURN = "no turn at the address came in time"
"""The remark of a look that had to wait too long to be polite."""


class ProbeError(Exception):
    """Raised inside a probe where a look fails for a reason that is known."""

    def __init__(self, reason: FailureReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: FailureReason = reason
        self.detail = detail


class Scope(Protocol):
    """What may be touched: the composition root makes it of inventory, authorisations and resolved names."""

    def allows(self, address: str) -> bool:
        """Whether a packet may be sent to an address."""
        ...

    def addresses(self, host: str) -> tuple[str, ...]:
        """The pinned addresses of a host of the inventory; empty for any other host."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every look. Seconds are wall time and absolute: no slow drip extends them. Only what a look waits for
    its turns (`scanner.probes.politeness`) is not counted, since it is not the server that is slow."""

    connect_seconds: int = 5
    dns_seconds: int = 10
    http_seconds: int = 20
    """One exchange: connect, handshake, request, answer. Redirects have one each."""
    tls_seconds: int = 45
    """One endpoint, all questions: one hard budget, which an honest server does not come near and which bounds what a
    tarpit costs. What was heard by then is kept, the rest has the reason "deadline"."""
    ports_seconds: int = 1800
    """One nmap batch."""
    header_bytes: int = 256 * 1024
    body_bytes: int = 512 * 1024
    redirects: int = 10
    per_address: int = PER_ADDRESS
    """Connections that one look has open at once."""
    scan_at_once: int = 8
    """Looks under way at once on this machine."""

    def gentler(self) -> Self:
        """For a second try: one connection after the other, each with half as long again, and twice the time in all."""
        return replace(
            self,
            connect_seconds=math.ceil(self.connect_seconds * 1.5),
            dns_seconds=math.ceil(self.dns_seconds * 1.5),
            http_seconds=math.ceil(self.http_seconds * 1.5),
            tls_seconds=self.tls_seconds * 2,
            per_address=1,
        )


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """What every probe is given."""

    scope: Scope
    vantage: str
    limits: Limits = field(default_factory=Limits)
    user_agent: str = USER_AGENT
    """Sent with every HTTP request, so that an operator knows who looks; the configuration adds a contact."""
    resolvers: tuple[str, ...] = ()
    """Addresses ("192.0.2.53" or "192.0.2.53:5353") that are asked for DNS records; empty: those of this machine."""
    politeness: Politeness = field(default_factory=Politeness)
    """What every connection to a target asks for first; all probes of a run share one."""

    @contextmanager
    def turn(self, address: str, port: int) -> Iterator[Turn]:
        """A turn to connect, waited for; it is over with the block. Raises ProbeError("deadline") where none comes."""
        try:
            with self.politeness.turn(address, port) as turn:
                yield turn
        except NoTurn:
            raise ProbeError("deadline", NO_TURN) from None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe brings back of one target."""

    observation: Observation
    connections: int = 0


class Probe(ABC):
    """One way to look."""

    kind: ClassVar[type]
    """The class of the targets that it takes."""

    def __init__(self, context: ProbeContext) -> None:
        self.context = context

    @property
    def at_once(self) -> int | None:
        """Looks of this probe that may be under way together, beside those of others; None: it shares the engine's."""
        return None

    @abstractmethod
    def tools(self) -> Mapping[str, str]:
        """Tools that look, with their versions."""

    @abstractmethod
    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        """What was seen of each target of one batch, by target key.

        May raise ProbeError, or anything: it then stands for every target of the batch.
        """

    def batches(self, targets: Sequence[Target]) -> Iterator[tuple[Target, ...]]:
        """The targets in the groups that are looked at together; one by one unless a probe says otherwise."""
        return ((target,) for target in targets)

    def look(self, batch: Sequence[Target], clock: Callable[[], datetime] | None = None) -> list[Evidence]:
        """Look at one batch: exactly one piece of evidence for each target, whatever happens."""
        now = clock or _utc_now
        started = now()
        allowed = [
            target for target in batch if isinstance(target, DnsTarget) or self.context.scope.allows(target.address)
        ]
        seen: Mapping[str, Seen] = {}
        missing = ProbeFailure("tool_failed", "no result")
        try:
            seen = self._look(allowed) if allowed else {}
        except ProbeError as error:
            missing = ProbeFailure(error.reason, error.detail[:DETAIL_LENGTH])
        except Exception as error:  # a probe's own fault is data too
            missing = ProbeFailure("tool_failed", f"{type(error).__name__}: {error}"[:DETAIL_LENGTH])
        finished = now()
        return [
            self._evidence(
                target,
                seen.get(target.key, Seen(missing)) if target in allowed else Seen(ProbeFailure("out_of_scope")),
                started,
                finished,
            )
            for target in batch
        ]

    def close(self) -> None:  # noqa: B027  (most probes keep nothing running)
        """End whatever the probe keeps running; it is not used afterwards."""

    def _evidence(self, target: Target, seen: Seen, started: datetime, finished: datetime) -> Evidence:
        sighting = Sighting(
            target=target,
            vantage=self.context.vantage,
            started=started,
            finished=finished,
            connections=seen.connections,
            tools=self.tools(),
            observation=observation_digest(seen.observation),
        )
        return Evidence(sighting, seen.observation)


class Deadline:
    """A point on the monotonic clock; every wait asks it how long it may still last."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds
        self._patience = PATIENCE_SECONDS

    @property
    def at(self) -> float:
        """The point, in seconds on the monotonic clock."""
        return self._at

    def left(self) -> float:
        """Seconds left. Raises ProbeError("deadline") when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise ProbeError("deadline")
        return left

    def put_off(self, seconds: float) -> None:
        """Give back what was waited for a turn; at most PATIENCE_SECONDS in all."""
        given = min(seconds, self._patience)
        self._patience -= given
        self._at += given


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
