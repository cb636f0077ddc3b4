"""Every server of the lab starts and shakes hands, and the oracle sees it as it was configured."""

import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import OpenSslVerifyEnum, OpenSslVersionEnum

from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Configuration, Endpoint
from tests.lab.conftest import Truths
from tests.lab.oracle import Oracle
from tests.lab.processes import StartFailed, own_place
from tests.lab.start import start, start_all

EVERY_SERVER = pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda each: each.id)

OLD_VERSIONS = {
    "ssl2": OpenSslVersionEnum.SSLV2,
    "ssl3": OpenSslVersionEnum.SSLV3,
    "tls1_0": OpenSslVersionEnum.TLSV1,
    "tls1_1": OpenSslVersionEnum.TLSV1_1,
    "tls1_2": OpenSslVersionEnum.TLSV1_2,
}


def by_id(name: str) -> Configuration:
    return next(each for each in CONFIGURATIONS if each.id == name)


def only(*names: str) -> pytest.MarkDecorator:
    """Some servers, for tests of the oracle."""
    return pytest.mark.parametrize("configuration", [by_id(name) for name in names], ids=lambda each: each.id)


def test_identifiers_are_unique_and_the_lab_is_large() -> None:
    assert len({each.id for each in CONFIGURATIONS}) == len(CONFIGURATIONS) >= 45
    assert len({each.software for each in CONFIGURATIONS}) == 8


@EVERY_SERVER
def test_a_handshake_reaches_it(configuration: Configuration, lab: Mapping[str, Endpoint]) -> None:
    endpoint = lab[configuration.id]
    if configuration.software == "legacy":
        settings = dict(option.split("=", 1) for option in configuration.options)
        for version in settings["versions"].split():
            assert old_handshake(endpoint, OLD_VERSIONS[version], *configuration.client)
    else:
        assert "Cipher is (NONE)" not in handshake(endpoint, *configuration.client)


@EVERY_SERVER
def test_sslyze_sees_it(configuration: Configuration, truths: Truths) -> None:
    truth = truths[configuration.id]
    assert truth.protocols or configuration.unseen
    assert not set(truth.protocols) & set(configuration.unseen)
    assert not truth.unclear
    assert set(truth.suites) | set(truth.newer) == set(truth.protocols)
    settings = dict(option.split("=", 1) for option in configuration.options if configuration.software == "legacy")
    assert truth.protocols == tuple(settings.get("versions", "").split()) or not settings


@only("legacy-tls1_0-export")
def test_the_oracle_sees_export_suites(configuration: Configuration, truths: Truths) -> None:
    assert truths[configuration.id].suites == {
        "tls1_0": (
            "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
            "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA",
            "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
            "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
            "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
            "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
            "TLS_RSA_WITH_RC4_128_SHA",
        )
    }


@only("nginx-cbc-only")
def test_the_oracle_sees_exactly_what_is_configured(configuration: Configuration, truths: Truths) -> None:
    truth = truths[configuration.id]
    suites = ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA")
    assert truth.suites == {"tls1_2": suites}
    assert truth.groups == ()


@only("nginx-curve-p384", "nginx-curve-x448", "nginx-curves-several", "legacy-binary-curves")
def test_the_oracle_sees_the_groups_configured(configuration: Configuration, truths: Truths) -> None:
    assert (
        truths[configuration.id].groups
        == {
            "nginx-curve-p384": ("secp384r1",),
            "nginx-curve-x448": ("x448",),
            "nginx-curves-several": ("secp256r1", "secp521r1", "x25519"),
            "legacy-binary-curves": ("sect283r1", "sect571k1"),
        }[configuration.id]
    )


@only("legacy-server-order", "apache-old-server-order", "gnutls-server-precedence", "python-client-required")
def test_the_oracle_sees_the_servers_order(configuration: Configuration, truths: Truths) -> None:
    told = truths[configuration.id].preference
    assert told and all(told.values())


@only("legacy-client-order", "apache-old-client-order", "gnutls-legacy", "nginx-client-required")
def test_the_oracle_sees_that_the_client_chooses(configuration: Configuration, truths: Truths) -> None:
    told = truths[configuration.id].preference
    assert told and not any(told.values())


@only("nginx-curve-x448", "nginx-ed25519")
def test_what_only_the_newer_openssl_finds_is_told_apart(configuration: Configuration, truths: Truths) -> None:
    truth = truths[configuration.id]
    assert set(truth.newer) == {"tls1_2"}
    assert not set(truth.newer["tls1_2"]) & set(truth.suites["tls1_2"])
    assert truth.all_suites("tls1_2") == tuple(sorted({*truth.newer["tls1_2"], *truth.suites["tls1_2"]}))


def test_one_server_is_started_alone_and_ended(tmp_path: Path) -> None:
    with start(by_id("legacy-ssl2-only"), tmp_path) as endpoint:
        assert old_handshake(endpoint, OpenSslVersionEnum.SSLV2)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((endpoint.address, endpoint.port), timeout=5)


@pytest.mark.parametrize(
    "configuration",
    [
        Configuration("nonsense", "nginx", ("ssl_nonsense on",)),
        Configuration("nonsense", "openssl", ("-nonsense",)),
        Configuration("nonsense", "gnutls", ("NONSENSE",)),
        Configuration("nonsense", "legacy", ("versions=tls1_0", "ciphers=NONSENSE")),
    ],
    ids=lambda each: each.software,
)
def test_what_cannot_be_configured_is_said(configuration: Configuration, tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match=r"(?i)nonsense"), start_all([configuration], tmp_path):
        raise AssertionError("it started")


def test_the_oracle_says_that_nothing_answers(tmp_path: Path) -> None:
    with Oracle(tmp_path, processes=1) as oracle:
        truth = oracle.ask(Endpoint(*own_place())).result(timeout=60)
    assert truth.protocols == ()
    assert "TLS_AES_128_GCM_SHA256" in truth.unclear["tls1_3"]


def handshake(endpoint: Endpoint, *options: str) -> str:
    """What `openssl s_client`, which offers everything that it has, says of a handshake."""
    command = ["openssl", "s_client", "-connect", f"{endpoint.address}:{endpoint.port}"]
    command += ["-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-servername", endpoint.server_name]
    done = subprocess.run([*command, *options], input=b"", capture_output=True, timeout=20)
    said = done.stdout.decode(errors="replace")
    assert "Cipher is " in said, done.stderr
    return said


def old_handshake(endpoint: Endpoint, version: OpenSslVersionEnum, suites: str = "ALL:COMPLEMENTOFALL") -> str:
    """The suite of a handshake with nassl's old OpenSSL, in its words. Raises its errors."""
    with socket.create_connection((endpoint.address, endpoint.port), timeout=5) as sock:
        client = LegacySslClient(sock, version, OpenSslVerifyEnum.NONE)
        if version is not OpenSslVersionEnum.SSLV2:
            client.set_cipher_list(suites)
        client.do_handshake()
        return str(client.get_current_cipher_name())
