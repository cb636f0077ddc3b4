"""The evaluator: one finding for each control and asset, whatever the evidence is, and in whatever order it comes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.check import usual_command
from checks.dns import domain
from checks.evaluate import applies, compared, evaluate, evidence_of
from checks.model.asset import Asset
from checks.model.canonical import digest, dump
from checks.model.dns import Dnssec
from checks.model.evidence import DnsObservation, Evidence, FailureReason, ProbeFailure
from checks.model.finding import Finding, Gap, Outcome
from checks.model.needs import TlsNeeds
from checks.model.policy import Control, When
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget, targets_of
from checks.model.waiver import Waiver
from tests.certificates import leaf, root
from tests.factories import (
    ADDRESS,
    HOST,
    NOW,
    TODAY,
    URL,
    asset,
    by_key,
    chain,
    control,
    evidence,
    failure_evidence,
    hop,
    http_observation,
    policy,
    ports_observation,
    reference_data,
    tls_observation,
    tls_target,
    waiver,
)

OTHER = "192.0.2.2"
OLD = {"tls1_0": True, "tls1_2": True}
NO_TLS10 = control()
SERVED = control("TLS-ON", "tls.served")
EXPECTED = control("PORTS", "ports.expected", params={"scan": [22, 80, 443, 3306], "ignore": []})
NOSNIFF = control("NOSNIFF", "headers.content_type_options")
REDIRECT = control("REDIRECT", "headers.redirect_to_https")
TRUSTED = control("TRUSTED", "tls.certificate_trusted")
CONTROLS = (NO_TLS10, SERVED, EXPECTED, NOSNIFF, REDIRECT, TRUSTED)


def old_tls(**overrides: Any) -> Any:
    return tls_observation(protocols=OLD, **overrides)


def good_tls() -> Any:
    return tls_observation(protocols={"tls1_0": False, "tls1_2": True})


def found(
    controls: Control | Sequence[Control],
    assets: Asset | Sequence[Asset],
    *seen: Evidence,
    waivers: Sequence[Waiver] = (),
    neighbours: Sequence[Asset] = (),
    **data: Any,
) -> tuple[Finding, ...]:
    demanded = (controls,) if isinstance(controls, Control) else controls
    judged = (assets,) if isinstance(assets, Asset) else assets
    return evaluate(policy(*demanded), judged, by_key(*seen), waivers, NOW, reference_data(**data), neighbours)


def test_evidence_becomes_a_finding_with_everything_a_reader_needs() -> None:
    seen = evidence(tls_target(), old_tls())
    (finding,) = found(NO_TLS10, asset(), seen)
    assert (finding.id, finding.agency, finding.verdict, finding.reason) == (
        "cong-so-mau/TLS-12",
        "so-mau",
        "fail",
        "not_met",
    )
    assert (finding.check, finding.check_version, finding.policy, finding.severity) == (
        "tls.protocols",
        1,
        "test",
        "high",
    )
    (instance,) = finding.instances
    assert (instance.key, instance.target) == (f"{ADDRESS}:443/tls1_0", tls_target().key)
    (reference,) = finding.evidence
    assert (reference.target, reference.observation) == (tls_target().key, seen.sighting.observation)
    assert finding.reproduce == (f"sslyze --tlsv1 --sni {HOST} {ADDRESS}:443",)
    assert finding.gaps == ()


@pytest.mark.parametrize(
    ("seen", "verdict", "reason"),
    [
        (good_tls(), "pass", "met"),
        (old_tls(), "fail", "not_met"),
        (tls_observation(protocols={}), "not_assessable", "protocol_unknown"),
        (ProbeFailure("timed_out", "5 s"), "not_assessable", "timed_out"),
        (None, "not_assessable", "not_looked_at"),
    ],
)
def test_every_state_of_evidence_has_its_verdict(seen: Any, verdict: str, reason: str) -> None:
    (finding,) = found(NO_TLS10, asset(), *([evidence(tls_target(), seen)] if seen else []))
    assert (finding.verdict, finding.reason) == (verdict, reason)
    assert bool(finding.gaps) == (verdict == "not_assessable")


def test_a_rule_may_judge_a_failure() -> None:
    (finding,) = found(SERVED, asset(), failure_evidence(tls_target(), "not_tls"))
    assert (finding.verdict, finding.instances[0].reason) == ("fail", "answers_without_tls")
    cleartext = HttpTarget(ADDRESS, f"http://{HOST}/")
    others = evidence(cleartext, http_observation(hop(cleartext.url)))
    (finding,) = found(SERVED, asset(), failure_evidence(tls_target(), "refused"), others)
    assert (finding.verdict, finding.instances[0].reason) == ("fail", "cleartext_only")


class TestRulesThatBreak:
    """Our fault is told, and neither a pass, nor a fail, nor an absence."""

    def test_a_rule_that_raises(self) -> None:
        seen = evidence(tls_target(), tls_observation(certificates=(chain(leaf(root())),)))
        broken = asset(trust_anchors=(digest(b"broken"),))
        (finding,) = found(TRUSTED, broken, seen, public=[root().der], added=[b"broken"])
        assert (finding.verdict, finding.reason) == ("not_assessable", "rule_failed")
        assert finding.params["error"] == "Unreadable: not a certificate in DER"
        assert finding.evidence

    def test_a_rule_that_raises_on_a_failure(self) -> None:
        odd = control("TLS-ON", "tls.served", params={"nonsense": 1})
        (finding,) = found(odd, asset(), failure_evidence(tls_target(), "not_tls"))
        assert (finding.verdict, finding.reason) == ("not_assessable", "rule_failed")

    def test_a_rule_that_raises_on_an_asset_without_such_a_service(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def without(*_: object) -> Outcome:
            raise LookupError("x")

        monkeypatch.setattr("checks.evaluate.by_id", lambda _: replace(domain.CHECK, without=without))
        (finding,) = found(control("DNS-1", "dns.domain", params={"suffixes": ["example"]}), asset())
        assert (finding.verdict, finding.reason) == ("not_assessable", "rule_failed")
        assert finding.params["error"] == "LookupError: x"

    def test_parameters_that_the_rule_does_not_take(self) -> None:
        odd = control(params={"forbidden": ["tls9"]})
        findings = found((odd, SERVED), asset(), evidence(tls_target(), old_tls()))
        assert [(each.control, each.reason) for each in findings] == [("TLS-12", "rule_failed"), ("TLS-ON", "met")]
        assert len(str(findings[0].params["error"])) <= 200

    def test_evidence_of_another_kind_than_its_target(self) -> None:
        (finding,) = found(NO_TLS10, asset(), evidence(tls_target(), ports_observation(22)))
        assert (finding.verdict, finding.reason) == ("not_assessable", "rule_failed")

    def test_a_rule_that_does_not_exist_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            found(control(check="tls.unknown"), asset())


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), True),
        (When(levels=(3, 4)), True),
        (When(levels=(1,)), False),
        (When(tags=("portal", "mail")), True),
        (When(tags=("mail",)), False),
        (When(zones=("internet",)), True),
        (When(zones=("dmz",)), False),
        (When(levels=(3,), tags=("portal",), zones=("dmz",)), False),
    ],
)
def test_controls_that_do_not_concern_an_asset_do_not_apply(when: When, expected: bool) -> None:
    concerned = asset(level=3, tags=("portal", "old"), zone="internet")
    assert applies(when, concerned) is expected
    (finding,) = found(control(when=when), concerned, evidence(tls_target(), old_tls()))
    assert finding.verdict == ("fail" if expected else "not_applicable")
    assert expected or (finding.reason, finding.evidence, finding.gaps) == ("outside_when", (), ())


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


def test_a_waiver_lies_over_the_finding() -> None:
    seen = evidence(tls_target(), old_tls())
    (finding,) = found(NO_TLS10, asset(), seen, waivers=[waiver()])
    assert finding.verdict == "fail"
    assert finding.waiver is not None
    assert finding.waiver.id == "MT-01"


def test_instances_of_one_key_are_all_kept() -> None:
    """Two certificates of one kind in one place, and the same again under another name of the host."""
    weak = tls_observation(certificates=(chain(leaf(None)), chain(leaf(None, "khac.example"))))
    twin = asset(endpoints=("https://khac.example/",))
    targets = (tls_target(), tls_target(server_name="khac.example"))
    (finding,) = found(TRUSTED, twin, *(evidence(each, weak) for each in targets), public=[root().der])
    assert len({each.key for each in finding.instances}) == len(finding.instances) == 4


def test_a_thing_that_the_evidence_names_several_times_is_counted() -> None:
    rc4 = tls_observation(cipher_suites={"tls1_2": ("TLS_RSA_WITH_RC4_128_SHA",) * 4})
    demand = control("RC4", "tls.cipher_suites", params={"forbidden": ["rc4"]})
    (finding,) = found(demand, asset(), evidence(tls_target(), rc4))
    base = f"{ADDRESS}:443/tls1_2/TLS_RSA_WITH_RC4_128_SHA"
    again = f"{base} [{tls_target().key}]"
    assert [each.key for each in finding.instances] == [base, again, f"{again} #2", f"{again} #3"]


def test_instances_come_in_the_order_of_their_keys() -> None:
    seen = evidence(PortsTarget(ADDRESS), ports_observation(22, 3306, 443, closed="80"))
    (finding,) = found(EXPECTED, asset(), seen)
    assert [each.key for each in finding.instances] == [f"{ADDRESS}/22", f"{ADDRESS}/3306"]
    tls = tls_observation(protocols={"tls1_1": True, "tls1_0": True, "tls1_2": True})
    demand = control(params={"forbidden": ["tls1_1", "tls1_0"]})
    (finding,) = found(demand, asset(), evidence(tls_target(), tls))
    assert [each.key for each in finding.instances] == [f"{ADDRESS}:443/tls1_0", f"{ADDRESS}:443/tls1_1"]


def test_a_finding_says_how_to_look_again() -> None:
    target = PortsTarget(ADDRESS, "22,80,443,3306")
    seen = evidence(target, ports_observation(22, 443, 3306, closed="80"))
    (bad,) = found(EXPECTED, asset(), seen)
    assert bad.reproduce == tuple(f"nmap -n -Pn -sV -p {port} {ADDRESS}" for port in (22, 3306))  # one a port
    (good,) = found(EXPECTED, asset(), evidence(target, ports_observation(443, closed="22,80,3306")))
    assert len(good.reproduce) == 1
    (header,) = found(NOSNIFF, asset(), evidence(HttpTarget(ADDRESS, URL), http_observation()))
    assert header.reproduce == (usual_command(HttpTarget(ADDRESS, URL)),)
    (nothing,) = found(control("DNS-2", "dns.caa"), asset())
    assert nothing.reproduce == ()


def test_evidence_of_an_asset_is_found_by_its_targets() -> None:
    seen = evidence(tls_target(), old_tls())
    assert evidence_of(asset(), by_key(seen)) == {
        PortsTarget(ADDRESS): None,
        HttpTarget(ADDRESS, URL): None,
        tls_target(): seen,
        HttpTarget(ADDRESS, f"http://{HOST}/"): None,
    }


def test_what_a_quick_look_saw_is_found_and_judged() -> None:
    quick = evidence(tls_target(needs=TlsNeeds(protocols=("tls1_0",))), old_tls())
    whole = evidence(tls_target(), old_tls())
    assert dump(found([NO_TLS10], [asset()], quick)) == dump(found([NO_TLS10], [asset()], whole))
    assert found([NO_TLS10], [asset()], quick)[0].verdict == "fail"


ESTATE = (
    asset("a"),
    asset("b", url="https://b.example/", address=None, ports=(3306,)),
    asset("c", url="http://c.example/", address=OTHER, level=1, tags=("portal",)),
    asset("d", url="https://192.0.2.3:8443/", address=None, endpoints=("smtp://thu.example:25",)),
)
REASONS: tuple[FailureReason, ...] = ("refused", "timed_out", "not_tls", "name_not_found", "tool_failed")
ADDRESSES = {"b.example": (ADDRESS, OTHER), "thu.example": ("192.0.2.4",)}


def observations(target: Target) -> st.SearchStrategy[Any]:
    failed = st.sampled_from([ProbeFailure(reason) for reason in REASONS])
    match target:
        case DnsTarget():
            return failed | st.just(DnsObservation(ADDRESSES[target.name]))
        case PortsTarget():
            return failed | st.just(ports_observation(80, 443, 3306, closed="22"))
        case HttpTarget():
            answers = [http_observation(hop(target.url, status)) for status in (200, 301, 404)]
            return failed | st.sampled_from(answers)
        case TlsTarget():
            return failed | st.sampled_from([old_tls(), good_tls(), tls_observation(protocols={})])


@st.composite
def sightings(draw: st.DrawFn) -> list[Evidence]:
    """Anything that a run may bring back of the estate, at any of its targets, in any order."""
    every = {each: None for asset_ in ESTATE for each in targets_of(asset_, ADDRESSES)}
    chosen = draw(st.permutations(list(every)))
    seen = [(each, draw(st.none() | observations(each))) for each in chosen]
    return [evidence(target, observation) for target, observation in seen if observation is not None]


@settings(deadline=None)  # a busy machine is no fault
@given(sightings(), st.permutations(ESTATE), st.permutations(CONTROLS), st.integers(0, len(ESTATE)), st.data())
def test_every_control_gives_one_finding_an_asset_in_any_order(
    seen: list[Evidence], assets: list[Asset], controls: list[Control], chosen: int, data: st.DataObject
) -> None:
    waivers = [waiver(asset="a"), waiver("MT-02", asset="a"), waiver("MT-03", asset="c", valid_until=TODAY)]
    judged, neighbours = assets[:chosen], assets[chosen:]
    first = found(controls, judged, *seen, waivers=waivers, neighbours=neighbours)
    asked = sorted((each.id, demand.id) for each in judged for demand in controls)
    assert [(each.asset, each.control) for each in first] == asked
    for finding in first:
        assert (finding.verdict == "fail") == bool(finding.instances)
        assert finding.verdict != "pass" or not finding.gaps
        assert finding.verdict != "not_assessable" or finding.gaps
        assert len({each.key for each in finding.instances}) == len(finding.instances)
    again = found(
        data.draw(st.permutations(controls)),
        data.draw(st.permutations(judged)),
        *data.draw(st.permutations(seen)),
        waivers=data.draw(st.permutations(waivers)),
        neighbours=data.draw(st.permutations(neighbours)),
    )
    assert [dump(each) for each in again] == [dump(each) for each in first]


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
