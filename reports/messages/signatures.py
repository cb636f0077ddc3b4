"""What is said of a file's signatures: `reports.signatures.verify` gives the codes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from checks.model.text import Text

if TYPE_CHECKING:
    from reports.signatures.verify import Later, State, Trust, Unreadable

STATES: "Mapping[State, Text]" = {
    "good": Text(
        "chữ ký hợp lệ, tệp còn nguyên, người ký được tin cậy", "signed, unchanged, and the signer is vouched for"
    ),
    "untrusted": Text(
        "tệp còn nguyên, nhưng chưa có căn cứ tin cậy người ký",
        "unchanged since signing, but nobody vouches for the signer",
    ),
    "irregular": Text(
        "nội dung đã ký còn nguyên, nhưng chính chữ ký không ở dạng chuẩn: do phần mềm khác tạo, hoặc đã bị sửa",
        "what was signed is as it was, but the signature itself has an unusual form: of other software, or changed",
    ),
    "unsigned": Text("không có chữ ký số", "not signed"),
    "added": Text(
        "nội dung đã ký còn nguyên, nhưng sau chữ ký có phần thêm vào không được ký",
        "what was signed is as it was, but something that nobody signed was added after it",
    ),
    "changed": Text("ĐÃ BỊ SỬA sau khi ký", "CHANGED since it was signed"),
    "unreadable": Text("không đọc được", "cannot be read"),
}
UNREADABLE: "Mapping[Unreadable, Text]" = {
    "no_pdf": Text("không phải tệp PDF", "no PDF file"),
    "damaged": Text(
        "tệp PDF bị hỏng: cấu trúc không đọc được; hãy lấy lại bản gốc",
        "a damaged PDF file, whose structure makes no sense; get the original again",
    ),
    "cut": Text(
        "tệp bị cắt cụt hoặc hỏng: có chữ ký số nhưng phần cuối không còn; hãy lấy lại bản gốc",
        "cut short or damaged: it has a signature, and its end is missing; get the original again",
    ),
    "too_large": Text("tệp lớn quá mức cho phép", "larger than a file may be"),
    "too_long": Text("đọc quá thời gian cho phép", "it takes longer to read than it may"),
    "process": Text("tiến trình đọc tệp bị dừng", "the process that read it was ended"),
    "file": Text("không mở được tệp", "the file cannot be opened"),
}
TRUST: "Mapping[Trust, Text]" = {
    "trusted": Text(
        "dẫn về chứng thư gốc được tin cậy (không kiểm tra thu hồi)", "leads to a trust anchor (revocation not checked)"
    ),
    "no_anchors": Text("chưa khai báo chứng thư gốc nào để đối chiếu", "no trust anchor was given to compare with"),
    "unknown_authority": Text("không dẫn về chứng thư gốc nào được tin cậy", "leads to no trust anchor"),
    "expired": Text("chứng thư số đã hết hạn và không có dấu thời gian tin cậy", "expired, and no trusted time stamp"),
    "revoked": Text("chứng thư số đã bị thu hồi", "revoked"),
    "usage": Text("chứng thư số không dùng cho việc này", "not a certificate for this purpose"),
    "weak": Text("thuật toán không còn an toàn", "an algorithm that is no longer safe"),
    "other": Text("đường dẫn chứng thực không hợp lệ", "its chain is not valid"),
}
LATER: "Mapping[Later, Text]" = {
    "nothing": Text("bao phủ toàn bộ tệp", "covers the whole file"),
    "signatures": Text("sau đó có chữ ký khác", "further signatures came after it"),
    "validation": Text("sau đó có dữ liệu xác thực hoặc ô ký", "data for validation or fields to sign came after it"),
    "changes": Text("sau đó có thay đổi", "changes came after it"),
}
