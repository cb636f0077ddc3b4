"""What is wrong in the estate on purpose, and which controls of nghe-an-web must say so.

Other controls may speak too: a certificate that is not trusted also makes every header less worth. The sites that
are not named here are good: no control may fail there.
"""

from dataclasses import dataclass
from typing import Literal

from demo.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault."""

    asset: str
    what: Words
    controls: tuple[str, ...]
    """Ids of the controls that must report it."""
    verdict: Literal["fail", "not_assessable"] = "fail"
    """What they must find; a host that cannot be looked at is neither good nor bad."""


HEADER_CONTROLS = (
    "HDR-HSTS",
    "HDR-CSP",
    "HDR-FRAMING",
    "HDR-NOSNIFF",
    "HDR-REFERRER",
    "HDR-PERMISSIONS",
    "HDR-COOP",
    "HDR-CORP",
)

FAULTS = (
    Fault(
        "van-ban-tinh-mau",
        Words("vẫn bật giao thức TLS 1.0 và TLS 1.1", "TLS 1.0 and TLS 1.1 are still on"),
        ("TLS-LEGACY",),
    ),
    Fault(
        "luu-tru-tinh-mau",
        Words("máy chủ không trả lời kết nối", "the host answers no connection"),
        ("TLS-SERVED", "TLS-12", "CERT-TRUST", "HTTP-REDIRECT"),
        "not_assessable",
    ),
    Fault(
        "cong-so-mau-mot",
        Words(
            "chấp nhận bộ mật mã yếu: không mã hóa, không xác thực, MD5, trao đổi khóa RSA, CBC",
            "weak cipher suites: no encryption, no authentication, MD5, RSA key exchange, CBC",
        ),
        ("TLS-SUITES", "TLS-BROKEN-SUITES"),
    ),
    Fault(
        "dich-vu-so-mau-mot",
        Words("chứng thư số đã hết hạn", "the certificate has expired"),
        ("CERT-DATES",),
    ),
    Fault(
        "noi-bo-so-mau-mot",
        Words("chứng thư số tự ký", "the certificate is self-signed"),
        ("CERT-TRUST",),
    ),
    Fault(
        "thu-vien-so-mau-mot",
        Words("chứng thư số sai tên miền", "the certificate is for another name"),
        ("CERT-NAME",),
    ),
    Fault(
        "ban-do-so-mau-mot",
        Words("chứng thư số sẽ hết hạn sau 10 ngày", "the certificate expires in ten days"),
        ("CERT-EXPIRING",),
    ),
    Fault(
        "cong-so-mau-hai",
        Words("chuỗi chứng thực không đầy đủ", "the certificate chain is incomplete"),
        ("CERT-CHAIN", "CERT-TRUST"),
    ),
    Fault(
        "thong-ke-so-mau-hai",
        Words("khóa RSA chỉ dài 1024 bit", "the RSA key has only 1024 bits"),
        ("CERT-KEY",),
    ),
    Fault(
        "tin-tuc-so-mau-hai",
        Words("thiếu toàn bộ tiêu đề bảo mật HTTP", "every security header is missing"),
        HEADER_CONTROLS,
    ),
    Fault(
        "bieu-mau-so-mau-hai",
        Words("tiêu đề bảo mật HTTP có giá trị sai", "security headers have wrong values"),
        (*HEADER_CONTROLS, "HDR-CORS"),
    ),
    Fault(
        "tai-khoan-so-mau-hai",
        Words(
            "cookie không an toàn; máy chủ để lộ phần mềm và phiên bản",
            "insecure cookies; the server tells its software and version",
        ),
        ("COOKIE-SECURE", "COOKIE-HTTPONLY", "COOKIE-SAMESITE", "HDR-LEAKS", "WEB-ERROR-PAGE"),
    ),
    Fault(
        "lien-he-so-mau-hai",
        Words(
            "trang tải ảnh và gửi biểu mẫu không mã hóa, chạy mã của máy chủ khác không có mã băm",
            "the page loads a picture and sends a form in cleartext, and runs another host's script without a hash",
        ),
        ("WEB-MIXED", "WEB-FORMS-BASIC", "WEB-SRI"),
    ),
    Fault(
        "trang-xa-mau",
        Words("không chuyển hướng từ HTTP sang HTTPS", "HTTP does not lead to HTTPS"),
        ("HTTP-REDIRECT",),
    ),
    Fault(
        "lich-xa-mau",
        Words("chỉ có HTTP, không có HTTPS", "HTTP only, no HTTPS"),
        ("TLS-SERVED", "HTTP-REDIRECT"),
    ),
    Fault(
        "ho-so-xa-mau",
        Words("mở cổng cơ sở dữ liệu và telnet", "a database port and telnet are open"),
        ("PORT-DB", "PORT-TELNET", "PORT-EXPECTED"),
    ),
    Fault(
        "tai-lieu-xa-mau",
        Words(
            "máy chủ liệt kê tập tin của thư mục; security.txt đã hết hiệu lực",
            "the server lists the files of a directory; security.txt has expired",
        ),
        ("WEB-LISTING", "WEB-SECURITY-TXT"),
    ),
    Fault(
        "gop-y-xa-mau",
        Words("nhận kết nối rồi im lặng", "accepts connections and stays silent"),
        ("TLS-SERVED", "TLS-12", "CERT-TRUST", "HTTP-REDIRECT"),
        "not_assessable",
    ),
)
