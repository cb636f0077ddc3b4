"""What builds on the versions and suites that a server takes: its order, groups, certificates, features."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checks.model.evidence import PROTOCOLS, Protocol
from checks.tls import iana
from checks.tls.certificates import Unreadable, certificate, read
from scanner.probes.tls.codec.exchange import can_share
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import can_protect
from scanner.probes.tls.contact import PROTOCOLS_OFFERED
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.enumeration import Enumeration
from scanner.probes.tls.look import Question, Strand
from scanner.probes.tls.notes import OLD, Notes, SentChain, VersionNotes
from scanner.probes.tls.offers import (
    CODES,
    GROUPS,
    SCHEMES,
    SUITES_AT_ONCE,
    authentication,
    elliptic,
    suites_of,
    transports_rsa,
)
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Refused, Reply, doubt_of
from scanner.probes.tls.tls13 import Handshake
from scanner.probes.tls.vulnerabilities.renegotiation import Renegotiation, can_speak
from scanner.probes.tls.wanted import Wanted

KINDS_AT_MOST: Final = 6
"""Chains that are asked for in one version: one for each kind of key that there is."""

_SHARE_COST: Final = (29, 23, 30, 25, 24, 256, 257, 258, 259, 260)
"""Groups in which a key can be agreed on, the cheapest first."""

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
        if wanted.certificates or wanted.feature("early_data"):
            yield self.certificates13()
        if wanted.certificates:
            yield self.certificates12()
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

    # Certificates

    def certificates13(self) -> Strand:
        """A whole handshake of TLS 1.3 for each kind of key, by offering the signatures of the others only."""
        notes = self._notes
        suites = [code for code in notes.accepted("tls1_3") if can_protect(code)]
        shares = sorted((code for code in notes.groups if can_share(code)), key=_SHARE_COST.index)
        if not notes.accepted("tls1_3"):
            return
        if not suites or not shares:
            notes.chains_doubt = Doubt("incomplete", "TLS 1.3 only with suites or groups that the scanner cannot use")
            notes.early_data = notes.chains_doubt
            return
        schemes: tuple[int, ...] = SCHEMES
        for number in range(KINDS_AT_MOST):
            before = len(notes.chains13)
            reply = yield self._handshake(tuple(suites), shares, schemes, first=number == 0)
            if isinstance(reply, Doubt):
                notes.chains_doubt = notes.chains_doubt or reply
                notes.early_data = reply if notes.early_data is None else notes.early_data
            found = notes.chains13[before:]
            schemes = _without(schemes, found[-1].chain[0]) if found else ()
            if not schemes or not self._wanted.certificates:
                return

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
                self._first_handshake(talk)
            if talk.chain and talk.server_hello is not None:
                return Picked(talk.server_hello)
            if talk.alert is not None:
                return Refused(talk.alert.description)
            return doubt_of(trouble) if trouble is not None else Doubt("tls_failed", talk.error or "")

        return self._ask.question(talk, read_handshake)

    def _first_handshake(self, talk: Handshake) -> None:
        """What only a whole handshake tells."""
        notes = self._notes
        notes.wants_client_certificate = notes.wants_client_certificate or talk.wants_client_certificate
        if talk.alpn is not None:
            notes.alpn = talk.alpn.decode("ascii", "replace") if talk.alpn in PROTOCOLS_OFFERED else notes.alpn
        if talk.tickets:
            notes.versions["tls1_3"].told["session_tickets"] = True
        elif talk.early_data is False:
            notes.versions["tls1_3"].told.setdefault("session_tickets", False)
        unsure = Doubt("incomplete", "no whole handshake came about")
        notes.early_data = unsure if talk.early_data is None else talk.early_data

    def certificates12(self) -> Strand:
        """Below TLS 1.3 suites tell the kinds of keys apart, and the chains came with them.

        Asked for again are those that did not come, and EdDSA, which has the suites of ECDSA (RFC 8422 section 5.10).
        """
        for version in OLD:
            for suite in self._missing(version):
                yield self._ask.ask(self._ask.hello(version, (suite,)))
            if any(True for _ in self._missing(version)):
                doubt = Doubt("incomplete", "a handshake brought no certificate")
                self._notes.chains_doubt = self._notes.chains_doubt or doubt
        if self._notes.accepted("tls1_3"):
            return
        suites = [code for code in self._notes.accepted("tls1_2") if authentication(iana.SUITES[code]) == "ecdsa"]
        if suites and (CODES["tls1_2"], "ecdsa") in self._notes.authenticated:
            schemes = SCHEMES
            for each in self._notes.chains:
                schemes = _without(schemes, each.chain[0])
            reply = yield self._ask.ask(self._ask.hello("tls1_2", suites, schemes=schemes), whole=True)
            if isinstance(reply, Doubt):
                self._notes.chains_doubt = self._notes.chains_doubt or reply

    def _missing(self, version: Protocol) -> Iterator[int]:
        """One suite for each kind of key of which no chain was seen in a version."""
        kinds: set[str] = set()
        for code in self._notes.accepted(version):
            kind = authentication(iana.SUITES[code])
            if kind is not None and kind not in kinds and (CODES[version], kind) not in self._notes.authenticated:
                kinds.add(kind)
                yield code

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


def _without(schemes: tuple[int, ...], leaf: bytes) -> tuple[int, ...]:
    """Signature schemes but for those of a certificate's kind of key; none where that cannot be told."""
    try:
        oid = read(lambda: certificate(leaf).public_key_algorithm_oid.dotted_string)
    except Unreadable:
        return ()
    kinds = _KEYS.get(oid, ())
    return tuple(each for each in schemes if iana.KEY_OF_SCHEME[each] not in kinds) if kinds else ()
