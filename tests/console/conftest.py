"""One console with its database, and one browser, for all tests of a process."""

import json
import selectors
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from checks.model.text import Language
from tests.cli.command import command, surroundings
from tests.console.browsing import CHROMIUM, DESK, QUIET, Open
from tests.console.estate import USERS
from tests.console.visitor import PATIENCE, Visitor

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Console:
    """A console that answers."""

    folder: Path
    port: int
    made: dict[str, Any]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def run(self) -> str:
        """The latest run."""
        return str(self.made["runs"][-1])

    def visitor(self, name: str) -> Visitor:
        """Somebody who has signed in."""
        if name not in self.visitors:
            visitor = Visitor(self.port)
            answer = visitor.sign_in(name, code=self.code() if USERS[name][0] == "security" else "")
            assert answer.to == "/", answer.text
            self.visitors[name] = visitor
        return self.visitors[name]

    def code(self) -> str:
        """A recovery code that nobody has used yet."""
        return str(self.made["codes"].pop())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nobody changes."""
    folder = tmp_path_factory.mktemp("console")
    program = [sys.executable, "-P", "-m", "tests.console.estate", str(folder)]
    subprocess.run(program, cwd=ROOT, env={**surroundings(), "PYTHONPATH": str(ROOT)}, check=True, timeout=240)
    return folder


def served(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Console]:
    """The console of a folder, until the caller is done with it."""
    program = command("serve", "--bind", "127.0.0.1:0")
    process = subprocess.Popen(program, cwd=folder, env=surroundings(environment), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(PATIENCE), "the console does not begin to answer"
        port = int(process.stdout.readline().rstrip("/\n").rpartition(":")[2])
        yield Console(folder, port, json.loads((folder / "made.json").read_text(encoding="utf-8")))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def console(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on a copy of the database."""
    folder = tmp_path_factory.mktemp("served") / "work"
    shutil.copytree(made, folder)
    yield from served(folder)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, console: Console) -> Iterator[Open]:
    """Opens windows of their own, signed in or not; they are closed afterwards."""
    contexts: list[BrowserContext] = []

    def made(name: str = "", language: Language = "vi") -> BrowserContext:
        context = chromium.new_context(viewport=DESK, base_url=f"http://127.0.0.1:{console.port}")
        contexts.append(context)
        cookies = {**console.visitor(name).cookies, "__Host-khien-language": language} if name else {}
        context.add_cookies(
            [
                {"name": key, "value": value, "url": "https://127.0.0.1/", "secure": True}
                for key, value in cookies.items()
            ]
        )
        return context

    yield made
    for context in contexts:
        context.close()
