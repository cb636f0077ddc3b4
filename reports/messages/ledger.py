"""The words for what is wrong with what is remembered, and for what keys and signed states of the log are worth."""

from collections.abc import Mapping

from checks.model.text import Text

FAULTS: Mapping[str, Text] = {
    "changed": Text("bị sửa", "changed"),
    "removed": Text("bị xóa", "removed"),
    "inserted": Text("bị chèn thêm", "inserted"),
    "reordered": Text("bị đổi thứ tự", "reordered"),
    "damaged": Text("bị hỏng", "damaged"),
}
BELIEFS: Mapping[str, Text] = {
    "good": Text("chữ ký đúng", "signature good"),
    "stamped": Text(
        "KHÔNG đáng tin, trừ khi cơ quan cấp dấu thời gian xác nhận dấu có trước khi khóa bị thu hồi",
        "NOT believed, unless the authority of its time stamp vouches that it is from before its key was revoked",
    ),
    "revoked": Text("KHÔNG đáng tin: khóa đã thu hồi", "NOT believed: its key was revoked"),
}
KEY_STATES: Mapping[str, Text] = {
    "in_use": Text("đang dùng", "in use"),
    "replaced": Text("đã thay", "replaced"),
    "revoked": Text("đã thu hồi", "revoked"),
}
