"""The rules on what a certificate itself says: name, dates, lifetime, key, signature."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import ValidationError

from checks.check import Check
from checks.model.canonical import digest
from checks.model.target import HttpTarget
from checks.tls.certificates import certificate, combined, issuer_of, subject_of
from tests.certificates import FROM, UNTIL, authority, build, intermediate, key, leaf, name, root, with_rsa_hash
from tests.checks.tls.asking import short
from tests.checks.tls.judged_certificates import DATES, DAY, EXPIRING, KEY, LIFETIME, NAME, SECOND, SIGNATURE, judged
from tests.factories import ADDRESS, HOST, NOW, asset, reference_data, tls_target


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        ((HOST,), HOST, "pass"),
        (("khac.example", "*.so-mau.example"), HOST, "pass"),
        (("so-mau.example",), HOST, "fail name_mismatch"),
        (("192.0.2.1",), HOST, "fail name_mismatch"),
        (("192.0.2.1",), None, "pass"),
        (("192.0.2.2", HOST), None, "fail name_mismatch"),
    ],
)
def test_name(names: tuple[str, ...], host: str | None, expected: str) -> None:
    assert short(judged(NAME, leaf(root(), *names), target=tls_target(server_name=host))) == expected


def test_whom_a_certificate_names_and_who_issued_it() -> None:
    found = certificate(leaf(root(), HOST))
    assert (subject_of(found), issuer_of(found)) == (HOST, "Root")
    organisation = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Tổ chức Mẫu"), *name("Sample CA R1")])
    itself = certificate(build(organisation, key(), None).public_bytes(Encoding.DER))
    assert (subject_of(itself), issuer_of(itself)) == ("Sample CA R1", "Tổ chức Mẫu")
    unit = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "Phòng Mẫu")])
    nameless = certificate(build(unit, key(), None).public_bytes(Encoding.DER))
    assert subject_of(nameless) == issuer_of(nameless) == "OU=Phòng Mẫu"


def test_a_common_name_is_no_name_of_the_host() -> None:
    bare = build(name(HOST), key(), root()).public_bytes(Encoding.DER)
    assert short(judged(NAME, bare)) == "fail name_not_given"


def test_a_mismatch_says_for_whom_the_certificate_is() -> None:
    many = [f"may-{number}.khac.example" for number in range(8)]
    found = judged(NAME, leaf(root(), *many, "192.0.2.7")).instances[0]
    assert found.params["names"] == tuple(many[:5])
    assert (found.params["total"], found.params["host"]) == (9, HOST)
    assert found.key == f"{ADDRESS}:443/ec/name_mismatch"
    found = judged(NAME, leaf(root(), "khac.example", "192.0.2.7")).instances[0]
    assert found.params["names"] == ("khac.example", "192.0.2.7")


def test_names_of_other_kinds_are_no_names_of_hosts() -> None:
    """A certificate for a mail address and a URI: there is no name to show."""
    others = x509.SubjectAlternativeName(
        [x509.RFC822Name("a@so-mau.example"), x509.UniformResourceIdentifier(f"https://{HOST}/")]
    )
    odd = build(name(HOST), key(), root(), extensions=(others,)).public_bytes(Encoding.DER)
    assert short(judged(NAME, odd)) == "fail name_not_given"


def test_names_belong_to_endpoints() -> None:
    with pytest.raises(TypeError):
        judged(NAME, leaf(root()), target=HttpTarget(ADDRESS, f"https://{HOST}/"))


@pytest.mark.parametrize(
    ("period", "dates", "expiring"),
    [
        ((-DAY, 60 * DAY), "pass", "pass"),
        ((-60 * DAY, -SECOND), "fail certificate_expired", "not_applicable already_expired"),
        ((-60 * DAY, 0 * DAY), "pass", "fail certificate_expiring"),
        ((SECOND, 60 * DAY), "fail certificate_not_yet_valid", "pass"),
        ((0 * DAY, 60 * DAY), "pass", "pass"),
        ((-DAY, 30 * DAY), "pass", "fail certificate_expiring"),
        ((-DAY, 30 * DAY + SECOND), "pass", "pass"),
    ],
)
def test_dates(period: tuple[timedelta, timedelta], dates: str, expiring: str) -> None:
    start, end = period
    certificate = leaf(root(), not_before=NOW + start, not_after=NOW + end)
    assert short(judged(DATES, certificate)) == dates
    assert short(judged(EXPIRING, certificate)) == expiring


def test_dates_are_told_and_judged_at_the_time_of_the_sighting() -> None:
    certificate = leaf(root())
    found = judged(DATES, certificate, at=UNTIL + DAY).instances[0]
    assert found.params["not_after"] == UNTIL.date().isoformat()
    found = judged(DATES, certificate, at=FROM - DAY).instances[0]
    assert found.params["not_before"] == FROM.date().isoformat()
    found = judged(EXPIRING, certificate, params={"days": 7}, at=UNTIL - 3 * DAY - SECOND).instances[0]
    assert found.params["days"] == 3
    assert short(judged(EXPIRING, certificate, params={"days": 7}, at=UNTIL - 8 * DAY)) == "pass"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (365 * DAY, "pass"),
        (365 * DAY - SECOND, "pass"),
        (365 * DAY + SECOND, "fail lifetime_too_long"),
        (3650 * DAY, "fail lifetime_too_long"),
    ],
)
def test_lifetime(length: timedelta, expected: str) -> None:
    certificate = leaf(root(), not_before=FROM, not_after=FROM + length)
    assert short(judged(LIFETIME, certificate, params={"max_days": 365})) == expected


def test_a_lifetime_is_told_in_days() -> None:
    certificate = leaf(root(), not_before=FROM, not_after=FROM + 400 * DAY + SECOND)
    assert judged(LIFETIME, certificate, params={"max_days": 398}).instances[0].params["days"] == 401


@pytest.mark.parametrize(
    ("kind", "bits", "params", "expected"),
    [
        ("rsa", 1024, {}, "fail key_too_small"),
        ("rsa", 2048, {}, "pass"),
        ("rsa", 2048, {"min_rsa_bits": 3072}, "fail key_too_small"),
        ("ec", 224, {}, "fail key_too_small"),
        ("ec", 224, {"min_ec_bits": 224}, "pass"),
        ("ec", 256, {}, "pass"),
        ("ec", 256, {"min_ec_bits": 384}, "fail key_too_small"),
        ("ec", 384, {"min_ec_bits": 384}, "pass"),
        ("rsa", 2048, {"types": ["ec"]}, "fail key_type_forbidden"),
        ("ed25519", 256, {}, "pass"),
        ("ed448", 448, {}, "pass"),
        ("ed25519", 256, {"types": ["rsa", "ec"]}, "fail key_type_forbidden"),
        ("dsa", 1024, {}, "fail key_type_forbidden"),
    ],
)
def test_key(kind: Any, bits: int, params: Any, expected: str) -> None:
    outcome = judged(KEY, leaf(root(), private=key(kind, bits)), params=params)
    assert short(outcome) == expected
    assert all(each.params["key_type"] == kind for each in outcome.instances)


def test_a_size_of_one_bit_demands_nothing_but_the_kind() -> None:
    small = {"min_rsa_bits": 1, "min_ec_bits": 1}
    for kind, bits in (("rsa", 1024), ("ec", 224)):
        assert short(judged(KEY, leaf(root(), private=key(kind, bits)), params=small)) == "pass"
    for name_ in small:
        with pytest.raises(ValidationError):
            KEY.parameters({name_: 0})


NAMED = ["secp256r1", "secp384r1"]


@pytest.mark.parametrize(
    ("curve", "params", "expected"),
    [
        (ec.SECP256R1(), {"curves": NAMED}, "pass"),
        (ec.SECP384R1(), {"curves": NAMED}, "pass"),
        (ec.SECP521R1(), {"curves": NAMED}, "fail key_curve_forbidden"),
        (ec.SECP521R1(), {"curves": [*NAMED, "secp521r1"]}, "pass"),
        (ec.SECP521R1(), {}, "pass"),
        (ec.SECP256K1(), {}, "pass"),
        (ec.SECP256K1(), {"curves": NAMED}, "fail key_curve_forbidden"),
        (ec.SECP256K1(), {"curves": ["secp256k1"]}, "pass"),
        (ec.SECP224R1(), {"curves": ["secp224r1"]}, "fail key_too_small"),
        (ec.SECP224R1(), {"curves": ["secp224r1"], "min_ec_bits": 224}, "pass"),
        (ec.BrainpoolP256R1(), {"curves": ["brainpoolP256r1"]}, "pass"),
        (ec.BrainpoolP384R1(), {"curves": ["brainpoolP384r1"]}, "pass"),
        (ec.BrainpoolP512R1(), {"curves": ["brainpoolP512r1"]}, "pass"),
        (ec.BrainpoolP512R1(), {"curves": NAMED}, "fail key_curve_forbidden"),
    ],
)
def test_a_curve_is_allowed_by_its_name_whatever_its_size(curve: Any, params: Any, expected: str) -> None:
    outcome = judged(KEY, leaf(root(), private=ec.generate_private_key(curve)), params=params)
    assert short(outcome) == expected
    assert all(each.params.get("curve", curve.name) == curve.name for each in outcome.instances)


@pytest.mark.parametrize(("kind", "bits"), [("rsa", 2048), ("ed25519", 256), ("ed448", 448)])
def test_curves_bear_on_elliptic_keys_of_the_registry_only(kind: Any, bits: int) -> None:
    assert short(judged(KEY, leaf(root(), private=key(kind, bits)), params={"curves": NAMED})) == "pass"


def test_a_key_of_an_unknown_kind_is_not_allowed() -> None:
    """The identifier of Ed25519 turned into 1.3.101.100, which names no kind of key."""
    strange = leaf(root(), private=key("ed25519")).replace(b"\x06\x03\x2b\x65\x70", b"\x06\x03\x2b\x65\x64")
    found = judged(KEY, strange).instances[0]
    assert (found.reason, found.params["key_type"]) == ("key_type_forbidden", "1.3.101.100")


def test_a_curve_that_cannot_be_read_is_a_gap() -> None:
    """The identifier of P-256 turned into 1.2.840.10045.3.1.99."""
    p256 = bytes.fromhex("06082a8648ce3d0301")
    strange = leaf(root()).replace(p256 + b"\x07", p256 + b"\x63")
    assert short(judged(KEY, strange)) == "not_assessable certificate_unreadable"


def rsa_signed(**options: Any) -> bytes:
    return leaf(authority("RSA", private=key("rsa", 1024)), **options)


@pytest.mark.parametrize(
    ("hash_name", "params", "expected"),
    [
        ("sha1", {}, "fail signature_hash_weak"),
        ("md5", {}, "fail signature_hash_weak"),
        ("md2", {}, "fail signature_hash_weak"),
        ("sha1", {"forbidden": ["md5"]}, "pass"),
        ("md2", {"forbidden": ["sha1"]}, "pass"),
        (None, {}, "pass"),
    ],
)
def test_signature(hash_name: Any, params: Any, expected: str) -> None:
    certificate = with_rsa_hash(rsa_signed(), hash_name) if hash_name else rsa_signed()
    outcome = judged(SIGNATURE, certificate, params=params)
    assert short(outcome) == expected
    assert all(each.params["hash"] == hash_name.upper() for each in outcome.instances)


def test_intermediates_are_judged_and_roots_are_not() -> None:
    old_root = authority("RSA root", private=key("rsa", 1024))
    lower = authority("Lower", old_root)
    weak_lower, weak_root = with_rsa_hash(lower.der, "sha1"), with_rsa_hash(old_root.der, "sha1")
    assert short(judged(SIGNATURE, leaf(lower), lower.der, weak_root)) == "pass"
    found = judged(SIGNATURE, leaf(lower), weak_lower, weak_root).instances
    assert [each.key for each in found] == [f"{ADDRESS}:443/ec/signature_hash_weak/issuer-1"]
    assert found[0].params["signed"] == "Lower"
    self_signed = with_rsa_hash(leaf(None, private=key("rsa", 1024)), "sha1")
    assert short(judged(SIGNATURE, self_signed)) == "fail signature_hash_weak"


def test_an_anchor_that_another_authority_signed_is_trusted_for_its_key() -> None:
    """A root under which the chain ends, sent as a certificate that an older root once signed with SHA-1."""
    crossed = with_rsa_hash(authority("Crossed", authority("Old", private=key("rsa", 1024))).der, "sha1")
    chain = (leaf(root()), crossed)
    assert short(judged(SIGNATURE, *chain)) == "fail signature_hash_weak"
    assert short(judged(SIGNATURE, *chain, data=reference_data([crossed]))) == "pass"
    assert short(judged(SIGNATURE, *chain, asset=asset(trust_anchors=(digest(crossed),)))) == "pass"
    assert (
        short(judged(SIGNATURE, *chain, asset=asset(trust_anchors=(digest(chain[0]),)))) == "fail signature_hash_weak"
    )
    weak = with_rsa_hash(rsa_signed(), "sha1")  # the server's own certificate is judged, anchor or not
    assert short(judged(SIGNATURE, weak, data=reference_data([weak]))) == "fail signature_hash_weak"


def test_a_name_in_letters_beyond_ascii_is_no_name() -> None:
    """A certificate must hold A-labels (RFC 9525 section 6.2), which are what hosts are asked for by."""
    label, punycode = "c\u00f4ng".encode(), "xn--cng-dma.so-mau.example"
    letters = leaf(root(), "x" * len(label) + ".so-mau.example").replace(b"x" * len(label), label)
    assert short(judged(NAME, letters, target=tls_target(server_name=punycode))) == "fail name_mismatch"
    for names, expected in (((punycode,), "pass"), (("*.so-mau.example",), "pass"), ((HOST,), "fail name_mismatch")):
        assert short(judged(NAME, leaf(root(), *names), target=tls_target(server_name=punycode))) == expected


@pytest.mark.parametrize("kind", ["ed25519", "ed448"])
def test_signatures_without_a_hash_of_their_own(kind: Any) -> None:
    certificate = leaf(authority("Ed", private=key(kind)))
    assert short(judged(SIGNATURE, certificate)) == "pass"


@pytest.mark.parametrize(
    ("identifier", "hash_name", "counts_as"),
    [
        ("06092a864886f70d010103", "MD4", "md5"),  # md4WithRSAEncryption
        ("06052b0e030203", "MD5", "md5"),  # OIW's names for MD5 and SHA-1 with RSA
        ("06052b0e03021d", "SHA1", "sha1"),
    ],
)
def test_old_identifiers_of_signatures(identifier: str, hash_name: str, counts_as: str) -> None:
    """Both places that name the algorithm are relabelled; lengths in front of them are made to fit."""
    old = relabelled(rsa_signed(), bytes.fromhex(identifier))
    [found] = judged(SIGNATURE, old).instances
    assert (found.reason, found.params["hash"]) == ("signature_hash_weak", hash_name)
    other = {"md5": "sha1", "sha1": "md5"}[counts_as]
    assert short(judged(SIGNATURE, old, params={"forbidden": [other]})) == "pass"


def relabelled(der: bytes, identifier: bytes) -> bytes:
    """A certificate signed with sha256WithRSAEncryption whose signature bears another name."""
    usual = bytes.fromhex("300d06092a864886f70d01010b0500")
    named = bytes((0x30, len(identifier) + 2)) + identifier + b"\x05\x00"
    start = 4 if der[1] == 0x82 else 3
    inner = 4 if der[start + 1] == 0x82 else 3
    end = start + inner + int.from_bytes(der[start + 2 : start + inner])
    fields, rest = der[start + inner : end].replace(usual, named), der[end:].replace(usual, named)
    return sequence(sequence(fields) + rest)


def sequence(content: bytes) -> bytes:
    assert 0x80 <= len(content) < 0x10000
    length = (0x81, len(content)) if len(content) < 0x100 else (0x82, *len(content).to_bytes(2))
    return bytes((0x30, *length)) + content


def test_an_issuer_that_is_passed_over_hides_none_behind_it() -> None:
    """A root, an anchor or what cannot be read between the leaf and an issuer with a weak hash."""
    weak = with_rsa_hash(authority("Lower", authority("RSA", private=key("rsa", 1024))).der, "sha1")
    for between in (root().der, b"no certificate"):
        found = judged(SIGNATURE, leaf(intermediate()), between, weak).instances
        assert [each.key for each in found] == [f"{ADDRESS}:443/ec/signature_hash_weak/issuer-2"]
    own = with_rsa_hash(rsa_signed(), "sha1")
    assert judged(SIGNATURE, own).instances[0].key == f"{ADDRESS}:443/ec/signature_hash_weak"


def test_an_unknown_signature_algorithm_is_a_gap() -> None:
    """The identifier of sha256WithRSAEncryption turned into 1.2.840.113549.1.1.99."""
    stem = bytes.fromhex("06092a864886f70d0101")
    strange = rsa_signed().replace(stem + b"\x0b", stem + b"\x63")
    assert short(judged(SIGNATURE, strange)) == "not_assessable signature_hash_unknown"
    weak = with_rsa_hash(authority("Lower", authority("RSA", private=key("rsa", 1024))).der, "sha1")
    assert short(judged(SIGNATURE, strange, weak)) == "fail signature_hash_weak"


def test_an_issuer_that_cannot_be_read_hides_no_weak_hash() -> None:
    weak = with_rsa_hash(rsa_signed(), "sha1")
    assert short(judged(SIGNATURE, weak, b"no certificate")) == "fail signature_hash_weak"
    assert short(judged(SIGNATURE, weak, leaf(None, subject=name("zzzz")).replace(b"zzzz", b"\xff" * 4))) == (
        "fail signature_hash_weak"
    )
    assert short(judged(SIGNATURE, rsa_signed(), b"no certificate")) == "not_assessable certificate_unreadable"


def test_there_is_no_outcome_of_nothing() -> None:
    with pytest.raises(ValueError, match="no outcome"):
        combined([])


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (EXPIRING, {"days": 0}),
        (LIFETIME, {}),
        (LIFETIME, {"max_days": 0}),
        (KEY, {"types": []}),
        (KEY, {"types": ["dsa"]}),
        (KEY, {"curves": ["P-256"]}),
        (KEY, {"min_rsa_bits": "2048"}),
        (SIGNATURE, {"forbidden": []}),
        (SIGNATURE, {"forbidden": ["sha256"]}),
        (NAME, {"host": HOST}),
    ],
)
def test_parameters_that_demand_nothing_or_nonsense_are_refused(check: Check[Any, Any], params: Any) -> None:
    with pytest.raises(ValidationError):
        check.parameters(params)
