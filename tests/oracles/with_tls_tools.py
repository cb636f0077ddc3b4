"""Where our verdicts on TLS servers differ from those of sslyze and testssl.sh."""

from typing import Final

from tests.oracles.disagreement import Disagreement, words

SSLYZE: Final = "sslyze"
TESTSSL: Final = "testssl.sh"
MOZILLA = "Mozilla Server Side TLS 6.0 (2026-04-06)"
_CURVE_OF_KEY: Final = (
    "The server's key is on a curve itself, and hellos that do not name that curve are refused. sslyze names one"
    " group at a time, and so finds that curve alone; the others are accepted when both are named."
)

OF_SSLYZE = (
    Disagreement(
        SSLYZE,
        ("intermediate: suites",),
        "fail",
        "pass",
        words("nginx-intermediate-rsa nginx-intermediate-both apache-intermediate apache-both-keys"),
        words("suite_not_allowed:tls1_2/TLS_DHE_RSA_WITH_*_GCM_* suite_not_allowed:tls1_2/TLS_DHE_RSA_WITH_CHACHA20_*"),
        "ours",
        "sslyze 6.3.1 ships guideline 5.7, which allows three DHE-RSA suites; 6.0, which the policy is of, has none.",
        MOZILLA,
    ),
    Disagreement(
        SSLYZE,
        ("intermediate: suites",),
        "fail",
        "pass",
        words("openssl-rsa-pss"),
        words("suite_not_allowed:tls1_2/TLS_DHE_RSA_* suite_not_allowed:tls1_2/TLS_ECDHE_RSA_*_CBC_*"),
        "ours",
        "The server accepts suites in CBC mode and of DHE too. sslyze asks for them with OpenSSL 1.0.2e, which knows"
        " no signature by the server's key, and takes the refusal for the suite's.",
        "RFC 8446 section 4.2.3; docs/agreement.md",
    ),
    Disagreement(
        SSLYZE,
        ("intermediate: suites",),
        "fail",
        "pass",
        words("openssl-ed448"),
        words("suite_not_allowed:tls1_2/TLS_ECDHE_ECDSA_*_CBC_*"),
        "ours",
        "The server accepts suites in CBC mode too. sslyze asks for them with OpenSSL 1.0.2e, which knows"
        " no signature by the server's key, and takes the refusal for the suite's.",
        "RFC 8446 section 4.2.3; docs/agreement.md",
    ),
    Disagreement(
        SSLYZE,
        ("modern: key",),
        "fail",
        "pass",
        words("nginx-intermediate-both nginx-old-both apache-both-keys gnutls-normal"),
        words("key_type_forbidden:rsa/*"),
        "both",
        "The server has an ECDSA certificate and an RSA one. sslyze asks that one of them be ECDSA, and calls that its"
        " own guess; we judge every certificate that is served. The guideline says nothing of several.",
        MOZILLA,
    ),
    Disagreement(
        SSLYZE,
        ("modern: key",),
        "fail",
        "pass",
        words("legacy-ancient"),
        words("key_type_forbidden:rsa/* key_type_forbidden:dsa/*"),
        "both",
        "The server has an ECDSA certificate, an RSA one and a DSA one. sslyze asks that one of them be ECDSA, and"
        " calls that its own guess; we judge every certificate that is served. The guideline says nothing of several.",
        MOZILLA,
    ),
    Disagreement(
        SSLYZE,
        ("modern: groups", "intermediate: groups"),
        "fail",
        "pass",
        words("openssl-psk openssl-dsa"),
        words("group_not_allowed:secp521r1 group_not_allowed:x448"),
        "ours",
        "The server's suites on elliptic curves have a pre-shared key, no authentication or a DSA key; sslyze asks for"
        " groups in other suites only, and finds none.",
        "docs/agreement.md, group-in-other-suites",
    ),
    Disagreement(
        SSLYZE,
        ("modern: groups", "intermediate: groups"),
        "fail",
        "pass",
        words("gnutls-ffdhe"),
        words("group_not_allowed:ffdhe2048 group_not_allowed:ffdhe3072"),
        "ours",
        "The groups are finite fields of RFC 7919, which the guideline does not name; sslyze asks for elliptic curves"
        " only.",
        "RFC 7919; docs/agreement.md, group-not-listed",
    ),
    Disagreement(
        SSLYZE,
        ("modern: groups", "intermediate: groups"),
        "fail",
        "pass",
        words("python-tls1_2"),
        words("group_not_allowed:secp521r1 group_not_allowed:x448"),
        "ours",
        _CURVE_OF_KEY,
        "RFC 8422 section 5.1; docs/agreement.md, group-behind-the-key",
    ),
    Disagreement(
        SSLYZE,
        ("modern: groups", "intermediate: groups"),
        "fail",
        "pass",
        words("legacy-ecdsa"),
        words("group_not_allowed:brainpool* group_not_allowed:sec[pt]*"),
        "ours",
        _CURVE_OF_KEY,
        "RFC 8422 section 5.1; docs/agreement.md, group-behind-the-key",
    ),
    Disagreement(
        SSLYZE,
        ("modern: groups", "intermediate: groups"),
        "fail",
        "pass",
        words("legacy-client-order"),
        words("group_not_allowed:brainpool* group_not_allowed:sec[pt]*"),
        "ours",
        "Below TLS 1.2 sslyze asks for groups only where its first handshake happened to take a suite on elliptic"
        " curves. Here the client chooses, and its choice was another.",
        "the code of sslyze 6.3.1: server_connectivity",
    ),
    Disagreement(
        SSLYZE,
        ("certificate's signature",),
        "pass",
        "fail",
        words("openssl-rsa-pss"),
        words("intermediate:certificate_signatures"),
        "both",
        "The certificate is signed with RSASSA-PSS and SHA-256. The guideline names four signatures, and this is none"
        " of them; the policy forbids MD5 and SHA-1.",
        "the policy vn-web-baseline, CERT-SIGNATURE",
    ),
)

OF_TESTSSL = (
    Disagreement(
        TESTSSL,
        ("TLS1_1",),
        "pass",
        "fail",
        words("legacy-tls1_0-export"),
        ("CRITICAL: TLSv1.1 is not offered, and downgraded to a weaker protocol",),
        "ours",
        "The server speaks TLS 1.0 only. testssl.sh rates it critical that a hello of TLS 1.1 is answered with 1.0,"
        " which is what such a server must do; that TLS 1.0 is on is told elsewhere by both.",
        "RFC 5246 appendix E.1",
    ),
    Disagreement(
        TESTSSL,
        ("TLS1_2",),
        "fail",
        "pass",
        words("nginx-modern"),
        words("required_protocol:tls1_2"),
        "both",
        "The server has TLS 1.3 only. The baseline demands that TLS 1.2 be there; testssl.sh demands nothing.",
        "the policy vn-web-baseline, TLS-12",
    ),
    Disagreement(
        TESTSSL,
        ("cipherlist_AVERAGE",),
        "fail",
        "pass",
        words("openssl-anonymous"),
        words("suite_cbc:tls1_2/TLS_*DH_anon_*"),
        "both",
        "The suites in CBC mode are anonymous. testssl.sh leaves these out of this list, and"
        " tells them (as we do too) under cipherlist_aNULL.",
        "the lists of testssl.sh 3.0.8",
    ),
    Disagreement(
        TESTSSL,
        ("cipherlist_AVERAGE",),
        "fail",
        "pass",
        words("legacy-tls1_0-export"),
        words("suite_cbc:tls1_0/TLS_*_EXPORT_*"),
        "both",
        "The suites in CBC mode are of export strength. testssl.sh leaves these out of this list, and"
        " tells them (as we do too) under cipherlist_EXPORT.",
        "the lists of testssl.sh 3.0.8",
    ),
    Disagreement(
        TESTSSL,
        ("ROBOT",),
        "not_assessable",
        "pass",
        words("openssl-null"),
        words("vulnerabilities_unknown"),
        "theirs",
        "The server is not vulnerable. Our test of it is sslyze's, whose client has no suite in common with a server"
        " that encrypts nothing; we do not guess.",
        "tests/lab/known.py",
    ),
    Disagreement(
        TESTSSL,
        ("secure_client_renego",),
        "fail",
        "pass",
        words("node-default"),
        words("client_renegotiation_on"),
        "both",
        "Clients may renegotiate, three times in ten minutes. testssl.sh calls that mitigated; we were asked whether"
        " they may.",
        "RFC 5246 section 7.4.1.1",
    ),
    Disagreement(
        TESTSSL,
        ("secure_client_renego",),
        "fail",
        "pass",
        words("legacy-tls1_0-export legacy-rc4-only"),
        words("client_renegotiation_on"),
        "ours",
        "OpenSSL 1.0.2e cannot refuse a renegotiation. testssl.sh asks with Debian's OpenSSL, which has no suite in"
        " common with the server, and takes the handshake that failed for a refusal; of secure_renego it says in the"
        " same run that no handshake came about.",
        "tests/lab/known.py",
    ),
    Disagreement(
        TESTSSL,
        ("cert_expirationStatus",),
        "fail",
        "pass",
        words("cert-not-yet-valid"),
        words("certificate_not_yet_valid"),
        "ours",
        "testssl.sh looks at the end of the validity here and not at its beginning; it tells the beginning under"
        " cert_chain_of_trust.",
        "RFC 5280 section 4.1.2.5",
    ),
    Disagreement(
        TESTSSL,
        ("cert_chain_of_trust",),
        "pass",
        "fail",
        words("cert-expired cert-not-yet-valid"),
        ("CRITICAL: failed (*).",),
        "both",
        "The authority is trusted and the dates are wrong: testssl.sh tells that under both headings, and we under"
        " that of the dates alone.",
        "RFC 5280 section 6.1.3",
    ),
)
