"""What stands in the demo estate: invented agencies and their sites. Data only; no server, no file.

Every site is the model site but for what its entry says, so that each has one main fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from demo.authority import Kind
from demo.words import Words

Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ports:
    """The TCP ports of the estate: those that the protocols have, or high ones where these may not be taken."""

    http: int
    https: int
    telnet: int
    mysql: int

    @property
    def standard(self) -> bool:
        """Whether URLs go without a port."""
        return (self.http, self.https) == (80, 443)


STANDARD = Ports(http=80, https=443, telnet=23, mysql=3306)
HIGH = Ports(http=8080, https=8443, telnet=2323, mysql=3306)


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An invented office."""

    id: str
    name: Words
    parent: str | None
    domain: str


@dataclass(frozen=True, slots=True)
class Tls:
    """How a site speaks TLS, in the words of nginx and OpenSSL."""

    certificate: Kind = "good"
    protocols: str = "TLSv1.2 TLSv1.3"
    ciphers: str = (
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:@SECLEVEL=2"
    )
    """Mozilla Server Side TLS 6.0, intermediate, for TLS 1.2; TLS 1.3 has its own suites."""


GOOD_HEADERS: Headers = {
    "Strict-Transport-Security": ("max-age=63072000; includeSubDomains",),
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
        "upgrade-insecure-requests",
    ),
    "X-Frame-Options": ("DENY",),
    "X-Content-Type-Options": ("nosniff",),
    "Referrer-Policy": ("no-referrer",),
    "Permissions-Policy": ("camera=(), geolocation=(), microphone=()",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "Cross-Origin-Embedder-Policy": ("require-corp",),
    "Cross-Origin-Resource-Policy": ("same-origin",),
}

WRONG_HEADERS: Headers = {
    "Strict-Transport-Security": ("max-age=300",),
    "Content-Security-Policy": ("default-src *; script-src * 'unsafe-inline' 'unsafe-eval'",),
    "X-Frame-Options": ("ALLOWALL",),
    "X-Content-Type-Options": ("sniff",),
    "Referrer-Policy": ("unsafe-url",),
    "Permissions-Policy": ("camera 'none'; microphone 'none'",),
    "Cross-Origin-Opener-Policy": ("unsafe-none",),
    "Cross-Origin-Embedder-Policy": ("unsafe-none",),
    "Cross-Origin-Resource-Policy": ("cross-origin",),
    "Access-Control-Allow-Origin": ("*",),
    "Access-Control-Allow-Credentials": ("true",),
}


@dataclass(frozen=True, slots=True)
class Site:
    """One site and how it is served."""

    id: str
    agency: str
    host: str
    """As people write it; Vietnamese letters are allowed."""
    number: int
    """Last part of its address."""
    title: Words
    level: int
    tags: tuple[str, ...] = ("portal",)
    served: Literal["web", "cleartext", "silent", "dropping"] = "web"
    """web: HTTPS, and HTTP beside it; cleartext: HTTP only; silent: accepts and never says a word; dropping: drops
    every SYN."""
    tls: Tls = field(default_factory=Tls)
    headers: Headers = field(default_factory=lambda: GOOD_HEADERS)
    redirect: bool = True
    """Whether HTTP leads to HTTPS."""
    server_version: bool = False
    """Whether the Server header tells the version."""
    open_services: bool = False
    """Whether telnet and a database stand open on the address too."""
    content: str = ""
    """HTML that stands in the page beside its text."""
    listed: bool = False
    """Whether the server lists a directory of files in place of the page."""
    security_txt_days: int = 180
    """Days from now on which its security.txt expires."""

    @property
    def name(self) -> str:
        """The host in A-labels. The standard codec (IDNA 2003) is right for the lower-case NFC names used here."""
        return self.host.encode("idna").decode("ascii")

    def address(self, block: int) -> str:
        """Its loopback address in one of the blocks that an estate may take."""
        return f"127.0.{block}.{self.number}"


PROVINCE = Words("Ủy ban nhân dân tỉnh Mẫu", "People's Committee of Sample Province")

AGENCIES = (
    DemoAgency(
        "tinh-mau",
        Words("Văn phòng Ủy ban nhân dân tỉnh Mẫu", "Office of the People's Committee of Sample Province"),
        None,
        "tinh-mau.example",
    ),
    DemoAgency("so-mau-mot", Words("Sở Mẫu Một", "Sample Department One"), "tinh-mau", "so-mau-mot.example"),
    DemoAgency("so-mau-hai", Words("Sở Mẫu Hai", "Sample Department Two"), "tinh-mau", "so-mau-hai.example"),
    DemoAgency(
        "xa-mau",
        Words("Ủy ban nhân dân xã Mẫu", "People's Committee of Sample Commune"),
        "tinh-mau",
        "xa-mau.example",
    ),
)

LEGACY_TLS = Tls(
    "rsa", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", f"{Tls().ciphers.rpartition(':')[0]}:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"
)
"""As on the model site, and below it what TLS 1.0 and 1.1 need to be spoken at all."""
WEAK_SUITES = Tls(
    "rsa",
    "TLSv1.2 TLSv1.3",
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA:AES128-GCM-SHA256:AES256-SHA:CAMELLIA128-SHA:"
    "AECDH-AES128-SHA:NULL-SHA256:NULL-MD5:@SECLEVEL=0",
)
"""CBC, RSA key exchange, no authentication, no encryption, MD5: what OpenSSL 3 still has (RC4 and 3DES are gone)."""

SESSION_COOKIE = "__Host-phien=trinh-dien; Path=/; Secure; HttpOnly; SameSite=Lax"
BAD_COOKIES = ("JSESSIONID=trinh-dien; Path=/", "ngon_ngu=vi; Path=/; SameSite=None")

OPEN_CONTENT = (
    "<img src='http://anh.so-mau-hai.example/ban-do.png' alt=''>"
    "<script src='https://thu-vien-chung.example/bieu-mau.js'></script>"
    "<form action='http://lien-he.so-mau-hai.example/gui' method='post'><input name='noi-dung'></form>"
)
"""A picture in cleartext, a script of another host without a hash, a form that is sent in cleartext."""

SITES = (
    Site(
        "cong-tinh-mau",
        "tinh-mau",
        "cong.tinh-mau.example",
        11,
        Words("Cổng thông tin điện tử tỉnh Mẫu", "Portal of Sample Province"),
        3,
        headers={**GOOD_HEADERS, "Set-Cookie": (SESSION_COOKIE,)},
    ),
    Site(
        "tra-cuu-tinh-mau",
        "tinh-mau",
        "tra-cuu.tinh-mau.example",
        11,
        Words("Trang tra cứu hồ sơ tỉnh Mẫu", "Case look-up of Sample Province"),
        3,
    ),
    Site(
        "cong-ten-mien-viet",
        "tinh-mau",
        "cổng-mẫu.example",
        12,
        Words("Cổng tên miền tiếng Việt", "Portal with a Vietnamese domain name"),
        2,
    ),
    Site(
        "van-ban-tinh-mau",
        "tinh-mau",
        "van-ban.tinh-mau.example",
        13,
        Words("Hệ thống văn bản tỉnh Mẫu", "Document system of Sample Province"),
        3,
        tags=("e-office",),
        tls=LEGACY_TLS,
    ),
    Site(
        "luu-tru-tinh-mau",
        "tinh-mau",
        "luu-tru.tinh-mau.example",
        14,
        Words("Kho lưu trữ tỉnh Mẫu", "Archive of Sample Province"),
        2,
        served="dropping",
    ),
    Site(
        "cong-so-mau-mot",
        "so-mau-mot",
        "cong.so-mau-mot.example",
        21,
        Words("Trang thông tin điện tử Sở Mẫu Một", "Website of Sample Department One"),
        3,
        tls=WEAK_SUITES,
    ),
    Site(
        "dich-vu-so-mau-mot",
        "so-mau-mot",
        "dich-vu.so-mau-mot.example",
        22,
        Words("Dịch vụ công Sở Mẫu Một", "Public services of Sample Department One"),
        3,
        tls=Tls("expired"),
    ),
    Site(
        "noi-bo-so-mau-mot",
        "so-mau-mot",
        "noi-bo.so-mau-mot.example",
        23,
        Words("Trang nội bộ Sở Mẫu Một", "Intranet of Sample Department One"),
        2,
        tags=("intranet",),
        tls=Tls("self_signed"),
    ),
    Site(
        "thu-vien-so-mau-mot",
        "so-mau-mot",
        "thu-vien.so-mau-mot.example",
        24,
        Words("Thư viện Sở Mẫu Một", "Library of Sample Department One"),
        2,
        tls=Tls("wrong_name"),
    ),
    Site(
        "ban-do-so-mau-mot",
        "so-mau-mot",
        "ban-do.so-mau-mot.example",
        25,
        Words("Bản đồ số Sở Mẫu Một", "Maps of Sample Department One"),
        2,
        tls=Tls("expiring"),
    ),
    Site(
        "cong-so-mau-hai",
        "so-mau-hai",
        "cong.so-mau-hai.example",
        31,
        Words("Trang thông tin điện tử Sở Mẫu Hai", "Website of Sample Department Two"),
        3,
        tls=Tls("no_intermediate"),
    ),
    Site(
        "thong-ke-so-mau-hai",
        "so-mau-hai",
        "thong-ke.so-mau-hai.example",
        32,
        Words("Hệ thống thống kê Sở Mẫu Hai", "Statistics of Sample Department Two"),
        2,
        tls=Tls("rsa_1024", ciphers=Tls().ciphers.replace("@SECLEVEL=2", "@SECLEVEL=0")),
    ),
    Site(
        "tin-tuc-so-mau-hai",
        "so-mau-hai",
        "tin-tuc.so-mau-hai.example",
        33,
        Words("Trang tin tức Sở Mẫu Hai", "News of Sample Department Two"),
        2,
        headers={},
    ),
    Site(
        "bieu-mau-so-mau-hai",
        "so-mau-hai",
        "bieu-mau.so-mau-hai.example",
        34,
        Words("Kho biểu mẫu Sở Mẫu Hai", "Forms of Sample Department Two"),
        2,
        headers=WRONG_HEADERS,
    ),
    Site(
        "tai-khoan-so-mau-hai",
        "so-mau-hai",
        "tai-khoan.so-mau-hai.example",
        35,
        Words("Trang tài khoản Sở Mẫu Hai", "Accounts of Sample Department Two"),
        3,
        headers={**GOOD_HEADERS, "Set-Cookie": BAD_COOKIES, "X-Powered-By": ("PHP/5.6.40",)},
        server_version=True,
    ),
    Site(
        "lien-he-so-mau-hai",
        "so-mau-hai",
        "lien-he.so-mau-hai.example",
        36,
        Words("Trang liên hệ Sở Mẫu Hai", "Contact page of Sample Department Two"),
        2,
        headers={
            **GOOD_HEADERS,
            "Content-Security-Policy": (
                "default-src 'self'; script-src 'self' https://thu-vien-chung.example; img-src 'self' http:; "
                "object-src 'none'; base-uri 'self'; form-action 'self' http:; frame-ancestors 'none'",
            ),
        },
        content=OPEN_CONTENT,
    ),
    Site(
        "trang-xa-mau",
        "xa-mau",
        "www.xa-mau.example",
        41,
        Words("Trang thông tin điện tử xã Mẫu", "Website of Sample Commune"),
        2,
        redirect=False,
    ),
    Site(
        "lich-xa-mau",
        "xa-mau",
        "lich.xa-mau.example",
        42,
        Words("Lịch công tác xã Mẫu", "Calendar of Sample Commune"),
        1,
        served="cleartext",
    ),
    Site(
        "ho-so-xa-mau",
        "xa-mau",
        "ho-so.xa-mau.example",
        43,
        Words("Hệ thống hồ sơ xã Mẫu", "Case files of Sample Commune"),
        3,
        open_services=True,
    ),
    Site(
        "tai-lieu-xa-mau",
        "xa-mau",
        "tai-lieu.xa-mau.example",
        45,
        Words("Kho tài liệu xã Mẫu", "Documents of Sample Commune"),
        3,
        listed=True,
        security_txt_days=-30,
    ),
    Site(
        "gop-y-xa-mau",
        "xa-mau",
        "gop-y.xa-mau.example",
        44,
        Words("Trang góp ý xã Mẫu", "Feedback page of Sample Commune"),
        1,
        served="silent",
    ),
)


def site(asset: str) -> Site:
    """The site of an asset id. Raises KeyError for an unknown one."""
    return {each.id: each for each in SITES}[asset]
