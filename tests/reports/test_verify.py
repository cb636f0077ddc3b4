"""Whatever is changed in a signed file, or added to it, is found; whom nobody vouches for is not trusted."""

import random
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pikepdf import Pdf
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from reports.signatures import bounded
from reports.signatures.bounded import verify_apart
from reports.signatures.keys import certificates
from reports.signatures.sign import sign
from reports.signatures.verify import verify
from tests import certificates as made
from tests.reports.conftest import Sample
from tests.signers import AT, VALID, Party, anchors, office, party, usage, write_pem

RANDOM = random.Random(20261201)


@pytest.fixture(scope="module")
def signed(pdf: Sample) -> bytes:
    return sign(pdf(0, "vi").read_bytes(), office().key, AT)


@pytest.fixture(scope="module")
def place(signed: bytes) -> tuple[int, int]:
    """Where the signature itself stands: what no signature covers."""
    first = signed.rindex(b"/Contents <") + len(b"/Contents ")
    return first, signed.index(b">", first) + 1


def flipped(data: bytes, offset: int, mask: int) -> bytes:
    changed = bytearray(data)
    changed[offset] ^= mask
    return bytes(changed)


def test_one_changed_byte_is_found_wherever_the_signature_covers(signed: bytes, place: tuple[int, int]) -> None:
    covered = [*range(place[0]), *range(place[1], len(signed))]
    for offset in [0, 1, len(signed) - 1, len(signed) - 2, place[0] - 1, place[1], *RANDOM.sample(covered, 100)]:
        state = verify(flipped(signed, offset, 1 << RANDOM.randrange(8)), AT, anchors()).state
        assert state in ("changed", "unreadable"), (offset, state)


def test_one_changed_digit_is_found_in_the_signature_itself(signed: bytes, place: tuple[int, int]) -> None:
    """0x20 turns a digit's case, which to most readers is the same number; 0x01 changes its value."""
    first, last = place
    head = range(first, first + 130)  # version, algorithms: what the signer does not sign
    padding = range(last - 20, last)
    for offset in [*head, *padding, *RANDOM.sample(range(first, last), 60)]:
        for mask in (0x01, 0x20):
            if flipped(signed, offset, mask)[offset : offset + 1] != signed[offset : offset + 1]:
                state = verify(flipped(signed, offset, mask), AT, anchors()).state
                assert state != "good", (offset - first, mask)


def of_openssl(covered: bytes, folder: Path) -> bytes:
    """A signature that openssl makes, in DER."""
    party = office()
    key = party.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(key)
    write_pem(folder / "cert.pem", party.certificate)
    write_pem(folder / "chain.pem", *party.chain)
    command = ["openssl", "cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER"]
    files = ["-signer", "cert.pem", "-inkey", "key.pem", "-certfile", "chain.pem"]
    made = subprocess.run([*command, *files], cwd=folder, input=covered, check=True, capture_output=True, timeout=60)
    return made.stdout


def test_a_signature_of_other_software_is_believed_as_far_as_it_is_exact(
    signed: bytes, place: tuple[int, int], tmp_path: Path
) -> None:
    first, last = place

    def with_(message: bytes) -> bytes:
        return signed[:first] + b"<" + message.hex().encode().ljust(last - first - 2, b"0") + b">" + signed[last:]

    message = of_openssl(signed[:first] + signed[last:], tmp_path)
    assert verify(with_(message), AT, anchors()).state == "good"
    longer = b"\x30\x83\x00" + message[2:]  # its length in three bytes instead of two, which DER does not allow
    found = verify(with_(longer), AT, anchors())
    (signature,) = found.signatures
    assert (found.state, signature.intact, signature.whole, signature.exact) == ("irregular", True, True, False)


def test_bytes_behind_the_end_are_told(signed: bytes) -> None:
    for more in (b"\n", b" ", b"%", b"garbage \x00\xff", b"%%EOF\n", b"%%EOF\n" * 3):
        assert verify(signed + more, AT, anchors()).state == "added", more[:20]
    assert verify(signed + signed, AT, anchors()).state == "added"
    assert verify(signed[:-1], AT, anchors()).state == "changed"


def test_a_file_that_is_cut_within_its_signature_is_told_as_that(signed: bytes, place: tuple[int, int]) -> None:
    first, last = place
    for end in (first, first + 100, last - 100, last, last + 30, *(RANDOM.randrange(first, last) for _ in range(5))):
        found = verify(signed[:end], AT, anchors())
        assert (found.state, found.unreadable) == ("unreadable", "cut"), end - first
    assert verify(signed[: len(signed) // 20], AT, anchors()).unreadable == "damaged"


def appended(signed: bytes, title: str = "") -> bytes:
    """With a further revision: another title, or an empty field for a signature."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    if title:
        writer.root[NameObject("/Lang")] = TextStringObject(title)
        writer.update_root()
    else:
        append_signature_field(writer, SigFieldSpec("Signature2"))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("title", ["xx", ""])
def test_a_further_revision_is_told_and_the_first_is_still_as_it_was_signed(signed: bytes, title: str) -> None:
    longer = appended(signed, title)
    assert longer.startswith(signed)
    found = verify(longer, AT, anchors())
    (signature,) = found.signatures
    assert (found.state, signature.intact, signature.whole) == ("added", True, False)
    assert signature.later == ("changes" if title else "validation")


def test_a_page_that_is_put_over_a_signed_one_is_told(signed: bytes) -> None:
    """The file is written anew: its signature covers other bytes than there are now."""
    out = BytesIO()
    with Pdf.open(BytesIO(signed)) as document:
        document.pages[0].Contents = document.make_stream(b"")
        document.save(out)
    assert verify(out.getvalue(), AT, anchors()).state == "changed"


def test_a_stranger_who_signs_over_it_is_not_trusted(signed: bytes) -> None:
    stranger = made.authority("Lạ", serial=50, **VALID)
    private = made.key("rsa", 2048, 50)
    certificate = made.build(made.name("Người lạ"), private, stranger, serial=51, extensions=[usage()], **VALID)
    found = verify(sign(signed, Party(certificate, private).key, AT), AT, anchors())
    assert (found.state, [each.trust for each in found.signatures]) == ("untrusted", ["trusted", "unknown_authority"])


def test_without_an_anchor_nobody_is_trusted(signed: bytes) -> None:
    found = verify(signed, AT)
    assert (found.state, found.signatures[0].trust, found.signatures[0].intact) == ("untrusted", "no_anchors", True)


def other_root() -> tuple[Certificate, ...]:
    """An anchor of the same name as ours, with another key."""
    return certificates(made.authority("Mẫu Root", private=made.key(number=60), serial=61, **VALID).der, "")


def test_an_anchor_that_only_has_the_name_does_not_vouch(signed: bytes) -> None:
    assert verify(signed, AT, other_root()).state == "untrusted"


@pytest.mark.parametrize(
    ("options", "at", "trust"),
    [
        ({"not_after": datetime(2026, 12, 31, tzinfo=UTC)}, datetime(2027, 1, 2, tzinfo=UTC), "expired"),
        ({"not_before": datetime(2026, 9, 1, tzinfo=UTC)}, datetime(2026, 6, 1, tzinfo=UTC), "other"),
    ],
)
def test_a_certificate_is_judged_at_the_time_of_looking_where_no_stamp_proves_another(
    pdf: Sample, options: dict[str, datetime], at: datetime, trust: str
) -> None:
    key = party("Mẫu", 70, usage(), **options).key
    found = verify(sign(pdf(0, "vi").read_bytes(), key, AT), at, anchors())
    assert (found.state, found.signatures[0].trust) == ("untrusted", trust)


def test_what_is_no_pdf_is_unreadable() -> None:
    for data in (b"", b"%PDF-1.7\n", b"\x00" * 1000, b"%%EOF", b"PK\x03\x04" * 100):
        found = verify(data, AT, anchors())
        assert found.state == "unreadable" and found.unreadable


def test_a_file_that_leads_in_a_circle_is_given_up() -> None:
    """Its table of objects names itself as the one before, which the library follows without end."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 2 /Root 1 0 R /Prev %d >>\n" % len(body)
    circle = body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)
    found = verify_apart(circle, AT, seconds=3)
    assert (found.unreadable, found.detail) == ("too_long", "not read within 3 seconds")


def test_in_a_process_of_its_own_the_same_is_found(signed: bytes) -> None:
    assert verify_apart(signed, AT, anchors()) == verify(signed, AT, anchors())
    assert verify_apart(b"x", AT).unreadable == "no_pdf"


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LARGEST", 10)
    assert verify_apart(bytes(11), AT).unreadable == "too_large"
