"""Whether nothing of the kind that a question is about is there: read from recorded observations, without any rule.

A verdict "not applicable" of ours counts as a peer's pass only where this says so too.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Seen = Mapping[str, Any]
"""The recorded observations of a case, by role."""

_EXTENDED = ("ssl3", "tls1_0", "tls1_1", "tls1_2")
"""Versions with compression, renegotiation and extensions about them."""


def nothing_there(seen: Seen, controls: tuple[str, ...], reasons: frozenset[str]) -> bool:
    """Whether each of the reasons that our rules give for having nothing to judge holds; for features of TLS it
    depends on the control."""
    whose = {"FALLBACK": "no_version_to_fall_back_to"}.get(controls[0])
    told = {whose if whose and each == "features_without_meaning" else each for each in reasons}
    return bool(told) and all(each in _REASONS and _REASONS[each](seen) for each in told)


def _versions(seen: Seen) -> list[str]:
    return [version for version, spoken in seen["tls"]["protocols"].items() if spoken is not False]


def _no_curves(seen: Seen) -> bool:
    suites = [suite for found in seen["tls"]["cipher_suites"].values() for suite in found]
    return "tls1_3" not in _versions(seen) and not any("_ECDH" in each for each in suites)


def _headers(seen: Seen) -> set[str]:
    return {name.lower() for hop in seen["https"]["hops"] for name, _ in hop["headers"]}


def _kept(seen: Seen) -> list[str]:
    """Cookies but those for a domain that their site is not in (RFC 6265bis section 5.7)."""
    found = []
    for hop in seen["https"]["hops"]:
        host = urlsplit(hop["url"]).hostname or ""
        for name, value in hop["headers"]:
            domain = re.search(r";\s*Domain=([^;\s]+)", value, re.IGNORECASE)
            if name.lower() == "set-cookie" and (domain is None or f".{host}".endswith(f".{domain[1].lstrip('.')}")):
                found.append(value)
    return found


def _cors(seen: Seen) -> bool:
    return "access-control-allow-origin" not in _headers(seen) and not seen["https"]["foreign_origin"]["allowed"]


_REASONS: Mapping[str, Callable[[Seen], bool]] = {
    "features_without_meaning": lambda seen: set(_versions(seen)).isdisjoint(_EXTENDED),
    "no_version_to_fall_back_to": lambda seen: len(set(_versions(seen)) & set(_EXTENDED)) < 2,  # RFC 7507
    "no_groups": _no_curves,
    "versions_not_supported": lambda seen: "ssl3" not in _versions(seen),
    "no_cookies": lambda seen: not _kept(seen),
    "cors_not_used": _cors,
}
