"""What finished runs said of assets, by digest; and acts up to a moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from checks.model.brief import Brief
from checks.model.fault import Acknowledgement
from checks.model.finding import Finding
from checks.score import Counted
from history import brief, briefs, matters, sealed
from history.facts import FinishedRun
from history.readings import differing, latest, spells, state
from history.store import Recorder
from tests.history.samples import NOISE, START, WAIVER, finding, open_run, whole_run

PORTAL, PAGE = "cong-so-mau", "trang-xa"
DAY = timedelta(days=1)


def page() -> Finding:
    return finding("TLS-12", "pass", asset=PAGE, agency="xa-mau")


def week(recorder: Recorder) -> list[str]:
    """Four runs: a scan of both, one of the portal, a recheck of one control of it, and one that is open."""
    both = (finding("TLS-12", ages={"a": date(2026, 11, 23)}), finding("HDR-HSTS", "pass"), page())
    made = [whole_run(recorder, both), whole_run(recorder, both[:2], START + DAY)]
    made.append(whole_run(recorder, (finding("TLS-12", "pass"),), START + 2 * DAY, "recheck"))
    open_run(recorder, started=START + 3 * DAY)
    return made


def test_finished_runs_are_those_that_had_finished_by_a_moment(recorder: Recorder) -> None:
    made = week(recorder)
    found = recorder.finished_runs()
    assert [each.id for each in found] == made[::-1]
    assert [each.whole for each in found] == [False, True, True]
    assert [each.id for each in recorder.finished_runs(until=START + DAY)] == [made[0]]
    assert [each.id for each in recorder.finished_runs(until=START + DAY + timedelta(minutes=1))] == made[1::-1]
    assert [each.id for each in recorder.finished_runs(since=START + DAY)] == made[:0:-1]
    assert [each.id for each in recorder.runs(ended_by=START + DAY)] == [made[0]]


def test_equal_digests_are_equal_findings_and_each_is_read_once(recorder: Recorder) -> None:
    made = week(recorder)
    told = list(recorder.readings(recorder.finished_runs()))
    assert [(each.run.id, each.asset, each.agency) for each in told] == [
        (made[2], PORTAL, "so-mau"),
        (made[1], PORTAL, "so-mau"),
        (made[0], PORTAL, "so-mau"),
        (made[0], PAGE, "xa-mau"),
    ]
    assert len({each.findings for each in told}) == 3
    assert told[1].findings == told[2].findings
    bodies = recorder.findings_of(told)
    assert {each.findings for each in told} == bodies.keys()
    for each in told:
        assert bodies[each.findings] == recorder.findings(each.run.id, asset=each.asset)


def test_readings_of_agencies_and_of_assets(recorder: Recorder) -> None:
    week(recorder)
    runs = recorder.finished_runs()
    for chosen, found in (
        ({"agencies": ["xa-mau"]}, {PAGE}),
        ({"assets": [PORTAL]}, {PORTAL}),
        ({"agencies": ["xa-mau"], "assets": [PORTAL, PAGE]}, {PAGE}),
        ({"agencies": ["xa-mau", "so-mau"], "assets": [PORTAL]}, {PORTAL}),
        ({"agencies": ["khac"]}, set()),
    ):
        told = list(recorder.readings(runs, **chosen))
        assert {each.asset for each in told} == found
        assert len(told) == len(set(told))


def test_a_state_is_the_latest_scan_of_each_asset_under_the_rechecks_since(recorder: Recorder) -> None:
    made = week(recorder)
    told = latest(recorder.readings(recorder.finished_runs()), {PORTAL, PAGE, "khac"})
    found = state(told, recorder.findings_of(each for own in told.values() for each in own))
    assert {asset: run.id for asset, run in found.runs.items()} == {PORTAL: made[1], PAGE: made[0]}
    assert [(each.asset, each.control, each.verdict) for each in found.findings] == [
        (PORTAL, "HDR-HSTS", "pass"),
        (PORTAL, "TLS-12", "pass"),
        (PAGE, "TLS-12", "pass"),
    ]
    assert {key: run.id for key, run in found.told_by.items()} == {
        (PORTAL, "HDR-HSTS"): made[1],
        (PORTAL, "TLS-12"): made[2],
        (PAGE, "TLS-12"): made[0],
    }


def test_no_earlier_run_is_read_once_every_asset_is_told_of(recorder: Recorder) -> None:
    week(recorder)
    last = whole_run(recorder, (finding("TLS-12"),), START + 4 * DAY)
    asked = []

    def runs() -> Iterator[FinishedRun]:
        for each in recorder.finished_runs():
            asked.append(each.id)
            yield each

    assert set(latest(recorder.readings(runs()), {PORTAL})) == {PORTAL}
    assert asked == [last]


def test_a_recheck_by_another_policy_is_no_look(recorder: Recorder) -> None:
    first = whole_run(recorder, (finding("TLS-12"),))
    whole_run(recorder, (replace(finding("TLS-12", "pass"), policy="khac"),), START + DAY, "recheck")
    told = latest(recorder.readings(recorder.finished_runs()), {PORTAL})
    found = state(told, recorder.findings_of(each for own in told.values() for each in own))
    assert {key: run.id for key, run in found.told_by.items()} == {(PORTAL, "TLS-12"): first}


def test_runs_that_say_the_same_are_one_spell(recorder: Recorder) -> None:
    made = week(recorder)
    portal, other = spells(recorder.readings(reversed(recorder.finished_runs())))
    assert [(each.asset, each.first_run, each.last_run, each.whole) for each in (*portal, *other)] == [
        (PORTAL, made[0], made[1], True),
        (PORTAL, made[2], made[2], False),
        (PAGE, made[0], made[0], True),
    ]
    assert (portal[0].first, portal[0].last) == (START, START + DAY)
    assert portal[0].findings == recorder.findings(made[0], asset=PORTAL)
    assert portal[1].findings == recorder.findings(made[2], asset=PORTAL)


def in_brief(*findings: Finding) -> tuple[Brief, ...]:
    lines = sealed.lines(brief.said_bytes(findings))
    return briefs.parsed(findings[0].asset, lines, brief.grounds_text(findings))


def test_of_two_scans_only_what_differs_is_read(recorder: Recorder) -> None:
    seen = finding("HDR-HSTS", "pass")
    again = replace(seen, evidence=(replace(seen.evidence[0], observation="sha256:" + "0" * 64),))
    changed, fixed = finding("TLS-12", ages={NOISE: date(2026, 11, 23)}), finding("TLS-12", "pass")
    whole_run(recorder, (seen, changed, page()))
    whole_run(recorder, (again, fixed, page()), START + DAY)
    after, before = ({each.asset: (each,) for each in recorder.readings([run])} for run in recorder.finished_runs())
    found = differing(before, after)
    assert {name: told[0].run.started for name, told in before.items()} == {PORTAL: START, PAGE: START}
    assert found == {before[PORTAL][0].findings: in_brief(changed), after[PORTAL][0].findings: in_brief(fixed)}
    everything = recorder.findings_of(each for told in before.values() for each in told)
    assert differing(before, {}) == {name: in_brief(*told) for name, told in everything.items()}
    assert differing(before, before) == {}
    assert differing(before, before, everything=True) == differing(before, {})
    twice = {**after, PORTAL: (*after[PORTAL], *before[PORTAL])}
    assert differing(before, twice).keys() == found.keys()
    assert differing(before, twice)[after[PORTAL][0].findings] == in_brief(again, fixed)


def test_a_series_takes_agencies_together(recorder: Recorder) -> None:
    made = week(recorder)
    runs = recorder.finished_runs()
    both = recorder.series(runs, ["so-mau", "xa-mau"])
    assert [each.run.id for each in both] == made[::-1]
    assert both[2].tally == recorder.tally(made[0])
    assert [each.run.id for each in recorder.series(runs, ["xa-mau"])] == [made[0]]
    assert recorder.series(runs, ["xa-mau"])[0].tally == {Counted("pass", "high", False, False): 1}
    assert recorder.series(runs, None)[0].tally == recorder.tally(made[2])


def test_acts_up_to_a_moment(recorder: Recorder) -> None:
    asked = replace(WAIVER, id="w-1", approved_by="")
    matters.ask(asked, START)
    matters.grant("w-1", "tinh-mau", START + DAY, asked)
    matters.withdraw("w-1", "so-mau", START + 2 * DAY, "Đã sửa")
    states = [[each.state for each in matters.waiver_cases(START + day * DAY)] for day in (-1, 0, 1, 2)]
    assert states == [[], ["asked"], ["granted"], ["withdrawn"]]
    assert [len(recorder.granted_waivers(START + day * DAY)) for day in (0, 1, 2)] == [0, 1, 0]
    assert recorder.disputes(START) == ()


def test_acknowledgements_are_acts_in_a_chain(recorder: Recorder) -> None:
    first = Acknowledgement(PORTAL, "TLS-12", (("a\x00", date(2026, 11, 1)),), "so-mau", START, date(2026, 12, 24))
    later = replace(first, at=START + DAY, planned=date(2027, 1, 24), note="Chờ máy chủ")
    other = replace(first, control="HDR-HSTS")
    for each in (first, later, other):
        matters.acknowledge(each)
    assert matters.acknowledgements() == {first.id: (first, later), other.id: (other,)}
    assert matters.acknowledgements(START) == {first.id: (first,), other.id: (other,)}
    assert list(matters.verify()) == []
    assert matters.waiver_cases() == () and matters.disputes() == ()


def test_a_run_that_was_gone_on_with_later_changes_nothing_of_an_earlier_report(recorder: Recorder) -> None:
    late = open_run(recorder)
    second = whole_run(recorder, started=START + DAY)
    before = recorder.earlier(second, 5), recorder.first_seen(second)
    recorder.finish(late, (finding("TLS-12", ages={"x": date(2026, 1, 1)}),), START + 5 * DAY)
    assert (recorder.earlier(second, 5), recorder.first_seen(second)) == before
    third = whole_run(recorder, started=START + 6 * DAY)
    assert [each.id for each in recorder.earlier(third, 5)] == [second, late]
