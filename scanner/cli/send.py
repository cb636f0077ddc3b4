"""khien report send and khien report sent: reports to the agencies' own contacts by mail, and the log of it.

There is no option for an address: who receives is what the inventory says of the agency, as it is today.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from checks.model.canonical import plain
from checks.model.issued import IssuedFile
from reports.formats import FORMATS
from reports.mail import Result
from reports.messages import mail as words
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import read_config
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import latest_run, open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, JsonOption, language
from scanner.cli.report_options import FormatsOption, HeldOption, ReportLangOption, RunOption, chosen_formats
from scanner.cli.sending import Sending, reports_of, sender, status_of
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
    settings = read_config(config)
    wanted = Sending(
        formats=chosen_formats(formats, FORMATS),
        language=language(asked) if asked is not None else settings.language,
        agencies=agency or (),
        again=again,
        by=actor(by).who,
        even_if_held=even_if_held,
    )
    recorder = open_history(settings)
    chosen = sender(settings, wanted)
    run_id = run or latest_run(recorder)
    reports = reports_of(settings, recorder, run_id, wanted)
    results: list[Result] = []
    try:
        for result in chosen.plan(reports) if dry_run else chosen.send(reports):
            results.append(result)  # one by one: what went out before something breaks is told too
    finally:
        _show(results, {each.agency: chosen.going(run_id, each.agency) for each in results}, json)
    return status_of(results)


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
