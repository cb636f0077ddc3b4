"""The log: one line an event whatever is in it, bounded, shared by processes, and never the end of what is logged."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.cli import logs, ui
from scanner.cli.logs import LogSection, log, set_up
from tests.cli.command import PATIENCE, khien, khien_each
from tests.cli.conftest import Scanned

HOSTILE = 'x\r\n{"event": "forged"}\x00\x1b[31m\u2028\u202e\x9b "q" \\ ớ 🛡'


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    yield
    set_up(None)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def written(path: Path, **section: Any) -> LogSection:
    found = LogSection(file=str(path), **section)
    set_up(found)
    return found


def test_json_is_one_object_a_line_whatever_the_values_are(tmp_path: Path) -> None:
    written(tmp_path / "log", form="json")
    log("run.finished", run="r", seconds=1.5, findings={"fail": 2, HOSTILE: 1}, nothing=None, text=HOSTILE)
    log(HOSTILE, logging.ERROR)
    raw = lines(tmp_path / "log")
    assert len(raw) == 2 == len((tmp_path / "log").read_text(encoding="utf-8").splitlines())
    assert all(each.isprintable() for each in raw)
    first, second = map(json.loads, raw)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("at"))
    assert first == {
        "level": "info",
        "event": "run.finished",
        "pid": os.getpid(),
        "run": "r",
        "seconds": 1.5,
        "findings": {"fail": 2, HOSTILE: 1},
        "text": HOSTILE,
    }
    assert (second["level"], second["event"]) == ("error", HOSTILE)


def test_lines_for_people_stay_lines_and_show_what_would_be_obeyed(tmp_path: Path) -> None:
    written(tmp_path / "log")
    log("look.failed", logging.WARNING, target="tls:192.0.2.1:443", detail=HOSTILE, counts={"a": 1, "b": 2}, empty="")
    (line,) = lines(tmp_path / "log")
    assert line.isprintable() and "\\u001b[31m" in line and "\\u2028" in line and "ớ 🛡" in line
    assert 'WARNING look.failed target=tls:192.0.2.1:443 detail="x\\r\\n{' in line
    assert line.endswith(' counts=a:1,b:2 empty=""')


def test_a_value_is_cut(tmp_path: Path) -> None:
    written(tmp_path / "log", form="json")
    log("x", text="a" * 1_000_000)
    assert len(lines(tmp_path / "log")[0]) < 2200


def test_levels_below_the_one_asked_for_are_left_out(tmp_path: Path) -> None:
    written(tmp_path / "log", level="warning")
    log("quiet")
    log("loud", logging.WARNING)
    assert [each.split()[2] for each in lines(tmp_path / "log")] == ["loud"]


WRITER = """
import sys
from scanner.cli import logs
handler = logs.SharedFile(logs.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
handler.setFormatter(logs.JsonLines())
logs._LOGGER.addHandler(handler)
logs._LOGGER.setLevel("INFO")
for number in range(int(sys.argv[4])):
    logs.log("x", writer=sys.argv[5], number=number, fill="." * 60)
"""


def test_processes_share_a_file_and_lose_no_line_when_it_is_put_aside(tmp_path: Path) -> None:
    path, count = tmp_path / "log", 150
    arguments = [str(path), "8000", "50", str(count)]
    processes = [subprocess.Popen([sys.executable, "-P", "-c", WRITER, *arguments, name]) for name in ("a", "b", "c")]
    assert [each.wait(PATIENCE) for each in processes] == [0, 0, 0]
    files = sorted(tmp_path.glob("log*"))
    found = [json.loads(each) for file in files for each in lines(file)]
    told = sorted((each["writer"], each["number"]) for each in found)
    assert told == [(writer, number) for writer in "abc" for number in range(count)]
    assert len(files) > 3 and all(each.stat().st_size <= 8000 for each in files)
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_a_log_takes_no_more_room_than_it_was_given(tmp_path: Path) -> None:
    handler = logs.SharedFile(tmp_path / "log", 1000, 2)
    handler.setFormatter(logs.JsonLines())
    for number in range(100):
        handler.handle(logging.LogRecord("khien", logging.INFO, "", 0, f"event-{number}", (), None))
    handler.close()
    assert sorted(each.name for each in tmp_path.glob("log*")) == ["log", "log.1", "log.2"]
    assert "event-99" in (tmp_path / "log").read_text()


def test_a_full_disk_is_told_of_once_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logs.SharedFile(Path("/dev/full"), 10**9, 1)
    handler._lock_path = Path(os.devnull)
    handler.setFormatter(logs.HumanLines())
    for _ in range(3):
        handler.handle(logging.LogRecord("khien", logging.INFO, "", 0, "event", (), None))
    assert capsys.readouterr().err.count("No space left") == 1


def test_where_the_log_is_json_on_standard_error_nothing_else_stands_there(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection(form="json"))
    ui.note("ghi chú")
    ui.note("lỗi", style=ui.FAULT)
    log("x")
    said = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert [(each["event"], each["level"], each.get("text")) for each in said] == [
        ("note", "info", "ghi chú"),
        ("note", "error", "lỗi"),
        ("x", "info", None),
    ]


def test_what_went_wrong_stands_in_the_file_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "log")
    ui.note("tiến độ")
    ui.note("lỗi", style=ui.FAULT)
    assert capsys.readouterr().err == "tiến độ\nlỗi\n"
    (line,) = lines(tmp_path / "log")
    assert "ERROR   note text=lỗi" in line


def test_a_scan_logs_what_becomes_of_it(scanned: Scanned, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    shutil.copytree(scanned.folder, folder)
    path = folder / "khien.yaml"
    path.write_text(path.read_text() + "log: {form: json, file: khien.log, level: debug}\n")
    scan, stop, refused = khien_each(
        ["scan", "--asset", "tat", "--json"],
        ["stop", "--by", "ai do", "--reason", HOSTILE.replace("\x00", "")],
        ["scan"],
        folder=folder,
    )
    assert (scan.status, stop.status, refused.status) == (0, 0, 4)
    said = [json.loads(each) for each in lines(folder / "khien.log")]
    opened, *failed, finished, halted, fault = said
    run = scan.json()["run"]
    assert (opened["event"], opened["run"], opened["assets"], opened["excluded"]) == ("run.opened", run, 1, 0)
    assert {(each["event"], each["level"], each["reason"]) for each in failed} == {("look.failed", "debug", "refused")}
    assert (finished["event"], finished["run"], finished["failures"]) == ("run.finished", run, {"refused": len(failed)})
    assert finished["looks"] == 1 + len(failed) and "not_assessable" in finished["findings"]
    assert (halted["event"], halted["by"]) == ("stop.halted", "ai do")
    assert fault["event"] == "note" and fault["level"] == "error"


@pytest.mark.parametrize("section", ["{form: xml}", "{max_mib: 0}", "{file: [a]}", "{colour: true}"])
def test_a_misspelt_section_is_refused(tmp_path: Path, section: str) -> None:
    (tmp_path / "khien.yaml").write_text(f"log: {section}\n")
    ended = khien("schedule", "next", folder=tmp_path)
    assert ended.status == 2 and "khien.yaml:1:" in ended.err


def test_a_log_that_cannot_be_written_is_an_error_at_the_start(scanned: Scanned, tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text("log: {file: nowhere/khien.log}\n")
    (tmp_path / "inventory.yaml").write_text("agencies: []\nassets: []\n")
    ended = khien("scan", folder=tmp_path)
    assert ended.status == 2 and "nowhere/khien.log" in ended.err
