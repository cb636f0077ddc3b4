"""Which pages are lists of directories or pages of errors: by their words, and as real servers write them."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks.model.pages import Page
from demo.nginx import find_nginx
from scanner.probes.body import Body
from scanner.probes.disclosures import disclosures, listing
from scanner.probes.page import read_page
from tests.scanner.probes.pages import URL, look
from tests.servers.tcp import held_port
from tests.servers.tls import started


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
    with held_port() as port:
        (folder / "nginx.conf").write_text(
            "daemon off; master_process off; pid nginx.pid; events {} http { access_log off; server_tokens off;"
            "client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;"
            f"server {{ listen 127.0.0.1:{port}; root html; autoindex on; }} }}"
        )
        with started(port, find_nginx(), "-p", f"{folder}/", "-e", "error.log", "-c", "nginx.conf"):
            yield port


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
