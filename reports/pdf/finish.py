"""From what the PDF library writes to what is issued: PDF 1.7 after PDF/A-3, level A (ISO 19005-3).

Metadata, the colours' meaning and the enclosed files are added; the rest of the file is as it was set. Equal input
gives equal bytes: dates are those of the run, and the file's identifier is made of its content.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from typing import Protocol

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from checks.model.text import Language
from reports.pdf import xmp
from reports.pdf.icc import NAME, srgb

CREATOR = "Khiên"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    keywords: str
    """Run, policy and fonts by what identifies them; the versions of what sets the page are the producer."""
    language: Language
    made: datetime = UNDATED
    """The time of judgement: never that of the clock, so that the file can be made again."""


class Enclosure(Protocol):
    """A file inside the PDF."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def relationship(self) -> str:
        """To the report: Source | Data | Alternative | Supplement | Unspecified (ISO 19005-3, annex E)."""
        ...

    @property
    def description(self) -> str: ...
    @property
    def data(self) -> bytes: ...


@cache
def producer() -> str:
    """What has set the page, by name and version."""
    try:
        own = version("khien")
    except PackageNotFoundError:
        own = "0"
    tools = {
        "reportlab": version("reportlab"),
        "pikepdf": version("pikepdf"),
        "qpdf": pikepdf.__libqpdf_version__,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return f"{CREATOR} {own} ({', '.join(f'{name} {each}' for name, each in tools.items())})"


def finish(drawn: bytes, properties: Properties, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The file as it is issued."""
    made_by = producer()
    with Pdf.open(BytesIO(drawn)) as pdf:
        root = pdf.Root
        _describe(pdf, properties, made_by)
        root.Lang = String(properties.language)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        profile = pdf.make_stream(_profile(), N=3, Alternate=Name.DeviceRGB)
        root.OutputIntents = Array(
            [
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier=String(NAME),
                    Info=String(NAME),
                    RegistryName=String("http://www.color.org"),
                    DestOutputProfile=profile,
                )
            ]
        )
        _enclose(pdf, enclosures, properties.made)
        finished = BytesIO()
        pdf.save(
            finished,
            min_version="1.7",
            force_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return finished.getvalue()


@cache
def _profile() -> bytes:
    return srgb()


def _describe(pdf: Pdf, properties: Properties, made_by: str) -> None:
    """The same in both places; PDF/A reads the packet, older programs the dictionary."""
    moment = xmp.pdf_date(properties.made)
    entries = {
        "/Title": properties.title,
        "/Author": properties.author,
        "/Subject": properties.subject,
        "/Keywords": properties.keywords,
        "/Creator": CREATOR,
        "/Producer": made_by,
        "/CreationDate": moment,
        "/ModDate": moment,
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(value) for key, value in entries.items()}))
    pdf.Root.Metadata = pdf.make_stream(
        xmp.packet(
            properties.title,
            properties.author,
            properties.subject,
            properties.keywords,
            properties.language,
            CREATOR,
            made_by,
            properties.made,
        ),
        Type=Name.Metadata,
        Subtype=Name.XML,
    )


def _enclose(pdf: Pdf, enclosures: Sequence[Enclosure], made: datetime) -> None:
    """Put the files into the PDF: each by its name, and as associated with the whole document."""
    if not enclosures:
        return
    files = [(each.name, pdf.make_indirect(_file(pdf, each, made))) for each in enclosures]
    names = Array([part for name, file in sorted(files, key=lambda each: each[0]) for part in (String(name), file)])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
    pdf.Root.AF = Array([file for _, file in files])


def _file(pdf: Pdf, enclosure: Enclosure, made: datetime) -> Dictionary:
    content = pdf.make_stream(enclosure.data, Type=Name.EmbeddedFile, Subtype=Name(f"/{enclosure.media_type}"))
    content.Params = Dictionary(
        Size=len(enclosure.data),
        ModDate=String(xmp.pdf_date(made)),
        CheckSum=String(hashlib.md5(enclosure.data, usedforsecurity=False).digest()),
    )
    return Dictionary(
        Type=Name.Filespec,
        F=String(enclosure.name),
        UF=String(enclosure.name),
        Desc=String(enclosure.description),
        AFRelationship=Name(f"/{enclosure.relationship}"),
        EF=Dictionary(F=content, UF=content),
    )
