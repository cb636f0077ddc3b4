"""Certificates for tests, made in memory: authorities, leaves with any fault, and DER that no library would sign.

Keys are elliptic and shared where a test does not care, because making them is what takes time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.factories import HOST, NOW

Kind = Literal["rsa", "ec", "ed25519", "ed448", "dsa"]
FROM, UNTIL = NOW - timedelta(days=30), NOW + timedelta(days=60)


@cache
def key(kind: Kind = "ec", bits: int = 256, number: int = 0) -> Any:
    """A private key; the same arguments give the same key within a run."""
    match kind:
        case "rsa":
            return rsa.generate_private_key(65537, bits)
        case "ec":
            curve = {224: ec.SECP224R1(), 256: ec.SECP256R1(), 384: ec.SECP384R1()}[bits]
            return ec.generate_private_key(curve)
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "ed448":
            return ed448.Ed448PrivateKey.generate()
        case "dsa":
            return dsa.generate_private_key(bits)


def name(common: str, *more: str) -> x509.Name:
    """A distinguished name of common names."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each) for each in (common, *more)])


@dataclass(frozen=True)
class Authority:
    """A certificate that signs others, with its key."""

    certificate: x509.Certificate
    private: Any

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def general_names(names: Iterable[str]) -> list[x509.GeneralName]:
    """DNS names, and addresses where a text is one."""
    found: list[x509.GeneralName] = []
    for each in names:
        try:
            found.append(x509.IPAddress(ip_address(each)))
        except ValueError:
            found.append(x509.DNSName(each))
    return found


def build(
    subject: x509.Name,
    private: Any,
    issuer: Authority | None,
    *,
    not_before: datetime = FROM,
    not_after: datetime = UNTIL,
    serial: int = 0x7F01,
    extensions: Sequence[x509.ExtensionType] = (),
    critical: tuple[type[x509.ExtensionType], ...] = (x509.BasicConstraints,),
) -> x509.Certificate:
    """A certificate; without an issuer it signs itself. `critical` are the kinds of extensions that are."""
    signer = issuer.private if issuer else private
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, critical))
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return builder.sign(signer, None if edwards else hashes.SHA256())


def authority(
    common: str = "Root", issuer: Authority | None = None, *, private: Any = None, ca: bool = True, **options: Any
) -> Authority:
    """A root, or an intermediate of `issuer`, valid for ten years unless told otherwise."""
    own = private or key(number=1 if issuer is None else 2)
    options.setdefault("not_before", NOW - timedelta(days=1825))
    options.setdefault("not_after", NOW + timedelta(days=1825))
    extensions = (x509.BasicConstraints(ca=ca, path_length=None), *options.pop("extensions", ()))
    return Authority(build(name(common), own, issuer, extensions=extensions, **options), own)


def leaf(
    issuer: Authority | None,
    *names: str,
    private: Any = None,
    subject: x509.Name | None = None,
    extensions: Sequence[x509.ExtensionType] = (),
    **options: Any,
) -> bytes:
    """A server's certificate in DER, for HOST unless names or addresses are given."""
    san = x509.SubjectAlternativeName(general_names(names or (HOST,)))
    whole = (san, *extensions)
    made = build(subject or name(HOST), private or key(), issuer, extensions=whole, **options)
    return made.public_bytes(Encoding.DER)


@cache
def root() -> Authority:
    """The root that most tests trust."""
    return authority("Root")


@cache
def intermediate() -> Authority:
    """An authority under `root`."""
    return authority("Intermediate", root())


def with_rsa_hash(der: bytes, hash_name: Literal["md2", "md5", "sha1"]) -> bytes:
    """A certificate signed by an RSA key, relabelled as signed with an old hash; the signature no longer fits.

    The library does not sign with such hashes. The identifiers of RFC 8017 appendix C differ in their last byte.
    """
    stem = bytes.fromhex("06092a864886f70d0101")
    return der.replace(stem + b"\x0b", stem + {"md2": b"\x02", "md5": b"\x04", "sha1": b"\x05"}[hash_name])


def with_negative_serial(der: bytes) -> bytes:
    """A certificate made with serial 0x7F, turned into one with serial -1."""
    return der.replace(b"\x02\x01\x7f", b"\x02\x01\xff", 1)
