"""The words of the report card."""

from checks.model.text import Text

POINTS = Text("{change} điểm phần trăm", "{change} points")
NO_CHANGE = Text("không đổi", "no change")
TREND_HEADING = Text("Diễn biến qua các đợt rà quét", "Trend over the scan runs")
CERTIFICATES_HEADING = Text("Chứng thư số sắp hết hạn", "Certificates about to expire")
CERTIFICATES_NONE = Text("Không thấy chứng thư số nào.", "No certificate was seen.")
EXPIRED = Text("Đã hết hạn: {count}", "Expired: {count}")
WITHIN = Text("Trong {days} ngày tới: {count}", "Within {days} days: {count}")
EXPIRES = Text("{day}: {subject} ({assets})", "{day}: {subject} ({assets})")
OPENED_HEADING = Text("Cổng mới mở", "Newly opened ports")
OPENED_NONE = Text("Không có so với lần xem trước.", "None since the look before.")
OPENED_UNKNOWN = Text(
    "Chưa so sánh được với lần xem trước.",
    "They could not be compared with a look before.",
)
OPENED = Text("{where}, cổng {port} ({assets})", "{where}, port {port} ({assets})")
OVERDUE_HEADING = Text("Quá hạn", "Overdue")
OVERDUE_NONE = Text("Không có nội dung nào quá hạn.", "Nothing is overdue.")
OVERDUE = Text("{control} tại {asset}, từ {day}", "{control} at {asset}, since {day}")
MORE = Text("… và {count} mục khác", "… and {count} more")
