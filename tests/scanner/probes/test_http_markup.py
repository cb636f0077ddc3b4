"""The tokenizer of pages: what is a tag, what is not, and that no page takes it long or knocks it over."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.probes.markup import MOST_ATTRIBUTES, MOST_TAGS, VALUE_LENGTH, Markup

SIZE = 512 * 1024
WANTED = frozenset({"img", "script"})


def images(text: str) -> list[str | None]:
    """The `src` of every img tag."""
    return [tag.attributes.get("src") for tag in Markup(text, WANTED).tags() if tag.name == "img" and not tag.ends]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<img src=a/b>", ["a/b"]),
        ("<IMG SRC=a>", ["a"]),
        ("<img/src=a/>", ["a/"]),
        ("<img src='a>b' x=\"y'\">", ["a>b"]),
        ("<img src =\n a>", ["a"]),
        ("<img src=a src=b>", ["a"]),
        ("<img src>", [""]),
        ("<img src=>", [""]),
        ("<img>", [None]),
        ('<img "a" src=b>', ["b"]),
        ('<img a="b"src=c>', ["c"]),
        ("<img a=b=c src=d>", ["d"]),
        ("<img ==x src=a>", ["a"]),
        ("<img src=?a&amp;b>", ["?a&b"]),
        ("<img src=&#x61;>", ["a"]),
        ("<!-- <img src=a> --><img src=b>", ["b"]),
        ("<!--><img src=a>", ["a"]),
        ("<!---><img src=a>", ["a"]),
        ("<!----><img src=a>", ["a"]),
        ("<!-- a --!><img src=b>", ["b"]),
        ("<!-- <img src=a>", []),
        ("<!doctype html><img src=a>", ["a"]),
        ("<?xml <img src=a> ?><img src=b>", ["b"]),
        ("</ img src=a><img src=b>", ["b"]),
        ("</><img src=a>", ["a"]),
        ("a < b <img src=c>", ["c"]),
        ("<script>'<img src=a>'</script><img src=b>", ["b"]),
        ("<script>'</scripted><img src=a>'</SCRIPT\n><img src=b>", ["b"]),
        ("<style><img src=a></style><title><img src=b></title><img src=c>", ["c"]),
        ("<textarea><img src=a></textarea><noscript><img src=b></noscript><img src=c>", ["c"]),
        ("<script><img src=a>", []),
        ("<plaintext><img src=a>", []),
        ("<svg><title/><script/><img src=a></svg><title><img src=b></title><img src=c>", ["a", "c"]),
        ("<svg/><title><img src=a></title><img src=b>", ["b"]),
        ("</svg><title><img src=a></title><img src=b>", ["b"]),
        ("<svg><style><img src=a></style><img src=b></svg>", ["b"]),
        ("<img src='a", []),
        ("<img src=a", []),
        ("<img src=a><img src='b><img src=c>", ["a"]),
        ("<imgs src=a>", []),
        ("</img src=a>", []),
        ("<img\x00src=a>", []),
        ("<", []),
        ("</", []),
        ("<!", []),
        ("<!-", []),
    ],
)
def test_what_is_a_tag(text: str, expected: list[str | None]) -> None:
    assert images(text) == expected


def test_a_number_of_thousands_of_digits_is_no_character() -> None:
    assert images(f"<img src=&#{'9' * 6000};>") == [f"&#{'9' * 6000};"]


def test_a_value_is_kept_up_to_its_bound() -> None:
    (value,) = images(f"<img src={'a' * 100_000}>")
    assert value == "a" * VALUE_LENGTH


HOSTILE = {
    "nested": "<div>",
    "tags": "<img src=a>",
    "less than": "<",
    "declarations": "<!",
    "comments": "<!-- -->",
    "unclosed comment": "<!--",
    "double quotes": '<img a="',
    "single quotes": "<img a='",
    "equals": "<img =",
    "slashes": "<img/",
    "end tags": "</a",
    "titles": "<title>",
    "scripts": "<script>",
    "closed scripts": "<script></script>",
    "CDATA": "<![CDATA[",
    "svg": "<svg>",
    "dashes": "-",
    "text": "chữ ",
    "zeros": "\x00",
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_no_page_takes_long(case: str) -> None:
    text = (HOSTILE[case] * SIZE)[:SIZE]
    start = time.process_time()
    count = sum(1 for _ in Markup(text, WANTED).tags())
    # A tenth of it on an idle machine; a quadratic pattern takes minutes.
    assert time.process_time() - start < 2
    assert count <= MOST_TAGS


@pytest.mark.parametrize(
    "inside",
    [
        "a " * (SIZE // 2),
        "a=" * (SIZE // 2),
        "a = b " * (SIZE // 6),
        " " * SIZE,
        "a" + " " * SIZE,
        "=" * SIZE,
        '"' * SIZE,
    ],
)
@pytest.mark.parametrize("end", [">", "", "'", "='"])
def test_no_tag_takes_long(inside: str, end: str) -> None:
    start = time.process_time()
    markup = Markup(f"<img {inside}{end}", WANTED)
    found = list(markup.tags())
    assert time.process_time() - start < 2
    assert len(found) == (end == ">")
    assert all(len(tag.attributes) <= MOST_ATTRIBUTES for tag in found)


def test_more_than_the_bounds_is_said() -> None:
    for text in ("<a>" * (MOST_TAGS + 1), f"<img {'a ' * (MOST_ATTRIBUTES + 1)}>"):
        markup = Markup(text, WANTED)
        assert list(markup.tags())
        assert markup.exhausted


def test_what_nobody_wants_is_not_read() -> None:
    markup = Markup(f"<p {'a ' * (MOST_ATTRIBUTES + 1)}><img src=a>", WANTED)
    assert [dict(tag.attributes) for tag in markup.tags()] == [{}, {"src": "a"}]
    assert not markup.exhausted


@given(st.text(alphabet="<>!-/='\" \nascript\x00&#;img", max_size=200))
@example("<img a=\"<img a='>")
def test_any_text_can_be_read(text: str) -> None:
    for tag in Markup(text, WANTED).tags():
        assert tag.name == tag.name.lower()
    assert not Markup(text, WANTED).exhausted


@given(st.text(alphabet="abc<>= /'\n", max_size=30))
def test_a_quoted_value_comes_back_as_it_was(value: str) -> None:
    assert images(f'<p x="<img src=no>"><img src="{value}">') == [value]
