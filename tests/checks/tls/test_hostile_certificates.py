"""Certificates that cannot be read, or that cost much to read: they neither hang a rule nor hide what else is wrong."""

import time
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from checks.check import Check
from checks.registry import REGISTRY
from checks.tls.certificates import shown
from tests.certificates import FROM, UNTIL, intermediate, leaf, name, root
from tests.checks.tls.asking import short
from tests.checks.tls.judged_certificates import KEY, LIFETIME, NAME, judged
from tests.factories import HOST, reference_data

ALL = [(check, {"max_days": 398} if check is LIFETIME else {}) for check in REGISTRY if "certificate" in check.id]


def huge_key() -> bytes:
    """A certificate for an RSA modulus of 70,000 bits; its owner signs nothing, so any odd number does."""
    public = rsa.RSAPublicNumbers(65537, (1 << 70_000) - 1).public_key()
    builder = x509.CertificateBuilder().subject_name(name("lớn")).issuer_name(root().certificate.subject)
    builder = builder.public_key(public).serial_number(1).not_valid_before(FROM).not_valid_after(UNTIL)
    return builder.sign(root().private, SHA256()).public_bytes(Encoding.DER)


def hostile() -> dict[str, bytes]:
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"đơn vị {number}") for number in range(2000)]
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    key_usage_id, alternative_name_id = b"\x06\x03\x55\x1d\x25", b"\x06\x03\x55\x1d\x11"
    return {
        "10,000 names": leaf(intermediate(), *(f"may-{number}.khac.example" for number in range(10_000))),
        "a key of 70,000 bits": huge_key(),
        "2000 units and no common name": leaf(None, subject=x509.Name(units)),
        "control characters": leaf(None, subject=name("a\x00b\x1b[31m\u202e{0}%s<b>\r\n")),
        "long names": leaf(None, *(".".join([str(number) * 30] * 3) for number in range(10, 14))),
        "no subject": leaf(None, subject=x509.Name([])),
        "twice the same extension": leaf(root(), extensions=[usage]).replace(key_usage_id, alternative_name_id),
        "names that are no names": leaf(root()).replace(HOST.encode(), b"\xff" * len(HOST)),
        "a subject that is no text": leaf(None, subject=name("zzzz")).replace(b"zzzz", b"\xff" * 4),
        "a subject of bits": leaf(None, subject=name("zzzz")).replace(b"\x0c\x04zzzz", b"\x03\x04\x00zzz"),
        "cut off": leaf(root())[:-5],
    }


@pytest.mark.parametrize("check", ALL, ids=lambda case: case[0].id)
def test_hostile_certificates_neither_hang_nor_leak(check: tuple[Check[Any, Any], Any]) -> None:
    rule, params = check
    data = reference_data([root().der])
    for case, der in hostile().items():
        started = time.process_time()
        outcome = judged(rule, der, params=params, data=data)
        assert time.process_time() - started < 5, case
        for each in outcome.instances:
            assert all(str(value).isprintable() for value in each.params.values()), case


def test_what_cannot_be_read_is_never_a_pass_where_it_is_asked() -> None:
    broken = hostile()
    for case in ("names that are no names", "twice the same extension"):
        assert short(judged(NAME, broken[case])) == "not_assessable certificate_unreadable"
    for check, params in ALL:
        assert short(judged(check, broken["cut off"], params=params)) == "not_assessable certificate_unreadable"


def test_a_subject_that_cannot_be_read_hides_no_fault() -> None:
    found = judged(KEY, hostile()["a subject that is no text"], params={"types": ["rsa"]}).instances[0]
    assert (found.reason, found.params["subject"]) == ("key_type_forbidden", "?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 10, "a" * 10),
        ("a" * 11, "a" * 9 + "…"),
        ("a" * 1_000_000, "a" * 9 + "…"),
        ("a\u0301", "á"),
        ("a\nb\x7f", "a\ufffdb\ufffd"),
        ("\u202eabc", "\ufffdabc"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    assert shown(text, 10) == expected
