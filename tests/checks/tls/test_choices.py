"""What a server chooses: tls.post_quantum, tls.server_preference and tls.alpn."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.model.evidence import PROTOCOLS, Failure, Groups, Protocol
from checks.tls import alpn, post_quantum, server_preference
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE
from tests.checks.tls.asking import ask, short
from tests.factories import ADDRESS, tls_observation, tls_target

QUANTUM, ORDER, ALPN = post_quantum.CHECK, server_preference.CHECK, alpn.CHECK
NOT_ASKED = (Failure("groups", "not_asked"),)
NO_TLS13 = {version: version == "tls1_2" for version in PROTOCOLS}


@pytest.mark.parametrize(
    ("groups", "more", "expected"),
    [
        (Groups(("X25519MLKEM768", "x25519")), {}, "pass"),
        (Groups(("SecP384r1MLKEM1024",)), {}, "pass"),
        (Groups(("SecP256r1MLKEM768",)), {"failures": NOT_ASKED}, "pass"),
        (Groups(("secp256r1", "x25519")), {}, "fail post_quantum_missing"),
        (Groups(()), {}, "fail post_quantum_missing"),
        (Groups(("MLKEM768",)), {}, "fail post_quantum_missing"),  # no elliptic curve beside it
        (Groups(None), {}, "not_assessable post_quantum_unknown"),
        (Groups(None), {"failures": NOT_ASKED}, "not_assessable post_quantum_unknown"),
        (Groups(("x25519",)), {"failures": NOT_ASKED}, "not_assessable post_quantum_unknown"),
        (Groups(("x25519",), (), post_quantum.HYBRID), {"failures": NOT_ASKED}, "fail post_quantum_missing"),
        (
            Groups(("x25519",), (), post_quantum.HYBRID[1:]),
            {"failures": NOT_ASKED},
            "not_assessable post_quantum_unknown",
        ),
        (Groups(None, (), tuple(EVERY_GROUP)), {"failures": NOT_ASKED}, "fail post_quantum_missing"),
        (Groups(None), {"protocols": NO_TLS13, "failures": NOT_ASKED}, "fail post_quantum_missing"),
        (Groups(None), {"protocols": NO_TLS13 | {"tls1_3": None}}, "not_assessable post_quantum_unknown"),
        (Groups(None), {"protocols": {}}, "not_assessable post_quantum_unknown"),
    ],
)
def test_post_quantum(groups: Groups, more: Any, expected: str) -> None:
    assert short(ask(QUANTUM, tls_observation(groups=groups, **more))) == expected


def test_the_groups_that_would_do_are_the_policy_s() -> None:
    seen = tls_observation(groups=Groups(("MLKEM768", "x25519")))
    assert short(ask(QUANTUM, seen, {"any_of": ["MLKEM768", "MLKEM1024"]})) == "pass"
    found = ask(QUANTUM, seen, {"any_of": ["X25519MLKEM768", "SecP256r1MLKEM768"]}).instances[0]
    assert found.params["groups"] == ("SecP256r1MLKEM768", "X25519MLKEM768")
    assert found.key == f"{ADDRESS}:443/post_quantum"


def ordered(suites: dict[Protocol, int], preference: dict[Protocol, bool | None], **more: Any) -> Any:
    """A server with so many suites in each version."""
    return tls_observation(
        protocols={version: version in suites for version in PROTOCOLS} | more.pop("protocols", {}),
        cipher_suites={version: tuple(sorted(EVERY_SUITE[version])[:count]) for version, count in suites.items()},
        server_preference=preference,
        **more,
    )


CUT = (Failure("cipher_suites.tls1_2", "timed_out"),)
ALL_CUT = (Failure("cipher_suites", "timed_out"),)
REST: dict[Protocol, tuple[str, ...]] = {"tls1_2": tuple(sorted(EVERY_SUITE["tls1_2"])[1:])}


@pytest.mark.parametrize(
    ("seen", "versions", "expected"),
    [
        (ordered({"tls1_2": 2}, {"tls1_2": True}), ["tls1_2"], "pass"),
        (ordered({"tls1_2": 2}, {"tls1_2": False}), ["tls1_2"], "fail client_chooses_suite"),
        (ordered({"tls1_2": 2}, {"tls1_2": None}), ["tls1_2"], "not_assessable server_preference_unknown"),
        (ordered({"tls1_2": 2}, {}), ["tls1_2"], "not_assessable server_preference_unknown"),
        (ordered({"tls1_2": 1}, {}), ["tls1_2"], "not_applicable no_choice_of_suites"),
        (ordered({"tls1_3": 3}, {"tls1_3": False}), ["tls1_2"], "not_applicable no_choice_of_suites"),
        (ordered({"tls1_2": 1}, {}, failures=CUT), ["tls1_2"], "not_assessable server_preference_unknown"),
        (ordered({"tls1_2": 1}, {}, failures=ALL_CUT), ["tls1_2"], "not_assessable server_preference_unknown"),
        (
            ordered({"tls1_2": 1}, {}, failures=CUT, refused_suites=REST),
            ["tls1_2"],
            "not_applicable no_choice_of_suites",
        ),
        (
            ordered({"tls1_2": 1}, {}, failures=CUT, refused_suites={"tls1_2": REST["tls1_2"][1:]}),
            ["tls1_2"],
            "not_assessable server_preference_unknown",
        ),
        (ordered({"tls1_2": 0}, {}), ["tls1_2"], "not_assessable server_preference_unknown"),
        (ordered({}, {}, protocols={"tls1_2": None}), ["tls1_2"], "not_assessable server_preference_unknown"),
        (ordered({"tls1_2": 2}, {"tls1_2": False}, failures=CUT), ["tls1_2"], "fail client_chooses_suite"),
        (ordered({"tls1_2": 2}, {"tls1_2": True}, failures=CUT), ["tls1_2"], "pass"),
        # of several versions: a fail, then a gap, then a pass
        (
            ordered({"tls1_1": 2, "tls1_2": 2}, {"tls1_1": True, "tls1_2": False}),
            ["tls1_1", "tls1_2"],
            "fail client_chooses_suite",
        ),
        (
            ordered({"tls1_1": 2, "tls1_2": 2}, {"tls1_1": None, "tls1_2": False}),
            ["tls1_1", "tls1_2"],
            "fail client_chooses_suite",
        ),
        (
            ordered({"tls1_1": 2, "tls1_2": 2}, {"tls1_1": None, "tls1_2": True}),
            ["tls1_1", "tls1_2"],
            "not_assessable server_preference_unknown",
        ),
        (ordered({"tls1_1": 1, "tls1_2": 2}, {"tls1_2": True}), ["tls1_1", "tls1_2"], "pass"),
        (
            ordered({"tls1_1": 2, "tls1_2": 2}, {"tls1_1": False, "tls1_2": False}),
            ["tls1_2", "tls1_1", "tls1_2"],
            "fail client_chooses_suite client_chooses_suite",
        ),
    ],
)
def test_order(seen: Any, versions: list[str], expected: str) -> None:
    assert short(ask(ORDER, seen, {"protocols": versions})) == expected


def test_versions_are_told() -> None:
    params = {"protocols": ["tls1_2", "tls1_0", "tls1_1"]}
    seen = ordered({"tls1_0": 2, "tls1_1": 2, "tls1_2": 2}, {"tls1_0": None, "tls1_2": True})
    assert ask(ORDER, seen, params).params["protocols"] == ("tls1_0", "tls1_1")
    assert ask(ORDER, ordered({}, {}), params).params["protocols"] == ("tls1_2", "tls1_0", "tls1_1")
    seen = ordered({"tls1_0": 2, "tls1_2": 2}, {"tls1_0": False, "tls1_2": True})
    assert [each.key for each in ask(ORDER, seen, params).instances] == [f"{ADDRESS}:443/tls1_0/order"]


H2, HTTP1 = "h2", "http/1.1"
UNTOLD = (Failure("alpn", "incomplete"),)


@pytest.mark.parametrize(
    ("chosen", "params", "expected"),
    [
        (H2, {"required": [H2]}, "pass"),
        (H2, {"required": [HTTP1, H2]}, "pass"),
        (H2, {"required": [HTTP1]}, "fail alpn_other"),
        (HTTP1, {"required": [H2]}, "fail alpn_other"),
        (None, {"required": [H2]}, "fail alpn_missing"),
        (None, {"required": [H2, HTTP1]}, "fail alpn_missing"),
        (H2, {"forbidden": [H2]}, "fail alpn_forbidden"),
        (HTTP1, {"forbidden": [H2]}, "pass"),
        (None, {"forbidden": [H2]}, "pass"),
        (H2, {"required": [HTTP1], "forbidden": [H2]}, "fail alpn_forbidden"),
        (None, {"required": [HTTP1], "forbidden": [H2]}, "fail alpn_missing"),
    ],
)
def test_alpn(chosen: str | None, params: Any, expected: str) -> None:
    assert short(ask(ALPN, tls_observation(alpn=chosen), params)) == expected


def test_a_choice_that_could_not_be_told() -> None:
    assert short(ask(ALPN, tls_observation(failures=UNTOLD), {"required": [H2]})) == "not_assessable alpn_unknown"
    assert short(ask(ALPN, tls_observation(failures=UNTOLD), {"forbidden": [H2]})) == "not_assessable alpn_unknown"
    seen = tls_observation(alpn=H2, failures=UNTOLD)
    assert short(ask(ALPN, seen, {"required": [H2]})) == "pass"


def test_another_protocol_chooses_nothing() -> None:
    mail = tls_target(port=25, starttls="smtp")
    assert short(ask(ALPN, tls_observation(), {"required": [H2]}, target=mail)) == "not_applicable not_http_over_tls"


def test_what_is_chosen_and_wanted_is_told() -> None:
    found = ask(ALPN, tls_observation(alpn=HTTP1), {"required": [H2, H2]}).instances[0]
    assert (found.params["chosen"], found.params["wanted"], found.key) == (HTTP1, (H2,), f"{ADDRESS}:443/alpn")
    assert ask(ALPN, tls_observation(), {"required": [H2]}).instances[0].params["chosen"] == "-"


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (QUANTUM, {"any_of": []}),
        (QUANTUM, {"any_of": ["X25519Kyber"]}),
        (QUANTUM, {"any_of": ["X25519MLKEM768", "x25519mlkem768"]}),
        (ORDER, {}),
        (ORDER, {"protocols": []}),
        (ORDER, {"protocols": ["ssl2"]}),  # where the client chooses
        (ALPN, {}),
        (ALPN, {"required": [], "forbidden": []}),
        (ALPN, {"required": ["h3"]}),
        (ALPN, {"required": [H2], "forbidden": [H2, HTTP1]}),
    ],
)
def test_parameters_that_demand_nothing_or_nonsense_are_refused(check: Check[Any, Any], params: Any) -> None:
    with pytest.raises(ValidationError):
        check.parameters(params)
