"""The first contact: which hello does the server answer? If none, what does it do instead?

The first hello is a browser's, with every version and the usual suites; the others each leave out something that old or
odd servers do not bear. The one that is answered is the look's control from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from checks.model.evidence import FailureReason, Protocol
from scanner.probes.tls.certificates import PROTOCOLS_OFFERED
from scanner.probes.tls.codec import answers
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.enumeration import BELOW, Enumeration
from scanner.probes.tls.look import Question, Strand, StrandLook
from scanner.probes.tls.notes import OLD
from scanner.probes.tls.offers import CODES, GROUPS, SCHEMES, SUITES_AT_ONCE, parts_of, suites_of
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Refused, Reply
from scanner.probes.tls.talk import PlainTalk

FIRST_SUITES: Final = 100
"""Suites below TLS 1.3 in the first hello."""
HELLOS_TO_BELIEVE: Final = 2
"""What the first hello meets may be an accident; what the second meets as well is not."""
SMALL_HELLO: Final = 4
"""Place of the first small hello in the order: some servers pass over, or cut, long ones."""
SMALL_PARTS: Final = 2
"""So many small hellos hold about as many suites as the first."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing can be said of the endpoint."""

    reason: FailureReason
    detail: str = ""


class Contact:
    """Finds the control of a look."""

    def __init__(self, look: StrandLook, enumeration: Enumeration) -> None:
        self.failed: Failed | None = None
        """Set where no hello was answered."""
        self.first_tolerated = False
        """Whether the first hello, with values that nobody knows, was answered."""
        self._look = look
        self._ask = enumeration
        self._plain: Doubt | None = None
        """What a request in the clear was answered by, where that was not TLS."""
        self._certain = False
        """Whether no server of TLS answers so."""

    def run(self, opening: Question | None = None) -> Strand:
        """Offer one hello after the other until one is answered; before them, another question if there is one."""
        heard: list[Reply] = []
        if opening is not None:
            opening = replace(opening, firm=False)
            if isinstance((yield opening), Picked):
                self._look.control = opening
                return
        for number, question in enumerate(self._questions()):
            reply = yield question
            if isinstance(reply, Picked | Accepted):
                self.first_tolerated = number == 0
                self._look.control = replace(question, firm=False)
                if self._ask.compact:
                    yield from self._at_full_length()
                return
            heard.append(reply)
            if self._hopeless(heard):
                break
            if len(heard) == HELLOS_TO_BELIEVE and self._unanswered(heard):
                yield from self._plainly()
        self.failed = self._explained(heard)

    def _at_full_length(self) -> Strand:
        """A small hello may have been answered for what it offers, and not for its length."""
        ask = self._ask
        ask.compact = False
        known = [code for each in OLD for code in ask.notes.accepted(each)]
        versions: tuple[Protocol, ...] = ("tls1_2", "tls1_0")
        for version in versions:
            offered = tuple(dict.fromkeys((*known, *ask.likely(version))))
            question = ask.ask(ask.hello(version, offered[:SUITES_AT_ONCE]), firm=False)
            if isinstance((yield question), Picked):
                self._look.control = question
                return
        ask.compact = True

    def greased(self) -> ClientHello:
        """A hello with values that nobody knows (RFC 8701), and every version."""
        return replace(self._browser(), grease=True)

    def _browser(self) -> ClientHello:
        common = suites_of("tls1_2")[:FIRST_SUITES]
        ask = self._ask
        alpn = PROTOCOLS_OFFERED if ask.target.starttls is None else ()
        return ClientHello(
            version=CODES["tls1_3"],
            suites=(*suites_of("tls1_3"), *common),
            server_name=ask.target.server_name,
            groups=GROUPS,
            schemes=SCHEMES,
            alpn=alpn,
            also_versions=(CODES["tls1_2"], *(CODES[each] for each in BELOW if each != "ssl3")),
        )

    def _questions(self) -> Iterator[Question]:
        """Each leaves out something more; the small ones before what hardly any server needs."""
        ask = self._ask
        yield ask.ask(self.greased(), firm=False)
        yield ask.ask(replace(self._browser(), alpn=()), firm=False)
        yield ask.ask(ask.hello("tls1_2", ask.likely("tls1_2")), firm=False)
        ask.compact = True
        for part in ask.parts("tls1_2")[:SMALL_PARTS]:
            yield ask.ask(ask.hello("tls1_2", part), firm=False)
        yield ask.ask(ask.hello("tls1_0", ask.likely("tls1_0")), firm=False)
        ask.compact = False
        yield ask.ask(ask.hello("tls1_0", ask.likely("tls1_0")), firm=False)
        yield ask.ask(ask.hello("ssl3", ask.likely("ssl3")), firm=False)
        yield ask.ssl2_question(firm=False)
        for version in ("tls1_2", "tls1_0"):
            for part in parts_of(version)[1:]:
                yield ask.ask(ask.hello(version, part), firm=False)

    def _hopeless(self, heard: list[Reply]) -> bool:
        """Whether further hellos would only repeat what is clear by now."""
        last = heard[-1]
        if self._look.stopped is not None:
            return True
        if len(heard) < HELLOS_TO_BELIEVE:
            return False
        if not isinstance(last, Doubt):
            return isinstance(last, Refused) and last.alert == answers.UNRECOGNIZED_NAME
        if last.reason in ("refused", "unreachable", "not_tls", "incomplete"):
            return True
        if len(heard) < SMALL_HELLO:
            return False
        return self._certain or all(isinstance(each, Doubt) and each.reason == "timed_out" for each in heard)

    def _unanswered(self, heard: list[Reply]) -> bool:
        """Whether the hellos so far met a cut or silence: perhaps it is not TLS that is spoken here."""
        silent = all(isinstance(each, Doubt) and each.reason in ("timed_out", "reset") for each in heard)
        return silent and self._ask.target.starttls is None

    def _plainly(self) -> Strand:
        """What the server says to a request in the clear."""

        def read(talk: PlainTalk, trouble: Trouble | None) -> Reply:
            self._certain = talk.certain
            return talk.reply(trouble)

        reply = yield self._ask.question(lambda: PlainTalk(self._ask.user_agent), read, firm=False)
        if isinstance(reply, Doubt) and reply.reason == "not_tls":
            self._plain = reply

    def _explained(self, heard: list[Reply]) -> Failed:
        """Why no hello was answered, as far as that can be told."""
        doubts = [each for each in heard if isinstance(each, Doubt) and each.reason != "deadline"]
        refusals = [each for each in heard if isinstance(each, Refused)]
        alerted = next((each for each in refusals if each.alert is not None), None)
        if alerted is not None:
            return Failed("tls_failed", _alerted(alerted))
        said = next((each for each in doubts if each.reason not in ("timed_out", "reset")), None)
        if said is None and refusals:
            return Failed("tls_failed", "no hello was accepted")
        said = said or self._plain
        if said is not None:
            return Failed(said.reason, said.detail)
        silent = next((each for each in doubts if each.reason == "timed_out"), None)
        if silent is not None:
            return Failed("timed_out", silent.detail or "no hello was answered in time")
        return Failed(doubts[0].reason, doubts[0].detail) if doubts else Failed("deadline")


def _alerted(refusal: Refused) -> str:
    if refusal.alert == answers.UNRECOGNIZED_NAME:
        return "the server does not know the name"
    return f"no hello was accepted (alert {refusal.alert})"
