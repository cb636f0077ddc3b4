"""The lives of faults, and the figures that are made of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from checks.lifetimes import Days, days, statistics
from checks.lives import Spell, lives
from checks.model.fault import Acknowledgement, Fault, acknowledgements_by_fault
from checks.model.finding import Finding, Gap, WaiverNote
from tests.factories import finding, instance

START = datetime(2026, 1, 1, 2, tzinfo=UTC)
HERE = timezone(timedelta(hours=7))
ASSET = "cong-so-mau"


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def on(day: int) -> date:
    return at(day).date()


def failed(*keys: str, first: int = 0, due: int = 30, **overrides: object) -> Finding:
    """A failed finding whose faults were first seen on a day."""
    faults = tuple(instance(each, first_seen=on(first), due=on(due)) for each in keys or ("a",))
    return finding("fail", instances=faults, **overrides)


def spell(day: int, *findings: Finding, last: int | None = None, whole: bool = True) -> Spell:
    """What the runs from one day to another said."""
    end = day if last is None else last
    return Spell(ASSET, findings, f"run-{day}", at(day), f"run-{end}", at(end), whole)


def told(
    spells: Sequence[Spell], day: int, in_use: Sequence[str] = (ASSET,), *acts: Acknowledgement
) -> tuple[Fault, ...]:
    known = acknowledgements_by_fault({"": acts})
    return lives(spells, at(day).astimezone(HERE), in_use, known)


def test_a_fault_is_open_until_a_scan_sees_it_gone() -> None:
    spells = [spell(0, failed(), last=7), spell(14, finding("not_assessable"), last=28)]
    (fault,) = told(spells, 28)
    assert (fault.state, fault.first_seen, fault.last_seen, fault.last_run) == ("open", on(0), at(7), "run-7")
    (fault,) = told([*spells, spell(35, finding("pass"), last=70)], 70)
    assert (fault.state, fault.fixed, fault.fixed_run, fault.last_seen) == ("fixed", at(35), "run-35", at(7))


def test_a_run_that_saw_a_part_closes_nothing() -> None:
    partial = replace(failed("b"), gaps=(Gap("tls:192.0.2.2:443::", "timed_out"),))
    faults = told([spell(0, failed("a", "b")), spell(7, partial)], 7)
    assert [(each.key, each.state, each.last_seen) for each in faults] == [("a", "open", at(0)), ("b", "open", at(7))]
    faults = told([spell(0, failed("a", "b")), spell(7, failed("b"))], 7)
    assert [(each.key, each.state) for each in faults] == [("a", "fixed"), ("b", "open")]


def test_a_fault_that_is_back_keeps_its_age_where_the_run_gave_it() -> None:
    gone = [spell(0, failed()), spell(7, finding("pass"), last=60)]
    (fault,) = told([*gone, spell(67, failed(), last=80)], 80)
    assert (fault.state, fault.first_seen, fault.fixed, fault.seen_again) == ("open", on(0), None, (at(67),))
    (fault,) = told([*gone, spell(67, failed()), spell(74, finding("pass"))], 80)
    assert (fault.state, fault.fixed, fault.seen_again) == ("fixed", at(74), (at(67),))
    forgotten, anew = told([*gone, spell(120, failed(first=120, due=150))], 120)
    assert (forgotten.state, forgotten.fixed, forgotten.seen_again) == ("fixed", at(7), ())
    assert (anew.state, anew.first_seen, anew.due) == ("open", on(120), on(150))


def test_a_recheck_tells_of_its_controls_alone() -> None:
    other = replace(failed("x"), control="TLS-13")
    spells = [spell(0, failed(), other), spell(3, finding("pass"), whole=False)]
    assert [(each.control, each.state) for each in told(spells, 3)] == [("TLS-12", "fixed"), ("TLS-13", "open")]


def test_what_nobody_looks_at_any_more_is_neither_open_nor_fixed() -> None:
    (fault,) = told([spell(0, failed())], 90, in_use=())
    assert (fault.state, fault.overdue) == ("unwatched", False)
    (fault,) = told([spell(0, failed()), spell(7, replace(finding("pass"), control="TLS-13"))], 90)
    assert fault.state == "unwatched"


def test_overdue_after_its_day_by_the_local_calendar_unless_waived_or_announced() -> None:
    assert [told([spell(0, failed())], day)[0].overdue for day in (30, 31)] == [False, True]
    eve = datetime(2026, 1, 31, 18, tzinfo=UTC).astimezone(HERE)  # 1 February there
    assert lives([spell(0, failed())], eve, [ASSET])[0].overdue
    note = WaiverNote("MT-01", on(60), "nguoi-phe-duyet", "Chờ thay thế.")
    assert [told([spell(0, failed(waiver=note))], day)[0].overdue for day in (60, 61)] == [False, True]
    (fault,) = told([spell(0, failed(announced=on(90)))], 50)
    assert (fault.overdue, fault.counts) == (False, False)


def test_an_acknowledgement_is_of_that_fault_and_the_latest_holds() -> None:
    first = Acknowledgement(ASSET, "TLS-12", (("a", on(0)),), "so-mau", at(1), on(20))
    later = replace(first, at=at(2), planned=on(40))
    anew = spell(120, failed(first=120))
    spells = [spell(0, failed("a", "b")), spell(7, finding("pass")), anew]
    faults = told(spells, 120, [ASSET], first, later)
    assert [(each.key, each.first_seen, each.acknowledged) for each in faults] == [
        ("a", on(0), later),
        ("a", on(120), None),
        ("b", on(0), None),
    ]
    assert len(first.id) == 40


def test_figures_of_days() -> None:
    assert days([]) == Days(0, None, None)
    assert days([5]) == Days(1, 5, 5)
    assert days(range(1, 11)) == Days(10, 5, 9)
    assert days([1, 2, 100]) == Days(3, 2, 100)


def test_statistics_are_of_a_period_and_count_each_fault_once() -> None:
    ack = Acknowledgement(ASSET, "TLS-12", (("b", on(0)),), "so-mau", at(1), on(20))
    spells = [
        spell(0, failed("a", "b", "c")),
        spell(10, failed("b", "c")),
        spell(40, failed("b"), replace(failed("x", first=40, due=70), control="HDR", severity="low")),
        spell(
            50,
            replace(failed("b"), agency="so-khac"),
            replace(failed("x", first=40, due=70), control="HDR", severity="low"),
        ),
    ]
    faults = told(spells, 60, [ASSET], ack)
    found = statistics(faults, None, at(60).astimezone(HERE))
    assert found.whole.open == Days(2, 20, 60)
    assert (found.whole.overdue, found.whole.acknowledged, found.whole.seen_again) == (1, 1, 0)
    assert found.whole.fixed == Days(2, 10, 40)
    assert found.by_severity["low"].open == Days(1, 20, 20)
    assert {name: each.open.count for name, each in found.by_agency.items()} == {"so-khac": 1, "so-mau": 1}
    late = statistics(faults, on(20), at(60).astimezone(HERE))
    assert late.whole.fixed == Days(1, 40, 40)
    assert late.since == on(20)
