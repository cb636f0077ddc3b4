"""A TLS server without a socket: it answers bytes with bytes, as its capabilities and its manners say.

What it can is the truth that evidence is held against; how it refuses, cuts and sulks must change no word of it. It
reads hellos with a parser that knows nothing of the codec.
"""

import random
import struct
from dataclasses import dataclass, field

from checks.model.evidence import PROTOCOLS, Protocol
from checks.tls import iana
from scanner.probes.tls.codec.exchange import SHARED
from scanner.probes.tls.codec.protection import can_protect
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.offers import CODES, authentication, elliptic, finite_field
from tests.scanner.probes import tls13_played
from tests.scanner.probes.played_manners import SCHEMES, SCHEMES13, Capabilities, Key, Manners, chain_of
from tests.scanner.probes.tls13_played import RETRY_RANDOM, Certified, ReadHello, sized

_REPLIES = {
    "secure_renegotiation": (0xFF01, b"\0"),
    "extended_master_secret": (23, b""),
    "heartbeat": (15, b"\x01"),
    "session_tickets": (35, b""),
}
"""Extensions that are answered where they are asked."""


GOODBYE = 19
"""Octets of an encrypted record with an alert, at most."""


class Over(Exception):
    """The server has said its last word on a connection."""

    def __init__(self, trouble: Trouble | None, last: bytes = b"") -> None:
        super().__init__(trouble)
        self.trouble = trouble
        """None: it falls silent."""
        self.last = last


@dataclass
class PlayedEndpoint:
    """The server between its connections."""

    can: Capabilities
    manners: Manners = field(default_factory=Manners)

    def __post_init__(self) -> None:
        self.connections = 0
        self.open = 0
        self._served: list[float] = []
        self._random = random.Random(self.manners.seed)

    def connect(self, now: float) -> "PlayedConnection":
        """A client has connected."""
        manners = self.manners
        self.connections += 1
        self.open += 1
        ill = None
        if manners.window is not None:
            most, seconds = manners.window
            self._served = [each for each in self._served if now - each < seconds]
            if len(self._served) >= most:
                ill = "reset"
            else:
                self._served.append(now)
        if self.open > manners.most_open or self._random.random() < manners.cuts:
            ill = "closed"
        elif self.connections > manners.dies_after or self._random.random() < manners.sleeps:
            ill = "silence"
        return PlayedConnection(self, ill)


class PlayedConnection:
    """One connection."""

    def __init__(self, server: PlayedEndpoint, ill: str | None = None) -> None:
        self.server = server
        self.can = server.can
        self.manners = server.manners
        self.trouble: Trouble | None = None
        """Set once the server has ended it."""
        self.ill = ill
        """What befalls it whatever is said."""
        self._whole: tls13_played.PlayedServer | None = None
        self._done = False

    def receive(self, data: bytes) -> bytes:
        """What the server says to some bytes; whole messages come in whole."""
        try:
            if self.ill == "silence" or self._done:
                raise Over(None)
            if self.ill is not None:
                raise Over("closed" if self.ill == "closed" else "reset")
            return self._answer(data)
        except Over as over:
            self._done = True
            self.trouble = over.trouble
            return over.last

    def _refuse(self, how: str, alert: int) -> Over:
        if how == "alert":
            said = bytes((21, 3, 1, 0, 2, self.manners.level, alert))
            return Over("closed", said)
        return Over(None if how == "silence" else "closed" if how == "cut" else "reset")

    def _answer(self, data: bytes) -> bytes:
        if data[:4] == b"HEAD" and self.manners.plain:
            raise Over("closed", self.manners.plain)
        if data[0] & 0x80 and data[2] == 1:
            return self._ssl2(data)
        if data[0] not in (20, 22, 23) or data[1] != 3:
            raise self._refuse(self.manners.refusal, 10)
        if data[0] == 23 or (self._whole is not None and b"\x14\x03\x03\x00\x01\x01\x16" != data[:7]):
            raise Over("closed", self._last_words(data))  # to the client's Finished, and what it says behind it
        payload = b""
        while data:
            kind, _, size = struct.unpack_from(">BHH", data)
            payload += data[5 : 5 + size] if kind == 22 else b""
            data = data[5 + size :]
        return self._hello(payload)

    def _ssl2(self, data: bytes) -> bytes:
        kinds = self.can.suites.get("ssl2", ())
        if not kinds:
            raise self._refuse(self.manners.ssl2_refusal, 70)
        size = int.from_bytes(data[5:7])
        offered = {int.from_bytes(data[at : at + 3]) for at in range(11, 11 + size, 3)}
        specs = b"".join(each.to_bytes(3) for each in kinds if each in offered)
        der = chain_of("rsa")[0]
        lengths = struct.pack(">HHH", len(der), len(specs), 16)
        body = b"\x04\0\x01\0\x02" + lengths + der + specs + bytes(16)
        return (0x8000 | len(body)).to_bytes(2) + body

    def _hello(self, message: bytes) -> bytes:
        manners, hello = self.manners, ReadHello.of(message)
        spoilt = manners.spoils(hello) if manners.spoils else None
        if spoilt is not None:
            return spoilt
        greased = any(each in iana.GREASE for each in (*hello.suites, *hello.listed(10), *hello.listed(43, 1)))
        unbearable = greased and not manners.bears_grease
        if unbearable or len(message) > manners.longest_hello or len(hello.suites) > manners.most_suites:
            raise self._refuse(manners.shunned, 50)
        version = self._version(hello)
        if version is None:
            raise self._refuse(manners.refusal, manners.version_alert)
        if "fallback_scsv" in self.can.features and iana.FALLBACK_SCSV in hello.suites and self._better(version):
            raise self._refuse(manners.refusal, 86)
        return self._hello13(hello, message) if version == "tls1_3" else self._old(hello, version)

    def _better(self, version: Protocol) -> bool:
        return any(PROTOCOLS.index(each) > PROTOCOLS.index(version) for each in self.can.suites)

    def _version(self, hello: ReadHello) -> Protocol | None:
        """The newest version that both have (RFC 8446 section 4.2.1)."""
        listed = hello.listed(43, 1) if hello.get(43) is not None and "tls1_3" in self.can.suites else None
        for version in reversed(PROTOCOLS):
            if version == "ssl2" or version not in self.can.suites:
                continue
            code = CODES[version]
            if code in listed if listed is not None else code <= hello.version and version != "tls1_3":
                return version
        return None

    def _ordered(self, mine: tuple[int, ...], theirs: list[int]) -> list[int]:
        both = [each for each in mine if each in theirs]
        return both if self.can.own_order else sorted(both, key=theirs.index)

    # TLS 1.3

    def _hello13(self, hello: ReadHello, message: bytes) -> bytes:
        can = self.can
        if self.manners.wants_share and not hello.shares():
            raise self._refuse(self.manners.shunned, 47)
        suites = self._ordered(can.suites["tls1_3"], hello.suites)
        groups = self._ordered(can.groups13, hello.listed(10))
        schemes = set(hello.listed(13))
        key = next((each for each in can.keys if SCHEMES13[each] & schemes), None)
        if not suites or not groups or key is None:
            raise self._refuse(self.manners.refusal, self.manners.refusal_alert)
        shared = [each for each in groups if each in hello.shares()]
        suite, group = suites[0], (shared or groups)[0]
        if not shared:
            block = struct.pack(">HHHHHH", 51, 2, group, 43, 2, 0x0304)
            if self._whole is None and can_protect(suite) and group in SHARED:
                self._whole = tls13_played.PlayedServer(suite, group)
                self._whole.hear(_record(message, 0x0303))
                return self._whole.retry((51, group.to_bytes(2)))
            return _record(_message(2, _hello_body(0x0303, suite, block, random=RETRY_RANDOM)), 0x0303)
        if not can_protect(suite) or group not in SHARED:
            value = group.to_bytes(2) + sized(2, hello.shares()[group])
            block = struct.pack(">HH", 51, len(value)) + value + struct.pack(">HHH", 43, 2, 0x0304)
            return _record(_message(2, _hello_body(0x0303, suite, block)), 0x0303)
        played = self._whole = self._whole or tls13_played.PlayedServer(suite, group)
        played.hear(_record(message, 0x0303))
        return self._flight13(played, hello, key)

    def _flight13(self, played: tls13_played.PlayedServer, hello: ReadHello, key: Key) -> bytes:
        can, about, protocol = self.can, [], self._protocol(hello)
        if can.stapled is not None:
            about.append((5, b"\x01" + sized(3, can.stapled)))
        if can.timestamps:
            about.append((18, sized(2, b"".join(sized(2, each) for each in can.timestamps))))
        leaf, *issuers = chain_of(key)
        chain = Certified([(leaf, about), *((each, []) for each in issuers)])
        answered = ((16, sized(2, sized(1, protocol))),) if protocol is not None else ()
        said = played.hello() + played.say(
            tls13_played.extensions_message(*answered), chain.message(), tls13_played.VERIFY
        )
        said += played.finish()
        if "session_tickets_13" in can.features:
            said += played.say(tls13_played.ticket_message(1024 if "early_data" in can.features else None))
            said += played.say(tls13_played.ticket_message(1024 if "early_data" in can.features else None))
        return said

    def _last_words(self, data: bytes) -> bytes:
        """What follows a request, and not a goodbye; where tickets come late, they come with it."""
        size = 0
        while data:
            size = int.from_bytes(data[3:5])
            data = data[5 + size :]
        if self._whole is None or size <= GOODBYE:
            return b""
        late = "late_tickets" in self.can.features
        tickets = [tls13_played.ticket_message(1024 if "early_data" in self.can.features else None)] * late
        return b"".join(map(self._whole.say, tickets)) + self._whole.seal(23, b"HTTP/1.0 200 OK\r\n\r\n")

    def _protocol(self, hello: ReadHello) -> bytes | None:
        body = (hello.get(16) or b"\0\0")[2:]
        offered = []
        while body:
            offered.append(body[1 : 1 + body[0]])
            body = body[1 + body[0] :]
        return next((each for each in self.can.alpn if each in offered), None)

    # SSL 3.0 to TLS 1.2

    def _old(self, hello: ReadHello, version: Protocol) -> bytes:
        can = self.can
        for suite in self._ordered(can.suites[version], hello.suites):
            name = iana.SUITES[suite]
            group = self._group(hello) if elliptic(name) else None
            key = self._key(hello, version, name)
            if (elliptic(name) and group is None) or (authentication(name) and key is None):
                continue
            if can.own_curve and key == "ecdsa" and hello.get(10) is not None and 23 not in hello.listed(10):
                continue
            return self._flight(hello, version, suite, group, key)
        raise self._refuse(self.manners.refusal, self.manners.refusal_alert)

    def _group(self, hello: ReadHello) -> int | None:
        """Without the extension the choice is the server's (RFC 8422 section 4)."""
        if hello.get(10) is None or self.can.stubborn_group:
            return next(iter(self.can.groups), None)
        return next(iter(self._ordered(self.can.groups, hello.listed(10))), None)

    def _key(self, hello: ReadHello, version: Protocol, name: str) -> Key | None:
        """The key for a suite, if there is one whose signatures the client reads (RFC 5246 section 7.4.1.4.1)."""
        kind = authentication(name)
        fitting: tuple[Key, ...] = tuple(
            each for each in self.can.keys if each == kind or (each == "eddsa" and "ECDHE_ECDSA" in name)
        )
        signs = finite_field(name) or elliptic(name)
        if version != "tls1_2":
            return next((each for each in fitting if each != "eddsa"), None)
        if hello.get(13) is None or not signs:
            return next(iter(fitting), None)
        return next((each for each in fitting if SCHEMES[each] & set(hello.listed(13))), None)

    def _flight(self, hello: ReadHello, version: Protocol, suite: int, group: int | None, key: Key | None) -> bytes:
        can, code, name = self.can, CODES[version], iana.SUITES[suite]
        compression = 1 if "compression" in can.features and 1 in hello.compression else 0
        replies = self._replies(hello, name, version)
        block = b"".join(struct.pack(">HH", kind, len(body)) + body for kind, body in replies)
        flight = _message(2, _hello_body(code, suite, block, compression=compression))
        if key is not None:
            flight += _message(11, sized(3, b"".join(sized(3, each) for each in chain_of(key))))
            if can.stapled is not None and hello.get(5) is not None:
                flight += _message(22, b"\x01" + sized(3, can.stapled))
        hint = b"\0\0" if "PSK" in name else b""
        if finite_field(name):
            prime = ((1 << (can.dh_bits - 1)) | 1).to_bytes((can.dh_bits + 7) // 8)
            flight += _message(12, hint + sized(2, prime) + sized(2, b"\x02") + sized(2, b"\x04") + b"signature")
        elif group is not None:
            flight += _message(12, hint + b"\x03" + group.to_bytes(2) + sized(1, b"point") + b"signature")
        return _record(flight + _message(14, b""), code)

    def _replies(self, hello: ReadHello, name: str, version: Protocol) -> list[tuple[int, bytes]]:
        """SSL 3.0 has no extensions, but for the one that came to be its bandage (RFC 5746 section 4.5)."""
        can = self.can
        found = [
            body
            for feature, body in _REPLIES.items()
            if feature in can.features and (hello.get(body[0]) is not None or self._signalled(hello, feature))
        ]
        if version == "ssl3":
            return [each for each in found if each[0] == 0xFF01]
        if "encrypt_then_mac" in can.features and hello.get(22) is not None and "_CBC_" in name:
            found.append((22, b""))
        if can.timestamps and hello.get(18) is not None:
            found.append((18, sized(2, b"".join(sized(2, each) for each in can.timestamps))))
        protocol = self._protocol(hello)
        if protocol is not None:
            found.append((16, sized(2, sized(1, protocol))))
        return found

    def _signalled(self, hello: ReadHello, feature: str) -> bool:
        return feature == "secure_renegotiation" and iana.EMPTY_RENEGOTIATION_INFO_SCSV in hello.suites


def _hello_body(version: int, suite: int, block: bytes, *, random: bytes = bytes(32), compression: int = 0) -> bytes:
    extensions = sized(2, block) if block else b""
    return version.to_bytes(2) + random + b"\0" + suite.to_bytes(2) + bytes((compression,)) + extensions


def _message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + sized(3, body)


def _record(message: bytes, version: int) -> bytes:
    pieces = [message[at : at + 2**14] for at in range(0, len(message), 2**14)]
    return b"".join(bytes((22,)) + version.to_bytes(2) + sized(2, piece) for piece in pieces)


def played_hello(version: int, suite: int, *extensions: tuple[int, bytes], retry: bool = False) -> bytes:
    """A ServerHello in a record, for a server that says what it should not."""
    block = b"".join(struct.pack(">HH", kind, len(body)) + body for kind, body in extensions)
    random = RETRY_RANDOM if retry else bytes(32)
    return _record(_message(2, _hello_body(version, suite, block, random=random)), version)
