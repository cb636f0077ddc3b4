"""khien schedule next and list."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.command import asset_row, done, khien, write_workspace
from tests.cli.conftest import POLICY


def workspace(folder: Path, schedules: str, more: str = "") -> Path:
    write_workspace(folder, asset_row("a", 4443, ", tags: [portal]"), POLICY, f"schedules:\n{schedules}{more}")
    return folder


def test_the_coming_week_is_shown_by_local_time(tmp_path: Path) -> None:
    folder = workspace(
        tmp_path / "w", '  - {name: dem, what: {estate: true}, every: day at 22:30, windows: ["22:00-05:00"]}\n'
    )
    found = khien("schedule", "next", "--json", folder=folder).json()
    starts = [datetime.fromisoformat(each["start"]) for each in found]
    assert len(starts) == 7
    assert all(each.utcoffset() == timedelta(hours=7) and f"{each:%H:%M}" == "22:30" for each in starts)
    assert starts == sorted(starts)
    assert starts[0] > datetime.now(UTC) - timedelta(minutes=10)
    ends = [datetime.fromisoformat(each["until"]) for each in found]
    assert [end - start for start, end in zip(starts, ends, strict=True)] == [timedelta(hours=6.5)] * 7
    shown = khien("schedule", "next", "--days", "2", folder=folder).out
    assert shown.count("dem") == 2
    assert f"{starts[0]:%Y-%m-%d} 22:30 +07" in shown
    assert f"{ends[0]:%Y-%m-%d} 05:00" in shown


def test_a_blackout_is_named_and_what_becomes_of_its_slots(tmp_path: Path) -> None:
    today = datetime.now(UTC) + timedelta(hours=7)
    first, last = today + timedelta(days=1), today + timedelta(days=2)
    folder = workspace(
        tmp_path / "w",
        "  - {name: cho, what: {tags: [portal]}, every: day at 12:00}\n"
        "  - {name: bo, what: {zones: [internet]}, every: day at 12:00, catch_up: skip}\n",
        f"blackouts: [{{name: Tết, from: {first:%Y-%m-%d}, until: {last:%Y-%m-%d}}}]\n",
    )
    found = khien("schedule", "next", "--json", folder=folder).json()
    tet = [each for each in found if each["blackout"]]
    assert {each["blackout"] for each in tet} == {"Tết"}
    assert [each["start"][:10] for each in tet] == [f"{first:%Y-%m-%d}"] * 2 + [f"{last:%Y-%m-%d}"] * 2
    after = (last + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00+07:00")
    assert [each["waits_until"] for each in tet if each["schedule"] == "cho"] == [after, None]
    assert [each["waits_until"] for each in tet if each["schedule"] == "bo"] == [None, None]
    shown = khien("schedule", "next", folder=folder).out
    assert shown.count("blackout (Tết), waits until") == 1
    assert shown.count("blackout (Tết), skipped") == 3


def test_a_schedule_of_what_there_is_not_is_an_error_at_its_place(tmp_path: Path) -> None:
    folder = workspace(
        tmp_path / "w",
        "  - name: dem\n    what: {agencies: [so-mua], tags: [portal, protal]}\n    every: hour\n"
        "  - name: ngay\n    what: {policies: [smal], zones: [inner]}\n    every: hour\n",
    )
    ended = khien("schedule", "next", folder=folder)
    assert ended.status == 2
    places = [each.partition("khien.yaml:")[2].split(": ")[0] for each in ended.err.splitlines()]
    assert places == ["5:23", "5:47", "8:38", "8:23"]
    assert "is it 'so-mau'?" in ended.err
    assert "is it 'small'?" in ended.err


def test_without_schedules_there_is_nothing_to_show(tmp_path: Path) -> None:
    write_workspace(tmp_path / "w", asset_row("a", 4443), POLICY)
    assert done("schedule", "next", "--json", "--config", tmp_path / "w" / "khien.yaml").json() == []
