"""tls.certificate_trusted and tls.certificate_chain on chains with one fault each, made of real certificates."""

import re
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from checks.model.canonical import digest
from checks.model.evidence import Failure
from checks.model.finding import Outcome
from checks.tls import certificate_chain, certificate_trusted
from checks.tls.paths import moment_within
from tests.certificates import Authority, authority, build, intermediate, key, leaf, name, root, with_negative_serial
from tests.checks.tls.asking import ask, short
from tests.factories import ADDRESS, HOST, NOW, asset, chain, reference_data, tls_observation

DAY = timedelta(days=1)
TRUSTED, CHAIN = certificate_trusted.CHECK, certificate_chain.CHECK


def judged(check: Any, *certificates: bytes, public: tuple[bytes, ...] | None = None, **more: Any) -> Outcome:
    """One chain, judged with `root` as the public trust store unless another is given."""
    data = reference_data([root().der] if public is None else public, more.pop("added", ()))
    return ask(check, tls_observation(certificates=(chain(*certificates),)), data=data, **more)


def expired() -> Authority:
    return authority("Expired", root(), not_after=NOW - DAY)


def not_yet_valid() -> Authority:
    return authority("Future", root(), not_before=NOW + DAY)


def no_authority() -> Authority:
    return authority("No authority", root(), ca=False)


def impostor() -> Authority:
    """Signs in the name of `intermediate` with a key of its own."""
    return Authority(intermediate().certificate, key(number=9))


def constrained() -> Authority:
    names = x509.NameConstraints([x509.DNSName("khac.example")], None)
    return authority("Constrained", root(), extensions=(names,))


MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


def purposed(*purposes: x509.ObjectIdentifier) -> Authority:
    return authority("Purposed", root(), extensions=(x509.ExtendedKeyUsage(purposes),))


def under(issuer: Authority, *more: Authority) -> tuple[bytes, ...]:
    return (leaf(issuer), issuer.der, *(each.der for each in more))


def no_signer() -> Authority:
    usages = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    others = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    allowed = dict.fromkeys((*usages, *others), False) | {"digital_signature": True}
    return authority("No signer", root(), extensions=(x509.KeyUsage(**allowed),))


def circle() -> tuple[Authority, Authority]:
    """Two authorities, of which each signs the other."""
    one, two = authority("One", private=key(number=31)), authority("Two", private=key(number=32))
    return authority("One", two, private=one.private), authority("Two", one, private=two.private)


def strange_root() -> Authority:
    return authority("Strange root", private=key(number=7))


def usage(*purposes: x509.ObjectIdentifier) -> tuple[x509.ExtendedKeyUsage]:
    return (x509.ExtendedKeyUsage(purposes),)


CASES: dict[str, tuple[Callable[[], tuple[bytes, ...]], str, str]] = {
    "in order": (lambda: (leaf(intermediate()), intermediate().der), "pass", "pass"),
    "straight from the root": (lambda: (leaf(root()),), "pass", "pass"),
    "with the root": (lambda: (leaf(intermediate()), intermediate().der, root().der), "pass", "pass"),
    "superfluous behind": (
        lambda: (leaf(intermediate()), intermediate().der, root().der, strange_root().der),
        "pass",
        "pass",
    ),
    "superfluous without the root": (
        lambda: (leaf(intermediate()), intermediate().der, expired().der),
        "pass",
        "pass",
    ),
    "wrong order": (
        lambda: (leaf(intermediate()), root().der, intermediate().der),
        "pass",
        "fail chain_disordered",
    ),
    "leaf twice": (
        lambda: (leaf(intermediate()), leaf(intermediate()), intermediate().der),
        "pass",
        "fail chain_disordered",
    ),
    "intermediate missing": (
        lambda: (leaf(intermediate()),),
        "fail issuer_unknown",
        "fail missing_intermediate",
    ),
    "another intermediate": (
        lambda: (leaf(intermediate()), authority("Other", root()).der),
        "fail issuer_unknown",
        "fail missing_intermediate",
    ),
    "disordered and incomplete": (
        lambda: (
            leaf(authority("Lower", intermediate())),
            root().der,
            authority("Lower", intermediate()).der,
        ),
        "fail issuer_unknown",
        "fail chain_disordered missing_intermediate",
    ),
    "self-signed": (lambda: (leaf(None),), "fail self_signed", "not_applicable self_signed_has_no_chain"),
    "strange root sent": (lambda: (leaf(strange_root()), strange_root().der), "fail root_not_trusted", "pass"),
    "issuer expired": (lambda: (leaf(expired()), expired().der), "fail issuer_expired", "pass"),
    "issuer not yet valid": (
        lambda: (leaf(not_yet_valid()), not_yet_valid().der),
        "fail issuer_not_yet_valid",
        "pass",
    ),
    "issuer is no authority": (lambda: (leaf(no_authority()), no_authority().der), "fail issuer_not_authority", "pass"),
    "issuer may not sign": (lambda: (leaf(no_signer()), no_signer().der), "fail issuer_not_authority", "pass"),
    "authorities in a circle": (
        lambda: (leaf(circle()[0]), circle()[0].der, circle()[1].der),
        "fail issuer_unknown",
        "fail missing_intermediate",
    ),
    "wrong signature": (lambda: (leaf(impostor()), intermediate().der), "fail issuer_signature_invalid", "pass"),
    "outside name constraints": (lambda: (leaf(constrained()), constrained().der), "fail path_invalid", "pass"),
    "issuer for mail": (lambda: under(purposed(MAIL)), "fail issuer_not_for_servers", "pass"),
    "issuer for mail and servers": (
        lambda: under(purposed(MAIL, ExtendedKeyUsageOID.SERVER_AUTH)),
        "pass",
        "pass",
    ),
    "issuer for everything": (lambda: under(purposed(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)), "pass", "pass"),
    "issuer's issuer for mail": (
        lambda: under(authority("Lower", purposed(MAIL), private=key(number=3)), purposed(MAIL)),
        "fail issuer_not_for_servers",
        "pass",
    ),
    "for clients": (
        lambda: (leaf(root(), extensions=usage(ExtendedKeyUsageOID.CLIENT_AUTH)),),
        "fail not_for_servers",
        "pass",
    ),
    "for servers": (lambda: (leaf(root(), extensions=usage(ExtendedKeyUsageOID.SERVER_AUTH)),), "pass", "pass"),
    "for anything": (
        lambda: (leaf(root(), extensions=usage(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)),),
        "pass",
        "pass",
    ),
    "expired leaf": (
        lambda: (leaf(intermediate(), not_before=NOW - 30 * DAY, not_after=NOW - DAY), intermediate().der),
        "pass",
        "pass",
    ),
    "leaf of tomorrow": (
        lambda: (leaf(intermediate(), not_before=NOW + DAY), intermediate().der),
        "pass",
        "pass",
    ),
    "garbage": (
        lambda: (b"garbage",),
        "not_assessable certificate_unreadable",
        "not_assessable certificate_unreadable",
    ),
    "garbage behind": (
        lambda: (leaf(intermediate()), b"0\x03\x02\x01\x01"),
        "not_assessable certificate_unreadable",
        "not_assessable certificate_unreadable",
    ),
    "nothing": (lambda: (), "not_assessable certificate_unreadable", "not_assessable certificate_unreadable"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_each(case: str) -> None:
    certificates, trusted, in_chain = CASES[case]
    assert short(judged(TRUSTED, *certificates())) == trusted
    assert short(judged(CHAIN, *certificates())) == in_chain


def test_an_issuer_that_is_not_for_servers_is_named_and_an_anchor_is_not_asked() -> None:
    issuer = purposed(MAIL)
    [fault] = judged(TRUSTED, *under(issuer)).instances
    assert fault.params["at_fault"] == "Purposed"
    assert short(judged(TRUSTED, *under(issuer), public=(issuer.der,))) == "pass"


def test_the_fault_names_the_certificates_concerned() -> None:
    found = judged(TRUSTED, leaf(intermediate())).instances[0]
    assert (found.key, found.path) == (f"{ADDRESS}:443/ec/issuer_unknown", "certificates.0")
    assert (found.params["subject"], found.params["issuer"]) == (HOST, "Intermediate")
    found = judged(TRUSTED, leaf(expired()), expired().der).instances[0]
    assert found.params["at_fault"] == "Expired"
    found = judged(TRUSTED, leaf(constrained()), constrained().der).instances[0]
    assert (found.params["code"], found.params["error"]) == (47, "permitted subtree violation")
    found = judged(CHAIN, leaf(intermediate())).instances[0]
    assert (found.params["last"], found.params["issuer"]) == (HOST, "Intermediate")


def test_what_openssl_says_is_told_only_where_we_have_no_words() -> None:
    told = {"where", "key_type", "subject", "at_fault", "issuer"}
    assert set(judged(TRUSTED, leaf(intermediate())).instances[0].params) == told
    found = judged(TRUSTED, leaf(constrained()), constrained().der).instances[0]
    assert set(found.params) == told | {"code", "error"}


def test_a_root_that_stands_there_twice_ends_the_path_at_once() -> None:
    assert short(judged(CHAIN, leaf(root()), root().der, strange_root().der, root().der)) == "pass"


def test_of_two_issuers_of_one_name_the_next_one_in_the_chain_is_followed() -> None:
    """One of both comes before and leads nowhere."""
    crossed = authority("Top", authority("Old", private=key(number=41)), private=key(number=42))
    top = authority("Top", private=key(number=42))
    lower = authority("Lower", top, private=key(number=43))
    assert short(judged(CHAIN, leaf(lower), crossed.der, lower.der, top.der)) == "fail chain_disordered"
    both = "fail chain_disordered missing_intermediate"
    assert short(judged(CHAIN, leaf(lower), top.der, lower.der, crossed.der)) == both


def test_a_name_that_cannot_be_read_is_a_question_mark() -> None:
    """A string of bits, which is no text."""
    bits = leaf(intermediate(), subject=name("zzzz")).replace(b"\x0c\x04zzzz", b"\x03\x04\x00zzz")
    assert judged(CHAIN, bits).instances[0].params["last"] == "?"


def test_what_is_no_certificate_is_said_to_be_none() -> None:
    found = judged(CHAIN, leaf(intermediate()), b"0\x03\x02\x01\x01")
    assert found.params["error"] == "not a certificate in DER"


def test_the_last_moment_of_a_leaf_is_that_before_its_end() -> None:
    """OpenSSL counts the end itself as expired."""
    found = x509.load_der_x509_certificate(leaf(root(), not_before=NOW - DAY, not_after=NOW))
    assert moment_within(found, NOW + DAY) == NOW - timedelta(seconds=1)
    assert moment_within(found, NOW - 2 * DAY) == NOW - DAY
    assert moment_within(found, NOW - DAY / 2) == NOW - DAY / 2


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("common_name", "organizational_unit_name", "organization_name"), "common_name"),
        (("organizational_unit_name", "organization_name"), "organizational_unit_name"),
        (("organization_name",), "organization_name"),
        (("locality_name",), "?"),
    ],
)
def test_issuers_are_called_by_the_closest_part_of_their_names(parts: tuple[str, ...], expected: str) -> None:
    subject = x509.Name([x509.NameAttribute(getattr(NameOID, each.upper()), each) for each in parts])
    issuer = Authority(build(subject, key(number=33), root()), key(number=33))
    assert judged(CHAIN, leaf(issuer)).instances[0].params["issuer"] == expected


@pytest.mark.parametrize("check", [TRUSTED, CHAIN])
def test_an_anchor_that_is_there_is_not_missing(check: Any) -> None:
    own = strange_root().der
    found = judged(check, leaf(intermediate()), asset=asset(trust_anchors=(digest(own),)), added=(own,))
    assert found.verdict == "fail"


def test_an_expired_leaf_is_judged_while_it_was_valid() -> None:
    """The authority has ended since, too; that is no fault of a certificate that ended before it."""
    ended = authority("Ended", root(), not_after=NOW - 100 * DAY)
    old = leaf(ended, not_before=NOW - 300 * DAY, not_after=NOW - 200 * DAY)
    assert short(judged(TRUSTED, old, ended.der)) == "pass"


def test_a_leaf_that_was_never_valid() -> None:
    start, end = b"200101000000Z", b"210101000000Z"
    whole = leaf(root(), not_before=NOW.replace(2020, 1, 1, 0), not_after=NOW.replace(2021, 1, 1, 0))
    swapped = whole.replace(start, b"between").replace(end, start).replace(b"between", end)
    found = judged(TRUSTED, swapped, public=(swapped,))
    assert short(found) == "fail path_invalid"


def test_an_anchor_of_the_asset_is_trusted_whatever_it_is() -> None:
    own_root, own_leaf = strange_root(), leaf(None)
    for anchor, certificates in (
        (own_root.der, (leaf(own_root),)),
        (intermediate().der, (leaf(intermediate()), intermediate().der)),
        (intermediate().der, (leaf(intermediate()),)),
        (own_leaf, (own_leaf,)),
    ):
        named = asset(trust_anchors=(digest(anchor),))
        for public in ((), (authority("Public", private=key(number=5)).der,)):
            more = {"public": public, "added": (anchor,)}
            assert judged(TRUSTED, *certificates, asset=named, **more).verdict == "pass"
            assert judged(CHAIN, *certificates, asset=named, **more).verdict in ("pass", "not_applicable")
            assert judged(TRUSTED, *certificates, **more).verdict != "pass"


@pytest.mark.parametrize("check", [TRUSTED, CHAIN])
def test_an_anchor_that_nobody_has_makes_a_gap_and_no_fail(check: Any) -> None:
    named = asset(trust_anchors=("sha256:00",))
    assert short(judged(check, leaf(intermediate()), asset=named)) == "not_assessable trust_anchors_missing"
    assert short(judged(check, leaf(intermediate()), intermediate().der, asset=named)) == "pass"
    many = asset(trust_anchors=tuple(f"sha256:0{number}" for number in range(7)))
    assert judged(check, leaf(intermediate()), asset=many).params["anchors"] == many.trust_anchors[:5]


def test_without_public_anchors_only_what_is_plain_is_said() -> None:
    for check in (TRUSTED, CHAIN):
        assert short(judged(check, leaf(intermediate()), public=())) == "not_assessable trust_store_empty"
    rooted = (leaf(root()), root().der)
    assert short(judged(TRUSTED, *rooted, public=())) == "not_assessable trust_store_empty"
    assert short(judged(TRUSTED, leaf(None), public=())) == "fail self_signed"
    disordered = (leaf(intermediate()), strange_root().der, intermediate().der)
    assert short(judged(CHAIN, *disordered, public=())) == "fail chain_disordered"


@pytest.mark.parametrize("check", [TRUSTED, CHAIN])
def test_a_broken_anchor_is_our_fault(check: Any) -> None:
    named = asset(trust_anchors=(digest(b"broken"),))
    with pytest.raises(Exception, match="not a certificate"):
        judged(check, leaf(root()), asset=named, added=(b"broken",))


def test_serial_numbers_below_zero_are_tolerated() -> None:
    odd = with_negative_serial(leaf(root(), serial=0x7F))
    assert short(judged(TRUSTED, odd)) == "fail issuer_signature_invalid"  # the test changed a signed byte
    assert short(judged(TRUSTED, odd, public=(odd,))) == "pass"
    assert short(judged(CHAIN, odd)) == "pass"


def test_every_chain_is_judged_and_named_by_its_key() -> None:
    good = chain(leaf(intermediate(), private=key("rsa", 1024)), intermediate().der)
    lone, again = chain(leaf(intermediate())), chain(leaf(intermediate(), "khac.example"))
    data = reference_data([root().der])
    outcome = ask(TRUSTED, tls_observation(certificates=(good, lone, again)), data=data)
    assert [each.key for each in outcome.instances] == [
        f"{ADDRESS}:443/ec/issuer_unknown",
        f"{ADDRESS}:443/ec-2/issuer_unknown",
    ]
    assert [each.path for each in outcome.instances] == ["certificates.1", "certificates.2"]
    outcome = ask(TRUSTED, tls_observation(certificates=(good, chain(b"garbage"))), data=data)
    assert short(outcome) == "not_assessable certificate_unreadable"


def test_what_was_not_received_is_a_gap() -> None:
    data = reference_data([root().der])
    assert short(ask(TRUSTED, tls_observation(), data=data)) == "not_assessable certificate_not_seen"
    failures = (Failure("certificates", "timed_out"),)
    good, bad = chain(leaf(root())), chain(leaf(None))
    partly = tls_observation(certificates=(good,), failures=failures)
    assert short(ask(TRUSTED, partly, data=data)) == "not_assessable certificates_unfinished"
    partly = tls_observation(certificates=(good, bad), failures=failures)
    assert short(ask(TRUSTED, partly, data=data)) == "fail self_signed"


def test_a_renewal_with_the_same_fault_keeps_its_key() -> None:
    first, second = (judged(TRUSTED, leaf(None, private=key(number=each))).instances[0].key for each in (11, 12))
    assert first == second == f"{ADDRESS}:443/ec/self_signed"


def test_every_public_root_is_read_and_trusted() -> None:
    """Among those that browsers trust is one whose serial number is below one."""
    pem = Path(certifi.where()).read_bytes()
    public = [
        ssl.PEM_cert_to_DER_cert(each) for each in re.findall(r"-----BEGIN[^#]+?END CERTIFICATE-----", pem.decode())
    ]
    assert len(public) > 100
    data = reference_data(public)
    chains = tuple(chain(each) for each in public)
    usable = [
        each for each in chains if short(ask(TRUSTED, tls_observation(certificates=(each,)), data=data)) == "pass"
    ]
    assert usable == list(chains)
    for each, expected in ((leaf(root()), "fail issuer_unknown"), (leaf(None), "fail self_signed")):
        assert short(ask(TRUSTED, tls_observation(certificates=(chain(each),)), data=data)) == expected
