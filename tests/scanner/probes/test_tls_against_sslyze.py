"""Certificates as real servers send them: our verdicts on what the probe brought, and sslyze's on the same servers.

sslyze has one verdict for path, name, dates, key and hash together, by the rules of web browsers; ours are apart. Each
row says ours, whether sslyze is content, and why where the two differ.
"""

import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from OpenSSL import crypto

from checks.check import Check
from checks.model.evidence import Evidence
from checks.tls import (
    certificate_chain,
    certificate_dates,
    certificate_key,
    certificate_name,
    certificate_signature,
    certificate_trusted,
)
from scanner.probes.tls.probe import TlsProbe
from tests.checks.tls.asking import ask, short
from tests.factories import reference_data
from tests.lab.processes import own_address
from tests.scanner.probes.tls_looking import evidence
from tests.scope import loopback_context
from tests.servers.misbehaving import Silent
from tests.servers.pki import Identity, KeyKind, new_key
from tests.servers.tls import SslServer

NAME = "cong.so-mau.test"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
LONG: dict[str, Any] = {"start": NOW - 1800 * DAY, "end": NOW + 1800 * DAY}
SERVERS_ONLY = (ExtendedKeyUsageOID.SERVER_AUTH,)


@dataclass(frozen=True)
class Issuer:
    """A certificate with its key, made by the rules of the Web (CA/Browser Forum, Baseline Requirements 7.1.2)."""

    certificate: x509.Certificate
    key: Any


def made(
    common: str,
    issuer: Issuer | None,
    *extensions: x509.ExtensionType,
    key: Any = None,
    kind: KeyKind = "p256",
    authority: bool | None = None,
    names: tuple[str, ...] = (),
    start: datetime = NOW - DAY,
    end: datetime = NOW + 90 * DAY,
    old_hash: bool = False,
) -> Issuer:
    """A certificate: of an authority (or, False, of one that says that it is none), or else of a server."""
    key = key or new_key(kind)
    signer = issuer or Issuer(None, key)  # type: ignore[arg-type]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
            critical=False,
        )
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(_usage(authority), critical=True)
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False
        )
    for each in extensions:
        builder = builder.add_extension(each, critical=False)
    algorithm = None if isinstance(signer.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(signer.key, algorithm)
    return Issuer(_with_sha1(certificate, signer.key) if old_hash else certificate, key)


def _usage(authority: bool) -> x509.KeyUsage:
    no = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=authority, crl_sign=authority, decipher_only=False, **no)


def _with_sha1(certificate: x509.Certificate, key: Any) -> x509.Certificate:
    """The same certificate signed with SHA-1, which OpenSSL still does."""
    copy = crypto.X509.from_cryptography(certificate)
    copy.sign(crypto.PKey.from_cryptography_key(key), "sha1")
    return copy.to_cryptography()


@cache
def root() -> Issuer:
    return made("Root", None, authority=True, **LONG)


@cache
def middle() -> Issuer:
    return made("Intermediate", root(), authority=True, **LONG)


def leaf(issuer: Issuer | None = None, *names: str, usage: Any = SERVERS_ONLY, **options: Any) -> Issuer:
    """A sound certificate of the server, but for what is said."""
    more = options.pop("more", ())
    options.setdefault("names", names or (NAME,))
    return made(NAME, issuer or middle(), x509.ExtendedKeyUsage(usage), *more, **options)


def sent(first: Issuer, *behind: Issuer) -> Identity:
    """What a server sends."""
    return Identity(first.certificate, first.key, tuple(each.certificate for each in behind))


def between(*extensions: x509.ExtensionType, **options: Any) -> Identity:
    """A leaf under an intermediate with something the matter."""
    issuer = made("Intermediate", root(), *extensions, **{"authority": True, **LONG, **options})
    return sent(leaf(issuer), issuer)


def impostor() -> Identity:
    """A leaf by a key that is not the intermediate's."""
    return sent(leaf(Issuer(middle().certificate, new_key("p256"))), middle())


def strange() -> Identity:
    """A leaf under a root that nobody trusts."""
    other = made("Strange root", None, authority=True, **LONG)
    return sent(leaf(other), other)


@dataclass(frozen=True)
class Case:
    """A chain, our verdicts and sslyze's."""

    make: Callable[[], Identity]
    ours: str = "pass"
    """tls.certificate_trusted."""
    error: str = ""
    """What sslyze says; nothing where it trusts the chain."""
    name: str = "pass"
    dates: str = "pass"
    chain: str = "pass"
    signature: str = "pass"
    key: str = "pass"
    host: str = NAME
    ordered: bool = True
    """Whether sslyze finds the chain in order."""
    difference: str = ""
    """Why the two differ."""


HASH_APART = "a hash is tls.certificate_signature's to judge, and no matter of the path"
EXHAUSTED = "candidates exhausted"
"""How sslyze says that it knows of no issuer."""

CASES: Mapping[str, Case] = {
    "good": Case(lambda: sent(leaf(), middle())),
    "good, RSA": Case(lambda: sent(leaf(kind="rsa2048"), middle())),
    "with the root": Case(lambda: sent(leaf(), middle(), root())),
    "straight from the root": Case(lambda: sent(leaf(root()))),
    "superfluous behind": Case(
        lambda: sent(leaf(), middle(), made("Strange root", None, authority=True, **LONG)),
        ordered=False,
        difference="what stands behind a complete path does no harm (RFC 8446 section 4.4.2)",
    ),
    "wildcard": Case(lambda: sent(leaf(None, "*.so-mau.test"), middle())),
    "wildcard two labels up": Case(
        lambda: sent(leaf(None, "*.test"), middle()), error="no matching subjectAltName", name="fail name_mismatch"
    ),
    "wildcard under a top-level name": Case(
        lambda: sent(leaf(None, "*.test"), middle()),
        name="fail name_mismatch",
        host="so-mau.test",
        difference="no authority owns all names of a top-level name; browsers refuse them too",
    ),
    "expired": Case(
        lambda: sent(leaf(start=NOW - 9 * DAY, end=NOW - DAY), middle()),
        error="not valid at validation time",
        dates="fail certificate_expired",
    ),
    "not yet valid": Case(
        lambda: sent(leaf(start=NOW + DAY), middle()),
        error="not valid at validation time",
        dates="fail certificate_not_yet_valid",
    ),
    "wrong name": Case(
        lambda: sent(leaf(None, "khac.test"), middle()), error="no matching subjectAltName", name="fail name_mismatch"
    ),
    "no name": Case(lambda: sent(leaf(names=()), middle()), error="no subjectAltName", name="fail name_not_given"),
    "self-signed": Case(
        lambda: sent(made(NAME, None, x509.ExtendedKeyUsage(SERVERS_ONLY), names=(NAME,))),
        "fail self_signed",
        error=EXHAUSTED,
        chain="not_applicable self_signed_has_no_chain",
    ),
    "untrusted root": Case(strange, "fail root_not_trusted", error=EXHAUSTED),
    "intermediate missing": Case(
        lambda: sent(leaf()), "fail issuer_unknown", error=EXHAUSTED, chain="fail missing_intermediate"
    ),
    "another intermediate": Case(
        lambda: sent(leaf(), made("Other", root(), authority=True, **LONG)),
        "fail issuer_unknown",
        error=EXHAUSTED,
        chain="fail missing_intermediate",
        ordered=False,
        difference="sslyze calls disordered what is incomplete: the one that was sent is not the issuer",
    ),
    "wrong order": Case(lambda: sent(leaf(), root(), middle()), chain="fail chain_disordered", ordered=False),
    "intermediate expired": Case(
        lambda: between(start=NOW - 9 * DAY, end=NOW - DAY), "fail issuer_expired", error="not valid at validation time"
    ),
    "intermediate no authority": Case(
        lambda: between(authority=False), "fail issuer_not_authority", error="basicConstraints.cA must be asserted"
    ),
    "intermediate for other names": Case(
        lambda: between(x509.NameConstraints([x509.DNSName("khac.example")], None)),
        "fail path_invalid",
        error="no permitted name constraints matched",
    ),
    "impostor": Case(impostor, "fail issuer_unknown", error="signature does not match"),
    "for clients": Case(
        lambda: sent(leaf(usage=(ExtendedKeyUsageOID.CLIENT_AUTH,)), middle()),
        "fail not_for_servers",
        error="required EKU not found",
    ),
    "leaf by SHA-1": Case(
        lambda: sent(leaf(old_hash=True), middle()),
        error="Forbidden signature algorithm",
        signature="fail signature_hash_weak",
        difference=HASH_APART,
    ),
    "intermediate by SHA-1": Case(
        lambda: between(old_hash=True),
        error="Forbidden signature algorithm",
        signature="fail signature_hash_weak",
        difference=HASH_APART,
    ),
    "RSA of 1024 bits": Case(lambda: sent(leaf(kind="rsa1024"), middle()), key="fail key_too_small"),
    "Ed25519": Case(lambda: sent(leaf(kind="ed25519"), middle())),
}


@dataclass(frozen=True)
class Told:
    """What the probe and sslyze said of one server."""

    evidence: Evidence
    sslyze: dict[str, Any]


def serving(identity: Identity, folder: Path) -> SslServer:
    """A server that sends a chain, whatever it is worth."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ECDHE:@SECLEVEL=0")
    context.load_cert_chain(*identity.write(folder))
    return SslServer(context, own_address())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    """Every server, looked at by both."""
    folder = tmp_path_factory.mktemp("sslyze")
    trusted = folder / "root.pem"
    trusted.write_bytes(root().certificate.public_bytes(serialization.Encoding.PEM))
    probe = TlsProbe(loopback_context())
    with ExitStack() as stack:
        servers = {}
        for number, (name, case) in enumerate(CASES.items()):
            own = folder / str(number)
            own.mkdir()
            servers[name] = stack.enter_context(serving(case.make(), own))
        places = [[each.address, each.port, CASES[name].host] for name, each in servers.items()]
        with ThreadPoolExecutor(8) as pool:
            child = pool.submit(asked, trusted, places)
            looks = list(pool.map(lambda place: evidence(probe, place[1], place[0], place[2]), places))
        yield {name: Told(look, found) for name, look, found in zip(servers, looks, child.result(), strict=True)}
    probe.close()


def asked(trusted: Path, places: list[list[Any]]) -> list[dict[str, Any]]:
    """What sslyze says."""
    command = [sys.executable, "-m", "tests.scanner.probes.sslyze_certificates", str(trusted)]
    done = subprocess.run(
        command,
        input=json.dumps(places),
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


CHECKS: tuple[Check[Any, Any], ...] = (
    certificate_trusted.CHECK,
    certificate_name.CHECK,
    certificate_dates.CHECK,
    certificate_chain.CHECK,
    certificate_signature.CHECK,
    certificate_key.CHECK,
)


def verdict(check: Check[Any, Any], found: Evidence) -> str:
    """What a rule says in short, with the root as the only trust anchor."""
    data = reference_data([root().certificate.public_bytes(serialization.Encoding.DER)])
    return short(ask(check, found.observation, target=found.sighting.target, at=found.sighting.finished, data=data))


@pytest.mark.parametrize("name", CASES)
def test_our_verdicts_and_those_of_sslyze(name: str, told: dict[str, Told]) -> None:
    case, found = CASES[name], told[name]
    ours = {check.id: verdict(check, found.evidence) for check in CHECKS}
    assert list(ours.values()) == [case.ours, case.name, case.dates, case.chain, case.signature, case.key]
    [error] = found.sslyze["error"]
    assert found.sslyze == {"valid": [not case.error], "error": [error], "order": case.ordered}
    assert case.error in (error or "")
    content = set(list(ours.values())[:3]) == {"pass"}
    in_order = case.chain != "fail chain_disordered"
    assert ((content, in_order) == (not case.error, case.ordered)) is not bool(case.difference)


def test_what_a_certificate_refers_to_is_not_fetched(tmp_path: Path) -> None:
    with Silent() as elsewhere:
        url = x509.UniformResourceIdentifier(f"http://127.0.0.1:{elsewhere.port}/")
        methods = (AuthorityInformationAccessOID.CA_ISSUERS, AuthorityInformationAccessOID.OCSP)
        information = x509.AuthorityInformationAccess([x509.AccessDescription(each, url) for each in methods])
        probe = TlsProbe(loopback_context())
        with serving(sent(leaf(more=(information,))), tmp_path) as server:
            found = evidence(probe, server.port, server.address, NAME)
        probe.close()
        assert verdict(certificate_chain.CHECK, found) == "fail missing_intermediate"
        assert elsewhere.connections == 0
