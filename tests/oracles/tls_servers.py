"""The servers of the lab that are looked at, and those of them that testssl.sh is asked about too."""

from tests.lab.catalogue import CONFIGURATIONS

SERVERS = CONFIGURATIONS
"""sslyze needs about a second for each, so it is asked about every one."""

ASKED_OF_TESTSSL = (
    "nginx-modern",
    "nginx-intermediate-rsa",
    "nginx-old",
    "nginx-cbc-only",
    "nginx-dh1024",
    "nginx-stapling",
    "apache-insecure-renegotiation",
    "node-default",
    "gnutls-legacy",
    "openssl-null",
    "openssl-anonymous",
    "legacy-ancient",
    "legacy-tls1_0-export",
    "legacy-rc4-only",
)
"""testssl.sh needs one to three minutes for each: one of every kind of fault that it looks for."""
