"""The question of CORS: an origin that nobody has is named where a policy wants to know, and the answer is kept."""

from checks.headers.cors import FOREIGN_ORIGIN
from checks.model.evidence import Failure, HttpObservation
from checks.model.pages import ForeignOrigin
from checks.model.target import HttpTarget
from scanner.probes.http import HttpProbe
from tests.hostile.http import answers
from tests.hostile.server import Conversation, Server
from tests.scope import loopback_context

HOST = "cong.so-mau.example"


def seen(server: Server, *asks: str) -> HttpObservation:
    """What one look at a server brings."""
    target = HttpTarget("127.0.0.1", f"http://{HOST}:{server.port}/trang", asks)  # type: ignore[arg-type]
    (found,) = HttpProbe(loopback_context()).look([target])
    assert isinstance(found.observation, HttpObservation), found
    return found.observation


def repeating(conversation: Conversation) -> None:
    """A server that allows whoever asks, with credentials."""
    lines = conversation.request().split(b"\r\n")
    origin = next((line.partition(b": ")[2] for line in lines if line.lower().startswith(b"origin:")), b"")
    allowed = b"Access-Control-Allow-Origin: " + origin + b"\r\n" if origin else b""
    conversation.send(
        b"HTTP/1.1 200 OK\r\n" + allowed + b"Access-Control-Allow-Credentials: true\r\nContent-Length: 0\r\n\r\n"
    )


def test_a_server_that_repeats_the_origin_is_found_out() -> None:
    with Server(repeating) as server:
        found = seen(server, "foreign_origin")
    assert found.foreign_origin == ForeignOrigin(200, (FOREIGN_ORIGIN,), ("true",))
    assert found.hops[0].values("access-control-allow-origin") == ()
    plain, foreign = (request.decode() for request in server.requests)
    assert "Origin:" not in plain
    assert f"Origin: {FOREIGN_ORIGIN}\r\n" in foreign
    assert foreign.startswith("GET /trang HTTP/1.1\r\n")


def test_a_server_that_shares_nothing_says_so() -> None:
    with Server(answers(status=b"403 Forbidden")) as server:
        found = seen(server, "foreign_origin")
    assert found.foreign_origin == ForeignOrigin(403)
    assert found.failures == ()


def test_it_is_not_asked_unless_wanted() -> None:
    with Server(repeating) as server:
        found = seen(server)
    assert (found.foreign_origin, found.failures, server.connections) == (None, (), 1)


def test_a_cut_connection_is_a_question_without_an_answer() -> None:
    def once(conversation: Conversation) -> None:
        if b"Origin:" not in conversation.request():
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with Server(once) as server:
        found = seen(server, "foreign_origin")
    assert found.foreign_origin is None
    assert [(each.what, each.reason) for each in found.failures] == [("foreign_origin", "reset")]
    assert isinstance(found.unanswered("foreign_origin"), Failure)
