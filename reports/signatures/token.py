"""The key of a signature in a PKCS#11 token (a card, a stick, an HSM), which never leaves it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from asn1crypto.x509 import Certificate

from checks.model.text import Text
from reports.errors import SigningError
from reports.signatures.keys import Key, registry

try:
    import pkcs11
    from pkcs11.exceptions import PinIncorrect, PinLocked
    from pyhanko.sign.pkcs11 import PKCS11Signer
except ImportError as missing:
    raise SigningError(
        Text(
            "Thiếu thư viện PKCS#11: cài đặt khien[pkcs11].",
            "The library for PKCS#11 is missing: install khien[pkcs11].",
        )
    ) from missing


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key is."""

    module: str
    """Path of the maker's library."""
    token: str
    """Label of the token."""
    certificate: str
    """Label of the certificate."""
    key: str
    """Label of the private key."""
    pin: str = field(repr=False)


@contextmanager
def opened(where: TokenKey, chain: Sequence[Certificate] = ()) -> Iterator[Key]:
    """The key for as long as the session lasts; the PIN is given once, so that a wrong one costs a single try.

    `chain` are the authorities that go into the signature. Raises SigningError.
    """
    try:
        token = next((each for each in _tokens(where) if each.label == where.token), None)
        if token is None:
            raise SigningError(
                Text(
                    f"Không thấy thiết bị khóa {where.token!r} (PKCS#11: {where.module}).",
                    f"There is no token {where.token!r} (PKCS#11: {where.module}).",
                )
            )
        with token.open(user_pin=where.pin) as session:
            yield _key(where, session, chain)
    except (PinIncorrect, PinLocked) as error:
        locked = isinstance(error, PinLocked)
        raise SigningError(
            Text("Thiết bị khóa đã bị khóa PIN.", "The token's PIN is locked.")
            if locked
            else Text("Sai PIN của thiết bị khóa; không thử lại.", "The token's PIN is wrong; it is not tried again.")
        ) from error
    except pkcs11.PKCS11Error as error:
        words = f"{type(error).__name__} {error}".strip()
        raise SigningError(Text(f"Lỗi thiết bị khóa: {words}", f"The token failed: {words}")) from error


def _tokens(where: TokenKey) -> Iterator[pkcs11.Token]:
    try:
        slots = pkcs11.lib(where.module).get_slots(token_present=True)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise SigningError(
            Text(
                f"{where.module}: không nạp được thư viện PKCS#11: {error}",
                f"{where.module}: the PKCS#11 library cannot be loaded: {error}",
            )
        ) from error
    return (each.get_token() for each in slots)


def _key(where: TokenKey, session: pkcs11.Session, chain: Sequence[Certificate]) -> Key:
    """The key with its certificate, both of which must be there once."""
    _one(session, pkcs11.ObjectClass.CERTIFICATE, where.certificate, Text("chứng thư số", "certificates"))
    _one(session, pkcs11.ObjectClass.PRIVATE_KEY, where.key, Text("khóa bí mật", "private keys"))
    signer = PKCS11Signer(
        session,
        cert_label=where.certificate,
        key_label=where.key,
        embed_roots=False,
        ca_chain=registry(chain),
        use_raw_mechanism=_raw(session),
    )
    return Key(signer, signer.signing_cert)


def _one(session: pkcs11.Session, kind: pkcs11.ObjectClass, label: str, name: Text) -> None:
    count = len(list(session.get_objects({pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: label})))
    if count != 1:
        raise SigningError(
            Text(
                f"Thiết bị khóa có {count} {name.vi} với nhãn {label!r}; cần đúng một.",
                f"The token has {count} {name.en} with the label {label!r}; there must be one.",
            )
        )


def _raw(session: pkcs11.Session) -> bool:
    """Whether the token signs a digest only, where the key is of an elliptic curve."""
    return pkcs11.Mechanism.ECDSA_SHA256 not in session.token.slot.get_mechanisms()
