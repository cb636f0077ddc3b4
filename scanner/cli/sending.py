"""Sending reports: what goes out of each, to whom, and with which password."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from checks.model.asset import Agency
from checks.model.inventory import Inventory
from checks.model.issued import IssuedFile
from checks.model.text import Language
from reports.formats import Format
from reports.formats.agency import Wanted, agency_files
from reports.formats.files import File
from reports.mail import Log, Parcel, Post, Result, planned
from reports.messages import mail as words
from reports.model import AgencyReport
from reports.smtp import Settings
from scanner.cli.config import Config, MailSection
from scanner.cli.environment import secret
from scanner.cli.errors import Refused, Usage
from scanner.cli.holding import held_words
from scanner.cli.issue import draft, told, unsigned
from scanner.cli.listing import listed
from scanner.cli.mailing import mail_settings
from scanner.cli.telling import AgencyReports

if TYPE_CHECKING:
    from history.store import Recorder

SHORTEST = 12
"""Characters of an archive's password: who has the archive can try passwords without end."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent, and in whose name."""

    formats: Sequence[Format[AgencyReport]]
    language: Language
    agencies: Sequence[str]
    """Empty: all that the run was about."""
    again: bool
    """Also to those who have it already."""
    by: str
    even_if_held: bool = False


def sender(config: Config, wanted: Sending) -> "Sender":
    """The way to the contacts, once nothing is missing for it; the database is open. Raises Usage, and what `listed`
    raises."""
    office, inventory = _post_office(config), listed(config)
    office.check(inventory, wanted.agencies)
    from history import deliveries

    return Sender(wanted.formats, wanted.language, wanted.again, office, inventory, deliveries, wanted.by)


def reports_of(config: Config, recorder: "Recorder", run_id: str, wanted: Sending) -> AgencyReports:
    """The reports that are to be sent. Raises Usage for a run or an agency that is not there, Refused where they are
    held."""
    reports = AgencyReports(recorder, run_id, wanted.agencies, unsigned(config.letter))
    if reports.run.held is not None and not wanted.even_if_held:
        raise Refused(*held_words(reports.run.held))
    return reports


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The mail server, and how reports are locked."""

    settings: Settings
    password_variable: str | None

    def password(self, agency_id: str) -> str:
        """Of an agency's archive: its own variable (NAME_SO_MAU for so-mau) goes before the one of all; empty: none.

        Raises Usage where the configuration asks for an archive and there is no password, or too short a one.
        """
        if self.password_variable is None:
            return ""
        own = f"{self.password_variable}_{agency_id.upper().replace('-', '_')}"
        name = own if os.environ.get(own) else self.password_variable
        found = secret(name)
        if len(found) < SHORTEST:
            raise Usage(f"{name}: cần ít nhất {SHORTEST} ký tự", f"{name}: at least {SHORTEST} characters")
        return found

    def check(self, inventory: Inventory, agencies: Sequence[str]) -> None:
        """Before anything is sent: that no agency (of those named) lacks a password. Raises Usage."""
        for each in inventory.agencies:
            if each.contacts and inventory.assets_of(each.id) and (not agencies or each.id in agencies):
                self.password(each.id)


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings the reports of a run to the contacts of their agencies."""

    formats: Sequence[Format[AgencyReport]]
    language: Language
    again: bool
    post_office: PostOffice
    inventory: Inventory
    log: Log
    by: str

    def plan(self, reports: Iterable[AgencyReport]) -> Iterator[Result]:
        """What would become of each report."""
        for report in reports:
            yield from self._planned(report)

    def send(self, reports: Iterable[AgencyReport]) -> Iterator[Result]:
        """What became of each report."""
        post = Post(self.post_office.settings, self.log, self.by, lambda: datetime.now(UTC))
        return post.deliver((self._parcel(each) for each in reports), self.again)

    def going(self, run: str, agency: str) -> tuple[IssuedFile, ...]:
        """What goes out of an agency's report in each format: the file that stands for it, otherwise a draft."""
        from history import issues

        return tuple(
            kept.file
            if (kept := issues.latest(run, agency, self.language, each.name)) is not None
            else draft(run, agency, self.language, each.name, f"{agency}.{self.language}{each.suffix}", self.by)
            for each in self.formats
        )

    def _planned(self, report: AgencyReport) -> Iterator[Result]:
        return planned(self._today(report.agency), report.run.id, self.language, self.log, self.again)

    def _parcel(self, report: AgencyReport) -> Parcel:
        """With its files only where somebody is going to get them: writing them takes longest."""
        goes = any(each.note == words.WOULD_GO for each in self._planned(report))
        return Parcel(
            run=report.run.id,
            started=report.run.started,
            agency=self._today(report.agency),
            language=self.language,
            issuer=report.letter.issuer,
            files=self._files(report) if goes else (),
            password=self.post_office.password(report.agency.id) if goes else "",
        )

    def _today(self, agency: Agency) -> Agency:
        """The agency with the contacts that it has now: whoever left since the run gets nothing."""
        same = [each for each in self.inventory.agencies if each.id == agency.id]
        heirs = [each for each in self.inventory.agencies if agency.id in each.formerly]
        return replace(agency, contacts=next((each.contacts for each in same or heirs), ()))

    def _files(self, report: AgencyReport) -> tuple[File, ...]:
        """What was issued or signed of the report; where nothing was, a draft, which is archived before it goes."""
        from history import issues

        run, agency = report.run.id, report.agency.id
        kept = [issues.latest(run, agency, self.language, each.name) for each in self.formats]
        missing = [each for each, found in zip(self.formats, kept, strict=True) if found is None]
        drafts = agency_files(report, Wanted(missing, (self.language,))) if missing else []
        for each, file in zip(missing, drafts, strict=True):
            facts = draft(run, agency, self.language, each.name, file.name, self.by)
            issues.archive(told(facts, file.data), file.data)
        made = iter(drafts)
        return tuple(next(made) if each is None else File(each.file.name, issues.content(each)) for each in kept)


def status_of(results: Sequence[Result]) -> int:
    """0: all that could go out went out, or would; 4: all of it was sent before; 2: something did not go out."""
    before = (words.SENT_BEFORE, words.CUT_OFF_BEFORE)
    if results and all(each.note in before for each in results):
        return Refused.status
    good = (words.WOULD_GO, words.STATES["accepted"], words.SENT_BEFORE)
    return 0 if all(each.note in good for each in results) else Usage.status


def _post_office(config: Config) -> PostOffice:
    """Raises Usage where khien.yaml has no mail section, or the environment lacks a password that it names."""
    mail: MailSection | None = config.mail
    if mail is None:
        raise Usage(f"{config.path}: chưa khai báo mục mail (máy chủ thư)", f"{config.path}: there is no section mail")
    return PostOffice(mail_settings(mail), mail.archive_password_variable)
