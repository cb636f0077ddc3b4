"""What the file says of itself, as XMP (ISO 16684-1) in the form that PDF/A-3 asks for."""

from datetime import UTC, datetime
from xml.sax.saxutils import escape

PART, LEVEL = "3", "A"
"""PDF/A-3 (ISO 19005-3) with a structure, level A."""


def packet(
    title: str, author: str, subject: str, keywords: str, language: str, creator: str, producer: str, made: datetime
) -> bytes:
    """The whole packet. Every property is of a schema that PDF/A knows, so that none has to be described."""
    moment = iso(made)
    values = {
        "title": _alternative(title),
        "author": f"<rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq>",
        "subject": _alternative(subject),
        "language": f"<rdf:Bag><rdf:li>{escape(language)}</rdf:li></rdf:Bag>",
    }
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <pdfaid:part>{PART}</pdfaid:part>
   <pdfaid:conformance>{LEVEL}</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title>{values["title"]}</dc:title>
   <dc:creator>{values["author"]}</dc:creator>
   <dc:description>{values["subject"]}</dc:description>
   <dc:language>{values["language"]}</dc:language>
   <pdf:Keywords>{escape(keywords)}</pdf:Keywords>
   <pdf:Producer>{escape(producer)}</pdf:Producer>
   <xmp:CreatorTool>{escape(creator)}</xmp:CreatorTool>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
   <xmp:MetadataDate>{moment}</xmp:MetadataDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def iso(moment: datetime) -> str:
    """A moment as XMP writes it, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def pdf_date(moment: datetime) -> str:
    """The same moment as a PDF writes it (ISO 32000-1, 7.9.4)."""
    return f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}Z"


def _alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'
