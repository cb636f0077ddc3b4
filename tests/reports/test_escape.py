"""Hostile text is shown as text: bounded, normalised, visible, and never markup."""

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pdf.escape import CUT, markup, visible
from reports.pdf.fonts import load

COVERED = load().covered


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nghê\u0323 An", "Nghệ An"),
        ("Nghe\u0323\u0302 An", "Nghệ An"),
        ("ab\u202egnp.exe", "ab[U+202E]gnp.exe"),
        ("a\u200bb\ufeffc\u00add", "a[U+200B]b[U+FEFF]c[U+00AD]d"),
        ("a\x00b\x1b[0m\x7f", "a[U+0000]b[U+001B][0m[U+007F]"),
        ("one\ntwo\r\n\tthree\u2028four", "one two   three four"),
        ("中😀", "[U+4E2D][U+1F600]"),
        ("\ud800", "[U+D800]"),
        ("<img src='/x'/>&amp;", "<img src='/x'/>&amp;"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text, 100, COVERED) == shown


def test_a_heap_of_marks_does_not_climb_over_the_lines_around_it() -> None:
    shown = visible("q" + "\u0301" * 30, 1000, COVERED)
    assert sum(1 for each in shown if unicodedata.combining(each)) <= 2


@pytest.mark.parametrize(("length", "limit"), [(5, 5), (6, 5), (5000, 100), (10**7, 300)])
def test_text_is_cut_with_a_mark_only_where_it_is_too_long(length: int, limit: int) -> None:
    shown = visible("x" * length, limit, COVERED)
    assert len(shown) == min(length, limit)
    assert shown.endswith(CUT) == (length > limit)


@given(st.text(alphabet=st.characters(codec=None), max_size=400), st.integers(1, 60))
def test_any_text_is_bounded_covered_and_normal(text: str, limit: int) -> None:
    shown = visible(text, limit, COVERED)
    assert len(shown) <= limit
    assert all(each in COVERED for each in shown)
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Cn") for each in shown)


@given(st.text(alphabet="<>&\"'/para img#;ab", max_size=80))
def test_markup_reads_back_as_the_text_itself(text: str) -> None:
    assert "".join(ElementTree.fromstring(f"<x>{markup(text, 100, COVERED)}</x>").itertext()) == text


def test_vietnamese_passes_unchanged() -> None:
    text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ỲỴỶỸỵỷỹ ẳẵặ ờởỡợ ừửữự đĐ – “…” ×"
    assert visible(text, 200, COVERED) == text
