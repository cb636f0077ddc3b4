"""tls.features and tls.vulnerabilities: yes, no and unknown, and what the supported versions make of the question."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.model.evidence import PROTOCOLS, Failure
from checks.tls import features, vulnerabilities
from checks.tls.universe import EVERY_SUITE
from tests.checks.tls.asking import ask, short
from tests.factories import tls_observation

GCM, CBC = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"
ONLY_13, ONLY_12, BOTH = ("tls1_3",), ("tls1_2",), ("tls1_2", "tls1_3")


def server(versions: tuple[str, ...], unknown: tuple[str, ...] = (), **seen: bool | None) -> Any:
    supported = {version: None if version in unknown else version in versions for version in PROTOCOLS}
    return tls_observation(protocols=supported, features=seen)


@pytest.mark.parametrize("feature", features.NAMES)
@pytest.mark.parametrize(
    ("seen", "demand", "expected"),
    [
        (True, "required", "pass"),
        (False, "required", "fail {}_missing"),
        (None, "required", "not_assessable features_unknown"),
        (True, "forbidden", "fail {}_on"),
        (False, "forbidden", "pass"),
        (None, "forbidden", "not_assessable features_unknown"),
    ],
)
def test_a_feature_with_a_meaning(feature: str, seen: bool | None, demand: str, expected: str) -> None:
    protocols = {**tls_observation().protocols, "tls1_1": True}
    observation = tls_observation(
        protocols=protocols, features={feature: seen}, cipher_suites={"tls1_2": (GCM, CBC), "tls1_1": (CBC,)}
    )
    outcome = ask(features.CHECK, observation, {demand: [feature]})
    assert short(outcome) == expected.format(feature)


@pytest.mark.parametrize(
    ("observation", "params", "expected"),
    [
        (server(ONLY_13, secure_renegotiation=False), {"required": ["secure_renegotiation"]}, "not_applicable"),
        (server(ONLY_13, extended_master_secret=False), {"required": ["extended_master_secret"]}, "not_applicable"),
        (server(ONLY_13, compression=None), {"forbidden": ["compression"]}, "not_applicable"),
        (server(("ssl3",), extended_master_secret=False), {"required": ["extended_master_secret"]}, "not_applicable"),
        (server(("ssl3", "tls1_0"), extended_master_secret=False), {"required": ["extended_master_secret"]}, "fail"),
        (server(ONLY_13, client_renegotiation=False), {"forbidden": ["client_renegotiation"]}, "not_applicable"),
        (server(ONLY_12, fallback_scsv=False), {"required": ["fallback_scsv"]}, "not_applicable"),
        (server(BOTH), {"required": ["fallback_scsv"]}, "not_applicable"),
        (server(("ssl2", *BOTH)), {"required": ["fallback_scsv"]}, "not_applicable"),
        (server(("tls1_1", "tls1_2")), {"required": ["fallback_scsv"]}, "not_assessable"),
        (server(ONLY_12, early_data=False), {"forbidden": ["early_data"]}, "not_applicable"),
        # seen is seen, even where it should not exist
        (server(ONLY_13, compression=True), {"forbidden": ["compression"]}, "fail"),
        (server(("ssl3",), compression=False), {"forbidden": ["compression"]}, "pass"),
        (server(("ssl2",), compression=False), {"forbidden": ["compression"]}, "not_applicable"),
        # where the versions are not all known, an absence is no fault and a gap is a gap
        (
            server(ONLY_13, ("tls1_2",), secure_renegotiation=False),
            {"required": ["secure_renegotiation"]},
            "not_assessable",
        ),
        (server(ONLY_13, ("tls1_2",), secure_renegotiation=True), {"required": ["secure_renegotiation"]}, "pass"),
        (server(ONLY_13, ("tls1_2",), compression=False), {"forbidden": ["compression"]}, "pass"),
        (server(ONLY_12, ("tls1_0",), fallback_scsv=False), {"required": ["fallback_scsv"]}, "not_assessable"),
        (server((), ("tls1_0",), fallback_scsv=False), {"required": ["fallback_scsv"]}, "not_applicable"),
        (server(ONLY_12, ("tls1_3",), early_data=None), {"forbidden": ["early_data"]}, "not_assessable"),
        # of several: a fail, then a gap, then a pass, then nothing
        (
            server(BOTH, compression=True, early_data=None, fallback_scsv=True),
            {"forbidden": ["early_data", "compression"], "required": ["fallback_scsv"]},
            "fail",
        ),
        (
            server(BOTH, compression=False, early_data=None),
            {"forbidden": ["early_data", "compression"]},
            "not_assessable",
        ),
        (server(ONLY_12, compression=False, early_data=False), {"forbidden": ["early_data", "compression"]}, "pass"),
    ],
)
def test_features(observation: Any, params: Any, expected: str) -> None:
    assert ask(features.CHECK, observation, params).verdict == expected


def chained(suites: Any, seen: bool | None = False, **more: Any) -> Any:
    """A server with these suites and nothing else."""
    versions = {version: version in suites for version in PROTOCOLS} | more.pop("protocols", {})
    return tls_observation(protocols=versions, cipher_suites=suites, features={"encrypt_then_mac": seen}, **more)


CUT = {each: (Failure(f"cipher_suites{each}", "timed_out"),) for each in ("", ".tls1_2")}
ALL_CBC = tuple(each for each in EVERY_SUITE["tls1_2"] if "_CBC_" in each)


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (chained({"tls1_2": (CBC, GCM)}), "fail encrypt_then_mac_missing"),
        (chained({"tls1_2": (CBC, GCM)}, True), "pass"),
        (chained({"tls1_2": (CBC, GCM)}, None), "not_assessable features_unknown"),
        (chained({"tls1_0": (CBC,), "tls1_2": (GCM,)}), "fail encrypt_then_mac_missing"),
        (chained({"tls1_2": (CBC,)}, failures=CUT[""]), "fail encrypt_then_mac_missing"),
        (chained({"tls1_2": (GCM,)}, None), "not_applicable features_without_meaning"),
        (chained({"tls1_2": (GCM,)}), "not_applicable features_without_meaning"),
        (chained({"ssl3": (CBC,)}), "not_applicable features_without_meaning"),  # SSL 3.0 has no extensions
        (chained({"tls1_3": ("TLS_AES_128_GCM_SHA256",)}), "not_applicable features_without_meaning"),
        # a suite in CBC mode may be there
        (chained({"tls1_2": (GCM,)}, None, failures=CUT[""]), "not_assessable features_unknown"),
        (chained({"tls1_2": (GCM,)}, None, failures=CUT[".tls1_2"]), "not_assessable features_unknown"),
        (chained({"tls1_2": ()}, None), "not_assessable features_unknown"),
        (chained({"tls1_2": (GCM,)}, None, protocols={"tls1_1": None}), "not_assessable features_unknown"),
        # it was refused
        (
            chained({"tls1_2": (GCM,)}, None, failures=CUT[".tls1_2"], refused_suites={"tls1_2": ALL_CBC}),
            "not_applicable features_without_meaning",
        ),
        (
            chained({"tls1_2": (GCM,)}, None, failures=CUT[".tls1_2"], refused_suites={"tls1_2": ALL_CBC[1:]}),
            "not_assessable features_unknown",
        ),
    ],
)
def test_encrypt_then_mac_bears_on_suites_in_cbc_mode(observation: Any, expected: str) -> None:
    assert short(ask(features.CHECK, observation, {"required": ["encrypt_then_mac"]})) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (ONLY_13, "pass"),
        (ONLY_12, "pass"),
        (("ssl3",), "pass"),
        (("ssl2",), "not_applicable features_without_meaning"),
    ],
)
def test_tickets_mean_something_from_ssl3_on(versions: tuple[str, ...], expected: str) -> None:
    seen = server(versions, session_tickets=False)
    assert short(ask(features.CHECK, seen, {"forbidden": ["session_tickets"]})) == expected


def test_heartbeat_is_of_versions_below_tls13() -> None:
    for versions, expected in ((ONLY_13, "not_applicable features_without_meaning"), (ONLY_12, "pass")):
        seen = server(versions, heartbeat=False)
        assert short(ask(features.CHECK, seen, {"forbidden": ["heartbeat"]})) == expected


def test_what_is_not_known_is_named_as_the_field_writes_it() -> None:
    outcome = ask(features.CHECK, server(BOTH), {"required": ["secure_renegotiation"]})
    assert outcome.params["features"] == ("Secure Renegotiation (RFC 5746)",)


@pytest.mark.parametrize(
    ("seen", "absent", "expected"),
    [
        ({"heartbleed": True, "robot": None}, ["heartbleed", "robot"], "fail heartbleed"),
        ({"robot": True}, ["robot", "robot"], "fail robot"),
        ({"ccs_injection": True, "robot": True}, ["robot", "ccs_injection"], "fail robot ccs_injection"),
        ({"heartbleed": False, "robot": None}, ["heartbleed", "robot"], "not_assessable vulnerabilities_unknown"),
        ({"heartbleed": False}, ["heartbleed", "robot"], "not_assessable vulnerabilities_unknown"),
        ({"heartbleed": False, "robot": True}, ["heartbleed"], "pass"),
    ],
)
def test_vulnerabilities(seen: dict[str, bool | None], absent: list[str], expected: str) -> None:
    assert short(ask(vulnerabilities.CHECK, tls_observation(vulnerabilities=seen), {"absent": absent})) == expected


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (features.CHECK, {}),
        (features.CHECK, {"required": ["compression"], "forbidden": ["compression"]}),
        (features.CHECK, {"required": ["grease_tolerance"]}),
        (vulnerabilities.CHECK, {}),
        (vulnerabilities.CHECK, {"absent": []}),
        (vulnerabilities.CHECK, {"absent": ["poodle"]}),
    ],
)
def test_parameters_that_demand_nothing_or_nonsense_are_refused(check: Check[Any, Any], params: Any) -> None:
    with pytest.raises(ValidationError):
        check.parameters(params)
