"""Pages for tests, and what the probe keeps of them."""

from checks.model.evidence import HttpObservation
from checks.model.pages import Page, Resource
from checks.model.target import HttpTarget
from scanner.probes.body import Body
from scanner.probes.http import HttpProbe
from scanner.probes.page import read_page
from scanner.probes.urls import parse
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
