"""Half a year of made-up history for trying the console out: one real scan of the demo estate, and weeks before it in
which some of its servers were worse, and one better, than they are now. All of it is judged and recorded as any run."""

import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.asset import host_of
from checks.model.evidence import (
    Evidence,
    HttpObservation,
    Observation,
    ProbeFailure,
    TlsObservation,
    observation_digest,
)
from checks.model.target import HttpTarget, Target, TlsTarget
from demo.estate import running_estate
from demo.words import EstateError
from history.lock import scan_lock
from reports.messages.figures import local_date
from reports.model import Issue
from scanner.cli.actor import actor
from scanner.cli.config import IN_DATABASE, read_config
from scanner.cli.errors import Usage
from scanner.cli.issue import Order as Issuing
from scanner.cli.issue import issue_reports, unsigned
from scanner.cli.language import say
from scanner.cli.listing import keep
from scanner.cli.looking import Order, judge, look, order
from scanner.cli.memory import open_console
from scanner.cli.rendering import usable_cores
from scanner.cli.scan import open_run
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import note, print_line, step_progress
from scanner.cli.workspace import Workspace, open_workspace
from scanner.inventory.inventory import read_inventory

if TYPE_CHECKING:
    from history.access import Role
    from history.store import Recorder

WEEKS = 26
SLIPPED = 6
"""So many weeks ago, and since then until now, the servers that speak old protocols did not."""
ABSENT = 23
"""One look in so many was in vain."""
PROTECTIVE = ("strict-transport-security", "content-security-policy", "x-content-type-options", "x-frame-options")
"""Headers that a site lacked before it was mended."""
USERS: tuple[tuple[str, "Role", str], ...] = (
    ("an-ninh", "security", ""),
    ("so-mau-mot", "agency", "so-mau-mot"),
    ("kiem-toan", "auditor", ""),
)


def half_a_year(folder: Path) -> Path:
    """Make everything in a new folder, and print who may sign in; the configuration of it.

    Raises Usage where the folder holds something, and where the estate cannot be started.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Usage(
            f"{folder} đã có dữ liệu; chạy lại: khien serve --config {folder / 'khien.yaml'}, hoặc chọn thư mục khác",
            f"{folder} holds something; khien serve --config {folder / 'khien.yaml'} goes on, or name another folder",
        )
    folder.mkdir(parents=True, exist_ok=True)
    note(say("Đang dựng và rà quét hệ thống mẫu trên loopback ...", "Starting and scanning the sample estate ..."))
    try:
        with running_estate(folder, aged=timedelta(weeks=WEEKS)):
            recorder = open_console(read_config(folder / "khien.yaml"))
            now = datetime.now(UTC).replace(microsecond=0)
            _keep_in_database(folder / "khien.yaml", now)
            workspace = open_workspace(folder / "khien.yaml")
            with scan_lock():
                chosen = order(workspace, workspace.inventory.assets, None, workspace.config.vantage, now)
                run = open_run(recorder, workspace, chosen, now, actor())
                look(run, chosen, workspace.config, recorder, workspace.inventory)
    except EstateError as error:
        raise Usage(error.words.vi, error.words.en) from None
    _record_past(run, chosen, workspace, recorder, now)
    recorder.finish(run, judge(run, chosen, recorder, workspace.data, now), datetime.now(UTC).replace(microsecond=0))
    _issue(run, workspace, recorder)
    _make_users()
    return folder / "khien.yaml"


def _keep_in_database(config: Path, now: datetime) -> None:
    """Let the inventory be changed in the console: from the file that the estate has left into the database."""
    text, file = config.read_text(encoding="utf-8"), read_config(config).inventory
    if file is not None:
        keep(read_inventory(file), "", actor(), now)
        config.write_text(text.replace(f"inventory: {file.name}\n", f"inventory: {IN_DATABASE}\n"), encoding="utf-8")


def _record_past(run: str, chosen: Order, workspace: Workspace, recorder: "Recorder", now: datetime) -> None:
    """A scan for each week before, of what the run saw, as it may have been then."""
    seen = recorder.evidence(run)
    then = replace(chosen, waivers=())
    with step_progress(say("Đang ghi lịch sử", "Recording history"), WEEKS) as progress:
        for week in range(WEEKS, 0, -1):
            started = now - timedelta(weeks=week)
            past = open_run(recorder, workspace, then, started, actor())
            recorder.record_all(past, _weeks_ago(seen.values(), week))
            recorder.finish(past, judge(past, then, recorder, workspace.data, started), started + timedelta(minutes=4))
            progress.advance()


def _weeks_ago(seen: Iterable[Evidence], week: int) -> Iterator[Evidence]:
    ago = timedelta(weeks=week)
    for each in seen:
        observation = observed(each.sighting.target, each.observation, week)
        sighting = replace(
            each.sighting,
            started=each.sighting.started - ago,
            finished=each.sighting.finished - ago,
            observation=observation_digest(observation),
        )
        yield Evidence(sighting, observation)


def observed(target: Target, now: Observation, week: int) -> Observation:
    """What a look saw so many weeks ago, made of what it sees now; the same at every call."""
    lot = zlib.crc32(_host(target).encode())
    if (lot + week) % ABSENT == 0 and isinstance(target, HttpTarget | TlsTarget):
        return ProbeFailure("timed_out")
    mended = lot % WEEKS
    if isinstance(now, TlsObservation):
        old = now.protocols.get("tls1_0") and week <= SLIPPED
        protocols = {**now.protocols, "tls1_0": False, "tls1_1": False} if old else dict(now.protocols)
        if week > mended and lot % 3 == 0:
            protocols |= {"tls1_0": True, "tls1_1": True}
        return replace(now, protocols=protocols)
    if isinstance(now, HttpObservation) and week > mended:
        hops = tuple(
            replace(hop, headers=tuple(h for h in hop.headers if h[0].lower() not in PROTECTIVE)) for hop in now.hops
        )
        return replace(now, hops=hops)
    return now


def _host(target: Target) -> str:
    """What stands for the server in the drawing of lots."""
    if isinstance(target, HttpTarget):
        return host_of(target.url)
    return (target.server_name or target.address) if isinstance(target, TlsTarget) else target.key


def _issue(run: str, workspace: Workspace, recorder: "Recorder") -> None:
    """The reports of the latest run, with numbers of today."""
    config = workspace.config
    reports = AgencyReports(recorder, run, (), unsigned(config.letter))
    first = Issue(1, local_date(reports.run.as_of))
    issuing = Issuing(run, config.letter.symbol, first, None, USERS[0][0], config.language, config.output)
    note(say("Đang ban hành báo cáo ...", "Issuing the reports ..."))
    for _ in issue_reports(issuing, reports, False, usable_cores()):
        pass


def _make_users() -> None:
    """One of each kind, with passwords that nobody has used before."""
    from console import accounts

    for name, role, agency in USERS:
        password = secrets.token_urlsafe(12)
        accounts.add(name, role, agency, password, actor(), temporary=False)
        print_line(f"{name:12} {password}   ({role}{f': {agency}' if agency else ''})")
