"""What names of cipher suites say, held against a table written from the RFCs that define them."""

import pytest

from checks.tls.iana import SSL2_SUITES, SUITES, TLS13_SUITES
from checks.tls.suites import SUITE_PROPERTIES, properties

CASES = {
    # SSL 2.0
    "SSL_CK_RC4_128_WITH_MD5": "rc4 md5 no_forward_secrecy no_aead",
    "SSL_CK_RC4_64_WITH_MD5": "rc4 md5 no_forward_secrecy no_aead",
    "SSL_CK_RC4_128_EXPORT40_WITH_MD5": "export rc4 md5 no_forward_secrecy no_aead",
    "SSL_CK_RC2_128_CBC_WITH_MD5": "rc2 md5 cbc no_forward_secrecy no_aead",
    "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5": "export rc2 md5 cbc no_forward_secrecy no_aead",
    "SSL_CK_IDEA_128_CBC_WITH_MD5": "idea md5 cbc no_forward_secrecy no_aead",
    "SSL_CK_DES_64_CBC_WITH_MD5": "des md5 cbc no_forward_secrecy no_aead",
    "SSL_CK_DES_192_EDE3_CBC_WITH_MD5": "3des md5 cbc no_forward_secrecy no_aead",
    # SSL 2.0, as implementations had it
    "SSL_CK_NULL_WITH_MD5": "null md5 no_forward_secrecy no_aead",
    "SSL_CK_NULL": "null no_forward_secrecy no_aead",
    "SSL_CK_DES_64_CBC_WITH_SHA": "des cbc sha1 no_forward_secrecy no_aead",
    "SSL_CK_DES_192_EDE3_CBC_WITH_SHA": "3des cbc sha1 no_forward_secrecy no_aead",
    "SSL_CK_DES_64_CFB64_WITH_MD5_1": "des md5 no_forward_secrecy no_aead",
    # SSL 3.0 alone
    "SSL_FORTEZZA_KEA_WITH_NULL_SHA": "null sha1 no_forward_secrecy no_aead",
    "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "SSL_RSA_FIPS_WITH_DES_CBC_SHA": "des cbc sha1 no_forward_secrecy no_aead",
    "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA": "3des cbc sha1 no_forward_secrecy no_aead",
    # RFC 5246 and its forerunners
    "TLS_NULL_WITH_NULL_NULL": "null anonymous no_forward_secrecy no_aead",
    "TLS_RSA_WITH_NULL_MD5": "null md5 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_NULL_SHA": "null sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_NULL_SHA256": "null no_forward_secrecy no_aead",
    "TLS_RSA_WITH_RC4_128_MD5": "rc4 md5 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_RC4_128_SHA": "rc4 sha1 no_forward_secrecy no_aead",
    "TLS_RSA_EXPORT_WITH_RC4_40_MD5": "export rc4 md5 no_forward_secrecy no_aead",
    "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5": "export rc2 md5 cbc no_forward_secrecy no_aead",
    "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA": "export des cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA": "export des cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA": "export rc4 sha1 no_forward_secrecy no_aead",
    "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA": "export des cbc sha1 no_aead",
    "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5": "export anonymous rc4 md5 no_aead",
    "TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA": "export des cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_IDEA_CBC_SHA": "idea cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_DES_CBC_SHA": "des cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA": "3des cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_AES_256_CBC_SHA256": "cbc no_forward_secrecy no_aead",
    "TLS_RSA_WITH_SEED_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "TLS_DH_RSA_WITH_AES_128_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA": "3des cbc sha1 no_aead",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256": "cbc no_aead",
    "TLS_DH_anon_WITH_AES_128_GCM_SHA256": "anonymous",
    "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256": "anonymous cbc no_aead",
    "TLS_DHE_DSS_WITH_RC4_128_SHA": "rc4 sha1 no_aead",
    "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA": "export des cbc sha1 no_aead",
    "TLS_RSA_EXPORT1024_WITH_RC2_CBC_56_MD5": "export rc2 md5 cbc no_forward_secrecy no_aead",
    # RFC 2712
    "TLS_KRB5_WITH_3DES_EDE_CBC_MD5": "3des md5 cbc no_forward_secrecy no_aead",
    "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_SHA": "export rc2 cbc sha1 no_forward_secrecy no_aead",
    "TLS_KRB5_EXPORT_WITH_RC4_40_MD5": "export rc4 md5 no_forward_secrecy no_aead",
    # RFC 5288, RFC 6655, RFC 7905, RFC 8422
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "no_forward_secrecy",
    "TLS_RSA_WITH_AES_128_CCM": "no_forward_secrecy",
    "TLS_RSA_WITH_AES_256_CCM_8": "no_forward_secrecy",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384": "",
    "TLS_DHE_RSA_WITH_AES_128_CCM_8": "",
    "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256": "no_forward_secrecy",
    "TLS_ECDH_anon_WITH_NULL_SHA": "null anonymous sha1 no_aead",
    "TLS_ECDHE_RSA_WITH_NULL_SHA": "null sha1 no_aead",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA": "rc4 sha1 no_aead",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "cbc sha1 no_aead",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384": "cbc no_aead",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "",
    "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256": "",
    "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384": "cbc no_aead",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "",
    "OLD_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "",
    "OLD_TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "",
    # RFC 5932, RFC 6209, RFC 6367
    "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256": "cbc no_aead",
    "TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384": "",
    "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256": "no_forward_secrecy",
    "TLS_DH_anon_WITH_ARIA_256_GCM_SHA384": "anonymous",
    "TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256": "cbc no_forward_secrecy no_aead",
    "TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256": "cbc no_aead",
    # RFC 4279, RFC 4785, RFC 5487, RFC 5054, RFC 8442, RFC 8492
    "TLS_PSK_WITH_AES_128_GCM_SHA256": "no_forward_secrecy",
    "TLS_RSA_PSK_WITH_AES_128_CBC_SHA": "cbc sha1 no_forward_secrecy no_aead",
    "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256": "",
    "TLS_PSK_DHE_WITH_AES_128_CCM_8": "",
    "TLS_ECDHE_PSK_WITH_NULL_SHA384": "null no_aead",
    "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA": "3des cbc sha1 no_aead",
    "TLS_PSK_WITH_NULL_SHA256": "null no_forward_secrecy no_aead",
    "TLS_RSA_PSK_WITH_NULL_SHA": "null sha1 no_forward_secrecy no_aead",
    "TLS_ECDHE_PSK_WITH_RC4_128_SHA": "rc4 sha1 no_aead",
    "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256": "",
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256": "",
    "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256": "no_forward_secrecy",
    "TLS_SRP_SHA_WITH_AES_256_CBC_SHA": "cbc sha1 no_aead",
    "TLS_ECCPWD_WITH_AES_128_GCM_SHA256": "",
    "TLS_ECCPWD_WITH_AES_256_CCM_SHA384": "",
    # RFC 9189, RFC 9367: the first is of TLS 1.2, the second of TLS 1.3
    "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC": "no_forward_secrecy no_aead",
    "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L": "",
    "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC": "no_forward_secrecy no_aead",
    "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S": "",
    # its 28147-89 is a stream with a MAC of its own (IMIT) beside it, not AEAD
    "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT": "no_forward_secrecy no_aead",
    "OLD_TLS_GOSTR341112_256_WITH_28147_CNT_IMIT": "no_forward_secrecy no_aead",
    "TLS_GOSTR341001_WITH_28147_CNT_IMIT": "no_forward_secrecy no_aead",
    "TLS_GOSTR341094_WITH_NULL_GOSTR3411": "null no_forward_secrecy no_aead",
    # RFC 8446, RFC 8998, RFC 9150
    "TLS_AES_128_GCM_SHA256": "",
    "TLS_AES_256_GCM_SHA384": "",
    "TLS_CHACHA20_POLY1305_SHA256": "",
    "TLS_AES_128_CCM_SHA256": "",
    "TLS_AES_128_CCM_8_SHA256": "",
    "TLS_AEGIS_256_SHA512": "",
    "TLS_AEGIS_128L_SHA256": "",
    "TLS_SM4_GCM_SM3": "",
    "TLS_SM4_CCM_SM3": "",
    "TLS_SHA256_SHA256": "null no_aead",
    "TLS_SHA384_SHA384": "null no_aead",
}


@pytest.mark.parametrize(("name", "expected"), CASES.items(), ids=CASES)
def test_properties(name: str, expected: str) -> None:
    assert properties(name) == set(expected.split())


@pytest.mark.parametrize("name", [*SUITES.values(), *SSL2_SUITES.values()])
def test_every_suite_that_can_be_found_has_properties(name: str) -> None:
    assert properties(name) <= set(SUITE_PROPERTIES)


def test_suites_of_tls13_are_weak_only_where_they_do_not_encrypt() -> None:
    weak = {SUITES[code] for code in TLS13_SUITES if properties(SUITES[code])}

    assert weak == {"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"}


def test_every_property_is_in_the_table() -> None:
    assert set(" ".join(CASES.values()).split()) == set(SUITE_PROPERTIES)


@pytest.mark.parametrize(
    "name",
    ["", "TLS_", "AES128-SHA", "UNKNOWN_0xC0FF", "TLS_FALLBACK_SCSV", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FOO"],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        properties(name)
