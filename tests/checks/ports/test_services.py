"""Rules on what open ports are: administration, SSH 1, TLS where it is expected, versions told."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.model.evidence import Evidence, OpenPort
from checks.model.ports import expand
from checks.model.target import HttpTarget, TlsTarget
from checks.ports import (
    administration,
    cleartext_administration,
    forbidden,
    ssh_protocol,
    tls_expected,
    version_disclosed,
)
from tests.checks.judging import ask, verdict
from tests.factories import (
    ADDRESS,
    HOST,
    asset,
    evidence,
    failure_evidence,
    http_observation,
    ports_observation,
    sighting,
    subject,
    tls_observation,
)

Ports = list[OpenPort | int]


def named(port: int, service: str, **more: Any) -> OpenPort:
    return OpenPort(port, service, **more)


def tls_look(port: int, *, answer: bool | None = True, address: str = ADDRESS) -> Evidence:
    """The look at a TLS endpoint: heard in TLS, heard in something else, or not finished."""
    target = TlsTarget(address, port, HOST)
    if answer is False:
        return failure_evidence(target, "not_tls")
    return evidence(target, tls_observation(protocols={"tls1_2": answer, "tls1_0": False}))


def unfinished_look(port: int) -> Evidence:
    return failure_evidence(TlsTarget(ADDRESS, port, HOST), "timed_out")


CONSOLES = {"telnet": [23], "ftp": [21], "remote_shell": [514], "consoles": [9090]}


@pytest.mark.parametrize(
    ("open_ports", "closed", "unidentified", "expected"),
    [
        ([443], "21,23,514,9090", "", "pass"),
        ([443, 23], "21,514,9090", "", "fail cleartext_telnet"),
        ([443, named(23, "ssh")], "21,514,9090", "", "pass"),  # another service took the number
        ([443, named(2323, "Telnet")], "21,23,514,9090", "", "fail cleartext_telnet"),
        ([443, named(992, "telnet", tls=True)], "21,23,514,9090", "", "pass"),
        ([443, named(21, "ftp")], "23,514,9090", "", "fail cleartext_ftp"),
        ([443, 514], "21,23,9090", "", "fail cleartext_remote_shell"),
        ([443, named(1514, "shell")], "21,23,514,9090", "", "fail cleartext_remote_shell"),
        ([443, named(9090, "http")], "21,23,514", "", "fail cleartext_console"),
        ([443, named(9090, "http", tls=True)], "21,23,514", "", "pass"),
        ([443, named(9090, "ssl/http")], "21,23,514", "", "pass"),
        ([443, named(9090, "mysql")], "21,23,514", "", "pass"),  # no console, whatever else it is
        ([443, named(8080, "http")], "21,23,514,9090", "", "pass"),  # a website
        ([443, 9090], "21,23,514", "", "not_assessable service_unknown"),
        ([443, 8080], "21,23,514,9090", "8080", "not_assessable service_unknown"),
        ([443, 23, 9090], "21,514", "23,9090", "fail cleartext_telnet"),
        ([443], "21,23,514", "", "not_assessable ports_not_asked"),
        ([443, 9090], "21,23", "", "not_assessable ports_not_asked"),  # which an operator can change
        ([], "", "", "not_assessable ports_not_asked"),
        (list(range(1, 200)), "9090", "", "not_assessable everything_open"),
    ],
)
def test_cleartext_administration(open_ports: Ports, closed: str, unidentified: str, expected: str) -> None:
    seen = subject(ports_observation(*open_ports, closed=closed, unidentified=unidentified))
    assert verdict(ask(cleartext_administration.CHECK, seen, CONSOLES)) == expected


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (tls_look(21), "pass"),  # AUTH TLS
        (tls_look(21, answer=None), "fail cleartext_ftp"),
        (tls_look(21, answer=False), "fail cleartext_ftp"),
        (tls_look(990), "fail cleartext_ftp"),
        (tls_look(21, address="192.0.2.9"), "fail cleartext_ftp"),
        (failure_evidence(TlsTarget(ADDRESS, 21, HOST), "timed_out"), "fail cleartext_ftp"),
        (evidence(HttpTarget(ADDRESS, f"https://{HOST}/"), http_observation()), "fail cleartext_ftp"),
    ],
)
def test_ftp_with_tls_is_not_cleartext(look: Evidence, expected: str) -> None:
    seen = subject(ports_observation(443, named(21, "ftp"), closed="23,514,9090"), others=(look,))
    assert verdict(ask(cleartext_administration.CHECK, seen, CONSOLES)) == expected


def test_kinds_can_be_switched_off() -> None:
    seen = subject(ports_observation(21, 23, named(24, "telnet"), 443, 9090))
    off: dict[str, Any] = {each: [] for each in CONSOLES}
    assert verdict(ask(cleartext_administration.CHECK, seen, off)) == "fail cleartext_telnet"
    off |= {"telnet_names": []}
    assert verdict(ask(cleartext_administration.CHECK, seen, off)) == "pass"
    assert cleartext_administration.asked(cleartext_administration.CleartextAdministration(**_empty())) == ()


def _empty() -> dict[str, Any]:
    return {each: () for each in CONSOLES}


@pytest.mark.parametrize(
    ("open_ports", "closed", "unidentified", "expected"),
    [
        ([443], "22", "", "not_applicable no_ssh"),
        ([named(22, "ssh", ssh_protocol="2.0")], "80", "", "pass"),
        ([named(22, "ssh", ssh_protocol="1.99")], "80", "", "fail ssh_protocol_1_too"),
        ([named(22, "ssh", ssh_protocol="1.5")], "80", "", "fail ssh_protocol_1"),
        ([named(22022, "ssh", ssh_protocol="1.5")], "22", "", "fail ssh_protocol_1"),
        ([named(22, "ssh")], "80", "", "not_assessable ssh_protocol_unknown"),
        ([named(22, "ssh", ssh_protocol="1.5"), named(23, "ssh")], "80", "", "fail ssh_protocol_1"),
        ([22], "80", "22", "not_assessable service_unknown"),
        ([named(23, "ssh")], "80", "", "not_assessable ports_not_asked"),
        ([22], "80", "", "not_applicable no_ssh"),  # something that version detection asked to the end
        ([443], "80", "", "not_assessable ports_not_asked"),
        ([], "", "", "not_assessable ports_not_asked"),
        (list(range(1, 200)), "", "", "not_assessable everything_open"),
    ],
)
def test_ssh_protocol(open_ports: Ports, closed: str, unidentified: str, expected: str) -> None:
    seen = subject(ports_observation(*open_ports, closed=closed, unidentified=unidentified))
    outcome = ask(ssh_protocol.CHECK, seen, {"ports": [22]})
    assert verdict(outcome) == expected
    if expected == "not_assessable ssh_protocol_unknown":
        assert outcome.params["ports"] == "22"


ADMIN = {"ports": [22, 9090], "names": ["ssh", "telnet"]}


@pytest.mark.parametrize(
    ("open_ports", "closed", "unidentified", "vantage", "expected"),
    [
        ([443], "22,9090", "", "internet", "pass"),
        ([22, 443], "9090", "", "internet", "fail administration_reachable"),
        ([443, named(2200, "SSH")], "22,9090", "", "internet", "fail administration_reachable"),
        ([named(443, "ssh")], "22,9090", "", "internet", "fail administration_on_service_port"),
        ([named(443, "ssh")], "22,9090", "", "lan", "fail administration_on_service_port"),
        ([named(443, "ssh"), 22], "9090", "", "lan", "fail administration_on_service_port"),
        ([22, 443], "9090", "", "lan", "not_applicable other_vantage"),
        ([443], "22", "", "internet", "not_assessable ports_not_asked"),
        ([443, 8080], "22,9090", "8080", "internet", "not_assessable service_unknown"),
        ([22, 443], "", "", "internet", "fail administration_reachable"),
        ([], "", "22,443", "internet", "not_assessable ports_not_asked"),
        (list(range(1, 200)), "", "", "internet", "not_assessable everything_open"),
    ],
)
def test_administration(open_ports: Ports, closed: str, unidentified: str, vantage: str, expected: str) -> None:
    seen = ports_observation(*open_ports, closed=closed, unidentified=unidentified)
    assert verdict(ask(administration.CHECK, _from(vantage, seen), ADMIN)) == expected


def _from(vantage: str, seen: Any, **more: Any) -> Any:
    whole = subject(seen, **more)
    return replace(whole, sighting=sighting(whole.target, seen, vantage=vantage))


def test_a_console_that_is_the_asset_itself_is_its_service() -> None:
    console = asset(url="https://cong.so-mau.example:9090/")
    seen = ports_observation(9090, closed="22")
    assert verdict(ask(administration.CHECK, subject(seen, asset=console), ADMIN)) == "pass"
    other = asset("khac", url="https://khac.so-mau.example:9090/")
    assert verdict(ask(administration.CHECK, subject(seen, neighbours=(other,)), ADMIN)) == "pass"
    assert verdict(ask(administration.CHECK, subject(seen), ADMIN)) == "fail administration_reachable"


def test_a_service_port_that_no_look_understood_may_be_anything() -> None:
    mute = failure_evidence(HttpTarget(ADDRESS, f"https://{HOST}/"), "connection_reset")
    heard = evidence(HttpTarget(ADDRESS, f"https://{HOST}/"), http_observation())
    elsewhere = tls_look(8443)
    seen = ports_observation(443, closed="22,9090")
    unknown = "not_assessable service_unknown"
    for vantage, otherwise in (("internet", "pass"), ("lan", "not_applicable other_vantage")):
        for looks, expected in (
            ((tls_look(443, answer=False), mute), unknown),
            ((tls_look(443, answer=False), mute, elsewhere), unknown),
            ((tls_look(443, answer=False), heard), otherwise),
            ((tls_look(443), mute), otherwise),
            ((tls_look(443, answer=False, address="192.0.2.99"),), otherwise),
            ((elsewhere,), otherwise),
        ):
            assert verdict(ask(administration.CHECK, _from(vantage, seen, others=looks), ADMIN)) == expected
        looks = (tls_look(443, answer=False), mute)
        told = ports_observation(named(443, "http"), closed="22,9090")
        assert verdict(ask(administration.CHECK, _from(vantage, told, others=looks), ADMIN)) == otherwise
        nameless = _from(vantage, seen, others=looks)
        assert verdict(ask(administration.CHECK, nameless, {**ADMIN, "names": ()})) == otherwise


def test_without_names_nothing_needs_to_be_identified() -> None:
    seen = ports_observation(443, 8080, closed="22,9090", unidentified="8080")
    assert verdict(ask(administration.CHECK, subject(seen), {**ADMIN, "names": []})) == "pass"


def test_other_vantages_may_be_named() -> None:
    seen = ports_observation(22, 443, closed="9090")
    outcome = ask(administration.CHECK, _from("lan", seen), {**ADMIN, "vantages": ["internet", "lan"]})
    assert verdict(outcome) == "fail administration_reachable"
    assert outcome.instances[0].params["vantage"] == "lan"


@pytest.mark.parametrize(
    ("open_ports", "looks", "expected"),
    [
        ([80], (), "not_applicable no_tls_port"),
        ([named(993, "imap", tls=True)], (), "pass"),
        ([named(993, "ssl")], (), "pass"),
        ([named(993, "imap")], (), "fail tls_missing"),
        ([993], (), "not_assessable tls_not_told"),
        ([993], (tls_look(993),), "pass"),
        ([993], (tls_look(993, answer=False),), "fail tls_missing"),
        ([named(993, "imap", tls=True)], (tls_look(993, answer=False),), "fail tls_missing"),
        ([named(993, "imap")], (tls_look(993, answer=False), tls_look(993)), "pass"),  # under another name it does
        ([993], (tls_look(993, answer=None),), "not_assessable tls_not_told"),
        ([993], (unfinished_look(993),), "not_assessable tls_not_told"),  # that a look failed says nothing of the port
        ([named(993, "imap", tls=True)], (unfinished_look(993),), "pass"),
        ([named(993, "SSL/imap")], (), "pass"),
        ([443, named(993, "imap")], (), "fail tls_missing"),
        (list(range(1, 200)), (), "not_assessable everything_open"),
    ],
)
def test_tls_expected(open_ports: Ports, looks: tuple[Evidence, ...], expected: str) -> None:
    left = expand("80,443,993") - {each if isinstance(each, int) else each.port for each in open_ports}
    seen = subject(ports_observation(*open_ports, closed=",".join(map(str, sorted(left)))), others=looks)
    assert verdict(ask(tls_expected.CHECK, seen, {"ports": [443, 993]})) == expected


def test_a_port_for_tls_must_have_been_asked_for() -> None:
    seen = subject(ports_observation(80, closed="443"))
    assert verdict(ask(tls_expected.CHECK, seen, {"ports": [443, 993]})) == "not_assessable ports_not_asked"
    assert verdict(ask(tls_expected.CHECK, subject(ports_observation(993)), {"ports": [443, 993]})) == (
        "not_assessable ports_not_asked"
    )


def test_what_was_detected_is_told_in_one_line() -> None:
    seen = ports_observation(named(21, "ftp", **VERSION), named(22, "ssh"), 443, closed="23")
    params = {"ports": [21, 22, 443], "names": []}
    told = [each.params for each in ask(forbidden.CHECK, subject(seen), {"service": "ftp", **params}).instances]
    assert [each["detected"] for each in told] == ["ftp ProFTPD 1.3.5", "ssh", None]
    assert [told[0][each] for each in ("service", "product", "version")] == ["ftp", "ProFTPD", "1.3.5"]


@pytest.mark.parametrize("name", ["X11", "x11"])
def test_names_in_any_case(name: str) -> None:
    seen = subject(ports_observation(443, named(6000, "X11"), closed="22"))
    params = {"ports": [22], "names": [name]}
    assert verdict(ask(administration.CHECK, seen, params)) == "fail administration_reachable"
    desktop = {"service": "remote_desktop", **params}
    assert verdict(ask(forbidden.CHECK, seen, desktop)) == "fail remote_desktop_open"


VERSION = {"product": "ProFTPD", "version": "1.3.5"}


@pytest.mark.parametrize(
    ("open_ports", "params", "unidentified", "expected"),
    [
        ([443], {}, "", "not_applicable no_service_identified"),
        ([named(21, "ftp", **VERSION)], {}, "", "fail version_disclosed"),
        ([OpenPort(21, product="ProFTPD", version="1.3.5")], {}, "", "fail version_disclosed"),
        ([named(21, "ftp", product="ProFTPD")], {}, "", "pass"),
        ([named(21, "ftp", version="1")], {}, "", "pass"),
        ([named(22, "ssh", product="OpenSSH", version="9.6")], {}, "", "not_applicable no_service_identified"),
        ([named(22, "ssh", product="OpenSSH", version="9.6")], {"ignore_names": []}, "", "fail version_disclosed"),
        ([named(21, "ftp", **VERSION)], {"ignore": [21]}, "", "not_applicable no_service_identified"),
        ([named(21, "ftp"), 8080], {}, "8080", "not_assessable service_unknown"),
        ([named(21, "ftp", **VERSION), 8080], {}, "8080", "fail version_disclosed"),
        ([443], {"scan": [25]}, "", "not_assessable ports_not_asked"),
        (list(range(1, 200)), {}, "", "not_assessable everything_open"),
    ],
)
def test_version_disclosed(open_ports: Ports, params: dict[str, Any], unidentified: str, expected: str) -> None:
    left = {21, 22, 443} - {each if isinstance(each, int) else each.port for each in open_ports}
    closed = ",".join(map(str, sorted(left)))
    seen = subject(ports_observation(*open_ports, closed=closed, unidentified=unidentified))
    assert verdict(ask(version_disclosed.CHECK, seen, {"scan": [21], **params})) == expected


@pytest.mark.parametrize(
    ("check", "params", "expected"),
    [
        (cleartext_administration.CHECK, CONSOLES, ("21", "23", "514", "9090")),
        (ssh_protocol.CHECK, {}, ("22", "2222")),
        (administration.CHECK, ADMIN, ("22", "9090")),
        (tls_expected.CHECK, {"ports": ["993-995", 443]}, ("443", "993-995")),
        (version_disclosed.CHECK, {"scan": [22, 25, 21]}, ("21-22", "25")),
    ],
)
def test_the_plan_learns_what_to_ask_for(
    check: Check[Any, Any], params: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert check.ports is not None
    assert check.ports(check.parameters(params)) == expected


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (cleartext_administration.CHECK, {"telnet_names": ["a b"]}),
        (cleartext_administration.CHECK, {"gopher": [70]}),
        (ssh_protocol.CHECK, {"ports": []}),
        (administration.CHECK, {"ports": []}),
        (administration.CHECK, {"vantages": "internet"}),
        (tls_expected.CHECK, {"ports": []}),
        (version_disclosed.CHECK, {}),
    ],
)
def test_parameters_are_strict(check: Check[Any, Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(check, subject(ports_observation(443)), params)
