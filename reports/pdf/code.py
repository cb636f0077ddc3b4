"""Where a line of code or of a shell command may be broken, so that what is copied from the page still works."""

from dataclasses import dataclass

from reportlab.pdfbase.pdfmetrics import stringWidth

CONTINUED = " \\"
"""At the end of a broken line of a shell command (POSIX Shell Command Language, section 2.2.1)."""
INDENT = "    "
JOINTS = ":,;|/"
"""After these a long word is broken rather than elsewhere."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A long line in pieces."""

    lines: tuple[str, ...]
    harmed: bool
    """Whether a break stands inside a word: the pieces must be joined again before use."""


def wrapped(line: str, font: str, size: float, width: float, shell: bool = False) -> Wrapped:
    """The line in pieces of at most `width` points: broken at spaces, and inside a word where there is none.

    A shell command is broken at spaces outside quotes, and says that it goes on.
    """
    room = max(20, int(width / stringWidth("W", font, size)))
    start = len(line) - len(line.lstrip())
    indent = line[: min(start, room // 3)] + INDENT
    pieces, rest, quote, harmed = [], line or " ", "", False
    while len(rest) > room:
        limit = room - (len(CONTINUED) if shell else 0)
        space, quote = _last_space(rest, limit, quote, shell)
        if space is not None:
            pieces.append(rest[:space] + (CONTINUED if shell else ""))
            rest = indent + rest[space:].lstrip()
        else:
            end = 1 + max(rest.rfind(sign, limit // 2, limit) for sign in JOINTS)
            end = end or limit
            pieces.append(rest[:end])
            rest, harmed = rest[end:], True
    return Wrapped((*pieces, rest), harmed)


def _last_space(line: str, limit: int, quote: str, shell: bool) -> tuple[int | None, str]:
    """The last space up to `limit` where the line may be broken, if any; and the quotation mark open at the break.

    `quote` is the one that is open at the line's beginning. Only a shell's quotes forbid a break.
    """
    found = None
    first_word = len(line) - len(line.lstrip())
    for index, character in enumerate(line[:limit]):
        if character == " " and index > first_word and not quote:
            found = index
        if shell and character in "'\"" and quote in ("", character):
            quote = "" if quote else character
    if line[limit] == " " and not quote:
        found = limit
    return (found, "") if found is not None else (None, quote)
