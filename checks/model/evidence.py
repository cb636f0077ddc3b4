"""What was seen (Observation) and the one look at which it was seen (Sighting).

An observation is canonical: sorted where order means nothing, without times, nonces, cookie values or personal
data (the probe has redacted them), so that an unchanged server gives the same bytes at every look. It is all
that judgement reads. `None` for a yes-or-no question means that it could not be told; `failures` says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from checks.model.canonical import STRICT, adapter, canonical, digest, dump
from checks.model.dns import Caa, Dnssec
from checks.model.pages import ForeignOrigin, MissingPage, Page, SecurityTxt, TraceAnswer
from checks.model.target import Target
from checks.model.versions import PROTOCOLS as PROTOCOLS
from checks.model.versions import Protocol as Protocol

FailureReason = Literal[
    "refused",  # RST: nothing listens there, or a firewall says so
    "timed_out",  # no answer within the bound
    "reset",  # the connection was cut in the middle
    "unreachable",  # the network or the host cannot be reached from here
    "name_not_found",  # DNS says that the name does not exist, or has no address
    "dns_failed",  # DNS did not answer, or answered with an error
    "out_of_scope",  # the inventory or the authorisation does not allow a look
    "not_tls",  # something answers, but not in TLS
    "tls_failed",  # TLS is spoken, but no handshake came about
    "not_http",  # something answers, but not in HTTP
    "malformed",  # HTTP with a fault so deep that no header can be trusted
    "too_large",  # more bytes than the bound
    "deadline",  # the bound of the whole look was reached
    "incomplete",  # the tool did not account for everything that it was asked
    "tool_failed",  # the tool ended in an error of its own
    "not_asked",  # the policy makes no use of it, so that no connection was spent on it
]


@dataclass(frozen=True, slots=True)
class Failure:
    """One question inside an observation that could not be answered, and why."""

    __pydantic_config__ = STRICT

    what: str
    """Path of the question: "protocols.tls1_2", "cipher_suites.tls1_0", "vulnerabilities.robot", "groups"."""
    reason: FailureReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CertificateChain:
    """The certificates that a server sends for one kind of key, leaf first, in the order sent."""

    __pydantic_config__ = STRICT

    chain: tuple[bytes, ...]
    """DER (X.690), as served."""
    ocsp_staple: bool | None = None
    """Whether an OCSP response was stapled (RFC 6066 section 8, RFC 8446 section 4.4.2.1)."""
    ocsp_status: Literal["good", "revoked", "unknown", "unusable"] | None = None
    """What the stapled response says of the leaf (RFC 6960 section 2.2): the part of it that does not change at every
    renewal. "unusable": it cannot be read, or is of another certificate. None: nothing was stapled."""
    scts: tuple[bytes, ...] = ()
    """Signed certificate timestamps that came in the handshake (RFC 6962 section 3.3), sorted; those inside the
    certificate are in its DER."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups used for key exchange."""

    __pydantic_config__ = STRICT

    supported: tuple[str, ...] | None = None
    """IANA names of the TLS Supported Groups registry, sorted; None: could not tell."""
    dh_bits: tuple[int, ...] = ()
    """Sizes of the finite-field Diffie-Hellman moduli seen at TLS 1.2 and below, in bits, sorted."""
    refused: tuple[str, ...] = ()
    """IANA names of groups that were offered and refused in every version supported, sorted; only where `supported` was
    not asked for in full."""


@dataclass(frozen=True, slots=True)
class TlsObservation:
    """One TLS endpoint under one server name."""

    __pydantic_config__ = STRICT

    protocols: Mapping[Protocol, bool | None]
    """Every protocol version: supported, not supported, could not tell."""
    cipher_suites: Mapping[Protocol, tuple[str, ...]]
    """IANA names of the suites accepted, sorted, for each supported version. What was not finished has a
    failure "cipher_suites.<version>": the list then is what was seen, and may lack others."""
    groups: Groups
    server_preference: Mapping[Protocol, bool | None]
    """Whether the server follows its own order of suites, for versions with more than one suite."""
    certificates: tuple[CertificateChain, ...]
    """One chain for each kind of key, sorted by the leaf's bytes."""
    vulnerabilities: Mapping[str, bool | None]
    """heartbleed, ccs_injection, robot: vulnerable or not."""
    features: Mapping[str, bool | None]
    """compression, secure_renegotiation, client_renegotiation, fallback_scsv, early_data, extended_master_secret,
    encrypt_then_mac, heartbeat, session_tickets: whether the server supports or permits it; grease_tolerance: whether
    it passes over values that it does not know (RFC 8701)."""
    refused_suites: Mapping[Protocol, tuple[str, ...]] = field(default_factory=dict)
    """IANA names of suites that were offered and refused, sorted, for versions whose list of accepted suites was not
    finished: what is in it is known to be absent all the same."""
    alpn: str | None = None
    """The protocol that the server chose of h2 and http/1.1 (RFC 7301); None: none, or it could not be told (failure
    "alpn"), or TLS begins within another protocol, where it is not asked."""
    failures: tuple[Failure, ...] = ()
    kind: Literal["tls"] = "tls"
    schema: Literal[1] = 1

    def failure(self, what: str) -> Failure | None:
        """Why a question could not be answered in full, if so."""
        return next((each for each in self.failures if each.what == what), None)


@dataclass(frozen=True, slots=True)
class OpenPort:
    """A TCP port that accepts connections."""

    __pydantic_config__ = STRICT

    port: int
    service: str | None = None
    """What answered, in nmap's words; only from version detection, never from a table of port numbers."""
    product: str | None = None
    version: str | None = None
    tls: bool = False
    """Whether version detection found the service behind TLS."""
    ssh_protocol: str | None = None
    """Of an SSH server: the protocol version of its identification string (RFC 4253 section 4.2), as in "2.0"."""


@dataclass(frozen=True, slots=True)
class PortsObservation:
    """Every TCP port that was asked for at one address; each is in exactly one of the three states."""

    __pydantic_config__ = STRICT

    open: tuple[OpenPort, ...]
    """Sorted by number."""
    closed: str
    """Answered with RST: a canonical port list ("22,8000-8100"); empty for none."""
    filtered: str
    """No answer, or an ICMP error: a canonical port list."""
    unidentified: str = ""
    """Open ports whose version detection was begun and did not finish: a canonical port list. A port that was
    deliberately not asked is not among them, and neither is one whose answer no service is known by."""
    kind: Literal["ports"] = "ports"
    schema: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer."""

    __pydantic_config__ = STRICT

    url: str
    address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """As sent and in the order sent, names in their case, values as Latin-1; cookie values and volatile
    values (dates, tags, request ids, nonces) are replaced by "<redacted>"."""
    http_version: str = "1.1"
    tls: str | None = None
    """The protocol version of TLS that this exchange used."""
    page: Page | None = None
    """What the body says, of a final answer; None: it was not read."""

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a header, in the order sent; names are case-insensitive (RFC 9110 section 5.1)."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class HttpObservation:
    """A URL and the redirects behind it, as far as they stay in scope."""

    __pydantic_config__ = STRICT

    hops: tuple[Hop, ...]
    """At least one."""
    end: Literal["answered", "left_scope", "too_many_redirects", "bad_redirect", "failed"]
    """Why the last hop is the last: a final answer, or a redirect that was not followed or failed."""
    failure: FailureReason | None = None
    """With end "failed": what happened at the hop after the last."""
    next_url: str | None = None
    """The address that the last hop points to, where it was not reached; its query is redacted."""
    trace: TraceAnswer | None = None
    """The answer to TRACE at the URL that was asked for; None: not asked, or without an answer (see `failures`)."""
    security_txt: SecurityTxt | None = None
    """What the origin of the URL publishes for those who find a weakness; None as above."""
    missing_page: MissingPage | None = None
    """How the origin answers for a page that does not exist; None as above."""
    foreign_origin: ForeignOrigin | None = None
    """What the URL that was asked for allows scripts of a site that it cannot know; None as above."""
    failures: tuple[Failure, ...] = ()
    """Questions that were asked and not answered: "trace", "security_txt", "missing_page", "foreign_origin"."""
    kind: Literal["http"] = "http"
    schema: Literal[1] = 1

    def unanswered(self, what: str) -> Failure | None:
        """Why a question has no answer, if it was asked."""
        return next((each for each in self.failures if each.what == what), None)


@dataclass(frozen=True, slots=True)
class DnsObservation:
    """The addresses of a name, and what else DNS was asked about it."""

    __pydantic_config__ = STRICT

    addresses: tuple[str, ...]
    """IPv4 and IPv6 addresses in canonical text form, sorted: where the name is looked at, by the hosts file of this
    machine or by its resolver."""
    aliases: tuple[str, ...] = ()
    """The names that CNAME records lead to, in order, where AAAA or DNSSEC was asked for."""
    aaaa: tuple[str, ...] | None = None
    """The addresses of its AAAA records in DNS, sorted; None: not asked, or could not tell (see `failures`)."""
    caa: Caa | None = None
    """None as above."""
    dnssec: Dnssec | None = None
    """None as above."""
    failures: tuple[Failure, ...] = ()
    """Questions that were asked and not answered: "aaaa", "caa", "dnssec"."""
    kind: Literal["dns"] = "dns"
    schema: Literal[1] = 1

    def unanswered(self, what: str) -> Failure | None:
        """Why a question has no answer, if it was asked."""
        return next((each for each in self.failures if each.what == what), None)


@dataclass(frozen=True, slots=True)
class ProbeFailure:
    """A look that saw nothing: data, with its reason, and never an absence."""

    __pydantic_config__ = STRICT

    reason: FailureReason
    detail: str = ""
    """A short technical remark without times or other noise, at most 200 characters."""
    kind: Literal["failure"] = "failure"
    schema: Literal[1] = 1


Observation = TlsObservation | PortsObservation | HttpObservation | DnsObservation | ProbeFailure
AnyObservation = Annotated[Observation, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one target."""

    __pydantic_config__ = STRICT

    target: Target
    vantage: str
    started: datetime
    finished: datetime
    connections: int
    """TCP connections that the look opened, as far as the tool tells."""
    tools: Mapping[str, str]
    """Tools and their versions."""
    observation: str
    """Digest of what was seen."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sighting together with what it saw."""

    __pydantic_config__ = STRICT

    sighting: Sighting
    observation: Observation


def observation_bytes(observation: Observation) -> bytes:
    """The canonical bytes of an observation; their digest is its name."""
    return dump(observation)


def observation_digest(observation: Observation) -> str:
    """The name of an observation."""
    return digest(observation_bytes(observation))


Upcaster = Any
UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(kind, schema) to a function that lifts the JSON of that schema to the next one. None is needed yet."""


def load_observation(data: bytes) -> Observation:
    """The observation of canonical bytes, of this or an earlier schema.

    Raises pydantic.ValidationError where the bytes are of no schema that is known.
    """
    found = adapter(dict[str, Any]).validate_json(data)
    while (found.get("kind"), found.get("schema")) in UPCASTERS:
        found = UPCASTERS[found["kind"], found["schema"]](found)
        data = canonical(found)
    observation: Observation = adapter(AnyObservation).validate_json(data)
    return observation
