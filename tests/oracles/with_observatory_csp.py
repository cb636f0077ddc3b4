"""Where our verdicts on Content Security Policies differ from those of MDN's HTTP Observatory."""

from typing import Final

from tests.oracles.disagreement import Disagreement, words

MDN: Final = "HTTP Observatory"
CSP3 = "CSP Level 3"

_CSP = ("content-security-policy (nghe-an-web)", "content-security-policy (owasp-secure-headers)")

_OWASP_CSP = tuple(
    Disagreement(
        MDN,
        _CSP[1:],
        "fail",
        "pass",
        words(cases),
        tuple(f"csp_directive_missing:content-security-policy/{each}" for each in missing.split()),
        "both",
        f"OWASP's policy has six directives, and {how}; the Observatory asks only what scripts, styles and plugins may"
        " do.",
        "OWASP Secure Headers (2026-07-19)",
    )
    for cases, missing, how in (
        ("csp-default-none", "object-src upgrade-insecure-requests", "two are missing here"),
        ("csp-unquoted-keyword", "form-action upgrade-insecure-requests", "two are missing here"),
        ("csp-base-missing", "base-uri form-action upgrade-insecure-requests", "three are missing here"),
        (
            "csp-self-only csp-missing-semicolon",
            "base-uri form-action object-src upgrade-insecure-requests",
            "four are missing here",
        ),
        (
            "frame-header-only frame-neither frame-allow-from frame-allowall frame-two-values frame-deny-twice"
            " frame-contradiction",
            "frame-ancestors",
            "one is missing here",
        ),
        ("csp-in-meta", "frame-ancestors", "one stands in a meta element here, where it does not count"),
    )
)

ON_CSP = (
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-inline-with-dynamic"),
        words("csp-header-invalid"),
        "ours",
        "'strict-dynamic' switches 'unsafe-inline', hosts and schemes off, so that no script runs at all: a broken"
        " page, and no weak one. The Observatory calls a policy without nonce or hash invalid.",
        f"{CSP3} sections 6.7.1.1 and 6.7.3.2",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-eval-in-style"),
        words("csp-implemented-with-unsafe-eval"),
        "ours",
        "'unsafe-eval' in style-src lets no string run as a script: that is asked of script-src.",
        f"{CSP3} section 4.4",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-http-connect"),
        words("csp-implemented-with-insecure-scheme"),
        "both",
        "Our controls ask about scripts, plugins and base URLs; the Observatory about every directive but images and"
        " media. On an HTTPS page browsers block connections in cleartext whatever the policy allows.",
        "W3C Mixed Content",
    ),
    Disagreement(
        MDN,
        _CSP[1:],
        "pass",
        "fail",
        words("csp-http-host"),
        words("csp-implemented-with-insecure-scheme"),
        "both",
        "The policy has upgrade-insecure-requests, which OWASP asks for, and which turns such sources into HTTPS ones;"
        " its list does not ask for more. Under nghe-an-web both fail it.",
        "W3C Upgrade Insecure Requests",
    ),
    Disagreement(
        MDN,
        _CSP[1:],
        "fail",
        "pass",
        words("csp-inline-style"),
        words("csp_unsafe_inline_style"),
        "both",
        "OWASP's default-src 'self' lets no inline style apply; to the Observatory unsafe styles alone are no fault.",
        "OWASP Secure Headers (2026-07-19)",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-directive-twice"),
        words("csp-header-invalid"),
        "ours",
        "Of a directive that comes twice the first counts, and it is good. The Observatory calls the policy invalid, so"
        " that people notice.",
        f"{CSP3} section 2.2.1",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-two-headers csp-comma"),
        words("csp-implemented-with-unsafe-inline"),
        "ours",
        "Both policies are enforced, and one of them is good. The Observatory's client joins headers with a comma, and"
        " it does not part policies at commas, so that it reads one policy in which the good one is lost.",
        f"{CSP3} sections 2.2.2 and 8.1",
    ),
    Disagreement(
        MDN,
        _CSP,
        "fail",
        "pass",
        words("csp-wildcard-tld csp-wildcard-scheme"),
        words("csp_wildcard"),
        "ours",
        "Scripts of any host, written otherwise than in the Observatory's list: anybody can have a name under a"
        " top-level domain, and https://*:* is every host.",
        f"{CSP3} section 6.7.2",
    ),
    Disagreement(
        MDN,
        _CSP,
        "fail",
        "pass",
        words("csp-base-anywhere"),
        words("csp_wildcard"),
        "ours",
        "With base-uri * an injected base element sends the page's own relative links, forms and scripts to any host."
        " The Observatory notes it, and passes.",
        f"{CSP3}, base-uri",
    ),
    Disagreement(
        MDN,
        _CSP,
        "fail",
        "pass",
        words("csp-elem-inline csp-attr-inline"),
        words("csp_unsafe_inline"),
        "ours",
        "script-src-elem and script-src-attr decide before script-src where they are there; the Observatory does not"
        " read them.",
        f"{CSP3} section 6.8.3",
    ),
    *_OWASP_CSP,
)
