"""The PDF library's canvas, which does not know of structure, taught to say of everything that it paints what it is.

Text is marked as a piece of a structure element, a figure as one piece with all that it consists of. Whatever else is
painted (rules, grounds, frames) and has no meaning of its own becomes an artefact by itself (ISO 32000-1, 14.8.2.2).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObject
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from reports.pdf.structure import Node, Structure, text_string, written

Direction = Literal["LTR", "RTL"] | None
END = "EMC"
DECORATION = "/Artifact<</Type/Layout>>BDC"
PAGINATION = "/Artifact<</Type/Pagination>>BDC"


class LinkColour(Color):
    """The colour of a link's text, by which the link is known where the text is drawn."""

    def __init__(self, base: Color, node: Node) -> None:
        super().__init__(base.red, base.green, base.blue)
        self.node = node

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class MarkedText(PDFTextObject):
    """A text object whose pieces belong to one element, and to its links."""

    _code: list[str]

    def __init__(self, canvas: "TaggedCanvas", node: Node, x: float, y: float, direction: Direction) -> None:
        super().__init__(canvas, x, y, direction)
        self._canvas, self._own, self._current = canvas, node, node
        self._code.append(canvas.mark(node))

    def setFillColor(self, aColor: Any, alpha: float | None = None) -> None:
        """Another colour; where it is a link's, what follows belongs to the link."""
        target = aColor.node if isinstance(aColor, LinkColour) else self._own
        if target is not self._current:
            self._current = target
            self._code += (END, self._canvas.mark(target))
        super().setFillColor(aColor, alpha)

    def _textOut(self, text: str, TStar: int = 0) -> None:
        """A line's end is no end of a word to who reads the file without its look: a space stands there."""
        base: Any = super()
        base._textOut(f"{text} " if TStar and text and text[-1] != " " else text, TStar)

    def getCode(self) -> str:
        """The operators of the whole object."""
        self._code.append(END)
        return str(super().getCode())


@dataclass(frozen=True, slots=True)
class _Link:
    page: int
    rectangle: tuple[float, ...]
    key: str
    node: Node
    contents: str


class _Raw(PDFObject):
    """An object that is written as it stands."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.text = ""

    def format(self, _: object) -> bytes:
        return self.text.encode("ascii")


def _painting(name: str) -> Any:
    """A painting method of the library that is an artefact where nothing else is said."""
    original: Callable[..., Any] = getattr(Canvas, name)

    def paint(self: "TaggedCanvas", *args: Any, **options: Any) -> Any:
        self.decorate()
        return original(self, *args, **options)

    return paint


class TaggedCanvas(Canvas):
    """A canvas on which everything painted is either content of an element or an artefact."""

    # What the library's types leave out.
    _code: list[str]
    _pageNumber: int
    _doc: Any
    _destinations: Mapping[str, Any]
    _absRect: Any

    def __init__(self, *args: Any, structure: Structure, **options: Any) -> None:
        self.structure = structure
        self._node: Node | None = None
        self._inside = False
        """Whether a mark is open round whatever is painted."""
        self._depth = 0
        self._decorated: int | None = None
        """How deep the graphics states were nested where the open artefact began."""
        self._said: Mapping[str, tuple[Node, str]] = {}
        self._found: list[_Link] = []
        self._repeated: dict[str, list[str]] = {}
        super().__init__(*args, **options)

    line = _painting("line")
    lines = _painting("lines")
    rect = _painting("rect")
    roundRect = _painting("roundRect")
    ellipse = _painting("ellipse")
    wedge = _painting("wedge")
    arc = _painting("arc")
    bezier = _painting("bezier")
    drawPath = _painting("drawPath")
    drawImage = _painting("drawImage")
    drawInlineImage = _painting("drawInlineImage")
    doForm = _painting("doForm")
    linearGradient = _painting("linearGradient")
    radialGradient = _painting("radialGradient")

    @contextmanager
    def text_of(self, node: Node, links: Mapping[str, tuple[Node, str]] | None = None) -> Iterator[None]:
        """Text that is drawn in this block belongs to `node`; `links` has the elements and words of its links."""
        before = self._node, self._said
        self._node, self._said = node, links or {}
        try:
            yield
        finally:
            self._node, self._said = before

    @contextmanager
    def figure(self, node: Node) -> Iterator[None]:
        """Everything that is drawn in this block is one piece of `node`."""
        with self._enclosed(self.mark(node)):
            yield

    @contextmanager
    def pagination(self) -> Iterator[None]:
        """What is drawn in this block is on every page: page numbers, repeated heads of tables."""
        with self._enclosed(PAGINATION):
            yield

    def repeat(self, name: str, x: float, y: float, paint: Callable[[Canvas], None]) -> None:
        """Paint at a place what is painted in many: a shape without meaning or text, worked out the first time only."""
        self.decorate()
        self.saveState()
        self.translate(x, y)
        if name not in self._repeated:
            start = len(self._code)
            paint(self)
            self._repeated[name] = self._code[start:]
        else:
            self._code += self._repeated[name]
        self.restoreState()

    def mark(self, node: Node) -> str:
        """The operator that begins the next piece of `node` on this page."""
        return f"/{node.role}<</MCID {self.structure.mark(node, self._pageNumber - 1)}>>BDC"

    def decorate(self) -> None:
        """What is painted next is an artefact, unless a mark is open."""
        if not self._inside and self._decorated is None:
            self._code.append(DECORATION)
            self._decorated = self._depth

    def beginText(self, x: float = 0, y: float = 0, direction: Direction = None) -> PDFTextObject:
        """A text object, marked where it belongs to an element."""
        if self._inside or self._node is None:
            return super().beginText(x, y, direction)
        return MarkedText(self, self._node, x, y, direction)

    def drawText(self, aTextObject: PDFTextObject) -> None:
        """Put a text object on the page."""
        if isinstance(aTextObject, MarkedText):
            self._end_decoration()
        else:
            self.decorate()
        super().drawText(aTextObject)

    def linkRect(self, contents: str, destinationname: str, Rect: Any = None, *_: Any, **options: Any) -> None:
        """A link over a rectangle; it is written at the end, if its destination exists then."""
        found = self._said.get(destinationname)
        if found is not None:
            rectangle = tuple(self._absRect(Rect, options.get("relative", 1)))
            self._found.append(_Link(self._pageNumber - 1, rectangle, destinationname, *found))

    def saveState(self) -> None:
        """Go one graphics state deeper."""
        super().saveState()
        self._depth += 1

    def restoreState(self) -> None:
        """Come back; an artefact that began inside ends inside."""
        if self._decorated is not None and self._decorated >= self._depth:
            self._end_decoration()
        self._depth -= 1
        super().restoreState()

    def showPage(self) -> None:
        """End the page."""
        self._end_decoration()
        self._depth = 0
        super().showPage()

    def save(self) -> None:
        """Write the file, with the tree."""
        if self._code:
            self.showPage()
        self._write_structure()
        super().save()

    @contextmanager
    def _enclosed(self, begin: str) -> Iterator[None]:
        self._end_decoration()
        before, self._inside = self._inside, True
        if not before:
            self._code.append(begin)
        try:
            yield
        finally:
            self._inside = before
            if not before:
                self._code.append(END)

    def _end_decoration(self) -> None:
        if self._decorated is not None:
            self._code.append(END)
            self._decorated = None

    def _write_structure(self) -> None:
        """Links, then the tree, as objects of the library's document."""
        document, pages = self._doc, self._doc.Pages.pages
        page_numbers = [document.idToObjectNumberAndVersion[each.__InternalName__][0] for each in pages]
        link_numbers = [self._write_link(each, len(pages)) for each in self._found if self._bound(each)]
        nodes = self.structure.nodes()
        root, number_of_root = self._reserve()
        reserved = {id(node): self._reserve() for node in nodes}

        def number(node: Node) -> int:
            return reserved[id(node)][1]

        parents: dict[int, int] = {id(self.structure.root): number_of_root}
        for node in nodes:
            parents.update((id(kid), number(node)) for kid in node.kids if isinstance(kid, Node))
            reserved[id(node)][0].text = written(
                node, number, page_numbers.__getitem__, link_numbers.__getitem__, parents[id(node)]
            )
        keys = " ".join(self.structure.parents(len(pages), number))
        root.text = (
            f"<</Type/StructTreeRoot/K {number(self.structure.root)} 0 R/ParentTree<</Nums[{keys}]>>"
            f"/ParentTreeNextKey {len(pages) + len(link_numbers)}>>"
        )
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for index, page in enumerate(pages):
            page.__NoDefault__ = (*page.__NoDefault__, "StructParents", "Tabs")
            page.StructParents, page.Tabs, page.Trans = index, PDFName("S"), None

    def _bound(self, link: _Link) -> bool:
        """Whether the link leads somewhere; what does not stays text."""
        bound = getattr(self._destinations.get(link.key), "fmt", None) is not None
        if not bound:
            link.node.role = "Span"
        return bound

    def _write_link(self, link: _Link, pages: int) -> int:
        annotation, number = self._reserve()
        key = pages + self.structure.link(link.node, link.page)
        destination = self._destinations[link.key].format(self._doc).decode("ascii")
        corners = " ".join(f"{each:.2f}" for each in link.rectangle)
        annotation.text = (
            f"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[{corners}]/Dest {destination}"
            f"/Contents{text_string(link.contents)}/StructParent {key}>>"
        )
        page = self._doc.Pages.pages[link.page]
        page.Annots = PDFArray([*(page.Annots.sequence if page.Annots else []), annotation])
        return number

    def _reserve(self) -> tuple[_Raw, int]:
        made = _Raw()
        self._doc.Reference(made)
        return made, self._doc.objectcounter
