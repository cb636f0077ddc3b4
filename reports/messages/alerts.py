"""The words of alerts and reminders: one line for what is alike, without addresses, versions and what a server said."""

from collections.abc import Mapping

from checks.model.alert import AlertKind, AlertStepName
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
    "scan_not_begun": Text(
        "Lượt rà quét {name} lúc {planned} không bắt đầu được và đã bị bỏ; xem lý do: khien schedule list",
        "The scan {name} of {planned} could not begin and was given up; khien schedule list says why",
    ),
    "outside_window": Text(
        "Chưa được rà quét vì các đợt chạy ngoài khung giờ được phép của tài sản: {where}",
        "Not scanned, since runs come outside the hours permitted for them: {where}",
    ),
}
DUE_SOON = Text("Đến hạn khắc phục ngày {due}: {title} – {where}", "Due on {due}: {title} – {where}")
WHOLE_AGENCY = Text("mọi tài sản", "every asset")
AND_MORE = Text("{names} và {count} tài sản khác", "{names} and {count} more")
MORE_LINES = Text(
    "… và {count} nội dung khác; xem báo cáo của cơ quan", "… and {count} more; see the report of the agency"
)
NO_TITLE = Text("biện pháp {control}", "control {control}")

SUBJECT = Text(
    "[Khiên] Cảnh báo an toàn thông tin: {agency} ({day})", "[Khiên] Information security alert: {agency} ({day})"
)
SUBJECT_REMINDER = Text(
    "[Khiên] Đôn đốc khắc phục: {agency} ({day})", "[Khiên] Reminder of what is to be mended: {agency} ({day})"
)
LEAD = Text(
    "{issuer} thông báo những nội dung sau về tài sản web của {agency}, tính đến ngày {day}:",
    "{issuer} tells you of the following at the web assets of {agency}, as of {day}:",
)
REPORT = Text(
    "Chi tiết và cách khắc phục có trong báo cáo {report} của đợt rà quét {run}, được gửi riêng.",
    "Details and how to mend them stand in the report {report} of scan run {run}, which is sent apart.",
)
CONFIDENTIAL = Text(
    "Thư này nói về điểm yếu của hệ thống; đề nghị chỉ chuyển cho người có trách nhiệm xử lý.",
    "This mail tells of weaknesses of systems; please pass it on only to those who have to mend them.",
)
ONLY_ONCE = Text(
    "Mỗi nội dung chỉ được thông báo một lần, cho đến khi hết rồi lại xuất hiện hoặc đến mốc nhắc tiếp theo.",
    "Each of these is told once, until it is over and comes back, or until the next date on which you are reminded.",
)

SUBJECT_DIGEST = Text(
    "[Khiên] Tổng hợp cảnh báo các cơ quan ({day})", "[Khiên] Alerts of all agencies, summed up ({day})"
)
LEAD_DIGEST = Text(
    "{issuer} tổng hợp tình hình các cơ quan, tính đến ngày {day}:",
    "{issuer} sums up how the agencies stand, as of {day}:",
)
RUNS_HEADING = Text("Đợt rà quét:", "Scan runs:")
AGENCIES_HEADING = Text("Cơ quan:", "Agencies:")
AGENCY_NEWS = Text("{agency}: mới {fresh}; đang tồn tại {standing}", "{agency}: new {fresh}; standing {standing}")
AGENCY_OLD = Text("{agency}: đang tồn tại {standing}", "{agency}: standing {standing}")
QUIET = Text("Cơ quan không có cảnh báo nào: {count}.", "Agencies of which nothing is to be told: {count}.")
MORE_AGENCIES = Text("… và {count} cơ quan khác", "… and {count} more agencies")
COUNTED = Text("{count} {kind}", "{count} {kind}")
KINDS: Mapping[AlertKind, Text] = {
    "critical": Text("phát hiện nghiêm trọng", "critical"),
    "regressed": Text("tái diễn", "back again"),
    "port_opened": Text("cổng mới mở", "newly open"),
    "worsened": Text("điểm giảm liên tiếp", "falling score"),
    "certificate_expiring": Text("chứng thư số sắp hết hạn", "expiring"),
    "due": Text("quá hạn", "overdue"),
    "authorisation_ending": Text("văn bản cho phép sắp hết hiệu lực", "authorisation ending"),
    "unassessed": Text("chưa đánh giá được", "not assessed"),
    "run_held": Text("đợt bị giữ lại", "held"),
    "run_unfinished": Text("đợt chưa hoàn thành", "unfinished"),
    "run_abandoned": Text("đợt bị dừng hẳn", "given up"),
    "scan_not_begun": Text("lượt không bắt đầu được", "not begun"),
    "outside_window": Text("tài sản ngoài khung giờ", "outside their hours"),
}
"""Short, after a number."""
DUE_KIND = Text("sắp đến hạn", "due soon")

STEPS: Mapping[AlertStepName, Text] = {
    "judged": Text("đã xem xét đợt", "run taken in"),
    "raised": Text("phát sinh", "raised"),
    "over": Text("đã hết", "over"),
    "summed": Text("tổng hợp các bước trước", "the steps before summed up"),
    "begun": Text("bắt đầu gửi", "begun to send"),
    "accepted": Text("máy chủ đã nhận", "taken over"),
    "deferred": Text("chưa gửi được", "not sent"),
    "rejected": Text("bị từ chối", "refused"),
}
"""What the log says of each of its steps."""
