"""What builds on the versions and suites that a server takes: its groups below TLS 1.3, its order, its features."""

from collections.abc import Iterator
from dataclasses import replace

from checks.model.evidence import PROTOCOLS, Protocol
from checks.tls import iana
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.enumeration import Enumeration
from scanner.probes.tls.look import Strand
from scanner.probes.tls.notes import OLD, Notes, VersionNotes
from scanner.probes.tls.offers import (
    CODES,
    GROUPS,
    SUITES_AT_ONCE,
    authentication,
    elliptic,
    suites_of,
    transports_rsa,
)
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Refused, Reply, doubt_of
from scanner.probes.tls.vulnerabilities.renegotiation import Renegotiation, can_speak
from scanner.probes.tls.wanted import Wanted


class Details:
    """The second round of questions about one endpoint."""

    def __init__(self, enumeration: Enumeration, notes: Notes, wanted: Wanted) -> None:
        self._ask = enumeration
        self._notes = notes
        self._wanted = wanted
        self._ordered: set[Protocol] = set()
        """Versions whose order was asked for."""

    def strands(self, greased: ClientHello, *, tolerated: bool) -> Iterator[Strand]:
        """Every strand that is wanted."""
        wanted = self._wanted
        yield self.curves()
        if not wanted.everything and wanted.vulnerability("robot"):
            yield self.key_transport()
        for each in PROTOCOLS:
            if wanted.preference(each):
                yield self.preference(each)
        if wanted.feature("fallback_scsv"):
            yield self.fallback()
        if wanted.feature("client_renegotiation"):
            yield self.renegotiation()
        if wanted.feature("grease_tolerance"):
            yield self.grease(greased, tolerated=tolerated)

    # Groups and order

    def curves(self) -> Strand:
        """The groups below TLS 1.3, by elimination, as far as TLS 1.3 has not shown them.

        A server with an ECDSA key wants its own curve to be offered (RFC 8422 section 5.1), so that suites of RSA are
        taken where there are some; otherwise the curve stands last, and a server that has its own order may hide others
        behind it.
        """
        notes = self._notes
        version = next((each for each in OLD[:-1] if self._elliptic(each)), None)
        if version is None or not self._wanted.groups:
            return
        suites = self._elliptic(version)
        free = tuple(code for code in suites if authentication(iana.SUITES[code]) != "ecdsa")
        if free and {kind for of, kind in notes.authenticated if of == CODES[version]} != {"ecdsa"}:
            suites = free
        behind = tuple(code for code in GROUPS if code in notes.groups) if suites is not free else ()
        if not notes.groups and not self._wanted.everything:  # does any suite name a group?
            reply = yield self._ask.ask(self._ask.hello(version, self._elliptic(version)), whole=True)
            if isinstance(reply, Refused):
                notes.refused_groups[version] = set(GROUPS)
                return
        left = tuple(code for code in self._wanted.groups if code not in notes.groups)
        if behind and not notes.accepted("tls1_3"):
            yield from self.preference(version)
        while left:
            reply = yield self._ask.ask(self._ask.hello(version, suites, (*left, *behind)), whole=True)
            remaining = tuple(code for code in left if code not in notes.groups)
            if not isinstance(reply, Picked) or remaining == left:
                notes.groups_doubt = notes.groups_doubt or self._hidden(version, reply)
                break
            behind = (*behind, *(set(left) - set(remaining))) if behind else ()
            left = remaining
        notes.refused_groups[version] = set(left)

    def _elliptic(self, version: Protocol) -> tuple[int, ...]:
        """Suites of a version that name a group: those accepted, or all where not all were asked for."""
        accepted = self._notes.accepted(version)
        known = accepted if self._wanted.everything or not accepted else suites_of(version)
        return tuple(code for code in known if elliptic(iana.SUITES[code]))[:SUITES_AT_ONCE]

    def _hidden(self, version: Protocol, reply: Reply) -> Doubt | None:
        """Why the groups of a version may not all be known, when a reply ended their enumeration."""
        if isinstance(reply, Doubt):
            return reply
        if isinstance(reply, Refused) or self._notes.accepted("tls1_3"):
            return None
        if self._notes.versions[version].prefers is False:
            return None
        return Doubt("incomplete", "groups behind that of the certificate's key are not seen")

    def preference(self, version: Protocol) -> Strand:
        """Whether the server has its own order of suites (RFC 5246 section 7.4.1.3: the choice is the server's)."""
        notes = self._notes.versions[version]
        if version == "ssl2" or len(notes.accepted) < 2 or version in self._ordered:
            return
        self._ordered.add(version)
        first, pair = _order(notes)
        if first is not None:
            notes.prefers = first
            return
        if pair is None:
            pair = (notes.accepted[0], notes.accepted[1])
            yield self._ask.ask(self._ask.hello(version, pair))
        reply = yield self._ask.ask(self._ask.hello(version, pair[::-1]))
        found, _ = _order(notes)
        if found is not None:
            notes.prefers = found
        else:
            notes.prefers = reply if isinstance(reply, Doubt) else Doubt("incomplete", "refused at a second time")

    def key_transport(self) -> Strand:
        """Where not every suite was asked for: whether there is one that ROBOT could bear on."""
        for version in OLD:
            if self._notes.accepted(version):
                asked = tuple(code for code in suites_of(version) if transports_rsa(iana.SUITES[code]))
                yield from self._ask.part(version, asked, steps=1)

    # Features

    def fallback(self) -> Strand:
        """Offer a lower version than the server has, with TLS_FALLBACK_SCSV (RFC 7507): a refusal is support.

        From TLS 1.3 down to 1.2 the server's random value protects (RFC 8446 section 4.1.3), so that with nothing below
        TLS 1.2 there is nothing to fall back to.
        """
        notes = self._notes
        newest = notes.old
        if newest is None:
            return
        lower = next((each for each in OLD[OLD.index(newest) + 1 :] if notes.accepted(each)), None)
        if lower is None:
            return
        hello = self._ask.hello(lower, (*notes.accepted(lower), iana.FALLBACK_SCSV))
        reply = yield self._ask.ask(hello)
        notes.fallback = reply if isinstance(reply, Doubt) else isinstance(reply, Refused)

    def renegotiation(self) -> Strand:
        """Whether a client may begin a second handshake on its connection, in the newest version that has one."""
        notes = self._notes
        version = notes.old
        if version is None:
            return
        names = [iana.SUITES[code] for code in notes.accepted(version)]
        if not can_speak(version, names):
            notes.renegotiates = Doubt("incomplete", "no suite in common")
            return

        def talk() -> Renegotiation:
            return Renegotiation(version, names, self._ask.target.server_name)

        reply = yield self._ask.question(talk, _renegotiated)
        notes.renegotiates = reply if isinstance(reply, Doubt) else isinstance(reply, Accepted)

    def grease(self, hello: ClientHello, *, tolerated: bool) -> Strand:
        """Whether the server passes over what it does not know; the first hello has shown it of most."""
        if tolerated:
            self._notes.grease = True
            return
        if self._ask.compact:
            self._notes.grease = Doubt("incomplete", "hellos of that length are not answered at all")
            return
        reply = yield self._ask.ask(replace(hello, alpn=()))
        self._notes.grease = reply if isinstance(reply, Doubt) else isinstance(reply, Picked)


def _order(notes: VersionNotes) -> tuple[bool | None, tuple[int, int] | None]:
    """Whether the choices so far show an order of the server's own, and two suites of which the first was chosen.

    True: it once passed over a suite that it takes. False: of two suites it chose the one that stood first, whichever
    it was.
    """
    accepted = set(notes.accepted)
    won: set[tuple[int, int]] = set()
    for offered, chosen in notes.offers:
        known = [code for code in offered if code in accepted]
        if known[0] != chosen:
            return True, None
        won.update((chosen, other) for other in known[1:])
    if any((loser, winner) in won for winner, loser in won):
        return False, None
    return None, min(won, default=None)


def _renegotiated(talk: Renegotiation, trouble: Trouble | None) -> Reply:
    permitted = talk.after(trouble)
    if permitted is None:
        return doubt_of(trouble) if trouble is not None else Doubt("tls_failed", "no handshake came about")
    return Accepted() if permitted else Refused(None)
