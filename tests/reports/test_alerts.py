"""What there is to tell: each kind of alert is raised by what it names and by nothing less, and known by one key."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from checks.breaker import Hold
from checks.compare import Side
from checks.model.alert import ALERT_KINDS, Alert, AlertKind
from checks.model.canonical import dump, load
from checks.model.finding import Finding, Gap, Values
from checks.model.policy import Severity
from checks.model.text import Text
from reports.alerts.known import Judged, Known, News, RunState, Unbegun
from reports.alerts.lines import LINES, groups, lines
from reports.alerts.news import of_agency, of_left_out, of_run, of_unbegun, worsened
from reports.alerts.over import is_over
from reports.alerts.routing import Steps
from reports.alerts.standing import standing
from reports.certificates import SeenCertificate
from reports.messages import alerts as words
from tests.factories import ADDRESS, NOW, TODAY, agency, asset, authorisation, finding, instance, waiver

RUN = "20261122-030000-abcd"
STEPS = Steps(due=(-7, -1, 0, 1, 7))
TITLE = Text("Không hỗ trợ TLS 1.0", "TLS 1.0 is off")
HOSTILE = "x\r\nBcc: a@b.example\u2028\u202e\x00{title}"


def known(*findings: Finding, run: str = RUN, **overrides: object) -> Known:
    by_key = {(each.asset, each.control): Judged(run, each) for each in findings}
    open_ones = {key: each for key, each in by_key.items() if each.finding.verdict not in ("pass", "not_applicable")}
    looked_at = frozenset(asset for asset, _ in by_key)
    whole = Known(agency(), (asset(),), TODAY, open_ones, looked_at, dict.fromkeys(by_key, TITLE))
    return replace(whole, **overrides)  # type: ignore[arg-type]


def told(of: Known, steps: Steps = STEPS) -> list[Alert]:
    return list(standing(of, steps))


def kinds(alerts: Iterable[Alert]) -> list[AlertKind]:
    return [each.kind for each in alerts]


def critical(*keys: str, **overrides: object) -> Finding:
    instances = tuple(instance(each) for each in keys)
    return finding("fail", severity="critical", instances=instances, **overrides)


def certificate(ends: date, subject: str = "cong.so-mau.example") -> SeenCertificate:
    return SeenCertificate("ab" * 32, subject, "CA", date(2026, 1, 1), ends, ("cong-so-mau",))


def opened(port: int, where: str = ADDRESS) -> Finding:
    params: Values = {"where": where, "port": port, "detected": HOSTILE}
    one = replace(instance(f"{where}/{port}"), reason="newly_open", params=params)
    return finding("fail", control="PORT-NEW", check="ports.newly_open", severity="medium", instances=(one,))


def test_each_critical_fault_is_an_alert_of_its_own() -> None:
    one, two = told(known(critical("a", "b")))
    assert (one.kind, one.severity, one.agency, one.asset, one.control, one.run, one.title) == (
        "critical",
        "critical",
        "so-mau",
        "cong-so-mau",
        "TLS-12",
        RUN,
        TITLE,
    )
    assert one.key != two.key
    assert [each.key for each in told(known(critical("a", "b"), run="20261123-030000-abcd"))] == [one.key, two.key]
    assert load(Alert, dump(one)) == one


@pytest.mark.parametrize(
    "quiet",
    [
        finding("pass", severity="critical"),
        finding("not_assessable", severity="critical"),
        finding("fail", severity="high"),
        critical("a", waiver=waiver("w")),
        critical("a", announced=TODAY + timedelta(days=1)),
    ],
)
def test_what_does_not_fail_or_does_not_count_is_no_critical_alert(quiet: Finding) -> None:
    assert told(known(quiet)) == []


def test_a_server_that_fails_without_end_is_told_of_without_flooding() -> None:
    assert len(told(known(critical(*(f"{each:04}" for each in range(5000)))))) == 50


def test_a_key_holds_nothing_that_a_server_said_and_stays_short() -> None:
    (alert,) = told(known(critical("\ud800" + HOSTILE * 1000)))
    assert alert.key.isascii() and len(alert.key) < 120
    assert len(str(alert.params["instance"])) == 200


def test_a_port_is_told_once_an_address() -> None:
    elsewhere = opened(3306, "192.0.2.9")
    found = told(known(opened(3306), *(replace(elsewhere, asset=each) for each in ("mot", "hai"))))
    assert kinds(found) == ["port_opened"] * 3
    assert [each.params["address"] for each in found] == [ADDRESS, "192.0.2.9", "192.0.2.9"]
    assert len({each.key for each in found}) == 2


@pytest.mark.parametrize(
    ("left", "step", "severity"),
    [
        (31, None, ""),
        (30, 30, "low"),
        (15, 30, "low"),
        (14, 14, "medium"),
        (8, 14, "medium"),
        (7, 7, "high"),
        (2, 7, "high"),
        (1, 1, "critical"),
        (0, 1, "critical"),
        (-1, None, ""),
    ],
)
def test_a_certificate_is_told_of_in_steps(left: int, step: int | None, severity: Severity) -> None:
    found = told(known(certificates=(certificate(TODAY + timedelta(days=left)),)))
    assert [(each.params["step"], each.severity) for each in found] == ([] if step is None else [(step, severity)])


def test_the_steps_of_a_certificate_are_alerts_of_their_own() -> None:
    ends = TODAY + timedelta(days=40)
    keys = [
        each.key
        for days in range(45)
        for each in told(known(certificates=(certificate(ends),), day=TODAY + timedelta(days=days)))
    ]
    assert len(keys) == 31 and len(set(keys)) == 4


@pytest.mark.parametrize(
    ("days", "step"),
    [(-8, None), (-7, -7), (-2, -7), (-1, -1), (0, 0), (1, 1), (6, 1), (7, 7), (400, 7)],
)
def test_a_fault_is_told_of_before_and_after_it_is_due(days: int, step: int | None) -> None:
    due = finding("fail", instances=(instance("a", due=TODAY - timedelta(days=days)), instance("b")))
    found = told(known(due))
    assert [(each.kind, each.params["step"], each.params["count"]) for each in found] == (
        [] if step is None else [("due", step, 1)]
    )


@pytest.mark.parametrize("verdict", ["pass", "not_assessable"])
def test_what_does_not_fail_is_not_due(verdict: str) -> None:
    late = replace(finding(verdict), instances=(instance("a", due=TODAY - timedelta(days=9)),))
    assert told(known(late)) == []


def test_authorisations_are_told_of_before_they_end() -> None:
    soon, later = TODAY + timedelta(days=6), TODAY + timedelta(days=60)
    own = replace(asset("rieng"), authorisation=authorisation(valid_until=soon, document="02/QĐ"))
    of = known(agency=agency(authorisation=authorisation(valid_until=soon)), assets=(asset(), own))
    assert [(each.asset, each.params["document"], each.params["step"]) for each in told(of)] == [
        ("", "01/QĐ-MAU", 7),
        ("rieng", "02/QĐ", 7),
    ]
    nobody = replace(of, assets=(own,))
    assert [each.asset for each in told(nobody)] == ["rieng"]
    assert told(replace(of, agency=agency(authorisation=authorisation(valid_until=later)), assets=(asset(),))) == []


def side(*findings: Finding, rules: str = "1") -> Side[Finding]:
    return Side(findings, {(each.asset, each.control): rules for each in findings})


def news(
    now: Side[Finding], before: Side[Finding], earlier: Side[Finding] | None = None, **more: object
) -> list[Alert]:
    whole = News(RUN, "so-mau", now, before, earlier or Side(()))
    return list(of_agency(replace(whole, **more)))  # type: ignore[arg-type]


def test_what_fails_again_is_told_under_the_key_of_the_fault() -> None:
    seen_before = {("cong-so-mau", "TLS-12", "a")}
    (alert,) = news(side(critical("a", "b")), side(finding("pass")), seen_before=seen_before)
    assert alert.kind == "regressed"
    assert alert.key == told(known(critical("a")))[0].key
    assert news(side(critical("a")), side(finding("pass"))) == []
    assert news(side(critical("a")), side(critical("a")), seen_before=seen_before) == []
    assert news(side(critical("a")), side(finding("not_assessable")), seen_before=seen_before) == []
    assert news(side(critical("a", waiver=waiver("w"))), side(finding("pass")), seen_before=seen_before) == []


def controls(*verdicts: str, **more: object) -> Side[Finding]:
    return side(*(finding(each, control=f"C-{number}", **more) for number, each in enumerate(verdicts)))


def test_a_worsening_is_told_when_two_runs_in_a_row_show_it() -> None:
    good, worse, worst = controls("pass", "pass"), controls("pass", "fail"), controls("fail", "fail")
    assert worsened(worst, worse, good) == (10000, 5000, 0)
    (alert,) = news(worst, worse, good)
    assert (alert.kind, alert.asset, alert.params) == (
        "worsened",
        "",
        {"earlier": 10000, "before": 5000, "now": 0},
    )
    for quiet in ((worse, good, good), (worse, worse, good), (good, worse, worst), (worse, good, worse)):
        assert worsened(*quiet) is None
    assert worsened(worst, worse, Side(())) is None


def test_only_what_was_judged_alike_three_times_can_worsen() -> None:
    good, worse = controls("pass", "pass", "pass"), controls("pass", "pass", "fail")
    unseen = controls("not_assessable", "not_assessable", "fail")
    assert worsened(unseen, worse, good) is None
    assert worsened(controls("fail"), controls("fail"), good) is None
    stricter = replace(controls("fail", "fail", "fail"), rules=dict.fromkeys(good.rules, "2"))
    assert worsened(stricter, worse, good) is None
    assert worsened(controls("fail", "fail", "fail"), worse, good) is not None


def test_an_agency_that_could_not_be_assessed_is_told() -> None:
    (alert,) = news(Side(()), Side(()), hold=Hold("coverage_fell", 2000, 9000))
    assert (alert.kind, alert.agency, alert.params) == ("unassessed", "so-mau", {"coverage": 2000, "usual": 9000})


@pytest.mark.parametrize(
    ("state", "hours", "expected"),
    [
        (RunState(RUN, NOW, "finished"), 1, []),
        (RunState(RUN, NOW, "finished", Hold("coverage_low", 10, None)), 1, ["run_held"]),
        (RunState(RUN, NOW, "finished", Hold("coverage_low", 10, None)), 24 * 8, []),
        (RunState(RUN, NOW, "open"), 23, []),
        (RunState(RUN, NOW, "open"), 24, ["run_unfinished"]),
        (RunState(RUN, NOW, "abandoned"), 1, ["run_abandoned"]),
    ],
)
def test_runs_that_went_wrong_are_told(state: RunState, hours: int, expected: list[str]) -> None:
    found = list(of_run(state, NOW + timedelta(hours=hours)))
    assert kinds(found) == expected
    assert {each.agency for each in found} <= {""}


def stands(alert: Alert, of: Known, judged: frozenset[str] = frozenset()) -> bool:
    return not is_over(alert, of, {each.key: each for each in told(of)}, judged)


def test_a_fault_is_over_when_it_is_seen_to_be_gone_and_not_before() -> None:
    (alert,) = told(known(critical("a")))
    assert stands(alert, known(critical("a")))
    assert stands(alert, known(finding("not_assessable")))
    assert stands(alert, known(critical("b", gaps=(Gap("tls:x", "timed_out"),))))
    assert stands(alert, known())
    assert not stands(alert, known(finding("pass")))
    assert not stands(alert, known(critical("b")))
    assert not stands(alert, known(critical("a", waiver=waiver("w"))))
    assert not stands(alert, known(replace(critical("a"), severity="high")))
    assert not stands(alert, known(finding("pass", control="KHAC")))
    assert not stands(alert, known(assets=()))
    assert stands(replace(alert, kind="regressed"), known(replace(critical("a"), severity="high")))


def test_a_port_is_over_when_it_is_seen_closed() -> None:
    (alert,) = told(known(opened(3306)))
    assert stands(alert, known(services={}))
    assert stands(alert, known(services={ADDRESS: frozenset({443, 3306})}))
    assert not stands(alert, known(services={ADDRESS: frozenset({443})}))


def test_a_date_is_over_when_another_step_is_reached_and_a_run_when_the_next_one_says_so() -> None:
    ends = TODAY + timedelta(days=20)
    (alert,) = told(known(certificates=(certificate(ends),)))
    assert stands(alert, known(certificates=(certificate(ends),), day=TODAY + timedelta(days=5)))
    assert not stands(alert, known(certificates=(certificate(ends),), day=TODAY + timedelta(days=6)))
    (fallen,) = news(controls("fail", "fail"), controls("pass", "fail"), controls("pass", "pass"))
    assert stands(fallen, known())
    assert not stands(fallen, known(), frozenset({"20261124-030000-abcd"}))


EXAMPLES: dict[AlertKind, Alert] = {
    each.kind: each
    for each in (
        *told(known(critical("a"))),
        *told(known(opened(3306))),
        *told(known(certificates=(certificate(TODAY, HOSTILE),))),
        *told(known(finding("fail", instances=(instance("a", due=TODAY - timedelta(days=2)),)))),
        *told(known(agency=agency(authorisation=authorisation(valid_until=TODAY, document=HOSTILE)))),
        *news(controls("fail", "fail"), controls("pass", "fail"), controls("pass", "pass")),
        *news(side(critical("a")), side(finding("pass")), seen_before={("cong-so-mau", "TLS-12", "a")}),
        *news(Side(()), Side(()), hold=Hold("coverage_fell", 2000, 9000)),
        *of_run(RunState(RUN, NOW, "finished", Hold("coverage_low", 10, None)), NOW),
        *of_run(RunState(RUN, NOW, "open"), NOW + timedelta(days=2)),
        *of_run(RunState(RUN, NOW, "abandoned"), NOW),
        *of_left_out([RunState(RUN, NOW, "finished", outside=frozenset({"a"}))], NOW + timedelta(days=1)),
        *of_unbegun(Unbegun(f"slot:{HOSTILE}", HOSTILE, NOW, NOW), NOW),
    )
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(ALERT_KINDS) == set(words.LINES) == set(get_args(AlertKind))


@pytest.mark.parametrize("kind", ALERT_KINDS)
def test_every_kind_is_told_in_one_line_in_both_languages(kind: AlertKind) -> None:
    alert = EXAMPLES[kind]
    for each in (alert, replace(alert, title=Text(HOSTILE, HOSTILE)), replace(alert, title=None)):
        said = [lines(groups([each]), "vi"), lines(groups([each]), "en")]
        assert [len(found) for found in said] == [1, 1] and said[0] != said[1]
        for (text,) in said:
            assert len(text.splitlines()) == 1 and text.isprintable() and len(text) < 500
            assert ADDRESS not in text


def test_what_is_alike_is_one_line_and_the_number_of_lines_is_bounded() -> None:
    (line,) = lines(
        groups([replace(EXAMPLES["critical"], asset=f"a-{each:02}", key=str(each)) for each in range(9)]), "en"
    )
    assert line == "Critical finding: TLS 1.0 is off – a-00, a-01, a-02, a-03, a-04 and 4 more"
    many = [replace(EXAMPLES["critical"], control=f"C-{each:03}", key=str(each)) for each in range(100)]
    said = lines(groups(many), "vi")
    assert len(said) == LINES + 1 and "60" in said[-1]


def test_the_worst_comes_first() -> None:
    order = [each.first.kind for each in groups(EXAMPLES.values())]
    assert order == [each for each in ALERT_KINDS if each in order] and order[0] == "critical"
