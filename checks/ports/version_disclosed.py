"""ports.version_disclosed: services do not tell the world which version they are.

CWE-200 and OWASP WSTG-INFO-02: a version tells at a glance which known flaws to try. SSH is left out unless the policy
says otherwise: its first line must name the software (RFC 4253 section 4.2), and clients rely on it.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import PortsObservation
from checks.model.finding import Outcome, met_unless, not_applicable
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.services import SERVICE_REASONS, ServiceName, is_named, lowered, unknown
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable


class VersionDisclosed(Params):
    """Where to look, and what to leave out."""

    scan: tuple[PortItem, ...] = Field(min_length=1)
    """Each of them must have been asked for; a service that is seen elsewhere counts as well."""
    ignore: tuple[PortItem, ...] = ()
    ignore_names: tuple[ServiceName, ...] = ("ssh",)


def judge(subject: Subject[PortsObservation], params: VersionDisclosed) -> Outcome:
    """Fail for every service whose product and version were told."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    ports, names = members(params.ignore), lowered(params.ignore_names)
    services = [
        each
        for each in seen.open
        if (each.service or each.product) and each.port not in ports and not is_named(each, names)
    ]
    wrong = [open_instance(subject, each, "version_disclosed") for each in services if each.product and each.version]
    gap = not_asked(seen, params.scan) or unknown(seen)
    if gap and not wrong:
        return gap
    return met_unless(wrong) if services else not_applicable("no_service_identified")


def asked(params: VersionDisclosed) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.scan).split(","))


CHECK = Check(
    id="ports.version_disclosed",
    version=1,
    reads="ports",
    params=VersionDisclosed,
    judge=judge,
    reasons=STATE_REASONS | SERVICE_REASONS | {"version_disclosed", "no_service_identified"},
    ports=asked,
)
