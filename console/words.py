"""The fixed words of the console, in both languages. What reports say too stands in `reports.messages`.

Placeholders in braces are the same in both languages (a test holds them to it).
"""

from collections.abc import Mapping

from checks.model.operation import StepName
from checks.model.text import Text
from history.access import Role
from history.facts import Purpose, State, WaiverState
from history.flights import Activity
from history.progress import Probe

# Around every page.
PRODUCT = Text("Khiên", "Khiên")
TAGLINE = Text("Giám sát tuân thủ an toàn hệ thống web", "Compliance of government web sites")
SKIP = Text("Đến nội dung chính", "Skip to the content")
NAVIGATION = Text("Điều hướng chính", "Main navigation")
OVERVIEW = Text("Tổng quan", "Overview")
AGENCIES = Text("Cơ quan", "Agencies")
RUNS = Text("Đợt rà quét", "Scan runs")
REPORTS = Text("Báo cáo", "Reports")
REPORT_CARD = Text("Phiếu kết quả", "Report card")
ACCOUNT = Text("Tài khoản", "Account")
SIGN_OUT = Text("Đăng xuất", "Sign out")
OTHER_LANGUAGE = Text("English", "Tiếng Việt")
SOURCE = Text("Mã nguồn (AGPL-3.0)", "Source code (AGPL-3.0)")
VERSION = Text("Phiên bản {version}", "Version {version}")
TIMES = Text("Thời gian là giờ Việt Nam (UTC+7).", "Times are Viet Nam time (UTC+7).")
WHERE = Text("Vị trí trang", "Where this page is")
PROVINCE = Text("Toàn tỉnh", "Province")
AS_CSV = Text("Tải bảng (CSV)", "The table as CSV")
FIGURES = Text("Số liệu của biểu đồ", "The figures of the chart")
APPLY = Text("Lọc", "Filter")
CLEAR = Text("Bỏ lọc", "Clear")
FILTERS = Text("Bộ lọc", "Filters")
ALL = Text("Tất cả", "All")
SEARCH = Text("Tìm", "Search")
PAGES = Text("Trang", "Pages")
ALL_OF_THEM = Text("Tất cả {count} tài sản", "All {count} assets")
SORTED = Text("Sắp xếp theo {column}", "Sort by {column}")
ROLES: Mapping[Role, Text] = {
    "security": Text("Đội giám sát an toàn thông tin", "Security team"),
    "agency": Text("Cơ quan, đơn vị", "Agency"),
    "auditor": Text("Kiểm toán viên", "Auditor"),
}

# Signing in.
SIGN_IN = Text("Đăng nhập", "Sign in")
NAME = Text("Tên đăng nhập", "User name")
PASSWORD = Text("Mật khẩu", "Password")
CODE = Text("Mã xác thực", "Code")
CODE_TITLE = Text("Xác thực bước hai", "Second factor")
CODE_HELP = Text(
    "Nhập mã 6 chữ số của ứng dụng xác thực, hoặc một mã khôi phục.",
    "Type the 6 digits that your authenticator application shows, or a recovery code.",
)
CONTINUE = Text("Tiếp tục", "Go on")
WRONG = Text("Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is wrong.")
WRONG_CODE = Text("Mã không đúng hoặc đã được dùng.", "The code is wrong, or was used already.")
WAIT = Text(
    "Đã sai quá nhiều lần. Hãy thử lại sau 15 phút.", "There were too many failed tries. Try again in 15 minutes."
)
SIGN_IN_HELP = Text(
    "Tài khoản do đội giám sát cấp. Quên mật khẩu: liên hệ đội giám sát.",
    "Accounts are given by the security team. Ask them if you have forgotten your password.",
)
OPENID_SIGN_IN = Text("Đăng nhập bằng tài khoản dùng chung (OpenID)", "Sign in with OpenID")
OPENID_HELP = Text(
    "Dành cho người dùng mà đội giám sát đã liên kết tài khoản.",
    "For users whose account the security team has linked.",
)
OPENID_STILL = Text(
    "Nếu đã đăng nhập bằng tài khoản dùng chung, phiên ở hệ thống đó có thể vẫn còn: hãy đăng xuất cả ở đó khi dùng "
    "máy chung.",
    "If you came in with OpenID you may still be signed in at the provider: sign out there too on a shared machine.",
)
OPENID_REFUSED = Text(
    "Không đăng nhập được bằng tài khoản này. Hãy liên hệ đội giám sát.",
    "You cannot sign in with this account. Ask the security team.",
)
OPENID_TROUBLE = Text(
    "Hệ thống tài khoản dùng chung không trả lời hoặc không cho đăng nhập. Hãy thử lại sau.",
    "The OpenID provider does not answer, or does not let you sign in. Try again later.",
)
OPENID_OVER = Text(
    "Lượt đăng nhập này đã hết hạn hoặc không bắt đầu từ đây. Hãy đăng nhập lại.",
    "This sign-in is over, or was not begun here. Sign in once more.",
)
SIGNED_OUT = Text("Đã đăng xuất.", "You have signed out.")

# The account.
ACCOUNT_TITLE = Text("Tài khoản của tôi", "My account")
ROLE = Text("Vai trò", "Role")
SECOND_FACTOR = Text("Xác thực hai bước", "Second factor")
SECOND_FACTOR_ON = Text("Đã bật", "Set up")
SECOND_FACTOR_OFF = Text("Chưa bật", "Not set up")
SET_UP = Text("Thiết lập", "Set it up")
SET_UP_AGAIN = Text("Thiết lập lại", "Set it up anew")
RECOVERY_LEFT = Text("Còn {count} mã khôi phục.", "{count} recovery codes are left.")
CHANGE_PASSWORD = Text("Đổi mật khẩu", "Change the password")
CURRENT_PASSWORD = Text("Mật khẩu hiện tại", "Current password")
NEW_PASSWORD = Text("Mật khẩu mới", "New password")
NEW_PASSWORD_AGAIN = Text("Nhập lại mật khẩu mới", "New password once more")
PASSWORD_RULES = Text(
    "Ít nhất 12 ký tự; không dùng mật khẩu phổ biến, không giống tên đăng nhập.",
    "At least 12 characters; no common password, and nothing like your name.",
)
MUST_CHANGE = Text(
    "Mật khẩu này do người khác đặt. Hãy đổi trước khi tiếp tục.",
    "Somebody else chose this password. Change it before you go on.",
)
MUST_SET_UP = Text(
    "Vai trò của bạn bắt buộc xác thực hai bước. Hãy thiết lập trước khi tiếp tục.",
    "Your role needs a second factor. Set it up before you go on.",
)
PROVE_AGAIN = Text(
    "Cần đăng nhập lại trong vòng 5 phút trước khi làm việc này.",
    "For this you must have signed in within the last 5 minutes.",
)
SIGN_IN_AGAIN = Text("Đăng nhập lại bằng tài khoản dùng chung", "Sign in once more with OpenID")
OPENID_USED = Text("Bạn đăng nhập bằng tài khoản dùng chung (OpenID).", "You sign in with OpenID.")
WRONG_PASSWORD = Text("Mật khẩu hiện tại không đúng.", "The current password is wrong.")
NOT_ALIKE = Text("Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords are not alike.")
SAME_PASSWORD = Text("Mật khẩu mới phải khác mật khẩu hiện tại.", "The new password must be another one.")
PASSWORD_CHANGED = Text("Đã đổi mật khẩu.", "The password was changed.")
SCAN_PICTURE = Text(
    "Dùng ứng dụng xác thực trên điện thoại quét hình dưới đây, hoặc nhập khóa bằng tay.",
    "Let the authenticator application of your telephone read this picture, or type the key by hand.",
)
PICTURE = Text("Hình để ứng dụng xác thực quét", "Picture for an authenticator application")
KEY = Text("Khóa", "Key")
CONFIRM_CODE = Text("Mã 6 chữ số mà ứng dụng đang hiện", "The 6 digits that the application shows")
RECOVERY_TITLE = Text("Mã khôi phục", "Recovery codes")
RECOVERY_HELP = Text(
    "Mỗi mã thay cho ứng dụng một lần, khi mất điện thoại. In ra và cất nơi an toàn: các mã chỉ hiện lần này.",
    "Each of them stands in for the application once, if the telephone is lost. Print them and keep them safe: they "
    "are shown this once.",
)

# Tokens for programs.
TOKENS = Text("Mã truy cập API", "Tokens for the API")
TOKENS_SEE = Text("Xem, tạo, thu hồi", "See, make and revoke them")
TOKENS_HELP = Text(
    "Mã truy cập cho chương trình đọc dữ liệu qua API với đúng quyền của bạn. Ai có mã là có quyền đó: hãy giữ kín.",
    "With a token a program reads data through the API, with your rights. Whoever has it has them: keep it secret.",
)
TOKEN_NAME = Text("Tên mã", "Name of the token")
TOKEN_NAME_HELP = Text("Để bạn nhận ra, ví dụ bang-theo-doi.", "For you to know it by, as status-board.")
TOKEN_DAYS = Text("Thời hạn", "How long it lasts")
TOKEN_DAYS_OF = Text("{count} ngày", "{count} days")
TOKEN_MAKE = Text("Tạo mã", "Make a token")
TOKEN_MADE = Text(
    "Mã mới dưới đây chỉ hiện lần này. Hãy chép ngay.", "The new token below is shown this once. Copy it now."
)
TOKEN_REVOKE = Text("Thu hồi {name}", "Revoke {name}")
TOKEN_CREATED = Text("Tạo lúc", "Made at")
TOKEN_EXPIRES = Text("Hết hạn", "Expires")
TOKEN_EXPIRED = Text("đã hết hạn", "expired")
TOKEN_USED = Text("Dùng gần nhất", "Last used")
TOKENS_NONE = Text("Bạn chưa có mã nào.", "You have no tokens.")

# The overview.
NO_SCAN = Text("Chưa có đợt rà quét nào kết thúc.", "No scan is finished yet.")
NO_SCAN_HELP = Text(
    "Kết quả hiện ở đây khi đợt rà quét đầu tiên kết thúc.", "Results stand here once the first scan is finished."
)
BY_RUN = Text("Rà quét lúc {time}, đợt", "Scanned at {time}, run")
OLD_RUN = Text("Đây không phải đợt mới nhất.", "This is not the latest run.")
LATEST_RUN = Text("Xem đợt mới nhất", "See the latest")
PARTIAL = Text(
    "Đợt này chỉ rà quét một phần danh mục: {count} tài sản không được chọn, không có trong số liệu dưới đây.",
    "This run looked at a part of the inventory: {count} assets were not chosen, and are not in the figures below.",
)
COMPLIANCE = Text("Tỷ lệ tuân thủ", "Compliance")
COVERAGE = Text("Độ bao phủ", "Coverage")
FAILING = Text("Không đạt", "Non-compliant")
GRAVE = Text("mức nghiêm trọng và cao: {count}", "critical and high: {count}")
NOT_ASSESSED = Text("Chưa đánh giá được", "Not assessable")
SINCE_LAST = Text("{change} điểm % so với lần trước", "{change} points against the run before")
FIRST = Text("Chưa có lần trước để so sánh", "Nothing before to compare with")
WITHOUT_WAIVED = Text("không tính miễn trừ: {value}", "without what is waived: {value}")
AGENCIES_JUDGED = Text("Cơ quan đã rà quét", "Agencies scanned")
TREND = Text("Xu hướng", "Trend")
TREND_CAPTION = Text("Tỷ lệ tuân thủ và độ bao phủ qua các đợt rà quét", "Compliance and coverage over the scan runs")
DISTRIBUTION = Text("Phân bố cơ quan theo tỷ lệ tuân thủ", "Agencies by compliance")
DISTRIBUTION_CAPTION = Text("Số cơ quan theo tỷ lệ tuân thủ", "How many agencies have which compliance score")
BAND = Text("Tỷ lệ tuân thủ", "Compliance")
VERDICTS = Text("Kết luận", "Verdicts")
WORST_CONTROLS = Text("Biện pháp không đạt nhiều nhất", "Controls that fail most")
WORST_CONTROLS_NONE = Text("Không có biện pháp nào không đạt.", "No control fails.")
WORSENED = Text("Cơ quan giảm điểm", "Agencies that got worse")
WORSENED_NONE = Text("Không cơ quan nào giảm điểm so với lần trước.", "No agency fell against the run before.")
AT_ASSETS = Text("Tài sản không đạt", "Assets that fail")
AT_AGENCIES = Text("Cơ quan", "Agencies")
WAIVED = Text("Đang miễn trừ", "Waived")
COUNT = Text("Số lượng", "Count")

# Agencies.
AGENCY = Text("Cơ quan", "Agency")
ASSETS = Text("Tài sản", "Assets")
CHANGE = Text("Thay đổi", "Change")
CRITICAL_HIGH = Text("Nghiêm trọng, cao", "Critical, high")
AGENCIES_NONE = Text("Không có cơ quan nào khớp bộ lọc.", "No agency fits the filter.")
MOVED = Text("Biến động", "Movement")
MOVED_DOWN = Text("Giảm điểm", "Fell")
MOVED_UP = Text("Tăng điểm", "Rose")
POORLY_COVERED = Text("Độ bao phủ thấp (dưới 80 %)", "Low coverage (below 80 %)")
POORLY_COVERED_MARK = Text("độ bao phủ thấp", "low coverage")

# The report card of an agency.
TO_FIX = Text("Nội dung không đạt và cách khắc phục", "What fails, and how to fix it")
TO_FIX_NONE = Text("Không có biện pháp nào không đạt trong phạm vi bộ lọc.", "Nothing fails within the filter.")
HOW_TO_FIX = Text("Cách khắc phục", "How to fix it")
FINDINGS = Text("Phát hiện", "Findings")
ALL_FINDINGS = Text("Mọi kết luận", "All verdicts")
FINDINGS_NONE = Text("Không có kết luận nào khớp bộ lọc.", "No verdict fits the filter.")
ASSET = Text("Tài sản", "Asset")
CONTROL = Text("Biện pháp", "Control")
DUE = Text("Thời hạn", "Due")
DEMAND = Text("Yêu cầu", "What is demanded")
OVERDUE = Text("quá hạn", "overdue")
LATER = Text("Đợt kiểm tra lại sau đó", "Later rechecks")
LATER_NOTE = Text(
    "Kết quả kiểm tra lại mới hơn phiếu này; phiếu được tính theo đợt rà quét đầy đủ.",
    "These rechecks are newer than the card, which goes by the latest whole scan.",
)
NOT_SCANNED = Text("Tài sản không rà quét", "Assets that were not scanned")
WHY = Text("Vì sao cần khắc phục", "Why it matters")
AT = Text("Tại", "At")
NO_AGENCY_RUN = Text("Chưa có đợt rà quét nào về cơ quan này.", "No scan has been about this agency yet.")

# A finding.
FINDING = Text("Kết luận {control} tại {asset}", "{control} at {asset}")
SEEN = Text("Điều đã thấy", "What was seen")
PLACE = Text("Nơi", "Place")
LOOKED_AT = Text("Xem lúc", "Looked at")
EVIDENCE = Text("Bằng chứng", "Evidence")
EVIDENCE_NONE = Text("Kết luận này không dựa trên lần xem nào.", "This verdict rests on no look.")
EVIDENCE_BODY = Text("Toàn bộ bằng chứng (JSON)", "The whole evidence (JSON)")
EVIDENCE_CUT = Text("Chỉ hiện phần đầu.", "Only the beginning is shown.")
GAPS = Text("Chưa đánh giá được tại", "Could not be assessed at")
REPRODUCE = Text("Tự kiểm tra lại", "Check it yourself")
REPRODUCE_HELP = Text("Lệnh cho cùng kết quả, chạy được trên máy Linux.", "Commands that show the same, on Linux.")
POLICY_TEXT = Text("Nguyên văn trong chính sách", "The text of the policy")
POLICY_ORIGIN = Text(
    "{file}, đúng như khi rà quét; chính sách {policy} {version}", "{file} as it was in the run; {policy} {version}"
)
BASIS = Text("Căn cứ", "Basis")
WAIVER = Text("Miễn trừ", "Waiver")
WAIVER_LINE = Text("{id}, đến {day}, phê duyệt: {by}", "{id}, until {day}, granted by {by}")
ANNOUNCED = Text("Chưa tính vào điểm; áp dụng từ {day}.", "Not counted yet; it counts from {day}.")
OPEN = Text("Mở", "Open")

# Runs.
RUN = Text("Đợt", "Run")
STARTED = Text("Bắt đầu", "Begun")
FINISHED = Text("Kết thúc", "Ended")
KIND = Text("Loại", "Kind")
STATE = Text("Tình trạng", "State")
PURPOSES: Mapping[Purpose, Text] = {
    "scan": Text("Rà quét đầy đủ", "Whole scan"),
    "recheck": Text("Kiểm tra lại", "Recheck"),
}
STATES: Mapping[State, Text] = {
    "open": Text("Đang chạy hoặc tạm dừng", "Under way or paused"),
    "finished": Text("Đã kết thúc", "Finished"),
    "abandoned": Text("Đã hủy", "Abandoned"),
}
RUNS_NONE = Text("Chưa có đợt rà quét nào.", "There is no run yet.")
RUN_TITLE = Text("Đợt rà quét {run}", "Run {run}")
FACTS = Text("Thông tin đợt", "Facts of the run")
SIGHTINGS = Text("Số lần xem", "Looks")
AGENCIES_OF_RUN = Text("Kết quả từng cơ quan", "Results by agency")
HEAD_HELP = Text(
    "Báo cáo của đợt này in cùng mã; khien history verify đối chiếu.",
    "Reports of this run print the same; khien history verify compares.",
)

# Runs that are under way.
UNDER_WAY = Text("Đang chạy", "Under way")
ACTIVITIES: Mapping[Activity, Text] = {
    "looking": Text("Đang rà quét", "Looking"),
    "judging": Text("Đang đánh giá", "Judging"),
    "ending": Text("Đang dừng", "Ending"),
    "paused": Text("Tạm dừng", "Paused"),
    "left": Text("Bị ngắt, chưa có tiến trình làm tiếp", "Interrupted; nobody goes on with it"),
}
ACTIVITY_HELP: Mapping[Activity, Text] = {
    "judging": Text("Đã xem xong mọi mục; đang lập kết luận.", "Everything is looked at; verdicts are being made."),
    "ending": Text(
        "Tiến trình rà quét hoàn tất các mục đang xem dở rồi dừng, thường trong vài giây.",
        "The scanning process finishes what it is looking at and ends, within seconds as a rule.",
    ),
    "paused": Text(
        "Tiến trình khien schedule run làm tiếp khi được phép; mục đã xem không bị xem lại.",
        "khien schedule run goes on as soon as it may; what was looked at is not looked at again.",
    ),
    "left": Text(
        "Làm tiếp bằng lệnh khien scan --resume {run}; mục đã xem không bị xem lại.",
        "Go on with khien scan --resume {run}; what was looked at is not looked at again.",
    ),
}
PLANNING = Text(
    "Đang phân giải tên miền; số mục cần xem sẽ còn tăng.", "Names are being looked up; more will be planned then."
)
PROGRESS = Text("Tiến độ", "Progress")
PROGRESS_OF = Text("{done} / {planned} mục ({share})", "{done} of {planned} looks ({share})")
PROBES: Mapping[Probe, Text] = {
    "dns": Text("Tên miền (DNS)", "Names (DNS)"),
    "ports": Text("Cổng dịch vụ", "Ports"),
    "tls": Text("TLS", "TLS"),
    "http": Text("HTTP", "HTTP"),
}
WANTED_BY = Text("Theo lịch hoặc yêu cầu", "Schedule or request")
WORKED_ON_SINCE = Text("Chạy liên tục từ", "Worked on since")
LEFT = Text("Ước tính còn lại", "Left, about")
LEFT_UNKNOWN = Text("chưa ước tính được", "cannot be reckoned yet")
LEFT_SOON = Text("dưới 1 phút", "less than a minute")
LEFT_MINUTES = Text("{minutes} phút", "{minutes} min")
LEFT_HOURS = Text("{hours} giờ {minutes} phút", "{hours} h {minutes} min")
AGENCIES_IN_FLIGHT = Text("Tiến độ từng cơ quan", "Progress by agency")
AGENCY_COMPLETE = Text("Đã xem xong", "Complete")
AGENCY_INCOMPLETE = Text("Chưa xong", "Not complete")
LOOKED = Text("Đã xem", "Looked at")
TO_LOOK_AT = Text("Cần xem", "Planned")
SHARE = Text("Tỷ lệ", "Share")
LIVE_ON = Text("Trang tự cập nhật mỗi {seconds} giây.", "This page renews itself every {seconds} seconds.")
LIVE_OFF = Text("Trang không tự cập nhật.", "This page does not renew itself.")
LIVE_STOP = Text("Dừng tự cập nhật", "Stop renewing it")
LIVE_START = Text("Tự cập nhật", "Renew it by itself")
WAITING_SLOTS = Text("Lượt đến hạn, đang chờ bắt đầu", "Due, and waiting to begin")
WAITING_SLOT = Text("{name}, lượt {time}", "{name}, slot of {time}")
CANCEL_RUN = Text("Hủy đợt này", "Cancel this run")
CANCEL_TITLE = Text("Hủy đợt rà quét {run}", "Cancel run {run}")
CANCEL_HELP = Text(
    "Tiến trình rà quét hoàn tất các mục đang xem dở rồi dừng, thường trong vài giây. Đợt bị hủy hẳn: những gì đã thấy "
    "được giữ lại, không có kết luận nào được lập, và không làm tiếp được nữa. Lịch và các yêu cầu khác vẫn chạy.",
    "The scanning process finishes what it is looking at and ends, within seconds as a rule. The run is over for good: "
    "what it saw is kept, no verdict is made of it, and nobody can go on with it. Schedules and other requests go on.",
)
CANCEL_OR_STOP = Text(
    "Để dừng mọi đợt mà sau đó làm tiếp được, dùng", "To stop every run so that they can be gone on with, use the"
)
CANCELLED_BY = Text("{by} yêu cầu hủy đợt này lúc {time}: {reason}", "{by} cancelled this run at {time}: {reason}")
STOP = Text("Dừng khẩn cấp", "Emergency stop")
STOP_STANDS = Text(
    "Đang dừng khẩn cấp: {by}, {time}: {reason}. Không đợt rà quét nào chạy.",
    "The emergency stop stands: {by}, {time}: {reason}. No scan runs.",
)
STOP_STANDS_NOT = Text("Không có lệnh dừng; các đợt rà quét được phép chạy.", "No stop stands; scans may run.")
STOP_HELP = Text(
    "Mọi đợt rà quét trên cơ sở dữ liệu này dừng trong vài giây, kể cả khi đang xem dở, và không đợt nào bắt đầu được "
    "cho đến khi bỏ lệnh. Đợt bị dừng làm tiếp được sau đó.",
    "Every scan on this database ends within seconds, also in the middle of a look, and none can begin until the stop "
    "is lifted. Runs that were stopped are gone on with then.",
)
STOP_ALL = Text("Dừng mọi đợt rà quét", "Stop every scan")
STOP_LIFT = Text("Bỏ lệnh dừng", "Lift the stop")
STOP_ACTS = Text("Các lệnh dừng và bỏ lệnh", "Stops and releases")
STOP_NONE = Text("Chưa từng có lệnh dừng.", "No stop was ever made.")
WHO = Text("Người thực hiện", "Who")

# Deadlines.
DEADLINES = Text("Thời hạn", "Deadlines")
DEADLINES_TITLE = Text("Thời hạn khắc phục", "Deadlines")
DEADLINES_HELP = Text(
    "Các phát hiện không đạt, được tính và không được miễn trừ, theo ngày đến hạn so với hôm nay.",
    "Findings that fail, count and are not waived, by the day by which they are due, as of today.",
)
DEADLINES_NONE = Text("Không có gì đến hạn trong phạm vi bộ lọc.", "Nothing is due within the filter.")
WHEN = Text("Đến hạn", "Due")
OVERDUE_ONLY = Text("Đã quá hạn ({count})", "Overdue ({count})")
SOON = Text("Trong 30 ngày tới ({count})", "Within 30 days ({count})")
LATER_DUE = Text("Sau 30 ngày ({count})", "After 30 days ({count})")

# Requests.
REQUESTS = Text("Yêu cầu", "Requests")
REQUESTS_TITLE = Text("Yêu cầu rà quét và kiểm tra lại", "Requests for scans and rechecks")
REQUESTS_HELP = Text(
    "Trang này chỉ ghi yêu cầu; tiến trình khien schedule run thực hiện trong khung giờ được phép.",
    "This page only takes requests down; khien schedule run carries them out within the permitted hours.",
)
REQUESTS_NONE = Text("Chưa có yêu cầu nào.", "Nothing was asked for yet.")
ASK = Text("Gửi yêu cầu", "Ask")
ASK_RECHECK = Text("Yêu cầu kiểm tra lại", "Ask for a recheck")
ASK_RECHECK_HELP = Text(
    "Kiểm tra lại những gì lần trước không đạt hoặc chưa đánh giá được.",
    "A recheck looks again at what failed or could not be assessed.",
)
WHAT = Text("Việc cần làm", "What to do")
WHOM = Text("Phạm vi", "Scope")
WHOLE_ESTATE = Text("Toàn tỉnh", "The whole province")
ASKED_BY = Text("Người yêu cầu", "Asked by")
ASKED_AT = Text("Lúc", "When")
WITHDRAW = Text("Rút lại", "Withdraw")
WITHDRAW_THIS = Text("Rút yêu cầu {name}", "Withdraw request {name}")
REQUEST = Text("Yêu cầu", "Request")
REQUEST_TAKEN = Text("Đã ghi nhận yêu cầu.", "The request was taken down.")
REQUEST_WITHDRAWN = Text("Đã rút yêu cầu.", "The request was withdrawn.")
STEPS: Mapping[StepName, Text] = {
    "known": Text("Đã biết", "Known"),
    "due": Text("Đến hạn", "Due"),
    "asked": Text("Đang chờ", "Waiting"),
    "skipped": Text("Bỏ qua", "Skipped"),
    "begun": Text("Đang thực hiện", "Under way"),
    "paused": Text("Tạm dừng", "Paused"),
    "resumed": Text("Đang thực hiện", "Under way"),
    "finished": Text("Đã xong", "Done"),
    "stopped": Text("Đã dừng", "Stopped"),
    "failed": Text("Không thực hiện được", "Failed"),
    "withdrawn": Text("Đã rút", "Withdrawn"),
    "cancelled": Text("Đã hủy", "Cancelled"),
    "halted": Text("Dừng khẩn cấp", "Emergency stop"),
    "released": Text("Đã bỏ lệnh dừng", "Released"),
}

# Waivers and disputes.
MATTERS = Text("Miễn trừ, khiếu nại", "Waivers, disputes")
MATTERS_TITLE = Text("Miễn trừ có thời hạn và khiếu nại", "Waivers and disputes")
MATTERS_HELP = Text(
    "Đề nghị gửi từ trang của từng kết luận; người đề nghị không tự phê duyệt. Miễn trừ không làm thay đổi kết luận.",
    "They are asked for and raised on the page of a finding; who asks does not decide. A waiver changes no verdict.",
)
TO_DECIDE = Text("Chờ quyết định", "To be decided")
WAIVERS = Text("Miễn trừ", "Waivers")
WAIVERS_NONE = Text("Chưa có đề nghị miễn trừ nào.", "No waiver was asked for yet.")
DISPUTES = Text("Khiếu nại", "Disputes")
DISPUTES_NONE = Text("Chưa có khiếu nại nào.", "Nothing is disputed yet.")
DISPUTE = Text("Khiếu nại", "Dispute")
DISPUTED = Text("Kết luận bị khiếu nại", "What is disputed")
DECIDED_BY = Text("Người quyết định", "Decided by")
DECISION = Text("Quyết định", "Decision")
WAIVER_STATES: Mapping[WaiverState, Text] = {
    "asked": Text("Chờ phê duyệt", "To be decided"),
    "granted": Text("Đã phê duyệt", "Granted"),
    "refused": Text("Bị từ chối", "Refused"),
    "withdrawn": Text("Đã rút", "Withdrawn"),
}
WAIVER_WISH = Text("{by} đề nghị đến hết ngày {day}.", "{by} asks for it until {day}.")
MEASURE = Text("Biện pháp thay thế", "What is done meanwhile")
ANOTHER_DECIDES = Text("Người khác quyết định đề nghị của bạn.", "Somebody else decides what you asked for.")
REASON = Text("Lý do", "Reason")
UNTIL_EARLIER = Text("Đến hết ngày (không muộn hơn đề nghị)", "Until (no later than was asked for)")
UNTIL = Text("Đến hết ngày", "Until")
GRANT = Text("Phê duyệt", "Grant")
REFUSE = Text("Từ chối", "Refuse")
CONFIRM = Text("Xác nhận báo sai", "Confirm that it is wrong")
REJECT = Text("Không chấp nhận", "Reject")
END_WAIVER = Text("Chấm dứt miễn trừ {id}", "End waiver {id}")
ACT = Text("Việc của đơn vị", "What you can do")
ACKNOWLEDGE = Text("Tiếp nhận và hẹn ngày khắc phục", "Say by when it will be fixed")
PLANNED = Text("Ngày hẹn khắc phục", "Planned day")
NOTE = Text("Ghi chú", "Remark")
PLANNED_LINE = Text("{by} hẹn khắc phục ngày {day}.", "{by} plans to have it fixed by {day}.")
ASK_WAIVER = Text("Đề nghị miễn trừ có thời hạn", "Ask for a waiver")
RAISE_DISPUTE = Text("Khiếu nại: kết luận này sai", "Dispute it: this finding is wrong")
PENDING_WAIVER = Text("Đã đề nghị miễn trừ, đang chờ quyết định:", "A waiver was asked for, and is to be decided:")
PENDING_DISPUTE = Text("Đã khiếu nại, đang chờ quyết định:", "It is disputed, and is to be decided:")
SEND = Text("Gửi", "Send")
PLANNED_TAKEN = Text("Đã ghi nhận ngày hẹn khắc phục.", "The planned day was taken down.")
WAIVER_TAKEN = Text("Đã gửi đề nghị miễn trừ.", "The waiver was asked for.")
DISPUTE_TAKEN = Text("Đã gửi khiếu nại.", "The dispute was raised.")
DECISION_TAKEN = Text("Đã ghi nhận quyết định.", "The decision was taken down.")

# Reports.
REPORTS_TITLE = Text("Báo cáo đã ban hành", "Reports that were issued")
REPORTS_NONE = Text("Chưa có báo cáo nào được ban hành, ký hoặc gửi.", "No report was issued, signed or sent yet.")
NUMBER = Text("Số", "Number")
DRAFT = Text("dự thảo", "draft")
DATE = Text("Ngày", "Date")
ABOUT = Text("Về", "About")
FILE = Text("Tệp", "File")
SIGNER = Text("Người ký", "Signer")
SIZE = Text("Kích thước", "Size")
KIB = Text("{size} KiB", "{size} KiB")
FORMAT = Text("Định dạng", "Format")
ARCHIVED = Text("Lưu lúc", "Archived")

# Errors.
ERRORS: Mapping[int, tuple[Text, Text]] = {
    400: (
        Text("Yêu cầu không hợp lệ", "Bad request"),
        Text("Máy chủ không hiểu yêu cầu này.", "The server does not understand this request."),
    ),
    403: (
        Text("Biểu mẫu không còn hiệu lực", "The form is no longer valid"),
        Text(
            "Trang đã mở quá lâu hoặc cookie bị chặn. Hãy tải lại trang rồi gửi lại.",
            "The page was open for too long, or cookies are blocked. Load the page again and send it once more.",
        ),
    ),
    404: (
        Text("Không tìm thấy", "Not found"),
        Text("Không có trang này, hoặc trang không dành cho bạn.", "There is no such page, or it is not for you."),
    ),
    410: (
        Text("Không còn lưu", "No longer kept"),
        Text("Nội dung này đã được xóa theo thời hạn lưu giữ.", "This was removed, as the rule on retention has it."),
    ),
    429: (
        Text("Quá nhiều yêu cầu", "Too many requests"),
        Text("Hãy chờ một phút rồi thử lại.", "Wait for a minute, then try again."),
    ),
    500: (
        Text("Lỗi máy chủ", "Server error"),
        Text(
            "Đã có lỗi khi xử lý; lỗi đã được ghi lại. Hãy thử lại sau.",
            "Something went wrong, and was noted. Try again later.",
        ),
    ),
}
BACK = Text("Về trang chính", "Back to the start")
