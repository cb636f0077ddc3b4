"""The wiring of alerts: what history holds becomes alerts, these become messages, and every step is logged.

`tell` is what the command, the end of a scan and the schedule call. It may be called at any time and any number of
times: nobody is told anything twice.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checks.breaker import Hold
from checks.model.alert import AlertStep
from history.errors import HistoryError
from history.facts import RunRow
from history.lock import exclusive
from reports.alerts.courier import Courier, Outcome, accepted, planned
from reports.alerts.decide import Decision, of_known, of_runs
from reports.alerts.known import RunState, Unbegun
from reports.alerts.memory import Memory
from reports.alerts.news import RECENT
from reports.alerts.notice import Notice, digests, hooks, mails
from reports.alerts.webhook import Hook
from reports.messages.figures import local_date
from reports.messages.mail import NO_CONTACT, WOULD_GO
from scanner.cli import logs as events
from scanner.cli.alert_sections import AlertsSection
from scanner.cli.config import Config
from scanner.cli.environment import secret
from scanner.cli.errors import CommandError, Usage
from scanner.cli.holding import hold_of
from scanner.cli.language import say
from scanner.cli.mailing import mail_settings
from scanner.cli.standing import Standings
from scanner.cli.ui import note
from scanner.cli.workspace import Workspace

if TYPE_CHECKING:
    from history.store import Recorder

UNJUDGED = 50
"""Runs of which the news is taken in at once; older ones are nobody's news."""
RUNS = 1000
"""Runs of the last days, at the most, of which it is told that they went wrong."""
WAIT_SECONDS = 60
"""So long another process may take that tells just now."""


def tell(
    workspace: Workspace, recorder: "Recorder", now: datetime, *, run: str | None = None, send: bool = True
) -> Iterator[Outcome]:
    """Raise what is new, and tell each recipient what it was not told yet; with `run` only what that run showed.

    Without `send` nothing is logged either: it is what would go out. Raises Usage where there is no section alerts or
    a secret is missing, LockHeld where another process tells just now, other HistoryErrors, OSError.
    """
    section = _section(workspace.config)
    # Of two processes that would tell the same, the second waits and finds it told.
    with exclusive("alerts", WAIT_SECONDS) if send else nullcontext():
        from history import alerts

        memory = Memory(alerts.latest())
        log = _Log(memory, alerts.record if send else None)
        summed = memory.summed(now)
        if summed is not None:
            log.record(summed)
        courier = _courier(workspace.config, section, log) if send else None
        _raise_alerts(workspace, section, recorder, log, now)
        notices = _notices(workspace, section, memory, run, now)  # made one by one, each by what was told until then
        yield from _rehearsed(notices, log, now) if courier is None else map(_logged, courier.deliver(notices))


@dataclass(frozen=True, slots=True)
class _Log:
    """Where steps go: into memory, and into history first where there is something to write them."""

    memory: Memory
    write: Callable[[AlertStep], None] | None

    def record(self, step: AlertStep) -> None:
        """Keep one step."""
        if self.write is not None:
            self.write(step)
        self.memory.take(step)


def _logged(outcome: Outcome) -> Outcome:
    notice, answer = outcome.notice, outcome.answer
    sent = answer is not None and answer.state == "accepted"
    events.log(
        "alert.sent" if sent else "alert.unsent",
        logging.INFO if sent else logging.WARNING,
        agency="" if notice.agency is None else notice.agency.id,
        recipient=notice.recipient,
        alerts=len(notice.alerts),
        reason=None if answer is None else answer.reason or None,
        code=None if answer is None else answer.code,
        why=None if sent else outcome.note.en,
    )
    return outcome


def _rehearsed(notices: Iterator[Notice], log: _Log, now: datetime) -> Iterator[Outcome]:
    """What would go out, if every message that goes before is taken over."""
    for outcome in map(planned, notices):
        yield outcome
        if outcome.note == WOULD_GO:
            log.record(accepted(outcome.notice, now))


def after_run(workspace: Workspace, recorder: "Recorder") -> None:
    """Tell what a run that has just ended has shown. What goes wrong is said, and changes nothing in what the run
    found; the next call makes up for it."""
    try:
        outcomes = list(tell(workspace, recorder, datetime.now(UTC)))
    except (CommandError, HistoryError) as error:
        note(say(f"Không gửi được cảnh báo: {error.text.vi}", f"No alerts sent: {error.text.en}"), style="red")
        return
    except OSError as error:
        note(say(f"Không gửi được cảnh báo: {error}", f"No alerts sent: {error}"), style="red")
        return
    sent = sum(each.answer is not None and each.answer.state == "accepted" for each in outcomes)
    if outcomes:
        note(say(f"Cảnh báo đã gửi: {sent}/{len(outcomes)}", f"Alerts sent: {sent} of {len(outcomes)}"))
    for each in outcomes:
        if each.note == NO_CONTACT and each.notice.agency is not None:
            note(f"{each.notice.agency.id}: {say(each.note.vi, each.note.en)}", style="red")


def _raise_alerts(
    workspace: Workspace,
    section: AlertsSection,
    recorder: "Recorder",
    log: _Log,
    now: datetime,
) -> None:
    """Take in the runs that are new, and log what is raised and what is over."""
    memory = log.memory
    fresh = _unjudged(recorder, memory)
    holds = {each.id: hold_of(recorder, each.id) for each in fresh}
    held = {run for run, was_held in memory.judged.items() if was_held} | {run for run, hold in holds.items() if hold}
    standings = Standings(workspace, recorder, held)
    steps = section.steps(workspace.config.reminders)
    told = [each.id for each in fresh if each.id not in held]
    for agency in workspace.inventory.agencies:
        known = standings.known(agency, local_date(now))
        decision = of_known(memory, known, standings.news(agency, told), steps, section.kinds)
        _log(decision, agency.id, log, now)
    for gone in sorted({each.agency for each in memory.standing.values()} - _ids(workspace) - {""}):
        log.record(AlertStep("over", now, agency=gone, keys=tuple(each.key for each in memory.of(gone))))
    states = _states(recorder, now, lambda each: holds.get(each) or (hold_of(recorder, each) if each in held else None))
    _log(of_runs(memory, [*states][::-1], _unbegun(now), now, section.kinds), "", log, now)
    for each in fresh:
        log.record(AlertStep("judged", now, run=each.id, held=each.id in held))


def _unjudged(recorder: "Recorder", memory: Memory) -> list[RunRow]:
    """The finished runs whose news was not taken in yet, the oldest first; the latest alone where none ever was."""
    latest = recorder.runs(UNJUDGED if memory.judged else 1, "finished")
    fresh = []
    for each in latest:
        if each.id in memory.judged:
            break
        fresh.append(each)
    return fresh[::-1]


def _states(recorder: "Recorder", now: datetime, hold: Callable[[str], Hold | None]) -> Iterator[RunState]:
    for each in recorder.runs(RUNS):
        if now - each.started > RECENT:
            return
        yield RunState(
            id=each.id,
            started=each.started,
            state=each.state,
            hold=hold(each.id) if each.state == "finished" else None,
            excluded=frozenset(asset for asset, _, _ in each.exclusions),
            outside=frozenset(asset for asset, reason, _ in each.exclusions if reason == "outside_window"),
        )


def _unbegun(now: datetime) -> Iterator[Unbegun]:
    from history import operations

    for each in operations.given_up_unbegun(now - RECENT):
        first = each.first
        yield Unbegun(first.subject, first.name, first.slot or first.at, each.last.at)


def _log(decision: Decision, agency: str, log: _Log, now: datetime) -> None:
    if decision.over:
        log.record(AlertStep("over", now, agency=agency, keys=decision.over))
    if decision.raised:
        log.record(AlertStep("raised", now, agency=agency, alerts=decision.raised))


def _notices(
    workspace: Workspace, section: AlertsSection, memory: Memory, run: str | None, now: datetime
) -> Iterator[Notice]:
    agencies = {each.id: each for each in workspace.inventory.agencies}
    language = workspace.config.language
    routing = section.routing(workspace.config.reminders)
    if workspace.config.mail is not None:
        yield from _of_run(mails(memory, agencies, routing, language), run)
        due_since = section.digest_due_since(now)
        yield from _of_run(digests(memory, agencies, routing, language, due_since), run)
    yield from _of_run(hooks(memory, agencies, [each.name for each in section.webhooks], language), run)


def _of_run(notices: Iterator[Notice], run: str | None) -> Iterator[Notice]:
    for each in notices:
        found = each if run is None else each.of_run(run)
        if found.alerts:
            yield found


def _ids(workspace: Workspace) -> set[str]:
    return {each.id for each in workspace.inventory.agencies}


def _section(config: Config) -> AlertsSection:
    if config.alerts is None:
        raise Usage(f"{config.path}: chưa khai báo mục alerts", f"{config.path}: there is no section alerts")
    return config.alerts


def _courier(config: Config, section: AlertsSection, log: _Log) -> Courier:
    return Courier(
        mail=None if config.mail is None else mail_settings(config.mail),
        hooks=_hooks(section),
        issuer=config.letter.issuer,
        log=log,
        now=lambda: datetime.now(UTC),
    )


def _hooks(section: AlertsSection) -> Sequence[Hook]:
    return [
        Hook(
            name=each.name,
            url=each.url,
            secret=secret(each.secret_variable),
            timeout=each.timeout_seconds,
            patience=each.timeout_seconds * 3,
            attempts=each.attempts,
            back_off=each.retry_seconds,
            trust_anchors=tuple(Path(anchor) for anchor in each.trust_anchors),
        )
        for each in section.webhooks
    ]
