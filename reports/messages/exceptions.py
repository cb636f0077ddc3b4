"""The words of waivers, disputes, changes since the run before, and of a run that is held."""

from collections.abc import Mapping

from checks.compare import ChangeReason
from checks.model.text import Text
from checks.model.waiver import DisputeState, WaiverKind
from checks.waivers import StandingReason, State

STATES: Mapping[State, Text] = {
    "in_force": Text("Đang hiệu lực", "In force"),
    "void": Text("Vô hiệu", "Void"),
    "expired": Text("Hết hạn", "Expired"),
    "not_yet": Text("Chưa đến ngày hiệu lực", "Not yet in force"),
}
STANDING_REASONS: Mapping[StandingReason, Text] = {
    "covers": Text("Phủ lên kết luận không đạt.", "It covers a non-compliant verdict."),
    "expired": Text("Đã qua ngày cuối.", "Its last day is past."),
    "not_yet": Text("Chưa tới ngày đầu.", "Its first day is to come."),
    "evidence_changed": Text("Lỗi phát hiện không còn như khi phê duyệt.", "What fails is not what it was granted on."),
    "evidence_incomplete": Text(
        "Lỗi phát hiện khác khi phê duyệt, và có phần chưa đánh giá được.",
        "What fails is not what it was granted on, and a part could not be assessed.",
    ),
    "more_fails": Text(
        "Có thêm lỗi ngoài những lỗi được nêu, nên kết luận không được phủ.",
        "More fails than it names, so that the verdict is not covered.",
    ),
    "nothing_fails": Text("Không còn lỗi nào để miễn trừ.", "Nothing fails any more."),
    "not_assessable": Text("Chưa đánh giá được trong đợt này.", "It could not be assessed in this run."),
    "not_judged": Text("Đợt này không xem xét.", "This run did not judge it."),
}
WAIVER_KINDS: Mapping[WaiverKind, Text] = {
    "waiver": Text("Miễn trừ", "Waiver"),
    "false_positive": Text("Báo sai đã xác nhận", "Confirmed false positive"),
}
WAIVERS_NOTE = Text(
    "Miễn trừ không làm thay đổi kết luận. Tỷ lệ tuân thủ {score}; khi không tính các nội dung đang được miễn trừ "
    "hoặc đã xác nhận báo sai: {waived}.",
    "A waiver changes no verdict. Compliance score {score}; without what is under a waiver in force or is a confirmed "
    "false positive: {waived}.",
)
EVERY_CONTROL = Text("mọi biện pháp", "every control")
WAIVER = Text("Miễn trừ", "Waiver")
STATE = Text("Tình trạng", "State")
WHOLE_AGENCY = Text("mọi tài sản của {agency}", "every asset of {agency}")
MEASURE = Text("Biện pháp thay thế: {measure}", "Compensating measure: {measure}")
REQUESTED_BY = Text("Đề nghị: {by}", "Asked by: {by}")
APPROVED_BY = Text("Phê duyệt: {by}", "Granted by: {by}")
UNBOUND = Text("Không gắn với bằng chứng.", "Bound to no evidence.")
NOT_COVERED = Text("Không phủ tại {asset}: {reason}", "Not covered at {asset}: {reason}")

DISPUTES_HEADING = Text("5. Báo sai đã xác nhận và khiếu nại", "5. Confirmed false positives and disputes")
DISPUTES_NOTE = Text(
    "Báo sai đã xác nhận vẫn giữ nguyên kết luận không đạt trong tỷ lệ tuân thủ; chỉ được bỏ ra trong tỷ lệ ghi "
    "riêng ở mục 2, và mất hiệu lực khi bằng chứng thay đổi.",
    "A confirmed false positive keeps its non-compliant verdict in the score; only the score given apart in section 2 "
    "leaves it out, and it is void when the evidence changes.",
)
DISPUTES_NONE = Text("Không có khiếu nại hoặc báo sai.", "There are no disputes and no false positives.")
DISPUTE_STATES: Mapping[DisputeState, Text] = {
    "open": Text("Đang xem xét", "Open"),
    "confirmed": Text("Xác nhận báo sai", "Confirmed as a false positive"),
    "rejected": Text("Không chấp nhận", "Rejected"),
}
RAISED = Text("{by}, {day}: {reason}", "{by}, {day}: {reason}")
OBSERVED = Text("Quan sát của {by}, {day}: {seen}", "Observation of {by}, {day}: {seen}")

CHANGES_TITLE = Text("Thay đổi so với đợt rà quét trước", "Changes since the previous scan run")
CHANGE = Text("Thay đổi", "Change")
CHANGES_NONE = Text("Không có thay đổi nào so với đợt trước.", "Nothing has changed since the previous run.")
CHANGE_REASONS: Mapping[ChangeReason, Text] = {
    "evidence_changed": Text("Bằng chứng thu được đã khác.", "Something else was seen."),
    "same_evidence": Text(
        "Bằng chứng như cũ; khác do thời gian hoặc dữ liệu tham chiếu.",
        "The same was seen; time or reference data make the difference.",
    ),
    "seen_before": Text(
        "Đã có trong đợt trước nữa, từng hết, nay lại có.", "It was there in an earlier run, was gone, and is back."
    ),
    "still_there": Text("Vẫn như đợt trước.", "It fails as before."),
    "reason_changed": Text("Vẫn chỗ đó, lý do khác.", "The same thing fails for another reason."),
    "could_not_look": Text("Đợt này không đánh giá được.", "It could not be assessed this time."),
    "could_look_again": Text("Đợt trước không đánh giá được.", "It could not be assessed last time."),
    "asset_added": Text("Tài sản mới.", "The asset is new."),
    "asset_removed": Text("Tài sản không còn trong phạm vi.", "The asset is no longer in scope."),
    "not_selected": Text("Tài sản không được chọn trong một đợt.", "One run was not about this asset."),
    "excluded": Text("Một đợt không được phép rà quét tài sản.", "One run was not allowed to look at the asset."),
    "control_added": Text("Chính sách có thêm biện pháp này.", "The policy has gained this control."),
    "control_removed": Text("Chính sách không còn biện pháp này.", "The policy has lost this control."),
    "in_force": Text("Yêu cầu đã công bố nay có hiệu lực.", "What was announced is in force."),
    "announced": Text("Yêu cầu chuyển sang chỉ công bố.", "It is only announced now."),
    "became_applicable": Text("Nay áp dụng cho tài sản.", "It concerns the asset now."),
    "no_longer_applicable": Text("Không còn áp dụng cho tài sản.", "It no longer concerns the asset."),
    "rule": Text("Cùng bằng chứng, quy tắc đã đổi.", "The same evidence under another rule."),
    "rule_and_evidence": Text(
        "Quy tắc và bằng chứng đều đã đổi; không phân biệt được do đâu.",
        "Rule and evidence both changed; which of them it was cannot be told.",
    ),
    "as_before": Text("Không đổi.", "Unchanged."),
}

HELD = Text(
    "Đợt rà quét này bị giữ lại vì phần chưa đánh giá được nhiều hơn hẳn mức thường thấy: độ bao phủ {coverage}, "
    "thường là {usual}. Báo cáo vẫn được lập theo yêu cầu của người vận hành; cần thận trọng khi so sánh.",
    "This run was held, because far more than usual could not be assessed: coverage {coverage}, usually {usual}. The "
    "report was made all the same, as the operator asked; compare it with care.",
)
