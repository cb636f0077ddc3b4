"""Synthetic agencies for measuring: assets, and everything that was seen of them.

Per asset a TLS endpoint with a chain of its own, ports, and HTTP by both schemes with a page. Who asks for an agency
says which of its assets are good; the others have faults of every family. Evidence differs from one asset of an agency
to the next, so that no memory of what was read before helps; the agencies are alike.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from checks.model.asset import Asset
from checks.model.canonical import digest
from checks.model.evidence import (
    PROTOCOLS,
    CertificateChain,
    Evidence,
    Groups,
    Hop,
    HttpObservation,
    Observation,
    OpenPort,
    PortsObservation,
    Protocol,
    Sighting,
    TlsObservation,
    observation_digest,
)
from checks.model.pages import ForeignOrigin, MissingPage, Page, Resource, SecurityTxt, TraceAnswer
from checks.model.policy import Policy
from checks.model.ports import canonical_ports, members
from checks.model.reference import ReferenceData, TrustStore
from checks.model.target import HttpTarget, PortsTarget, Target, TlsTarget, targets_of
from checks.registry import by_id

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GOOD = (
    ("Server", "nginx"),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Set-Cookie", "__Host-phien=<redacted>; Path=/; Secure; HttpOnly; SameSite=Lax"),
)
BAD = (
    ("Server", "Apache/2.4.6 (CentOS) PHP/5.4.16"),
    ("X-Powered-By", "PHP/5.4.16"),
    ("Content-Security-Policy", "default-src *; script-src * 'unsafe-inline'"),
    ("Set-Cookie", "PHPSESSID=<redacted>; path=/"),
)


class Estate:
    """Synthetic agencies of `each` assets under a policy, which says what ports are asked for."""

    def __init__(self, each: int, policy: Policy) -> None:
        self.asked = scanned_ports(policy)
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("Root", root_key, "Root", root_key, 3650, authority=True)
        middle = _certificate("Issuing", key, "Root", root_key, 1800, authority=True)
        self.each = each
        self.anchor = root.public_bytes(Encoding.DER)
        self._chains = [
            (
                _certificate(
                    _host(n), ec.generate_private_key(ec.SECP256R1()), "Issuing", key, 80 if n % 10 else 10
                ).public_bytes(Encoding.DER),
                middle.public_bytes(Encoding.DER),
            )
            for n in range(each)
        ]

    def data(self) -> ReferenceData:
        """The one public root."""
        return ReferenceData(TrustStore("synthetic", "1", digest(self.anchor), (self.anchor,)), {})

    def agency(
        self, number: int, good: Callable[[int], bool] = lambda n: n % 2 == 0
    ) -> tuple[tuple[Asset, ...], dict[str, Evidence]]:
        """The assets of one agency and all that was seen of them; `good` says which of them have no fault."""
        assets = tuple(self._asset(number, n) for n in range(self.each))
        seen = {}
        for n, asset in enumerate(assets):
            for target in targets_of(asset, {}):
                observation = self.observation(target, n, good(n))
                seen[target.key] = Evidence(_sighting(target, observation), observation)
        return assets, seen

    def _asset(self, agency: int, n: int) -> Asset:
        return Asset(
            id=f"a{agency}-{n}",
            agency=f"co-quan-{agency}",
            url=f"https://{_host(n)}/",
            level=n % 5 + 1,
            tags=("portal",),
            address=f"10.{agency // 250 * 64 + n // 250}.{agency % 250}.{n % 250 + 1}",
        )

    def observation(self, target: Target, n: int, good: bool) -> Observation:
        """What is seen at a target of an asset that is good or has faults of every family."""
        match target:
            case TlsTarget():
                return _tls(self._chains[n], good)
            case PortsTarget():
                opened = (80, 443) if good else (22, 80, 443, 3306)
                closed = canonical_ports(self.asked - set(opened))
                return PortsObservation(open=tuple(map(OpenPort, opened)), closed=closed, filtered="")
            case HttpTarget() if target.scheme == "https":
                return _http(target, (_page(target.url, target.address, good),))
            case HttpTarget():
                secure = target.url.replace("http:", "https:", 1)
                first = Hop(target.url, target.address, 301, (("Location", secure),))
                return _http(target, (first, _page(secure, target.address, good)))
        raise AssertionError(target)


def _tls(chain: tuple[bytes, ...], good: bool) -> TlsObservation:
    on: tuple[Protocol, ...] = ("tls1_2", "tls1_3") if good else ("tls1_0", "tls1_1", "tls1_2")
    old: tuple[str, ...] = () if good else ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA")
    suites: dict[Protocol, tuple[str, ...]] = {
        version: ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", *old) for version in on
    }
    if good:
        suites["tls1_3"] = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
    return TlsObservation(
        protocols={version: version in on for version in PROTOCOLS},
        cipher_suites=suites,
        groups=Groups(supported=("secp256r1", "secp384r1", "x25519"), dh_bits=()),
        server_preference=dict.fromkeys(on, True),
        certificates=(CertificateChain(chain, ocsp_staple=False, scts=(_timestamp(1), _timestamp(2))),),
        vulnerabilities={"heartbleed": False, "ccs_injection": False, "robot": False},
        features={
            "compression": False,
            "secure_renegotiation": True,
            "client_renegotiation": not good,
            "fallback_scsv": True,
            "early_data": False,
            "extended_master_secret": good,
        },
        alpn="http/1.1",
    )


def _timestamp(log: int) -> bytes:
    """A promise of a log (RFC 6962 section 3.2)."""
    return b"\0" + bytes([log]) * 32 + b"\0" * 10 + b"\x04\x03\0\x02ok"


def scanned_ports(policy: Policy) -> frozenset[int]:
    """Every port that a policy wants asked for."""
    items: list[str] = []
    for control in policy.controls:
        check = by_id(control.check)
        items += check.ports(check.parameters(control.params)) if check.ports is not None else ()
    return members(items)


def _http(target: HttpTarget, hops: tuple[Hop, ...]) -> HttpObservation:
    return HttpObservation(
        hops=hops,
        end="answered",
        trace=TraceAnswer(405, reflected=False),
        security_txt=SecurityTxt(f"{target.url}.well-known/security.txt", 404),
        missing_page=MissingPage(404),
        foreign_origin=ForeignOrigin(200),
    )


def _page(url: str, address: str, good: bool) -> Hop:
    resources = () if good else (Resource("script", "https://cdn.example/x.js"), Resource("image", "http://a.example/"))
    return Hop(url, address, 200, GOOD if good else BAD, tls="tls1_3", page=Page(html=True, resources=resources))


def _sighting(target: Target, observation: Observation) -> Sighting:
    return Sighting(target, "internet", NOW, NOW, 1, {"synthetic": "1"}, observation_digest(observation))


def _host(n: int) -> str:
    return f"www{n}.co-quan.example"


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    days: int,
    authority: bool = False,
) -> x509.Certificate:
    """A certificate that was issued ten days ago and has some days left."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=10))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    builder = builder.add_extension(
        x509.KeyUsage(
            digital_signature=not authority,
            key_cert_sign=authority,
            crl_sign=authority,
            decipher_only=False,
            **usage,
        ),
        critical=True,
    )
    return builder.sign(by, hashes.SHA256())
