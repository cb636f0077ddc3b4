"""A private certificate authority made on the fly, and every kind of certificate that the estate serves.

Nothing here outlives the estate but the root certificate, which the inventory names as a trust anchor.
Dates are relative to the moment that is passed in, so that an expired certificate stays expired.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Kind = Literal["good", "rsa", "expired", "expiring", "self_signed", "wrong_name", "no_intermediate", "rsa_1024"]
"""good: EC P-256, 75 days, complete chain; rsa: the same with RSA 2048; each other kind has the one fault it names."""

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

WRONG_NAME = "may-chu-cu.example"
"""The only name in the certificate of kind wrong_name."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a server needs to speak TLS."""

    chain: bytes
    """Certificates in PEM, leaf first, without the root."""
    key: bytes
    """The leaf's private key in PEM (PKCS #8), not encrypted."""


class Authority:
    """A root, an intermediate below it, and the certificates that the intermediate issues."""

    def __init__(self, now: datetime, aged: timedelta = timedelta(0)) -> None:
        """Make both keys; `now` must have a time zone. What it issues is valid from so much earlier than usual."""
        self._aged = aged
        self._now = now.replace(microsecond=0)
        self._root_key: Key = ec.generate_private_key(ec.SECP256R1())
        self._key: Key = ec.generate_private_key(ec.SECP256R1())
        root_name = _name("Cơ quan chứng thực gốc Mẫu (trình diễn)")
        self._root = (
            self._builder(root_name, self._root_key, days=(-365, 3650))
            .issuer_name(root_name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(self._root_key, hashes.SHA256())
        )
        self._intermediate = self._signed(
            self._builder(_name("Cơ quan chứng thực trung gian Mẫu (trình diễn)"), self._key, days=(-200, 1000))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True),
            self._root.subject,
            self._root_key,
        )

    @property
    def root(self) -> bytes:
        """The trust anchor in PEM."""
        return _pem(self._root)

    def issue(self, host: str, kind: Kind) -> Served:
        """A certificate of one kind for a host: a name in A-labels or a literal address."""
        key: Key
        match kind:
            case "rsa":
                key = rsa.generate_private_key(65537, 2048)
            case "rsa_1024":
                key = rsa.generate_private_key(65537, 1024)  # noqa: S505  (the weakness is the point)
            case _:
                key = ec.generate_private_key(ec.SECP256R1())
        days = {"expired": (-100, -10), "expiring": (-80, 10)}.get(kind, (-15, 60))
        days = (days[0] - self._aged.days, days[1])
        builder = self._leaf(WRONG_NAME if kind == "wrong_name" else host, key, days)
        if kind == "self_signed":
            chain = [builder.issuer_name(_name(host)).sign(key, hashes.SHA256())]
        else:
            chain = [self._signed(builder, self._intermediate.subject, self._key)]
        if kind not in ("self_signed", "no_intermediate"):
            chain.append(self._intermediate)
        return Served(b"".join(_pem(each) for each in chain), _key_pem(key))

    def _leaf(self, host: str, key: Key, days: tuple[int, int]) -> x509.CertificateBuilder:
        return (
            self._builder(_name(host), key, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(encrypts_keys=isinstance(key, rsa.RSAPrivateKey)), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        )

    def _builder(self, subject: x509.Name, key: Key, days: tuple[int, int]) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now + timedelta(days=days[0]))
            .not_valid_after(self._now + timedelta(days=days[1]))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _signed(self, builder: x509.CertificateBuilder, issuer: x509.Name, key: Key) -> x509.Certificate:
        """Signed by an authority, with the identifier of its key (RFC 5280 section 4.2.1.1)."""
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        return builder.issuer_name(issuer).add_extension(identifier, critical=False).sign(key, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(signs_certificates: bool = False, encrypts_keys: bool = False) -> x509.KeyUsage:
    """RFC 5280 section 4.2.1.3; key encipherment is for RSA key exchange only."""
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=encrypts_keys,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
