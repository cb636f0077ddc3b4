"""Lists and structured fields: what is valid is read, and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.headers.fields import Token, dictionary, list_items, token_item

FIELDS = st.lists(st.text(max_size=40), max_size=4)
ODD = st.lists(st.text(alphabet='abc=;,"\\()*:@%?-_ \t0123456789.é', max_size=40), max_size=3)


@pytest.mark.parametrize(
    ("fields", "items"),
    [
        ([], ()),
        ([""], ("",)),
        (["nosniff"], ("nosniff",)),
        (["nosniff, nosniff"], ("nosniff", "nosniff")),
        (["a", "b"], ("a", "b")),
        (["XaX, X"], ("XaX", "X")),
        ([",a"], ("", "a")),
        (["a,"], ("a", "")),
        (["\ta \t, b "], ("a", "b")),
        (['"a,b", c'], ('"a,b"', "c")),
        (['"a\\",b", c'], ('"a\\",b"', "c")),
        (['"a,b'], ('"a,b',)),
        (['"a\\'], ('"a\\',)),
    ],
)
def test_lists(fields: list[str], items: tuple[str, ...]) -> None:
    assert list_items(fields) == list_items(iter(fields)) == items


SELF, EVERYONE = Token("self"), Token("*")


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        (["geolocation=(), camera=(self)"], {"geolocation": (), "camera": (SELF,)}),
        (["geolocation=()", 'camera=(self "https://a.example")'], {"geolocation": (), "camera": (SELF, "https://a.example")}),
        (["fullscreen=*;report-to=x"], {"fullscreen": (EVERYONE,)}),
        (["fullscreen=(*;a);b"], {"fullscreen": (EVERYONE,)}),
        (['fullscreen=("*")'], {"fullscreen": ("*",)}),
        (["fullscreen"], {"fullscreen": (True,)}),
        (["usb=(), usb=*"], {"usb": (EVERYONE,)}),  # the last of two counts
        (["usb=()", "usb=*"], {"usb": (EVERYONE,)}),
        ([""], {}),
        (["geolocation 'none'"], None),
        (["geolocation=(), "], None),
        (["Geolocation=()"], None),
        (["geolocation=(é)"], None),
        (["geolocation=(\udc80)"], None),
    ],
)  # fmt: skip
def test_dictionaries(fields: list[str], members: dict[str, tuple[object, ...]] | None) -> None:
    found = dictionary(fields)
    assert found == members
    assert found is None or [type(each) for items in found.values() for each in items] == [
        type(each) for items in (members or {}).values() for each in items
    ]


@pytest.mark.parametrize(
    ("fields", "token"),
    [
        (["same-origin"], "same-origin"),
        ([' same-origin; report-to="coop"'], "same-origin"),
        (["same-origin", "same-origin"], None),
        (['"same-origin"'], None),
        (["1"], None),
        ([""], None),
        (["same-origin;"], None),
    ],
)
def test_items(fields: list[str], token: str | None) -> None:
    assert token_item(fields) == token


@given(FIELDS | ODD)
def test_nothing_raises(fields: list[str]) -> None:
    assert (list_items(fields) == ()) == (not fields)
    keys = dictionary(fields)
    assert keys is None or all(key.isascii() for key in keys)
    token = token_item(fields)
    assert token is None or token
