"""The default policy at a well-kept portal: nothing fails and nothing is left open; each fault meets its control."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from checks.evaluate import evaluate
from checks.model.evidence import Groups, Hop, HttpObservation, Observation, OpenPort
from checks.model.pages import ForeignOrigin, MissingPage, Page, SecurityTxt, TraceAnswer
from checks.model.ports import canonical_ports, members
from checks.model.target import HttpTarget, PortsTarget, Target
from policies.loader import PolicyLibrary
from tests.certificates import authority, key, leaf
from tests.factories import (
    ADDRESS,
    HOST,
    NOW,
    URL,
    asset,
    by_key,
    chain,
    evidence,
    hop,
    http_observation,
    ports_observation,
    reference_data,
    tls_observation,
    tls_target,
)

POLICY = PolicyLibrary().get("nghe-an-web")
ROOT = authority("Root")
MIDDLE = authority("Intermediate", ROOT)
SCANNED = [each for one in POLICY.controls for each in (*one.params.get("scan", ()), *one.params.get("ports", ()))]
CLEAR = f"http://{HOST}/"
HEADERS = {
    "Server": "nginx",
    "Content-Type": "text/html; charset=utf-8",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Set-Cookie": "session=<redacted>; Path=/; Secure; HttpOnly; SameSite=Lax",
}
NOTHING_TO_SAY = {
    "ARCHIVE-TLS",  # of systems with a tag that this one has not
    "ARCHIVE-TRUST",
    "CERT-MUST-STAPLE",  # not promised
    "CERT-REVOKED",  # nothing is stapled
    "CERT-STAPLING",  # the certificate names no OCSP responder
    "DNS-AAAA",  # the asset has an address in place of DNS
    "DNS-CAA",
    "DNS-DNSSEC",
    "HDR-CORS",  # not used
    "PORT-FILTERED",  # for systems with a tag
    "PORT-MAIL-TLS",
    "PORT-NEW",  # nobody looked before
    "PORT-SSH-V2",
    "PORT-VERSION",
    "TLS-ORDER",  # neither TLS 1.0 nor 1.1
    "TLS-POST-QUANTUM",  # for systems with a tag
    "WEB-FORMS-BASIC",  # for levels 1 and 2
}
"""Controls that do not apply to the model site."""
Seen = dict[Target, Observation]
TLS, PORTS, HTTPS, HTTP = tls_target(), PortsTarget(ADDRESS), HttpTarget(ADDRESS, URL), HttpTarget(ADDRESS, CLEAR)


def page(**changes: str | None) -> HttpObservation:
    """The portal's page with other headers ("x_y" is X-Y); None leaves one out."""
    found: Mapping[str, str | None] = {**HEADERS, **{each.replace("_", "-"): value for each, value in changes.items()}}
    sent = [(name, value) for name, value in found.items() if value is not None]
    return told(hop(headers=sent, page=Page(html=True)))


def told(*hops: Hop) -> HttpObservation:
    """An answer with everything that is asked beside it."""
    return http_observation(
        *hops,
        trace=TraceAnswer(405, reflected=False),
        security_txt=SecurityTxt(
            f"{URL}.well-known/security.txt",
            200,
            "text/plain;charset=utf-8",
            fields=("contact", "expires"),
            contacts=("mailto",),
            expires=("2027-06-30T00:00:00Z",),
        ),
        missing_page=MissingPage(404),
        foreign_origin=ForeignOrigin(200),
    )


def logged(*ders: bytes) -> Any:
    """A chain without a staple, which two logs have promised to show (RFC 6962 section 3.2)."""
    scts = tuple(b"\0" + bytes([log]) * 32 + b"\0" * 10 + b"\x04\x03\0\x02ok" for log in (1, 2))
    return replace_(chain(*ders), ocsp_staple=False, scts=scts)


def certified(der: bytes, *more: bytes) -> Callable[[Seen], Observation]:
    """The endpoint with other certificates."""
    return lambda seen: replace_(seen[TLS], certificates=(logged(der, *more),))


def replace_(observation: Any, **changes: Any) -> Any:
    """`dataclasses.replace` for an observation of a kind that the caller knows."""
    return replace(observation, **changes)


def model_site(private: Any = None) -> Seen:
    """What is seen of a portal that is set up as the remediations say."""
    others = canonical_ports(members(SCANNED) - {80, 443})
    redirect = hop(CLEAR, 301, headers=[("Location", URL)])
    return {
        TLS: tls_observation(certificates=(logged(leaf(MIDDLE, private=private), MIDDLE.der),), alpn="http/1.1"),
        PORTS: ports_observation(80, 443, closed=others),
        HTTPS: page(),
        HTTP: http_observation(redirect, page().hops[0]),
    }


def verdicts(seen: Seen) -> dict[str, str]:
    """Control id to verdict of the portal."""
    found = by_key(*(evidence(target, observation) for target, observation in seen.items()))
    findings = evaluate(POLICY, [asset(tags=("portal",))], found, (), NOW, reference_data([ROOT.der]))
    assert not [each for each in findings if each.reason == "rule_failed"]
    return {each.control: each.verdict for each in findings}


@pytest.mark.parametrize("private", [key("rsa", 2048), key("ec", 256)], ids=["RSA 2048", "EC P-256"])
def test_model_site_passes_everything(private: Any) -> None:
    found = verdicts(model_site(private))
    assert {control for control, verdict in found.items() if verdict != "pass"} == NOTHING_TO_SAY
    assert {found[control] for control in NOTHING_TO_SAY} == {"not_applicable"}
    assert set(found) == {control.id for control in POLICY.controls}


def opened(port: int) -> Callable[[Seen], Observation]:
    """One more open port."""
    closed = canonical_ports(members(SCANNED) - {80, 443, port})
    return lambda seen: ports_observation(80, 443, port, closed=closed)


def tls(**changes: Any) -> Callable[[Seen], Observation]:
    """The endpoint with other properties."""
    return lambda seen: replace_(seen[TLS], **changes)


THERE_AND_BACK = (hop(URL, 302, headers=[("Location", CLEAR)]), hop(CLEAR, 301, headers=[("Location", URL)]))
PROTOCOLS = {"ssl2": False, "ssl3": False, "tls1_0": False, "tls1_1": False, "tls1_2": True, "tls1_3": True}
SAFE = tls_observation().features
SUITES = tls_observation().cipher_suites


@pytest.mark.parametrize(
    ("target", "fault", "failing"),
    [
        (TLS, tls(protocols={**PROTOCOLS, "tls1_0": True}), {"TLS-LEGACY"}),
        (TLS, tls(protocols={**PROTOCOLS, "tls1_2": False}), {"TLS-12"}),
        (TLS, tls(protocols={**PROTOCOLS, "tls1_3": False}), {"TLS-VERSIONS"}),
        (TLS, tls(cipher_suites={**SUITES, "tls1_2": ("TLS_RSA_WITH_AES_128_CBC_SHA",)}), {"TLS-SUITES"}),
        (
            TLS,
            tls(cipher_suites={**SUITES, "tls1_2": ("TLS_RSA_WITH_RC4_128_SHA",)}),
            {"TLS-SUITES", "TLS-BROKEN-SUITES"},
        ),
        (TLS, tls(groups=Groups(("secp192r1", "x25519"))), {"TLS-GROUPS"}),
        (TLS, tls(groups=Groups(("x25519",), (1024,))), {"TLS-GROUPS"}),
        (
            TLS,
            tls(vulnerabilities={"heartbleed": True, "ccs_injection": False, "robot": False}),
            {"TLS-VULNERABILITIES"},
        ),
        (TLS, tls(features={**SAFE, "compression": True}), {"TLS-COMPRESSION"}),
        (TLS, tls(features={**SAFE, "client_renegotiation": True}), {"TLS-RENEGOTIATION"}),
        (TLS, tls(features={**SAFE, "early_data": True}), {"TLS-EARLY-DATA"}),
        (TLS, tls(features={**SAFE, "extended_master_secret": False}), {"TLS-EMS"}),
        (TLS, certified(leaf(MIDDLE, "khac.example"), MIDDLE.der), {"CERT-NAME"}),
        (TLS, certified(leaf(MIDDLE, private=key("rsa", 1024)), MIDDLE.der), {"CERT-KEY"}),
        (PORTS, opened(3306), {"PORT-DB", "PORT-EXPECTED"}),
        (PORTS, opened(2323), {"PORT-TELNET", "PORT-EXPECTED"}),
        (PORTS, opened(6379), {"PORT-STORE", "PORT-EXPECTED"}),
        (PORTS, opened(21), {"PORT-FTP", "PORT-EXPECTED"}),
        (PORTS, opened(3389), {"PORT-RDP", "PORT-EXPECTED"}),
        (PORTS, opened(445), {"PORT-SMB", "PORT-EXPECTED"}),
        (PORTS, opened(2375), {"PORT-CONTAINER", "PORT-EXPECTED"}),
        (PORTS, opened(10000), {"PORT-MGMT", "PORT-EXPECTED"}),
        (PORTS, opened(8080), {"PORT-EXPECTED"}),
        (PORTS, opened(22), {"PORT-ADMIN", "PORT-EXPECTED"}),
        (TLS, tls(alpn=None), {"TLS-ALPN"}),
        (HTTPS, lambda _: told(*THERE_AND_BACK, *page().hops), {"WEB-STAYS-HTTPS"}),
        (
            PORTS,
            lambda _: ports_observation(80, 443, OpenPort(9443, "mysql"), closed=canonical_ports(members(SCANNED))),
            {"PORT-DB", "PORT-EXPECTED"},
        ),
        (HTTP, lambda _: http_observation(hop(CLEAR, 200)), {"HTTP-REDIRECT"}),
        (HTTPS, lambda _: page(Strict_Transport_Security="max-age=86400"), {"HDR-HSTS"}),
        (
            HTTPS,
            lambda _: page(Content_Security_Policy="script-src 'unsafe-eval'; frame-ancestors 'none'"),
            {"HDR-CSP"},
        ),
        (HTTPS, lambda _: page(Content_Security_Policy="default-src 'self'"), {"HDR-CSP", "HDR-FRAMING"}),
        (HTTPS, lambda _: page(X_Content_Type_Options=None), {"HDR-NOSNIFF"}),
        (HTTPS, lambda _: page(Referrer_Policy="unsafe-url"), {"HDR-REFERRER"}),
        (HTTPS, lambda _: page(Permissions_Policy=None), {"HDR-PERMISSIONS"}),
        (HTTPS, lambda _: page(Cross_Origin_Opener_Policy="unsafe-none"), {"HDR-COOP"}),
        (HTTPS, lambda _: page(Cross_Origin_Resource_Policy="cross-origin"), {"HDR-CORP"}),
        (HTTPS, lambda _: page(Server="nginx/1.22.1"), {"HDR-LEAKS"}),
        (HTTPS, lambda _: page(X_Powered_By="PHP"), {"HDR-LEAKS"}),
        (HTTPS, lambda _: page(Set_Cookie="session=<redacted>; HttpOnly; SameSite=Lax"), {"COOKIE-SECURE"}),
        (HTTPS, lambda _: page(Set_Cookie="session=<redacted>; Secure; SameSite=Lax"), {"COOKIE-HTTPONLY"}),
        (HTTPS, lambda _: page(Set_Cookie="session=<redacted>; Secure; HttpOnly"), {"COOKIE-SAMESITE"}),
    ],
)
def test_fault_meets_its_control(target: Target, fault: Callable[[Seen], Observation], failing: set[str]) -> None:
    seen = model_site()
    found = verdicts({**seen, target: fault(seen)})
    assert {control for control, verdict in found.items() if verdict == "fail"} == failing


def test_a_longer_curve_than_the_profiles_name_is_no_fault_of_a_portal() -> None:
    seen, longer = model_site(), leaf(MIDDLE, private=ec.generate_private_key(ec.SECP521R1()))
    assert verdicts({**seen, TLS: certified(longer, MIDDLE.der)(seen)})["CERT-KEY"] == "pass"


def test_untrusted_certificate() -> None:
    seen = model_site()
    stranger = authority("Stranger")
    found = verdicts({**seen, TLS: replace_(seen[TLS], certificates=(chain(leaf(stranger), stranger.der),))})
    assert found["CERT-TRUST"] == "fail"


def test_level_one_is_not_asked_about_ftp() -> None:
    seen = model_site()
    found = by_key(*(evidence(target, each) for target, each in {**seen, PORTS: opened(21)(seen)}.items()))
    findings = evaluate(POLICY, [asset(level=1)], found, (), NOW, reference_data([ROOT.der]))
    judged = {each.control: each.verdict for each in findings}
    assert (judged["PORT-FTP"], judged["PORT-EXPECTED"]) == ("not_applicable", "fail")
