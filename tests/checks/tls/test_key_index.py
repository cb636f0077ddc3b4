"""The index of an estate's keys: whose certificate has which key."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from checks.model.canonical import digest
from checks.model.evidence import CertificateChain, Evidence
from checks.model.keys import Holder
from checks.model.target import HttpTarget
from checks.tls.certificates import Unreadable
from checks.tls.keys import key_digest, key_uses
from tests.certificates import Kind, build, intermediate, key, leaf, name, root
from tests.checks.tls.key_holders import ELSEWHERE, FIRST, OWN, THIRD, certificate, serving
from tests.factories import (
    ADDRESS,
    HOST,
    asset,
    evidence,
    failure_evidence,
    tls_observation,
    tls_target,
)

KINDS: tuple[tuple[Kind, int], ...] = (
    ("rsa", 1024),
    ("ec", 256),
    ("ec", 384),
    ("ed25519", 0),
    ("ed448", 0),
    ("dsa", 1024),
)


@pytest.mark.parametrize(("kind", "bits"), KINDS)
def test_the_digest_is_that_of_the_public_key_info(kind: Kind, bits: int) -> None:
    private = key(kind, bits)
    info = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_digest(leaf(root(), private=private)) == digest(info)


def test_the_digest_of_a_key_behind_long_names() -> None:
    long = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "đ" * 60) for _ in range(400)])
    info = OWN.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_digest(leaf(root(), private=OWN, subject=long)) == digest(info)


def test_a_certificate_of_version_1_has_a_key_too() -> None:
    """Without the field that tells the version, and without extensions (RFC 5280 section 4.1)."""
    plain = build(name(HOST), OWN, root())
    fields = plain.tbs_certificate_bytes
    version = bytes.fromhex("a003020102")
    assert version in fields
    shorter = fields.replace(version, b"", 1)
    shorter = shorter[:1] + _length(len(shorter) - _header(fields)) + shorter[_header(fields) :]
    rest = _after(plain.public_bytes(Encoding.DER), fields)
    whole = shorter + rest
    first = b"\x30" + _length(len(whole)) + whole
    info = OWN.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert x509.load_der_x509_certificate(first).version is x509.Version.v1
    assert key_digest(first) == digest(info)


def _length(octets: int) -> bytes:
    return bytes([octets] if octets < 128 else [0x81, octets] if octets < 256 else [0x82, *octets.to_bytes(2)])


def _header(der: bytes) -> int:
    return 2 if der[1] < 128 else 2 + (der[1] & 0x7F)


def _after(whole: bytes, part: bytes) -> bytes:
    return whole[whole.index(part) + len(part) :]


def test_what_is_no_certificate_has_no_key() -> None:
    with pytest.raises(Unreadable):
        key_digest(b"not a certificate")


def test_the_index_lists_every_holder_once_and_sorted() -> None:
    """One target of two assets, and one asset with two endpoints; what is no TLS and what failed is passed over."""
    one, two = asset("z"), asset("a", agency="khac")
    place, other = tls_target(), tls_target(port=8443)
    page = HttpTarget(ADDRESS, f"https://{HOST}/")
    seen = serving(one)
    uses = key_uses(
        [
            (
                one,
                {
                    place: seen,
                    other: seen,
                    page: seen,
                    tls_target(port=1): None,
                    tls_target(port=2): _failed(),
                    tls_target(address=THIRD, server_name=None): seen,
                },
            ),
            (two, {tls_target(address=ELSEWHERE): serving(two, b"broken", certificate())}),
        ]
    )
    assert {each: list(holders) for each, holders in uses.items()} == {
        key_digest(certificate()): [
            Holder("a", "khac", frozenset({HOST}), frozenset({ELSEWHERE})),
            Holder("z", "so-mau", frozenset({HOST, THIRD}), frozenset({ADDRESS, THIRD})),
        ]
    }


def test_the_index_holds_the_keys_of_servers_and_of_no_authority() -> None:
    whole = tls_observation(certificates=(CertificateChain((certificate(), intermediate().der)),))
    assert list(key_uses([(FIRST, {tls_target(): evidence(tls_target(), whole)})])) == [key_digest(certificate())]


def test_two_assets_at_one_target_both_hold_its_key() -> None:
    uses = key_uses([(asset(each), {tls_target(): serving(FIRST)}) for each in ("a", "b")])
    assert [each.asset for each in uses[key_digest(certificate())]] == ["a", "b"]


def _failed() -> Evidence:
    return failure_evidence(tls_target(port=2))


def test_an_empty_chain_has_no_key() -> None:
    bare = evidence(tls_target(), tls_observation(certificates=(CertificateChain(()),)))
    assert key_uses([(FIRST, {tls_target(): bare})]) == {}
