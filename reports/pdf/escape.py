"""The only way of text into a page. Whatever came from a server, a spreadsheet or a policy is hostile until it has
been here: normalised, freed of characters that hide or reorder others, cut, and free of markup.
"""

import unicodedata
from collections.abc import Container
from xml.sax.saxutils import escape

from reports.pdf.fonts import NEEDED

CUT = "…"
"""Stands at the end of what was cut."""
RIGHT_TO_LEFT = ("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "PDF", "PDI", "FSI")
"""Bidirectional classes (UAX 9) of what a reader would put in another order than it is set in here."""
MARKS_IN_A_ROW = 2
"""More combining marks than that on one letter would be drawn over its neighbours."""


def visible(text: str, limit: int, covered: Container[str]) -> str:
    """Text of one line that a face can show, at most `limit` characters long, with no effect on what is around it.

    It is brought to NFC (fonts misplace the marks of NFD). Control characters, bidirectional controls, other
    invisible format characters, letters of scripts that run from right to left and characters that the face lacks are
    shown by number, as in [U+202E]; line breaks and tabs become spaces. What is cut ends in an ellipsis.
    """
    if len(text) <= limit and NEEDED.issuperset(text):
        return text  # most of a report; every face covers it, and nothing in it composes
    # NFC may shorten text; four times the limit is enough to fill the line, and bounds the work on a huge value.
    whole = unicodedata.normalize("NFC", text[: 4 * limit])
    shown: list[str] = []
    length, marks = 0, 0
    for index, character in enumerate(whole):
        marks = marks + 1 if unicodedata.combining(character) else 0
        piece = _shown(character, covered) if marks <= MARKS_IN_A_ROW else _number(character)
        length += len(piece)
        if length > limit or (length == limit and (index + 1 < len(whole) or len(text) > 4 * limit)):
            return "".join(shown)[: limit - 1] + CUT
        shown.append(piece)
    return "".join(shown) + (CUT if len(text) > 4 * limit else "")


def markup(text: str, limit: int, covered: Container[str]) -> str:
    """The same as the content of a Paragraph, where `<`, `>` and `&` stand for themselves."""
    return escaped(visible(text, limit, covered))


def escaped(text: str) -> str:
    """What `visible` gave, as the content of a Paragraph."""
    return escape(text, {'"': "&quot;"})


def _shown(character: str, covered: Container[str]) -> str:
    if character in "\n\r\t\u2028\u2029":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") or character not in covered:
        return _number(character)
    return _number(character) if unicodedata.bidirectional(character) in RIGHT_TO_LEFT else character


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"
