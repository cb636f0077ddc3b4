"""Facts of pages: what they load, where their forms send to, their policies; from bytes, and from real servers."""

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.evidence import load_observation, observation_bytes
from checks.model.pages import Page, Resource
from scanner.probes.body import Body
from scanner.probes.media import media_type
from scanner.probes.page import MOST_POLICIES, MOST_RESOURCES, absolute, read_page
from scanner.probes.urls import parse
from tests.hostile.http import answers, redirects, says
from tests.scanner.probes.pages import HOST, HTML, SECURE, SHA, URL, page, resources, seen


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<script src=/a.js></script><script src=a.js></script><script>x</script>", []),
        (f"<script src={SECURE}:443/a.js></script>", []),
        ("<script src=//cdn.example/a.js?v=1></script>", [Resource("script", "https://cdn.example/a.js?<redacted>")]),
        (f"<script src={SECURE}:8443/a.js></script>", [Resource("script", f"{SECURE}:8443/a.js")]),
        ("<script src='\n HTTP:\\\\cdn.example\\a.js'></script>", [Resource("script", "http://cdn.example/a.js")]),
        (
            "<script type=Module src=//a.example/></script>",  # is fetched with CORS in any case
            [Resource("script", "https://a.example/", crossorigin="anonymous")],
        ),
        (
            "<script type=module crossorigin=use-credentials src=//a.example/></script>",
            [Resource("script", "https://a.example/", crossorigin="use-credentials")],
        ),
        ("<link type=module rel=stylesheet href=//a.example/>", [Resource("style", "https://a.example/")]),
        ("<script type=application/json src=//a.example/></script>", []),
        ("<script src=data:text/javascript,x></script><script src></script><script src='https://['></script>", []),
        (
            f"<script src=//a.example/ integrity='{SHA} md5-x {SHA.replace('384', '512')}?x' crossorigin></script>",
            [Resource("script", "https://a.example/", ("sha384", "sha512"), "anonymous")],
        ),
        (
            f"<link rel='Alternate STYLESHEET' href=//a.example/ integrity={SHA} crossorigin=Use-Credentials>",
            [Resource("style", "https://a.example/", ("sha384",), "use-credentials")],
        ),
        ("<script src=//a.example/ integrity='sha384'></script>", [Resource("script", "https://a.example/")]),
        ("<link rel=canonical href=http://a.example/><link rel=stylesheet><link href=http://a.example/>", []),
        ("<link rel=icon href=http://a.example/i>", [Resource("image", "http://a.example/i", upgradeable=True)]),
        ("<link rel=preload href=http://a.example/>", [Resource("preload", "http://a.example/")]),
        ("<img src=http://a.example/?k=1>", [Resource("image", "http://a.example/?<redacted>", upgradeable=True)]),
        ("<img src=https://a.example/><a href=http://a.example/>", []),
        (
            "<img src=/a srcset='/b 1x, http://a.example/c 2x,http://a.example/d'>",
            [Resource("image", "http://a.example/c"), Resource("image", "http://a.example/d")],
        ),
        ("<iframe src='h\nttp://a.example/'></iframe>", [Resource("frame", "http://a.example/")]),
        ("<object data=http://a.example/></object>", [Resource("object", "http://a.example/")]),
        (
            "<video poster=http://a.example/p><source src=http://a.example/v><track src=http://a.example/t></video>",
            [
                Resource("image", "http://a.example/p", upgradeable=True),
                Resource("media", "http://a.example/v", upgradeable=True),
                Resource("other", "http://a.example/t"),
            ],
        ),
        ("<input type=IMAGE src=http://a.example/>", [Resource("image", "http://a.example/", upgradeable=True)]),
        ("<input src=http://a.example/>", []),
        ("<body background=http://a.example/>", [Resource("image", "http://a.example/", upgradeable=True)]),
        ("<template><img src=http://a.example/></template><img src=http://b.example/>",
         [Resource("image", "http://b.example/", upgradeable=True)]),
        ("<!--[if IE]><script src=//a.example/></script><![endif]-->", []),
        ("<base href=http://a.example/b/><img src=c>", [Resource("image", "http://a.example/b/c", upgradeable=True)]),
        ("<base href=/x/><base href=http://a.example/><img src=c>", []),
        ("<base target=_top><base href=//a.example/><script src=c></script>", [Resource("script", "https://a.example/c")]),
        ("<img src=http://a.example/><img src=http://a.example/>",
         [Resource("image", "http://a.example/", upgradeable=True)]),
        ("<img src=http://an:mat-khau@a.example/>", [Resource("image", "http://a.example/", upgradeable=True)]),
    ],
)  # fmt: skip
def test_what_a_page_loads(markup: str, expected: list[Resource]) -> None:
    assert resources(markup) == expected
    assert page(markup).complete


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<form action=http://a.example/gui?id=1 method=post>", ["http://a.example/gui?<redacted>"]),
        ("<form action=/gui><form><form action=''><form action=https://a.example/>", []),
        ("<form method=dialog action=http://a.example/>", []),
        ("<button formaction=http://a.example/><input type=submit formaction=http://b.example/>",
         ["http://a.example/", "http://b.example/"]),
        ("<form action='mailto:an@so-mau.example'>", []),
    ],
)  # fmt: skip
def test_where_forms_send_to(markup: str, expected: list[str]) -> None:
    assert list(page(markup).cleartext_forms) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<meta http-equiv=Content-Security-Policy content=\"default-src\n 'self'\">", ["default-src 'self'"]),
        ("<meta http-equiv=content-security-policy content=\"script-src 'nonce-abc123'\">",
         ["script-src 'nonce-<redacted>'"]),
        ("<html><head><title>x</title><meta http-equiv=content-security-policy content=a></head>", ["a"]),
        ("<body><meta http-equiv=content-security-policy content=a>", []),
        ("</head><meta http-equiv=content-security-policy content=a>", []),
        ("<p><meta http-equiv=content-security-policy content=a>", []),
        # text ends the head as well, as a warning of PHP's does that comes before everything
        ("Notice: x<!doctype html><head><meta http-equiv=content-security-policy content=a>", []),
        ("<head>x<!-- --><meta http-equiv=content-security-policy content=a>", []),
        ("<head><title>x</title>&nbsp;<meta http-equiv=content-security-policy content=a>", []),
        ("\ufeff <!-- x --> <title>x</title> <script>x</script>\n<meta http-equiv=content-security-policy content=a>",
         ["a"]),
        ("<head><template><p>x</template><meta http-equiv=content-security-policy content=a>", ["a"]),
        ("<head><template><p>x</p></template>x<meta http-equiv=content-security-policy content=a>", []),
        ("<meta http-equiv=content-security-policy><meta name=x content=a>", []),
        ("<meta http-equiv=content-security-policy-report-only content=a>", []),
        ("<meta http-equiv=content-security-policy content=b><meta http-equiv=content-security-policy content=a>",
         ["b", "a"]),
    ],
)  # fmt: skip
def test_policies_of_the_head(markup: str, expected: list[str]) -> None:
    assert list(page(markup).csp) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<meta name=referrer content=no-referrer>", "no-referrer"),
        ("<meta name=Referrer content=Same-Origin>", "same-origin"),
        ("<meta name=referrer content=never>", "no-referrer"),
        ("<meta name=referrer content=always>", "unsafe-url"),
        ("<meta name=referrer content=default>", "strict-origin-when-cross-origin"),
        ("<meta name=referrer content=origin-when-crossorigin>", "origin-when-cross-origin"),
        ("<meta name=referrer content=origin><meta name=referrer content=unsafe-url>", "unsafe-url"),
        ("<meta name=referrer content=origin><meta name=referrer content=x><meta name=referrer>", "origin"),
        ("<p><meta name=referrer content=origin>", "origin"),
        ("<meta name=referrer content='no-referrer, origin'>", None),
        ("<meta http-equiv=referrer content=origin><meta content=origin>", None),
        ("<template><meta name=referrer content=origin></template>", None),
    ],
)
def test_the_last_known_word_sets_the_referrer_policy(markup: str, expected: str | None) -> None:
    assert page(markup).referrer == expected


@pytest.mark.parametrize(
    ("markup", "complete", "expected"),
    [
        ("<title>x</title>", True, True),
        ("", True, True),
        ("", False, False),
        ("<html><head><title>x</title><meta name=a>", False, False),
        ("<html><head><title>x</title></head>", False, True),
        ("<title>x</title><p>", False, True),
        ("<title>x", False, False),
        ("<meta name=a>" * 40_000, True, False),
    ],
)
def test_whether_the_head_was_read(markup: str, complete: bool, expected: bool) -> None:
    assert page(markup, complete=complete).head is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], ""),
        ([""], ""),
        (["text/html"], "text/html"),
        (["text/html; charset=utf-8"], "text/html; charset=utf-8"),
        (["text/html, text/html"], "text/html"),
        (["text/plain", "text/html"], "text/html"),
        (["text/html", "*/*"], "text/html"),
        (["text/html", "html"], "text/html"),
        (['text/html;a="x,text/plain"'], 'text/html;a="x,text/plain"'),
        (["html"], ""),
        (["text/ html"], ""),
    ],
)
def test_the_last_media_type_counts(fields: list[str], expected: str) -> None:
    assert media_type(fields) == expected


def test_a_media_type_that_comes_twice_is_one() -> None:
    found = seen(answers(HTML, HTML, body=b"<meta http-equiv=content-security-policy content=a>"))
    assert found.hops[0].page == Page(html=True, csp=("a",))


def test_a_coding_that_nobody_asked_for_hides_the_head() -> None:
    found = seen(answers(HTML, b"Content-Encoding: br", body=b"\x0b\x02\x80x\x03"))
    assert found.hops[0].page == Page(html=True, complete=False, head=False)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("a", f"{SECURE}/trang/a"),
        ("?a", f"{SECURE}/trang/a.html?a"),
        ("\\\\a.example\\b?\\", "https://a.example/b?\\"),
        ("///a.example", "https://a.example"),
        ("https:a", f"{SECURE}/trang/a"),
        ("https:/a", f"{SECURE}/a"),
        ("http:a.example", "http://a.example"),
        ("http:////a.example", "http://a.example"),
        ("ht\ntp://a.example/", "http://a.example/"),
        ("http://", None),
        ("https://[", None),
        ("javascript:x", None),
        ("http://a.example/" + "a" * 9000, None),
    ],
)
def test_references_lead_where_browsers_go(reference: str, expected: str | None) -> None:
    assert absolute(str(URL), reference) == expected


def test_a_page_in_cleartext_is_asked_for_its_policies_only() -> None:
    markup = b"<meta http-equiv=content-security-policy content=a><img src=/a><script src=//a.example/></script>"
    found = read_page(parse(f"http://{HOST}/"), "text/html", Body(markup))
    assert found == Page(html=True, csp=("a",))


def test_more_than_is_kept_is_said() -> None:
    many = "".join(f"<img src=http://a.example/{n}>" for n in range(MOST_RESOURCES + 1))
    assert (len(page(many).resources), page(many).complete) == (MOST_RESOURCES, False)
    forms = "".join(f"<form action=http://a.example/{n}>" for n in range(MOST_RESOURCES + 1))
    assert (len(page(forms).cleartext_forms), page(forms).complete) == (MOST_RESOURCES, False)
    policies = "<meta http-equiv=content-security-policy content=a>" * (MOST_POLICIES + 1)
    assert (len(page(policies).csp), page(policies).complete) == (MOST_POLICIES, False)
    assert not page("<img src=/a>", complete=False).complete
    assert not page("<base href=http://a.example/>" + "<img src=a>" * 3000).complete
    assert page("<img src=a>" * 3000).complete
    assert not page("<a>" * 40_000).complete


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/html; charset=windows-1258", "<p>Trang chủ<img src=http://a.example/>".encode()[:-1] + b"\xff>"),
        ("text/html; charset=UTF-16LE", "<img src=http://a.example/>".encode("utf-16-le")),
        ("text/html; charset='utf-16be'", "<img src=http://a.example/>".encode("utf-16-be")),
        ("text/html", "<img src=http://a.example/>".encode("utf-16")),
        ("text/html; charset=idna", b"\xc3\x28\x80<img src=http://a.example/>"),
    ],
)
def test_no_encoding_hides_an_address(media_type: str, content: bytes) -> None:
    assert len(read_page(URL, media_type, Body(content)).resources) == 1


@given(st.binary(max_size=300), st.sampled_from(["text/html", "", "text/html;charset=utf-16"]))
def test_any_bytes_can_be_read_and_stored(content: bytes, media_type: str) -> None:
    found = read_page(URL, media_type, Body(content))
    assert found == read_page(URL, media_type, Body(content))


def test_the_page_of_the_final_answer_is_in_the_observation() -> None:
    found = seen(answers(HTML, body=b"<meta http-equiv=content-security-policy content=a>An, 0912 345 678"))
    assert found.hops[0].page == Page(html=True, csp=("a",))
    assert b"0912" not in observation_bytes(found)
    assert load_observation(observation_bytes(found)) == found


def test_a_redirect_has_no_page() -> None:
    turn = iter([redirects(b"/b"), answers(HTML, body=b"x")])
    hops = seen(lambda conversation: next(turn)(conversation)).hops
    assert [each.page for each in hops] == [None, Page(html=True)]
    assert seen(redirects(b"/")).hops[0].page is None


def test_compressed_and_chunked_pages_are_read() -> None:
    markup = gzip.compress(b"<meta http-equiv=content-security-policy content=a>")
    head = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    found = seen(says(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(markup), markup)))
    assert found.hops[0].page == Page(html=True, csp=("a",))


@pytest.mark.parametrize("unit", [b"<div>", b"<img src=http://a.example/>", b'<p a="', b"<title>Index of /", b"\xff"])
def test_a_huge_page_is_read_up_to_the_bound_in_bounded_time(unit: bytes) -> None:
    body = (unit * (1024 * 1024 // len(unit)))[: 1024 * 1024]
    start = time.process_time()
    found = seen(answers(HTML, body=body)).hops[0].page
    assert time.process_time() - start < 3
    assert found is not None
    assert not found.complete
