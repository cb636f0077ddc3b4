"""What DNS said of a name, as the terminal shows it: for each question what was seen, and what that proves."""

from collections.abc import Iterator

from checks.model.dns import Caa, DnsQuestion, Dnssec
from checks.model.evidence import DnsObservation
from scanner.cli.blocks import Block, Row
from scanner.cli.language import say
from scanner.cli.tls_words import COULD_NOT_TELL, NOT_ASKED, reason, yes_no


def dns_blocks(seen: DnsObservation) -> Iterator[Block]:
    """Addresses first, then each question."""
    none = say("không có", "none")
    rows = [Row(say("Địa chỉ", "Addresses"), ", ".join(seen.addresses) or none)]
    if seen.aliases:
        rows.append(Row(say("Bí danh", "Aliases"), " → ".join(seen.aliases)))
    rows.append(Row("AAAA", _gap(seen, "aaaa") if seen.aaaa is None else ", ".join(seen.aaaa) or none))
    yield Block(say("Tên miền", "Name"), tuple(rows))
    yield Block("CAA", tuple(_caa(seen.caa)) if seen.caa else (Row(_gap(seen, "caa"), style="yellow"),))
    yield Block("DNSSEC", tuple(_dnssec(seen.dnssec)) if seen.dnssec else (Row(_gap(seen, "dnssec"), style="yellow"),))


def _gap(seen: DnsObservation, question: DnsQuestion) -> str:
    failure = seen.unanswered(question)
    return NOT_ASKED if failure is None else reason(failure.reason, failure.detail)


def _caa(found: Caa) -> Iterator[Row]:
    if found.name is None:
        yield Row(say("không có, kể cả ở các tên cấp trên", "none, nor at a name above"))
        return
    yield Row(say("Tại", "At"), found.name)
    for each in found.records:
        critical = say(" (bắt buộc hiểu)", " (critical)") if each.critical else ""
        yield Row(each.tag + critical, each.value or say("(trống)", "(empty)"))


def _dnssec(found: Dnssec) -> Iterator[Row]:
    yield Row(say("Máy chủ phân giải", "Resolver"), _RESOLVERS[found.resolver])
    if found.resolver == "deaf":
        return
    yield Row(say("Câu trả lời", "Answer"), _proof(found))
    yield Row(say("Vùng", "Zone"), found.zone or COULD_NOT_TELL)
    yield Row("RRSIG", yes_no(found.signed))
    yield Row("DNSKEY", yes_no(found.dnskey))
    yield Row("DS", yes_no(found.ds))


_RESOLVERS = {
    "validating": say("kiểm chứng chữ ký (cờ AD với vùng gốc)", "validates (AD flag for the root zone)"),
    "passing": say("chuyển chữ ký, không kiểm chứng", "hands signatures on and validates none"),
    "deaf": say("không hỗ trợ DNSSEC, nên không kết luận được gì", "does no DNSSEC, so that nothing follows"),
}


def _proof(found: Dnssec) -> str:
    if found.bogus:
        return say("bị từ chối: chữ ký sai hoặc hết hạn", "refused: the signatures are wrong or expired")
    if found.authenticated:
        return say("đã kiểm chứng (cờ AD)", "proved (AD flag)")
    return say("chưa được kiểm chứng", "not proved")
