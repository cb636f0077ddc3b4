"""Refresh headers and meta elements: which address browsers find in them, and what is kept of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.evidence import HttpObservation
from checks.model.target import HttpTarget
from scanner.probes.body import Body
from scanner.probes.http import HttpProbe
from scanner.probes.page import read_page
from scanner.probes.redact import REDACTED, redact_header
from scanner.probes.refresh import place_of_address
from scanner.probes.urls import parse
from tests.hostile.http import answers
from tests.hostile.server import Server
from tests.scope import loopback_context

HOST = "cong.so-mau.example"
URL = parse(f"https://{HOST}/trang/a.html?x=1")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("0; url=https://a.example/", "https://a.example/"),
        ("0;URL=/a", "/a"),
        ("5, url = '/a' and more", "/a"),
        ('5 url="/a', "/a"),
        ("5;/a?b=c", "/a?b=c"),
        ("5 /a", "/a"),
        ("5;'/a'b", "/a"),
        ("0.5;/a", "/a"),
        (".5;/a", "/a"),
        (" \t 3 ; url=/a ", "/a "),
        ("0;url", "url"),
        ("0;urls=/a", "urls=/a"),
        ("0;u", "u"),
        ("0;;url=/a", ";url=/a"),
        ("0;url=", ""),
        ("0;", ""),
        ("300", ""),
        ("5.", ""),
        ("", None),
        ("url=/a", None),
        ("-1;url=/a", None),
        ("5url=/a", None),
        ("5:url=/a", None),
        ("a", None),
    ],
)
def test_where_the_address_stands(value: str, address: str | None) -> None:
    place = place_of_address(value)
    assert (None if place is None else value[place[0] : place[1]]) == address


@given(st.text() | st.text(alphabet="0;,.url=U '\"/a\t"))
def test_any_value_has_an_address_or_none(value: str) -> None:
    place = place_of_address(value)
    assert place is None or 0 <= place[0] <= place[1] <= len(value)


@pytest.mark.parametrize("value", ["0" * 200_000, " " * 200_000, "0;" + " " * 200_000, "0;url" + " " * 200_000])
def test_long_values_are_read_to_the_end(value: str) -> None:
    place_of_address(value)


@pytest.mark.parametrize(
    ("header", "markup", "expected"),
    [
        ("", "<meta http-equiv=Refresh content='0; url=http://a.example/?k=1'>", f"http://a.example/?{REDACTED}"),
        ("", "<p><meta http-equiv=refresh content=0;//a.example/>", "https://a.example/"),
        ("", "<meta http-equiv=refresh content='0;url=b'>", f"https://{HOST}/trang/b"),
        ("", "<base href=http://a.example/c/><meta http-equiv=refresh content='0;url=b'>", "http://a.example/c/b"),
        ("", "<meta http-equiv=refresh content=300>", None),
        ("", "<meta http-equiv=refresh content='0;javascript:x'>", None),
        ("", "<meta http-equiv=refresh content='0;ftp://a.example/'>", None),
        ("", "<meta http-equiv=refresh><meta name=refresh content='0;http://a.example/'>", None),
        ("", "<template><meta http-equiv=refresh content='0;http://a.example/'></template>", None),
        ("", "<noscript><meta http-equiv=refresh content='0;http://a.example/'></noscript>", None),
        # the first that browsers understand counts, and a header comes before the page
        ("", "<meta http-equiv=refresh content=x><meta http-equiv=refresh content=0;/b>", f"https://{HOST}/b"),
        (
            "",
            "<meta http-equiv=refresh content='0;http://['><meta http-equiv=refresh content=0;/b>",
            f"https://{HOST}/b",
        ),
        ("", "<meta http-equiv=refresh content=0;/b><meta http-equiv=refresh content=0;/c>", f"https://{HOST}/b"),
        ("", "<meta http-equiv=refresh content=9><meta http-equiv=refresh content=0;/c>", None),
        ("0;url=/h", "<meta http-equiv=refresh content=0;/c>", f"https://{HOST}/h"),
        ("60", "<meta http-equiv=refresh content=0;/c>", None),
        ("never", "<meta http-equiv=refresh content=0;/c>", f"https://{HOST}/c"),
    ],
)
def test_where_a_page_leads_by_itself(header: str, markup: str, expected: str | None) -> None:
    assert read_page(URL, "text/html", Body(markup.encode()), header).refresh == expected


def test_a_header_counts_for_any_content() -> None:
    assert read_page(URL, "application/json", Body(b"{}"), "0;http://a.example/").refresh == "http://a.example/"


def test_a_page_in_cleartext_may_lead_on_too() -> None:
    found = read_page(parse(f"http://{HOST}/"), "text/html", Body(b""), f"0;url=https://{HOST}/")
    assert found.refresh == f"https://{HOST}/"


def test_the_header_of_a_real_answer_is_read() -> None:
    with Server(answers(b"Refresh: 0; url=https://a.example/?sid=1", body=b"x")) as server:
        target = HttpTarget(server.address, f"http://{HOST}:{server.port}/")
        (evidence,) = HttpProbe(loopback_context()).look([target])
    assert isinstance(evidence.observation, HttpObservation)
    (hop,) = evidence.observation.hops
    assert hop.page is not None
    assert hop.page.refresh == f"https://a.example/?{REDACTED}"
    assert hop.values("refresh") == (f"0; url=https://a.example/?{REDACTED}",)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("5; https://a.example/?token=abc", f"5; https://a.example/?{REDACTED}"),
        ("0; url='/a?sid=1' an@so-mau.example", f"0; url='/a?{REDACTED}'"),
        ("0; url=https://u:p@a.example/", "0; url=https://a.example/"),
        ("300", "300"),
        ("for an@so-mau.example", f"for {REDACTED}"),
    ],
)
def test_what_hangs_on_the_address_does_not_leave(value: str, kept: str) -> None:
    assert redact_header("Refresh", value) == kept
