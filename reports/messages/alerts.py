"""The words of alerts and reminders: one line for what is alike, without addresses, versions and what a server said."""

from collections.abc import Mapping

from checks.model.alert import AlertKind
from checks.model.text import Text

LINES: Mapping[AlertKind, Text] = {
    "critical": Text("Phát hiện mức nghiêm trọng: {title} – {where}", "Critical finding: {title} – {where}"),
    "regressed": Text("Tái diễn: {title} – {where}", "Back again: {title} – {where}"),
    "port_opened": Text("Cổng mới mở: {ports} – {where}", "Newly open: port {ports} – {where}"),
    "worsened": Text(
        "Tỷ lệ tuân thủ giảm qua hai đợt liên tiếp: {earlier}, {before}, {now}",
        "The compliance score fell in two runs in a row: {earlier}, {before}, {now}",
    ),
    "certificate_expiring": Text(
        "Chứng thư số hết hạn ngày {ends} – {where}", "A certificate expires on {ends} – {where}"
    ),
    "due": Text("Quá hạn khắc phục, thời hạn {due}: {title} – {where}", "Overdue, was due on {due}: {title} – {where}"),
    "authorisation_ending": Text(
        "Văn bản cho phép rà quét {document} hết hiệu lực sau ngày {ends}; sau đó không rà quét – {where}",
        "The authorisation {document} ends on {ends}; nothing is scanned after it – {where}",
    ),
    "unassessed": Text(
        "Nhiều nội dung chưa đánh giá được: độ bao phủ {coverage}, thường là {usual}",
        "Far more than usual could not be assessed: coverage {coverage}, usually {usual}",
    ),
    "run_held": Text(
        "Đợt rà quét {run} bị giữ lại, chưa gửi cảnh báo và báo cáo: độ bao phủ {coverage}, thường là {usual}",
        "Scan run {run} is held, its alerts and reports too: coverage {coverage}, usually {usual}",
    ),
    "run_unfinished": Text(
        "Đợt rà quét {run} bắt đầu lúc {started} chưa hoàn thành", "Scan run {run}, begun at {started}, is not finished"
    ),
    "run_abandoned": Text(
        "Đợt rà quét {run} bắt đầu lúc {started} đã bị dừng hẳn", "Scan run {run}, begun at {started}, was given up"
    ),
}
DUE_SOON = Text("Đến hạn khắc phục ngày {due}: {title} – {where}", "Due on {due}: {title} – {where}")
WHOLE_AGENCY = Text("mọi tài sản", "every asset")
AND_MORE = Text("{names} và {count} tài sản khác", "{names} and {count} more")
MORE_LINES = Text(
    "… và {count} nội dung khác; xem báo cáo của cơ quan", "… and {count} more; see the report of the agency"
)
NO_TITLE = Text("biện pháp {control}", "control {control}")
