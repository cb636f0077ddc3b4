"""Which ports are open, who stands on them, and which of them are new."""

from dataclasses import replace

from checks.model.asset import Asset
from checks.model.evidence import Evidence, OpenPort, PortsObservation, ProbeFailure
from checks.model.finding import Finding, Instance, Verdict
from checks.model.target import PortsTarget
from reports.services import OpenedPort, newly_opened, open_services
from tests.reports import sample

ONE = Asset("mot-01", sample.AGENCY.id, "https://mot.so-mau.example/", 3, address="127.0.0.1", ports=(25,))
TWO = Asset("hai-02", sample.AGENCY.id, "https://hai.so-mau.example/", 3, address="127.0.0.1")
SILENT = Asset("ba-03", sample.AGENCY.id, "https://ba.so-mau.example/", 3, address="127.0.0.3")


def seen(*looks: Evidence) -> dict[str, Evidence]:
    return {each.sighting.target.key: each for each in looks}


def test_a_port_is_named_once_an_address_with_everybody_who_stands_on_it() -> None:
    database = OpenPort(3306, "mysql", "MariaDB", "10.3")
    ports = PortsObservation((OpenPort(25), OpenPort(443), database), "80", "")
    looks = seen(
        sample.evidence(PortsTarget("127.0.0.1"), ports),
        sample.evidence(PortsTarget("127.0.0.3"), ProbeFailure("timed_out")),
    )
    found = open_services((ONE, TWO, SILENT), looks)
    assert [(each.address, each.port.port, each.declared) for each in found] == [
        ("127.0.0.1", 25, True),
        ("127.0.0.1", 443, True),
        ("127.0.0.1", 3306, False),
    ]
    assert {each.assets for each in found} == {("hai-02", "mot-01")}
    assert found[2].port == database


def finding(asset: Asset, verdict: Verdict, *instances: Instance) -> Finding:
    control = replace(sample.POLICY.controls[0], check="ports.newly_open")
    return replace(sample.finding(asset, control, verdict), instances=instances)


def opened(port: int, detected: str | None) -> Instance:
    return Instance(f"127.0.0.1/{port}", "newly_open", {"where": "127.0.0.1", "port": port, "detected": detected})


def test_newly_opened_ports_are_those_that_the_rule_found_each_once() -> None:
    found = newly_opened(
        [finding(ONE, "fail", opened(8080, None), opened(23, "telnet")), finding(TWO, "fail", opened(23, "telnet"))]
    )
    assert found == (
        OpenedPort("127.0.0.1", 23, "telnet", ("hai-02", "mot-01")),
        OpenedPort("127.0.0.1", 8080, "", ("mot-01",)),
    )


def test_whether_anything_is_new_is_known_only_where_a_rule_could_compare() -> None:
    assert newly_opened([finding(ONE, "pass")]) == ()
    assert newly_opened([]) is None
    assert newly_opened([finding(ONE, "not_assessable"), finding(TWO, "not_applicable")]) is None
    assert newly_opened([replace(finding(ONE, "pass"), check="ports.expected")]) is None
