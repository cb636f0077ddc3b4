"""The process in which sslyze runs: one request a line on standard input, one reply a line on standard output.

It is a process of its own because sslyze may hang, leak or be led into a fault by what a server sends. Its
memory is limited here; its time is limited twice: by the parent, who kills it, and by an alarm of its own, in case
the parent is gone.
"""

import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from typing import BinaryIO

from checks.model.canonical import STRICT, canonical, load, plain
from checks.model.evidence import Observation, ProbeFailure
from checks.model.target import TlsTarget

MEMORY_BYTES = 2 * 1024**3
"""Address space; sslyze's own needs stay below a quarter of it."""

ALARM_SECONDS = 5
"""After its deadline so many seconds may pass before the process ends itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """One look that the parent asks for."""

    __pydantic_config__ = STRICT

    target: TlsTarget
    seconds: int
    """Time until the parent kills this process."""
    connect_seconds: int
    per_address: int
    user_agent: str
    until_ms: int | None = None
    """When the parent kills this process, in milliseconds on the monotonic clock, which all processes of a machine
    share (clock_gettime(2)): what the start of this process takes is then part of `seconds`."""


def look(request: Request) -> tuple[Observation, int]:
    """The observation, and the connections that it took."""
    # Only here, so that the parent, which shares the types above, never loads sslyze.
    from scanner.probes.tls.scan import scan
    from scanner.probes.tls.wire import Wire

    wire = Wire(request.connect_seconds, answer_seconds(request))
    try:
        seen = scan(request.target, wire, request.connect_seconds, request.per_address, request.user_agent)
    except Exception as error:  # whatever sslyze does, the parent gets an answer
        seen = ProbeFailure("tool_failed", type(error).__name__)
    return seen, wire.connections


def answer_seconds(request: Request) -> float:
    """How long questions may be asked so that what is known can still be told before the end."""
    left = float(request.seconds) if request.until_ms is None else request.until_ms / 1000 - time.monotonic()
    return left - request.seconds * 0.1


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer one request after the other until there are no more."""
    for line in requests:
        request = load(Request, line)
        signal.alarm(request.seconds + ALARM_SECONDS)  # its default action ends the process, whatever runs
        seen, connections = look(request)
        signal.alarm(0)
        reply = {"connections": connections, "observation": plain(seen), "target": request.target.key}
        replies.write(canonical(reply) + b"\n")
        replies.flush()


def main() -> None:
    """Bound this process, keep standard output for replies alone, and serve."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
