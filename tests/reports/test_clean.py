"""Text from outside in the files for other programs: bounded, with nothing hidden and nothing taken for markup."""

from itertools import product

import pytest

from reports.formats.clean import CUT, block, fenced, line, markdown
from reports.formats.identity import fingerprint, uuid_of
from tests.reports.test_hostile import TEXTS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  a \r\n b\u2028c\u00a0d ", "a b c d"),
        ("a\u202eb\x00\ufeff\ud800", "a[U+202E]b[U+0000][U+FEFF][U+D800]"),
        ("Nghệ An 中文 😀 العربية", "Nghệ An 中文 😀 العربية"),
        ("x" * 10, "x" * 10),
        ("x" * 11, "x" * 9 + CUT),
        ("\x00" * 3, "[U+0000]["[:9] + CUT),
    ],
)
def test_a_line_shows_what_is_there(text: str, shown: str) -> None:
    assert line(text, 10 if set(text) <= {"x", "\x00"} else 100) == shown


def test_a_block_keeps_lines_and_indentation() -> None:
    assert block("server {\r\n\tlisten 443;\n  x\x07\n}") == "server {\n\tlisten 443;\n  x[U+0007]\n}"
    assert block("y" * 21, 20) == "y" * 19 + CUT


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_long_or_hidden(name: str) -> None:
    shown = line(TEXTS[name], 500)
    assert len(shown) <= 500
    assert shown.isprintable()
    assert shown.encode().decode() == shown


def test_markdown_shows_the_text_letter_for_letter() -> None:
    text = "<img src=x> **b** [a](http://a.example/) `c` {{ insert: param, x }} ~s~ ^u^ | # &amp; \\"
    escaped = markdown(text)
    assert escaped.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text
    for sign in "<>*[]`{}~^|#&":
        places = [place for place, each in enumerate(escaped) if each == sign]
        assert places and all(escaped[place - 1] == "\\" for place in places)


def test_nothing_within_a_block_of_code_ends_it() -> None:
    shown = fenced("a\n```\n````\nb", "nginx")
    fence, *_, last = shown.split("\n")
    assert fence == "`````nginx" and last == "`````"


def test_names_are_of_their_parts() -> None:
    parts = ["a", "b", "a b", 'a","b', "\ud800", ""]
    pairs = list(product(parts, parts))
    assert len({uuid_of(*pair) for pair in pairs}) == len({fingerprint(*pair) for pair in pairs}) == len(pairs)
    assert uuid_of("a", "b") == uuid_of("a", "b") != uuid_of("ab")
