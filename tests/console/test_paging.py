"""Long lists come in pages, which together are what the CSV has."""

import csv
import html
import io
import re
from urllib.parse import urlencode

import pytest

from tests.console.conftest import Console
from tests.console.visitor import Visitor

PAGE = 50
"""Lines on a page."""
NEXT = re.compile(r'<a rel="next" href="(\?[^"#]*)')
LINES = re.compile(r'<tr>\s*<th scope="row"><a href="(/runs/[^"]*/findings/[^"]*)"')


def pages(visitor: Visitor, path: str, query: str) -> list[list[str]]:
    """The lines of each page, from the first to the last, as the links lead on."""
    found = []
    while True:
        text = visitor.get(path + query).text
        found.append(LINES.findall(text))
        following = NEXT.search(text)
        if following is None:
            return found
        query = html.unescape(following[1])


@pytest.mark.parametrize(
    ("path", "query", "least"),
    [("/agencies/so-mau", "", 2), ("/agencies/so-mau", "?asset=cong-so-mau&run=RUN", 2), ("/deadlines", "", 1)],
)
def test_the_pages_are_the_whole_list_each_line_once(console: Console, path: str, query: str, least: int) -> None:
    visitor, query = console.visitor("kiem-toan"), query.replace("RUN", console.made["runs"][1])
    found = pages(visitor, path, query)
    whole = visitor.get(f"{path}{query or '?'}&page=2&format=csv").body.decode("utf-8-sig")
    expected = [(row["Tài sản"], row["Biện pháp"]) for row in csv.DictReader(io.StringIO(whole))]
    assert [tuple(line.split("/")[-2:]) for each in found for line in each] == expected
    assert len(found) >= least
    assert all(len(each) == PAGE for each in found[:-1])


@pytest.mark.parametrize("named", ["0", "-1", "x", "", "99999999999999999999", "١"])
def test_a_page_that_there_is_not_is_the_nearest(console: Console, named: str) -> None:
    visitor = console.visitor("kiem-toan")
    last = pages(visitor, "/agencies/so-mau", "")[-1]
    assert LINES.findall(visitor.get("/agencies/so-mau?page=999").text) == last
    first = LINES.findall(visitor.get("/agencies/so-mau").text)
    assert LINES.findall(visitor.get(f"/agencies/so-mau?{urlencode({'page': named})}").text) == first
