"""Words that a report uses, explained for a reader who is no specialist."""

from checks.model.text import Text

TERMS: tuple[tuple[Text, Text], ...] = (
    (
        Text("Biện pháp kiểm soát", "Control"),
        Text(
            "Một yêu cầu của chính sách, kiểm tra được bằng bằng chứng.",
            "A demand of the policy that evidence can show.",
        ),
    ),
    (
        Text("Bằng chứng", "Evidence"),
        Text(
            "Những gì máy chủ đã trả lời trong một lần xem, lưu nguyên dạng chuẩn và nhận biết bằng mã băm.",
            "What a server answered at one look, kept in canonical form and named by its digest.",
        ),
    ),
    (
        Text("Phát hiện", "Finding"),
        Text("Kết luận của một biện pháp tại một tài sản.", "The verdict of one control at one asset."),
    ),
    (
        Text("Điểm rà quét", "Vantage point"),
        Text("Nơi trong mạng mà từ đó tài sản được xem.", "The place in the network from which an asset is looked at."),
    ),
    (
        Text("Miễn trừ có thời hạn", "Waiver"),
        Text(
            "Ngoại lệ do một người đề nghị, người khác phê duyệt, có ngày hết hạn; không làm thay đổi kết luận.",
            "An exception that one person asks for and another grants, with an end; it changes no verdict.",
        ),
    ),
    (
        Text("Tái diễn", "Regressed"),
        Text(
            "Lỗi đã hết ở một đợt trước nay thấy lại trong vòng 90 ngày; tuổi của lỗi được giữ nguyên.",
            "A fault that an earlier run showed to be gone and that is seen again within 90 days; it keeps its age.",
        ),
    ),
    (
        Text("TLS, HTTPS", "TLS, HTTPS"),
        Text(
            "Giao thức mã hóa và xác thực đường truyền giữa trình duyệt và máy chủ (RFC 8446), và HTTP trên đó.",
            "The protocol that encrypts and authenticates what passes between browser and server (RFC 8446), and HTTP "
            "within it.",
        ),
    ),
    (
        Text("Bộ mật mã", "Cipher suite"),
        Text(
            "Tổ hợp thuật toán trao đổi khóa, mã hóa và kiểm tra toàn vẹn mà hai bên dùng.",
            "The algorithms for key exchange, encryption and integrity that both sides use.",
        ),
    ),
    (
        Text("Chứng thư số, chuỗi chứng thực", "Certificate, chain"),
        Text(
            "Văn bản điện tử cho biết khóa của máy chủ thuộc tên miền nào, và các chứng thư dẫn tới nơi được tin cậy.",
            "The statement of whose key a server has, and the certificates that lead from it to one who is trusted.",
        ),
    ),
    (
        Text("HSTS", "HSTS"),
        Text(
            "Tiêu đề buộc trình duyệt chỉ dùng HTTPS với trang (RFC 6797).",
            "A header by which a browser uses nothing but HTTPS with the site (RFC 6797).",
        ),
    ),
    (
        Text("CSP", "CSP"),
        Text(
            "Tiêu đề cho trình duyệt biết trang được nạp nội dung và chạy mã từ đâu.",
            "A header that tells the browser from where a page may load content and run code.",
        ),
    ),
    (
        Text("Mã băm (SHA-256)", "Digest (SHA-256)"),
        Text(
            "Dãy ký tự tính từ nội dung; nội dung đổi một chữ thì dãy khác hẳn.",
            "A number computed from content: one letter changed gives quite another one.",
        ),
    ),
)
