"""Who is asked for records beside addresses, for what, and how answers are read."""

from pathlib import Path

import dns.message
import pytest

from checks.model.evidence import DnsObservation
from scanner.probes.interface import ProbeError
from scanner.probes.resolver import server_of, servers
from tests.scanner.probes.dns_looks import NAME, look, seen
from tests.servers.dns import Answer, NameServer, reply


def test_without_a_question_no_resolver_is_asked() -> None:
    with NameServer(lambda query, tcp: reply(query)) as server:
        assert look([server.place]) == DnsObservation(("192.0.2.1",))
    assert server.asked == []


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "not a name", "127.1"])
def test_names_that_dns_does_not_know_are_not_asked_for(name: str) -> None:
    with NameServer(lambda query, tcp: reply(query)) as server:
        look([server.place], "aaaa", "caa", "dnssec", name=name)
    assert server.asked == []


def test_only_what_is_asked_for_is_asked() -> None:
    with NameServer(lambda query, tcp: reply(query, f"{NAME}. AAAA 2001:db8::1")) as server:
        assert look([server.place], "aaaa") == DnsObservation(("192.0.2.1",), aaaa=("2001:db8::1",))
    assert server.asked == [f"{NAME} AAAA"]
    assert server.over_tcp == 0


def test_aliases_are_followed_inside_the_answer() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        return reply(
            query,
            "b.example. AAAA 2001:db8::2",
            "B.example. AAAA 2001:DB8::1",
            "a.example. CNAME B.Example.",
            f"{NAME}. CNAME a.example.",
            "other.example. AAAA 2001:db8::9",
        )

    found = seen(handler, "aaaa")
    assert (found.aliases, found.aaaa) == (("a.example", "b.example"), ("2001:db8::1", "2001:db8::2"))


def test_no_record_is_an_answer() -> None:
    assert seen(lambda query, tcp: reply(query), "aaaa").aaaa == ()
    assert seen(lambda query, tcp: reply(query, "x.example. AAAA ::1"), "aaaa").aaaa == ()  # of another name


def test_resolvers_over_ipv6() -> None:
    with NameServer(lambda query, tcp: reply(query), "::1") as server:
        assert look([server.place], "aaaa") == DnsObservation(("192.0.2.1",), aaaa=())


# Who is asked.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:DB8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_resolver_as_it_is_written(text: str, expected: tuple[str, int]) -> None:
    assert server_of(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "dns.example", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:x", "[::1]", "[::1", "127.1"],
)
def test_what_is_no_resolver(text: str) -> None:
    with pytest.raises(ValueError):
        server_of(text)


def test_the_resolvers_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text(
        "search so-mau.example\nnameserver 127.0.0.53\nnameserver ::1\nnameserver 127.0.0.1\nnameserver 127.0.0.2\n"
    )
    assert servers((), path) == (("127.0.0.53", 53), ("::1", 53), ("127.0.0.1", 53))
    assert servers(("127.0.0.9:54",), path) == (("127.0.0.9", 54),)


@pytest.mark.parametrize("text", ["", "search a.example\n", "nameserver nobody\n"])
def test_a_machine_without_resolvers(text: str, tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text(text)
    for each in (path, tmp_path / "none"):
        with pytest.raises(ProbeError):
            servers((), each)
