"""The words before TLS of services that begin in cleartext: six small state machines, bytes in and bytes out."""

import re
from abc import abstractmethod
from typing import Literal

from checks.model.target import Starttls
from scanner.probes.tls.preface import MAX_BYTES, Preface, Refusal

MAX_LINE = 8192
"""Octets of one line with its end. RFC 5321 section 4.5.3.1.5 allows 512 and RFC 9051 section 4 advises 8192."""

CLIENT_NAME = b"khien.invalid"
"""Who greets in SMTP. It belongs to nobody (RFC 6761 section 6.4), so that no server is told something untrue, and it
tells an operator who reads the log which program this was."""


class _Lines(Preface):
    """A protocol of lines. They end in CR LF; the bare LF of some servers is taken as well."""

    def _unit(self) -> bytes | None:
        end = self._waiting.find(b"\n", 0, MAX_LINE)
        if end >= 0:
            return bytes(self._waiting[: end + 1])
        if len(self._waiting) >= MAX_LINE:
            self._refuse(Refusal.TOO_MUCH)
        return None

    def _answer(self, unit: bytes) -> bytes:
        return self._line(unit.rstrip(b"\r\n"))

    @abstractmethod
    def _line(self, line: bytes) -> bytes:
        """Take one line without its end; give what is to be sent."""


_REPLY = re.compile(rb"([1-5][0-9]{2})(?:([ -])|$)")


class _Replies(_Lines):
    """Replies of a three-digit code, of one line or of many (RFC 959 section 4.2, RFC 5321 section 4.2.1)."""

    free_middle: bool
    """Whether the lines within a long reply may say anything, another code included."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: bytes | None = None
        self._lines: list[bytes] = []

    def _line(self, line: bytes) -> bytes:
        found = _REPLY.match(line)
        if found is None and self._begun is None:
            return self._refuse(Refusal.OTHER_PROTOCOL)
        self._lines.append(line[4:] if found else line)
        if self._begun is None and found and found[2] == b"-":
            self._begun = found[1]
        ends = found is not None and found[2] != b"-"
        if not found or not ends or (self.free_middle and self._begun not in (None, found[1])):
            return b""
        lines, self._lines, self._begun = self._lines, [], None
        return self._reply(int(found[1]), lines)

    def _turned_away(self, code: int) -> bytes:
        """A code other than success before anything was said of TLS."""
        if 400 <= code < 500:
            return self._refuse(Refusal.BUSY)
        return self._refuse(Refusal.NOT_SERVED if code >= 500 else Refusal.OTHER_PROTOCOL)

    def _switch(self, code: int, success: int) -> bytes:
        """The answer to the command that asks for TLS."""
        if code == success:
            return self._go_ahead()
        if 400 <= code < 500:
            return self._refuse(Refusal.BUSY)
        return self._refuse(Refusal.NO_SWITCH if code >= 500 else Refusal.OTHER_PROTOCOL)

    @abstractmethod
    def _reply(self, code: int, lines: list[bytes]) -> bytes:
        """Take one reply, its lines without codes; give what is to be sent."""


class _Smtp(_Replies):
    """RFC 3207: the greeting, EHLO, and STARTTLS where the server lists it."""

    # Some servers show a first line to clients that speak too early, and may refuse with another code after it.
    free_middle = False

    def __init__(self) -> None:
        super().__init__()
        self._asked: Literal["nothing", "ehlo", "starttls"] = "nothing"

    def _reply(self, code: int, lines: list[bytes]) -> bytes:
        match self._asked:
            case "nothing":
                if code != 220:
                    return self._turned_away(code)
                self._asked = "ehlo"
                return b"EHLO " + CLIENT_NAME + b"\r\n"
            case "ehlo":
                return self._greeted(code, lines)
            case "starttls":
                return self._switch(code, 220)

    def _greeted(self, code: int, lines: list[bytes]) -> bytes:
        if code in (500, 502):  # it knows no extensions at all (RFC 5321 section 4.1.4)
            return self._refuse(Refusal.NOT_OFFERED)
        if code != 250:
            return self._turned_away(code)
        if not any(line.split()[:1] in ([b"STARTTLS"],) for line in map(bytes.upper, lines)):
            return self._refuse(Refusal.NOT_OFFERED)
        self._asked = "starttls"
        return b"STARTTLS\r\n"


class _Ftp(_Replies):
    """RFC 4217 section 4: the greeting, and AUTH TLS."""

    free_middle = True  # RFC 959 section 4.2

    def __init__(self) -> None:
        super().__init__()
        self._greeted = False

    def _reply(self, code: int, lines: list[bytes]) -> bytes:
        if self._greeted:
            return self._switch(code, 234)
        if code == 120:  # "service ready in nnn minutes", and 220 follows (RFC 959 section 5.4)
            return b""
        if code != 220:
            return self._turned_away(code)
        self._greeted = True
        return b"AUTH TLS\r\n"


class _Imap(_Lines):
    """RFC 9051 section 6.2.1: the greeting, and STARTTLS."""

    tag = b"A1"

    def __init__(self) -> None:
        super().__init__()
        self._greeted = False

    def _line(self, line: bytes) -> bytes:
        words = line.upper().split(maxsplit=3)
        tag, status = words[0] if words else b"", words[1] if len(words) > 1 else b""
        if (tag, status) == (b"*", b"BYE"):
            return self._refuse(Refusal.BUSY)
        if not self._greeted:
            return self._greeting(tag, status)
        if tag == self.tag and status == b"OK":
            return self._go_ahead()
        if tag == self.tag and status == b"NO" and _for_now(words):
            return self._refuse(Refusal.BUSY)
        # A server that cannot make out the tag answers BAD without one (RFC 9051 section 7.1.3).
        if (tag, status) == (b"*", b"BAD") or (tag == self.tag and status in (b"NO", b"BAD")):
            return self._refuse(Refusal.NO_SWITCH)
        return b"" if tag == b"*" else self._refuse(Refusal.OTHER_PROTOCOL)

    def _greeting(self, tag: bytes, status: bytes) -> bytes:
        if tag != b"*" or status not in (b"OK", b"PREAUTH"):
            return self._refuse(Refusal.OTHER_PROTOCOL)
        if status == b"PREAUTH":  # STARTTLS belongs to the state before that
            return self._refuse(Refusal.NO_SWITCH)
        self._greeted = True
        return self.tag + b" STARTTLS\r\n"


class _Pop3(_Lines):
    """RFC 2595 section 4: the greeting, and STLS."""

    def __init__(self) -> None:
        super().__init__()
        self._greeted = False

    def _line(self, line: bytes) -> bytes:
        words = line.upper().split(maxsplit=2)
        status = words[0] if words else b""
        if status not in (b"+OK", b"-ERR"):
            return self._refuse(Refusal.OTHER_PROTOCOL)
        if status == b"-ERR":
            if not self._greeted or _for_now(words):
                return self._refuse(Refusal.BUSY)
            return self._refuse(Refusal.NO_SWITCH)
        if self._greeted:
            return self._go_ahead()
        self._greeted = True
        return b"STLS\r\n"


_FOR_NOW = (b"[UNAVAILABLE]", b"[SERVERBUG]", b"[INUSE]", b"[LIMIT]", b"[SYS/TEMP]", b"[IN-USE]", b"[LOGIN-DELAY]")
"""Response codes with which a refusal is one of the moment (RFC 5530 section 3, RFC 2449 section 8, RFC 3206)."""


def _for_now(words: list[bytes]) -> bool:
    return any(word in _FOR_NOW for word in words)


_START_TLS = b"1.3.6.1.4.1.1466.20037"
_MESSAGE, _INTEGER, _ENUMERATED, _EXTENDED_RESPONSE = 0x30, 0x02, 0x0A, 0x78


class _Ldap(Preface):
    """RFC 4511 section 4.14: an extended operation, in BER of definite lengths (section 5.1)."""

    def begin(self) -> bytes:
        request = b"\x77" + bytes([len(_START_TLS) + 2]) + b"\x80" + bytes([len(_START_TLS)]) + _START_TLS
        return b"\x30" + bytes([len(request) + 3]) + b"\x02\x01\x01" + request

    def _unit(self) -> bytes | None:
        try:
            if self._waiting and self._waiting[0] != _MESSAGE:
                raise ValueError("not a message")
            size = _element_size(self._waiting)
        except ValueError:
            self._refuse(Refusal.OTHER_PROTOCOL)
            return None
        if size is not None and size > MAX_BYTES:
            self._refuse(Refusal.TOO_MUCH)
            return None
        return bytes(self._waiting[:size]) if size is not None and len(self._waiting) >= size else None

    def _answer(self, unit: bytes) -> bytes:
        try:
            message, code = _extended_response(unit)
        except ValueError:
            return self._refuse(Refusal.OTHER_PROTOCOL)
        # Message 0 is the notice that the server ends the connection (RFC 4511 section 4.4.1). Busy, unavailable and
        # other (section A.2) are troubles of the server: some say unavailable where TLS is set up but out of order.
        if message == 0 or code in (51, 52, 80):
            return self._refuse(Refusal.BUSY)
        return self._go_ahead() if code == 0 else self._refuse(Refusal.NO_SWITCH)


def _element_size(data: bytes | bytearray) -> int | None:
    """Octets of the BER element that begins here, tag and length included; None while its length is not all there.

    Raises ValueError for an indefinite length (X.690 section 8.1.3.6) and for one of more than four octets.
    """
    if len(data) < 2:
        return None
    if data[1] < 0x80:
        return 2 + data[1]
    octets = data[1] - 0x80
    if not 1 <= octets <= 4:
        raise ValueError("a length that no message has")
    return 2 + octets + int.from_bytes(data[2 : 2 + octets]) if len(data) >= 2 + octets else None


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the element at the beginning, and what follows it. Raises ValueError where it is another."""
    size = _element_size(data)
    if data[:1] != bytes([tag]) or size is None or size > len(data):
        raise ValueError("not the element expected")
    head = 2 if data[1] < 0x80 else 2 + data[1] - 0x80
    return data[head:size], data[size:]


def _extended_response(data: bytes) -> tuple[int, int]:
    """Message number and result code. Raises ValueError where it is no answer to the first message, and no notice."""
    message, _ = _element(data, _MESSAGE)
    number, operation = _element(message, _INTEGER)
    response, _ = _element(operation, _EXTENDED_RESPONSE)
    code, _ = _element(response, _ENUMERATED)
    if number not in (b"\x00", b"\x01") or not code:
        raise ValueError("not an answer to the request")
    return number[0], int.from_bytes(code, signed=True)


class _Postgres(Preface):
    """The message SSLRequest, and one byte in return (PostgreSQL documentation, "Message Flow": SSL encryption)."""

    def begin(self) -> bytes:
        return bytes.fromhex("0000000804d2162f")  # 8 octets, code 80877103

    def _unit(self) -> bytes | None:
        return bytes(self._waiting[:1]) or None

    def _answer(self, unit: bytes) -> bytes:
        match unit:
            case b"S":
                return self._go_ahead()
            case b"N":
                return self._refuse(Refusal.NO_SWITCH)
            case b"E":  # an error: of a server older than TLS in PostgreSQL, or of one that has no room for a client
                return self._refuse(Refusal.BUSY)
            case _:
                return self._refuse(Refusal.OTHER_PROTOCOL)


_PREFACES: dict[Starttls, type[Preface]] = {
    "smtp": _Smtp,
    "imap": _Imap,
    "pop3": _Pop3,
    "ftp": _Ftp,
    "ldap": _Ldap,
    "postgres": _Postgres,
}


def preface_for(starttls: Starttls) -> Preface:
    """What has to be said before TLS on a new connection to such a service."""
    return _PREFACES[starttls]()
