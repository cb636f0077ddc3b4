"""A year of schedules under a controlled clock: did every run that should have started, once?

    python -m benchmarks.schedule_year [--days 365] [--seed 1]

The daemon, its decisions and the database (SQLite) are the real ones; the clock, the scans and the faults are played.
Two daemons act at once and know nothing of each other, though in life one would stand by: so it is the database alone
that lets one of them have a slot. They are killed, with or without the scan that they started, are away for
hours and days, and meet clocks that are put back and forward. Afterwards each slot that the schedules name is looked
up.
"""

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import history
from benchmarks.processes import resident
from checks.model.operation import Operation, Reason, Step, StepName
from policies.strict_yaml import read_text
from scanner.schedule.daemon import Daemon
from scanner.schedule.decide import wait_of
from scanner.schedule.model import Schedule, Slot
from scanner.schedule.slots import is_open, next_opening, next_slot, open_spells, slots
from scanner.schedule.written import BlackoutRow, ScheduleRow

START = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SCHEDULES = """\
- {name: hang-dem, what: {estate: true}, every: day at 22:30, windows: ["22:00-05:00"], jitter_minutes: 20}
- {name: hang-gio, what: {tags: [portal]}, every: hour at :10, windows: ["19:00-06:00"], catch_up: skip, need: true}
- name: hang-tuan
  what: {zones: [internet]}
  every: saturday at 01:00
  windows: ["friday,saturday 20:00-08:00"]
  at_most_minutes: 240
- {name: hang-thang, what: {estate: true}, every: "month on 1,31 at 23:00", windows: ["22:00-05:00"], overrun: stop}
- {name: berlin, what: {tags: [berlin]}, every: day at 02:30, timezone: Europe/Berlin}
"""
BLACKOUTS = """\
- {name: Tết Nguyên đán, from: 2027-02-04, until: 2027-02-12}
- {name: Bầu cử, from: 2027-05-17}
"""
MEASURE_EVERY = 500
"""Scans after which memory is measured."""
FAULTS_A_YEAR = {"killed": 50, "killed with its scan": 50, "away for hours or days": 20, "clock": 24}


@dataclass
class Scan:
    """A played scan, which holds the right to scan until it is over."""

    subject: str
    schedule: Schedule
    run: str
    ends: float
    """By the monotonic clock."""
    stops: float
    """When it has worked as long as it may."""


@dataclass
class World:
    """Time, and who scans."""

    schedules: dict[str, Schedule]
    chance: random.Random
    wall: datetime = START
    monotonic: float = 0.0
    scan: Scan | None = None
    left: dict[str, float] = field(default_factory=dict)
    """By subject: seconds of work that its run still takes."""
    begun: int = 0
    """Scans that were started or gone on with."""
    problems: list[str] = field(default_factory=list)
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Stretches of the wall clock that no daemon saw: both were away, or the clock was put forward."""
    _known: dict[str, tuple[datetime, list[datetime]]] = field(default_factory=dict)

    def advance(self, seconds: float) -> None:
        """Let time pass, and the scan with it."""
        self.monotonic += seconds
        self.wall += timedelta(seconds=seconds)
        self.play()

    def play(self) -> None:
        """What the scan does at this time."""
        scan = self.scan
        if scan is None:
            return
        if not is_open(scan.schedule, self.wall):
            self._pause(scan, "window")
        elif self.monotonic >= scan.ends:
            self.over(scan, "finished")
        elif self.monotonic >= scan.stops:
            self._pause(scan, "length")

    def next_event(self) -> float:
        """Seconds until something may happen by itself."""
        moments = [moment for each in self.schedules.values() for moment in self._coming(each)]
        seconds = [(each - self.wall).total_seconds() for each in moments]
        if self.scan is not None:
            spells = open_spells(self.scan.schedule, self.wall, self.wall + MINUTE)
            seconds += [(each.end - self.wall).total_seconds() for each in spells if each.start <= self.wall < each.end]
            seconds += [self.scan.ends - self.monotonic, self.scan.stops - self.monotonic]
        return max(1.0, min(seconds))

    def _coming(self, schedule: Schedule) -> list[datetime]:
        """The next slot and opening of a schedule; worked out anew when they are past, or the clock was put back."""
        at, found = self._known.get(schedule.name, (self.wall, []))
        if not found or self.wall < at or min(found) <= self.wall:
            slot = next_slot(schedule, self.wall)
            opening = None if is_open(schedule, self.wall) else next_opening(schedule, self.wall)
            found = [each for each in (slot.due if slot is not None else None, opening) if each is not None]
            self._known[schedule.name] = self.wall, found
        return found

    def _pause(self, scan: Scan, reason: Reason) -> None:
        self.left[scan.subject] = max(0.0, scan.ends - self.monotonic)
        step: StepName = "stopped" if scan.schedule.overrun == "stop" else "paused"
        wait = 0 if step == "stopped" else wait_of(scan.schedule, reason, self.wall)
        self.over(scan, step, reason, wait)

    def over(self, scan: Scan, step: StepName, reason: Reason = "", wait: int = 0) -> None:
        """The scan tells what became of it, as `scanner.cli.job` does."""
        self.scan = None
        if not add(scan.subject, step, self.wall, reason, "", wait):
            self.problems.append(f"{scan.subject}: {step} could not be told")


def add(subject: str, step: StepName, at: datetime, reason: Reason = "", run: str = "", wait: int = 0) -> bool:
    """Add a step to a slot."""
    from history import operations

    found = operations.operation(subject)
    if found is None:
        return False
    first, sequence = found.first, found.last.sequence + 1
    return operations.add(
        Step("slot", first.name, sequence, step, at, "scan", first.slot, reason, run=run, wait_seconds=wait)
    )


class PlayedWork:
    """`scanner.schedule.daemon.Work` in the played world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.subject = ""
        self._status: int | None = None

    def start(self, subject: str) -> None:
        """Begin, unless another scan runs."""
        from history import operations

        world, found = self._world, operations.operation(subject)
        self.subject, self._status = subject, 4
        if world.scan is not None or found is None or not found.open:
            return
        schedule = world.schedules[found.first.name]
        if not is_open(schedule, world.wall):
            world.problems.append(f"{subject}: begun outside its hours at {world.wall}")
        if not found.run:
            world.left[subject] = self._length(schedule)
        run = found.run or f"r-{world.chance.getrandbits(48):x}"
        if not add(subject, "resumed" if found.run else "begun", world.wall, run=run):
            return
        world.begun += 1
        longest = schedule.at_most.total_seconds() if schedule.at_most is not None else 1e12
        self._status = None
        world.scan = Scan(subject, schedule, run, world.monotonic + world.left[subject], world.monotonic + longest)

    def _length(self, schedule: Schedule) -> float:
        """Most runs are short; some outlive their window or their time."""
        if schedule.name == "hang-gio":
            return self._world.chance.uniform(60, 900)
        return self._world.chance.choice([1800, 3600, 3600, 7200, 30000])

    def ended(self) -> int | None:
        """Whether it is over: the scan tells so itself, as a process does."""
        running = self._world.scan is not None and self._world.scan.subject == self.subject
        if not self.subject or (self._status is None and running):
            return None
        status, self.subject = self._status or 0, ""
        self._status = None
        return status


@dataclass
class Year:
    """What a simulation showed."""

    days: int
    faults: Counter[str]
    rows: list[tuple[str, Counter[str]]]
    problems: list[str]
    steps: int
    memory: list[tuple[int, int]]
    """Scans so far, and the resident bytes of this process, in which the daemons are."""


def schedules_of(text: str = SCHEDULES) -> list[Schedule]:
    """The schedules of the year, as khien.yaml would give them."""
    common = read_text(BLACKOUTS, "blackouts").validated(tuple[BlackoutRow, ...])
    return [each.schedule(common) for each in read_text(text, "schedules").validated(tuple[ScheduleRow, ...])]


def simulate(days: int, seed: int, schedules: Sequence[Schedule]) -> Year:
    """Play so many days on the database that `history.setup` named, and look every slot up."""
    from history.store import Recorder
    from scanner.cli.daemon import HistoryStore

    chance = random.Random(seed)
    world = World({each.name: each for each in schedules}, chance)
    store = HistoryStore(Recorder())

    def daemon(name: str) -> Daemon:
        return Daemon(
            schedules, store, PlayedWork(world), name, now=lambda: world.wall, monotonic=lambda: world.monotonic
        )

    daemons = {name: daemon(name) for name in ("a", "b")}
    faults: Counter[str] = Counter()
    coming = sorted(_faults(chance, days))
    away_until, away_since = 0.0, START
    memory: list[tuple[int, int]] = []
    for each in daemons.values():
        each.tick()
    while world.monotonic < days * DAY.total_seconds():
        if world.begun >= MEASURE_EVERY * (len(memory) + 1):
            memory.append((world.begun, resident(os.getpid())))
        until = coming[0][0] - world.monotonic if coming else 1e12
        world.advance(max(0.1, min(world.next_event(), until, chance.choice([60, 600, 3600, 86400]))))
        while coming and coming[0][0] <= world.monotonic:
            _, what = coming.pop(0)
            faults[what] += 1
            if what == "clock":
                before = world.wall
                world.wall += chance.choice([-HOUR, -HOUR, HOUR, -7 * MINUTE, 26 * HOUR, -26 * HOUR])
                world.gaps.append((min(before, away_since), world.wall))
                world.play()
            elif what == "away for hours or days":
                away_until = max(away_until, world.monotonic + chance.choice([3, 9, 30, 80]) * 3600)
                world.scan = None
                daemons = {name: daemon(name) for name in daemons}
            else:
                name = chance.choice(sorted(daemons))
                if what == "killed with its scan" and world.scan is not None:
                    world.left[world.scan.subject] = max(0.0, world.scan.ends - world.monotonic)
                    world.scan = None
                daemons[name] = daemon(name)
        if world.monotonic >= away_until:
            if world.wall - away_since > MINUTE:
                world.gaps.append((away_since, world.wall))
            away_since = world.wall
            for name in chance.sample(sorted(daemons), 2):
                daemons[name].tick()
    return _looked_up(days, faults, world, schedules, memory)


def _faults(chance: random.Random, days: int) -> Iterator[tuple[float, str]]:
    for what, number in FAULTS_A_YEAR.items():
        for _ in range(max(1, number * days // 365)):
            yield chance.uniform(0, days * DAY.total_seconds()), what


def _looked_up(
    days: int, faults: Counter[str], world: World, schedules: Sequence[Schedule], memory: list[tuple[int, int]]
) -> Year:
    from history import operations

    rows, problems, steps = [], list(world.problems), 0
    for schedule in schedules:
        known = operations.operation(f"schedule:{schedule.name}")
        since = START if known is None else known.first.at
        found = operations.slots(schedule.name, since, world.wall + 30 * DAY)
        steps += sum(len(each.steps) for each in found)
        counted = _counted(schedule, found, since, world.wall, problems)
        problems += _unseen(schedule, found, world.gaps)
        rows.append((schedule.name, counted))
    problems += [f"{each.what}: {each.fault}" for each in operations.verify()]
    return Year(days, faults, rows, problems, steps, memory)


def _counted(
    schedule: Schedule, found: Sequence[Operation], since: datetime, until: datetime, problems: list[str]
) -> Counter[str]:
    """What became of each slot that the schedule names, and of no other."""
    by_slot = {each.first.slot: each for each in found}
    missed = [(each.first.missed_since, each.first.slot) for each in found if each.first.missed]
    counted: Counter[str] = Counter()
    expected = [each for each in slots(schedule, since, until) if each.due <= until]
    for slot in expected:
        operation = by_slot.get(slot.at)
        counted["slots"] += 1
        if operation is None:
            covered = any(first is not None and last is not None and first <= slot.at < last for first, last in missed)
            counted["missed, covered by a later one" if covered else "unaccounted"] += 1
            if not covered:
                problems.append(f"{schedule.name} {slot.at}: nothing is known of it")
            continue
        begun = sum(each.step == "begun" for each in operation.steps)
        counted["begun"] += begun
        counted["begun twice"] += begun > 1
        counted["gone on with"] += sum(each.step == "resumed" for each in operation.steps)
        if begun > 1 or len({each.run for each in operation.steps if each.run}) > 1:
            problems.append(f"{operation.first.subject}: ran twice")
        last = operation.last
        counted["still open" if operation.open else _outcome(operation.first, last)] += 1
    stray = set(by_slot) - {each.at for each in slots(schedule, since, until + 30 * DAY)}
    problems += [f"{schedule.name} {each}: no slot of the schedule" for each in stray]
    return counted


def _outcome(first: Step, last: Step) -> str:
    if (first.step, last.reason) == ("due", "missed"):
        return "skipped: no turn in its window"
    return f"{last.step}: {last.reason}" if last.reason else last.step


def _unseen(schedule: Schedule, found: Sequence[Operation], gaps: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """Slots that count as missed though a daemon was there at their time."""
    missed = [each.first for each in found if each.first.missed]
    late = [slot for each in missed for slot in _from_to(schedule, each)[:-1]]
    late += [slot for each in found if each.first.reason == "missed" for slot in _from_to(schedule, each.first)[-1:]]
    return [
        f"{schedule.name} {each.at}: missed, and yet a daemon was there"
        for each in late
        if not any(begin < each.due < end - MINUTE for begin, end in gaps)
    ]


def _from_to(schedule: Schedule, first: Step) -> list[Slot]:
    """The slots that a step stands for, itself the last of them."""
    begin, end = first.missed_since or first.slot, first.slot
    return [] if begin is None or end is None else list(slots(schedule, begin - timedelta(seconds=1), end))


def table(year: Year) -> str:
    """The figures in Markdown."""
    columns = ["slots", "begun", "begun twice", "gone on with", "unaccounted"]
    outcomes = sorted({key for _, counted in year.rows for key in counted} - set(columns))
    heads = ["schedule", *columns, *outcomes]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [f"| `{name}` | {' | '.join(str(counted[key]) for key in heads[1:])} |" for name, counted in year.rows]
    total: Counter[str] = sum((counted for _, counted in year.rows), Counter())
    lines.append(f"| all | {' | '.join(str(total[key]) for key in heads[1:])} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Simulate, print, and write the document where asked; 1 where something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        history.setup(str(Path(folder) / "khien.sqlite3"))
        history.migrate()
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        year = simulate(chosen.days, chosen.seed, schedules_of())
        history.close()
    told = ", ".join(f"{what}: {number}" for what, number in sorted(year.faults.items()))
    print(f"{year.days} days, seed {chosen.seed}; {year.steps} steps; faults: {told}\n\n{table(year)}")
    print("resident memory:", ", ".join(f"{taken / 1e6:.1f} MB after {runs} scans" for runs, taken in year.memory))
    for each in year.problems:
        print(each)
    print(f"{len(year.problems)} problems")
    return 1 if year.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
