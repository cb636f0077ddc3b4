"""The harness of the figures of reports: that others get the same words, and that it counts and computes as it says."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from benchmarks.processes import CommandFailed, Cost, Done
from benchmarks.reports import __main__ as reports
from benchmarks.reports import likeness
from benchmarks.reports.child import TOOLS
from benchmarks.reports.html import html
from benchmarks.reports.latex import latex
from benchmarks.reports.likeness import Taken, Told
from benchmarks.reports.recorded import record
from benchmarks.reports.story import Block, Code, Grid, Mark, Story, Words, story
from reports.formats.pdf import typeset
from tests.reports import sample


class Page(HTMLParser):
    """The text of an HTML document, and whether its elements are closed as they were opened."""

    EMPTY = ("meta", "col", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "svg"} & set(self.open):
            self.said.append(data)


def told(blocks: Iterable[Block]) -> Iterator[tuple[str, ...]]:
    """Every text of a story in order, in the pieces that have a face of their own."""
    for block in blocks:
        match block:
            case Words():
                yield tuple(each.text for each in block.spans)
            case Mark():
                yield tuple(each.text for each in block.words.spans)
            case Code():
                yield from ((line,) for line in block.lines)
            case Grid():
                for row in block.rows:
                    for cell in row:
                        yield from told(cell)


def packed(text: str) -> str:
    """Without spaces: what lines and pages cannot change."""
    return re.sub(r"\s", "", text)


def letters(text: str) -> str:
    """Letters and figures alone, which no escape changes."""
    return re.sub(r"[\W_]", "", text)


@pytest.fixture(scope="module")
def made() -> Story:
    return story(sample.judged_report(2), "vi")


def test_the_story_has_every_word_of_the_pages(made: Story, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(typeset(sample.judged_report(2), "vi"))
    shown = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True, text=True, timeout=60
    )
    words = set(shown.stdout.split())
    said = packed("".join("".join(each) for part in made for each in told(part)))
    missing = {each for each in words if packed(each) not in said and not each.strip("…\\").isdecimal()}
    assert len(words) > 500
    assert len(missing) / len(words) < 0.02, missing  # pieces of lines broken inside a word, and of charts


def test_others_get_every_word_of_the_story(made: Story, tmp_path: Path) -> None:
    every = [each for part in made for each in told(part) if "".join(each).strip()]
    assert len(every) > 300
    page = packed("".join(Page(html(made, "x", "vi")).said))
    assert [each for each in every if packed("".join(each)) not in page] == []
    written = latex(made, "x", tmp_path / "charts")
    spoken = letters(re.sub(r"\\allowbreak\{\}|\\(text\w+|dots)\{\}|\$\\\w+\$", "", written))
    assert [each for pieces in every for each in pieces if letters(each) not in spoken] == []
    assert len(list((tmp_path / "charts").iterdir())) == written.count("includegraphics") > 0


def test_hostile_text_is_no_markup_for_others(tmp_path: Path) -> None:
    hostile = story(sample.report(12), "vi")
    Page(html(hostile, "</title><script>", "vi"))
    written = latex(hostile, r"\end{document}", tmp_path)
    assert written.count(r"\end{document}") == written.count(r"\begin{document}") == 1


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    folder = tmp_path_factory.mktemp("estate")
    with django_db_blocker.unblock():
        return record(folder, agencies=2, assets=1, runs=2)


def test_a_recorded_estate_is_reported_and_measured(
    estate: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    found = reports.scale(estate, 2, 1, tmp_path)
    assert found.pages >= 2 * 8
    assert 0 < found.cost.cpu and found.cost.peak > 50_000_000
    with django_db_blocker.unblock():
        some = reports.some_reports(estate.with_name("khien.sqlite3"), 1)
    assert [len(each.history) for each in some] == [1]
    assert some[0].changes
    with pytest.raises(CommandFailed, match="khien report"):
        reports.scale(estate.with_name("none.yaml"), 2, 1, tmp_path)


def test_tools_are_measured_read_and_compared(tmp_path: Path) -> None:
    likeness.prepare([sample.judged_report(1)], tmp_path)
    assert {f"000{suffix}" for suffix, _ in TOOLS.values()} <= {each.name for each in tmp_path.iterdir()}
    (found,) = likeness.measure(tmp_path, 2, ["khien"])
    assert found.absent == ""
    assert len(found.rounds) == 2 and len(found.rounds[0]) == 1
    assert found.pages > 8 and found.characters > 5000 and found.size > 20_000 and found.peak > 50_000_000
    assert "| Khiên, the pages " in likeness.show([found])


def test_a_tool_that_is_not_there_or_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(likeness.TITLES, "no-such-tex", "No TeX")
    monkeypatch.setitem(likeness.TITLES, "false", "A tool that fails")
    monkeypatch.setitem(likeness.TITLES, "khien", "Khiên")
    (tmp_path / "000.false.tex").write_text("")
    found = likeness.measure(tmp_path, 1, ["no-such-tex", "false"])
    assert [each.absent for each in found] == ["no-such-tex is not installed", "it ended with 1: "]
    own = Told("khien", ((Taken(1.0, 0.5),),), pages=10)
    assert "no-such-tex is not installed" in likeness.show([own, *found])


def test_figures_are_medians_over_rounds_and_means_over_reports() -> None:
    own = Told("khien", ((Taken(2.0, 1.0), Taken(4.0, 3.0)), (Taken(2.0, 1.0), Taken(4.0, 3.0))), pages=80)
    other = Told(
        "weasyprint",
        ((Taken(9.0, 9.0), Taken(9.0, 9.0)), (Taken(8.0, 8.0), Taken(99.0, 11.0)), (Taken(0.0, 1.0),) * 2),
        pages=40,
    )
    assert (own.cpu, own.wall, other.cpu, other.wall) == (2.0, 3.0, 8.5, 8.5)
    row = next(line for line in likeness.show([own, other]).splitlines() if "WeasyPrint" in line)
    assert [each.strip() for each in row.split("|")][2:5] == ["8.5", "8.5", "2.35"]
    assert [each.strip() for each in row.split("|")][9:11] == ["4.2", "8.5"]


def test_a_run_of_the_command_is_told_by_agency_and_page() -> None:
    shown = reports.show([reports.Scale(10, 2, Cost(wall=20.0, cpu=30.0, peak=300_000_000), 500)])
    cells = [each.strip() for each in shown.splitlines()[2].split("|")]
    assert cells[1:-1] == ["10", "2", "20", "30", "2.00", "500", "25.0", "300"]


def test_the_first_fault_of_a_log_is_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("This is TeX\n! Unicode character\n! Emergency stop\n")
    with pytest.raises(CommandFailed, match="it ended with 1: ! Unicode character"):
        likeness._ended(Done(Cost(0, 0, 0), 1, b"", b""), log)


def test_a_child_tells_what_each_document_took(tmp_path: Path) -> None:
    likeness.prepare([sample.judged_report(1), sample.judged_report(1)], tmp_path)
    command = [sys.executable, "-m", "benchmarks.reports.child", "khien-files", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert [sorted(each) for each in json.loads(done.stdout)] == [["cpu", "wall"]] * 2
    assert [each.read_bytes()[:5] for each in tmp_path.glob("*.khien-files.pdf")] == [b"%PDF-"] * 2
