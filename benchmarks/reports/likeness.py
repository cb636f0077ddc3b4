"""The same reports by Khiên, WeasyPrint and LaTeX: the same words, tables, code and charts, in one run.

What is measured is setting: Khiên begins with the report as it is in memory, the others with a file of HTML or LaTeX
that was made for them before. Each gets what makes it fast: see `html`, `latex`, `child`; pdfLaTeX has its preamble
dumped into a format.
"""

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, median

from benchmarks.printing import megabytes, ratio, seconds, table
from benchmarks.processes import CommandFailed, Done, OutOfTime, run
from benchmarks.reports.child import LANGUAGE, TOOLS
from benchmarks.reports.html import html
from benchmarks.reports.latex import latex, preamble
from benchmarks.reports.story import story
from reports.model import AgencyReport

BOUND_SECONDS = 300.0
"""A tool's process is stopped after so long."""
OWN = "khien"
"""What ratios are to."""
TITLES = {
    "khien": "Khiên, the pages",
    "khien-files": "Khiên, with the files inside",
    "weasyprint": "WeasyPrint",
    "weasyprint-a3a": "WeasyPrint, PDF/A-3a and tagged",
    "pdflatex": "pdfLaTeX",
    "lualatex": "LuaLaTeX",
}
LACKS = {
    "khien": "",
    "khien-files": "",
    "weasyprint": "tags, PDF/A",
    "weasyprint-a3a": "",
    "pdflatex": "tags, PDF/A; letters beyond Vietnamese",
    "lualatex": "tags, PDF/A",
}
"""Of what Khiên's pages have; shades behind code are in none of LaTeX's."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one document took."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Told:
    """One tool on all reports."""

    tool: str
    rounds: tuple[tuple[Taken, ...], ...] = ()
    """What each report took, in each round."""
    pages: int = 0
    characters: int = 0
    """Without spaces, as pdftotext reads them."""
    size: int = 0
    """Bytes of all files."""
    peak: int = 0
    """Bytes of resident memory of its process."""
    absent: str = ""
    """Why there are no figures."""

    @property
    def cpu(self) -> float | None:
        """CPU seconds a report: the mean over the reports of the medians over the rounds."""
        return _mean([[each.cpu for each in done] for done in self.rounds])

    @property
    def wall(self) -> float | None:
        """Seconds a report, likewise."""
        return _mean([[each.wall for each in done] for done in self.rounds])


def _mean(rounds: Sequence[Sequence[float]]) -> float | None:
    return fmean(median(each) for each in zip(*rounds, strict=True)) if rounds else None


def prepare(reports: Sequence[AgencyReport], folder: Path) -> None:
    """Write every report for every tool."""
    for number, report in enumerate(reports):
        name, title = f"{number:03d}", report.agency.name.in_(LANGUAGE)
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(report))
        told = story(report, LANGUAGE)
        (folder / f"{name}.html").write_text(html(told, title, LANGUAGE), encoding="utf-8")
        body = latex(told, title, folder / f"charts-{name}")
        (folder / f"{name}.pdflatex.tex").write_text(body, encoding="utf-8")
        (folder / f"{name}.lualatex.tex").write_text(preamble("lualatex") + body, encoding="utf-8")
    (folder / "preamble.ini").write_text(preamble("pdflatex") + "\\dump\n", encoding="utf-8")


def measure(folder: Path, rounds: int, tools: Sequence[str] = tuple(TITLES)) -> list[Told]:
    """Let every tool set what `prepare` has written, in turn."""
    taken: dict[str, list[tuple[Taken, ...]]] = {each: [] for each in tools}
    peaks = dict.fromkeys(tools, 0)
    absent = {each: reason for each in tools if (reason := _missing(each))}
    for _ in range(rounds):
        for tool in tools:
            if tool in absent:
                continue
            try:
                done, peak = _by_library(tool, folder) if tool in TOOLS else _by_latex(tool, folder)
            except (OutOfTime, CommandFailed) as error:
                absent[tool] = str(error)
                continue
            taken[tool].append(done)
            peaks[tool] = max(peaks[tool], peak)
    return [
        Told(tool, absent=absent[tool])
        if tool in absent
        else Told(tool, tuple(taken[tool]), *_read(sorted(folder.glob(f"*.{tool}.pdf"))), peaks[tool])
        for tool in tools
    ]


def _missing(tool: str) -> str:
    if tool.startswith("weasyprint"):
        return "" if find_spec("weasyprint") else "weasyprint is not installed"
    return "" if tool in TOOLS or shutil.which(tool) else f"{tool} is not installed"


def _by_library(tool: str, folder: Path) -> tuple[tuple[Taken, ...], int]:
    done = _ended(run([sys.executable, "-m", "benchmarks.reports.child", tool, str(folder)], BOUND_SECONDS))
    return tuple(Taken(**each) for each in json.loads(done.output)), done.cost.peak


def _by_latex(engine: str, folder: Path) -> tuple[tuple[Taken, ...], int]:
    """A process a document: what it takes to start belongs to it."""
    options = [f"-output-directory={folder}", "-interaction=batchmode", "-halt-on-error"]
    if engine == "pdflatex":
        if not (folder / "preamble.fmt").exists():
            _ended(
                run(
                    ["pdftex", "-ini", *options[:2], "-jobname=preamble", "&pdflatex", str(folder / "preamble.ini")], 60
                )
            )
        options.append(f"-fmt={folder / 'preamble.fmt'}")
    done = [
        _ended(run([engine, *options, str(each)], BOUND_SECONDS)) for each in sorted(folder.glob(f"*.{engine}.tex"))
    ]
    return tuple(Taken(each.cost.wall, each.cost.cpu) for each in done), max(each.cost.peak for each in done)


def _ended(done: Done, log: Path | None = None) -> Done:
    """A command that has ended well. Raises CommandFailed with what it said last, or the first fault of its log."""
    if done.status:
        said = (done.error or done.output).decode(errors="replace").strip().splitlines()[-1:]
        faults = re.findall(r"(?m)^! .*", log.read_text(errors="replace")) if log is not None and log.exists() else []
        raise CommandFailed(f"it ended with {done.status}: {' '.join(faults[:1] or said)}")
    return done


def _read(files: Sequence[Path]) -> tuple[int, int, int]:
    """Pages, characters and bytes."""
    texts = (_tool("pdftotext", each, "-") for each in files)
    return pages(files), sum(len(re.sub(r"\s", "", each)) for each in texts), sum(each.stat().st_size for each in files)


def pages(files: Sequence[Path]) -> int:
    """How many pages there are in some PDF files."""
    found: Iterator[str] = (re.findall(r"(?m)^Pages:\s+(\d+)$", _tool("pdfinfo", each))[0] for each in files)
    return sum(map(int, found))


def _tool(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, check=True, timeout=BOUND_SECONDS).stdout.decode()


def show(found: Sequence[Told]) -> str:
    """The table."""
    own = next(each for each in found if each.tool == OWN)
    headings = (
        *("", "CPU s a report", "wall s", "pages/s", "pages", "characters", "kB", "peak MB"),
        *("times Khiên's CPU a report", "a page", "lacks"),
    )
    return table(headings, [_row(each, own) for each in found])


def _row(told: Told, own: Told) -> list[str]:
    title = TITLES[told.tool]
    count = len(told.rounds[0]) if told.rounds else 0
    if told.cpu is None or told.absent or not count:
        return [title, *["-"] * 9, told.absent]
    per_page = told.cpu * count / told.pages
    own_page = own.cpu * count / own.pages if own.cpu is not None and own.pages else None
    return [
        title,
        seconds(told.cpu),
        seconds(told.wall),
        f"{1 / per_page:.3g}",
        str(told.pages),
        str(told.characters),
        f"{told.size / 1000:.0f}",
        megabytes(told.peak),
        ratio(told.cpu, own.cpu),
        ratio(per_page, own_page),
        LACKS[told.tool],
    ]
