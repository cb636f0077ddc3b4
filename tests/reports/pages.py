"""What a PDF says, read back by poppler: the text of each page, and every word with its place."""

import html
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
A4_WIDTH, A4_HEIGHT = 595.28, 841.89
MM = 72 / 25.4


@dataclass(frozen=True)
class Word:
    """A word and its box, in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def texts(path: Path) -> list[str]:
    """The text of each page; line ends and no-break spaces become single spaces."""
    output = _told("pdftotext", path, "-layout")
    return [" ".join(page.split()) for page in output.split("\f")[:-1]]


def whole(path: Path) -> str:
    """All text without any space, for what may be broken at any place."""
    return "".join(_told("pdftotext", path, "-raw").split())


def words(path: Path) -> list[list[Word]]:
    """The words of each page."""
    pages = _told("pdftotext", path, "-bbox").split("<page ")[1:]
    return [
        [
            Word(html.unescape(text), *map(float, numbers))
            for *numbers, text in (match.groups() for match in WORD.finditer(page))
        ]
        for page in pages
    ]


def misplaced(path: Path) -> list[str]:
    """What leaves the margins or lies over its neighbour, and pages without text; empty where all is in its place."""
    found = []
    for number, page in enumerate(words(path), start=1):
        body = [word for word in page if word.top > 20 * MM - 3]
        found += [] if len(body) > 5 else [f"page {number}: next to nothing"]
        for word in body:
            within = 30 * MM - 0.5 <= word.left and word.right <= A4_WIDTH - 15 * MM + 0.5
            found += [] if within and word.bottom <= A4_HEIGHT - 20 * MM + 3 else [f"page {number}: {word} outside"]
        for word, other in pairwise(page):
            if abs(word.top - other.top) < 1 and word.left < other.left < word.right - 0.5:
                found.append(f"page {number}: {word} over {other}")
    return found


def fonts(path: Path) -> list[tuple[str, str, str]]:
    """Name, "yes" or "no" for embedded, and the same for a map to Unicode, of every font."""
    rows = _told("pdffonts", path).splitlines()[2:]
    return [(row.split()[0], row.split()[-5], row.split()[-3]) for row in rows]


def _told(program: str, path: Path, *options: str) -> str:
    """What a program says of a file; many tests ask the same of the same samples."""
    return _run(program, path, options, sha256(path.read_bytes()).digest())


@cache
def _run(program: str, path: Path, options: tuple[str, ...], content: bytes) -> str:
    """The same, where `content` is the digest of the file: a test may write it anew."""
    tail = ["-"] if program == "pdftotext" else []
    command = [program, *options, str(path), *tail]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
