"""The ports probe with a real nmap on loopback, and with programs that only call themselves nmap."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from checks.model.evidence import Observation, OpenPort, PortsObservation, ProbeFailure
from checks.model.ports import canonical_ports
from checks.model.target import PortsTarget, Target
from scanner.probes.interface import ProbeContext
from scanner.probes.ports import GROUP, PortsProbe, arguments, raw_sockets
from tests.hostile.server import Conversation, Server
from tests.hostile.tls import self_signed
from tests.scope import QUICK, loopback_context
from tests.servers.tcp import held_port

MODES = [False, True] if raw_sockets() else [False]
"""With whole connections always, with half-open ones where this process may."""


def look(targets: list[Target], probe: PortsProbe | None = None) -> dict[str, Observation]:
    """What one look brings, by address."""
    found = (probe or PortsProbe(loopback_context())).look(targets)
    assert [each.sighting.target for each in found] == targets
    return {
        each.sighting.target.address: each.observation
        for each in found
        if isinstance(each.sighting.target, PortsTarget)
    }


@contextmanager
def filtered_port(address: str) -> Iterator[int]:
    """A port that drops every new SYN, as behind a firewall: its queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, 0))
        listener.listen(0)
        for _ in range(6):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def greets(banner: bytes, tls: ssl.SSLContext | None = None) -> Server:
    """A server that speaks first."""

    def handler(conversation: Conversation) -> None:
        conversation.send(banner)
        conversation.read()

    return Server(handler, "127.77.0.31", tls)


@pytest.mark.parametrize("raw", MODES)
def test_open_closed_and_filtered_are_told_apart_at_each_of_several_addresses(raw: bool) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Server(lambda conversation: None, address="127.77.0.21"))
        closed = stack.enter_context(held_port("127.77.0.21"))
        filtered = stack.enter_context(filtered_port("127.77.0.22"))
        ports = canonical_ports([server.port, closed, filtered])
        targets: list[Target] = [PortsTarget("127.77.0.21", ports), PortsTarget("127.77.0.22", ports)]
        found = look(targets, PortsProbe(loopback_context(), raw=raw))
    assert found == {
        "127.77.0.21": PortsObservation((OpenPort(server.port),), canonical_ports([closed, filtered]), ""),
        "127.77.0.22": PortsObservation((), canonical_ports([server.port, closed]), str(filtered)),
    }


@pytest.mark.parametrize("raw", MODES)
def test_many_closed_ports_are_all_accounted_for(raw: bool) -> None:
    targets: list[Target] = [PortsTarget(f"127.77.0.{n}", "1-40") for n in range(40, 60)]
    found = look(targets, PortsProbe(loopback_context(), raw=raw))
    assert set(found.values()) == {PortsObservation((), "1-40", "")}


def test_an_ipv6_address_has_an_nmap_of_its_own() -> None:
    with Server(lambda conversation: None, address="::1") as server:
        targets: list[Target] = [PortsTarget("::1", str(server.port)), PortsTarget("127.77.0.23", str(server.port))]
        found = look(targets)
    assert found["::1"] == PortsObservation((OpenPort(server.port),), "", "")
    assert found["127.77.0.23"] == PortsObservation((), str(server.port), "")


def test_the_second_look_says_what_answers_and_no_banner_blinds_it() -> None:
    with ExitStack() as stack:
        shell = stack.enter_context(greets(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
        mail = stack.enter_context(
            greets(b"220 mail.so-mau.example ESMTP Postfix\r\n", self_signed(ssl.TLSVersion.TLSv1_2))
        )
        hostile = stack.enter_context(greets(b"SSH-2.0-dropbear_\x1b[31m\x01<b>\xff\r\n"))
        old = stack.enter_context(greets(b"SSH-1.99-OpenSSH_3.9p1\r\n"))
        ports = canonical_ports([shell.port, mail.port, hostile.port, old.port])
        (evidence,) = PortsProbe(loopback_context()).look([PortsTarget("127.77.0.31", ports)])
    found = evidence.observation
    assert isinstance(found, PortsObservation), found
    by_port = {each.port: each for each in found.open}
    assert by_port[shell.port] == OpenPort(shell.port, "ssh", "OpenSSH", "9.2p1 Debian 2", ssh_protocol="2.0")
    assert by_port[old.port] == OpenPort(old.port, "ssh", "OpenSSH", "3.9p1", ssh_protocol="1.99")
    assert (by_port[mail.port].service, by_port[mail.port].tls) == ("smtp", True)
    said = by_port[hostile.port]
    assert said.service == "ssh"
    assert all(character.isprintable() for character in f"{said.product}{said.version}")
    assert evidence.sighting.connections == 8


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1 -oN {file}",
        "-oN{file}",
        "127.0.0.1 -iL {file}",
        "fe80::1%-oN {file}",
        "127.0.0.1'",
        "127.0.0.0/30",
        "127.0.0.1-4",
        "localhost",
        "127.1",
        "0::1",
        "",
        "127.0.0.1\n127.0.0.2",
        "１２７.0.0.1",
    ],
)
def test_nothing_but_a_literal_address_reaches_nmap(address: str, tmp_path: Path) -> None:
    class Everything:
        def allows(self, address: str) -> bool:
            return True

        def addresses(self, host: str) -> tuple[str, ...]:
            return ()

    hostile = PortsTarget(address.replace("{file}", str(tmp_path / "written")), "1")
    good = PortsTarget("127.77.0.24", "1")
    probe = PortsProbe(ProbeContext(scope=Everything(), vantage="internet", limits=QUICK))
    found = look([hostile, good], probe)
    refused = found[hostile.address]
    assert isinstance(refused, ProbeFailure)
    assert refused.reason == "tool_failed"
    assert "literal address" in refused.detail
    assert list(tmp_path.iterdir()) == []
    assert found["127.77.0.24"] == PortsObservation((), "1", "")


@pytest.mark.parametrize("ports", ["", "1 -oN x", "0", "70000", "22;23", "U:53", "http*"])
def test_no_list_of_ports_is_a_failure_and_not_an_empty_result(ports: str) -> None:
    found = look([PortsTarget("127.77.0.24", ports)])["127.77.0.24"]
    assert isinstance(found, ProbeFailure)
    assert found.reason == "tool_failed"


def test_an_address_that_takes_too_long_is_given_up_and_its_ports_are_not_closed() -> None:
    probe = PortsProbe(loopback_context(limits=replace(QUICK, ports_seconds=3)))
    found = look([PortsTarget("127.77.0.25", "1-2000"), PortsTarget("127.77.0.26", "1-2000")], probe)
    assert {each.reason for each in found.values() if isinstance(each, ProbeFailure)} == {"incomplete"}
    assert len(found) == 2


def test_out_of_scope_is_not_scanned() -> None:
    targets: list[Target] = [PortsTarget("127.77.0.27", "1"), PortsTarget("127.77.0.28", "1")]
    found = look(targets, PortsProbe(loopback_context(refused=["127.77.0.27"])))
    assert found == {"127.77.0.27": ProbeFailure("out_of_scope"), "127.77.0.28": PortsObservation((), "1", "")}


def test_batches_hold_one_family_and_one_list_and_not_too_many_addresses() -> None:
    targets: list[Target] = [PortsTarget(f"127.0.{n // 250}.{n % 250 + 1}", "22") for n in range(300)]
    targets += [PortsTarget("::1", "22"), PortsTarget("127.0.9.1", "22-23"), PortsTarget("127.0.9.2", "22")]
    batches = list(PortsProbe(loopback_context()).batches(targets))
    assert [len(batch) for batch in batches] == [GROUP, 301 - GROUP, 1, 1]
    assert {target for batch in batches for target in batch} == set(targets)


@pytest.mark.parametrize(
    ("raw", "hosts", "pace", "delay", "rate"),
    [
        (True, 1, 50, "20ms", "50"),
        (True, 256, 50, "20ms", "1000"),
        (False, 256, 50, "20ms", "600"),
        (False, 10, 50, "20ms", "500"),
        (True, 3, 15, "67ms", "45"),
        (True, 1, 5000, "1ms", "1000"),
    ],
)
def test_the_pace_is_that_of_each_address(raw: bool, hosts: int, pace: int, delay: str, rate: str) -> None:
    line = arguments(raw, hosts, six=False, pace=pace, host_seconds=600)
    assert line[line.index("--scan-delay") + 1] == delay
    assert line[line.index("--max-rate") + 1] == rate
    assert ("-sS" in line) is raw
    assert ("-sT" in line) is not raw
    assert {"--open", "-T5", "-6", "-sV", "--min-rate"}.isdisjoint(line)


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ("no-such-nmap", "nmap is not installed"),
        ("false", "nmap does not start"),
        ("true", "what is called nmap is not nmap"),
    ],
)
def test_without_nmap_there_is_a_failure_that_says_so(command: str, detail: str) -> None:
    probe = PortsProbe(loopback_context(), command=command)
    found = look([PortsTarget("127.77.0.24", "1")], probe)
    assert found == {"127.77.0.24": ProbeFailure("tool_failed", detail)}
    assert probe.tools()["nmap"] == "missing"


def test_tools_are_named_with_their_versions() -> None:
    tools = PortsProbe(loopback_context()).tools()
    assert set(tools) == {"nmap", "python-nmap"}
    assert all(version[0].isdigit() for version in tools.values())


GOOD = (
    '<nmaprun><host><address addr="127.77.0.29" addrtype="ipv4"/><ports><port protocol="tcp" portid="7">'
    '<state state="open"/></port></ports></host><runstats><finished exit="success"/><hosts/></runstats></nmaprun>'
)


def impostor(folder: Path, first: str, second: str = GOOD) -> PortsProbe:
    """A probe with a program in the place of nmap that says one thing, and another when asked for versions."""
    for name, text in (("first", first), ("second", second)):
        (folder / name).write_text(text)
    program = folder / "nmap"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        '*ersion-light*) echo second >> "$0.ran"; cat "${0%nmap}second";;\n'
        '-V|--version) echo "Nmap version 7.93 ( https://nmap.org )";;\n'
        '*) echo first >> "$0.ran"; cat "${0%nmap}first";;\n'
        "esac\n"
    )
    program.chmod(0o755)
    return PortsProbe(loopback_context(), command=str(program))


def test_an_nmap_that_does_not_end_is_ended(tmp_path: Path) -> None:
    impostor(tmp_path, GOOD)
    program = tmp_path / "nmap"
    program.write_text(program.read_text().replace("*) echo", "*) exec sleep 60; echo"))
    probe = PortsProbe(loopback_context(limits=replace(QUICK, ports_seconds=1)), command=str(program))
    found = look([PortsTarget("127.77.0.25", "7"), PortsTarget("127.77.0.26", "7")], probe)
    assert set(found.values()) == {ProbeFailure("deadline", "nmap was ended at the bound")}


UNKNOWN = GOOD.replace('"open"/>', '"open"/><service name="unknown" method="table"/>')
WRAPPED = GOOD.replace('"open"/>', '"open"/><service name="tcpwrapped" method="probed"/>')
GIVEN_UP = GOOD.replace("<host>", '<host timedout="true">')
NAMED = GOOD.replace('"open"/>', '"open"/><service name="mysql" method="probed"/>')


@pytest.mark.parametrize(
    "second",
    [
        "",
        "not XML",
        GOOD[:-30],
        GOOD.replace("success", "error"),
        GIVEN_UP,
        GOOD.replace("127.77.0.29", "127.77.0.30"),
        GOOD.replace('portid="7"', 'portid="8"'),
    ],
)
def test_a_second_look_that_fails_takes_nothing_from_the_first(second: str, tmp_path: Path) -> None:
    found = look([PortsTarget("127.77.0.29", "7")], impostor(tmp_path, GOOD, second))
    assert found == {"127.77.0.29": PortsObservation((OpenPort(7),), "", "", unidentified="7")}
    assert (tmp_path / "nmap.ran").read_text().split() == ["first", "second"]


def test_a_second_look_never_takes_an_open_port_away(tmp_path: Path) -> None:
    probe = impostor(tmp_path, GOOD, GOOD.replace('"open"', '"closed"'))
    found = look([PortsTarget("127.77.0.29", "7")], probe)
    assert found == {"127.77.0.29": PortsObservation((OpenPort(7),), "", "", unidentified="7")}


@pytest.mark.parametrize(
    ("second", "service"),
    [(UNKNOWN, None), (WRAPPED, None), (NAMED, "mysql"), (NAMED.replace("<host>", '<host timedout="true">'), "mysql")],
)
def test_a_port_that_was_asked_to_the_end_is_not_unidentified(second: str, service: str | None, tmp_path: Path) -> None:
    found = look([PortsTarget("127.77.0.29", "7")], impostor(tmp_path, GOOD, second))
    assert found == {"127.77.0.29": PortsObservation((OpenPort(7, service),), "", "")}


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("", "tool_failed"),
        ("Segmentation fault", "tool_failed"),
        (GOOD.replace("success", "error"), "incomplete"),
        (GOOD.replace("<host>", '<host timedout="true">'), "incomplete"),
        (GOOD.replace('portid="7"', 'portid="8"'), "incomplete"),
        (GOOD.replace("127.77.0.29", "127.77.0.30"), "incomplete"),
    ],
)
def test_an_output_that_proves_nothing_is_no_evidence(first: str, reason: str, tmp_path: Path) -> None:
    found = look([PortsTarget("127.77.0.29", "7")], impostor(tmp_path, first))["127.77.0.29"]
    assert isinstance(found, ProbeFailure), found
    assert found.reason == reason


def test_the_ports_of_the_web_and_of_tarpits_are_not_asked_what_they_are(tmp_path: Path) -> None:
    many = "".join(GOOD[GOOD.index("<port ") : GOOD.index("</ports>")].replace('"7"', f'"{n}"') for n in range(1, 200))
    tarpit = GOOD.replace(GOOD[GOOD.index("<port ") : GOOD.index("</ports>")], many)
    found = [
        *look([PortsTarget("127.77.0.29", "1-199")], impostor(tmp_path, tarpit)).values(),
        *look([PortsTarget("127.77.0.29", "443")], impostor(tmp_path, GOOD.replace('"7"', '"443"'))).values(),
        *look([PortsTarget("127.77.0.29", "7", known="7")], impostor(tmp_path, GOOD)).values(),
    ]
    assert [each.unidentified for each in found if isinstance(each, PortsObservation)] == ["", "", ""]
    assert (tmp_path / "nmap.ran").read_text().split() == ["first"] * 3
