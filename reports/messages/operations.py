"""Why a slot, a request or a run stands as it does, as people read it after what became of it."""

from collections.abc import Mapping

from checks.model.operation import Reason
from checks.model.text import Text

# No words for the empty reason.
REASONS: Mapping[Reason, Text] = {
    "missed": Text("lỡ giờ", "missed"),
    "blackout": Text("ngày nghỉ", "blackout"),
    "in_progress": Text("đợt trước chưa xong", "the run before is not over"),
    "nothing_due": Text("chưa tài sản nào đến hạn", "no asset is due"),
    "authorisation": Text("ngoài phạm vi cho phép lúc này", "not authorised at this time"),
    "window": Text("hết khung giờ", "the window has ended"),
    "length": Text("hết thời lượng", "worked as long as it may"),
    "halted": Text("dừng khẩn cấp", "emergency stop"),
    "interrupted": Text("bị ngắt", "interrupted"),
    "crashed": Text("tiến trình chết", "its process crashed"),
    "refused": Text("không được phép", "refused"),
    "changed": Text("quy tắc đã đổi", "rules have changed"),
    "unscheduled": Text("lịch không còn", "no longer scheduled"),
    "abandoned": Text("đợt đã bị bỏ", "its run was abandoned"),
    "cancelled": Text("đợt đã bị hủy", "its run was cancelled"),
}
