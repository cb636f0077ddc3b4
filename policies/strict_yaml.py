"""Reading YAML from people: nothing is guessed, and every error says where it stands.

PyYAML by itself accepts duplicate keys, reads `22:22` as 1342 and `no` as false, and follows aliases into
gigabytes. This reader accepts the scalars of the YAML 1.2 JSON schema (null, true, false, integers, strings; a
number with a point stays a string, as in version: 1.10), refuses duplicate keys, aliases, tags, files over
MAX_BYTES, more than MAX_NODES values and nesting beyond MAX_DEPTH while it reads and not afterwards, normalises text
to NFC (NFD is misplaced in every font), and hands the result to a strict pydantic type.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from checks.model.canonical import adapter
from checks.model.text import Text

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is refused unread."""
MAX_DEPTH = 30
"""Deeper nesting is refused."""
MAX_NODES = 2_000_000
"""A file with more keys and values is refused; each takes a thousand bytes or so while it is read."""
MAX_MARKS = 30
"""More combining marks on one letter are refused (the limit of Unicode's stream-safe text, UAX #15 section 13):
putting them in order takes time that grows with the square of their number."""

T = TypeVar("T")
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class InputError:
    """One fault in something that people wrote."""

    source: str
    """The file, or what stands for it."""
    place: str
    """"line:column" in text, "sheet!cell" in a workbook; empty for the file as a whole."""
    message: Text

    def __str__(self) -> str:
        return self.in_("en")

    def in_(self, language: Any) -> str:
        """The error as one line: file, place, message."""
        where = ":".join(part for part in (self.source, self.place) if part)
        return f"{where}: {self.message.in_(language)}"


class InputErrors(Exception):
    """Everything that is wrong with an input, in the order of its places."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Document:
    """The plain value of a YAML file, and where each part of it stands."""

    source: str
    value: Any
    places: dict[Path_, str]
    """Path of keys and indices to "line:column", counted from 1 (in a workbook, "sheet!cell")."""

    def error(self, path: Sequence[str | int], message: Text) -> InputError:
        """An error at a path, or at the nearest part above it that has a place."""
        for length in range(len(path), -1, -1):
            place = self.places.get(tuple(path[:length]))
            if place is not None:
                return InputError(self.source, place, message)
        return InputError(self.source, "", message)

    def parts(self, key: str) -> list["Document"]:
        """The items of a list under a key of the whole, each as a document of its own."""
        places: dict[int, dict[Path_, str]] = {}
        for place, where in self.places.items():
            if len(place) > 1 and place[0] == key and isinstance(place[1], int):
                places.setdefault(place[1], {})[place[2:]] = where
        return [Document(self.source, item, places.get(index, {})) for index, item in enumerate(self.value[key])]

    def validated(self, kind: type[T]) -> T:
        """The value as a strict type. Raises InputErrors with every fault and its place."""
        try:
            result: T = adapter(kind).validate_json(json.dumps(self.value), strict=True)
        except ValidationError as error:
            raise InputErrors([self._of(detail) for detail in details(error)]) from None
        return result

    def _of(self, detail: ErrorDetails) -> InputError:
        path = [part for part in detail["loc"]]
        return self.error(path, explain(detail))


def read_file(path: Path) -> Document:
    """A YAML file. Raises InputErrors where it cannot be read or is not plain YAML."""
    return read_text(text_of(path), str(path))


def text_of(path: Path, most: int = MAX_BYTES) -> str:
    """The text of a file of so many bytes at most, in UTF-8 with or without a byte order mark. Raises InputErrors."""
    try:
        data = bytes_of(path, most + 1)
        if len(data) > most:
            raise _whole(str(path), Text(f"tệp lớn hơn {most} byte", f"the file is larger than {most} bytes"))
        return data.decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _whole(str(path), Text(f"không đọc được tệp: {reason}", f"cannot read the file: {reason}")) from None
    except UnicodeDecodeError as error:
        raise _whole(
            str(path),
            Text(f"không phải UTF-8 tại byte {error.start}", f"not UTF-8 at byte {error.start}"),
        ) from None


def bytes_of(path: Path, most: int) -> bytes:
    """The first `most` bytes of a regular file; nothing that could wait for ever, such as a pipe. Raises OSError."""
    if not S_ISREG(path.stat().st_mode):
        raise OSError(EINVAL, "not a regular file")
    with path.open("rb") as file:
        return file.read(most)


def read_text(text: str, source: str, nodes: int = MAX_NODES) -> Document:
    """YAML text with so many keys and values at most, under the name of its source. Raises InputErrors."""
    reader = _Reader(source)
    try:
        node = _composed(text, nodes)
    except _TooMuch as error:
        raise InputErrors([InputError(source, error.place, error.text)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = error.problem or "YAML"
        raise InputErrors([InputError(source, place, Text(f"lỗi YAML: {problem}", f"YAML error: {problem}"))]) from None
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0]
        raise _whole(source, Text(f"lỗi YAML: {problem}", f"YAML error: {problem}")) from None
    value = reader.plain(node, ()) if node is not None else None
    if reader.errors:
        raise InputErrors(reader.errors)
    return Document(source, value, reader.places)


class _TooMuch(Exception):
    """A bound was reached while YAML was read."""

    def __init__(self, place: str, text: Text) -> None:
        super().__init__(text.en)
        self.place = place
        self.text = text


class _Loader(yaml.SafeLoader):
    """Composes nodes; aliases are refused before they can multiply, tags before they can turn a word into a number,
    depth and number where they pass their bounds: nothing of what follows is read."""

    most = MAX_NODES
    nodes = depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        self.nodes += 1
        if self.nodes > self.most:
            vi, en = f"hơn {self.most} khóa và giá trị", f"more than {self.most} keys and values"
            raise _TooMuch(_mark(event.start_mark), Text(vi, en))
        if self.depth > MAX_DEPTH:
            raise _TooMuch(_mark(event.start_mark), Text("lồng quá sâu", "nested too deeply"))
        tag = getattr(event, "tag", None)
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not accepted", event.start_mark)
        if tag is not None:
            raise yaml.composer.ComposerError(None, None, f"tags are not accepted: {tag}", event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _composed(text: str, nodes: int) -> yaml.Node | None:
    """The tree of a text. Raises yaml.YAMLError, and _TooMuch at the first value beyond a bound."""
    loader = _Loader(text)
    loader.most = nodes
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


_PREFIX = "tag:yaml.org,2002:"
_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _starts in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]{0,17})$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_PREFIX + _kind, re.compile(_pattern), _starts)


class _Reader:
    """Turns nodes into plain values and notes where each stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.places: dict[Path_, str] = {}
        self.errors: list[InputError] = []

    def plain(self, node: yaml.Node, path: Path_) -> Any:
        place = _place(node)
        self.places.setdefault(path, place)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
        match node.tag.removeprefix(_PREFIX):
            case "null":
                return None
            case "bool":
                return bool(node.value == "true")
            case "int":
                return int(node.value)
        return self._text(node)

    def _text(self, node: yaml.Node) -> str:
        """The words of a node in NFC."""
        written: str = node.value
        if _overloaded(written):
            self._refuse(_place(node), Text("quá nhiều dấu trên một chữ", "too many marks on one letter"))
            return ""
        return unicodedata.normalize("NFC", written)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = _place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(place, Text("khóa phải là một từ", "a key must be a word"))
                continue
            key = self._text(key_node)
            if key in found:
                self._refuse(place, Text(f"khóa lặp lại: {key!r}", f"duplicate key: {key!r}"))
                continue
            self.places[(*path, key)] = place
            found[key] = self.plain(value_node, (*path, key))
        return found

    def _refuse(self, place: str, message: Text) -> None:
        self.errors.append(InputError(self.source, place, message))


def _overloaded(text: str) -> bool:
    """Whether a letter carries more than MAX_MARKS combining marks."""
    if text.isascii():
        return False
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MAX_MARKS:
            return True
    return False


def _place(node: yaml.Node) -> str:
    return _mark(node.start_mark)


def _mark(mark: Any) -> str:
    return f"{mark.line + 1}:{mark.column + 1}"


def details(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found, without lists that are too short only because an item in them is wrong."""
    found = error.errors(include_url=False)
    above = {each["loc"][:length] for each in found for length in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in above]


def explain(detail: ErrorDetails) -> Text:
    """A pydantic error in words of both languages, with the key or value that it is about."""
    key = ".".join(str(part) for part in detail["loc"]) or "."
    shown = repr(detail.get("input"))
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return Text(f"{key}: thiếu khóa bắt buộc", f"{key}: required key is missing")
        case "extra_forbidden" | "unexpected_keyword_argument":
            return Text(f"{key}: khóa không tồn tại", f"{key}: unknown key")
        case "literal_error" | "enum":
            allowed = context.get("expected", "")
            return Text(
                f"{key}: {shown} không thuộc các giá trị cho phép: {allowed}",
                f"{key}: {shown} is not one of the allowed values: {allowed}",
            )
        case "string_type":
            return Text(f"{key}: cần chuỗi, nhận được {shown}", f"{key}: a string is needed, not {shown}")
        case "int_type" | "int_parsing":
            return Text(f"{key}: cần số nguyên, nhận được {shown}", f"{key}: an integer is needed, not {shown}")
        case "bool_type":
            return Text(
                f"{key}: cần true hoặc false, nhận được {shown}", f"{key}: true or false is needed, not {shown}"
            )
        case "list_type" | "tuple_type":
            return Text(f"{key}: cần danh sách, nhận được {shown}", f"{key}: a list is needed, not {shown}")
        case "dict_type" | "model_type" | "dataclass_type":
            return Text(f"{key}: cần các khóa con, nhận được {shown}", f"{key}: a mapping is needed, not {shown}")
        case "string_pattern_mismatch":
            pattern = context.get("pattern", "")
            return Text(f"{key}: {shown} không khớp mẫu {pattern}", f"{key}: {shown} does not match {pattern}")
        case "greater_than_equal":
            least = context.get("ge", "")
            return Text(f"{key}: {shown} nhỏ hơn mức tối thiểu {least}", f"{key}: {shown} is less than {least}")
        case "less_than_equal":
            most = context.get("le", "")
            return Text(f"{key}: {shown} lớn hơn mức tối đa {most}", f"{key}: {shown} is more than {most}")
        case "too_short" | "string_too_short":
            least = context.get("min_length", "")
            return Text(f"{key}: cần ít nhất {least} phần tử hoặc ký tự", f"{key}: at least {least} needed")
        case "too_long" | "string_too_long":
            most = context.get("max_length", "")
            return Text(f"{key}: nhiều nhất {most} phần tử hoặc ký tự", f"{key}: at most {most} allowed")
        case kind if kind.startswith("date"):
            return Text(
                f"{key}: cần ngày dạng 2026-01-31, nhận được {shown}",
                f"{key}: a date like 2026-01-31 is needed, not {shown}",
            )
        case "value_error":
            error = context.get("error")
            if isinstance(error, TextError):
                return Text(f"{key}: {error.text.vi}", f"{key}: {error.text.en}")
    return Text(f"{key}: {detail['msg']} (nhận được {shown})", f"{key}: {detail['msg']} (got {shown})")


class TextError(ValueError):
    """What a validator raises to speak both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


def _whole(source: str, message: Text) -> InputErrors:
    return InputErrors([InputError(source, "", message)])
