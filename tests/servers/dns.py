"""A name server in threads of the test, on UDP and TCP at one loopback port, that answers what it is told to."""

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Answer = dns.message.Message | bytes | Sequence[bytes] | None
"""A message; bytes as they are; several datagrams; silence."""
Handler = Callable[[dns.message.Message, bool], Answer]
"""The query, and whether it came over TCP."""
PAIRS = 20
"""Ports that are tried."""


def reply(
    query: dns.message.Message,
    *records: str,
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR,
    authority: Sequence[str] = (),
    flags: int = 0,
) -> dns.message.Message:
    """The answer of a resolver. Records are written as "name type data"."""
    answer = dns.message.make_response(query, recursion_available=True)
    answer.set_rcode(rcode)
    answer.flags |= flags
    for section, lines in ((answer.answer, records), (answer.authority, authority)):
        for line in lines:
            name, kind, data = line.split(" ", 2)
            section.append(dns.rrset.from_text(name, 300, "IN", kind, data))
    return answer


def _pair(address: str, family: socket.AddressFamily, port: int) -> tuple[socket.socket, socket.socket]:
    """Sockets of TCP and UDP with the same port: this one, or for 0 the first that both can have.

    Raises OSError where none is found.
    """
    for _ in range(PAIRS):
        tcp, udp = socket.create_server((address, port), family=family), socket.socket(family, socket.SOCK_DGRAM)
        try:
            udp.bind((address, tcp.getsockname()[1]))
        except OSError:  # some client is answered there at this moment
            tcp.close()
            udp.close()
        else:
            return tcp, udp
    raise OSError("no port is free for both")


class NameServer:
    """`with NameServer(handler) as server`: asked at `server.place`; `server.asked` holds "name type" of each query."""

    def __init__(self, handler: Handler, address: str = "127.0.0.1", port: int = 0) -> None:
        self._handler = handler
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._tcp, self._udp = _pair(address, family, port)
        self._waking = socket.socket(family, socket.SOCK_DGRAM)  # of the same network namespace as the others
        self.port: int = self._tcp.getsockname()[1]
        self.place = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        self.asked: list[str] = []
        self.over_tcp = 0
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._serve_udp, self._serve_tcp)]

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._waking.sendto(b"", self._udp.getsockname()[:2])
        with contextlib.suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        for each in self._threads:
            each.join(10)
        for sock in (self._waking, self._udp, self._tcp):
            sock.close()

    def _serve_udp(self) -> None:
        while True:
            data, client = self._udp.recvfrom(65535)
            if self._stopping.is_set():
                return
            for each in self._answers(data, False):
                self._udp.sendto(each, client)

    def _serve_tcp(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._tcp.accept()
            except OSError:
                return
            self.over_tcp += 1
            with contextlib.suppress(OSError), sock:
                sock.settimeout(5)
                length = int.from_bytes(sock.recv(2, socket.MSG_WAITALL), "big")
                for each in self._answers(sock.recv(length, socket.MSG_WAITALL), True):
                    sock.sendall(each)

    def _answers(self, data: bytes, tcp: bool) -> list[bytes]:
        query = dns.message.from_wire(data)
        (question,) = query.question
        self.asked.append(f"{question.name.to_text(omit_final_dot=True) or '.'} {question.rdtype.name}")
        answer = self._handler(query, tcp)
        if isinstance(answer, dns.message.Message):
            wire = answer.to_wire(max_size=65535)
            return [len(wire).to_bytes(2, "big") + wire if tcp else wire]
        if isinstance(answer, bytes):
            return [answer]
        return list(answer or ())
