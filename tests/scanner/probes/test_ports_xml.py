"""nmap's XML: whatever does not account for every port of every address is incomplete, never "all closed"."""

import pytest

from checks.model.evidence import OpenPort, PortsObservation, ProbeFailure
from scanner.probes.interface import ProbeError
from scanner.probes.nmap_xml import TEXT_LENGTH, observation, parse

FINISHED = '<runstats><finished time="1" exit="success"/><hosts up="1" down="0" total="1"/></runstats>'
ADDRESS = '<address addr="192.0.2.1" addrtype="ipv4"/>'


def run(*hosts: str, end: str = FINISHED) -> str:
    """A whole output of nmap."""
    head = '<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" version="7.93">'
    return f"{head}{''.join(hosts)}{end}</nmaprun>"


def host(ports: str, address: str = ADDRESS, more: str = "") -> str:
    """One host with its ports."""
    return f'<host {more}><status state="up"/>{address}<ports>{ports}</ports></host>'


def port(number: int, state: str, service: str = "") -> str:
    """One port that is listed."""
    return f'<port protocol="tcp" portid="{number}"><state state="{state}"/>{service}</port>'


def extra(state: str, ports: str) -> str:
    """Ports that are summed up."""
    reason = f'<extrareasons reason="x" count="1" proto="tcp" ports="{ports}"/>'
    return f'<extraports state="{state}" count="1">{reason}</extraports>'


def see(xml: str, *asked: int, address: str = "192.0.2.1") -> PortsObservation | ProbeFailure:
    """What is made of an output for one address."""
    return observation(parse(xml).get(address), frozenset(asked))


def incomplete(xml: str, *asked: int) -> str:
    """Why an output is no evidence."""
    found = see(xml, *asked)
    assert isinstance(found, ProbeFailure), found
    assert found.reason == "incomplete"
    return found.detail


def test_listed_and_summed_up_ports_are_told_apart() -> None:
    xml = run(host(extra("closed", "1-3,9") + extra("filtered", "5-6") + port(4, "open") + port(7, "closed")))
    found = see(xml, 1, 2, 3, 4, 5, 6, 7, 9)
    assert found == PortsObservation(open=(OpenPort(4),), closed="1-3,7,9", filtered="5-6")


@pytest.mark.parametrize("state", ["filtered", "unfiltered", "open|filtered", "closed|filtered", "new-state"])
def test_what_is_neither_open_nor_closed_is_filtered(state: str) -> None:
    assert see(run(host(port(1, state))), 1) == PortsObservation(open=(), closed="", filtered="1")


def test_ports_that_were_not_asked_for_are_left_out() -> None:
    assert see(run(host(port(1, "open") + port(2, "open"))), 2) == PortsObservation((OpenPort(2),), "", "")


def test_a_host_that_nmap_gave_up_is_incomplete() -> None:
    assert incomplete(run(host(port(1, "closed"), more='timedout="true"')), 1)


def test_a_port_that_is_not_accounted_for_makes_the_host_incomplete() -> None:
    assert incomplete(run(host(port(1, "open"))), 1, 2) == "nmap does not account for 1 of 2 ports"
    no_list = '<extraports state="filtered" count="2"><extrareasons reason="no-responses" count="2"/></extraports>'
    assert incomplete(run(host(no_list)), 1, 2)
    assert incomplete(run(host("")), 1)
    assert incomplete(run(host(port(1, "open").replace("tcp", "udp"))), 1)
    assert incomplete(run(host(extra("closed", "1").replace("tcp", "udp"))), 1)


def test_a_host_that_is_not_there_is_incomplete() -> None:
    assert incomplete(run(), 1)
    assert incomplete(run(host(port(1, "closed"), address='<address addr="192.0.2.2" addrtype="ipv4"/>')), 1)


def test_addresses_are_found_in_canonical_form_and_beside_hardware_addresses() -> None:
    six = '<address addr="00:00:5E:00:53:01" addrtype="mac"/><address addr="2001:DB8:0:0::1" addrtype="ipv6"/>'
    assert see(run(host(port(1, "open"), address=six)), 1, address="2001:db8::1") == PortsObservation(
        (OpenPort(1),), "", ""
    )


@pytest.mark.parametrize(
    "end",
    [
        "",
        '<runstats><hosts up="1"/></runstats>',
        '<runstats><finished time="1" exit="error" errormsg="x"/></runstats>',
        '<runstats><finished time="1"/></runstats>',
    ],
)
def test_a_run_that_did_not_end_in_success_is_incomplete(end: str) -> None:
    with pytest.raises(ProbeError) as caught:
        parse(run(host(port(1, "closed")), end=end))
    assert caught.value.reason == "incomplete"


@pytest.mark.parametrize(
    "output",
    [
        "",
        "Nmap version 7.93 ( https://nmap.org )",
        run(host(port(1, "closed")))[:-20],
        run(host(port(1, "closed"), address="")),
        run(host(port(1, "closed"), address='<address addr="x" addrtype="ipv4"/>')),
        run(host(port(1, "closed").replace('"1"', '"x"'))),
        run(host(extra("closed", "x"))),
        run(host(extra("closed", "1-99999999"))),
    ],
)
def test_what_is_not_the_xml_of_nmap_is_a_failure_of_the_tool(output: str) -> None:
    with pytest.raises(ProbeError) as caught:
        parse(output)
    assert caught.value.reason == "tool_failed"


def test_only_what_answered_is_a_service() -> None:
    table = '<service name="telnet" method="table" conf="3"/>'
    probed = '<service name="ssh" product="OpenSSH" version="9.2p1" method="probed" conf="10"/>'
    secure = '<service name="http" tunnel="ssl" method="probed" conf="10"/>'
    wrapped = '<service name="tcpwrapped" method="probed" conf="8"/>'
    xml = run(
        host(port(1, "open", table) + port(2, "open", probed) + port(3, "open", secure) + port(4, "open", wrapped))
    )
    assert see(xml, 1, 2, 3, 4) == PortsObservation(
        open=(
            OpenPort(1),
            OpenPort(2, service="ssh", product="OpenSSH", version="9.2p1"),
            OpenPort(3, service="http", tls=True),
            OpenPort(4),
        ),
        closed="",
        filtered="",
    )


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ('name="ssh" extrainfo="protocol 2.0"', "2.0"),
        ('name="ssh" extrainfo="Ubuntu Linux; protocol 1.99"', "1.99"),
        ('name="ssh" extrainfo="Ubuntu Linux; protocol"', None),
        ('name="ssh"', None),
        ('name="http" extrainfo="protocol 1.5"', None),
    ],
)
def test_an_ssh_server_names_its_protocol(service: str, expected: str | None) -> None:
    found = see(run(host(port(22, "open", f'<service {service} method="probed"/>'))), 22)
    assert isinstance(found, PortsObservation)
    assert found.open[0].ssh_protocol == expected


def test_what_a_service_says_of_itself_is_cut_and_cleaned() -> None:
    said = "&#x1;a&#x202e;b&#10;&#0;&lt;b&gt;" + "x" * 200
    found = see(run(host(port(1, "open", f'<service name="x" product="{said}" method="probed"/>'))), 1)
    assert isinstance(found, PortsObservation)
    (only,) = found.open
    assert only.product is not None
    assert only.product.startswith(" a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER} <b>x")
    assert len(only.product) == TEXT_LENGTH
    assert only.version is None
