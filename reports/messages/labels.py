"""The fixed words of the appendices: names of verdicts and severities, headings, columns, and words around figures.

Placeholders in braces are the same in both languages (a test holds them to it). The letter's words are in letter.py.
"""

from collections.abc import Mapping

from checks.model.finding import Verdict
from checks.model.policy import Severity
from checks.model.text import Text

VERDICT_NAMES: Mapping[Verdict, Text] = {
    "fail": Text("Không đạt", "Non-compliant"),
    "not_assessable": Text("Chưa đánh giá được", "Not assessable"),
    "pass": Text("Đạt", "Compliant"),
    "not_applicable": Text("Không áp dụng", "Not applicable"),
}
VERDICT_MEANINGS: Mapping[Verdict, Text] = {
    "fail": Text(
        "Bằng chứng cho thấy yêu cầu không được đáp ứng tại ít nhất một vị trí.",
        "The evidence shows that the requirement is not met in at least one place.",
    ),
    "not_assessable": Text(
        "Bằng chứng thu được không đủ để kết luận; không tính là đạt, cũng không tính là không đạt.",
        "The evidence does not suffice for a conclusion; this counts neither as compliant nor as non-compliant.",
    ),
    "pass": Text(
        "Bằng chứng cho thấy yêu cầu được đáp ứng tại mọi vị trí đã xem xét.",
        "The evidence shows that the requirement is met in every place that was looked at.",
    ),
    "not_applicable": Text(
        "Yêu cầu không liên quan tới tài sản này; không tính vào điểm và độ bao phủ.",
        "The requirement does not concern this asset; it counts neither in the score nor in the coverage.",
    ),
}
SEVERITY_NAMES: Mapping[Severity, Text] = {
    "critical": Text("Nghiêm trọng", "Critical"),
    "high": Text("Cao", "High"),
    "medium": Text("Trung bình", "Medium"),
    "low": Text("Thấp", "Low"),
    "info": Text("Thông tin", "Information"),
}
BASIS_KINDS: Mapping[str, Text] = {
    "law": Text("Văn bản quy phạm pháp luật", "Legislation"),
    "standard": Text("Tiêu chuẩn, quy chuẩn kỹ thuật", "Technical standard or regulation"),
    "profile": Text(
        "Cấu hình chuẩn quốc tế (không phải quy định của pháp luật Việt Nam)",
        "International profile (not a rule of Vietnamese law)",
    ),
    "good_practice": Text(
        "Thông lệ tốt (không phải quy định của pháp luật Việt Nam)",
        "Good practice (not a rule of Vietnamese law)",
    ),
}
CONFIDENCES: Mapping[str, Text] = {
    "text": Text("đã đối chiếu với toàn văn", "checked against the full text"),
    "summary": Text(
        "theo bản tóm tắt của bên thứ ba, chưa đối chiếu với toàn văn",
        "after a third party's summary, not checked against the full text",
    ),
    "news": Text(
        "theo thông tin báo chí, chưa đối chiếu với văn bản", "after news reports, not checked against the document"
    ),
}
CLAUSE = Text("mục {clause}", "clause {clause}")
EXCLUSION_REASONS: Mapping[str, Text] = {
    "retired": Text("Tài sản đã ngừng hoạt động.", "The asset is retired."),
    "not_authorised": Text("Không có văn bản cho phép còn hiệu lực.", "No authorisation in force."),
    "not_yet_valid": Text("Văn bản cho phép chưa có hiệu lực.", "The authorisation is not in force yet."),
    "expired": Text("Văn bản cho phép đã hết hiệu lực.", "The authorisation has expired."),
    "outside_window": Text("Ngoài khung giờ được phép rà quét.", "Outside the hours in which scanning is allowed."),
    "other_zone": Text("Thuộc vùng mạng khác với điểm rà quét.", "In another network zone than the vantage point."),
    "not_selected": Text("Không được chọn trong đợt rà quét này.", "Not selected in this scan run."),
}

# Appendix heads.
APPENDIX = Text("Phụ lục {numeral}", "Appendix {numeral}")
SUMMARY_TITLE = Text("Phiếu kết quả tổng hợp", "Report card")
ASSETS_TITLE = Text("Kết quả theo từng tài sản", "Results by asset")
FINDINGS_TITLE = Text("Các nội dung không đạt và cách khắc phục", "Failed controls and how to fix them")
UNASSESSED_TITLE = Text(
    "Nội dung chưa đánh giá được, miễn trừ và tài sản không rà quét",
    "What could not be assessed, waivers and assets not scanned",
)
METHOD_TITLE = Text("Phương pháp, công cụ và công thức tính", "Method, tools and formulas")

# Column names and names of facts.
ASSET = Text("Tài sản", "Asset")
CONTROL = Text("Biện pháp kiểm soát", "Control")
CODE = Text("Mã", "Code")
SEVERITY = Text("Mức độ", "Severity")
VERDICT = Text("Kết luận", "Verdict")
REASON = Text("Lý do", "Reason")
CONTROLS = Text("Biện pháp kiểm soát", "Controls")
SEEN = Text("Hiện trạng và bằng chứng", "What was seen, and evidence")
FIRST_SEEN = Text("Phát hiện lần đầu", "First seen")
DUE = Text("Thời hạn", "Due")
SCORE = Text("Tỷ lệ tuân thủ", "Compliance score")
COVERAGE = Text("Độ bao phủ", "Coverage")
POLICY = Text("Chính sách", "Policy")
RUN = Text("Đợt rà quét", "Scan run")
PERIOD = Text("Thời gian rà quét", "Time of the scan")
AS_OF = Text("Thời điểm đánh giá", "Time of judgement")
VANTAGE = Text("Điểm rà quét", "Vantage point")
CONNECTIONS = Text("Số kết nối đã mở", "Connections opened")
TOOL = Text("Công cụ", "Tool")
VERSION = Text("Phiên bản", "Version")
DIGEST = Text("Mã băm", "Digest")
CHAIN_HEAD = Text("Mã băm của đợt", "Digest of the run")
CHECKPOINT = Text("Mốc của sổ lịch sử", "Checkpoint of the log")
CHECKPOINT_ROOT = Text("Gốc cây Merkle của mốc", "Its Merkle root")
LINEAGE = Text("Kế thừa", "Inheritance")
AUTHORISATION = Text("Văn bản cho phép", "Authorisation")
RULE = Text("Quy tắc", "Rule")
DATA = Text("Dữ liệu tham chiếu", "Reference data")
UNTIL = Text("Có hiệu lực đến", "Valid until")
APPROVED_BY = Text("Người phê duyệt", "Approved by")
JUSTIFICATION = Text("Lý giải", "Justification")
MEANING = Text("Ý nghĩa", "Meaning")

# Appendix I.
VERDICTS_HEADING = Text("Kết luận theo biện pháp kiểm soát và tài sản", "Verdicts by control and asset")
FAILED_BY_SEVERITY = Text("Không đạt, theo mức độ", "Non-compliant, by severity")
ASSETS_COUNT = Text("Tài sản đã rà quét", "Assets scanned")
OVERDUE_COUNT = Text("Phát hiện quá hạn", "Overdue findings")
URGENT = Text("Ba việc cần làm trước", "The three most urgent fixes")
URGENT_NONE = Text("Không có nội dung nào không đạt cần khắc phục.", "No failed control is waiting for a fix.")
AFFECTS = Text("{count} tài sản", "{count} assets")
AFFECTS_ONE = Text("1 tài sản", "1 asset")
DUE_BY = Text("thời hạn {day}", "due {day}")
NO_DUE = Text("chưa có thời hạn", "no due date")
OVERDUE_SINCE = Text("quá hạn từ {day}", "overdue since {day}")
LAST_RUN = Text("Lần trước: {value}", "Last time: {value}")
CHANGES_HEADING = Text("So với đợt rà quét trước", "Against the previous scan run")
CHANGE_NAMES: Mapping[str, Text] = {
    "new": Text("Mới phát hiện", "New"),
    "fixed": Text("Đã khắc phục", "Fixed"),
    "regressed": Text("Tái diễn", "Regressed"),
    "still_failing": Text("Chưa khắc phục", "Still failing"),
    "no_longer_assessable": Text("Không còn đánh giá được", "No longer assessable"),
    "newly_assessable": Text("Nay đánh giá được", "Newly assessable"),
    "scope_changed": Text("Phạm vi thay đổi", "Scope changed"),
    "rule_changed": Text("Quy tắc thay đổi", "Rule changed"),
    "unchanged": Text("Không đổi", "Unchanged"),
}
FIRST_RUN = Text("Không có đợt rà quét trước để so sánh.", "There is no earlier scan run to compare with.")
NOTHING_JUDGED = Text(
    "Chưa tính được tỷ lệ tuân thủ vì không có yêu cầu nào đánh giá được; đây không phải là kết quả đạt.",
    "No score can be given, because no requirement could be assessed; this is not a compliant result.",
)
COVERAGE_NOTE = Text(
    "Độ bao phủ là phần yêu cầu áp dụng đã đánh giá được. Điểm cao với độ bao phủ thấp chưa nói lên mức độ an toàn.",
    "Coverage is the part of the applicable requirements that could be assessed. A high score with low coverage "
    "says little about security.",
)

# Appendix II.
NO_ASSETS = Text("Đợt rà quét không xem xét tài sản nào của đơn vị.", "The scan run looked at no asset of the agency.")
WAIVED = Text("đang miễn trừ", "waived")
FALSE_POSITIVE = Text("đã xác nhận báo sai", "a confirmed false positive")
ASSET_LINE = Text(
    "Cấp độ {level} · vùng {zone} · chính sách {policy} {version} · tỷ lệ tuân thủ {score} · độ bao phủ {coverage}",
    "Level {level} · zone {zone} · policy {policy} {version} · score {score} · coverage {coverage}",
)
NO_FINDINGS = Text(
    "Chính sách không nêu biện pháp nào cho tài sản này.", "The policy states no control for this asset."
)

# Appendix III.
HOW_TO_USE = Text(
    "Cách dùng: làm trước các nguyên nhân chung, rồi từng mục theo thứ tự (mức nghiêm trọng nhất và thời hạn gần nhất "
    "đứng trước). Sao lưu cấu hình trước khi sửa, dán các dòng nêu ở “Cách khắc phục”, rồi chạy lệnh nêu ở “Cách tự "
    "kiểm tra”.",
    "How to use it: begin with the common causes, then take the entries in their order (worst severity and earliest "
    "due date first). Back up the configuration, paste the lines below “The fix”, then run the command below “How to "
    "check it yourself”.",
)
ANNOUNCED_HEADING = Text("Yêu cầu đã công bố, chưa tính điểm", "Announced rules, not counted yet")
ANNOUNCED_NOTE = Text(
    "Các yêu cầu sau được kiểm tra từ bây giờ nhưng chỉ tính vào điểm và độ bao phủ từ ngày ghi bên cạnh.",
    "These rules are judged from now on, and count in score and coverage only from the day beside them.",
)
ANNOUNCED_FAILS = Text("Áp dụng từ {day}; hiện chưa đạt: {assets}.", "FROM {day}; it would fail now at: {assets}.")
ANNOUNCED_MET = Text("Áp dụng từ {day}; hiện không tài sản nào không đạt.", "FROM {day}; nothing fails it now.")
FROM_DAY = Text("áp dụng từ {day}", "FROM {day}")
NO_FAILURES = Text("Không có biện pháp kiểm soát nào ở trạng thái không đạt.", "No control failed.")
WHY = Text("Vì sao cần khắc phục", "Why it matters")
BASIS = Text("Căn cứ", "Basis")
BASIS_NONE = Text("Chính sách không nêu căn cứ.", "The policy states no basis.")
FIX = Text("Cách khắc phục", "The fix")
VERIFY = Text("Cách tự kiểm tra", "How to check it yourself")
VERIFY_MORE = Text(
    "Các tài sản còn lại kiểm tra bằng lệnh tương tự; mọi lệnh có trong tệp JSON của báo cáo.",
    "The other assets are checked by the same kind of command; all commands are in the report's JSON file.",
)
WHERE_SEEN = Text("Hiện trạng tại các tài sản", "What was seen at the assets")
SERVER_NAMES: Mapping[str, str] = {"nginx": "nginx", "apache": "Apache HTTP Server", "iis": "Microsoft IIS"}
DETECTED = Text("máy chủ nhận diện được: {assets}", "the server detected at: {assets}")
MORE_INSTANCES = Text(
    "… và {count} mục khác; xem đầy đủ trong tệp JSON của báo cáo.",
    "… and {count} more; all of them are in the report's JSON file.",
)
LOOKED = Text("{where} · {time} · từ {vantage}", "{where} · {time} · from {vantage}")
WAIVER_LINE = Text("Miễn trừ {id} đến {day}", "Waiver {id} until {day}")
FALSE_POSITIVE_LINE = Text("Đã xác nhận báo sai {id}, đến {day}", "Confirmed false positive {id}, until {day}")
LONG_LINES = Text(
    "Dòng dài được ngắt để vừa trang; nguyên văn có trong tệp JSON của báo cáo.",
    "Long lines are broken to fit the page; the report's JSON file has them whole.",
)

# Appendix IV.
GAPS_HEADING = Text("1. Nội dung chưa đánh giá được", "1. What could not be assessed")
GAPS_NONE = Text("Mọi yêu cầu áp dụng đều đánh giá được.", "Every applicable requirement could be assessed.")
NOTHING_LOOKED_AT = Text(
    "Không có yêu cầu nào được xem xét trong đợt rà quét này.", "No requirement was looked at in this scan run."
)
GAPS_NOTE = Text(
    "Những nội dung dưới đây không được tính là đạt. Cần bảo đảm điểm rà quét kết nối được tới hệ thống rồi rà "
    "quét lại.",
    "What is listed below does not count as compliant. Make sure that the vantage point can reach the system, then "
    "have it scanned again.",
)
THERE = Text("nơi nêu bên", "the place named beside")
WAIVERS_HEADING = Text("2. Miễn trừ có thời hạn", "2. Waivers")
WAIVERS_NONE = Text("Không có miễn trừ nào.", "There are no waivers.")
EXCLUSIONS_HEADING = Text("3. Tài sản không rà quét", "3. Assets that were not scanned")
EXCLUSIONS_NONE = Text("Mọi tài sản trong danh mục đều được rà quét.", "Every asset of the inventory was scanned.")
DISABLED_HEADING = Text("4. Biện pháp kiểm soát bị tắt trong chính sách", "4. Controls that the policy switches off")
DISABLED_NONE = Text("Không có biện pháp nào bị tắt.", "No control is switched off.")
DISABLED_BY = Text("Chính sách tắt", "Switched off by")

# Appendix VI.
METHOD_1 = Text("1. Phạm vi và cách làm", "1. Scope and method")
METHOD_TEXT = Text(
    "Việc rà quét được thực hiện từ bên ngoài, qua mạng, chỉ trên các tài sản có trong danh mục và có văn bản cho "
    "phép. Khiên đọc cấu hình TLS và chứng thư số, cổng dịch vụ TCP đang mở và các tiêu đề HTTP; không đăng nhập "
    "và không thay đổi dữ liệu của hệ thống. Giá trị cookie và dữ liệu cá nhân bị che trước khi lưu.",
    "The scan is made from outside, over the network, at assets of the inventory that an authorisation covers, and at "
    "nothing else. Khiên reads the configuration of TLS and the certificates, open TCP ports and HTTP headers; it does "
    "not log in and does not change the system's data. Cookie values and personal data are redacted before anything "
    "is stored.",
)
METHOD_JUDGEMENT = Text(
    "Mỗi biện pháp kiểm soát cho đúng một kết luận tại mỗi tài sản. Một tên miền có nhiều địa chỉ được xem xét "
    "tại từng địa chỉ: không đạt tại một địa chỉ là không đạt. Cùng bằng chứng, chính sách và thời điểm đánh giá "
    "thì cho cùng kết quả.",
    "Every control gives exactly one verdict at every asset. A name with several addresses is looked at on each "
    "of them: a fail at one address is a fail. The same evidence, policy and time of judgement give the same "
    "result.",
)
METHOD_TIMES = Text(
    "Thời gian trong báo cáo là giờ Việt Nam (UTC+7).", "Times in this report are Viet Nam time (UTC+7)."
)
METHOD_2 = Text("2. Đợt rà quét", "2. The scan run")
RUN_SCOPE = Text("Phạm vi", "Scope")
RECHECK = Text(
    "Kiểm tra lại: chỉ các biện pháp lần trước không đạt hoặc chưa đánh giá được; điểm và độ bao phủ chỉ tính trên đó.",
    "A recheck: only controls that failed or could not be assessed before; score and coverage are of those alone.",
)
METHOD_3 = Text("3. Chính sách", "3. Policies")
METHOD_4 = Text("4. Công thức tính", "4. Formulas")
FORMULA_SCORE = Text(
    "Tỷ lệ tuân thủ = tổng trọng số các kết luận đạt / tổng trọng số các kết luận đạt và không đạt",
    "Score = weight of compliant verdicts / weight of compliant and non-compliant verdicts",
)
FORMULA_COVERAGE = Text(
    "Độ bao phủ = tổng trọng số các kết luận đạt và không đạt / tổng trọng số các kết luận đạt, không đạt và chưa "
    "đánh giá được",
    "Coverage = weight of compliant and non-compliant verdicts / weight of compliant, non-compliant and not assessable "
    "verdicts",
)
FORMULA_NOTE = Text(
    "Kết luận không áp dụng không được tính. Miễn trừ và báo sai đã xác nhận không làm thay đổi kết luận và "
    "tỷ lệ tuân thủ; tỷ lệ khi trừ các nội dung đó được ghi riêng. Các tỷ lệ được làm tròn xuống.",
    "Verdicts of not applicable do not count. A waiver or a confirmed false positive changes neither verdict nor "
    "score; the score without such findings is stated apart. Shares are rounded down.",
)
METHOD_5 = Text("5. Giải thích kết luận và thuật ngữ", "5. Verdicts and terms")
TERM = Text("Thuật ngữ", "Term")
METHOD_6 = Text("6. Phiên bản quy tắc và dữ liệu tham chiếu", "6. Versions of rules and reference data")
WEIGHTS_HEADING = Text("Trọng số theo mức độ nghiêm trọng", "Weights by severity")

# The document.
NOT_STATED = Text("chưa nêu", "not stated")
SUBJECT = Text("Đợt rà quét {run}", "Scan run {run}")
