"""khien waiver: exceptions in the database, asked for by one person and granted by another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import plain
from checks.model.finding import Finding
from checks.model.inventory import inventory_of
from checks.model.waiver import Waiver
from checks.waivers import Standing, basis, standings
from policies.waivers import together
from reports.messages.exceptions import STANDING_REASONS, STATES
from scanner.cli.actor import VARIABLE
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import LOCAL, AsOfOption, as_of, local_day
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.past import Past
from scanner.cli.ui import print_json, print_line, print_table
from scanner.cli.workspace import written_waivers

if TYPE_CHECKING:
    from history.store import Recorder

IdArgument = Annotated[str, typer.Argument(metavar="ID", help=say("Mã, như w-001.", "The id, as w-001."))]
ControlOption = Annotated[str, typer.Option("--control", metavar="ID", help=say("Biện pháp.", "The control."))]
OneAssetOption = Annotated[str, typer.Option("--asset", metavar="ID", help=say("Tài sản.", "The asset."))]
OneAgencyOption = Annotated[
    str, typer.Option("--agency", metavar="ID", help=say("Mọi tài sản của cơ quan.", "Every asset of the agency."))
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", envvar=VARIABLE, help=say("Ai làm việc này.", "Who does this."))
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Vì sao.", "Why."))]
InstanceOption = Annotated[
    list[str] | None,
    typer.Option("--instance", metavar="KEY", help=say("Chỉ lỗi này (lặp lại được).", "Only this fault (repeatable).")),
]
RunOption = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN", help=say("Đợt (mặc định: mới nhất).", "The run (by default: the latest).")),
]
UntilOption = Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help=say("Ngày cuối.", "The last day."))]
MeasureOption = Annotated[
    str, typer.Option("--measure", metavar="TEXT", help=say("Biện pháp thay thế.", "The compensating measure."))
]
FromOption = Annotated[
    str, typer.Option("--from", metavar="YYYY-MM-DD", help=say("Ngày đầu (hôm nay).", "The first day (today)."))
]
CASE_WORDS = {
    "file": say("trong tệp", "in the file"),
    "asked": say("đang đề nghị", "asked for"),
    "granted": say("đã phê duyệt", "granted"),
    "refused": say("bị từ chối", "refused"),
    "withdrawn": say("đã rút", "withdrawn"),
    "confirmed": say("báo sai đã xác nhận", "confirmed false positive"),
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Miễn trừ có thời hạn.", "Waivers: exceptions that end."))
    group.command(
        "list",
        help=say(
            "Liệt kê miễn trừ của tệp và cơ sở dữ liệu; với --as-of: như vào khi đó.",
            "List those of file and database; with --as-of as they stood then.",
        ),
    )(list_)
    group.command(
        "ask",
        help=say(
            "Đề nghị miễn trừ, gắn với đúng những lỗi mà đợt rà quét đang thấy.",
            "Ask for a waiver; it is bound to the faults that the run shows.",
        ),
    )(ask)
    group.command("grant", help=say("Phê duyệt; người đề nghị không tự phê duyệt.", "Grant it; not who asked."))(grant)
    group.command("refuse", help=say("Từ chối.", "Refuse it."))(refuse)
    group.command("withdraw", help=say("Rút lại.", "Withdraw it."))(withdraw)
    group.command(
        "basis",
        help=say("In mã băm của các lỗi, để ghi vào granted_on.", "Print the digests of faults, for granted_on."),
    )(basis_)
    app.add_typer(group, name="waiver")


def list_(at: AsOfOption = None, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. With --as-of those of the database by the acts until then, and those of the file as the latest
    run until then read them."""
    moment = as_of(at)
    settings = read_config(config)
    recorder = open_history(settings)
    from history import matters

    stored = recorder.granted_waivers(moment)
    if moment is None:
        written = written_waivers(settings)
        together(written, stored)
        of_file: Sequence[Waiver] = written.waivers
    else:
        ever = {each.waiver.id for each in matters.waiver_cases()} | {each.id for each in recorder.disputes()}
        of_file = [each for each in Past(recorder, moment).waivers if each.id not in ever]
    told = {each.waiver.id: each for each in _standings(recorder, moment, (*of_file, *stored))}
    cases = [(each, "file") for each in of_file]
    cases += [(each, "confirmed") for each in stored if each.kind == "false_positive"]
    cases += [(each.waiver, each.state) for each in matters.waiver_cases(moment)]
    cases.sort(key=lambda each: each[0].id)
    if json:
        print_json([_json(waiver, case, told.get(waiver.id)) for waiver, case in cases])
        return 0
    headings = [
        say("Mã", "Id"),
        say("Tài sản, cơ quan", "Asset, agency"),
        say("Biện pháp", "Control"),
        say("Từ", "From"),
        say("Đến", "Until"),
        say("Đề nghị", "Asked by"),
        say("Phê duyệt", "Granted by"),
        say("Tình trạng", "State"),
    ]
    print_table(headings, [_row(waiver, case, told.get(waiver.id)) for waiver, case in cases])
    return 0


def ask(
    name: IdArgument,
    control: ControlOption,
    by: ByOption,
    reason: ReasonOption,
    until: UntilOption,
    asset: OneAssetOption = "",
    agency: OneAgencyOption = "",
    measure: MeasureOption = "",
    begin: FromOption = "",
    instance: InstanceOption = None,
    run: RunOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    settings = read_config(config)
    recorder = open_history(settings)
    unwritten(settings, name)
    faults = failing(recorder, run, control, asset, agency, instance or ())
    waiver = Waiver(
        id=identifier(name),
        asset=asset,
        agency=agency,
        control=control,
        justification=said("--reason", reason),
        compensating_measure=measure.strip(),
        requested_by=said("--by", by),
        approved_by="",
        valid_from=day("--from", begin) if begin else today(),
        valid_until=day("--until", until),
        instances=tuple(sorted(set(instance or ()))),
        granted_on=_digests(faults, instance or ()),
    )
    from history import matters

    matters.ask(waiver, datetime.now(UTC).replace(microsecond=0))
    for each in faults:
        print_line(f"{each.id}: {', '.join(fault.key for fault in each.instances)}")
    print_line(say(f"Chờ phê duyệt: khien waiver grant {name} --by ...", f"Next: khien waiver grant {name} --by ..."))
    return 0


def grant(
    name: IdArgument,
    by: ByOption,
    reason: ReasonOption = "",
    until: UntilOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage where the faults are not those any more that it was asked for."""
    settings = read_config(config)
    recorder = open_history(settings)
    from history import matters

    unwritten(settings, name)
    asked = next((each.waiver for each in matters.waiver_cases() if each.waiver.id == name), None)
    if asked is None:
        raise Usage(f"không có đề nghị {name!r}", f"nobody asked for {name!r}")
    faults = failing(recorder, None, asked.control, asked.asset, asked.agency, asked.instances)
    if _digests(faults, asked.instances) != asked.granted_on:
        raise Usage(
            f"{name}: lỗi phát hiện đã khác khi đề nghị; hãy đề nghị lại",
            f"{name}: what fails is no longer what it was asked for; ask anew",
        )
    wanted = replace(asked, valid_until=day("--until", until)) if until else asked
    granted = matters.grant(name, said("--by", by), datetime.now(UTC).replace(microsecond=0), wanted, reason)
    print_line(say(f"{name}: đến {granted.valid_until}", f"{name}: until {granted.valid_until}"))
    return 0


def refuse(name: IdArgument, by: ByOption, reason: ReasonOption, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history import matters

    matters.refuse(name, said("--by", by), datetime.now(UTC).replace(microsecond=0), said("--reason", reason))
    return 0


def withdraw(name: IdArgument, by: ByOption, reason: ReasonOption, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history import matters

    matters.withdraw(name, said("--by", by), datetime.now(UTC).replace(microsecond=0), said("--reason", reason))
    return 0


def basis_(
    control: ControlOption,
    asset: OneAssetOption = "",
    agency: OneAgencyOption = "",
    instance: InstanceOption = None,
    run: RunOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    recorder = open_history(read_config(config))
    for digest in _digests(failing(recorder, run, control, asset, agency, instance or ()), instance or ()):
        print_line(digest)
    return 0


def failing(
    recorder: "Recorder", run: str | None, control: str, asset: str, agency: str, instances: Sequence[str]
) -> list[Finding]:
    """The failed findings of a control at an asset or an agency, in a run or of late.

    Raises Usage where there are none, or where none has one of the faults.
    """
    if bool(asset) == bool(agency):
        raise Usage("cần đúng một trong hai: --asset hoặc --agency", "give one of --asset and --agency")
    if run:
        found = recorder.findings(run, agency=agency or None, asset=asset or None)
    else:
        found = latest_findings(recorder, asset, agency)
    failed = [each for each in found if each.control == control and each.verdict == "fail"]
    if not failed:
        where = asset or agency
        raise Usage(
            f"{control} không có lỗi nào tại {where} trong đợt {run or 'mới nhất'}",
            f"{control} fails nowhere at {where} in the {run or 'latest'} run",
        )
    unknown = set(instances) - {fault.key for each in failed for fault in each.instances}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Usage(f"không có lỗi nào tên {names}", f"no fault is named {names}")
    return failed


def latest_findings(recorder: "Recorder", asset: str, agency: str) -> tuple[Finding, ...]:
    """The latest findings of an asset, or of each asset that an agency has in use.

    They need not be of one run: the latest may have been about some of the assets only.
    """
    latest = recorder.latest_finished(asset=asset or None, agencies=[agency] if agency else None)
    if latest is None:
        return ()
    found = recorder.findings(latest.id, agency=agency or None, asset=asset or None)
    inventory = inventory_of(recorder.inventory(latest.id))
    used = [each.id for each in inventory.assets_of(agency) if each.status == "active"]
    for name in sorted(set(used) - {each.asset for each in found}):
        earlier = recorder.latest_finished(asset=name)
        if earlier is not None:
            found += recorder.findings(earlier.id, asset=name)
    return found


def unwritten(settings: Config, name: str) -> None:
    """Raises Usage where the file has a waiver of that id: while the database had it too, no scan would begin."""
    if name in {each.id for each in written_waivers(settings).waivers}:
        raise Usage(f"{settings.waivers} đã có mã {name}", f"{settings.waivers} has the id {name}")


def identifier(name: str) -> str:
    """An id as waivers.yaml takes it. Raises Usage."""
    if not 1 <= len(name) <= 40 or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"):
        raise Usage(f"mã chỉ gồm a-z, 0-9 và dấu -: {name!r}", f"an id is of a-z, 0-9 and -: {name!r}")
    return name


def said(option: str, value: str) -> str:
    """What an option says. Raises Usage where that is nothing."""
    if not value.strip():
        raise Usage(f"{option} không được để trống", f"{option} must not be empty")
    return value.strip()


def day(option: str, value: str) -> date:
    """A day as it is written. Raises Usage."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Usage(f"{option}: ngày viết như 2026-12-31", f"{option}: a day is written as 2026-12-31") from None


def today() -> date:
    """The day by the local calendar."""
    return datetime.now(LOCAL).date()


def _digests(findings: Sequence[Finding], instances: Sequence[str]) -> tuple[str, ...]:
    named = [each for each in findings if not instances or any(fault.key in instances for fault in each.instances)]
    return tuple(sorted(basis(each, instances) for each in named))


def _standings(recorder: "Recorder", moment: datetime | None, waivers: Sequence[Waiver]) -> tuple[Standing, ...]:
    """What they are worth today, or were at a moment, by the latest look at each asset that they concern."""
    if not recorder.finished_runs(until=moment):
        return standings(waivers, (), local_day(moment or datetime.now(UTC)))
    past = Past(recorder, moment)
    own = [past.inventory.inherited(each) for each in waivers]
    return standings(own, past.concerned(own), past.at.date())


def _state(case: str, standing: Standing | None) -> str:
    words = CASE_WORDS[case]
    if standing is None:
        return words
    told = STATES[standing.state].in_(LANGUAGE).lower()
    return f"{words}: {told} ({STANDING_REASONS[standing.reason].in_(LANGUAGE).rstrip('.')})"


def _row(waiver: Waiver, case: str, standing: Standing | None) -> tuple[object, ...]:
    where = waiver.asset or f"{waiver.agency}/*"
    people = waiver.requested_by, waiver.approved_by
    return (waiver.id, where, waiver.control, waiver.valid_from, waiver.valid_until, *people, _state(case, standing))


def _json(waiver: Waiver, case: str, standing: Standing | None) -> dict[str, object]:
    return {"waiver": plain(waiver), "case": case, "standing": plain(standing) if standing is not None else None}
