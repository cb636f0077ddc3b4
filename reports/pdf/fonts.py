"""Which typefaces a report is set in: found, proved to hold every Vietnamese letter, registered, and named by digest.

Order: the configured face, Liberation Serif 2.x or Tinos where Debian puts them (both have the widths of Times New
Roman), then IBM Plex Serif from its Python package. All faces are embedded; outlines in CFF cannot be.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import fontpkg_ibm_plex_serif
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from checks.model.text import Text
from reports.errors import FontError

FACES = ("Regular", "Bold", "Italic", "BoldItalic")

DEBIAN = Path("/usr/share/fonts/truetype")
SERIF_FOLDERS: tuple[tuple[Path, str], ...] = (
    (DEBIAN / "liberation2", "LiberationSerif"),
    (DEBIAN / "liberation", "LiberationSerif"),
    (DEBIAN / "croscore", "Tinos"),
    (Path(fontpkg_ibm_plex_serif.ROOT) / "files", "IBMPlexSerif"),
)
"""Where a serif family may be: a folder and the beginning of its files' names. The first that will do is taken."""
MONO_FILES: tuple[Path, ...] = (
    DEBIAN / "liberation2" / "LiberationMono-Regular.ttf",
    DEBIAN / "liberation" / "LiberationMono-Regular.ttf",
    DEBIAN / "croscore" / "Cousine-Regular.ttf",
)

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY", TONES)
) | frozenset("đĐ")
"""Every letter that Vietnamese adds to ASCII, and the vowels themselves."""
NEEDED = VIETNAMESE | frozenset(map(chr, range(0x20, 0x7F))) | frozenset("–…“”‘’•\u00a0×")
"""What every face must have: the letters above, ASCII and the signs of the report's own words."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The registered faces of one report."""

    regular: str
    """Names under which the PDF library knows the faces."""
    bold: str
    italic: str
    bold_italic: str
    mono: str
    """For lines to paste; the serif itself where no monospaced face covers Vietnamese."""
    covered: frozenset[str]
    """Characters that every face can show."""
    digest: str
    """SHA-256 over the font files, in hexadecimal: the same digest sets the same page."""


@cache
def load(configured: str | None = None) -> Fonts:
    """Find, check and register the typefaces; `configured` is the path of a regular TrueType face.

    Its bold, italic and bold-italic faces must stand beside it (as in Tinos-Bold.ttf or timesbd.ttf).
    Raises FontError where the configured face will not do (it is never replaced in silence) or none is found.
    """
    refusals: list[Text] = []
    for paths in [_siblings(Path(configured))] if configured is not None else _families():
        try:
            faces = [_face(path) for path in paths]
        except FontError as error:
            refusals.append(error.text)
        else:
            return _fonts(faces, _mono())
    raise FontError(Text("; ".join(each.vi for each in refusals), "; ".join(each.en for each in refusals)))


def _families() -> Iterator[tuple[Path, ...]]:
    for folder, family in SERIF_FOLDERS:
        yield tuple(folder / f"{family}-{face}.ttf" for face in FACES)


def _siblings(regular: Path) -> tuple[Path, ...]:
    """The four faces of a family by its regular one, in either of the two usual ways of naming."""
    stem = regular.stem.removesuffix("-Regular")
    dashed = [regular, *(regular.with_name(f"{stem}-{face}{regular.suffix}") for face in FACES[1:])]
    short = [regular, *(regular.with_name(f"{stem}{end}{regular.suffix}") for end in ("bd", "i", "bi"))]
    return tuple(short if all(each.exists() for each in short) else dashed)


def _face(path: Path) -> TTFont:
    """One face, proved. Its name carries its digest, so that two fonts never meet under one name."""
    try:
        content = path.read_bytes()
        font = TTFont(f"{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}", str(path))
    except OSError as error:
        raise FontError(Text(f"{path}: {error.strerror or error}", f"{path}: {error.strerror or error}")) from error
    except TTFError as error:  # also: outlines in CFF
        raise FontError(Text(f"{path}: {error}", f"{path}: {error}")) from error
    except Exception as error:  # a damaged file may break the parser anywhere
        kind = type(error).__name__
        raise FontError(
            Text(f"{path}: không phải phông TrueType ({kind})", f"{path}: not a TrueType font ({kind})")
        ) from error
    missing = sorted(NEEDED - _characters(font))
    if missing:
        raise FontError(
            Text(
                f"{path}: thiếu {len(missing)} ký tự mà báo cáo cần, ví dụ {missing[-1]!r}",
                f"{path}: no glyph for {len(missing)} characters that reports need, as {missing[-1]!r}",
            )
        )
    return font


def _characters(font: TTFont) -> frozenset[str]:
    """Characters with a glyph of their own; glyph 0 is the box of a missing one."""
    return frozenset(chr(code) for code, glyph in font.face.charToGlyph.items() if glyph != 0)


def _mono() -> TTFont | None:
    for path in MONO_FILES:
        try:
            return _face(path)
        except FontError:
            continue
    return None


def _fonts(faces: Sequence[TTFont], mono: TTFont | None) -> Fonts:
    for font in (*faces, *([mono] if mono else [])):
        pdfmetrics.registerFont(font)
    regular, bold, italic, bold_italic = (font.fontName for font in faces)
    pdfmetrics.registerFontFamily(regular, regular, bold, italic, bold_italic)
    every = [*faces, mono or faces[0]]
    return Fonts(
        regular=regular,
        bold=bold,
        italic=italic,
        bold_italic=bold_italic,
        mono=every[-1].fontName,
        covered=frozenset.intersection(*map(_characters, every)),
        digest=hashlib.sha256("".join(font.fontName for font in every).encode()).hexdigest(),
    )
