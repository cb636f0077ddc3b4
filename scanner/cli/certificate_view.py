"""One certificate chain in words. All of it comes from outside: cut, counted, and each part read for itself."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from checks.model.evidence import CertificateChain
from checks.tls.certificates import Unreadable, certificate, key_kind, read, shown
from scanner.cli.blocks import Block, Row
from scanner.cli.language import LANGUAGE, say
from scanner.cli.tls_words import COULD_NOT_TELL, STAPLES

NAMES = 12
"""Names of a certificate that are shown; the others are counted."""
_SENT_ALONG = say("Gửi kèm", "Sent along")
ISSUERS = 8
"""Certificates behind the leaf that are shown; the others are counted."""

_SIGNATURES = {
    value: name.replace("_", " ") for name, value in vars(x509.SignatureAlgorithmOID).items() if name.isupper()
}
"""Signature algorithms by their object identifiers."""


def chain_blocks(number: int, count: int, sent: CertificateChain, at: datetime) -> Iterator[Block]:
    """The leaf in full, the others in short; `at` is when it was seen, which days are counted from."""
    heading = say(f"Chứng thư {number}/{count}", f"Certificate {number} of {count}")
    if not sent.chain:
        yield Block(heading, (Row(say("chuỗi rỗng", "the chain is empty")),), 4)
        return
    der = sent.chain[0]
    try:
        leaf = certificate(der)
    except Unreadable as error:
        yield Block(heading, (Row(say("không đọc được", "unreadable"), str(error), "red"),), 4)
        return
    rows = [*_leaf(leaf, der, at), *_about(sent, leaf)]
    if len(sent.chain) == 1:
        rows.append(Row(_SENT_ALONG, say("không có chứng thư nào khác", "no other certificate")))
    yield Block(f"{heading}: {_part(lambda: _key(leaf))}", tuple(rows), 4)
    if len(sent.chain) > 1:
        yield Block(_SENT_ALONG, tuple(_issuers(sent, at)), 6)


def _leaf(leaf: x509.Certificate, der: bytes, at: datetime) -> Iterator[Row]:
    dates, style = _dates(leaf, at)
    yield Row(say("Cấp cho", "Subject"), _who(lambda: leaf.subject))
    yield Row(say("Bên cấp", "Issuer"), _who(lambda: leaf.issuer))
    yield Row(say("Tên", "Names"), _part(lambda: _names(leaf), 4000))
    yield Row(say("Hiệu lực", "Valid"), dates, style)
    yield Row(say("Chữ ký", "Signature"), _part(lambda: _signature(leaf)))
    yield Row(say("Số sê-ri", "Serial"), _part(lambda: f"{leaf.serial_number:x}"))
    yield Row("SHA-256", _fingerprint(leaf))


def _about(sent: CertificateChain, leaf: x509.Certificate) -> Iterator[Row]:
    """What came with the certificate."""
    if sent.ocsp_staple is None:
        staple = COULD_NOT_TELL
    elif not sent.ocsp_staple:
        staple = say("không có", "none")
    else:
        status = STAPLES[sent.ocsp_status].in_(LANGUAGE) if sent.ocsp_status else say("không đọc", "not read")
        staple = say("có; trạng thái: ", "yes; status: ") + status
    yield Row(say("OCSP kèm theo", "OCSP staple"), staple, "red" if sent.ocsp_status == "revoked" else "")
    embedded = _part(lambda: str(_embedded(leaf)))
    yield Row(
        say("Dấu thời gian SCT", "SCTs"),
        say(
            f"{embedded} trong chứng thư, {len(sent.scts)} khi bắt tay",
            f"{embedded} in the certificate, {len(sent.scts)} in the handshake",
        ),
    )


def _issuers(sent: CertificateChain, at: datetime) -> Iterator[Row]:
    """The certificates behind the leaf, in the order sent."""
    for place, der in enumerate(sent.chain[1 : ISSUERS + 1], 1):
        try:
            found = certificate(der)
        except Unreadable as error:
            yield Row(f"{place}.", _unreadable(error), "red")
            continue
        yield from _issuer(place, found, at)
    more = len(sent.chain) - 1 - ISSUERS
    if more > 0:
        yield Row("…", say(f"và {more} chứng thư nữa", f"and {more} more"))


def _issuer(place: int, found: x509.Certificate, at: datetime) -> Iterator[Row]:
    dates, style = _dates(found, at)
    yield Row(f"{place}.", _who(lambda: found.subject))
    yield Row("", say("bên cấp: ", "issuer: ") + _who(lambda: found.issuer))
    yield Row("", f"{_part(lambda: _key(found))}; {_part(lambda: _signature(found))}")
    yield Row("", dates, style)
    yield Row("", f"SHA-256 {_fingerprint(found)}")


def _dates(found: x509.Certificate, at: datetime) -> tuple[str, str]:
    """Both dates and the days left, and how to show them."""
    try:
        begin, end = read(lambda: found.not_valid_before_utc), read(lambda: found.not_valid_after_utc)
    except (Unreadable, OverflowError) as error:
        return _unreadable(error), "red"
    span = f"{begin:%Y-%m-%d} – {end:%Y-%m-%d}"
    if at < begin:
        days = (begin - at).days + 1
        return span + say(f"; CHƯA CÓ HIỆU LỰC, còn {days} ngày", f"; NOT YET VALID, {days} days to go"), "red"
    if at > end:
        days = (at - end).days
        return span + say(f"; ĐÃ HẾT HẠN {days} ngày", f"; EXPIRED {days} days ago"), "red"
    days = (end - at).days
    return span + say(f"; còn {days} ngày", f"; {days} days left"), "yellow" if days < 30 else ""


def _names(leaf: x509.Certificate) -> str:
    """The names of the subjectAltName (RFC 5280 section 4.2.1.6)."""
    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return say("không có (thiếu subjectAltName)", "none (there is no subjectAltName)")
    first = [shown(_name(each), 100) for _, each in zip(range(NAMES), found, strict=False)]
    more = len(list(found)) - len(first)
    return ", ".join(first) + (say(f" và {more} tên nữa", f" and {more} more") if more > 0 else "")


def _name(name: x509.GeneralName) -> str:
    value = name.value
    if isinstance(value, x509.Name):
        return value.rfc4514_string()
    return value.dotted_string if isinstance(value, x509.ObjectIdentifier) else str(value)


def _key(found: x509.Certificate) -> str:
    kind = {"rsa": "RSA", "ec": "EC", "dsa": "DSA", "ed25519": "Ed25519", "ed448": "Ed448"}
    name = kind.get(key_kind(found), key_kind(found))
    match key := found.public_key():
        case ec.EllipticCurvePublicKey():
            return f"{name} {key.curve.name}"
        case rsa.RSAPublicKey() | dsa.DSAPublicKey():
            return f"{name} {key.key_size} bit"
        case _:
            return name


def _signature(found: x509.Certificate) -> str:
    oid = found.signature_algorithm_oid
    name = _SIGNATURES.get(oid, oid.dotted_string)
    if oid != x509.SignatureAlgorithmOID.RSASSA_PSS or found.signature_hash_algorithm is None:
        return name
    return f"{name} {found.signature_hash_algorithm.name.upper()}"


def _embedded(leaf: x509.Certificate) -> int:
    """Signed certificate timestamps inside the certificate (RFC 6962 section 3.3)."""
    try:
        kind = x509.PrecertificateSignedCertificateTimestamps
        return len(list(leaf.extensions.get_extension_for_class(kind).value))
    except x509.ExtensionNotFound:
        return 0


def _fingerprint(found: x509.Certificate) -> str:
    return found.fingerprint(hashes.SHA256()).hex()


def _part(part: Callable[[], str], length: int = 200) -> str:
    """A part of a certificate, cut; or that it cannot be read."""
    try:
        return shown(read(part), length)
    except Unreadable as error:
        return _unreadable(error)


def _unreadable(error: Exception) -> str:
    return say("không đọc được: ", "unreadable: ") + str(error)


def _who(name: Callable[[], x509.Name]) -> str:
    """A distinguished name (RFC 4514)."""
    return _part(lambda: name().rfc4514_string()) or say("(trống)", "(empty)")
