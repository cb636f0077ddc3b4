"""Issuing and signing: a report gets its number, is signed, and is archived before it is written.

What was issued once is never made anew: the same number gives the archived bytes, and a signature that is asked for
later is put on them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.canonical import digest
from checks.model.issued import IssuedFile
from checks.model.text import Language
from reports.estate.formats.pdf import EstatePdf
from reports.formats.agency import Wanted
from reports.formats.files import put
from reports.formats.pdf import Pdf
from reports.messages.figures import local_date
from reports.model import Issue, Letter
from scanner.cli.errors import Refused, Usage
from scanner.cli.estate import estate_report
from scanner.cli.language import say
from scanner.cli.rendering import Answer, rendered
from scanner.cli.signing import Signatory
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import note
from scanner.cli.writing import failure

if TYPE_CHECKING:
    from history.issues import Archived

FORMAT = "pdf"
"""What is issued and signed."""
LATEST = timedelta(days=366)
"""So long after its run a report may be dated."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to become of the reports of a run."""

    run: str
    symbol: str
    """What stands after the number and the slash."""
    first: Issue | None
    """Number and date of the first report; the numbers of the others follow. None: they stay drafts."""
    signatory: Signatory | None
    """None: they are not signed."""
    by: str
    language: Language
    folder: Path
    again: bool = False
    """A report that has a number already gets another one."""

    def check(self, agencies: Iterable[str]) -> None:
        """Raises NumberTaken where one of the numbers is another document's, and Refused where one of the reports has
        another number, in whatever language: before anything is made."""
        from history import issues

        documents = [self._facts(place, agency) for place, agency in enumerate(agencies)]
        for facts in documents:
            issues.check(facts)
        for facts in documents if self.first is not None and not self.again else ():
            _only_number(facts, [each.file for each in issues.issued(self.run, facts.agency)])

    def makes(self, place: int, agency: str) -> bool:
        """Whether the report at that place has to be made: it was not issued before."""
        return not self._kept(self._facts(place, agency))

    def issue(self, place: int, agency: str, draw: Callable[[], bytes]) -> Path:
        """Archive and write the report at that place, counted from 0; an empty agency is the estate. `draw` makes its
        file, with that number and date, where it was not issued before.

        Raises SigningError, HistoryError, OSError, and what drawing raises.
        """
        from history import issues

        facts = self._facts(place, agency)
        path = self.folder / facts.name
        data, made = self._bytes(facts, draw)
        self.folder.mkdir(parents=True, exist_ok=True)  # before a number is taken for what has no place
        if made is not None:
            issues.archive(told(made, data), data)
        put(data, path)
        return path

    def _bytes(self, facts: IssuedFile, draw: Callable[[], bytes]) -> tuple[bytes, IssuedFile | None]:
        """The file, and what is to be told of it where it is not in the archive yet."""
        from history import issues

        kept = self._kept(facts)
        signed = [each for each in kept if each.file.signer]
        if signed or (kept and self.signatory is None):
            chosen = (signed or kept)[-1]
            note(say(f"{facts.document}: bản đã lưu.", f"{facts.document}: the archived copy."))
            return issues.content(chosen), None
        data = issues.content(kept[-1]) if kept else draw()
        if self.signatory is not None:
            data = self.signatory.sign(data)
            facts = replace(facts, signer=self.signatory.name)
        return data, facts

    def _kept(self, facts: IssuedFile) -> "Sequence[Archived]":
        from history import issues

        return () if self.first is None else issues.of_document(facts)

    def archived(self, place: int, agency: str) -> "Archived":
        """What the archive has of the report at that place, once it is issued."""
        return self._kept(self._facts(place, agency))[-1]

    def number_of(self, place: int) -> Issue | None:
        """Number and date of the report at that place."""
        return None if self.first is None else replace(self.first, number=self.first.number + place)

    def _facts(self, place: int, agency: str) -> IssuedFile:
        facts = draft(self.run, agency, self.language, FORMAT, "", self.by)
        issue = self.number_of(place)
        if issue is not None:
            facts = replace(facts, number=issue.number, symbol=self.symbol, day=issue.day)
        return replace(facts, name=_name(facts))


def issue_reports(order: Order, reports: AgencyReports, estate: bool, jobs: int) -> Iterator[Path]:
    """Issue the report of each agency, or the one on the estate, and say where it is, one by one.

    With more than one job as many processes render. Raises Usage where reports would be dated before their run or long
    after it, or one cannot be rendered; what `Order.check` raises, before anything is made; and what `Order.issue`
    raises.
    """
    if order.first is not None:
        _near(order.first.day, local_date(reports.run.as_of))
    agencies = [""] if estate else [each.id for each in reports.agencies]
    order.check(agencies)
    if estate:
        yield order.issue(0, "", partial(_estate, order, reports))
        return
    places = {place for place, agency in enumerate(agencies) if order.makes(place, agency)}
    numbered = (replace(each, issue=order.number_of(place)) for place, each in enumerate(reports) if place in places)
    wanted = Wanted((Pdf(),), (order.language,))
    with closing(rendered(numbered, wanted, min(jobs, len(places)))) as answers:
        for place, agency in enumerate(agencies):
            yield order.issue(place, agency, partial(_drawn, agency, answers))


def _drawn(agency: str, answers: Iterator[tuple[str, Answer]]) -> bytes:
    """The report of that agency among those rendered, which come in their order.

    One before it is passed over: somebody else has issued that report since it was known to be missing.
    """
    answer = next(answer for made, answer in answers if made == agency)
    if isinstance(answer, Exception):
        raise failure(agency, answer)
    return answer[0].data


def _estate(order: Order, reports: AgencyReports) -> bytes:
    return EstatePdf().render(replace(estate_report(reports), issue=order.number_of(0)), order.language)


def _near(day: date, run: date) -> None:
    """Raises Usage where a report would be dated before its run, or so long after it that it is a misspelt year."""
    if day < run:
        raise Usage(f"--date trước ngày của đợt rà quét ({run})", f"--date is before the day of the run ({run})")
    if day - run > LATEST:
        raise Usage(
            f"--date {day} sau ngày của đợt rà quét ({run}) hơn {LATEST.days} ngày",
            f"--date {day} is more than {LATEST.days} days after the day of the run ({run})",
        )


def _only_number(facts: IssuedFile, kept: Iterable[IssuedFile]) -> None:
    """Raises Refused where a report was issued under another number: its readers would not know which one counts."""
    own = facts.document, facts.day
    other = next((each for each in kept if each.document and (each.document, each.day) != own), None)
    if other is not None:
        raise Refused(
            f"báo cáo của đợt {other.run} về {other.agency or 'toàn tỉnh'} đã ban hành số {other.document} ngày "
            f"{other.day}; dùng lại số đó, hoặc thêm --again để ban hành thêm số {facts.document}",
            f"the report of run {other.run} on {other.agency or 'the estate'} was issued as {other.document} on "
            f"{other.day}; give that number, or --again to issue it as {facts.document} too",
        )


def draft(run: str, agency: str, language: Language, format: str, name: str, by: str) -> IssuedFile:
    """What is told of a file that has neither number nor signature, but for its bytes."""
    return IssuedFile(
        run=run,
        agency=agency,
        language=language,
        format=format,
        name=name,
        number=None,
        symbol="",
        day=None,
        signer="",
        by=by,
        at=datetime.now(UTC),
        digest="",
        size=0,
    )


def told(facts: IssuedFile, data: bytes) -> IssuedFile:
    """What is told of a file, with what is told by its bytes."""
    return replace(facts, digest=digest(data), size=len(data))


def unsigned(letter: Letter) -> Letter:
    """The form without the images of signature and seal: they are on what is signed, and on nothing else."""
    return replace(letter, signature_image=None, seal_image=None)


def _name(facts: IssuedFile) -> str:
    """As in so-mau.07-BC-XXX.2026-12-01.vi.pdf: a draft, or another year's number, never takes its place."""
    document = f"{re.sub(r'[^0-9A-Za-zĐđ-]+', '-', facts.document)}.{facts.day}" if facts.document else "signed"
    return f"{facts.agency or 'estate'}.{document}.{facts.language}.{facts.format}"
