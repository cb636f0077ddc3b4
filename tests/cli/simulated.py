"""A program that lives a year with Khiên: its arguments are a folder and the days to live through, of DAYS.

Every run is opened, recorded, judged and finished as a scan does it; only the answers and the clock are made up.
Three sites of two departments; one site is retired, then the departments are merged, and the policy asks for more.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import history
from checks.model.canonical import digest
from checks.model.evidence import Evidence, TlsObservation
from checks.model.issued import IssuedFile
from checks.model.target import TlsTarget
from checks.model.waiver import Waiver
from tests import factories
from tests.cli.command import ALWAYS, CONTROL

if TYPE_CHECKING:
    from checks.model.inventory import Inventory
    from history.store import Recorder

START = datetime(2024, 1, 1, 2, tzinfo=UTC)
DAYS = (0, 30, 60, 100, 200, 300)
"""On which there is a run."""
RETIRED, MERGED = 100, 200
"""From these days on."""
ISSUED = b"%PDF-1.7 as it was signed on the second day\n"
"""What was issued of the first run, to the department that the site `cong` is of."""
LEGACY = {0, 60, 100}
"""Days on which the site `cong` speaks TLS 1.0."""


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def write(folder: Path, day: int) -> None:
    """The files as they are on a day."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    controls = {"TLS-LEGACY": "{forbidden: [tls1_0]}", "TLS-13": "{required: [tls1_3]}"}
    controls |= {"TLS-12": "{required: [tls1_2]}"} if day >= MERGED else {}
    rules = "".join(
        CONTROL.format(id=name, check="tls.protocols", params=params, severity="high")
        for name, params in controls.items()
    )
    version = 2 if day >= MERGED else 1
    (folder / "rules" / "small.yaml").write_text(
        f'policy: small\nversion: "{version}"\ntitle: {{vi: Nhỏ, en: Small}}\ncontrols:\n{rules}', encoding="utf-8"
    )
    (folder / "khien.yaml").write_text("policy: small\npolicies: [rules]\n", encoding="utf-8")
    merged = day >= MERGED
    agencies = [("so-chung", ", formerly: [so-mot, so-hai]")] if merged else [("so-mot", ""), ("so-hai", "")]
    assets = [("cong", "so-mot", 11, "active"), ("trang", "so-hai", 12, "active")]
    assets.append(("cu", "so-hai", 13, "retired" if day >= RETIRED else "active"))
    rows = [
        f"  - {{id: {name}, name: {{vi: Sở, en: Office}}, authorisation: {ALWAYS}{more}}}" for name, more in agencies
    ]
    sites = [
        f"  - {{id: {name}, agency: {'so-chung' if merged else agency}, level: 2, status: {status}, "
        f'url: "https://{name}.so-mau.example/", address: 127.0.0.{last}}}'
        for name, agency, last, status in assets
    ]
    (folder / "inventory.yaml").write_text("\n".join(["agencies:", *rows, "assets:", *sites, ""]), encoding="utf-8")


def evidence(inventory: "Inventory", day: int) -> list[Evidence]:
    """What every site in use answers on a day: `trang` has no TLS 1.3, `cu` speaks TLS 1.0, `cong` now and then."""
    found = []
    for asset in inventory.assets:
        if asset.status == "active" and asset.address is not None:
            old = asset.id == "cu" or (asset.id == "cong" and day in LEGACY)
            protocols = {"tls1_0": old, "tls1_1": False, "tls1_2": True, "tls1_3": asset.id != "trang"}
            seen: TlsObservation = factories.tls_observation(protocols={"ssl2": False, "ssl3": False, **protocols})
            target = TlsTarget(asset.address, 443, asset.host)
            found.append(factories.evidence(target, seen, started=at(day), finished=at(day)))
    return found


def live(folder: Path, day: int) -> None:
    """One run."""
    write(folder, day)
    from scanner.cli.actor import actor
    from scanner.cli.looking import judge, order
    from scanner.cli.memory import open_history
    from scanner.cli.scan import open_run
    from scanner.cli.workspace import open_workspace, with_granted

    workspace = open_workspace(folder / "khien.yaml")
    recorder = open_history(workspace.config)
    workspace = with_granted(workspace, recorder)
    chosen = order(workspace, workspace.inventory.assets, None, "internet", at(day))
    run = open_run(recorder, workspace, chosen, at(day), actor(), f"day-{day}")
    recorder.record_all(run, evidence(chosen.inventory, day))
    recorder.finish(run, judge(run, chosen, recorder, workspace.data, at(day)), at(day) + timedelta(minutes=5))
    if day == 0:
        _second_day(recorder, run)


def _second_day(recorder: "Recorder", run: str) -> None:
    """A report is issued; a waiver is asked for and granted."""
    from checks.waivers import basis
    from history import issues, matters

    file = IssuedFile(
        run=run,
        agency="so-mot",
        language="vi",
        format="pdf",
        name="so-mot.01-BC-XXX.2024-01-02.vi.pdf",
        number=1,
        symbol="BC-XXX",
        day=date(2024, 1, 2),
        signer="Trung tâm Giám sát Mẫu",
        by="nguoi-ky",
        at=at(1),
        digest=digest(ISSUED),
        size=len(ISSUED),
    )
    issues.archive(file, ISSUED)
    (fault,) = [each for each in recorder.findings(run, asset="trang") if each.control == "TLS-13"]
    waiver = Waiver(
        id="w-1",
        asset="",
        agency="so-hai",
        control="TLS-13",
        justification="Chờ thay máy chủ.",
        requested_by="so-hai",
        approved_by="",
        valid_from=date(2024, 1, 2),
        valid_until=date(2024, 12, 31),
        granted_on=(basis(fault),),
    )
    matters.ask(waiver, at(1))
    matters.grant("w-1", "tinh-mau", at(2), waiver)


def main() -> None:
    folder = Path(sys.argv[1])
    for day in map(int, sys.argv[2:]):
        live(folder, day)
    history.close()


if __name__ == "__main__":
    main()
