"""khien probe dns: what was seen, what it proves, and what could not be told, each in its own words."""

from typing import Any

import pytest

from checks.model.dns import Caa, CaaRecord, DnsQuestion, Dnssec
from checks.model.evidence import DnsObservation, Failure
from checks.model.target import DnsTarget
from scanner.cli.config import DnsSection, ScanSection
from scanner.cli.dns_view import dns_blocks
from scanner.cli.language import say
from scanner.cli.looking import probe_set
from scanner.cli.tls_words import COULD_NOT_TELL
from tests.scope import AllowLoopback


def lines(**fields: Any) -> dict[str, str]:
    """Every row as "heading label" and its value."""
    seen = DnsObservation(("192.0.2.1",), **fields)
    return {f"{block.heading} {row.label}": row.value for block in dns_blocks(seen) for row in block.rows}


def test_what_was_not_asked_is_not_called_unknown() -> None:
    shown = lines()
    name = say("Tên miền", "Name")
    assert shown[f"{name} AAAA"] == say("không hỏi", "not asked")
    assert {f"CAA {say('không hỏi', 'not asked')}", f"DNSSEC {say('không hỏi', 'not asked')}"} <= shown.keys()


def test_everything_is_shown() -> None:
    shown = lines(
        aliases=("a.example", "b.example"),
        aaaa=("2001:db8::1",),
        caa=Caa("so-mau.example", (CaaRecord(True, "issue", ""), CaaRecord(False, "issuewild", "ca.example"))),
        dnssec=Dnssec("validating", True, False, True, "so-mau.example", True, None),
    )
    assert f"{say('Tên miền', 'Name')} {say('Bí danh', 'Aliases')}" in shown
    assert shown["CAA issuewild"] == "ca.example"
    assert shown[f"CAA issue{say(' (bắt buộc hiểu)', ' (critical)')}"] == say("(trống)", "(empty)")
    assert shown["DNSSEC RRSIG"] == say("có", "yes")
    assert shown["DNSSEC DS"] == COULD_NOT_TELL
    assert shown[f"DNSSEC {say('Câu trả lời', 'Answer')}"] == say("đã kiểm chứng (cờ AD)", "proved (AD flag)")


def test_what_is_absent_is_said_to_be() -> None:
    shown = lines(aaaa=(), caa=Caa(None), dnssec=Dnssec("passing", False, False, False, None, False, False))
    assert shown[f"{say('Tên miền', 'Name')} AAAA"] == say("không có", "none")
    assert f"CAA {say('không có, kể cả ở các tên cấp trên', 'none, nor at a name above')}" in shown
    assert shown[f"DNSSEC {say('Câu trả lời', 'Answer')}"] == say("chưa được kiểm chứng", "not proved")
    assert shown[f"DNSSEC {say('Vùng', 'Zone')}"] == COULD_NOT_TELL


def test_a_refused_answer_and_a_deaf_resolver() -> None:
    bogus = lines(dnssec=Dnssec("validating", False, True, True))
    assert "expired" in bogus[f"DNSSEC {say('Câu trả lời', 'Answer')}"] or "hết hạn" in str(bogus)
    deaf = lines(dnssec=Dnssec("deaf", False, False, False))
    assert [each for each in deaf if each.startswith("DNSSEC")] == [f"DNSSEC {say('Máy chủ phân giải', 'Resolver')}"]


@pytest.mark.parametrize("what", ["aaaa", "caa", "dnssec"])
def test_a_question_without_an_answer_says_why(what: DnsQuestion) -> None:
    shown = lines(failures=(Failure(what, "dns_failed", "SERVFAIL"),))
    assert "SERVFAIL" in str(shown)


def test_the_resolvers_of_the_configuration_are_those_that_are_asked() -> None:
    section = ScanSection(dns=DnsSection(resolvers=("192.0.2.53",)))
    probes = probe_set(section, AllowLoopback(), "internet", section.politeness())
    assert probes[DnsTarget].context.resolvers == ("192.0.2.53",)
    for each in probes.values():
        each.close()
