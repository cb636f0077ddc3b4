"""Names stand in the order of each language's alphabet, as ICU has it from CLDR."""

import icu
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.text import Language
from reports.collation import ALPHABETS, SIGNS, sort_key

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SYLLABLE = st.lists(
    st.tuples(
        st.sampled_from(["", "b", "c", "d", "đ", "Đ", "h", "n", "th", "X"]),
        st.sampled_from(list(VOWELS + VOWELS.upper())),
        st.sampled_from(TONES),
        st.sampled_from(["", "n", "ng", "i", " ", " ", "-", "1"]),
    ).map("".join),
    max_size=4,
).map("".join)


def icu_order(names: list[str], language: Language) -> list[str]:
    return sorted(names, key=icu.Collator.createInstance(icu.Locale(language)).getSortKey)


@pytest.mark.parametrize("language", ["vi", "en"])
@given(names=st.lists(SYLLABLE | st.text(SIGNS + ALPHABETS["vi"], max_size=5), max_size=6))
def test_the_order_is_icus(language: Language, names: list[str]) -> None:
    assert sorted(names, key=lambda name: sort_key(name, language)) == icu_order(names, language)


def test_names_of_communes_stand_as_in_a_vietnamese_list() -> None:
    ordered = [
        "Phường Thành Vinh",
        "Phường Vinh Hưng",
        "Sở Nội vụ",
        "Sở Nông nghiệp và Môi trường",
        "Thành phố",
        "Thanh tra tỉnh",
        "Xã An Châu",
        "Xã Anh Sơn",
        "Xã Ân Phú",
        "Xã Bạch Hà",
        "Xã Dân",
        "Xã Đại Đồng",
        "Xã Đại Huệ",
        "Xã Đô Lương",
        "Xã Đông",
        "Xã Mường",
    ]
    assert sorted(reversed(ordered), key=lambda name: sort_key(name, "vi")) == ordered == icu_order(ordered, "vi")


def test_tones_count_only_between_names_that_are_spelt_alike() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(reversed(tones), key=lambda name: sort_key(name, "vi")) == tones
    assert sort_key("mạ an", "vi") < sort_key("ma b", "vi")


def test_both_forms_of_a_letter_are_one_and_any_text_has_a_key() -> None:
    assert sort_key("Nghe\u0323\u0302 An", "vi") == sort_key("Nghệ An", "vi")
    for text in ("", "\u0301", "中文", "\ud800", "x" * 10_000, "\u202e\x00"):
        assert sort_key(text, "vi") >= ((), (), ())
    assert sort_key("z", "vi") < sort_key("я", "vi")
