"""tls.served, tls.protocols, tls.cipher_suites, tls.groups: tables of what is seen, what is asked, what comes of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.model.evidence import PROTOCOLS, Failure, Groups, ProbeFailure
from checks.model.target import HttpTarget
from checks.tls import cipher_suites, groups, protocols, served
from tests.checks.tls.asking import ask, short
from tests.factories import (
    ADDRESS,
    HOST,
    evidence,
    failure_evidence,
    hop,
    http_observation,
    tls_observation,
    tls_target,
)

WHERE = f"{ADDRESS}:443"
NONE = dict.fromkeys(PROTOCOLS, False)
UNKNOWN = dict.fromkeys(PROTOCOLS, None)
GCM, CBC, RC4 = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_RC4_128_MD5",
)
TLS13 = "TLS_AES_128_GCM_SHA256"
RSA_GCM, DHE_GCM = "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (NONE | {"tls1_3": True}, "pass"),
        (UNKNOWN | {"tls1_0": True}, "pass"),
        (NONE, "fail no_tls_version"),
        (NONE | {"tls1_3": None}, "not_assessable tls_unknown"),
        ({}, "not_assessable tls_unknown"),
    ],
)
def test_served(seen: dict[Any, Any], expected: str) -> None:
    assert short(ask(served.CHECK, tls_observation(protocols=seen))) == expected


def cleartext(address: str = ADDRESS, host: str = HOST, scheme: str = "http") -> Any:
    url = f"{scheme}://{host}/"
    return evidence(HttpTarget(address, url), http_observation(hop(url)))


@pytest.mark.parametrize(
    ("reason", "others", "changes", "expected"),
    [
        ("not_tls", (), {}, "fail answers_without_tls"),
        ("refused", (cleartext(),), {}, "fail cleartext_only"),
        ("refused", (), {}, "not_assessable refused"),
        ("refused", (cleartext(address="192.0.2.9"),), {}, "not_assessable refused"),
        ("refused", (cleartext(host="khac.example"),), {}, "not_assessable refused"),
        ("refused", (cleartext(scheme="https"),), {}, "not_assessable refused"),
        ("refused", (failure_evidence(HttpTarget(ADDRESS, f"http://{HOST}/")),), {}, "not_assessable refused"),
        ("refused", (cleartext(),), {"port": 25, "starttls": "smtp"}, "not_assessable refused"),
        ("refused", (cleartext(host=ADDRESS),), {"server_name": None}, "fail cleartext_only"),
        ("timed_out", (cleartext(),), {}, "not_assessable timed_out"),
        ("tls_failed", (cleartext(),), {}, "not_assessable tls_failed"),
    ],
)
def test_served_where_the_look_failed(reason: Any, others: Any, changes: Any, expected: str) -> None:
    outcome = ask(served.CHECK, ProbeFailure(reason, "x"), others=others, target=tls_target(**changes))
    assert short(outcome) == expected


@pytest.mark.parametrize(
    ("seen", "params", "expected"),
    [
        ({"tls1_0": True}, {"forbidden": ["tls1_0"]}, "fail forbidden_protocol"),
        ({"tls1_0": True}, {"forbidden": ["tls1_0", "tls1_0"]}, "fail forbidden_protocol"),
        ({"tls1_0": None}, {"forbidden": ["tls1_0"]}, "not_assessable protocol_unknown"),
        ({"tls1_0": False}, {"forbidden": ["tls1_0"]}, "pass"),
        ({"tls1_2": False}, {"required": ["tls1_2"]}, "fail required_protocol"),
        ({"tls1_2": None}, {"required": ["tls1_2"]}, "not_assessable protocol_unknown"),
        ({"tls1_2": True}, {"required": ["tls1_2"]}, "pass"),
        ({"ssl2": None, "ssl3": True}, {"forbidden": ["ssl2", "ssl3"]}, "fail forbidden_protocol"),
        ({}, {"required": ["tls1_2"]}, "not_assessable protocol_unknown"),
    ],
)
def test_protocols(seen: dict[Any, Any], params: Any, expected: str) -> None:
    assert short(ask(protocols.CHECK, tls_observation(protocols=seen), params)) == expected


def suites(failures: tuple[Failure, ...] = (), unknown: tuple[str, ...] = (), **lists: tuple[str, ...]) -> Any:
    """An observation of the versions with a list, and of no other."""
    seen = {version: None if version in unknown else version in lists for version in PROTOCOLS}
    return tls_observation(protocols=seen, cipher_suites=lists, failures=failures)


@pytest.mark.parametrize(
    ("observation", "params", "expected"),
    [
        (
            suites(tls1_2=(GCM,), tls1_3=(TLS13,)),
            {"forbidden": ["rc4", "cbc", "no_forward_secrecy", "no_aead"]},
            "pass",
        ),
        (suites(tls1_2=(GCM, CBC)), {"forbidden": ["cbc"]}, "fail suite_cbc"),
        (suites(tls1_2=(GCM, CBC)), {"forbidden": ["rc4"]}, "pass"),
        # the gravest of its faults is the one that is told
        (suites(tls1_2=(RC4,)), {"forbidden": ["no_aead", "md5", "rc4"]}, "fail suite_rc4"),
        (suites(tls1_0=(CBC,), tls1_2=(CBC, GCM)), {"forbidden": ["cbc"]}, "fail suite_cbc suite_cbc"),
        (suites(tls1_0=(CBC,), tls1_2=(GCM,)), {"forbidden": ["cbc"], "protocols": ["tls1_2"]}, "pass"),
        (suites(tls1_2=(GCM,)), {"allowed": [GCM, TLS13]}, "pass"),
        (suites(tls1_2=(GCM, CBC)), {"allowed": [GCM]}, "fail suite_not_allowed"),
        (suites(tls1_2=(GCM, CBC)), {"allowed": [GCM], "forbidden": ["cbc"]}, "fail suite_cbc"),
        (suites(tls1_2=(GCM, CBC)), {"forbidden_suites": [CBC]}, "fail suite_forbidden"),
        (suites(tls1_2=(GCM,)), {"forbidden_suites": [CBC]}, "pass"),
        (suites(tls1_2=(GCM, CBC)), {"allowed": [GCM, CBC], "forbidden_suites": [CBC]}, "fail suite_forbidden"),
        (suites(tls1_2=(GCM, CBC)), {"allowed": [GCM], "forbidden_suites": [CBC]}, "fail suite_forbidden"),
        (suites(tls1_2=(GCM, CBC)), {"forbidden": ["cbc"], "forbidden_suites": [CBC]}, "fail suite_cbc"),
        (suites(tls1_2=(CBC,)), {"forbidden": ["rc4"], "forbidden_suites": [GCM]}, "pass"),
        (suites(tls1_2=(CBC,)), {"forbidden": ["no_aead"]}, "fail suite_no_aead"),
        (suites(tls1_2=(GCM, DHE_GCM), tls1_3=(TLS13,)), {"forbidden": ["no_aead", "no_forward_secrecy"]}, "pass"),
        (suites(tls1_2=(RSA_GCM,)), {"forbidden": ["no_aead", "no_forward_secrecy"]}, "fail suite_no_forward_secrecy"),
        (suites(tls1_2=(GCM,), tls1_3=(TLS13,)), {"allowed": [GCM], "protocols": ["tls1_2"]}, "pass"),
        (suites(tls1_3=(TLS13,)), {"allowed": [GCM], "protocols": ["tls1_2"]}, "not_applicable versions_not_supported"),
        # a list that was not finished proves no absence, but what was seen was seen
        (
            suites((Failure("cipher_suites.tls1_2", "timed_out"),), tls1_2=(GCM,)),
            {"forbidden": ["cbc"]},
            "not_assessable suites_unfinished",
        ),
        (
            suites((Failure("cipher_suites.tls1_2", "timed_out"),), tls1_2=(GCM, CBC)),
            {"forbidden": ["cbc"]},
            "fail suite_cbc",
        ),
        (
            suites((Failure("cipher_suites.tls1_0", "timed_out"),), tls1_0=(GCM,), tls1_2=(GCM,)),
            {"forbidden": ["cbc"], "protocols": ["tls1_2"]},
            "pass",
        ),
        (
            suites((Failure("cipher_suites", "reset"),), tls1_2=(GCM,)),
            {"forbidden": ["cbc"]},
            "not_assessable suites_unfinished",
        ),
        (suites(unknown=("tls1_0",), tls1_2=(GCM,)), {"forbidden": ["cbc"]}, "not_assessable suites_unfinished"),
        (suites(tls1_2=()), {"forbidden": ["cbc"]}, "not_assessable suites_unfinished"),
        (suites(unknown=("tls1_2",), tls1_2=(GCM,)), {"forbidden": ["cbc"]}, "not_assessable suites_unfinished"),
        (suites(tls1_2=(GCM, "0xC0FF")), {"forbidden": ["cbc"]}, "not_assessable suites_unknown"),
        (suites(tls1_2=(CBC, "0xC0FF")), {"forbidden": ["cbc"]}, "fail suite_cbc"),
        (suites(tls1_2=(GCM, "0xC0FF")), {"allowed": [GCM]}, "fail suite_not_allowed"),
        (suites(), {"forbidden": ["cbc"]}, "not_applicable versions_not_supported"),
    ],
)
def test_cipher_suites(observation: Any, params: Any, expected: str) -> None:
    assert short(ask(cipher_suites.CHECK, observation, params)) == expected


def test_a_suite_is_one_instance_for_each_version() -> None:
    outcome = ask(cipher_suites.CHECK, suites(tls1_0=(CBC,), tls1_2=(CBC,)), {"forbidden": ["cbc", "sha1"]})
    assert [each.key for each in outcome.instances] == [f"{WHERE}/tls1_0/{CBC}", f"{WHERE}/tls1_2/{CBC}"]
    assert outcome.instances[0].params["properties"] == ("cbc", "sha1")
    assert outcome.instances[1].path == "cipher_suites.tls1_2"


DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"


def keys(
    supported: tuple[str, ...] | None, bits: tuple[int, ...] = (), failures: tuple[Failure, ...] = (), **lists: Any
) -> Any:
    observation = suites(failures, **(lists or {"tls1_2": (GCM, DHE) if bits else (GCM,)}))
    return tls_observation(
        protocols=observation.protocols,
        cipher_suites=observation.cipher_suites,
        groups=Groups(supported, bits),
        failures=failures,
    )


@pytest.mark.parametrize(
    ("observation", "params", "expected"),
    [
        (keys(("x25519",)), {"allowed": ["x25519"]}, "pass"),
        (keys(("secp192r1", "x25519")), {"allowed": ["x25519"]}, "fail group_not_allowed"),
        (keys(None), {"allowed": ["x25519"]}, "not_assessable groups_unknown"),
        (
            keys(("x25519",), failures=(Failure("groups", "reset"),)),
            {"allowed": ["x25519"]},
            "not_assessable groups_unknown",
        ),
        (
            keys(("sect163k1",), failures=(Failure("groups", "reset"),)),
            {"allowed": ["x25519"]},
            "fail group_not_allowed",
        ),
        (keys((), tls1_2=(CBC,)), {"allowed": ["x25519"]}, "not_applicable no_groups"),
        (keys(("x25519",), (2048,)), {"min_dh_bits": 2048}, "pass"),
        (keys(("x25519",), (1024, 2048)), {"min_dh_bits": 2048}, "fail dh_too_small"),
        (keys(None, (1024,)), {"min_dh_bits": 2048}, "fail dh_too_small"),
        (keys(None, (2048,)), {"min_dh_bits": 2048}, "pass"),
        (keys(None, (4096,)), {"min_dh_bits": 3072}, "not_assessable groups_unknown"),
        (keys(("ffdhe2048", "x25519")), {"min_dh_bits": 3072}, "fail dh_too_small"),
        (keys(("ffdhe2048", "x25519")), {"min_dh_bits": 3072, "allowed": ["x25519"]}, "fail dh_too_small"),
        (keys(("ffdhe3072", "x25519")), {"min_dh_bits": 3072}, "pass"),
        (keys(("x25519",)), {"min_dh_bits": 2048}, "not_applicable no_finite_field_dh"),
        (keys(("x25519",)), {"min_dh_bits": 2048, "allowed": ["x25519"]}, "pass"),
        # a modulus that was not measured proves nothing
        (keys(("x25519",), tls1_2=(DHE,)), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (
            keys(("x25519",), tls1_2=("TLS_DH_anon_WITH_AES_128_CBC_SHA",)),
            {"min_dh_bits": 2048},
            "not_assessable dh_bits_unknown",
        ),
        (keys(("x25519",), tls1_2=()), {"min_dh_bits": 2048}, "not_assessable dh_bits_unknown"),
        (
            keys(("x25519",), (2048,), (Failure("groups.dh_bits", "incomplete"),)),
            {"min_dh_bits": 2048},
            "not_assessable dh_bits_unknown",
        ),
        (
            keys(("x25519",), (2048,), (Failure("cipher_suites.tls1_2", "reset"),)),
            {"min_dh_bits": 2048},
            "not_assessable dh_bits_unknown",
        ),
        (
            keys(("x25519",), (512,), (Failure("cipher_suites.tls1_2", "reset"),)),
            {"min_dh_bits": 2048},
            "fail dh_too_small",
        ),
        (keys(("x25519",), tls1_3=(TLS13,)), {"min_dh_bits": 2048}, "not_applicable no_finite_field_dh"),
    ],
)
def test_groups(observation: Any, params: Any, expected: str) -> None:
    assert short(ask(groups.CHECK, observation, params)) == expected


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (protocols.CHECK, {}),
        (protocols.CHECK, {"required": ["tls1_2"], "forbidden": ["tls1_2"]}),
        (protocols.CHECK, {"forbidden": ["tls1.0"]}),
        (cipher_suites.CHECK, {}),
        (cipher_suites.CHECK, {"protocols": ["tls1_2"]}),
        (cipher_suites.CHECK, {"forbidden": ["weak"]}),
        (cipher_suites.CHECK, {"forbidden_suites": []}),
        (cipher_suites.CHECK, {"forbidden_suites": ["TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"]}),
        (groups.CHECK, {}),
        (groups.CHECK, {"min_dh_bits": 0}),
        (served.CHECK, {"port": 443}),
    ],
)
def test_parameters_that_demand_nothing_or_nonsense_are_refused(check: Check[Any, Any], params: Any) -> None:
    with pytest.raises(ValidationError):
        check.parameters(params)
