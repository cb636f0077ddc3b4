"""What a server of the lab is: data only."""

from dataclasses import dataclass
from typing import Literal

from checks.model.evidence import Protocol

Software = Literal["nginx", "apache", "openssl", "gnutls", "python", "pyopenssl", "node", "legacy"]

KeyKind = Literal[
    "rsa1024", "rsa2048", "rsa_pss", "p256", "p384", "p521", "brainpool", "ed25519", "ed448", "dsa1024", "dsa2048"
]

SERVER_NAME = "www.lab.example.test"
OTHER_NAME = "other.lab.example.test"
"""A second name, for servers whose answer depends on it."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One server, as its administrator would have configured it."""

    id: str
    """Unique, and readable in a test's name."""
    software: Software
    options: tuple[str, ...] = ()
    """In the software's own words: directives of nginx and Apache (without semicolons), arguments of s_server, a
    priority string of GnuTLS; for Python, pyOpenSSL, Node and the legacy OpenSSL "name=value" as its server reads them.
    "{...}" stands for a file: see `files` in keyring.py."""
    keys: tuple[KeyKind, ...] = ("rsa2048",)
    """Kinds of key, each with a certificate of its own; none for a server that is only anonymous."""
    client: tuple[str, ...] = ()
    """Further arguments that `openssl s_client` needs to reach it; for the legacy OpenSSL, suites to offer."""
    server_name: str = SERVER_NAME
    """The name to ask for (RFC 6066 section 3)."""
    unseen: tuple[Protocol, ...] = ()
    """Versions that it speaks and sslyze cannot see: nassl offers no finite-field group in TLS 1.3 (RFC 7919)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a started server answers."""

    address: str
    """In 127.0.0.0/8, and used by no other server of the lab."""
    port: int
    server_name: str = SERVER_NAME
