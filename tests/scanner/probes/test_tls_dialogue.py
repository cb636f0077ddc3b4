"""When a cut connection is believed to be a refusal: questions to a server that follows a script."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from checks.model.target import TlsTarget
from scanner.probes.tls.dialogue import Dialogue, Doubt, Verdict
from scanner.probes.tls.endpoint import Agreed, endpoint_of
from scanner.probes.tls.wire import Wire
from tests.servers.tcp import TcpServer, reset

Act = Literal["hello", "alert", "cut", "close", "hang"]
HELLO, ALERT = b"\x16\x03\x03", b"\x15\x03\x03\x00\x02\x02\x28"


class Scripted(TcpServer):
    """Does to each connection what the script says next."""

    def __init__(self, script: Sequence[Act]) -> None:
        super().__init__()
        self.script = list(script)

    def serve(self, sock: socket.socket) -> None:
        sock.recv(16)
        act = self.script.pop(0)
        if act == "cut":
            reset(sock)
        elif act == "hang":
            sock.recv(16)
        elif act != "close":
            sock.sendall(HELLO if act == "hello" else ALERT)


@contextmanager
def asked(*script: Act) -> Iterator[Dialogue]:
    """A dialogue with a server that does this, question after question, and no more."""
    with Scripted(script) as server:
        endpoint = endpoint_of(TlsTarget(server.address, server.port, None), 1, "Khien")
        dialogue = Dialogue(Wire(0.3, 20), endpoint, 1)
        dialogue.control = (lambda: question(dialogue), "tls1_2")
        yield dialogue
        assert server.script == [], "every connection was used"
        assert dialogue.wire.connections == server.connections == len(script)


def question(dialogue: Dialogue) -> Agreed:
    """A handshake that ends with the first bytes."""
    location = dialogue.endpoint.server_location
    with dialogue.wire.open(str(location.ip_address), location.port) as sock:
        sock.sendall(b"?")
        if sock.recv(16).startswith(HELLO):
            return Agreed()
    raise OSError("no hello")


def firmly(dialogue: Dialogue) -> Verdict:
    """What is believed of one question."""
    return dialogue.firmly(lambda: question(dialogue), "tls1_2")[0]


def test_words_are_believed_at_once() -> None:
    with asked("hello", "alert") as dialogue:
        assert firmly(dialogue) == "accepted"
        assert firmly(dialogue) == "refused"


def test_cut_twice_between_answers_is_a_refusal() -> None:
    with asked("cut", "hello", "cut", "hello", "close", "hello", "close", "hello") as dialogue:
        assert firmly(dialogue) == "refused"
        assert firmly(dialogue) == "refused"
        assert dialogue.cuts_believed == 2
        assert not dialogue.unsteady


def test_what_was_cut_and_then_answered_makes_later_cuts_doubtful() -> None:
    with asked("cut", "hello", "hello", "cut", "hello", "cut", "hello") as dialogue:
        assert firmly(dialogue) == "accepted"
        assert dialogue.unsteady
        assert firmly(dialogue) == Doubt("reset")
        assert dialogue.cuts_believed == 0


def test_a_control_that_was_cut_makes_the_cut_doubtful() -> None:
    with asked("cut", "hello", "cut", "cut", "hello") as dialogue:
        assert firmly(dialogue) == Doubt("reset")
        assert dialogue.unsteady


def test_a_time_out_is_never_a_refusal() -> None:
    with asked(
        "hang", "hello", "hang", "hello", "hang", "hello", "cut", "hello", "cut", "hello", "hang", "hello"
    ) as each:
        assert firmly(each) == Doubt("timed_out")
        assert firmly(each) == Doubt("reset")
        assert firmly(each) == Doubt("timed_out")


def test_no_time_left_is_no_answer() -> None:
    with asked() as dialogue:
        dialogue.wire.end = 0.0
        assert firmly(dialogue) == Doubt("deadline")
