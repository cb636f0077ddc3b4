"""The code points, held against the ranges of the registry and against what OpenSSL and sslyze call them."""

import subprocess

import pytest
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
from sslyze.server_connectivity import TlsVersionEnum

from checks.model.evidence import PROTOCOLS
from checks.tls.iana import (
    EMPTY_RENEGOTIATION_INFO_SCSV,
    FALLBACK_SCSV,
    GREASE,
    GROUPS,
    KEY_OF_SCHEME,
    POST_QUANTUM,
    PROTOCOL_CODES,
    SIGNATURE_SCHEMES,
    SSL2_SUITES,
    SUITES,
    TLS13_SUITES,
    UNREGISTERED,
)

REGISTERED = (
    (0x0001, 0x001B),
    (0x001E, 0x0046),
    (0x0067, 0x006D),
    (0x0084, 0x00C7),
    (0x1301, 0x1307),
    (0xC001, 0xC0B5),
    (0xC100, 0xC106),
    (0xCCA8, 0xCCAE),
    (0xD001, 0xD003),
    (0xD005, 0xD005),
)
"""First and last of each run in the registry; 0x0000 and the two signalling values are no suites to be found."""


def _of_openssl() -> dict[int, tuple[str, str]]:
    """Code point -> name in the registry and the version since when, of the suites that OpenSSL knows."""
    command = ["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
    found = {}
    for line in listed.splitlines():
        code, _, name, _, _, version, *_ = line.split()
        high, low = (int(each, 16) for each in code.split(","))
        found[high << 8 | low] = (name, version)
    return found


def test_every_registered_suite_is_there_once() -> None:
    expected = {code for first, last in REGISTERED for code in range(first, last + 1)}

    assert SUITES.keys() - UNREGISTERED == expected
    assert len(set(SUITES.values())) == len(SUITES)


def test_names_and_versions_are_those_of_openssl() -> None:
    theirs = _of_openssl()

    assert len(theirs) > 100
    assert {code: SUITES.get(code) for code in theirs} == {code: name for code, (name, _) in theirs.items()}
    assert {code for code, (_, since) in theirs.items() if since == "TLSv1.3"} == TLS13_SUITES & theirs.keys()


@pytest.mark.parametrize("version", [each for each in TlsVersionEnum if each is not TlsVersionEnum.SSL_2_0])
def test_every_suite_that_sslyze_looks_for_is_there(version: TlsVersionEnum) -> None:
    of_tls13 = version is TlsVersionEnum.TLS_1_3
    ours = {name for code, name in SUITES.items() if (code in TLS13_SUITES) is of_tls13}

    assert {each.name for each in CipherSuitesRepository.get_all_cipher_suites(version)} <= ours


def test_every_suite_of_ssl2_that_sslyze_looks_for_is_there() -> None:
    theirs = {each.name for each in CipherSuitesRepository.get_all_cipher_suites(TlsVersionEnum.SSL_2_0)}

    assert theirs <= set(SSL2_SUITES.values())


def test_signalling_values_and_grease_are_no_suites() -> None:
    signals = {EMPTY_RENEGOTIATION_INFO_SCSV, FALLBACK_SCSV, 0x0000}

    assert not SUITES.keys() & (signals | set(GREASE))


def test_subsets_are_of_the_suites_and_apart() -> None:
    assert TLS13_SUITES | UNREGISTERED <= SUITES.keys()
    assert not TLS13_SUITES & UNREGISTERED


def test_grease_is_the_sixteen_values_of_rfc8701() -> None:
    assert len(set(GREASE)) == 16
    assert (GREASE[0], GREASE[1], GREASE[-1]) == (0x0A0A, 0x1A1A, 0xFAFA)
    assert all(each >> 8 == each & 0xFF and each & 0x0F == 0x0A for each in GREASE)
    assert not set(GREASE) & (GROUPS.keys() | SIGNATURE_SCHEMES.keys() | PROTOCOL_CODES.keys())


def test_every_version_but_ssl2_has_a_code() -> None:
    assert tuple(PROTOCOL_CODES.values()) == PROTOCOLS[1:]
    assert list(PROTOCOL_CODES) == sorted(PROTOCOL_CODES)


def test_groups() -> None:
    assert len(set(GROUPS.values())) == len(GROUPS)
    assert {GROUPS[code] for code in (23, 29, 41, 0x0104, 0x11EC)} == {
        "secp256r1",
        "x25519",
        "curveSM2",
        "ffdhe8192",
        "X25519MLKEM768",
    }


def test_post_quantum_groups() -> None:
    assert {
        "MLKEM512",
        "MLKEM768",
        "MLKEM1024",
        "SecP256r1MLKEM768",
        "X25519MLKEM768",
        "SecP384r1MLKEM1024",
        "curveSM2MLKEM768",
        "X25519Kyber768Draft00",
        "SecP256r1Kyber768Draft00",
    } == POST_QUANTUM


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("rsa_pkcs1_sha1", "rsa"),
        ("rsa_pss_rsae_sha256", "rsa"),
        ("rsa_pss_pss_sha512", "rsa_pss"),
        ("ecdsa_secp256r1_sha256", "ecdsa"),
        ("ecdsa_brainpoolP384r1tls13_sha384", "ecdsa"),
        ("ed448", "eddsa"),
        ("dsa_sha1", "dsa"),
        ("gostr34102012_512c", "gost"),
        ("sm2sig_sm3", "sm2"),
        ("mldsa65", "mldsa"),
    ],
)
def test_the_kind_of_key_that_a_scheme_needs(name: str, key: str) -> None:
    (code,) = (each for each, known in SIGNATURE_SCHEMES.items() if known == name)

    assert KEY_OF_SCHEME[code] == key


def test_every_scheme_has_its_kind_of_key() -> None:
    assert KEY_OF_SCHEME.keys() == SIGNATURE_SCHEMES.keys()
    assert len(set(SIGNATURE_SCHEMES.values())) == len(SIGNATURE_SCHEMES)
