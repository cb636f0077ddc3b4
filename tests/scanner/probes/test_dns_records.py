"""What a resolver is asked beside addresses, and what becomes of answers that are wrong, late, cut or endless."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from checks.model.dns import Caa, CaaRecord, DnsQuestion, Dnssec
from checks.model.evidence import DnsObservation, Failure, FailureReason, Observation, ProbeFailure, observation_bytes
from checks.model.target import DnsTarget
from scanner.probes import resolver
from scanner.probes.dns import DnsProbe
from scanner.probes.interface import Limits, ProbeError
from scanner.probes.resolver import server_of, servers
from tests.scope import QUICK, loopback_context
from tests.servers.dns import Answer, Handler, NameServer, reply

NAME = "cong.so-mau.example"
SOA = "so-mau.example. SOA ns.so-mau.example. x.so-mau.example. 1 2 3 4 5"
ROOT = ". SOA a. b. 1 2 3 4 5"


def signature(name: str, covered: str = "A") -> str:
    """A signature that is there and proves nothing."""
    return f"{name} RRSIG {covered} 13 3 300 20380101000000 20200101000000 1 so-mau.example. AAAA"


def look(
    resolvers: Sequence[str],
    *asks: DnsQuestion,
    name: str = NAME,
    limits: Limits = QUICK,
    addresses: Any = ("192.0.2.1",),
) -> Observation:
    """One look whose addresses are given."""

    def resolve(asked: str) -> Any:
        if isinstance(addresses, Exception):
            raise addresses
        return [(2, 1, 6, "", (each, 0)) for each in addresses]

    context = replace(loopback_context(limits=limits), resolvers=tuple(resolvers))
    (found,) = DnsProbe(context, resolve, Path("/nonexistent")).look([DnsTarget(name, asks)])
    return found.observation


def seen(handler: Handler, *asks: DnsQuestion, **more: Any) -> DnsObservation:
    """What one look at a server of that kind brings."""
    with NameServer(handler) as server:
        found = look([server.place], *asks, **more)
    assert isinstance(found, DnsObservation)
    assert len(observation_bytes(found)) < 200_000
    return found


def failure(handler: Handler, ask: DnsQuestion = "aaaa", **more: Any) -> tuple[FailureReason, str]:
    """Why there is no answer; whatever it is, the addresses are not lost."""
    found = seen(handler, ask, **more)
    assert found.addresses == ("192.0.2.1",)
    assert (found.aaaa, found.caa, found.dnssec) == (None, None, None)
    (why,) = found.failures
    assert why.what == ask
    return why.reason, why.detail


def kind_of(query: dns.message.Message) -> str:
    return query.question[0].rdtype.name


def name_of(query: dns.message.Message) -> str:
    return query.question[0].name.to_text()


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


# Answers that are none.


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


# CAA.


def caa_at(where: str, *records: str) -> Handler:
    """A resolver that knows CAA records of one name."""

    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if not tcp and len(records) > 10:
            return reply(query, flags=dns.flags.TC)
        return reply(query, *(f"{where} CAA {each}" for each in records if name_of(query) == where))

    return handler


def test_caa_of_the_nearest_name_that_has_any() -> None:
    with NameServer(caa_at("so-mau.example.", '0 issue "b.example"', '128 Issue "a.example; x=y"')) as server:
        found = look([server.place], "caa")
    assert isinstance(found, DnsObservation)
    assert found.caa == Caa(
        "so-mau.example", (CaaRecord(False, "issue", "b.example"), CaaRecord(True, "issue", "a.example; x=y"))
    )
    assert server.asked == [f"{NAME} CAA", "so-mau.example CAA"]


def test_no_caa_up_to_the_top() -> None:
    with NameServer(lambda query, tcp: reply(query, rcode=dns.rcode.NXDOMAIN)) as server:
        found = look([server.place], "caa")
    assert isinstance(found, DnsObservation)
    assert found.caa == Caa(None)
    assert server.asked == [f"{NAME} CAA", "so-mau.example CAA", "example CAA"]


def test_caa_behind_an_alias_counts() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        return reply(query, f"{name_of(query)} CNAME x.example.", 'x.example. CAA 0 issue "a.example"')

    assert seen(handler, "caa").caa == Caa(NAME, (CaaRecord(False, "issue", "a.example"),))


def test_people_are_not_kept_and_signs_are_plain() -> None:
    found = seen(caa_at(f"{NAME}.", '0 iodef "mailto:a@so-mau.example"', '0 issue "a\\027[31m\\255"'), "caa")
    assert found.caa is not None
    assert [(each.tag, each.value) for each in found.caa.records] == [
        ("iodef", "<redacted>"),
        ("issue", "a\ufffd[31mÿ"),
    ]


def test_huge_caa_values_and_sets() -> None:
    long = "x" * 255
    assert seen(caa_at(f"{NAME}.", f'0 issue "{long}"'), "caa").caa == Caa(NAME, (CaaRecord(False, "issue", long),))
    many = [f'0 issue "ca{each}.example"' for each in range(200)]
    assert failure(caa_at(f"{NAME}.", *many), "caa") == ("too_large", "too many records")


def test_a_caa_value_beyond_all_bounds() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        if not tcp:
            return reply(query, flags=dns.flags.TC)
        answer = reply(query)
        data = b"\x00\x05issue" + b"x" * 30_000
        wire = bytearray(answer.to_wire())
        wire[6:8] = (1).to_bytes(2, "big")
        end = 12 + len(query.question[0].name.to_wire() or b"") + 4
        record = b"\xc0\x0c" + (257).to_bytes(2, "big") + b"\x00\x01" + bytes(4) + len(data).to_bytes(2, "big") + data
        wire[end:end] = record
        return len(wire).to_bytes(2, "big") + bytes(wire)

    assert failure(handler, "caa") == ("too_large", "a CAA value")


def test_a_gap_on_the_way_up_is_no_absence() -> None:
    def handler(query: dns.message.Message, tcp: bool) -> Answer:
        return reply(query, rcode=dns.rcode.SERVFAIL if name_of(query) == "so-mau.example." else dns.rcode.NOERROR)

    assert failure(handler, "caa") == ("dns_failed", "SERVFAIL")


def test_a_name_of_very_many_labels() -> None:
    assert failure(lambda query, tcp: reply(query), "caa", name="a." * 40 + "example") == (
        "too_large",
        "too many labels",
    )


# DNSSEC: what is told of resolvers of every kind. Whole zones and a resolver that validates stand in the lab.


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
