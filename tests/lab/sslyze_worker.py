"""The process in which sslyze is asked about endpoints: one JSON request a line in, one JSON answer a line out.

sslyze's own functions ask about each suite and each group, one connection each, as its scan commands do; its test of
connectivity is left out, because that gives up on servers that its exhaustive questions can describe.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nassl.ssl_client import ClientCertificateRequested, SslClient
from sslyze.connection_helpers.tls_connection import NoCiphersAvailableBugInSSlyze, SslConnection
from sslyze.errors import TlsHandshakeTimedOut
from sslyze.plugins.elliptic_curves_plugin import SupportedEllipticCurvesImplementation
from sslyze.plugins.openssl_cipher_suites._test_cipher_suite import (
    CipherSuiteAcceptedByServer,
    _set_cipher_suite_string,
    connect_with_cipher_suite,
)
from sslyze.plugins.openssl_cipher_suites._tls12_workaround import WorkaroundForTls12ForCipherSuites
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite, CipherSuitesRepository
from sslyze.server_connectivity import (
    ClientAuthRequirementEnum,
    ServerConnectivityInfo,
    ServerTlsProbingResult,
    TlsVersionEnum,
)
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

VERSIONS = {
    "ssl2": TlsVersionEnum.SSL_2_0,
    "ssl3": TlsVersionEnum.SSL_3_0,
    "tls1_0": TlsVersionEnum.TLS_1_0,
    "tls1_1": TlsVersionEnum.TLS_1_1,
    "tls1_2": TlsVersionEnum.TLS_1_2,
    "tls1_3": TlsVersionEnum.TLS_1_3,
}
NEWER_KNOWS = ("tls1_0", "tls1_1", "tls1_2")
"""Versions that sslyze speaks with nassl's old OpenSSL, and that its newer one speaks as well."""
ANSWER_SECONDS = 5


@dataclass
class Heard:
    """What one version's questions gave."""

    accepted: list[CipherSuite] = field(default_factory=list)
    newer: list[CipherSuite] = field(default_factory=list)
    """Those that are accepted only where nassl's newer OpenSSL asks."""
    unclear: list[str] = field(default_factory=list)


def truth(address: str, port: int, name: str) -> dict[str, Any]:
    """Everything about one endpoint, as JSON."""
    heard = {version: _suites(_server(address, port, name, version), version) for version in VERSIONS}
    groups: set[str] = set()
    for version in _versions_with_groups(heard):
        groups |= _groups(_server(address, port, name, version))
    preference = {}
    for version, each in heard.items():
        told = _preference(_server(address, port, name, version), version, each)
        if told is not None:
            preference[version] = told
    return {
        "protocols": [version for version, each in heard.items() if each.accepted or each.newer],
        "suites": _names({version: each.accepted for version, each in heard.items()}),
        "newer": _names({version: each.newer for version, each in heard.items()}),
        "unclear": {version: sorted(each.unclear) for version, each in heard.items() if each.unclear},
        "groups": sorted(groups),
        "preference": preference,
    }


def _names(suites: dict[str, list[CipherSuite]]) -> dict[str, list[str]]:
    return {version: sorted(suite.name for suite in each) for version, each in suites.items() if each}


def _server(address: str, port: int, name: str, version: str) -> ServerConnectivityInfo:
    """The endpoint, to be spoken to in a version. A client certificate that it demands is noticed, and not sent."""
    return ServerConnectivityInfo(
        ServerNetworkLocation(hostname=name, port=port, ip_address=address),
        ServerNetworkConfiguration(
            tls_server_name_indication=name, network_timeout=ANSWER_SECONDS, network_max_retries=1
        ),
        ServerTlsProbingResult(VERSIONS[version], "", ClientAuthRequirementEnum.REQUIRED, True),
    )


def _suites(server: ServerConnectivityInfo, version: str) -> Heard:
    heard = Heard()
    universe = CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version])
    refused = []
    for suite in sorted(universe, key=lambda suite: suite.name):
        if (version, suite.name) in _never_offered:
            continue
        try:
            answer = _told(partial(connect_with_cipher_suite, server, VERSIONS[version], suite))
        except NoCiphersAvailableBugInSSlyze:
            _never_offered.add((version, suite.name))
            continue
        if isinstance(answer, CipherSuiteAcceptedByServer):
            heard.accepted.append(suite)
        elif answer is None or "timed out" in answer.error_message:
            heard.unclear.append(suite.name)
        elif version in NEWER_KNOWS and _legacy(version, suite) and suite.openssl_name in _newer_suites():
            refused.append(suite)
    if refused and _pick(server, version, refused, legacy=False):
        heard.newer = [suite for suite in refused if _pick(server, version, [suite], legacy=False)]
    return heard


def _told(question: Callable[[], Any]) -> Any:
    """The answer; None where sslyze ends in an error of its own twice."""
    for _ in range(2):
        try:
            return question()
        except NoCiphersAvailableBugInSSlyze:
            raise
        except Exception as error:
            print(type(error).__name__, error, file=sys.stderr)
    return None


def _legacy(version: str, suite: CipherSuite) -> bool:
    """Whether sslyze asks about a suite with nassl's old OpenSSL."""
    if version == "tls1_2":
        return WorkaroundForTls12ForCipherSuites.requires_legacy_openssl(suite.openssl_name)
    return version != "tls1_3"


_never_offered: set[tuple[str, str]] = set()
"""Suites that sslyze lists for a version and nassl does not offer in it, such as those of TLS 1.2 in older versions."""

_known: set[str] = set()


def _newer_suites() -> set[str]:
    """Suites below TLS 1.3, in OpenSSL's words, that nassl's newer OpenSSL can offer."""
    if not _known:
        client = SslClient()
        client.set_cipher_list("ALL:COMPLEMENTOFALL")
        _known.update(client.get_cipher_list())
    return _known


def _pick(server: ServerConnectivityInfo, version: str, suites: Iterable[CipherSuite], *, legacy: bool) -> str | None:
    """What the server chooses of suites that are offered together in this order, in OpenSSL's words; None: nothing."""
    connection: SslConnection = server.get_preconfigured_tls_connection(
        VERSIONS[version], should_use_legacy_openssl=legacy
    )
    _set_cipher_suite_string(VERSIONS[version], ":".join(suite.openssl_name for suite in suites), connection.ssl_client)
    try:
        connection.connect()
    except TlsHandshakeTimedOut:
        raise
    except ClientCertificateRequested:
        pass  # after the choice
    except Exception:  # a refusal
        return None
    finally:
        connection.close()
    return str(connection.ssl_client.get_current_cipher_name())


def _preference(server: ServerConnectivityInfo, version: str, heard: Heard) -> bool | None:
    """Whether the choice stays the same when the offer is turned round; None where that cannot be told."""
    if version == "ssl2":
        return None  # there the client chooses
    for legacy in (True, False):
        suites = [suite for suite in heard.accepted if _legacy(version, suite) is legacy]
        if not legacy:
            suites += heard.newer
        if len(suites) < 2:
            continue
        first, second = (_pick(server, version, order, legacy=legacy) for order in (suites, suites[::-1]))
        if first is not None and second is not None:
            return first == second
    return None


def _versions_with_groups(heard: dict[str, Heard]) -> Iterator[str]:
    """TLS 1.3, and the newest older version with key exchange on elliptic curves."""
    if heard["tls1_3"].accepted:
        yield "tls1_3"
    for version in reversed(NEWER_KNOWS):
        if any("ECDH" in suite.name for suite in (*heard[version].accepted, *heard[version].newer)):
            yield version
            return


def _groups(server: ServerConnectivityInfo) -> set[str]:
    """IANA names of the groups accepted, of those that nassl can offer."""
    found = set()
    for job in SupportedEllipticCurvesImplementation.scan_jobs_for_scan_command(server):
        answer = _told(partial(job.function_to_call, *job.function_arguments))
        if answer is not None and answer.was_accepted_by_server:
            name = answer.curve.name
            found.add(name.lower() if name in ("X25519", "X448") else name)
    return found


def main() -> None:
    """Answer until there are no more requests; standard output is for answers alone."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin:
            answers.write(json.dumps(truth(*json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
