"""The HTTP probe against servers that misbehave: the right reason, in bounded time, bytes and memory."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from checks.model.evidence import HttpObservation, Observation, ProbeFailure
from checks.model.target import HttpTarget
from scanner.probes.http import HttpProbe
from tests.hostile import http as bad
from tests.hostile.server import Conversation, Handler, Server
from tests.scope import QUICK, loopback_context

HOST = "cong.so-mau.example"
LIMITS = replace(QUICK, http_seconds=1)
SLACK = 20
"""Seconds that a busy machine may need beyond a deadline. Without it no look at these servers would end."""
MEMORY = 4 * 1024 * 1024
"""Octets that a look may need; every bound on bytes is far below."""


@contextmanager
def bounded(seconds: float = LIMITS.http_seconds) -> Iterator[None]:
    """The time and the memory of what happens inside."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < seconds + SLACK
    assert peak < MEMORY


def look(server: Server, scheme: str = "http") -> Observation:
    """One look with short limits."""
    probe = HttpProbe(loopback_context(limits=LIMITS))
    with bounded():
        (found,) = probe.look([HttpTarget(server.address, f"{scheme}://{HOST}:{server.port}/")])
    return found.observation


def reason(found: Observation) -> str:
    """Why nothing was seen."""
    assert isinstance(found, ProbeFailure), found
    return found.reason


@pytest.mark.parametrize("case", sorted(bad.MALFORMED))
def test_what_no_header_can_be_trusted_of_is_malformed(case: str) -> None:
    with Server(bad.MALFORMED[case]) as server:
        found = look(server)
    assert reason(found) == "malformed"
    assert "secret" not in repr(found)


@pytest.mark.parametrize("case", sorted(bad.NOT_HTTP))
def test_another_protocol_is_not_http(case: str) -> None:
    with Server(bad.NOT_HTTP[case]) as server:
        assert reason(look(server)) == "not_http"


@pytest.mark.parametrize("handler", [bad.huge_header, bad.many_headers, bad.floods_interim])
def test_a_header_without_measure_is_too_large_and_not_read_to_its_end(handler: Handler) -> None:
    with Server(handler) as server:
        assert reason(look(server)) == "too_large"


def test_more_fields_than_the_bound_are_too_large() -> None:
    with Server(bad.answers(*[b"a:"] * 1500)) as server:
        assert reason(look(server)) == "too_large"


@pytest.mark.parametrize("handler", [bad.drips_header, bad.drips_interim])
def test_no_drip_extends_the_deadline(handler: Handler) -> None:
    with Server(handler) as server:
        assert reason(look(server)) == "deadline"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_silence_is_timed_out(scheme: str) -> None:
    with Server(bad.silent) as server:
        assert reason(look(server, scheme)) == "timed_out"


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [(bad.hangs_up, "http"), (bad.hangs_up, "https"), (bad.hangs_up_in_the_header, "http")],
)
def test_an_early_end_is_reset(handler: Handler, scheme: str) -> None:
    with Server(handler) as server:
        assert reason(look(server, scheme)) == "reset"


@pytest.mark.parametrize("handler", [bad.drips_body, bad.floods_body, bad.says(bad.bomb())])
def test_no_body_hides_the_header_or_fills_the_memory(handler: Handler) -> None:
    with Server(handler) as server:
        found = look(server)
    assert isinstance(found, HttpObservation), found
    assert found.hops[0].values("x-whole") == ("yes",)


def test_the_body_is_read_up_to_its_cap_and_no_further() -> None:
    with Server(bad.floods_body) as server:
        look(server)
    # What the kernel's buffers on both sides hold was sent, too, but never read.
    assert server.sent < 32 * 1024 * 1024


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00"])
def test_what_is_not_tls_on_a_tls_port_is_not_tls(answer: bytes) -> None:
    def handler(conversation: Conversation) -> None:
        conversation.read()
        conversation.send(answer)

    with Server(handler) as server:
        assert reason(look(server, "https")) == "not_tls"


def test_a_tls_alert_is_tls_without_a_handshake() -> None:
    def handler(conversation: Conversation) -> None:
        conversation.read()
        conversation.send(b"\x15\x03\x03\x00\x02\x02\x28")

    with Server(handler) as server:
        found = look(server, "https")
    assert isinstance(found, ProbeFailure)
    assert (found.reason, found.detail) == ("tls_failed", "sslv3_alert_handshake_failure")


def test_garbage_behind_the_first_octet_of_tls_is_no_handshake() -> None:
    def handler(conversation: Conversation) -> None:
        conversation.read()
        conversation.send(b"\x16\x03\x03\x40\x00" + b"\xff" * 70_000)
        conversation.pause(bad.FOREVER)

    with Server(handler) as server:
        assert reason(look(server, "https")) == "tls_failed"


@pytest.mark.parametrize(
    "location",
    [
        b"http://127.0.0.9:%d/",
        b"//127.0.0.9:%d/",
        b"http://noi-bo.so-mau.example:%d/?sid=1",
        b"//noi-bo.so-mau.example:%d/",
        b"http://[::ffff:127.0.0.9]:%d/",
    ],
)
def test_a_redirect_out_of_scope_is_not_followed(location: bytes) -> None:
    with Server(bad.answers(), address="127.0.0.9") as inner:
        with Server(bad.redirects(location % inner.port)) as server:
            probe = HttpProbe(loopback_context({"noi-bo.so-mau.example": ["127.0.0.9"]}, refused=["127.0.0.9"]))
            (evidence,) = probe.look([HttpTarget("127.0.0.1", f"http://{HOST}:{server.port}/")])
    found = evidence.observation
    assert isinstance(found, HttpObservation)
    assert (found.end, len(found.hops), inner.connections) == ("left_scope", 1, 0)
    assert found.next_url is not None
    assert found.next_url.startswith("http://")
    assert "sid" not in found.next_url


@pytest.mark.parametrize(
    "location",
    [
        b"http://127.1/",
        b"http://2130706433/",
        b"http://0x7f.0.0.1/",
        b"http://0177.0.0.1/",
        b"http://[::1/",
        b"http://[::1%25lo]/",
        b"http://[v1.x]/",
        b"http:///so-mau.example/",
        b"///so-mau.example/",
        b"https:/so-mau.example/",
        b"http:so-mau.example",
        b"http://a:b@so-mau.example/",
        b"http://so-mau.example\\@127.0.0.1/",
        b"/\\127.0.0.1/",
        b"http://so-mau.example:99999/",
        b"http://so-mau.example:0/",
        b"http://so-mau.example:x/",
        b"http://so-mau.example:25/",
        "http://sở-mẫu.example/".encode(),
        b"http://so_mau.example/",
        b"http://so-mau..example/",
        b"http://so mau.example/",
        b"/a\x01b",
        b"ftp://so-mau.example/",
        b"javascript:alert(1)",
        b"mailto:an@so-mau.example",
        b"file:///etc/passwd",
        b"/" + b"a" * 9000,
    ],
)
def test_a_redirect_that_readers_could_take_differently_is_bad(location: bytes) -> None:
    with Server(bad.redirects(location)) as server:
        found = look(server)
    assert isinstance(found, HttpObservation), found
    assert (found.end, found.next_url, len(found.hops)) == ("bad_redirect", None, 1)
    assert "an@so-mau" not in repr(found)


def test_two_different_locations_are_a_bad_redirect() -> None:
    with Server(bad.says(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n\r\n")) as server:
        found = look(server)
    assert isinstance(found, HttpObservation)
    assert found.end == "bad_redirect"


def test_an_injected_line_end_in_a_location_makes_no_second_request_line() -> None:
    with Server(bad.says(b"HTTP/1.1 302 Found\r\nLocation: /a\rX: y\r\n\r\n")) as server:
        assert reason(look(server)) == "malformed"
    assert server.connections == 1
