"""Looks at names by the DNS probe, with servers of DNS on loopback, and records for these to tell."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.message

from checks.model.dns import DnsQuestion
from checks.model.evidence import DnsObservation, FailureReason, Observation, observation_bytes
from checks.model.target import DnsTarget
from scanner.probes.dns import DnsProbe
from scanner.probes.interface import Limits
from tests.scope import QUICK, loopback_context
from tests.servers.dns import Handler, NameServer

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
