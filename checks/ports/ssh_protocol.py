"""ports.ssh_protocol: SSH servers speak version 2 of the protocol only.

An SSH server names its version first: "2.0" (RFC 4253 section 4.2), "1.99" where it speaks version 1 beside it
(RFC 4253 section 5.1), or lower where it speaks version 1 only. Version 1 does not keep what is sent whole or secret.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import OpenPort, PortsObservation
from checks.model.finding import Outcome, met_unless, not_applicable, not_assessable
from checks.model.ports import PortItem, canonical_ports
from checks.ports.services import SERVICE_REASONS, is_named, unknown
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable

BOTH = "1.99"
"""The version number of a server that speaks 1 and 2."""


class SshProtocol(Params):
    """Where SSH servers may be."""

    ports: tuple[PortItem, ...] = Field(default=(22, 2222), min_length=1)
    """Each of them must have been asked for; an SSH server that is seen elsewhere counts as well."""


def judge(subject: Subject[PortsObservation], params: SshProtocol) -> Outcome:
    """Fail for every SSH server that speaks version 1."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    servers = [each for each in seen.open if is_named(each, frozenset({"ssh"}))]
    wrong = [
        open_instance(subject, each, "ssh_protocol_1_too" if each.ssh_protocol == BOTH else "ssh_protocol_1")
        for each in servers
        if _is_old(each)
    ]
    silent = [each.port for each in servers if each.ssh_protocol is None]
    gap = not_asked(seen, params.ports) or unknown(seen)
    if silent and not gap:
        gap = not_assessable("ssh_protocol_unknown", ports=canonical_ports(silent))
    if gap and not wrong:
        return gap
    return met_unless(wrong) if servers else not_applicable("no_ssh")


def asked(params: SshProtocol) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.ports).split(","))


def _is_old(found: OpenPort) -> bool:
    return found.ssh_protocol is not None and found.ssh_protocol.startswith("1.")


CHECK = Check(
    id="ports.ssh_protocol",
    version=1,
    reads="ports",
    params=SshProtocol,
    judge=judge,
    reasons=STATE_REASONS
    | SERVICE_REASONS
    | {"ssh_protocol_1", "ssh_protocol_1_too", "ssh_protocol_unknown", "no_ssh"},
    ports=asked,
)
