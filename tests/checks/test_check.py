"""Places as people write them, commands that look again, parameters and expected ports."""

import shlex
import subprocess

import pytest
from pydantic import ValidationError

from checks.check import place, usual_command
from checks.model.finding import Instance
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget
from checks.tls import protocols
from tests.factories import asset, subject, tls_observation

SIX = "2001:db8::1"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (TlsTarget("192.0.2.1", 443, "a.example"), "192.0.2.1:443"),
        (TlsTarget(SIX, 443, None), f"[{SIX}]:443"),
        (PortsTarget(SIX), SIX),
        (HttpTarget("192.0.2.1", "https://a.example/"), "https://a.example/"),
        (DnsTarget("a.example"), "a.example"),
    ],
)
def test_place(target: Target, expected: str) -> None:
    assert place(target) == expected


PORT = Instance("k", "unexpected_port", {"port": 3306})


@pytest.mark.parametrize(
    ("target", "instance", "expected"),
    [
        (TlsTarget("192.0.2.1", 443, None), None, "openssl s_client -connect 192.0.2.1:443 -showcerts </dev/null"),
        (
            TlsTarget(SIX, 25, "thu.example", "smtp"),
            None,
            f"openssl s_client -connect '[{SIX}]:25' -showcerts -servername thu.example -starttls smtp </dev/null",
        ),
        (
            HttpTarget(SIX, "https://a.example:8443/x?y=1&z"),
            None,
            f"curl -sSk -o /dev/null -D - --resolve 'a.example:8443:[{SIX}]' 'https://a.example:8443/x?y=1&z'",
        ),
        (PortsTarget("192.0.2.1", "22,80"), None, "nmap -n -Pn -sV -p 22,80 192.0.2.1"),
        (PortsTarget("192.0.2.1"), None, "nmap -n -Pn -sV -p - 192.0.2.1"),
        (PortsTarget("192.0.2.1", "22"), Instance("k", "closed_not_filtered"), "nmap -n -Pn -sV -p 22 192.0.2.1"),
        (
            HttpTarget("192.0.2.1", "http://a.example/"),
            None,
            "curl -sSk -o /dev/null -D - --resolve a.example:80:192.0.2.1 http://a.example/",
        ),
        (PortsTarget("192.0.2.1"), PORT, "nmap -n -Pn -sV -p 3306 192.0.2.1"),
        (PortsTarget(SIX), PORT, f"nmap -6 -n -Pn -sV -p 3306 {SIX}"),
        (DnsTarget("a.example"), None, "getent ahosts a.example"),
    ],
)
def test_the_usual_command(target: Target, instance: Instance | None, expected: str) -> None:
    assert usual_command(target, instance) == expected


@pytest.mark.parametrize("hostile", ["a.example; echo owned", "$(echo owned)", "`echo owned`", "a'b", 'a"b', "a\nb"])
def test_no_value_leaves_its_quotes(hostile: str) -> None:
    targets: tuple[Target, ...] = (DnsTarget(hostile), TlsTarget("192.0.2.1", 443, hostile))
    for target in targets:
        command = usual_command(target).removesuffix(" </dev/null")
        assert hostile in shlex.split(command)
        shown = subprocess.run(["sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True)
        assert shown.stdout.decode().split("\0")[:-1] == shlex.split(command)


def test_parameters_are_read_as_json_and_strictly() -> None:
    given = protocols.CHECK.parameters({"forbidden": ["ssl3"], "required": []})
    assert given == protocols.Protocols(forbidden=("ssl3",))
    for wrong in ({"forbiden": ["ssl3"]}, {"forbidden": "ssl3"}, {"forbidden": [3]}):
        with pytest.raises(ValidationError):
            protocols.CHECK.parameters(wrong)


def test_ports_are_expected_by_the_asset_and_by_those_beside_it() -> None:
    shown = subject(tls_observation(), asset=asset(ports=(80,)), neighbours=(asset("b", ports=(8080,)), asset("c")))
    assert shown.expected_ports == {80, 443, 8080}
    assert shown.where == "192.0.2.1:443"
