"""The DNS probe: all addresses of a name, the two ways to have none, and an answer that never comes."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from checks.model.evidence import DnsObservation, Observation, ProbeFailure
from checks.model.target import DnsTarget
from scanner.probes.dns import DnsProbe, Resolve
from scanner.probes.names import is_host_name
from tests.scope import loopback_context

NAME = "cong.so-mau.example"
Asked = list[str]


def rows(*addresses: str) -> Sequence[tuple[Any, ...]]:
    """What getaddrinfo gives for some addresses."""
    return [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, 0, 0, 0))
        if ":" in each
        else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0))
        for each in addresses
    ]


def resolver(asked: Asked, *addresses: str) -> Resolve:
    """A resolver that notes what it is asked and gives these addresses."""

    def resolve(name: str) -> Sequence[tuple[Any, ...]]:
        asked.append(name)
        return rows(*addresses)

    return resolve


def raises(error: Exception) -> Resolve:
    """A resolver that fails."""

    def resolve(name: str) -> Sequence[tuple[Any, ...]]:
        raise error

    return resolve


def look(resolve: Resolve, hosts: Path, name: str = NAME) -> Observation:
    """What one look brings."""
    (found,) = DnsProbe(loopback_context(), resolve, hosts).look([DnsTarget(name)])
    return found.observation


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    """A hosts file as operators write them."""
    path = tmp_path / "hosts"
    path.write_text(
        "# names\n127.0.0.5 other.example Ghim.So-Mau.Example # ghim2.so-mau.example\n"
        "::1\tghim.so-mau.example\nbroken ghim.so-mau.example\n\n127.0.0.6\n"
    )
    return path


def test_all_addresses_come_sorted_and_canonical(hosts: Path) -> None:
    asked: Asked = []
    found = look(resolver(asked, "192.0.2.9", "2001:DB8:0::1", "192.0.2.10", "192.0.2.9", "fe80::1%lo"), hosts)
    assert found == DnsObservation(("192.0.2.10", "192.0.2.9", "2001:db8::1", "fe80::1"))


def test_the_very_name_is_asked_for_and_no_search_domain(hosts: Path) -> None:
    asked: Asked = []
    look(resolver(asked, "192.0.2.1"), hosts)
    assert asked == [f"{NAME}."]


def test_a_name_of_the_hosts_file_is_not_asked_for(hosts: Path) -> None:
    asked: Asked = []
    found = look(resolver(asked, "192.0.2.1"), hosts, "ghim.so-mau.example")
    assert found == DnsObservation(("127.0.0.5", "::1"))
    assert asked == []
    assert look(resolver(asked, "192.0.2.1"), hosts, "ghim2.so-mau.example") == DnsObservation(("192.0.2.1",))


def test_without_a_hosts_file_names_are_asked_for(tmp_path: Path) -> None:
    assert look(resolver([], "192.0.2.1"), tmp_path / "none") == DnsObservation(("192.0.2.1",))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "name_not_found"),
        (socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "x"), "name_not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "dns_failed"),
        (socket.gaierror(socket.EAI_FAIL, "x"), "dns_failed"),
        (RuntimeError("x"), "tool_failed"),
    ],
)
def test_a_name_that_does_not_exist_differs_from_a_server_that_does_not_answer(
    error: Exception, reason: str, hosts: Path
) -> None:
    found = look(raises(error), hosts)
    assert isinstance(found, ProbeFailure)
    assert found.reason == reason


def test_a_name_without_an_address_is_not_found(hosts: Path) -> None:
    found = look(resolver([]), hosts)
    assert isinstance(found, ProbeFailure)
    assert found.reason == "name_not_found"


def test_an_answer_that_does_not_come_is_given_up(hosts: Path) -> None:
    release = threading.Event()

    def resolve(name: str) -> Sequence[tuple[Any, ...]]:
        assert release.wait(60), "the look has waited for this"
        return rows("192.0.2.1")

    try:
        found = look(resolve, hosts)
    finally:
        release.set()
    assert found == ProbeFailure("dns_failed", "no answer in time")


HOSTILE = [
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "127.0.0.1",
    "1.2.3.4.5",
    "::1",
    "１２７.0.0.1",
    "sở-mẫu.example",
    "a b.example",
    "a.example\n",
    "a..example",
    ".example",
    "a.example.",
    "-a.example",
    "a-.example",
    "a_b.example",
    "A.example",
    "",
    "a" * 64 + ".example",
    ".".join(["a" * 60] * 5),
    "a.example -oN x",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_name_is_never_asked_for(name: str, hosts: Path) -> None:
    asked: Asked = []
    found = look(resolver(asked, "127.0.0.1"), hosts, name)
    assert found == ProbeFailure("name_not_found", "not a host name")
    assert asked == []


@pytest.mark.parametrize("name", ["a", "so-mau.example", "xn--s-mu-tna.example", "1.example", "a" * 63 + ".vn", "3com"])
def test_ordinary_names_are_names(name: str) -> None:
    assert is_host_name(name)


def test_the_resolver_of_this_machine_knows_localhost() -> None:
    probe = DnsProbe(loopback_context())
    (found,) = probe.look([DnsTarget("localhost")])
    assert isinstance(found.observation, DnsObservation)
    assert all(ipaddress.ip_address(each).is_loopback for each in found.observation.addresses)
    assert set(probe.tools()) == {"getaddrinfo", "dnspython"}
