"""Rules on names: under which domain, reachable over IPv6, signed and proved, and who may issue certificates."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.dns import aaaa, caa, dnssec, domain
from checks.model.dns import Caa, CaaRecord, Dnssec
from checks.model.evidence import DnsObservation, Failure, ProbeFailure
from checks.model.finding import Outcome
from checks.model.target import DnsTarget
from reports.excerpts import excerpt
from tests.checks.judging import ask, verdict
from tests.factories import HOST, asset, subject

PLAIN = DnsObservation(("192.0.2.1",))
SITE = asset(address=None)


def judged(check: Check[Any, Any], seen: Any, params: dict[str, Any] | None = None, **more: Any) -> Outcome:
    more = {"asset": SITE, "target": DnsTarget(HOST), **more}
    return ask(check, subject(seen, **more), params)


@pytest.mark.parametrize(
    ("host", "suffixes", "expected"),
    [
        (HOST, ["so-mau.example"], "pass"),
        (HOST, ["khac.example", "so-mau.example"], "pass"),
        (HOST, [HOST], "pass"),
        (HOST, ["mau.example"], "fail foreign_domain"),  # part of a label is no domain
        (HOST, ["a.cong.so-mau.example"], "fail foreign_domain"),
        ("xn--s-mu-tna.example", ["xn--s-mu-tna.example"], "pass"),
        ("so-mau.example.khac.example", ["so-mau.example"], "fail foreign_domain"),
    ],
)
def test_domain(host: str, suffixes: list[str], expected: str) -> None:
    site = asset(address=None, url=f"https://{host}/")
    for seen in (PLAIN, ProbeFailure("name_not_found")):  # what DNS says does not matter
        outcome = judged(domain.CHECK, seen, {"suffixes": suffixes}, asset=site, target=DnsTarget(host))
        assert verdict(outcome) == expected
    assert domain.CHECK.without is not None
    pinned = replace(site, address="192.0.2.1")
    assert verdict(domain.CHECK.without(pinned, domain.Domain(suffixes=tuple(suffixes)))) == expected


def test_a_literal_address_has_no_domain() -> None:
    assert domain.CHECK.without is not None
    outcome = domain.CHECK.without(asset(url="https://[2001:db8::1]/"), domain.Domain(suffixes=("example",)))
    assert verdict(outcome) == "not_applicable no_name"
    assert outcome.reason in domain.CHECK.reasons


def test_keys_are_never_written_another_way() -> None:
    """Ages and waivers go by them."""
    unsigned = Dnssec("validating", authenticated=False, bogus=False, signed=False)
    seen = replace(PLAIN, aaaa=(), caa=Caa(None), dnssec=unsigned)
    found = [judged(each, seen).instances[0].key for each in (aaaa.CHECK, caa.CHECK, dnssec.CHECK)]
    assert found == [f"{HOST}/AAAA", f"{HOST}/CAA", f"{HOST}/dnssec"]
    issued = judged(caa.CHECK, replace(PLAIN, caa=records("issue b.example", "issue a.example")), {"issuers": ["c"]})
    assert [each.key for each in issued.instances] == [f"{HOST}/CAA/a.example", f"{HOST}/CAA/b.example"]


@pytest.mark.parametrize("check", [domain.CHECK, aaaa.CHECK])
def test_the_name_of_another_endpoint_is_not_that_of_the_site(check: Check[Any, Any]) -> None:
    params = {"suffixes": ["khac.example"]} if check is domain.CHECK else {}
    outcome = judged(check, PLAIN, params, target=DnsTarget("thu.so-mau.example"))
    assert verdict(outcome) == "not_applicable name_of_endpoint"


def test_a_foreign_domain_is_told_with_those_allowed() -> None:
    (instance,) = judged(domain.CHECK, PLAIN, {"suffixes": ["b.example", "a.example", "b.example"]}).instances
    assert (instance.key, instance.params) == (HOST, {"name": HOST, "suffixes": ("a.example", "b.example")})


@pytest.mark.parametrize(
    ("found", "params", "expected"),
    [
        (("2a00:1450::1",), {}, "pass"),
        (("::1", "2a00:1450::1"), {}, "pass"),
        ((), {}, "fail aaaa_missing"),
        (("::1", "fe80::1"), {}, "fail aaaa_not_global"),
        (("2001:db8::1", "2001::1", "2001:1ff::1", "2002:808:808::1", "3fff::1"), {}, "fail aaaa_not_global"),
        (("2001:200::1",), {}, "pass"),
        (("2620:4f:8000::6",), {}, "pass"),
        (("ff0e::1",), {}, "fail aaaa_not_global"),  # of many hosts, and of none
        (("::ffff:8.8.8.8", "64:ff9b::808:808"), {}, "fail aaaa_not_global"),  # IPv4 in other clothes
        (("fec0::1", "4000::1", "1fff::1"), {}, "fail aaaa_not_global"),  # nobody has them
        (("fd00::1",), {"any_address": True}, "pass"),
        ((), {"any_address": True}, "fail aaaa_missing"),
        (None, {}, "not_assessable not_asked"),
    ],
)
def test_aaaa(found: tuple[str, ...] | None, params: dict[str, Any], expected: str) -> None:
    assert verdict(judged(aaaa.CHECK, replace(PLAIN, aaaa=found), params)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Dnssec("validating", authenticated=True, bogus=False, signed=True, zone="z", dnskey=True, ds=True), "pass"),
        (
            Dnssec("validating", authenticated=False, bogus=False, signed=False, zone="z", dnskey=False, ds=False),
            "fail dnssec_unsigned",
        ),
        (Dnssec("validating", False, False, True, "z", True, False), "fail dnssec_no_ds"),
        (Dnssec("validating", False, True, True, "z", True, True), "fail dnssec_bogus"),
        (Dnssec("validating", False, True, False, "z", True, True), "fail dnssec_bogus"),
        (Dnssec("validating", False, False, True, "z", True, True), "fail dnssec_not_proved"),
        (Dnssec("validating", False, False, True), "fail dnssec_not_proved"),
        (Dnssec("passing", False, False, True, "z", True, True), "not_assessable dnssec_not_validated"),
        (Dnssec("passing", False, False, True), "not_assessable dnssec_not_validated"),
        (Dnssec("passing", True, False, True, "z", True, True), "not_assessable dnssec_not_validated"),
        (Dnssec("passing", False, False, True, "z", True, False), "fail dnssec_no_ds"),
        (Dnssec("passing", False, False, False, "z", False, False), "fail dnssec_unsigned"),
        (Dnssec("deaf", False, False, False), "not_assessable resolver_without_dnssec"),
        (None, "not_assessable not_asked"),
    ],
)
def test_dnssec(seen: Dnssec | None, expected: str) -> None:
    assert verdict(judged(dnssec.CHECK, replace(PLAIN, dnssec=seen))) == expected


def records(*found: str, at: str = "so-mau.example") -> Caa:
    """CAA records written as "issue ca.example"."""
    pairs = (each.split(" ", 1) for each in found)
    return Caa(at, tuple(CaaRecord(False, tag, value) for tag, value in pairs))


@pytest.mark.parametrize(
    ("seen", "issuers", "expected"),
    [
        (Caa(None), [], "fail caa_missing"),
        (records("iodef <redacted>"), [], "fail caa_without_issue"),
        (records("issuewild ca.example"), [], "fail caa_without_issue"),
        (records("issue ca.example"), [], "pass"),
        (records("issue ca.example"), ["ca.example"], "pass"),
        (records("issue  CA.example ; policy=ev"), ["ca.example"], "pass"),
        (records("issue ca.example", "issue other.example"), ["ca.example"], "fail caa_other_issuer"),
        (records("issue ca.example", "issuewild other.example"), ["ca.example"], "fail caa_other_issuer"),
        (records("issue a.example", "issue b.example"), ["ca.example"], "fail caa_other_issuer caa_other_issuer"),
        (records("issue a.example", "issue A.example;x=y"), ["ca.example"], "fail caa_other_issuer"),
        (records("issue ;"), ["ca.example"], "pass"),
        (records("issue "), ["ca.example"], "pass"),
        (records("issue %%%%"), ["ca.example"], "pass"),  # RFC 8659 section 4.2: as if nobody may
        (records("issue a..example"), ["ca.example"], "pass"),
        (records("issue ca.example", "contactemail x@y.example"), ["ca.example"], "pass"),
        (records("issue ca.example", "issuemail other.example"), ["ca.example"], "pass"),  # RFC 9495: mail only
        (None, [], "not_assessable not_asked"),
    ],
)
def test_caa(seen: Caa | None, issuers: list[str], expected: str) -> None:
    assert verdict(judged(caa.CHECK, replace(PLAIN, caa=seen), {"issuers": issuers})) == expected


def test_an_issuer_is_shown_where_it_stands() -> None:
    observation = replace(PLAIN, caa=records("issue ca.example", "issue khac.example"))
    (instance,) = judged(caa.CHECK, observation, {"issuers": ["ca.example"]}).instances
    assert instance.key == f"{HOST}/CAA/khac.example"
    assert "khac.example" in (excerpt(observation, instance) or "")


def test_a_long_value_is_read_in_no_time() -> None:
    hostile = replace(PLAIN, caa=records("issue " + "a-" * 500 + "!", "issue " + "a." * 500 + "!"))
    assert verdict(judged(caa.CHECK, hostile, {"issuers": ["ca.example"]})) == "pass"


@pytest.mark.parametrize(("check", "what"), [(aaaa.CHECK, "aaaa"), (caa.CHECK, "caa"), (dnssec.CHECK, "dnssec")])
def test_what_dns_did_not_answer_is_neither_pass_nor_fail(check: Check[Any, Any], what: str) -> None:
    seen = replace(PLAIN, failures=(Failure("another", "deadline"), Failure(what, "dns_failed", "SERVFAIL")))
    outcome = judged(check, seen)
    assert verdict(outcome) == "not_assessable dns_failed"
    assert outcome.params == {"detail": "SERVFAIL"}
    assert check.records == (what,)


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (domain.CHECK, {}),
        (domain.CHECK, {"suffixes": []}),
        (domain.CHECK, {"suffixes": [""]}),
        (domain.CHECK, {"suffixes": [".example"]}),
        (domain.CHECK, {"suffixes": ["Example"]}),
        (domain.CHECK, {"suffixes": ["a b"]}),
        (domain.CHECK, {"suffixes": ["example."]}),
        (aaaa.CHECK, {"any_address": 1}),
        (caa.CHECK, {"issuers": ["https://ca.example"]}),
        (dnssec.CHECK, {"validated": True}),
    ],
)
def test_parameters_are_strict(check: Check[Any, Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(check, PLAIN, params)
