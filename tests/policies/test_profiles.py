"""Every demand of the public profiles stands in its policy as it was published, and nothing else does.

What each profile says is written down here once more, apart from the files, as plainly as its source has it.
"""

import re
from typing import Any

import pytest

from checks.model.policy import Control, Policy
from checks.tls.universe import EVERY_SUITE
from policies.loader import PolicyLibrary

LIBRARY = PolicyLibrary()
OLD = ["ssl2", "ssl3", "tls1_0", "tls1_1"]
TWO_YEARS, ONE_YEAR = 63072000, 31536000

DEMANDS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "cisa-bod-18-01": [
        ("tls.served", {}),
        ("headers.redirect_to_https", {}),
        ("headers.hsts", {"min_age": 1}),
        ("tls.protocols", {"forbidden": ["ssl2", "ssl3"]}),
        ("tls.cipher_suites", {"forbidden": ["3des", "rc4"]}),
    ],
    "canada-itpin-2018-01": [
        ("tls.protocols", {"forbidden": OLD}),
        ("headers.hsts", {"min_age": 1}),
        ("tls.certificate_signature", {"forbidden": ["sha1"]}),
        ("tls.cipher_suites", {"forbidden": ["3des", "rc4"]}),
        ("headers.redirect_to_https", {}),
        ("tls.cipher_suites", {"protocols": ["tls1_2"]}),
        ("tls.groups", {}),
    ],
    "mozilla-modern": [
        ("tls.protocols", {"required": ["tls1_3"], "forbidden": [*OLD, "tls1_2"]}),
        ("tls.cipher_suites", {}),
        ("tls.groups", {"allowed": ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]}),
        ("tls.certificate_key", {"types": ["ec"], "curves": ["secp256r1", "secp384r1"]}),
        ("tls.certificate_lifetime", {"max_days": 90}),
        ("headers.hsts", {"min_age": TWO_YEARS}),
    ],
    "mozilla-intermediate": [
        ("tls.protocols", {"required": ["tls1_2", "tls1_3"]}),
        ("tls.protocols", {"forbidden": OLD}),
        ("tls.cipher_suites", {}),
        ("tls.groups", {"allowed": ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]}),
        ("tls.certificate_key", {"min_rsa_bits": 2048}),
        ("tls.certificate_lifetime", {"max_days": 366}),
        ("tls.ocsp_stapling", {}),
        ("headers.hsts", {"min_age": TWO_YEARS}),
    ],
    "ncsc-nl-2025-05": [
        ("tls.protocols", {"forbidden": OLD}),
        ("tls.protocols", {"required": ["tls1_3"]}),
        ("tls.cipher_suites", {}),
        ("tls.cipher_suites", {}),
        ("tls.certificate_key", {"min_rsa_bits": 2048}),
        ("tls.certificate_key", {"min_rsa_bits": 3072}),
        ("tls.features", {"required": ["extended_master_secret"]}),
        ("tls.features", {"forbidden": ["early_data", "compression"]}),
        ("headers.hsts", {"min_age": ONE_YEAR}),
        ("headers.framing", {}),
        ("headers.content_type_options", {}),
        ("headers.referrer_policy", {"allowed": ["no-referrer", "same-origin"]}),
    ],
    "nist-sp-800-52r2": [
        ("tls.protocols", {"required": ["tls1_2"]}),
        ("tls.protocols", {"required": ["tls1_3"]}),
        ("tls.protocols", {"forbidden": ["ssl2", "ssl3"]}),
        ("tls.protocols", {"forbidden": ["tls1_0", "tls1_1"]}),
        ("tls.certificate_key", {"min_rsa_bits": 2048, "min_ec_bits": 224}),
        ("tls.certificate_signature", {"forbidden": ["md5", "sha1"]}),
        (
            "tls.features",
            {"required": ["secure_renegotiation", "extended_master_secret"], "forbidden": ["compression"]},
        ),
        ("tls.ocsp_stapling", {}),
        ("tls.cipher_suites", {"protocols": ["tls1_3"]}),
        ("tls.features", {"forbidden": ["early_data"]}),
        ("tls.certificate_lifetime", {"max_days": 3 * 365 + 1}),
    ],
    "bsi-tr-02102-2": [
        ("tls.protocols", {"forbidden": OLD}),
        ("tls.cipher_suites", {}),
        ("tls.groups", {"min_dh_bits": 3072}),
        ("tls.certificate_key", {"min_rsa_bits": 3000}),
        ("tls.features", {"forbidden": ["compression", "early_data", "heartbeat"]}),
        ("tls.features", {"required": ["extended_master_secret", "encrypt_then_mac"]}),
    ],
    "owasp-secure-headers": [
        ("headers.hsts", {"min_age": TWO_YEARS, "include_subdomains": True}),
        ("headers.framing", {}),
        ("headers.content_type_options", {}),
        ("headers.referrer_policy", {"allowed": ["no-referrer"]}),
        ("headers.csp", {}),
        ("headers.cross_origin", {"header": "cross-origin-opener-policy", "allowed": ["same-origin"]}),
        ("headers.cross_origin", {"header": "cross-origin-resource-policy", "allowed": ["same-origin"]}),
        ("headers.cross_origin", {"header": "cross-origin-embedder-policy", "allowed": ["require-corp"]}),
        ("headers.permissions_policy", {}),
        ("headers.leaks", {}),
    ],
}


def meets(control: Control, check: str, params: dict[str, Any]) -> bool:
    return control.check == check and all(control.params[name] == value for name, value in params.items())


@pytest.mark.parametrize("name", DEMANDS)
def test_every_demand_stands_there_and_no_other(name: str) -> None:
    left = list(LIBRARY.get(name).controls)
    for check, params in DEMANDS[name]:
        found = next((each for each in left if meets(each, check, params)), None)
        assert found is not None, (check, params)
        left.remove(found)
    assert left == []


def policy(name: str) -> Policy:
    return LIBRARY.get(name)


def allowed(name: str, control: str) -> set[str]:
    found = policy(name).control(control)
    assert found is not None
    return set(found.params["allowed"])


def suites(exchange: str, cipher: str) -> set[str]:
    """Registered suites of TLS 1.2 by the two halves of their names."""
    whole = re.compile(f"TLS_(?:{exchange})_WITH_(?:{cipher})")
    return {each for each in EVERY_SUITE["tls1_2"] if whole.fullmatch(each)}


TLS13 = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
EXCHANGE = "ECDHE_ECDSA|ECDHE_RSA"
GCM, SHA2 = "AES_128_GCM_SHA256|AES_256_GCM_SHA384", "AES_128_CBC_SHA256|AES_256_CBC_SHA(?:256|384)"


def test_suites_are_those_of_the_profiles() -> None:
    ecdhe = suites(EXCHANGE, f"{GCM}|CHACHA20_POLY1305_SHA256")
    assert allowed("mozilla-modern", "MODERN-SUITES") == TLS13
    assert allowed("mozilla-intermediate", "TLS-SUITES") == TLS13 | ecdhe
    ccm = suites("ECDHE_ECDSA", "AES_(?:128|256)_CCM")
    assert allowed("canada-itpin-2018-01", "ITPIN-RECOMMENDED-SUITES") == suites(EXCHANGE, GCM) | ccm
    good = TLS13 | {"TLS_AES_128_CCM_SHA256"} | ecdhe | ccm
    assert allowed("ncsc-nl-2025-05", "NCSC-SUITES-PHASE-OUT") == good
    modern = "(?:AES|ARIA|CAMELLIA)_.*_SHA(?:256|384)|AES_(?:128|256)_CCM|CHACHA20_POLY1305_SHA256"
    assert allowed("ncsc-nl-2025-05", "NCSC-SUITES") == good | suites(f"{EXCHANGE}|DHE_RSA|DHE_DSS", modern)
    ephemeral = suites(f"{EXCHANGE}|DHE_RSA|DHE_DSS", f"{GCM}|{SHA2}|AES_(?:128|256)_CCM")
    tls13 = TLS13 - {"TLS_CHACHA20_POLY1305_SHA256"} | {"TLS_AES_128_CCM_SHA256"}
    assert allowed("bsi-tr-02102-2", "BSI-SUITES") == tls13 | ephemeral
    assert allowed("nist-sp-800-52r2", "NIST-SUITES-13") == tls13 | {"TLS_AES_128_CCM_8_SHA256"}


def test_curves_are_those_of_the_profiles_and_nothing_is_said_of_finite_fields_where_the_source_is_silent() -> None:
    named = {each for each in allowed("canada-itpin-2018-01", "ITPIN-GROUPS") if not each.startswith("ffdhe")}
    assert named == {"secp256r1", "secp384r1", "secp521r1"}
    fields = {each for each in allowed("bsi-tr-02102-2", "BSI-GROUPS") if each.startswith("ffdhe")}
    assert fields == {"ffdhe3072", "ffdhe4096"}


@pytest.mark.parametrize(
    ("name", "severity", "controls"),
    [
        ("nist-sp-800-52r2", "low", {"NIST-OLD-TLS", "NIST-EARLY-DATA"}),  # discouraged, should not
        ("ncsc-nl-2025-05", "info", {"NCSC-TLS13", "NCSC-FRAMING", "NCSC-NOSNIFF", "NCSC-REFERRER"}),
        ("ncsc-nl-2025-05", "low", {"NCSC-SUITES-PHASE-OUT", "NCSC-KEY-GOOD"}),
        ("canada-itpin-2018-01", "info", {"ITPIN-RECOMMENDED-SUITES", "ITPIN-GROUPS"}),
        ("owasp-secure-headers", "info", {"HDR-COEP"}),  # advisory
        ("vn-web-baseline", "info", {"DNS-DNSSEC"}),  # recommended
    ],
)
def test_what_is_only_recommended_is_not_grave(name: str, severity: str, controls: set[str]) -> None:
    assert controls <= {each.id for each in policy(name).controls if each.severity == severity}


def test_a_day_from_which_a_profile_asks_for_something() -> None:
    tls13 = policy("nist-sp-800-52r2").control("NIST-TLS13")
    assert tls13 is not None
    assert str(tls13.effective) == "2024-01-01"
