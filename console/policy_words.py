"""The words of the pages about policies, in both languages."""

from collections.abc import Mapping

from checks.impact import Kind
from checks.model.text import Text
from policies.compare import Kind as Change

POLICIES = Text("Chính sách", "Policies")
TITLE = Text("Chính sách đánh giá", "Policies")
HELP = Text(
    "Chính sách là tệp YAML trên máy chủ của đội giám sát; trang này chỉ đọc. Muốn đổi: sửa tệp, kiểm tra bằng "
    "khien policy check; đợt rà quét sau dùng tệp mới và việc thay đổi được ghi nhận.",
    "Policies are YAML files on the security team's server, and are only read here. To change one, edit its file and "
    "check it with khien policy check; the next scan uses it, and the change is put on record.",
)
NONE = Text("Không có chính sách nào.", "There are no policies.")
BROKEN = Text(
    "Tệp chính sách có lỗi; các đợt rà quét sẽ không chạy được đến khi sửa xong.",
    "There are faults in the files of policies; no scan can begin until they are mended.",
)
NOT_A_POLICY = Text("Văn bản này chưa phải chính sách hợp lệ.", "This text is no valid policy.")
NAME = Text("Tên", "Title")
CONTROLS = Text("Biện pháp", "Controls")
PARENTS = Text("Kế thừa từ", "Inherits from")
WHERE_FROM = Text("Tệp", "File")
BUILT_IN = Text("tích hợp sẵn trong Khiên", "built into Khiên")
USED_AT = Text("Tài sản dùng ở đợt mới nhất", "Assets under it in the latest run")
USED_BY = Text("Cơ quan", "Agencies")
DEFAULT = Text("mặc định của tỉnh", "the province's default")
SINCE_RUN = Text("So với đợt mới nhất", "Against the latest run")
AS_IN_RUN = Text("như khi rà quét", "as it was then")
NOT_AS_IN_RUN = Text("đã sửa từ khi rà quét", "changed since")
NOT_IN_RUN = Text("không dùng", "not used")
WHERE_USED = Text("Nơi áp dụng", "Where it is used")
WHERE_USED_NONE = Text(
    "Đợt mới nhất không đánh giá tài sản nào theo chính sách này.", "The latest run judged nothing under it."
)
HEIRS = Text("Chính sách kế thừa từ chính sách này", "Policies that inherit from it")
LEGAL = Text("Văn bản làm căn cứ", "Legal basis")
EFFECTIVE = Text("Nội dung có hiệu lực sau khi gộp phần kế thừa", "What it asks for, with all that it inherits")
CONTROLS_NONE = Text("Không có biện pháp nào khớp bộ lọc.", "No control fits the filter.")
DUE_DAYS = Text("Hạn (ngày)", "Due (days)")
STATED_BY = Text("Nêu trong", "Stated by")
CHANGED_BY = Text("Sửa bởi", "Changed by")
PARAMS = Text("Tham số", "Parameters")
WHEN = Text("Phạm vi áp dụng", "Applies to")
EVERY_ASSET = Text("mọi tài sản", "every asset")
LEVELS = Text("cấp độ {values}", "levels {values}")
TAGS = Text("thẻ {values}", "tags {values}")
ZONES = Text("vùng {values}", "zones {values}")
FROM_DAY = Text("Áp dụng từ", "Counts from")
AT_ONCE = Text("đã áp dụng", "it counts")
DECIDED = Text("Dòng quyết định", "Decided at")
SAYS: Mapping[str, Text] = {
    "states": Text("nêu đầy đủ", "states it"),
    "changes": Text("sửa {fields}", "changes {fields}"),
    "disables": Text("tắt", "switches it off"),
}
DISABLED = Text("Biện pháp bị tắt", "Controls that are switched off")
YAML = Text("Nguyên văn YAML", "The YAML text")
CUT = Text("Văn bản dài đã được cắt bớt ở đây.", "The text is long, and was cut here.")

# Comparing.
COMPARE = Text("So sánh chính sách", "Compare policies")
COMPARE_THIS = Text("So sánh với chính sách khác", "Compare it with another")
BEFORE = Text("Chính sách trước", "Policy before")
AFTER = Text("Chính sách sau", "Policy after")
COMPARE_DO = Text("So sánh", "Compare")
DIFFERENCES = Text("Khác nhau", "Differences")
SAME = Text("Hai chính sách yêu cầu như nhau.", "Both policies ask for the same.")
CHANGE = Text("Thay đổi", "Change")
FIELD = Text("Nội dung", "Field")
OLD = Text("Trước", "Before")
NEW = Text("Sau", "After")
CHANGES: Mapping[Change, Text] = {
    "added": Text("Thêm", "Added"),
    "removed": Text("Bỏ", "Removed"),
    "changed": Text("Sửa", "Changed"),
}

# Trying.
TRY = Text("Thử chính sách", "Try a policy")
TRY_THIS = Text("Thử trên kết quả mới nhất", "Try it on the latest results")
TRY_HELP = Text(
    "Đánh giá lại bằng chứng của đợt mới nhất theo chính sách khác: không rà quét, không lưu gì. Yêu cầu đã công bố "
    "được tính như đã có hiệu lực.",
    "The evidence of the latest run is judged under another policy: nothing is scanned, and nothing is kept. What is "
    "only announced counts as if it were in force.",
)
WHICH = Text("Chính sách có sẵn", "One of the policies")
OWN_TEXT = Text("– Văn bản bên dưới –", "– The text below –")
TEXT = Text("Văn bản chính sách (YAML)", "Text of a policy (YAML)")
TEXT_HELP = Text(
    "Tối đa {size} KiB. Văn bản thay cho chính sách cùng mã, kể cả ở những chính sách kế thừa từ nó.",
    "At most {size} KiB. It takes the place of the policy of its id, also where others inherit from it.",
)
UPLOAD = Text("Hoặc chọn tệp", "Or choose a file")
UNDER = Text("Tài sản đang theo chính sách", "Assets that are under")
ANY_POLICY = Text("bất kỳ", "any policy")
TRY_DO = Text("Xem thay đổi", "See what changes")
TRY_CSV = Text("Tải thay đổi (CSV)", "The changes as CSV")
TRIED = Text("Nếu áp dụng {policy} {version}", "Under {policy} {version}")
CHANGED_SINCE = Text(
    "Đã đổi từ đợt rà quét, nên khác biệt có thể không do chính sách: {names}",
    "Changed since the run, so that a difference need not come from the policy: {names}",
)
ONE_OF_BOTH = Text(
    "Hãy chọn một chính sách có sẵn, hoặc dán văn bản: chỉ một trong hai.",
    "Choose one of the policies, or paste a text: one of both.",
)
TOO_LARGE = Text("Văn bản quá dài.", "The text is too long.")
NOT_TEXT = Text("Tệp không phải văn bản UTF-8.", "The file is no text in UTF-8.")
NO_PREVIEW = Text(
    "Chưa xem được lúc này: đang có người thử chính sách khác, hoặc việc này quá lâu. Hãy chọn một cơ quan rồi thử "
    "lại.",
    "It cannot be tried now: somebody else tries a policy, or it takes too long. Choose one agency, and try again.",
)
BY_AGENCY = Text("Theo cơ quan", "By agency")
BY_CONTROL = Text("Theo biện pháp", "By control")
SHIFTS = Text("Từng thay đổi", "Each change")
SHIFTS_NONE = Text("Không kết luận nào thay đổi.", "No verdict would change.")
SHIFTS_CUT = Text("Trang này hiện {shown} trong {count} thay đổi.", "This page shows {shown} of {count} changes.")
SCORE_BEFORE = Text("Tuân thủ hiện nay", "Compliance now")
SCORE_AFTER = Text("Tuân thủ khi áp dụng", "Compliance then")
COVERAGE_AFTER = Text("Độ bao phủ khi áp dụng", "Coverage then")
VERDICT_BEFORE = Text("Hiện nay", "Now")
VERDICT_AFTER = Text("Khi áp dụng", "Then")
NO_SUCH_CONTROL = Text("không có biện pháp", "no such control")
NEWER_RULE = Text("quy tắc đã đổi phiên bản", "the rule has a newer version")
KINDS: Mapping[Kind, Text] = {
    "new_fail": Text("Sẽ không đạt", "Would fail"),
    "no_longer_fails": Text("Sẽ hết không đạt", "Would no longer fail"),
    "no_longer_assessable": Text("Sẽ chưa đánh giá được", "Could not be assessed"),
}
