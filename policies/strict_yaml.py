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
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from checks.model.canonical import adapter
from checks.model.text import Text
from policies.explain import details, explain, explain_yaml, quoted

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
    faults: tuple[InputError, ...] = ()
    """What was refused while a text was read that could be read to its end, as a key that is there twice."""

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
        found = list(self.faults)
        try:
            result: T = adapter(kind).validate_json(json.dumps(self.value), strict=True)
        except ValidationError as error:
            found += [self.error(detail["loc"], explain(detail)) for detail in details(error)]
        if found:
            raise InputErrors(found)
        return result


def read_file(path: Path) -> Document:
    """A YAML file. Raises InputErrors where it cannot be read or is not plain YAML."""
    return read_text(text_of(path), str(path))


def text_of(path: Path, most: int = MAX_BYTES) -> str:
    """The text of a file of so many bytes at most, in UTF-8 with or without a byte order mark. Raises InputErrors."""
    try:
        return decoded(bytes_of(path, most + 1), str(path), most)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _whole(str(path), Text(f"không đọc được tệp: {reason}", f"cannot read the file: {reason}")) from None


def decoded(data: bytes, source: str, most: int = MAX_BYTES) -> str:
    """The text of bytes that may be so many, in UTF-8 with or without a byte order mark. Raises InputErrors."""
    if len(data) > most:
        raise _whole(source, Text(f"tệp lớn hơn {most} byte", f"the file is larger than {most} bytes"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputErrors([_not_utf8(error, source)]) from None


def _not_utf8(error: UnicodeDecodeError, source: str) -> InputError:
    """What is wrong with bytes that are no UTF-8; UTF-16 is what some editors call Unicode."""
    data, start = error.object, error.start  # without a byte order mark
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return InputError(source, "1:1", Text("tệp là UTF-16; lưu lại dạng UTF-8", "it is UTF-16; save it as UTF-8"))
    message = Text(f"không phải UTF-8: byte 0x{data[start]:02X}", f"not UTF-8: byte 0x{data[start]:02X}")
    return InputError(source, _place_after(data[:start].decode()), message)


def bytes_of(path: Path, most: int) -> bytes:
    """The first `most` bytes of a regular file; nothing that could wait for ever, such as a pipe. Raises OSError."""
    if not S_ISREG(path.stat().st_mode):
        raise OSError(EINVAL, "not a regular file")
    with path.open("rb") as file:
        return file.read(most)


def read_text(text: str, source: str, nodes: int = MAX_NODES) -> Document:
    """YAML text with so many keys and values at most, under the name of its source. Raises InputErrors."""
    document = parse(text, source, nodes)
    if document.faults:
        raise InputErrors(document.faults)
    return document


def parse(text: str, source: str, nodes: int = MAX_NODES) -> Document:
    """The same, with what was refused on the way as faults of the document. Raises InputErrors where it has no end."""
    reader = _Reader(source)
    try:
        node = _composed(text, nodes)
    except _Refused as error:
        raise InputErrors([InputError(source, error.place, error.text)]) from None
    except yaml.reader.ReaderError as error:
        code = f"U+{error.character:04X}"
        message = Text(f"ký tự không được phép: {code}", f"a character that is not allowed: {code}")
        raise InputErrors([InputError(source, _place_after(text[: error.position]), message)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = explain_yaml(error.problem or error.context or "YAML")
        raise InputErrors([InputError(source, _mark(mark) if mark else "", message)]) from None
    value = reader.plain(node, ()) if node is not None else None
    return Document(source, value, {(): "1:1"} | reader.places, tuple(reader.errors))


class _Refused(Exception):
    """YAML that is read no further: a bound is reached, or it has what is not accepted at all."""

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
            raise _Refused(_mark(event.start_mark), Text(vi, en))
        if self.depth > MAX_DEPTH:
            raise _Refused(_mark(event.start_mark), Text("lồng quá sâu", "nested too deeply"))
        tag = getattr(event, "tag", None)
        if self.check_event(yaml.AliasEvent):
            vi, en = "không dùng bí danh (*tên)", "aliases (*name) are not accepted"
            raise _Refused(_mark(event.start_mark), Text(vi, en))
        if tag is not None:
            vi, en = f"không dùng thẻ kiểu: {quoted(tag)}", f"tags are not accepted: {quoted(tag)}"
            raise _Refused(_mark(event.start_mark), Text(vi, en))
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _composed(text: str, nodes: int) -> yaml.Node | None:
    """The tree of a text. Raises yaml.YAMLError, and _Refused at the first value that is not accepted."""
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
        if overloaded(written):
            self._refuse(_place(node), Text("quá nhiều dấu trên một chữ", "too many marks on one letter"))
            return ""
        if _SURROGATE.search(written):  # JSON writes a letter beyond the first 65,536 as two of them
            try:
                written = written.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                self._refuse(_place(node), Text("nửa ký tự (surrogate)", "half of a character (surrogate)"))
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
                self._refuse(place, Text(f"khóa lặp lại: {quoted(key)}", f"duplicate key: {quoted(key)}"))
                continue
            self.places[(*path, key)] = place
            found[key] = self.plain(value_node, (*path, key))
        return found

    def _refuse(self, place: str, message: Text) -> None:
        self.errors.append(InputError(self.source, place, message))


_SURROGATE = re.compile("[\ud800-\udfff]")


def overloaded(text: str) -> bool:
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


def _place_after(before: str) -> str:
    """The place that follows a text, with lines as YAML counts them."""
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", before)
    return f"{len(lines)}:{len(lines[-1]) + 1}"


def _whole(source: str, message: Text) -> InputErrors:
    return InputErrors([InputError(source, "", message)])
