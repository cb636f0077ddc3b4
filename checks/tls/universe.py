"""Every suite and group that a look could find: what "none of those" means. Pure: names of `checks.tls.iana`."""

from checks.model.versions import PROTOCOLS, Protocol
from checks.tls.iana import GROUPS, SSL2_SUITES, SUITES, TLS13_SUITES

_OLDER = frozenset(name for code, name in SUITES.items() if code not in TLS13_SUITES)
_TLS13 = frozenset(SUITES[code] for code in TLS13_SUITES)


def _suites(version: Protocol) -> frozenset[str]:
    """Suites of SSL 3.0 to TLS 1.2 are one set: servers accept newer ones in older versions against the rule."""
    return frozenset(SSL2_SUITES.values()) if version == "ssl2" else _TLS13 if version == "tls1_3" else _OLDER


EVERY_SUITE: dict[Protocol, frozenset[str]] = {version: _suites(version) for version in PROTOCOLS}
"""By version: names of the suites that are offered when all are asked for."""
EVERY_GROUP: frozenset[str] = frozenset(GROUPS.values())
"""Names of the groups that are offered when all are asked for."""
