"""The PDF keeps the rules of PDF/A-3 and of a tagged structure; the checker of those rules finds what breaks them."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, Pdf, String
from PIL import Image, ImageCms
from reportlab.platypus import Flowable, Paragraph

from checks.model.text import Language, Text
from reports.pdf.document import Properties, write_document
from reports.pdf.fonts import load
from reports.pdf.icc import srgb
from reports.pdf.typesetter import Column, Run, Typesetter
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf
from tests.reports.pdfa_rules import faults

LARGE = 80
FONTS = load()
PROPERTIES = Properties("Tên & <b>", "Mẫu", "Đợt", "run 1", "vi")


@dataclass(frozen=True)
class File:
    """A file to enclose."""

    name: str
    data: bytes
    media_type: str = "text/csv"
    relationship: str = "Data"
    description: str = "Phát hiện"


def made(tmp_path: Path, *pieces: Flowable, enclosures: tuple[File, ...] = ()) -> Path:
    """A document of its own."""
    path = tmp_path / "own.pdf"
    with path.open("wb") as file:
        write_document(file, PROPERTIES, FONTS, [list(pieces)], enclosures)
    return path


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Language], Path]:
    """The sample with so many assets that its tables go over several pages."""
    folder, report = tmp_path_factory.mktemp("large"), sample.report(LARGE)

    def path(language: Language) -> Path:
        file = folder / f"{language}.pdf"
        if not file.exists():
            write_pdf(report, language, file)
        return file

    return path


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12, LARGE])
def test_every_sample_keeps_the_rules_and_other_tools_find_nothing_either(
    pdf: Sample, large: Callable[[Language], Path], count: int, language: Language
) -> None:
    path = large(language) if count == LARGE else pdf(count, language)
    assert faults(path) == []
    for command in (["qpdf", "--check"], ["pdfinfo", "-struct"], ["pdffonts"], ["pdftotext"]):
        tail = ["-"] if command == ["pdftotext"] else []
        run = subprocess.run([*command, str(path), *tail], capture_output=True, text=True, timeout=120)
        assert (run.returncode, run.stderr) == (0, ""), command
    shown = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True, timeout=60).stdout
    facts = dict(line.split(":", 1) for line in shown.splitlines())
    wanted = {"Tagged": "yes", "Encrypted": "no", "JavaScript": "no", "PDF version": "1.7", "Metadata Stream": "yes"}
    assert {key: facts[key].strip() for key in wanted} == wanted


def test_a_table_over_pages_is_one_element_with_its_head_once(large: Callable[[Language], Path]) -> None:
    with Pdf.open(large("vi")) as found:
        tables = [each for each in found.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Table"]
        assert max(len(each.K) for each in tables) > LARGE
        for table in tables:
            heads = [row for row in table.K if all(cell.S == Name.TH for cell in row.K)]
            assert len(heads) <= 1


def _break_mark(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(b"EMC", b"", 1))


def _paint(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\n0 0 9 9 re f")


def _text_in_artefact(pdf: Pdf) -> None:
    page = pdf.pages[0]
    content = page.Contents.read_bytes().replace(b"/P<</MCID 0>>BDC", b"/Artifact<</Type/Layout>>BDC", 1)
    page.Contents = pdf.make_stream(content)


def _first(pdf: Pdf, role: str) -> pikepdf.Dictionary:
    return next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == role)


def _font(pdf: Pdf) -> pikepdf.Dictionary:
    return next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font")


def _annotation(pdf: Pdf) -> pikepdf.Object:
    return next(page.Annots[0] for page in pdf.pages if "/Annots" in page)


def _act(pdf: Pdf) -> None:
    _annotation(pdf).A = pdf.make_indirect(pikepdf.Dictionary(S=Name.URI, URI=String("http://a.example")))


BREAKS: tuple[tuple[str, Callable[[Pdf], object]], ...] = (
    ("14.6.1", _break_mark),
    ("6.7.3.1", _paint),
    ("14.8.2.2", _text_in_artefact),
    ("14.7.4.4", lambda pdf: _first(pdf, "/P").K.append(0)),
    ("14.8.5.7", lambda pdf: _first(pdf, "/TH").__delitem__("/A")),
    ("6.7.5", lambda pdf: _first(pdf, "/Figure").__delitem__("/Alt")),
    ("14.8.4.3.4", lambda pdf: _first(pdf, "/TR").K.__delitem__(0)),
    ("14.8.4.3.2", lambda pdf: setattr(_first(pdf, "/H2"), "S", Name.H3)),
    ("14.8.4", lambda pdf: setattr(_first(pdf, "/P"), "S", Name.Made)),
    ("14.7.2", lambda pdf: setattr(_first(pdf, "/P"), "P", _first(pdf, "/Table"))),
    ("6.2.11.4", lambda pdf: _font(pdf).FontDescriptor.__delitem__("/FontFile2")),
    ("6.2.11.7.2", lambda pdf: _font(pdf).__delitem__("/ToUnicode")),
    ("6.2.11.6", lambda pdf: setattr(_font(pdf), "Encoding", Name.WinAnsiEncoding)),
    ("6.2.3", lambda pdf: pdf.Root.__delitem__("/OutputIntents")),
    ("6.6.2.1", lambda pdf: pdf.Root.__delitem__("/Metadata")),
    ("6.6.3", lambda pdf: setattr(pdf.trailer.Info, "Title", String("Khác"))),
    ("6.7.2.2", lambda pdf: pdf.Root.__delitem__("/MarkInfo")),
    ("6.7.4", lambda pdf: pdf.Root.__delitem__("/Lang")),
    ("6.5.1", _act),
    ("6.3.2", lambda pdf: _annotation(pdf).__delitem__("/F")),
    ("7.18.5", lambda pdf: _annotation(pdf).__delitem__("/Contents")),
    ("6.4, 6.5", lambda pdf: setattr(pdf.Root, "OpenAction", pikepdf.Dictionary(S=Name.Named))),
)


@pytest.mark.parametrize(("clause", "broken"), BREAKS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_breaks_a_rule_is_found(pdf: Sample, tmp_path: Path, clause: str, broken: Callable[[Pdf], object]) -> None:
    path = tmp_path / "broken.pdf"
    with Pdf.open(pdf(1, "vi")) as document:
        broken(document)
        document.save(path, force_version="1.7")
    assert any(each.startswith(f"{clause}:") for each in faults(path)), faults(path)


def test_enclosed_files_are_in_the_pdf_and_associated_with_it(tmp_path: Path) -> None:
    files = (File("b.csv", b"1;2"), File("a.json", b"{}" * 1000, "application/json", "Source"))
    path = made(tmp_path, Typesetter("vi", FONTS).heading("Mẫu", "h1", 0), enclosures=files)
    assert faults(path) == []
    with Pdf.open(path) as found:
        assert {name: each.get_file().read_bytes() for name, each in found.attachments.items()} == {
            each.name: each.data for each in files
        }
    listed = subprocess.run(["pdfdetach", "-list", str(path)], check=True, capture_output=True, text=True).stdout
    assert "a.json" in listed and "b.csv" in listed


def test_a_link_leads_to_its_heading_and_one_without_is_plain_text(tmp_path: Path) -> None:
    make = Typesetter("vi", FONTS)
    path = made(
        tmp_path,
        make.heading("Đầu", "h1", 0),
        make.para("Xem ", make.link_to("a/<b>", "mục một"), " và ", make.link_to("none", "mục không có"), "."),
        make.para(make.link_to("a/<b>", "x " * 400)),
        make.heading("Mục một", "h1", 1, key="a/<b>"),
        make.heading("Mục hai", "h1", 1, key="a/<b>"),
    )
    assert faults(path) == []
    with Pdf.open(path) as found:
        said = [str(each.Contents).strip() for each in found.pages[0].Annots]
        assert said[0] == "mục một" and len(said) > 2 and set(said[1:]) == {("x " * 400).strip()}
    assert "mục không có" in pages.texts(path)[0]


def test_pieces_that_are_broken_over_pages_stay_one_element(tmp_path: Path) -> None:
    make = Typesetter("vi", FONTS)
    long = "từ ngữ " * 1500
    path = made(
        tmp_path,
        make.heading("Đầu", "h1", 0),
        make.para(Run(long, "bold"), long, make.link_to("x", "hết"), limit=20000),
        *make.code(f"dòng {number}" for number in range(200)),
        *make.table(
            [Column(Text("a", "a"), 100), Column(Text("b", "b"), 300)],
            [("1", [make.para(long, limit=9000), make.para(long, limit=9000)]), ("2", "")],
        ),
    )
    assert faults(path) == []
    with Pdf.open(path) as found:
        roles = [
            str(each.S)
            for each in found.objects
            if isinstance(each, pikepdf.Dictionary) and "/P" in each and "/S" in each
        ]
        assert len(found.pages) > 4
        assert {role: roles.count(role) for role in ("/Code", "/Table", "/TR", "/TD", "/TH")} == {
            "/Code": 1,
            "/Table": 1,
            "/TR": 3,
            "/TD": 4,
            "/TH": 2,
        }
        assert roles.count("/P") == 4  # the long one, that of the code, and two in a cell


def test_text_that_says_nothing_of_itself_is_found_by_the_rules(tmp_path: Path) -> None:
    make = Typesetter("vi", FONTS)
    path = made(tmp_path, make.heading("Đầu", "h1", 0), Paragraph("x", make.styles["body"]))
    assert any("text as decoration" in each for each in faults(path))


def test_the_profile_of_colours_is_srgb() -> None:
    own, theirs = ImageCms.ImageCmsProfile(BytesIO(srgb())), ImageCms.createProfile("sRGB")
    colours = [(r, g, b) for r in range(0, 256, 51) for g in range(0, 256, 51) for b in range(0, 256, 51)]
    image = Image.new("RGB", (len(colours), 1))
    image.putdata(colours)
    shown = ImageCms.profileToProfile(image, own, theirs)
    assert shown is not None
    worst = max(abs(before - after) for before, after in zip(image.tobytes(), shown.tobytes(), strict=True))
    assert worst <= 1


def test_the_metadata_names_what_made_the_file(pdf: Sample) -> None:
    with Pdf.open(pdf(1, "vi")) as found:
        told = str(found.docinfo["/Producer"])
        for name in ("reportlab", "pikepdf", "qpdf"):
            assert f"{name} " in told
        assert f"fonts sha256:{FONTS.digest}" in str(found.docinfo["/Keywords"])
        assert str(found.docinfo["/CreationDate"]) == f"D:{sample.FINISHED:%Y%m%d%H%M%S}Z"


def test_equal_input_gives_equal_bytes_and_another_time_of_judgement_gives_others(tmp_path: Path, pdf: Sample) -> None:
    report, path = sample.report(12), tmp_path / "again.pdf"
    write_pdf(report, "vi", path)
    assert path.read_bytes() == pdf(12, "vi").read_bytes()
    later = replace(report.run, as_of=report.run.as_of.replace(second=1))
    write_pdf(replace(report, run=later), "vi", path)
    assert path.read_bytes() != pdf(12, "vi").read_bytes()
