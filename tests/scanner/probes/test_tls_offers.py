"""What is offered: every code point once, in hellos of a length that servers bear."""

import pytest

from checks.model.evidence import PROTOCOLS, Protocol
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from checks.tls import iana
from scanner.probes.tls.enumeration import SHARES, Enumeration
from scanner.probes.tls.notes import Notes
from scanner.probes.tls.offers import (
    CODES,
    COMPACT_SCHEMES,
    GROUPS,
    SCHEMES,
    authentication,
    codes_of,
    elliptic,
    finite_field,
    group_codes_of,
    parts,
    parts_of,
    suites_of,
    transports_rsa,
)
from scanner.probes.tls.wanted import Wanted
from tests.scanner.probes.tls13_played import ReadHello

LONG_NAME = "mot-ten-rat-dai.cua-mot-don-vi-co-ten-rat-dai.thuoc-mot-tinh.example.test"
VERSIONS: tuple[Protocol, ...] = tuple(each for each in PROTOCOLS if each != "ssl2")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_suite_is_in_exactly_one_part(version: Protocol) -> None:
    listed = [code for part in parts_of(version) for code in part]
    wanted = {code for code in iana.SUITES if (code in iana.TLS13_SUITES) == (version == "tls1_3")}
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted
    assert all(len(part) <= 126 for part in parts_of(version))


def test_groups_and_schemes_are_all_offered() -> None:
    assert sorted(GROUPS) == sorted(iana.GROUPS)
    assert sorted(SCHEMES) == sorted(iana.SIGNATURE_SCHEMES)
    assert {iana.KEY_OF_SCHEME[each] for each in COMPACT_SCHEMES} >= {"rsa", "ecdsa", "eddsa", "dsa"}
    assert {iana.GROUPS[each] for each in GROUPS[:4]} == {"x25519", "secp256r1", "secp384r1", "X25519MLKEM768"}


def test_parts_keep_what_is_common_together_and_put_the_best_last() -> None:
    assert parts((1, 2, 3, 4, 5), 2) == ((2, 1), (4, 3), (5,))


def enumeration(name: str | None, needs: TlsNeeds | None = None) -> Enumeration:
    target = TlsTarget("127.0.0.1", 443, name, needs=needs)
    return Enumeration(target, Notes(), Wanted(needs), bytes)


@pytest.mark.parametrize("name", [None, "a.test", LONG_NAME])
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("compact", [False, True])
def test_hellos_have_lengths_that_servers_bear(version: Protocol, name: str | None, compact: bool) -> None:
    ask = enumeration(name)
    ask.compact = compact
    for part in ask.parts(version):
        for groups in ask.group_parts(GROUPS):
            hello = ask.hello(version, part, groups).message(bytes(32))
            read = ReadHello.of(hello)
            assert [code for code in read.suites if code != iana.EMPTY_RENEGOTIATION_INFO_SCSV] == list(part)
            assert len(read.suites) <= 128
            assert not 255 < len(hello) < 512
            assert len(hello) % 256 not in (10, 14) or len(hello) < 256
            assert not compact or len(hello) <= 255
            if version != "ssl3":
                assert set(groups) == set(read.listed(10))


@pytest.mark.parametrize("version", VERSIONS)
def test_small_hellos_offer_every_group_and_suite_between_them(version: Protocol) -> None:
    ask = enumeration(LONG_NAME)
    ask.compact = True
    assert {code for part in ask.group_parts(GROUPS) for code in part} == set(GROUPS)
    assert {code for part in ask.parts(version) for code in part} == set(suites_of(version))


def test_shares_need_no_key_of_ours() -> None:
    ask = enumeration("a.test")
    assert ReadHello.of(ask.hello("tls1_3", (0x1301,)).message(bytes(32))).shares() == {}
    ask.shares = True
    assert ReadHello.of(ask.hello("tls1_3", (0x1301,)).message(bytes(32))).shares() == SHARES


@pytest.mark.parametrize(
    ("name", "key", "field", "curve", "transport"),
    [
        ("TLS_RSA_WITH_AES_128_CBC_SHA", "rsa", False, False, True),
        ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", "rsa", False, False, True),
        ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "rsa", True, False, False),
        ("TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA", "dss", True, False, False),
        ("TLS_DH_RSA_WITH_DES_CBC_SHA", "rsa", False, False, False),
        ("TLS_DH_anon_WITH_RC4_128_MD5", None, True, False, False),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "rsa", False, True, False),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "ecdsa", False, True, False),
        ("TLS_ECDH_ECDSA_WITH_RC4_128_SHA", "ecdsa", False, False, False),
        ("TLS_ECDH_anon_WITH_RC4_128_SHA", None, False, True, False),
        ("TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA", None, False, True, False),
        ("TLS_DHE_PSK_WITH_AES_128_CCM", None, True, False, False),
        ("TLS_RSA_PSK_WITH_RC4_128_SHA", "rsa", False, False, True),
        ("TLS_PSK_WITH_AES_128_CCM_8", None, False, False, False),
        ("TLS_PSK_DHE_WITH_AES_128_CCM_8", None, True, False, False),
        ("TLS_KRB5_WITH_RC4_128_MD5", None, False, False, False),
        ("TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA", "rsa", False, False, False),
        ("TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC", None, False, False, False),
    ],
)
def test_what_a_name_says(name: str, key: str | None, field: bool, curve: bool, transport: bool) -> None:
    assert codes_of([name])
    assert authentication(name) == key
    assert finite_field(name) is field
    assert elliptic(name) is curve
    assert transports_rsa(name) is transport


def test_unknown_names_have_no_codes() -> None:
    assert codes_of(["TLS_NO_SUCH", "TLS_RSA_WITH_NULL_MD5"]) == {1}
    assert group_codes_of(["x25519", "none"]) == {29}


def test_what_is_wanted_is_what_is_needed() -> None:
    needs = TlsNeeds(suites={"tls1_0": ("TLS_RSA_WITH_NULL_MD5",), "ssl2": ("SSL_CK_NULL",)}, groups=("secp160k1",))
    wanted = Wanted(needs)
    assert wanted.suites("tls1_0") == (1,)
    assert wanted.suites("ssl2") == (0xFF0810,)
    assert wanted.suites("tls1_2") == ()
    assert wanted.groups == (15,)
    assert wanted.version("tls1_0")
    assert not wanted.version("tls1_2")
    assert not wanted.everything
    whole = Wanted(None)
    assert whole.everything
    assert all(whole.version(each) and whole.suites(each) == suites_of(each) for each in CODES)
    assert whole.groups == GROUPS
