"""Certificates: the chain for each kind of key that a server has, with staple and timestamps.

Below TLS 1.3 they come in the clear with the answers to other questions; in TLS 1.3 a whole handshake shows them, and
with them what a server says only behind encryption.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checks.model.evidence import Protocol
from checks.tls import iana
from checks.tls.certificates import Unreadable, certificate, read
from scanner.probes.tls.codec.exchange import SHARED, SHARED_AT_COST
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import can_protect
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.enumeration import Enumeration
from scanner.probes.tls.look import Question, Strand
from scanner.probes.tls.notes import OLD, Notes, SentChain
from scanner.probes.tls.offers import CODES, SCHEMES, authentication, suites_of
from scanner.probes.tls.reply import Doubt, Picked, Reply, alerted, doubt_of
from scanner.probes.tls.tls13 import Handshake
from scanner.probes.tls.wanted import Wanted

PROTOCOLS_OFFERED: Final = (b"h2", b"http/1.1")
"""For ALPN, where the service speaks HTTP."""

KINDS_AT_MOST: Final = 6
"""Chains that are asked for in one version: one for each kind of key that there is."""

_KEYS: Final[dict[str, tuple[iana.KeyKind, ...]]] = {
    "1.2.840.113549.1.1.1": ("rsa",),  # RFC 3279 section 2.3.1
    "1.2.840.113549.1.1.10": ("rsa_pss",),  # RFC 4055
    "1.2.840.10045.2.1": ("ecdsa", "sm2"),  # RFC 5480; the curve of SM2 is one of its parameters
    "1.3.101.112": ("eddsa",),  # RFC 8410
    "1.3.101.113": ("eddsa",),
    "1.2.840.10040.4.1": ("dsa",),  # RFC 3279 section 2.3.2
    "2.16.840.1.101.3.4.3.17": ("mldsa",),  # RFC 9881, as are the next two
    "2.16.840.1.101.3.4.3.18": ("mldsa",),
    "2.16.840.1.101.3.4.3.19": ("mldsa",),
}
"""Kinds of keys whose signatures a certificate can give, by the object identifier of its key."""


class Certificates:
    """What is asked of one endpoint about its certificates."""

    def __init__(self, enumeration: Enumeration, notes: Notes, wanted: Wanted) -> None:
        self._ask = enumeration
        self._notes = notes
        self._wanted = wanted
        self._begun = False
        """Whether handshakes of TLS 1.3 were begun."""
        self._ticketless = False
        """Whether a whole handshake ended without a ticket."""

    def early(self) -> Iterator[Strand]:
        """What can be asked as soon as the first contact has shown a suite and a group of TLS 1.3."""
        if self._usable_suites() and not self._notes.groups.isdisjoint(SHARED):
            yield from self._newest()

    def strands(self) -> Iterator[Strand]:
        """Every strand that is wanted and was not begun early."""
        yield from self._newest()
        if self._wanted.certificates:
            yield self.older()

    def _newest(self) -> Iterator[Strand]:
        if not self._begun and self._wants_handshake:
            self._begun = True
            yield self._handshakes()

    def _usable_suites(self) -> list[int]:
        return [code for code in self._notes.accepted("tls1_3") if can_protect(code)]

    def _usable_groups(self) -> list[int]:
        """The costly ones only where the server takes no other: offered together, it might want them first."""
        known = self._notes.groups
        return [code for code in SHARED if code in known] or [code for code in SHARED_AT_COST if code in known]

    @property
    def _wants_handshake(self) -> bool:
        """Whether anything is wanted that TLS 1.3 says behind encryption only."""
        return self._wanted.certificates or self._wanted.alpn or self._wants_tickets

    @property
    def _wants_tickets(self) -> bool:
        return self._wanted.feature("early_data") or self._wanted.feature("session_tickets")

    def opening(self) -> Question | None:
        """Where not everything is asked for: a whole handshake of TLS 1.3, which is a first contact as well."""
        wanted = self._wanted
        if wanted.everything or not self._wants_handshake:
            return None
        suites = tuple(code for code in suites_of("tls1_3") if can_protect(code))
        return self._handshake(suites, SHARED, SCHEMES, first=True)

    def _handshakes(self) -> Strand:
        yield from self.newest()
        if self._ticketless and self._wants_tickets and self._ask.target.starttls is None:
            yield from self.late_tickets()

    def late_tickets(self) -> Strand:
        """Whether a server that sent no ticket before our goodbye sends one with its answer to a request."""
        hello = self._ask.hello("tls1_3", self._usable_suites(), self._usable_groups())
        hello = replace(hello, alpn=PROTOCOLS_OFFERED)

        def read_tickets(talk: Handshake, trouble: Trouble | None) -> Reply:
            if talk.early_data is not None and talk.server_hello is not None:
                self._notes.early_data = talk.early_data
                self._notes.versions["tls1_3"].told["session_tickets"] = talk.tickets > 0
                return Picked(talk.server_hello)
            return doubt_of(trouble) if trouble is not None else Doubt("tls_failed", talk.error or "")

        def talk() -> Handshake:
            return Handshake(hello, hello.groups[:1], until="answer", user_agent=self._ask.user_agent)

        reply = yield self._ask.question(talk, read_tickets)
        if not isinstance(reply, Picked):
            self._notes.early_data = Doubt("incomplete", "no ticket came, and no answer to a request")
            self._notes.versions["tls1_3"].told.pop("session_tickets", None)

    def newest(self) -> Strand:
        """A whole handshake of TLS 1.3 for each kind of key, by offering the signatures of the others only."""
        notes = self._notes
        suites, shares = self._usable_suites(), self._usable_groups()
        if not notes.accepted("tls1_3"):
            return
        if not suites or not shares:
            notes.chains_doubt = Doubt("incomplete", "TLS 1.3 only with suites or groups that the scanner cannot use")
            notes.early_data = notes.chains_doubt
            return
        schemes: tuple[int, ...] = SCHEMES
        for each in notes.chains13:
            schemes = _without(schemes, each.chain[0])
        for number in range(len(notes.chains13), KINDS_AT_MOST):
            if not schemes or not (self._wanted.certificates or number == 0):
                return
            before = len(notes.chains13)
            reply = yield self._handshake(tuple(suites), shares, schemes, first=number == 0)
            if isinstance(reply, Doubt):
                notes.chains_doubt = notes.chains_doubt or reply
                notes.early_data = reply if notes.early_data is None else notes.early_data
            notes.believe("certificates", reply)
            found = notes.chains13[before:]
            schemes = _without(schemes, found[-1].chain[0]) if found else ()

    def _handshake(
        self, suites: tuple[int, ...], shares: Sequence[int], schemes: tuple[int, ...], *, first: bool
    ) -> Question:
        hello = self._ask.hello("tls1_3", suites, tuple(shares), schemes)
        if first and self._ask.target.starttls is None:
            hello = replace(hello, alpn=PROTOCOLS_OFFERED)

        def talk() -> Handshake:
            return Handshake(hello, (shares[0],), until="end" if first else "certificate")

        def read_handshake(talk: Handshake, trouble: Trouble | None) -> Reply:
            notes = self._notes
            if trouble == "closed":
                talk.closed()
            if talk.chain and all(talk.chain != each.chain for each in notes.chains13):
                sent = SentChain(talk.chain, talk.staple, talk.scts)
                notes.chains13.append(sent)
                notes.chains.append(sent)
            if first:
                self._first_handshake(talk, hello)
            if talk.chain and talk.server_hello is not None:
                notes.agreed(talk.server_hello)
                return Picked(talk.server_hello)
            if talk.alert is not None:
                return alerted(talk.alert)
            return doubt_of(trouble) if trouble is not None else Doubt("tls_failed", talk.error or "")

        return self._ask.question(talk, read_handshake)

    def _first_handshake(self, talk: Handshake, offered: ClientHello) -> None:
        """What only a whole handshake tells."""
        notes = self._notes
        notes.wants_client_certificate = notes.wants_client_certificate or talk.wants_client_certificate
        if talk.chain and offered.alpn:
            notes.alpn_told = True
        if talk.alpn is not None:
            notes.alpn = talk.alpn.decode("ascii", "replace") if talk.alpn in PROTOCOLS_OFFERED else notes.alpn
        if talk.tickets:
            notes.versions["tls1_3"].told["session_tickets"] = True
        elif talk.early_data is False:
            self._ticketless = True
            notes.versions["tls1_3"].told.setdefault("session_tickets", False)
        notes.early_data = talk.early_data
        if talk.early_data is None:
            notes.early_data = Doubt("incomplete", "no whole handshake came about")
            if talk.wants_client_certificate:
                notes.early_data = Doubt("incomplete", "a client certificate is asked for")

    def older(self) -> Strand:
        """Below TLS 1.3 suites tell the kinds of keys apart, and the chains came with them.

        Asked for again are those that did not come, and EdDSA, which has the suites of ECDSA (RFC 8422 section 2.1).
        """
        for version in OLD:
            for suite in self._missing(version):
                yield self._ask.ask(self._ask.hello(version, (suite,)))
            if any(True for _ in self._missing(version)):
                doubt = Doubt("incomplete", "a handshake brought no certificate")
                self._notes.chains_doubt = self._notes.chains_doubt or doubt
        if self._notes.accepted("tls1_3"):
            return
        if not self._wanted.everything:
            for version in OLD:
                yield from self._other_kinds(version)
        suites = [code for code in self._notes.accepted("tls1_2") if authentication(iana.SUITES[code]) == "ecdsa"]
        if suites and (CODES["tls1_2"], "ecdsa") in self._notes.authenticated:
            schemes = SCHEMES
            for each in self._notes.chains:
                schemes = _without(schemes, each.chain[0])
            reply = yield self._ask.ask(self._ask.hello("tls1_2", suites, schemes=schemes), whole=True)
            self._notes.believe("certificates", reply)
            if isinstance(reply, Doubt):
                self._notes.chains_doubt = self._notes.chains_doubt or reply

    def _other_kinds(self, version: Protocol) -> Strand:
        """Where not every suite was asked for: the kinds of keys that have not shown themselves."""
        notes = self._notes
        known: set[str] | None = None
        while notes.accepted(version):
            kinds = {kind for _, kind in notes.authenticated}
            suites = tuple(
                code
                for code in suites_of(version)
                if (kind := authentication(iana.SUITES[code])) is not None and kind not in kinds
            )
            if kinds == known:
                notes.chains_doubt = notes.chains_doubt or Doubt("incomplete", "a handshake brought no certificate")
            if kinds == known or not suites:
                return
            known = kinds
            reply = yield self._ask.ask(self._ask.hello(version, suites[: self._ask.at_once(version)]), whole=True)
            notes.believe("certificates", reply)
            if isinstance(reply, Doubt):
                notes.chains_doubt = notes.chains_doubt or reply
            if not isinstance(reply, Picked):
                return

    def _missing(self, version: Protocol) -> Iterator[int]:
        """One suite for each kind of key of which no chain was seen in a version."""
        kinds: set[str] = set()
        for code in self._notes.accepted(version):
            kind = authentication(iana.SUITES[code])
            if kind is not None and kind not in kinds and (CODES[version], kind) not in self._notes.authenticated:
                kinds.add(kind)
                yield code


def _without(schemes: tuple[int, ...], leaf: bytes) -> tuple[int, ...]:
    """Signature schemes but for those of a certificate's kind of key; none where that cannot be told."""
    try:
        oid = read(lambda: certificate(leaf).public_key_algorithm_oid.dotted_string)
    except Unreadable:
        return ()
    kinds = _KEYS.get(oid, ())
    return tuple(each for each in schemes if iana.KEY_OF_SCHEME[each] not in kinds) if kinds else ()
