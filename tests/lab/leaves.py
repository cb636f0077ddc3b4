"""The certificates that other clients are given: `openssl s_client`, and nassl's old OpenSSL where that is needed."""

import contextlib
import re
import socket
import ssl
import subprocess
from typing import Final

from nassl._nassl import OpenSSLError
from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import OpenSslVerifyEnum, OpenSslVersionEnum

from tests.lab.configuration import Configuration, Endpoint
from tests.lab.sslyze_hellos import suite_hellos

SIGNATURES: Final = {
    "rsa": "RSA+SHA256:RSA+SHA512:RSA+SHA1:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512",
    "rsa_pss": "rsa_pss_pss_sha256",
    "ecdsa": "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512",
    "ed25519": "ed25519",
    "ed448": "ed448",
    "dsa": "DSA+SHA256:DSA+SHA1",
}
"""What a client bears so that a server shows one kind of key (RFC 8446 section 4.2.3), in OpenSSL's words."""

SUITES: Final = "ALL:COMPLEMENTOFALL:!aNULL:!PSK:@SECLEVEL=0"
OLD_VERSIONS: Final = {
    "ssl3": OpenSslVersionEnum.SSLV3,
    "tls1_0": OpenSslVersionEnum.TLSV1,
    "tls1_2": OpenSslVersionEnum.TLSV1_2,
}
OLD_KEYS: Final = ("aRSA", "aECDSA", "aDSS")
"""Suites by the key that they are proven with, in the words of OpenSSL 1.0.2."""


def leaves(configuration: Configuration, endpoint: Endpoint) -> set[bytes]:
    """The leaf in DER for each kind of key that the server has."""
    if configuration.software == "legacy":
        return _old_leaves(configuration, endpoint)
    found = (_leaf(endpoint, configuration.client, each) for each in SIGNATURES.values())
    return {each for each in found if each is not None}


def _leaf(endpoint: Endpoint, options: tuple[str, ...], signatures: str) -> bytes | None:
    """The leaf for a kind of key; None where the server has none of that kind."""
    if "-sigalgs" in options:
        at = options.index("-sigalgs")
        options = options[:at] + options[at + 2 :]
    command = ["openssl", "s_client", "-connect", f"{endpoint.address}:{endpoint.port}"]
    command += ["-servername", endpoint.server_name, "-cipher", SUITES, "-sigalgs", signatures, *options]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=20)
    pem = re.search(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", done.stdout, re.DOTALL)
    return None if pem is None else ssl.PEM_cert_to_DER_cert(pem[0].decode())


def _old_leaves(configuration: Configuration, endpoint: Endpoint) -> set[bytes]:
    settings = dict(option.split("=", 1) for option in configuration.options)
    found: set[bytes] = set()
    for version in settings["versions"].split():
        if version == "ssl2":
            found.add(_leaf_of_ssl2(endpoint))
        elif version in OLD_VERSIONS:
            for suites in configuration.client or OLD_KEYS:
                found |= _old_leaf(endpoint, OLD_VERSIONS[version], suites)
    return found


def _old_leaf(endpoint: Endpoint, version: OpenSslVersionEnum, suites: str) -> set[bytes]:
    """The leaf for some suites, if the server takes any."""
    with socket.create_connection((endpoint.address, endpoint.port), timeout=5) as sock:
        client = LegacySslClient(sock, version, OpenSslVerifyEnum.NONE)
        client.set_cipher_list(suites)
        with contextlib.suppress(OpenSSLError, OSError):
            client.do_handshake()
            return {ssl.PEM_cert_to_DER_cert(client.get_received_chain()[0])}
    return set()


def _leaf_of_ssl2(endpoint: Endpoint) -> bytes:
    """The certificate in the answer to sslyze's own hello of SSL 2.0, behind eleven octets and the record's header
    (draft-hickman-netscape-ssl-00 section 5.5)."""
    hello, *_ = suite_hellos(endpoint, "ssl2", "SSL_CK_RC4_128_WITH_MD5")
    with socket.create_connection((endpoint.address, endpoint.port), timeout=5) as sock:
        sock.sendall(hello)
        with sock.makefile("rb") as answer:
            size = int.from_bytes(answer.read(2), "big") & 0x7FFF
            body = answer.read(size)
    return body[11 : 11 + int.from_bytes(body[5:7], "big")]
