"""How long the console takes to answer, page by page, for each kind of user, on a large estate with a long past.

    python -m benchmarks.console [--assets 2000] [--weeks 260] [--share 0.03] [--times 20] [--postgresql] [--keep WHERE]

The estate is that of `benchmarks.history`, and `--keep` names a database that it has left, to which runs are added
where there are too few. Users, issued files and requests are added too. Then `khien serve` answers over
loopback, one request after the other: each page first of runs that nobody has looked at yet, then again.
"""

import argparse
import os
import random
import re
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.history import SEED, build, database
from benchmarks.history_fleet import AGENCY
from benchmarks.printing import milliseconds, table
from benchmarks.processes import cpu_of_tree
from checks.model.act import Actor
from checks.model.canonical import digest
from checks.model.issued import IssuedFile
from checks.model.task import Task

if TYPE_CHECKING:
    from history.access import Role

PASSWORD = "mot-mat-khau-dai-2026"
USERS: dict[str, tuple["Role", str]] = {
    "do-an-ninh": ("security", ""),
    "do-kiem-toan": ("auditor", ""),
    "do-van-thu": ("agency", "co-quan-001"),
}
CONFIGURATION = "policy: nghe-an-web\nscan: {contact: do@tinh-mau.example}\nconsole: {second_factor: []}\n"
MONTHS, REQUESTS = 3, 60
"""So many are added: reports of each agency, and what people ask for."""
ASSET, CONTROL = "trang-00021", "TLS-LEGACY"
"""Of the agency of USERS."""
OF_A_RUN = {
    "overview": "/?run={run}",
    "agencies": "/agencies?run={run}",
    "agencies, as CSV": "/agencies?run={run}&format=csv",
    "agency": "/agencies/co-quan-001?run={run}",
    "agency, as CSV": "/agencies/co-quan-001?run={run}&format=csv",
    "finding": f"/runs/{{run}}/findings/{ASSET}/{CONTROL}",
    "finding-proof": f"/runs/{{run}}/findings/{ASSET}/{CONTROL}/proof",
    "run": "/runs/{run}",
    "run-proof": "/runs/{run}/proof",
    "deadlines": "/deadlines?date={day}",
    "deadlines, as CSV": "/deadlines?date={day}&format=csv",
}
"""Pages of which each run has its own, by the names of their routes."""
OTHERS = {
    "runs": "/runs",
    "runs, as CSV": "/runs?format=csv",
    "requests": "/requests",
    "matters": "/matters",
    "reports": "/reports",
    "inventory": "/inventory",
    "policies": "/policies",
    "policy": "/policies/nghe-an-web",
    "differences": "/differences",
    "acts": "/acts",
    "checkpoints": "/checkpoints",
    "account": "/account",
    "tokens": "/account/tokens",
}
"""Pages of which there is one."""
OVERSEEN = {
    "overview",
    "agencies",
    "agencies, as CSV",
    "run-proof",
    "inventory",
    "policies",
    "policy",
    "acts",
    "checkpoints",
}
"""Those that an agency has not; its overview is its card."""
HEAVIEST = 10
PATIENCE = 120
"""Seconds that an answer may take."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page took for a user, in seconds, each sorted."""

    user: str
    page: str
    first: tuple[float, ...]
    """Of runs that nobody had looked at; empty for pages that are not of a run."""
    again: tuple[float, ...]
    processor: tuple[float, ...]
    """Of the console's own processor time, asked again: what other work on the machine does not lengthen. That of a
    PostgreSQL server is not in it."""
    size: int
    """Bytes of the answer."""


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, port: int, name: str) -> None:
        self._port = port
        self._cookies: SimpleCookie = SimpleCookie()
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("/sign-in")[1])
        if token is None:
            raise AssertionError("there is no form in which to sign in")
        form = {"csrfmiddlewaretoken": token[1].decode(), "name": name, "password": PASSWORD}
        if self.ask("/sign-in", form)[0] != 302:
            raise AssertionError(f"{name} cannot sign in")

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of what comes back."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={each.value}" for name, each in self._cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request(
            "GET" if form is None else "POST", path, urlencode(form) if form is not None else None, headers
        )
        response = connection.getresponse()
        body = response.read()
        for each in response.headers.get_all("Set-Cookie") or []:
            self._cookies.load(each)
        connection.close()
        return response.status, body

    def timed(self, path: str) -> tuple[float, int]:
        """Seconds until the whole answer was there, and its bytes."""
        before = time.perf_counter()
        status, body = self.ask(path)
        if status != 200:
            raise AssertionError(f"{path} answers {status}")
        return time.perf_counter() - before, len(body)


def furnish(runs: Sequence[str], agencies: int) -> None:
    """Add what people left in the console, unless it is there already."""
    from console import accounts
    from history import issues
    from history import requests as asked

    with suppress(accounts.BadAccount):
        for name, (role, agency) in USERS.items():
            accounts.add(name, role, agency, PASSWORD, Actor("do", "command"), temporary=False)
    if issues.issued():
        return
    now, chance = datetime.now(UTC).replace(microsecond=0), random.Random(SEED)
    for number in range(MONTHS * agencies):
        data, agency = f"%PDF-1.7 {number}".encode(), f"co-quan-{number % agencies:03}"
        facts = IssuedFile(
            run=runs[-1 - number // agencies % len(runs)],
            agency=agency,
            language="vi",
            format="pdf",
            name=f"{number:03}-BC-TTM.{agency}.vi.pdf",
            number=number + 1,
            symbol="BC-TTM",
            day=date(2026, 11, 30),
            signer="",
            by="Người lập",
            at=now,
            digest=digest(data),
            size=len(data),
        )
        issues.archive(facts, data)
    for number in range(REQUESTS):
        agency = f"co-quan-{chance.randrange(agencies):03}"
        asked.ask(Task(agencies=(agency,), recheck=True), "do-an-ninh", now + timedelta(seconds=number))


@contextmanager
def served(where: str) -> Iterator[tuple[int, int]]:
    """The port at which `khien serve` answers for a database, and its process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "khien.yaml").write_text(CONFIGURATION, encoding="utf-8")
        (Path(folder) / "inventory.yaml").write_text("agencies: []\nassets: []\n", encoding="utf-8")
        command = [str(Path(sys.executable).with_name("khien")), "serve", "--bind", "127.0.0.1:0"]
        environment = {**os.environ, "KHIEN_DATABASE": where}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(PATIENCE):
                    raise AssertionError("the console does not begin to answer")
            yield int(process.stdout.readline().rstrip("/\n").rpartition(":")[2]), process.pid
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def measure(port: int, process: int, runs: Sequence[tuple[str, str]], times: int) -> Iterator[Taken]:
    """Each page for each user who may see it; `runs` are the ids and days of runs, newest first, no two pages of which
    are first looked at in the same one as long as there are enough."""
    unseen, looks = iter(runs), max(1, min(times, len(runs) // (len(OF_A_RUN) * len(USERS))))
    for user, (role, _) in USERS.items():
        visitor = Visitor(port, user)
        for page, pattern in {**OF_A_RUN, **OTHERS}.items():
            if role == "agency" and page in OVERSEEN:
                continue
            chosen = [next(unseen, runs[0]) for _ in range(looks)] if page in OF_A_RUN else []
            paths = [pattern.format(run=run, day=day) for run, day in chosen] or [pattern]
            first = [visitor.timed(path)[0] for path in paths]
            own, again = [], []
            for number in range(times):
                before = cpu_of_tree(process)
                again.append(visitor.timed(paths[number % len(paths)]))
                own.append(cpu_of_tree(process) - before)
            yield Taken(
                user=role,
                page=page,
                first=tuple(sorted(first)) if chosen else (),
                again=tuple(sorted(each for each, _ in again)),
                processor=tuple(sorted(own)),
                size=max(size for _, size in again),
            )


def late(times: Sequence[float]) -> float | None:
    """The 95th of a hundred; None where there are none."""
    return times[int(len(times) * 0.95)] if times else None


def show(found: Sequence[Taken], most: int) -> str:
    """The heaviest, as a table in Markdown."""
    heaviest = sorted(found, key=lambda each: -max(late(each.again) or 0, late(each.first) or 0))[:most]
    headings = ("page", "who", "first p50 ms", "first p95 ms", "again p50 ms", "again p95 ms", "of processor", "kB")
    rows = [
        (
            each.page,
            each.user,
            milliseconds(each.first[len(each.first) // 2] if each.first else None),
            milliseconds(late(each.first)),
            milliseconds(each.again[len(each.again) // 2]),
            milliseconds(late(each.again)),
            milliseconds(late(each.processor)),
            f"{each.size / 1000:.0f}",
        )
        for each in heaviest
    ]
    return table(headings, rows)


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=260)
    parser.add_argument("--share", type=float, default=0.03, help="of the assets change from week to week")
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--all", action="store_true", help="every page, not only the heaviest")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", help="an SQLite file, or a postgresql:// URL")
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "console.settings"
    with database(asked.postgresql, asked.keep) as where:
        build(asked.assets, asked.weeks, asked.share)
        from history.store import Recorder

        finished = Recorder().finished_runs()
        furnish([each.id for each in finished[::-1]], -(-asked.assets // AGENCY))
        runs = [(each.id, each.started.date().isoformat()) for each in finished]
        with served(where) as (port, process):
            found = list(measure(port, process, runs, asked.times))
    print(show(found, len(found) if asked.all else HEAVIEST))


if __name__ == "__main__":
    main()
