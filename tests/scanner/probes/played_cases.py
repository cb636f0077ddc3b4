"""Servers of every kind for property tests: what a server can have, at random, as long as it hangs together."""

from hypothesis import strategies as st

from checks.model.evidence import PROTOCOLS, Protocol
from checks.model.needs import TlsNeeds
from checks.tls import iana
from scanner.probes.tls import implied
from scanner.probes.tls.codec.exchange import SHARED
from scanner.probes.tls.codec.protection import can_protect
from scanner.probes.tls.offers import authentication, elliptic, finite_field, suites_of
from tests.scanner.probes.played_manners import Capabilities, Key

KEYS: tuple[Key, ...] = ("rsa", "ecdsa", "eddsa", "dss")
VERSIONS: tuple[Protocol, ...] = ("ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3")
OLD_GROUPS = tuple(code for code in iana.GROUPS if code < 31)
NEW_GROUPS = tuple(code for code in iana.GROUPS if code > 22 and not 26 <= code <= 28)
FEATURES = (
    "secure_renegotiation",
    "extended_master_secret",
    "encrypt_then_mac",
    "heartbeat",
    "session_tickets",
    "session_tickets_13",
    "late_tickets",
    "early_data",
    "compression",
    "fallback_scsv",
    "client_renegotiation",
)


def servable(version: Protocol, suite: int, keys: tuple[Key, ...], groups: tuple[int, ...]) -> bool:
    """Whether a server with these keys and groups can have a suite in a version."""
    name = iana.SUITES[suite]
    if elliptic(name) and (not groups or version == "ssl3"):
        return False
    kind = authentication(name)
    return kind is None or kind in keys or ("ECDHE_ECDSA" in name and "eddsa" in keys and version == "tls1_2")


@st.composite
def capabilities(draw: st.DrawFn, *, alike: bool = False) -> Capabilities:
    """A server that has at least one version from SSL 3.0 on; where they are `alike`, all have the same suites."""
    keys = tuple(draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True)))
    groups = tuple(draw(st.lists(st.sampled_from(OLD_GROUPS), max_size=6, unique=True)))
    groups13 = tuple(draw(st.lists(st.sampled_from(NEW_GROUPS), min_size=1, max_size=6, unique=True)))
    if not any(each in SHARED for each in groups13):
        groups13 += (29,)
    suites: dict[Protocol, tuple[int, ...]] = {}
    whole: tuple[int, ...] = ()
    for version in sorted(draw(st.sets(st.sampled_from(VERSIONS), min_size=1)), reverse=True):
        if version == "tls1_3":
            listed = draw(st.lists(st.sampled_from(suites_of(version)), min_size=1, max_size=5, unique=True))
            if keys != ("dss",):
                suites[version] = tuple(listed) + (() if any(map(can_protect, listed)) else (0x1301,))
            continue
        fitting = [each for each in suites_of(version) if servable(version, each, keys, groups)]
        common = [each for each in fitting if each in COMMON] or fitting
        chosen = st.lists(st.sampled_from(common) | st.sampled_from(fitting), min_size=1, max_size=8, unique=True)
        whole = whole if alike and whole else tuple(draw(chosen))
        found = tuple(each for each in whole if each in fitting)
        if found:
            suites[version] = found
    if not suites:
        suites["tls1_2"] = (0x0034,)  # anonymous: it needs nothing
    if draw(st.booleans()):
        suites["ssl2"] = tuple(draw(st.lists(st.sampled_from(list(iana.SSL2_SUITES)), min_size=1, unique=True)))
    return Capabilities(
        suites=suites,
        groups=groups,
        groups13=groups13,
        keys=keys,
        own_order=draw(st.booleans()),
        dh_bits=draw(st.sampled_from((512, 768, 1024, 1536, 2048, 2049, 4096))),
        features=frozenset(draw(st.lists(st.sampled_from(FEATURES), unique=True))),
        alpn=tuple(draw(st.sampled_from(((), (b"h2",), (b"http/1.1",), (b"h2", b"http/1.1"))))),
        timestamps=tuple(draw(st.sampled_from(((), (b"log one",), (b"log two", b"log one"))))),
    )


COMMON = frozenset(
    (0x0005, 0x000A, 0x002F, 0x0033, 0x0035, 0x0039, 0x003C, 0x009C, 0x009E, 0xC009, 0xC013, 0xC02B, 0xC02F, 0xCCA8)
)
"""What servers mostly have."""


SUITE_NAMES = {
    version: tuple((iana.SSL2_SUITES if version == "ssl2" else iana.SUITES)[code] for code in suites_of(version))
    for version in PROTOCOLS
}
ASKED_FEATURES = tuple(each for each in implied.FEATURES if each != "encrypt_then_mac")
"""Encrypt-then-MAC is told where suites in CBC mode are asked for: alone it is not asked."""


@st.composite
def requests(draw: st.DrawFn) -> TlsNeeds:
    """What a policy may ask for; policies that ask for features or certificates ask for every version too."""
    suites: dict[Protocol, tuple[str, ...]] = {}
    for version in draw(st.lists(st.sampled_from(PROTOCOLS), unique=True)):
        listed = [name for name in SUITE_NAMES[version] if version in ("ssl2", "tls1_3")]
        common = [iana.SUITES[code] for code in sorted(COMMON)] if not listed else listed
        chosen = st.sampled_from(common) | st.sampled_from(SUITE_NAMES[version])
        suites[version] = tuple(draw(st.lists(chosen, max_size=12)))
    dh_bits = draw(st.booleans())
    if dh_bits:
        fields = tuple(name for name in SUITE_NAMES["tls1_2"] if finite_field(name))
        suites |= {version: suites.get(version, ()) + fields for version in VERSIONS if version != "tls1_3"}
    more = draw(st.booleans())
    return TlsNeeds(
        protocols=PROTOCOLS if more else tuple(draw(st.lists(st.sampled_from(PROTOCOLS)))),
        suites=suites,
        groups=tuple(draw(st.lists(st.sampled_from(list(iana.GROUPS.values())), max_size=4))) if more else (),
        dh_bits=dh_bits,
        server_preference=tuple(draw(st.lists(st.sampled_from(VERSIONS)))),
        certificates=more and draw(st.booleans()),
        vulnerabilities=tuple(draw(st.lists(st.sampled_from(implied.VULNERABILITIES)))) if more else (),
        features=tuple(draw(st.lists(st.sampled_from(ASKED_FEATURES)))) if more else (),
    )
