"""Whether a certificate names a host: RFC 9525, by the subjectAltName alone. Pure: names in, an answer out."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def covers(dns_names: Iterable[str], addresses: Iterable[object], host: str) -> bool:
    """Whether one of the presented identifiers matches the host asked for (RFC 9525 section 6).

    A literal address matches only iPAddress entries, a name only dNSName ones. Networks, which name constraints may
    hold, match nothing.
    """
    try:
        wanted: Address = ipaddress.ip_address(host)
    except ValueError:
        return any(_matches(name, host) for name in dns_names)
    return any(each == wanted for each in addresses)


def _matches(presented: str, host: str) -> bool:
    """Compare as A-labels without regard to case; "*" stands for the whole leftmost label and nothing else.

    A wildcard right under a top-level name ("*.vn") matches nothing, as in browsers: no one authority owns it.
    """
    pattern, name = presented.lower(), host.lower()
    if not pattern.startswith("*."):
        return pattern == name
    parent = pattern.removeprefix("*.")
    label, _, rest = name.partition(".")
    return bool(label) and rest == parent and "." in parent and "*" not in parent
