"""The process in which sslyze runs: one request a line on standard input, one reply a line on standard output.

Before each connection it asks the parent for a turn by the line TURN, and waits for the line GO.
It is a process of its own because sslyze may hang, leak or be led into a fault by what a server sends. Its memory is
limited here; its time is limited twice: by the parent, who kills it, and by an alarm of its own, in case the parent is
gone.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal

from checks.model.canonical import STRICT, dump, load
from checks.model.evidence import FailureReason
from checks.model.target import TlsTarget

MEMORY_BYTES = 512 * 1024**2
"""Address space; sslyze itself stays below a fifth of it."""

ALARM_SECONDS = 5
"""After its deadline so many seconds may pass before the process ends itself."""

TURN = b"turn\n"
GO = b"go\n"

Question = Literal["heartbleed", "ccs_injection", "robot", "client_renegotiation"]
"""Heartbleed (CVE-2014-0160), an early ChangeCipherSpec (CVE-2014-0224), ROBOT (CVE-2017-13099 and its kin):
vulnerable or not; client-initiated renegotiation (CVE-2011-1473): permitted or not."""

OldVersion = Literal["ssl3", "tls1_0", "tls1_1", "tls1_2"]
"""Versions in which these questions have a meaning and a handshake."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the parent asks of one endpoint."""

    __pydantic_config__ = STRICT

    target: TlsTarget
    questions: tuple[Question, ...]
    """Asked one after the other, in this order."""
    version: OldVersion
    """A version that the server accepts."""
    suites: tuple[str, ...]
    """IANA names of suites that it accepts in that version."""
    seconds: int
    """Time until the parent kills this process."""
    connect_seconds: int
    """Longest wait for one step of a connection."""
    rsa_version: OldVersion | None = None
    """For ROBOT: the version in which RSA key exchange is accepted, where it is another."""
    rsa_suites: tuple[str, ...] = ()
    """The suites accepted in `rsa_version`."""
    until_ms: int | None = None
    """When the parent kills this process, in milliseconds on the monotonic clock, which all processes of a machine
    share (clock_gettime(2)): what the start of this process takes is then part of `seconds`. The pool sets it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    __pydantic_config__ = STRICT

    value: bool | None
    """None: could not tell."""
    connections: int
    """TCP connections that the question took."""
    reason: FailureReason | None = None
    """Why it could not be told; None where it could."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to each question of a request."""

    __pydantic_config__ = STRICT

    target: str
    """Key of the target, by which a reply is known to belong to its request."""
    answers: Mapping[Question, Answer]


def look(request: Request, turn: Callable[[], None]) -> Reply:
    """Ask every question; `turn` waits until a connection may be opened. Never raises for what the server does."""
    # Only here, so that the parent, which shares the types above, never loads sslyze.
    from scanner.probes.tls.vulnerabilities.sslyze_checks import Checks

    checks = Checks(request, answer_seconds(request), turn)
    return Reply(request.target.key, {question: checks.answer(question) for question in request.questions})


def answer_seconds(request: Request) -> float:
    """How long questions may be asked so that what is known can still be told before the end."""
    left = float(request.seconds) if request.until_ms is None else request.until_ms / 1000 - time.monotonic()
    return left - request.seconds * 0.1


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer one request after the other until there are no more."""

    def turn() -> None:
        left = signal.alarm(0)  # the parent bounds the wait, and if it is gone there is an end of file
        replies.write(TURN)
        replies.flush()
        if requests.readline() != GO:
            raise SystemExit("no turn")
        signal.alarm(left)

    for line in iter(requests.readline, b""):
        request = load(Request, line)
        signal.alarm(request.seconds + ALARM_SECONDS)  # its default action ends the process, whatever runs
        reply = look(request, turn)
        signal.alarm(0)
        replies.write(dump(reply) + b"\n")
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
