"""The words of the letter on the estate; what it shares with the letter to an agency is in letter.py."""

from checks.model.text import Text

BLANK_ADDRESSEE = Text("." * 40, "." * 40)
"""Where the configuration names no body above the issuer."""
ABSTRACT = Text(
    "Kết quả rà quét an toàn thông tin đối với hệ thống web của các cơ quan trên địa bàn tỉnh",
    "Results of the security scan of the web assets of the province's agencies",
)
LEAD = Text(
    "Đơn vị rà quét đã thực hiện đợt rà quét các tài sản web của các cơ quan trên địa bàn tỉnh và báo cáo kết quả "
    "tổng hợp như sau:",
    "The scanning unit has scanned the web assets of the province's agencies and reports the results as a whole as "
    "follows:",
)
SCOPE = Text(
    "Đợt rà quét {run} được thực hiện từ {started} đến {finished}, từ điểm rà quét {vantage}, đối với {assets} tài "
    "sản của {agencies} cơ quan. Kết quả chi tiết đã lập thành báo cáo riêng cho từng cơ quan.",
    "The scan run {run} was made from {started} to {finished}, from the vantage point {vantage}; assets: {assets}, "
    "agencies: {agencies}. Each agency has a report of its own with the details.",
)
SCOPE_EXCLUDED = Text(
    "Có {count} tài sản trong danh mục không được rà quét và {absent} cơ quan không thuộc đợt rà quét này; lý do nêu "
    "tại Phụ lục {appendix}.",
    "Assets of the inventory that were not scanned: {count}; agencies that the run was not about: {absent}; Appendix "
    "{appendix} gives the reasons.",
)
SPREAD = Text(
    "Theo tỷ lệ tuân thủ: {high} cơ quan đạt từ 90\u00a0% trở lên, {middle} cơ quan từ 70\u00a0% đến dưới 90\u00a0%, "
    "{low} cơ quan dưới 70\u00a0%, {unknown} cơ quan chưa xác định được (Phụ lục {appendix}).",
    "Agencies by score: {high} at 90\u00a0% or more, {middle} from 70\u00a0% to below 90\u00a0%, {low} below "
    "70\u00a0%, {unknown} not determined (Appendix {appendix}).",
)
POORLY_COVERED = Text(
    "Có {poor} cơ quan với độ bao phủ dưới {share}; kết quả của các cơ quan này cần được xem xét thận trọng (Phụ lục "
    "{appendix}).",
    "Agencies with a coverage below {share}, whose results need care: {poor} (Appendix {appendix}).",
)
FAILURES = Text(
    "Có {failed} kết luận không đạt, thuộc {controls} biện pháp kiểm soát, gồm: {severities}. Những biện pháp làm giảm "
    "tỷ lệ tuân thủ nhiều nhất (Phụ lục {appendix}):",
    "Non-compliant verdicts: {failed}, of controls: {controls}; by severity: {severities}. The controls that take most "
    "from the score (Appendix {appendix}):",
)
FAILURES_WAIVED = Text(
    "Trong số kết luận không đạt, {count} kết luận đang được miễn trừ có thời hạn hoặc đã xác nhận báo sai; báo cáo "
    "riêng của từng cơ quan nêu rõ.",
    "Non-compliant verdicts under a waiver or confirmed as false positives: {count}; the agencies' own reports name "
    "them.",
)
WORST = Text(
    "- {title} ({code}, mức {severity}): không đạt tại {assets} tài sản của {agencies} cơ quan.",
    "- {title} ({code}, {severity}): non-compliant assets: {assets}, agencies: {agencies}.",
)
CAUSES = Text(
    "Có {causes} nguyên nhân chung (một máy chủ, một chứng thư số hoặc một phần mềm máy chủ) giải thích {findings} kết "
    "luận không đạt tại {agencies} cơ quan; xử lý một lần tại nguồn thì khắc phục được ở nhiều nơi (Phụ lục "
    "{appendix}).",
    "Common causes (one server, one certificate or one server product): {causes}; non-compliant verdicts that "
    "they explain: {findings}, agencies: {agencies}. Mended once at the source, many sites are fixed (Appendix "
    "{appendix}).",
)
OVERDUE = Text(
    "Đã quá hạn {count} kết luận không đạt tại {agencies} cơ quan, lâu nhất là từ {since} (Phụ lục {appendix}).",
    "Non-compliant verdicts that are overdue: {count}, agencies: {agencies}, the oldest since {since} (Appendix "
    "{appendix}).",
)
CERTIFICATES = Text(
    "Trong {total} chứng thư số quan sát được, {expired} đã hết hạn, {week} hết hạn trong 7 ngày và {month} hết hạn "
    "trong 30 ngày tới (Phụ lục {appendix}).",
    "Certificates seen: {total}; expired: {expired}; expiring within 7 days: {week}, within 30 days: {month} (Appendix "
    "{appendix}).",
)
SERVICES = Text(
    "Có {ports} cổng dịch vụ đang mở mà danh mục không khai báo, tại {agencies} cơ quan (Phụ lục {appendix}).",
    "Open ports that the inventory does not declare: {ports}, agencies: {agencies} (Appendix {appendix}).",
)
SINCE_LAST = Text(
    "Tỷ lệ tuân thủ của {compared} cơ quan đã có kết quả lần trước khi đó là {last}. Có {up} cơ quan tăng, {down} cơ "
    "quan giảm, {same} cơ quan không đổi (Phụ lục {appendix}).",
    "Agencies that were scanned before: {compared}; their score then: {last}. Risen: {up}; fallen: {down}; unchanged: "
    "{same} (Appendix {appendix}).",
)

CHANGES = Text(
    "Có {new} nội dung mới phát hiện, {regressed} nội dung tái diễn, {fixed} nội dung đã khắc phục, {still_failing} "
    "nội dung chưa khắc phục; {lost} nội dung không còn đánh giá được và {found} nội dung nay đánh giá được.",
    "New: {new}; regressed: {regressed}; fixed: {fixed}; still failing: {still_failing}; no longer assessable: "
    "{lost}; newly assessable: {found}.",
)

REQUESTS = Text(
    "Đơn vị rà quét kính đề nghị {addressee} xem xét, chỉ đạo:",
    "{addressee} is asked to consider the following and to direct:",
)
ADDRESSEE = Text("cấp có thẩm quyền", "the competent body")
REQUEST_OVERDUE = Text(
    "Các cơ quan khắc phục ngay {count} kết luận không đạt đã quá hạn; danh sách tại Phụ lục {appendix}.",
    "The agencies to fix at once the non-compliant verdicts that are overdue: {count}; listed in Appendix {appendix}.",
)
REQUEST_FIX = Text(
    "Các cơ quan khắc phục {count} kết luận không đạt ở mức nghiêm trọng và mức cao theo báo cáo riêng của từng cơ "
    "quan; {due}.",
    "The agencies to fix the non-compliant verdicts of critical and high severity as their own reports describe: "
    "{count}; {due}.",
)
REQUEST_CAUSES = Text(
    "Đơn vị quản lý hạ tầng dùng chung xử lý các nguyên nhân chung nêu tại Phụ lục {appendix}: {count} nguyên nhân.",
    "Those who run shared servers to deal with the common causes listed in Appendix {appendix}: {count}.",
)
REQUEST_CERTIFICATES = Text(
    "Các cơ quan thay thế {count} chứng thư số đã hết hạn hoặc hết hạn trong 30 ngày tới nêu tại Phụ lục {appendix}.",
    "The agencies to replace the certificates that have expired or expire within 30 days, listed in Appendix "
    "{appendix}: {count}.",
)
REQUEST_COVERAGE = Text(
    "Các cơ quan có độ bao phủ thấp phối hợp để được đánh giá lại: {count} cơ quan nêu tại Phụ lục {appendix}.",
    "The agencies with little coverage to help to have them assessed again: {count}, listed in Appendix {appendix}.",
)
REQUEST_YEARLY = Text(
    "Cơ quan có trách nhiệm rà soát bản dự thảo tổng hợp năm tại Phụ lục {appendix} trước khi sử dụng.",
    "The responsible body to review the draft of the yearly summary in Appendix {appendix} before it is used.",
)
REQUEST_KEEP = Text(
    "Các cơ quan duy trì cấu hình hiện tại và thông báo khi có thay đổi về tài sản.",
    "The agencies to keep their present configuration and to tell the scanning unit of changes to the assets.",
)
CLOSING = Text(
    "Trên đây là kết quả rà quét đối với hệ thống web của các cơ quan trên địa bàn tỉnh./.",
    "These are the results of the scan of the web assets of the province's agencies.",
)
