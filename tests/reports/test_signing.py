"""A signature is appended to what was issued, keeps PDF/A-3, and names who signed, when and why; poppler agrees."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from reports.errors import SigningError
from reports.signatures.keys import certificates, from_file
from reports.signatures.sign import Statement, sign
from reports.signatures.verify import verify
from tests import certificates as made
from tests.reports.conftest import Sample
from tests.reports.pdfa_rules import faults
from tests.signers import AT, PASSPHRASE, anchors, issuing, office, party, root, usage, write_pem


@pytest.fixture(scope="module")
def document(pdf: Sample) -> bytes:
    return pdf(1, "vi").read_bytes()


@pytest.fixture(scope="module")
def signed(document: bytes) -> bytes:
    return sign(document, office().key, AT, Statement("Phát hành báo cáo", "Tỉnh Mẫu"))


def pdfsig(path: Path, *options: str) -> dict[str, str]:
    """What poppler says of the only signature."""
    run = subprocess.run(["pdfsig", *options, str(path)], capture_output=True, text=True, timeout=60)
    lines = [line.strip("- ").strip() for line in run.stdout.splitlines()]
    return dict(line.split(": ", 1) for line in lines if ": " in line) | {
        line: "" for line in lines if ": " not in line
    }


def certutil(store: Path, *options: str) -> None:
    """Change a database of NSS, which has what poppler trusts."""
    subprocess.run(["certutil", "-d", f"sql:{store}", *options], check=True, capture_output=True, timeout=60)


def test_the_issued_bytes_stay_and_the_signature_comes_after_them(document: bytes, signed: bytes) -> None:
    assert signed.startswith(document) and len(signed) > len(document)
    (found,) = verify(signed, AT, anchors()).signatures
    assert (found.signer, found.claimed, found.whole) == ("Trung tâm Giám sát Mẫu", AT, True)
    assert verify(signed, AT, anchors()).state == "good"
    assert verify(document, AT, anchors()).state == "unsigned"


def test_a_signed_file_keeps_the_rules_of_pdf_a(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert faults(path) == []
    for command in (["qpdf", "--check"], ["pdfinfo", "-struct"], ["pdffonts"]):
        run = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=120)
        assert (run.returncode, run.stderr) == (0, ""), command
    with pikepdf.open(path) as found:
        (field,) = found.Root.AcroForm.Fields
        assert (str(field.V.Reason), str(field.V.Location)) == ("Phát hành báo cáo", "Tỉnh Mẫu")
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"


@pytest.mark.parametrize(
    ("clause", "broken"),
    [
        ("6.4.1", lambda root: setattr(root.AcroForm, "NeedAppearances", True)),
        ("6.4.1", lambda root: setattr(root.AcroForm.Fields[0], "FT", pikepdf.Name.Tx)),
        ("6.3.2", lambda root: setattr(root.AcroForm.Fields[0], "F", 2)),
        ("6.3.3", lambda root: setattr(root.AcroForm.Fields[0], "Rect", pikepdf.Array([0, 0, 9, 9]))),
        ("6.4.3", lambda root: setattr(root.AcroForm.Fields[0].V, "Reason", pikepdf.String("khác"))),
    ],
)
def test_what_breaks_a_rule_of_signatures_is_found(
    signed: bytes, tmp_path: Path, clause: str, broken: Callable[[pikepdf.Object], object]
) -> None:
    path = tmp_path / "broken.pdf"
    with pikepdf.open(BytesIO(signed)) as document:
        broken(document.Root)
        document.save(path, force_version="1.7")
    assert any(each.startswith(clause) for each in faults(path)), faults(path)


def test_poppler_agrees_with_and_without_the_anchor(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    found = pdfsig(path, "-nocert")
    assert found["Signer Certificate Common Name"] == "Trung tâm Giám sát Mẫu"
    assert found["Signature Validation"] == "Signature is Valid."
    assert found["Signature Type"] == "ETSI.CAdES.detached" and "Total document signed" in found
    store, anchor = tmp_path / "nss", write_pem(tmp_path / "root.pem", root().certificate)
    store.mkdir()
    certutil(store, "-N", "--empty-password")
    unknown = pdfsig(path, "-nssdir", str(store))  # there is no address of an OCSP server that it could ask
    certutil(store, "-A", "-n", "mau", "-t", "CT,CT,CT", "-i", str(anchor))
    trusted = pdfsig(path, "-nssdir", str(store))
    assert unknown["Signature Validation"] == trusted["Signature Validation"] == "Signature is Valid."
    assert trusted["Certificate Validation"] == "Certificate is Trusted." != unknown["Certificate Validation"]
    changed = bytearray(signed)
    changed[1000] ^= 1
    path.write_bytes(changed)
    assert pdfsig(path, "-nocert")["Signature Validation"] != "Signature is Valid."
    assert verify(bytes(changed), AT, anchors()).state == "changed"


def test_an_elliptic_key_signs_too(document: bytes) -> None:
    assert verify(sign(document, office("ec").key, AT), AT, anchors()).state == "good"


def test_roots_stay_out_of_the_signature(document: bytes) -> None:
    """A verifier has its own."""
    office_ = office()
    data = pkcs12.serialize_key_and_certificates(
        b"k", office_.private, office_.certificate, [issuing().certificate, root().certificate], NoEncryption()
    )
    out = sign(document, from_file(data, ""), AT)
    assert root().der.hex().upper().encode() not in out
    assert verify(out, AT, anchors()).state == "good"


def test_what_is_missing_in_the_file_comes_from_the_configuration(document: bytes) -> None:
    office_ = office()
    data = pkcs12.serialize_key_and_certificates(b"k", office_.private, office_.certificate, None, NoEncryption())
    alone = sign(document, from_file(data, ""), AT)
    assert verify(alone, AT, anchors()).signatures[0].trust == "unknown_authority"
    chain = certificates(issuing().der, "ca.der")
    assert verify(sign(document, from_file(data, "", chain), AT), AT, anchors()).state == "good"


@pytest.mark.parametrize(
    ("data", "passphrase", "said"),
    [
        (office().pkcs12, "sai", "passphrase is wrong"),
        (b"no key", PASSPHRASE, "not PKCS#12"),
        (b"", "", "not PKCS#12"),
        (pkcs12.serialize_key_and_certificates(b"k", None, office().certificate, None, NoEncryption()), "", "no key"),
    ],
)
def test_a_bad_key_file_is_told(data: bytes, passphrase: str, said: str) -> None:
    with pytest.raises(SigningError, match=said):
        from_file(data, passphrase)


def test_a_key_that_is_not_that_of_the_certificate_is_told() -> None:
    other = made.key("rsa", 2048, 9)
    with pytest.raises((SigningError, ValueError)):
        from_file(pkcs12.serialize_key_and_certificates(b"k", other, office().certificate, None, NoEncryption()), "")


@pytest.mark.parametrize("at", [datetime(2019, 12, 31, tzinfo=UTC), datetime(2090, 1, 2, tzinfo=UTC)])
def test_outside_its_validity_a_certificate_signs_nothing(document: bytes, at: datetime) -> None:
    with pytest.raises(SigningError, match="valid only from 2020-01-01 to 2090-01-01"):
        sign(document, office().key, at)


def test_a_certificate_for_something_else_signs_nothing(document: bytes) -> None:
    with pytest.raises(SigningError, match="not one to sign with"):
        sign(document, party("Khác", 9, usage(sign=False)).key, AT)


def test_what_is_no_pdf_is_not_signed() -> None:
    with pytest.raises(SigningError, match="could not be signed"):
        sign(b"%PDF-1.7 nothing", office().key, AT)


def test_a_second_office_may_sign_after_the_first(signed: bytes) -> None:
    other = party("Cơ quan chủ quản Mẫu", 10, usage(), private=made.key("rsa", 2048, 10)).key
    both = sign(signed, other, AT + timedelta(hours=1))
    found = verify(both, AT, anchors())
    assert [(each.signer, each.later) for each in found.signatures] == [
        ("Trung tâm Giám sát Mẫu", "signatures"),
        ("Cơ quan chủ quản Mẫu", "nothing"),
    ]
    assert found.state == "good"
