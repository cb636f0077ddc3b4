"""What the evaluator's own reason codes and the reasons of failed looks say."""

from collections.abc import Mapping

from checks.model.text import Text

REASONS: Mapping[str, Text] = {
    "met": Text("Đạt yêu cầu.", "The requirement is met."),
    "not_met": Text("Không đạt yêu cầu.", "The requirement is not met."),
    "outside_when": Text(
        "Biện pháp không áp dụng cho cấp độ, nhãn hoặc vùng của tài sản này.",
        "The control does not apply to this asset's level, tags or zone.",
    ),
    "no_such_service": Text("Tài sản không có dịch vụ loại này.", "The asset has no service of this kind."),
    "not_looked_at": Text("Đợt rà quét chưa xem xét phần này.", "This scan run did not look at this part."),
    "rule_failed": Text(
        "Lỗi nội bộ của Khiên khi đánh giá ({error}); không phải lỗi của đơn vị.",
        "An internal fault of Khiên during judgement ({error}); not a fault of the agency.",
    ),
    "refused": Text("Máy chủ từ chối kết nối.", "The server refused the connection."),
    "timed_out": Text("Máy chủ không trả lời trong thời gian cho phép.", "The server did not answer in time."),
    "reset": Text("Kết nối bị cắt giữa chừng.", "The connection was cut in the middle."),
    "unreachable": Text(
        "Không có đường mạng tới máy chủ từ điểm rà quét.", "The host cannot be reached from the vantage point."
    ),
    "name_not_found": Text(
        "Tên miền không tồn tại hoặc không có địa chỉ.", "The name does not exist or has no address."
    ),
    "dns_failed": Text("Máy chủ tên miền không trả lời được.", "DNS did not answer."),
    "out_of_scope": Text(
        "Ngoài phạm vi danh mục hoặc văn bản cho phép; không kết nối.",
        "Outside the inventory or the authorisation; no connection was made.",
    ),
    "not_tls": Text("Cổng trả lời nhưng không phải bằng TLS.", "The port answers, but not in TLS."),
    "tls_failed": Text("Không bắt tay TLS được với máy chủ.", "No TLS handshake came about."),
    "not_http": Text("Cổng trả lời nhưng không phải bằng HTTP.", "The port answers, but not in HTTP."),
    "malformed": Text("Câu trả lời HTTP sai cấu trúc.", "The HTTP answer is malformed."),
    "too_large": Text("Câu trả lời vượt quá giới hạn kích thước.", "The answer exceeds the size limit."),
    "deadline": Text("Hết thời gian dành cho lượt kiểm tra này.", "The time for this look ran out."),
    "incomplete": Text("Công cụ rà quét không trả về đủ kết quả.", "The tool did not account for everything asked."),
    "tool_failed": Text("Công cụ rà quét gặp lỗi.", "The scanning tool failed."),
    "not_asked": Text(
        "Lượt rà quét nhanh không hỏi phần này vì chính sách khi đó không cần.",
        "A quick scan left this out, since the policy of that time did not ask for it.",
    ),
}
