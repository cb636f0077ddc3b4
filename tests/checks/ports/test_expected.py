"""ports.expected: only declared ports are open, and silence is not a pass."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.model.evidence import OpenPort
from checks.ports.expected import CHECK, Expected
from tests.checks.judging import ask, verdict
from tests.factories import ADDRESS, asset, ports_observation, subject

WEB = {"scan": [22, 80, 443, "8000-8100/tcp"]}
REST = "8000-8100"


@pytest.mark.parametrize(
    ("open_ports", "closed", "filtered", "params", "expected"),
    [
        ([443], f"22,80,{REST}", "", WEB, "pass"),
        ([443], "", f"22,80,{REST}", WEB, "pass"),  # filtered is not open
        ([], f"22,80,443,{REST}", "", WEB, "pass"),  # whether 443 answers is not this rule's question
        ([80, 443], "22", REST, WEB, "fail unexpected_port"),
        ([22, 80, 443], REST, "", WEB, "fail unexpected_port unexpected_port"),
        ([443, 8080], "22,80,8000-8079,8081-8100", "", WEB, "fail unexpected_port"),
        ([443, 3306], f"22,80,{REST}", "", WEB, "fail unexpected_port"),  # another rule asked for it: open all the same
        ([80, 443], f"22,{REST}", "", {**WEB, "ignore": [80]}, "pass"),
        ([443, 8080], "22,80,8000-8079,8081-8100", "", {**WEB, "ignore": ["8080-8090/tcp"]}, "pass"),
        ([OpenPort(22, service="ssh"), 443], f"80,{REST}", "", WEB, "fail unexpected_service"),
        ([OpenPort(22, product="Dropbear"), 443], f"80,{REST}", "", WEB, "fail unexpected_service"),
        ([], "", f"22,80,443,{REST}", WEB, "not_assessable no_answer"),
        ([], "", "", WEB, "not_assessable ports_not_asked"),
        ([443], "80", REST, WEB, "not_assessable ports_not_asked"),
        ([22, 443], "80", "", WEB, "fail unexpected_port"),  # what was seen is wrong, whatever was not
        (list(range(8000, 8101)), "22,80,443", "", WEB, "not_assessable everything_open"),
        (list(range(8000, 8100)), "22,80,443,8100", "", WEB, "not_assessable everything_open"),
        ([*range(8001, 8017), 21, 22, 80, 443], "", "", {"scan": [443]}, "not_assessable everything_open"),
        ([22, 80, 443, 8000], "", "8001-8100", {"scan": [443]}, "fail " + " ".join(["unexpected_port"] * 3)),
        ([*range(1, 20)], "", "", {"scan": [1]}, "fail " + " ".join(["unexpected_port"] * 19)),
    ],
)
def test_verdicts(
    open_ports: list[OpenPort | int], closed: str, filtered: str, params: dict[str, Any], expected: str
) -> None:
    seen = subject(ports_observation(*open_ports, closed=closed, filtered=filtered))
    assert verdict(ask(CHECK, seen, params)) == expected


def test_ports_of_the_asset_and_its_neighbours_are_expected() -> None:
    seen = ports_observation(25, 80, 443, 8443, closed="22")
    declared = asset(ports=(80,), endpoints=("https://cong.so-mau.example:8443/",))
    mail = asset("thu-so-mau", url="https://thu.so-mau.example/", endpoints=("smtp://thu.so-mau.example:25",))
    alone = ask(CHECK, subject(seen, asset=declared), {"scan": [22, 25, 80]})
    assert [each.params["port"] for each in alone.instances] == [25]
    assert verdict(ask(CHECK, subject(seen, asset=declared, neighbours=(mail,)), {"scan": [22, 25, 80]})) == "pass"


def test_an_instance_says_what_was_detected_and_no_more_than_fits() -> None:
    odd = OpenPort(3306, service="mysql", product="M" * 1000, version="10.6")
    outcome = ask(CHECK, subject(ports_observation(443, odd, closed="22")), {"scan": [22]})
    (instance,) = outcome.instances
    assert instance.key == f"{ADDRESS}/3306"
    assert instance.path == "open.1"
    assert instance.params["port"] == 3306
    assert instance.params["service"] == "mysql"
    assert instance.params["product"] == "M" * 200
    assert instance.params["version"] == "10.6"
    assert str(instance.params["detected"]).startswith("mysql MMM")


def test_undetected_services_stay_unnamed() -> None:
    (instance,) = ask(CHECK, subject(ports_observation(21, closed="22")), {"scan": [22]}).instances
    assert [instance.params[name] for name in ("service", "product", "version", "detected")] == [None] * 4


def test_gaps_name_the_ports() -> None:
    outcome = ask(CHECK, subject(ports_observation(443, closed="22")), {"scan": [22, 80, "8000-8100/tcp"]})
    assert outcome.params == {"ports": "80,8000-8100"}


def test_the_plan_learns_what_to_ask_for() -> None:
    assert CHECK.ports is not None
    assert CHECK.ports(Expected(scan=("8000-8100/tcp", 22, 21), ignore=(9,))) == ("21-22", "8000-8100")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"scan": []},
        {"scan": [0]},
        {"scan": [65536]},
        {"scan": ["9-1"]},
        {"scan": ["22/udp"]},
        {"scan": [True]},
        {"scan": [22], "ignore": ["x"]},
        {"scan": [22], "ignored": [1]},
    ],
)
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(ports_observation(443)), params)
