"""How often and how many at once: what every connection to a target asks for first.

One Politeness serves a whole run: all its probes, all assets on an address, all tries. Whoever wants a connection takes
a turn at the gate of the address, says when the first packet is out and what was heard, and ends the turn when the
connection is closed. Between these moments nothing is assumed, so that what holds here holds on the wire. The gate
slows down for a server that slows down. Resolvers are no targets: DNS has bounds of its own.

Nothing here knows a socket. A gate is told the time; only `Politeness.turn`, for the threads that can wait, asks a
clock.
"""

import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

PER_SECOND: Final = 10
"""Connections begun within any second to one address. A browser that opens one page begins as many."""
PER_ADDRESS: Final = 3
"""Connections open at once to one address; browsers take six."""
LOWEST: Final = 1
"""Connections within a second that a server which slows down still gets."""
WINDOW_SECONDS: Final = 1.0
GOOD_ANSWERS: Final = 20
"""So many good answers in a row give one more connection a second back."""
SLOW_TIMES: Final = 4
SLOW_SECONDS: Final = 1.0
"""An answer is slow that takes so many times as long as the quickest of the same port, and so much longer: that is the
time after which the first packet of a connection is sent again (RFC 6298 section 2)."""
RETRY_SECONDS: Final = 0.05
"""A gate that cannot say when its next turn is free is asked again after so long."""
PATIENCE_SECONDS: Final = 300.0
"""No look waits longer for its turns, all of them together."""


class NoTurn(Exception):
    """Raised where no turn came in time, or none comes any more."""


class Gate:
    """The turns at one address. May be used by several threads."""

    def __init__(self, per_second: int, per_address: int) -> None:
        self._lock = threading.Lock()
        self._most = self._rate = self._lowest = per_second
        self._per_address = per_address
        self._open = 0
        self._unsent = 0
        """Turns of which the first packet may go out at any moment."""
        self._sent: deque[float] = deque()
        """When the first packets of the last second went out."""
        self._quickest: dict[int, float] = {}
        """Seconds to the quickest first answer, by port."""
        self._good = 0
        self._slowed = float("-inf")
        self._closed = False

    def close(self) -> None:
        """No further turns."""
        self._closed = True

    @property
    def full(self) -> bool:
        """Whether as many connections are open as may be: it is not for the rate that the next one waits."""
        return self._open >= self._per_address

    @property
    def lowest(self) -> int | None:
        """The fewest connections a second that were allowed so far; None where it was never slowed down."""
        return self._lowest if self._lowest < self._most else None

    def wait(self, now: float) -> float:
        """Seconds after which it is worth while to take a turn; 0 for now."""
        with self._lock:
            return self._wait(now)

    def take(self, port: int, now: float) -> "Turn | None":
        """A turn, if there is one now."""
        with self._lock:
            if self._wait(now):
                return None
            self._open += 1
            self._unsent += 1
            return Turn(self, port, now)

    def trouble(self, port: int, began: float, now: float) -> None:
        """A server that had answered at a port refused or passed over a connection that began then: half the rate.

        Connections that began before the rate was last halved tell nothing new.
        """
        with self._lock:
            if port in self._quickest:
                self._slow_down(began, now)

    def _wait(self, now: float) -> float:
        if self.full or self._closed:
            return RETRY_SECONDS
        sent = self._sent
        while sent and sent[0] + WINDOW_SECONDS <= now:
            sent.popleft()
        surplus = len(sent) + self._unsent - self._rate
        if surplus < 0:
            return 0.0
        return sent[surplus] + WINDOW_SECONDS - now if surplus < len(sent) else RETRY_SECONDS

    def _slow_down(self, began: float, now: float) -> None:
        self._good = 0
        if began > self._slowed:
            self._slowed = now
            self._rate = max(LOWEST, self._rate // 2)
            self._lowest = min(self._lowest, self._rate)

    # For turns

    def _is_out(self, now: float) -> None:
        with self._lock:
            self._unsent -= 1
            self._sent.append(now)

    def _answered(self, port: int, began: float, now: float) -> None:
        seconds = now - began
        with self._lock:
            quickest = self._quickest.setdefault(port, seconds)
            self._quickest[port] = min(quickest, seconds)
            if seconds > quickest * SLOW_TIMES and seconds > quickest + SLOW_SECONDS:
                self._slow_down(began, now)
                return
            self._good += 1
            if self._good >= GOOD_ANSWERS and self._rate < self._most:
                self._good = 0
                self._rate += 1

    def _is_over(self) -> None:
        with self._lock:
            self._open -= 1

    def _is_unused(self) -> None:
        with self._lock:
            self._open -= 1
            self._unsent -= 1


class Turn:
    """The right to one connection. Times are seconds on one monotonic clock."""

    __slots__ = ("_ended", "_gate", "_heard", "_out", "_port", "began", "troubled")

    def __init__(self, gate: Gate, port: int, now: float) -> None:
        self.began = now
        """When it was taken, and from `sent` on when the first packet was out."""
        self.troubled = False
        """To be set where the server refused the connection or passed it over, and should not have."""
        self._gate = gate
        self._port = port
        self._out = self._heard = self._ended = False

    def sent(self, now: float) -> None:
        """The first packet is out, for certain."""
        if not self._out:
            self._out = True
            self.began = now
            self._gate._is_out(now)

    def heard(self, now: float) -> None:
        """The first bytes came in."""
        if not self._heard:
            self._heard = True
            self._gate._answered(self._port, self.began, now)

    def unused(self) -> None:
        """Give it back, if nothing was sent."""
        if not self._out and not self._ended:
            self._ended = True
            self._gate._is_unused()

    def over(self, now: float) -> None:
        """The connection is closed."""
        if self._ended:
            return
        self._ended = True
        self.sent(now)
        self._gate._is_over()
        if self.troubled:
            self._gate.trouble(self._port, self.began, now)


class Politeness:
    """The gates of one run."""

    def __init__(
        self,
        per_second: int = PER_SECOND,
        per_address: int = PER_ADDRESS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`per_second`: connections begun within any second to one address; `per_address`: open to it at once."""
        self.per_second = per_second
        self.per_address = per_address
        self.now = clock
        """Seconds on the clock that turns are counted by."""
        self._sleep = sleep
        self._lock = threading.Lock()
        self._gates: dict[str, Gate] = {}
        self._closed = False

    def close(self) -> None:
        """From now on no connection begins; who waits for a turn learns it at once."""
        with self._lock:
            self._closed = True
            for gate in self._gates.values():
                gate.close()

    def gate(self, address: str) -> Gate:
        """The gate of a literal address. IPv4 in IPv6's form (RFC 4291 section 2.5.5.2) is the same on the wire."""
        parsed = ipaddress.ip_address(address)
        key = str(getattr(parsed, "ipv4_mapped", None) or parsed)
        with self._lock:
            gate = self._gates.setdefault(key, Gate(self.per_second, self.per_address))
            if self._closed:
                gate.close()
            return gate

    @contextmanager
    def turn(self, address: str, port: int, patience: float = PATIENCE_SECONDS) -> Iterator[Turn]:
        """A turn for a thread that can wait for it; it is over with the block. Raises NoTurn after so many seconds."""
        turn = self._await(self.gate(address), port, self.now() + patience)
        try:
            yield turn
        finally:
            turn.over(self.now())

    def slowed(self) -> Mapping[str, int]:
        """The addresses whose server had to be asked more slowly, with the fewest connections a second that it got."""
        with self._lock:
            found = {address: gate.lowest for address, gate in sorted(self._gates.items())}
        return {address: lowest for address, lowest in found.items() if lowest is not None}

    def _await(self, gate: Gate, port: int, end: float) -> Turn:
        while True:
            now = self.now()
            turn = gate.take(port, now)
            if turn is not None:
                return turn
            if now >= end or self._closed:
                raise NoTurn
            self._sleep(min(max(gate.wait(now), RETRY_SECONDS / 10), max(0.0, end - now)))
