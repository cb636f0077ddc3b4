"""Commands that show the same again: sslyze itself accepts them, and every value is quoted."""

import shlex
from typing import Any, get_args

import pytest
from sslyze.cli.command_line_parser import CommandLineParser

from checks.check import Check
from checks.model.finding import Instance
from checks.model.target import DnsTarget, Starttls, TlsTarget
from checks.tls import (
    alpn,
    certificate_revoked,
    cipher_suites,
    features,
    groups,
    must_staple,
    ocsp_stapling,
    post_quantum,
    protocols,
    server_preference,
    vulnerabilities,
)
from tests.factories import tls_target

CLIENT, SNI = "openssl s_client -connect 192.0.2.1:443", "-servername cong.so-mau.example </dev/null"
AT = "--sni cong.so-mau.example 192.0.2.1:443"
TLS10 = Instance("k", "forbidden_protocol", {"protocol": "tls1_0"})
SMALL = Instance("k", "dh_too_small", {"bits": 1024, "group": "dh1024"})
RULES: list[Check[Any, Any]] = [
    protocols.CHECK,
    cipher_suites.CHECK,
    groups.CHECK,
    vulnerabilities.CHECK,
    features.CHECK,
]


OTHERS: list[Check[Any, Any]] = [
    post_quantum.CHECK,
    server_preference.CHECK,
    alpn.CHECK,
    ocsp_stapling.CHECK,
    must_staple.CHECK,
    certificate_revoked.CHECK,
]
"""Rules whose commands are not sslyze's."""


def command(check: Check[Any, Any], target: Any, instance: Instance | None = None) -> str:
    assert check.reproduce is not None
    return check.reproduce(target, instance)


@pytest.mark.parametrize(
    ("check", "instance", "expected"),
    [
        (protocols.CHECK, TLS10, f"sslyze --tlsv1 {AT}"),
        (protocols.CHECK, None, f"sslyze --sslv2 --sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 {AT}"),
        (cipher_suites.CHECK, Instance("k", "suite_rc4", {"protocol": "ssl3"}), f"sslyze --sslv3 {AT}"),
        (groups.CHECK, None, f"sslyze --elliptic_curves {AT}"),
        (groups.CHECK, Instance("k", "group_not_allowed", {}), f"sslyze --elliptic_curves {AT}"),
        (groups.CHECK, Instance("k", "group_not_allowed", {"group": "x448"}), f"sslyze --elliptic_curves {AT}"),
        *(
            (groups.CHECK, Instance("k", reason, {"group": group}), f"{CLIENT} -groups {group} {SNI}")
            for reason in ("group_not_allowed", "dh_too_small")
            for group in ("ffdhe2048", "X25519MLKEM768")
        ),
        (
            groups.CHECK,
            SMALL,
            "openssl s_client -connect 192.0.2.1:443 -showcerts -servername cong.so-mau.example"
            " -tls1_2 -cipher DHE:ADH:@SECLEVEL=0 </dev/null | grep 'Temp Key'",
        ),
        (vulnerabilities.CHECK, None, f"sslyze --heartbleed --openssl_ccs --robot {AT}"),
        (features.CHECK, None, f"sslyze --compression --reneg --fallback --early_data --ems {AT}"),
        (
            features.CHECK,
            Instance("k", "early_data_on", {}),
            f"sslyze --compression --reneg --fallback --early_data --ems {AT}",
        ),
        *(
            (
                features.CHECK,
                Instance("k", reason, {}),
                "testssl --server-defaults --ip 192.0.2.1 cong.so-mau.example:443",
            )
            for reason in ("heartbeat_on", "encrypt_then_mac_missing", "session_tickets_on")
        ),
        (
            post_quantum.CHECK,
            None,
            f"{CLIENT} -tls1_3 -groups X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024 {SNI}",
        ),
        (
            post_quantum.CHECK,
            Instance("k", "post_quantum_missing", {"groups": ("MLKEM768", "x25519")}),
            f"{CLIENT} -tls1_3 -groups MLKEM768:x25519 {SNI}",
        ),
        (ocsp_stapling.CHECK, None, f"{CLIENT} -status {SNI}"),
        (must_staple.CHECK, None, f"{CLIENT} -status {SNI}"),
        (certificate_revoked.CHECK, None, f"{CLIENT} -status {SNI}"),
        (alpn.CHECK, None, f"{CLIENT} -alpn h2,http/1.1 {SNI}"),
        (
            server_preference.CHECK,
            None,
            "nmap -n -Pn -p 443 --script ssl-enum-ciphers --script-args tls.servername=cong.so-mau.example 192.0.2.1",
        ),
    ],
)
def test_commands(check: Check[Any, Any], instance: Instance | None, expected: str) -> None:
    assert command(check, tls_target(), instance) == expected


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.id)
@pytest.mark.parametrize(
    "target",
    [
        tls_target(),
        TlsTarget("192.0.2.1", 8443, None),
        *(TlsTarget("2001:db8::1", 2500, "thu.example", each) for each in get_args(Starttls)),
    ],
    ids=["name", "address", *get_args(Starttls)],
)
def test_sslyze_accepts_them(check: Check[Any, Any], target: TlsTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(command(check, target))
    monkeypatch.setattr("sys.argv", words)
    parsed = CommandLineParser("6").parse_command_line()
    assert parsed.invalid_servers == []
    ((location, configuration),) = parsed.servers_to_scans
    assert (location.ip_address, location.port) == (target.address, target.port)
    assert configuration.tls_server_name_indication == (target.server_name or target.address)
    assert parsed.tls_config_to_check_against is None
    begun_within = configuration.tls_opportunistic_encryption
    assert (begun_within.name.lower() if begun_within else None) == target.starttls


def test_addresses_without_a_name() -> None:
    six, mail = TlsTarget("2001:db8::1", 8443, None), TlsTarget("192.0.2.1", 25, "thu.example", "smtp")
    assert command(server_preference.CHECK, six) == "nmap -6 -n -Pn -p 8443 --script ssl-enum-ciphers 2001:db8::1"
    heartbeat = Instance("k", "heartbeat_on", {})
    listed = "testssl --server-defaults -6 --ip 2001:db8::1 '[2001:db8::1]:8443'"
    assert command(features.CHECK, six, heartbeat) == listed
    listed = "testssl --server-defaults --starttls smtp --ip 192.0.2.1 thu.example:25"
    assert command(features.CHECK, mail, heartbeat) == listed
    assert command(alpn.CHECK, mail).endswith("-alpn h2,http/1.1 -servername thu.example -starttls smtp </dev/null")


def test_values_stay_in_their_quotes() -> None:
    hostile = tls_target(server_name="a.example; echo $(id)")
    for check in OTHERS:
        assert any(each.endswith("a.example; echo $(id)") for each in shlex.split(command(check, hostile)))
    misleading = shlex.split(command(alpn.CHECK, tls_target(server_name="a -showcerts")))
    assert misleading[-3:] == ["-servername", "a -showcerts", "</dev/null"]
    words = shlex.split(command(features.CHECK, hostile, Instance("k", "heartbeat_on", {})))
    assert "a.example; echo $(id):443" in words
    for check in RULES:
        words = shlex.split(command(check, tls_target(server_name="a.example; echo $(id)")))
        assert "a.example; echo $(id)" in words


def test_a_name_without_an_address_is_asked_for() -> None:
    for check in RULES + OTHERS:
        assert command(check, DnsTarget("a.example")) == "getent ahosts a.example"
