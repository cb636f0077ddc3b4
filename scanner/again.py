"""Which looks are worth a second one, and which of two looks at the same target tells more (pure).

A verdict must not hang on one lost packet, or on one process that somebody killed. So a look that ended in a failure of
the network, wholly or in part, or of the tool as a whole, is made once more in the same run, after all others; history
keeps one look of each target and run, the better of the two.
"""

from dataclasses import replace

from checks.model.evidence import (
    DnsObservation,
    Evidence,
    FailureReason,
    HttpObservation,
    PortsObservation,
    ProbeFailure,
    TlsObservation,
)

NETWORK: frozenset[FailureReason] = frozenset(
    {"refused", "timed_out", "reset", "unreachable", "dns_failed", "deadline"}
)
"""What the way to a server may do, as well as the server."""


PASSING: frozenset[FailureReason] = NETWORK | {"tool_failed"}
"""What is worth a second look where it ended the first one. One question at which a tool fails is likely to fail it
again, and is not worth asking the server everything anew."""


def troubles(evidence: Evidence) -> int:
    """How many questions of a look are left open that a second one may answer."""
    passing = PASSING if isinstance(evidence.observation, ProbeFailure) else NETWORK
    return sum(reason in passing for reason in _reasons(evidence))


def better(first: Evidence, second: Evidence) -> Evidence:
    """The look of two at one target that left fewer questions open, the later one where they are equal.

    It counts the connections of both, since both were made.
    """
    chosen = second if _left_open(second) <= _left_open(first) else first
    connections = first.sighting.connections + second.sighting.connections
    return replace(chosen, sighting=replace(chosen.sighting, connections=connections))


def _left_open(evidence: Evidence) -> tuple[bool, int]:
    return isinstance(evidence.observation, ProbeFailure), len(_reasons(evidence))


def _reasons(evidence: Evidence) -> list[FailureReason]:
    """Why questions were left open; what was never asked is not among them."""
    match evidence.observation:
        case ProbeFailure(reason=reason):
            return [reason]
        case TlsObservation(failures=failures):
            return [each.reason for each in failures if each.reason != "not_asked"]
        case HttpObservation(failure=failure, failures=failures):
            return [each.reason for each in failures] + ([failure] if failure is not None else [])
        case DnsObservation(failures=failures):
            return [each.reason for each in failures]
        case PortsObservation():
            return []  # a port that does not answer is an answer: nmap itself asks again
