"""A stricter demand never removes a fail: every fault found before is found after."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checks.check import Check
from checks.model.evidence import Evidence, Observation, OpenPort, ProbeFailure
from checks.model.target import TlsTarget
from checks.ports import (
    administration,
    cleartext_administration,
    expected,
    forbidden,
    newly_open,
    ssh_protocol,
    tls_expected,
    unused_state,
    version_disclosed,
)
from tests.checks.judging import ask
from tests.factories import ADDRESS, HOST, evidence, ports_observation, sighting, subject, tls_observation

NUMBERS = (21, 22, 23, 80, 443, 514, 993, 3306, 9090)
SERVICES = (None, "ssh", "telnet", "ftp", "http", "mysql", "ssl", "shell")


def some(values: Sequence[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True, min_size=least)


@st.composite
def observations(draw: st.DrawFn) -> Any:
    """Every number in one of four states: open, closed, filtered, not asked."""
    states = {number: draw(st.sampled_from(["open", "open", "closed", "filtered", ""])) for number in NUMBERS}
    ports = [
        OpenPort(
            number,
            draw(st.sampled_from(SERVICES)),
            draw(st.sampled_from([None, "product"])),
            draw(st.sampled_from([None, "1.0"])),
            tls=draw(st.booleans()),
            ssh_protocol=draw(st.sampled_from([None, "1.5", "1.99", "2.0"])),
        )
        for number, state in states.items()
        if state == "open"
    ]
    listed = {
        state: ",".join(str(each) for each in NUMBERS if states[each] == state) for state in ("closed", "filtered")
    }
    doubtful = [each.port for each in ports if each.service is None and draw(st.booleans())]
    return ports_observation(*ports, unidentified=",".join(map(str, doubtful)), **listed)


@st.composite
def looks(draw: st.DrawFn) -> tuple[Evidence, ...]:
    """What the looks at TLS endpoints heard at some of the ports."""
    answers: dict[bool | None, Observation] = {
        True: tls_observation(),
        False: ProbeFailure("not_tls"),
        None: ProbeFailure("timed_out"),
    }
    return tuple(
        evidence(TlsTarget(ADDRESS, port, HOST), answers[draw(st.sampled_from([True, False, None]))])
        for port in draw(some(NUMBERS))
    )


@st.composite
def subjects(draw: st.DrawFn) -> Any:
    """Everything that a rule is shown."""
    seen = draw(observations())
    whole = subject(seen, others=draw(looks()))
    before = draw(st.none() | st.just(ProbeFailure("timed_out")) | observations())
    vantage = draw(st.sampled_from(["internet", "lan"]))
    return replace(whole, before=before, sighting=sighting(whole.target, seen, vantage=vantage))


def faults(check: Check[Any, Any], shown: Any, **params: Any) -> set[str]:
    return {each.key for each in ask(check, shown, params).instances}


@given(subjects(), some(NUMBERS, 1), some(NUMBERS), some(NUMBERS), some(NUMBERS))
def test_more_ports_and_fewer_exceptions(
    shown: Any, scan: list[int], more: list[int], ignore: list[int], less: list[int]
) -> None:
    kept = [each for each in ignore if each not in less]
    for check in (expected.CHECK, newly_open.CHECK, version_disclosed.CHECK):
        before = faults(check, shown, scan=scan, ignore=ignore)
        assert before <= faults(check, shown, scan=[*scan, *more], ignore=ignore)
        assert before <= faults(check, shown, scan=scan, ignore=kept)
    undeclared = faults(newly_open.CHECK, shown, scan=scan)
    assert undeclared <= faults(newly_open.CHECK, shown, scan=scan, declared=True)
    assert faults(version_disclosed.CHECK, shown, scan=scan) <= faults(
        version_disclosed.CHECK, shown, scan=scan, ignore_names=[]
    )


@given(subjects(), some(NUMBERS, 1), some(NUMBERS), some(SERVICES[1:]), some(SERVICES[1:]))
def test_more_ports_and_more_names(
    shown: Any, ports: list[int], more: list[int], names: list[str], others: list[str]
) -> None:
    demands: list[tuple[Check[Any, Any], dict[str, Any]]] = [
        (forbidden.CHECK, {"service": "database"}),
        (administration.CHECK, {}),
    ]
    for check, params in demands:
        before = faults(check, shown, ports=ports, names=names, **params)
        assert before <= faults(check, shown, ports=[*ports, *more], names=names, **params)
        assert before <= faults(check, shown, ports=ports, names=[*names, *others], **params)
    for check in (ssh_protocol.CHECK, tls_expected.CHECK):
        assert faults(check, shown, ports=ports) <= faults(check, shown, ports=[*ports, *more])
    for state in ("filtered", "closed"):
        narrow = faults(unused_state.CHECK, shown, ports=ports, state=state)
        assert narrow <= faults(unused_state.CHECK, shown, ports=[*ports, *more], state=state)
    internet = faults(administration.CHECK, shown, vantages=["internet"])
    assert internet <= faults(administration.CHECK, shown, vantages=["internet", "lan"])


KINDS = ("telnet", "ftp", "remote_shell", "consoles")


@given(subjects(), st.sampled_from(KINDS), some(NUMBERS), some(NUMBERS), some(SERVICES[1:]), some(SERVICES[1:]))
def test_more_places_of_cleartext_administration(
    shown: Any, kind: str, ports: list[int], more: list[int], names: list[str], others: list[str]
) -> None:
    check, named = cleartext_administration.CHECK, f"{kind.removesuffix('s')}_names"
    rest: dict[str, list[Any]] = {each: [] for each in KINDS}  # the usual ports were not all asked for
    before = faults(check, shown, **{**rest, kind: ports, named: names})
    assert before <= faults(check, shown, **{**rest, kind: [*ports, *more], named: names})
    assert before <= faults(check, shown, **{**rest, kind: ports, named: [*names, *others]})
