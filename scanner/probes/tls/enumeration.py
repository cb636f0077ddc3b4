"""Versions, suites and groups by elimination: offer all, note what is chosen, take it out, until nothing is left.

Here are the questions about versions and suites; `details.py` has those that build on their answers. Both write into
the notes, and neither knows a socket.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from checks.model.evidence import Protocol
from checks.model.target import TlsTarget
from checks.tls import iana
from scanner.probes.names import USER_AGENT
from scanner.probes.tls.codec import ssl2
from scanner.probes.tls.codec.hello import DEFLATE, NULL_COMPRESSION, ClientHello
from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.look import Question, Strand, Together
from scanner.probes.tls.notes import Notes
from scanner.probes.tls.offers import (
    CODES,
    COMPACT_SCHEMES,
    GROUPS,
    SCHEMES,
    SUITES_AT_ONCE,
    SUITES_AT_ONCE_PLAIN,
    parts,
    suites_of,
)
from scanner.probes.tls.preface import Prefaced
from scanner.probes.tls.reply import Doubt, Picked, Refused, Reply
from scanner.probes.tls.starttls import preface_for
from scanner.probes.tls.talk import HelloTalk, Ssl2Talk, everything
from scanner.probes.tls.wanted import Wanted

BELOW: Final[tuple[Protocol, ...]] = ("tls1_1", "tls1_0", "ssl3")
"""Versions older than TLS 1.2, newest first."""

USUAL_SUITES: Final = 3
"""Suites of TLS 1.3 that most servers take: with so many found, a hello that asks for more suites and more groups at
once would most likely be refused, and tell nothing of either."""

COMPACT_BYTES: Final = 255
"""Longest hello that every server reads."""
COMPACT_OVERHEAD: Final = 130
"""Octets of a compact hello beside suites and server name, at most."""
COMPACT_LEAST: Final = 8
"""Suites in a compact hello, however long the server name is."""
LONG_OFFER: Final = 100
"""A server that took an offer of so many suites minds the length of none."""
SHORT_OFFER: Final = 12
"""Suites that no server minds."""

COMPACT_GROUPS: Final = 8
"""Groups in a compact hello."""

SHARES: Final[dict[int, bytes]] = {
    29: (9).to_bytes(32, "little"),
    23: bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ),
}
"""Public values that need no key of ours, since no secret is ever made of them: the base points of x25519 (RFC 7748
section 4.1) and secp256r1 (SEC 2 section 2.4.2)."""

CUTS: Final = 3
"""Cuts of a hello that are believed. A hello of SSL 2.0, which many servers cut, needs one less."""

Entropy = Callable[[int], bytes]


class Enumeration:
    """What is asked of one endpoint about versions, suites and groups."""

    def __init__(
        self,
        target: TlsTarget,
        notes: Notes,
        wanted: Wanted,
        entropy: Entropy = os.urandom,
        user_agent: str = USER_AGENT,
    ) -> None:
        self.target = target
        self.user_agent = user_agent
        """Who asks, where a request is made."""
        self.notes = notes
        self.wanted = wanted
        self.compact = False
        """Whether hellos must stay below 256 octets."""
        self.shares = False
        """Whether hellos of TLS 1.3 must bring key shares."""
        self.borne = 0
        """Suites in the longest offer that was taken."""
        self._entropy = entropy

    # Hellos and questions

    def hello(
        self,
        version: Protocol,
        suites: Sequence[int],
        groups: Sequence[int] = GROUPS,
        schemes: Sequence[int] = SCHEMES,
    ) -> ClientHello:
        """A hello of one version."""
        code, name = CODES[version], self.target.server_name
        if self.compact:
            groups = groups[:COMPACT_GROUPS]
            schemes = tuple(each for each in COMPACT_SCHEMES if each in schemes)
        if version == "tls1_3":
            shares = tuple((each, SHARES[each]) for each in groups if each in SHARES) if self.shares else ()
            return ClientHello(code, tuple(suites), name, tuple(groups), tuple(schemes), key_shares=shares)
        compression = (DEFLATE, NULL_COMPRESSION)
        if version == "ssl3" or self.compact:
            suites = (*suites, iana.EMPTY_RENEGOTIATION_INFO_SCSV)
        if version == "ssl3":
            return ClientHello(code, tuple(suites), compression=compression, extended=False, asking=False)
        listed = (tuple(groups), tuple(schemes))
        return ClientHello(code, tuple(suites), name, *listed, compression=compression, asking=not self.compact)

    def ask(self, hello: ClientHello, *, firm: bool = True, whole: bool = False) -> Question:
        """A question by a hello; what a choice tells is noted.

        `whole`: read what comes behind the choice even if the like of it was seen.
        """

        def talk() -> Conversation:
            session = self._entropy(32) if hello.version >= CODES["tls1_3"] else b""
            wants_more = everything if whole else self.notes.wants_more
            return self.prefaced(HelloTalk(hello, hello.encode(self._entropy(32), session), wants_more))

        return Question(talk, partial(_read, self._noted), firm, CUTS)

    def prefaced(self, inner: Conversation) -> Conversation:
        """A conversation behind the words of the service's own protocol, where it has some."""
        return Prefaced(preface_for(self.target.starttls), inner) if self.target.starttls else inner

    def question(self, talk: Callable[[], Conversation], read: Callable[..., Reply], *, firm: bool = True) -> Question:
        """A question by another kind of conversation, which `read` makes a reply of."""
        return Question(lambda: self.prefaced(talk()), partial(_read, read), firm)

    def _noted(self, talk: HelloTalk, trouble: Trouble | None) -> Reply:
        reply = talk.reply(trouble)
        if isinstance(reply, Picked):
            self.notes.picked(talk, reply.hello)
            self.borne = max(self.borne, len(talk.offered.suites))
        return reply

    def parts(self, version: Protocol) -> tuple[tuple[int, ...], ...]:
        """The suites of a version that are wanted and not yet known, as they go into hellos."""
        notes = self.notes.versions[version]
        left = [code for code in self.wanted.suites(version) if code not in notes.accepted]
        return parts(left, self.at_once(version))

    def group_parts(self, groups: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Groups as they go into hellos; in compact ones a place is left for a group behind them."""
        size = COMPACT_GROUPS - 1 if self.compact else len(GROUPS)
        return (tuple(groups[at : at + size]) for at in range(0, len(groups), size))

    def at_once(self, version: Protocol) -> int:
        """How many suites go into one hello."""
        if self.compact:
            room = COMPACT_BYTES - COMPACT_OVERHEAD - len(self.target.server_name or "")
            return max(COMPACT_LEAST, room // 2)
        return SUITES_AT_ONCE_PLAIN if version == "ssl3" else SUITES_AT_ONCE

    # Strands

    def ssl2_question(self, *, firm: bool = True) -> Question:
        """A hello of SSL 2.0, which the server answers with everything that it takes."""
        kinds = tuple(iana.SSL2_SUITES)
        notes = self.notes.versions["ssl2"]

        def talk() -> Conversation:
            return Ssl2Talk(ssl2.client_hello(kinds, self._entropy(16)))

        def read(talk: Ssl2Talk, trouble: Trouble | None) -> Reply:
            reply = talk.reply(trouble)
            if talk.answer is not None:
                notes.accepted = [kind for kind in kinds if kind in talk.answer.kinds]
                if talk.answer.kinds and not notes.accepted:
                    return Doubt("tls_failed", "only kinds of ciphers were listed that had not been offered")
                notes.refused = set(kinds) - set(notes.accepted)
                self.notes.ssl2_certificate = talk.answer.certificate
            return reply

        return self.question(talk, read, firm=firm)

    def ssl2(self) -> Strand:
        """SSL 2.0."""
        notes = self.notes.versions["ssl2"]
        if notes.accepted or not self.wanted.version("ssl2"):
            return
        reply = yield self.ssl2_question()
        if isinstance(reply, Refused):
            notes.refuse(tuple(iana.SSL2_SUITES), reply)
            notes.unsupported = True
        elif isinstance(reply, Doubt):
            notes.doubt = reply

    def older(self) -> Strand:
        """TLS 1.1, 1.0 and SSL 3.0: a hello that ends at one version is an offer of all those below it as well."""
        rest: list[Strand] = []
        for place, version in enumerate(BELOW):
            if not any(self.wanted.version(each) for each in BELOW[place:]):
                break
            notes = self.notes.versions[version]
            if not notes.accepted:
                yield from self.part(version, self.likely(version), steps=1)
            if notes.unsupported and not any(self.notes.accepted(each) for each in BELOW[place + 1 :]):
                for below in BELOW[place + 1 :]:
                    self.notes.versions[below].unsupported = True
                break
            rest.append(self.suites(version))
        yield Together(rest)

    def opening(self, version: Protocol) -> Strand:
        """One suite of a version, if it is supported."""
        if self.wanted.version(version) and not self.notes.accepted(version):
            yield from self.part(version, self.likely(version), steps=1)

    def suites(self, version: Protocol) -> Strand:
        """The suites that are wanted; where they are all refused, the others until one shows the version."""
        notes = self.notes.versions[version]
        if notes.unsupported or notes.doubt is not None or not self.wanted.version(version):
            return
        yield Together([self.part(version, part) for part in self.parts(version)])
        for part in parts(Wanted(None).suites(version), self.at_once(version)):
            if notes.accepted or notes.unsupported or notes.doubt is not None:
                break
            yield from self.part(version, part, steps=1)
        if notes.cut and not notes.accepted and self.borne < LONG_OFFER:
            yield from self.briefly(version)

    def briefly(self, version: Protocol) -> Strand:
        """Whether a version whose offers were cut is cut in a short one too; otherwise it was their length."""
        notes = self.notes.versions[version]
        reply = yield self.ask(self.hello(version, suites_of(version)[:SHORT_OFFER]))
        if isinstance(reply, Refused) and (reply.believed or reply.version):
            return
        notes.refused.clear()
        notes.doubt = notes.doubt or Doubt("reset", "long offers are cut")

    def part(self, version: Protocol, suites: Sequence[int], steps: int | None = None, *, split: bool = True) -> Strand:
        """Eliminate among some suites, to the end or for so many steps.

        Where the refusal at the end is an odd one, perhaps because of one of the suites, the two halves are offered
        apart.
        """
        notes = self.notes.versions[version]
        left = tuple(suites)
        while steps is None or steps > 0:
            known = {*notes.accepted, *notes.refused}
            left = tuple([code for code in left if code not in known])
            if not left or notes.unsupported:
                return
            reply = yield self.ask(self.hello(version, left))
            steps = None if steps is None else steps - 1
            if isinstance(reply, Doubt):
                notes.doubt = notes.doubt or reply
                return
            if isinstance(reply, Picked):
                if reply.hello.version != CODES[version]:  # a server takes the newest version that it has
                    notes.unsupported = True
                continue
            if isinstance(reply, Refused):
                if reply.odd and split and len(left) > 1:
                    half = len(left) // 2
                    yield from self.part(version, left[:half], split=False)
                    yield from self.part(version, left[half:], split=False)
                else:
                    notes.refuse(left, reply)
                return

    def tls13(self) -> Strand:
        """TLS 1.3: suites and groups are chosen apart, so that one hello eliminates of both."""
        if not self.wanted.version("tls1_3"):
            return
        notes = self.notes.versions["tls1_3"]
        suites, groups = self._left(self.likely("tls1_3")), self._groups_left(GROUPS)
        while suites and groups and len(notes.accepted) < (USUAL_SUITES if self.wanted.everything else 1):
            reply = yield self.ask(self.hello("tls1_3", suites, groups))
            unusual = isinstance(reply, Refused) and (reply.odd or reply.believed)
            if unusual and not notes.accepted and not self.shares:
                self.shares = True  # some servers do not bear a hello without a key share
                continue
            if isinstance(reply, Doubt):
                notes.doubt = reply
                return
            if isinstance(reply, Refused) and not notes.accepted:
                if self.compact and len(groups) > COMPACT_GROUPS and not reply.version:
                    groups = groups[COMPACT_GROUPS:]
                    continue
                notes.refuse(suites, reply)
                notes.unsupported = True
            if isinstance(reply, Refused):
                break
            suites, groups = self._left(suites), self._groups_left(groups)
        if notes.accepted:
            yield Together([self.part("tls1_3", part) for part in self.parts("tls1_3")] + [self.groups13()])

    def groups13(self) -> Strand:
        """The groups of TLS 1.3, by elimination; the suites are those known to be accepted."""
        wanted = self._groups_left(self.wanted.groups)
        suites = tuple(reversed(self.notes.accepted("tls1_3")))  # so that the choice tells whose order it follows
        for left in self.group_parts(wanted):
            while left:
                reply = yield self.ask(self.hello("tls1_3", suites, left))
                if isinstance(reply, Doubt):
                    self.notes.groups_doubt = self.notes.groups_doubt or reply
                    return
                if isinstance(reply, Refused):
                    self.notes.believe("groups", reply)
                    break
                remaining = self._groups_left(left)
                if remaining == left:  # a choice without a group: nothing can be eliminated
                    self.notes.groups_doubt = Doubt("tls_failed", "a choice without a group")
                    return
                left = remaining
        self.notes.refused_groups["tls1_3"] = set(self._groups_left(wanted))

    def _left(self, suites: Sequence[int]) -> tuple[int, ...]:
        return tuple(code for code in suites if code not in self.notes.accepted("tls1_3"))

    def _groups_left(self, groups: Sequence[int]) -> tuple[int, ...]:
        return tuple(code for code in groups if code not in self.notes.groups)

    def likely(self, version: Protocol) -> tuple[int, ...]:
        """Suites by which a version shows itself."""
        every = Wanted(None).suites(version)[: self.at_once(version)]
        return every[::-1]


def _read(read: Callable[..., Reply], conversation: Conversation, trouble: Trouble | None) -> Reply:
    """What a conversation came to, or that the words before TLS did not lead to any."""
    if not isinstance(conversation, Prefaced):
        return read(conversation, trouble)
    refusal = conversation.refusal
    if refusal is not None:
        return Doubt("not_tls" if refusal.kind == "no_tls" else "incomplete", refusal.value)
    reply = read(conversation.inner, trouble)
    if isinstance(reply, Doubt) and not conversation.in_tls:
        return replace(reply, detail="the service did not come as far as TLS")
    return reply
