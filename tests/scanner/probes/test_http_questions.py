"""What is asked beside a page: TRACE, security.txt, a page that does not exist; against real servers, good and bad."""

import time
from collections.abc import Sequence

import pytest

from checks.headers.error_page import PATH
from checks.model.evidence import Evidence, Failure, HttpObservation, load_observation, observation_bytes
from checks.model.pages import MissingPage, Question, SecurityTxt, TraceAnswer
from checks.model.target import HttpTarget
from scanner.probes.body import Body
from scanner.probes.http import HttpProbe
from scanner.probes.security_txt import MOST_LINES, read_security_txt
from scanner.probes.urls import parse
from tests.hostile.http import answers, drips_header, hangs_up, redirects, silent
from tests.hostile.server import Conversation, Handler, Server
from tests.scope import loopback_context

HOST = "cong.so-mau.example"
WHERE = f"https://{HOST}/.well-known/security.txt"
PLAIN = b"Content-Type: text/plain; charset=utf-8"
FILE = (
    b"Contact: mailto:an@so-mau.example\nContact: https://so-mau.example/bao-loi\nExpires: 2027-01-31T07:00:00+07:00\n"
)
EVERYTHING: tuple[Question, ...] = ("missing_page", "security_txt", "trace")


def site(**handlers: Handler) -> Handler:
    """A site that handles TRACE, security.txt and a missing page as given, and answers 404 otherwise."""

    def handler(conversation: Conversation) -> None:
        data = conversation.request()
        conversation.request = lambda: data  # type: ignore[method-assign]  # it has been read
        method, path, _ = data.split(b" ", 2)
        if method == b"TRACE":
            chosen = handlers.get("trace")
        elif path == b"/.well-known/security.txt":
            chosen = handlers.get("security_txt")
        elif path == PATH.encode():
            chosen = handlers.get("missing_page")
        else:
            chosen = answers(b"Content-Type: text/html")
        (chosen or answers(status=b"404 Not Found"))(conversation)

    return handler


def look(server: Server, asks: Sequence[Question] = EVERYTHING, path: str = "/") -> Evidence:
    probe = HttpProbe(loopback_context({"khac.so-mau.example": ["127.0.0.1"]}))
    (found,) = probe.look([HttpTarget(server.address, f"http://{HOST}:{server.port}{path}", tuple(asks))])
    return found


def seen(handler: Handler, asks: Sequence[Question] = EVERYTHING) -> HttpObservation:
    with Server(handler) as server:
        found = look(server, asks).observation
    assert isinstance(found, HttpObservation), found
    assert load_observation(observation_bytes(found)) == found
    return found


def reflects(conversation: Conversation) -> None:
    """Does what RFC 9110 section 9.3.8 says."""
    answers(b"Content-Type: message/http", body=conversation.request())(conversation)


def test_nothing_is_asked_that_no_policy_asks_for() -> None:
    with Server(site()) as server:
        found = look(server, ())
    assert (server.connections, found.sighting.connections) == (1, 1)
    assert isinstance(found.observation, HttpObservation)
    assert (found.observation.trace, found.observation.security_txt, found.observation.missing_page) == (None,) * 3
    assert found.observation.failures == ()


def test_each_question_is_one_request_and_brings_no_cookie() -> None:
    with Server(site()) as server:
        found = look(server, path="/trang?a=1")
    lines = [each.split(b"\r\n")[0] for each in server.requests]
    assert lines == [
        b"GET /trang?a=1 HTTP/1.1",
        f"GET {PATH} HTTP/1.1".encode(),
        b"GET /.well-known/security.txt HTTP/1.1",
        b"TRACE /trang?a=1 HTTP/1.1",
    ]
    assert found.sighting.connections == 4
    assert all(b"cookie" not in each.lower() and b"authorization" not in each.lower() for each in server.requests)
    assert all(f"Host: {HOST}:{server.port}".encode() in each for each in server.requests)


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (reflects, TraceAnswer(200, True)),
        (answers(status=b"405 Method Not Allowed"), TraceAnswer(405, False)),
        (answers(body=b"<html>the usual page"), TraceAnswer(200, False)),
        (answers(body=b"<pre>TRACE / HTTP/1.1\r\nHost: a"), TraceAnswer(200, True)),
        (answers(status=b"400 Bad", body=b"TRACE / HTTP/1.1 is not allowed"), TraceAnswer(400, False)),
        (redirects(b"/b"), TraceAnswer(302, False)),
    ],
)
def test_trace(handler: Handler, expected: TraceAnswer) -> None:
    assert seen(site(trace=handler), ["trace"]).trace == expected


def test_security_txt_is_told_without_its_contacts() -> None:
    found = seen(site(security_txt=answers(PLAIN, body=FILE)), ["security_txt"])
    told = found.security_txt
    assert told is not None
    assert told.url.endswith("/.well-known/security.txt")
    assert (told.status, told.media_type, told.fields) == (200, "text/plain;charset=utf-8", ("contact", "expires"))
    assert (told.contacts, told.expires) == (("https", "mailto"), ("2027-01-31T00:00:00Z",))
    assert b"so-mau.example/bao" not in observation_bytes(found)
    assert b"an@" not in observation_bytes(found)


def test_redirects_of_security_txt_are_followed_in_scope_only() -> None:
    with Server(answers(PLAIN, body=FILE)) as other:
        place = f"http://khac.so-mau.example:{other.port}/s.txt".encode()
        told = seen(site(security_txt=redirects(place)), ["security_txt"]).security_txt
    assert told is not None
    assert (told.status, told.url) == (200, place.decode())
    told = seen(site(security_txt=redirects(b"http://ngoai.example/")), ["security_txt"]).security_txt
    assert told is not None
    assert (told.status, told.fields) == (302, ())


def test_redirects_of_security_txt_are_bounded() -> None:
    with Server(redirects(*[f"/{n}".encode() for n in range(50)])) as server:
        found = look(server, ["security_txt"])
    assert isinstance(found.observation, HttpObservation)
    assert found.sighting.connections == server.connections == 11 + 4


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (answers(status=b"404 Not Found", body=b"<center>nginx/1.22.1</center>"), MissingPage(404, ("version.nginx",))),
        (answers(status=b"404 Not Found", body=b"Trang kh\xc3\xb4ng t\xe1\xbb\x93n t\xe1\xba\xa1i"), MissingPage(404)),
        (answers(body=b"Traceback (most recent call last)"), MissingPage(200, ("stack_trace.python",))),
        (redirects(b"/"), MissingPage(302)),
        (answers(status=b"500 Oops", body=b"a" * 100_000), MissingPage(500, complete=False)),
    ],
)
def test_a_missing_page(handler: Handler, expected: MissingPage) -> None:
    assert seen(site(missing_page=handler), ["missing_page"]).missing_page == expected


def test_a_question_without_an_answer_says_why_and_the_page_stays() -> None:
    found = seen(site(trace=hangs_up, security_txt=answers(PLAIN, body=FILE)))
    assert found.end == "answered"
    assert found.security_txt is not None
    assert (found.trace, [(each.what, each.reason) for each in found.failures]) == (None, [("trace", "reset")])
    assert found.unanswered("security_txt") is None


@pytest.mark.parametrize(("handler", "reason"), [(silent, "timed_out"), (drips_header, "deadline")])
def test_after_a_silence_nothing_more_is_asked(handler: Handler, reason: str) -> None:
    with Server(site(missing_page=handler)) as server:
        evidence = look(server)
    found = evidence.observation
    assert isinstance(found, HttpObservation)
    assert server.connections == evidence.sighting.connections == 2
    assert [(each.what, each.reason) for each in found.failures] == [(each, reason) for each in EVERYTHING]
    assert found.failures[1].detail == "as missing_page before it"


def test_where_there_is_no_page_nothing_is_asked() -> None:
    with Server(hangs_up) as server:
        evidence = look(server)
    assert evidence.observation.kind == "failure"
    assert server.connections == 1


def read(text: str | bytes, status: int = 200, media_type: str = "text/plain", complete: bool = True) -> SecurityTxt:
    content = text.encode() if isinstance(text, str) else text
    return read_security_txt(parse(WHERE), status, media_type, Body(content, complete))


SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- Contact: mailto:a@b\nExpires: 2027-01-31T00:00:00Z\n"
    "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
)


@pytest.mark.parametrize(
    ("text", "fields", "contacts", "expires", "signed"),
    [
        ("", (), (), (), False),
        ("# Contact: a\nnhư sau\n", (), (), (), False),
        ("CONTACT:mailto:a@b", ("contact",), ("mailto",), (), False),
        ("\ufeffContact: tel:+84-1\r\nPolicy: https://a\r\n", ("contact", "policy"), ("tel",), (), False),
        ("Contact: a@b\nContact: HTTP://a", ("contact",), ("", "http"), (), False),
        ("Contact : mailto:a@b\nFoo: bar", (), (), (), False),
        ("Expires: 2027-01-31t00:00:00.123z", ("expires",), (), ("2027-01-31T00:00:00Z",), False),
        ("Expires: 2027-01-31T00:00:00-05:30", ("expires",), (), ("2027-01-31T05:30:00Z",), False),
        ("Expires: Sun, 31 Jan 2027 00:00:00 GMT", ("expires",), (), ("",), False),
        ("Expires: 2027-02-30T00:00:00Z\nExpires: 2027-01-31", ("expires",), (), ("", ""), False),
        ("Expires: 9999-12-31T23:59:59-23:59\nExpires: 0001-01-01T00:00:00+01:00", ("expires",), (), ("", ""), False),
        (SIGNED, ("contact", "expires"), ("mailto",), ("2027-01-31T00:00:00Z",), True),
        (SIGNED.replace("\n", "\r\n"), ("contact", "expires"), ("mailto",), ("2027-01-31T00:00:00Z",), True),
        (SIGNED.replace("-----END PGP", "-----"), ("expires",), (), ("2027-01-31T00:00:00Z",), False),
        ("<html><style>a{color:red}</style></html>", (), (), (), False),
    ],
)
def test_what_security_txt_says(
    text: str, fields: tuple[str, ...], contacts: tuple[str, ...], expires: tuple[str, ...], signed: bool
) -> None:
    assert read(text) == SecurityTxt(WHERE, 200, "text/plain", fields, contacts, expires, signed)


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("Text/Plain ; Charset=\"UTF-8\"; x=y", "text/plain;charset=utf-8"),
        ("text/plain, text/plain", "text/plain, text/plain"),
        ("", ""),
        ("a" * 5000, "a" * 100),
    ],
)  # fmt: skip
def test_its_media_type_is_canonical(media_type: str, expected: str) -> None:
    assert read("", media_type=media_type).media_type == expected


def test_of_an_error_only_the_status_is_told() -> None:
    assert read("Contact: mailto:a@b", status=404) == SecurityTxt(WHERE, 404, "text/plain")


@pytest.mark.parametrize(
    "text",
    [
        b"\n" * 500_000,
        b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 15_000,
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\n" + b"-----BEGIN PGP SIGNATURE-----\n" * 15_000,
        b"Contact: " + b" " * 500_000,
        b"Contact: a" + b" " * 500_000 + b"b",
        b"Contact: a\n" * 40_000,
        b"\xff\xfe\x00" * 100_000,
        b"Expires: " + b"9" * 500_000,
    ],
)
def test_a_hostile_file_is_read_in_bounded_time(text: bytes) -> None:
    start = time.process_time()
    found = read(text)
    assert time.process_time() - start < 2
    assert len(found.expires) <= 10
    assert found.complete == (text.count(b"\n") < MOST_LINES)


def test_failures_are_part_of_what_is_stored() -> None:
    found = HttpObservation((), "answered", failures=(Failure("trace", "reset"),))
    assert load_observation(observation_bytes(found)) == found
