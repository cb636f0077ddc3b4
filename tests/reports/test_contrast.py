"""What stands on a page can be told from its ground: by WCAG 2.2 in colour, and as grey alone on a printer without."""

import pytest
from reportlab.lib.colors import Color, black, white

from reports.pdf.charts import BAR, COLOURS
from reports.pdf.fonts import load
from reports.pdf.shapes import INK
from reports.pdf.styles import styles
from reports.pdf.typesetter import SHADE

TEXT, GRAPHIC = 4.5, 3.0
"""Least contrast of text, and of what is needed to understand a drawing (WCAG 2.2, 1.4.3 and 1.4.11)."""


def luminance(colour: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)


def contrast(one: Color, other: Color) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_standards() -> None:
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(Color(0.5, 0.5, 0.5), white) == pytest.approx(3.98, abs=0.01)


def test_every_text_is_readable_on_paper_and_on_a_shade() -> None:
    for name, style in styles(load(None)).items():
        for ground in (white, SHADE):
            assert contrast(style.textColor, ground) >= TEXT, name


def test_every_mark_and_bar_stands_out() -> None:
    for verdict, colour in COLOURS.items():
        assert contrast(colour, white) >= GRAPHIC, verdict
    assert min(contrast(BAR, white), contrast(INK, white)) >= GRAPHIC
    assert contrast(white, COLOURS["fail"]) >= TEXT, "the count within the bar of what fails"
