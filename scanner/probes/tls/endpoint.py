"""One TLS endpoint as sslyze wants it described, and connections to it: nothing here decides anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from nassl.ssl_client import ClientCertificateRequested, OpenSslVerifyEnum, OpenSslVersionEnum, SslClient
from sslyze.connection_helpers.opportunistic_tls_helpers import ProtocolWithOpportunisticTlsEnum
from sslyze.connection_helpers.tls_connection import SslConnection
from sslyze.errors import ServerTlsConfigurationNotSupported
from sslyze.plugins.openssl_cipher_suites._tls12_workaround import WorkaroundForTls12ForCipherSuites
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite
from sslyze.server_connectivity import (
    ClientAuthRequirementEnum,
    ServerConnectivityInfo,
    ServerTlsProbingResult,
    TlsVersionEnum,
)
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

from checks.model.evidence import Protocol
from checks.model.target import Starttls, TlsTarget

VERSIONS: dict[Protocol, TlsVersionEnum] = {
    "ssl2": TlsVersionEnum.SSL_2_0,
    "ssl3": TlsVersionEnum.SSL_3_0,
    "tls1_0": TlsVersionEnum.TLS_1_0,
    "tls1_1": TlsVersionEnum.TLS_1_1,
    "tls1_2": TlsVersionEnum.TLS_1_2,
    "tls1_3": TlsVersionEnum.TLS_1_3,
}

STARTTLS: dict[Starttls, ProtocolWithOpportunisticTlsEnum] = {
    "smtp": ProtocolWithOpportunisticTlsEnum.SMTP,
    "imap": ProtocolWithOpportunisticTlsEnum.IMAP,
    "pop3": ProtocolWithOpportunisticTlsEnum.POP3,
    "ftp": ProtocolWithOpportunisticTlsEnum.FTP,
    "ldap": ProtocolWithOpportunisticTlsEnum.LDAP,
}

SUITES_AT_ONCE = 32
"""Suites in one hello: few enough for a hello below 256 bytes, which some old servers need."""

Naming = Literal["as_asked", "always"]


@dataclass(frozen=True)
class Endpoint(ServerConnectivityInfo):
    """What sslyze's scan commands are given: an address, a name, and the version that they are to speak."""

    named: bool = True
    """Whether there is a name to send as SNI (RFC 6066 section 3); literal addresses are not sent."""
    naming: Naming = "as_asked"
    """sslyze leaves the name out where it looks for Heartbleed and early ChangeCipherSpec; "always" sends it."""

    def get_preconfigured_tls_connection(
        self,
        override_tls_version: TlsVersionEnum | None = None,
        ca_certificates_path: Path | None = None,
        should_use_legacy_openssl: bool | None = None,
        should_enable_server_name_indication: bool = True,
    ) -> SslConnection:
        """A connection that is ready to be opened, limited to suites that the server is known to take."""
        connection = super().get_preconfigured_tls_connection(
            override_tls_version,
            ca_certificates_path,
            should_use_legacy_openssl,
            self.named and (should_enable_server_name_indication or self.naming == "always"),
        )
        known = self.tls_probing_result
        version = override_tls_version or known.highest_tls_version_supported
        if known.cipher_suite_supported and version == known.highest_tls_version_supported:
            set_suites(connection, version, known.cipher_suite_supported)
        return connection

    def speaking(
        self, version: Protocol, suites: Iterable[CipherSuite], client_auth: ClientAuthRequirementEnum
    ) -> "Endpoint":
        """The same endpoint, to be spoken to in one version with suites that it accepts there."""
        accepted = list(suites)
        return replace(
            self,
            tls_probing_result=ServerTlsProbingResult(
                highest_tls_version_supported=VERSIONS[version],
                cipher_suite_supported=":".join(suite.openssl_name for suite in accepted),
                client_auth_requirement=client_auth,
                supports_ecdh_key_exchange=any("ECDHE" in suite.name for suite in accepted) or version == "tls1_3",
            ),
        )


def endpoint_of(target: TlsTarget, connect_seconds: int, user_agent: str) -> Endpoint:
    """The endpoint of a target. Its address is connected to as it is: nothing asks DNS."""
    name = target.server_name or target.address
    location = ServerNetworkLocation(hostname=name, port=target.port, ip_address=target.address)
    configuration = ServerNetworkConfiguration(
        tls_server_name_indication=name,
        tls_opportunistic_encryption=STARTTLS[target.starttls] if target.starttls else None,
        http_user_agent=None if target.starttls else user_agent,
        network_timeout=connect_seconds,
        network_max_retries=1,
    )
    # A client certificate that is demanded then stops a handshake only after the server has chosen
    # version and suite, so that both are still seen.
    nothing_known = ServerTlsProbingResult(TlsVersionEnum.TLS_1_3, "", ClientAuthRequirementEnum.REQUIRED, False)
    return Endpoint(location, configuration, nothing_known, named=target.server_name is not None)


def set_suites(connection: SslConnection, version: TlsVersionEnum, openssl_names: str) -> None:
    """Offer these suites, joined by colons. Raises nassl's OpenSSLError where its OpenSSL knows none of them."""
    if version == TlsVersionEnum.TLS_1_3 and isinstance(connection.ssl_client, SslClient):
        connection.ssl_client.set_ciphersuites(openssl_names)
    else:
        connection.ssl_client.set_cipher_list(openssl_names)


def needs_legacy(version: Protocol, suite: CipherSuite) -> bool:
    """Which of nassl's two OpenSSLs sslyze uses: the old one up to TLS 1.2, where it knows the suite."""
    if version == "tls1_2":
        return _legacy_knows(suite.openssl_name)
    return version != "tls1_3"


@cache
def _legacy_knows(openssl_name: str) -> bool:
    return WorkaroundForTls12ForCipherSuites.requires_legacy_openssl(openssl_name)


@cache
def modern_suites() -> frozenset[str]:
    """Suites of TLS 1.2, in OpenSSL's words, that nassl's newer OpenSSL can offer as well."""
    client = SslClient(ssl_version=OpenSslVersionEnum.TLSV1_2, ssl_verify=OpenSslVerifyEnum.NONE)
    client.set_cipher_list("ALL:COMPLEMENTOFALL")
    return frozenset(client.get_cipher_list())


@dataclass(frozen=True, slots=True)
class Group:
    """Suites that are offered together, and with which of nassl's OpenSSLs."""

    suites: tuple[CipherSuite, ...]
    legacy: bool


def groups(version: Protocol, suites: Iterable[CipherSuite]) -> list[Group]:
    """Suites as sslyze offers them, so many at once as fit into one hello."""
    kinds: dict[bool, list[CipherSuite]] = {True: [], False: []}
    for suite in suites:
        kinds[needs_legacy(version, suite)].append(suite)
    return [group for legacy, kind in kinds.items() for group in _cut(kind, legacy)]


def newer_groups(suites: Iterable[CipherSuite]) -> list[Group]:
    """Those of TLS 1.2's suites that the newer OpenSSL can offer, all of them with it."""
    return list(_cut([suite for suite in suites if suite.openssl_name in modern_suites()], legacy=False))


def _cut(suites: list[CipherSuite], legacy: bool) -> Iterator[Group]:
    for start in range(0, len(suites), SUITES_AT_ONCE):
        yield Group(tuple(suites[start : start + SUITES_AT_ONCE]), legacy)


def connection_offering(endpoint: Endpoint, version: Protocol, group: Group) -> SslConnection:
    """A connection, not yet opened, that offers these suites in this order."""
    connection = endpoint.get_preconfigured_tls_connection(VERSIONS[version], should_use_legacy_openssl=group.legacy)
    set_suites(connection, VERSIONS[version], ":".join(suite.openssl_name for suite in group.suites))
    return connection


@dataclass(frozen=True, slots=True)
class Agreed:
    """A handshake that got at least as far as the server's choice."""

    wants_client_certificate: bool = False


def handshake(connection: SslConnection) -> Agreed:
    """Open a connection, shake hands and close. Raises sslyze's, nassl's and the system's errors without agreement."""
    try:
        connection.connect()
    except ClientCertificateRequested:
        return Agreed(wants_client_certificate=True)
    except ServerTlsConfigurationNotSupported:
        return Agreed()  # chosen, but the Diffie-Hellman modulus is too small for nassl to go on
    finally:
        connection.close()
    return Agreed()


def offer(endpoint: Endpoint, version: Protocol, group: Group) -> Agreed:
    """One handshake that offers these suites. Raises what `handshake` raises."""
    return handshake(connection_offering(endpoint, version, group))
