"""Looks at played servers under a clock that is only a number, and what must be true of what they see."""

import hashlib
import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from checks.tls import iana
from scanner.probes.tls.conversation import Conversation, Look, Trouble
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.implied import open_questions
from scanner.probes.tls.offers import authentication, elliptic, finite_field
from scanner.probes.tls.translate import observation
from scanner.probes.tls.vulnerabilities.renegotiation import Renegotiation
from scanner.probes.tls.vulnerabilities.worker import Answer
from tests.scanner.probes.played_manners import OLD, Capabilities, Key, Manners, chain_of
from tests.scanner.probes.played_renegotiation import PlayedRenegotiation
from tests.scanner.probes.played_server import PlayedConnection, PlayedEndpoint

ROUND_TRIP = 0.03
"""Seconds that each exchange takes, and the opening of a connection."""
ANSWER_SECONDS = 2.0
"""Seconds after which an unanswered connection is given up."""
DEADLINE = 45.0
"""Seconds of a look: the budget of one target."""
ENOUGH = 5000
"""Connections that no look may come near: a bound for the tests' own sake."""


@dataclass
class Ran:
    """What became of a look."""

    connections: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    """Connections by the kind of their conversation."""
    most_open: int = 0
    answers: int = 0
    """Connections of which the look was told."""
    seconds: float = 0.0
    expired: bool = False


class Entropy:
    """Octets that nobody would guess, the same at every run."""

    def __init__(self) -> None:
        self._drawn = 0

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_128(self._drawn.to_bytes(8)).digest(size)


def run(
    look: Look, server: PlayedEndpoint, *, deadline: float = DEADLINE, expire_after: int | None = None, start: float = 0
) -> Ran:
    """Drive a look until it is finished, its time is up, or so many answers were given."""
    ran, now, number = Ran(), start, 0
    under_way: list[tuple[float, int, Conversation, Trouble | None]] = []
    while not look.finished:
        assert ran.connections < ENOUGH
        if now - start >= deadline or ran.answers == expire_after:
            look.expire()
            ran.expired = True
            assert look.take(now) is None
            break
        conversation = look.take(now)
        if conversation is not None:
            number += 1
            ran.connections += 1
            ran.kinds[type(conversation).__name__] += 1
            ends, trouble = _had(conversation, server, now)
            heapq.heappush(under_way, (ends, number, conversation, trouble))
            ran.most_open = max(ran.most_open, len(under_way))
            continue
        wake = look.wake()
        assert under_way or wake is not None, "a look that waits for nothing"
        if wake is not None and wake > now and (not under_way or wake < under_way[0][0]):
            now = min(wake, start + deadline)
            continue
        assert under_way, "a look that could open a connection, and does not"
        if under_way[0][0] > start + deadline:
            now = start + deadline
            continue
        ends, _, conversation, trouble = heapq.heappop(under_way)
        now = max(now, ends)
        server.open -= 1
        ran.answers += 1
        look.told(conversation, trouble, now)
    assert look.finished
    ran.seconds = now - start
    return ran


def _had(conversation: Conversation, server: PlayedEndpoint, now: float) -> tuple[float, Trouble | None]:
    """Have a conversation to its end: when that is, and what befell it."""
    served = server.connect(now)
    connection: PlayedConnection | PlayedRenegotiation = served
    if isinstance(conversation, Renegotiation) and served.ill is None:
        connection = PlayedRenegotiation(server.can)
    now += ROUND_TRIP
    said = conversation.begin()
    while said:
        answer = connection.receive(said)
        said = b""
        now += ROUND_TRIP
        if answer:
            said = conversation.receive(answer)
        if conversation.finished:
            return now, None
        if connection.trouble is not None:
            return now, connection.trouble
    return now + ANSWER_SECONDS, "timed_out"


TICKETS = frozenset({"session_tickets_13", "late_tickets"})
"""Of TLS 1.3: behind the handshake, or with the first words."""
TARGET = TlsTarget("127.0.0.1", 4433, "may-chu.test")


@dataclass
class Looked:
    """An examination that is over."""

    examination: Examination
    ran: Ran
    server: PlayedEndpoint

    @property
    def seen(self) -> TlsObservation:
        """The evidence; what must be tried was answered as sslyze would."""
        assert self.examination.failed is None, self.examination.failed
        can = self.server.can
        answers = {question: Answer(question in can.features, 1) for question in open_questions(self.examination)}
        return observation(self.examination, answers)


def look_at(
    can: Capabilities,
    manners: Manners | None = None,
    *,
    needs: TlsNeeds | None = None,
    at_once: int = 5,
    expire_after: int | None = None,
) -> Looked:
    """One look at a played server."""
    target = TlsTarget(TARGET.address, TARGET.port, TARGET.server_name, needs=needs)
    examination = Examination(target, at_once, Entropy())
    server = PlayedEndpoint(can, manners or Manners())
    ran = run(examination.look, server, expire_after=expire_after)
    return Looked(examination, ran, server)


# The truth


def names(version: Protocol, codes: tuple[int, ...]) -> tuple[str, ...]:
    """Names of suites, as evidence has them."""
    return tuple(sorted((iana.SSL2_SUITES if version == "ssl2" else iana.SUITES)[code] for code in codes))


def newest_old(can: Capabilities) -> Protocol | None:
    """The newest version below TLS 1.3."""
    return next((each for each in reversed(OLD) if each in can.suites), None)


def groups_of(can: Capabilities) -> tuple[str, ...]:
    """Every group that a client could get."""
    found: set[int] = set(can.groups13 if "tls1_3" in can.suites else ())
    if any(elliptic(iana.SUITES[code]) for version in OLD[1:] for code in can.suites.get(version, ())):
        found |= set(can.groups)
    return tuple(sorted(iana.GROUPS[code] for code in found))


def dh_bits_of(can: Capabilities) -> tuple[int, ...]:
    """Sizes of moduli that a client could get."""
    having = any(finite_field(iana.SUITES[code]) for version in OLD for code in can.suites.get(version, ()))
    return (can.dh_bits,) if having else ()


def keys_of(can: Capabilities) -> set[Key]:
    """Kinds of keys whose chains a client could get."""
    found: set[Key] = {each for each in can.keys if each != "dss"} if "tls1_3" in can.suites else set()
    for version in OLD:
        kinds = {authentication(iana.SUITES[code]) for code in can.suites.get(version, ())}
        found |= {each for each in can.keys if each in kinds}
        if version == "tls1_2" and any("ECDHE_ECDSA" in iana.SUITES[code] for code in can.suites.get(version, ())):
            found |= {each for each in can.keys if each == "eddsa"}
    return found


def chains_of(can: Capabilities) -> tuple[tuple[bytes, ...], ...]:
    """Chains that a client could get."""
    found = {chain_of(key) for key in keys_of(can)}
    if not found and "ssl2" in can.suites:
        found = {chain_of("rsa")[:1]}
    return tuple(sorted(found))


def preference_of(can: Capabilities) -> dict[Protocol, bool]:
    """Whose order counts, where there is an order."""
    return {
        version: can.own_order for version in PROTOCOLS if version != "ssl2" and len(can.suites.get(version, ())) > 1
    }


def features_of(can: Capabilities, manners: Manners) -> dict[str, bool]:
    """Every feature that has a meaning."""
    old = newest_old(can)
    having = can.features
    extended = old not in (None, "ssl3")
    older = [each for each in OLD if each in can.suites and each != old]
    found = {
        "compression": old is not None and "compression" in having,
        "secure_renegotiation": old is None or "secure_renegotiation" in having,
        "client_renegotiation": old is not None and "client_renegotiation" in having,
        "early_data": "tls1_3" in can.suites and "early_data" in having and bool(having & TICKETS),
        "extended_master_secret": old is None or (extended and "extended_master_secret" in having),
        "heartbeat": extended and "heartbeat" in having,
        "session_tickets": (extended and "session_tickets" in having)
        or ("tls1_3" in can.suites and bool(having & TICKETS)),
        "grease_tolerance": manners.bears_grease,
    }
    if older:
        found["fallback_scsv"] = "fallback_scsv" in having
    if any("_CBC_" in iana.SUITES[code] for version in OLD[1:] for code in can.suites.get(version, ())):
        found["encrypt_then_mac"] = "encrypt_then_mac" in having
    return found


def exactly(looked: Looked) -> None:
    """What was seen is the truth, all of it, and nothing was left open."""
    seen, can = looked.seen, looked.server.can
    assert seen.failures == ()
    assert seen.protocols == {each: each in can.suites for each in PROTOCOLS}
    assert seen.cipher_suites == {each: names(each, codes) for each, codes in can.suites.items()}
    assert seen.refused_suites == {}
    assert seen.groups.supported == groups_of(can)
    assert seen.groups.dh_bits == dh_bits_of(can)
    assert seen.groups.refused == ()
    assert seen.server_preference == preference_of(can)
    assert tuple(each.chain for each in seen.certificates) == chains_of(can)
    assert seen.features == features_of(can, looked.server.manners)
    assert seen.vulnerabilities == {each: False for each in ("heartbleed", "ccs_injection", "robot")}


def never_wrong(seen: TlsObservation, can: Capabilities, manners: Manners | None = None) -> None:
    """Nothing is invented, nothing is denied that is there, and what is missing has its failure."""
    assert set(seen.protocols) == set(PROTOCOLS)
    for version, answer in seen.protocols.items():
        truth = can.suites.get(version, ())
        listed, refused = seen.cipher_suites.get(version, ()), seen.refused_suites.get(version, ())
        if answer is None:
            assert seen.failure(f"protocols.{version}"), version
        else:
            assert answer is bool(truth), f"{version} is told as {answer}: {seen}"
        _within(listed, names(version, truth), seen.failure(f"cipher_suites.{version}") is not None)
        assert not set(refused) & set(names(version, truth)), version
        assert not refused or seen.failure(f"cipher_suites.{version}"), version
    groups = seen.groups
    assert groups.supported is not None or seen.failure("groups")
    _within(groups.supported or (), groups_of(can), seen.failure("groups") is not None)
    assert not set(groups.refused) & set(groups_of(can))
    open_suites = any(seen.failure(f"cipher_suites.{version}") for version in OLD)
    _within(groups.dh_bits, dh_bits_of(can), seen.failure("groups.dh_bits") is not None or open_suites)
    chains = {each.chain for each in seen.certificates}
    if seen.failure("certificates") is not None and "ssl2" in can.suites:
        chains.discard(chain_of("rsa")[:1])  # all that SSL 2.0 sends
    truth_of_chains = set(chains_of(can))
    if any(each.reason == "not_asked" for each in seen.failures) and "tls1_3" in can.suites:
        truth_of_chains.discard(chain_of("dss"))  # TLS 1.3 shows every key but these, and a quick look asks no further
        chains.discard(chain_of("dss"))
    _within(sorted(chains), sorted(truth_of_chains), seen.failure("certificates") is not None)
    for version, prefers in seen.server_preference.items():
        _told(seen, f"server_preference.{version}", prefers, preference_of(can)[version])
    features = features_of(can, manners or Manners())
    for name, value in seen.features.items():
        _told(seen, f"features.{name}", value, features.get(name))
    for name, value in seen.vulnerabilities.items():
        _told(seen, f"vulnerabilities.{name}", value, False)


def _told(seen: TlsObservation, what: str, value: bool | None, truth: bool | None) -> None:
    """The truth is None where there is nothing to tell."""
    if value is None:
        assert seen.failure(what), what
    else:
        assert value is truth, f"{what}: {value}"


def _within(listed: Sequence[object], truth: Sequence[object], excused: bool) -> None:
    assert set(listed) <= set(truth), f"invented: {set(listed) - set(truth)}"
    assert excused or set(listed) == set(truth), f"missing without a word: {set(truth) - set(listed)}"


# What was asked for, and no more


def answered(looked: Looked) -> None:
    """Everything that was asked for has its answer, as far as the truth has one."""
    seen, can, needs = looked.seen, looked.server.can, looked.examination.target.needs
    assert needs is not None
    for version in needs.protocols:
        assert seen.protocols[version] is (version in can.suites), version
    for version, asked in needs.suites.items():
        assert seen.protocols[version] is (version in can.suites), version
        if version not in can.suites:
            continue
        truth = set(names(version, can.suites[version]))
        accepted = set(seen.cipher_suites.get(version, ()))
        assert set(asked) & truth <= accepted
        if seen.failure(f"cipher_suites.{version}") is not None:
            assert set(seen.refused_suites.get(version, ())) >= set(asked) - truth
        else:
            assert accepted == truth
    groups = set(groups_of(can))
    supported = set(seen.groups.supported or ())
    assert set(needs.groups) & groups <= supported
    if needs.groups:
        assert bool(supported) == bool(groups)
        if seen.failure("groups") is None:
            assert supported == groups
        else:
            assert set(seen.groups.refused) >= set(needs.groups) - groups
    if needs.dh_bits:
        asked_codes = {name for listed in needs.suites.values() for name in listed}
        having = any(
            finite_field(iana.SUITES[code]) and iana.SUITES[code] in needs.suites.get(version, ())
            for version in OLD
            for code in can.suites.get(version, ())
        )
        assert not having or seen.groups.dh_bits == (can.dh_bits,), asked_codes
        assert not having or seen.failure("groups.dh_bits") is None
    for version in needs.server_preference:
        if version in needs.suites and len(set(needs.suites[version]) & set(seen.cipher_suites.get(version, ()))) > 1:
            assert seen.server_preference[version] is can.own_order
    if needs.certificates:
        hidden = {chain_of("dss")} if "tls1_3" in can.suites else set()  # TLS 1.3 shows every key but these
        assert {each.chain for each in seen.certificates} >= set(chains_of(can)) - hidden
        assert seen.failure("certificates") is None
    features = features_of(can, looked.server.manners)
    for name in needs.features:
        if name in features:
            assert seen.features[name] is features[name], name
    for name in needs.vulnerabilities:
        assert seen.vulnerabilities[name] is False, name
