"""Everything that is remembered comes back as it was, once, and in order."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import combinations
from typing import Any

import pytest

from checks.model.canonical import digest, dump
from checks.model.evidence import DnsObservation, observation_digest
from checks.model.finding import EvidenceRef
from checks.model.target import DnsTarget, PortsTarget, Target
from checks.score import Counted, counted
from history import merkle, models, records
from history.errors import Damaged, NotStored, RunEnded, UnknownRun
from history.facts import RunRow
from history.store import Recorder
from tests.history.samples import (
    EVIDENCE,
    FINDINGS,
    OBSERVATIONS,
    POLICY,
    SOURCE,
    START,
    WAIVER,
    evidence,
    finding,
    open_run,
    whole_run,
)
from tests.history.tampering import execute, tampering


def test_what_a_run_starts_from_comes_back(recorder: Recorder) -> None:
    run = open_run(recorder)
    assert recorder.plan(run) == tuple(OBSERVATIONS)
    assert recorder.inventory(run) == b'{"agencies":[]}'
    assert recorder.policies(run) == {POLICY.id: POLICY, "other": replace(POLICY, id="other")}
    assert recorder.policy_sources(run) == {POLICY.id: {"nghe-an-web.yaml": SOURCE, "vn-web-baseline.yaml": ""}}
    assert recorder.waivers(run) == (WAIVER,)


def test_every_kind_of_evidence_comes_back(recorder: Recorder) -> None:
    run = open_run(recorder)
    assert [recorder.record(run, each) for each in EVIDENCE] == [True] * len(EVIDENCE)
    assert recorder.evidence(run) == {each.sighting.target.key: each for each in EVIDENCE}
    assert recorder.evidence(run).keys() == {target.key for target in OBSERVATIONS}


def test_a_batch_is_recorded_like_its_parts(recorder: Recorder) -> None:
    run = open_run(recorder)
    recorder.record(run, EVIDENCE[0])
    assert recorder.record_all(run, [*EVIDENCE, EVIDENCE[1]]) == len(EVIDENCE) - 1
    assert list(recorder.evidence(run).values()) == list(EVIDENCE)
    assert recorder.verify(run) == []


def test_a_second_look_at_a_target_changes_nothing(recorder: Recorder) -> None:
    run = open_run(recorder)
    target = DnsTarget("a.example")
    first, second = (evidence(target, DnsObservation((address,))) for address in ("127.0.0.1", "127.0.0.2"))
    assert recorder.record(run, first)
    head = recorder.run(run).head
    assert not recorder.record(run, first)
    assert not recorder.record(run, second)
    assert recorder.evidence(run) == {target.key: first}
    assert recorder.run(run).head == head
    assert recorder.verify(run) == []


def test_evidence_that_names_another_observation_is_refused(recorder: Recorder) -> None:
    run = open_run(recorder)
    wrong = replace(EVIDENCE[0], observation=DnsObservation(("127.0.0.99",)))
    with pytest.raises(Damaged):
        recorder.record(run, wrong)
    assert recorder.evidence(run) == {}


def test_times_of_any_zone_are_the_same_evidence(recorder: Recorder) -> None:
    run = open_run(recorder)
    local = START.astimezone(timezone(timedelta(hours=7)))
    there = evidence(DnsTarget("a.example"), DnsObservation(()), started=local)
    recorder.record(run, there)
    assert recorder.evidence(run)["dns:a.example"] == there
    assert recorder.verify(run) == []
    naive = evidence(DnsTarget("b.example"), DnsObservation(()), started=START.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        recorder.record(run, naive)


def test_what_dns_adds_is_planned_once(recorder: Recorder) -> None:
    run = open_run(recorder, plan=[DnsTarget("a.example")])
    addition: list[Target] = [PortsTarget("127.0.0.1", "22"), DnsTarget("a.example"), PortsTarget("127.0.0.2", "22")]
    recorder.extend_plan(run, addition)
    recorder.extend_plan(run, addition)
    assert recorder.plan(run) == (DnsTarget("a.example"), addition[0], addition[2])
    assert models.ChainEntry.objects.filter(run=run, kind="plan").count() == 1
    assert recorder.verify(run) == []


def test_findings_come_back_in_order(recorder: Recorder) -> None:
    run = whole_run(recorder)
    assert recorder.findings(run) == (FINDINGS[1], FINDINGS[0], FINDINGS[2])
    assert recorder.findings(run, agency="xa-mau") == (FINDINGS[2],)
    assert recorder.findings(run, asset="cong-so-mau") == (FINDINGS[1], FINDINGS[0])
    assert recorder.verify(run) == []


def test_findings_are_counted_by_kind_without_being_read(recorder: Recorder) -> None:
    announced = replace(finding("TLS-13", asset="trang-xa", agency="xa-mau"), announced=date(2027, 1, 1), waiver=None)
    run = whole_run(recorder, (*FINDINGS, announced))
    other = whole_run(recorder, FINDINGS[:2], START + timedelta(days=1))
    with tampering():
        execute(
            "UPDATE history_blob SET body = %s WHERE digest NOT IN (SELECT content_id FROM history_agencyrecord)", [b""]
        )
        assert recorder.tally(run) == {
            Counted("fail", "high", waived=True, announced=False): 1,
            Counted("not_assessable", "high", waived=False, announced=False): 1,
            Counted("pass", "high", waived=False, announced=False): 1,
            Counted("fail", "high", waived=False, announced=True): 1,
        }
        assert (
            recorder.tally(run, assets_of=other) == recorder.tally(other) == dict(Counter(map(counted, FINDINGS[:2])))
        )
        assert recorder.tally(run, agency="xa-mau") == dict(Counter(map(counted, (FINDINGS[2], announced))))
        assert recorder.tally(run, agency="khong-co") == recorder.tally("none") == {}
        assert recorder.agencies(run) == {"so-mau", "xa-mau"}
        assert recorder.agencies(other) == {"so-mau"}


def test_figures_of_a_part_of_an_agency(recorder: Recorder) -> None:
    """Where the agency had other assets in the other run, its findings are counted one by one."""
    more = finding("HDR-CSP", "pass", asset="moi")
    run = whole_run(recorder, (*FINDINGS, more))
    other = whole_run(recorder, FINDINGS, START + timedelta(days=1))
    assert recorder.tally(run, assets_of=other) == dict(Counter(map(counted, FINDINGS)))
    assert recorder.tally(run, agency="so-mau", assets_of=other) == dict(Counter(map(counted, FINDINGS[:2])))
    assert recorder.tally(other, assets_of=run) == recorder.tally(other)


def test_an_asset_belongs_to_one_agency(recorder: Recorder) -> None:
    run = open_run(recorder)
    with pytest.raises(NotStored, match="two agencies"):
        recorder.finish(run, (finding("A"), finding("B", agency="xa-mau")), START)
    assert recorder.run(run).state == "open"


def test_looks_come_back_in_the_order_of_recording(recorder: Recorder) -> None:
    """Whatever their keys, assets and times are: each with its own start, end, connections and tools."""
    looks = [
        replace(
            each,
            sighting=replace(
                each.sighting,
                started=START + timedelta(microseconds=(7 * number) % 5 - 2),
                finished=START + timedelta(seconds=9 - number, microseconds=1),
                connections=number,
                tools={"nmap": f"7.{number}"},
            ),
        )
        for number, each in enumerate(reversed(EVIDENCE))
    ]
    run = open_run(recorder)
    recorder.record_all(run, looks)
    before = recorder.evidence(run)
    facts = recorder.run(run)
    recorder.finish(run, FINDINGS, START)
    assert list(recorder.evidence(run).items()) == list(before.items())
    assert list(before.values()) == looks
    after = recorder.run(run)
    assert (after.tools, after.connections, after.sightings) == (facts.tools, facts.connections, facts.sightings)
    assert after.tools["nmap"] == "7.4"


def test_evidence_of_some_targets(recorder: Recorder) -> None:
    run = whole_run(recorder)
    keys = [each.sighting.target.key for each in EVIDENCE[1:3]]
    assert recorder.evidence(run, [*keys, "tls:192.0.2.9:443::"]) == dict(zip(keys, EVIDENCE[1:3], strict=True))
    assert recorder.evidence(run, ()) == {}
    with pytest.raises(UnknownRun):
        recorder.evidence("none", keys)


def test_where_evidence_is_looked_for_first_makes_no_difference(recorder: Recorder) -> None:
    """Looks of two assets, some of which no finding refers to."""
    first, second, *_ = [each.sighting.target.key for each in EVIDENCE]
    found = [
        replace(FINDINGS[0], asset="a", evidence=(EvidenceRef(first, ""),)),
        replace(FINDINGS[0], asset="b", evidence=(EvidenceRef(second, ""),)),
    ]
    run = whole_run(recorder, [replace(each, instances=(), gaps=()) for each in found])
    for wanted in combinations([*(each.sighting.target.key for each in EVIDENCE[:3]), "dns:none"], 2):
        expected = {each.sighting.target.key: each for each in EVIDENCE if each.sighting.target.key in wanted}
        for near in ("", "a", "b", "none"):
            assert recorder.evidence(run, wanted, near) == expected, (wanted, near)


def test_evidence_of_more_targets_than_one_statement_takes(recorder: Recorder) -> None:
    many = [evidence(DnsTarget(f"a{number}.example"), DnsObservation(())) for number in range(1200)]
    run = open_run(recorder)
    recorder.record_all(run, many)
    keys = [each.sighting.target.key for each in many]
    assert recorder.evidence(run, keys[100:]) == dict(zip(keys[100:], many[100:], strict=True))


def test_what_earlier_runs_started_from(recorder: Recorder) -> None:
    days = [START + timedelta(days=day) for day in range(4)]
    runs = [whole_run(recorder, started=day) for day in days[:2]]
    recorder.abandon(open_run(recorder, started=days[2]), "")
    last = open_run(recorder, started=days[3])
    assert [(each.id, each.started) for each in recorder.earlier(last, 5)] == [(runs[1], days[1]), (runs[0], days[0])]
    assert [each.id for each in recorder.earlier(last, 1)] == runs[1:]
    assert recorder.earlier(last, 1)[0].exclusions == recorder.run(runs[1]).exclusions != ()
    assert recorder.earlier(runs[0], 5) == []
    with pytest.raises(UnknownRun):
        recorder.earlier("none", 5)


def test_many_findings_are_finished_at_once(recorder: Recorder) -> None:
    run = open_run(recorder)
    many = tuple(finding(f"C-{number:04}", "pass", asset=f"a-{number % 7}") for number in range(1500))
    recorder.finish(run, many, START)
    assert recorder.findings(run) == tuple(sorted(many, key=lambda each: (each.asset, each.control)))
    assert recorder.verify(run) == []


def test_the_facts_of_a_finished_run(recorder: Recorder) -> None:
    run = whole_run(recorder)
    leaves = records.entries(run)
    assert recorder.run(run) == RunRow(
        id=run,
        vantage="internet",
        started=START,
        as_of=START,
        state="finished",
        finished=START + timedelta(minutes=1),
        reason="",
        head=merkle.root(leaf.data for leaf in leaves).hex(),
        sightings=5,
        connections=15,
        findings={"fail": 1, "not_assessable": 1, "pass": 1},
        tools={"khien": "0.1.0", "nmap": "7.93", "sslyze": "6.3.1"},
        policies={POLICY.id: digest(dump(POLICY)), "other": digest(dump(replace(POLICY, id="other")))},
        rule_versions={"tls.protocols": 1},
        data_versions={"trust_store.public": "2026.10 sha256:00"},
        exclusions=(("trang-cu", "retired", ""), ("trang-khac", "outside_window", "22:00-05:00")),
    )


def test_an_abandoned_run_is_kept_and_takes_nothing_more(recorder: Recorder) -> None:
    run = open_run(recorder)
    recorder.record(run, EVIDENCE[0])
    recorder.abandon(run, 'dừng khẩn cấp "\\\x00', START)
    facts = recorder.run(run)
    assert (facts.state, facts.reason, facts.finished) == ("abandoned", 'dừng khẩn cấp "\\\x00', START)
    assert recorder.evidence(run).keys() == {EVIDENCE[0].sighting.target.key}
    assert recorder.verify(run) == []
    with pytest.raises(RunEnded):
        recorder.record(run, EVIDENCE[1])


def test_a_finished_run_takes_nothing_more(recorder: Recorder) -> None:
    run = whole_run(recorder)
    head = recorder.run(run).head
    with pytest.raises(RunEnded):
        recorder.record(run, evidence(DnsTarget("new.example"), DnsObservation(())))
    with pytest.raises(RunEnded):
        recorder.extend_plan(run, [DnsTarget("new.example")])
    with pytest.raises(RunEnded):
        recorder.finish(run, FINDINGS, START)
    with pytest.raises(RunEnded):
        recorder.abandon(run, "late", START)
    assert recorder.run(run).head == head


def test_runs_are_listed_newest_first(recorder: Recorder) -> None:
    days = [START + timedelta(days=number) for number in range(4)]
    finished = [whole_run(recorder, started=day) for day in days[:2]]
    abandoned = open_run(recorder, started=days[2])
    recorder.abandon(abandoned, "", days[2])
    still_open = open_run(recorder, started=days[3])
    assert [run.id for run in recorder.runs()] == [still_open, abandoned, *reversed(finished)]
    assert [run.state for run in recorder.runs(limit=2)] == ["open", "abandoned"]
    assert [run.id for run in recorder.runs(state="finished")] == [*reversed(finished)]
    assert [run.id for run in recorder.runs(state="open")] == [still_open]
    assert [(run.connections, run.sightings) for run in recorder.runs(state="finished")] == [(15, 5), (15, 5)]


def test_the_latest_finished_run_of_whom(recorder: Recorder) -> None:
    def latest(**about: Any) -> str | None:
        found = recorder.latest_finished(**about)
        return None if found is None else found.id

    assert latest() is None
    first = whole_run(recorder)
    second = whole_run(recorder, [finding(asset="other", agency="other")], started=START + timedelta(days=1))
    third = open_run(recorder, started=START + timedelta(days=2))
    assert latest() == second
    assert latest(before=third) == second
    assert latest(before=second) == first
    assert latest(before=first) is None
    assert latest(agencies=["so-mau", "nobody"]) == first
    assert latest(ended_by=START + timedelta(hours=1)) == first
    assert latest(asset="other") == second
    assert latest(asset="other", before=second) is None


def test_a_run_that_does_not_exist(recorder: Recorder) -> None:
    asked = (recorder.run, recorder.plan, recorder.evidence, recorder.findings, recorder.verify)
    for question in (*asked, recorder.inventory, recorder.policies, recorder.first_seen, recorder.latest_finished):
        with pytest.raises(UnknownRun):
            question("20000101-000000-0000")
    with pytest.raises(UnknownRun):
        recorder.record("20000101-000000-0000", EVIDENCE[0])


def test_unchanged_things_are_stored_once(recorder: Recorder) -> None:
    whole_run(recorder)
    before = models.Blob.objects.count()
    whole_run(recorder, started=START + timedelta(days=7))
    assert models.Blob.objects.count() == before + 4  # opening, times, closing and record


def test_damaged_evidence_is_never_judged(recorder: Recorder, database: str) -> None:
    run = whole_run(recorder)
    observation = next(iter(OBSERVATIONS.values()))
    with tampering(keep=True):
        execute("UPDATE history_blob SET size = size + 1 WHERE digest = %s", [observation_digest(observation)])
    with pytest.raises(Damaged):
        recorder.evidence(run)


def test_the_time_of_a_run_is_given_or_now(recorder: Recorder) -> None:
    before = datetime.now(tz=START.tzinfo).replace(microsecond=0)
    run = recorder.open_run(
        vantage="internet",
        as_of=START,
        inventory=b"",
        plan=(),
        policies={},
        policy_sources={},
        waivers=(),
        rule_versions={},
        data_versions={},
    )
    assert before <= recorder.run(run).started <= datetime.now(tz=START.tzinfo)
    assert run.startswith(f"{recorder.run(run).started:%Y%m%d-%H%M%S}-")
