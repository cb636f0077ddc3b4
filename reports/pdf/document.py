"""The page: A4 with the margins of NĐ 30/2020, page numbers in the top margin, each part numbered on its own."""

from collections.abc import Iterable, Sequence
from functools import partial
from io import BytesIO
from typing import BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    ActionFlowable,
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
)

from reports.pdf.canvas import TaggedCanvas
from reports.pdf.finish import CREATOR, Enclosure, Properties, finish
from reports.pdf.fonts import Fonts
from reports.pdf.structure import Structure

__all__ = ["Document", "NewPart", "Properties", "write_document"]

LEFT, RIGHT, TOP, BOTTOM = 30 * mm, 15 * mm, 20 * mm, 20 * mm
NUMBER_SIZE = 13
NUMBER_FROM_TOP = 13 * mm
"""From the page's upper edge to the number's baseline."""


class NewPart(ActionFlowable):
    """Everything after the next page break is numbered from one again."""

    def __init__(self) -> None:
        super().__init__(("new_part",))

    def apply(self, doc: BaseDocTemplate) -> None:
        """Tell the document, when it comes here."""
        if isinstance(doc, Document):
            doc.part_starts = doc.page + 1
            doc.structure.begin_part()


class Document(BaseDocTemplate):
    """A document of one page form."""

    def __init__(self, file: BinaryIO, properties: Properties, fonts: Fonts) -> None:
        super().__init__(
            file,
            pagesize=A4,
            title=properties.title,
            author=properties.author,
            subject=properties.subject,
            keywords=[properties.keywords],
            creator=CREATOR,
            lang=properties.language,
            initialFontName=fonts.regular,
            invariant=1,  # equal input gives equal bytes: no date, no random file identifier
            pageCompression=1,
            displayDocTitle=1,
        )
        self.fonts = fonts
        self.structure = Structure(properties.language)
        self.structure.begin_part()
        self.part_starts = 1
        width, height = A4
        # Frames have 6 points of padding unless told otherwise; the margins are exact without it.
        frame = Frame(LEFT, BOTTOM, width - LEFT - RIGHT, height - TOP - BOTTOM, 0, 0, 0, 0, id="text")
        self.addPageTemplates(PageTemplate(id="page", frames=[frame], onPage=self._number))

    def _number(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """The page's number, centred over the text; the first page of a part has none."""
        page = self.page - self.part_starts + 1
        if page > 1 and isinstance(canvas, TaggedCanvas):
            canvas.saveState()
            canvas.setFont(self.fonts.regular, NUMBER_SIZE)
            with canvas.pagination():
                canvas.drawCentredString((LEFT + A4[0] - RIGHT) / 2, A4[1] - NUMBER_FROM_TOP, str(page))
            canvas.restoreState()


def write_document(
    file: BinaryIO,
    properties: Properties,
    fonts: Fonts,
    parts: Iterable[Sequence[Flowable]],
    enclosures: Sequence[Enclosure] = (),
) -> None:
    """Set the parts one after the other, each on pages of its own, and write the PDF with the files inside it."""
    story: list[Flowable] = []
    for part in parts:
        if story:
            story += [NewPart(), PageBreak()]
        story += part
    drawn = BytesIO()
    document = Document(drawn, properties, fonts)
    document.build(story, canvasmaker=partial(TaggedCanvas, structure=document.structure))
    file.write(finish(drawn.getvalue(), properties, enclosures))
