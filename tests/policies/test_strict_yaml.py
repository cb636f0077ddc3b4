"""The YAML that people may write: nothing guessed, every fault with its place."""

import json
import os
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, Field

from checks.model.canonical import STRICT
from checks.model.text import Text
from policies.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_MARKS, Document, InputErrors, parse, read_file, read_text


def fault(text: str) -> tuple[str, str]:
    """Place and English message of the one error."""
    with pytest.raises(InputErrors) as caught:
        read_text(text, "f.yaml")
    (error,) = caught.value.errors
    return error.place, error.message.en


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("22:22", "22:22"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("2026-01-01", "2026-01-01"),
        (".inf", ".inf"),
        ("=", "="),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("0", 0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("9" * 30, "9" * 30),
    ],
)
def test_scalars(written: str, value: object) -> None:
    found = read_text(f"key: {written}\n", "f.yaml").value
    assert found == {"key": value}
    assert type(found["key"]) is type(value)


def test_merge_key_is_a_plain_key() -> None:
    assert read_text("<<: {a: 1}\n", "f.yaml").value == {"<<": {"a": 1}}


def test_empty_file_is_nothing() -> None:
    assert read_text("", "f.yaml").value is None


def test_duplicate_key() -> None:
    assert fault("a: 1\nb: 2\na: 3\n") == ("3:1", "duplicate key: 'a'")
    assert fault("x:\n  - {a: 1, a: 2}\n") == ("2:12", "duplicate key: 'a'")


def test_duplicate_key_in_another_normal_form() -> None:
    composed, decomposed = (unicodedata.normalize(form, "cổng") for form in ("NFC", "NFD"))
    assert fault(f"{composed}: 1\n{decomposed}: 2\n")[0] == "2:1"


def test_text_comes_out_in_nfc() -> None:
    found = read_text("key: " + unicodedata.normalize("NFD", "Nghệ An"), "f.yaml").value
    assert found == {"key": unicodedata.normalize("NFC", "Nghệ An")}


def test_alias() -> None:
    place, message = fault("a: &x [1]\nb: *x\n")
    assert place == "2:4"
    assert "aliases" in message


def test_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert fault("\n".join(lines))[0] == "2:10"


@pytest.mark.parametrize(
    "tag", ["!!int abc", "!!bool 7", "!!null x", "!!str 1", "! x", "!own x", "!!python/name:os.system"]
)
def test_tags(tag: str) -> None:
    place, message = fault(f"a: {tag}\n")
    assert place == "1:4"
    assert "tags" in message


def test_tag_on_a_collection() -> None:
    assert fault("a: !!set {b, c}\n")[0] == "1:4"


def test_key_that_is_no_word() -> None:
    assert fault("? [a, b]\n: 1\n") == ("1:3", "a key must be a word")


def test_second_document() -> None:
    assert fault("a: 1\n---\nb: 2\n")[0] == "2:1"


def test_syntax_error_has_its_place() -> None:
    assert fault("a: [1, 2\nb: 3\n")[0] == "2:2"


def test_depth() -> None:
    assert read_text("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml").value
    assert fault("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)) == (f"1:{MAX_DEPTH + 2}", "nested too deeply")


def test_depth_beyond_the_stack() -> None:
    assert fault("[" * 100_000) == (f"1:{MAX_DEPTH + 2}", "nested too deeply")


def test_every_fault_is_told() -> None:
    with pytest.raises(InputErrors) as caught:
        read_text("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f.yaml")
    assert [each.place for each in caught.value.errors] == ["2:1", "3:11"]


def test_places_of_parts() -> None:
    document = read_text("a:\n  - b: 1\n    c: 2\n", "f.yaml")
    assert document.places[("a",)] == "1:1"
    assert document.places[("a", 0)] == "2:5"
    assert document.places[("a", 0, "c")] == "3:5"


def test_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_file(file).value == {"a": 1}
    assert read_file(file).places[("a",)] == "1:1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: \xff\n", "f.yaml:1:4: not UTF-8: byte 0xFF"),
        ("a: é\r\nb: ".encode() + b"\xe9\n", "f.yaml:2:4: not UTF-8: byte 0xE9"),
        (b"\xef\xbb\xbfa: \xc3", "f.yaml:1:4: not UTF-8: byte 0xC3"),
        ("a: é\n".encode("utf-16"), "f.yaml:1:1: it is UTF-16; save it as UTF-8"),
        (b"\xfe\xff\0a\0:", "f.yaml:1:1: it is UTF-16; save it as UTF-8"),
        (b"a: 1\nb: \x00\n", r"f.yaml:2:4: a character that is not allowed: U\+0000"),
        (b"#" * (MAX_BYTES + 1), f"larger than {MAX_BYTES} bytes"),
    ],
)
def test_bytes_that_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(data)
    with pytest.raises(InputErrors, match=message):
        read_file(file)


@pytest.mark.parametrize(
    ("text", "place", "vi", "en"),
    [
        ("a:\n\tb: 1", "2:1", "dùng tab để thụt dòng", "indented by spaces only"),
        ("a: @b", "1:4", "ký tự này không được đứng đầu", "cannot start with this character"),
        ("a: b: c", "1:5", "đặt giá trị có dấu ':'", "put a value that holds one in quotes"),
        ("a: 1\nb\nc: 2", "3:1", "thiếu dấu ':' sau khóa", "the ':' is missing after the key"),
        ("a: - b", "1:4", "danh sách hoặc khóa không được ở đây", "a list or a key is not allowed here"),
        ("a: [1, 2", "1:9", "danh sách thiếu ','", "the list lacks a ','"),
        ("a: {b: 1", "1:9", "thiếu ',' hoặc '}'", "a ',' or a '}' is missing"),
        ("a:\n  b: 1\n c: 2", "3:2", "thụt dòng hoặc dấu ngoặc", "the indentation or a quote"),
        ("a: \"b' c", "1:9", "thiếu dấu ngoặc kép đóng", "the closing quote is missing"),
        (r'a: "C:\khien"', "1:8", "không có ký tự thoát này", "there is no such escape"),
        ("a: 1\n---\nb: 2", "2:1", "một tệp chỉ có một tài liệu", "one document in a file"),
        ("%YAML 9.9\n---\na: 1", "1:1", "lỗi YAML: found incompatible", "YAML error: found incompatible"),
        ("a: &x 1\nb: *x", "2:4", "không dùng bí danh", "aliases (*name) are not accepted"),
        ("a: !!int 1", "1:4", "không dùng thẻ kiểu: 'tag:yaml.org,2002:int'", "tags are not accepted"),
        ('"\\uD800": 1', "1:1", "nửa ký tự", "half of a character"),
        ('a: "\\uDE00\\uD83D"', "1:4", "nửa ký tự", "half of a character"),
        (f"? {'k' * 2000}\n: 1\n? {'k' * 2000}\n: 2", "3:3", "kkk...", "kkk..."),
    ],
)
def test_faults_of_a_text_are_told_in_both_languages(text: str, place: str, vi: str, en: str) -> None:
    with pytest.raises(InputErrors) as caught:
        read_text(text, "f.yaml")
    (error,) = caught.value.errors
    assert error.place == place
    assert vi in error.message.vi
    assert en in error.message.en
    assert len(error.message.vi) < 200


def test_a_letter_that_json_writes_as_two_halves_is_one() -> None:
    assert read_text(json.dumps({"a": "\U0001f600"}), "f.yaml").value == {"a": "\U0001f600"}


def test_faults_of_the_text_and_of_its_shape_are_told_together() -> None:
    document = parse("on: 1\nday: soon\non: 2\n", "f.yaml")
    with pytest.raises(InputErrors) as caught:
        document.validated(Row)
    assert [each.place for each in caught.value.errors] == ["3:1", "1:1", "2:1"]
    with pytest.raises(InputErrors):
        parse("day: 2026-01-01\nday: 2026-01-02\n", "f.yaml").validated(Row)


def test_a_key_is_repeated_on_one_line_and_not_at_length() -> None:
    with pytest.raises(InputErrors) as caught:
        read_text('"a\\e[31m\\nb": 1\n? ' + "k" * 5000 + "\n: 1\n", "f.yaml").validated(Row)
    first, second = (each.message.en for each in caught.value.errors)
    assert first == r"a\x1b[31m\nb: unknown key"
    assert second == "k" * 77 + "...: unknown key"


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="cannot read the file: No such file"):
        read_file(tmp_path / "absent.yaml")


def test_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.yaml")
    with pytest.raises(InputErrors, match="not a regular file"):
        read_file(tmp_path / "f.yaml")


def test_errors_speak_both_languages() -> None:
    with pytest.raises(InputErrors) as caught:
        read_text("a: 1\na: 2\n", "f.yaml")
    (error,) = caught.value.errors
    assert error.in_("vi") == "f.yaml:2:1: khóa lặp lại: 'a'"
    assert str(error) == "f.yaml:2:1: duplicate key: 'a'"


TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cc", "Cs")), max_size=20)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def nfc(value: Any) -> Any:
    """The value with all of its text in NFC."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [nfc(each) for each in value]
        case dict():
            return {nfc(key): nfc(each) for key, each in value.items()}
    return value


@given(PLAIN)
def test_json_is_read_as_it_is(value: Any) -> None:
    wanted = nfc(value)
    assert read_text(json.dumps(wanted), "f.yaml").value == wanted


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_text(text, "f.yaml")
    except InputErrors as error:
        assert error.errors


@dataclass(frozen=True)
class Row:
    """Something to validate."""

    __pydantic_config__ = STRICT

    on: bool = False
    day: date = date(2026, 1, 1)
    words: Annotated[tuple[str, ...], Field(max_length=2)] = ()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("on: 1", "1:1", "on: true or false is needed, not 1"),
        ("day: soon", "1:1", "day: a date like 2026-01-31 is needed, not 'soon'"),
        ("words: [a, 1]", "1:12", "words.1: a string is needed, not 1"),
        ("words: " + "x" * 100, "1:1", "words: a list is needed, not '" + "x" * 76 + "..."),
        ("words: [a, b, c]", "1:1", "words: at most 2 allowed"),
        ("other: 1", "1:1", "other: unknown key"),
    ],
)
def test_wrong_values_are_told_in_words(text: str, place: str, message: str) -> None:
    with pytest.raises(InputErrors) as caught:
        read_text(text, "f.yaml").validated(Row)
    (error,) = caught.value.errors
    assert (error.place, error.message.en) == (place, message)
    assert error.message.vi != error.message.en


def refuse(value: str) -> str:
    raise ValueError("in English only")


def test_a_validator_that_speaks_english_only_is_told_all_the_same() -> None:
    with pytest.raises(InputErrors, match=r"in English only \(got 'x'\)"):
        read_text("x", "f.yaml").validated(Annotated[str, AfterValidator(refuse)])  # type: ignore[arg-type]


def test_an_error_that_no_rule_foresaw_is_told_with_what_was_given() -> None:
    with pytest.raises(InputErrors) as caught:
        read_text("1", "f.yaml").validated(UUID)
    assert "(got 1)" in str(caught.value)


def test_items_of_a_list_are_documents_of_their_own() -> None:
    first, second, third = read_text("top: 1\na:\n  - b: 1\n  - c: {d: 2}\n  - 3\n", "f.yaml").parts("a")
    assert (first.value, second.value, third.value) == ({"b": 1}, {"c": {"d": 2}}, 3)
    assert second.places[("c", "d")] == "4:9"
    assert second.error(("c", "e"), Text("vi", "en")).place == "4:5"
    assert Document("f.yaml", {"a": [1]}, {}).parts("a") == [Document("f.yaml", 1, {})]
    assert Document("f.yaml", 1, {}).error(("x",), Text("vi", "en")).in_("en") == "f.yaml: en"


def test_bounds_hold_for_letters_with_many_marks() -> None:
    assert fault("a: e" + "\u0316" * (MAX_MARKS + 1)) == ("1:4", "too many marks on one letter")


def test_the_number_of_values_is_bound() -> None:
    with pytest.raises(InputErrors, match="more than 3 keys and values"):
        read_text("[1, 2, 3]", "f.yaml", 3)
