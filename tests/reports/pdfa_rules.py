"""The rules of PDF/A-3, level A, and of a tagged structure that a report can break, looked up in the file itself.

No validator of PDF/A could be had where this was written. These rules are read from ISO 19005-3 and ISO 32000-1 and
share no code with what makes the file. Each fault is a sentence that begins with the clause.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
from asn1crypto import parser
from asn1crypto.cms import ContentInfo
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import ImageCms

TOLD = 40
SHOW = {"Tj", "TJ", "'", '"'}
PAINT = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
INSIDE: dict[str, set[str]] = {
    "Document": {"Part"},
    "Part": {"H1", "H2", "H3", "P", "Table", "Figure"},
    "Table": {"TR"},
    "TR": {"TH", "TD"},
    "TH": {"P", "Link", "Span"},
    "TD": {"P", "Link", "Span", "Figure"},
    "P": {"Link", "Span", "Code"},
    "H1": {"Link", "Span"},
    "H2": {"Link", "Span"},
    "H3": {"Link", "Span"},
    "Code": set(),
    "Link": set(),
    "Span": set(),
    "Figure": set(),
}
"""What an element of a report may hold beside content."""
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/URI", "/GoToR"}
XMP = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


def faults(path: Path) -> list[str]:
    """Every rule that the file breaks, the first of them where there are many."""
    content = path.read_bytes()
    with Pdf.open(path) as pdf:
        found = [
            *_file(pdf, content),
            *_metadata(pdf),
            *_colours(pdf),
            *_fonts(pdf),
            *_enclosures(pdf),
            *_signatures(pdf, content),
            *_Tree(pdf).faults(),
        ]
    return found[:TOLD]


def _at(holder: Any, *keys: str) -> Any:
    """What stands under the keys, one in the other; None where one is missing."""
    for key in keys:
        if holder is None or key not in holder:
            return None
        holder = holder[key]
    return holder


def _file(pdf: Pdf, content: bytes) -> Iterator[str]:
    """6.1: header, trailer; 6.5, 6.6: actions."""
    if not content.startswith(b"%PDF-1.7\n%") or any(byte < 128 for byte in content[10:14]):
        yield "6.1.2: header"
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "6.1.3: encrypted"
    if len(pdf.trailer.get("/ID", [])) != 2:
        yield "6.1.3: no identifier"
    if not content.rstrip().endswith(b"%%EOF"):
        yield "6.1.3: something after the end"
    root = pdf.Root
    for key in ("/OpenAction", "/AA", "/Perms", "/Requirements", "/NeedsRendering"):
        if key in root:
            yield f"6.4, 6.5: {key} in the catalogue"
    if "/JavaScript" in root.get("/Names", {}):
        yield "6.5.1: scripts"
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            if any(key in each for key in ("/F", "/FFilter", "/FDecodeParms")):
                yield "6.1.7.1: a stream outside the file"
            if "/LZWDecode" in str(each.get("/Filter", "")):
                yield "6.1.7.2: LZW"
            if each.get("/Subtype") == Name.Image and (each.get("/Interpolate") or "/Alternates" in each):
                yield "6.2.8: an image that is interpolated or has alternates"
        if isinstance(each, Dictionary) and str(each.get("/S", "")) in FORBIDDEN_ACTIONS:
            yield f"6.5.1: action {each.S}"
    for number, page in enumerate(pdf.pages):
        for key in ("/AA", "/PresSteps", "/Trans"):
            if key in page:
                yield f"6.5.2: {key} on page {number}"


def _metadata(pdf: Pdf) -> Iterator[str]:
    """6.6: the packet, what it says of the file's level, and the dictionary that says the same."""
    root = pdf.Root
    if "/Metadata" not in root or root.Metadata.get("/Type") != Name.Metadata or root.Metadata.Subtype != Name.XML:
        yield "6.6.2.1: no metadata stream"
        return
    packet = root.Metadata.read_bytes()
    if not packet.startswith(b'<?xpacket begin="\xef\xbb\xbf"') or b"encoding=" in packet[:80]:
        yield "6.6.2.1: packet header"
    tree = ElementTree.fromstring(packet)

    def value(name: str) -> str | None:
        found = tree.find(f".//{name}", XMP)
        item = found.find(".//rdf:li", XMP) if found is not None else None
        return (item if item is not None else found).text if found is not None else None

    if (value("pdfaid:part"), value("pdfaid:conformance")) != ("3", "A"):
        yield "6.6.4: part and conformance"
    same = {
        "/Title": "dc:title",
        "/Author": "dc:creator",
        "/Subject": "dc:description",
        "/Keywords": "pdf:Keywords",
        "/Producer": "pdf:Producer",
        "/Creator": "xmp:CreatorTool",
    }
    for key, name in same.items():
        if str(pdf.docinfo.get(key)) != value(name):
            yield f"6.6.3: {key} is not {name}"
    for key, name in {"/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate"}.items():
        digits = "".join(each for each in value(name) or "" if each.isdigit())
        if str(pdf.docinfo.get(key)) != f"D:{digits}Z":
            yield f"6.6.3: {key} is not {name}"
    if value("dc:language") != str(root.get("/Lang")):
        yield "6.6.3: language"
    known = set(XMP.values())
    for each in tree.iter():
        if each.tag.split("}")[0].removeprefix("{") not in known:
            yield f"6.6.2.3: a property of no known schema: {each.tag}"


def _colours(pdf: Pdf) -> Iterator[str]:
    """6.2.3, 6.2.4: one output intent with a profile that can be read; colours of the device are of its kind."""
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if each.get("/S") == Name.GTS_PDFA1]
    if len(intents) != 1 or "/OutputConditionIdentifier" not in intents[0]:
        yield "6.2.3: output intent"
        return
    profile = intents[0].DestOutputProfile
    if profile.N != 3:
        yield "6.2.3: components"
    made = ImageCms.ImageCmsProfile(BytesIO(profile.read_bytes()))
    if made.profile.xcolor_space.strip() != "RGB" or made.profile.device_class != "mntr" or made.profile.version > 5:
        yield "6.2.3: profile"
    for number, page in enumerate(pdf.pages):
        if {"k", "K"} & {str(each.operator) for each in pikepdf.parse_content_stream(page, "k K")}:
            yield f"6.2.4.3: CMYK on page {number}"
        for state in (_at(page, "/Resources", "/ExtGState") or {}).values():
            if "/TR" in state or "/HTP" in state or state.get("/BM", Name.Normal) != Name.Normal:
                yield f"6.2.5: graphics state on page {number}"


def _fonts(pdf: Pdf) -> Iterator[str]:
    """6.2.11: embedded, a subset with its name's tag, widths as in the program, a map to Unicode."""
    for each in pdf.objects:
        if not isinstance(each, Dictionary) or each.get("/Type") != Name.Font:
            continue
        name = str(each.BaseFont)
        descriptor = each.get("/FontDescriptor")
        if descriptor is None or "/FontFile2" not in descriptor:
            yield f"6.2.11.4: {name} is not embedded"
            continue
        if name[7:8] != "+" or not name[1:7].isupper():
            yield f"6.2.11.4: {name} is no subset"
        if int(descriptor.Flags) & 4 and "/Encoding" in each:
            yield f"6.2.11.6: {name} is symbolic and has an encoding"
        if not int(descriptor.Flags) & 4:
            yield f"6.2.11.6: {name} is not symbolic, though its codes are its own"
        if len(each.Widths) != int(each.LastChar) - int(each.FirstChar) + 1:
            yield f"6.2.11.5: widths of {name}"
        if "/ToUnicode" not in each or b"beginbf" not in each.ToUnicode.read_bytes():
            yield f"6.2.11.7.2: {name} has no map to Unicode"
        if each.get("/Subtype") == Name.TrueType and b"cmap" not in descriptor.FontFile2.read_bytes()[:512]:
            yield f"6.2.11.6: {name} has no cmap"


def _enclosures(pdf: Pdf) -> Iterator[str]:
    """6.8: enclosed files are associated, typed, and say how they belong to the document."""
    tree = _at(pdf.Root, "/Names", "/EmbeddedFiles", "/Names") or []
    names, files = [str(each) for each in tree[0::2]], list(tree[1::2])
    if names != sorted(names):
        yield "6.8: names are not in their order"
    associated = {each.objgen for each in pdf.Root.get("/AF", [])}
    for name, file in zip(names, files, strict=True):
        if str(file.get("/F")) != name or str(file.get("/UF")) != name or "/Desc" not in file:
            yield f"6.8: names of {name}"
        if str(file.get("/AFRelationship")) not in ("/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"):
            yield f"6.8: relationship of {name}"
        if file.objgen not in associated:
            yield f"6.8: {name} is associated with nothing"
        content = file.EF.F
        if "/" not in str(content.get("/Subtype", ""))[1:] or "/ModDate" not in content.get("/Params", {}):
            yield f"6.8: type or date of {name}"
        if int(content.Params.Size) != len(content.read_bytes()):
            yield f"6.8: size of {name}"


def _signatures(pdf: Pdf, content: bytes) -> Iterator[str]:
    """6.4: a form has nothing but signatures, and each of them is one message over the whole of its revision."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "6.4.1, 6.4.2: a form that a viewer has to make"
    for field in form.get("/Fields", []):
        value = field.get("/V", Dictionary())
        if field.get("/FT") != Name.Sig or value.get("/Type") != Name.Sig or "/A" in field or "/AA" in field:
            yield "6.4.1: a field other than a signature, or with an action"
            continue
        start, first, second, rest = map(int, value.ByteRange)
        der = bytes(value.Contents)
        if start or content[first:second].lower() != b"<%s>" % der.hex().encode() or second + rest > len(content):
            yield "6.4.3: a signature that leaves out more than itself"
        signed = ContentInfo.load(der[: parser.peek(der)], strict=True)["content"]
        if len(signed["signer_infos"]) != 1 or not len(signed["certificates"]):
            yield "6.4.3: not one signer with a certificate"


@dataclass(frozen=True)
class _Open:
    """A mark that is open on a page."""

    tag: str
    kind: str
    content: bool
    in_text: bool


class _Tree:
    """The structure: ISO 19005-3, 6.7; ISO 32000-1, 14.7 and 14.8; and what PDF/UA (ISO 14289-1) adds on links."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        self.referred: Counter[tuple[int, int]] = Counter()
        self.links: Counter[Any] = Counter()
        self.owner: dict[tuple[int, int], Any] = {}
        self.found: list[str] = []

    def faults(self) -> list[str]:
        """Walk it all."""
        root = self.pdf.Root
        if not _at(root, "/MarkInfo", "/Marked"):
            return ["6.7.2.2: not marked"]
        if "/Lang" not in root or not _at(root, "/ViewerPreferences", "/DisplayDocTitle"):
            self.found.append("6.7.4: language or title")
        tree = root.StructTreeRoot
        top = tree.K
        self._element(top, tree, 0)
        self._headings(top)
        keys = list(tree.ParentTree.Nums)
        self.parents = {int(key): value for key, value in zip(keys[0::2], keys[1::2], strict=True)}
        if list(self.parents) != sorted(self.parents) or int(tree.ParentTreeNextKey) <= max(self.parents):
            self.found.append("14.7.4.4: parent tree")
        for number, page in enumerate(self.pdf.pages):
            self._page(number, page)
        return self.found

    def _element(self, element: Any, parent: Any, depth: int) -> None:
        role = str(element.S)[1:]
        if role not in INSIDE:
            self.found.append(f"14.8.4: role {role}")
        if element.P.objgen != parent.objgen:
            self.found.append(f"14.7.2: parent of a {role}")
        kids = element.get("/K", [])
        kids = list(kids) if isinstance(kids, Array) else [kids]
        below = []
        for kid in kids:
            if isinstance(kid, int):
                self._refer(element, element.Pg, kid)
            elif kid.get("/Type") == Name.MCR:
                self._refer(element, kid.get("/Pg", element.get("/Pg")), int(kid.MCID))
            elif kid.get("/Type") == Name.OBJR:
                self.links[kid.Obj.objgen] += 1
                if role != "Link":
                    self.found.append("7.18.5: a link outside of a Link")
            else:
                below.append(kid)
                self._element(kid, element, depth + 1)
        self._shape(role, element, kids, [str(each.S)[1:] for each in below])

    def _shape(self, role: str, element: Any, kids: list[Any], below: list[str]) -> None:
        """What each kind of element must have, and may hold."""
        wrong = set(below) - INSIDE.get(role, set())
        if wrong:
            self.found.append(f"14.8.4: {sorted(wrong)} in a {role}")
        if not kids and role not in ("TD", "TH"):
            self.found.append(f"14.7.2: an empty {role}")
        if role in ("Document", "Part", "Table", "TR") and len(below) != len(kids):
            self.found.append(f"14.8.4.2: content straight in a {role}")
        if role == "TH" and str(element.get("/A", {}).get("/Scope")) not in ("/Column", "/Row"):
            self.found.append("14.8.5.7: a head without a scope")
        if role == "Figure" and (not str(element.get("/Alt", "")).strip() or "/BBox" not in element.get("/A", {})):
            self.found.append("6.7.5: a figure without words or place")
        if role == "Table":
            widths = {len(row.K) for row in element.K}
            if len(widths) > 1:
                self.found.append(f"14.8.4.3.4: rows of {sorted(widths)} cells in one table")
            if "TH" not in {str(cell.S)[1:] for cell in element.K[0].K}:
                self.found.append("14.8.4.3.4: a table without a head")

    def _refer(self, element: Any, page: Any, number: int) -> None:
        place = (self.pages[page.objgen], number)
        self.referred[place] += 1
        self.owner[place] = element.objgen

    def _headings(self, top: Any) -> None:
        """Each part begins with a heading of the first level somewhere, and none is left out on the way down."""
        for part in top.K:
            levels = [int(str(each.S)[2:]) for each in part.get("/K", []) if str(each.S)[1:2] == "H"]
            if not levels or levels[0] != 1 or any(b - a > 1 for a, b in pairwise(levels)):
                self.found.append(f"14.8.4.3.2: headings {levels[:20]}")

    def _page(self, number: int, page: pikepdf.Page) -> None:
        """Whatever is painted is marked; each mark stands in the tree once, and the parent tree knows it."""
        owners = [each.objgen for each in self.parents.get(int(page.get("/StructParents", -1)), [])]
        if page.get("/Tabs") != Name.S:
            self.found.append(f"7.18.3: order of page {number}")
        seen: list[int] = []
        stack: list[_Open] = []
        in_text = False
        for each in pikepdf.parse_content_stream(page):
            operands: Any = each.operands
            operator = str(each.operator)
            if operator in ("BDC", "BMC"):
                identifier = operands[1].get("/MCID") if operator == "BDC" else None
                if identifier is not None:
                    seen.append(int(identifier))
                    if any(other.content for other in stack):
                        self.found.append(f"14.7.4.2: a mark in a mark on page {number}")
                kind = str(operands[1].get("/Type")) if operator == "BDC" else ""
                stack.append(_Open(str(operands[0]), kind, identifier is not None, in_text))
            elif operator == "EMC":
                if not stack or stack.pop().in_text != in_text:
                    self.found.append(f"14.6.1: marks and text objects cross on page {number}")
            elif operator in ("BT", "ET"):
                in_text = operator == "BT"
            elif operator in SHOW | PAINT:
                self._painted(number, operator, stack)
        if stack:
            self.found.append(f"14.6.1: an open mark on page {number}")
        if sorted(seen) != list(range(len(owners))):
            self.found.append(f"14.7.4.4: marks of page {number}")
        for mark, owner in enumerate(owners):
            if self.referred[number, mark] != 1 or self.owner[number, mark] != owner:
                self.found.append(
                    f"14.7.4.4: mark {mark} of page {number} is referred to {self.referred[number, mark]} times"
                )
        for annotation in page.get("/Annots", []):
            self._annotation(number, annotation)

    def _painted(self, number: int, operator: str, stack: "list[_Open]") -> None:
        if not stack:
            self.found.append(f"6.7.3.1: {operator} on page {number} is neither content nor artefact")
        elif operator in SHOW and stack[-1].tag == "/Artifact" and stack[-1].kind != "/Pagination":
            self.found.append(f"14.8.2.2: text as decoration on page {number}")

    def _annotation(self, number: int, annotation: Any) -> None:
        """6.3; ISO 14289-1, 7.18."""
        if annotation.Subtype == Name.Widget:
            self._widget(number, annotation)
            return
        if annotation.Subtype != Name.Link or int(annotation.get("/F", 0)) != 4 or "/A" in annotation:
            self.found.append(f"6.3.2: annotation on page {number}")
        if "/Dest" not in annotation or annotation.Dest[0].objgen not in self.pages:
            self.found.append(f"12.3.2: a link to nowhere on page {number}")
        if not str(annotation.get("/Contents", "")).strip():
            self.found.append(f"7.18.5: a link without words on page {number}")
        owner = self.parents.get(int(annotation.get("/StructParent", -1)))
        if owner is None or owner.S != Name.Link or self.links[annotation.objgen] != 1:
            self.found.append(f"7.18.5: a link outside of the tree on page {number}")

    def _widget(self, number: int, annotation: Any) -> None:
        """A field without an appearance has no extent (6.3.3), and outside of the page it need not be tagged."""
        left, low, right, high = map(float, annotation.Rect)
        flags = int(annotation.get("/F", 0))
        if not flags & 4 or flags & (1 | 2 | 32 | 256):
            self.found.append(f"6.3.2: flags of a field on page {number}")
        if (left, low) != (right, high) or min(left, low) >= 0:
            self.found.append(f"6.3.3, 7.18.1: extent of a field on page {number}")
