"""What pydantic and PyYAML find wrong, in words of both languages.

Both speak English only, and pydantic repeats whatever it was given, however long. Each kind of fault that a file of
people can have gets a sentence here; one that nobody foresaw is told in the library's own words.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from checks.model.text import Text, TextError

SHOWN = 80
"""Characters of a key or a value that an error repeats."""


def details(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found, without lists that are too short only because an item in them is wrong."""
    found = error.errors(include_url=False)
    above = {each["loc"][:length] for each in found for length in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in above]


def quoted(value: Any) -> str:
    """A value as errors repeat it: as YAML has it, on one line, and not too long."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
    return _cut(repr(value))


def nearest(name: str, known: Iterable[str]) -> Text:
    """What somebody may have meant who wrote a name that does not exist, as the end of a sentence; often nothing."""
    found = get_close_matches(name[:SHOWN], known, n=1, cutoff=0.75)
    return Text(f"; có phải {found[0]!r}?", f"; is it {found[0]!r}?") if found else Text("", "")


def explain(detail: ErrorDetails, above: Sequence[str | int] = ()) -> Text:
    """A pydantic error in words of both languages, with the key or value that it is about.

    `above` is the path of what was validated, where that is a part of a file.
    """
    path = ".".join(str(part) for part in (*above, *detail["loc"]) if part != "[key]")  # pydantic's mark of a bad key
    text = _sentence(detail)
    return Text(f"{_plain(path)}: {text.vi}", f"{_plain(path)}: {text.en}") if path else text


def _plain(path: str) -> str:
    """A path on one line, without anything that a terminal would obey."""
    return _cut(path if path.isprintable() else repr(path)[1:-1])


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


_WANTED = {
    "string_type": Text("cần chuỗi", "a string is needed"),
    "int_type": Text("cần số nguyên", "an integer is needed"),
    "int_parsing": Text("cần số nguyên", "an integer is needed"),
    "bool_type": Text("cần true hoặc false", "true or false is needed"),
    "list_type": Text("cần danh sách", "a list is needed"),
    "tuple_type": Text("cần danh sách", "a list is needed"),
    "dict_type": Text("cần các khóa con", "a mapping is needed"),
    "model_type": Text("cần các khóa con", "a mapping is needed"),
    "dataclass_type": Text("cần các khóa con", "a mapping is needed"),
}
"""By the type of pydantic's error: what should stand there instead."""


def _sentence(detail: ErrorDetails) -> Text:
    kind, given, context = detail["type"], quoted(detail.get("input")), detail.get("ctx", {})
    if kind.startswith("date"):
        wanted = Text("cần ngày dạng 2026-01-31", "a date like 2026-01-31 is needed")
    else:
        wanted = _WANTED.get(kind, Text("", ""))
    if wanted.en:
        return Text(f"{wanted.vi}, nhận được {given}", f"{wanted.en}, not {given}")
    match kind:
        case "missing":
            return Text("thiếu khóa bắt buộc", "required key is missing")
        case "extra_forbidden" | "unexpected_keyword_argument":
            return Text("khóa không tồn tại", "unknown key")
        case "literal_error" | "enum":
            allowed = str(context.get("expected", "")).replace("True", "true")
            vi = allowed.replace(" or ", " hoặc ")
            return Text(
                f"{given} không thuộc các giá trị cho phép: {vi}",
                f"{given} is not one of the allowed values: {allowed}",
            )
        case "string_pattern_mismatch":
            pattern = context.get("pattern", "")
            return Text(f"{given} không khớp mẫu {pattern}", f"{given} does not match {pattern}")
        case "value_error":
            error = context.get("error")
            if isinstance(error, TextError):
                return error.text
    return _bound(kind, given, context) or Text(
        f"{detail['msg']} (nhận được {given})", f"{detail['msg']} (got {given})"
    )


def _bound(kind: str, given: str, context: dict[str, Any]) -> Text | None:
    """A fault of size."""
    match kind:
        case "greater_than_equal":
            least = context["ge"]
            return Text(f"{given} nhỏ hơn mức tối thiểu {least}", f"{given} is less than {least}")
        case "less_than_equal":
            most = context["le"]
            return Text(f"{given} lớn hơn mức tối đa {most}", f"{given} is more than {most}")
        case "too_short" | "string_too_short":
            least = context["min_length"]
            return Text(f"cần ít nhất {least} phần tử hoặc ký tự", f"at least {least} needed")
        case "too_long" | "string_too_long":
            most = context["max_length"]
            return Text(f"nhiều nhất {most} phần tử hoặc ký tự", f"at most {most} allowed")
    return None


_YAML = tuple(
    (re.compile(pattern), Text(vi, en))
    for pattern, vi, en in (
        (
            r"character '\\t' that cannot start",
            "dùng tab để thụt dòng; YAML chỉ nhận dấu cách",
            "a tab; YAML is indented by spaces only",
        ),
        (
            "character .* that cannot start",
            "ký tự này không được đứng đầu một giá trị; đặt giá trị trong dấu ngoặc kép",
            "a value cannot start with this character; put it in quotes",
        ),
        (
            "mapping values are not allowed",
            "dấu ':' không được ở đây; đặt giá trị có dấu ':' trong dấu ngoặc kép, và xem lại thụt dòng",
            "a ':' is not allowed here; put a value that holds one in quotes, and look at the indentation",
        ),
        (
            "could not find expected ':'",
            "thiếu dấu ':' sau khóa ở dòng trên",
            "the ':' is missing after the key in a line above",
        ),
        (
            "sequence entries are not allowed|mapping keys are not allowed",
            "danh sách hoặc khóa không được ở đây; xem lại thụt dòng",
            "a list or a key is not allowed here; look at the indentation",
        ),
        ("expected ',' or ']'", "danh sách thiếu ',' hoặc ']'", "the list lacks a ',' or a ']'"),
        ("expected ',' or '}'", "thiếu ',' hoặc '}'", "a ',' or a '}' is missing"),
        (
            "expected <block end>",
            "thụt dòng hoặc dấu ngoặc không khớp với phần ở trên",
            "the indentation or a quote does not fit what stands above",
        ),
        ("unexpected end of stream", "thiếu dấu ngoặc kép đóng", "the closing quote is missing"),
        (
            "unknown escape character|expected escape sequence",
            "không có ký tự thoát này; dùng dấu ngoặc đơn cho đường dẫn có dấu \\",
            "there is no such escape; use single quotes for a path with \\",
        ),
        (
            "another document",
            "một tệp chỉ có một tài liệu, không có '---' thứ hai",
            "one document in a file, and no second '---'",
        ),
    )
)
"""What PyYAML says of the faults that people make."""


def explain_yaml(problem: str) -> Text:
    """A problem that PyYAML told of, in words of both languages."""
    for pattern, text in _YAML:
        if pattern.search(problem):
            return Text(f"lỗi YAML: {text.vi}", f"YAML error: {text.en}")
    return Text(f"lỗi YAML: {_plain(problem)}", f"YAML error: {_plain(problem)}")
