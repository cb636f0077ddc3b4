"""What failed findings have in common: the certificate, the address, the product; each finding in one cause at most."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from checks.model.asset import Asset
from checks.model.evidence import CertificateChain, Evidence, Groups, Hop, HttpObservation, TlsObservation
from checks.model.finding import Finding, Instance
from checks.model.target import HttpTarget, TlsTarget
from reports.build import build
from reports.causes import Cause, Suspect, causes, shared
from reports.certificates import fingerprint, seen_certificates
from reports.grouping import problems
from reports.model import AgencyReport
from tests import certificates
from tests.reports import sample

POLICY = sample.POLICY


def leaf(host: str, **options: Any) -> bytes:
    return certificates.leaf(certificates.root(), host, subject=certificates.name(host), **options)


SHARED, OWN = leaf("chung.so-mau.example"), leaf("rieng.so-mau.example")


def asset(name: str, address: str) -> Asset:
    return Asset(name, sample.AGENCY.id, f"https://{name}.so-mau.example/", 3, address=address)


def looks(each: Asset, leaf: bytes, server: str = "") -> Iterable[Evidence]:
    address = each.address or ""
    tls = TlsObservation(
        protocols={},
        cipher_suites={},
        groups=Groups(),
        server_preference={},
        certificates=(CertificateChain((leaf,)),),
        vulnerabilities={},
        features={},
    )
    headers = (("Server", server),) if server else ()
    yield sample.evidence(TlsTarget(address, 443, each.host), tls)
    http = HttpObservation((Hop(each.url, address, 200, headers),), "answered")
    yield sample.evidence(HttpTarget(address, each.url), http)


def failed(each: Asset, control: str) -> Finding:
    found = POLICY.control(control)
    assert found is not None
    tls, http = (look.sighting.target.key for look in looks(each, SHARED))
    certificate = control.startswith("CERT")
    instance = Instance(
        key=f"{each.id} {control}",
        reason="forbidden_protocol",
        params={"where": "x", "protocol": "tls1_0"},
        target=tls if certificate else http,
        path="certificates.0" if certificate else "hops.0",
        first_seen=date(2026, 11, 1),
    )
    return replace(sample.finding(each, found, "fail"), instances=(instance,))


def report(assets: tuple[Asset, ...], findings: Iterable[Finding], seen: Iterable[Evidence]) -> AgencyReport:
    return build(
        run=sample.run_facts(),
        agency=sample.AGENCY,
        assets=assets,
        policies={POLICY.id: POLICY},
        policy_of={each.id: POLICY.id for each in assets},
        findings=findings,
        evidence={each.sighting.target.key: each for each in seen},
    )


def found_in(made: AgencyReport) -> tuple[Cause, ...]:
    return causes(problems(made), made.evidence)


def told(found: Iterable[Cause]) -> list[tuple[str, str, tuple[str, ...], list[str]]]:
    return [(each.kind, each.name, each.assets, [one.control.id for one in each.problems]) for each in found]


def test_a_certificate_at_two_addresses_is_one_cause_and_names_whom_it_is_for() -> None:
    one, two, three = asset("mot-01", "127.0.0.1"), asset("hai-02", "127.0.0.2"), asset("ba-03", "127.0.0.3")
    seen = [*looks(one, SHARED), *looks(two, SHARED), *looks(three, OWN)]
    made = report((one, two, three), [failed(each, "CERT-NAME") for each in (one, two, three)], seen)
    (cause,) = found_in(made)
    assert told([cause]) == [("certificate", fingerprint(SHARED), ("hai-02", "mot-01"), ["CERT-NAME"])]
    assert cause.subject == "chung.so-mau.example"


def test_an_address_goes_before_the_product_and_holds_every_control_that_fails_there() -> None:
    one, two, three = asset("mot-01", "127.0.0.1"), asset("hai-02", "127.0.0.1"), asset("ba-03", "127.0.0.3")
    seen = [look for each in (one, two, three) for look in looks(each, OWN, "nginx/1.18.0")]
    findings = [failed(each, name) for each in (one, two, three) for name in ("HDR-HSTS", "HDR-CSP")]
    made = report((one, two, three), findings, seen)
    assert told(found_in(made)) == [("address", "127.0.0.1", ("hai-02", "mot-01"), ["HDR-HSTS", "HDR-CSP"])]


def test_equal_products_at_different_addresses_are_one_cause_and_other_versions_are_none_of_it() -> None:
    one, two, three = asset("mot-01", "127.0.0.1"), asset("hai-02", "127.0.0.2"), asset("ba-03", "127.0.0.3")
    seen = [*looks(one, OWN, "nginx/1.18.0"), *looks(two, OWN, "nginx/1.18.0"), *looks(three, OWN, "nginx/1.26.0")]
    made = report((one, two, three), [failed(each, "HDR-HSTS") for each in (one, two, three)], seen)
    assert told(found_in(made)) == [("product", "nginx/1.18.0", ("hai-02", "mot-01"), ["HDR-HSTS"])]


def test_who_is_left_over_by_one_kind_is_asked_for_the_next_and_nobody_is_in_two() -> None:
    control = "c"
    suspects = (
        Suspect(control, "a", {"certificate": "x", "address": "1"}),
        Suspect(control, "b", {"certificate": "x", "address": "1"}),
        Suspect(control, "c", {"certificate": "y", "address": "1", "product": "p"}),
        Suspect(control, "d", {"address": "2", "product": "p"}),
        Suspect("other", "d", {"certificate": "y"}),
    )
    x, p = ("certificate", "x"), ("product", "p")
    assert shared(suspects) == (x, x, p, p, None)


def test_nothing_is_shared_with_oneself() -> None:
    alone = asset("mot-01", "127.0.0.1")
    made = report((alone,), [failed(alone, "HDR-HSTS"), failed(alone, "HDR-CSP")], looks(alone, OWN, "nginx"))
    assert found_in(made) == ()


def test_certificates_are_seen_once_with_their_holders_and_the_one_that_ends_first_comes_first() -> None:
    one, two, three = asset("mot-01", "127.0.0.1"), asset("hai-02", "127.0.0.2"), asset("ba-03", "127.0.0.3")
    soon = leaf("som.so-mau.example", not_after=sample.FINISHED + timedelta(days=5))
    seen = [*looks(one, SHARED), *looks(two, SHARED), *looks(three, soon), *looks(asset("x-04", "127.0.0.4"), b"no")]
    found = seen_certificates(
        (one, two, three, asset("x-04", "127.0.0.4")), {each.sighting.target.key: each for each in seen}
    )
    assert [(each.subject, each.assets) for each in found] == [
        ("som.so-mau.example", ("ba-03",)),
        ("chung.so-mau.example", ("hai-02", "mot-01")),
    ]
    first = found[0]
    assert first.expires_within(7, sample.TODAY) and not first.expires_within(3, sample.TODAY)
    assert first.expired(first.ends + timedelta(days=1)) and not first.expired(first.ends)
    assert not first.expires_within(30, first.ends + timedelta(days=1)), "what has expired is told apart"
