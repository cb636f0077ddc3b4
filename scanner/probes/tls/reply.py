"""What one question came to: the server chose, it refused, or it could not be told.

An alert is a refusal. An end of file, a reset and a time-out are doubts, and so is a choice of what was not offered.
"""

from dataclasses import dataclass
from typing import Final

from checks.model.evidence import FailureReason
from scanner.probes.tls.codec import answers
from scanner.probes.tls.codec.answers import Alert, ServerHello
from scanner.probes.tls.conversation import Trouble


@dataclass(frozen=True, slots=True)
class Picked:
    """The server chose."""

    hello: ServerHello
    broken_off: bool = False
    """Whether an alert came behind the choice in place of the rest: OpenSSL says so where a suite with a pre-shared key
    is offered without a group that it has."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server said yes in other words than a ServerHello of SSL 3.0 or later."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no."""

    alert: int | None = None
    """Description of the alert (RFC 8446 section 6); None where there was none."""
    believed: bool = False
    """Whether all that was heard is a connection that was cut, or failed internally, time and again: no answer after
    all where the server turns out to do so at random."""

    @property
    def version(self) -> bool:
        """Whether it is the version that is refused: every offer of it will be."""
        return self.alert == answers.PROTOCOL_VERSION

    @property
    def odd(self) -> bool:
        """Whether the alert is not one that says that nothing offered is acceptable: perhaps a part of it would be."""
        return self.alert not in (
            answers.HANDSHAKE_FAILURE,
            answers.PROTOCOL_VERSION,
            answers.INSUFFICIENT_SECURITY,
            None,
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a question has no answer."""

    reason: FailureReason
    detail: str = ""
    repeatable: bool = False
    """Whether a server that does the same again, between hellos that it answers, means to refuse by it."""
    alert: int | None = None
    """Description of the alert, where there was one all the same."""


Reply = Picked | Accepted | Refused | Doubt

INTERNAL_ERROR: Final = 80
"""An alert that may come of overload as well as of an offer (RFC 8446 section 6.2)."""

_REASONS: dict[Trouble, FailureReason] = {
    "timed_out": "timed_out",
    "refused": "refused",
    "unreachable": "unreachable",
    "reset": "reset",
    "closed": "reset",
    "too_large": "too_large",
}


def alerted(alert: Alert) -> Refused | Doubt:
    """What an alert in place of an answer means: a server that only closes, or fails, has not refused."""
    if alert.description == answers.CLOSE_NOTIFY:
        return doubt_of("closed")
    if alert.description == INTERNAL_ERROR:
        return Doubt("tls_failed", "an internal error of the server", True, INTERNAL_ERROR)
    return Refused(alert.description)


def doubt_of(trouble: Trouble) -> Doubt:
    """The doubt that a trouble leaves; a cut is the one that many servers refuse by."""
    return Doubt(_REASONS[trouble], repeatable=trouble in ("reset", "closed"))
