"""Trust anchors: the public store that browsers share, and those that people add. Read here, judged in `checks`."""

import warnings
from collections.abc import Iterable
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning

from checks.model.canonical import digest
from checks.model.reference import ReferenceData, TrustStore
from checks.model.text import Text
from policies.strict_yaml import InputError, InputErrors, bytes_of

MAX_ANCHOR_BYTES = 1024 * 1024
"""A larger anchor file is refused."""
MAX_ANCHORS = 200
"""More certificates in one anchor file are refused."""


def load_reference_data(added: Iterable[bytes] = ()) -> ReferenceData:
    """The data that judgement reads: certifi's bundle as the public store, and added anchors (DER)."""
    bundle = Path(certifi.where()).read_bytes()
    anchors = tuple(sorted(_certificates(bundle)))
    # DER says its own length, so that joined certificates cannot be read in two ways.
    public = TrustStore("certifi", certifi.__version__, digest(b"".join(anchors)), anchors)
    return ReferenceData(public, {digest(each): each for each in sorted(added)})


def read_anchors(path: Path) -> tuple[bytes, ...]:
    """The certificates of an anchor file in DER, in the order of the file, each once.

    The file is PEM (RFC 7468) with one certificate or several, or DER (X.690) with one. Raises InputErrors where it
    cannot be read, holds anything else, or holds a private key, which has no place there.
    """
    try:
        data = bytes_of(path, MAX_ANCHOR_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _fault(path, f"không đọc được tệp: {reason}", f"cannot read the file: {reason}") from None
    if len(data) > MAX_ANCHOR_BYTES:
        raise _fault(path, f"tệp lớn hơn {MAX_ANCHOR_BYTES} byte", f"the file is larger than {MAX_ANCHOR_BYTES} bytes")
    if b"PRIVATE KEY-----" in data:
        raise _fault(
            path, "tệp chứa khóa bí mật; chỉ để lại chứng thư số", "it holds a private key; leave certificates"
        )
    try:
        found = _certificates(data)
    except ValueError:
        vi = "không phải chứng thư số dạng PEM hoặc DER"
        raise _fault(path, vi, "not a certificate in PEM or DER form") from None
    if len(found) > MAX_ANCHORS:
        raise _fault(path, f"hơn {MAX_ANCHORS} chứng thư số", f"more than {MAX_ANCHORS} certificates")
    return tuple(dict.fromkeys(found))


def _certificates(data: bytes) -> list[bytes]:
    """The certificates of PEM or DER in DER. Raises ValueError on anything else."""
    with warnings.catch_warnings():
        # Some public roots have the serial number 0, which RFC 5280 forbids; browsers trust them all the same.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        if b"-----BEGIN" in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
    return [each.public_bytes(Encoding.DER) for each in found]


def _fault(path: Path, vi: str, en: str) -> InputErrors:
    return InputErrors([InputError(str(path), "", Text(vi, en))])
