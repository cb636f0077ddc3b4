"""What the TLS probe sees of every server of the lab, against what sslyze sees, asking exhaustively."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from checks.model.evidence import Groups, Protocol, observation_bytes
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.lab.agreement import DOCUMENT, documented, kinds_of, kinds_text, look_at, seen_by_both
from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Configuration, Endpoint
from tests.lab.conftest import Truths
from tests.lab.differences import DIFFERENCES, Case, Extra, Unproven, prove
from tests.lab.known import features, untold_vulnerabilities
from tests.lab.leaves import leaves
from tests.scope import loopback_context

EVERY_SERVER = pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda each: each.id)


def only(*names: str) -> pytest.MarkDecorator:
    """Some servers."""
    found = [each for each in CONFIGURATIONS if each.id in names]
    assert len(found) == len(names)
    return pytest.mark.parametrize("configuration", found, ids=lambda each: each.id)


class Cases:
    """Each server with both views of it; looked at when it is first asked for, and sslyze is done with it."""

    def __init__(self, lab: Mapping[str, Endpoint], truths: Truths, probe: TlsProbe) -> None:
        self._lab, self._truths, self._probe = lab, truths, probe
        self._found: dict[str, Case] = {}

    def __getitem__(self, name: str) -> Case:
        if name not in self._found:
            self._found[name] = seen_by_both(self._probe, self._lab[name], self._truths[name])
        return self._found[name]


@pytest.fixture(scope="session")
def cases(lab: Mapping[str, Endpoint], truths: Truths) -> Iterator[Cases]:
    probe = TlsProbe(loopback_context(limits=Limits()))
    yield Cases(lab, truths, probe)
    probe.close()


@EVERY_SERVER
def test_nothing_that_sslyze_sees_is_missing_and_what_it_does_not_see_is_proven(
    configuration: Configuration, cases: Cases
) -> None:
    case = cases[configuration.id]
    assert case.lacks() == ()
    assert kinds_of(case).keys() == documented(DOCUMENT.read_text())[configuration.id]


@EVERY_SERVER
def test_every_question_is_answered_but_those_that_nobody_can_answer(
    configuration: Configuration, cases: Cases
) -> None:
    seen = cases[configuration.id].seen
    expected = features(configuration)
    if sum(seen.protocols[each] is True for each in ("ssl3", "tls1_0", "tls1_1", "tls1_2")) < 2:
        del expected["fallback_scsv"]  # there is nothing to fall back to
    untold = untold_vulnerabilities(configuration)
    assert {name: told for name, told in seen.features.items() if name in expected} == expected
    assert seen.vulnerabilities == {
        name: None if name in untold else False for name in ("heartbleed", "ccs_injection", "robot")
    }
    assert {each.what for each in seen.failures} == {  # nothing about versions, suites, groups, certificates
        *(f"features.{name}" for name, told in expected.items() if told is None),
        *(f"vulnerabilities.{name}" for name in untold),
    }


@EVERY_SERVER
def test_certificates_are_those_that_other_clients_are_given(configuration: Configuration, cases: Cases) -> None:
    case = cases[configuration.id]
    assert {each.chain[0] for each in case.seen.certificates} == leaves(configuration, case.endpoint)


@only("nginx-stapling", "nginx-http2", "python-alpn", "node-curve-p256")
def test_staples_and_protocols_are_those_configured(configuration: Configuration, cases: Cases) -> None:
    seen = cases[configuration.id].seen
    assert {each.ocsp_status for each in seen.certificates} == {
        "good" if configuration.id == "nginx-stapling" else None
    }
    protocol = {"nginx-stapling": "http/1.1", "python-alpn": "http/1.1"}.get(configuration.id, "h2")
    assert seen.alpn == protocol


@only("nginx-old-both", "apache-both-keys", "gnutls-legacy", "node-old", "python-old", "legacy-ecdsa", "legacy-ancient")
@pytest.mark.parametrize("per_address", [1, 5])
def test_every_look_sees_the_same_however_polite(configuration: Configuration, per_address: int, cases: Cases) -> None:
    case = cases[configuration.id]
    probe = TlsProbe(loopback_context(limits=Limits(per_address=per_address)))
    try:
        assert observation_bytes(look_at(probe, case.endpoint)) == observation_bytes(case.seen)
    finally:
        probe.close()


# The proofs themselves


@only("nginx-one-suite")
@pytest.mark.parametrize(
    ("version", "suite"),
    [
        ("tls1_2", "TLS_PSK_WITH_AES_128_CBC_SHA"),  # which sslyze does not list
        ("tls1_2", "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256"),  # which it cannot send
        ("tls1_2", "TLS_RSA_WITH_AES_128_CBC_SHA"),  # which it asks for
        ("tls1_3", "TLS_AES_128_GCM_SHA256"),
    ],
)
def test_a_suite_that_is_not_there_is_not_proven(
    configuration: Configuration, version: Protocol, suite: str, cases: Cases
) -> None:
    case = cases[configuration.id]
    suites = dict(case.seen.cipher_suites)
    suites[version] = (*suites.get(version, ()), suite)
    invented = replace(case, seen=replace(case.seen, cipher_suites=suites))
    (extra,) = (each for each in invented.extras() if each.name == suite)
    with pytest.raises(Unproven):
        prove(invented, extra)


@only("nginx-curve-p384", "python-tls1_2", "openssl-null", "legacy-ssl3-only")
@pytest.mark.parametrize("group", ["ffdhe2048", "X25519MLKEM768", "sect163k1", "secp224r1"])
def test_a_group_that_is_not_there_is_not_proven(configuration: Configuration, group: str, cases: Cases) -> None:
    case = cases[configuration.id]
    invented = replace(case, seen=replace(case.seen, groups=Groups((*(case.seen.groups.supported or ()), group))))
    with pytest.raises(Unproven):
        prove(invented, Extra("group", group))


@only("nginx-default", "nginx-server-order", "openssl-psk")
def test_an_order_that_is_another_is_not_proven(configuration: Configuration, cases: Cases) -> None:
    case = cases[configuration.id]
    told = case.seen.server_preference["tls1_2"]
    invented = replace(case, seen=replace(case.seen, server_preference={"tls1_2": not told}))
    with pytest.raises(Unproven):
        prove(invented, Extra("order", "tls1_2", "tls1_2"))


@only("nginx-default")
def test_what_is_missing_is_said(configuration: Configuration, cases: Cases) -> None:
    case = cases[configuration.id]
    poorer = replace(case.seen, cipher_suites={}, groups=Groups(), server_preference={})
    lacks = replace(case, seen=poorer).lacks()
    assert {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "x25519", "order of tls1_2: False"} <= set(lacks)


def test_the_document_has_every_server_and_every_kind() -> None:
    text = DOCUMENT.read_text()
    told = documented(text)
    assert list(told) == [each.id for each in CONFIGURATIONS]
    assert kinds_text() in text
    assert set().union(*told.values()) == {each.kind for each in DIFFERENCES}
