"""The reactor, one connection at a time: whatever a server does has its name, and no deadline is ever moved."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from scanner.probes.tls.conversation import Trouble
from tests.scanner.probes.reactor_looks import Plan, Serving, Talk, echo, reactor, soon
from tests.servers.misbehaving import Drip, Garbage, Says, Silent
from tests.servers.tcp import reset

ALERT = bytes.fromhex("15030300020228")
BIG = b"x" * 900_000
"""More than a server reads at once, less than what is kept for one that does not read."""


@contextlib.contextmanager
def unanswered() -> Iterator[socket.socket]:
    """A listener whose queue is full: no further connection stands until something is accepted."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as clients:
        for _ in range(4):
            client = clients.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener


def taken_at_once() -> int:
    """The bytes that a fresh socket takes though nobody reads."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        sock.setblocking(False)
        return sock.send(bytes(16_000_000))


def ends(server: object, talk: Talk, **bounds: float) -> Trouble | None:
    """How one connection to a server ends."""
    plan = Plan(server, [talk])  # type: ignore[arg-type]
    with reactor(**bounds) as driver:  # type: ignore[arg-type]
        assert driver.look(plan, soon()) == 1
    (trouble,) = plan.troubles
    assert plan.finished
    assert not plan.expired
    return trouble


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_what_is_said_and_answered_comes_through(address: str) -> None:
    talk = Talk(b"good day", wanted=8)
    with Serving(echo, address) as server:
        assert ends(server, talk) is None
    assert talk.heard == b"good day"


def test_an_ipv4_address_written_as_ipv6_is_that_ipv4_address() -> None:
    with Serving(echo) as server:
        assert ends(("::ffff:127.0.0.1", server.port), Talk()) is None


def test_a_server_may_speak_first() -> None:
    talk = Talk(b"", wanted=14, answer=b"hello")

    def greet(sock: socket.socket) -> None:
        sock.sendall(b"220 ready")
        echo(sock)

    with Serving(greet) as server:
        assert ends(server, talk) is None
    assert talk.heard == b"220 readyhello"


def test_an_empty_begin_at_a_port_that_refuses_is_refused(shut_port: int) -> None:
    assert ends(("127.0.0.1", shut_port), Talk(b"")) == "refused"


def test_a_port_that_refuses(shut_port: int) -> None:
    assert ends(("127.0.0.1", shut_port), Talk()) == "refused"


def test_an_address_that_cannot_be_reached() -> None:
    assert ends(("255.255.255.255", 443), Talk()) == "unreachable"


def test_a_connection_that_never_stands() -> None:
    with unanswered() as listener:
        assert ends(listener.getsockname(), Talk(), connect_seconds=0.2) == "timed_out"


@pytest.mark.parametrize("hello", [b"hello", b""])
def test_a_connection_that_stands_late(hello: bytes) -> None:
    """As over a network, the hello has to wait; here, for the second SYN, since the first is dropped."""
    begun = threading.Event()

    class Begun(Talk):
        def begin(self) -> bytes:
            begun.set()
            return super().begin()

    def accept() -> None:
        begun.wait(10)
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock:
                sock.sendall(b"220 ready")

    talk = Begun(hello, wanted=9)
    with unanswered() as listener:
        server = threading.Thread(target=accept)
        server.start()
        assert ends(listener.getsockname(), talk) in (None, "reset")
        listener.shutdown(socket.SHUT_RDWR)
        server.join(10)
    assert talk.heard == b"220 ready"


def test_a_silent_server() -> None:
    with Silent() as server:
        assert ends(server, Talk(), connect_seconds=0.1, answer_seconds=0.1) == "timed_out"


def test_dripped_bytes_do_not_extend_the_deadline() -> None:
    talk = Talk(wanted=50)
    with Drip() as server:
        assert ends(server, talk, connect_seconds=0.5, answer_seconds=1.0) == "timed_out"
    assert 1 <= len(talk.heard) <= 10


def test_a_reset_in_the_middle() -> None:
    talk = Talk(wanted=100)

    def cut(sock: socket.socket) -> None:
        sock.sendall(sock.recv(4096))
        reset(sock)

    with Serving(cut) as server:
        assert ends(server, talk) == "reset"
    assert talk.heard == b"hello"


def test_an_end_of_file_is_not_a_reset() -> None:
    talk = Talk(wanted=100)
    with Says(b"so far") as server:
        assert ends(server, talk) == "closed"
    assert talk.heard == b"so far"


def test_an_endless_sender_is_cut() -> None:
    talk = Talk(wanted=10**9)
    with Garbage() as server:
        assert ends(server, talk, received_bytes=200_000) == "too_large"
    assert len(talk.heard) <= 200_000


@pytest.mark.parametrize(("wanted", "trouble"), [(len(ALERT), None), (100, "reset")])
def test_an_alert_is_heard_though_the_server_hung_up_while_we_still_send(wanted: int, trouble: Trouble | None) -> None:
    talk = Talk(BIG, wanted)

    def refuse(sock: socket.socket) -> None:
        sock.recv(1)
        sock.sendall(ALERT)  # closing with bytes unread makes the RST

    with Serving(refuse) as server:
        assert ends(server, talk) == trouble
    assert talk.heard == ALERT


@pytest.mark.parametrize(("wanted", "trouble"), [(1 + len(ALERT), None), (100, "reset")])
def test_an_alert_is_heard_behind_the_reset_that_our_answer_meets(wanted: int, trouble: Trouble | None) -> None:
    heard, gone = threading.Event(), threading.Event()

    class Late(Talk):
        """Answers only once the server has gone."""

        def receive(self, data: bytes) -> bytes:
            heard.set()
            gone.wait(10)
            return super().receive(data)

    def leave(sock: socket.socket) -> None:
        sock.sendall(sock.recv(4096)[:1])
        heard.wait(10)
        sock.sendall(ALERT)
        reset(sock)
        gone.set()

    talk = Late(wanted=wanted, answer=b"more")
    with Serving(leave) as server:
        assert ends(server, talk) == trouble
    assert talk.heard == b"h" + ALERT


def test_what_a_socket_does_not_take_at_once_is_sent_later() -> None:
    hello = b"x" * (taken_at_once() + 500_000)
    sent = threading.Event()
    received = bytearray()

    class Big(Talk):
        def receive(self, data: bytes) -> bytes:
            sent.set()
            return super().receive(data)

    def collect(sock: socket.socket) -> None:
        sock.sendall(b"go on")
        sent.wait(10)
        while len(received) < len(hello) + len(BIG) // 2:
            received.extend(sock.recv(1 << 20))
        sock.sendall(b"done")

    talk = Big(hello, wanted=9, answer=BIG[: len(BIG) // 2])
    with Serving(collect) as server:
        assert ends(server, talk) is None
    assert bytes(received) == hello + BIG[: len(BIG) // 2]
    assert talk.heard == b"go ondone"


def test_what_is_kept_for_a_server_that_does_not_read_is_bounded() -> None:
    over = threading.Event()

    def idle(sock: socket.socket) -> None:
        over.wait(10)

    with Serving(idle) as server:
        assert ends(server, Talk(b"x" * 16_000_000)) == "too_large"
        over.set()


def test_last_words_are_still_sent() -> None:
    received: list[bytes] = []
    over = threading.Event()

    def listen(sock: socket.socket) -> None:
        echo(sock)
        received.append(sock.recv(4096))
        over.set()

    with Serving(listen) as server:
        assert ends(server, Talk(answer=b"bye")) is None
        assert over.wait(10)
    assert received == [b"bye"]
