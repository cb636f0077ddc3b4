"""ports.administration: administration is not reachable from where the public is, and has a port of its own.

NIST SP 800-44 version 2, section 9.5: a web server is administered from few hosts, and not from the Internet unless the
risks were weighed. TCVN 14423:2026, 5.13.2.3 b (known from a summary) wants a port for administration that is not the
service's. A port of the asset's own URL or endpoints is its service port: what administers there shares
the way in with the public, wherever one looks from. Version detection leaves the service port to the looks at TLS and
HTTP; where none of them understood what answers there, it may be anything.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import OpenPort, PortsObservation
from checks.model.finding import Outcome, met_unless, not_applicable, not_assessable
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.services import SERVICE_REASONS, ServiceName, is_named, lowered, unheard, unknown
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable


class Administration(Params):
    """What administers, and from where it must not be reached."""

    ports: tuple[PortItem, ...] = Field(
        default=(22, 23, 2082, 2083, 2086, 2087, 2222, 3389, 4848, 5900, 5985, 5986, 7001, 8161, 9090, 10000),
        min_length=1,
    )
    """Ports that administration usually has. One that the asset's own URL or endpoints have counts by its name only."""
    names: tuple[ServiceName, ...] = ("ssh", "telnet", "ms-wbt-server", "vnc", "wsman", "ajp13", "ipmi-advertiserd")
    """What is detected under one of these names administers, at any port."""
    vantages: tuple[str, ...] = ("internet",)
    """From none of these may it be reached; from others only the service port is judged."""


def judge(subject: Subject[PortsObservation], params: Administration) -> Outcome:
    """Fail for every open port of administration that is seen from such a vantage, or is a service port."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    public = subject.sighting.vantage in params.vantages
    numbers, names = members(params.ports), lowered(params.names)
    wrong = []
    for each in seen.open:
        reason = _reason(subject, each, numbers, names)
        if reason == "administration_on_service_port" or (reason and public):
            wrong.append(open_instance(subject, each, reason, vantage=subject.sighting.vantage))
    if wrong:
        return met_unless(wrong)
    if names and (own := unheard(subject)):
        return not_assessable("service_unknown", ports=canonical_ports(own))
    if not public:
        return not_applicable("other_vantage", vantage=subject.sighting.vantage)
    return not_asked(seen, params.ports) or (unknown(seen) if names else None) or met_unless(wrong)


def asked(params: Administration) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.ports).split(","))


def _reason(
    subject: Subject[PortsObservation], found: OpenPort, numbers: frozenset[int], names: frozenset[str]
) -> str | None:
    own = subject.asset.own_ports.union(*(each.own_ports for each in subject.neighbours))
    named = is_named(found, names)
    if found.port in own:
        return "administration_on_service_port" if named else None
    return "administration_reachable" if named or found.port in numbers else None


CHECK = Check(
    id="ports.administration",
    version=2,
    reads="ports",
    params=Administration,
    judge=judge,
    reasons=STATE_REASONS
    | SERVICE_REASONS
    | {"administration_reachable", "administration_on_service_port", "other_vantage"},
    ports=asked,
)
