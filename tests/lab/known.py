"""What is known of the lab's servers beside versions, suites and groups, because they were configured so."""

from collections.abc import Mapping
from typing import Final

from tests.lab.configuration import Configuration, Software

Told = bool | None
"""None: it cannot be told, by the probe or by anybody."""

_TODAY: Final[Mapping[str, Told]] = {
    "compression": False,  # OpenSSL is built without it since 1.1.0
    "secure_renegotiation": True,  # RFC 5746
    "client_renegotiation": False,
    "fallback_scsv": True,  # RFC 7507
    "early_data": False,
    "extended_master_secret": True,  # RFC 7627: OpenSSL 1.1.0, GnuTLS 3.4
    "heartbeat": False,  # taken out of OpenSSL in 1.1.0
    "session_tickets": True,  # in TLS 1.3 also where those of RFC 5077 are off: nginx and Apache keep the session then
    "grease_tolerance": True,
}
_OF_1_0_2: Final[Mapping[str, Told]] = {
    **_TODAY,
    "client_renegotiation": True,  # which OpenSSL cannot refuse before 1.1.0h
    "extended_master_secret": False,
    "heartbeat": True,
}
BY_SOFTWARE: Final[Mapping[Software, Mapping[str, Told]]] = {
    "nginx": _TODAY,
    "apache": _TODAY,
    "openssl": _TODAY,
    "python": _TODAY,
    "pyopenssl": _TODAY,
    "gnutls": {**_TODAY, "session_tickets": False},  # the lab gives it no key for them
    "node": {**_TODAY, "client_renegotiation": True},  # permitted, at most three times in ten minutes
    "legacy": _OF_1_0_2,
}

_WITHOUT_EXTENSIONS: Final[Mapping[str, Told]] = {"heartbeat": False, "session_tickets": False}
BY_SERVER: Final[Mapping[str, Mapping[str, Told]]] = {
    "nginx-early-data": {"early_data": True},
    "openssl-early-data": {"early_data": True},
    "openssl-client-renegotiation": {"client_renegotiation": True},
    "openssl-no-tickets": {"session_tickets": False},
    "legacy-compression": {"compression": True},
    "legacy-ancient": {"compression": True},
    "legacy-ssl3-only": _WITHOUT_EXTENSIONS,
    "legacy-ssl2-ssl3": _WITHOUT_EXTENSIONS,
    # No handshake comes to its end without a certificate of the client's.
    "apache-client-required": {"client_renegotiation": None, "early_data": None},
    "python-client-required": {"client_renegotiation": None},
    # SSL 2.0 has nothing of all that.
    "legacy-ssl2-only": {**dict.fromkeys(_TODAY), "early_data": False},
}

UNTOLD: Final[Mapping[str, frozenset[str]]] = {
    "apache-client-required": frozenset({"robot"}),  # which refuses before it decrypts; nginx refuses in HTTP only
    "python-client-required": frozenset({"robot"}),
    "openssl-null": frozenset({"robot"}),  # sslyze's client has no suite in common with these
    "gnutls-null": frozenset({"robot"}),
    "legacy-anonymous": frozenset({"heartbleed", "ccs_injection"}),
    "legacy-binary-curves": frozenset({"heartbleed", "ccs_injection"}),
    "legacy-ssl2-only": frozenset({"heartbleed", "ccs_injection"}),
    "legacy-ssl2-ssl3": frozenset({"robot"}),  # sslyze does not test SSL 3.0
    "legacy-ssl3-only": frozenset({"robot"}),
}
"""Vulnerabilities of which nothing can be told; none of these servers has any."""


def features(configuration: Configuration) -> dict[str, Told]:
    """The features that the evidence of a server must have, with their values."""
    return {**BY_SOFTWARE[configuration.software], **BY_SERVER.get(configuration.id, {})}


def untold_vulnerabilities(configuration: Configuration) -> frozenset[str]:
    """The vulnerabilities of which nothing can be told of a server; every other is not there."""
    return UNTOLD.get(configuration.id, frozenset())
