"""The key of a signature, ready to sign, with its certificate: from the bytes of a PKCS#12 file (RFC 7292)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import keys, pem
from asn1crypto.x509 import Certificate, Name
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from checks.model.text import Text
from reports.errors import SigningError

USAGES = frozenset({"digital_signature", "non_repudiation"})
"""Key usages (RFC 5280, 4.2.1.3) one of which the certificate must have."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its certificate. It is used for one document at a time."""

    signer: Signer
    certificate: Certificate

    @property
    def subject(self) -> str:
        """Whom the certificate names."""
        return common_name(self.certificate.subject)

    @property
    def expires(self) -> datetime:
        """The end of the certificate's validity."""
        until: datetime = self.certificate.not_valid_after
        return until

    def check(self, at: datetime) -> None:
        """Raises SigningError where the certificate is not valid at that time, or is not one to sign with."""
        if not self.certificate.not_valid_before <= at <= self.expires:
            first, last = (f"{each:%Y-%m-%d}" for each in (self.certificate.not_valid_before, self.expires))
            raise SigningError(
                Text(
                    f"Chứng thư số của {self.subject} chỉ có hiệu lực từ {first} đến {last}.",
                    f"The certificate of {self.subject} is valid only from {first} to {last}.",
                )
            )
        usages = self.certificate.key_usage_value
        if usages is not None and not USAGES & set(usages.native):
            names = ", ".join(sorted(usages.native))
            raise SigningError(
                Text(
                    f"Chứng thư số của {self.subject} không dùng để ký (key usage: {names}).",
                    f"The certificate of {self.subject} is not one to sign with (key usage: {names}).",
                )
            )


def from_file(data: bytes, passphrase: str, chain: Sequence[Certificate] = ()) -> Key:
    """The key of a PKCS#12 file. `chain` are authorities that belong to it and that the file lacks.

    Raises SigningError where it cannot be opened, or has no key with its certificate.
    """
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    except (ValueError, TypeError) as error:  # the library's word for a wrong passphrase and for a bad file
        raise SigningError(
            Text(
                "Không mở được tệp khóa: sai mật khẩu hoặc không phải PKCS#12.",
                "The key file cannot be opened: the passphrase is wrong, or it is not PKCS#12.",
            )
        ) from error
    if key is None or certificate is None or key.public_key() != certificate.public_key():
        raise SigningError(
            Text(
                "Tệp khóa không có khóa bí mật kèm chứng thư số của nó.",
                "The key file has no key with its certificate.",
            )
        )
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = Certificate.load(certificate.public_bytes(Encoding.DER))
    others = [Certificate.load(each.public_bytes(Encoding.DER)) for each in more]
    signer = SimpleSigner(own, keys.PrivateKeyInfo.load(plain), registry([*others, *chain]), embed_roots=False)
    return Key(signer, own)


def registry(certificates: Iterable[Certificate]) -> SimpleCertificateStore:
    """The certificates that go into the signature beside the signer's own. Roots do not: who checks a signature has
    them, or does not believe it.
    """
    store = SimpleCertificateStore()
    store.register_multiple(each for each in certificates if each.subject != each.issuer)
    return store


def certificates(data: bytes, name: str) -> tuple[Certificate, ...]:
    """The certificates of a PEM or DER file. Raises SigningError where there is none, or a bad one."""
    try:
        if pem.detect(data):
            found = [
                Certificate.load(each) for kind, _, each in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"
            ]
        else:
            found = [Certificate.load(data, strict=True)]
        for each in found:
            _ = common_name(each.subject), each.public_key.native  # parsed now, not when it is needed
    except (ValueError, TypeError) as error:
        raise SigningError(
            Text(f"{name}: không phải chứng thư số X.509", f"{name}: not an X.509 certificate")
        ) from error
    if not found:
        raise SigningError(Text(f"{name}: không có chứng thư số", f"{name}: holds no certificate"))
    return tuple(found)


def common_name(name: Name) -> str:
    """The common name, else the whole of it."""
    found = name.native.get("common_name")
    if isinstance(found, list):
        found = found[-1]
    return str(found or name.human_friendly)
