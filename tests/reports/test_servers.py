"""Which server an asset says it is: by its own header, else by version detection, else nothing."""

import pytest

from checks.model.evidence import Evidence, Hop, HttpObservation, OpenPort, PortsObservation, ProbeFailure
from checks.model.target import HttpTarget, PortsTarget
from reports.servers import server_of
from tests.reports import sample

ASSET = sample.assets(1)[0]
ADDRESS = ASSET.address or ""


def seen(*items: Evidence) -> dict[str, Evidence]:
    return {each.sighting.target.key: each for each in items}


def answer(*headers: tuple[str, str], url: str = ASSET.url) -> Evidence:
    return sample.evidence(
        HttpTarget(ADDRESS, ASSET.url), HttpObservation((Hop(url, ADDRESS, 200, headers),), "answered")
    )


def ports(*found: OpenPort) -> Evidence:
    return sample.evidence(PortsTarget(ADDRESS), PortsObservation(found, "", ""))


@pytest.mark.parametrize(
    ("header", "server"),
    [
        ("nginx", "nginx"),
        ("nginx/1.22.1", "nginx"),
        ("openresty/1.25", "nginx"),
        ("Apache", "apache"),
        ("Apache/2.4.57 (Debian)", "apache"),
        ("Apache-Coyote/1.1", None),
        ("Microsoft-IIS/10.0", "iis"),
        ("cloudflare", None),
        ("", None),
        ("x nginx", None),
    ],
)
def test_by_the_header(header: str, server: str | None) -> None:
    assert server_of(ASSET, seen(answer(("server", header)))) == server


def test_the_header_of_another_host_says_nothing() -> None:
    assert server_of(ASSET, seen(answer(("Server", "nginx"), url="https://other.example/"))) is None


def test_by_version_detection_at_the_assets_own_port() -> None:
    assert server_of(ASSET, seen(ports(OpenPort(443, "http", "Apache httpd", "2.4")))) == "apache"
    assert server_of(ASSET, seen(ports(OpenPort(8443, "http", "nginx"), OpenPort(443)))) is None


def test_the_header_goes_before_version_detection() -> None:
    found = seen(answer(("Server", "Microsoft-IIS/10.0")), ports(OpenPort(443, "http", "nginx")))
    assert server_of(ASSET, found) == "iis"


def test_a_failed_look_says_nothing() -> None:
    assert server_of(ASSET, seen(sample.evidence(HttpTarget(ADDRESS, ASSET.url), ProbeFailure("refused")))) is None
    assert server_of(ASSET, {}) is None
