"""What goes wrong, as problem documents (RFC 9457), in both languages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from checks.model.canonical import STRICT, plain
from checks.model.text import Language, Text

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, Text] = {
    400: Text("Yêu cầu sai", "Bad request"),
    401: Text("Chưa xác thực", "Unauthorized"),
    403: Text("Bị từ chối", "Forbidden"),
    404: Text("Không tìm thấy", "Not found"),
    405: Text("Phương thức không dùng được", "Method not allowed"),
    409: Text("Không thực hiện được lúc này", "Conflict"),
    429: Text("Quá nhiều yêu cầu", "Too many requests"),
    500: Text("Lỗi máy chủ", "Internal server error"),
    503: Text("Tạm thời không phục vụ được", "Service unavailable"),
}
DETAILS: Mapping[int, Text] = {
    400: Text("Yêu cầu không đúng dạng.", "The request is not well formed."),
    401: Text(
        "Cần mã truy cập còn hiệu lực: Authorization: Bearer khien_...",
        "A token in force is needed: Authorization: Bearer khien_...",
    ),
    403: Text("Yêu cầu bị từ chối.", "The request is refused."),
    404: Text("Không có, hoặc không dành cho bạn.", "It is not there, or not for you."),
    405: Text("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    500: Text("Đã có lỗi; nhật ký máy chủ ghi rõ.", "Something broke; the server's log tells what."),
}


@dataclass(frozen=True, slots=True)
class Both:
    """Title and detail in both languages."""

    __pydantic_config__ = STRICT

    title: Text
    detail: Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the parameters or with the body."""

    __pydantic_config__ = STRICT

    place: str
    code: str
    """What is wrong, as pydantic calls it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document."""

    __pydantic_config__ = STRICT

    status: int
    title: str
    detail: str
    """Both in the language that Accept-Language asks for first, Vietnamese or English."""
    texts: Both
    faults: tuple[Fault, ...] = ()
    type: str = "about:blank"
    """The status says what kind of problem it is (RFC 9457, section 4.2.1)."""


def problem(
    request: HttpRequest,
    status: int,
    detail: Text | None = None,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for what went wrong."""
    language, title, told = language_of(request), TITLES[status], detail or DETAILS[status]
    made = Problem(status, title.in_(language), told.in_(language), Both(title, told), faults)
    text = json.dumps(plain(made), ensure_ascii=False)
    return HttpResponse(
        text.encode("utf-8", "backslashreplace"),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Content-Language": language, **(headers or {})},
    )


def language_of(request: HttpRequest) -> Language:
    """English where the program asks for it first; Vietnamese otherwise."""
    return "en" if request.headers.get("Accept-Language", "").strip().lower().startswith("en") else "vi"
