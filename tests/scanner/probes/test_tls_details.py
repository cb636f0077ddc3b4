"""Order, groups, certificates and features of played servers, each where it is hard to tell."""

from dataclasses import replace

import pytest

from checks.model.evidence import Failure, Protocol
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from checks.tls import iana
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.offers import suites_of
from tests.scanner.probes.played_look import Entropy, chains_of, exactly, look_at, never_wrong, run
from tests.scanner.probes.played_manners import Capabilities, Key, Manners, chain_of
from tests.scanner.probes.played_server import PlayedEndpoint

TWO = Capabilities({"tls1_2": (0xC02F, 0x009C), "tls1_0": (0x002F, 0x0035)})


@pytest.mark.parametrize("own_order", [True, False])
@pytest.mark.parametrize("version", ["ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3"])
@pytest.mark.parametrize("turned", [True, False])
def test_whose_order_counts(version: Protocol, own_order: bool, turned: bool) -> None:
    suites = (0x1301, 0x1303) if version == "tls1_3" else (0x002F, 0x0035)
    can = Capabilities({version: suites[::-1] if turned else suites}, own_order=own_order)
    looked = look_at(can)
    exactly(looked)
    assert looked.seen.server_preference == {version: own_order}


@pytest.mark.parametrize("own_order", [True, False])
def test_whose_order_counts_in_small_hellos_too(own_order: bool) -> None:
    can = Capabilities({"tls1_2": (0xC02F, 0xC030, 0x009C), "tls1_0": (0xC013, 0x002F)}, own_order=own_order)
    looked = look_at(can, Manners(longest_hello=255))
    never_wrong(looked.seen, can)
    assert looked.examination.failed is None
    assert looked.seen.server_preference == {"tls1_0": own_order, "tls1_2": own_order}


def test_there_may_be_nothing_to_fall_back_to() -> None:
    suites: dict[Protocol, tuple[int, ...]] = {"tls1_3": (0x1301,), "tls1_2": (0x002F,), "ssl3": (0x002F,)}
    alone: list[tuple[Protocol, ...]] = [("tls1_2",), ("tls1_3",), ("tls1_2", "tls1_3"), ("ssl3", "tls1_3")]
    for versions in alone:
        looked = look_at(Capabilities({each: suites[each] for each in versions}))
        exactly(looked)
        assert "fallback_scsv" not in looked.seen.features


@pytest.mark.parametrize("there", [True, False])
def test_a_signal_behind_more_suites_than_one_hello_holds(there: bool) -> None:
    every = tuple(code for code in suites_of("tls1_0") if "_WITH_" in iana.SUITES[code] and "RSA" in iana.SUITES[code])
    assert len(every) > 130
    can = Capabilities({"tls1_0": every, "tls1_2": (0xC02F,)}, features=frozenset({"fallback_scsv"} if there else ()))
    looked = look_at(can, Manners(most_suites=128, shunned="alert"))
    never_wrong(looked.seen, can)
    assert looked.seen.features["fallback_scsv"] is there


def test_a_suite_of_several_versions_is_offered_once_and_tells_no_order_twice() -> None:
    suites: dict[Protocol, tuple[int, ...]]
    suites = {"tls1_2": (0x003E, 0x0012), "tls1_1": (0x00A2,), "tls1_0": (0x00A2,), "ssl3": (0x003E,)}
    can = Capabilities(suites, groups=(), keys=("dss",), features=frozenset())
    assert look_at(can).seen.server_preference == {"tls1_2": True}


def test_one_suite_has_no_order() -> None:
    assert look_at(Capabilities({"tls1_2": (0x002F,)})).seen.server_preference == {}


@pytest.mark.parametrize("keys", [("rsa",), ("ecdsa",), ("rsa", "ecdsa"), ("eddsa", "ecdsa", "rsa"), ("eddsa",)])
@pytest.mark.parametrize("versions", [("tls1_2",), ("tls1_3",), ("tls1_2", "tls1_3")])
def test_the_chain_of_every_key_is_seen(keys: tuple[Key, ...], versions: tuple[Protocol, ...]) -> None:
    suites: dict[Protocol, tuple[int, ...]] = {
        "tls1_2": tuple(({0xC02F} if "rsa" in keys else set()) | ({0xC02B} if keys != ("rsa",) else set())),
        "tls1_3": (0x1301,),
    }
    looked = look_at(Capabilities({each: suites[each] for each in versions}, keys=keys))
    exactly(looked)
    assert len(looked.seen.certificates) == len(keys)


def test_staples_and_timestamps_are_kept_with_their_chain() -> None:
    for version, suite in (("tls1_2", 0xC02F), ("tls1_3", 0x1301)):
        suites: dict[Protocol, tuple[int, ...]] = {version: (suite,)}  # type: ignore[dict-item]
        can = Capabilities(suites, stapled=b"no response", timestamps=(b"two", b"one"))
        [chain] = look_at(can).seen.certificates
        assert chain.chain == chain_of("rsa")
        assert chain.ocsp_staple is True
        assert chain.ocsp_status == "unusable"
        assert chain.scts == (b"one", b"two")


@pytest.mark.parametrize("bits", [512, 1023, 1024, 2048, 8192])
def test_the_modulus_is_measured(bits: int) -> None:
    seen = look_at(Capabilities({"tls1_2": (0x0033,), "tls1_0": (0x0039,)}, dh_bits=bits)).seen
    assert seen.groups.dh_bits == (bits,)


@pytest.mark.parametrize("feature", ["fallback_scsv", "client_renegotiation", "compression", "heartbeat"])
@pytest.mark.parametrize("there", [True, False])
def test_features_are_told_as_they_are(feature: str, there: bool) -> None:
    can = replace(TWO, features=TWO.features | {feature} if there else TWO.features - {feature})
    looked = look_at(can)
    exactly(looked)
    assert looked.seen.features[feature] is there


@pytest.mark.parametrize(
    ("features", "early_data", "tickets"),
    [
        (set(), False, False),
        ({"session_tickets_13"}, False, True),
        ({"session_tickets_13", "early_data"}, True, True),
        ({"late_tickets"}, False, True),
        ({"late_tickets", "early_data"}, True, True),
    ],
)
def test_early_data_is_what_tickets_permit(features: set[str], early_data: bool, tickets: bool) -> None:
    seen = look_at(Capabilities({"tls1_3": (0x1301,)}, features=frozenset(features))).seen
    assert seen.features["early_data"] is early_data
    assert seen.features["session_tickets"] is tickets


def test_late_tickets_are_waited_for_only_where_they_matter() -> None:
    can = Capabilities({"tls1_3": (0x1301,)}, features=frozenset({"late_tickets"}))
    for needs, handshakes in ((TlsNeeds(alpn=True), 1), (TlsNeeds(("tls1_3",), features=("early_data",)), 2)):
        looked = look_at(can, needs=needs)
        never_wrong(looked.seen, can)
        assert looked.ran.kinds["Handshake"] == handshakes


def test_tls_1_3_with_what_the_scanner_cannot_do_says_so() -> None:
    can = Capabilities({"tls1_3": (0x1307,)}, groups13=(0x11EC,))
    looked = look_at(can)
    never_wrong(looked.seen, can)
    seen = looked.seen
    assert seen.cipher_suites["tls1_3"]
    assert seen.groups.supported == ("X25519MLKEM768",)
    assert seen.failure("certificates") is not None
    assert seen.failure("features.early_data") is not None


def test_the_protocol_of_the_application_is_seen() -> None:
    for version, suite in (("tls1_2", 0xC02F), ("tls1_3", 0x1301)):
        suites: dict[Protocol, tuple[int, ...]] = {version: (suite,)}  # type: ignore[dict-item]
        assert look_at(Capabilities(suites, alpn=(b"h2", b"http/1.1"))).seen.alpn == "h2"
        assert look_at(Capabilities(suites)).seen.alpn is None


@pytest.mark.parametrize("chosen", [(b"h2",), (b"http/1.1",), ()])
@pytest.mark.parametrize("versions", [("tls1_3",), ("tls1_2",), ("tls1_0",), ("tls1_2", "tls1_3")])
@pytest.mark.parametrize("manners", [Manners(), Manners(bears_grease=False)], ids=["plain", "does not bear GREASE"])
def test_the_protocol_of_the_application_alone(
    chosen: tuple[bytes, ...], versions: tuple[Protocol, ...], manners: Manners
) -> None:
    """A few connections tell it where nothing else is asked for."""
    suites: dict[Protocol, tuple[int, ...]] = {"tls1_3": (0x1301,), "tls1_2": (0xC02F,), "tls1_0": (0x002F,)}
    can = Capabilities({each: suites[each] for each in versions}, alpn=chosen)
    for needs in (TlsNeeds(alpn=True), TlsNeeds(alpn=True, certificates=True), None):
        looked = look_at(can, manners, needs=needs)
        assert looked.seen.alpn == (chosen[0].decode() if chosen else None)
        assert looked.seen.failure("alpn") is None
        assert needs != TlsNeeds(alpn=True) or looked.ran.connections <= 6


def test_a_protocol_that_was_not_asked_for_is_not_known() -> None:
    can = Capabilities({"tls1_2": (0xC02F,), "tls1_3": (0x1301,)})
    seen = look_at(can, Manners(bears_grease=False), needs=TlsNeeds(("tls1_2",))).seen
    assert (seen.alpn, seen.failure("alpn")) == (None, Failure("alpn", "not_asked"))


def test_ssl_has_no_protocol_of_the_application() -> None:
    seen = look_at(Capabilities({"ssl3": (0x002F,)}, alpn=(b"h2",))).seen
    assert (seen.alpn, seen.failure("alpn")) == (None, None)


def test_two_looks_at_one_server_see_the_same_bytes() -> None:
    can = Capabilities({"tls1_2": (0xC02B, 0xC02F), "tls1_3": (0x1301,)}, keys=("rsa", "ecdsa"))
    assert look_at(can).seen == look_at(can, at_once=1).seen == look_at(can, Manners(most_open=2)).seen
    assert len(chains_of(can)) == 2


def test_a_grease_refusal_is_told_from_another() -> None:
    """Rare suites, which the first hello does not offer, are no intolerance; GREASE that is cut is one."""
    rare = Capabilities({"tls1_2": (0x006C,)})
    assert look_at(rare).seen.features["grease_tolerance"] is True
    assert look_at(rare, Manners(bears_grease=False)).seen.features["grease_tolerance"] is False
    assert look_at(TWO, Manners(bears_grease=False)).seen.features["grease_tolerance"] is False


def test_no_hello_is_empty() -> None:
    """Where SSL 2.0 is all that there is, no suite is known that a later hello could offer."""
    offered: list[int] = []

    def listen(hello: object) -> None:
        offered.append(len(getattr(hello, "suites")))  # noqa: B009

    looked = look_at(Capabilities({"ssl2": (0x0700C0,)}), Manners(spoils=listen))
    assert min(offered) > 0
    detail = "SSL 2.0 is the only version to ask in"
    assert looked.seen.failure("features.grease_tolerance") == Failure(
        "features.grease_tolerance", "incomplete", detail
    )


def test_a_name_is_sent_only_where_there_is_one() -> None:
    heard: list[bytes | None] = []

    def listen(hello: object) -> None:
        heard.append(getattr(hello, "get")(0))  # noqa: B009

    for name in ("may-chu.test", None):
        heard.clear()
        examination = Examination(TlsTarget("127.0.0.1", 443, name), 5, Entropy())
        run(examination.look, PlayedEndpoint(TWO, Manners(spoils=listen)))
        assert {each for each in heard if each is not None} == (
            {b"\x00\x0f\x00\x00\x0cmay-chu.test"} if name else set()
        )
