"""Reports that somebody asked for in the console: made and archived, or sent, by a process of the daemon's.

A process that is killed leaves what it has archived and logged. The next one archives nothing twice, since the same
bytes of the same document are one file, and sends nothing twice, since it goes by the log of deliveries.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.operation import Operation, Step, StepName
from checks.model.report_order import ReportOrder
from checks.model.text import Language, Text
from history.errors import HistoryError, NotStored
from history.lock import exclusive
from policies.strict_yaml import InputErrors
from reports.errors import ReportError
from reports.estate.formats import ESTATE_FORMATS
from reports.formats import FORMATS
from reports.formats.agency import Wanted
from reports.formats.files import File
from reports.mail import Result
from reports.messages import mail as words
from reports.model import Issue
from scanner.cli.config import Config, read_config
from scanner.cli.errors import CommandError, Refused, Usage
from scanner.cli.estate import estate_report
from scanner.cli.holding import held_words
from scanner.cli.issue import Order, draft, issue_reports, told, unsigned
from scanner.cli.job import DETAIL, process
from scanner.cli.logs import set_up
from scanner.cli.memory import open_history
from scanner.cli.rendering import rendered
from scanner.cli.sending import Sending, reports_of, sender, status_of
from scanner.cli.telling import AgencyReports
from scanner.cli.writing import failure

if TYPE_CHECKING:
    from history.store import Recorder

SAID = {words.SENT_BEFORE: Text("đã nhận trước đó", "had it already")}
"""Where the mail's own words tell what to type at the command line."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an order."""

    step: StepName
    told: Text
    files: tuple[int, ...] = ()


def carry_out(subject: str, config: Path) -> int:
    """Do what was asked for; the exit status. Raises LockHeld where another process makes reports."""
    settings = read_config(config)
    set_up(settings.log)
    recorder = open_history(settings)
    from history import operations

    with exclusive("reports", 0):
        found = operations.operation(subject)
        order = None if found is None else found.first.report
        if found is None or order is None:
            raise Usage(f"không có {subject!r}", f"there is no {subject!r}")
        if found.open:
            _work(found, order, settings, recorder)
    return 0


def _work(found: Operation, order: ReportOrder, config: Config, recorder: "Recorder") -> None:
    by = found.first.by
    again = any(each.step == "begun" for each in found.steps)
    found = _add(found, Done("resumed" if again else "begun", Text("", "")))
    # Of what a process before this one has sent nobody can tell what was to be sent once more: it is not.
    order = replace(order, again=order.again and not (again and order.act == "send"))
    try:
        done = _send(order, by, config, recorder) if order.act == "send" else _make(order, by, config, recorder)
    except NotStored:
        raise  # the disk, perhaps: it is tried again
    except InputErrors as error:
        done = Done("failed", Text(*("; ".join(each.in_(side) for each in error.errors) for side in ("vi", "en"))))
    except (CommandError, HistoryError, ReportError) as error:
        done = Done("failed", error.text)
    except OSError as error:
        done = Done("failed", Text(str(error), str(error)))
    _add(found, done)


def _add(found: Operation, done: Done) -> Operation:
    """Add the next step. Raises Refused where somebody else was faster."""
    from history import operations

    added = Step(
        kind="report",
        name=found.first.name,
        sequence=found.last.sequence + 1,
        step=done.step,
        at=datetime.now(UTC).replace(microsecond=0),
        by=process(),
        detail=done.told.en[:DETAIL],
        files=done.files,
        told=Text(done.told.vi[:DETAIL], done.told.en[:DETAIL]) if done.told.en else None,
    )
    if not operations.add(added):
        raise Refused(
            f"tiến trình khác đang làm {found.first.subject}", f"another process works on {found.first.subject}"
        )
    return Operation((*found.steps, added))


def _make(order: ReportOrder, by: str, config: Config, recorder: "Recorder") -> Done:
    reports = AgencyReports(recorder, order.run, order.agencies, unsigned(config.letter))
    if reports.run.held is not None:
        raise Refused(*held_words(reports.run.held))
    files = [
        number
        for language in order.languages
        for number in (
            _drafts(order, by, language, reports)
            if order.number is None or order.day is None
            else _issued(order, Issue(order.number, order.day), by, language, reports)
        )
    ]
    return Done("finished", Text(f"{len(files)} tệp", f"{len(files)} files"), tuple(dict.fromkeys(files)))


def _issued(order: ReportOrder, first: Issue, by: str, language: Language, reports: AgencyReports) -> Iterator[int]:
    """The places in the archive of the reports, which are issued with numbers from the first on."""
    agencies = [""] if order.estate else [each.id for each in reports.agencies]
    with tempfile.TemporaryDirectory() as folder:  # the archive is what counts
        issuing = Order(order.run, reports.letter.symbol, first, None, by, language, Path(folder), order.again)
        for place, _ in enumerate(issue_reports(issuing, reports, order.estate, 1)):
            yield issuing.archived(place, agencies[place]).sequence


def _drafts(order: ReportOrder, by: str, language: Language, reports: AgencyReports) -> Iterator[int]:
    """The places in the archive of the reports, without number and date."""
    if order.estate:
        report = estate_report(reports)
        chosen = [each for each in ESTATE_FORMATS if each.name in order.formats]
        made = [File(f"estate.{language}{each.suffix}", each.render(report, language)) for each in chosen]
        yield from _kept(order.run, "", language, [each.name for each in chosen], made, by)
        return
    wanted = Wanted([each for each in FORMATS if each.name in order.formats], (language,))
    with closing(rendered(reports, wanted, 1)) as answers:
        for agency, answer in answers:
            if isinstance(answer, Exception):
                raise failure(agency, answer)
            yield from _kept(order.run, agency, language, [each.name for each in wanted.formats], answer, by)


def _kept(
    run: str, agency: str, language: Language, formats: Sequence[str], made: Sequence[File], by: str
) -> Iterator[int]:
    from history import issues

    for name, file in zip(formats, made, strict=True):
        yield issues.archive(told(draft(run, agency, language, name, file.name, by), file.data), file.data).sequence


def _send(order: ReportOrder, by: str, config: Config, recorder: "Recorder") -> Done:
    results: list[Result] = []
    for language in order.languages:
        formats = [each for each in FORMATS if each.name in order.formats]
        wanted = Sending(formats, language, order.agencies, order.again, by)
        results += sender(config, wanted).send(reports_of(config, recorder, order.run, wanted))
    counted = Counter(SAID.get(each.note, each.note) for each in results)
    said = Text(*("; ".join(f"{note.in_(side)}: {count}" for note, count in counted.items()) for side in ("vi", "en")))
    return Done("failed" if status_of(results) == Usage.status else "finished", said)
