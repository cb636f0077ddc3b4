"""The HTTP probe against servers that behave: what it asks, what it brings back, how it follows redirects."""

import ssl

import pytest

from checks.model.evidence import HttpObservation, Observation, ProbeFailure, observation_bytes
from checks.model.target import HttpTarget
from scanner.probes.http import HttpProbe
from tests.hostile.http import answers, redirects, says
from tests.hostile.server import Conversation, Server
from tests.hostile.tls import self_signed
from tests.scope import loopback_context

HOST = "cong.so-mau.example"


def look(url: str, address: str = "127.0.0.1", probe: HttpProbe | None = None) -> Observation:
    """What one look brings."""
    (found,) = (probe or HttpProbe(loopback_context())).look([HttpTarget(address, url)])
    return found.observation


def seen(url: str, address: str = "127.0.0.1", probe: HttpProbe | None = None) -> HttpObservation:
    """What one look at a server that answers brings."""
    found = look(url, address, probe)
    assert isinstance(found, HttpObservation), found
    return found


def test_headers_are_kept_as_sent() -> None:
    handler = answers(b"SERVER:  nginx/1.18.0 ", b"X-Two: a", b"x-two: b", b"X-Latin: caf\xe9", b"X-Empty:")
    with Server(handler) as server:
        found = seen(f"http://{HOST}:{server.port}/trang?a=1")
    (hop,) = found.hops
    assert hop.headers == (
        ("SERVER", "nginx/1.18.0"),
        ("X-Two", "a"),
        ("x-two", "b"),
        ("X-Latin", "café"),
        ("X-Empty", ""),
        ("Content-Length", "<redacted>"),
    )
    assert hop.values("x-two") == ("a", "b")
    assert (hop.status, hop.address, hop.http_version, hop.tls) == (200, "127.0.0.1", "1.1", None)
    assert hop.url == f"http://{HOST}:{server.port}/trang?<redacted>"
    assert (found.end, found.failure, found.next_url) == ("answered", None, None)


def test_the_request_names_the_host_and_asks_for_plain_bytes_on_its_own_connection() -> None:
    with Server(answers()) as server:
        seen(f"http://{HOST}:{server.port}/trang?a=1#muc")
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /trang?a=1 HTTP/1.1"
    assert f"Host: {HOST}:{server.port}" in lines
    assert {"User-Agent: Khien/0.1 (compliance scan)", "Accept-Encoding: identity", "Connection: close"} <= set(lines)
    assert server.connections == 1


@pytest.mark.parametrize(
    "status", [b"404 Not Found", b"500 Oops", b"204 No Content", b"304 Not Modified", b"301 Moved"]
)
def test_every_status_without_a_location_is_an_answer(status: bytes) -> None:
    with Server(says(b"HTTP/1.1 " + status + b"\r\n\r\n")) as server:
        found = seen(f"http://{HOST}:{server.port}/")
    assert found.end == "answered"
    assert found.hops[0].status == int(status[:3])


def test_interim_answers_are_passed_over() -> None:
    with Server(says(b"HTTP/1.1 103 Early Hints\r\nX-A: no\r\n\r\nHTTP/1.0 200 OK\r\nX-A: yes\r\n\r\n")) as server:
        (hop,) = seen(f"http://{HOST}:{server.port}/").hops
    assert (hop.values("x-a"), hop.http_version) == (("yes",), "1.0")


def test_a_head_may_arrive_in_pieces() -> None:
    def handler(conversation: Conversation) -> None:
        conversation.request()
        for piece in (b"HT", b"TP/1.1 200 OK\r\nX-A: b\r", b"\n", b"\r", b"\nbody"):
            conversation.send(piece)
            conversation.pause(0.02)

    with Server(handler) as server:
        (hop,) = seen(f"http://{HOST}:{server.port}/").hops
    assert hop.headers == (("X-A", "b"),)


def test_two_looks_at_an_unchanged_server_give_the_same_bytes() -> None:
    turn = iter(range(10, 20))

    def handler(conversation: Conversation) -> None:
        n = b"%d" % next(turn)
        answers(
            b"Date: Mon, 23 Nov 2026 03:00:" + n + b" GMT",
            b"Set-Cookie: sid=" + n * 12 + b"; Path=/; HttpOnly; Expires=Tue, 24 Nov 2026 03:00:" + n + b" GMT",
            b"Content-Security-Policy: script-src 'nonce-abc" + n + b"'",
            b"X-Request-Id: 8f14e45f-ceea-467f-a8f1-0123456789" + n,
            b'ETag: W/"' + n + b'"',
            body=b"x" * int(n),
        )(conversation)

    with Server(handler) as server:
        first, second = (seen(f"http://{HOST}:{server.port}/") for _ in range(2))
    assert observation_bytes(first) == observation_bytes(second)
    assert first.hops[0].values("set-cookie") == ("sid=<redacted>; Path=/; HttpOnly; Expires=<redacted>",)


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (ssl.TLSVersion.TLSv1, "tls1_0"),
        (ssl.TLSVersion.TLSv1_1, "tls1_1"),
        (ssl.TLSVersion.TLSv1_2, "tls1_2"),
        (ssl.TLSVersion.TLSv1_3, "tls1_3"),
    ],
)
def test_neither_an_old_version_nor_a_bad_certificate_hides_the_headers(version: ssl.TLSVersion, name: str) -> None:
    context = self_signed(version)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, asked, _context: names.append(asked)
    with Server(answers(b"X-A: b"), tls=context) as server:
        (hop,) = seen(f"https://{HOST}:{server.port}/").hops
        seen(f"https://127.0.0.1:{server.port}/")
    assert (hop.tls, hop.values("x-a")) == (name, ("b",))
    assert names == [HOST, None]


def test_an_ipv6_address_is_asked_like_any_other() -> None:
    with Server(answers(b"X-A: b"), address="::1") as server:
        (hop,) = seen(f"http://[::1]:{server.port}/", address="::1").hops
    assert hop.address == "::1"
    assert f"Host: [::1]:{server.port}".encode() in server.requests[0]


def test_a_redirect_is_followed_to_the_pinned_address_of_a_host_in_scope() -> None:
    with Server(answers(b"X-Last: yes"), address="127.0.0.2") as last:
        to = f"http://moi.so-mau.example:{last.port}/dich?sid=1"
        with Server(redirects(to.encode())) as first:
            probe = HttpProbe(loopback_context({"moi.so-mau.example": ["127.0.0.2"]}))
            (evidence,) = probe.look([HttpTarget("127.0.0.1", f"http://{HOST}:{first.port}/")])
    found = evidence.observation
    assert isinstance(found, HttpObservation)
    assert [hop.address for hop in found.hops] == ["127.0.0.1", "127.0.0.2"]
    assert found.hops[0].values("location") == (to.replace("sid=1", "<redacted>"),)
    assert found.hops[1].values("x-last") == ("yes",)
    assert b"GET /dich?sid=1 " in last.requests[0]
    assert (found.end, evidence.sighting.connections) == ("answered", 2)


def test_the_address_just_asked_is_preferred_among_those_of_the_next_host() -> None:
    with Server(answers(), address="127.0.0.3") as last:
        with Server(redirects(f"http://moi.so-mau.example:{last.port}/".encode()), address="127.0.0.3") as first:
            probe = HttpProbe(loopback_context({"moi.so-mau.example": ["127.0.0.2", "127.0.0.3"]}))
            found = seen(f"http://{HOST}:{first.port}/", "127.0.0.3", probe)
    assert [hop.address for hop in found.hops] == ["127.0.0.3", "127.0.0.3"]


@pytest.mark.parametrize("location", [b"/a", b"a", b"//%s/a", b"http://%s/a", b"HTTP://%s/a#muc", b"?x", b"../a"])
def test_relative_references_are_resolved(location: bytes) -> None:
    turn = iter([True, False])

    def handler(conversation: Conversation) -> None:
        chosen = redirects(location.replace(b"%s", f"{HOST}:{server.port}".encode())) if next(turn) else answers()
        chosen(conversation)

    with Server(handler) as server:
        found = seen(f"http://{HOST}:{server.port}/")
    assert [hop.status for hop in found.hops] == [302, 200]
    assert server.requests[1].split(b" ")[1] in (b"/a", b"/?x")


def test_octets_above_ascii_in_a_path_are_encoded_as_browsers_do() -> None:
    turn = iter([redirects("/trang chủ".encode()), answers()])
    with Server(lambda conversation: next(turn)(conversation)) as server:
        seen(f"http://{HOST}:{server.port}/")
    assert server.requests[1].startswith(b"GET /trang%20ch%E1%BB%A7 HTTP/1.1")


@pytest.mark.parametrize("count", [1, 3])
def test_a_loop_ends_where_a_url_comes_again(count: int) -> None:
    with Server(redirects(*[f"/{n}".encode() for n in range(1, count)], b"/")) as server:
        found = seen(f"http://{HOST}:{server.port}/")
    assert (found.end, len(found.hops), server.connections) == ("too_many_redirects", count, count)
    assert found.next_url == f"http://{HOST}:{server.port}/"


def test_endless_new_urls_end_at_the_limit() -> None:
    with Server(redirects(*[f"/{n}".encode() for n in range(100)])) as server:
        found = seen(f"http://{HOST}:{server.port}/")
    assert (found.end, len(found.hops), server.connections) == ("too_many_redirects", 11, 11)


def test_a_failure_behind_a_redirect_keeps_what_was_seen() -> None:
    with Server(answers()) as gone:
        closed = gone.port
    with Server(redirects(f"http://{HOST}:{closed}/?sid=1".encode())) as server:
        found = seen(f"http://{HOST}:{server.port}/")
    assert (found.end, found.failure) == ("failed", "refused")
    assert (len(found.hops), found.next_url) == (1, f"http://{HOST}:{closed}/?<redacted>")


def test_a_closed_port_is_refused() -> None:
    with Server(answers()) as gone:
        closed = gone.port
    assert look(f"http://{HOST}:{closed}/") == ProbeFailure("refused", "ECONNREFUSED")


def test_a_target_out_of_scope_is_not_connected_to() -> None:
    with Server(answers(), address="127.0.0.4") as server:
        probe = HttpProbe(loopback_context(refused=["127.0.0.4"]))
        found = look(f"http://{HOST}:{server.port}/", "127.0.0.4", probe)
    assert found == ProbeFailure("out_of_scope")
    assert server.connections == 0


def test_a_target_that_is_no_url_is_a_failure() -> None:
    found = look("http://127.1/")
    assert isinstance(found, ProbeFailure)
    assert found.reason == "tool_failed"


def test_tools_are_named_with_their_versions() -> None:
    tools = HttpProbe(loopback_context()).tools()
    assert set(tools) == {"khien-http", "h11", "openssl"}
    assert all(tools.values())
