"""What builds on the versions and suites that a server takes: its groups below TLS 1.3, its order, its features."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from checks.model.evidence import PROTOCOLS, Protocol
from checks.tls import iana
from checks.tls.certificates import Unreadable, certificate, read
from scanner.probes.tls.certificates import PROTOCOLS_OFFERED
from scanner.probes.tls.codec import answers
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
    group_codes_of,
    parts,
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
        self._renegotiated = False
        """Whether a second handshake was asked for."""

    def early(self) -> Iterator[Strand]:
        """What can be asked as soon as one suite of TLS 1.2 is known to be accepted."""
        names = [iana.SUITES[code] for code in self._notes.accepted("tls1_2")]
        if can_speak("tls1_2", names):
            yield from self._renegotiation()

    def _renegotiation(self) -> Iterator[Strand]:
        """Again where no handshake came about with the suites that were known early: others may do."""
        told = self._notes.renegotiates
        again = isinstance(told, Doubt) and told.reason == "tls_failed"
        if self._wanted.feature("client_renegotiation") and (again or not self._renegotiated):
            self._renegotiated = True
            yield self.renegotiation()

    def strands(self, greased: ClientHello, *, tolerated: bool) -> Iterator[Strand]:
        """Every strand that is wanted and was not begun early."""
        wanted = self._wanted
        yield self.curves()
        if not wanted.everything and wanted.vulnerability("robot"):
            yield self.key_transport()
        if wanted.feature("fallback_scsv"):
            yield self.fallback()
        yield from self._renegotiation()
        if wanted.feature("grease_tolerance"):
            yield self.grease(greased, tolerated=tolerated)

    def last(self) -> Iterator[Strand]:
        """The order of suites: asked after all others, since it ends with a choice, which confirms their refusals."""
        for each in PROTOCOLS:
            if self._wanted.preference(each):
                yield self.preference(each)

    # Groups and order

    def curves(self) -> Strand:
        """The groups below TLS 1.3, by elimination, as far as TLS 1.3 has not shown them.

        Suites of RSA are taken where there are some, since a server with an ECDSA key may want its own curve to be
        offered (RFC 8422 section 5.1).
        """
        if not self._wanted.groups:
            return
        bearing = [each for each in OLD[:-1] if self._elliptic(each)]
        # A server has one list of groups; but which of its versions use it is known only where every suite is.
        for version in bearing[:1] if self._wanted.everything else bearing:
            yield from self._curves_of(version)

    def _curves_of(self, version: Protocol) -> Strand:
        notes = self._notes
        suites = self._elliptic(version)
        size = self._ask.at_once(version)
        if not any(elliptic(iana.SUITES[code]) for code in notes.accepted(version)):  # does any suite name a group?
            for offered in parts(suites, size):
                reply = yield self._ask.ask(self._ask.hello(version, offered), whole=True)
                if not isinstance(reply, Refused):
                    break
                notes.believe("groups", reply)
            else:
                notes.refused_groups[version] = set(GROUPS)
                return
            suites = self._elliptic(version)
        free = tuple(code for code in suites if authentication(iana.SUITES[code]) != "ecdsa")
        had = not set(free).isdisjoint(notes.accepted(version))  # suites that nobody takes would tell of no group
        if had and {kind for of, kind in notes.authenticated if of == CODES[version]} != {"ecdsa"}:
            suites = free
        left = tuple(code for code in self._wanted.groups if code not in notes.groups)
        for part in self._ask.group_parts(left):
            yield from self._curves(version, suites[:size], part, () if suites is free else self._own_curves())
        notes.refused_groups[version] = {code for code in left if code not in notes.groups}

    def _curves(self, version: Protocol, suites: tuple[int, ...], left: tuple[int, ...], own: Sequence[int]) -> Strand:
        """Eliminate among some groups; after a refusal with the curves of the server's own keys behind them.

        Where such a curve is taken then, no other can be had: without it there is no handshake, and with it, this one.
        """
        notes, behind = self._notes, tuple[int, ...]()
        while left:
            reply = yield self._ask.ask(self._ask.hello(version, suites, (*left, *behind)), whole=True)
            notes.believe("groups", reply)
            remaining = tuple(code for code in left if code not in notes.groups)
            more = tuple(code for code in own if code not in left)
            if isinstance(reply, Picked) and remaining != left:
                left = remaining
            elif isinstance(reply, Refused) and more and not behind:
                behind = more
            else:
                if isinstance(reply, Doubt):
                    notes.groups_doubt = notes.groups_doubt or reply
                elif isinstance(reply, Picked) and not reply.broken_off and not behind:
                    notes.groups_doubt = Doubt("incomplete", "a group was chosen that had not been offered")
                return

    def _own_curves(self) -> tuple[int, ...]:
        """The curves of the server's keys, as far as they can be read."""
        found: set[str] = set()
        for each in self._notes.chains:
            with suppress(Unreadable):
                key = read(certificate(each.chain[0]).public_key)
                if isinstance(key, EllipticCurvePublicKey):
                    found.add(key.curve.name)
        return tuple(sorted(group_codes_of(found)))

    def _elliptic(self, version: Protocol) -> tuple[int, ...]:
        """Suites of a version that name a group: those accepted, and all others where not all were asked for."""
        accepted = self._notes.accepted(version)
        known = accepted if self._wanted.everything or not accepted else dict.fromkeys((*accepted, *suites_of(version)))
        return tuple(code for code in known if elliptic(iana.SUITES[code]))

    def _known(self, version: Protocol) -> tuple[int, ...]:
        """Suites that are accepted in a version, no more than one hello holds."""
        return tuple(self._notes.accepted(version)[: self._ask.at_once(version)])

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
        """Where not every suite was asked for: one that ROBOT could bear on, if there is any."""
        for version in OLD:
            asked = [code for code in suites_of(version) if transports_rsa(iana.SUITES[code])]
            for part in parts(asked, self._ask.at_once(version)):
                if self._notes.accepted(version) and self._notes.key_transport is None:
                    yield from self._ask.part(version, part, steps=1)

    # Features

    def compression(self) -> Strand:
        """A hello that offers TLS 1.3 too offers no compression (RFC 8446 section 4.1.2): where the server has answered
        no other, it is asked at last."""
        newest = self._notes.old
        if newest is None or not self._wanted.feature("compression"):
            return
        if "compression" not in self._notes.versions[newest].told:
            yield self._ask.ask(self._ask.hello(newest, self._known(newest)))

    def application(self) -> Strand:
        """Which protocol the server chooses by ALPN, where no whole handshake of TLS 1.3 and no first hello told it."""
        notes, newest = self._notes, self._notes.old
        asked = self._wanted.alpn and self._ask.target.starttls is None
        if notes.alpn_told or not asked or newest is None or newest == "ssl3":  # SSL 3.0 has no extensions
            return
        hello = replace(self._ask.hello(newest, self._known(newest)), alpn=PROTOCOLS_OFFERED)
        reply = yield self._ask.ask(hello)
        notes.alpn_told = notes.alpn_told or (
            isinstance(reply, Refused) and reply.alert == answers.NO_APPLICATION_PROTOCOL
        )

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
        hello = self._ask.hello(lower, (*self._known(lower), iana.FALLBACK_SCSV))
        reply = yield self._ask.ask(hello)
        notes.believe("features.fallback_scsv", reply)
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
        notes.believe("features.client_renegotiation", reply)
        notes.renegotiates = reply if isinstance(reply, Doubt) else isinstance(reply, Accepted)

    def grease(self, hello: ClientHello, *, tolerated: bool) -> Strand:
        """Whether the server passes over what it does not know; the first hello has shown it of most."""
        if tolerated:
            self._notes.grease = True
            return
        if self._ask.compact:
            self._notes.grease = Doubt("incomplete", "hellos of that length are not answered at all")
            return
        versions = (each for each in reversed(PROTOCOLS) if each != "ssl2")
        known = tuple(dict.fromkeys(code for each in versions for code in self._notes.accepted(each)))
        if not known:
            self._notes.grease = Doubt("incomplete", "SSL 2.0 is the only version to ask in")
            return
        hello = replace(hello, suites=known[:SUITES_AT_ONCE], alpn=())
        reply = yield self._ask.ask(hello)
        self._notes.believe("features.grease_tolerance", reply)
        if isinstance(reply, Refused):  # because of what nobody knows, or of something else in a hello of that kind?
            plain = yield self._ask.ask(replace(hello, grease=False))
            if not isinstance(plain, Picked):
                reply = Doubt("incomplete", "hellos of that kind are not answered at all")
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
