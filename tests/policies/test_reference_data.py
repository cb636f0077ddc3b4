"""Trust anchors: the public store is pinned, and files of anchors hold certificates or are refused."""

import base64
from pathlib import Path

import certifi
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from checks.model.canonical import digest
from policies.reference_data import MAX_ANCHOR_BYTES, MAX_ANCHORS, load_reference_data, read_anchors
from policies.strict_yaml import InputErrors
from tests.certificates import authority, key

ROOT, OTHER = authority("Root").der, authority("Other").der


def pem(der: bytes) -> bytes:
    """A certificate in PEM."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def test_public_store_is_that_of_certifi() -> None:
    data = load_reference_data()
    assert data.public.version == certifi.__version__
    assert list(data.public.anchors) == sorted(data.public.anchors)
    assert data.public.digest == digest(b"".join(data.public.anchors))
    assert len(data.public.anchors) == Path(certifi.where()).read_bytes().count(b"BEGIN CERTIFICATE")
    assert data.versions == {"trust_store.certifi": f"{certifi.__version__} {data.public.digest}"}
    assert data == load_reference_data()


def test_added_anchors_are_by_digest() -> None:
    data = load_reference_data([OTHER, ROOT, OTHER])
    assert data.added == {digest(ROOT): ROOT, digest(OTHER): OTHER}


@pytest.mark.parametrize(
    ("content", "anchors"),
    [
        (ROOT, (ROOT,)),
        (pem(ROOT), (ROOT,)),
        (pem(ROOT) + pem(OTHER), (ROOT, OTHER)),
        (b"Subject: CN=Root\n" + pem(ROOT) + b"\n\n" + pem(OTHER) + pem(ROOT), (ROOT, OTHER)),
        (pem(ROOT).replace(b"\n", b"\r\n"), (ROOT,)),
    ],
)
def test_anchor_files(tmp_path: Path, content: bytes, anchors: tuple[bytes, ...]) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    assert read_anchors(file) == anchors


PRIVATE = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a certificate"),
        (b"hello", "not a certificate"),
        (ROOT[:-1], "not a certificate"),
        (ROOT + b"\n", "not a certificate"),
        (pem(ROOT[:-1]), "not a certificate"),
        (pem(ROOT)[:-40], "not a certificate"),
        (pem(ROOT).replace(b"CERTIFICATE", b"PUBLIC KEY"), "not a certificate"),
        (pem(ROOT) + PRIVATE, "private key"),
        (b" " * (MAX_ANCHOR_BYTES + 1), f"larger than {MAX_ANCHOR_BYTES} bytes"),
        (pem(ROOT) * (MAX_ANCHORS + 1), f"more than {MAX_ANCHORS} certificates"),
    ],
)
def test_anchor_files_that_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    with pytest.raises(InputErrors, match=message) as caught:
        read_anchors(file)
    assert caught.value.errors[0].source == str(file)


def test_anchor_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="cannot read the file: No such file"):
        read_anchors(tmp_path / "absent.pem")
