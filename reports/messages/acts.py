"""How acts are called: the codes are those of `checks.model.act.Deed.what`, a matter and a step."""

from collections.abc import Mapping
from typing import get_args

from checks.model.act import Via
from checks.model.text import Text
from reports.messages.alerts import STEPS

_SCAN: Mapping[str, Text] = {
    "skipped": Text("bỏ qua", "skipped"),
    "begun": Text("bắt đầu", "begun"),
    "paused": Text("tạm dừng", "paused"),
    "resumed": Text("làm tiếp", "resumed"),
    "finished": Text("kết thúc", "finished"),
    "stopped": Text("dừng hẳn", "given up"),
    "failed": Text("không thực hiện được", "failed"),
}
_MESSAGE: Mapping[str, Text] = {
    "begun": Text("bắt đầu gửi", "about to be sent"),
    "accepted": Text("máy chủ đã nhận", "taken over by the server"),
    "deferred": Text("chưa gửi được, sẽ thử lại", "not taken over yet"),
    "rejected": Text("bị máy chủ từ chối", "rejected by the server"),
}
_CHANGED = Text("thay đổi", "changed")
MATTERS: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "run": (
        Text("Đợt rà quét", "Scan run"),
        {
            "opened": Text("bắt đầu", "started"),
            "resumed": Text("làm tiếp", "resumed"),
            "interrupted": Text("bị ngắt", "interrupted"),
            "finished": Text("kết thúc", "finished"),
            "abandoned": Text("đã bỏ", "abandoned"),
            "cancelled": Text("hủy", "cancelled"),
        },
    ),
    "schedule": (Text("Lịch rà quét", "Schedule"), {"known": Text("bắt đầu áp dụng", "in force from now on")}),
    "slot": (Text("Lượt theo lịch", "Scheduled slot"), {"due": Text("đến hạn", "due"), **_SCAN}),
    "request": (
        Text("Yêu cầu rà quét", "Request for a scan"),
        {"asked": Text("đề nghị", "asked"), **_SCAN, "withdrawn": Text("rút lại", "withdrawn")},
    ),
    "stop": (
        Text("Dừng khẩn cấp", "Emergency stop"),
        {"halted": Text("ra lệnh", "ordered"), "released": Text("bỏ lệnh", "lifted")},
    ),
    "inventory": (Text("Danh mục", "Inventory"), {"changed": _CHANGED}),
    "policy": (Text("Chính sách", "Policy"), {"changed": _CHANGED}),
    "configuration": (Text("Cấu hình", "Configuration"), {"changed": _CHANGED}),
    "waiver": (
        Text("Miễn trừ", "Waiver"),
        {
            "asked": Text("đề nghị", "asked for"),
            "granted": Text("phê duyệt", "granted"),
            "refused": Text("từ chối", "refused"),
            "withdrawn": Text("rút lại", "withdrawn"),
            "file_changed": Text("tệp miễn trừ thay đổi", "the file of waivers changed"),
        },
    ),
    "dispute": (
        Text("Khiếu nại", "Dispute"),
        {
            "raised": Text("ghi nhận", "raised"),
            "confirmed": Text("xác nhận báo sai", "confirmed"),
            "rejected": Text("không chấp nhận", "rejected"),
        },
    ),
    "fault": (
        Text("Lỗi phát hiện", "Fault"),
        {"planned": Text("đã biết, có ngày dự kiến khắc phục", "acknowledged, with a planned date")},
    ),
    "report": (
        Text("Báo cáo", "Report"),
        {
            "issued": Text("ban hành", "issued"),
            "signed": Text("ký số khi chưa có số", "signed without a number"),
            "kept": Text("lưu bản dự thảo", "draft archived"),
            "asked": Text("yêu cầu lập hoặc gửi", "asked for, or to be sent"),
            **_SCAN,
            "withdrawn": Text("rút lại yêu cầu", "request withdrawn"),
        },
    ),
    "delivery": (Text("Gửi báo cáo", "Report by mail"), _MESSAGE),
    "alert": (Text("Cảnh báo", "Alert"), {f"{step}": text for step, text in STEPS.items()}),
    "database": (
        Text("Cơ sở dữ liệu", "Database"),
        {
            "upgraded": Text("tạo hoặc nâng cấp", "made or upgraded"),
            "backed_up": Text("sao lưu", "backed up"),
            "restored": Text("khôi phục", "restored"),
        },
    ),
    "evidence": (
        Text("Bằng chứng", "Evidence"),
        {"removed": Text("xóa nội dung đã quá hạn lưu", "old bodies removed")},
    ),
    "key": (
        Text("Khóa ký sổ", "Key of the log"),
        {"made": Text("tạo", "made"), "rotated": Text("thay", "replaced"), "revoked": Text("thu hồi", "revoked")},
    ),
    "checkpoint": (Text("Mốc của sổ", "State of the log"), {"signed": Text("ký", "signed")}),
    "user": (
        Text("Người dùng", "User"),
        {
            "added": Text("thêm", "added"),
            "changed": _CHANGED,
            "disabled": Text("khóa", "disabled"),
            "signed_in": Text("đăng nhập", "signed in"),
            "signed_out": Text("đăng xuất", "signed out"),
            "refused": Text("từ chối đăng nhập qua OpenID", "sign-in with OpenID refused"),
            "kept_out": Text("tạm chặn vì đăng nhập sai nhiều lần", "kept out for a while after failed tries"),
            "recovered": Text("dùng mã khôi phục", "recovery code used"),
        },
    ),
    "token": (
        Text("Mã truy cập API", "Token for the API"),
        {"added": Text("tạo", "made"), "revoked": Text("thu hồi", "revoked")},
    ),
    "data": (Text("Dữ liệu", "Data"), {"downloaded": Text("tải xuống", "downloaded")}),
}
VIA: Mapping[Via, Text] = dict(
    zip(
        get_args(Via),
        (Text("dòng lệnh", "command line"), Text("tiến trình nền", "daemon"), Text("trang quản lý", "console")),
        strict=True,
    )
)
FIRST = Text("ghi nhận lần đầu", "put on record for the first time")


def codes() -> tuple[str, ...]:
    """Every matter, each followed by its steps."""
    return tuple(
        code for matter, (_, steps) in MATTERS.items() for code in (matter, *(f"{matter}.{step}" for step in steps))
    )


def words(code: str) -> Text:
    """What an act is called."""
    matter, _, step = code.partition(".")
    name, steps = MATTERS[matter]
    return Text(f"{name.vi}: {steps[step].vi}", f"{name.en}: {steps[step].en}")
