"""No packet leaves for an address that is not of the inventory, and no server sees more than the limits allow."""

import ipaddress
import itertools
import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from scanner.probes.politeness import PER_ADDRESS, PER_SECOND
from scanner.probes.ports import PROBES_PER_CONNECTION
from tests.cli.command import PATIENCE, command, surroundings
from tests.network.capture import TCP, Capture, Packet, most_open, most_within
from tests.network.estate import (
    BYSTANDER,
    CONTACT,
    HESITANT,
    MAIN,
    OUTSIDER,
    PKI,
    REDIRECTS,
    RESOLVER,
    WEAK,
    Estate,
    running_estate,
)

SECOND = 0.999
"""A little less: what is exactly one second apart is not within one."""
SERVERS = (*MAIN, WEAK, HESITANT)
EVIDENCE = """
import json, sys
from pathlib import Path
from checks.model.canonical import plain
from scanner.cli.config import read_config
from scanner.cli.memory import open_history

found = open_history(read_config(Path("khien.yaml"))).evidence(sys.argv[1])
json.dump({key: plain(each.observation) for key, each in found.items()}, sys.stdout)
"""
"""What a run saw, by target."""


class Scanned:
    """The estate, one scan of it, and what passed the link meanwhile."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        with Capture(estate.scanner, estate.link) as capture:
            said = self._inside(*command("scan", "--json"))
        self.packets = capture.packets
        self.seen: dict[str, Any] = json.loads(
            self._inside(sys.executable, "-P", "-c", EVIDENCE, json.loads(said)["run"])
        )

    def begun(self, address: str, port: int | None = None, *, by_nmap: bool = False) -> list[Packet]:
        """The first packet of every connection to an address."""
        return [
            each
            for each in self.packets
            if each.begins and each.plain is by_nmap and each.destination == address and port in (None, each.ports[1])
        ]

    def observations(self, prefix: str) -> dict[str, Any]:
        return {key: each for key, each in self.seen.items() if key.startswith(prefix)}

    def _inside(self, *words: str) -> str:
        done = subprocess.run(
            self.estate.command(*words),
            cwd=self.estate.folder,
            env=surroundings(),
            capture_output=True,
            timeout=PATIENCE,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    with running_estate(tmp_path_factory.mktemp("estate")) as estate:
        yield Scanned(estate)


def test_nothing_is_sent_to_an_address_that_is_not_of_the_inventory(scanned: Scanned) -> None:
    """But to the resolver, and to neighbours on the link (RFC 4861, RFC 3810), which leaves it for nowhere."""
    asked = {each.destination for each in scanned.packets if each.sent}
    neighbours = {each for each in asked if ipaddress.ip_address(each) in ipaddress.ip_network("ff02::/16")}
    assert asked - neighbours == {*SERVERS, RESOLVER}
    assert not (scanned.estate.folder / "bystander.log").read_text()
    assert [each for each in scanned.estate.resolver.asked if each.startswith(OUTSIDER)] == []


def test_redirects_to_elsewhere_were_met_and_not_followed(scanned: Scanned) -> None:
    for number in range(len(REDIRECTS)):
        for address in MAIN:
            found = scanned.seen[f"http:{address}:https://cong.so-mau.example/{number}"]
            assert [hop["status"] for hop in found["hops"]] == [302]
            assert found["end"] in ("left_scope", "bad_redirect")
    led_out = [each for each in scanned.observations("http:").values() if each.get("end") == "left_scope"]
    assert len(led_out) >= 2 * (len(REDIRECTS) - 1)
    texts = [each["security_txt"] for each in scanned.observations("http:").values() if each.get("security_txt")]
    assert texts and all(each["status"] == 302 for each in texts)


def test_what_headers_pages_and_certificates_name_was_seen_and_not_asked_for(scanned: Scanned) -> None:
    page = scanned.seen[f"http:{MAIN[0]}:https://cong.so-mau.example/"]
    headers = {name.lower() for name, _ in page["hops"][-1]["headers"]}
    assert {"alt-svc", "link", "report-to", "refresh"} <= headers
    chains = scanned.seen[f"tls:{MAIN[0]}:443:cong.so-mau.example:"]["certificates"]
    assert chains and all(PKI.encode() in urlsafe_b64decode(each["chain"][0]) for each in chains)


def test_dns_changed_its_answer_meanwhile_and_the_first_one_held(scanned: Scanned) -> None:
    assert scanned.estate.given["cong.so-mau.example"] and scanned.estate.given["yeu.so-mau.example"]
    assert scanned.seen["dns:cong.so-mau.example"]["addresses"] == sorted(MAIN)


def test_an_alias_of_a_strangers_address_is_out_of_scope(scanned: Scanned) -> None:
    stray = [each for key, each in scanned.seen.items() if f":{BYSTANDER[0]}" in key or f":[{BYSTANDER[1]}" in key]
    assert len(stray) >= 4
    assert {each["reason"] for each in stray} == {"out_of_scope"}


def test_every_request_says_who_asks(scanned: Scanned) -> None:
    asked = (scanned.estate.folder / "asked.log").read_text().splitlines()
    methods = {each.partition(" ")[0] for each in asked}
    assert {"GET", "TRACE"} <= methods
    assert [each for each in asked if CONTACT not in each] == []


@pytest.mark.parametrize("address", SERVERS)
def test_a_server_sees_no_more_connections_than_the_limits_allow(scanned: Scanned, address: str) -> None:
    begun = scanned.begun(address)
    assert len({each.connection for each in begun}) > 2 * PER_SECOND or address == HESITANT
    assert most_within((each.time for each in begun), SECOND) <= PER_SECOND
    ours = [
        each
        for each in scanned.packets
        if each.protocol == TCP and each.connection in {one.connection for one in begun}
    ]
    assert most_open(ours) <= PER_ADDRESS
    probes = scanned.begun(address, by_nmap=True)
    assert len(probes) > PROBES_PER_CONNECTION * PER_SECOND
    assert most_within((each.time for each in probes), SECOND) <= PROBES_PER_CONNECTION * PER_SECOND


def test_a_second_try_comes_later_and_one_connection_after_the_other(scanned: Scanned) -> None:
    times = sorted(each.time for each in scanned.begun(HESITANT))
    pause, again = max(itertools.pairwise(times), key=lambda pair: pair[1] - pair[0])
    others = [each.time for address in (*MAIN, WEAK) for each in scanned.begun(address)]
    assert sum(pause < each < again for each in others) > len(others) / 2
    late = [each for each in scanned.packets if each.time >= again and HESITANT in (each.source, each.destination)]
    assert most_open(late) == 1
    found = scanned.seen[f"http:{HESITANT}:http://ngap-ngung.so-mau.example/"]
    assert [hop["status"] for hop in found["hops"]] == [200]
