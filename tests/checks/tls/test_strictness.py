"""A stricter demand never removes a fail; and evidence in another order is the same evidence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.check import Check
from checks.model.evidence import PROTOCOLS, CertificateChain, Failure, Groups, TlsObservation
from checks.model.finding import Outcome
from checks.model.keys import Holder, Holders
from checks.registry import REGISTRY
from checks.tls import (
    alpn,
    certificate_expiring,
    certificate_key,
    certificate_lifetime,
    certificate_shared_key,
    certificate_signature,
    certificate_transparency,
    cipher_suites,
    features,
    groups,
    post_quantum,
    protocols,
    server_preference,
    vulnerabilities,
)
from checks.tls.keys import key_digest
from checks.tls.suites import SUITE_PROPERTIES
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE
from tests.certificates import authority, intermediate, key, leaf, root, with_rsa_hash
from tests.checks.tls.asking import ask
from tests.checks.tls.test_suites import CASES
from tests.factories import ADDRESS, HOST, NOW, reference_data, tls_observation

ANSWER = st.sampled_from([True, False, None])
NAMES = ("x25519", "secp192r1", "ffdhe2048", "secp256r1", "X25519MLKEM768", "MLKEM768")
LISTED = tuple(sorted(set(CASES) & EVERY_SUITE["tls1_2"]))
KNOWN = tuple(sorted(set(CASES) & frozenset().union(*EVERY_SUITE.values())))
"""Suites that a policy may name: those that are asked for. A server may tell of others."""
WHATS = ("cipher_suites.tls1_2", "cipher_suites.tls1_0", "groups", "groups.dh_bits", "certificates", "alpn")
QUIET = settings(max_examples=40)


def some(values: Any, least: int = 0, most: int | None = None) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(list(values)), unique=True, min_size=least, max_size=most)


def ders() -> dict[str, tuple[bytes, ...]]:
    """Chains with one thing each that a rule may mind."""
    place = x509.UniformResourceIdentifier("http://ocsp.example/")
    responder = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)])
    promise = x509.TLSFeature([x509.TLSFeatureType.status_request])
    rsa_root = authority("RSA", private=key("rsa", 1024))
    below = authority("Lower", rsa_root)
    return {
        "good": (leaf(intermediate(), extensions=[responder]), intermediate().der),
        "promised": (leaf(intermediate(), extensions=[promise]), intermediate().der),
        "rsa": (leaf(intermediate(), private=key("rsa", 2048)), intermediate().der),
        "small": (leaf(root(), private=key("rsa", 1024)),),
        "curve": (leaf(intermediate(), private=key("ec", 384)), intermediate().der),
        "edwards": (leaf(root(), private=key("ed25519")),),
        "weak": (with_rsa_hash(leaf(rsa_root), "md5"), rsa_root.der),
        "weak issuer": (leaf(below), with_rsa_hash(below.der, "sha1")),
        "expired": (leaf(root(), not_after=NOW - timedelta(days=1)),),
        "other name": (leaf(root(), "khac.example"),),
        "self-signed": (leaf(None),),
        "disordered": (leaf(intermediate()), root().der, intermediate().der),
        "incomplete": (leaf(intermediate()),),
        "broken": (b"not a certificate",),
    }


CHAINS = ders()


@st.composite
def chains(draw: st.DrawFn) -> CertificateChain:
    status: Any = draw(st.sampled_from((None, "good", "revoked", "unknown", "unusable")))
    stamps = draw(st.lists(st.integers(0, 3).map(lambda log: b"\x00" + bytes([log]) * 40), max_size=3))
    staple = True if status else draw(ANSWER)
    return CertificateChain(draw(st.sampled_from(list(CHAINS.values()))), staple, status, tuple(stamps))


@st.composite
def servers(draw: st.DrawFn) -> TlsObservation:
    """Anything at all, consistent or not."""
    return tls_observation(
        protocols={version: draw(ANSWER) for version in PROTOCOLS},
        cipher_suites={version: tuple(sorted(draw(some(CASES)))) for version in PROTOCOLS},
        groups=Groups(
            draw(st.none() | some(NAMES).map(tuple)),
            tuple(draw(some((512, 1024, 2048, 4096)))),
            tuple(draw(some(NAMES))),
        ),
        server_preference={version: draw(ANSWER) for version in draw(some(PROTOCOLS))},
        certificates=tuple(draw(st.lists(chains(), max_size=3))),
        vulnerabilities={each: draw(ANSWER) for each in draw(some(vulnerabilities.NAMES))},
        features={each: draw(ANSWER) for each in draw(some(features.NAMES))},
        refused_suites={version: tuple(draw(some(CASES))) for version in draw(some(PROTOCOLS))},
        alpn=draw(st.sampled_from((None, "h2", "http/1.1"))),
        failures=tuple(Failure(each, "timed_out") for each in draw(some(WHATS))),
    )


USES = {
    key_digest(chain[0]): Holders(
        Holder(id, agency, frozenset({host}), frozenset({address}))
        for id, agency, host, address in (
            ("b", "so-mau", "b.example", ADDRESS),
            ("c", "khac", "c.example", ADDRESS),
            ("d", "so-mau", "d.example", "192.0.2.9"),
            ("e", "khac", "e.example", "192.0.2.9"),
            ("f", "khac", HOST, "192.0.2.8"),
        )
    )
    for name, chain in CHAINS.items()
    if name != "broken"
}
DATA = reference_data([root().der])


def outcome(check: Check[Any, Any], server: TlsObservation, params: dict[str, Any]) -> Outcome:
    return ask(check, server, params, data=DATA, keys=USES)


def faults(check: Check[Any, Any], server: TlsObservation, params: dict[str, Any]) -> set[str]:
    return {each.key for each in outcome(check, server, params).instances}


@st.composite
def demands(draw: st.DrawFn) -> tuple[Check[Any, Any], dict[str, Any], dict[str, Any]]:
    """A rule with parameters for it, and others that demand at least as much."""
    check = draw(st.sampled_from(sorted(STRICTER, key=lambda each: each.id)))
    return check, *draw(STRICTER[check])


def more_listed(name: str, values: Any, **fixed: Any) -> st.SearchStrategy[tuple[Any, Any]]:
    """A list of what must not be, or must be, that grows."""
    pairs = st.tuples(some(values, 1), some(values))
    return pairs.map(lambda pair: ({name: pair[0], **fixed}, {name: [*pair[0], *pair[1]], **fixed}))


def fewer_listed(name: str, values: Any, **fixed: Any) -> st.SearchStrategy[tuple[Any, Any]]:
    """A list of what may be that shrinks."""
    pairs = st.tuples(some(values, 1), st.integers(1, 9))
    return pairs.map(lambda pair: ({name: pair[0], **fixed}, {name: pair[0][: pair[1]], **fixed}))


def larger(name: str, least: int, most: int, **fixed: Any) -> st.SearchStrategy[tuple[Any, Any]]:
    """A number that grows."""
    pairs = st.tuples(st.integers(least, most), st.integers(least, most)).map(sorted)
    return pairs.map(lambda pair: ({name: pair[0], **fixed}, {name: pair[1], **fixed}))


def swapped(pairs: st.SearchStrategy[tuple[Any, Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
    return pairs.map(lambda pair: (pair[1], pair[0]))


@st.composite
def both_lists(draw: st.DrawFn, values: Any) -> tuple[Any, Any]:
    """Lists of what must and what must not be, which have nothing in common, that grow."""
    mixed = draw(some(values, 1))
    cut, keep = draw(st.integers(0, len(mixed))), draw(st.integers(1, len(mixed)))
    whole = {"required": mixed[:cut], "forbidden": mixed[cut:]}
    kept = set(mixed[:keep])
    return {name: [each for each in listed if each in kept] for name, listed in whole.items()}, whole


@st.composite
def switches(draw: st.DrawFn) -> tuple[Any, Any]:
    """What is tolerated, and less of it."""
    loose = {each: draw(st.booleans()) for each in ("same_address", "same_agency")}
    return loose, {each: value and draw(st.booleans()) for each, value in loose.items()}


STRICTER: dict[Check[Any, Any], st.SearchStrategy[tuple[Any, Any]]] = {
    protocols.CHECK: both_lists(PROTOCOLS),
    cipher_suites.CHECK: st.one_of(
        more_listed("forbidden", SUITE_PROPERTIES),
        more_listed("forbidden_suites", LISTED),
        fewer_listed("allowed", KNOWN),
        more_listed("protocols", PROTOCOLS, forbidden=["cbc", "rc4"]),
        st.tuples(some(KNOWN, 1), some(SUITE_PROPERTIES, 1), some(LISTED, 1)).map(
            lambda three: (
                {"allowed": three[0]},
                {"allowed": three[0], "forbidden": three[1], "forbidden_suites": three[2]},
            )
        ),
        more_listed("protocols", PROTOCOLS, forbidden=["no_aead"]).map(
            lambda two: (two[0], {"forbidden": ["no_aead"]})
        ),
    ),
    groups.CHECK: st.one_of(
        fewer_listed("allowed", NAMES),
        fewer_listed("allowed", NAMES, min_dh_bits=2048),
        larger("min_dh_bits", 512, 8192),
        larger("min_dh_bits", 512, 8192, allowed=["x25519", "ffdhe2048"]),
        st.just(({"min_dh_bits": 2048}, {"min_dh_bits": 2048, "allowed": ["x25519", "ffdhe2048"]})),
    ),
    features.CHECK: both_lists(features.NAMES),
    vulnerabilities.CHECK: more_listed("absent", vulnerabilities.NAMES),
    post_quantum.CHECK: fewer_listed("any_of", [each for each in EVERY_GROUP if "MLKEM" in each]),
    server_preference.CHECK: more_listed("protocols", PROTOCOLS[1:]),
    alpn.CHECK: st.one_of(
        st.just(({"required": ["h2", "http/1.1"]}, {"required": ["h2"]})),
        st.just(({"required": ["h2", "http/1.1"]}, {"required": ["h2"], "forbidden": ["http/1.1"]})),
        st.just(({"forbidden": ["h2"]}, {"forbidden": ["h2"], "required": ["http/1.1"]})),
        more_listed("forbidden", ("h2", "http/1.1")),
    ),
    certificate_expiring.CHECK: larger("days", 1, 100),
    certificate_lifetime.CHECK: swapped(larger("max_days", 1, 1000)),
    certificate_key.CHECK: st.one_of(
        larger("min_rsa_bits", 1, 4096),
        larger("min_ec_bits", 1, 521),
        fewer_listed("types", ("rsa", "ec", "ed25519", "ed448")),
        fewer_listed("curves", ("secp256r1", "secp384r1", "secp521r1")),
    ),
    certificate_signature.CHECK: more_listed("forbidden", ("md5", "sha1")),
    certificate_transparency.CHECK: larger("min_logs", 1, 4),
    certificate_shared_key.CHECK: switches(),
}
"""By rule: pairs of parameters, of which the second demands at least as much."""


def place(key: str) -> str:
    """What a fault is of: a key that is of a forbidden kind need not be too small as well."""
    where, label, *rest = key.split("/")
    return "/".join((where, label)) if rest and rest[0].startswith("key_") else key


@settings(max_examples=600)
@given(servers(), demands())
def test_a_stricter_demand_never_removes_a_fail(server: TlsObservation, demand: Any) -> None:
    check, loose, strict = demand
    before, after = faults(check, server, loose), faults(check, server, strict)
    assert {place(each) for each in before} <= {place(each) for each in after}


@QUIET
@given(servers(), demands())
def test_a_stricter_demand_passes_nothing_that_failed_or_was_open(server: TlsObservation, demand: Any) -> None:
    check, loose, strict = demand
    if outcome(check, server, strict).verdict == "pass":
        assert outcome(check, server, loose).verdict in ("pass", "not_applicable")


def test_every_rule_with_parameters_has_its_stricter_ones() -> None:
    demanding = {each.id for each in REGISTRY if each.reads == "tls" and each.params.model_fields}
    assert {each.id for each in STRICTER} == demanding


def shuffled(server: TlsObservation, random: Any) -> TlsObservation:
    """The same evidence with its lists and tables in another order; chains keep theirs, for it means something."""

    def mixed(values: Any) -> Any:
        if values is None:
            return None
        items = list(values.items() if isinstance(values, dict) else values)
        random.shuffle(items)
        return dict(items) if isinstance(values, dict) else tuple(items)

    tables = {
        name: {k: mixed(v) for k, v in getattr(server, name).items()} for name in ("cipher_suites", "refused_suites")
    }
    seen = server.groups
    return replace(
        server,
        **{name: mixed(table) for name, table in tables.items()},
        **{
            name: mixed(getattr(server, name))
            for name in ("protocols", "server_preference", "vulnerabilities", "features")
        },
        groups=Groups(mixed(seen.supported), mixed(seen.dh_bits), mixed(seen.refused)),
        failures=mixed(server.failures),
    )


PARAMETERLESS = [each for each in REGISTRY if each.reads == "tls" and not each.params.model_fields]


def told(found: Outcome) -> tuple[Any, ...]:
    params = {name: sorted(value) if isinstance(value, tuple) else value for name, value in found.params.items()}
    return (
        found.verdict,
        found.reason,
        params,
        sorted((each.key, each.reason, str(each.params)) for each in found.instances),
    )


@settings(max_examples=200)
@given(servers(), demands(), st.randoms())
def test_the_order_of_evidence_means_nothing(server: TlsObservation, demand: Any, random: Any) -> None:
    check, params, _ = demand
    assert told(outcome(check, shuffled(server, random), params)) == told(outcome(check, server, params))


@pytest.mark.parametrize("check", PARAMETERLESS, ids=lambda check: check.id)
@QUIET
@given(servers(), st.randoms())
def test_nor_for_rules_without_parameters(check: Check[Any, Any], server: TlsObservation, random: Any) -> None:
    assert told(outcome(check, shuffled(server, random), {})) == told(outcome(check, server, {}))


@QUIET
@given(servers(), st.sampled_from([each for each in REGISTRY if each.id.startswith("tls.certificate_")]), st.randoms())
def test_chains_in_another_order_have_the_same_verdict(server: TlsObservation, check: Any, random: Any) -> None:
    params = {"max_days": 30} if check is certificate_lifetime.CHECK else {}
    chains = list(server.certificates)
    random.shuffle(chains)
    other = outcome(check, replace(server, certificates=tuple(chains)), params)
    one = outcome(check, server, params)
    assert (other.verdict, len(other.instances)) == (one.verdict, len(one.instances))
