"""What redaction takes out, what it must leave for judgement, and that hostile values do not slow it down."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.probes.redact import REDACTED, redact_cookie, redact_header, redact_headers, redact_url

TOKEN = "dGhpcyBpcyBh1IHNlY3JldA"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMDEifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("sid=abc", "sid=<redacted>"),
        ("sid=abc; Path=/; Secure; HttpOnly", "sid=<redacted>; Path=/; Secure; HttpOnly"),
        ("sid=a=b=c; SameSite=Lax; Partitioned", "sid=<redacted>; SameSite=Lax; Partitioned"),
        ("__Host-sid=abc;secure;  httponly ;PRIORITY=High", "__Host-sid=<redacted>;secure;  httponly ;PRIORITY=High"),
        ("sid=; Max-Age=0", "sid=; Max-Age=0"),
        ("sid=x; Max-Age=-1", "sid=<redacted>; Max-Age=-1"),
        ("sid=x; max-age=3600", "sid=<redacted>; max-age=<redacted>"),
        ("sid=x; Expires=Tue, 24 Nov 2026 03:00:00 GMT", "sid=<redacted>; Expires=<redacted>"),
        ("sid=x; expires=Thu, 01-Jan-1970 00:00:00 GMT", "sid=<redacted>; expires=Thu, 01-Jan-1970 00:00:00 GMT"),
        ("abc", "<redacted>"),
        ("=abc; Secure", "=<redacted>; Secure"),
        ("", ""),
        ("sid=abc;;", "sid=<redacted>;;"),
        ("sid=; Expires=Sat, 01 Jan 2000 00:00:00 GMT", "sid=; Expires=Sat, 01 Jan 2000 00:00:00 GMT"),
        ("sid=; Expires=Wed, 01 Jan 2020 20:19:00 GMT", "sid=; Expires=<redacted>"),
        ("sid=x; Domain=a1b2c3d4e5f6a7b8c9d0e1.example", "sid=<redacted>; Domain=a1b2c3d4e5f6a7b8c9d0e1.example"),
        ("sid=x; Domain=an@so-mau.example", "sid=<redacted>; Domain=<redacted>"),
        (
            "sid=abc; Domain=so-mau.example; Path=/quan-ly?x",
            "sid=<redacted>; Domain=so-mau.example; Path=/quan-ly?<redacted>",
        ),
    ],
)
def test_cookies_lose_their_value_and_keep_their_attributes(sent: str, kept: str) -> None:
    assert redact_cookie(sent) == kept
    assert redact_header("SET-cookie", sent) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Strict-Transport-Security", "max-age=9999999999; includeSubDomains; preload"),
        (
            "Content-Security-Policy",
            "default-src 'self' https://*.so-mau.example:8443/a/; script-src 'sha256-"
            + "aB3" * 14
            + "=' 'unsafe-inline'",
        ),
        ("Cache-Control", "public, max-age=315360000"),
        ("Server", "Microsoft-Azure-Application-Gateway2/v2"),
        ("Server", "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16"),
        ("X-Powered-By", "PHP/7.4.33, ASP.NET"),
        ("X-AspNet-Version", "4.0.30319"),
        ("Permissions-Policy", 'geolocation=(self "https://so-mau.example"), camera=()'),
        ("Access-Control-Allow-Origin", "https://so-mau.example"),
        ("X-Frame-Options", "ALLOW-FROM https://so-mau.example/"),
        ("X-XSS-Protection", "1; mode=block"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Internal-Server", "10.20.130.140"),
        ("Location", "https://so-mau.example:8443/trang-chu/index.aspx"),
        ("X-Unknown", "Cổng thông tin 2026-11-23, 3.1.12"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Alt-Svc", 'h3=":443"; ma=2592000000'),
    ],
)
def test_what_is_judged_or_harmless_stays_as_it_is(name: str, value: str) -> None:
    assert redact_header(name, value) == value


@pytest.mark.parametrize(
    "name",
    (
        "Date Age Expires Last-Modified ETag Content-Length CF-RAY X-Request-Id X-Correlation-ID x-amz-cf-id "
        "x-amz-request-id X-Trace-Id traceparent X-Runtime X-Cache X-Cache-Hits Server-Timing X-CSRF-Token "
        "X-XSRF-TOKEN X-Api-Key X-RateLimit-Remaining RateLimit X-Varnish X-Backend-Server"
    ).split(),
)
def test_volatile_and_secret_headers_lose_their_value(name: str) -> None:
    assert redact_header(name, "anything at all") == REDACTED


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        (
            "Content-Security-Policy",
            "script-src 'nonce-r4nd0m+/=' 'strict-dynamic'",
            "script-src 'nonce-<redacted>' 'strict-dynamic'",
        ),
        (
            "content-security-policy-report-only",
            "script-src 'NONCE-x'; report-uri /csp?sid=1",
            "script-src 'nonce-<redacted>'; report-uri /csp?<redacted>",
        ),
        (
            "Content-Security-Policy",
            "report-uri https://u:p@r.example/a?k=v#f",
            "report-uri https://<redacted>@r.example/a?<redacted>",
        ),
        (
            "Report-To",
            r'{"endpoints":[{"url":"https:\/\/r.example\/v4?s=abc%2B"}],"max_age":604800}',
            r'{"endpoints":[{"url":"https:\/\/r.example\/v4?<redacted>"}],"max_age":604800}',
        ),
        ("Location", "/dang-nhap?next=/a&email=an@so-mau.example", "/dang-nhap?<redacted>"),
        (
            "Location",
            "https://u:p@so-mau.example/a;jsessionid=ABC?x#y",
            "https://so-mau.example/a;jsessionid=<redacted>?<redacted>",
        ),
        ("Location", "//u:p@so-mau.example/#muc", "//so-mau.example/?<redacted>"),
        ("Location", f"/dat-lai/{TOKEN}", "/dat-lai/<redacted>"),
        ("Content-Location", "/a?b", "/a?<redacted>"),
        ("Refresh", "5; url=/a?sid=1", "5; url=/a?<redacted>"),
        ("Refresh", "5", "5"),
        (
            "Link",
            "</a.css?v=1>; rel=preload; nonce=abc, <https://x.example/b#c>",
            "</a.css?<redacted>>; rel=preload; nonce=<redacted>, <https://x.example/b?<redacted>>",
        ),
        ("X-Contact", "Nguoi Mau an.b+c@so-mau.example", "Nguoi Mau <redacted>"),
        ("X-Support", "goi 0912 345 678 hoac +84912345678", "goi <redacted> hoac <redacted>"),
        ("X-Hotline", "0912.345.678", "<redacted>"),
        ("X-Cccd", "001099123456", "<redacted>"),
        ("X-Auth", f"Bearer {JWT}", "Bearer <redacted>"),
        ("X-Opaque", TOKEN, "<redacted>"),
        ("X-Thing", "8f14e45f-ceea-467f-a8f1-0123456789ab", "<redacted>"),
        ("X-Generated", "Mon, 23 Nov 2026 03:00:00 GMT", "<redacted>"),
        ("X-Built", "at 2026-11-23T03:00:00.123Z", "at <redacted>"),
        ("X-Epoch", "1795404472123", "<redacted>"),
        (
            "WWW-Authenticate",
            'Digest realm="a", nonce="abc", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
            'Digest realm="a", nonce="<redacted>", opaque="<redacted>"',
        ),
        (
            "Via",
            "1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)",
            "1.1 <redacted>.cloudfront.net (CloudFront)",
        ),
    ],
)
def test_secrets_personal_data_and_noise_are_taken_out(name: str, value: str, kept: str) -> None:
    assert redact_header(name, value) == kept


def test_a_url_without_anything_to_hide_stays() -> None:
    for url in ("https://so-mau.example/", "/a/b.html", "", "https://[2001:db8::1]:8443/a"):
        assert redact_url(url) == url


def test_names_and_order_stay() -> None:
    sent = (("b", "1"), ("A", "2"), ("b", "3"))
    assert redact_headers(sent) == sent


@given(
    st.text(alphabet=st.characters(max_codepoint=255), max_size=300),
    st.sampled_from(["Location", "X-A", "Link", "Refresh", "Content-Security-Policy"]),
)
def test_redaction_is_stable(value: str, name: str) -> None:
    once = redact_header(name, value)
    assert redact_header(name, once) == once


@given(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters=";"), min_size=12, max_size=80))
def test_no_cookie_value_is_left(secret: str) -> None:
    if secret.strip():
        assert secret not in redact_cookie(f"sid={secret}; Path=/")


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1 ",
        "1-",
        "a@",
        "://",
        "http://a",
        "<",
        "<a",
        ";",
        ";a=",
        "nonce-",
        "eyJ",
        "eyJa.",
        "-eyJ-",
        " ",
        "a ",
        "token-",
        "Mon, ",
        "2026-11-23T",
        "0-",
        "/",
        "?",
        "#",
        "a.",
        "@a.",
        "''",
        '"',
        "\x0b",
        "é",
        "A1",
        "id-",
        "cache_",
    ],
)
def test_long_values_of_any_kind_take_little_time(piece: str) -> None:
    value = (piece * 65_536)[:65_536]
    start = time.process_time()
    for name in ("X-A", "Content-Security-Policy", "Location", "Link", "Set-Cookie", "Refresh", value):
        redact_header(name, value)
    assert time.process_time() - start < 5
