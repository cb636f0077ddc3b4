"""tls.groups where not everything is known: what decides, what may still be there, and what is asked for."""

from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import ValidationError

from checks.model.evidence import PROTOCOLS, Failure, Groups, TlsObservation
from checks.model.needs import TlsNeeds
from checks.tls import groups
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE
from tests.checks.tls.asking import ask, short
from tests.factories import tls_observation

GCM, DHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
FIELDS = {"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}
FINITE = {each for each in EVERY_SUITE["tls1_2"] if "_DHE_" in each or "_DH_" in each}
"""Suites whose key exchange is over a finite field."""


def server(
    supported: Iterable[str] | None,
    dh_bits: tuple[int, ...] = (),
    refused: Iterable[str] = (),
    suites: tuple[str, ...] = (GCM,),
    refused_suites: Iterable[str] = (),
    failures: tuple[str, ...] = (),
) -> TlsObservation:
    """A server of TLS 1.2 alone."""
    return tls_observation(
        protocols={each: each == "tls1_2" for each in PROTOCOLS},
        cipher_suites={"tls1_2": suites} if suites else {},
        refused_suites={"tls1_2": tuple(sorted(refused_suites))},
        groups=Groups(None if supported is None else tuple(supported), dh_bits, tuple(sorted(refused))),
        failures=tuple(Failure(each, "not_asked") for each in failures),
    )


def but(*names: str) -> set[str]:
    """Every group without these."""
    return set(EVERY_GROUP) - set(names)


PART = ("groups",)
"""Not every group was asked for."""


@pytest.mark.parametrize(
    ("seen", "params", "expected"),
    [
        # whether there is anything to judge
        (server((), (2048,), suites=(GCM, DHE)), {"allowed": ["x25519"], "min_dh_bits": 2048}, "pass"),
        (server((), (2048,), suites=(GCM, DHE)), {"allowed": ["x25519"]}, "not_applicable no_groups"),
        (server(()), {"allowed": ["x25519"], "min_dh_bits": 2048}, "not_applicable no_groups"),
        (
            server(None, refused=but("x25519"), failures=PART),
            {"allowed": ["x25519"]},
            "not_assessable groups_unknown",
        ),
        # sizes are not asked about where only names are
        (server(("ffdhe2048",)), {"allowed": ["ffdhe2048"]}, "pass"),
        (server(("x25519",), suites=(GCM, DHE)), {"allowed": ["x25519"]}, "pass"),
        # what was not asked for must have been refused, as far as it would be a fault
        (server(("x25519",), refused=but("x25519"), failures=PART), {"allowed": ["x25519"]}, "pass"),
        (
            server(("x25519",), refused=but("x25519", "x448"), failures=PART),
            {"allowed": ["x25519"]},
            "not_assessable groups_unknown",
        ),
        (server(("x25519",), refused=but("x25519", "x448"), failures=PART), {"allowed": ["x25519", "x448"]}, "pass"),
        (
            server(("x25519",), refused=but("x25519", "ffdhe2048"), failures=PART),
            {"allowed": ["x25519", "ffdhe2048"], "min_dh_bits": 3072},
            "not_assessable groups_unknown",
        ),
        (
            server(("x25519",), refused=but("x25519", "ffdhe3072"), failures=PART),
            {"allowed": ["x25519", "ffdhe3072"], "min_dh_bits": 3072},
            "pass",
        ),
        (
            server(None, (2048,), suites=(GCM, DHE), failures=PART),
            {"allowed": ["x25519"], "min_dh_bits": 1024},
            "not_assessable groups_unknown",
        ),
        # no field with a name is smaller than 2048 bits
        (server(None, (2048,), suites=(GCM, DHE), failures=PART), {"min_dh_bits": 2048}, "pass"),
        (
            server(None, (4096,), suites=(GCM, DHE), failures=PART),
            {"min_dh_bits": 2049},
            "not_assessable groups_unknown",
        ),
        (server(None, failures=PART), {"min_dh_bits": 2048}, "not_assessable groups_unknown"),
        (server(None, (4096,), refused=FIELDS, suites=(GCM, DHE), failures=PART), {"min_dh_bits": 3072}, "pass"),
        (
            server(("ffdhe3072",), refused=FIELDS - {"ffdhe3072"}, failures=PART),
            {"min_dh_bits": 3072},
            "pass",
        ),
        # a modulus that may be there and was not measured
        (server((), suites=(GCM, DHE)), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (server((), failures=("cipher_suites",)), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (server((), failures=("cipher_suites.tls1_2",)), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (server((), suites=()), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (server((), failures=("cipher_suites.tls1_1",)), {"min_dh_bits": 2048}, "not_applicable no_finite_field_dh"),
        (
            server((), refused_suites=FINITE, failures=("cipher_suites.tls1_2",)),
            {"min_dh_bits": 2048},
            "not_applicable no_finite_field_dh",
        ),
        (server((), suites=(), refused_suites=FINITE), {"min_dh_bits": 2048}, "not_applicable no_finite_field_dh"),
        (
            server((), suites=(), refused_suites=FINITE - {DHE}),
            {"min_dh_bits": 2048},
            "not_assessable dh_bits_unknown",
        ),
    ],
)
def test_groups(seen: TlsObservation, params: dict[str, Any], expected: str) -> None:
    assert short(ask(groups.CHECK, seen, params)) == expected


def test_every_size_that_is_too_small_is_a_fault_in_the_order_of_their_names() -> None:
    seen = server(("x25519",), (512, 1024, 2048), suites=(GCM, DHE))
    found = ask(groups.CHECK, seen, {"min_dh_bits": 2048}).instances
    assert [each.params["group"] for each in found] == ["dh1024", "dh512"]


def test_what_is_asked_for() -> None:
    """Groups that would be a fault; and for sizes every suite that has one."""
    names = groups.CHECK.parameters({"allowed": ["x25519", "ffdhe2048"]})
    assert groups.needs(names) == TlsNeeds(groups=tuple(but("x25519", "ffdhe2048")))
    sizes = groups.CHECK.parameters({"min_dh_bits": 2048})
    moduli = {version: tuple(FINITE) for version in PROTOCOLS if version not in ("ssl2", "tls1_3")}
    assert groups.needs(sizes) == TlsNeeds(groups=tuple(FIELDS), dh_bits=True, suites=moduli)
    both = groups.CHECK.parameters({"allowed": ["x25519", "ffdhe2048", "ffdhe3072"], "min_dh_bits": 3072})
    assert groups.needs(both).groups == TlsNeeds(groups=tuple(but("x25519", "ffdhe3072"))).groups


@pytest.mark.parametrize("params", [{}, {"min_dh_bits": 0}, {"allowed": ["x25591"]}, {"allowed": ["x25519", "X448"]}])
def test_parameters_that_demand_nothing_or_nonsense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        groups.CHECK.parameters(params)


def test_a_single_bit_is_a_demand() -> None:
    assert short(ask(groups.CHECK, server((), (512,), suites=(DHE,)), {"min_dh_bits": 1})) == "pass"
