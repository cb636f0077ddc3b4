"""What there is to look at for an asset, and the keys by which history finds it again in every later run."""

import pytest

from checks.model.asset import Asset, port_of
from checks.model.target import (
    DnsTarget,
    HttpTarget,
    PortsTarget,
    Target,
    TlsTarget,
    endpoint,
    is_address,
    names_of,
    targets_of,
)
from tests.factories import ADDRESS, HOST, URL, asset

SIX = "2001:db8::1"
SMTP = "smtp://thu.so-mau.example:25"


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (DnsTarget(HOST), f"dns:{HOST}"),
        (PortsTarget(SIX, "22", "443"), f"ports:{SIX}"),
        (TlsTarget(ADDRESS, 443, HOST), f"tls:{ADDRESS}:443:{HOST}:"),
        (TlsTarget(SIX, 25, None, "smtp"), f"tls:[{SIX}]:25::smtp"),
        (TlsTarget(ADDRESS, 25, HOST, "smtp"), f"tls:{ADDRESS}:25:{HOST}:smtp"),
        (HttpTarget(SIX, URL), f"http:{SIX}:{URL}"),
    ],
)
def test_keys_are_never_written_another_way(target: Target, key: str) -> None:
    assert target.key == key


def test_ports_that_nobody_named_are_none() -> None:
    assert (PortsTarget(ADDRESS).ports, PortsTarget(ADDRESS).known) == ("", "")


@pytest.mark.parametrize(
    ("site", "addresses", "expected"),
    [
        (
            asset(),
            {},
            [
                PortsTarget(ADDRESS),
                HttpTarget(ADDRESS, URL),
                TlsTarget(ADDRESS, 443, HOST),
                HttpTarget(ADDRESS, f"http://{HOST}/"),
            ],
        ),
        (
            asset(url=f"https://[{SIX}]/x", address=None),
            {},
            [
                PortsTarget(SIX),
                HttpTarget(SIX, f"https://[{SIX}]/x"),
                TlsTarget(SIX, 443, None),
                HttpTarget(SIX, f"http://[{SIX}]/"),
            ],
        ),
        (
            asset(url=f"http://{HOST}:8080/"),
            {},
            [
                PortsTarget(ADDRESS),
                HttpTarget(ADDRESS, f"http://{HOST}:8080/"),
                HttpTarget(ADDRESS, URL),
                TlsTarget(ADDRESS, 443, HOST),
            ],
        ),
        (
            asset(url=f"http://{HOST}:443/"),
            {},
            [
                PortsTarget(ADDRESS),
                HttpTarget(ADDRESS, f"http://{HOST}:443/"),
                HttpTarget(ADDRESS, URL),
                TlsTarget(ADDRESS, 443, HOST),
            ],
        ),
        (
            asset(url=f"https://{HOST}:8443/"),
            {},
            [PortsTarget(ADDRESS), HttpTarget(ADDRESS, f"https://{HOST}:8443/"), TlsTarget(ADDRESS, 8443, HOST)],
        ),
        (
            asset(url=f"https://{HOST}:8443/", address=None, endpoints=(SMTP,)),
            {HOST: (ADDRESS, SIX), "thu.so-mau.example": ("192.0.2.9",)},
            [
                DnsTarget(HOST),
                DnsTarget("thu.so-mau.example"),
                PortsTarget(ADDRESS),
                PortsTarget(SIX),
                HttpTarget(ADDRESS, f"https://{HOST}:8443/"),
                TlsTarget(ADDRESS, 8443, HOST),
                HttpTarget(SIX, f"https://{HOST}:8443/"),
                TlsTarget(SIX, 8443, HOST),
                TlsTarget("192.0.2.9", 25, "thu.so-mau.example", "smtp"),
            ],
        ),
        (asset(address=None), {}, [DnsTarget(HOST)]),
    ],
    ids=["pinned", "literal address", "cleartext", "cleartext at 443", "another port", "two hosts", "no address"],
)
def test_what_there_is_to_look_at(site: Asset, addresses: dict[str, tuple[str, ...]], expected: list[Target]) -> None:
    assert list(targets_of(site, addresses)) == expected


@pytest.mark.parametrize(
    ("site", "names"),
    [
        (asset(), ()),
        (asset(address=None), (HOST,)),
        (asset(address=None, endpoints=(SMTP, URL)), (HOST, "thu.so-mau.example")),
        (asset(url=f"https://[{SIX}]/", address=None, endpoints=(SMTP,)), ("thu.so-mau.example",)),
    ],
)
def test_names_that_dns_is_asked_for(site: Asset, names: tuple[str, ...]) -> None:
    assert names_of(site) == names


def test_places_and_literal_addresses() -> None:
    assert (endpoint(ADDRESS, 443), endpoint(SIX, 443)) == (f"{ADDRESS}:443", f"[{SIX}]:443")
    assert [is_address(each) for each in (ADDRESS, SIX, "127.1", HOST)] == [True, True, False, False]


def test_ports_of_an_asset_are_those_on_its_own_host() -> None:
    site = asset(endpoints=(SMTP, f"imap://{HOST}"), ports=(22,))
    assert site.own_ports == {443, 143}  # the mail server is another machine
    assert site.expected_ports == {22, 143, 443}


SCHEMES = {"http": 80, "https": 443, "smtp": 25, "imap": 143, "pop3": 110, "ftp": 21, "ldap": 389, "postgres": 5432}


@pytest.mark.parametrize(("scheme", "port"), SCHEMES.items())
def test_the_port_of_a_scheme(scheme: str, port: int) -> None:
    assert port_of(f"{scheme}://{HOST}/") == port
    assert port_of(f"{scheme}://{HOST}:4711/") == 4711
