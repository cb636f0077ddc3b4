"""Servers with bad manners: right evidence, or a failure with its reason; never a wrong word, and always an end."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest

from checks.model.evidence import PROTOCOLS
from checks.tls import iana
from scanner.probes.tls.contact import Failed
from scanner.probes.tls.offers import authentication, elliptic, finite_field, parts_of
from tests.scanner.probes.played_look import DEADLINE, exactly, look_at, never_wrong
from tests.scanner.probes.played_manners import Capabilities, Manners
from tests.scanner.probes.played_server import played_hello
from tests.scanner.probes.tls13_played import ReadHello

RICH = Capabilities(
    {
        "ssl2": (0x010080, 0x0700C0),
        "ssl3": (0x0005, 0x000A),
        "tls1_0": (0x002F, 0x0035, 0x000A),
        "tls1_1": (0x002F, 0x0035, 0x000A),
        "tls1_2": (0xC02F, 0xC030, 0xC02B, 0x009C, 0x002F, 0x0033),
        "tls1_3": (0x1301, 0x1302, 0x1303),
    },
    groups=(23, 24),
    keys=("rsa", "ecdsa"),
    features=frozenset({"secure_renegotiation", "extended_master_secret", "fallback_scsv", "session_tickets_13"}),
    alpn=(b"http/1.1",),
)
PLAIN = Capabilities(
    {"tls1_0": (0x002F, 0x0035, 0x000A), "tls1_2": (0xC02F, 0xC030, 0x009C, 0x002F, 0x0033)}, groups=(23, 24)
)
SHUNS: tuple[Literal["cut"], Literal["silence"], Literal["alert"]] = ("cut", "silence", "alert")
SERVERS = pytest.mark.parametrize("can", [RICH, PLAIN], ids=["rich", "plain"])

HARMLESS = {
    "warns, and closes": Manners(level=1),
    "refuses versions like suites": Manners(version_alert=40),
    "cuts in place of an alert": Manners(refusal="cut", ssl2_refusal="cut"),
    "resets in place of an alert": Manners(refusal="reset", ssl2_refusal="reset"),
    "cuts SSL 2.0 alone": Manners(ssl2_refusal="cut"),
    "fails internally": Manners(refusal_alert=80),
    "fails internally for versions too": Manners(refusal_alert=80, version_alert=80),
    "refuses by illegal_parameter": Manners(refusal_alert=47),
    "refuses everything by decode_error": Manners(refusal_alert=50, version_alert=50),
    "does not bear GREASE": Manners(bears_grease=False),
    "refuses GREASE by an alert": Manners(bears_grease=False, shunned="alert"),
    "bears 128 suites": Manners(most_suites=128),
    "20 connections in 5 seconds": Manners(window=(20, 5.0)),
    "5 connections a second": Manners(window=(5, 1.0)),
    "three at once": Manners(most_open=3),
    "one at once": Manners(most_open=1),
}
"""Manners that cost connections and hide nothing."""

HARMFUL = {
    "never refuses aloud": Manners(refusal="silence", ssl2_refusal="silence"),
    "ignores GREASE": Manners(bears_grease=False, shunned="silence"),
    "cuts hellos over 255 octets": Manners(longest_hello=255),
    "ignores hellos over 255 octets": Manners(longest_hello=255, shunned="silence"),
    "refuses hellos over 255 octets": Manners(longest_hello=255, shunned="alert"),
    "cuts hellos over 64 suites": Manners(most_suites=64),
    "refuses hellos over 64 suites": Manners(most_suites=64, shunned="alert"),
    "cuts hellos over 30 suites": Manners(most_suites=30),
    "refuses an empty key share": Manners(wants_share=True, shunned="alert"),
    "cuts an empty key share": Manners(wants_share=True),
    "ignores an empty key share": Manners(wants_share=True, shunned="silence"),
    "10 connections in 30 seconds": Manners(window=(10, 30.0)),
    "dies after 10": Manners(dies_after=10),
    "dies after 1": Manners(dies_after=1),
    **{f"cuts one in five ({seed})": Manners(cuts=0.2, seed=seed) for seed in range(4)},
    **{f"cuts half ({seed})": Manners(cuts=0.5, seed=seed) for seed in range(4)},
    **{f"sleeps one in five ({seed})": Manners(sleeps=0.2, seed=seed) for seed in range(4)},
    **{f"sleeps half ({seed})": Manners(sleeps=0.5, seed=seed) for seed in range(4)},
    **{
        f"cuts one in five and whatever it refuses ({seed})": Manners(
            cuts=0.2, refusal="cut", ssl2_refusal="cut", seed=seed
        )
        for seed in range(4)
    },
}
"""Manners under which some of it cannot be told."""

MOST = 200
"""Connections that no manners bring a look to."""


OK, BAD_REQUEST, TO_HTTPS = b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"HTTP/1.1 307 Temporary"


@pytest.mark.parametrize("refusal", ["cut", "reset", "silence"])
def test_a_server_of_something_else_is_known_after_few_connections(
    refusal: Literal["cut", "reset", "silence"],
) -> None:
    for banner in (OK, b"220 mail.example ESMTP\r\n", b"HTTP/1.1 403 Forbidden\r\n"):
        looked = look_at(Capabilities({}), Manners(refusal=refusal, ssl2_refusal=refusal, plain=banner))
        assert looked.examination.failed == Failed("not_tls", "a request in the clear is answered")
        assert looked.ran.connections == 5


@pytest.mark.parametrize("plain", [OK, BAD_REQUEST, TO_HTTPS], ids=["200", "400", "307"])
@pytest.mark.parametrize("shunned", ["cut", "silence"])
def test_a_server_that_does_not_bear_long_hellos_may_answer_in_the_clear(
    plain: bytes, shunned: Literal["cut", "silence"]
) -> None:
    looked = look_at(PLAIN, Manners(longest_hello=255, shunned=shunned, plain=plain))
    never_wrong(looked.seen, PLAIN)
    assert looked.examination.failed is None


@pytest.mark.parametrize("plain", [BAD_REQUEST, TO_HTTPS], ids=["400", "307"])
def test_what_servers_of_tls_say_in_the_clear_ends_nothing(plain: bytes) -> None:
    """It bears no suites beyond the first few, and no GREASE: only one of the last hellos is answered."""
    can = Capabilities({"ssl3": (0x0005, 0x000A)})
    looked = look_at(can, Manners(version_alert=0, refusal="cut", spoils=_cuts_extensions, plain=plain))
    assert looked.examination.failed is None
    never_wrong(looked.seen, can)


def _cuts_extensions(hello: ReadHello) -> bytes | None:
    """What no reader takes for an answer, to a hello that has extensions."""
    return b"\x15\x03\x00\x00\x02\x01\x00" if hello.extensions is not None else None


@SERVERS
@pytest.mark.parametrize("manners", HARMLESS.values(), ids=HARMLESS)
def test_all_is_seen_of_a_server_that_is_odd_and_no_worse(can: Capabilities, manners: Manners) -> None:
    looked = look_at(can, manners)
    exactly(looked)
    assert looked.ran.connections <= MOST
    assert looked.ran.seconds < DEADLINE
    assert not looked.ran.expired


@SERVERS
@pytest.mark.parametrize("manners", HARMFUL.values(), ids=HARMFUL)
def test_nothing_wrong_is_told_of_a_server_that_hides_itself(can: Capabilities, manners: Manners) -> None:
    looked = look_at(can, manners)
    assert looked.ran.connections <= MOST
    assert looked.ran.seconds <= DEADLINE
    failed = looked.examination.failed
    if failed is not None:
        assert failed.reason in ("tls_failed", "reset", "timed_out", "deadline")
    else:
        never_wrong(looked.seen, can, manners)


@pytest.mark.parametrize("shunned", SHUNS)
def test_a_server_of_small_hellos_shows_all_that_they_can_ask(shunned: Literal["cut", "silence", "alert"]) -> None:
    groups = tuple(sorted(code for code in iana.GROUPS if code < 30))[::3]
    can = replace(RICH, groups=groups, groups13=(25, 24, 30), keys=("rsa", "ecdsa", "eddsa"))
    manners = Manners(longest_hello=255, shunned=shunned)
    looked = look_at(can, manners)
    seen = looked.seen
    never_wrong(seen, can, manners)
    assert seen.protocols == dict.fromkeys(PROTOCOLS, True)
    assert all(seen.failure(f"cipher_suites.{version}") is None for version in PROTOCOLS)
    assert seen.failure("groups") is None
    assert seen.failure("certificates") is None


@pytest.mark.parametrize(
    "manners", [Manners(wants_share=True, shunned="alert"), Manners(wants_share=True, shunned="cut")]
)
def test_a_key_share_is_sent_where_a_server_wants_one(manners: Manners) -> None:
    seen = look_at(RICH, manners).seen
    assert seen.protocols["tls1_3"] is True
    assert seen.failure("cipher_suites.tls1_3") is None


def test_a_silent_server_costs_few_connections() -> None:
    looked = look_at(RICH, Manners(dies_after=0))
    assert looked.examination.failed is not None
    assert looked.examination.failed.reason == "timed_out"
    assert looked.ran.connections <= 10


def test_a_server_that_only_cuts_is_reset() -> None:
    looked = look_at(RICH, Manners(cuts=1.0))
    assert looked.examination.failed is not None
    assert looked.examination.failed.reason == "reset"
    assert looked.ran.connections <= 20


def test_a_server_that_refuses_everything_has_failed_and_is_not_without_tls() -> None:
    looked = look_at(Capabilities({}))
    assert looked.examination.failed is not None
    assert looked.examination.failed.reason == "tls_failed"
    assert looked.ran.connections <= 20


Lie = Callable[[ReadHello], bytes | None]


def picks_unoffered(hello: ReadHello) -> bytes | None:
    """TLS_RSA_WITH_AES_128_CBC_SHA, offered or not."""
    return None if 0x002F in hello.suites else played_hello(0x0303, 0x002F)


def retries_unoffered(hello: ReadHello) -> bytes | None:
    """A group that nobody registered, in place of a refusal."""
    if 0x0304 not in hello.listed(43, 1) or {29, 23} & set(hello.listed(10)):
        return None
    return played_hello(0x0303, hello.suites[-1], (51, b"\x77\x77"), (43, b"\x03\x04"), retry=True)


def retries_for_nothing(hello: ReadHello) -> bytes | None:
    """A HelloRetryRequest that asks for no group."""
    if 0x0304 not in hello.listed(43, 1):
        return None
    return played_hello(0x0303, hello.suites[-1], (43, b"\x03\x04"), retry=True)


def answers_above(hello: ReadHello) -> bytes | None:
    """A version above the one offered."""
    if hello.version == 0x0303:
        return None
    return played_hello(0x0303, hello.suites[-1])


def speaks_nonsense(hello: ReadHello) -> bytes | None:
    """Application data to hellos of TLS 1.1 and below."""
    return None if hello.version == 0x0303 else b"\x17\x03\x01\x00\x05hello"


def half_a_hello(hello: ReadHello) -> bytes | None:
    """A ServerHello that is too short, to hellos of TLS 1.1 and below."""
    return None if hello.version == 0x0303 else b"\x16\x03\x01\x00\x06\x02\x00\x00\x02\x03\x01"


LIES: tuple[Lie, ...] = (
    picks_unoffered,
    retries_unoffered,
    retries_for_nothing,
    answers_above,
    speaks_nonsense,
    half_a_hello,
)


@SERVERS
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_what_was_not_offered_is_no_answer(can: Capabilities, lie: Lie) -> None:
    looked = look_at(can, Manners(spoils=lie))
    assert looked.ran.connections <= MOST
    assert looked.ran.seconds <= DEADLINE
    if looked.examination.failed is None:
        never_wrong(looked.seen, can)


def test_a_suite_that_was_not_offered_leaves_the_list_open() -> None:
    seen = look_at(PLAIN, Manners(spoils=picks_unoffered)).seen
    for version in ("tls1_0", "tls1_2"):
        failure = seen.failure(f"cipher_suites.{version}")
        assert failure is not None
        assert failure.reason == "tls_failed"


def test_one_suite_that_a_server_does_not_bear_hides_none_beside_it() -> None:
    rare = [each for each in parts_of("tls1_2")[2] if not authentication(iana.SUITES[each])]
    plain = [each for each in rare if not elliptic(iana.SUITES[each]) and not finite_field(iana.SUITES[each])]
    poison, other = plain[0], plain[-1]

    def chokes(hello: ReadHello) -> bytes | None:
        return b"\x15\x03\x01\x00\x02\x02\x2f" if poison in hello.suites else None

    can = Capabilities({"tls1_2": (0xC02F, 0x009C, other)})
    exactly(look_at(can, Manners(spoils=chokes)))


def test_a_key_that_only_silence_hides_is_not_told_as_absent() -> None:
    can = Capabilities({"tls1_2": (0xC02F, 0xC02B)}, keys=("rsa", "ecdsa"))
    seen = look_at(can, Manners(spoils=lambda hello: None if 0xC02F in hello.suites else b"")).seen
    never_wrong(seen, can)
    assert len(seen.certificates) == 1
    assert seen.failure("certificates") is not None


@pytest.mark.parametrize("at_once", [1, 5])
@SERVERS
def test_a_look_that_ends_early_says_what_it_did_not_see(can: Capabilities, at_once: int) -> None:
    whole = look_at(can, at_once=at_once).ran.answers
    for answers in range(whole):
        looked = look_at(can, at_once=at_once, expire_after=answers)
        assert looked.ran.expired
        failed = looked.examination.failed
        if failed is not None:
            assert failed.reason == "deadline"
            continue
        never_wrong(looked.seen, can)
        assert looked.seen.failures
