"""Evidence of one TLS endpoint in words, all of it: what was heard, what could not be told, what was not asked."""

from collections.abc import Iterable, Iterator, Mapping

from checks.model.evidence import PROTOCOLS, Failure, Protocol, Sighting, TlsObservation
from checks.tls.iana import POST_QUANTUM
from reports.messages.catalogue import PROTOCOL_NAMES
from scanner.cli.blocks import Block, Row
from scanner.cli.certificate_view import chain_blocks
from scanner.cli.language import LANGUAGE, say
from scanner.cli.tls_words import FEATURE_MEANINGS, FEATURES, VULNERABILITIES, question, reason, suite, unknown, yes_no

SUITES = 400
"""Suites that are shown of one version, and names in any one row; there are fewer registered."""
CHAINS = 12
"""Chains that are shown; there are not so many kinds of key."""
SHORT_MODULUS = 2048
"""Bits below which a modulus is called short here: NIST SP 800-57 part 1 gives 112 bits of security from there on."""


def tls_blocks(sighting: Sighting, seen: TlsObservation) -> Iterator[Block]:
    """Everything, in the order in which it is read."""
    yield _protocols(seen)
    yield from _suites(seen)
    yield _groups(seen)
    yield from _certificates(sighting, seen)
    yield _vulnerabilities(seen)
    yield _features(seen)
    yield from _failures(seen)


def _protocols(seen: TlsObservation) -> Block:
    return Block(say("Phiên bản", "Versions"), tuple(_protocol(seen, each) for each in reversed(PROTOCOLS)))


def _protocol(seen: TlsObservation, version: Protocol) -> Row:
    """Whether a version is supported; for one that is, how many suites it has and who orders them."""
    there = seen.protocols.get(version)
    name = PROTOCOL_NAMES[version]
    if there is None:
        failure = seen.failure(f"protocols.{version}") or seen.failure(f"cipher_suites.{version}")
        return Row(name, unknown(failure), "" if _unasked(failure) else "yellow")
    if not there:
        return Row(name, yes_no(False))
    count = len(seen.cipher_suites.get(version, ()))
    seen_of = say(" đã thấy", " seen") if seen.failure(f"cipher_suites.{version}") else ""
    parts = [yes_no(True), say(f"{count} bộ mật mã", f"{count} cipher suite{'s' * (count != 1)}") + seen_of]
    if version in seen.server_preference:
        order = seen.server_preference[version]
        if order is None:
            words = say("thứ tự: ", "order: ") + unknown(seen.failure(f"server_preference.{version}"))
        elif order:
            words = say("chọn theo thứ tự của máy chủ", "in the server's order")
        else:
            words = say("chọn theo thứ tự của máy khách", "in the client's order")
        parts.append(words)
    return Row(name, "; ".join(parts))


def _suites(seen: TlsObservation) -> Iterator[Block]:
    """The suites of each version, the newest first; versions with the same ones together."""
    same: dict[tuple[tuple[str, ...], str], list[Protocol]] = {}
    for version in reversed(PROTOCOLS):
        names = seen.cipher_suites.get(version, ())
        if names or seen.protocols.get(version):
            same.setdefault((names, _rest(seen, version)), []).append(version)
    for (names, rest), versions in same.items():
        rows = [Row(name, *_suite(name)) for name in names[:SUITES]]
        weak = sum(bool(row.style) for row in rows)
        shown = ", ".join(PROTOCOL_NAMES[each] for each in versions)
        counts = str(len(names)) + (say(f", {weak} yếu", f", {weak} weak") if weak else "")
        if rest:
            rows.append(Row("…", rest))
        yield Block(say(f"Bộ mật mã {shown} ({counts})", f"Cipher suites of {shown} ({counts})"), tuple(rows))


def _rest(seen: TlsObservation, version: Protocol) -> str:
    """What is to be said of the suites of a version that are not in its list; empty where the list is whole."""
    failure, refused = seen.failure(f"cipher_suites.{version}"), len(seen.refused_suites.get(version, ()))
    if failure is None:
        return ""
    return _unfinished(failure) + say(f"; đã biết {refused} bộ bị từ chối", f"; {refused} known to be refused")


def _unfinished(failure: Failure) -> str:
    return say("chỉ hỏi phần cần", "only what is needed was asked") if _unasked(failure) else unknown(failure)


def _suite(name: str) -> tuple[str, str]:
    words, weak = suite(name)
    return words, "red" if weak else ""


def _groups(seen: TlsObservation) -> Block:
    groups, failure = seen.groups, seen.failure("groups")
    heading = say("Nhóm trao đổi khóa", "Key exchange groups")
    rows: list[Row] = []
    if groups.supported is not None:
        hybrid = [each for each in groups.supported if each in POST_QUANTUM]
        fields = [each for each in groups.supported if each.startswith("ffdhe")]
        curves = [each for each in groups.supported if each not in hybrid and each not in fields]
        absent = say("không có", "none") if failure is None else say("chưa thấy", "none seen")
        rows += [
            Row(say("Hậu lượng tử", "Post-quantum"), ", ".join(hybrid) or absent),
            Row(say("Đường cong elliptic", "Elliptic curves"), ", ".join(curves) or absent),
            Row(say("Trường hữu hạn có tên", "Named finite fields"), ", ".join(fields) or absent),
        ]
    if groups.dh_bits:
        short = any(bits < SHORT_MODULUS for bits in groups.dh_bits)
        sizes = ", ".join(
            f"{bits} bit" + (say(" (NGẮN)", " (SHORT)") if bits < SHORT_MODULUS else "") for bits in groups.dh_bits
        )
        rows.append(Row(say("Diffie-Hellman, đến TLS 1.2", "Diffie-Hellman up to TLS 1.2"), sizes, "red" * short))
    if failure is not None:
        refused = say(
            f"; đã biết {len(groups.refused)} nhóm bị từ chối", f"; {len(groups.refused)} known to be refused"
        )
        rows.append(
            Row("…", _unfinished(failure) + refused * bool(groups.refused), "" if _unasked(failure) else "yellow")
        )
    return Block(heading, tuple(rows))


def _certificates(sighting: Sighting, seen: TlsObservation) -> Iterator[Block]:
    failure, count = seen.failure("certificates"), len(seen.certificates)
    rows: list[Row] = []
    if count > CHAINS:
        rows.append(Row(say(f"{CHAINS} chuỗi đầu trong số {count}", f"the first {CHAINS} of {count} chains")))
    if failure is not None:
        rows.append(Row("…", unknown(failure), "" if _unasked(failure) else "yellow"))
    elif not count:
        rows.append(Row(say("máy chủ không gửi chứng thư nào", "the server sends none")))
    yield Block(say("Chứng thư số", "Certificates"), tuple(rows))
    for number, each in enumerate(seen.certificates[:CHAINS], 1):
        yield from chain_blocks(number, count, each, sighting.started)


def _vulnerabilities(seen: TlsObservation) -> Block:
    rows = []
    for name, there in _known_first(seen.vulnerabilities, VULNERABILITIES):
        label = VULNERABILITIES.get(name, name)
        if there is None:
            rows.append(_open(label, seen.failure(f"vulnerabilities.{name}")))
        else:
            rows.append(Row(label, say("CÓ", "VULNERABLE") if there else yes_no(False), "red" * there))
    return Block(say("Lỗ hổng", "Vulnerabilities"), tuple(rows))


def _features(seen: TlsObservation) -> Block:
    rows = []
    for name, there in _known_first(seen.features, FEATURES):
        label = FEATURES.get(name, name)
        if there is None:
            rows.append(_open(label, seen.failure(f"features.{name}")))
            continue
        meaning = f" ({FEATURE_MEANINGS[name].in_(LANGUAGE)})" if name in FEATURE_MEANINGS else ""
        rows.append(Row(label, yes_no(there) + meaning))
    absent = say("không áp dụng với các phiên bản này", "has no meaning for these versions")
    rows += [Row(label, absent) for name, label in FEATURES.items() if name not in seen.features]
    failure = seen.failure("alpn")
    rows.append(
        Row("ALPN (RFC 7301)", seen.alpn or (unknown(failure) if failure else say("không chọn", "none chosen")))
    )
    return Block(say("Tính năng", "Features"), tuple(rows))


def _known_first(told: Mapping[str, bool | None], order: Iterable[str]) -> Iterator[tuple[str, bool | None]]:
    """The answers in the order of the words, and any others after them."""
    names = dict.fromkeys([*(each for each in order if each in told), *sorted(told)])
    return ((name, told[name]) for name in names)


def _open(label: str, failure: Failure | None) -> Row:
    return Row(label, unknown(failure), "" if _unasked(failure) else "yellow")


def _failures(seen: TlsObservation) -> Iterator[Block]:
    """What could not be told and what was not asked, those of one reason together."""
    unasked = [question(each.what) for each in seen.failures if _unasked(each)]
    told: dict[str, list[str]] = {}
    for each in seen.failures:
        if not _unasked(each):
            told.setdefault(reason(each.reason, each.detail), []).append(question(each.what))
    if told:
        rows = tuple(Row(why, ", ".join(whats), "yellow") for why, whats in told.items())
        yield Block(say("Không xác định được", "Could not tell"), rows)
    if unasked:
        yield Block(
            say("Không hỏi hết, vì chính sách không cần", "Not asked in full, since the policy has no use for it"),
            (Row(", ".join(unasked)),),
        )


def _unasked(failure: Failure | None) -> bool:
    return failure is not None and failure.reason == "not_asked"
