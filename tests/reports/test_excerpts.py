"""The line of evidence under a finding is what the observation holds at that place, and short whatever it holds."""

import hashlib
from dataclasses import replace

import pytest

from checks.model.evidence import Hop, HttpObservation, Observation, OpenPort, PortsObservation, TlsObservation
from checks.model.finding import Instance
from checks.model.pages import Page, Resource
from reports.excerpts import LONGEST, excerpt
from tests.reports import sample

OWN = sample.assets(1)[0]
LEAF = sample.certificate_of(OWN)
TLS = next(sample.evidence_for(OWN)).observation
HTTP = HttpObservation(
    (
        Hop("https://a.example/", "127.0.0.1", 301, (("Location", "/b"),)),
        Hop("https://a.example/b", "127.0.0.1", 200, (("X-Frame-Options", "DENY"), ("X-Frame-Options", "ALLOWALL"))),
    ),
    "answered",
)
PORTS = PortsObservation((OpenPort(443), OpenPort(3306, "mysql", "MariaDB", "10.3")), "22", "")


def shown(observation: Observation, path: str, key: str = "a") -> str | None:
    return excerpt(observation, Instance(key, "forbidden_protocol", path=path))


@pytest.mark.parametrize(
    ("observation", "path", "line"),
    [
        (TLS, "protocols.tls1_0", "protocols.tls1_0 = true"),
        (TLS, "protocols.tls1_3", "protocols.tls1_3 = null"),
        (TLS, "cipher_suites.tls1_2", 'cipher_suites.tls1_2 = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]'),
        (
            PORTS,
            "open.1",
            'open.1 = {"port": 3306, "product": "MariaDB", "service": "mysql", "ssh_protocol": null, "tls": false, '
            '"version": "10.3"}',
        ),
        (TLS, "certificates.0", f"certificates.0.chain.0: SHA-256 {hashlib.sha256(LEAF).hexdigest()}"),
        (
            TLS,
            "certificates.0.chain.1",
            f"certificates.0.chain.1: SHA-256 {hashlib.sha256(sample.ROOT[0]).hexdigest()}",
        ),
        (TLS, "certificates.9", None),
        (TLS, "certificates.0.chain.7", None),
        (TLS, "nothing.here", None),
        (TLS, "", None),
        (PORTS, "open.²", None),
        (PORTS, "open.99999999999999999999", None),
        (HTTP, "hops.7", None),
        (HTTP, "end", 'end = "answered"'),
    ],
)
def test_what_stands_at_a_path(observation: Observation, path: str, line: str | None) -> None:
    assert shown(observation, path) == line


def test_a_header_is_shown_as_sent_and_every_time_it_was_sent() -> None:
    line = shown(HTTP, "hops.1", "https://a.example/ x-frame-options")
    assert line == "HTTP 200; x-frame-options: DENY; x-frame-options: ALLOWALL"


def test_a_header_that_is_missing_is_shown_by_those_that_are_there() -> None:
    assert shown(HTTP, "hops.0", "https://a.example/ strict-transport-security") == "HTTP 301; headers: location"


def test_of_a_page_the_fact_is_shown() -> None:
    script = Resource("script", "https://b.example/a.js")
    page = HttpObservation(
        (Hop("https://a.example/", "127.0.0.1", 200, (), page=Page(True, resources=(script,))),), "answered"
    )
    line = shown(page, "hops.0.page.resources.0")
    assert line is not None and '"url": "https://b.example/a.js"' in line
    assert shown(page, "hops.0.page.listing") == "hops.0.page.listing = null"


def test_of_a_list_only_what_the_instance_is_about_is_shown() -> None:
    assert isinstance(TLS, TlsObservation)
    observation = replace(TLS, cipher_suites={"tls1_2": ("TLS_A", "TLS_B", "TLS_C")})
    about = Instance("a", "forbidden_protocol", {"where": "x", "suite": "TLS_B"}, path="cipher_suites.tls1_2")
    assert excerpt(observation, about) == "cipher_suites.tls1_2: TLS_B"


def test_a_huge_value_is_cut() -> None:
    huge = HttpObservation((Hop("https://a.example/", "127.0.0.1", 200, (("Server", "x" * 10**6),) * 50),), "answered")
    line = shown(huge, "hops.0", "https://a.example/ server")
    assert line is not None and len(line) < 6 * LONGEST
