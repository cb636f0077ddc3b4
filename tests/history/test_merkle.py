"""The tree of RFC 9162: the roots and proofs that every implementation gives, and what holds for every tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.merkle import EMPTY, Tree, consistent, included, leaf_hash, node_hash, root

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""The leaves of the tests of Certificate Transparency, of which the roots and proofs are known."""
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(1, 70)


def tree(size: int) -> Tree:
    """Leaves of which each is its own number."""
    return Tree(leaf_hash(bytes([number])) for number in range(size))


def hexadecimal(proof: tuple[bytes, ...]) -> list[str]:
    return [each.hex()[:8] for each in proof]


def test_the_known_roots() -> None:
    whole = Tree(map(leaf_hash, LEAVES))
    assert [whole.root(size).hex() for size in range(9)] == list(ROOTS)
    assert [root(LEAVES[:size]).hex() for size in range(9)] == list(ROOTS)
    assert root([]) == EMPTY


def test_the_known_proofs() -> None:
    whole = Tree(map(leaf_hash, LEAVES))
    assert hexadecimal(whole.inclusion(0, 1)) == []
    assert hexadecimal(whole.inclusion(0, 8)) == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert hexadecimal(whole.inclusion(5, 8)) == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert hexadecimal(whole.inclusion(2, 3)) == ["fac54203"]
    assert hexadecimal(whole.inclusion(1, 5)) == ["6e340b9c", "5f083f0a", "bc1a0643"]
    assert hexadecimal(whole.consistency(1, 1)) == []
    assert hexadecimal(whole.consistency(1, 8)) == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert hexadecimal(whole.consistency(6, 8)) == ["0ebc5d34", "ca854ea1", "d37ee418"]
    assert hexadecimal(whole.consistency(2, 5)) == ["5f083f0a", "bc1a0643"]


def _recursive(hashes: list[bytes]) -> bytes:
    """The root as 2.1.1 defines it."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(_recursive(hashes[:split]), _recursive(hashes[split:]))


@given(SIZES)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert tree(70).root(size) == _recursive([leaf_hash(bytes([number])) for number in range(size)])


@given(SIZES, st.data())
def test_every_leaf_is_shown_to_be_in_the_tree_and_at_no_other_place(size: int, data: st.DataObject) -> None:
    whole = tree(70)
    index = data.draw(st.integers(0, size - 1))
    leaf, proof, top = leaf_hash(bytes([index])), whole.inclusion(index, size), whole.root(size)
    assert included(leaf, index, size, proof, top)
    assert not included(leaf_hash(b"other"), index, size, proof, top)
    assert not included(leaf, index, size, (*proof, EMPTY), top)
    assert not proof or not included(leaf, index, size, proof[1:], top)
    other = data.draw(st.integers(-1, 70).filter(lambda each: each != index))
    assert not included(leaf, other, size, proof, top)


@given(SIZES, SIZES, st.data())
def test_a_tree_is_shown_to_begin_with_another_and_with_nothing_else(one: int, two: int, data: st.DataObject) -> None:
    whole, (first, second) = tree(70), sorted((one, two))
    proof, old, new = whole.consistency(first, second), whole.root(first), whole.root(second)
    assert consistent(first, old, second, new, proof)
    assert not consistent(first, EMPTY, second, new, proof)
    assert not consistent(first, old, second, EMPTY, proof)
    assert not consistent(first, old, second, new, (*proof, EMPTY))
    assert not consistent(second + 1, old, second, new, proof)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not consistent(first, old, second, new, (*proof[:at], EMPTY, *proof[at + 1 :]))
        assert not consistent(first, old, second, new, proof[:-1])


@given(SIZES)
def test_everything_begins_with_the_empty_tree(size: int) -> None:
    assert consistent(0, EMPTY, size, tree(size).root(), tree(size).consistency(0, size))
    assert not consistent(0, tree(size).root(), size, tree(size).root(), ())


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    for wrong in (
        lambda: tree(3).root(4),
        lambda: tree(3).inclusion(3, 3),
        lambda: tree(3).inclusion(0, 4),
        lambda: tree(3).consistency(3, 2),
        lambda: tree(3).consistency(-1, 2),
    ):
        with pytest.raises(ValueError):
            wrong()
