"""`schedules:` as people write them: strict, every fault at its place."""

from pathlib import Path

import pytest

from policies.strict_yaml import InputErrors
from scanner.cli.config import read_config

GOOD = "  - {name: a, what: {estate: true}, every: hour}\n"


def faults(folder: Path, text: str) -> list[str]:
    (folder / "khien.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_config(folder / "khien.yaml")
    return [f"{each.place} {each.message.en}" for each in caught.value.errors]


def fault(folder: Path, key: str, value: str) -> str:
    given = {"name": "b", "what": "{estate: true}", "every": "day at 22:30", key: value}
    entry = "".join(f"    {each}: {text}\n" for each, text in given.items())
    (one,) = faults(folder, f"schedules:\n{GOOD}  -\n{entry}")
    line = one.split(":")[0]
    # A fault of the entry as a whole is told at its start.
    assert int(line) == 4 + (list(given).index(key) if f".{key}" in one or "duplicate" in one else 0), one
    return one


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("name", "a", "duplicate name: 'a'"),
        ("name", "Đêm", "does not match"),
        ("what", "{}", "either 'estate: true'"),
        ("what", "{estate: true, tags: [x]}", "either 'estate: true'"),
        ("what", "{estate: false}", "allowed values"),
        ("what", "{agencies: []}", "at least 1"),
        ("what", "{agency: [so-mau]}", "unknown key"),
        ("every", "day at 24:00", "'day at 24:00' is none of"),
        ("every", "day", "is none of"),
        ("every", "Day at 22:30", "is none of"),
        ("every", "day at 22:30 ", "is none of"),
        ("every", "funday at 22:30", "no day 'funday'"),
        ("every", "day,monday at 22:30", "no day 'day'"),
        ("every", "month on 32 at 22:30", "no month has a day 32"),
        ("every", "month on 0 at 22:30", "is none of"),
        ("every", "22", "a string is needed"),
        ("timezone", "Asia/Hanoi", "unknown time zone"),
        ("timezone", "localtime", "'localtime' is not the name of one time zone"),
        ("timezone", "right/Asia/Ho_Chi_Minh", "is not the name of one time zone"),
        ("windows", '["22:00-24:00"]', "is none of"),
        ("windows", '["sun 22:00-23:00"]', "no day 'sun'"),
        ("windows", '["06:00-07:00"]', "every never falls inside windows"),
        ("blackouts", "[{name: x, from: 2026-02-02, until: 2026-02-01}]", "until is before from"),
        ("blackouts", "[{name: x, from: 31/12/2026}]", "a date like"),
        ("blackouts", "[{name: x, from: 2026-02-01, until: 9999-12-31}]", "days from 2000-01-01 to 2999-12-31"),
        ("blackouts", "[{name: x, from: 0001-01-01, until: 2026-02-01}]", "days from 2000-01-01 to 2999-12-31"),
        ("jitter_minutes", "-1", "less than 0"),
        ("at_most_minutes", "0", "less than 1"),
        ("catch_up", "twice", "allowed values"),
        ("overrun", "kill", "allowed values"),
        ("need", "yes", "true or false"),
        ("jiter_minutes", "3", "unknown key"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, key: str, value: str, said: str) -> None:
    if value.startswith('"') or value.endswith(" "):
        value = f'"{value}"'
    assert said in fault(tmp_path, key, value)


def test_jitter_stays_below_the_distance_of_hourly_slots(tmp_path: Path) -> None:
    text = "schedules:\n  - {name: a, what: {estate: true}, every: hour, jitter_minutes: 60}\n"
    assert faults(tmp_path, text) == ["2:5 schedules.0: jitter_minutes is below 60 where every is hour"]


def test_common_blackouts_hold_for_every_schedule(tmp_path: Path) -> None:
    own = "  - {name: b, what: {estate: true}, every: hour, blackouts: [{name: c, from: 2026-01-01}]}\n"
    text = f"schedules:\n{GOOD}{own}blackouts: [{{name: d, from: 2026-02-01, until: 2026-02-03}}]\n"
    (tmp_path / "khien.yaml").write_text(text)
    found = read_config(tmp_path / "khien.yaml").schedules
    assert [[each.name for each in one.blackouts] for one in found] == [["d"], ["d", "c"]]
    assert found[1].blackouts[1].last == found[1].blackouts[1].first


def test_only_what_settles_its_slots_makes_it_another_schedule(tmp_path: Path) -> None:
    def written(entry: str) -> str:
        (tmp_path / "khien.yaml").write_text(f"schedules:\n  - {entry}\n")
        return read_config(tmp_path / "khien.yaml").schedules[0].written

    first = written("{name: a, what: {estate: true}, every: day at 22:30}")
    assert written("{name: a, what: {tags: [x]}, every: day at 22:30, quick: true, jitter_minutes: 5}") == first
    assert written("{name: a, what: {estate: true}, every: day at 22:31}") != first
