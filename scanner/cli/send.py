"""khien report send and khien report sent: reports to the agencies' own contacts by mail, and the log of it.

There is no option for an address: who receives is what the inventory says of the agency, as it is today.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from checks.model.asset import Agency
from checks.model.canonical import plain
from checks.model.inventory import Inventory
from checks.model.issued import IssuedFile
from checks.model.text import Language
from reports.formats import FORMATS, Format
from reports.formats.agency import Wanted, agency_files
from reports.formats.files import File
from reports.mail import Log, Parcel, Post, Result, planned
from reports.messages import mail as words
from reports.model import AgencyReport
from reports.smtp import Settings
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import Config, MailSection, read_config
from scanner.cli.environment import secret
from scanner.cli.errors import Refused, Usage
from scanner.cli.holding import held_words
from scanner.cli.issue import draft, told, unsigned
from scanner.cli.language import LANGUAGE, say
from scanner.cli.listing import listed
from scanner.cli.mailing import mail_settings
from scanner.cli.memory import latest_run, open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, JsonOption, language
from scanner.cli.report_options import FormatsOption, HeldOption, ReportLangOption, RunOption, chosen_formats
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import print_json, print_table

DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=say("Chỉ cho biết sẽ gửi gì cho ai.", "Only say what would go to whom; nothing is sent.")
    ),
]
AgainOption = Annotated[
    bool, typer.Option("--again", help=say("Gửi cả cho người đã nhận.", "Send also to those who have it already."))
]
LoggedRunOption = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help=say("Chỉ đợt này.", "Only of this run; left out: of all."))
]
SHORTEST = 12
"""Characters of an archive's password: who has the archive can try passwords without end."""


def register(group: typer.Typer) -> None:
    """Add both commands below `khien report`."""
    group.command(
        "send",
        help=say(
            "Gửi báo cáo qua thư điện tử (SMTP, TLS bắt buộc) cho đầu mối của chính cơ quan đó trong danh mục.",
            "Send the reports by mail (SMTP within TLS) to each agency's own contacts of the inventory.",
        ),
    )(send)
    group.command(
        "sent", help=say("Nhật ký gửi: báo cáo nào đã gửi cho ai, lúc nào.", "The log: which report went to whom.")
    )(sent)


def send(
    context: typer.Context,
    run: RunOption = None,
    agency: AgencyOption = None,
    formats: FormatsOption = "pdf",
    lang: ReportLangOption = None,
    dry_run: DryRunOption = False,
    again: AgainOption = False,
    by: ByOption = None,
    even_if_held: HeldOption = False,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Exit status 0: nothing is left to send; 2: something was not sent; 4: all was sent before."""
    parent = context.parent.params.get("lang") if context.parent is not None else None
    asked = lang or parent
    wanted, settings = chosen_formats(formats, FORMATS), read_config(config)
    post_office = _post_office(settings)
    chosen = language(asked) if asked is not None else settings.language
    inventory = listed(settings)
    post_office.check(inventory, agency or ())
    recorder = open_history(settings)
    run_id = run or latest_run(recorder)
    reports = AgencyReports(recorder, run_id, agency or (), unsigned(settings.letter))
    if reports.run.held is not None and not even_if_held:
        raise Refused(*held_words(reports.run.held))
    from history import deliveries

    sender = _Sender(wanted, chosen, again, post_office, inventory, deliveries, actor(by).who)
    results: list[Result] = []
    try:
        for result in sender.plan(reports) if dry_run else sender.send(reports):
            results.append(result)  # one by one: what went out before something breaks is told too
    finally:
        _show(results, {each.agency: sender.going(run_id, each.agency) for each in results}, json)
    return _status(results)


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
class _Sender:
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


def _post_office(config: Config) -> PostOffice:
    """Raises Usage where khien.yaml has no mail section, or the environment lacks a password that it names."""
    mail: MailSection | None = config.mail
    if mail is None:
        raise Usage(f"{config.path}: chưa khai báo mục mail (máy chủ thư)", f"{config.path}: there is no section mail")
    return PostOffice(mail_settings(mail), mail.archive_password_variable)


def _show(results: Sequence[Result], files: Mapping[str, Sequence[IssuedFile]], json: bool) -> None:
    if json:
        print_json([_plain(each, files[each.agency]) for each in results])
        return
    print_table(
        [
            say("Cơ quan", "Agency"),
            say("Người nhận", "Recipient"),
            say("Tệp", "Files"),
            say("Kết quả", "Result"),
            say("Số lần thử", "Tries"),
        ],
        [
            (
                each.agency,
                each.recipient or "–",
                ", ".join(map(_named, files[each.agency])),
                _outcome(each),
                each.attempts or "–",
            )
            for each in results
        ],
    )


def _named(file: IssuedFile) -> str:
    """A file, and whether it is a draft."""
    if file.document:
        return f"{file.name} ({file.document}, {file.day})"
    kind = say("ký số, chưa có số", "signed, without a number") if file.signer else say("dự thảo", "draft")
    return f"{file.name} ({kind})"


def _plain(result: Result, files: Sequence[IssuedFile]) -> dict[str, object]:
    answer = result.answer
    return {
        "agency": result.agency,
        "recipient": result.recipient or None,
        "files": [
            {"name": each.name, "document": each.document or None, "signer": each.signer or None} for each in files
        ],
        "state": answer.state if answer is not None else None,
        "reason": (answer.reason or None) if answer is not None else None,
        "code": answer.code if answer is not None else None,
        "attempts": result.attempts,
        "note": plain(result.note),
    }


def _outcome(result: Result) -> str:
    said = result.note.in_(LANGUAGE)
    if result.answer is None or not result.answer.reason:
        return said
    parts = [words.REASONS[result.answer.reason].in_(LANGUAGE), str(result.answer.code or ""), result.answer.detail]
    return f"{said}: {' '.join(each for each in parts if each)}"


def _status(results: Sequence[Result]) -> int:
    """0: all that could go out went out, or would; 4: all of it was sent before; 2: something did not go out."""
    before = (words.SENT_BEFORE, words.CUT_OFF_BEFORE)
    if results and all(each.note in before for each in results):
        return Refused.status
    good = (words.WOULD_GO, words.STATES["accepted"], words.SENT_BEFORE)
    return 0 if all(each.note in good for each in results) else Usage.status


def sent(
    run: LoggedRunOption = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    recorder = open_history(read_config(config))
    from history import deliveries

    if run is not None:
        recorder.run(run)  # raises for one that there is not
    found = deliveries.deliveries(run)
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [
            say("Lúc", "When"),
            say("Đợt", "Run"),
            say("Cơ quan", "Agency"),
            say("Người nhận", "Recipient"),
            say("Tệp", "Files"),
            say("Lần", "Try"),
            say("Kết quả", "Result"),
            say("Người gửi", "By"),
        ],
        [
            (
                each.at.astimezone().isoformat(" ", "seconds"),
                each.run,
                each.agency,
                each.recipient,
                ", ".join(file.name for file in each.files),
                each.attempt,
                say("bắt đầu", "begun") if each.state == "begun" else words.STATES[each.state].in_(LANGUAGE),
                each.by,
            )
            for each in found
        ],
    )
    return 0
