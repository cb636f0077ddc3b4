"""Evidence that answers a rule's needs and nothing else is judged as the whole is; less than that never passes."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks.check import Check
from checks.model.evidence import PROTOCOLS, Failure, Groups, Protocol, TlsObservation
from checks.model.finding import Outcome
from checks.model.needs import TlsNeeds
from checks.registry import REGISTRY
from checks.tls import (
    alpn,
    certificate_name,
    cipher_suites,
    features,
    groups,
    post_quantum,
    protocols,
    served,
    server_preference,
    vulnerabilities,
)
from checks.tls.suites import SUITE_PROPERTIES
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE
from tests.checks.tls.asking import ask, short
from tests.factories import tls_observation

GCM, CBC, DHE = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
)
COMMON = (GCM, CBC, DHE, "TLS_RSA_WITH_RC4_128_MD5", "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA")
"""Drawn often, so that servers and demands meet."""
KNOWN_GROUPS = ("x25519", "secp256r1", "secp192r1", "ffdhe2048", "ffdhe3072", "X25519MLKEM768")
EXTENDED: tuple[Protocol, ...] = ("tls1_0", "tls1_1", "tls1_2")
SIZES = (512, 1024, 2048, 4096)
ANSWERS = st.booleans()


@dataclass(frozen=True)
class Server:
    """What a server can do, each thing on its own."""

    suites: dict[Protocol, dict[str, int]]
    """By supported version: each suite with the size of its modulus; 0 where it has none."""
    groups: tuple[str, ...]
    features: dict[str, bool]
    vulnerabilities: dict[str, bool]
    preference: dict[Protocol, bool] = field(default_factory=dict)
    alpn: str | None = None

    def answer(self, needs: TlsNeeds | None, knows_versions: bool = True) -> TlsObservation:
        """The whole evidence, or that which answers just the needs.

        `knows_versions` is for versions of which only the suites are asked for: refused one by one, or not supported.
        """
        failures: list[Failure] = []
        accepted: dict[Protocol, tuple[str, ...]] = {}
        refused: dict[Protocol, tuple[str, ...]] = {}
        for version in PROTOCOLS:
            there = set(self.suites.get(version, ()))
            asked = EVERY_SUITE[version] if needs is None else set(needs.suites.get(version, ()))
            if there & asked or (there and needs is None):
                accepted[version] = tuple(sorted(there & asked))
            if needs is not None:
                refused[version] = tuple(sorted(asked - there))
                failures.append(Failure(f"cipher_suites.{version}", "not_asked"))
        known = {
            version
            for version in PROTOCOLS
            if needs is None or version in needs.protocols or (knows_versions and version in needs.suites)
        }
        sizes = {
            size for version, suites in accepted.items() for each in suites if (size := self.suites[version][each])
        }
        supported = self.groups if needs is None else tuple(each for each in self.groups if each in needs.groups)
        if needs is not None and (not needs.groups or self.groups):
            failures.append(Failure("groups", "not_asked"))
            supported = supported or (self.groups[:1] if needs.groups else ())
        if needs is not None and not needs.dh_bits:
            failures.append(Failure("groups.dh_bits", "not_asked"))
            sizes = set()
        if needs is not None and not needs.alpn:
            failures.append(Failure("alpn", "not_asked"))
        return tls_observation(
            protocols={version: version in self.suites if version in known else None for version in PROTOCOLS},
            server_preference={
                version: own
                for version, own in self.preference.items()
                if (needs is None or version in needs.server_preference) and len(accepted.get(version, ())) > 1
            },
            alpn=self.alpn if needs is None or needs.alpn else None,
            cipher_suites=accepted,
            refused_suites=refused,
            groups=Groups(
                supported if needs is None or needs.groups else None,
                tuple(sorted(sizes)),
                () if needs is None else tuple(sorted(set(needs.groups) - set(self.groups))),
            ),
            features={k: v for k, v in self.features.items() if needs is None or k in needs.features},
            vulnerabilities={
                k: v for k, v in self.vulnerabilities.items() if needs is None or k in needs.vulnerabilities
            },
            failures=tuple(failures),
        )


def some(values: Any, least: int = 0, most: int = 6) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(sorted(values)), unique=True, min_size=least, max_size=most)


@st.composite
def servers(draw: st.DrawFn) -> Server:
    suites: dict[Protocol, dict[str, int]] = {}
    for version in draw(some(PROTOCOLS)):
        often = sorted(EVERY_SUITE[version].intersection(COMMON)) or sorted(EVERY_SUITE[version])
        found = draw(some(often) | some(EVERY_SUITE[version], 1))
        moduli = {each: draw(st.sampled_from(SIZES)) if "_DH_" in each or "_DHE_" in each else 0 for each in found}
        if found:
            suites[version] = moduli
    older = len(suites.keys() & {"ssl3", "tls1_0", "tls1_1", "tls1_2"})
    meaning = {each: older > 0 for each in features.NAMES} | {"early_data": "tls1_3" in suites}
    meaning |= {"fallback_scsv": older > 1, "session_tickets": bool(suites.keys() - {"ssl2"})}
    meaning |= {"extended_master_secret": not suites.keys().isdisjoint(EXTENDED)}
    chained = any("_CBC_" in each for version in EXTENDED for each in suites.get(version, ()))
    known_features = [each for each in features.NAMES if chained or each != "encrypt_then_mac"]
    known_groups = draw(some(KNOWN_GROUPS) | some(EVERY_GROUP))
    if "tls1_3" not in suites:  # which they came with
        known_groups = [each for each in known_groups if "MLKEM" not in each]
    return Server(
        suites,
        tuple(sorted(known_groups)),
        {each: meaning[each] and draw(ANSWERS) for each in known_features},
        {each: draw(ANSWERS) for each in vulnerabilities.NAMES},
        {version: draw(ANSWERS) for version in suites if version != "ssl2"},
        draw(st.sampled_from(("h2", "http/1.1", None))) if suites.keys() - {"ssl2", "ssl3"} else None,
    )


@st.composite
def demands(draw: st.DrawFn) -> tuple[Check[Any, Any], dict[str, Any]]:
    """A rule and parameters for it."""
    match check := draw(st.sampled_from([each.CHECK for each in RULES])):
        case served.CHECK:
            return check, {}
        case vulnerabilities.CHECK:
            return check, {"absent": draw(some(vulnerabilities.NAMES, 1))}
        case post_quantum.CHECK:
            return check, {"any_of": draw(some([each for each in EVERY_GROUP if "MLKEM" in each], 1))}
        case server_preference.CHECK:
            return check, {"protocols": draw(some(PROTOCOLS[1:], 1))}
        case alpn.CHECK:
            required = draw(st.sampled_from(([], ["h2"], ["http/1.1"], ["h2", "http/1.1"])))
            forbidden = [each for each in ("h2", "http/1.1") if each not in required and draw(ANSWERS)]
            return check, {"required": required or ([] if forbidden else ["h2"]), "forbidden": forbidden}
        case cipher_suites.CHECK:
            listed = draw(st.just([]) | some(COMMON, 1))
            allowed = draw(st.just([]) | some(COMMON) | some(EVERY_SUITE["tls1_2"], most=300))
            forbidden = draw(some(SUITE_PROPERTIES, 0 if allowed or listed else 1))
            versions = draw(some(PROTOCOLS))
            lists = {"allowed": allowed, "forbidden": forbidden, "forbidden_suites": listed}
            return check, lists | {"protocols": versions}
        case groups.CHECK:
            allowed = draw(st.just([]) | some(KNOWN_GROUPS))
            bits = draw(st.sampled_from((1024, 2048, 3072)) | (st.none() if allowed else st.just(2048)))
            return check, {"allowed": allowed, "min_dh_bits": bits}
    names = draw(some(PROTOCOLS if check is protocols.CHECK else features.NAMES, 1))
    cut = draw(st.integers(0, len(names)))
    return check, {"required": names[:cut], "forbidden": names[cut:]}


RULES = (
    served,
    protocols,
    cipher_suites,
    groups,
    features,
    vulnerabilities,
    post_quantum,
    server_preference,
    alpn,
)


def told(outcome: Outcome) -> tuple[str, list[str], list[str]]:
    return short(outcome), [each.key for each in outcome.instances], [str(each.params) for each in outcome.instances]


def needs_of(demand: tuple[Check[Any, Any], dict[str, Any]]) -> TlsNeeds:
    check, params = demand
    assert check.needs is not None
    return check.needs(check.parameters(params))


@settings(max_examples=400)
@given(servers(), demands(), ANSWERS)
def test_answered_needs_are_as_good_as_everything(server: Server, demand: Any, knows_versions: bool) -> None:
    check, params = demand
    whole = ask(check, server.answer(None), params)
    assert whole.verdict != "not_assessable"
    assert told(ask(check, server.answer(needs_of(demand), knows_versions), params)) == told(whole)


@settings(max_examples=400)
@given(servers(), demands(), demands(), ANSWERS)
def test_the_needs_of_another_rule_do_no_harm_beside_them(
    server: Server, demand: Any, another: Any, knows_versions: bool
) -> None:
    check, params = demand
    both = server.answer(needs_of(demand) | needs_of(another), knows_versions)
    assert told(ask(check, both, params)) == told(ask(check, server.answer(None), params))


@settings(max_examples=400)
@given(servers(), demands(), demands(), ANSWERS)
def test_evidence_for_another_policy_is_never_judged_wrongly(
    server: Server, demand: Any, another: Any, knows_versions: bool
) -> None:
    check, params = demand
    found = ask(check, server.answer(needs_of(another), knows_versions), params)
    assume(found.verdict != "not_assessable")
    whole = ask(check, server.answer(None), params)
    assert found.verdict == whole.verdict
    assert {each.key for each in found.instances} <= {each.key for each in whole.instances}


@pytest.mark.parametrize("check", REGISTRY, ids=lambda check: check.id)
def test_every_rule_that_reads_tls_says_what_it_needs(check: Check[Any, Any]) -> None:
    assert (check.needs is not None) == (check.reads == "tls")


def test_what_a_rule_needs() -> None:
    assert needs_of((certificate_name.CHECK, {})) == TlsNeeds(certificates=True)
    assert needs_of((vulnerabilities.CHECK, {"absent": ["robot"]})) == TlsNeeds(vulnerabilities=("robot",))
    assert needs_of((features.CHECK, {"forbidden": ["early_data"]})) == TlsNeeds(("tls1_3",), features=("early_data",))
    assert needs_of((alpn.CHECK, {"required": ["h2"]})) == TlsNeeds(alpn=True)
    assert TlsNeeds(alpn=True) | TlsNeeds() == TlsNeeds() | TlsNeeds(alpn=True) == TlsNeeds(alpn=True)
    wanted = needs_of((post_quantum.CHECK, {"any_of": ["X25519MLKEM768"]}))
    assert wanted == TlsNeeds(("tls1_3",), groups=("X25519MLKEM768",))
    order = needs_of((server_preference.CHECK, {"protocols": ["tls1_2"]}))
    assert order.server_preference == order.protocols == ("tls1_2",)
    assert {version: set(suites) for version, suites in order.suites.items()} == {"tls1_2": EVERY_SUITE["tls1_2"]}
    chained = needs_of((features.CHECK, {"required": ["encrypt_then_mac"]}))
    assert set(chained.suites) == set(chained.protocols) == {"tls1_0", "tls1_1", "tls1_2"}
    assert all("_CBC_" in each for each in chained.suites["tls1_2"])
    assert not needs_of((features.CHECK, {"forbidden": ["heartbeat"]})).suites
    tickets = needs_of((features.CHECK, {"forbidden": ["session_tickets"]}))
    assert tickets.protocols == ("ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3")
    only_rc4 = needs_of((cipher_suites.CHECK, {"forbidden": ["rc4"], "protocols": ["ssl2", "tls1_3"]}))
    assert only_rc4 == TlsNeeds(
        ("ssl2", "tls1_3"),
        {"ssl2": ("SSL_CK_RC4_128_EXPORT40_WITH_MD5", "SSL_CK_RC4_128_WITH_MD5", "SSL_CK_RC4_64_WITH_MD5")},
    )
    listed = needs_of((groups.CHECK, {"allowed": ["x25519", "ffdhe2048"]}))
    assert set(listed.groups) == EVERY_GROUP - {"x25519", "ffdhe2048"}
    assert not listed.dh_bits
    assert "ffdhe2048" in needs_of((groups.CHECK, {"allowed": ["ffdhe2048"], "min_dh_bits": 3072})).groups


REFUSED = {"tls1_2": tuple(sorted(EVERY_SUITE["tls1_2"] - {GCM}))}
NOT_ASKED = (Failure("cipher_suites.tls1_2", "not_asked"),)


def partial(refused: Any, accepted: tuple[str, ...] = (GCM,), supported: bool | None = True) -> TlsObservation:
    """TLS 1.2 alone, whose list was not finished."""
    return tls_observation(
        protocols=dict.fromkeys(PROTOCOLS, False) | {"tls1_2": supported},
        cipher_suites={"tls1_2": accepted} if accepted else {},
        refused_suites={"tls1_2": tuple(refused)},
        failures=NOT_ASKED,
    )


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (partial(REFUSED["tls1_2"]), "pass"),
        (partial(REFUSED["tls1_2"], ()), "pass"),
        (partial(REFUSED["tls1_2"], (), None), "not_assessable suites_unfinished"),  # is there anything to judge?
        (partial(REFUSED["tls1_2"][1:]), "not_assessable suites_unfinished"),
        (partial(()), "not_assessable suites_unfinished"),
        (partial(set(REFUSED["tls1_2"]) - {CBC}, (GCM, CBC)), "fail suite_not_allowed"),
        (partial(set(REFUSED["tls1_2"]) - {CBC}, (CBC,)), "fail suite_not_allowed"),
    ],
)
def test_refusal_proves_absence(observation: TlsObservation, expected: str) -> None:
    assert short(ask(cipher_suites.CHECK, observation, {"allowed": [GCM]})) == expected


@pytest.mark.parametrize(
    ("seen", "params", "expected"),
    [
        (Groups(("x25519",), (), tuple(EVERY_GROUP - {"x25519"})), {"allowed": ["x25519"]}, "pass"),
        (Groups((), (), tuple(EVERY_GROUP - {"x25519"})), {"allowed": ["x25519"]}, "not_assessable groups_unknown"),
        (Groups(("x25519",), (), ("secp192r1",)), {"allowed": ["x25519"]}, "not_assessable groups_unknown"),
        (Groups(("ffdhe2048",)), {"allowed": ["ffdhe2048"]}, "not_assessable groups_unknown"),
        (Groups(("secp192r1",)), {"allowed": ["x25519"]}, "fail group_not_allowed"),
        (Groups(None), {"min_dh_bits": 1024}, "not_assessable groups_unknown"),
        (Groups(None, (), tuple(g for g in EVERY_GROUP if "ffdhe" in g)), {"min_dh_bits": 1024}, "not_applicable"),
        (Groups(("ffdhe2048",)), {"min_dh_bits": 1024}, "pass"),
    ],
)
def test_refusal_of_groups(seen: Groups, params: Any, expected: str) -> None:
    observation = tls_observation(groups=seen, failures=(Failure("groups", "not_asked"),))
    assert short(ask(groups.CHECK, observation, params)).startswith(expected)


@pytest.mark.parametrize(
    ("accepted", "refused", "bits", "expected"),
    [
        ((), True, (), "not_applicable no_finite_field_dh"),
        ((GCM,), True, (), "not_applicable no_finite_field_dh"),
        ((GCM,), False, (), "not_assessable dh_bits_unknown"),
        ((DHE,), True, (2048,), "pass"),
        ((DHE,), False, (2048,), "not_assessable dh_bits_unknown"),  # an export suite may have 512 bits beside it
        ((DHE,), True, (), "not_assessable dh_bits_unknown"),
        ((DHE,), True, (512, 2048), "fail dh_too_small"),
    ],
)
def test_refusal_of_moduli(accepted: tuple[str, ...], refused: bool, bits: tuple[int, ...], expected: str) -> None:
    asked = needs_of((groups.CHECK, {"min_dh_bits": 2048}))
    observation = tls_observation(
        protocols=dict.fromkeys(PROTOCOLS, False) | {"tls1_2": True},
        cipher_suites={"tls1_2": accepted},
        refused_suites={"tls1_2": tuple(set(asked.suites["tls1_2"]) - set(accepted))} if refused else {},
        groups=Groups(("x25519",), bits),
        failures=NOT_ASKED,
    )
    assert short(ask(groups.CHECK, observation, {"min_dh_bits": 2048})) == expected
