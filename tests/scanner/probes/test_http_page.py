"""Facts of pages: what they load, where their forms send to, their policies; from bytes, and from real servers."""

import functools
import gzip
import http.server
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.evidence import HttpObservation, load_observation, observation_bytes
from checks.model.pages import Page, Resource
from checks.model.target import HttpTarget
from demo.nginx import find_nginx
from scanner.probes.body import Body
from scanner.probes.disclosures import disclosures, listing
from scanner.probes.http import HttpProbe
from scanner.probes.media import media_type
from scanner.probes.page import MOST_POLICIES, MOST_RESOURCES, absolute, read_page
from scanner.probes.urls import parse
from tests.hostile.http import answers, redirects, says
from tests.hostile.server import Handler, Server
from tests.scope import loopback_context

HOST = "cong.so-mau.example"
URL = parse(f"https://{HOST}/trang/a.html?x=1")
SECURE = f"https://{HOST}"
HTML = b"Content-Type: text/html; charset=utf-8"
SHA = "sha384-" + "A" * 64


def page(markup: str, media_type: str = "text/html", complete: bool = True) -> Page:
    """The facts of a page over HTTPS."""
    return read_page(URL, media_type, Body(markup.encode(), complete))


def resources(markup: str) -> list[Resource]:
    return list(page(markup).resources)


def seen(handler: Handler) -> HttpObservation:
    """What one look at a server brings."""
    with Server(handler) as server:
        return look(server.address, server.port)


def look(address: str, port: int) -> HttpObservation:
    (evidence,) = HttpProbe(loopback_context()).look([HttpTarget(address, f"http://{HOST}:{port}/")])
    assert isinstance(evidence.observation, HttpObservation), evidence.observation
    return evidence.observation


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
    ("media_type", "content", "is_html"),
    [
        ("text/html", b"", True),
        ("TEXT/HTML;charset=x", b"{}", True),
        ("application/xhtml+xml", b"", True),
        ("application/json", b"<html>", False),
        ("text/plain", b"<html>", False),
        ("", b" <!-- a -->\n<!DOCTYPE html>", True),
        ("", b"\xef\xbb\xbf<!DOCTYPE html>", True),
        ("", b"<html lang=vi>", True),
        ("", b"{}", False),
        ("", b"", False),
        ("", b"<" * 5000, False),
    ],
)
def test_what_a_page_is(media_type: str, content: bytes, is_html: bool) -> None:
    assert read_page(URL, media_type, Body(content)).html is is_html


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


def test_python_lists_its_directory(tmp_path: Path) -> None:
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        found = look("127.0.0.1", server.server_port)
        server.shutdown()
        thread.join()
    assert found.hops[0].page == Page(html=True, listing="python")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_nginx_lists_its_directory(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "sao-luu.zip").write_bytes(b"")
    with nginx(tmp_path) as port:
        found = look("127.0.0.1", port)
    assert found.hops[0].page == Page(html=True, listing="nginx")


@contextmanager
def nginx(folder: Path) -> Iterator[int]:
    """nginx as it lists a directory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "nginx.conf").write_text(
        "daemon off; master_process off; pid nginx.pid; events {} http { access_log off; server_tokens off;"
        "client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;"
        f"server {{ listen 127.0.0.1:{port}; root html; autoindex on; }} }}"
    )
    command = [find_nginx(), "-p", f"{folder}/", "-e", "error.log", "-c", "nginx.conf"]
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_nginx_is_there_for_these_tests() -> None:
    assert shutil.which(find_nginx())


APACHE = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /tai-lieu</title>
 </head>
 <body>
<h1>Index of /tai-lieu</h1>
  <table>
   <tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
"""
IIS = (
    "<html><head><title>cong.so-mau.example - /</title></head><body><H1>cong.so-mau.example - /</H1><hr>\r\n\r\n"
    "<pre> 1/1/2026  1:00 AM        &lt;dir&gt; <A HREF=\"/a/\">a</A><br></pre><hr></body></html>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (APACHE, "apache"),
        (IIS, "iis"),
        ("<html><head><title>Directory Listing For [/]</title>", "tomcat"),
        ('<title>Directory: /</title></head><body><h1 class="title">Directory: /</h1>', "other"),
        ("<title>Index of /a</title><body><h1>Index of /a</h1>", "other"),
        ("<title>Trang chủ</title><p>Index of / and Parent Directory", None),
        ("<title>Sở Mẫu - /</title></head><body><h1>Sở Mẫu</h1>", None),
        ("<title>Index of articles</title><h1>Index of articles</h1>", None),
        ("Index of /", None),
        ("", None),
    ],
)
def test_lists_of_directories(text: str, expected: str | None) -> None:
    assert listing(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<hr><center>nginx/1.22.1</center>", ["version.nginx"]),
        ("<hr><center>nginx</center>", []),
        ("<address>Apache/2.4.57 (Debian) OpenSSL/3.0.11 PHP/8.2 Server at a Port 80</address>",
         ["version.apache", "version.openssl", "version.php"]),
        ("<h3>Apache Tomcat/9.0.65</h3>", ["version.tomcat"]),
        ("<title>IIS 10.0 Detailed Error - 404.0 - Not Found</title>", ["version.iis"]),
        ("<a href='https://jetty.org'>Powered by Jetty:// 9.4</a>", []),
        ("Powered by Jetty://9.4.44", ["version.jetty"]),
        ("<b>Version Information:</b> Microsoft .NET Framework; ASP.NET Version:4.8", ["version.aspnet"]),
        ("java.lang.NullPointerException\n\tat vn.a.B.c(B.java:12)", ["stack_trace.java"]),
        ("System.NullReferenceException: x<br>   at A.B() in C:\\web\\a.cs:line 12",
         ["path.windows", "stack_trace.dotnet"]),
        ("Error: x\n    at f (/srv/web/app.js:10:5)\n", ["stack_trace.node"]),
        ("Traceback (most recent call last):\n  File \"/srv/web/app.py\", line 1", ["path.unix", "stack_trace.python"]),
        ("<b>Fatal error</b>: x in <b>/var/www/html/index.php</b> on line", ["path.unix", "stack_trace.php"]),
        ("app/models/a.rb:12:in `b'", ["stack_trace.ruby"]),
        ("You're seeing this error because you have <code>DEBUG = True</code>", ["debug_page.django"]),
        ("SQLSTATE[42000]: You have an error in your SQL syntax", ["database.mysql"]),
        ("ORA-00942: table or view does not exist", ["database.oracle"]),
        ('<a href="/home/tin-tuc.html">', []),
        ('<a href="/srv/tin.js"><script src=/opt/a.js>', []),
        ("Trang không tồn tại. Vui lòng quay lại trang chủ.", []),
        ("Hotline: 1900 1234, Apache Junction", []),
    ],
)  # fmt: skip
def test_what_error_pages_tell(text: str, expected: list[str]) -> None:
    assert list(disclosures(text)) == expected
