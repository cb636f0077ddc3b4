"""What the reason codes say of those rules of checks/headers that read pages and ask questions beside them."""

from collections.abc import Mapping

from checks.model.text import Text

_PAGE: Mapping[str, Text] = {
    "page_not_read": Text(
        vi="Nội dung của {where} chưa được đọc ở lần xem xét này.",
        en="The content of {where} was not read at this look.",
    ),
    "page_cut_short": Text(
        vi="Nội dung của {where} chỉ đọc được một phần; phần đã đọc không có gì sai.",
        en="Only a part of {where} could be read; nothing is wrong with that part.",
    ),
    "not_a_page": Text(
        vi="{where} không trả lời bằng một trang HTML.",
        en="{where} does not answer with an HTML page.",
    ),
    "mixed_blockable": Text(
        vi="Trang HTTPS {where} tải nội dung không mã hóa mà trình duyệt chặn lại ({kind}): {url}",
        en="The HTTPS page {where} loads content in cleartext that browsers block ({kind}): {url}",
    ),
    "mixed_upgradeable": Text(
        vi="Trang HTTPS {where} tải hình ảnh, âm thanh hoặc video không mã hóa ({kind}): {url}",
        en="The HTTPS page {where} loads an image, audio or video in cleartext ({kind}): {url}",
    ),
    "mixed_upgraded": Text(
        vi="{where} có địa chỉ không mã hóa, nhưng chính sách của trang buộc trình duyệt chuyển sang HTTPS.",
        en="{where} names addresses in cleartext, but its policy makes browsers turn to HTTPS.",
    ),
    "integrity_missing": Text(
        vi="{where} tải mã từ nguồn khác mà không có mã băm kiểm tra toàn vẹn ({kind}): {url}",
        en="{where} loads code from another origin without an integrity hash ({kind}): {url}",
    ),
    "integrity_not_checkable": Text(
        vi="{where} có mã băm toàn vẹn nhưng thiếu thuộc tính crossorigin nên trình duyệt không kiểm tra được "
        "({kind}): {url}",
        en="{where} gives an integrity hash without the crossorigin attribute, so browsers cannot check it "
        "({kind}): {url}",
    ),
    "form_in_cleartext": Text(
        vi="Biểu mẫu trên {where} gửi dữ liệu không mã hóa tới: {url}",
        en="A form on {where} sends what is entered in cleartext to: {url}",
    ),
    "directory_listed": Text(
        vi="{where} hiển thị danh sách tập tin trong thư mục do máy chủ tự sinh (kiểu {server}).",
        en="{where} shows a list of a directory's files that the server made (in the manner of {server}).",
    ),
}

_QUESTIONS: Mapping[str, Text] = {
    "unavailable": Text(
        vi="{where} trả lời mã {status}: máy chủ tạm thời không phục vụ nên chưa biết câu trả lời.",
        en="{where} answers with the status {status}: the server does not serve for now, so the answer is not known.",
    ),
    "trace_reflects": Text(
        vi="{where} trả lời phương thức TRACE (mã {status}) và gửi trả nguyên yêu cầu.",
        en="{where} answers the method TRACE (status {status}) and sends the request back.",
    ),
    "trace_accepted": Text(
        vi="{where} chấp nhận phương thức TRACE (mã {status}) thay vì từ chối.",
        en="{where} accepts the method TRACE (status {status}) instead of refusing it.",
    ),
    "error_page_version": Text(
        vi="Trang báo lỗi của {where} (mã {status}) để lộ sản phẩm và phiên bản: {product}.",
        en="The error page of {where} (status {status}) tells a product and its version: {product}.",
    ),
    "error_page_stack_trace": Text(
        vi="Trang báo lỗi của {where} (mã {status}) để lộ dấu vết lời gọi hàm: {product}.",
        en="The error page of {where} (status {status}) shows a stack trace: {product}.",
    ),
    "error_page_debug_page": Text(
        vi="{where} trả lời (mã {status}) bằng trang gỡ lỗi dành cho lập trình viên: {product}.",
        en="{where} answers (status {status}) with a debug page meant for developers: {product}.",
    ),
    "error_page_database": Text(
        vi="Trang báo lỗi của {where} (mã {status}) để lộ thông báo của cơ sở dữ liệu: {product}.",
        en="The error page of {where} (status {status}) shows a message of a database: {product}.",
    ),
    "error_page_path": Text(
        vi="Trang báo lỗi của {where} (mã {status}) để lộ đường dẫn tập tin trên máy chủ ({product}).",
        en="The error page of {where} (status {status}) shows where files lie on the server ({product}).",
    ),
    "error_page_cut_short": Text(
        vi="Trang báo lỗi của {where} chỉ đọc được một phần; phần đã đọc không để lộ gì.",
        en="Only a part of the error page of {where} could be read; that part tells nothing.",
    ),
}

_SECURITY_TXT: Mapping[str, Text] = {
    "security_txt_missing": Text(
        vi="Không có tập tin security.txt tại {where} (mã {status}).",
        en="There is no security.txt at {where} (status {status}).",
    ),
    "security_txt_elsewhere": Text(
        vi="{where} chuyển hướng (mã {status}) tới nơi không xem xét được.",
        en="{where} redirects (status {status}) to a place that could not be looked at.",
    ),
    "security_txt_error": Text(
        vi="{where} trả lời bằng mã lỗi {status}; chưa rõ có security.txt hay không.",
        en="{where} answers with the error status {status}; whether there is a security.txt is not known.",
    ),
    "security_txt_cut_short": Text(
        vi="{where} chỉ đọc được một phần; phần đã đọc không có gì sai.",
        en="Only a part of {where} could be read; nothing is wrong with that part.",
    ),
    "security_txt_in_cleartext": Text(
        vi="Tập tin security.txt được gửi không mã hóa từ {where}.",
        en="The security.txt file is sent in cleartext from {where}.",
    ),
    "security_txt_not_text": Text(
        vi="{where} có kiểu nội dung {media_type} thay vì text/plain (UTF-8).",
        en="{where} has the media type {media_type} instead of text/plain in UTF-8.",
    ),
    "security_txt_no_contact": Text(
        vi="{where} không nêu địa chỉ liên hệ hợp lệ (Contact với mailto:, https: hoặc tel:).",
        en="{where} names no valid contact (Contact with mailto:, https: or tel:).",
    ),
    "security_txt_no_expires": Text(
        vi="{where} thiếu thời hạn hiệu lực (Expires).",
        en="{where} lacks the date until which it holds (Expires).",
    ),
    "security_txt_bad_expires": Text(
        vi="Thời hạn hiệu lực (Expires) trong {where} sai định dạng hoặc ghi nhiều lần.",
        en="The date until which {where} holds (Expires) is malformed or given more than once.",
    ),
    "security_txt_expired": Text(
        vi="{where} đã hết hiệu lực từ ngày {until}.",
        en="{where} expired on {until}.",
    ),
    "security_txt_expiring": Text(
        vi="{where} hết hiệu lực ngày {until}, còn chưa đủ {days} ngày.",
        en="{where} expires on {until}, in less than {days} days.",
    ),
    "security_txt_too_long": Text(
        vi="{where} ghi hiệu lực đến {until}, quá {days} ngày kể từ lần xem xét.",
        en="{where} claims to hold until {until}, more than {days} days after the look.",
    ),
    "security_txt_not_signed": Text(
        vi="{where} không có chữ ký số OpenPGP.",
        en="{where} carries no OpenPGP signature.",
    ),
}

REASONS: Mapping[str, Text] = {**_PAGE, **_QUESTIONS, **_SECURITY_TXT}
