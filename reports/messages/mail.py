"""The words of the mail that a report goes out with, and of what became of it. No result stands in the mail itself."""

from checks.model.delivery import DeliveryReason, DeliveryState
from checks.model.text import Text

SUBJECT = Text(
    "[Khiên] Báo cáo kết quả rà quét an toàn thông tin: {agency} ({day})",
    "[Khiên] Report of the security scan: {agency} ({day})",
)
GREETING = Text("Kính gửi: {agency}", "To: {agency}")
LEAD = Text(
    "{issuer} gửi kèm thư này báo cáo kết quả rà quét an toàn thông tin đối với các tài sản web của Quý cơ quan, "
    "đợt rà quét {run} ngày {day}.",
    "{issuer} encloses the report of the security scan of your web assets, scan run {run} of {day}.",
)
FILES = Text("Tệp kèm theo và mã băm SHA-256:", "The enclosed files and their SHA-256:")
ENCRYPTED = Text(
    "Các tệp được nén và mã hóa (ZIP, AES-256) trong tệp {archive}. Mật khẩu được thông báo qua kênh khác, không gửi "
    "qua thư điện tử. Mở bằng 7-Zip hoặc phần mềm đọc được ZIP mã hóa AES.",
    "The files are in the archive {archive}, which is encrypted (ZIP, AES-256). You receive the password by another "
    "way, never by mail. Open it with 7-Zip or another program that reads ZIP with AES.",
)
CONFIDENTIAL = Text(
    "Báo cáo có thông tin về điểm yếu của hệ thống; đề nghị chỉ chuyển cho người có trách nhiệm xử lý.",
    "The report tells of weaknesses of your systems; please pass it on only to those who have to mend them.",
)
AUTOMATIC = Text(
    "Thư này do phần mềm Khiên gửi tự động. Quý cơ quan có ý kiến về kết quả, xin trả lời thư này.",
    "This mail was sent by the software Khiên. Please answer it if you have questions about the results.",
)

STATES: dict[DeliveryState, Text] = {
    "begun": Text("bị ngắt giữa chừng, không rõ đã đi hay chưa", "cut off, nobody knows whether it went out"),
    "accepted": Text("máy chủ đã nhận", "taken over by the server"),
    "deferred": Text("chưa gửi được, có thể thử lại", "not sent, may be tried again"),
    "rejected": Text("bị từ chối", "refused"),
}
REASONS: dict[DeliveryReason, Text] = {
    "": Text("không có", "none"),
    "answer": Text("máy chủ trả lời", "the server answered"),
    "connection": Text("không kết nối được hoặc bị ngắt kết nối", "no connection, or it was cut"),
    "timed_out": Text("quá thời gian chờ", "it took too long"),
    "no_starttls": Text(
        "máy chủ thư không hỗ trợ STARTTLS; không gửi ở dạng không mã hóa",
        "the mail server has no STARTTLS; nothing is sent in cleartext",
    ),
    "certificate": Text("chứng thư số của máy chủ không hợp lệ", "the server's certificate is not valid"),
    "tls": Text("không thiết lập được TLS", "TLS could not be set up"),
    "login": Text("máy chủ thư không chấp nhận đăng nhập", "the mail server did not take the login"),
    "address": Text("địa chỉ thư không hợp lệ", "the address is not a valid one"),
    "size": Text("thư quá lớn đối với máy chủ", "the mail is too large for the server"),
}
NO_CONTACT = Text("cơ quan không có đầu mối nhận thư trong danh mục", "the agency has no contact in the inventory")
NOT_TRIED = Text(
    "không thử: máy chủ đã từ chối hoặc không liên lạc được ở trên",
    "not tried: the server refused or could not be reached above",
)
SENT_BEFORE = Text("đã gửi trước đó; thêm --again để gửi lại", "sent before; add --again to send it again")
CUT_OFF_BEFORE = Text(
    "lần gửi trước bị ngắt, có thể đã đi; thêm --again để gửi lại",
    "cut off before, it may have gone out; add --again to send it again",
)
WOULD_GO = Text("sẽ gửi", "would go out")
