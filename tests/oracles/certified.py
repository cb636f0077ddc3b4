"""Servers whose certificates have a fault each, beside some that have none, and servers with flaws of the years 2014
to 2017: what the lab does not have, for its servers are about protocols and suites, and nobody trusts its authorities.
"""

import contextlib
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests import certificates
from tests.lab.configuration import OTHER_NAME, SERVER_NAME, Endpoint
from tests.servers import pki
from tests.servers.flawed import (
    ALERT,
    BAD_MAC,
    HANDSHAKE,
    HANDSHAKE_FAILURE,
    Flawed,
    Manners,
    extensions_of,
    record_of,
    sized,
    well_padded,
)
from tests.servers.tls import SslServer

HEARTBEAT = b"\x00\x0f"
"""The extension's number."""
Issuer = Literal["trusted", "stranger", "itself"]


@dataclass(frozen=True)
class Certified:
    """One server with a certificate."""

    id: str
    names: tuple[str, ...] = (SERVER_NAME,)
    """Subject alternative names; with none, the server's name stands in the subject alone."""
    days: tuple[int, int] = (-1, 79)
    """From when until when it is valid, counted from the start."""
    issuer: Issuer = "trusted"
    complete: bool = True
    """Whether the intermediate is sent."""
    old_hash: bool = False
    """Whether the signature is of SHA-1."""
    server_name: str = SERVER_NAME


CERTIFIED = (
    Certified("cert-good"),
    Certified("cert-expired", days=(-90, -10)),
    Certified("cert-not-yet-valid", days=(10, 90)),
    Certified("cert-400-days", days=(-1, 399)),
    Certified("cert-other-name", (OTHER_NAME,)),
    Certified("cert-several-names", (OTHER_NAME, SERVER_NAME)),
    Certified("cert-wildcard", ("*.lab.example.test",)),
    Certified("cert-wildcard-too-high", ("*.example.test",)),
    Certified("cert-no-names", ()),
    Certified("cert-self-signed", issuer="itself"),
    Certified("cert-stranger", issuer="stranger"),
    Certified("cert-incomplete", complete=False),
    Certified("cert-sha1", old_hash=True),
)


@dataclass(frozen=True)
class WithFlaw:
    """One server that shows a flaw, or none."""

    id: str
    manners: Manners
    server_name: str = SERVER_NAME


def _oracle(block: bytes) -> int:
    """Bleichenbacher's: it tells a good padding by the alert."""
    return BAD_MAC if well_padded(block) else HANDSHAKE_FAILURE


FLAWED = (
    WithFlaw("flaw-none", Manners()),
    WithFlaw("flaw-heartbleed", Manners(heartbeat="bleed")),
    WithFlaw("flaw-ccs", Manners(early_cipher=BAD_MAC)),
    WithFlaw("flaw-robot", Manners(padding=_oracle)),
)


class Beating(Flawed):
    """One that takes up the heartbeat extension where it is offered (RFC 6520), as all servers with Heartbleed do."""

    def flight(self, version: int, hello: bytes) -> bytes:
        told = super().flight(version, hello)
        if told[0] == ALERT or HEARTBEAT not in extensions_of(hello):
            return told
        end = 5 + int.from_bytes(told[3:5])
        body = told[9:end] + sized(HEARTBEAT + sized(b"\x01", 2), 2)
        return record_of(HANDSHAKE, version, b"\x02" + sized(body, 3)) + told[end:]


@dataclass(frozen=True)
class Authority:
    """A root and the intermediate that issues."""

    root: certificates.Authority
    issuing: certificates.Authority


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[Mapping[str, Endpoint], x509.Certificate]]:
    """Every server by its id until the block ends, and the root that those with a certificate are to be judged by."""
    now = datetime.now(UTC).replace(microsecond=0)
    authorities = {each: _authority(each, now) for each in ("trusted", "stranger")}
    rsa = pki.Authority().issue(SERVER_NAME, key="rsa2048")
    with contextlib.ExitStack() as stack:
        servers: dict[str, SslServer | Flawed] = {}
        for each in CERTIFIED:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if each.old_hash:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")  # others refuse to serve it
            context.load_cert_chain(*_identity(each, authorities, now, folder).write(folder, each.id))
            servers[each.id] = stack.enter_context(SslServer(context))
        for flawed in FLAWED:
            servers[flawed.id] = stack.enter_context(Beating(rsa, flawed.manners))
        endpoints = {name: Endpoint(server.address, server.port) for name, server in servers.items()}
        yield endpoints, authorities["trusted"].root.certificate


def _authority(name: str, now: datetime) -> Authority:
    dates: dict[str, Any] = {"not_before": now - timedelta(days=800), "not_after": now + timedelta(days=800)}
    usage = _usage(authority=True)
    root_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificates.authority(
        f"Oracle {name} root", private=root_key, extensions=(usage, _identifier(root_key)), **dates
    )
    issuing = certificates.authority(
        f"Oracle {name} authority",
        root,
        private=issuing_key,
        extensions=(usage, _identifier(issuing_key), _issuer_identifier(root_key)),
        serial=x509.random_serial_number(),
        **dates,
    )
    return Authority(root, issuing)


def _identity(wanted: Certified, authorities: Mapping[str, Authority], now: datetime, folder: Path) -> pki.Identity:
    """A certificate as RFC 5280 and browsers want it, but for what is wanted otherwise."""
    private = ec.generate_private_key(ec.SECP256R1())
    issuing = None if wanted.issuer == "itself" else authorities[wanted.issuer].issuing
    extensions: list[x509.ExtensionType] = [
        x509.BasicConstraints(ca=False, path_length=None),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
        _usage(authority=False),
        _issuer_identifier(issuing.private if issuing else private),
    ]
    if wanted.names:
        extensions.append(x509.SubjectAlternativeName(certificates.general_names(wanted.names)))
    made = certificates.build(
        certificates.name(wanted.server_name),
        private,
        None if wanted.old_hash else issuing,
        not_before=now + timedelta(days=wanted.days[0]),
        not_after=now + timedelta(days=wanted.days[1]),
        serial=x509.random_serial_number(),
        extensions=extensions,
    )
    if wanted.old_hash and issuing:
        made = _with_sha1(made, issuing, folder)
    sent = (issuing.certificate,) if issuing and wanted.complete else ()
    return pki.Identity(made, private, sent)


def _usage(*, authority: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    off = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **off)


def _identifier(private: Any) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(private.public_key())


def _issuer_identifier(private: Any) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key())


def _with_sha1(made: x509.Certificate, issuing: certificates.Authority, folder: Path) -> x509.Certificate:
    """A certificate that signed itself, signed anew with SHA-1, which `cryptography` does not do."""
    leaf, issuer, key = folder / "leaf.pem", folder / "issuer.pem", folder / "issuer.key"
    leaf.write_bytes(made.public_bytes(Encoding.PEM))
    issuer.write_bytes(issuing.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(issuing.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    command = ["openssl", "x509", "-in", str(leaf), "-CA", str(issuer), "-CAkey", str(key), "-CAcreateserial"]
    command += ["-sha1", "-preserve_dates"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    return x509.load_pem_x509_certificate(done.stdout)
