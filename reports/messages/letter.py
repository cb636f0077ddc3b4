"""The words of the official letter, after NĐ 30/2020, Appendix I. Placeholders are the same in both languages."""

from checks.model.text import Text

NATION = Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
MOTTO = Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
BLANK = "\u00a0" * 10
"""Where a draft leaves room for the number that the office gives."""
NUMBER = Text("Số: {number}/{symbol}", "No. {number}/{symbol}")
DATE_BLANK = Text("ngày ... tháng ... năm {year}", "... ... {year}")
PLACE_AND_DATE = Text("{place}, {date}", "{place}, {date}")
DRAFT = Text("DỰ THẢO", "DRAFT")
SIGNATURE_IMAGE = Text("Hình ảnh chữ ký và con dấu", "Image of the signature and the seal")
KIND = Text("BÁO CÁO", "REPORT")
ABSTRACT = Text(
    "Kết quả rà quét an toàn thông tin đối với các tài sản web của {agency}",
    "Results of the security scan of the web assets of {agency}",
)
TO = Text("Kính gửi: {agency}", "To: {agency}")
ON_THE_BASIS = Text("Căn cứ", "Pursuant to")
AUTHORISED_BY = Text("Căn cứ văn bản cho phép rà quét {document}", "Pursuant to the authorisation {document}")
LEAD = Text(
    "Đơn vị rà quét đã thực hiện đợt rà quét các tài sản web của {agency} và báo cáo kết quả như sau:",
    "The scanning unit has scanned the web assets of {agency} and reports the results as follows:",
)

PART_SCOPE = Text("I. PHẠM VI VÀ CÁCH THỨC THỰC HIỆN", "I. SCOPE AND METHOD")
SCOPE = Text(
    "Đợt rà quét {run} được thực hiện từ {started} đến {finished}, từ điểm rà quét {vantage}, đối với {assets} "
    "tài sản.",
    "The scan run {run} was made from {started} to {finished}, from the vantage point {vantage}, at {assets} assets.",
)
SCOPE_EXCLUDED = Text(
    "Có {count} tài sản trong danh mục không được rà quét; lý do nêu tại Phụ lục {appendix}.",
    "Assets of the inventory that were not scanned: {count}; Appendix {appendix} gives the reasons.",
)
SCOPE_POLICY = Text(
    "Kết quả được đánh giá theo chính sách “{title}” ({policy}, phiên bản {version}). Việc rà quét chỉ quan sát "
    "từ bên ngoài cấu hình TLS, chứng thư số, cổng dịch vụ và tiêu đề HTTP; không đăng nhập và không thay đổi dữ "
    "liệu của hệ thống.",
    "The results are judged under the policy “{title}” ({policy}, version {version}). The scan observes from "
    "outside the configuration of TLS, certificates, service ports and HTTP headers; it does not log in and does "
    "not change the system's data.",
)
SCOPE_POLICIES = Text(
    "Tài sản được gán chính sách riêng thì đánh giá theo chính sách đó; xem Phụ lục {appendix}.",
    "An asset with a policy of its own is judged under that; see Appendix {appendix}.",
)

PART_RESULTS = Text("II. KẾT QUẢ", "II. RESULTS")
POINT_SCORE = Text("1. Mức độ tuân thủ", "1. Compliance")
SCORE = Text(
    "Tỷ lệ tuân thủ là {score}, với độ bao phủ {coverage}. Độ bao phủ là phần yêu cầu áp dụng đã đánh giá được; "
    "cách tính nêu tại Phụ lục {appendix}.",
    "The compliance score is {score}, at a coverage of {coverage}. Coverage is the part of the applicable requirements "
    "that could be assessed; Appendix {appendix} gives the formulas.",
)
SCORE_WAIVED = Text(
    "Nếu không tính các nội dung đang được miễn trừ có thời hạn hoặc đã xác nhận báo sai, tỷ lệ tuân thủ là {score}.",
    "Without the findings under a waiver in force and the confirmed false positives, the score is {score}.",
)
SCORE_NONE = Text(
    "Chưa xác định được tỷ lệ tuân thủ vì không có yêu cầu nào đánh giá được; độ bao phủ: {coverage}. Đây không "
    "phải là kết quả đạt.",
    "No compliance score can be given, because no requirement could be assessed; coverage: {coverage}. This is not a "
    "compliant result.",
)
COUNTS = Text(
    "Trong {total} kết luận có {passed} đạt, {failed} không đạt, {unknown} chưa đánh giá được và {outside} không "
    "áp dụng.",
    "Of {total} verdicts, {passed} are compliant, {failed} non-compliant, {unknown} not assessable and {outside} not "
    "applicable.",
)
POINT_FAILURES = Text("2. Các nội dung không đạt", "2. Failed controls")
FAILURES = Text(
    "Có {failed} kết luận không đạt, thuộc {controls} biện pháp kiểm soát, gồm: {severities}. Hiện trạng, bằng "
    "chứng và cách khắc phục từng nội dung nêu tại Phụ lục {appendix}.",
    "Non-compliant verdicts: {failed}, of controls: {controls}; by severity: {severities}. Appendix {appendix} "
    "gives what was seen, the evidence and the fix of each.",
)
FAILURES_NONE = Text("Không có kết luận không đạt.", "No verdict is non-compliant.")
FAILURES_WAIVED = Text(
    "Trong đó {count} kết luận đang được miễn trừ có thời hạn, {wrong} kết luận đã xác nhận báo sai (Phụ lục "
    "{appendix}).",
    "Of these, under a waiver in force: {count}; confirmed false positives: {wrong} (Appendix {appendix}).",
)
SEVERITY_COUNT = Text("{count} {severity}", "{count} {severity}")
POINT_CHANGES = Text("3. So với đợt rà quét trước", "3. Against the previous scan run")
CHANGES = Text(
    "Có {new} nội dung mới phát hiện, {regressed} nội dung tái diễn, {fixed} nội dung đã khắc phục, {still_failing} "
    "nội dung chưa khắc phục; {lost} nội dung không còn đánh giá được, {found} nội dung nay đánh giá được, {scope} "
    "nội dung thay đổi do phạm vi và {rule} nội dung thay đổi do quy tắc (Phụ lục {appendix}).",
    "New: {new}; regressed: {regressed}; fixed: {fixed}; still failing: {still_failing}; no longer assessable: "
    "{lost}; newly assessable: {found}; changed by scope: {scope}; changed by the rule: {rule} (Appendix {appendix}).",
)

PART_REQUESTS = Text("III. KIẾN NGHỊ", "III. REQUESTS")
REQUESTS = Text("Đề nghị {agency}:", "{agency} is asked to:")
REQUEST_FIX = Text(
    "Khắc phục {count} kết luận không đạt ở mức {severity} theo hướng dẫn tại Phụ lục {appendix}; {due}.",
    "Fix the non-compliant verdicts of severity {severity} as Appendix {appendix} describes: {count}; {due}.",
)
DUE_FROM_TO = Text("thời hạn từ {first} đến {last}", "due from {first} to {last}")
DUE_ON = Text("thời hạn {first}", "due {first}")
DUE_OPEN = Text("thời hạn do hai bên thống nhất", "due date to be agreed")
REQUEST_OVERDUE = Text(
    "Khắc phục ngay {count} nội dung đã quá hạn.", "Fix at once the items that are overdue: {count}."
)
REQUEST_ACCESS = Text(
    "Phối hợp để đánh giá lại {count} kết luận chưa đánh giá được nêu tại Phụ lục {appendix}.",
    "Help to have the verdicts that are not assessable assessed again: {count}, listed in Appendix {appendix}.",
)
REQUEST_KEEP = Text(
    "Duy trì cấu hình hiện tại và thông báo khi có thay đổi về tài sản.",
    "Keep the present configuration and tell the scanning unit of changes to the assets.",
)
REQUEST_INVENTORY = Text(
    "Cung cấp danh mục tài sản web và văn bản cho phép rà quét để đợt sau có thể đánh giá.",
    "Provide the inventory of web assets and the authorisation, so that the next scan run can assess them.",
)
REQUEST_RETEST = Text(
    "Thông báo cho đơn vị rà quét sau khi khắc phục để kiểm tra lại; một nội dung chỉ được coi là đã khắc phục "
    "khi có kết quả rà quét lại.",
    "Tell the scanning unit after fixing, so that it can test again; an item counts as fixed only by the result "
    "of a new scan.",
)
CONTACT = Text(
    "Vướng mắc, đề nghị kiểm tra lại, miễn trừ hoặc khiếu nại kết luận: liên hệ {contact}.",
    "For questions, a retest, a waiver or to dispute a verdict, turn to: {contact}.",
)
CLOSING = Text(
    "Trên đây là kết quả rà quét đối với các tài sản web của {agency}./.",
    "These are the results of the scan of the web assets of {agency}.",
)
RECIPIENTS = Text("Nơi nhận:", "Recipients:")
AS_ABOVE = Text("Như trên", "As above")
ENCLOSED = Text(
    "(Kèm theo Báo cáo số {number}/{symbol} {date} của {issuer})",
    "(Enclosed with Report No. {number}/{symbol} of {date} of {issuer})",
)
