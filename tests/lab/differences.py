"""What the engine sees and sslyze does not: every kind of difference, why it is so, and its proof on the wire.

A difference belongs to exactly one kind. A proof is made of connections of its own: hellos with nothing in them but
what is to be shown are answered by a choice of it, and where sslyze asks at all, its own hello is refused.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.tls import iana
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.offers import CODES, GROUPS, SCHEMES, authentication, elliptic
from tests.lab.configuration import Endpoint
from tests.lab.oracle import Truth
from tests.lab.sslyze_hellos import group_hellos, listed_groups, listed_suites, suite_hellos
from tests.lab.wire import Choice, Exchange, exchange, offer

SUITE_CODES = {name: code for code, name in iana.SUITES.items()}
GROUP_CODES = {name: code for code, name in iana.GROUPS.items()}
OLDER: tuple[Protocol, ...] = ("tls1_2", "tls1_1", "tls1_0")
"""Versions below TLS 1.3 in which a client can name groups, newest first."""


class Unproven(AssertionError):
    """A difference that the server's own answers do not bear out, or that no kind of difference explains."""


@dataclass(frozen=True, slots=True)
class Extra:
    """One thing that the engine sees and sslyze does not."""

    what: Literal["protocol", "suite", "group", "order"]
    name: str
    """Of the suite or group as IANA has it; otherwise the version's."""
    version: Protocol | None = None
    """None for groups, which the evidence has once for all versions."""


@dataclass(frozen=True, slots=True)
class Case:
    """One server, with what either sees of it."""

    endpoint: Endpoint
    seen: TlsObservation
    truth: Truth

    def extras(self) -> tuple[Extra, ...]:
        """Everything that only the engine sees."""
        seen, truth = self.seen, self.truth
        found: list[Extra] = []
        for version in PROTOCOLS:
            if seen.protocols[version] and version not in truth.protocols:
                found.append(Extra("protocol", version, version))
            names = set(seen.cipher_suites.get(version, ())) - set(truth.all_suites(version))
            found += (Extra("suite", name, version) for name in sorted(names))
            if version in seen.server_preference and version not in truth.preference:
                found.append(Extra("order", version, version))
        return (*found, *(Extra("group", name) for name in sorted({*(seen.groups.supported or ())} - {*truth.groups})))

    def lacks(self) -> tuple[str, ...]:
        """Everything that sslyze sees and the engine does not, or sees otherwise."""
        seen, truth = self.seen, self.truth
        found: list[str] = [version for version in truth.protocols if not seen.protocols[version]]
        for version in PROTOCOLS:
            found += sorted(set(truth.all_suites(version)) - set(seen.cipher_suites.get(version, ())))
        found += sorted(set(truth.groups) - set(seen.groups.supported or ()))
        orders = truth.preference.items()
        return (
            *found,
            *(f"order of {each}: {own}" for each, own in orders if seen.server_preference.get(each) is not own),
        )

    # Hellos

    def offered(self, version: Protocol, suites: Sequence[int], groups: Sequence[int] = GROUPS) -> Exchange:
        """What the server says to a hello with these suites and groups and nothing else to choose from."""
        extended = version != "ssl3"
        hello = ClientHello(
            CODES[version],
            tuple(suites),
            self.endpoint.server_name if extended else None,
            tuple(groups) if extended else (),
            SCHEMES,
            asking=False,
            extended=extended,
        )
        return exchange(self.endpoint, hello.encode(os.urandom(32)))

    def suites(self, version: Protocol) -> tuple[int, ...]:
        """Code points of the suites that the engine sees accepted."""
        return tuple(SUITE_CODES[name] for name in self.seen.cipher_suites.get(version, ()))

    def naming(self, version: Protocol) -> tuple[int, ...]:
        """Those of them in which the server names a group."""
        return tuple(code for code in self.suites(version) if version == "tls1_3" or elliptic(iana.SUITES[code]))

    def asked_in(self) -> tuple[Protocol, ...]:
        """Versions in which sslyze would have to see a group: TLS 1.3, and the newest older one that names groups."""
        older = next((each for each in OLDER if self.naming(each)), None)
        return tuple(each for each in ("tls1_3", older) if each is not None and self.naming(each))

    def curve(self) -> int | None:
        """The group of the certificate's key, if it is on a named curve."""
        for each in self.seen.certificates:
            key = x509.load_der_x509_certificate(each.chain[0]).public_key()
            if isinstance(key, ec.EllipticCurvePublicKey):
                return GROUP_CODES[key.curve.name]
        return None


Applies = Callable[[Case, Extra], bool]
Prove = Callable[[Case, Extra], Iterator[Exchange]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of difference."""

    kind: str
    applies: Applies
    prove: Prove
    """Gives the connections that show it. Raises Unproven."""
    reason: str
    """In terms of what is on the wire."""
    shown: str
    """What the proof consists of."""


def explain(case: Case, extra: Extra) -> Difference:
    """The one kind that a difference is of. Raises Unproven."""
    found = [each for each in DIFFERENCES if each.applies(case, extra)]
    if len(found) != 1:
        raise Unproven(f"{extra} is explained by {[each.kind for each in found]}")
    return found[0]


def prove(case: Case, extra: Extra) -> tuple[Difference, tuple[Exchange, ...]]:
    """The kind of a difference, and the connections that prove it. Raises Unproven."""
    kind = explain(case, extra)
    exchanges = tuple(kind.prove(case, extra))
    if not exchanges:
        raise Unproven(f"{extra}: nothing was asked")
    return kind, exchanges


# Proofs


def _hold(true: bool, what: str, *exchanges: Exchange) -> None:
    if not true:
        told = "; ".join(f"{each.sent.hex()} -> {each.received.hex()}" for each in exchanges)
        raise Unproven(f"{what}: {told}")


def _refused(case: Case, hellos: Sequence[bytes]) -> Iterator[Exchange]:
    """Each of these hellos, byte for byte, is refused."""
    for hello in hellos:
        answer = exchange(case.endpoint, hello)
        _hold(answer.refused, "sslyze's own hello is not refused", answer)
        yield answer


def _suite_chosen(case: Case, extra: Extra) -> Iterator[Exchange]:
    """A hello with this suite alone is answered by a choice of it."""
    assert extra.version is not None
    code = SUITE_CODES[extra.name]
    answer = case.offered(extra.version, (code,))
    choice = answer.choice
    good = choice is not None and (choice.version, choice.suite) == (CODES[extra.version], code)
    _hold(good, f"{extra.name} is not chosen", answer)
    yield answer


def _suite_behind_groups(case: Case, extra: Extra) -> Iterator[Exchange]:
    yield from _suite_chosen(case, extra)
    assert extra.version is not None
    hellos = suite_hellos(case.endpoint, extra.version, extra.name)
    _hold(bool(hellos), "sslyze does not ask for it")
    yield from _refused(case, hellos)
    for hello in hellos:
        answer = case.offered(extra.version, (SUITE_CODES[extra.name],), offer(hello).groups)
        _hold(answer.refused, "not because of the groups", answer)
        yield answer


def _group_chosen(
    case: Case, group: int, behind: Sequence[int] = (), among: Callable[[str], bool] = lambda name: True
) -> Iterator[Exchange]:
    """In some version a hello with this group, and others behind it, and one suite is answered by naming the group."""
    tried: list[Exchange] = []
    for version in case.asked_in() or ("ssl3",):
        for suite in (code for code in case.naming(version) if among(iana.SUITES[code])):
            answer = case.offered(version, (suite,), (group, *behind))
            if answer.choice == Choice(CODES[version], suite, group):
                yield answer
                return
            tried.append(answer)
    raise Unproven(f"group {group} is not named: {tried}")


def _group_not_listed(case: Case, extra: Extra) -> Iterator[Exchange]:
    yield from _group_chosen(case, GROUP_CODES[extra.name])


def _group_in_other_suites(case: Case, extra: Extra) -> Iterator[Exchange]:
    yield from _group_chosen(case, GROUP_CODES[extra.name])
    for version in case.asked_in():
        yield from _refused(case, group_hellos(case.endpoint, version, extra.name))


def _group_before_curve(case: Case, extra: Extra) -> Iterator[Exchange]:
    group, curve = GROUP_CODES[extra.name], case.curve()
    assert curve is not None
    yield from _group_chosen(case, group, (curve,), _by_ecdsa)
    for version in case.asked_in():
        yield from _refused(case, group_hellos(case.endpoint, version, extra.name))
        answer = case.offered(
            version, [code for code in case.naming(version) if _by_ecdsa(iana.SUITES[code])], (group,)
        )
        _hold(answer.refused, "the curve of the key is not needed", answer)
        yield answer


def _by_ecdsa(name: str) -> bool:
    return authentication(name) == "ecdsa"


def _group_unasked(case: Case, extra: Extra) -> Iterator[Exchange]:
    _hold(not group_hellos(case.endpoint, "ssl3", extra.name), "sslyze can ask for groups in SSL 3.0")
    yield from _group_chosen(case, GROUP_CODES[extra.name])


def _version_chosen(case: Case, extra: Extra) -> Iterator[Exchange]:
    assert extra.version is not None
    answer = case.offered(extra.version, case.suites(extra.version))
    choice = answer.choice
    _hold(choice is not None and choice.version == CODES[extra.version], "the version is not chosen", answer)
    yield answer


def _order_followed(case: Case, extra: Extra) -> Iterator[Exchange]:
    """Two suites, offered in either order: the same is chosen, or the one that stood first."""
    assert extra.version is not None
    pair = case.suites(extra.version)[:2]
    answers = [case.offered(extra.version, each) for each in (pair, pair[::-1])]
    chosen = [each.choice.suite if each.choice else None for each in answers]
    own = case.seen.server_preference[extra.version]
    _hold(len(pair) == 2 and own is not None and None not in chosen, "no two choices", *answers)
    _hold(chosen[0] == chosen[1] if own else tuple(chosen) == (pair[0], pair[1]), "the order is another", *answers)
    yield from answers


# Kinds


def _extra_suite(test: Callable[[Case, Protocol, str], bool]) -> Applies:
    return lambda case, extra: (
        extra.what == "suite" and extra.version is not None and test(case, extra.version, extra.name)
    )


def _extra_of_version(what: str, *, fewer_than: int) -> Applies:
    """Of a version in which sslyze sees fewer suites than that."""
    return lambda case, extra: (
        extra.what == what and extra.version is not None and len(case.truth.all_suites(extra.version)) < fewer_than
    )


def _listed_and_offered(case: Case, version: Protocol, name: str) -> bool:
    return name in listed_suites(version) and bool(suite_hellos(case.endpoint, version, name))


def _extra_group(test: Callable[[Case, str], bool]) -> Applies:
    """Of a group that is in sslyze's list."""
    return lambda case, extra: extra.what == "group" and extra.name in listed_groups() and test(case, extra.name)


def _suites_in_common(case: Case, name: str) -> set[int]:
    """Suites that name a group, and that sslyze offers with this one to the server."""
    return {
        suite
        for version in case.asked_in()
        for hello in group_hellos(case.endpoint, version, name)
        for suite in set(offer(hello).suites) & set(case.naming(version))
    }


def _behind_curve(case: Case, name: str) -> bool:
    common = {iana.SUITES[code] for code in _suites_in_common(case, name)}
    return bool(common) and all(_by_ecdsa(each) for each in common)


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "suite-not-listed",
        _extra_suite(lambda case, version, name: name not in listed_suites(version)),
        _suite_chosen,
        "sslyze's list of suites of that version has no such code point (those with pre-shared keys, and Camellia in"
        " GCM), so that no hello of its ever has it.",
        "A hello with this suite alone is answered by a ServerHello with it.",
    ),
    Difference(
        "suite-not-sent",
        _extra_suite(
            lambda case, version, name: (
                name in listed_suites(version) and not suite_hellos(case.endpoint, version, name)
            )
        ),
        _suite_chosen,
        "sslyze lists the suite, but neither OpenSSL in nassl writes a hello with it: 1.0.2e does not know it, and"
        " 1.1.1 leaves out suites without authentication.",
        "nassl, asked for this suite alone, ends before its first byte; a hello with it alone is answered by a"
        " ServerHello with it.",
    ),
    Difference(
        "suite-behind-groups",
        _extra_suite(_listed_and_offered),
        _suite_behind_groups,
        "In sslyze's hello for the suite the supported_groups extension has none but x25519, secp256r1, x448,"
        " secp521r1 and secp384r1. The server takes none of these: in TLS 1.3 it has finite-field groups only, or below"
        " it a key on another curve, which the hello must name (RFC 8422 section 5.1).",
        "sslyze's own hello is refused; so is ours with the groups of that one; ours with every group is answered by"
        " a ServerHello with the suite.",
    ),
    Difference(
        "version-of-such-suites",
        _extra_of_version("protocol", fewer_than=1),
        _version_chosen,
        "sslyze takes a version to be there where it finds a suite of it, and all suites of this one are differences"
        " themselves.",
        "A hello of that version alone is answered by a ServerHello of it.",
    ),
    Difference(
        "order-of-such-suites",
        _extra_of_version("order", fewer_than=2),
        _order_followed,
        "sslyze finds fewer than two suites in that version, and so no order; the others are differences themselves.",
        "Two suites are offered in both orders, and each time the choice is the one that the evidence says.",
    ),
    Difference(
        "group-not-listed",
        lambda case, extra: extra.what == "group" and extra.name not in listed_groups(),
        _group_not_listed,
        "sslyze asks for elliptic curves only: the finite-field groups of RFC 7919 and hybrid ones are not in its list,"
        " and OpenSSL 1.1.1 in nassl has none of them, so that no hello of its ever names one.",
        "A hello with this group alone is answered by a HelloRetryRequest that asks for it.",
    ),
    Difference(
        "group-in-other-suites",
        _extra_group(lambda case, name: bool(case.asked_in()) and not _suites_in_common(case, name)),
        _group_in_other_suites,
        "sslyze asks for a group in a hello whose suites are those that OpenSSL 1.1.1 calls ECDH, of which the server"
        " takes none: its own have no authentication, no encryption, or a pre-shared key.",
        "sslyze's own hello is refused; a hello with this group alone and a suite that the server takes is answered by"
        " a ServerKeyExchange that names the group.",
    ),
    Difference(
        "group-behind-the-key",
        _extra_group(_behind_curve),
        _group_before_curve,
        "The server's key is on a curve itself, and it refuses hellos that do not name that curve (RFC 8422 section"
        " 5.1); sslyze offers one group at a time, and so finds that curve alone.",
        "sslyze's own hello is refused, and so is ours with the suites of that key and this group alone; ours with the"
        " key's curve behind this group is answered by a ServerKeyExchange that names this group.",
    ),
    Difference(
        "group-without-asking",
        _extra_group(lambda case, name: not case.asked_in() and bool(case.naming("ssl3"))),
        _group_unasked,
        "SSL 3.0 has no extensions, so that no client can ask for a group, and sslyze does not; the server takes one of"
        " its own choice, and says which.",
        "A hello of SSL 3.0 with one suite is answered by a ServerKeyExchange that names the group.",
    ),
)
"""Every kind of difference there is between the engine and sslyze in this lab."""
