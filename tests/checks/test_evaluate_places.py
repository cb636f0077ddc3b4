"""The evaluator where a control is looked at in several places, in none, in places shared with others, or before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from checks.evaluate import compared, evaluate
from checks.model.asset import Asset
from checks.model.dns import Dnssec
from checks.model.evidence import DnsObservation, Evidence, ProbeFailure
from checks.model.finding import Gap
from checks.model.target import DnsTarget, HttpTarget, PortsTarget
from tests.checks.evaluating import (
    CONTROLS,
    EXPECTED,
    NO_TLS10,
    NOSNIFF,
    OTHER,
    REDIRECT,
    found,
    good_tls,
    old_tls,
)
from tests.factories import (
    ADDRESS,
    HOST,
    NOW,
    URL,
    asset,
    by_key,
    control,
    evidence,
    failure_evidence,
    hop,
    http_observation,
    policy,
    ports_observation,
    reference_data,
    tls_target,
)


class TestSeveralAddresses:
    """A name is looked at at each of its addresses; a control that fails at one fails."""

    NAMED = asset(address=None)
    DNS = evidence(DnsTarget(HOST), DnsObservation((ADDRESS, OTHER)))
    FIRST, SECOND = tls_target(), tls_target(address=OTHER)

    @pytest.mark.parametrize(
        ("first", "second", "verdict"),
        [
            (good_tls(), good_tls(), "pass"),
            (good_tls(), old_tls(), "fail"),
            (old_tls(), good_tls(), "fail"),
            (good_tls(), ProbeFailure("timed_out"), "not_assessable"),
            (ProbeFailure("timed_out"), old_tls(), "fail"),
            (good_tls(), None, "not_assessable"),
        ],
    )
    def test_the_worst_counts(self, first: Any, second: Any, verdict: str) -> None:
        both = ((self.FIRST, first), (self.SECOND, second))
        seen = [evidence(target, observation) for target, observation in both if observation]
        (finding,) = found(NO_TLS10, self.NAMED, self.DNS, *seen)
        assert finding.verdict == verdict
        reasons = {"pass": {"met"}, "fail": {"not_met"}, "not_assessable": {"timed_out", "not_looked_at"}}
        assert finding.reason in reasons[verdict]
        assert len(finding.evidence) == len(seen)

    def test_the_finding_says_where(self) -> None:
        seen = [evidence(each, old_tls()) for each in (self.FIRST, self.SECOND)]
        (finding,) = found(NO_TLS10, self.NAMED, self.DNS, *seen)
        assert [each.key for each in finding.instances] == [f"{ADDRESS}:443/tls1_0", f"{OTHER}:443/tls1_0"]
        assert [each.target for each in finding.instances] == [self.FIRST.key, self.SECOND.key]
        assert len(finding.reproduce) == 2

    def test_a_gap_stands_beside_a_fail(self) -> None:
        seen = (evidence(self.FIRST, old_tls()), failure_evidence(self.SECOND, "reset", "x"))
        (finding,) = found(NO_TLS10, self.NAMED, self.DNS, *seen)
        assert (finding.verdict, len(finding.instances)) == ("fail", 1)
        assert finding.gaps == (Gap(self.SECOND.key, "reset", {"detail": "x"}),)

    def test_one_url_at_two_addresses_is_two_instances(self) -> None:
        seen = [evidence(HttpTarget(each, URL), http_observation(hop(address=each))) for each in (ADDRESS, OTHER)]
        (finding,) = found(NOSNIFF, self.NAMED, self.DNS, *seen)
        assert finding.verdict == "fail"
        key = f"{URL} x-content-type-options"
        first, second = (each.sighting.target.key for each in seen)
        # Ages and waivers go by keys: these are never written another way.
        assert [(each.key, each.target) for each in finding.instances] == [(key, first), (f"{key} [{second}]", second)]


class TestNamesWithoutAddresses:
    """What could not be found could not be looked at."""

    NAMED = asset(address=None)

    @pytest.mark.parametrize(
        ("seen", "reason"),
        [
            ((), "not_looked_at"),
            ((failure_evidence(DnsTarget(HOST), "name_not_found"),), "name_not_found"),
            ((failure_evidence(DnsTarget(HOST), "dns_failed"),), "dns_failed"),
            ((evidence(DnsTarget(HOST), DnsObservation(())),), "name_not_found"),
        ],
    )
    def test_every_control_is_a_gap(self, seen: tuple[Evidence, ...], reason: str) -> None:
        for finding in found(CONTROLS, self.NAMED, *seen):
            assert (finding.verdict, finding.reason) == ("not_assessable", reason)
            assert [each.target for each in finding.gaps] == [f"dns:{HOST}"]

    def test_a_second_host_that_is_not_found_is_a_gap_beside_the_first(self) -> None:
        two = asset(address=None, endpoints=("smtp://thu.so-mau.example:25",))
        dns = evidence(DnsTarget(HOST), DnsObservation((ADDRESS,)))
        lost = failure_evidence(DnsTarget("thu.so-mau.example"), "dns_failed", "SERVFAIL")
        (finding,) = found(NO_TLS10, two, dns, lost, evidence(tls_target(), good_tls()))
        assert (finding.verdict, finding.reason) == ("not_assessable", "dns_failed")
        assert finding.gaps == (Gap("dns:thu.so-mau.example", "dns_failed", {"detail": "SERVFAIL"}),)
        assert len(finding.evidence) == 2
        (finding,) = found(NO_TLS10, two, dns, lost, evidence(tls_target(), old_tls()))
        assert (finding.verdict, len(finding.gaps)) == ("fail", 1)

    def test_it_is_no_gap_for_rules_that_read_nothing_there(self) -> None:
        two = asset(address=None, ports=(80,), endpoints=("smtp://thu.so-mau.example:25",))
        dns = evidence(DnsTarget(HOST), DnsObservation((ADDRESS,)))
        lost = failure_evidence(DnsTarget("thu.so-mau.example"), "dns_failed")
        ports = evidence(PortsTarget(ADDRESS), ports_observation(80, 443, closed="22,3306"))
        (finding,) = found(EXPECTED, two, dns, lost, ports)
        assert (finding.verdict, finding.gaps) == ("pass", ())


def test_an_asset_without_such_a_service_is_not_concerned() -> None:
    (finding,) = found(REDIRECT, asset(url=f"https://{HOST}:8443/"))
    assert (finding.verdict, finding.reason, finding.params) == ("not_applicable", "no_such_service", {"kind": "http"})


class TestNeighbours:
    """Assets that share an address excuse each other's ports, as far as they are in use."""

    SCAN = evidence(PortsTarget(ADDRESS), ports_observation(80, 443, 3306, closed="22"))
    ME = asset(ports=(80,))

    def verdict(self, *neighbours: Asset, beside: Sequence[Asset] = ()) -> str:
        findings = found(EXPECTED, [self.ME, *beside], self.SCAN, neighbours=neighbours)
        return next(each.verdict for each in findings if each.asset == self.ME.id)

    def test_alone(self) -> None:
        assert self.verdict() == "fail"

    def test_under_the_same_policy(self) -> None:
        assert self.verdict(beside=[asset("kho", ports=(3306,))]) == "pass"

    def test_under_another_policy(self) -> None:
        assert self.verdict(asset("kho", agency="khac", ports=(3306,))) == "pass"

    def test_at_another_address(self) -> None:
        assert self.verdict(asset("kho", ports=(3306,), address=OTHER)) == "fail"

    def test_retired(self) -> None:
        assert self.verdict(asset("kho", ports=(3306,), status="retired")) == "fail"

    def test_that_are_the_asset_itself(self) -> None:
        assert self.verdict(asset(ports=(3306,))) == "fail"

    def test_a_retired_asset_is_still_judged_when_asked_for(self) -> None:
        (finding,) = found(EXPECTED, asset(ports=(80,), status="retired"), self.SCAN)
        assert finding.verdict == "fail"


def test_a_rule_about_the_asset_itself_needs_no_look() -> None:
    demand = control("DNS-1", "dns.domain", params={"suffixes": ["nghean.example"]})
    (pinned,) = found(demand, asset())
    assert (pinned.verdict, [(each.key, each.target) for each in pinned.instances]) == ("fail", [(HOST, "")])
    (good,) = found(replace(demand, params={"suffixes": ["so-mau.example"]}), asset())
    assert (good.verdict, good.reason) == ("pass", "met")
    (broken,) = found(replace(demand, params={}), asset())
    assert (broken.verdict, broken.reason) == ("not_assessable", "rule_failed")
    assert str(broken.params["error"]).startswith("ValidationError")
    assert [each.target for each in broken.gaps] == [""]
    (named,) = found(demand, asset(address=None), failure_evidence(DnsTarget(HOST), "name_not_found"))
    assert (named.verdict, [each.key for each in named.instances]) == ("fail", [HOST])
    (records,) = found(control("DNS-2", "dns.caa"), asset())
    assert (records.verdict, records.reason) == ("not_applicable", "no_such_service")


def test_a_name_whose_signatures_are_wrong_leads_nowhere() -> None:
    bogus = DnsObservation((), dnssec=Dnssec("validating", authenticated=False, bogus=True, signed=True))
    unsigned = DnsObservation((), dnssec=Dnssec("validating", authenticated=False, bogus=False, signed=False))
    for seen, reason in ((bogus, "dns_failed"), (unsigned, "name_not_found"), (DnsObservation(()), "name_not_found")):
        (finding,) = found(NO_TLS10, asset(address=None), evidence(DnsTarget(HOST), seen))
        assert (finding.verdict, finding.reason) == ("not_assessable", reason)
    (signed,) = found(control("DNS-1", "dns.dnssec"), asset(address=None), evidence(DnsTarget(HOST), bogus))
    assert [each.reason for each in signed.instances] == ["dnssec_bogus"]
    assert signed.gaps == ()  # the name itself was looked at


NEW_PORTS = control("PORT-NEW", "ports.newly_open", params={"scan": [22], "ignore": [], "declared": False})


@pytest.mark.parametrize(
    ("vantage", "verdict"), [("internet", "fail"), ("lan", "not_applicable")], ids=["same side", "other side"]
)
def test_what_was_seen_before_from_the_same_vantage_is_shown_to_a_rule(vantage: str, verdict: str) -> None:
    target = PortsTarget(ADDRESS)
    now = evidence(target, ports_observation(22, 443))
    earlier = evidence(target, ports_observation(443, closed="22"), vantage=vantage)
    (finding,) = evaluate(policy(NEW_PORTS), [asset()], by_key(now), (), NOW, reference_data(), before=by_key(earlier))
    assert finding.verdict == verdict


def test_only_what_is_compared_is_looked_up() -> None:
    seen = by_key(evidence(PortsTarget(ADDRESS), ports_observation(443)), evidence(tls_target(), old_tls()))
    assert compared([policy(NO_TLS10), policy(NEW_PORTS)], seen) == (f"ports:{ADDRESS}",)
    both = [evidence(PortsTarget(each), ports_observation(443)) for each in (OTHER, ADDRESS)]
    assert compared([policy(NEW_PORTS)], by_key(*both)) == (f"ports:{ADDRESS}", f"ports:{OTHER}")
    assert compared([policy(NO_TLS10)], seen) == ()
