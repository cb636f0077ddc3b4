"""The servers that are looked at, those of the lab and our own, and which of them testssl.sh is asked about too."""

from collections.abc import Mapping

from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Configuration
from tests.oracles.certified import CERTIFIED, FLAWED, Certified, WithFlaw

SERVERS: tuple[Configuration | Certified | WithFlaw, ...] = (*CONFIGURATIONS, *CERTIFIED, *FLAWED)
"""sslyze needs about a second for each, so it is asked about every one."""

EVERY_PART = tuple("-p -s -S -f -H -I -BB -R -C -O -Z -W -F -J -D -4".split())
"""Of testssl.sh: protocols, suites by strength, certificates, forward secrecy, and the known vulnerabilities one by
one."""
_OF_THE_LAB = (
    "nginx-modern",
    "nginx-intermediate-rsa",
    "nginx-old",
    "nginx-cbc-only",
    "nginx-dh1024",
    "nginx-stapling",
    "apache-insecure-renegotiation",
    "node-default",
    "gnutls-legacy",
    "openssl-null",
    "openssl-anonymous",
    "legacy-ancient",
    "legacy-tls1_0-export",
    "legacy-rc4-only",
)
ASKED_OF_TESTSSL: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_THE_LAB, EVERY_PART),
    **dict.fromkeys((each.id for each in CERTIFIED), ("-S",)),
    **dict.fromkeys((each.id for each in FLAWED), ("-H", "-I", "-BB")),
}
"""By server, the parts asked. All of them take one to three minutes: of the lab, one server of every kind of fault."""
