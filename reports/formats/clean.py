"""Text for the files that other programs show: bounded, with nothing hidden in it and nothing that those programs
would take for markup (pure).

JSON carries any character. What is shown by number here, as in [U+202E], is what a program that displays the text would
hide, or what would put the text around it into another order.
"""

import re
import unicodedata

CUT = "…"
"""Stands at the end of what was cut."""
LINE, BLOCK = 1000, 20_000
"""Characters of a line and of a text of several lines."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~^&])")
"""What means something in CommonMark, its GitHub dialect and OSCAL's, wherever it stands."""
_FENCE = re.compile("`{3,}")


def line(text: str, limit: int = LINE) -> str:
    """The text in one line of at most `limit` characters; white space becomes single spaces."""
    # No character shows as nothing but white space, so that a huge value is not gone through.
    whole = " ".join("".join(" " if each.isspace() else _shown(each) for each in text[: limit + 1]).split())
    if len(text) <= limit and len(whole) <= limit:
        return whole
    return whole[: limit - 1] + CUT


def block(text: str, limit: int = BLOCK) -> str:
    """The text with its line ends and indentation, at most `limit` characters long."""
    plain = text[: limit + 1].replace("\r\n", "\n")
    whole = "".join(each if each in "\n\t" else _shown(each) for each in plain)
    if len(text) <= limit and len(whole) <= limit:
        return whole
    return whole[: limit - 1] + CUT


def markdown(text: str) -> str:
    """What `line` or `block` gave, as Markdown that shows it letter for letter."""
    return _MARKUP.sub(r"\\\1", text)


def fenced(code: str, language: str = "") -> str:
    """Lines to paste, as a block of code in Markdown that nothing within it can end."""
    shown = block(code)
    fence = "`" * max(3, 1 + max(map(len, _FENCE.findall(shown)), default=0))
    return f"{fence}{language}\n{shown}\n{fence}"


def _shown(character: str) -> str:
    if unicodedata.category(character).startswith("C"):
        return f"[U+{ord(character):04X}]"
    return character
