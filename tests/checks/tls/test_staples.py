"""tls.must_staple, tls.ocsp_stapling and tls.certificate_revoked: what is promised, what came, and what it says."""

from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from checks.check import Check
from checks.model.evidence import CertificateChain, Failure
from checks.tls import certificate_revoked, must_staple, ocsp_stapling
from tests.certificates import key, leaf, root
from tests.checks.tls.asking import ask, short
from tests.factories import ADDRESS, tls_observation

MUST, STAPLING, REVOKED = must_staple.CHECK, ocsp_stapling.CHECK, certificate_revoked.CHECK
REQUEST, REQUEST_V2 = x509.TLSFeatureType.status_request, x509.TLSFeatureType.status_request_v2
PLAIN = leaf(root())


def access(*methods: x509.ObjectIdentifier) -> x509.AuthorityInformationAccess:
    place = x509.UniformResourceIdentifier("http://ocsp.example/")
    return x509.AuthorityInformationAccess([x509.AccessDescription(each, place) for each in methods])


PROMISED = leaf(root(), extensions=[x509.TLSFeature([REQUEST])])
PROMISED_V2 = leaf(root(), extensions=[x509.TLSFeature([REQUEST_V2])])
PROMISED_BOTH = leaf(root(), extensions=[x509.TLSFeature([REQUEST_V2, REQUEST])])
RESPONDER = leaf(
    root(), extensions=[access(AuthorityInformationAccessOID.CA_ISSUERS, AuthorityInformationAccessOID.OCSP)]
)
ISSUER_ONLY = leaf(root(), extensions=[access(AuthorityInformationAccessOID.CA_ISSUERS)])
BROKEN = leaf(root(), extensions=[access(AuthorityInformationAccessOID.OCSP), x509.TLSFeature([REQUEST])]).replace(
    b"http://ocsp.example/", b"\xff" * 20
)


def judged(check: Check[Any, Any], der: bytes, staple: bool | None, status: Any = None) -> str:
    return short(ask(check, tls_observation(certificates=(CertificateChain((der,), staple, status),))))


@pytest.mark.parametrize(
    ("der", "staple", "expected"),
    [
        (PROMISED, True, "pass"),
        (PROMISED, False, "fail promised_staple_missing"),
        (PROMISED, None, "not_assessable staple_unknown"),
        (PROMISED_BOTH, False, "fail promised_staple_missing"),
        (PROMISED_V2, False, "not_assessable staple_unknown"),  # it comes by an extension that nobody offers
        (PROMISED_V2, True, "pass"),
        (PLAIN, False, "not_applicable staple_not_promised"),
        (PLAIN, None, "not_applicable staple_not_promised"),
        (RESPONDER, False, "not_applicable staple_not_promised"),
    ],
)
def test_must_staple(der: bytes, staple: bool | None, expected: str) -> None:
    assert judged(MUST, der, staple) == expected


@pytest.mark.parametrize(
    ("der", "staple", "status", "expected"),
    [
        (RESPONDER, True, "good", "pass"),
        (RESPONDER, True, "revoked", "pass"),  # the fault of another rule
        (RESPONDER, True, None, "pass"),
        (RESPONDER, False, None, "fail staple_missing"),
        (RESPONDER, None, None, "not_assessable staple_unknown"),
        (RESPONDER, True, "unusable", "fail staple_unusable"),
        (PLAIN, True, "unusable", "fail staple_unusable"),
        (PLAIN, True, "good", "pass"),
        (PLAIN, False, None, "not_applicable no_ocsp_responder"),
        (PLAIN, None, None, "not_applicable no_ocsp_responder"),
        (ISSUER_ONLY, False, None, "not_applicable no_ocsp_responder"),
        (BROKEN, False, None, "not_assessable certificate_unreadable"),
    ],
)
def test_stapling(der: bytes, staple: bool | None, status: Any, expected: str) -> None:
    assert judged(STAPLING, der, staple, status) == expected


@pytest.mark.parametrize(
    ("staple", "status", "expected"),
    [
        (True, "revoked", "fail certificate_revoked"),
        (True, "good", "pass"),
        (True, "unknown", "not_assessable ocsp_status_unclear"),
        (True, "unusable", "not_assessable ocsp_status_unclear"),
        (True, None, "not_assessable staple_unknown"),
        (None, None, "not_assessable staple_unknown"),
        (False, None, "not_applicable nothing_stapled"),
    ],
)
def test_revoked(staple: bool | None, status: Any, expected: str) -> None:
    assert judged(REVOKED, PLAIN, staple, status) == expected


@pytest.mark.parametrize(
    ("check", "reason"), [(MUST, "promised_staple_missing"), (STAPLING, "staple_missing"), (REVOKED, None)]
)
def test_each_chain_is_judged_by_its_own_staple(check: Check[Any, Any], reason: str | None) -> None:
    extensions = [x509.TLSFeature([REQUEST]), access(AuthorityInformationAccessOID.OCSP)]
    ec, rsa = (
        leaf(root(), private=key(kind, bits), extensions=extensions) for kind, bits in (("ec", 256), ("rsa", 2048))
    )
    with_staple, without = CertificateChain((ec,), True, "good"), CertificateChain((rsa,), False)
    for chains in ((with_staple, without), (without, with_staple)):
        found = ask(check, tls_observation(certificates=chains))
        expected = [f"{ADDRESS}:443/rsa/{reason}"] if reason else []
        assert [each.key for each in found.instances] == expected
        assert found.verdict == ("fail" if reason else "pass")
        assert all(each.path == f"certificates.{chains.index(without)}" for each in found.instances)


@pytest.mark.parametrize("check", [MUST, STAPLING, REVOKED])
def test_chains_that_were_not_seen_are_a_gap(check: Check[Any, Any]) -> None:
    assert short(ask(check, tls_observation())) == "not_assessable certificate_not_seen"
    chains = (CertificateChain((PROMISED,), True, "good"),)
    unfinished = tls_observation(certificates=chains, failures=(Failure("certificates", "timed_out"),))
    assert short(ask(check, unfinished)) == "not_assessable certificates_unfinished"
