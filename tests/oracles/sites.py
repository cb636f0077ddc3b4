"""Web sites by what they answer: ordinary ones, and odd ones of which tools make different things. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Fields = tuple[tuple[str, str], ...]

DOMAIN = "sites.example.test"
OTHER_SITE = "off-host"
"""A site that another one sends visitors to."""

Start = Literal["https", "page", "other-host", "http-first", "temporary", "nothing"]
"""What the site does in cleartext: redirect to HTTPS on the same host (301), show its page, redirect to another host,
redirect to another cleartext URL first, redirect with 302, or not listen."""


@dataclass(frozen=True)
class Site:
    """One site."""

    id: str
    headers: Fields
    """Sent with every HTTPS answer, as they stand and in this order."""
    body: str = "<!doctype html><title>Cổng</title><p>Xin chào"
    start: Start = "https"
    cross: Fields = ()
    """Sent as well to requests with an Origin, whose value "{origin}" stands for."""
    status: int = 200

    @property
    def host(self) -> str:
        """Its name; the certificate has the domain's wildcard."""
        return f"{self.id}.{DOMAIN}"


HTML: Fields = (("Content-Type", "text/html; charset=utf-8"),)
STRICT_CSP = (
    "default-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none';"
    " upgrade-insecure-requests"
)
HSTS, CSP, XFO = "Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options"
NOSNIFF, REFERRER, CORP = "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"
GOOD: Mapping[str, str] = {
    HSTS: "max-age=63072000; includeSubDomains",
    CSP: STRICT_CSP,
    XFO: "DENY",
    NOSNIFF: "nosniff",
    REFERRER: "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    CORP: "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def but(**changes: str | None) -> Fields:
    """The good headers, with some changed or (None) left out."""
    wanted = {**GOOD, **{_NAMES[name]: value for name, value in changes.items()}}
    return (*HTML, *((name, value) for name, value in wanted.items() if value is not None))


def csp(*values: str) -> Fields:
    """The good headers with these policies in place of the good one."""
    return (*but(csp=None), *((CSP, value) for value in values))


def twice(name: str, *values: str) -> Fields:
    """The good headers with a field of this name for each value."""
    return (*(each for each in but() if each[0] != name), *((name, value) for value in values))


def cookie(*values: str, hsts: str | None = GOOD[HSTS]) -> Fields:
    """The good headers with cookies."""
    return (*but(hsts=hsts), *(("Set-Cookie", value) for value in values))


_NAMES = {"hsts": HSTS, "csp": CSP, "xfo": XFO, "nosniff": NOSNIFF, "referrer": REFERRER, "corp": CORP}
_NO_FRAMING = STRICT_CSP.replace(" frame-ancestors 'none';", "")

WHOLE = (
    Site("good", but()),
    Site("bare", HTML, start="page"),
    Site("bare-redirected", HTML),
    Site(
        "portal",
        (
            *HTML,
            ("Server", "nginx/1.18.0"),
            ("X-Powered-By", "PHP/7.4.3"),
            (HSTS, "max-age=31536000"),
            (XFO, "SAMEORIGIN"),
            (NOSNIFF, "nosniff"),
            ("X-XSS-Protection", "1; mode=block"),
            ("Set-Cookie", "PHPSESSID=0123456789abcdef; path=/; HttpOnly"),
        ),
    ),
    Site("forbidden-page", but(), status=403),
    Site("lower-case-names", tuple((name.lower(), value) for name, value in but())),
)
REDIRECTS = (
    Site("no-redirect", but(), start="page"),
    Site("to-other-host", but(), start="other-host"),
    Site("http-first", but(), start="http-first"),
    Site("temporary-redirect", but(), start="temporary"),
    Site("no-http", but(), start="nothing"),
    Site(OTHER_SITE, but()),
)
HSTS_SITES = (
    Site("hsts-none", but(hsts=None)),
    Site("hsts-six-months", but(hsts="max-age=15552000")),
    Site("hsts-one-year", but(hsts="max-age=31536000")),
    Site("hsts-day", but(hsts="max-age=86400")),
    Site("hsts-zero", but(hsts="max-age=0")),
    Site("hsts-words", but(hsts="max-age=abc")),
    Site("hsts-trailing-letters", but(hsts="max-age=63072000s; includeSubDomains")),
    Site("hsts-quoted", but(hsts='max-age="63072000"; includeSubDomains')),
    Site("hsts-no-age", but(hsts="includeSubDomains; preload")),
    Site("hsts-age-twice", but(hsts="max-age=0; max-age=63072000; includeSubDomains")),
    Site("hsts-two-headers", twice(HSTS, "max-age=63072000; includeSubDomains", "max-age=0")),
    Site("hsts-joined", but(hsts="max-age=63072000, max-age=0")),
    Site("hsts-spaces", but(hsts="max-age = 63072000 ; includeSubDomains")),
    Site("hsts-upper-case", but(hsts="MAX-AGE=63072000; INCLUDESUBDOMAINS; PRELOAD")),
    Site("hsts-empty-directives", but(hsts=";max-age=63072000;; includeSubDomains;")),
)
CSP_SITES = (
    Site("csp-none", but(csp=None)),
    Site("csp-report-only", (*but(csp=None), ("Content-Security-Policy-Report-Only", STRICT_CSP))),
    Site("csp-default-none", csp("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")),
    Site("csp-self-only", csp("default-src 'self'; frame-ancestors 'self'")),
    Site("csp-unsafe-inline", csp(f"{STRICT_CSP}; script-src 'self' 'unsafe-inline'")),
    Site("csp-inline-with-nonce", csp(f"{STRICT_CSP}; script-src 'nonce-MTIzNDU2Nzg5MGFi' 'unsafe-inline'")),
    Site("csp-inline-with-dynamic", csp(f"{STRICT_CSP}; script-src 'strict-dynamic' 'unsafe-inline' https:")),
    Site(
        "csp-strict-dynamic",
        csp(f"{STRICT_CSP}; script-src 'nonce-MTIzNDU2Nzg5MGFi' 'strict-dynamic' https: 'unsafe-inline'"),
    ),
    Site("csp-hash", csp(f"{STRICT_CSP}; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")),
    Site("csp-unsafe-eval", csp(f"{STRICT_CSP}; script-src 'self' 'unsafe-eval'")),
    Site("csp-eval-in-style", csp(f"{STRICT_CSP}; style-src 'self' 'unsafe-eval'")),
    Site("csp-inline-style", csp(f"{STRICT_CSP}; style-src 'self' 'unsafe-inline'")),
    Site("csp-star", csp("default-src *; frame-ancestors 'none'")),
    Site("csp-https", csp("default-src https:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'")),
    Site("csp-http", csp(f"{STRICT_CSP}; script-src 'self' http:")),
    Site("csp-http-host", csp(f"{STRICT_CSP}; script-src 'self' http://cdn.example.test")),
    Site("csp-http-image", csp(f"{STRICT_CSP}; img-src 'self' http://images.example.test")),
    Site("csp-http-connect", csp(f"{STRICT_CSP}; connect-src 'self' http://api.example.test")),
    Site("csp-data-script", csp(f"{STRICT_CSP}; script-src 'self' data:")),
    Site("csp-wildcard-domain", csp(f"{STRICT_CSP}; script-src 'self' *.example.test")),
    Site("csp-wildcard-tld", csp(f"{STRICT_CSP}; script-src 'self' *.test")),
    Site("csp-wildcard-scheme", csp(f"{STRICT_CSP}; script-src 'self' https://*:*")),
    Site("csp-base-anywhere", csp(STRICT_CSP.replace("base-uri 'self'", "base-uri *"))),
    Site("csp-object-missing", csp("script-src 'self'; base-uri 'self'; frame-ancestors 'none'")),
    Site("csp-script-missing", csp("object-src 'none'; base-uri 'self'; frame-ancestors 'none'")),
    Site("csp-base-missing", csp("default-src 'self'; object-src 'none'; frame-ancestors 'none'")),
    Site("csp-elem-inline", csp(f"{STRICT_CSP}; script-src 'self'; script-src-elem 'self' 'unsafe-inline'")),
    Site("csp-attr-inline", csp(f"{STRICT_CSP}; script-src 'self'; script-src-attr 'unsafe-inline'")),
    Site("csp-directive-twice", csp(f"{STRICT_CSP}; default-src *")),
    Site("csp-two-headers", csp("default-src * 'unsafe-inline'", STRICT_CSP)),
    Site("csp-two-weak-headers", csp("script-src 'unsafe-inline' 'self'", "object-src 'none'; frame-ancestors 'none'")),
    Site("csp-comma", csp(f"default-src * 'unsafe-inline', {STRICT_CSP}")),
    Site("csp-unknown-directive", csp("defualt-src 'self'")),
    Site("csp-nonsense", csp("yes")),
    Site("csp-empty", csp("")),
    Site("csp-missing-semicolon", csp("default-src 'self' object-src 'none'; frame-ancestors 'none'")),
    Site("csp-upper-case", csp(STRICT_CSP.upper())),
    Site("csp-unquoted-keyword", csp("default-src self; object-src none; base-uri self; frame-ancestors 'none'")),
    Site(
        "csp-in-meta",
        but(csp=None),
        f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{STRICT_CSP}"><title>x</title>',
    ),
    Site(
        "csp-frame-in-meta",
        but(csp=None, xfo=None),
        '<!doctype html><meta http-equiv="Content-Security-Policy" content="frame-ancestors \'none\'"><title>x</title>',
    ),
)
FRAMING = (
    Site("frame-header-only", but(csp=_NO_FRAMING)),
    Site("frame-csp-only", but(xfo=None)),
    Site("frame-neither", but(csp=_NO_FRAMING, xfo=None)),
    Site("frame-anywhere", but(csp=f"{_NO_FRAMING}; frame-ancestors *", xfo=None)),
    Site("frame-csp-undoes-header", but(csp=f"{_NO_FRAMING}; frame-ancestors *", xfo="DENY")),
    Site("frame-https", but(csp=f"{_NO_FRAMING}; frame-ancestors https:", xfo=None)),
    Site("frame-allow-from", but(csp=_NO_FRAMING, xfo="ALLOW-FROM https://partner.example.test")),
    Site("frame-allowall", but(csp=_NO_FRAMING, xfo="ALLOWALL")),
    Site("frame-two-values", but(csp=_NO_FRAMING, xfo="DENY, ALLOWALL")),
    Site("frame-deny-twice", (*but(csp=_NO_FRAMING), (XFO, "DENY"))),
    Site("frame-contradiction", (*but(csp=_NO_FRAMING), (XFO, "SAMEORIGIN"))),
)
SMALL = (
    Site("sniff-missing", but(nosniff=None)),
    Site("sniff-upper-case", but(nosniff="NOSNIFF")),
    Site("sniff-wrong", but(nosniff="no-sniff")),
    Site("sniff-twice", (*but(), (NOSNIFF, "nosniff"))),
    Site("sniff-second-value", but(nosniff="none, nosniff")),
    Site("sniff-first-value", but(nosniff="nosniff, none")),
    Site("referrer-none", but(referrer=None)),
    Site("referrer-unsafe", but(referrer="unsafe-url")),
    Site("referrer-origin", but(referrer="origin")),
    Site("referrer-cross-origin", but(referrer="strict-origin-when-cross-origin")),
    Site("referrer-list", but(referrer="no-referrer, strict-origin-when-cross-origin")),
    Site("referrer-unknown-last", but(referrer="same-origin, stricter-origin")),
    Site("referrer-unknown", but(referrer="never")),
    Site("referrer-two-headers", twice(REFERRER, "unsafe-url", "no-referrer")),
    Site(
        "referrer-in-meta",
        but(),
        '<!doctype html><meta name="referrer" content="unsafe-url"><title>x</title>',
    ),
    Site("corp-none", but(corp=None)),
    Site("corp-site", but(corp="same-site")),
    Site("corp-cross", but(corp="cross-origin")),
    Site("corp-wrong", but(corp="same")),
    Site("corp-upper-case", but(corp="SAME-ORIGIN")),
)
COOKIES = (
    Site("cookie-good", cookie("__Host-id=abc; Path=/; Secure; HttpOnly; SameSite=Lax")),
    Site("cookie-open", cookie("theme=dark", hsts=None)),
    Site("cookie-open-hsts", cookie("theme=dark; HttpOnly; SameSite=Lax")),
    Site("cookie-session-open", cookie("sessionid=abc; SameSite=Lax", hsts=None)),
    Site("cookie-session-script", cookie("sessionid=abc; Secure; SameSite=Lax")),
    Site("cookie-script", cookie("theme=dark; Secure; SameSite=Lax")),
    Site("cookie-no-samesite", cookie("id=abc; Secure; HttpOnly")),
    Site("cookie-samesite-bare", cookie("id=abc; Secure; HttpOnly; SameSite")),
    Site("cookie-samesite-wrong", cookie("id=abc; Secure; HttpOnly; SameSite=Maybe")),
    Site("cookie-none-insecure", cookie("id=abc; HttpOnly; SameSite=None")),
    Site("cookie-none-secure", cookie("id=abc; Secure; HttpOnly; SameSite=None")),
    Site("cookie-csrf", cookie("csrftoken=abc; Secure; HttpOnly")),
    Site("cookie-partitioned", cookie("id=abc; Secure; HttpOnly; SameSite=None; Partitioned; Priority=High")),
    Site("cookie-deleted", cookie("id=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/")),
    Site("cookie-bad-prefix", cookie("__Host-id=abc; Path=/app; Secure; HttpOnly; SameSite=Lax")),
    Site("cookie-other-domain", cookie("id=abc; Domain=elsewhere.example.test")),
    Site("cookie-one-of-two", cookie("a=1; Secure; HttpOnly; SameSite=Lax", "b=2; HttpOnly; SameSite=Lax")),
)
_ALLOW, _WITH = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
CORS = (
    Site("cors-star", but(), cross=((_ALLOW, "*"),)),
    Site("cors-star-credentials", but(), cross=((_ALLOW, "*"), (_WITH, "true"))),
    Site("cors-repeated", but(), cross=((_ALLOW, "{origin}"),)),
    Site("cors-repeated-credentials", but(), cross=((_ALLOW, "{origin}"), (_WITH, "true"))),
    Site("cors-null-credentials", but(), cross=((_ALLOW, "null"), (_WITH, "true"))),
    Site("cors-one", but(), cross=((_ALLOW, "https://partner.example.test"), (_WITH, "true"))),
)


def _page(script: str) -> str:
    return f"<!doctype html><html><head><title>x</title>{script}</head><body>x</body></html>"


_HASH = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
SCRIPTS = (
    Site("script-own", but(), _page('<script src="/app.js"></script>')),
    Site("script-foreign", but(), _page('<script src="https://cdn.example.org/a.js"></script>')),
    Site(
        "script-foreign-hash",
        but(),
        _page(f'<script src="https://cdn.example.org/a.js" integrity="{_HASH}" crossorigin="anonymous"></script>'),
    ),
    Site("script-cleartext", but(), _page('<script src="http://cdn.example.org/a.js"></script>')),
    Site("script-same-domain", but(), _page('<script src="https://static.example.test/a.js"></script>')),
    Site("script-no-scheme", but(), _page('<script src="//cdn.example.org/a.js"></script>')),
    Site("script-bad-hash", but(), _page('<script src="https://cdn.example.org/a.js" integrity="md5-abc"></script>')),
    Site("script-inline", but(), _page("<script>var a = 1;</script>")),
    Site("style-foreign", but(), _page('<link rel="stylesheet" href="https://cdn.example.org/a.css">')),
)

SITES = (*WHOLE, *REDIRECTS, *HSTS_SITES, *CSP_SITES, *FRAMING, *SMALL, *COOKIES, *CORS, *SCRIPTS)
