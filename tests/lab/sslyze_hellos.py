"""The very hellos that sslyze sends, caught before they reach a server, and the lists that it takes its questions from.

What sslyze does not see it either never asks for, or asks for in a hello that the server refuses. Both can be shown.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from nassl._nassl import OpenSSLError
from nassl.ephemeral_key_info import _OPENSSL_NID_TO_SECG_ANSI_X9_62, OpenSslEcNidEnum
from sslyze.plugins.openssl_cipher_suites._test_cipher_suite import _set_cipher_suite_string
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite, CipherSuitesRepository
from sslyze.server_connectivity import enable_ecdh_cipher_suites

from checks.model.evidence import Protocol
from tests.lab.configuration import Endpoint
from tests.lab.sslyze_worker import NEWER_KNOWS, VERSIONS, _legacy, _server


@cache
def listed_suites(version: Protocol) -> dict[str, CipherSuite]:
    """By IANA name, the suites that sslyze asks for in a version."""
    return {each.name: each for each in CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version])}


@cache
def listed_groups() -> dict[str, OpenSslEcNidEnum]:
    """By IANA name, the groups that sslyze asks for."""
    known = (
        (each, _OPENSSL_NID_TO_SECG_ANSI_X9_62.get(each)) for each in OpenSslEcNidEnum.get_supported_by_ssl_client()
    )
    return {_iana(name): each for each, name in known if name is not None}


def _iana(name: str) -> str:
    return name.lower() if name in ("X25519", "X448") else name


def suite_hellos(endpoint: Endpoint, version: Protocol, name: str) -> list[bytes]:
    """The hellos in which sslyze, and its newer OpenSSL besides, offers a suite; none where none can be made."""
    suite = listed_suites(version)[name]
    legacy = _legacy(version, suite)

    def prepare(client: Any) -> None:
        _set_cipher_suite_string(VERSIONS[version], suite.openssl_name, client)

    kinds = (True, False) if legacy and version in NEWER_KNOWS else (legacy,)
    found = (_caught(endpoint, version, prepare, legacy=kind) for kind in kinds)
    return [each for each in found if each]


def group_hellos(endpoint: Endpoint, version: Protocol, name: str) -> list[bytes]:
    """The hello in which sslyze offers a group; none where it can make no such hello."""

    def prepare(client: Any) -> None:
        enable_ecdh_cipher_suites(VERSIONS[version], client)
        client.set_groups([listed_groups()[name]])

    hello = _caught(endpoint, version, prepare, legacy=False)
    return [hello] if hello else []


def _caught(endpoint: Endpoint, version: str, prepare: Callable[[Any], None], *, legacy: bool) -> bytes:
    """What a client of sslyze's writes first, to a peer that says nothing; empty where it cannot be made to."""
    server = _server(endpoint.address, endpoint.port, endpoint.server_name, version)
    with _pair() as (near, far):
        try:
            connection = server.get_preconfigured_tls_connection(VERSIONS[version], should_use_legacy_openssl=legacy)
            prepare(connection.ssl_client)
        except (OpenSSLError, ValueError):  # no such suite, or no such version, in that OpenSSL
            return b""
        connection.ssl_client.set_underlying_socket(near)
        with contextlib.suppress(OpenSSLError, OSError):  # none of it may be offered; or the end of file
            connection.ssl_client.do_handshake()
        near.shutdown(socket.SHUT_WR)
        return far.makefile("rb").read()


@contextlib.contextmanager
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        far.shutdown(socket.SHUT_WR)
        yield near, far
