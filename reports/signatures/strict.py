"""The bytes of a signed file that no signature covers: the signature itself, and the room that is left behind it.

A signature is computed over everything but its own place. What stands there is held to one form, with nothing in it
that could be said in another way, so that no byte of it can be another either.
"""

from asn1crypto import parser
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.cms import CertificateChoices, ContentInfo, SignedData, SignerInfo
from asn1crypto.core import VOID
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.validation import EmbeddedPdfSignature


def covered(document: bytes, found: EmbeddedPdfSignature) -> int | None:
    """The end of what a signature covers, from the file's first byte on and but for itself; None where it leaves out
    more than itself.
    """
    ranges = [int(each) for each in found.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or min(ranges) < 0:
        return None
    _, first, second, rest = ranges
    if document[first:second].lower() != b"<%s>" % found.pkcs7_content.hex().encode():
        return None
    return second + rest if second + rest <= len(document) else None


def exact(document: bytes, found: EmbeddedPdfSignature) -> bool:
    """Whether what a signature leaves out is in its one form, so that none of its bytes could be another.

    Raises ValueError or TypeError where it cannot be read.
    """
    _, first, second, _ = map(int, found.byte_range)
    written, content = document[first:second], found.pkcs7_content
    length = parser.peek(content)
    uniform = written in (written.lower(), written.upper())
    return uniform and not any(content[length:]) and one_form(content[:length])


def one_form(message: bytes) -> bool:
    """Whether a signed message (RFC 5652) is in DER, has the parts of a detached signature and no others, and says of
    itself what follows from its parts.

    Sets may be in any order, since some makers do not sort them. Raises ValueError or TypeError where it cannot be
    read.
    """
    if not (_is_der(message) and _has_parts(message)):
        return False
    signed: SignedData = ContentInfo.load(message, strict=True)["content"]
    if len(signed["signer_infos"]) != 1 or not all(_sound(each) for each in signed["certificates"]):
        return False
    signer: SignerInfo = signed["signer_infos"][0]
    by_serial = signer["sid"].name == "issuer_and_serial_number"
    plain = signed["encap_content_info"]["content_type"].native == "data"
    if signer["version"].native != ("v1" if by_serial else "v3"):
        return False
    if signed["version"].native != ("v1" if by_serial and plain else "v3"):
        return False
    digests = [_name(each) for each in (*signed["digest_algorithms"], signer["digest_algorithm"])]
    if len(digests) != 2 or digests[0] is None or digests[0] != digests[1]:
        return False
    # Of what may stand beside a signature unsigned, PAdES has the time stamp only (EN 319 142-1, 6.3).
    attributes = [] if signer["unsigned_attrs"] is VOID else list(signer["unsigned_attrs"])
    if any(each["type"].native != "signature_time_stamp_token" for each in attributes):
        return False
    return all(one_form(token.dump()) for each in attributes for token in each["values"])


def _has_parts(message: bytes) -> bool:
    """By their tags: ContentInfo, SignedData with certificates, SignerInfo with signed and perhaps unsigned attributes
    (RFC 5652, 3, 5.1, 5.3)."""
    ((_, info),) = _parts(message)
    *kind, (_, explicit) = _parts(info)
    ((outer, signed),) = _parts(explicit)
    *head, (_, signers) = _parts(signed)
    ((_, signer),) = _parts(signers)
    head_tags, signer_tags = bytes(tag for tag, _ in head), bytes(tag for tag, _ in _parts(signer))
    if (len(kind), kind[0][0], outer, head_tags) != (1, 0x06, 0x30, b"\x02\x31\x30\xa0"):
        return False
    sid = signer_tags[1:2]
    return sid in (b"\x30", b"\x80") and signer_tags.removesuffix(b"\xa1") == b"\x02" + sid + b"\x30\xa0\x30\x04"


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The values that stand one after the other: first byte of the tag, and content."""
    found, start = [], 0
    while start < len(data):
        end = start + parser.peek(data[start:])
        *_, content, _ = parser.parse(data[start:end])
        found.append((data[start], content))
        start = end
    return found


def _is_der(data: bytes) -> bool:
    """X.690, 10.1: there is one way to write each length, and no end of contents; 11.2: no bits that are not used."""
    start = 0
    while start < len(data):
        end = start + parser.peek(data[start:])
        kind, method, tag, _, content, _ = parser.parse(data[start:end])
        if (kind, tag) == (0, 0) or parser.emit(kind, method, tag, content) != data[start:end]:
            return False
        if (kind, method, tag) == (0, 0, 3) and content[:1] != b"\0":
            return False
        if method == 1 and not _is_der(content):
            return False
        start = end
    return True


def _sound(choice: CertificateChoices) -> bool:
    """Whether it is a certificate. Its own signature covers most of it; the rest has to be read once."""
    return choice.name == "certificate" and load_der_x509_certificate(choice.chosen.dump()) is not None


def _name(algorithm: DigestAlgorithm) -> str | None:
    """The algorithm, where its parameters are none, in one of the two ways of writing that (RFC 5754, 2)."""
    return str(algorithm["algorithm"].native) if algorithm["parameters"].native is None else None
