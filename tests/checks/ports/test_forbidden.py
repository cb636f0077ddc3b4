"""ports.forbidden: a forbidden service fails by number or by what was detected, declared or not."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.model.evidence import OpenPort
from checks.ports.forbidden import CHECK, SERVICES, Forbidden
from reports.messages.ports import REASONS
from tests.checks.judging import ask, verdict
from tests.factories import ADDRESS, asset, ports_observation, subject

DATABASE = {"service": "database", "ports": [1433, "3306-3307/tcp"], "names": ["mysql", "ms-sql-s"]}


@pytest.mark.parametrize(
    ("open_ports", "closed", "filtered", "expected"),
    [
        ([443], "1433,3306-3307", "", "pass"),
        ([443], "1433", "3306-3307", "pass"),
        ([], "22", "1433,3306-3307", "pass"),
        ([], "", "1433,3306-3307", "not_assessable no_answer"),
        ([443], "3306-3307", "", "not_assessable ports_not_asked"),
        ([443, 3306], "1433,3307", "", "fail database_open"),
        ([443, 3306], "", "", "fail database_open"),
        ([1433, 3306, 3307], "", "22", "fail database_open database_open database_open"),
        ([443, OpenPort(13306, service="MySQL")], "1433,3306-3307", "", "fail database_open"),
        ([443, OpenPort(13306, service="http")], "1433,3306-3307", "", "pass"),
        ([443, OpenPort(3306, service="http")], "1433,3307", "", "fail database_open"),  # the number is enough
        ([443, 13306], "1433,3306-3307", "", "pass"),  # nothing was detected: by its number it is none
        (list(range(3200, 3320)), "1433", "", "not_assessable everything_open"),
    ],
)
def test_verdicts(open_ports: list[OpenPort | int], closed: str, filtered: str, expected: str) -> None:
    seen = subject(ports_observation(*open_ports, closed=closed, filtered=filtered))
    assert verdict(ask(CHECK, seen, DATABASE)) == expected


@pytest.mark.parametrize(
    ("open_ports", "changes", "expected"),
    [
        ([443, 13306], {}, "not_assessable service_unknown"),
        ([443, 3306, 13306], {"closed": "1433,3307"}, "fail database_open"),
        ([443, OpenPort(13307, service="mysql"), 13306], {}, "fail database_open"),
        ([443, 13306], {"closed": "1433"}, "not_assessable ports_not_asked"),
    ],
)
def test_a_service_whose_detection_did_not_finish_is_no_pass(
    open_ports: list[OpenPort | int], changes: dict[str, str], expected: str
) -> None:
    seen = ports_observation(*open_ports, **{"closed": "1433,3306-3307", "unidentified": "13306"} | changes)
    outcome = ask(CHECK, subject(seen), DATABASE)
    assert verdict(outcome) == expected
    if "service_unknown" in expected:
        assert outcome.params["ports"] == "13306"


def test_a_group_without_names_needs_no_detection() -> None:
    seen = subject(ports_observation(443, 13306, closed="23", unidentified="13306"))
    assert verdict(ask(CHECK, seen, {"service": "telnet", "ports": [23]})) == "pass"


def test_a_declaration_does_not_help() -> None:
    declared = asset(ports=(23, 443))
    seen = subject(ports_observation(23, 443), asset=declared)
    outcome = ask(CHECK, seen, {"service": "telnet", "ports": [23]})
    assert verdict(outcome) == "fail telnet_open"
    assert outcome.instances[0].key == f"{ADDRESS}/23"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_own_words(service: str) -> None:
    outcome = ask(CHECK, subject(ports_observation(7, closed="9")), {"service": service, "ports": [7]})
    assert verdict(outcome) == f"fail {service}_open"
    others = {REASONS[f"{each}_open"] for each in SERVICES if each != service}
    assert REASONS[f"{service}_open"] not in others


def test_the_plan_learns_what_to_ask_for() -> None:
    assert CHECK.ports is not None
    assert CHECK.ports(Forbidden(service="database", ports=("3306-3307", 3308, 1433))) == ("1433", "3306-3308")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"service": "telnet"},
        {"service": "telnet", "ports": []},
        {"service": "gopher", "ports": [70]},
        {"service": "telnet", "ports": ["23:24"]},
        {"service": "telnet", "ports": [23], "names": [""]},
        {"service": "telnet", "ports": [23], "names": ["a b"]},
    ],
)
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(ports_observation(443)), params)
