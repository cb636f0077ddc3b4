"""What a quick look must answer: exactly what was asked, and nothing else is told as known."""

import pytest

from checks.model.evidence import PROTOCOLS, Protocol
from checks.model.needs import TlsNeeds
from checks.tls import iana
from scanner.probes.tls.offers import finite_field, suites_of
from tests.scanner.probes.played_look import answered, look_at, never_wrong
from tests.scanner.probes.played_manners import Capabilities, Manners

SERVER = Capabilities(
    {"tls1_0": (0x002F, 0x000A, 0x0033), "tls1_2": (0xC02F, 0x009C, 0x002F, 0x0033), "tls1_3": (0x1301, 0x1302)},
    groups=(23, 24),
    groups13=(29, 23),
    dh_bits=1024,
)
MODERN = Capabilities({"tls1_2": (0xC02F, 0xC030), "tls1_3": (0x1301, 0x1302, 0x1303)}, groups=(29, 23))
WEAK: dict[Protocol, tuple[str, ...]] = {
    "tls1_2": ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_NULL_SHA")
}
FIELDS: dict[Protocol, tuple[str, ...]] = {
    version: tuple(iana.SUITES[code] for code in suites_of(version) if finite_field(iana.SUITES[code]))
    for version in ("ssl3", "tls1_0", "tls1_1", "tls1_2")
}
NEEDS = {
    "nothing": TlsNeeds(),
    "versions": TlsNeeds(protocols=PROTOCOLS),
    "weak suites": TlsNeeds(protocols=PROTOCOLS, suites=WEAK),
    "suites of which some are there": TlsNeeds(
        suites={"tls1_2": ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA"), "tls1_1": WEAK["tls1_2"]}
    ),
    "groups": TlsNeeds(protocols=PROTOCOLS, groups=("secp256r1", "secp384r1", "secp160k1")),
    "absent groups": TlsNeeds(protocols=PROTOCOLS, groups=("secp160k1",)),
    "moduli": TlsNeeds(suites=FIELDS, dh_bits=True),
    "order": TlsNeeds(
        suites={"tls1_2": ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256")},
        server_preference=("tls1_2",),
    ),
    "certificates": TlsNeeds(protocols=PROTOCOLS, certificates=True),
    "vulnerabilities": TlsNeeds(protocols=PROTOCOLS, vulnerabilities=("ccs_injection", "heartbleed", "robot")),
    "features": TlsNeeds(
        protocols=PROTOCOLS,
        features=("compression", "secure_renegotiation", "fallback_scsv", "session_tickets", "grease_tolerance"),
    ),
}
SERVERS = {
    "server": SERVER,
    "modern": MODERN,
    "TLS 1.3 alone": Capabilities({"tls1_3": (0x1301,)}, keys=("ecdsa",)),
    "no groups": Capabilities({"tls1_2": (0x002F, 0x009C)}, groups=()),
    "SSL 3.0 alone": Capabilities({"ssl3": (0x0005,)}, groups=()),
    "two keys": Capabilities({"tls1_2": (0xC02B, 0xC02F)}, keys=("rsa", "ecdsa", "eddsa")),
    "every old version": Capabilities({each: (0x002F, 0x0033) for each in FIELDS}, dh_bits=512),
}


@pytest.mark.parametrize("needs", NEEDS.values(), ids=NEEDS)
@pytest.mark.parametrize("can", SERVERS.values(), ids=SERVERS)
def test_a_quick_look_answers_what_was_asked(can: Capabilities, needs: TlsNeeds) -> None:
    looked = look_at(can, needs=needs)
    never_wrong(looked.seen, can)
    answered(looked)
    whole = look_at(can)
    assert looked.ran.connections <= whole.ran.connections + 3
    for version, names in looked.seen.cipher_suites.items():
        assert set(names) <= set(whole.seen.cipher_suites[version])


@pytest.mark.parametrize("needs", NEEDS.values(), ids=NEEDS)
def test_what_was_not_asked_is_said_not_to_have_been(needs: TlsNeeds) -> None:
    seen = look_at(SERVER, needs=needs).seen
    for what in ("early_data", "client_renegotiation"):
        failure = seen.failure(f"features.{what}")
        assert failure is not None
        assert failure.reason == "not_asked"
        assert seen.features[what] is None
    for version in PROTOCOLS:
        if seen.protocols[version]:
            assert seen.failure(f"cipher_suites.{version}") is not None
    if not needs.certificates:
        assert seen.failure("certificates") is not None
    if not needs.groups:
        assert seen.failure("groups") is not None


def test_without_any_group_the_list_is_empty_and_whole() -> None:
    needs = TlsNeeds(protocols=PROTOCOLS, groups=("x25519",))
    for name in ("no groups", "SSL 3.0 alone"):
        seen = look_at(SERVERS[name], needs=needs).seen
        assert seen.groups.supported == ()
        assert seen.failure("groups") is None


def test_refused_names_stand_beside_an_unfinished_list() -> None:
    seen = look_at(SERVER, needs=NEEDS["weak suites"]).seen
    failure = seen.failure("cipher_suites.tls1_2")
    assert failure is not None
    assert failure.reason == "not_asked"
    assert set(seen.refused_suites["tls1_2"]) >= set(WEAK["tls1_2"])


def test_a_group_is_refused_only_in_suites_that_are_taken() -> None:
    """The curve is had with ECDSA alone; suites of RSA that the server does not have would tell nothing of it."""
    both = (0xC02B, 0x009C)
    can = Capabilities({"tls1_2": both, "tls1_3": (0x1301,)}, groups=(1,), groups13=(23,), keys=("rsa", "ecdsa"))
    looked = look_at(can, needs=TlsNeeds(protocols=PROTOCOLS, groups=("sect163k1",)))
    never_wrong(looked.seen, can)
    assert "sect163k1" in (looked.seen.groups.supported or ())


def test_every_modulus_is_measured() -> None:
    seen = look_at(SERVER, needs=NEEDS["moduli"]).seen
    assert seen.groups.dh_bits == (1024,)
    assert seen.failure("groups.dh_bits") is None
    assert "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" in seen.cipher_suites["tls1_0"]


def test_a_compliant_server_costs_few_connections() -> None:
    needs = TlsNeeds(protocols=PROTOCOLS, suites=WEAK, certificates=True)
    looked = look_at(MODERN, needs=needs)
    answered(looked)
    assert looked.ran.connections <= 8


@pytest.mark.parametrize("name", NEEDS)
def test_a_quick_look_that_ends_early_denies_nothing(name: str) -> None:
    whole = look_at(SERVER, needs=NEEDS[name]).ran.answers
    for answers in range(whole):
        looked = look_at(SERVER, needs=NEEDS[name], expire_after=answers)
        if looked.examination.failed is None:
            never_wrong(looked.seen, SERVER)


@pytest.mark.parametrize("name", NEEDS)
@pytest.mark.parametrize(
    "manners", [Manners(refusal="cut", ssl2_refusal="cut"), Manners(longest_hello=255), Manners(window=(5, 1.0))]
)
def test_bad_manners_hide_nothing_from_a_quick_look(name: str, manners: Manners) -> None:
    looked = look_at(SERVER, manners, needs=NEEDS[name])
    never_wrong(looked.seen, SERVER, manners)
