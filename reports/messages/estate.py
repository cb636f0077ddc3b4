"""The words of the appendices of the report on the estate. Names of verdicts and severities are in labels.py."""

from collections.abc import Mapping

from checks.model.text import Text

SUMMARY_TITLE = Text("Phiếu kết quả tổng hợp toàn tỉnh", "Report card of the province")
RANKING_TITLE = Text("Kết quả và thứ hạng của các cơ quan", "Results and ranking of the agencies")
CONTROLS_TITLE = Text("Các biện pháp kiểm soát không đạt trong toàn tỉnh", "Failed controls across the agencies")
CAUSES_TITLE = Text("Nguyên nhân chung của nhiều cơ quan", "Common causes across the agencies")
OVERDUE_TITLE = Text("Nội dung quá hạn theo cơ quan", "Overdue findings by agency")
COVERAGE_TITLE = Text("Độ bao phủ và nội dung chưa đánh giá được", "Coverage and what could not be assessed")
CERTIFICATES_TITLE = Text("Chứng thư số và lịch hết hạn", "Certificates and when they expire")
SERVICES_TITLE = Text("Dịch vụ mở ra bên ngoài", "Exposed services")
SCOPE_TITLE = Text("Phạm vi: cơ quan và tài sản không rà quét", "Scope: agencies and assets not scanned")
YEARLY_TITLE = Text(
    "Dự thảo tổng hợp năm theo Nghị định số 331/2026/NĐ-CP", "Draft of the yearly summary after Decree 331/2026"
)

AGENCY = Text("Cơ quan", "Agency")
AGENCIES = Text("Số cơ quan", "Agencies")
ASSETS = Text("Số tài sản", "Assets")
FINDINGS = Text("Số nội dung", "Findings")
PLACE = Text("Hạng", "Place")
CONFIRMED = Text("Đạt đã xác nhận", "Confirmed")
SCORE = Text("Tuân thủ", "Score")
COVERAGE = Text("Bao phủ", "Coverage")
OVERDUE = Text("Quá hạn", "Overdue")
LATE = Text("Quá hạn", "Late")
CHANGE = Text("So với lần trước", "Change")
SHORT_SEVERITIES: Mapping[str, Text] = {
    "critical": Text("NT", "Crit."),
    "high": Text("Cao", "High"),
    "medium": Text("TB", "Med."),
    "low": Text("Thấp", "Low"),
    "info": Text("TT", "Info"),
}
MORE_ROWS = Text(
    "… và {count} dòng khác; đầy đủ ở trang “{sheet}” của tệp estate.xlsx đính kèm.",
    "… and {count} more rows; all of them are on the sheet “{sheet}” of estate.xlsx, enclosed.",
)
MORE_AGENCIES = Text("và {count} cơ quan khác", "and {count} agencies more")
MORE_CONTROLS = Text("và {count} biện pháp khác", "and {count} more")

# Appendix I.
BOX_AGENCIES = Text("Cơ quan / tài sản", "Agencies / assets")
BOX_OVERDUE = Text("Nội dung quá hạn", "Overdue findings")
OVERDUE_AT = Text("tại {count} cơ quan", "at {count} agencies")
NOT_RANKED = Text("chưa xếp hạng: {count}", "not ranked: {count}")
TREND = Text("Xu hướng qua các đợt rà quét", "Trend over the scan runs")
DISTRIBUTION = Text("Số cơ quan theo tỷ lệ tuân thủ (%)", "Agencies by score (%)")
DISTRIBUTION_LEGEND = Text("gạch chéo: độ bao phủ dưới {share}", "hatched: coverage below {share}")
UNDETERMINED = Text("chưa xác định", "not determined")
RANGE = Text("từ {low} đến {high} %: {count}", "{low} to {high} %: {count}")
WORST = Text("Các biện pháp làm giảm tỷ lệ tuân thủ nhiều nhất", "Controls that take most from the score")
WORST_LINE = Text(
    "({code}; {severity}; không đạt tại {assets} tài sản của {agencies} cơ quan)",
    "({code}; {severity}; non-compliant assets: {assets}, agencies: {agencies})",
)
WORSENED = Text("Cơ quan giảm tỷ lệ tuân thủ nhiều nhất", "Agencies whose score fell most")
WORSENED_LINE = Text(
    "từ {before} xuống {now} ({change}); mới phát hiện {new}, tái diễn {regressed}",
    "from {before} to {now} ({change}); new {new}, regressed {regressed}",
)
WORSENED_MORE = Text("… và {count} cơ quan khác", "… and {count} agencies more")
WORSENED_NONE = Text("Không có cơ quan nào giảm tỷ lệ tuân thủ.", "The score of no agency has fallen.")
ALSO = Text("Cần chú ý", "To be noted")
ALSO_CERTIFICATES = Text(
    "Chứng thư số: {expired} đã hết hạn, {week} hết hạn trong 7 ngày, {month} trong 30 ngày",
    "Certificates: {expired} expired, {week} expire within 7 days, {month} within 30 days",
)
ALSO_SERVICES = Text(
    "Cổng mở không khai báo: {ports}; cổng mới mở: {opened}", "Open ports not declared: {ports}; newly opened: {opened}"
)
ALSO_CAUSES = Text(
    "Nguyên nhân chung: {causes}, giải thích {findings} kết luận không đạt",
    "Common causes: {causes}, behind {findings} non-compliant verdicts",
)
NOT_ASKED = Text("chưa kiểm tra", "not checked")

# Appendix II.
RANKING_NOTE = Text(
    "Xếp theo tỷ lệ đạt đã xác nhận: trọng số các kết luận đạt trên trọng số mọi kết luận áp dụng, kể cả chưa đánh giá "
    "được. Vì vậy không cơ quan nào được xếp trên chỉ vì chưa đánh giá được. Cơ quan bằng nhau thì cùng hạng. Dấu "
    "{mark} chỉ độ bao phủ dưới {share}: thứ hạng có thể thay đổi nhiều khi đánh giá được đầy đủ.",
    "Ranked by the confirmed share: weight of compliant verdicts over that of all that apply, those not assessable "
    "among them. So no agency stands above another because it could not be assessed. Equal agencies share a place. "
    "{mark} marks a coverage below {share}: the place may change much once all of it can be assessed.",
)
LOW_MARK = "(*)"
NO_AGENCIES = Text("Đợt rà quét không có cơ quan nào.", "The scan run was about no agency.")
FAILED_COLUMNS_NOTE = Text(
    "Không đạt theo mức độ: NT nghiêm trọng, TB trung bình.", "Non-compliant verdicts by severity."
)
GAIN = Text("{change} điểm", "{change} points")

# Appendix III.
CONTROLS_NOTE = Text(
    "Xếp theo phần tỷ lệ tuân thủ bị mất: trọng số của mức độ nghiêm trọng nhân với số kết luận không đạt.",
    "In the order of what they take from the score: weight of the severity times non-compliant verdicts.",
)
CONTROLS_NONE = Text("Không có biện pháp kiểm soát nào không đạt.", "No control failed.")
FAILED = Text("Không đạt", "Failed")
JUDGED = Text("Đã đánh giá", "Judged")
WAIVED_LINE = Text("miễn trừ hoặc báo sai: {count}", "waived or false positives: {count}")

# Appendix IV.
CAUSES_NOTE = Text(
    "Mỗi dòng là một máy chủ, một chứng thư số hoặc một phần mềm máy chủ mà nhiều cơ quan dùng chung: sửa một lần thì "
    "khắc phục được ở nhiều nơi. Mỗi kết luận không đạt thuộc nhiều nhất một nguyên nhân.",
    "Each row is one server, one certificate or one server product that several agencies share: mended once, many "
    "sites are fixed. A non-compliant verdict belongs to one cause at the most.",
)
CAUSES_NONE = Text("Không thấy nguyên nhân chung của nhiều cơ quan.", "Agencies share no cause that could be seen.")
CAUSE = Text("Nguyên nhân", "Cause")
CONTROLS = Text("Biện pháp kiểm soát", "Controls")

# Appendix V.
OVERDUE_NOTE = Text(
    "Kết luận không đạt đã qua thời hạn và không được miễn trừ; cơ quan quá hạn nhiều nhất đứng trước.",
    "Non-compliant verdicts past their due date and under no waiver; the agency with most of them comes first.",
)
OVERDUE_NONE = Text("Không có nội dung nào quá hạn.", "Nothing is overdue.")
OLDEST = Text("Quá hạn lâu nhất", "Oldest")
DAYS_AGO = Text("{day} ({days} ngày)", "{day} ({days} days)")

# Appendix VI.
REASONS_HEADING = Text("1. Lý do chưa đánh giá được", "1. Why it could not be assessed")
BY_AGENCY_HEADING = Text("2. Cơ quan có độ bao phủ thấp nhất", "2. Agencies with the least coverage")
REASON = Text("Lý do", "Reason")
UNASSESSED = Text("Chưa đánh giá", "Not assessed")
MAIN_REASON = Text("Lý do nhiều nhất", "Most frequent reason")
COVERAGE_FULL = Text("Mọi yêu cầu áp dụng đều đánh giá được.", "Every applicable requirement could be assessed.")

# Appendix VII.
EXPIRY_HEADING = Text("1. Đã hết hạn hoặc hết hạn trong 30 ngày", "1. Expired, or expiring within 30 days")
CALENDAR_HEADING = Text("2. Lịch hết hạn 12 tháng tới", "2. Expiry over the next twelve months")
ISSUERS_HEADING = Text("3. Theo bên cấp", "3. By issuer")
EXPIRING_NONE = Text("Không có.", "None.")
ENDS = Text("Ngày hết hạn", "Expires")
CERTIFICATES = Text("Số chứng thư", "Certificates")
MONTH = Text("Tháng", "Month")
EXPIRED = Text("Đã hết hạn", "Expired")
WITHIN_7 = Text("Trong 7 ngày", "Within 7 days")
WITHIN_30 = Text("Trong 30 ngày", "Within 30 days")
LATER = Text("sau đó", "later")
EXPIRED_DAYS = Text("hết hạn {days} ngày trước", "expired {days} days ago")
DAYS_LEFT = Text("còn {days} ngày", "{days} days left")

# Appendix VIII.
SERVICES_HEADING = Text("1. Cổng mở theo dịch vụ", "1. Open ports by service")
OPENED_HEADING = Text("2. Cổng mới mở so với lần trước", "2. Ports newly open since the look before")
SERVICES_NOTE = Text(
    "Không khai báo: số địa chỉ mà danh mục không nêu cổng này (không tính cổng 80 và 443). Dịch vụ là kết quả nhận "
    "diện, không suy ra từ số cổng.",
    "Not declared: addresses at which the inventory does not name the port (80 and 443 apart). The service is what was "
    "detected, never inferred from the number.",
)
OPENED_NONE = Text("Không có cổng nào mới mở.", "No port is newly open.")
OPENED_UNASKED = Text(
    "Chính sách không có biện pháp nào kiểm tra cổng mới mở.", "No control of the policy asks for newly open ports."
)
UNKNOWN_SERVICE = Text("chưa nhận diện", "not identified")
ADDRESSES = Text("Số địa chỉ", "Addresses")
UNDECLARED = Text("Không khai báo", "Not declared")

# Appendix IX.
ABSENT_HEADING = Text("1. Cơ quan không thuộc đợt rà quét", "1. Agencies that the run was not about")
EXCLUDED_HEADING = Text("2. Tài sản không rà quét, theo lý do", "2. Assets that were not scanned, by reason")
EXCLUDED_AGENCIES_HEADING = Text("3. Tài sản không rà quét, theo cơ quan", "3. Assets that were not scanned, by agency")
ABSENT_REASONS: Mapping[str, Text] = {
    "no_assets": Text("Danh mục không có tài sản nào của cơ quan.", "The inventory has no asset of the agency."),
    "not_selected": Text("Không được chọn trong đợt rà quét này.", "Not selected in this scan run."),
}
ABSENT_NONE = Text(
    "Mọi cơ quan trong danh mục đều thuộc đợt rà quét.", "The run was about every agency of the inventory."
)

# Appendix X.
DRAFT = Text("DỰ THẢO", "DRAFT")
DRAFT_NOTE = Text(
    "Bản này do công cụ rà quét lập để cơ quan có trách nhiệm tham khảo; không thay cho báo cáo chính thức và chưa "
    "được cơ quan nào phê duyệt.",
    "Made by the scanner for the responsible body to start from; it does not stand for the official report, and no "
    "body has approved it.",
)
SOURCE_NOTE = Text(
    "Mẫu dựa trên bản tóm tắt của bên thứ ba về Điều 35-36 Nghị định số 331/2026/NĐ-CP, chưa đối chiếu với toàn văn: "
    "kỳ số liệu từ 15/12 năm trước đến 14/12; đơn vị báo cáo chủ quản chậm nhất ngày 20/12, chủ quản báo cáo Bộ Công "
    "an chậm nhất ngày 25/12; từng yêu cầu ghi đáp ứng, đáp ứng một phần hoặc chưa đáp ứng, kèm lộ trình.",
    "The form follows a third party's summary of Articles 35-36 of Decree 331/2026, which has not been checked against "
    "the full text: data from 15 December to 14 December; a unit reports to its owner by 20 December, the owner to the "
    "Ministry of Public Security by 25 December; each requirement is met, partly met or not met, with a roadmap.",
)
PERIOD = Text("Kỳ số liệu", "Data period")
PERIOD_VALUE = Text("từ {first} đến {last}", "{first} to {last}")
DATA = Text("Số liệu", "Data")
DATA_VALUE = Text(
    "một đợt rà quét, đánh giá lúc {moment}; không phải cả kỳ", "one scan run, judged at {moment}; not the whole period"
)
UNSEEN_HEADING = Text("Công cụ rà quét không nhìn thấy", "What the scanner cannot see")
UNSEEN = Text(
    "Quy chế, hồ sơ cấp độ và phê duyệt; phân quyền, sao lưu, nhật ký và cấu hình bên trong; mạng nội bộ; đào tạo, "
    "diễn tập, ứng cứu sự cố. Các yêu cầu đó không có trong bảng dưới và phải được đánh giá bằng cách khác. Yêu cầu "
    "ghi “đáp ứng” ở đây chỉ nói về phần quan sát được từ bên ngoài.",
    "Rules, level files and approvals; access rights, backups, logs and settings inside; internal networks; training, "
    "exercises, incident response. Those requirements are not in the table and must be assessed in another way. "
    "“Met” here speaks only of what can be observed from outside.",
)
REQUIREMENTS_HEADING = Text(
    "Các yêu cầu có căn cứ pháp luật trong chính sách", "Requirements with a legal basis in the policy"
)
REQUIREMENTS_NOTE = Text(
    "Chỉ gồm yêu cầu mà chính sách nêu căn cứ là văn bản quy phạm pháp luật. Số cơ quan: đáp ứng / một phần / chưa đáp "
    "ứng / chưa xác định. Lộ trình: số kết luận không đạt theo tháng đến hạn khắc phục.",
    "Only requirements for which the policy names legislation. Agencies: met / partly / not met / undetermined. "
    "Roadmap: non-compliant verdicts by the month by the end of which they are due.",
)
REQUIREMENTS_NONE = Text(
    "Chính sách không nêu yêu cầu nào có căn cứ là văn bản quy phạm pháp luật.",
    "The policy names no requirement that rests on legislation.",
)
FAILED_OF_JUDGED = Text("Không đạt / đã đánh giá", "Failed / judged")
REQUIREMENT = Text("Yêu cầu và căn cứ", "Requirement and basis")
STANDING = Text("Tình trạng", "Standing")
ROADMAP = Text("Lộ trình", "Roadmap")
STANDINGS: Mapping[str, Text] = {
    "met": Text("Đáp ứng", "Met"),
    "partly": Text("Đáp ứng một phần", "Partly met"),
    "not_met": Text("Chưa đáp ứng", "Not met"),
    "undetermined": Text("Chưa xác định", "Undetermined"),
    "not_applicable": Text("Không áp dụng", "Not applicable"),
}
ROADMAP_OVERDUE = Text("quá hạn: {count}", "overdue: {count}")
ROADMAP_MONTH = Text("đến hết {month}: {count}", "{month}: {count}")
ROADMAP_OPEN = Text("chưa có thời hạn: {count}", "no due date: {count}")
ROADMAP_WAIVED = Text("miễn trừ hoặc báo sai: {count}", "waived or false positives: {count}")
ROADMAP_NONE = Text("–", "–")

# Appendix XI.
FORMULA_CONFIRMED = Text(
    "Tỷ lệ đạt đã xác nhận = tổng trọng số các kết luận đạt / tổng trọng số các kết luận đạt, không đạt và chưa đánh "
    "giá được",
    "Confirmed share = weight of compliant verdicts / weight of compliant, non-compliant and not assessable verdicts",
)
FORMULA_ESTATE = Text(
    "Tỷ lệ của toàn tỉnh tính trên mọi kết luận của mọi cơ quan gộp lại, không phải trung bình cộng của các cơ quan. "
    "“Lần trước” là lần rà quét trước của từng cơ quan. Xu hướng chỉ gồm các đợt có ít nhất một nửa số cơ quan.",
    "The province's figures are those of all verdicts of all agencies together, not the mean of the agencies. “Last "
    "time” is each agency's own run before. The trend has only runs about at least half of the agencies.",
)
FORMULA_STANDING = Text(
    "Yêu cầu “đáp ứng” khi mọi kết luận của nó là đạt; “một phần” khi có cả đạt và không đạt; “chưa đáp ứng” khi có "
    "không đạt mà không có đạt; “chưa xác định” khi còn kết luận chưa đánh giá được; “không áp dụng” khi không liên "
    "quan tới tài sản nào.",
    "A requirement is met where all of its verdicts are compliant; partly met where some are and some are not; not met "
    "where some are non-compliant and none compliant; undetermined where some are not assessable and none fails; not "
    "applicable where it concerns no asset.",
)

# The files.
AGENCY_ID = Text("Mã cơ quan", "Agency id")
LOW_COVERAGE = Text("Độ bao phủ thấp", "Low coverage")
SCORE_BEFORE = Text("Tỷ lệ tuân thủ lần trước", "Score last time")
EXCLUDED = Text("Tài sản không rà quét", "Assets not scanned")
WAIVED = Text("Không đạt, được miễn trừ hoặc báo sai", "Non-compliant, waived or a false positive")
REASON_CODE = Text("Mã lý do", "Reason code")
BEGINS = Text("Ngày bắt đầu hiệu lực", "Valid from")
DETAIL = Text("Chi tiết", "Detail")
DOCUMENT = Text("Văn bản", "Document")
CLAUSE = Text("Mục", "Clause")
CONFIDENCE = Text("Mức đối chiếu", "How far it was checked")
WHOLE = Text("Toàn tỉnh", "The province")
AGENCIES_SHEET = Text("Cơ quan", "Agencies")
CAUSES_SHEET = Text("Nguyên nhân chung", "Common causes")
CERTIFICATES_SHEET = Text("Chứng thư số", "Certificates")
SERVICES_SHEET = Text("Cổng mở", "Open ports")
OPENED_SHEET = Text("Cổng mới mở", "Newly opened")
SCOPE_SHEET = Text("Không rà quét", "Not scanned")
YEARLY_SHEET = Text("Dự thảo tổng hợp năm", "Draft yearly summary")
