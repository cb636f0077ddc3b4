"""A stricter demand never removes a fail: every fault found before is found after."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.check import Check
from checks.model.evidence import PROTOCOLS, Groups
from checks.tls import cipher_suites, groups, protocols
from checks.tls.suites import SUITE_PROPERTIES
from tests.checks.tls.asking import ask
from tests.checks.tls.test_suites import CASES
from tests.factories import tls_observation

ANSWER = st.sampled_from([True, False, None])
NAMES = ("x25519", "secp192r1", "ffdhe2048", "secp256r1")


def some(values: Any, least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(list(values)), unique=True, min_size=least)


@st.composite
def servers(draw: st.DrawFn) -> Any:
    return tls_observation(
        protocols={version: draw(ANSWER) for version in PROTOCOLS},
        cipher_suites={version: tuple(sorted(draw(some(CASES)))) for version in PROTOCOLS},
        groups=Groups(draw(st.none() | some(NAMES).map(tuple)), tuple(draw(some((512, 1024, 2048, 4096))))),
    )


def faults(check: Check[Any, Any], server: Any, params: dict[str, Any]) -> set[str]:
    return {each.key for each in ask(check, server, params).instances}


@settings(deadline=None)  # a busy machine is no fault
@given(servers(), some(PROTOCOLS, 1), some(PROTOCOLS))
def test_more_versions_forbidden(server: Any, forbidden: list[str], more: list[str]) -> None:
    before = faults(protocols.CHECK, server, {"forbidden": forbidden})
    assert before <= faults(protocols.CHECK, server, {"forbidden": [*forbidden, *more]})


@settings(deadline=None)  # a busy machine is no fault
@given(servers(), some(SUITE_PROPERTIES, 1), some(SUITE_PROPERTIES), some(CASES, 1), some(PROTOCOLS, 1))
def test_more_forbidden_fewer_allowed_and_more_versions(
    server: Any, forbidden: list[str], more: list[str], allowed: list[str], versions: list[str]
) -> None:
    check = cipher_suites.CHECK
    before = faults(check, server, {"forbidden": forbidden, "protocols": versions})
    assert before <= faults(check, server, {"forbidden": [*forbidden, *more], "protocols": versions})
    assert before <= faults(check, server, {"forbidden": forbidden, "allowed": allowed, "protocols": versions})
    assert before <= faults(check, server, {"forbidden": forbidden})
    listed = faults(check, server, {"allowed": allowed})
    assert listed <= faults(check, server, {"allowed": allowed[:1]})


@settings(deadline=None)  # a busy machine is no fault
@given(servers(), some(NAMES, 1), st.sampled_from([1024, 2048, 3072]))
def test_fewer_groups_and_larger_moduli(server: Any, allowed: list[str], bits: int) -> None:
    before = faults(groups.CHECK, server, {"allowed": allowed, "min_dh_bits": bits})
    assert before <= faults(groups.CHECK, server, {"allowed": allowed[:1], "min_dh_bits": bits})
    assert before <= faults(groups.CHECK, server, {"allowed": allowed, "min_dh_bits": bits * 2})
