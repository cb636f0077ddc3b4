"""One TLS endpoint as sslyze wants it described: the version and the suites that its server is known to take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nassl.ssl_client import OpenSslVerifyEnum, OpenSslVersionEnum, SslClient
from sslyze.connection_helpers.tls_connection import SslConnection
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
from sslyze.server_connectivity import (
    ClientAuthRequirementEnum,
    ServerConnectivityInfo,
    ServerTlsProbingResult,
    TlsVersionEnum,
)
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

from checks.model.target import TlsTarget
from scanner.probes.tls.vulnerabilities.worker import OldVersion

VERSIONS: Mapping[OldVersion, TlsVersionEnum] = {
    "ssl3": TlsVersionEnum.SSL_3_0,
    "tls1_0": TlsVersionEnum.TLS_1_0,
    "tls1_1": TlsVersionEnum.TLS_1_1,
    "tls1_2": TlsVersionEnum.TLS_1_2,
}

SUITES_AT_ONCE = 32
"""Suites in one hello: few enough for a hello below 256 bytes, which some old servers need."""


@dataclass(frozen=True)
class Endpoint(ServerConnectivityInfo):
    """An address, a name, a version and suites."""

    legacy: bool = True
    """Which of nassl's two OpenSSLs has the suites: the old one, or the newer one, which speaks TLS 1.2."""
    named: bool = True
    """Whether the name is sent as SNI (RFC 6066 section 3). sslyze sends none where it looks for Heartbleed and an
    early ChangeCipherSpec; here the caller says it."""

    @property
    def suites(self) -> str:
        """The suites in OpenSSL's words, joined by colons."""
        return self.tls_probing_result.cipher_suite_supported

    def get_preconfigured_tls_connection(
        self,
        override_tls_version: TlsVersionEnum | None = None,
        ca_certificates_path: Path | None = None,
        should_use_legacy_openssl: bool | None = None,
        should_enable_server_name_indication: bool = True,
    ) -> SslConnection:
        """A connection that is ready to be opened, in this endpoint's version and with its suites."""
        legacy = self.legacy if should_use_legacy_openssl is None else should_use_legacy_openssl
        connection = super().get_preconfigured_tls_connection(None, None, legacy, self.named)
        connection.ssl_client.set_cipher_list(self.suites)
        return connection


def endpoint_of(target: TlsTarget, version: OldVersion, suites: Iterable[str], connect_seconds: int) -> Endpoint | None:
    """The endpoint, spoken to in one version with some of these suites (IANA names); None where sslyze has none.

    Its address is connected to as it is: nothing asks DNS. The words before TLS are not sslyze's business either.
    """
    names = _openssl_names(version)
    known = [names[suite] for suite in suites if suite in names]
    newer = [name for name in known if version == "tls1_2" and name in _newer_suites()]
    chosen = (newer or known)[:SUITES_AT_ONCE]
    if not chosen:
        return None
    name = target.server_name or target.address
    return Endpoint(
        ServerNetworkLocation(hostname=name, port=target.port, ip_address=target.address),
        ServerNetworkConfiguration(
            tls_server_name_indication=name, network_timeout=connect_seconds, network_max_retries=1
        ),
        ServerTlsProbingResult(VERSIONS[version], ":".join(chosen), ClientAuthRequirementEnum.OPTIONAL, False),
        legacy=not newer,
        named=target.server_name is not None,
    )


@cache
def _openssl_names(version: OldVersion) -> Mapping[str, str]:
    """IANA name to OpenSSL's for every suite that sslyze knows in a version."""
    return {suite.name: suite.openssl_name for suite in CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version])}


@cache
def _newer_suites() -> frozenset[str]:
    """Suites of TLS 1.2, in OpenSSL's words, that nassl's newer OpenSSL can offer."""
    client = SslClient(ssl_version=OpenSslVersionEnum.TLSV1_2, ssl_verify=OpenSslVerifyEnum.NONE)
    client.set_cipher_list("ALL:COMPLEMENTOFALL")
    return frozenset(client.get_cipher_list())
