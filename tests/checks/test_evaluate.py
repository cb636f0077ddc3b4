"""The evaluator: one finding for each control and asset, whatever the evidence is, and in whatever order it comes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.check import usual_command
from checks.dns import domain
from checks.evaluate import applies, evidence_of
from checks.model.asset import Asset
from checks.model.canonical import digest, dump
from checks.model.evidence import DnsObservation, Evidence, FailureReason, ProbeFailure
from checks.model.finding import Outcome
from checks.model.needs import TlsNeeds
from checks.model.policy import Control, When
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget, targets_of
from tests.certificates import leaf, root
from tests.checks.evaluating import (
    CONTROLS,
    EXPECTED,
    NO_TLS10,
    NOSNIFF,
    OTHER,
    SERVED,
    TRUSTED,
    found,
    good_tls,
    old_tls,
)
from tests.factories import (
    ADDRESS,
    HOST,
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
    ports_observation,
    tls_observation,
    tls_target,
    waiver,
)


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
