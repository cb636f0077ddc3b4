"""What passes a link, read from the kernel itself (packet(7)): every frame, when, which way, and from whom to whom."""

import ipaddress
import socket
import struct
import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.network.namespaces import Namespace

ETH_P_ALL, ETH_P_IP, ETH_P_ARP, ETH_P_IPV6 = 3, 0x0800, 0x0806, 0x86DD
PACKET_OUTGOING = 4
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
SOL_PACKET, PACKET_STATISTICS = 263, 6
ICMPV6, TCP = 58, 6
FIN, SYN, RST, ACK = 1, 2, 4, 16
TIMESTAMPS = 8
"""The TCP option of RFC 7323, which Linux sends with every SYN, and nmap with none of its own."""
BUFFER_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of IPv4 or IPv6."""

    time: float
    """Seconds, by the kernel's clock."""
    sent: bool
    """By the scanner; otherwise to it."""
    source: str
    destination: str
    protocol: int
    ports: tuple[int, int] = (0, 0)
    """Of TCP: the source's, the destination's."""
    flags: int = 0
    """Of TCP."""
    plain: bool = False
    """A SYN without the options of Linux: nmap made it."""

    @property
    def connection(self) -> tuple[str, int, int]:
        """Of TCP: the server's address, its port, the scanner's port."""
        ours, theirs = self.ports if self.sent else reversed(self.ports)
        return (self.destination if self.sent else self.source), theirs, ours

    @property
    def begins(self) -> bool:
        """Whether it is the scanner's wish for a connection."""
        return self.sent and self.protocol == TCP and self.flags & (SYN | ACK) == SYN


class Capture:
    """`with Capture(namespace, link) as capture`: everything on a link, until the block ends."""

    def __init__(self, namespace: Namespace, link: str) -> None:
        self.packets: list[Packet] = []
        self._socket = namespace.run(lambda: _opened(link))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        _, lost = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self._socket.close()
        assert not lost, f"{lost} packets were not seen"

    def _read(self) -> None:
        while True:
            stopping = self._stopping.is_set()
            try:
                frame, extra, _, address = self._socket.recvmsg(256, 256)
            except TimeoutError:
                if stopping:
                    return
                continue
            ((_, _, stamp),) = extra
            seconds, nanoseconds = struct.unpack("ll", stamp)
            found = _packet(frame, address[1], address[2] == PACKET_OUTGOING, seconds + nanoseconds / 1e9)
            if found is not None:
                self.packets.append(found)


def _opened(link: str) -> socket.socket:
    found = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    found.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    found.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    found.bind((link, 0))
    found.settimeout(0.2)
    return found


def _packet(frame: bytes, kind: int, sent: bool, time: float) -> Packet | None:
    """None for ARP, which never leaves a link. Anything else that is not IP is a fault of the test's."""
    if kind == ETH_P_ARP:
        return None
    assert kind in (ETH_P_IP, ETH_P_IPV6), f"a frame of kind {kind:#06x}"
    data = frame[14:]
    if kind == ETH_P_IP:
        protocol, ends, body = data[9], (data[12:16], data[16:20]), data[(data[0] & 15) * 4 :]
    else:
        protocol, ends, body = data[6], (data[8:24], data[24:40]), data[40:]
    source, destination = (str(ipaddress.ip_address(each)) for each in ends)
    if protocol != TCP:
        return Packet(time, sent, source, destination, protocol)
    ours, theirs = struct.unpack("!HH", body[:4])
    plain = TIMESTAMPS not in _options(body[20 : (body[12] >> 4) * 4])
    return Packet(time, sent, source, destination, protocol, (ours, theirs), body[13], plain)


def _options(data: bytes) -> set[int]:
    """The kinds of the options of a TCP header (RFC 9293 section 3.1)."""
    found = set()
    while data and data[0]:
        found.add(data[0])
        data = data[1:] if data[0] == 1 else data[max(2, data[1]) :]
    return found


def most_within(times: Iterable[float], seconds: float) -> int:
    """The most that fall into any span of so many seconds."""
    ordered = sorted(times)
    return max((bisect_left(ordered, time + seconds) - at for at, time in enumerate(ordered)), default=0)


def most_open(packets: Iterable[Packet]) -> int:
    """The most connections that were open at once: from the scanner's SYN to its FIN, or an RST of either side."""
    opened: set[tuple[str, int, int]] = set()
    most = 0
    for packet in packets:
        if packet.begins:
            opened.add(packet.connection)
            most = max(most, len(opened))
        elif packet.flags & RST or (packet.sent and packet.flags & FIN):
            opened.discard(packet.connection)
    return most
