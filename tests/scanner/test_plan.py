"""The plan: each target once, with the ports that all its assets' policies ask for."""

import pytest

from checks.model.needs import TlsNeeds
from checks.model.policy import Control, Policy, Remediation, When
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, TlsTarget
from checks.model.text import Text
from scanner.plan import names, plan
from tests.factories import URL, asset, control
from tests.factories import policy as policy_of_controls


def policy(id: str, *ports: int | str, when: When | None = None) -> Policy:
    control = Control(
        id="PORT-X",
        title=Text("Cổng", "Ports"),
        check="ports.expected",
        params={"scan": list(ports), "ignore": []},
        severity="high",
        due_days=30,
        when=when or When(),
        basis=(),
        rationale=Text("", ""),
        remediation=Remediation("", ""),
        origin=id,
    )
    return Policy(id, "1", Text("", ""), (control,))


def test_an_asset_is_looked_at_with_tls_http_in_both_schemes_and_ports() -> None:
    one = asset()
    found = plan([one], {one.id: policy("p", 22, "8000-8002/tcp")}, {})
    assert set(found) == {
        PortsTarget("192.0.2.1", "22,443,8000-8002", "443"),
        TlsTarget("192.0.2.1", 443, "cong.so-mau.example"),
        HttpTarget("192.0.2.1", "https://cong.so-mau.example/"),
        HttpTarget("192.0.2.1", "http://cong.so-mau.example/"),
    }


def test_assets_on_one_address_share_its_port_scan_and_their_policies_add_up() -> None:
    one = asset("a")
    two = asset("b", url="https://hai.so-mau.example/", ports=(8443,))
    found = plan([one, two], {"a": policy("p", 22), "b": policy("q", 23)}, {})
    assert [each for each in found if isinstance(each, PortsTarget)] == [
        PortsTarget("192.0.2.1", "22-23,443,8443", "443")
    ]
    assert len([each for each in found if isinstance(each, TlsTarget)]) == 2


def test_two_assets_with_one_url_are_one_target() -> None:
    found = plan([asset("a"), asset("b")], {"a": policy("p", 22), "b": policy("p", 22)}, {})
    assert len(found) == 4


def test_a_control_that_does_not_apply_asks_for_no_port() -> None:
    one = asset(level=3)
    found = plan([one], {one.id: policy("p", 22, when=When(levels=(1,)))}, {})
    assert PortsTarget("192.0.2.1", "443", "443") in found


def test_a_name_is_resolved_once_and_looked_at_on_every_address() -> None:
    one = asset("a", address=None)
    two = asset("b", address=None)
    assert names([one, two], {"a": policy("p", 22), "b": policy("p", 22)}) == (DnsTarget("cong.so-mau.example"),)
    addresses = {"cong.so-mau.example": ("192.0.2.1", "2001:db8::1")}
    found = plan([one, two], {"a": policy("p", 22), "b": policy("p", 22)}, addresses)
    assert {each.address for each in found if not isinstance(each, DnsTarget)} == {"192.0.2.1", "2001:db8::1"}
    assert len(found) == 8
    assert TlsTarget("2001:db8::1", 443, "cong.so-mau.example") in found


def test_dns_is_asked_for_records_where_a_policy_of_an_asset_wants_them() -> None:
    one, two = asset("a", address=None), asset("b", address=None, level=2)
    other = asset("c", address=None, url="https://hai.so-mau.example/")
    signed = policy_of_controls(
        control("DNS-1", "dns.dnssec"),
        control("DNS-2", "dns.aaaa", when=When(levels=(2,))),
        control("DNS-3", "dns.caa"),
    )
    plain = policy("p", 22)
    name, second = "cong.so-mau.example", "hai.so-mau.example"
    assert names([one, other], {"a": signed, "c": plain}) == (DnsTarget(name, ("caa", "dnssec")), DnsTarget(second))
    assert names([one, two], {"a": plain, "b": signed}) == (DnsTarget(name, ("aaaa", "caa", "dnssec")),)
    assert DnsTarget(name, ("caa",)).key == DnsTarget(name).key


def test_a_name_that_leads_nowhere_has_no_target() -> None:
    one = asset(address=None)
    assert plan([one], {one.id: policy("p", 22)}, {}) == ()


@pytest.mark.parametrize(
    ("url", "endpoints", "expected"),
    [
        ("http://a.example/", (), {"http://a.example/", "https://a.example/", "tls:443"}),
        ("https://a.example:8443/x", (), {"https://a.example:8443/x", "tls:8443"}),
        (
            "https://a.example:8443/x",
            ("http://a.example:8080/",),
            {"https://a.example:8443/x", "http://a.example:8080/", "tls:8443"},
        ),
        (
            "https://a.example:8443/",
            ("smtp://a.example", "imap://a.example", "pop3://a.example:1110", "ftp://a.example", "ldap://a.example"),
            {
                "https://a.example:8443/",
                *("tls:8443", "tls:25 smtp", "tls:143 imap", "tls:1110 pop3", "tls:21 ftp", "tls:389 ldap"),
            },
        ),
        (
            "https://a.example/",
            ("postgres://a.example", "postgres://a.example:6432"),
            {"https://a.example/", "http://a.example/", "tls:443", "tls:5432 postgres", "tls:6432 postgres"},
        ),
    ],
)
def test_which_urls_and_endpoints_belong_to_an_asset(url: str, endpoints: tuple[str, ...], expected: set[str]) -> None:
    one = asset(url=url, endpoints=endpoints)
    found = plan([one], {one.id: policy("p", 22)}, {})
    shown = {each.url for each in found if isinstance(each, HttpTarget)}
    shown |= {f"tls:{each.port} {each.starttls or ''}".strip() for each in found if isinstance(each, TlsTarget)}
    assert shown == expected


def test_a_quick_plan_asks_an_endpoint_for_what_the_policies_of_all_its_assets_need() -> None:
    old = control("A", params={"forbidden": ["ssl3"]})
    new = control("B", params={"required": ["tls1_3"]})
    robot = control("C", "tls.vulnerabilities", params={"absent": ["robot"]}, when=When(levels=(4,)))
    dates = control("D", "tls.certificate_dates", when=When(levels=(5,)))
    assets = [asset("a", level=3), asset("b", level=4)]
    policies = {"a": policy_of_controls(old, robot, dates), "b": policy_of_controls(new, robot, dates)}
    found = [each for each in plan(assets, policies, {}, quick=True) if isinstance(each, TlsTarget)]
    needs = TlsNeeds(protocols=("ssl3", "tls1_3"), vulnerabilities=("robot",))
    assert found == [TlsTarget("192.0.2.1", 443, "cong.so-mau.example", needs=needs)]
    assert [each.key for each in plan(assets, policies, {})] == [each.key for each in plan(assets, policies, {}, True)]


def test_without_quick_an_endpoint_is_asked_for_everything() -> None:
    one = asset()
    found = plan([one], {one.id: policy_of_controls(control())}, {})
    assert TlsTarget("192.0.2.1", 443, "cong.so-mau.example", needs=None) in found


def test_a_quick_plan_leaves_out_an_endpoint_of_which_nothing_is_needed() -> None:
    one = asset()
    found = plan([one], {one.id: policy("p", 22)}, {}, quick=True)
    assert not any(isinstance(each, TlsTarget) for each in found)
    assert len(found) == 3


def test_a_url_is_asked_beside_the_page_what_the_policies_of_its_assets_want() -> None:
    trace = control("A", "headers.trace_method", when=When(levels=(3,)))
    missing = control("B", "headers.error_page", when=When(levels=(4,)))
    page = control("C", "headers.mixed_content")
    assets = [asset("a", level=3), asset("b", level=4)]
    policies = {"a": policy_of_controls(trace, missing), "b": policy_of_controls(trace, missing, page)}
    asks = {each.url: each.asks for each in plan(assets, policies, {}) if isinstance(each, HttpTarget)}
    assert asks == {URL: ("missing_page", "trace"), URL.replace("https:", "http:"): ()}
    alone = {each.url: each.asks for each in plan(assets[:1], policies, {}, quick=True) if isinstance(each, HttpTarget)}
    assert alone == {URL: ("trace",), URL.replace("https:", "http:"): ()}
    assert {each.key for each in plan(assets, policies, {})} == {each.key for each in plan(assets[:1], policies, {})}
