"""What is decided without asking, and what must be tried: the table of both."""

from typing import cast

import pytest

from checks.model.evidence import Protocol
from checks.model.needs import TlsNeeds
from scanner.probes.tls.implied import open_questions, vulnerabilities
from scanner.probes.tls.reply import Doubt
from scanner.probes.tls.vulnerabilities.worker import Answer, Question
from tests.scanner.probes.played_look import look_at
from tests.scanner.probes.played_manners import Capabilities, Manners

EMS = frozenset({"extended_master_secret"})


def server(version: Protocol, *suites: int, features: frozenset[str] = EMS) -> Capabilities:
    return Capabilities({version: suites}, features=features)


@pytest.mark.parametrize(
    ("can", "open_"),
    [
        (server("tls1_3", 0x1301), set()),
        (server("tls1_2", 0xC02F), set()),
        (server("tls1_2", 0x002F), {"robot"}),
        (server("tls1_2", 0xC02F, features=frozenset()), {"ccs_injection"}),
        (server("tls1_2", 0xC02F, features=EMS | {"heartbeat"}), {"heartbleed"}),
        (server("tls1_0", 0x002F, features=frozenset({"heartbeat"})), {"heartbleed", "ccs_injection", "robot"}),
        (server("ssl3", 0x0005), {"heartbleed", "ccs_injection", "robot", "client_renegotiation"}),
        (Capabilities({"ssl3": (0x0005,), "tls1_0": (0xC013,)}, features=EMS), {"robot"}),
    ],
)
def test_only_what_is_not_implied_is_tried(can: Capabilities, open_: set[str]) -> None:
    assert set(open_questions(look_at(can).examination)) == open_


def test_nothing_is_tried_that_was_not_asked_for() -> None:
    can = server("tls1_0", 0x002F, features=frozenset({"heartbeat"}))
    needs = TlsNeeds(protocols=("tls1_0",), vulnerabilities=("robot",))
    assert open_questions(look_at(can, needs=needs).examination) == ("robot",)


def test_nothing_is_tried_at_a_server_that_stopped_answering() -> None:
    looked = look_at(server("tls1_0", 0x002F), Manners(dies_after=6))
    assert looked.examination.look.stopped is not None
    assert open_questions(looked.examination) == ()
    told = vulnerabilities(looked.examination, {})
    assert set(told.values()) == {looked.examination.look.stopped}


def test_what_there_was_no_time_to_try_says_so() -> None:
    examination = look_at(server("tls1_0", 0x002F, features=frozenset({"heartbeat"}))).examination
    assert set(vulnerabilities(examination, {}).values()) == {Doubt("deadline")}


def test_a_quick_look_needs_one_suite_with_key_transport_and_no_more() -> None:
    versions: tuple[Protocol, ...] = ("tls1_0", "tls1_1", "tls1_2")
    can = Capabilities({each: (0x002F, 0x0035) for each in versions}, features=EMS)
    without = look_at(can, needs=TlsNeeds(protocols=versions))
    looked = look_at(can, needs=TlsNeeds(protocols=versions, vulnerabilities=("robot",)))
    assert open_questions(looked.examination) == ("robot",)
    assert looked.ran.connections == without.ran.connections, "the suites that showed the versions are such"


@pytest.mark.parametrize("name", ["heartbleed", "ccs_injection", "robot"])
@pytest.mark.parametrize("value", [True, False, None])
def test_what_was_tried_is_told(name: str, value: bool | None) -> None:
    examination = look_at(server("tls1_0", 0x002F, features=frozenset({"heartbeat"}))).examination
    question = cast(Question, name)
    told = vulnerabilities(examination, {question: Answer(value, 1, None if value is not None else "timed_out")})
    if value is None:
        assert told[name] == Doubt("timed_out", "")
    else:
        assert told[name] is value
    for other in {"heartbleed", "ccs_injection", "robot"} - {name}:
        assert isinstance(told[other], Doubt)


def test_no_harmlessness_while_a_version_is_in_doubt() -> None:
    """TLS 1.2 was seen, what stands below it was not: a vulnerability may be there."""
    can = Capabilities({"tls1_0": (0x002F,), "tls1_2": (0xC02F,)}, features=EMS)
    looked = look_at(can, Manners(refusal="silence", ssl2_refusal="silence"))
    told = looked.seen.vulnerabilities
    assert False not in told.values()
    assert all(looked.seen.failure(f"vulnerabilities.{name}") for name, value in told.items() if value is None)


def test_tls_1_3_alone_implies_everything() -> None:
    seen = look_at(server("tls1_3", 0x1301)).seen
    assert set(seen.vulnerabilities.values()) == {False}
    assert seen.failures == ()
