"""khien schedule: what is going to be scanned and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from checks.model.canonical import plain
from checks.model.operation import Operation, StepName
from checks.model.text import Text
from policies.strict_yaml import InputErrors, read_file
from reports.messages.operations import REASONS
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import note, print_json, print_table
from scanner.cli.workspace import Workspace, open_workspace
from scanner.schedule.model import Schedule, Slot
from scanner.schedule.slots import blackout_spell, coming_slots, is_open, next_opening, next_slot, open_spells
from scanner.schedule.written import unknown

STEPS: dict[StepName, Text] = {
    "known": Text("đã biết", "known"),
    "due": Text("đến hạn", "due"),
    "asked": Text("được yêu cầu", "asked for"),
    "skipped": Text("bỏ qua", "skipped"),
    "begun": Text("đang chạy", "running"),
    "paused": Text("tạm dừng", "paused"),
    "resumed": Text("đang chạy tiếp", "running again"),
    "finished": Text("xong", "finished"),
    "stopped": Text("dừng hẳn", "given up"),
    "failed": Text("hỏng", "failed"),
    "withdrawn": Text("đã rút", "withdrawn"),
    "cancelled": Text("đã hủy", "cancelled"),
    "halted": Text("dừng khẩn cấp", "emergency stop"),
    "released": Text("cho chạy lại", "released"),
}
DaysOption = Annotated[
    int, typer.Option("--days", min=1, max=366, help=say("Số ngày tới.", "How many days from now on."))
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Rà quét theo lịch.", "Scheduled scans."))
    group.command(
        "run",
        help=say(
            "Chạy nền: rà quét theo lịch trong khien.yaml và theo yêu cầu trong cơ sở dữ liệu.\n\nTắt lúc nào cũng "
            "được (SIGTERM, Ctrl-C, mất điện): lần sau làm tiếp phần còn lại, không lượt nào chạy hai lần. Đổi lịch "
            "thì khởi động lại.",
            "The daemon: scan by the schedules of khien.yaml and by what is asked for in the database.\n\nIt may be "
            "ended at any time (SIGTERM, Ctrl-C, power loss): the next one goes on with what is left, and no slot runs "
            "twice. Start it anew when schedules change.",
        ),
    )(run)
    group.command(
        "list",
        help=say("Các lịch, lượt gần nhất và lượt kế tiếp.", "The schedules with their last and next slots."),
    )(list_)
    group.command("work", hidden=True, help=say("Làm một lượt.", "Work on one slot or request."))(work)
    group.command(
        "next",
        help=say(
            "Các lượt sắp tới theo giờ địa phương, với khung giờ và ngày nghỉ.",
            "The coming slots in local time, with windows and blackouts.",
        ),
    )(next_)
    app.add_typer(group, name="schedule")


def run(
    once: Annotated[
        bool,
        typer.Option(
            "--once", help=say("Làm những gì đến hạn rồi kết thúc.", "Do what is due, then end; for systemd timers.")
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    from scanner.cli.daemon import serve

    return serve(config, once)


def work(subject: str, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """The process of a scan that `khien schedule run` starts. Returns the exit status."""
    from scanner.cli.job import perform

    return perform(subject, config)


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    workspace = open_workspace(config)
    schedules = open_schedules(workspace)
    open_history(workspace.config)
    from history import operations

    now = datetime.now(UTC)
    rows = [(each, _latest(each, now), next_slot(each, now)) for each in schedules]
    if json:
        print_json(
            [
                {
                    "schedule": each.name,
                    "open": is_open(each, now),
                    "last": None if last is None else plain(last),
                    "next": None if slot is None else slot.due.isoformat(),
                }
                for each, last, slot in rows
            ]
            + [{"request": each.first.name, "last": plain(each)} for each in operations.requests()]
        )
        return 0
    headings = (
        say("Lịch", "Schedule"),
        say("Lượt gần nhất", "Last slot"),
        say("Kết quả", "Outcome"),
        say("Đợt", "Run"),
    )
    print_table(
        [*headings, say("Kế tiếp", "Next")],
        [
            (
                each.name,
                _local(last.first.slot, each) if last is not None and last.first.slot is not None else "",
                _outcome(last) if last is not None else "",
                last.run if last is not None else "",
                _local(slot.due, each) if slot is not None else "",
            )
            for each, last, slot in rows
        ],
    )
    return 0


def _latest(schedule: Schedule, now: datetime) -> Operation | None:
    from history import operations

    latest = operations.latest_slot(schedule.name, now)
    found = operations.slots(schedule.name, latest, latest + timedelta(minutes=1)) if latest is not None else ()
    return found[0] if found else None


def _outcome(found: Operation) -> str:
    last = found.last
    words = STEPS[last.step].in_(LANGUAGE) + (f": {REASONS[last.reason].in_(LANGUAGE)}" if last.reason else "")
    if found.first.missed:
        words += say(f" (đã lỡ {found.first.missed} lượt)", f" ({found.first.missed} missed before)")
    return words


def open_schedules(workspace: Workspace) -> tuple[Schedule, ...]:
    """The schedules of the configuration. Raises InputErrors where one names what the inventory has not."""
    known = {
        "agencies": {each.id for each in workspace.inventory.agencies},
        "tags": {tag for each in workspace.inventory.assets for tag in each.tags},
        "zones": {each.zone for each in workspace.inventory.assets},
        "policies": {workspace.policy_of(each).id for each in workspace.inventory.assets},
    }
    found = list(unknown(workspace.config.written_schedules, known))
    if found:
        document = read_file(workspace.config.path)
        raise InputErrors([document.error(place, message) for place, message in found])
    return workspace.config.schedules


@dataclass(frozen=True, slots=True)
class Coming:
    """A slot that is going to come, as it is shown."""

    schedule: Schedule
    slot: Slot
    blackout: str
    """The name of the blackout that it falls into; empty: none."""
    waits: datetime | None = None
    """When its run begins instead where it is blacked out; None where it is skipped then, or is not blacked out."""

    @property
    def until(self) -> datetime | None:
        """When its window ends; None where it has none, or is blacked out."""
        if not self.schedule.windows:
            return None
        spells = open_spells(self.schedule, self.slot.due, self.slot.due + timedelta(seconds=1))
        return next((each.end for each in spells if each.start <= self.slot.due < each.end), None)


def coming(schedules: tuple[Schedule, ...], now: datetime, days: int) -> list[Coming]:
    """Every slot of some days from now on, in the order of time."""
    found: list[Coming] = []
    for schedule in schedules:
        waiting = now
        for slot in coming_slots(schedule, now, now + timedelta(days=days)):
            waits = None
            if not is_open(schedule, slot.due) and schedule.catch_up == "once" and slot.due >= waiting:
                waits = next_opening(schedule, slot.due)
                waiting = waits or waiting  # those that come until then are covered by this one
            found.append(Coming(schedule, slot, _blackout(schedule, slot), waits))
    return sorted(found, key=lambda each: (each.slot.due, each.schedule.name))


def _blackout(schedule: Schedule, slot: Slot) -> str:
    for each in schedule.blackouts:
        spell = blackout_spell(schedule, each)
        if spell.start <= slot.due < spell.end:
            return each.name
    return ""


def next_(days: DaysOption = 7, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    schedules = open_schedules(open_workspace(config))
    found = coming(schedules, datetime.now(UTC), days)
    if json:
        print_json([_json(each) for each in found])
        return 0
    if not schedules:
        note(say("khien.yaml chưa có 'schedules'.", "There are no 'schedules' in khien.yaml."))
        return 0
    print_table(
        [
            say("Bắt đầu", "Start"),
            say("Lịch", "Schedule"),
            say("Khung giờ đến", "Window until"),
            say("Ghi chú", "Note"),
        ],
        list(_rows(found)),
    )
    return 0


def _rows(found: list[Coming]) -> Iterator[tuple[str, ...]]:
    for each in found:
        yield _local(each.slot.due, each.schedule), each.schedule.name, _until(each), _note(each)


def _until(each: Coming) -> str:
    """When the window ends: the time, with the day where it is another one."""
    if each.until is None:
        return ""
    start, end = (moment.astimezone(each.schedule.zone) for moment in (each.slot.due, each.until))
    return f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"


def _note(each: Coming) -> str:
    if not each.blackout:
        return ""
    if each.waits is None:
        return say(f"nghỉ ({each.blackout}), bỏ qua", f"blackout ({each.blackout}), skipped")
    later = _local(each.waits, each.schedule)
    return say(f"nghỉ ({each.blackout}), chờ đến {later}", f"blackout ({each.blackout}), waits until {later}")


def _local(moment: datetime, schedule: Schedule) -> str:
    return f"{moment.astimezone(schedule.zone):%Y-%m-%d %H:%M %Z}"


def _json(each: Coming) -> dict[str, Any]:
    def at(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(each.schedule.zone).isoformat()

    return {
        "schedule": each.schedule.name,
        "slot": each.slot.at.isoformat(),
        "start": at(each.slot.due),
        "until": at(each.until),
        "blackout": each.blackout or None,
        "waits_until": at(each.waits),
    }
