"""What DNS says of a name beside its addresses: AAAA, CAA, and what a resolver shows of signatures.

All questions of one kind go to one resolver, the next one only where it fails: an AD flag of one and the silence
of another would say nothing together. Answers come from strangers: they are followed, counted and cut.
"""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeVar

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from checks.model.dns import Caa, CaaRecord, DnsQuestion, Dnssec
from checks.model.evidence import Failure
from scanner.probes.interface import Deadline, ProbeError
from scanner.probes.resolver import Asker, Server, ServerFailure, servers

ALIASES: Final = 16
"""CNAME records that are followed inside one answer."""
RECORDS: Final = 100
"""Records of one set that are taken."""
VALUE_LENGTH: Final = 1024
"""Characters of one CAA value that are taken."""
CLIMB: Final = 16
"""Labels of a name whose CAA records are looked for up to the top: one question each."""
REDACTED: Final = "<redacted>"

A, AAAA, CAA, CNAME = dns.rdatatype.A, dns.rdatatype.AAAA, dns.rdatatype.CAA, dns.rdatatype.CNAME
SOA, DS, DNSKEY, RRSIG = dns.rdatatype.SOA, dns.rdatatype.DS, dns.rdatatype.DNSKEY, dns.rdatatype.RRSIG

T = TypeVar("T")


def ask(name: str, questions: Sequence[DnsQuestion], resolvers: Sequence[str], deadline: Deadline) -> dict[str, Any]:
    """The fields of a DnsObservation that answer the questions; never raises.

    `resolvers` are those configured; empty: those of this machine.
    """
    found: dict[str, Any] = {}
    failures = []
    asked = dns.name.from_text(name + ".")
    looks: dict[DnsQuestion, Callable[[Asker], dict[str, Any]]] = {
        "aaaa": lambda asker: _aaaa(asker, asked),
        "caa": lambda asker: {"caa": _caa(asker, asked)},
        "dnssec": lambda asker: _dnssec(asker, asked),
    }
    for question in questions:
        try:
            found |= _first(servers(resolvers), deadline, looks[question])
        except ProbeError as error:
            failures.append(Failure(question, error.reason, error.detail))
    return {**found, "failures": tuple(sorted(failures, key=lambda each: each.what))}


def _first(chosen: Sequence[Server], deadline: Deadline, look: Callable[[Asker], T]) -> T:
    """What the first resolver says that answers. Raises the ProbeError of the last one."""
    last = ProbeError("dns_failed", "no resolver")
    for server in chosen:
        try:
            return look(Asker(server, deadline))
        except ProbeError as error:
            last = error
    raise last


def _aaaa(asker: Asker, name: dns.name.Name) -> dict[str, Any]:
    answer = asker.ask(name, AAAA)
    _must_exist(answer)
    aliases, records = _followed(answer, name, AAAA)
    found = {str(ipaddress.ip_address(each.address)) for each in records}
    return {"aliases": tuple(map(_text, aliases)), "aaaa": tuple(sorted(found))}


def _caa(asker: Asker, name: dns.name.Name) -> Caa:
    """RFC 8659 section 3: the records of the name, or of the nearest one above it, the root left out."""
    if len(name.labels) - 1 > CLIMB:
        raise ProbeError("too_large", "too many labels")
    above = name
    while above != dns.name.root:
        _, records = _followed(asker.ask(above, CAA), above, CAA)
        if records:
            found = {(bool(each.flags & 0x80), each.tag, each.value) for each in records}
            return Caa(_text(above), tuple(CaaRecord(*each) for each in sorted(_caa_values(*each) for each in found)))
        above = above.parent()
    return Caa(None)


def _caa_values(critical: bool, tag: bytes, value: bytes) -> tuple[bool, str, str]:
    if len(value) > VALUE_LENGTH:
        raise ProbeError("too_large", "a CAA value")
    name = tag.decode("latin-1").lower()
    # Where reports go is an address of people; whether there is one is all that may matter.
    return critical, name, REDACTED if name == "iodef" else _plain(value.decode("latin-1"))


def _dnssec(asker: Asker, name: dns.name.Name) -> dict[str, Any]:
    root = asker.ask(dns.name.root, SOA, signatures=True)
    resolver: Literal["validating", "passing"] = "validating" if root.flags & dns.flags.AD else "passing"
    if resolver == "passing" and not _has(root.answer, dns.name.root, RRSIG):
        return {"dnssec": Dnssec("deaf", authenticated=False, bogus=False, signed=False)}
    bogus = resolver == "validating" and any(_is_refused(asker, name, kind) for kind in (A, AAAA))
    answers = []
    for kind in (A, AAAA):
        answer = asker.ask(name, kind, signatures=True, checking=not bogus)
        answers.append((answer, *_followed(answer, name, kind)))
    _must_exist(*(answer for answer, _, _ in answers))
    held = [each for each in answers if each[2]] or answers
    zone = _unless_unknown(lambda: _zone(asker, name))
    return {
        "aliases": tuple(map(_text, held[0][1])),
        "dnssec": Dnssec(
            resolver=resolver,
            authenticated=resolver == "validating" and not bogus and all(each[0].flags & dns.flags.AD for each in held),
            bogus=bogus,
            signed=all(_is_signed(each[0], name) for each in held),
            zone=None if zone is None else _text(zone),
            dnskey=None if zone is None else _unless_unknown(lambda: _publishes(asker, zone, DNSKEY)),
            ds=None if zone is None else _unless_unknown(lambda: _publishes(asker, zone, DS)),
        ),
    }


def _is_refused(asker: Asker, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> bool:
    """Whether a resolver that validates gives an answer only where checking is off.

    It is asked again afterwards: a server behind it that was silent for a moment looks the same.
    """
    try:
        asker.ask(name, kind, signatures=True)
    except ServerFailure:
        asker.ask(name, kind, signatures=True, checking=False)
        try:
            asker.ask(name, kind, signatures=True)
        except ServerFailure:
            return True
    return False


def _must_exist(*answers: dns.message.Message) -> None:
    """Raises ProbeError where DNS says that the name does not exist."""
    if all(each.rcode() == dns.rcode.NXDOMAIN for each in answers):
        raise ProbeError("name_not_found", "no such name")


def _zone(asker: Asker, name: dns.name.Name) -> dns.name.Name:
    """The zone of a name: the owner of the SOA record that comes with an answer about it (RFC 2308 section 3).

    An answer that goes by an alias may tell of the alias's zone; then the name above is asked.
    """
    above = name
    for _ in range(CLIMB):
        answer = asker.ask(above, SOA, signatures=True, checking=False)
        if not _has(answer.answer, above, CNAME):
            for each in (*answer.answer, *answer.authority):
                if each.rdtype == SOA and above.is_subdomain(each.name):
                    return each.name
        above = above.parent()
    raise ProbeError("dns_failed", "no zone")


def _publishes(asker: Asker, zone: dns.name.Name, kind: dns.rdatatype.RdataType) -> bool:
    return _has(asker.ask(zone, kind, signatures=True, checking=False).answer, zone, kind)


def _unless_unknown(look: Callable[[], T]) -> T | None:
    try:
        return look()
    except (ProbeError, dns.name.NoParent):
        return None


def _followed(
    answer: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> tuple[list[dns.name.Name], list[Any]]:
    """The aliases and the records of one kind that an answer has for a name. Raises ProbeError for a circle."""
    aliases: list[dns.name.Name] = []
    owner = name
    while True:
        records = _set(answer.answer, owner, kind)
        if len(records) > RECORDS:
            raise ProbeError("too_large", "too many records")
        links = _set(answer.answer, owner, CNAME)
        if records or not links:
            return aliases, records
        owner = links[0].target
        if len(aliases) >= ALIASES or owner in (name, *aliases):
            raise ProbeError("dns_failed", "a circle of aliases, or too many")
        aliases.append(owner)


def _is_signed(answer: dns.message.Message, name: dns.name.Name) -> bool:
    """Whether the answer's own records, or the denial that stands for them, came with a signature."""
    if answer.answer:
        return _has(answer.answer, name, RRSIG)
    return any(each.rdtype == RRSIG for each in answer.authority)


def _set(section: Sequence[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType) -> list[Any]:
    return [
        record
        for each in section
        if each.rdclass == dns.rdataclass.IN and each.rdtype == kind and each.name == name
        for record in each
    ]


def _has(section: Sequence[dns.rrset.RRset], name: dns.name.Name, kind: dns.rdatatype.RdataType) -> bool:
    return bool(_set(section, name, kind))


def _text(name: dns.name.Name) -> str:
    """A name as the inventory writes it; what does not belong into one is escaped (RFC 4343 section 2.1)."""
    return name.canonicalize().to_text(omit_final_dot=True)


def _plain(text: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
