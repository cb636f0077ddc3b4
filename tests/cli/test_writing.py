"""Reports rendered by one process or several are the same files in the same order, and whole whatever ends it."""

import os
import pickle
import pty
import signal
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pikepdf
import pytest
from pytest_django import DjangoDbBlocker

from benchmarks.reports.recorded import record
from checks.model.canonical import digest
from checks.model.text import Text
from reports.errors import FontError, ReportError, SigningError, StampError
from reports.formats import FORMATS, by_name
from reports.formats.agency import Wanted
from reports.model import AgencyReport
from scanner.cli.errors import Usage
from scanner.cli.rendering import usable_cores
from scanner.cli.writing import write_reports
from tests.cli.command import PATIENCE, command, surroundings
from tests.reports import sample

EVERYTHING = Wanted(FORMATS, ("vi", "en"), beside=True)
AGENCIES = 30
"""Enough that some reports are still to be made when the first is there."""
JSON = Wanted((by_name("json"),), ("vi",), beside=False)


def reports(*names: str) -> list[AgencyReport]:
    """Reports of agencies that are alike."""
    return [replace(sample.report(1), agency=replace(sample.AGENCY, id=name)) for name in names]


def files(folder: Path) -> dict[str, bytes]:
    """Everything below a folder."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_two_processes_write_what_one_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, wanted = ("so-ba", "so-hai", "so-mot"), replace(EVERYTHING, languages=("vi",))
    printed = []
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        write_reports(reports(*names), wanted, folder, jobs)
        told = capsys.readouterr()
        printed.append([str(Path(line).relative_to(folder)) for line in told.out.splitlines()])
        assert "3/3" in told.err
    one, two = files(tmp_path / "1"), files(tmp_path / "2")
    assert one == two
    assert printed[0] == printed[1]
    assert sorted(printed[0]) == sorted(one)
    assert [each.partition(".")[0] for each in printed[0]] == sorted(each.partition(".")[0] for each in printed[0])
    assert len(one) == 3 * (len(FORMATS) + 5)
    assert active_children() == []


def test_the_files_inside_the_pdf_stand_beside_it(tmp_path: Path) -> None:
    made = sample.report(12)
    write_reports([made], replace(EVERYTHING, formats=(by_name("pdf"),)), tmp_path, 1)
    for language in EVERYTHING.languages:
        with pikepdf.open(tmp_path / f"so-mau.{language}.pdf") as pdf:
            inside = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        assert files(tmp_path / f"so-mau.{language}") == inside
        assert sorted(inside) == ["README.txt", "evidence.json", "findings.csv", "findings.json", "findings.xlsx"]
        readme = inside.pop("README.txt").decode()
        assert all(digest(data) in readme for data in inside.values())


def test_every_format_is_what_it_renders(tmp_path: Path) -> None:
    made = sample.report(12)
    write_reports([made], replace(EVERYTHING, beside=False), tmp_path, 1)
    expected = {
        f"so-mau.{language}{each.suffix}": each.render(made, language) for each in FORMATS for language in ("vi", "en")
    }
    assert files(tmp_path) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_typeface_that_will_not_do_is_told_with_the_agency(tmp_path: Path, jobs: int) -> None:
    good, bad, never = reports("a-tot", "b-loi", "c-sau")
    bad = replace(bad, letter=replace(bad.letter, font="khong-co.ttf"))
    with pytest.raises(Usage, match=r"b-loi: khong-co\.ttf"):
        write_reports([good, bad, never], replace(EVERYTHING, formats=(by_name("pdf"),), beside=False), tmp_path, jobs)
    assert sorted(files(tmp_path)) == ["a-tot.en.pdf", "a-tot.vi.pdf"]
    assert active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_ours_is_told_whole_and_with_the_agency(tmp_path: Path, jobs: int) -> None:
    good, bad = reports("a-tot", "b-loi")
    broken = replace(bad, assets=(None,))  # type: ignore[arg-type]  # a value that no format can write
    with pytest.raises(AttributeError) as caught:
        write_reports([good, broken], JSON, tmp_path, jobs)
    assert caught.value.__notes__[-1] == "agency: b-loi"
    assert "in agency_files" in "".join(traceback.format_exception(caught.value))
    assert sorted(files(tmp_path)) == ["a-tot.vi.json"]


class Deadly:
    """Ends the process that takes it in."""

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (1,)


def test_a_process_that_dies_is_told(tmp_path: Path) -> None:
    good, bad = reports("a-tot", "b-loi")
    deadly = replace(bad, assets=(Deadly(),))  # type: ignore[arg-type]
    with pytest.raises(Usage, match=r"b-loi: .*--jobs 1"):
        write_reports([good, deadly], JSON, tmp_path, 2)
    assert sorted(files(tmp_path)) == ["a-tot.vi.json"]
    assert active_children() == []


def test_a_file_that_cannot_be_written_ends_the_processes(tmp_path: Path) -> None:
    (tmp_path / "b-loi.vi.json").mkdir()
    with pytest.raises(OSError, match=r"b-loi\.vi\.json"):
        write_reports(reports("a-tot", "b-loi", *(f"c-{number}" for number in range(20))), JSON, tmp_path, 2)
    assert sorted(files(tmp_path)) == ["a-tot.vi.json"]
    assert active_children() == []


@pytest.mark.parametrize("kind", [ReportError, FontError, StampError, SigningError])
def test_an_error_of_reports_crosses_to_another_process(kind: type[ReportError]) -> None:

    again = pickle.loads(pickle.dumps(kind(Text("một", "one"))))
    assert (type(again), again.text, str(again)) == (kind, Text("một", "one"), "one")


def test_there_is_a_core() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


# The command, stopped and killed


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """A folder with the configuration and the history of some agencies."""
    folder = tmp_path_factory.mktemp("estate")
    with django_db_blocker.unblock():
        record(folder, AGENCIES, assets=1, runs=1)
    return folder


@contextmanager
def writing(estate: Path, out: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    """`khien report` with two jobs, in a session of its own, once it has written its first file."""
    with subprocess.Popen(
        command("report", "--jobs", "2", "--format", "pdf", "--out", out, *more),
        cwd=estate,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().endswith(".vi.pdf\n")
            yield process
        finally:
            process.kill()


def session(leader: int) -> list[int]:
    """The processes of a session that live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, _, _, own = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(own) == leader and state != "Z":
                found.append(int(entry.name))
    return found


def ended(leader: int) -> bool:
    """Whether nothing of a session is left, or goes within some seconds."""
    end = time.monotonic() + 30
    while session(leader) and time.monotonic() < end:
        time.sleep(0.05)
    return not session(leader)


def whole(folder: Path) -> int:
    """How many reports there are, every one of them whole, and nothing else."""
    for each in folder.iterdir():
        assert each.suffix == ".pdf" and not each.name.startswith(".")
        pikepdf.open(each).close()
    return len(list(folder.iterdir()))


def test_an_interruption_leaves_whole_files_and_no_process(estate: Path, tmp_path: Path) -> None:
    with writing(estate, tmp_path) as process:
        assert len(session(process.pid)) >= 3
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130
        assert "Interrupted" in err and "Traceback" not in err
        assert ended(process.pid)
    assert 1 <= whole(tmp_path) < AGENCIES


def test_processes_end_with_the_one_that_is_killed(estate: Path, tmp_path: Path) -> None:
    with writing(estate, tmp_path) as process:
        workers = set(session(process.pid)) - {process.pid}
        assert len(workers) >= 2
        process.kill()
        assert ended(process.pid)
    assert 1 <= len(list(tmp_path.glob("*.pdf"))) < AGENCIES


def test_the_bar_is_on_standard_error_and_paths_are_on_standard_output(estate: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("report", "--jobs", "1", "--format", "json", "--out", tmp_path),
        cwd=estate,
        env={**surroundings(), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        out, _ = process.communicate(timeout=PATIENCE)
    shown = b"".join(iter(lambda: _read(ours), b"")).decode(errors="replace")
    os.close(ours)
    assert process.returncode == 0
    assert sorted(out.split()) == sorted(str(each) for each in tmp_path.iterdir())
    assert "reports" in shown and f"/{AGENCIES}" in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # nobody has the other end open any more
        return b""
