"""What one look brought back, as the terminal shows it."""

from collections.abc import Iterator
from typing import Any

from checks.model.canonical import plain
from checks.model.evidence import DnsObservation, Evidence, Observation, ProbeFailure, Sighting, TlsObservation
from checks.model.target import Target, TlsTarget, endpoint
from scanner.cli.blocks import Block, Row, print_blocks
from scanner.cli.dns_view import dns_blocks
from scanner.cli.language import say
from scanner.cli.moments import LOCAL
from scanner.cli.tls_view import tls_blocks
from scanner.cli.tls_words import reason, yes_no
from scanner.cli.ui import clean, out


def show(evidence: Evidence, policy: str | None = None) -> None:
    """Print it; `policy` is the one whose needs were asked, of a quick look."""
    sighting, observation = evidence.sighting, evidence.observation
    print_blocks([Block(sighting.target.key, tuple(_about(sighting, policy)))])
    if isinstance(observation, ProbeFailure):
        print_blocks([Block(say("Không rà quét được", "No look"), tuple(_failed(sighting.target, observation)))])
    elif isinstance(observation, TlsObservation):
        print_blocks(tls_blocks(sighting, observation))
    elif isinstance(observation, DnsObservation):
        print_blocks(dns_blocks(observation))
    else:
        _show_plainly(observation)


def _failed(target: Target, failure: ProbeFailure) -> Iterator[Row]:
    """Why there was no look, and what may help."""
    yield Row(reason(failure.reason, failure.detail), style="yellow")
    if failure.reason == "not_tls" and isinstance(target, TlsTarget) and target.starttls is None:
        words = say(
            "Dịch vụ bắt đầu không mã hóa (thư, LDAP, PostgreSQL) thì thêm --starttls.",
            "Where the service begins in cleartext (mail, LDAP, PostgreSQL), add --starttls.",
        )
        yield Row(words)


def _about(sighting: Sighting, policy: str | None) -> Iterator[Row]:
    """Where, when and by what means."""
    yield from _where(sighting.target)
    started = sighting.started.astimezone(LOCAL)
    yield Row(say("Lúc", "When"), f"{started:%Y-%m-%d %H:%M:%S %z}")
    seconds = round((sighting.finished - sighting.started).total_seconds())
    took = say("chưa đến 1 giây", "less than 1 s") if seconds < 1 else say(f"{seconds} giây", f"{seconds} s")
    connections = say(f"{sighting.connections}", f"{sighting.connections} connections")
    yield Row(say("Số kết nối", "Effort"), f"{connections}, {took}")
    tools = ", ".join(f"{name} {version}" for name, version in sorted(sighting.tools.items()))
    yield Row(say("Công cụ", "Tools"), say(f"{tools}; từ {sighting.vantage}", f"{tools}; from {sighting.vantage}"))
    if policy is not None:
        yield Row(
            say("Xem nhanh", "Quick look"),
            say(f"chỉ hỏi những gì chính sách {policy} cần", f"only what the policy {policy} asks for"),
        )


def _where(target: Target) -> Iterator[Row]:
    if not isinstance(target, TlsTarget):
        return
    yield Row(say("Địa chỉ", "Address"), endpoint(target.address, target.port))
    yield Row("SNI", target.server_name or say("không gửi tên", "no name is sent"))
    if target.starttls is not None:
        yield Row("STARTTLS", target.starttls)


def _show_plainly(observation: Observation) -> None:
    for key, value in plain(observation).items():
        if key not in ("kind", "schema"):
            _tree(key, value, 1)


def _tree(name: str, value: Any, depth: int) -> None:
    """Nested values, indented; long texts (certificates) cut."""
    pad = "  " * depth
    if isinstance(value, dict) and value:
        out.print(f"{pad}{clean(name)}:", markup=False)
        for key, each in value.items():
            _tree(key, each, depth + 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        out.print(f"{pad}{clean(name)}:", markup=False)
        for index, each in enumerate(value):
            if isinstance(each, list) and all(isinstance(part, str) for part in each):
                out.print(f"{pad}  {clean(': '.join(each))}", markup=False)
            else:
                _tree(str(index), each, depth + 1)
    else:
        shown = _word(value)
        out.print(f"{pad}{clean(name)}: {clean(shown if len(shown) <= 300 else shown[:297] + '...')}", markup=False)


def _word(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return yes_no(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
