"""What is told in brief of findings says the same as they do; where only other evidence was seen it costs nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from checks.compare import Side, compare, first_seen_before
from checks.model.brief import Brief
from checks.model.finding import VERDICTS, Finding, Gap, Verdict
from checks.score import counted
from history import brief, briefs, models, records, sealed
from history.errors import Damaged
from history.failing import failing
from history.store import Recorder
from tests.history.samples import FINDINGS, NOISE, START, finding, whole_run
from tests.history.tampering import execute, tampering

DAY = date(2026, 11, 23)
AGES: tuple[dict[str, date], ...] = ({}, {NOISE: DAY}, {NOISE: DAY - timedelta(days=9), "b": DAY}, {"b": DAY})


def variants() -> Iterable[Finding]:
    """One control in many states: all that comparing looks at, and some that it does not."""
    for verdict in VERDICTS:
        yield from (of(verdict), replace(of(verdict), gaps=(Gap("dns:a.example", "timed_out"),)))
        yield replace(of(verdict), announced=DAY)
        yield replace(of(verdict), evidence=(replace(of(verdict).evidence[0], observation="sha256:" + "1" * 64),))
        yield replace(of(verdict), check_version=7)
        yield replace(of(verdict), waiver=None, params={"x": NOISE})
    yield from (finding("TLS-12", "fail", ages=ages) for ages in AGES)


def of(verdict: Verdict) -> Finding:
    return finding("TLS-12", verdict)


def test_two_findings_compare_alike_whole_and_in_brief() -> None:
    told = 0
    for old, new in product(variants(), repeat=2):
        whole = compare(Side((old,)), Side((new,)), first_seen_before([new], DAY))
        before, after = in_brief(old), in_brief(new)
        assert compare(Side(before), Side(after), first_seen_before(after, DAY)) == whole
        told += whole[0].kind != "unchanged"
    assert told > 100


def in_brief(*findings: Finding) -> tuple[Brief, ...]:
    lines = sealed.lines(brief.said_bytes(findings))
    return briefs.parsed(findings[0].asset, lines, brief.grounds_text(findings))


def test_counts_by_control_are_those_of_the_findings(recorder: Recorder) -> None:
    run = whole_run(recorder)
    told = recorder.by_control(run)
    assert told.keys() == {each.agency for each in FINDINGS}
    for agency, controls in told.items():
        own = [each for each in FINDINGS if each.agency == agency]
        for key in {(each.policy, each.control) for each in own}:
            assert controls[key] == Counter(counted(each) for each in own if (each.policy, each.control) == key)
        assert sum(sum(each.values()) for each in controls.values()) == len(own)
        assert records.tallies(run)[agency] == Counter(map(counted, own))
    assert recorder.by_control(run, agency="xa-mau") == {"xa-mau": told["xa-mau"]}
    short = {(agency, asset, each.control, each.due) for agency, asset, each in failing(run)}
    assert short == {(each.agency, each.asset, each.control, each.due) for each in FINDINGS if each.verdict == "fail"}


def test_where_only_other_evidence_was_seen_nothing_is_told_anew(recorder: Recorder) -> None:
    seen = finding("TLS-12")
    whole_run(recorder, (seen,))
    before = models.Brief.objects.get(told=briefs.index(_names(recorder))[_names(recorder)[0]].told)
    other = replace(seen, evidence=(replace(seen.evidence[0], observation="sha256:" + "0" * 64),))
    whole_run(recorder, (other,), START + timedelta(days=7))
    after = briefs.index(_names(recorder))
    assert len(after) == 2
    assert {each.told for each in after.values()} == {before.told_id}
    assert len({each.grounds for each in after.values()}) == 2


def _names(recorder: Recorder) -> list[str]:
    return [each.findings for each in recorder.readings(recorder.finished_runs())]


def test_what_is_missing_or_of_another_form_is_damage(recorder: Recorder) -> None:
    run = whole_run(recorder)
    with tampering():
        execute("UPDATE history_brief SET told_id = (SELECT opening_id FROM history_run)")
        for ask in (recorder.by_control, lambda run: failing(run, ["so-mau"])):
            with pytest.raises(Damaged):
                ask(run)
        execute("DELETE FROM history_brief")
        with pytest.raises(Damaged):
            recorder.by_control(run)
