"""The bytes of a signed file that no signature covers: the signature itself, and the room that is left behind it.

A signature is computed over everything but its own place. What stands there is held to its one form (DER, with
nothing in it that could be said in another way), so that no byte of it can be another either.
"""

from asn1crypto import parser
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.cms import ContentInfo, SignedData, SignerInfo
from pyhanko.sign.validation import EmbeddedPdfSignature


def covered(document: bytes, found: EmbeddedPdfSignature) -> int | None:
    """The end of what a signature covers, from the file's first byte on and but for itself; None where it leaves out
    more, or where what it leaves out is not in its one form.
    """
    ranges = [int(each) for each in found.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or min(ranges) < 0:
        return None
    _, first, second, rest = ranges
    content = found.pkcs7_content
    digits = content.hex().encode()
    if document[first:second] not in (b"<%s>" % digits, b"<%s>" % digits.upper()):
        return None
    length = parser.peek(content)
    if any(content[length:]) or not one_form(content[:length]):
        return None
    return second + rest if second + rest <= len(document) else None


def one_form(message: bytes) -> bool:
    """Whether a signed message (RFC 5652) is in DER, and says of itself what follows from its parts.

    Raises ValueError or TypeError where it cannot be read.
    """
    info = ContentInfo.load(message, strict=True)
    if ContentInfo.load(message, strict=True).dump(force=True) != message:
        return False
    signed: SignedData = info["content"]
    if len(signed["signer_infos"]) != 1:
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
    attributes = signer["unsigned_attrs"]
    stamps = [each for each in attributes or () if each["type"].native == "signature_time_stamp_token"]
    return all(one_form(token.dump()) for each in stamps for token in each["values"])


def _name(algorithm: DigestAlgorithm) -> str | None:
    """The algorithm, where its parameters are none, in one of the two ways of writing that (RFC 5754, 2)."""
    return str(algorithm["algorithm"].native) if algorithm["parameters"].native is None else None
