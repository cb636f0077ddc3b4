"""`khien serve --demo`: half a year that nobody has seen, recorded as any history, and a console that shows it."""

import re
import selectors
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.model.evidence import HttpObservation, ProbeFailure, TlsObservation
from scanner.cli.made_up import ABSENT, SLIPPED, WEEKS, observed
from tests import factories
from tests.cli.command import PATIENCE, command, done, khien, surroundings
from tests.console.visitor import Visitor


@dataclass
class Demo:
    """One that serves."""

    folder: Path
    port: int
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("made-up") / "demo"
    program = command("serve", "--demo", folder, "--bind", "127.0.0.1:0")
    process = subprocess.Popen(program, env=surroundings(), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(PATIENCE), "nothing is printed"
        *users, address = (process.stdout.readline() for _ in range(4))
        passwords = dict(line.split()[:2] for line in users)
        yield Demo(folder, int(address.rstrip("/\n").rpartition(":")[2]), passwords)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_each_kind_of_user_sees_half_a_year(demo: Demo) -> None:
    assert sorted(demo.passwords) == ["an-ninh", "kiem-toan", "so-mau-mot"]
    for name, password in demo.passwords.items():
        visitor = Visitor(demo.port)
        assert visitor.sign_in(name, password).to == "/"
        runs = visitor.get("/runs?format=csv").text.splitlines()
        assert len(runs) == 1 + WEEKS + 1
        reports = visitor.get("/reports?format=csv").text.splitlines()[1:]
        assert len(reports) == (1 if name == "so-mau-mot" else 4)
        link = re.search(r'href="(/reports/\d+)"', visitor.get("/reports").text)
        assert link is not None and visitor.get(link[1]).body.startswith(b"%PDF-1.7")


def test_the_inventory_can_be_changed_there(demo: Demo) -> None:
    visitor = Visitor(demo.port)
    visitor.sign_in("an-ninh", demo.passwords["an-ninh"])
    assert visitor.get("/inventory/add-asset").status == 200
    assert len(visitor.get("/inventory?format=csv").text.splitlines()) > 5


def test_what_was_made_up_is_whole_and_differs_from_week_to_week(demo: Demo) -> None:
    configured = ("--config", demo.folder / "khien.yaml")
    assert done("history", "verify", *configured).status == 0
    runs = done("history", "list", "--json", *configured).json()
    assert len({str(each["findings"]) for each in runs}) > WEEKS / 3


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    refused = khien("serve", "--demo", tmp_path, folder=tmp_path)
    assert refused.status == 2 and "holds something" in refused.err
    assert [each.name for each in tmp_path.iterdir()] == ["note.txt"]


def test_the_past_is_the_same_at_every_call_and_sometimes_absent() -> None:
    now = factories.tls_observation(protocols={"tls1_0": True, "tls1_1": True, "tls1_2": True})
    past = [observed(factories.tls_target(), now, week) for week in range(1, ABSENT + 1)]
    assert past == [observed(factories.tls_target(), now, week) for week in range(1, ABSENT + 1)]
    assert sum(isinstance(each, ProbeFailure) for each in past) == 1
    seen = [each for each in past[:SLIPPED] if isinstance(each, TlsObservation)]
    assert seen and not any(each.protocols["tls1_0"] for each in seen)


def test_headers_were_missing_before_a_site_was_mended() -> None:
    now = factories.http_observation(factories.hop(headers=[("X-Frame-Options", "DENY"), ("Server", "nginx")]))
    target = factories.target_for(now)
    past = [observed(target, now, week) for week in range(1, WEEKS + 1)]
    counts = [len(each.hops[0].headers) for each in past if isinstance(each, HttpObservation)]
    assert counts == sorted(counts, reverse=True)
    assert set(counts) <= {1, 2} and 1 in counts
