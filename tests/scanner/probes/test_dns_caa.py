"""CAA: the nearest name that has any record, whatever the records are, and gaps on the way up."""

import dns.flags
import dns.message
import dns.rcode

from checks.model.dns import Caa, CaaRecord
from checks.model.evidence import DnsObservation
from tests.scanner.probes.dns_looks import NAME, failure, look, name_of, seen
from tests.servers.dns import Answer, Handler, NameServer, reply


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
