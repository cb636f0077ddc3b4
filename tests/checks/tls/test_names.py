"""Names of certificates against hosts, as RFC 9525 section 6 compares them."""

from ipaddress import ip_address, ip_network

import pytest

from checks.tls.names import covers


@pytest.mark.parametrize(
    ("presented", "host", "expected"),
    [
        ("www.example.vn", "www.example.vn", True),
        ("WWW.Example.VN", "www.example.vn", True),
        ("www.example.vn", "WWW.EXAMPLE.VN", True),
        ("example.vn", "www.example.vn", False),
        ("www.example.vn", "example.vn", False),
        ("*.example.vn", "www.example.vn", True),
        ("*.EXAMPLE.vn", "www.example.vn", True),
        ("*.example.vn", "example.vn", False),
        ("*.example.vn", ".example.vn", False),
        ("*.example.vn", "a.b.example.vn", False),
        ("*.example.vn", "xn--cng-cla.example.vn", True),
        ("xn--cng-cla.example.vn", "XN--cng-cla.example.vn", True),
        ("xn--cng-cla.example.vn", "xn--cng-cla.example.vn", True),
        # hosts are A-labels; a certificate that holds U-labels names none (RFC 9525 section 6.2)
        ("c\u00f4ng.example.vn", "xn--cng-cla.example.vn", False),
        ("*.t\u1ec9nh.example.vn", "www.xn--tnh-eoa.example.vn", False),
        ("*.xn--tnh-eoa.example.vn", "www.xn--tnh-eoa.example.vn", True),
        ("xn--*.example.vn", "xn--cng-cla.example.vn", False),
        # a star is a whole label, the leftmost one, and the only one
        ("w*.example.vn", "www.example.vn", False),
        ("*w.example.vn", "www.example.vn", False),
        ("www.*.vn", "www.example.vn", False),
        ("*.*.vn", "www.example.vn", False),
        ("*.*.example.vn", "*.*.example.vn", False),
        ("*", "example", False),
        ("*.", "example.", False),
        ("*.vn", "example.vn", False),
        ("", "example.vn", False),
        # an address in a name is no address
        ("192.0.2.1", "192.0.2.1", False),
        ("*.0.2.1", "192.0.2.1", False),
    ],
)
def test_dns_names(presented: str, host: str, expected: bool) -> None:
    assert covers([presented], [], host) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("2001:db8::1", True),
        ("2001:DB8:0:0::1", True),
        ("2001:db8::2", False),
        ("198.51.100.0", False),
        ("www.example.vn", False),
    ],
)
def test_addresses(host: str, expected: bool) -> None:
    presented = [ip_network("198.51.100.0/24"), ip_address("192.0.2.1"), ip_address("2001:db8::1")]
    assert covers([], presented, host) is expected


def test_any_of_several_names_is_enough() -> None:
    assert covers(["a.example.vn", "*.example.org", "b.example.vn"], [], "b.example.vn")
    assert not covers([], [], "b.example.vn")
