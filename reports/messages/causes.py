"""The words of what several failed findings have in common."""

from collections.abc import Mapping

from checks.model.text import Text
from reports.causes import CauseKind

HEADING = Text("Nguyên nhân chung: sửa một nơi, xong nhiều nơi", "Common causes: one fix, many sites")
NOTE = Text(
    "Mỗi dòng là một máy chủ, một chứng thư số hoặc một phần mềm máy chủ mà nhiều tài sản dùng chung; sửa tại đó thì "
    "khắc phục được mọi nội dung nêu bên cạnh. Mỗi nội dung không đạt chỉ thuộc một nguyên nhân.",
    "Each row is one server, one certificate or one server product that several assets share; mended there, "
    "everything named beside it is fixed. A failed finding belongs to one cause at the most.",
)
CAUSE = Text("Nguyên nhân", "Cause")
ASSETS = Text("Tài sản", "Assets")
CONTROLS = Text("Khắc phục được", "What it fixes")
COUNT = Text("Số nội dung", "Findings")
KINDS: Mapping[CauseKind, Text] = {
    "certificate": Text(
        "Chứng thư số của {subject} (SHA-256 {fingerprint}…)", "The certificate of {subject} (SHA-256 {fingerprint}…)"
    ),
    "address": Text("Máy chủ tại địa chỉ {name}", "The server at {name}"),
    "product": Text("Phần mềm máy chủ {name}", "The server product {name}"),
}
"""Each may leave out what it does not need."""
SHARED = Text("Nguyên nhân chung: {causes}.", "Common causes: {causes}.")
AT = Text("{cause} ({count} tài sản)", "{cause} ({count} assets)")
OTHERS = Text(
    "… và {count} tài sản khác có cùng nội dung không đạt: {assets}. Chi tiết có trong findings.xlsx đính kèm.",
    "… and {count} more assets that fail it: {assets}. The details are in findings.xlsx, enclosed.",
)
