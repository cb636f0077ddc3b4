"""What the IANA name of a cipher suite says of it. Pure: a name in, properties out.

Names are those of the TLS Cipher Suites registry (RFC 8447), with the registry's "_WITH_" between key exchange and
cipher up to TLS 1.2 and without it from TLS 1.3 on; the suites of SSL 2.0 keep the names of their specification.
"""

import re
from functools import lru_cache
from typing import Literal, get_args

SuiteProperty = Literal[
    "null",  # no encryption
    "anonymous",  # the server does not prove who it is: RFC 5246 appendix F.1.1.1
    "export",  # keys of 40 or 56 bits, made weak for export
    "rc4",  # prohibited by RFC 7465
    "des",  # single DES; RFC 5469
    "3des",  # 64-bit blocks (Sweet32, CVE-2016-2183)
    "rc2",
    "idea",  # RFC 5469
    "md5",  # HMAC-MD5
    "cbc",  # block chaining with a MAC before encryption (Lucky Thirteen, CVE-2013-0169)
    "sha1",  # HMAC-SHA1
    "no_forward_secrecy",  # a stolen key opens what was recorded before
    "no_aead",  # not authenticated encryption with associated data: RFC 9325 section 4.2
]
SUITE_PROPERTIES: tuple[SuiteProperty, ...] = get_args(SuiteProperty)
"""Every property, the gravest first."""

_CIPHERS: tuple[tuple[SuiteProperty, re.Pattern[str]], ...] = (
    ("null", re.compile(r"^NULL(_|$)")),
    ("export", re.compile(r"EXPORT40")),
    ("rc4", re.compile(r"^RC4")),
    ("des", re.compile(r"^DES(40|_)(?!192_EDE3)")),
    ("3des", re.compile(r"^3DES|^DES_192_EDE3")),
    ("rc2", re.compile(r"^RC2")),
    ("idea", re.compile(r"^IDEA")),
    ("md5", re.compile(r"_MD5(_1)?$")),
    ("cbc", re.compile(r"_CBC(_|$)")),
    ("sha1", re.compile(r"_SHA$")),
)
_AEAD = re.compile(r"GCM|CCM|CHACHA20_POLY1305|OCB|MGM|AEGIS|ASCON")
_EPHEMERAL = re.compile(r"^(DHE|ECDHE|DH_anon|ECDH_anon|PSK_DHE|SRP|ECCPWD|CECPQ1)(_|$)")
_INTEGRITY_ONLY = frozenset({"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"})


@lru_cache(maxsize=1024)
def properties(name: str) -> frozenset[SuiteProperty]:
    """The properties of a suite. Raises ValueError for a name that is not one of a suite.

    Every suite of TLS 1.3 has forward secrecy and is AEAD (RFC 8446 section 1.2), but for the two of RFC 9150
    that do not encrypt.
    """
    if name.startswith("SSL_CK_"):  # SSL 2.0: RSA key transport with MD5 only
        cipher = name.removeprefix("SSL_CK_").replace("_WITH_", "_")
        return _of_cipher(cipher) | {"no_forward_secrecy", "no_aead"}
    if name in _INTEGRITY_ONLY:
        return frozenset({"null", "no_aead"})
    found = re.fullmatch(r"(?:OLD_)?(?:TLS|SSL)_(?:(?P<exchange>\w+?)_WITH_)?(?P<cipher>[A-Z0-9]\w*)", name, re.ASCII)
    if found is None:
        raise ValueError("not the name of a cipher suite")
    exchange, cipher = found["exchange"], found["cipher"]
    if exchange is None or cipher.endswith(("_MGM_L", "_MGM_S")):  # RFC 9367 keeps "_WITH_" in TLS 1.3
        return _tls13(cipher)
    return _of_cipher(cipher) | _of_exchange(exchange)


def _tls13(cipher: str) -> frozenset[SuiteProperty]:
    if not _AEAD.search(cipher):
        raise ValueError("not the name of a cipher suite")
    return frozenset()


def _of_exchange(exchange: str) -> frozenset[SuiteProperty]:
    found: set[SuiteProperty] = set()
    if exchange.endswith("_anon") or "_anon_" in exchange or exchange == "NULL":
        found.add("anonymous")
    if "EXPORT" in exchange:
        found.add("export")
    if not _EPHEMERAL.match(exchange):
        found.add("no_forward_secrecy")
    return frozenset(found)


def _of_cipher(cipher: str) -> frozenset[SuiteProperty]:
    found: set[SuiteProperty] = {each for each, pattern in _CIPHERS if pattern.search(cipher)}
    if not _AEAD.search(cipher):
        found.add("no_aead")
    return frozenset(found)
