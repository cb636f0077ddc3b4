"""Vietnamese first, English when asked: by option anywhere, by environment, by locale; in help and in results."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checks.model.text import Language
from scanner.cli.language import chosen
from scanner.cli.main import _settled
from tests.cli.command import PATIENCE, khien, surroundings

EVERY_HELP = """
import contextlib, io, json, sys
import typer.main
from scanner.cli.main import application, run

def paths(command, path):
    yield path
    for name, each in sorted(getattr(command, "commands", {}).items()):
        yield from paths(each, [*path, name])

said = {}
for path in paths(typer.main.get_command(application()), []):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = run([*path, "--help"])
    said[" ".join(path)] = [status, out.getvalue()]
json.dump(said, sys.stdout)
"""
TYPER = ("Usage:", "Show this message", "[default:", "[env var:", "[required]", "Commands", "Arguments")
"""What Typer says by itself."""
COMMANDS = {
    "demo", "init", "scan", "report", "doctor",
    "inventory check", "inventory list", "inventory import",
    "policy list", "policy show", "policy check", "policy schema",
    "probe tls", "probe ports", "probe http", "probe dns",
    "history list", "history show", "history diff", "history export", "history verify",
    "db upgrade", "db check",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "vi"),
        ([], {"LANG": "C.UTF-8"}, "vi"),
        ([], {"LANG": "vi_VN.UTF-8"}, "vi"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "vi"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ([], {"LANG": "en_US.UTF-8", "KHIEN_LANG": "vi"}, "vi"),
        (["--lang", "en", "scan"], {"KHIEN_LANG": "vi"}, "en"),
        (["scan", "--lang=en"], {}, "en"),
        (["scan", "--lang", "vi"], {"LANG": "en_US.UTF-8"}, "vi"),
        (["scan", "--lang"], {}, "vi"),
    ],
)
def test_the_language_is_chosen_by_option_then_environment_then_locale(
    arguments: list[str], environment: dict[str, str], language: Language
) -> None:
    assert chosen(arguments, environment) == language


def helps(language: Language) -> dict[str, Any]:
    """Status and text of the help of every group and command."""
    ended = subprocess.run(
        [sys.executable, "-c", EVERY_HELP],
        env=surroundings({"KHIEN_LANG": language}),
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def title_of(text: str) -> str:
    """What the command is for: the first line after the one on its usage."""
    return [line.strip() for line in text.splitlines() if line.strip()][1]


def test_every_command_helps_in_both_languages() -> None:
    vietnamese, english = helps("vi"), helps("en")
    assert vietnamese.keys() == english.keys()
    assert set(vietnamese) >= COMMANDS
    for path, (status, text) in vietnamese.items():
        assert (status, english[path][0]) == (0, 0), path
        assert "Tùy chọn" in text and "Options" not in text, path
        assert "Cách dùng: " in text and "In hướng dẫn này" in text, path
        assert not [word for word in TYPER if word in text], path
        assert "Usage: " in english[path][1] and "Cách dùng" not in english[path][1], path
        assert "Options" in english[path][1] and "Tùy chọn" not in english[path][1], path
    for path in COMMANDS:
        title = {"vi": title_of(vietnamese[path][1]), "en": title_of(english[path][1])}
        assert title["vi"] != title["en"], path
        assert title["en"].isascii() and not title["vi"].isascii(), path


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("policy", "show", "gone"), {"LANG": "vi_VN.UTF-8"}, "không có chính sách 'gone'"),
        (("--lang", "en", "policy", "show", "gone"), {}, "there is no policy 'gone'"),
        (("policy", "show", "gone", "--lang", "en"), {}, "there is no policy 'gone'"),
        (("policy", "show", "gone", "--lang", "fr"), {}, "'fr'"),
        (("report", "--lang", "fr"), {}, "'fr'"),
        (("report", "--number", "x"), {"LANG": "vi_VN.UTF-8"}, "Giá trị không hợp lệ của '--number'"),
        (("history", "nothing"), {"LANG": "vi_VN.UTF-8"}, "Không có lệnh 'nothing'"),
        (("history", "nothing"), {"LANG": "en_GB.UTF-8"}, "No such command 'nothing'"),
    ],
)
def test_errors_come_in_the_language_that_was_asked_for(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    ended = khien(*arguments, folder=tmp_path, environment=environment)
    assert ended.status == 2
    assert said in " ".join(ended.err.split())


def test_a_terminal_without_vietnamese_still_gets_an_answer(tmp_path: Path) -> None:
    ended = khien("policy", "list", folder=tmp_path, environment={"PYTHONIOENCODING": "ascii", "KHIEN_LANG": "vi"})
    assert ended.status == 0, ended.err
    assert "nghe-an-web" in ended.out
    assert ended.out.isascii()


@pytest.mark.parametrize(
    ("arguments", "settled"),
    [
        (["--lang", "en", "report", "--run", "x"], ["report", "--lang=en", "--run", "x"]),
        (["--lang=en", "report", "--lang", "vi"], ["report", "--lang=en", "--lang", "vi"]),
        (["scan", "--lang", "en", "--strict"], ["scan", "--strict"]),
    ],
)
def test_a_language_before_report_is_the_reports_too(arguments: list[str], settled: list[str]) -> None:
    assert _settled(arguments) == settled
