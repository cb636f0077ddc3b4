"""The tree of what a page means: parts, headings, paragraphs, tables, code and figures, as ISO 32000-1, 14.7 has it.

Elements are made with the pieces of the page, and take their place in the tree when the first of them is drawn: the
order of the tree is the order of reading. What is set on two pages stays one element.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

COLUMN_HEAD = "/A<</O/Table/Scope/Column>>"
ROW_HEAD = "/A<</O/Table/Scope/Row>>"
"""Which cells a head of a table speaks for (14.8.5.7)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked piece of a page's content."""

    page: int
    """Counted from 0."""
    number: int
    """The marked-content identifier, on its page."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link on a page."""

    page: int
    number: int
    """Counted from 0 through the whole document."""


@dataclass(slots=True, eq=False)
class Node:
    """One structure element."""

    role: str
    """A standard structure type (14.8.4)."""
    parent: "Node | None" = None
    """None for what belongs to the part that is being set."""
    attributes: str = ""
    """More entries of its dictionary, as they stand in the file."""
    title: str = ""
    alt: str = ""
    """What is said instead of it where it cannot be seen."""
    kids: "list[Node | Mark | Annotation]" = field(default_factory=list)
    placed: bool = False
    """Whether it stands in the tree."""
    given: bool = False
    """Whether its parent has it among its kids from the beginning."""

    def row(self, count: int, roles: Sequence[str] = (), attributes: Sequence[str] = ()) -> "list[Node]":
        """The cells of a new row of this table; all of them stand in the tree as soon as one is drawn."""
        line = Node("TR", self)
        cells = [Node(roles[i] if roles else "TD", line, attributes[i] if attributes else "") for i in range(count)]
        for cell in cells:
            cell.given = True
        line.kids.extend(cells)
        return cells


class Structure:
    """The tree of one document while it is set."""

    def __init__(self, language: str) -> None:
        self.root = Node("Document", attributes=f"/Lang({language})", placed=True)
        self.part = self.root
        self._marks: list[list[Node]] = []
        self._links: list[Node] = []

    def begin_part(self, title: str = "") -> None:
        """What is drawn from here on, and says nothing else, belongs to a new part."""
        self.part = Node("Part", self.root, title=title)

    def mark(self, node: Node, page: int) -> int:
        """The identifier under which the next piece of `node` stands on a page."""
        self._place(node)
        while len(self._marks) <= page:
            self._marks.append([])
        number = len(self._marks[page])
        self._marks[page].append(node)
        node.kids.append(Mark(page, number))
        return number

    def link(self, node: Node, page: int) -> int:
        """The number of a new link annotation that belongs to `node`."""
        self._place(node)
        node.kids.append(Annotation(page, len(self._links)))
        self._links.append(node)
        return len(self._links) - 1

    def nodes(self) -> list[Node]:
        """Every element, parents first."""
        found = [self.root]
        for node in found:  # grows while it is walked
            found.extend(each for each in node.kids if isinstance(each, Node))
        return found

    def parents(self, pages: int, number: Callable[[Node], int]) -> Iterator[str]:
        """The entries of the parent tree: first one for each page, then one for each link."""
        for page in range(pages):
            owners = self._marks[page] if page < len(self._marks) else []
            yield f"{page}[{' '.join(f'{number(each)} 0 R' for each in owners)}]"
        for index, node in enumerate(self._links):
            yield f"{pages + index} {number(node)} 0 R"

    def _place(self, node: Node) -> None:
        while not node.placed:
            node.placed = True
            parent = node.parent or self.part
            if not node.given:
                parent.kids.append(node)
            node = parent


def written(
    node: Node,
    number: Callable[[Node], int],
    page_number: Callable[[int], int],
    link_number: Callable[[int], int],
    parent: int,
) -> str:
    """An element as it stands in the file, where the functions give the numbers of the objects."""
    page: int | None = None
    kids: list[str] = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.append(f"{number(kid)} 0 R")
        elif isinstance(kid, Annotation):
            kids.append(f"<</Type/OBJR/Pg {page_number(kid.page)} 0 R/Obj {link_number(kid.number)} 0 R>>")
        else:
            page = kid.page if page is None else page
            there = kid.page == page
            kids.append(str(kid.number) if there else _elsewhere(page_number(kid.page), kid.number))
    parts = [f"<</S/{node.role}/P {parent} 0 R"]
    if page is not None:
        parts.append(f"/Pg {page_number(page)} 0 R")
    if kids:
        # One kid needs no array, but a reference and a dictionary read the same in both forms.
        parts.append(f"/K[{' '.join(kids)}]")
    if node.title:
        parts.append(f"/T{text_string(node.title)}")
    if node.alt:
        parts.append(f"/Alt{text_string(node.alt)}")
    return "".join((*parts, node.attributes, ">>"))


def text_string(text: str) -> str:
    """Any text as a string object (7.9.2.2)."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _elsewhere(page: int, number: int) -> str:
    return f"<</Type/MCR/Pg {page} 0 R/MCID {number}>>"
