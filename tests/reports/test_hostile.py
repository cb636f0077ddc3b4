"""Whatever was sent comes out as text, bounded, in its place; nothing is asked of the network or of the disk for it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from checks.model.evidence import Hop, HttpObservation
from checks.model.finding import Finding, Instance
from checks.model.target import HttpTarget
from checks.model.text import Text
from reports.formats.pdf import Pdf, typeset
from reports.model import AgencyReport, Exclusion
from tests.reports import pages, sample
from tests.reports.pdfa_rules import faults

HUGE = "<b>\u202eđ &amp; " * 900_000
"""More than ten million characters of markup, direction and letters."""
TEXTS = {
    "image": "<img src='file:///etc/passwd' width='9' height='9'/><img src=\"http://a.example/x.png\"/>",
    "link": '<a href="http://a.example/">x</a><link href="file:///etc/passwd">y</link><onDraw name="x"/>',
    "unclosed": "<b><i><font size=900><para><seq><greek>",
    "objects": ") Tj ET Q endstream endobj /EF << /JS (x) >> (\\",
    "scripts": "中文字 العربية עברית हिन्दी ไทย 😀👩‍👩‍👧 ﷽",
    "direction": "a\u202eb\u2066c\u2069d\u200ee\u061cf",
    "controls": "".join(map(chr, (*range(32), *range(127, 160), 0x2028, 0xFEFF, 0xFFFF, 0xD800))),
    "marks": "q" + "\u0301" * 500 + "\u20dd",
    "wide": "ﷺ" * 300 + "W" * 3000,
    "huge": HUGE,
}

_events: list[tuple[str, str]] | None = None


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _events is not None and (event == "open" or event.startswith(("socket.", "subprocess.", "urllib."))):
        _events.append((event, str(arguments[0])))


sys.addaudithook(_listen)


@contextmanager
def asked() -> Iterator[list[tuple[str, str]]]:
    """What this process opens and connects to in the block."""
    global _events
    found: list[tuple[str, str]] = []
    _events = found
    try:
        yield found
    finally:
        _events = None


@cache
def rendered(name: str) -> tuple[bytes, list[tuple[str, str]]]:
    """The report with that text everywhere, and what was opened and connected to for it.

    Of the huge one the pages alone, for its files hold it all many times.
    """
    report = everywhere(TEXTS[name])
    Pdf().render(sample.report(0), "vi")  # whatever the libraries load of themselves is loaded
    with asked() as events:
        content = typeset(report, "vi") if name == "huge" else Pdf().render(report, "vi")
    return content, events


def everywhere(text: str) -> AgencyReport:
    """A report in which whatever may come from outside is `text`."""
    report, words = sample.report(2), Text(text, text)

    def hit(finding: Finding) -> Finding:
        if finding.verdict != "fail":
            return replace(finding, params={"detail": text})
        target = finding.instances[0].target
        instance = Instance(text, "forbidden_protocol", {"where": text, "protocol": text}, target, "hops.0")
        return replace(finding, instances=(instance,) * 3, reproduce=(text,) * 3)

    address = "127.0.1.1"
    seen = HttpObservation(
        (Hop(f"https://{address}/", address, 200, (("x-powered-by", text.replace("\ud800", "")),)),), "answered"
    )
    http = sample.evidence(HttpTarget(address, f"https://{address}/"), seen)
    return replace(
        report,
        assets=tuple(replace(each, findings=tuple(map(hit, each.findings))) for each in report.assets),
        evidence={**report.evidence, http.sighting.target.key: http},
        exclusions=(Exclusion(text, "other", text),),
        agency=replace(report.agency, name=words),
        run=replace(report.run, vantage=text, tools={text: text}, head=text),
        letter=replace(
            report.letter, parent=words, issuer=words, symbol=text, place=words, position=words, recipients=(words,)
        ),
        waivers=tuple(
            replace(each, waiver=replace(each.waiver, justification=text, requested_by=text, approved_by=text))
            for each in report.waivers
        ),
    )


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_keeps_its_place_and_asks_for_nothing(tmp_path: Path, name: str) -> None:
    content, events = rendered(name)
    # The workbook among the files inside is put together in the folder for what is temporary.
    passing = tempfile.gettempdir()
    assert [each for each in events if not each[1].endswith((".py", ".pyc")) and not each[1].startswith(passing)] == []
    path = tmp_path / "hostile.pdf"
    path.write_bytes(content)
    assert faults(path) == []
    reader = PdfReader(path)
    assert not any(page.images for page in reader.pages)
    for page in pages.words(path):
        assert min(word.left for word in page) >= 30 * pages.MM - 0.5
        assert max(word.right for word in page) <= pages.A4_WIDTH - 15 * pages.MM + 0.5
        assert max(word.bottom for word in page) <= pages.A4_HEIGHT - 20 * pages.MM + 3
    assert sum(len(each.get_data()) for page in reader.pages if (each := page.get_contents()) is not None) < 1_000_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("image", "<imgsrc='file:///etc/passwd'width='9'height='9'/>"),
        ("unclosed", "<b><i><fontsize=900><para><seq><greek>"),
        ("objects", ")TjETQendstreamendobj/EF<</JS(x)>>(\\"),
        ("scripts", "[U+4E2D][U+6587]"),
        ("scripts", "[U+05E2][U+05D1]"),
        ("direction", "a[U+202E]b[U+2066]c[U+2069]d[U+200E]e[U+061C]f"),
        ("huge", "…"),
    ],
)
def test_hostile_text_is_shown_letter_for_letter_by_number_or_cut_with_a_mark(
    tmp_path: Path, name: str, shown: str
) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(rendered(name)[0])
    assert shown in pages.whole(path)
