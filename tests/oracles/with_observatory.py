"""Where our verdicts on web sites differ from those of MDN's HTTP Observatory."""

from typing import Final

from tests.oracles.disagreement import Disagreement, words

MDN: Final = "HTTP Observatory"
CSP3 = "CSP Level 3"
COOKIES = "RFC 6265bis"

_HSTS = ("strict-transport-security (nghe-an-web)", "strict-transport-security (owasp-secure-headers)")
_CSP = ("content-security-policy (nghe-an-web)", "content-security-policy (owasp-secure-headers)")
_REFERRER = ("referrer-policy (nghe-an-web)", "referrer-policy (owasp-secure-headers)")
_CORP = ("cross-origin-resource-policy (nghe-an-web)", "cross-origin-resource-policy (owasp-secure-headers)")

OF_OBSERVATORY = (
    Disagreement(
        MDN,
        _HSTS,
        "fail",
        "pass",
        words("hsts-six-months"),
        "both",
        "Half a year is enough for the Observatory; the policies ask for one year and two.",
        "the policies",
    ),
    Disagreement(
        MDN,
        _HSTS[1:],
        "fail",
        "pass",
        words("portal hsts-one-year"),
        "both",
        "One year is enough for the Observatory; OWASP asks for two, with includeSubDomains.",
        "OWASP Secure Headers (2026-07-19)",
    ),
    Disagreement(
        MDN,
        _HSTS,
        "fail",
        "pass",
        words("hsts-words hsts-trailing-letters"),
        "ours",
        "max-age is digits and nothing else; browsers pass over such a header. The Observatory takes the digits in"
        " front, and where there are none compares with not-a-number, which is never too short.",
        "RFC 6797 sections 6.1.1 and 8.1",
    ),
    Disagreement(
        MDN,
        _HSTS,
        "fail",
        "pass",
        words("hsts-age-twice"),
        "ours",
        "A directive that comes twice spoils the header; the Observatory takes the last.",
        "RFC 6797 section 6.1",
    ),
    Disagreement(
        MDN,
        _HSTS,
        "pass",
        "fail",
        words("hsts-two-headers"),
        "ours",
        "Browsers process the first header only, and it is good. The Observatory's client joins both with a comma, and"
        " it calls the result invalid. The server breaks section 7.1 all the same.",
        "RFC 6797 section 8.1",
    ),
    Disagreement(
        MDN,
        _HSTS,
        "pass",
        "fail",
        words("hsts-spaces"),
        "ours",
        "White space around the equals sign is allowed, for the grammar implies it between tokens.",
        "RFC 6797 section 6.1, RFC 2616 section 2.1",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-inline-with-dynamic"),
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
        "both",
        "The policy has upgrade-insecure-requests, which OWASP asks for, and which turns such sources into HTTPS ones;"
        " its list does not ask for more. Under nghe-an-web both fail it.",
        "W3C Upgrade Insecure Requests",
    ),
    Disagreement(
        MDN,
        _CSP,
        "pass",
        "fail",
        words("csp-directive-twice"),
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
        "ours",
        "script-src-elem and script-src-attr decide before script-src where they are there; the Observatory does not"
        " read them.",
        f"{CSP3} section 6.8.3",
    ),
    Disagreement(
        MDN,
        _CSP[1:],
        "fail",
        "pass",
        words(
            "csp-default-none csp-self-only csp-base-missing csp-missing-semicolon csp-unquoted-keyword csp-in-meta"
            " frame-header-only frame-neither frame-allow-from frame-allowall frame-two-values frame-deny-twice"
            " frame-contradiction"
        ),
        "both",
        "OWASP's policy has six directives, and one of them is missing (or stands in a meta element, where it does not"
        " count); the Observatory asks only what scripts, styles and plugins may do.",
        "OWASP Secure Headers (2026-07-19)",
    ),
    Disagreement(
        MDN,
        ("x-frame-options",),
        "fail",
        "pass",
        words("frame-anywhere frame-csp-undoes-header frame-https"),
        "ours",
        "frame-ancestors lets every site frame the page, and where it is there X-Frame-Options is not read. For the"
        " Observatory it is enough that the directive is there.",
        f"{CSP3} section 6.4.2.2",
    ),
    Disagreement(
        MDN,
        ("x-frame-options",),
        "fail",
        "pass",
        words("frame-allow-from"),
        "ours",
        "No browser of today knows ALLOW-FROM: the page may be framed by everybody.",
        'HTML standard, "The X-Frame-Options header"',
    ),
    Disagreement(
        MDN,
        ("x-frame-options",),
        "pass",
        "fail",
        words("frame-deny-twice"),
        "ours",
        "The same value twice is one value: browsers make a set of them.",
        'HTML standard, "The X-Frame-Options header"',
    ),
    Disagreement(
        MDN,
        ("x-content-type-options",),
        "pass",
        "fail",
        words("sniff-twice sniff-first-value"),
        "ours",
        "Of several values browsers take the first; the Observatory wants the whole to be one word.",
        'Fetch standard, "X-Content-Type-Options header"',
    ),
    Disagreement(
        MDN,
        _REFERRER,
        "fail",
        "pass",
        words("bare bare-redirected portal referrer-none"),
        "both",
        "The policies ask that the header be there; the Observatory relies on what browsers do without it.",
        "the policies",
    ),
    Disagreement(
        MDN,
        _REFERRER[1:],
        "fail",
        "pass",
        words("referrer-cross-origin referrer-list referrer-unknown-last"),
        "both",
        "OWASP asks for no-referrer; the Observatory passes every policy that keeps paths to the site.",
        "OWASP Secure Headers (2026-07-19)",
    ),
    Disagreement(
        MDN,
        _CORP,
        "fail",
        "pass",
        words("bare bare-redirected portal corp-none corp-cross"),
        "both",
        "The policies ask that the header keep other sites out; the Observatory gives it points and never takes any.",
        "the policies",
    ),
    Disagreement(
        MDN,
        _CORP[1:],
        "fail",
        "pass",
        words("corp-site"),
        "both",
        "OWASP asks for same-origin; the Observatory passes same-site too.",
        "OWASP Secure Headers (2026-07-19)",
    ),
    Disagreement(
        MDN,
        _CORP,
        "fail",
        "pass",
        words("corp-upper-case"),
        "ours",
        "Browsers compare the word as it stands; in upper case it says nothing.",
        'Fetch standard, "Cross-Origin-Resource-Policy header"',
    ),
    Disagreement(
        MDN,
        ("cookies",),
        "fail",
        "pass",
        words("cookie-script cookie-no-samesite"),
        "both",
        "The Observatory asks for HttpOnly on cookies whose names look like a session's, and gives points for SameSite;"
        " the policy asks every cookie for both, since no name tells what a cookie is for.",
        "the policy nghe-an-web",
    ),
    Disagreement(
        MDN,
        ("cookies",),
        "fail",
        "pass",
        words("cookie-bad-prefix"),
        "ours",
        "A cookie named __Host- with another path than / is refused by browsers; the Observatory does not read"
        " prefixes.",
        f"{COOKIES} section 4.1.3.2",
    ),
    Disagreement(
        MDN,
        ("cookies",),
        "not_applicable",
        "fail",
        words("cookie-deleted"),
        "ours",
        "The field removes a cookie; there is nothing left to protect. The Observatory's cookie jar keeps it.",
        f"{COOKIES} section 5.7",
    ),
    Disagreement(
        MDN,
        ("cross-origin-resource-sharing",),
        "fail",
        "pass",
        words("cors-star-credentials"),
        "both",
        "Browsers refuse credentials together with the star, so nothing leaks; we tell it because whoever sends both"
        " meant to open the answer.",
        'Fetch standard, "CORS check"',
    ),
    Disagreement(
        MDN,
        ("cross-origin-resource-sharing",),
        "fail",
        "pass",
        words("cors-null-credentials"),
        "ours",
        "Every site can make a frame whose origin is null, and so read what the visitor may; the Observatory looks only"
        " for its own origin and the star.",
        'HTML standard, "sandbox"; Fetch standard, "CORS check"',
    ),
    Disagreement(
        MDN,
        ("subresource-integrity",),
        "fail",
        "pass",
        words("script-same-domain"),
        "both",
        "The script is of another host under the same registered domain, which the Observatory trusts; our rule goes by"
        " origin, and a policy names the hosts that it trusts (except_hosts).",
        "W3C Subresource Integrity",
    ),
    Disagreement(
        MDN,
        ("subresource-integrity",),
        "fail",
        "pass",
        words("script-bad-hash"),
        "ours",
        "The attribute has no hash that browsers know, so that they check nothing; for the Observatory it is enough"
        " that the attribute is there.",
        "W3C Subresource Integrity section 3.3",
    ),
)
