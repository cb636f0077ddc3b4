"""From what was asked to evidence, without a server: answers, doubts and what one handshake says."""

import errno

import pytest
from nassl.ephemeral_key_info import OpenSslEcNidEnum
from sslyze.errors import ServerRejectedOpportunisticTlsNegotiation
from sslyze.plugins.elliptic_curves_plugin import EllipticCurve, SupportedEllipticCurvesScanResult
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite, CipherSuitesRepository
from sslyze.plugins.robot._robot_tester import RobotScanResultEnum
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

from checks.model.evidence import (
    PROTOCOLS,
    CertificateChain,
    Failure,
    FailureReason,
    Groups,
    Protocol,
    load_observation,
    observation_bytes,
)
from scanner.probes.tls.dialogue import Doubt, Told, Verdict, verdict
from scanner.probes.tls.endpoint import VERSIONS, Agreed
from scanner.probes.tls.records import choice, dh_modulus_bits, handshake_messages, has_alert, records, tls_bytes
from scanner.probes.tls.suites import Suites
from scanner.probes.tls.translate import FEATURES, VULNERABILITIES, Answer, Scan, group_names, observation, robot_answer
from scanner.probes.tls.wire import Trouble, trouble_of

NO_SUITES = Suites()
TIMED_OUT = Doubt("timed_out", "the server stopped answering")


def suite(version: Protocol, name: str) -> CipherSuite:
    """A suite that sslyze knows."""
    every = CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version])
    return next(each for each in every if each.name == name)


AES_GCM = suite("tls1_2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
AES_CBC = suite("tls1_2", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")


def scan(
    suites: dict[Protocol, Suites] | None = None,
    groups: Answer[tuple[str, ...]] | None = None,
    certificates: Answer[tuple[CertificateChain, ...]] | None = None,
    vulnerabilities: dict[str, Answer[bool]] | None = None,
    features: dict[str, Answer[bool]] | None = None,
    preference: dict[Protocol, Answer[bool]] | None = None,
) -> Scan:
    """A scan in which everything is known and nothing is there, but for what is given."""
    return Scan(
        suites={version: NO_SUITES for version in PROTOCOLS} | (suites or {}),
        groups=groups or Answer(()),
        preference=preference or {},
        certificates=certificates or Answer(()),
        vulnerabilities={name: Answer(False) for name in VULNERABILITIES} | (vulnerabilities or {}),
        features={name: Answer(False) for name in FEATURES} | (features or {}),
    )


def test_a_version_is_supported_refused_or_unknown() -> None:
    found = observation(
        scan({"tls1_2": Suites((AES_GCM, AES_CBC)), "tls1_1": Suites(doubt=TIMED_OUT), "tls1_3": NO_SUITES})
    )
    assert found.protocols == {
        "ssl2": False,
        "ssl3": False,
        "tls1_0": False,
        "tls1_1": None,
        "tls1_2": True,
        "tls1_3": False,
    }
    assert found.cipher_suites == {
        "tls1_2": ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
    }
    assert found.failures == (
        Failure("cipher_suites.tls1_1", "timed_out", "the server stopped answering"),
        Failure("protocols.tls1_1", "timed_out", "the server stopped answering"),
    )


def test_a_list_that_was_not_finished_is_told_with_its_doubt() -> None:
    found = observation(scan({"tls1_2": Suites((AES_GCM,), doubt=TIMED_OUT)}))
    assert found.protocols["tls1_2"] is True
    assert found.cipher_suites["tls1_2"] == (AES_GCM.name,)
    assert [each.what for each in found.failures] == ["cipher_suites.tls1_2"]


def test_cuts_that_were_believed_are_doubts_of_a_server_that_cuts_at_random() -> None:
    cut = Suites(cut=True)
    assert cut.weighed(unsteady=False).supported is False
    assert cut.weighed(unsteady=True).supported is None
    assert Suites(cut=False).weighed(unsteady=True).supported is False
    assert Suites((AES_GCM,), cut=True).weighed(unsteady=True).supported is True
    assert Suites(doubt=TIMED_OUT, cut=True).weighed(unsteady=True).doubt == TIMED_OUT


def test_every_doubt_has_its_path() -> None:
    doubt = Doubt("incomplete", "why")
    found = observation(
        scan(
            suites={"tls1_2": Suites((AES_CBC,), dh_unseen=True)},
            groups=Answer(None, doubt),
            certificates=Answer(None, doubt),
            vulnerabilities={"robot": Answer(None, doubt)},
            features={"early_data": Answer(None, doubt)},
            preference={"tls1_2": Answer(None, doubt)},
        )
    )
    assert found.groups == Groups(None, ())
    assert found.certificates == ()
    assert found.vulnerabilities["robot"] is None
    assert found.features["early_data"] is None
    assert found.server_preference == {"tls1_2": None}
    assert [each.what for each in found.failures] == [
        "certificates",
        "features.early_data",
        "groups",
        "groups.dh_bits",
        "server_preference.tls1_2",
        "vulnerabilities.robot",
    ]


def test_the_order_in_which_things_were_found_does_not_show() -> None:
    one, two = CertificateChain((b"a", b"b"), False), CertificateChain((b"c",), True)
    first = observation(
        scan(
            {"tls1_2": Suites((AES_GCM, AES_CBC), frozenset({2048, 1024}))},
            certificates=Answer((two, one, CertificateChain((b"a", b"b"), True))),
        )
    )
    second = observation(
        scan(
            {"tls1_2": Suites((AES_CBC, AES_GCM), frozenset({1024, 2048}))},
            certificates=Answer((CertificateChain((b"a", b"b"), True), one, two)),
        )
    )
    assert observation_bytes(first) == observation_bytes(second)
    assert load_observation(observation_bytes(first)) == first
    assert first.certificates == (CertificateChain((b"a", b"b"), True), CertificateChain((b"c",), True))
    assert first.groups.dh_bits == (1024, 2048)


def test_groups_have_the_names_of_the_registry() -> None:
    curves = [
        EllipticCurve("X25519", OpenSslEcNidEnum.X25519),
        EllipticCurve("X448", OpenSslEcNidEnum.X448),
        EllipticCurve("secp256r1", OpenSslEcNidEnum.SECP256R1),
    ]
    assert group_names(SupportedEllipticCurvesScanResult(True, curves, [])) == {"x25519", "x448", "secp256r1"}
    assert group_names(SupportedEllipticCurvesScanResult(False, None, None)) == set()


@pytest.mark.parametrize("result", list(RobotScanResultEnum))
def test_robot_is_denied_only_where_it_was_tried(result: RobotScanResultEnum) -> None:
    answer = robot_answer(result)
    if result is RobotScanResultEnum.NOT_VULNERABLE_NO_ORACLE:
        assert answer == Answer(False)
    elif result.name.startswith("VULNERABLE"):
        assert answer == Answer(True)
    else:
        assert answer.value is None
        assert answer.doubt is not None


# One handshake


def handshake_record(kind: int, body: bytes) -> bytes:
    """One handshake message in a record of its own."""
    message = bytes([kind]) + len(body).to_bytes(3) + body
    return b"\x16\x03\x03" + len(message).to_bytes(2) + message


def server_hello(version: bytes, number: int = 0xC02F, extensions: bytes = b"") -> bytes:
    """A ServerHello (RFC 5246 section 7.4.1.3)."""
    tail = len(extensions).to_bytes(2) + extensions if extensions else b""
    return handshake_record(2, version + bytes(32) + b"\x00" + number.to_bytes(2) + b"\x00" + tail)


TLS1_2, TLS1_0 = b"\x03\x03", b"\x03\x01"
FATAL = b"\x15\x03\x03\x00\x02\x02\x28"
UNKNOWN_NAME = b"\x15\x03\x03\x00\x02\x01\x70"
NO_STARTTLS = ServerRejectedOpportunisticTlsNegotiation(
    ServerNetworkLocation("mail.test", 25, "127.0.0.1"), ServerNetworkConfiguration("mail.test"), "454 try later"
)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told(Agreed()), "accepted"),
        (Told(None, OSError(), None, (FATAL,)), "refused"),
        (Told(None, OSError(), "closed", (FATAL,)), "refused"),
        (Told(None, OSError(), "reset", (FATAL,)), "refused"),
        (Told(None, OSError(), "closed", (server_hello(TLS1_0),)), "refused"),
        (Told(None, OSError(), "timed_out", (FATAL,)), "timed_out"),
        (Told(None, OSError(), "timed_out"), "timed_out"),
        (Told(None, OSError(), "refused"), "refused connection"),
        (Told(None, OSError(), "unreachable"), "unreachable"),
        (Told(None, OSError(), "reset"), "reset"),
        (Told(None, OSError(), "closed"), "reset"),
        (Told(None, OSError(), "reset", (UNKNOWN_NAME,)), "reset"),
        (Told(None, OSError(), "reset", (UNKNOWN_NAME, FATAL)), "refused"),
        (Told(None, OSError(), "reset", (server_hello(TLS1_2),)), "reset"),
        (Told(None, NO_STARTTLS, None, (b"220 mail.test\r\n", b"454 try later\r\n")), "not_tls"),
        (Told(None, OSError()), "tls_failed"),
        (Told(skipped=Doubt("deadline")), "deadline"),
    ],
)
def test_only_words_refuse(told: Told[Agreed], expected: str) -> None:
    found: Verdict = verdict(told, "tls1_2")
    if isinstance(found, Doubt):
        reason: FailureReason = found.reason
        assert expected == ("refused connection" if reason == "refused" else reason)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), "timed_out"),
        (ConnectionRefusedError(), "refused"),
        (ConnectionResetError(), "reset"),
        (BrokenPipeError(), "reset"),
        (OSError(errno.ENETUNREACH, ""), "unreachable"),
        (OSError(errno.EHOSTUNREACH, ""), "unreachable"),
    ],
)
def test_troubles_of_the_system(error: OSError, expected: Trouble) -> None:
    assert trouble_of(error) == expected


def test_a_hello_says_version_and_suite() -> None:
    tls1_3 = server_hello(TLS1_2, 0x1301, b"\x00\x33\x00\x02\x00\x1d" + b"\x00\x2b\x00\x02\x03\x04")
    found = choice(tls1_3)
    assert found is not None
    assert (found.version, found.suite) == ("tls1_3", 0x1301)
    old = choice(UNKNOWN_NAME + server_hello(TLS1_0))
    assert old is not None
    assert (old.version, old.suite) == ("tls1_0", 0xC02F)
    unknown = choice(server_hello(b"\x03\x09"))
    assert unknown is not None
    assert unknown.version is None


def test_a_hello_cut_anywhere_is_no_choice_and_no_fault() -> None:
    whole = server_hello(TLS1_2, extensions=b"\x00\x2b\x00\x02\x03\x04")
    assert choice(whole) is not None
    for length in range(len(whole)):
        assert choice(whole[:length]) is None
        assert not has_alert(whole[:length])
    for length in range(len(whole) - 9):  # complete as a message, and too short inside
        choice(handshake_record(2, whole[9 : 9 + length]))


def test_the_modulus_of_a_key_exchange() -> None:
    modulus = ((1 << 511) + 1).to_bytes(64)
    message = handshake_record(12, len(modulus).to_bytes(2) + modulus + b"\x00\x01\x02")
    assert dh_modulus_bits(server_hello(TLS1_2) + message) == 512
    assert dh_modulus_bits(handshake_record(12, b"\xff\xff")) is None
    assert dh_modulus_bits(b"") is None


def test_words_before_tls_are_not_taken_for_it() -> None:
    assert tls_bytes([b"220 mail.test\r\n", FATAL[:3], FATAL[3:]]) == FATAL
    assert tls_bytes([b"HTTP/1.1 400 Bad Request\r\n"]) == b""
    assert list(records(FATAL + b"HTTP/1.1")) == [(21, b"\x02\x28")]
    assert list(handshake_messages(FATAL + server_hello(TLS1_2))) == []
