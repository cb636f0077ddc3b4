"""What must not leave the HTTP probe: secrets, personal data, and whatever differs from look to look.

Pure: texts in, texts out. Each value that is taken out leaves "<redacted>", so that an unchanged server gives the
same observation at every look. Values are hostile and long: every pattern is bounded, so that its time is linear.
"""

import re
from typing import Final

from scanner.probes.refresh import place_of_address

REDACTED: Final = "<redacted>"

VOLATILE: Final = frozenset(
    [
        "age",
        "cf-ray",
        "content-digest",
        "content-length",
        "content-md5",
        "date",
        "digest",
        "etag",
        "expires",
        "last-modified",
        "ratelimit",
        "repr-digest",
        "retry-after",
        "traceparent",
        "tracestate",
        "x-azure-ref",
        "x-cloud-trace-context",
        "x-iinfo",
        "x-served-by",
        "x-varnish",
    ]
)
"""Headers in lower case that say something of one answer only: when, which, how long, by which machine."""

_VOLATILE_NAME: Final = re.compile(
    r"x-amz-|x-b3-|x-goog-(?:hash|generation)"
    r"|(?:.*[-_])?(?:id|date|time|timer|timing|timestamp|runtime|duration|elapsed)\Z"
    r"|(?:.*[-_])?(?:backend|cache|host|node|pod|rate-?limit|upstream)(?:[-_].*)?\Z"
    r"|(?:.*[-_])?(?:api-?key|authorization|csrf|nonce|password|secret|token|xsrf)(?:[-_].*)?\Z"
)
"""Families of names of the same kind, and names of secrets."""

JUDGED: Final = frozenset(
    [
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-max-age",
        "alt-svc",
        "cache-control",
        "content-security-policy",
        "content-security-policy-report-only",
        "content-type",
        "cross-origin-embedder-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "feature-policy",
        "permissions-policy",
        "referrer-policy",
        "server",
        "strict-transport-security",
        "x-aspnet-version",
        "x-aspnetmvc-version",
        "x-content-type-options",
        "x-frame-options",
        "x-generator",
        "x-permitted-cross-domain-policies",
        "x-powered-by",
        "x-xss-protection",
    ]
)
"""Headers in lower case whose words and numbers are judged: a max-age of ten digits is no telephone number, and a
long product name is no token. Only nonces, mail addresses and what hangs on URLs is taken out of them."""

_NONCE: Final = re.compile(r"\bnonce([-=][\"']?)[^\s\"';,]+", re.IGNORECASE)
"""CSP Level 3 section 2.3.1 ('nonce-...'), and parameters such as those of RFC 7616 and of Link."""
_REFERENCE: Final = re.compile(r"[^\s\"'<>,;]+")
"""What may be a URL inside a value."""
_MAIL: Final = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")
_WHEN: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}, \d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2}(?: GMT| UTC)?"
    r"|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?"
)
"""Times of RFC 9110 section 5.6.7 and of ISO 8601."""
_JWT: Final = re.compile(r"eyJ[\w.-]{10,}")
"""RFC 7519: a JSON object in base64url begins with these letters."""
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z0-9+_=-]{20,}")
_NUMBER: Final = re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){8,}(?!\w)|(?<![\w.])\+?\d{4,5}\.\d{3}\.\d{3}(?![\w.])")
"""Nine digits and more: identity cards have 9 or 12, telephone numbers 10 or 11, times since 1970 10 or 13."""
_PARAMETER: Final = re.compile(r";([^=/;?#]{1,100})=[^/;?#]*")
"""Parameters of a path segment (RFC 3986 section 3.3), as in ;jsessionid=..."""
_LINK: Final = re.compile(r"<([^<>?#]*)[?#][^<>]+>")
_LONG_AGO: Final = re.compile(r"\b(?:19\d|20[01])\d\b|-[7-9]\d\s")
"""A year before 2020 in an Expires attribute says "delete" without a clock."""
_DOMAIN: Final = re.compile(r"[\w.-]{1,255}", re.ASCII)


def redact_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Every header with its value redacted; names, their case and the order stay."""
    return tuple((name, redact_header(name, value)) for name, value in headers)


def redact_header(name: str, value: str) -> str:
    """The value of one header without what must not leave the probe."""
    known = name.lower()
    if known == "set-cookie":
        return redact_cookie(value)
    if known in ("location", "content-location"):
        return redact_url(value)
    if known == "refresh":
        return _redact_refresh(value)
    if known in JUDGED:
        return _without_personal_data(value)
    if known in VOLATILE or _VOLATILE_NAME.match(known):
        return REDACTED
    if known == "link":
        value = _LINK.sub(rf"<\1?{REDACTED}>", value)
    return _without_tokens(_without_personal_data(value))


def redact_cookie(value: str) -> str:
    """A Set-Cookie header (RFC 6265bis section 5.6) with its name and attributes, but without its value.

    An empty value stays empty. Expires is redacted unless it lies before 2020, Max-Age unless it is zero
    or negative: both then delete the cookie; a positive one only tells that the cookie is kept, and may count down.
    """
    pair, *attributes = value.split(";")
    name, sign, content = pair.partition("=")
    if not sign:
        name, content = "", pair
    kept = [f"{_without_personal_data(name)}{sign}{REDACTED if content.strip() else ''}"]
    return ";".join(kept + [_cookie_attribute(each) for each in attributes])


def _cookie_attribute(attribute: str) -> str:
    name, sign, value = attribute.partition("=")
    match name.strip().lower():
        case "expires":
            deletes = _LONG_AGO.search(value) is not None
        case "max-age":
            deletes = value.strip().startswith("-") or value.strip().strip("0") == ""
        case "domain" if _DOMAIN.fullmatch(value.strip()):
            return attribute
        case _:
            return _without_tokens(_without_personal_data(attribute))
    return attribute if deletes else f"{name}{sign}{REDACTED}"


def _redact_refresh(value: str) -> str:
    """A Refresh header with its URL redacted, and without what may follow it."""
    place = place_of_address(value)
    if place is None:
        return _without_tokens(_without_personal_data(value))
    begin, end = place
    return value[:begin] + redact_url(value[begin:end]) + value[end : end + 1]


def redact_url(url: str) -> str:
    """A URL, or a reference to one, without user information, query, fragment and path parameters."""
    base, rest = _cut(url)
    scheme, sign, after = base.partition("//")
    if not sign or (scheme and not scheme.endswith(":")):
        return _redact_path(base) + rest
    authority, slash, path = after.partition("/")
    return f"{scheme}//{authority.rsplit('@', 1)[-1]}{slash}{_redact_path(path)}{rest}"


def _redact_path(path: str) -> str:
    return _without_tokens(_MAIL.sub(REDACTED, _PARAMETER.sub(rf";\1={REDACTED}", path)))


def _without_personal_data(value: str) -> str:
    """Nonces, mail addresses, and what hangs on the URLs in a value."""
    value = _NONCE.sub(rf"nonce\1{REDACTED}", value)
    value = _REFERENCE.sub(_reference, value)
    return _MAIL.sub(REDACTED, value)


def _reference(found: re.Match[str]) -> str:
    """A word of a value; where it looks like a URL (JSON may write "\\/"), without user information and query."""
    base, rest = _cut(found[0])
    if "/" not in base:
        return found[0]
    scheme, sign, after = base.partition("://")
    authority, slash, path = after.partition("/")
    if sign and "@" in authority:
        base = f"{scheme}{sign}{REDACTED}@{authority.rsplit('@', 1)[-1]}{slash}{path}"
    return base + rest


def _cut(url: str) -> tuple[str, str]:
    """A URL up to its query or fragment, and what stands for the rest of it; an empty query hides nothing."""
    base = re.split(r"[?#]", url, maxsplit=1)[0]
    return (base, f"?{REDACTED}") if len(url) > len(base) + 1 else (url, "")


def _without_tokens(value: str) -> str:
    """Times, identifiers and numbers that are long enough to name a session or a person."""
    for pattern in (_WHEN, _JWT, _UUID):
        value = pattern.sub(REDACTED, value)
    value = _WORD.sub(lambda found: REDACTED if _is_token(found[0]) else found[0], value)
    return _NUMBER.sub(REDACTED, value)


def _is_token(word: str) -> bool:
    """Letters and digits mixed over at least twenty characters."""
    return re.search(r"[A-Za-z]", word) is not None and re.search(r"\d", word) is not None
