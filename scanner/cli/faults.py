"""khien history findings, acknowledge, statistics: faults from the day on which they were first seen."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from checks.lifetimes import Days, Lifetimes, Statistics, statistics
from checks.model.canonical import adapter, plain
from checks.model.fault import FAULT_STATES, Acknowledgement, Fault
from checks.model.policy import SEVERITIES
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, SinceOption, UntilOption, as_of, local_day, period
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, AssetOption, ConfigOption, JsonOption, SchemaOption
from scanner.cli.past import Past
from scanner.cli.showing import severity
from scanner.cli.ui import print_json, print_line, print_table

STATES = (*FAULT_STATES, "overdue", "acknowledged")
"""What --state takes: the state of a fault, or what is told of an open one."""
StateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="|".join(STATES),
        help=say(
            "Chỉ tình trạng này (lặp lại được); mặc định: còn tồn tại (open).",
            "Only that state (repeatable); by default those that are open.",
        ),
    ),
]
ControlsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--control", metavar="ID", help=say("Chỉ biện pháp này (lặp lại được).", "Only this control (repeatable).")
    ),
]
STATE_WORDS = {
    "open": say("còn tồn tại", "open"),
    "fixed": say("đã khắc phục", "fixed"),
    "unwatched": say("không còn rà quét", "no longer looked at"),
}


def register(group: typer.Typer) -> None:
    """Add the three commands below `khien history`."""
    group.command(
        "findings",
        help=say(
            "Từng lỗi từ ngày phát hiện: lần thấy gần nhất, hạn, quá hạn, ai đã tiếp nhận và hẹn ngày nào, khắc phục "
            "lúc nào. Chỉ một đợt rà quét thấy lỗi không còn mới kết thúc lỗi đó; nếu lỗi trở lại trong 90 ngày thì "
            "vẫn tính từ ngày phát hiện cũ.",
            "Each fault from the day on which it was first seen: when it was last seen, its due date, who has "
            "acknowledged it for which day, when it was fixed. Only a scan that sees it gone closes a fault; one that "
            "is back within 90 days keeps its age.",
        ),
    )(findings)
    group.command(
        "acknowledge",
        help=say(
            "Ghi nhận ai đã tiếp nhận các lỗi đang tồn tại của một biện pháp tại một tài sản, và hẹn khắc phục ngày "
            "nào. Việc này không thay đổi hạn và không kết thúc lỗi; gọi lại để đổi ngày hẹn.",
            "Record who knows of the open faults of a control at an asset, and by when they will be fixed. It moves no "
            "due date and closes nothing; call it again to name another day.",
        ),
    )(acknowledge)
    group.command(
        "statistics",
        help=say(
            "Tuổi của lỗi đang tồn tại và thời gian khắc phục: trung vị và bách phân vị 90, theo mức và theo cơ quan.",
            "How old open faults are, and how long fixed ones took: median and 90th percentile, by severity and by "
            "agency.",
        ),
    )(statistics_)


def findings(
    agency: AgencyOption = None,
    asset: AssetOption = None,
    control: ControlsOption = None,
    state: StateOption = None,
    at: AsOfOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    if show_schema:
        print_json(schema())
        return 0
    wanted = _states(state or ["open"])
    past = Past(open_history(read_config(config)), as_of(at))
    found = [
        each
        for each in past.faults(agency or (), asset or ())
        if (not control or each.control in control) and wanted & _states_of(each)
    ]
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [
            say("Tài sản", "Asset"),
            say("Biện pháp", "Control"),
            say("Lỗi", "Fault"),
            say("Mức", "Severity"),
            say("Phát hiện", "First seen"),
            say("Thấy gần nhất", "Last seen"),
            say("Hạn", "Due"),
            say("Tình trạng", "State"),
        ],
        [
            (
                each.asset,
                each.control,
                each.key,
                severity(each.severity),
                each.first_seen,
                local_day(each.last_seen),
                each.due,
                _state(each),
            )
            for each in found
        ],
    )
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema of `findings --json`."""
    return adapter(tuple[Fault, ...]).json_schema()


def statistics_schema() -> dict[str, Any]:
    """The JSON Schema of `statistics --json`."""
    return adapter(Statistics).json_schema()


def acknowledge(
    asset: Annotated[str, typer.Option("--asset", metavar="ID", help=say("Tài sản.", "The asset."))],
    control: Annotated[str, typer.Option("--control", metavar="ID", help=say("Biện pháp.", "The control."))],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("Ai tiếp nhận.", "Who knows of them."))],
    planned: Annotated[
        str,
        typer.Option(
            "--planned", metavar="YYYY-MM-DD", help=say("Ngày hẹn khắc phục.", "The day by which they will be fixed.")
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=say("Ghi chú.", "A remark."))] = "",
    instance: Annotated[
        list[str] | None,
        typer.Option(
            "--instance", metavar="KEY", help=say("Chỉ lỗi này (lặp lại được).", "Only this fault (repeatable).")
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage where nothing of the kind is open."""
    if not by.strip():
        raise Usage("--by không được để trống", "--by must not be empty")
    day = _planned(planned)
    past = Past(open_history(read_config(config)))
    open_ = [each for each in past.faults(assets=[asset]) if each.control == control and each.state == "open"]
    unknown = sorted(set(instance or ()) - {each.key for each in open_})
    if unknown or not open_:
        what = ", ".join(unknown) or control
        raise Usage(f"{asset} không có lỗi đang tồn tại: {what}", f"{asset} has no open fault: {what}")
    named = [each for each in open_ if not instance or each.key in instance]
    from history import matters

    faults = tuple(sorted((each.key, each.first_seen) for each in named))
    now = datetime.now(UTC).replace(microsecond=0)
    matters.acknowledge(Acknowledgement(asset, control, faults, by.strip(), now, day, note.strip()))
    for each in named:
        late = each.due is not None and day > each.due
        due = say(f"hạn {each.due}", f"due {each.due}") + (say(" (hẹn sau hạn)", " (planned after it)") if late else "")
        print_line(f"{asset}/{control}: {each.key}: {due}")
    return 0


def statistics_(
    agency: AgencyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Ages are those at the end of the period; what was fixed in it counts as fixed."""
    if show_schema:
        print_json(statistics_schema())
        return 0
    begin, end = period(since, until)
    past = Past(open_history(read_config(config)), end)
    found = statistics(past.faults(agency or ()), None if begin is None else local_day(begin), past.at)
    if json:
        print_json(plain(found))
        return 0
    rows = [(say("Tất cả", "All"), found.whole)]
    rows += [(severity(each), found.by_severity[each]) for each in SEVERITIES]
    rows += list(found.by_agency.items())
    print_table(
        [
            say("Nhóm", "Group"),
            say("Đang tồn tại", "Open"),
            say("Tuổi trung vị (ngày)", "Median age (days)"),
            say("Tuổi p90", "p90 age"),
            say("Quá hạn", "Overdue"),
            say("Đã tiếp nhận", "Acknowledged"),
            say("Đã khắc phục", "Fixed"),
            say("Trung vị (ngày)", "Median (days)"),
            say("p90", "p90"),
            say("Tái diễn", "Seen again"),
        ],
        [(name, *_figures(each)) for name, each in rows],
    )
    return 0


def _figures(found: Lifetimes) -> tuple[object, ...]:
    return (
        found.open.count,
        *_days(found.open),
        found.overdue,
        found.acknowledged,
        found.fixed.count,
        *_days(found.fixed),
        found.seen_again,
    )


def _days(found: Days) -> tuple[object, object]:
    return ("–", "–") if found.median is None else (found.median, found.p90)


def _planned(value: str) -> date:
    """A day from today on. Raises Usage."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Usage("--planned: ngày viết như 2026-12-31", "--planned: a day is written as 2026-12-31") from None
    if day < local_day(datetime.now(UTC)):
        raise Usage(f"--planned: ngày {day} đã qua", f"--planned: {day} is past")
    return day


def _states(wanted: Sequence[str]) -> frozenset[str]:
    """Raises Usage for what is no state."""
    unknown = sorted(set(wanted) - set(STATES))
    if unknown:
        names = ", ".join(unknown)
        raise Usage(f"--state: {names}; chọn {', '.join(STATES)}", f"--state: {names}; choose from {', '.join(STATES)}")
    return frozenset(wanted)


def _states_of(fault: Fault) -> frozenset[str]:
    acknowledged = fault.acknowledged is not None and fault.state == "open"
    return frozenset(
        {fault.state, *(["overdue"] if fault.overdue else []), *(["acknowledged"] if acknowledged else [])}
    )


def _state(fault: Fault) -> str:
    """All that is told of it in one cell."""
    parts = [STATE_WORDS[fault.state]]
    if fault.fixed is not None:
        parts[0] += f" {local_day(fault.fixed)}"
    if fault.overdue:
        parts.append(say("quá hạn", "overdue"))
    if not fault.counts:
        parts.append(say("chưa áp dụng", "not in force yet"))
    if fault.waived_until is not None and fault.state == "open":
        parts.append(say(f"miễn trừ đến {fault.waived_until}", f"waived until {fault.waived_until}"))
    if fault.seen_again:
        again = ", ".join(str(local_day(each)) for each in fault.seen_again)
        parts.append(say(f"tái diễn {again}", f"seen again {again}"))
    told = fault.acknowledged
    if told is not None:
        parts.append(say(f"{told.by} hẹn {told.planned}", f"{told.by} plans {told.planned}"))
    return "; ".join(parts)
