"""An instance keeps its age until a scan has shown it gone, and for ninety days after that."""

from datetime import date, datetime, timedelta

import pytest

from checks.model.finding import Finding, Verdict
from history.ages import Ages, Judged
from history.store import Recorder
from tests.history.samples import START, finding, open_run

FIRST = date(2026, 1, 5)
ASSET, CONTROL = "cong-so-mau", "TLS-12"
KEY = "127.0.0.11:443/tls1_0"
AGE = {(ASSET, CONTROL, KEY): FIRST}


def failing(*keys: str, gaps: int = 0, asset: str = ASSET) -> Finding:
    return finding(CONTROL, asset=asset, ages=dict.fromkeys(keys or (KEY,), FIRST), gaps=gaps)


def other(verdict: Verdict) -> Finding:
    return finding(CONTROL, verdict)


def handed_on(recorder: Recorder, *before: tuple[int, Finding | None]) -> dict[tuple[str, str, str], date]:
    """What runs so many days ago, oldest first, hand on to a run at START; None: the run was abandoned."""
    for days, said in before:
        started = START - timedelta(days=days)
        run = open_run(recorder, started=started)
        if said is None:
            recorder.abandon(run, "", started)
        else:
            recorder.finish(run, [said], started)
    return recorder.first_seen(open_run(recorder))


def test_nothing_comes_of_nothing(recorder: Recorder) -> None:
    assert handed_on(recorder) == {}


def test_a_fault_of_the_last_run_keeps_its_age(recorder: Recorder) -> None:
    assert handed_on(recorder, (7, failing())) == AGE


def test_a_fault_without_an_age_starts_with_its_run(recorder: Recorder) -> None:
    first = finding(CONTROL, ages={KEY: FIRST})
    bare = Finding(
        **{
            name: getattr(first, name)
            for name in ("asset", "agency", "control", "check", "check_version", "policy", "severity", "verdict")
        },
        reason="not_met",
        instances=tuple(type(each)(each.key, each.reason) for each in first.instances),
    )
    assert handed_on(recorder, (7, bare)) == {(ASSET, CONTROL, KEY): (START - timedelta(days=7)).date()}


def test_a_long_silence_keeps_the_age(recorder: Recorder) -> None:
    """Nobody looked for two years: that does not close anything."""
    assert handed_on(recorder, (730, failing())) == AGE


@pytest.mark.parametrize("days", [1, 400])
def test_a_look_that_could_not_assess_keeps_the_age(recorder: Recorder, days: int) -> None:
    assert handed_on(recorder, (500, failing()), (days, other("not_assessable"))) == AGE


@pytest.mark.parametrize("verdict", ["pass", "not_applicable"])
def test_seen_again_within_ninety_days_of_its_fix_keeps_the_age(recorder: Recorder, verdict: Verdict) -> None:
    assert handed_on(recorder, (300, failing()), (90, other(verdict)), (1, other(verdict))) == AGE


def test_seen_again_later_than_that_is_new(recorder: Recorder) -> None:
    assert handed_on(recorder, (92, failing()), (91, other("pass")), (1, other("pass"))) == {}


def test_another_fault_of_the_same_control_is_a_fix_of_this_one(recorder: Recorder) -> None:
    assert handed_on(recorder, (200, failing()), (100, failing("other"))) == {(ASSET, CONTROL, "other"): FIRST}


def test_a_look_that_missed_a_place_closes_nothing(recorder: Recorder) -> None:
    found = handed_on(recorder, (200, failing()), (100, failing("other", gaps=1)))
    assert found == {**AGE, (ASSET, CONTROL, "other"): FIRST}


def test_runs_that_were_not_finished_say_nothing(recorder: Recorder) -> None:
    assert handed_on(recorder, (100, failing()), (50, None)) == AGE


def test_a_run_of_another_asset_says_nothing_of_this_one(recorder: Recorder) -> None:
    found = handed_on(recorder, (400, failing()), (100, failing("other", asset="trang-xa")))
    assert found == {**AGE, ("trang-xa", CONTROL, "other"): FIRST}


def test_later_runs_hand_on_nothing(recorder: Recorder) -> None:
    run = open_run(recorder)
    later = open_run(recorder, started=START + timedelta(days=1))
    recorder.finish(later, [failing()], START + timedelta(days=1))
    assert recorder.first_seen(run) == {}


def test_the_ages_of_chosen_assets(recorder: Recorder) -> None:
    started = START - timedelta(days=1)
    run = open_run(recorder, started=started)
    recorder.finish(run, [failing(), failing(asset="trang-xa")], started)
    now = open_run(recorder)
    assert recorder.first_seen(now, ["trang-xa", "unknown"]) == {("trang-xa", CONTROL, KEY): FIRST}
    assert recorder.first_seen(now, []) == {}
    assert len(recorder.first_seen(now)) == 2


def test_a_key_as_only_a_server_sends_it_comes_back(recorder: Recorder) -> None:
    key = 'x\x00"\\u0000\\ ớ' + "long" * 3000
    assert handed_on(recorder, (7, failing(key))) == {(ASSET, CONTROL, key): FIRST}


def test_the_walk_back_ends_where_nothing_more_can_come() -> None:
    at = datetime(2026, 11, 23, tzinfo=START.tzinfo)
    walk = Ages(at)
    passed = Judged(ASSET, CONTROL, "pass", 0)
    assert walk.add(at - timedelta(days=7), [passed]) == frozenset()
    assert walk.add(at - timedelta(days=91), [passed]) == {ASSET}
    unknown = Judged(ASSET, "HDR-HSTS", "not_assessable", 1)
    assert walk.add(at - timedelta(days=98), [passed, unknown]) == frozenset()
