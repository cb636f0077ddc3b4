"""A wire with a round trip: a network namespace of its own whose packets wait, connection establishment included.

A TUN device carries 198.18.0.0/15 (RFC 2544: addresses for benchmarks). This end of it is SERVER. A packet to any
other address of the block comes back after half the round trip with source and destination exchanged: whoever
connects to 198.18.0.2 reaches SERVER, and SERVER's answers reach him the same way. The checksums of IP and TCP are
sums, so that the exchange leaves them as they are. Nothing of it leaves the namespace.
"""

import contextlib
import fcntl
import os
import select
import shutil
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence

from benchmarks.processes import end

SERVER = "198.18.0.1"
CLIENT_SEES = "198.18.0.2"
"""The first of the many addresses at which the server is seen from the other side of the wire."""
NAMESPACE = "KHIEN_BENCH_NAMESPACE"
"""Set in the environment of a process that stands in a namespace of its own."""

_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x1001
_DEVICE = b"khienwire"
_UP = (
    ("ip", "link", "set", "lo", "up"),
    ("ip", "addr", "add", f"{SERVER}/15", "dev", _DEVICE.decode()),
    ("ip", "link", "set", _DEVICE.decode(), "up"),
)
_TRIAL = "from benchmarks.tls.wire import trial; trial()"


def namespace_command(command: Sequence[str]) -> list[str]:
    """The command, in a network namespace of its own; a user namespace makes that free for everybody."""
    return ["unshare", "--user", "--map-root-user", "--net", "env", f"{NAMESPACE}=1", *command]


def available() -> bool:
    """Whether this machine lets us have such a wire."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    tried = subprocess.run(namespace_command([sys.executable, "-c", _TRIAL]), capture_output=True, timeout=20)
    return tried.returncode == 0


def trial() -> None:
    """Make the device and let it go again. Raises OSError or CalledProcessError where that is not allowed."""
    os.close(_device())


@contextlib.contextmanager
def wire(round_trip: float) -> Iterator[None]:
    """The wire stands until the block ends; `round_trip` in seconds. Only inside a namespace of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tls.wire", str(round_trip / 2)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"up\n":
            raise OSError("the wire does not stand")
        yield
    finally:
        end(process)


def _device() -> int:
    """The TUN device, up, with its address."""
    if NAMESPACE not in os.environ:
        raise OSError("this may be the machine's own network")
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", _DEVICE, _IFF_TUN_NO_PI))
    for command in _UP:
        subprocess.run(command, check=True, capture_output=True)
    return device


def turned(packet: bytes) -> bytes:
    """An IPv4 packet with source and destination exchanged (RFC 791 section 3.1)."""
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


def _carry(device: int, delay: float) -> None:
    """Give each IPv4 packet back after the delay, with its addresses exchanged, until standard input ends."""
    waiting: deque[tuple[float, bytes]] = deque()
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready = select.select([device, sys.stdin], [], [], pause)[0]
        if sys.stdin in ready:
            return
        if device in ready:
            packet = os.read(device, 65536)
            if packet[0] >> 4 == 4:
                waiting.append((time.monotonic() + delay, turned(packet)))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            os.write(device, waiting.popleft()[1])


if __name__ == "__main__":
    opened = _device()
    print("up", flush=True)
    _carry(opened, float(sys.argv[1]))
