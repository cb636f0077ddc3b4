"""DNSSEC: what is told of resolvers of every kind.

Whole zones and a resolver that validates stand in the lab.
"""

import socket
from collections.abc import Sequence
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest

from checks.model.dns import DnsQuestion, Dnssec
from checks.model.evidence import ProbeFailure
from tests.scanner.probes.dns_looks import NAME, ROOT, SOA, failure, kind_of, look, name_of, seen, signature
from tests.servers.dns import Answer, Handler, NameServer, reply


def signed(*, root: Sequence[str] = (ROOT, signature(".", "SOA")), flags: int = 0, **answers: Any) -> Handler:
    """A resolver by type of question; the root as given."""

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if name_of(query) == ".":
            return reply(query, *root, flags=flags)
        found = answers.get(kind_of(query), ())
        if callable(found):
            answer: Answer = found(query)
            return answer
        return reply(query, *found, flags=flags)

    return handler


def test_a_resolver_that_keeps_signatures_to_itself_says_nothing() -> None:
    found = seen(signed(root=(ROOT,), A=(f"{NAME}. A 192.0.2.1",)), "dnssec")
    assert found.dnssec == Dnssec("deaf", authenticated=False, bogus=False, signed=False)


def test_a_resolver_that_hands_signatures_on() -> None:
    handler = signed(
        A=(f"{NAME}. A 192.0.2.1", signature(f"{NAME}.")),
        SOA=lambda query: reply(query, authority=[SOA]),
        DNSKEY=("so-mau.example. DNSKEY 257 3 13 AAAA",),
    )
    assert seen(handler, "dnssec").dnssec == Dnssec("passing", False, False, True, "so-mau.example", True, False)


def test_the_flags_of_the_questions() -> None:
    asked = []

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        asked.append((kind_of(query), bool(query.flags & dns.flags.CD), bool(query.ednsflags & dns.flags.DO)))
        return signed(flags=dns.flags.AD, SOA=(SOA,))(query, tcp)

    found = seen(handler, "dnssec")
    assert found.dnssec is not None and found.dnssec.authenticated
    assert asked == [
        ("SOA", False, True),
        ("A", False, True),
        ("AAAA", False, True),
        ("SOA", True, True),
        ("DNSKEY", True, True),
        ("DS", True, True),
    ]


def test_a_refusal_only_where_checking_is_on_is_bogus() -> None:
    def refuses(query: dns.message.Message) -> Answer:
        if not query.flags & dns.flags.CD:
            return reply(query, rcode=dns.rcode.SERVFAIL)
        return reply(query, f"{NAME}. A 192.0.2.1", signature(f"{NAME}."))

    handler = signed(flags=dns.flags.AD, A=refuses, AAAA=refuses, SOA=(SOA,))
    for addresses in (("192.0.2.1",), socket.gaierror(socket.EAI_AGAIN, "x")):
        found = seen(handler, "dnssec", addresses=addresses)
        assert found.dnssec is not None
        assert (found.dnssec.bogus, found.dnssec.authenticated, found.dnssec.signed) == (True, False, True)


def test_a_refusal_that_passes_is_no_fault() -> None:
    refused = 0

    def once(query: dns.message.Message) -> Answer:
        nonlocal refused
        refused += 1
        if refused == 1:
            return reply(query, rcode=dns.rcode.SERVFAIL)
        return reply(query, f"{NAME}. A 192.0.2.1", signature(f"{NAME}."), flags=dns.flags.AD)

    found = seen(signed(flags=dns.flags.AD, A=once, SOA=(SOA,)), "dnssec")
    assert found.dnssec is not None
    assert (found.dnssec.bogus, found.dnssec.authenticated) == (False, True)


@pytest.mark.parametrize("flags", [0, int(dns.flags.AD)])
def test_a_refusal_in_any_case_is_no_answer(flags: int) -> None:
    handler = signed(flags=flags, A=lambda query: reply(query, rcode=dns.rcode.SERVFAIL))
    assert failure(handler, "dnssec") == ("dns_failed", "SERVFAIL")


def test_a_name_that_dns_denies() -> None:
    gone: dict[str, Any] = {kind: lambda query: reply(query, rcode=dns.rcode.NXDOMAIN) for kind in ("A", "AAAA")}
    assert failure(signed(flags=dns.flags.AD, **gone), "dnssec") == ("name_not_found", "no such name")


def test_a_denial_may_be_signed() -> None:
    def denied(query: dns.message.Message) -> Answer:
        return reply(query, authority=[SOA, signature("so-mau.example.", "SOA")])

    found = seen(signed(A=denied, AAAA=denied, SOA=denied), "dnssec")
    assert found.dnssec is not None
    assert (found.dnssec.signed, found.dnssec.zone) == (True, "so-mau.example")


def test_the_zone_of_an_alias_is_not_that_of_the_name() -> None:
    def soa(query: dns.message.Message) -> Answer:
        if name_of(query) == f"{NAME}.":
            return reply(query, f"{NAME}. CNAME x.example.", authority=["example. SOA a. b. 1 2 3 4 5"])
        return reply(query, SOA)

    alias = (f"{NAME}. CNAME x.example.", "x.example. A 192.0.2.1", signature(f"{NAME}.", "CNAME"))
    found = seen(signed(A=alias, SOA=soa), "dnssec")
    assert found.dnssec is not None
    assert (found.dnssec.zone, found.dnssec.signed, found.aliases) == ("so-mau.example", True, ("x.example",))


@pytest.mark.parametrize("name", [NAME, "a." * 40 + "example"])
def test_a_zone_that_nobody_tells_is_not_guessed(name: str) -> None:
    found = seen(signed(root=(signature(".", "SOA"),), A=(signature(f"{name}."),)), "dnssec", name=name)
    assert found.dnssec is not None
    assert (found.dnssec.zone, found.dnssec.dnskey, found.dnssec.ds) == (None, None, None)


def test_keys_that_are_not_told_are_not_absent() -> None:
    silent: dict[str, Any] = {kind: lambda query: reply(query, rcode=dns.rcode.REFUSED) for kind in ("DNSKEY", "DS")}
    found = seen(signed(SOA=(SOA,), **silent), "dnssec")
    assert found.dnssec == Dnssec("passing", False, False, False, "so-mau.example", None, None)


@pytest.mark.parametrize("asks", [(), ("aaaa",), ("dnssec",)])
def test_a_name_that_does_not_resolve_stays_so(asks: tuple[DnsQuestion, ...]) -> None:
    with NameServer(signed(A=(signature(f"{NAME}."),), SOA=(SOA,))) as server:
        for code, reason in ((socket.EAI_NONAME, "name_not_found"), (socket.EAI_AGAIN, "dns_failed")):
            found = look([server.place], *asks, addresses=socket.gaierror(code, "x"))
            assert isinstance(found, ProbeFailure)
            assert found.reason == reason
