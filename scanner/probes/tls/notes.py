"""What the connections of one look have told so far, put where it belongs. Nothing here asks or judges."""

from dataclasses import dataclass, field
from typing import Final, Literal

from checks.model.evidence import PROTOCOLS, Protocol
from checks.tls import iana
from scanner.probes.tls.codec import answers
from scanner.probes.tls.codec import hello as ask
from scanner.probes.tls.codec.answers import ServerHello
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.offers import (
    COMPACT_SCHEMES,
    GROUPS,
    SCHEMES,
    authentication,
    elliptic,
    finite_field,
    suites_of,
    transports_rsa,
)
from scanner.probes.tls.reply import Doubt, Refused, Reply
from scanner.probes.tls.talk import HelloTalk

OldVersion = Literal["ssl3", "tls1_0", "tls1_1", "tls1_2"]

OLD: Final[tuple[OldVersion, ...]] = ("tls1_2", "tls1_1", "tls1_0", "ssl3")
"""Versions below TLS 1.3 that share its record layer, newest first."""

OLD_FEATURES: Final = {
    "secure_renegotiation": ask.RENEGOTIATION_INFO,
    "extended_master_secret": ask.EXTENDED_MASTER_SECRET,
    "heartbeat": ask.HEARTBEAT,
    "session_tickets": ask.SESSION_TICKET,
}
"""Features that a ServerHello below TLS 1.3 tells by answering an extension."""


@dataclass(frozen=True, slots=True)
class SentChain:
    """The certificates of one handshake, with what was sent about them."""

    chain: tuple[bytes, ...]
    staple: bytes | None = None
    timestamps: tuple[bytes, ...] = ()


@dataclass(slots=True)
class VersionNotes:
    """One version, or its suites."""

    accepted: list[int] = field(default_factory=list)
    """In the order in which they were chosen."""
    refused: set[int] = field(default_factory=set)
    offers: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    """What was offered, in its order, and what was chosen of it, where nothing but an order bore on the choice."""
    unsupported: bool = False
    """Whether the server refused the version itself, or chose a lower one."""
    doubt: Doubt | None = None
    """Why the list of suites may lack some."""
    cut: bool = False
    """Whether a cut was believed to be a refusal."""
    prefers: bool | Doubt | None = None
    """Whether the server has an order of its own; None: not asked."""
    told: dict[str, bool] = field(default_factory=dict)
    """Features, by what the ServerHellos of this version said of them."""

    def refuse(self, suites: tuple[int, ...], reply: Refused) -> None:
        """The server takes none of these suites."""
        self.refused.update(suites)
        self.cut = self.cut or reply.believed
        self.unsupported = self.unsupported or (reply.version and not self.accepted)

    def supported(self, version: Protocol) -> bool | None:
        """Whether the version, which these notes are of, is supported; None: could not tell, or not asked."""
        if self.accepted:
            return True
        return False if self.unsupported or self.refused.issuperset(suites_of(version)) else None


@dataclass(slots=True)
class Notes:
    """One endpoint."""

    versions: dict[Protocol, VersionNotes] = field(default_factory=lambda: {each: VersionNotes() for each in PROTOCOLS})
    groups: set[int] = field(default_factory=set)
    """Accepted in any version."""
    refused_groups: dict[Protocol, set[int]] = field(default_factory=dict)
    """Offered to the end and not taken, in TLS 1.3 and in the version below it in which groups were asked for."""
    groups_doubt: Doubt | None = None
    dh_bits: set[int] = field(default_factory=set)
    dh_unseen: bool = False
    """Whether a suite with a modulus was chosen without the modulus being seen."""
    chains: list[SentChain] = field(default_factory=list)
    chains13: list[SentChain] = field(default_factory=list)
    """Those of TLS 1.3."""
    chains_doubt: Doubt | None = None
    authenticated: set[tuple[int, str]] = field(default_factory=set)
    """Version and kind of key of the chains seen below TLS 1.3."""
    curves_of: set[int] = field(default_factory=set)
    """Versions below TLS 1.3 in which the group of a key exchange was seen."""
    ssl2_certificate: bytes = b""
    alpn: str | None = None
    alpn_told: bool = False
    """Whether an offer of protocols was answered, be it by choosing none."""
    early_data: bool | Doubt | None = None
    fallback: bool | Doubt | None = None
    renegotiates: bool | Doubt | None = None
    grease: bool | Doubt | None = None
    wants_client_certificate: bool = False
    """Whether one was asked for in any handshake: some servers go no further without."""
    cut: set[str] = field(default_factory=set)
    """Paths of answers that rest on a cut that was believed to be a refusal, beside those about versions."""
    refusals: set[str] = field(default_factory=set)
    """Paths of answers that rest on a refusal of any kind, beside those about versions."""

    def believe(self, what: str, reply: Reply) -> None:
        """Keep in mind where an answer rests on a refusal, or on a cut."""
        if isinstance(reply, Refused):
            self.refusals.add(what)
            if reply.believed:
                self.cut.add(what)

    def take_back(self, doubt: Doubt, *, every: bool) -> None:
        """Whatever rests on a cut, or on a refusal of any kind (`every`), is not known after all."""
        paths = self.refusals if every else self.cut
        for each in self.versions.values():
            if each.cut or (every and (each.refused or each.unsupported)):
                each.doubt = each.doubt or doubt
                each.refused.clear()
                each.unsupported = False
        if "groups" in paths:
            self.groups_doubt = self.groups_doubt or doubt
        if "certificates" in paths:
            self.chains_doubt = self.chains_doubt or doubt
        if "features.fallback_scsv" in paths:
            self.fallback = doubt
        if "features.grease_tolerance" in paths:
            self.grease = doubt
        if "features.client_renegotiation" in paths:
            self.renegotiates = doubt

    def accepted(self, version: Protocol) -> list[int]:
        """Suites accepted in a version."""
        return self.versions[version].accepted

    @property
    def old(self) -> OldVersion | None:
        """The newest version below TLS 1.3 that is accepted; SSL 2.0 aside."""
        return next((each for each in OLD if self.versions[each].accepted), None)

    @property
    def key_transport(self) -> OldVersion | None:
        """The newest version in which a suite with RSA key exchange is accepted: ROBOT needs one."""
        having = (each for each in OLD if any(transports_rsa(iana.SUITES[code]) for code in self.accepted(each)))
        return next(having, None)

    def wants_more(self, hello: ServerHello) -> bool:
        """Whether the flight behind a ServerHello below TLS 1.3 holds what has not been seen."""
        name = iana.SUITES.get(hello.suite, "")
        key = authentication(name)
        return (
            finite_field(name)
            or (elliptic(name) and hello.version not in self.curves_of)
            or (key is not None and (hello.version, key) not in self.authenticated)
        )

    def agreed(self, hello: ServerHello) -> None:
        """A whole handshake of TLS 1.3 came about."""
        accepted = self.versions["tls1_3"].accepted
        if hello.suite not in accepted:
            accepted.append(hello.suite)
        if hello.group is not None:
            self.groups.add(hello.group)

    def picked(self, talk: HelloTalk, hello: ServerHello) -> None:
        """A server chose: keep everything that it told."""
        version = iana.PROTOCOL_CODES[hello.version]
        notes = self.versions[version]
        if hello.suite not in notes.accepted:
            notes.accepted.append(hello.suite)
        if version == "tls1_3" or _tells_order(talk.offered):
            notes.offers.append((talk.offered.suites, hello.suite))
        self.wants_client_certificate = self.wants_client_certificate or talk.wants_client_certificate
        self.alpn_told = self.alpn_told or (version != "tls1_3" and bool(talk.offered.alpn))
        chosen = hello.alpn
        if chosen is not None and chosen in talk.offered.alpn:
            self.alpn = chosen.decode("ascii")
        if version == "tls1_3":
            if hello.group is not None:
                self.groups.add(hello.group)
            return
        self._features(notes, talk, hello)
        self._flight(talk, hello)

    def _features(self, notes: VersionNotes, talk: HelloTalk, hello: ServerHello) -> None:
        told = notes.told
        if ask.DEFLATE in talk.offered.compression:
            told["compression"] = told.get("compression", False) or hello.compression != ask.NULL_COMPRESSION
        scsv = iana.EMPTY_RENEGOTIATION_INFO_SCSV in talk.offered.suites
        for name, extension in OLD_FEATURES.items():
            asked = talk.offered.extended and talk.offered.asking
            if asked or (scsv and name == "secure_renegotiation"):
                told[name] = told.get(name, False) or hello.has(extension)
        if "_CBC_" in iana.SUITES.get(hello.suite, "") and talk.offered.extended and talk.offered.asking:
            told["encrypt_then_mac"] = told.get("encrypt_then_mac", False) or hello.has(ask.ENCRYPT_THEN_MAC)

    def _flight(self, talk: HelloTalk, hello: ServerHello) -> None:
        """Certificates and key exchange, where they were read."""
        name = iana.SUITES.get(hello.suite, "")
        key = authentication(name)
        if key is not None and talk.chain:
            self.authenticated.add((hello.version, key))
            sent = SentChain(talk.chain, talk.staple, talk.timestamps)
            if sent not in self.chains:  # which may be long, and comes with many an answer
                self.chains.append(sent)
        hinted = "PSK" in name
        if finite_field(name):
            try:
                self.dh_bits.add(answers.modulus_bits(talk.key_exchange or b"", hinted=hinted))
            except CodecError:
                self.dh_unseen = True
        if elliptic(name) and talk.key_exchange is not None:
            try:
                group = answers.curve_of_key_exchange(talk.key_exchange, hinted=hinted)
            except CodecError:
                return
            if group is not None and group in iana.GROUPS:
                self.curves_of.add(hello.version)
                self.groups.add(group)
            elif group is not None:
                self.groups_doubt = Doubt("tls_failed", "a group was chosen that nobody registered")


def _tells_order(offered: ask.ClientHello) -> bool:
    """Whether a choice below TLS 1.3 tells of the server's order: a suite is passed over as well when its key cannot
    sign as asked, or is on a curve that was not offered (RFC 8422 section 5.1)."""
    if offered.schemes not in ((), SCHEMES, COMPACT_SCHEMES):
        return False
    every = offered.groups == GROUPS[: len(offered.groups)]
    return every or all(authentication(iana.SUITES.get(code, "")) != "ecdsa" for code in offered.suites)
