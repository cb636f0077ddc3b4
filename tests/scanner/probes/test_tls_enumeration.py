"""Enumeration before played servers: what is seen is what they have, all of it, and for few connections."""

from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.model.evidence import PROTOCOLS, Protocol
from checks.model.needs import TlsNeeds
from checks.tls import iana
from scanner.probes.tls.offers import suites_of
from tests.scanner.probes.played_cases import capabilities, requests
from tests.scanner.probes.played_look import answered, exactly, look_at, names, never_wrong
from tests.scanner.probes.played_manners import Capabilities, Manners

BOUNDED = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

REFUSALS: tuple[Literal["cut"], Literal["reset"]] = ("cut", "reset")
ANCIENT = Capabilities(
    {
        "ssl2": (0x010080, 0x0700C0),
        "ssl3": (0x0005, 0x000A),
        "tls1_0": (0x002F, 0x0035, 0x000A),
        "tls1_1": (0x002F, 0x0035, 0x000A),
        "tls1_2": (0xC02F, 0xC02B, 0x009C, 0x002F, 0x0033),
        "tls1_3": (0x1301, 0x1302, 0x1303),
    },
    keys=("rsa", "ecdsa"),
)


@BOUNDED
@given(capabilities())
def test_everything_that_a_server_has_is_seen(can: Capabilities) -> None:
    looked = look_at(can)
    exactly(looked)
    suites = sum(len(each) for version, each in can.suites.items() if version != "ssl2")
    groups = len(set(can.groups) | set(can.groups13))
    usual = {0x002F, 0x009C, 0x009E, 0xC02F, 0xC02B} & {each for listed in can.suites.values() for each in listed}
    few = usual and len(can.suites) < 4
    assert looked.ran.connections <= suites + groups + (20 if few else 32)
    assert looked.ran.most_open <= 5


@BOUNDED
@given(capabilities(alike=True), requests())
def test_a_quick_look_answers_what_was_asked(can: Capabilities, asked: TlsNeeds) -> None:
    looked = look_at(can, needs=asked)
    never_wrong(looked.seen, can)
    answered(looked)


@BOUNDED
@given(capabilities(), st.sampled_from(REFUSALS))
def test_a_server_that_refuses_by_cutting_is_seen_as_well(can: Capabilities, refusal: Literal["cut", "reset"]) -> None:
    looked = look_at(can, Manners(refusal=refusal, ssl2_refusal=refusal))
    exactly(looked)


@pytest.mark.parametrize("at_once", [1, 2, 5, 20])
def test_no_more_connections_are_open_than_allowed(at_once: int) -> None:
    looked = look_at(ANCIENT, at_once=at_once)
    exactly(looked)
    assert looked.ran.most_open <= at_once
    assert at_once > 10 or looked.ran.most_open == at_once


@pytest.mark.parametrize("own_order", [True, False])
@pytest.mark.parametrize("version", ["tls1_0", "tls1_2"])
def test_a_server_with_every_suite_takes_one_connection_for_each(version: Protocol, own_order: bool) -> None:
    codes = tuple(each for each in suites_of(version) if "PSK" not in iana.SUITES[each])
    can = Capabilities({version: codes}, keys=("rsa", "ecdsa", "dss"), own_order=own_order)
    looked = look_at(can)
    exactly(looked)
    assert looked.ran.connections <= len(codes) + 20 + len(can.groups)


@pytest.mark.parametrize("present", [each for each in PROTOCOLS if each != "ssl2"])
def test_each_version_alone(present: Protocol) -> None:
    can = Capabilities({present: ANCIENT.suites[present]}, keys=("rsa", "ecdsa"))
    looked = look_at(can)
    exactly(looked)
    assert looked.seen.cipher_suites == {present: names(present, can.suites[present])}


@pytest.mark.parametrize("absent", PROTOCOLS)
def test_each_version_missing(absent: Protocol) -> None:
    can = Capabilities(
        {each: suites for each, suites in ANCIENT.suites.items() if each != absent}, keys=("rsa", "ecdsa")
    )
    exactly(look_at(can))


def test_ssl2_alone_is_seen_though_little_can_be_asked_of_it() -> None:
    can = Capabilities({"ssl2": ANCIENT.suites["ssl2"]})
    looked = look_at(can)
    seen = looked.seen
    never_wrong(seen, can)
    assert seen.protocols == {each: each == "ssl2" for each in PROTOCOLS}
    assert seen.cipher_suites == {"ssl2": names("ssl2", can.suites["ssl2"])}
    assert len(seen.certificates) == 1


@pytest.mark.parametrize("own_order", [True, False])
@pytest.mark.parametrize("wants_own_curve", [True, False])
@pytest.mark.parametrize("newest", [("tls1_2",), ("tls1_2", "tls1_3")])
def test_a_server_with_an_ecdsa_key_alone_shows_all_groups_that_can_be_had(
    own_order: bool, wants_own_curve: bool, newest: tuple[Protocol, ...]
) -> None:
    """A group that it ranks below its key's own curve, and takes only with that curve, nobody can have."""
    can = Capabilities(
        {"tls1_2": (0xC02B, 0xC02C), "tls1_3": (0x1301,)},
        keys=("ecdsa",),
        groups=(29, 24, 23, 25),
        own_order=own_order,
        own_curve=wants_own_curve,
    )
    looked = look_at(replace(can, suites={each: can.suites[each] for each in newest}))
    seen = looked.seen
    assert seen.failures == ()
    hidden = {"secp521r1"} if own_order and wants_own_curve else set()
    assert set(seen.groups.supported or ()) == {"x25519", "secp256r1", "secp384r1", "secp521r1"} - hidden


def test_a_chosen_group_that_was_not_offered_leaves_the_groups_open() -> None:
    """Some servers send secp256r1 whatever is offered."""

    can = Capabilities({"tls1_2": (0xC02F,)}, groups=(23,), stubborn_group=True)
    looked = look_at(can)
    never_wrong(looked.seen, can)
    assert looked.seen.groups.supported == ("secp256r1",)
    assert looked.seen.failure("groups")
