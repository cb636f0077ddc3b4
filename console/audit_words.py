"""The words of the pages on the past and its proof: any date, what changed, who did what, proofs, bundles."""

from datetime import date

from checks.model.text import Text
from reports.messages.figures import day as shown_day

# Any date.
NO_DAY = Text(
    "Cần một ngày không ở tương lai, viết như 2026-05-01.",
    "A day is needed that is not to come, written as 2026-05-01.",
)
AS_OF = Text("Xem vào một ngày khác", "See it on another day")
AS_OF_DAY = Text("Ngày", "Day")
AS_OF_SEE = Text("Xem", "See")
AS_OF_SHOWN = Text("Tình trạng vào cuối ngày {day}.", "This is how it stood at the end of {day}.")
AS_OF_BACK = Text("Về hiện tại", "Back to the present")
AS_OF_NONE = Text("Đến hết ngày {day} chưa có đợt rà quét nào kết thúc.", "No scan was finished by the end of {day}.")


def none_by(day: date) -> Text:
    """That there was no scan by a day."""
    return Text(*(AS_OF_NONE.in_(each).format(day=shown_day(day, each)) for each in ("vi", "en")))


# Lists page by page.
PREVIOUS = Text("Trang trước", "Previous")
NEXT = Text("Trang sau", "Next")
PAGE_OF = Text("Trang {number}/{pages}", "Page {number} of {pages}")

# What changed.
DIFFERENCES = Text("Thay đổi", "Differences")
DIFFERENCES_NONE = Text("Không có thay đổi nào khớp bộ lọc.", "Nothing changed within the filter.")
COMPARED = Text("Từ đợt lúc {before} đến đợt lúc {after}", "From the run of {before} to the run of {after}")
COMPARE = Text("So sánh", "Compare")
BY_DAYS = Text("So sánh hai ngày", "Compare two days")
BY_RUNS = Text("So sánh hai đợt", "Compare two runs")
COMPARE_DAYS = Text("So sánh hai ngày", "Compare days")
COMPARE_RUNS = Text("So sánh hai đợt", "Compare runs")
FROM_DAY = Text("Cuối ngày", "End of")
TO_DAY = Text("với cuối ngày (bỏ trống: hiện tại)", "with the end of (left out: now)")
FROM_RUN = Text("Đợt trước", "Earlier run")
TO_RUN = Text("Đợt sau", "Later run")
KIND_OF_CHANGE = Text("Loại thay đổi", "Kind of change")
BECAME = Text("Thay đổi", "What became of it")
BECAUSE = Text("Lý do", "Why")
BEFORE = Text("Trước", "Before")
AFTER = Text("Sau", "After")
FAULTS = Text("Từng lỗi", "Single faults")
NO_TWO = Text("Chưa có hai đợt rà quét để so sánh.", "There are no two runs to compare yet.")
WRONG_ORDER = Text("Đợt trước phải bắt đầu trước đợt sau.", "The earlier run must have begun before the later one.")
NOT_FINISHED = Text("Chỉ so sánh được các đợt đã kết thúc.", "Only finished runs can be compared.")

# Proof.
VERIFY = Text("Kiểm chứng", "Verify")
PROOF_TITLE = Text("Kiểm chứng", "Proof")
PROOF_HELP = Text(
    "Mọi giá trị dưới đây vừa được tính lại từ dữ liệu đang lưu. Mã băm của lá là SHA-256 của byte 00 và lá; của nút "
    "là SHA-256 của byte 01, nhánh trái và nhánh phải (RFC 9162, mục 2.1).",
    "Everything below was computed anew just now from what is stored. The hash of a leaf is SHA-256 of byte 00 and "
    "the leaf, that of a node SHA-256 of byte 01, its left and its right branch (RFC 9162, section 2.1).",
)
HOLDS = Text("Nguyên vẹn: mọi bước tính lại đều khớp.", "Intact: every step that was computed anew fits.")
BROKEN = Text("KHÔNG nguyên vẹn: dữ liệu không như lúc ghi.", "NOT intact: this is not what was recorded.")
BROKEN_LINE = Text("{fault}: {what} {detail}", "{fault}: {what} {detail}")
COMPUTED_ENTRIES = Text("Đã tính lại {number} mục của đợt.", "{number} entries of the run were computed anew.")
COMPUTED_BYTES = Text("Đã tính lại {number} byte của tệp.", "{number} bytes of the file were computed anew.")
IN_RUN = Text(
    "Trong đợt: các kết luận của tài sản là một mục của đợt", "In the run: the findings of the asset are an entry"
)
IN_LOG = Text("Trong sổ: một lá của sổ", "In the log: a leaf of it")
LEAF = Text("Lá", "Leaf")
PLACE_OF_LEAF = Text("Vị trí (từ 0)", "Place (from 0)")
LEAVES = Text("Số lá", "Leaves")
PATH = Text("Đường dẫn tới gốc", "Path to the root")
PATH_NONE = Text("không cần: cây chỉ có lá này", "none: the tree has this leaf alone")
ROOT = Text("Gốc", "Root")
LEADS = Text("Lá và đường dẫn cho đúng gốc này.", "Leaf and path give this root.")
LEADS_NOT = Text("Lá và đường dẫn KHÔNG cho gốc này.", "Leaf and path do NOT give this root.")
OBSERVATIONS = Text("Bằng chứng làm căn cứ", "What it rests on")
OBSERVATION_KEPT = Text("nội dung đúng với mã băm", "its bytes are those of the digest")
OBSERVATION_GONE = Text(
    "nội dung đã xóa theo thời hạn lưu giữ, hoặc hỏng", "its bytes were removed by rule, or damaged"
)
SIGNED_STATE = Text("Mốc đã ký sớm nhất có lá này", "The earliest signed state that has this leaf")
SIGNED_NONE = Text(
    "Chưa có mốc nào được ký từ khi có lá này; gốc trên là của sổ lúc này. Ký bằng khien history checkpoint.",
    "No state has been signed since; the root above is that of the log as it is now. khien history checkpoint signs.",
)
SIGNED_AT = Text("Ký lúc", "Signed at")
SIGNATURE = Text("Chữ ký (Ed25519)", "Signature (Ed25519)")
KEY = Text("Khóa công khai", "Public key")
WHOLE_HISTORY = Text(
    "Toàn bộ lịch sử được kiểm tra bằng lệnh khien history verify trên máy chủ, hoặc ở nơi khác bằng gói xuất ra và "
    "docs/verify_bundle.py.",
    "The whole history is verified with khien history verify on the server, or elsewhere with an exported bundle and "
    "docs/verify_bundle.py.",
)


def of_run(run: str) -> Text:
    """What a proof is of."""
    return Text(f"Đợt {run}", f"Run {run}")


def of_finding(asset: str, control: str) -> Text:
    """The same."""
    return Text(f"Kết luận {control} tại {asset}", f"{control} at {asset}")


def of_file(number: int) -> Text:
    """The same."""
    return Text(f"Tệp lưu số {number}", f"Archived file {number}")


BUSY = Text(
    "Đang có người khác kiểm chứng một đợt hoặc tạo một gói; hãy thử lại sau ít phút.",
    "Somebody else verifies a run or makes a bundle just now; try again in a while.",
)

# Checkpoints and keys.
LOG = Text("Sổ", "Log")
LOG_TITLE = Text("Sổ: mốc và khóa", "The log: checkpoints and keys")
LOG_HELP = Text(
    "Mỗi đợt đã kết thúc và mỗi việc đã làm là một lá của sổ. Mốc là số lá và gốc của sổ vào một lúc, có chữ ký nếu "
    "có khóa. Ai giữ một mốc ở nơi khác thì biết mọi thứ trước đó có bị đổi hay không.",
    "Each run that ended and each act is a leaf of the log. A checkpoint is its size and root at one time, signed "
    "where there is a key. Whoever has noted one elsewhere can tell whether anything before it was changed.",
)
LOG_NOW = Text("Sổ lúc này, tính lại từ mọi lá", "The log now, computed from all its leaves")
SHORT = Text("Dạng ngắn để chép lại", "Short form to note down")
LOG_FAULTS = Text("Chữ ký hoặc mốc không đúng", "Signatures or checkpoints that do not hold")
NOTED = Text("So với một mốc đã ghi ở nơi khác", "Compare with a checkpoint noted elsewhere")
NOTED_HELP = Text(
    "Chép dòng in ở báo cáo, như 142-T6PZ-…, hoặc số lá và gốc.", "As a report prints it, 142-T6PZ-…, or size and root."
)
NOTED_COMPARE = Text("So sánh", "Compare")
NOTED_FITS = Text("Khớp: sổ bắt đầu đúng bằng mốc này.", "It fits: the log begins with that very state.")
NOTED_FITS_NOT = Text(
    "KHÔNG khớp: sổ đã bị thay bằng bản cũ, bị cắt hoặc viết lại từ khi mốc được ghi.",
    "It does NOT fit: since it was noted the log was put back to an older copy, cut, or written anew.",
)
NO_CHECKPOINT = Text("Đó không phải là một mốc của sổ.", "That is no checkpoint of the log.")
CHECKPOINT = Text("Mốc", "Checkpoint")
CHECKPOINTS = Text("Các mốc đã ký", "Signed checkpoints")
CHECKPOINTS_NONE = Text("Chưa có mốc nào được ký.", "No checkpoint was signed yet.")
STAMPED = Text("Dấu thời gian", "Time stamp")
KEYS = Text("Các khóa ký sổ", "Keys of the log")
KEYS_NONE = Text("Chưa có khóa nào.", "There is no key yet.")
IN_USE_FROM = Text("Dùng từ", "In use from")
BY = Text("Người thực hiện", "By")
TOOK_PLACE_OF = Text("Thay cho khóa", "In place of")
REVOKED = Text("Thu hồi lúc", "Revoked at")
YES = Text("có", "yes")
NO = Text("không", "no")

# What a finding rests on.
LEDGER = Text("Sổ và mã băm", "Log and digests")
RUN_DIGEST = Text("Mã băm của đợt", "Digest of the run")
POLICY_DIGEST = Text("Mã băm của chính sách", "Digest of the policy")
RULE = Text("Quy tắc", "Rule")
RULE_LINE = Text("{check}, phiên bản {version}", "{check}, version {version}")
LOG_ENTRY = Text("Lá của đợt trong sổ", "Leaf of the run in the log")
TAKE_EVIDENCE = Text("Tải bằng chứng (JSON chuẩn tắc)", "Take the evidence (canonical JSON)")
REMOVED = Text(
    "Nội dung bằng chứng của kết luận này đã được xóa theo thời hạn lưu giữ; mã băm vẫn còn.",
    "The evidence of this verdict was removed, as the rule on retention has it; its digests are kept.",
)

# Who did what.
ACTS = Text("Nhật ký", "Acts")
ACTS_TITLE = Text("Ai đã làm gì", "Who did what")
ACTS_HELP = Text(
    "Mọi việc trong mọi nhật ký, mới nhất trước; không nêu ngày thì là 31 ngày gần nhất, một lần xem tối đa 92 ngày.",
    "The acts of all journals, newest first: of the last 31 days where no day is named, and of 92 days at the most.",
)
ACTS_NONE = Text("Không có việc nào khớp bộ lọc.", "No act fits the filter.")
ACTS_PERIOD = Text(
    "Ngày đầu phải trước ngày cuối, và cách nhau không quá 92 ngày.",
    "The first day is before the last, and they are at most 92 days apart.",
)
WHEN = Text("Lúc", "When")
WHO = Text("Ai", "Who")
THROUGH = Text("Qua", "Through")
ACT = Text("Việc", "Act")
SUBJECT = Text("Đối tượng", "Subject")
SINCE = Text("Từ ngày", "From")
UNTIL = Text("Đến hết ngày", "Until")
DETAILS = Text("Trước và sau", "Before and after")
ITEM = Text("Mục", "Item")
MORE_CHANGES = Text("và {number} mục khác (xem CSV)", "and {number} more (see the CSV)")
RECORD = Text("Mã băm của bản ghi", "Digest of the record")
CODE = Text("Mã việc", "Code")
ACCOUNT = Text("Tài khoản", "Account")

# Bundles.
EXPORT = Text("Xuất gói kiểm toán", "Export a bundle")
EXPORT_HELP = Text(
    "Gói ZIP có cả sổ, chữ ký và các đợt được chọn với bằng chứng, chính sách, kết luận; kiểm tra ở nơi khác bằng "
    "docs/verify_bundle.py, không cần Khiên. Chọn một đợt, hoặc các đợt trong một khoảng ngày.",
    "A ZIP file with the whole log, its signatures, and the chosen runs with evidence, policies and findings. "
    "docs/verify_bundle.py checks it elsewhere, without Khiên. Choose one run, or those of a period.",
)
EXPORT_RUN = Text("Mã đợt", "Run")
EXPORT_TAKE = Text("Tạo và tải gói", "Make and take it")
EXPORT_AGENCY_HELP = Text(
    "Để trống: mọi cơ quan, có cả các việc đã ghi. Chọn một cơ quan: chỉ kết luận và lần xem của cơ quan đó.",
    "Left out: all, with the acts. Of one agency there are its findings and looks alone.",
)
EXPORT_NONE = Text("Không có đợt nào đã kết thúc như vậy.", "There is no finished run of that kind.")
EXPORT_WHICH = Text("Hãy chọn một đợt, hoặc ngày đầu và ngày cuối.", "Choose a run, or a first and a last day.")


def export_most(runs: int) -> Text:
    """That more runs were chosen than one bundle of the console holds."""
    return Text(
        f"Một gói tải từ đây có tối đa {runs} đợt; nhiều hơn thì dùng khien history export.",
        f"A bundle that is taken from here has at most {runs} runs; khien history export makes larger ones.",
    )


def export_large(size: int) -> Text:
    """That a bundle would be larger than the console makes; `size` in MiB."""
    return Text(
        f"Gói lớn hơn {size} MiB; hãy chọn ít đợt hơn, hoặc dùng khien history export.",
        f"The bundle would be larger than {size} MiB; choose fewer runs, or use khien history export.",
    )
