"""What is raised and over from run to run, who is told of it, and that nobody is told it twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest

from checks.compare import Side
from checks.model.alert import ALERT_KINDS, Alert, AlertKind, AlertStep
from checks.model.asset import Agency, Contact
from checks.model.canonical import dump, load
from checks.model.finding import Finding
from reports.alerts import memory
from reports.alerts.decide import Decision, of_known, of_runs
from reports.alerts.known import Judged, Known, News, RunState, Unbegun
from reports.alerts.lines import groups, lines
from reports.alerts.memory import Memory
from reports.alerts.notice import MOST, digests, hooks, mails
from reports.alerts.routing import REMINDERS, Reminder, Routing, Steps, may_go_to, province, recipients
from tests.factories import NOW, TODAY, agency, asset, finding, instance

STEPS = Steps()
SECURITY = Contact("attt@so-mau.example", "security")
OWNER = Contact("lanh-dao@so-mau.example", "owner", "en")
READER = Contact("doc@so-mau.example", "reader")
SO = agency(contacts=(SECURITY, OWNER, READER), parent="tinh-mau")
TINH = agency("tinh-mau", contacts=(Contact("attt@tinh-mau.example", "security"),))
AGENCIES = {each.id: each for each in (SO, TINH)}


def known(*findings: Finding, run: str = "1", of: Agency = SO) -> Known:
    by_key = {(each.asset, each.control): Judged(run, each) for each in findings if each.verdict != "pass"}
    looked_at = frozenset(each.asset for each in findings)
    return Known(of, (asset(),), TODAY, by_key, looked_at)


def critical(*keys: str) -> Finding:
    return finding("fail", severity="critical", instances=tuple(instance(each) for each in keys))


def back(run: str) -> News:
    seen_before = {("cong-so-mau", "TLS-12", "a")}
    return News(run, "so-mau", Side((critical("a"),)), Side((finding("pass"),)), Side(()), seen_before)


class Log:
    """Takes decisions in, as the command does."""

    def __init__(self, summed: bool = False) -> None:
        self.steps: list[AlertStep] = []
        self._summed = summed

    @property
    def memory(self) -> Memory:
        whole = Memory(self.steps)
        return Memory([AlertStep("summed", NOW, summary=whole.summary(NOW))]) if self._summed else whole

    def decide(self, known: Known, *news: News, kinds: tuple[AlertKind, ...] = ALERT_KINDS) -> list[str]:
        """The kinds that are raised."""
        decision = of_known(self.memory, known, news, STEPS, kinds)
        return self.take(decision, known.agency.id)

    def take(self, decision: Decision, of: str) -> list[str]:
        self.steps += [AlertStep("over", NOW, agency=of, keys=decision.over)] if decision.over else []
        self.steps += [AlertStep("raised", NOW, agency=of, alerts=decision.raised)] if decision.raised else []
        return [each.kind for each in decision.raised]

    def told(self, recipient: str, *alerts: Alert, state: str = "accepted", of: str = "so-mau") -> None:
        keys = tuple(each.key for each in alerts)
        self.steps.append(AlertStep(state, NOW, agency=of, keys=keys, recipient=recipient))  # type: ignore[arg-type]


@pytest.fixture(params=[False, True], ids=["whole", "summed"])
def log(request: pytest.FixtureRequest) -> Log:
    """The whole of it is read, or what sums it up: that makes no difference."""
    return Log(request.param)


def test_what_stands_is_raised_once_and_again_when_it_was_gone(log: Log) -> None:
    assert log.decide(known(critical("a"))) == ["critical"]
    assert log.decide(known(critical("a"), run="2")) == []
    assert log.decide(known(critical("a", "b"), run="3")) == ["critical"]
    assert log.decide(known(finding("not_assessable"), run="4")) == []
    assert len(log.memory.standing) == 2
    assert log.decide(known(finding("pass"), run="5")) == []
    assert log.memory.standing == {}
    assert log.decide(known(critical("a"), run="6")) == ["critical"]


def test_a_fault_that_is_back_is_told_as_that_and_not_twice(log: Log) -> None:
    log.decide(known(critical("a")))
    log.decide(known(finding("pass"), run="2"))
    assert log.decide(known(critical("a"), run="3"), back("3")) == ["regressed"]
    assert log.decide(known(critical("a"), run="4")) == []


def test_a_fault_that_was_gone_while_nobody_looked_into_history_is_told_again(log: Log) -> None:
    log.decide(known(critical("a")))
    (alert,) = log.memory.standing.values()
    log.told(SECURITY.email, alert)
    assert log.decide(known(critical("a"), run="3"), back("3")) == ["regressed"]
    assert log.memory.told(SECURITY.email) == set()
    assert log.decide(known(critical("a"), run="3"), back("3")) == []


def test_a_step_of_a_date_is_never_raised_again_even_where_the_clock_goes_back(log: Log) -> None:
    late = finding("fail", instances=(instance("a", due=TODAY - timedelta(days=1)),))
    assert log.decide(known(late)) == ["due"]
    assert log.decide(replace(known(late), day=TODAY - timedelta(days=1))) == []
    assert log.memory.standing == {}
    assert log.decide(known(late)) == []


def test_kinds_that_are_not_wanted_are_not_raised(log: Log) -> None:
    assert log.decide(known(critical("a")), kinds=("due",)) == []
    assert log.decide(known(critical("a"))) == ["critical"]


def test_a_run_that_went_wrong_is_told_once_and_over_when_it_is_mended(log: Log) -> None:
    later = NOW + timedelta(days=1)

    def decide(*states: RunState) -> list[str]:
        return log.take(of_runs(log.memory, states, (), later, ALERT_KINDS), "")

    assert decide(RunState("r", NOW, "open")) == ["run_unfinished"]
    assert decide(RunState("r", NOW, "open")) == []
    assert decide(RunState("r", NOW, "finished")) == []
    assert log.memory.standing == {}
    assert decide(RunState("r", NOW, "open")) == []


def test_a_scan_that_never_began_is_told_once_and_forgotten_after_some_days(log: Log) -> None:
    given_up = [Unbegun(f"slot:hang-ngay:{hour}", "hang-ngay", NOW - timedelta(hours=hour), NOW) for hour in (1, 2)]

    def decide(now: datetime) -> list[str]:
        return log.take(of_runs(log.memory, (), given_up, now, ALERT_KINDS), "")

    assert decide(NOW) == ["scan_not_begun", "scan_not_begun"]
    told = lines(groups(log.memory.of("")), "en")
    assert len(told) == 2
    assert all("hang-ngay" in each for each in told)
    assert decide(NOW + timedelta(days=6)) == []
    assert decide(NOW + timedelta(days=8)) == []
    assert log.memory.standing == {}


def test_an_asset_that_runs_leave_out_because_of_the_hour_is_told_once_until_a_run_looks_at_it(log: Log) -> None:
    def run(day: int, *outside: str, state: Literal["open", "finished", "abandoned"] = "finished") -> RunState:
        started, excluded = NOW + timedelta(days=day), frozenset({*outside, "b"})
        return RunState(f"r{day}", started, state, excluded=excluded, outside=frozenset(outside))

    def decide(hours: int, *runs: RunState) -> list[str]:
        return log.take(of_runs(log.memory, runs, (), NOW + timedelta(hours=hours), ALERT_KINDS), "")

    left_out = run(0, "a", "b")
    assert decide(23, left_out) == []  # a run at its own hour may still come
    assert decide(24, left_out) == ["outside_window", "outside_window"]
    assert decide(30, left_out, run(1, "a", "b")) == []
    [told] = lines(groups(log.memory.of("")), "vi")
    assert told.endswith("ngoài khung giờ được phép của tài sản: a, b")
    assert decide(30, left_out, run(1, state="open")) == []
    assert {each.asset for each in log.memory.of("")} == {"a", "b"}
    assert decide(30, left_out, run(1)) == []  # `a` was looked at, `b` was not asked for
    assert {each.asset for each in log.memory.of("")} == {"b"}


def test_many_steps_are_summed_up_without_what_is_too_old() -> None:
    steps = [AlertStep("raised", NOW, agency="so-mau", alerts=(due(1), ALERT))]
    steps += [AlertStep("judged", NOW, run=f"{number % 3}") for number in range(memory.MANY - 1)]
    assert Memory(steps[:-1]).summed(NOW) is None
    step = Memory(steps).summed(NOW)
    assert step is not None and step.summary is not None
    assert load(AlertStep, dump(step)) == step
    after = Memory([step])
    assert after.summed(NOW) is None
    assert (after.known, after.judged) == ({"due:1": NOW}, {"0": False, "1": False, "2": False})
    for number in range(memory.RUNS + 1):
        after.take(AlertStep("judged", NOW, run=f"2026-{number:04}"))
    assert [*after.summary(NOW).judged] == [f"2026-{number:04}" for number in range(1, memory.RUNS + 1)]
    assert Memory(steps).summary(NOW + memory.KEPT).known == {"due:1": NOW}
    later = Memory(steps).summary(NOW + memory.KEPT + timedelta(seconds=1))
    assert later.known == {} and [each.key for each in later.standing] == ["due:1", "fault:a"]


def due(step: int) -> Alert:
    return Alert(f"due:{step}", "due", "high", "so-mau", params={"step": step})


ALERT = Alert("fault:a", "critical", "critical", "so-mau", asset="cong-so-mau", run="1")


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        (ALERT, ["attt@so-mau"]),
        (due(-7), ["attt@so-mau"]),
        (due(0), ["attt@so-mau", "lanh-dao@so-mau"]),
        (due(1), ["attt@so-mau", "lanh-dao@so-mau"]),
        (due(14), ["attt@so-mau", "lanh-dao@so-mau", "attt@tinh-mau"]),
        (due(30), ["attt@so-mau", "lanh-dao@so-mau", "attt@tinh-mau"]),
    ],
)
def test_reminders_reach_farther_the_later_it_is(alert: Alert, expected: list[str]) -> None:
    routing = Routing(reminders=REMINDERS, province="tinh-mau")
    assert [each.email.removesuffix(".example") for each in recipients(alert, AGENCIES, routing)] == expected


def test_where_nobody_has_the_role_everybody_of_the_agency_is_told_and_nobody_else() -> None:
    agencies = {**AGENCIES, "so-mau": replace(SO, contacts=(READER,))}
    assert recipients(ALERT, agencies, Routing()) == (READER,)
    assert recipients(ALERT, {**AGENCIES, "so-mau": replace(SO, contacts=())}, Routing()) == ()


def test_above_an_agency_is_the_nearest_that_has_contacts() -> None:
    between = agency("ban-mau", parent="tinh-mau")
    agencies = {**AGENCIES, "so-mau": replace(SO, parent="ban-mau"), "ban-mau": between}
    routing = Routing(reminders=(Reminder(0, ("parent",)),))
    assert [each.email for each in recipients(due(0), agencies, routing)] == ["attt@tinh-mau.example"]
    assert recipients(due(0), {"so-mau": replace(SO, parent=None)}, routing) == ()
    assert province(AGENCIES, Routing()) == ()
    assert province(AGENCIES, Routing(province="tinh-mau")) == TINH.contacts


def test_each_contact_gets_one_message_of_an_agency_in_its_language(log: Log) -> None:
    log.decide(known(critical("a", "b")))
    routing = Routing(to=("security", "owner"))
    found = list(mails(log.memory, AGENCIES, routing, "vi"))
    assert [(each.recipient, each.language, len(each.alerts)) for each in found] == [
        (SECURITY.email, "vi", 2),
        (OWNER.email, "en", 2),
    ]
    log.told(SECURITY.email.upper(), *found[0].alerts)
    assert [each.recipient for each in mails(log.memory, AGENCIES, routing, "vi")] == [OWNER.email]
    log.told(OWNER.email, *found[1].alerts, state="rejected")
    log.told(OWNER.email, *found[1].alerts, state="begun")
    log.decide(known(critical("a", "b", "c")))
    again = list(mails(log.memory, AGENCIES, routing, "vi"))
    assert [(each.recipient, len(each.alerts)) for each in again] == [(SECURITY.email, 1), (OWNER.email, 3)]


def test_who_cannot_be_reached_is_shown(log: Log) -> None:
    alone = {"so-mau": replace(SO, contacts=())}
    log.decide(known(critical("a")))
    assert [(each.recipient, len(each.alerts)) for each in mails(log.memory, alone, Routing(), "vi")] == [("", 1)]


def test_a_webhook_is_told_of_every_agency_and_of_the_estate_in_bounded_parts(log: Log) -> None:
    log.take(Decision((), tuple(replace(ALERT, key=f"{each:03}") for each in range(MOST + 1))), "so-mau")
    log.take(Decision((), (Alert("held:1", "run_held", "high", "", run="1"),)), "")
    found = list(hooks(log.memory, AGENCIES, ["soc", "log"], "vi"))
    shown = [(each.recipient, each.agency.id if each.agency else "", len(each.alerts)) for each in found]
    assert shown[:3] == [("webhook:soc", "", 1), ("webhook:soc", "so-mau", MOST), ("webhook:soc", "so-mau", 1)]
    assert [each[1:] for each in shown[3:]] == [each[1:] for each in shown[:3]]
    log.told("webhook:soc", *found[1].alerts)
    assert sum(len(each.alerts) for each in hooks(log.memory, AGENCIES, ["soc"], "vi")) == 2


HELD = Alert("held:1", "run_held", "high", "", run="1")


def test_the_province_is_told_of_all_agencies_in_one_message_a_day(log: Log) -> None:
    routing = Routing(province="tinh-mau")
    day = timedelta(days=1)

    def due(since: datetime) -> list[tuple[str, list[str], int]]:
        found = list(digests(log.memory, AGENCIES, routing, "vi", since))
        assert all(each.agency is None and each.estate is not None for each in found)
        return [(each.recipient, [a.key for a in each.alerts], len(each.estate.standing)) for each in found]  # type: ignore[union-attr]

    assert due(NOW) == []
    log.take(Decision((), (ALERT, replace(ALERT, key="khac", agency="xa-mau"))), "so-mau")
    assert due(NOW) == [("attt@tinh-mau.example", ["fault:a", "khac"], 2)]
    log.told("attt@tinh-mau.example", ALERT, replace(ALERT, key="khac"), of="")
    assert due(NOW + day) == []
    log.take(Decision((), (replace(ALERT, key="moi"),)), "so-mau")
    assert due(NOW) == []  # the last one is from this day
    assert due(NOW + day) == [("attt@tinh-mau.example", ["moi"], 3)]
    log.take(Decision((), (HELD,)), "")
    assert due(NOW) == [("attt@tinh-mau.example", ["held:1", "moi"], 4)]  # a run that went wrong does not wait
    assert list(digests(log.memory, AGENCIES, Routing(), "vi", NOW + day)) == []


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://soc.tinh-mau.example/khien", True),
        ("https://soc.tinh-mau.example:8443/", True),
        ("http://127.0.0.1:8080/", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://soc.tinh-mau.example/", False),
        ("http://127.0.0.1.tinh-mau.example/", False),
        ("https://user:password@soc.tinh-mau.example/", False),
        ("https://soc.tinh-mau.example/#a", False),
        ("https:///khien", False),
        ("https://soc.tinh-mau.example:99999/", False),
        ("ftp://soc.tinh-mau.example/", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
    ],
)
def test_a_webhook_is_reached_by_https_or_on_this_machine(url: str, may: bool) -> None:
    assert may_go_to(url) is may
