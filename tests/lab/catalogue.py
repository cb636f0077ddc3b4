"""Every server of the lab. A new one is an entry here and nothing else."""

from tests.lab.configuration import OTHER_NAME, Configuration

INTERMEDIATE = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "DHE-RSA-AES128-GCM-SHA256",
        "DHE-RSA-AES256-GCM-SHA384",
        "DHE-RSA-CHACHA20-POLY1305",
    )
)
"""What Mozilla recommends for most servers, in OpenSSL's words."""

OLD = f"{INTERMEDIATE}:ECDHE:DHE:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA:DES-CBC3-SHA:!aNULL:!PSK"
ALL = "ALL:COMPLEMENTOFALL"
EVERY_OLD_VERSION = "versions=ssl2 ssl3 tls1_0 tls1_1 tls1_2"

_NEW = "ssl_protocols TLSv1.2 TLSv1.3"
_AS_RECOMMENDED = (_NEW, f"ssl_ciphers {INTERMEDIATE}", "ssl_prefer_server_ciphers off", "ssl_dhparam {dh2048}")

NGINX = (
    Configuration("nginx-default", "nginx"),
    Configuration("nginx-modern", "nginx", ("ssl_protocols TLSv1.3",), ("p256",)),
    Configuration("nginx-intermediate-rsa", "nginx", _AS_RECOMMENDED),
    Configuration("nginx-intermediate-ecdsa", "nginx", _AS_RECOMMENDED, ("p256",)),
    Configuration("nginx-intermediate-both", "nginx", _AS_RECOMMENDED, ("rsa2048", "p384")),
    Configuration(
        "nginx-old",
        "nginx",
        (
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
            f"ssl_ciphers {OLD}:@SECLEVEL=0",
            "ssl_prefer_server_ciphers on",
            "ssl_dhparam {dh2048}",
        ),
    ),
    Configuration(
        "nginx-old-both",
        "nginx",
        ("ssl_protocols TLSv1 TLSv1.1 TLSv1.2", f"ssl_ciphers {OLD}:@SECLEVEL=0", "ssl_prefer_server_ciphers off"),
        ("rsa2048", "p256"),
    ),
    Configuration("nginx-tls1_0-only", "nginx", ("ssl_protocols TLSv1", "ssl_ciphers AES:@SECLEVEL=0")),
    Configuration("nginx-server-order", "nginx", (_NEW, f"ssl_ciphers {INTERMEDIATE}", "ssl_prefer_server_ciphers on")),
    Configuration(
        "nginx-cbc-only", "nginx", ("ssl_protocols TLSv1.2", "ssl_ciphers AES128-SHA256:AES256-SHA:AES128-SHA")
    ),
    Configuration("nginx-one-suite", "nginx", ("ssl_protocols TLSv1.2", "ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384")),
    Configuration(
        "nginx-chacha-only",
        "nginx",
        ("ssl_protocols TLSv1.3", "ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256"),
    ),
    Configuration("nginx-curve-p384", "nginx", (_NEW, "ssl_ecdh_curve secp384r1"), ("p384",)),
    Configuration("nginx-curve-x448", "nginx", (_NEW, "ssl_ecdh_curve X448")),
    Configuration("nginx-curves-several", "nginx", (_NEW, "ssl_ecdh_curve X25519:prime256v1:secp521r1")),
    Configuration(
        "nginx-dh1024",
        "nginx",
        ("ssl_protocols TLSv1.2", "ssl_ciphers kDHE:!aNULL:!PSK:@SECLEVEL=0", "ssl_dhparam {dh1024}"),
    ),
    Configuration("nginx-tickets-off", "nginx", (_NEW, "ssl_session_tickets off")),
    Configuration("nginx-early-data", "nginx", (_NEW, "ssl_early_data on")),
    Configuration("nginx-stapling", "nginx", (_NEW, "ssl_stapling on", "ssl_stapling_file {staple}")),
    Configuration("nginx-other-name", "nginx", (_NEW, "other_name"), ("p256",), server_name=OTHER_NAME),
    Configuration(
        "nginx-name-required", "nginx", ("ssl_reject_handshake on", "other_name"), (), server_name=OTHER_NAME
    ),
    Configuration(
        "nginx-client-optional",
        "nginx",
        (_NEW, "ssl_verify_client optional", "ssl_client_certificate {issuer}"),
    ),
    Configuration("nginx-client-required", "nginx", (_NEW, "ssl_verify_client on", "ssl_client_certificate {issuer}")),
    Configuration("nginx-ed25519", "nginx", (_NEW,), ("ed25519",)),
    Configuration("nginx-http2", "nginx", (_NEW, "http2")),
)

_APACHE_NEW = "SSLProtocol -all +TLSv1.2 +TLSv1.3"
_APACHE_OLD = (
    "SSLProtocol -all +TLSv1 +TLSv1.1 +TLSv1.2",
    f"SSLCipherSuite {OLD}:@SECLEVEL=0",
    "SSLOpenSSLConfCmd DHParameters {dh1024}",
)

APACHE = (
    Configuration("apache-default", "apache"),
    Configuration("apache-intermediate", "apache", (_APACHE_NEW, f"SSLCipherSuite {INTERMEDIATE}")),
    Configuration("apache-both-keys", "apache", (_APACHE_NEW, f"SSLCipherSuite {INTERMEDIATE}"), ("rsa2048", "p256")),
    Configuration("apache-old-server-order", "apache", (*_APACHE_OLD, "SSLHonorCipherOrder on")),
    Configuration("apache-old-client-order", "apache", (*_APACHE_OLD, "SSLHonorCipherOrder off")),
    Configuration(
        "apache-insecure-renegotiation", "apache", ("SSLProtocol -all +TLSv1.2", "SSLInsecureRenegotiation on")
    ),
    Configuration(
        "apache-client-required",
        "apache",
        (_APACHE_NEW, "SSLVerifyClient require", "SSLVerifyDepth 2", "SSLCACertificateFile {issuer}"),
    ),
    Configuration("apache-tickets-off", "apache", (_APACHE_NEW, "SSLSessionTickets off"), ("p384",)),
)

OPENSSL = (
    Configuration("openssl-everything", "openssl", ("-cipher", f"{ALL}:@SECLEVEL=0", "-dhparam", "{dh1024}")),
    Configuration("openssl-no-tls1_3", "openssl", ("-no_tls1_3", "-serverpref")),
    Configuration("openssl-camellia-aria-ccm", "openssl", ("-tls1_2", "-cipher", "CAMELLIA:ARIA:AESCCM:@SECLEVEL=0")),
    Configuration("openssl-psk", "openssl", ("-tls1_2", "-cipher", "PSK:AES128-SHA:@SECLEVEL=0", "-psk", "0a0b0c0d")),
    Configuration(
        "openssl-anonymous", "openssl", ("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0", "-dhparam", "{dh1024}"), ()
    ),
    Configuration("openssl-null", "openssl", ("-tls1_2", "-cipher", "eNULL:@SECLEVEL=0")),
    Configuration("openssl-tls1_1-only", "openssl", ("-tls1_1", "-cipher", "AES:@SECLEVEL=0")),
    Configuration("openssl-legacy-renegotiation", "openssl", ("-tls1_2", "-legacy_renegotiation")),
    Configuration("openssl-client-renegotiation", "openssl", ("-tls1_2", "-client_renegotiation")),
    Configuration("openssl-early-data", "openssl", ("-early_data", "-max_early_data", "16384")),
    Configuration("openssl-no-tickets", "openssl", ("-num_tickets", "0", "-no_ticket")),
    Configuration(
        "openssl-brainpool",
        "openssl",
        ("-tls1_2", "-groups", "brainpoolP256r1:brainpoolP384r1:brainpoolP512r1"),
        ("brainpool",),
        ("-groups", "brainpoolP256r1:P-256", "-sigalgs", "ECDSA+SHA256"),
    ),
    Configuration(
        "openssl-binary-curves",
        "openssl",
        ("-tls1_2", "-cipher", "ECDHE:@SECLEVEL=0", "-groups", "sect283k1:sect571r1:P-256"),
    ),
    Configuration("openssl-ffdhe", "openssl", ("-tls1_3", "-groups", "ffdhe2048:ffdhe3072"), unseen=("tls1_3",)),
    Configuration("openssl-many-groups", "openssl", ("-groups", "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe4096")),
    Configuration("openssl-dsa", "openssl", ("-tls1_2", "-cipher", f"{ALL}:@SECLEVEL=0"), ("dsa2048",)),
    Configuration("openssl-rsa-pss", "openssl", (), ("rsa_pss",)),
    Configuration("openssl-ed448", "openssl", (), ("ed448",)),
    Configuration("openssl-p521", "openssl", (), ("p521",)),
    Configuration(
        "openssl-ccm-tls1_3",
        "openssl",
        ("-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"),
        client=("-ciphersuites", "TLS_AES_128_CCM_SHA256"),
    ),
)

GNUTLS = (
    Configuration("gnutls-normal", "gnutls", ("NORMAL",), ("rsa2048", "p256")),
    Configuration("gnutls-secure256", "gnutls", ("SECURE256",)),
    Configuration("gnutls-no-tls1_3", "gnutls", ("NORMAL:-VERS-TLS1.3",)),
    Configuration("gnutls-server-precedence", "gnutls", ("NORMAL:%SERVER_PRECEDENCE",)),
    Configuration(
        "gnutls-legacy",
        "gnutls",
        (
            "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+ARCFOUR-128:+3DES-CBC:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC"
            ":+CAMELLIA-128-GCM:+MD5:+SIGN-RSA-SHA1",
        ),
    ),
    Configuration(
        "gnutls-ffdhe", "gnutls", ("NORMAL:-GROUP-ALL:+GROUP-FFDHE2048:+GROUP-FFDHE3072",), unseen=("tls1_3",)
    ),
    Configuration(
        "gnutls-anonymous", "gnutls", ("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH:+ANON-DH:+ECDHE-RSA",)
    ),
    Configuration("gnutls-null", "gnutls", ("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+NULL:+MAC-ALL",)),
)

PYTHON = (
    Configuration("python-default", "python"),
    Configuration("python-tls1_2", "python", ("maximum=TLSv1_2", "order=client"), ("p256",)),
    Configuration("python-old", "python", ("minimum=TLSv1", "ciphers=ALL:@SECLEVEL=0")),
    Configuration("python-one-curve", "python", ("curve=secp521r1",)),
    Configuration("python-client-required", "python", ("maximum=TLSv1_2", "client_certificate=required")),
    Configuration("python-alpn", "python", ("alpn=http/1.1", "tickets=0")),
    Configuration("pyopenssl-hybrid", "pyopenssl", (), ("p256",)),
    Configuration("pyopenssl-hybrid-tls1_3", "pyopenssl", ("minimum=772", "order=server")),
)

NODE = (
    Configuration("node-default", "node"),
    Configuration("node-old", "node", ("minVersion=TLSv1", "ciphers=DEFAULT:@SECLEVEL=0", "honorCipherOrder=true")),
    Configuration("node-client-order", "node", ("maxVersion=TLSv1.2", "honorCipherOrder=false")),
    Configuration("node-curve-p256", "node", ("ecdhCurve=prime256v1", "ALPNProtocols=h2 http/1.1"), ("p256",)),
)

LEGACY = (
    Configuration("legacy-ssl2-only", "legacy", ("versions=ssl2", f"ciphers={ALL}")),
    Configuration("legacy-ssl2-ssl3", "legacy", ("versions=ssl2 ssl3", "ciphers=ALL:!EXP", "dh=1024")),
    Configuration("legacy-ssl3-only", "legacy", ("versions=ssl3", "ciphers=HIGH:MEDIUM:!aNULL", "dh=1024")),
    Configuration("legacy-tls1_0-export", "legacy", ("versions=tls1_0", "ciphers=EXP:RC4-SHA", "dh=512", "export=on")),
    Configuration("legacy-rc4-only", "legacy", ("versions=ssl3 tls1_0 tls1_1 tls1_2", "ciphers=RC4:!aNULL")),
    Configuration(
        "legacy-ancient",
        "legacy",
        (EVERY_OLD_VERSION, f"ciphers={ALL}", "dh=1024", "compression=on", "export=on", "renegotiation=insecure"),
        ("rsa1024", "p256", "dsa1024"),
    ),
    Configuration(
        "legacy-dh512",
        "legacy",
        ("versions=tls1_0 tls1_2", "ciphers=kEDH:AES128-SHA:!aNULL", "dh=512"),
        client=("AES128-SHA",),
    ),
    Configuration("legacy-dss", "legacy", ("versions=tls1_0 tls1_1 tls1_2", "ciphers=DSS", "dh=1024"), ("dsa1024",)),
    Configuration("legacy-anonymous", "legacy", ("versions=ssl3 tls1_2", "ciphers=aNULL", "dh=1024"), ()),
    Configuration("legacy-compression", "legacy", ("versions=tls1_2", "ciphers=HIGH:!aNULL:!kEDH", "compression=on")),
    Configuration(
        "legacy-server-order", "legacy", ("versions=ssl3 tls1_0", "ciphers=RC4:DES:3DES:IDEA:SEED", "order=server")
    ),
    Configuration("legacy-client-order", "legacy", ("versions=ssl3 tls1_0", "ciphers=RC4:DES:3DES:IDEA:SEED")),
    Configuration(
        "legacy-binary-curves", "legacy", ("versions=tls1_0 tls1_2", "ciphers=kEECDH:!aNULL", "curves=sect283r1:K-571")
    ),
    Configuration("legacy-ecdsa", "legacy", ("versions=tls1_0 tls1_1 tls1_2", f"ciphers={ALL}"), ("p256",)),
)

CONFIGURATIONS: tuple[Configuration, ...] = (*NGINX, *APACHE, *OPENSSL, *GNUTLS, *PYTHON, *NODE, *LEGACY)
"""Every server of the lab."""
