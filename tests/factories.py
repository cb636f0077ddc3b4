"""Values of the model for tests: each builder gives something whole and ordinary, and keywords change it.

Nothing here looks, judges or reads a clock. Names and addresses are reserved ones (RFC 2606, RFC 5737).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from checks.check import Subject
from checks.model.asset import Agency, Asset, Authorisation
from checks.model.canonical import digest
from checks.model.evidence import (
    PROTOCOLS,
    CertificateChain,
    DnsObservation,
    Evidence,
    Groups,
    Hop,
    HttpObservation,
    Observation,
    OpenPort,
    PortsObservation,
    ProbeFailure,
    Sighting,
    TlsObservation,
    observation_digest,
)
from checks.model.finding import Finding, Instance
from checks.model.keys import KeyUses
from checks.model.policy import Basis, Control, Policy, Remediation, When
from checks.model.reference import ReferenceData, TrustStore
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget
from checks.model.text import Text
from checks.model.waiver import Waiver

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""When every sighting of these builders ends, and the `as_of` of every subject."""
TODAY = NOW.date()
ADDRESS = "192.0.2.1"
HOST = "cong.so-mau.example"
URL = f"https://{HOST}/"


def text(vi: str = "chữ", en: str = "text") -> Text:
    """Some text."""
    return Text(vi, en)


def agency(id: str = "so-mau", **overrides: Any) -> Agency:
    """An office without anything special."""
    return replace(Agency(id=id, name=Text("Sở Mẫu", "Sample Department")), **overrides)


def authorisation(**overrides: Any) -> Authorisation:
    """A permission for the whole year of NOW."""
    whole = Authorisation("01/QĐ-MAU", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    return replace(whole, **overrides)


def asset(id: str = "cong-so-mau", **overrides: Any) -> Asset:
    """https://cong.so-mau.example/ at the literal address 192.0.2.1, so that no DNS is needed."""
    return replace(Asset(id=id, agency="so-mau", url=URL, level=3, address=ADDRESS), **overrides)


def tls_target(**overrides: Any) -> TlsTarget:
    """The TLS endpoint of `asset()`."""
    return replace(TlsTarget(ADDRESS, 443, HOST), **overrides)


def tls_observation(**overrides: Any) -> TlsObservation:
    """A modern server with TLS 1.2 and 1.3 and no certificate (chains come from tests.certificates)."""
    whole = TlsObservation(
        protocols={version: version in ("tls1_2", "tls1_3") for version in PROTOCOLS},
        cipher_suites={
            "tls1_2": ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            "tls1_3": ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
        },
        groups=Groups(supported=("secp256r1", "x25519")),
        server_preference={"tls1_2": True, "tls1_3": True},
        certificates=(),
        vulnerabilities={"heartbleed": False, "ccs_injection": False, "robot": False},
        features={
            "compression": False,
            "secure_renegotiation": True,
            "client_renegotiation": False,
            "fallback_scsv": True,
            "early_data": False,
            "extended_master_secret": True,
        },
    )
    return replace(whole, **overrides)


def chain(*certificates: bytes) -> CertificateChain:
    """Certificates as served, leaf first."""
    return CertificateChain(certificates)


def hop(url: str = URL, status: int = 200, headers: Iterable[tuple[str, str]] = (), **overrides: Any) -> Hop:
    """One exchange at the address of `asset()`."""
    secure = "tls1_3" if url.startswith("https:") else None
    return replace(Hop(url=url, address=ADDRESS, status=status, headers=tuple(headers), tls=secure), **overrides)


def http_observation(*hops: Hop, **overrides: Any) -> HttpObservation:
    """Hops that end in an answer; without any, a plain 200 at `URL`."""
    return replace(HttpObservation(hops=hops or (hop(),), end="answered"), **overrides)


def ports_observation(
    *open_ports: OpenPort | int, closed: str = "", filtered: str = "", **overrides: Any
) -> PortsObservation:
    """Open ports, by number where nothing was detected."""
    ports = tuple(each if isinstance(each, OpenPort) else OpenPort(each) for each in open_ports)
    whole = PortsObservation(open=tuple(sorted(ports, key=lambda each: each.port)), closed=closed, filtered=filtered)
    return replace(whole, **overrides)


def target_for(observation: Observation) -> Target:
    """The target of `asset()` that an observation of this kind would be of."""
    match observation:
        case PortsObservation():
            return PortsTarget(ADDRESS)
        case HttpObservation():
            return HttpTarget(ADDRESS, observation.hops[0].url)
        case DnsObservation():
            return DnsTarget(HOST)
        case _:
            return tls_target()


def sighting(target: Target, observation: Observation, **overrides: Any) -> Sighting:
    """A look of five seconds that ended at NOW."""
    whole = Sighting(
        target=target,
        vantage="internet",
        started=NOW - timedelta(seconds=5),
        finished=NOW,
        connections=1,
        tools={"test": "1"},
        observation=observation_digest(observation),
    )
    return replace(whole, **overrides)


def evidence(target: Target, observation: Observation, **overrides: Any) -> Evidence:
    """What one look saw; keywords change the sighting."""
    return Evidence(sighting(target, observation, **overrides), observation)


def failure_evidence(target: Target, reason: Any = "timed_out", detail: str = "") -> Evidence:
    """A look that saw nothing."""
    return evidence(target, ProbeFailure(reason, detail))


def by_key(*found: Evidence) -> dict[str, Evidence]:
    """Evidence as `evaluate` takes it."""
    return {each.sighting.target.key: each for each in found}


def reference_data(public: Iterable[bytes] = (), added: Iterable[bytes] = ()) -> ReferenceData:
    """Trust anchors in DER: those that browsers trust, and those that assets may name by digest."""
    anchors = tuple(sorted(public))
    store = TrustStore("test", "1", digest(b"".join(anchors)), anchors)
    return ReferenceData(store, {digest(each): each for each in added})


def subject(
    observation: Any,
    *,
    target: Target | None = None,
    asset: Asset | None = None,
    at: datetime = NOW,
    data: ReferenceData | None = None,
    others: tuple[Evidence, ...] = (),
    keys: KeyUses | None = None,
    neighbours: tuple[Asset, ...] = (),
) -> Subject[Any]:
    """What a rule is shown: the observation of `asset()` unless another is given, seen and judged at `at`."""
    place = target or target_for(observation)
    seen = evidence(place, observation, started=at - timedelta(seconds=5), finished=at)
    return Subject(
        asset=asset or _ASSET,
        target=place,
        sighting=seen.sighting,
        observation=observation,
        as_of=at,
        data=data or reference_data(),
        others=(seen, *others),
        keys=keys or {},
        neighbours=neighbours,
    )


def control(id: str = "TLS-12", check: str = "tls.protocols", **overrides: Any) -> Control:
    """A control of tls.protocols that forbids TLS 1.0; another rule needs its own parameters."""
    whole = Control(
        id=id,
        title=text(),
        check=check,
        params={"forbidden": ["tls1_0"], "required": []} if check == "tls.protocols" else {},
        severity="high",
        due_days=30,
        when=When(),
        basis=(Basis("good_practice", "RFC 9325"),),
        rationale=text(),
        remediation=Remediation("Sửa.", "Mend it."),
        origin="test",
    )
    return replace(whole, **overrides)


def policy(*controls: Control, **overrides: Any) -> Policy:
    """A policy of some controls, sorted by id as the loader does."""
    ordered = tuple(sorted(controls, key=lambda each: each.id))
    return replace(Policy(id="test", version="1", title=text(), controls=ordered), **overrides)


def instance(key: str = f"{ADDRESS}:443/tls1_0", **overrides: Any) -> Instance:
    """One forbidden protocol."""
    params = {"where": f"{ADDRESS}:443", "protocol": "tls1_0"}
    return replace(Instance(key, "forbidden_protocol", params), **overrides)


def finding(verdict: Any = "pass", **overrides: Any) -> Finding:
    """A finding of `asset()` under `control()`; a fail has one instance unless told otherwise."""
    whole = Finding(
        asset="cong-so-mau",
        agency="so-mau",
        control="TLS-12",
        check="tls.protocols",
        check_version=1,
        policy="test",
        severity="high",
        verdict=verdict,
        reason={"pass": "met", "fail": "not_met", "not_applicable": "outside_when"}.get(verdict, "timed_out"),
        instances=(instance(),) if verdict == "fail" else (),
    )
    return replace(whole, **overrides)


def waiver(id: str = "MT-01", **overrides: Any) -> Waiver:
    """A waiver of `finding("fail")` that is in force at NOW."""
    whole = Waiver(
        id=id,
        asset="cong-so-mau",
        control="TLS-12",
        justification="Thay thế trong quý sau.",
        requested_by="so-mau",
        approved_by="nguoi-phe-duyet",
        valid_from=date(2026, 11, 1),
        valid_until=date(2026, 12, 31),
    )
    return replace(whole, **overrides)


_ASSET = asset()
