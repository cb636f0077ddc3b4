"""A folder with a configuration and a database for the console: recorded runs of made-up evidence, reports, users.

It is run as a program (`python -m tests.console.estate FOLDER`), since Django has its settings once a process.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.act import Actor
from checks.model.asset import Asset
from checks.model.canonical import digest
from checks.model.evidence import Evidence, Observation, OpenPort
from checks.model.issued import IssuedFile
from checks.model.target import HttpTarget, PortsTarget, Target, targets_of
from scanner.cli.actor import actor
from scanner.cli.config import read_config
from scanner.cli.listing import keep
from scanner.cli.looking import judge, order
from scanner.cli.memory import open_console
from scanner.cli.scan import open_run
from scanner.cli.workspace import Workspace, open_workspace
from scanner.inventory.inventory import read_inventory
from tests import factories

if TYPE_CHECKING:
    from history.access import Role
    from history.store import Recorder

PASSWORD = "mot-mat-khau-dai-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
USERS: dict[str, tuple["Role", str]] = {
    "an-ninh": ("security", ""),
    "kiem-toan": ("auditor", ""),
    "van-thu": ("agency", "so-mau"),
    "nguoi-khac": ("agency", "so-khac"),
}
NOISE = "nginx/1.2 \x9b31m<script>alert(1)</script>\"'{{7*7}}\u202e"
"""A header as only a server sends it."""
FIRST = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
WEEKS = 4
CONFIGURATION = """\
inventory: database
policy: nghe-an-web
policies: [rules]
scan: {contact: "attt@tinh-mau.example"}
console: {hosts: [khien.tinh-mau.example], contact: "mailto:attt@tinh-mau.example"}
"""
INVENTORY = """\
agencies:
  - {id: so-khac, name: {vi: Sở Khác, en: Other Department}, authorisation: AUTH}
  - {id: so-mau, name: {vi: Sở Mẫu, en: Sample Department}, authorisation: AUTH}
  - {id: xa-mau, name: {vi: Xã Mẫu, en: Sample Commune}, authorisation: AUTH}
assets:
  - {id: cong-so-mau, agency: so-mau, level: 3, url: "https://cong.so-mau.example/", address: 192.0.2.11}
  - {id: thu-so-mau, agency: so-mau, level: 2, url: "https://thu.so-mau.example/", address: 192.0.2.12}
  - {id: trang-khac, agency: so-khac, level: 2, url: "https://so-khac.example/", address: 192.0.2.21}
  - {id: trang-xa, agency: xa-mau, level: 1, url: "https://xa-mau.example/", address: 192.0.2.31}
""".replace("AUTH", '{document: "01/MAU", valid_from: 2020-01-01, valid_until: 2099-12-31}')
HOSTILE = "<script>alert(1)</script>{{7*7}}\u202e"
POLICY = f"""\
policy: rieng
version: "1"
title: {{vi: 'Riêng {HOSTILE}', en: 'Own {HOSTILE}'}}
extends: [nghe-an-web]
override:
  TLS-12: {{severity: low, due_days: 99}}
  HDR-CSP: {{disabled: true, reason: {{vi: 'Vì {HOSTILE}', en: 'For {HOSTILE}'}}}}
"""
"""A policy that nobody is judged under; its texts are as somebody may have written them who wishes no good."""
BAD = {("cong-so-mau", 3), ("trang-khac", 0), ("trang-khac", 1), ("trang-khac", 2), ("trang-khac", 3), ("trang-xa", 0)}
"""Which asset is badly set up in which week: in the last one cong-so-mau has got worse, and trang-xa is mended since
the first."""


def seen(asset: Asset, target: Target, bad: bool) -> Observation:
    """What a look sees."""
    if isinstance(target, PortsTarget):
        ports = [OpenPort(80), OpenPort(443)] + ([OpenPort(3389)] if bad else [])
        return factories.ports_observation(*ports)
    if isinstance(target, HttpTarget):
        good = [] if bad else [("Strict-Transport-Security", "max-age=63072000"), ("X-Content-Type-Options", "nosniff")]
        hop = factories.hop(target.url, headers=[("Server", NOISE if bad else "nginx"), *good])
        return factories.http_observation(hop)
    known = factories.tls_observation()
    return factories.tls_observation(protocols={**known.protocols, "tls1_0": True}) if bad else known


def evidence(assets: tuple[Asset, ...], week: int, started: datetime) -> Iterator[Evidence]:
    """The looks of one run."""
    for asset in assets:
        for target in targets_of(asset, {}):
            observation = seen(asset, target, (asset.id, week) in BAD)
            finished = started + timedelta(seconds=5)
            yield factories.evidence(target, observation, started=started, finished=finished)


def record(recorder: "Recorder", workspace: Workspace, week: int) -> str:
    """One whole scan."""
    started = FIRST + timedelta(weeks=week)
    chosen = order(workspace, workspace.inventory.assets, None, "internet", started)
    run = open_run(recorder, workspace, chosen, started, Actor("khien", "command"))
    recorder.record_all(run, evidence(chosen.assets, week, started))
    finished = started + timedelta(minutes=3)
    recorder.finish(run, judge(run, chosen, recorder, workspace.data, started), finished)
    return run


def issue(run: str, agency: str, number: int) -> None:
    """Keep a file as a report that was issued; what is in it does not matter here."""
    from history import issues

    data, day = f"%PDF-1.7 {agency or 'tinh'}".encode(), FIRST.date() + timedelta(weeks=WEEKS)
    name = f"{number:02d}-BC-TTM.{agency or 'estate'}.vi.pdf"
    facts = IssuedFile(
        run, agency, "vi", "pdf", name, number, "BC-TTM", day, "", "Người lập", FIRST, digest(data), len(data)
    )
    issues.archive(facts, data)


def make(folder: Path) -> None:
    """Everything; what tests need to know of it stands in made.json."""
    (folder / "khien.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
    (folder / "rules").mkdir()
    (folder / "rules" / "rieng.yaml").write_text(POLICY, encoding="utf-8")
    recorder = open_console(read_config(folder / "khien.yaml"))
    from console import accounts, second_factor
    from console.models import User

    keep(read_inventory(folder / "inventory.yaml"), "", Actor("khien", "command"), FIRST)
    workspace = open_workspace(folder / "khien.yaml")
    runs = [record(recorder, workspace, week) for week in range(WEEKS)]
    for number, agency in enumerate(["so-mau", "so-khac", ""], start=7):
        issue(runs[-1], agency, number)
    for name, (role, agency) in USERS.items():
        accounts.add(name, role, agency, PASSWORD, actor(), temporary=False)
    codes = second_factor.set_up(User.objects.get(name="an-ninh"), SECRET, 0)
    (folder / "made.json").write_text(json.dumps({"runs": runs, "codes": codes}), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
