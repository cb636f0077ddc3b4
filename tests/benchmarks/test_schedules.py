"""Some weeks of the simulated year, and a few kills of the fifty: the benchmarks show the rest."""

import random
from pathlib import Path

from pytest_django import DjangoDbBlocker

import history
from benchmarks import schedule_kill, schedule_year
from demo.estate import running_estate


def test_every_slot_is_accounted_for_and_none_runs_twice(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        history.setup(str(tmp_path / "khien.sqlite3"))
        history.migrate()
        year = schedule_year.simulate(8, 3, schedule_year.schedules_of())
        history.close()
    assert year.problems == []
    totals = {name: counted for name, counted in year.rows}
    assert totals["hang-dem"]["slots"] == 8
    assert sum(counted["begun"] for counted in totals.values()) > 60
    assert all(counted["begun twice"] == counted["unaccounted"] == 0 for counted in totals.values())
    assert set(year.faults) == set(schedule_year.FAULTS_A_YEAR)


def test_a_slot_that_runs_twice_would_be_told(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    """The check itself: a daemon that forgets what history says."""
    with django_db_blocker.unblock():
        history.setup(str(tmp_path / "khien.sqlite3"))
        history.migrate()
        chosen = schedule_year.schedules_of()[:1]
        schedule_year.simulate(2, 3, chosen)
        from history import operations

        (first, *_) = operations.slots("hang-dem", schedule_year.START, schedule_year.START + 9 * schedule_year.DAY)
        for step in ("begun", "finished"):
            schedule_year.add(first.first.subject, step, schedule_year.START, run="another")
        problems: list[str] = []
        found = operations.slots("hang-dem", schedule_year.START, schedule_year.START + schedule_year.DAY)
        until = schedule_year.START + schedule_year.DAY
        counted = schedule_year._counted(chosen[0], found, schedule_year.START, until, problems)
        gone = schedule_year._counted(chosen[0], (), schedule_year.START, until, problems)
        history.close()
    assert counted["begun twice"] == 1
    assert gone["unaccounted"] == 1
    assert len(problems) == 2


def test_what_a_killed_daemon_recorded_is_kept_and_no_slot_runs_twice(tmp_path: Path) -> None:
    with running_estate(tmp_path):
        config = tmp_path / "khien.yaml"
        schedule_kill.prepare(config, 2, "so-mau-mot")
        found = schedule_kill.run(config, 4, random.Random(1), 5.0)
    assert found.kills == 4
    assert found.rows > 0
    assert (found.lost, found.twice, found.unfinished) == (set(), [], [])
    assert (found.slots, found.runs, found.verified) == (2, 2, True)
