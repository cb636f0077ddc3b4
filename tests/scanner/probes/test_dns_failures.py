"""What becomes of answers of DNS that are none: wrong, late, cut, forged or endless."""

import threading
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest

from checks.model.dns import DnsQuestion
from checks.model.evidence import DnsObservation, Failure
from scanner.probes import resolver
from tests.scanner.probes.dns_looks import NAME, failure, look, seen
from tests.servers.dns import Answer, NameServer, reply


@pytest.mark.parametrize(
    ("rcode", "expected"),
    [
        (dns.rcode.NXDOMAIN, ("name_not_found", "no such name")),
        (dns.rcode.SERVFAIL, ("dns_failed", "SERVFAIL")),
        (dns.rcode.REFUSED, ("dns_failed", "REFUSED")),
        (dns.rcode.NOTIMP, ("dns_failed", "NOTIMP")),
    ],
)
def test_a_name_that_is_not_there_differs_from_a_server_that_cannot(rcode: Any, expected: tuple[str, str]) -> None:
    assert failure(lambda query, tcp: reply(query, rcode=rcode)) == expected


def test_a_server_that_does_not_recurse_is_no_resolver() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        return dns.message.make_response(query)

    assert failure(handler) == ("dns_failed", "the server asked is no resolver")


def test_a_circle_of_aliases() -> None:
    circle = (f"{NAME}. CNAME a.example.", f"a.example. CNAME {NAME}.")
    assert failure(lambda query, tcp: reply(query, *circle)) == ("dns_failed", "a circle of aliases, or too many")


def test_endless_aliases() -> None:
    chain = [f"{NAME}. CNAME a0.example.", *(f"a{each}.example. CNAME a{each + 1}.example." for each in range(40))]
    assert failure(lambda query, tcp: reply(query, *chain)) == ("dns_failed", "a circle of aliases, or too many")


def test_more_records_than_anybody_needs() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if not tcp:
            return reply(query, flags=dns.flags.TC)
        return reply(query, *(f"{NAME}. AAAA 2001:db8::{each:x}" for each in range(1, 300)))

    assert failure(handler) == ("too_large", "too many records")


def test_what_is_cut_off_comes_over_tcp() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if not tcp:
            return reply(query, f"{NAME}. AAAA 2001:db8::1", flags=dns.flags.TC)
        return reply(query, f"{NAME}. AAAA 2001:db8::1", f"{NAME}. AAAA 2001:db8::2")

    assert seen(handler, "aaaa").aaaa == ("2001:db8::1", "2001:db8::2")


@pytest.mark.parametrize(
    "over_tcp", [b"", b"\x00", b"\x00\x05abcde", b"\xff\xff" + b"x" * 100, [b"\x00\x0c" + bytes(12)]]
)
def test_a_cut_answer_without_a_whole_one_is_no_answer(over_tcp: Answer) -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        return over_tcp if tcp else reply(query, f"{NAME}. AAAA 2001:db8::1", flags=dns.flags.TC)

    assert failure(handler) == ("dns_failed", "no whole answer over TCP")


def test_silence_over_tcp_ends_with_the_time_of_the_look() -> None:
    release = threading.Event()

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if tcp:
            release.wait(20)
        return reply(query, flags=dns.flags.TC)

    with NameServer(handler) as server:
        try:
            found = look([server.place], "aaaa")
        finally:
            release.set()
    assert isinstance(found, DnsObservation)
    assert found.failures == (Failure("aaaa", "dns_failed", "no answer in time"),)


def test_forged_datagrams_are_passed_over() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        forged = reply(query, f"{NAME}. AAAA 2001:db8::bad")
        forged.id = query.id ^ 1
        other = dns.message.make_response(dns.message.make_query("x.example.", "AAAA", id=query.id), True)
        true = reply(query, f"{NAME}. AAAA 2001:db8::1")
        return [b"", b"garbage", forged.to_wire(), other.to_wire(), query.to_wire(), true.to_wire()]

    assert seen(handler, "aaaa").aaaa == ("2001:db8::1",)


def test_a_wrong_id_alone_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TRY_SECONDS", 0.1)

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        answer = reply(query)
        answer.id = query.id ^ 1
        return answer

    assert failure(handler) == ("dns_failed", "no answer in time")


@pytest.mark.parametrize("asks", [("aaaa",), ("aaaa", "caa", "dnssec")])
def test_silence_is_bounded_for_all_questions_together(asks: tuple[DnsQuestion, ...]) -> None:
    found = seen(lambda query, tcp: None, *asks)
    assert [each.what for each in found.failures] == sorted(asks)
    assert {each.reason for each in found.failures} <= {"deadline", "dns_failed"}


def test_one_datagram_that_is_lost_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TRY_SECONDS", 0.2)
    count = 0

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        nonlocal count
        count += 1
        return None if count == 1 else reply(query)

    assert seen(handler, "aaaa").aaaa == ()


def test_the_next_resolver_is_asked_where_one_fails() -> None:
    with (
        NameServer(lambda query, tcp: reply(query, rcode=dns.rcode.SERVFAIL)) as broken,
        NameServer(lambda query, tcp: reply(query, f"{NAME}. AAAA ::1")) as whole,
    ):
        found = look([broken.place, whole.place], "aaaa")
    assert found == DnsObservation(("192.0.2.1",), aaaa=("::1",))


def test_a_resolver_that_cannot_be_reached() -> None:
    found = look(["255.255.255.255"], "aaaa")  # the kernel lets nobody send there unasked
    assert isinstance(found, DnsObservation)
    assert found.failures == (Failure("aaaa", "dns_failed", "the resolver cannot be reached"),)
