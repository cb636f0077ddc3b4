"""A private authority made on the fly: a root, an intermediate, and leaves with the faults that a test wants."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
KeyKind = Literal["rsa1024", "rsa2048", "rsa3072", "p256", "p384", "ed25519"]
Hash = Literal["sha256", "sha384"]

HASHES: dict[Hash, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
}


def new_key(kind: KeyKind) -> Key:
    """A fresh private key."""
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("rsa")))


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, and the certificates that a server sends after it."""

    certificate: x509.Certificate
    key: Key
    issuers: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> tuple[bytes, ...]:
        """The chain as served, leaf first, in DER."""
        return tuple(each.public_bytes(serialization.Encoding.DER) for each in (self.certificate, *self.issuers))

    def write(self, folder: Path, name: str = "server") -> tuple[Path, Path]:
        """Chain and key as PEM files; their paths."""
        chain, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificates = (self.certificate, *self.issuers)
        chain.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates))
        key.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return chain, key


class Authority:
    """A root and an intermediate that issues."""

    def __init__(self, key: KeyKind = "p256") -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        self.now = now
        root_key, intermediate_key = new_key(key), new_key(key)
        self._key = intermediate_key
        root_name, intermediate_name = _name("Khien Test Root"), _name("Khien Test Intermediate")
        dates = (now - timedelta(days=1), now + timedelta(days=3650))
        self.root = _sign(_builder(root_name, root_name, root_key, dates, authority=True), root_key, "sha256")
        self.intermediate = _sign(
            _builder(intermediate_name, root_name, intermediate_key, dates, authority=True), root_key, "sha256"
        )

    def issue(
        self,
        *names: str,
        key: KeyKind = "p256",
        valid_from: timedelta = timedelta(days=-1),
        valid_until: timedelta = timedelta(days=90),
        signature: Hash = "sha256",
        send_intermediate: bool = True,
        self_signed: bool = False,
        information: str | None = None,
    ) -> Identity:
        """A leaf for names and addresses; the dates are relative to the making of the authority.

        `information` is where it says that its issuer's certificate and OCSP responder are (RFC 5280 section 4.2.2.1).
        """
        leaf_key = new_key(key)
        subject = _name(names[0][:60] if names else "nobody")
        dates = (self.now + valid_from, self.now + valid_until)
        issuer = subject if self_signed else self.intermediate.subject
        builder = _builder(subject, issuer, leaf_key, dates, authority=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        if information is not None:
            builder = builder.add_extension(_authority_information(information), critical=False)
        certificate = _sign(builder, leaf_key if self_signed else self._key, signature)
        sent = (self.intermediate,) if send_intermediate and not self_signed else ()
        return Identity(certificate, leaf_key, sent)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _authority_information(url: str) -> x509.AuthorityInformationAccess:
    methods = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(method, x509.UniformResourceIdentifier(url)) for method in methods]
    )


def _general_names(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, dates: tuple[datetime, datetime], authority: bool
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _sign(builder: x509.CertificateBuilder, key: Key, signature: Hash) -> x509.Certificate:
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else HASHES[signature]
    return builder.sign(key, algorithm)  # type: ignore[arg-type]  # the stubs allow no union of hashes
