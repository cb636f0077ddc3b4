"""A heading never stands at the foot of a page with its table on the next, however tall the first row is."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from reports.pdf.flowables import PagedTable, RoomForTable

WIDTH = 400
PLAIN = ParagraphStyle("plain")
HEADING = ParagraphStyle("heading")


def pages(used: int, lines: int) -> list[str]:
    """The text of the pages of a document in which so many points are used above a heading with its table."""
    row = "first " + "<br/>".join(["line"] * lines)
    table = PagedTable(
        [[[Paragraph(each, PLAIN)]] for each in ("head", row, "second")], colWidths=[WIDTH], repeatRows=1, splitByRow=1
    )
    out = BytesIO()
    story = [Spacer(1, used), RoomForTable(table, 60), Paragraph("heading", HEADING), table]
    SimpleDocTemplate(
        out, pagesize=(WIDTH + 20, 760), leftMargin=0, rightMargin=0, topMargin=10, bottomMargin=10
    ).build(story)
    return [page.extract_text() for page in PdfReader(out).pages]


@pytest.mark.parametrize("lines", [1, 20, 50])
@pytest.mark.parametrize("used", range(0, 700, 50))
def test_heading_and_first_row_are_on_one_page(used: int, lines: int) -> None:
    (page,) = [each for each in pages(used, lines) if "heading" in each]
    assert "head\nfirst" in page
