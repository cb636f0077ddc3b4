"""Port lists: one canonical form, and nothing but ports accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from checks.model.ports import PortItem, canonical_ports, expand, members, parse_ports

PORTS = st.sets(st.integers(1, 65535), max_size=50)


@pytest.mark.parametrize(
    ("items", "canonical"),
    [
        ([], ""),
        ([22], "22"),
        (["22"], "22"),
        (["22/tcp"], "22"),
        (["8000-8100/tcp"], "8000-8100"),
        ([443, 80, 22, 22], "22,80,443"),
        ([80, "8000-8100", 22], "22,80,8000-8100"),
        ([21, 22, 23], "21-23"),
        (["1-10", "5-20", 21], "1-21"),
        (["7-7"], "7"),
        (["0022"], "22"),
        (["1-65535"], "1-65535"),
    ],
)
def test_canonical(items: list[str | int], canonical: str) -> None:
    assert canonical_ports(items) == canonical


@pytest.mark.parametrize(
    "item",
    [
        0, -1, 65536, True, False, "", "0", "65536", "99999", "123456", "22-", "-22", "100-50", "0-10", "1-65536",
        " 22", "22\n", "22,23", "22/udp", "22/TCP", "22:22", "٢٢", "22-23-24", "ssh", "22 -oN /x", "*", "T:22",
    ],
)  # fmt: skip
def test_refused(item: str | int) -> None:
    with pytest.raises(ValueError, match="port"):
        parse_ports(item)
    with pytest.raises(ValueError, match="port"):
        canonical_ports([443, item])
    with pytest.raises(ValidationError):
        TypeAdapter(PortItem).validate_python(item, strict=True)


@pytest.mark.parametrize("item", [1, 65535, "22", "8000-8100", "8000-8100/tcp"])
def test_policy_items_keep_what_was_written(item: str | int) -> None:
    assert TypeAdapter(PortItem).validate_python(item, strict=True) == item


@given(PORTS)
def test_expand_is_the_inverse_of_canonical(ports: set[int]) -> None:
    canonical = canonical_ports(ports)
    assert expand(canonical) == ports
    assert canonical_ports(canonical.split(",") if canonical else []) == canonical


@given(PORTS, st.lists(st.tuples(st.integers(1, 65535), st.integers(0, 300)), max_size=5))
def test_equal_sets_have_equal_text(ports: set[int], spans: list[tuple[int, int]]) -> None:
    ranges = [f"{first}-{min(first + length, 65535)}" for first, length in spans]
    items: list[str | int] = [*ports, *ranges]
    assert canonical_ports(items) == canonical_ports(sorted(members(items), reverse=True))


@given(st.text(max_size=20))
def test_text_gives_ports_or_a_value_error(text: str) -> None:
    try:
        found = parse_ports(text)
    except ValueError:
        return
    assert len(found) >= 1
    assert 1 <= found[0] <= found[-1] <= 65535
