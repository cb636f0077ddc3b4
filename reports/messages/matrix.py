"""The words of the matrix of assets by family of controls."""

from collections.abc import Mapping

from checks.model.text import Text
from reports.families import Family

HEADING = Text("1. Bảng tổng hợp", "1. The matrix")
UNITS = Text("3. Đơn vị trực thuộc", "3. The agencies below it")
UNITS_NOTE = Text(
    "Số liệu của đợt rà quét này; chi tiết có trong báo cáo riêng của từng đơn vị.",
    "The figures of this scan run; each agency's own report has the details.",
)
UNIT = Text("Đơn vị", "Agency")
FAILED = Text("Không đạt", "Failed")
CRITICAL = Text("Nghiêm trọng, cao", "Critical, high")
CHANGE = Text("So với lần trước", "Since last time")
DETAILS = Text("2. Từng tài sản", "2. Asset by asset")
FAMILY_NAMES: Mapping[Family, Text] = {
    "tls": Text("TLS", "TLS"),
    "certificates": Text("Chứng thư", "Certif."),
    "ports": Text("Cổng", "Ports"),
    "https": Text("HTTPS", "HTTPS"),
    "headers": Text("Tiêu đề", "Header"),
    "pages": Text("Trang", "Pages"),
    "dns": Text("DNS", "DNS"),
}
"""Short, as heads of narrow columns."""
LEGEND = Text(
    "Mỗi ô cho biết kết luận đáng chú ý nhất của một nhóm biện pháp và số biện pháp có kết luận đó; số in đậm: có "
    "biện pháp mức nghiêm trọng hoặc cao. Nhóm: TLS (giao thức, bộ mật mã, lỗ hổng), chứng thư số, cổng mở, HTTPS "
    "(chuyển hướng, HSTS), tiêu đề HTTP và cookie, nội dung trang, tên miền (DNS).",
    "Each cell has the verdict of a family of controls that matters most, and how many controls have it; bold: one "
    "of them is critical or high. Families: TLS (protocols, cipher suites, vulnerabilities), certificates, open "
    "ports, HTTPS (redirect, HSTS), HTTP headers and cookies, content of pages, the domain name (DNS).",
)
SIGN = Text("{count} {verdict}", "{count} {verdict}")
LEVEL = Text("Cấp", "Level")
SHARE = Text("Tuân thủ", "Score")
COVERED = Text("Bao phủ", "Cover")
NOTHING = Text("–", "–")
