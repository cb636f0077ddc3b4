"""Who signs in the tests: an invented authority, an office with a certificate of it, and a time stamp authority."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from reports.signatures.keys import Key, from_file
from tests import certificates

FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
"""Around the clock of any machine: what a time stamp says is not a test's to choose."""
AT = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
PASSPHRASE = "mat-khau-tep-khoa"
VALID: dict[str, Any] = {"not_before": FROM, "not_after": UNTIL}


def usage(*, sign: bool = True) -> x509.KeyUsage:
    """For signatures, or for anything but them."""
    return x509.KeyUsage(sign, sign, not sign, False, False, False, False, False, False)


@dataclass(frozen=True)
class Party:
    """A certificate with its key, and those that lead from it to a root."""

    certificate: x509.Certificate
    private: Any
    chain: tuple[x509.Certificate, ...] = field(default=())

    @property
    def pkcs12(self) -> bytes:
        """Key, certificate and chain in a file."""
        return pkcs12.serialize_key_and_certificates(
            b"khien", self.private, self.certificate, self.chain, BestAvailableEncryption(PASSPHRASE.encode())
        )

    @cached_property
    def key(self) -> Key:
        """Ready to sign."""
        return from_file(self.pkcs12, PASSPHRASE)


@cache
def root() -> certificates.Authority:
    """The anchor."""
    return certificates.authority("Mẫu Root", serial=1, **VALID)


@cache
def issuing() -> certificates.Authority:
    """The authority below it that issues."""
    return certificates.authority("Mẫu CA", root(), serial=2, **VALID)


def party(common: str, serial: int, *extensions: x509.ExtensionType, private: Any = None, **options: Any) -> Party:
    """Somebody with a certificate of that authority."""
    own = private or certificates.key("rsa", 2048)
    made = certificates.build(
        certificates.name(common), own, issuing(), serial=serial, extensions=extensions, **{**VALID, **options}
    )
    return Party(made, own, (issuing().certificate,))


@cache
def office(kind: certificates.Kind = "rsa") -> Party:
    """Who signs reports."""
    private = certificates.key("rsa", 2048) if kind == "rsa" else certificates.key("ec", 256, 7)
    return party("Trung tâm Giám sát Mẫu", 3, usage(), private=private)


@cache
def time_authority() -> Party:
    """Who signs times."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = certificates.key("rsa", 2048, 8)
    return party("Dấu thời gian Mẫu", 4, purpose, private=own, critical=(x509.ExtendedKeyUsage,))


@cache
def anchors() -> tuple[Certificate, ...]:
    """What a verifier trusts."""
    return (Certificate.load(root().der),)


def write_pem(path: Path, *found: x509.Certificate) -> Path:
    """Certificates in a file."""
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in found))
    return path
