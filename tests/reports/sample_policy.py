"""The invented policy that the sample report is about, and one that differs from it."""

from dataclasses import replace

from checks.model.policy import Basis, Control, Disabled, Policy, Remediation, Severity, When
from checks.model.text import Text

NGINX_CIPHERS = (
    "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;"
)
_CONTROLS: tuple[tuple[str, Severity, int, str, str, Basis], ...] = (
    (
        "CERT-NAME",
        "critical",
        7,
        "Chứng thư số đúng tên miền",
        "The certificate is for the name",
        Basis("profile", "Mozilla Server Side TLS 6.0, intermediate"),
    ),
    (
        "HDR-CSP",
        "medium",
        90,
        "Chính sách an toàn nội dung (Content-Security-Policy) được thiết lập",
        "A Content-Security-Policy is set",
        Basis("good_practice", "OWASP Secure Headers Project"),
    ),
    (
        "HDR-HSTS",
        "high",
        30,
        "HSTS được bật với thời hạn đủ dài",
        "HSTS is on for long enough",
        Basis("profile", "CISA BOD 18-01"),
    ),
    (
        "HDR-LEAKS",
        "low",
        180,
        "Tiêu đề HTTP không để lộ phiên bản phần mềm",
        "HTTP headers do not disclose software versions",
        Basis("standard", "TCVN 14423:2026", "5.17.2.3", "summary"),
    ),
    (
        "PORT-DATABASE",
        "critical",
        7,
        "Không mở cổng cơ sở dữ liệu ra ngoài",
        "No database port is open to the outside",
        Basis("standard", "TCVN 14423:2026", "3.12.2.4", "summary"),
    ),
    (
        "TLS-12",
        "high",
        30,
        "Máy chủ hỗ trợ TLS 1.2",
        "The server supports TLS 1.2",
        Basis("law", "TT 39/2017/TT-BTTTT", "4.3"),
    ),
    (
        "TLS-LEGACY",
        "high",
        30,
        "Không chấp nhận SSL 2.0, SSL 3.0, TLS 1.0 và TLS 1.1",
        "SSL 2.0, SSL 3.0, TLS 1.0 and TLS 1.1 are not accepted",
        Basis("profile", "Mozilla Server Side TLS 6.0, intermediate"),
    ),
)


_CHECKS = {
    "CERT-NAME": "tls.certificate_name",
    "HDR-CSP": "headers.csp",
    "HDR-HSTS": "headers.hsts",
    "HDR-LEAKS": "headers.leaks",
    "PORT-DATABASE": "ports.forbidden",
    "TLS-12": "tls.protocols",
    "TLS-LEGACY": "tls.protocols",
}
"""One of every family that most reports have."""


def _control(
    control_id: str, severity: Severity, due_days: int, vi: str, en: str, basis: Basis, origin: str = "mau-web"
) -> Control:
    return Control(
        id=control_id,
        title=Text(vi, en),
        check=_CHECKS[control_id],
        params={"forbidden": ["tls1_0"]},
        severity=severity,
        due_days=due_days,
        when=When(),
        basis=(basis,),
        rationale=Text(
            "Giao thức và cấu hình cũ có điểm yếu đã được công bố; kẻ tấn công trên đường truyền có thể đọc hoặc sửa "
            "nội dung trao đổi giữa người dân và cơ quan.",
            "Old protocols and settings have published weaknesses: an attacker on the path can read or change what "
            "citizens and the agency exchange.",
        ),
        remediation=Remediation(
            vi="Tắt các phiên bản cũ trong cấu hình máy chủ web rồi nạp lại cấu hình; kiểm tra lại bằng lệnh ở dưới.",
            en="Switch the old versions off in the web server's settings and reload; check with the command below.",
            nginx=f"ssl_protocols TLSv1.2 TLSv1.3;\n{NGINX_CIPHERS}",
            apache="SSLProtocol -all +TLSv1.2 +TLSv1.3\n"
            '<IfModule mod_headers.c>\n    Header always set X-Sample "a & b"\n</IfModule>',
            iis="New-Item 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\"
            "TLS 1.0\\Server' -Force | New-ItemProperty -Name Enabled -Value 0 -PropertyType DWord",
        ),
        origin=origin,
    )


POLICY = Policy(
    id="mau-web",
    version="2026.1",
    title=Text("Chính sách web của tỉnh Mẫu", "Web policy of Sample Province"),
    controls=tuple(_control(*each) for each in _CONTROLS),
    disabled=(
        Disabled(
            "HDR-COEP",
            Text("Chưa khả thi với các cổng dùng chung.", "Not feasible yet at shared portals."),
            "mau-web",
        ),
    ),
    lineage=("mau-co-ban 2026.1", "mau-web 2026.1"),
    legal_basis=(
        Text("Luật số 116/2025/QH15", "Law No. 116/2025/QH15"),
        Text("Nghị định số 331/2026/NĐ-CP", "Decree No. 331/2026/NĐ-CP"),
    ),
)
OTHER_POLICY = replace(
    POLICY,
    id="mau-noi-bo",
    version="1",
    title=Text("Chính sách nội bộ", "Internal policy"),
    controls=(*POLICY.controls[:-1], replace(POLICY.controls[-1], due_days=10)),
)
