"""What is told of signed names by real resolvers: one that validates and one that hands signatures on (RFC 4035)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.dns import caa, dnssec
from checks.model.dns import Caa, CaaRecord, Dnssec
from checks.model.evidence import DnsObservation
from checks.model.target import DnsTarget
from scanner.probes.dns import DnsProbe
from tests.checks.judging import ask, verdict
from tests.factories import asset, subject
from tests.lab.signed_zones import Mode, Resolvers, signed_zones
from tests.scope import QUICK, loopback_context

LIMITS = replace(QUICK, dns_seconds=20)


@pytest.fixture(scope="module")
def resolvers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resolvers]:
    with signed_zones(tmp_path_factory.mktemp("dns")) as running:
        yield running


def look(resolvers: Resolvers, mode: Mode, name: str) -> DnsObservation:
    """All that is asked about a name, whose addresses are given."""
    context = replace(loopback_context(limits=LIMITS), resolvers=(resolvers.places[mode],))
    probe = DnsProbe(context, lambda _: [(2, 1, 6, "", ("192.0.2.1", 0))], Path("/nonexistent"))
    (found,) = probe.look([DnsTarget(name, ("aaaa", "caa", "dnssec"))])
    assert isinstance(found.observation, DnsObservation)
    return found.observation


def judged(seen: DnsObservation, name: str) -> str:
    site = asset(address=None, url=f"https://{name}/")
    return verdict(ask(dnssec.CHECK, subject(seen, asset=site, target=DnsTarget(name))))


@pytest.mark.parametrize(
    ("name", "expected", "verdict"),
    [
        ("www.ky.example", Dnssec("validating", True, False, True, "ky.example", True, True), "pass"),
        ("bi-danh.ky.example", Dnssec("validating", True, False, True, "ky.example", True, True), "pass"),
        (
            "ngoai.ky.example",
            Dnssec("validating", False, False, True, "ky.example", True, True),
            "fail dnssec_not_proved",
        ),
        ("www.dao.example", Dnssec("validating", False, False, True, "dao.example", True, False), "fail dnssec_no_ds"),
        ("www.hong.example", Dnssec("validating", False, True, True, "hong.example", True, True), "fail dnssec_bogus"),
        (
            "www.tran.example",
            Dnssec("validating", False, False, False, "tran.example", False, False),
            "fail dnssec_unsigned",
        ),
    ],
)
def test_a_resolver_that_validates(resolvers: Resolvers, name: str, expected: Dnssec, verdict: str) -> None:
    found = look(resolvers, "validating", name)
    assert found.dnssec == expected
    assert judged(found, name) == verdict
    if expected.bogus:  # nothing else is believed of such a name
        assert found.aaaa is None
    else:
        assert found.aaaa == ("2001:db8::1",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("www.ky.example", "not_assessable dnssec_not_validated"),
        ("www.hong.example", "not_assessable dnssec_not_validated"),
        ("www.dao.example", "fail dnssec_no_ds"),
        ("www.tran.example", "fail dnssec_unsigned"),
    ],
)
def test_a_resolver_that_hands_signatures_on(resolvers: Resolvers, name: str, expected: str) -> None:
    found = look(resolvers, "passing", name)
    assert found.dnssec is not None
    assert (found.dnssec.resolver, found.dnssec.authenticated) == ("passing", False)
    assert judged(found, name) == expected


def test_caa_records_are_those_of_the_zone_above(resolvers: Resolvers) -> None:
    found = look(resolvers, "validating", "www.ky.example")
    assert found.caa == Caa("ky.example", (CaaRecord(False, "issue", "ca.example"),))
    assert found.failures == ()
    none = look(resolvers, "validating", "www.tran.example")
    assert none.caa == Caa(None)
    seen = subject(none, asset=asset(address=None), target=DnsTarget("www.tran.example"))
    assert verdict(ask(caa.CHECK, seen)) == "fail caa_missing"


def test_a_set_that_no_datagram_holds(resolvers: Resolvers) -> None:
    assert len(look(resolvers, "validating", "lon.ky.example").aaaa or ()) == 89


def test_a_name_that_is_denied(resolvers: Resolvers) -> None:
    found = look(resolvers, "validating", "khong-co.ky.example")
    assert [(each.what, each.reason) for each in found.failures] == [
        ("aaaa", "name_not_found"),
        ("dnssec", "name_not_found"),
    ]
