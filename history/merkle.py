"""The Merkle tree of RFC 9162, section 2.1, over SHA-256: roots, proofs, and whether a proof holds. Pure, and of bytes.

Who knows the root of the first `size` leaves can be shown with a few hashes that a leaf is among them (inclusion), and
that a larger tree begins with the same leaves (consistency). `docs/verify_bundle.py` does the same with none of this.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees beside each other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree over leaves of which only the hashes are known."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        """At [height][place] the hash of the whole subtree of 2**height leaves that begins at place * 2**height."""
        while len(below := self._levels[-1]) > 1:
            self._levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves; None: over all. Raises ValueError where there are not so many."""
        size = self._within(self.size if size is None else size)
        return self._hash(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The proof that a leaf is among the first `size` ones (2.1.3.1), from the leaf up.

        Raises ValueError where it is not.
        """
        if not 0 <= index < self._within(size):
            raise ValueError(f"leaf {index} is not among {size}")
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """The proof that the tree of `second` leaves begins with that of `first` (2.1.4.1).

        It has nothing to say where they are the same, and where the first is empty. Raises ValueError where the first
        is the larger one.
        """
        if not 0 <= first <= self._within(second):
            raise ValueError(f"{first} leaves are not the beginning of {second}")
        if first in (0, second):
            return ()
        start, end, path, whole = 0, second, [], True
        """Whether what is left to show, from `start` to `first`, is a tree whose root the verifier knows."""
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start, whole = middle, False
        return tuple(reversed(path)) if whole else (self._hash(start, end), *reversed(path))

    def _hash(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` on and before `end`: a range that the definition of a tree makes."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._levels[height][start >> height]
        middle = start + _split(count)
        return node_hash(self._hash(start, middle), self._hash(middle, end))

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")
        return size


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves, of which the bytes are given."""
    return Tree(map(leaf_hash, leaves)).root()


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the tree of `size` leaves with that root has the leaf of that hash at `index`
    (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `second` leaves begins with the leaves of the one of `first` (2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        return not proof and first_root == (second_root if first else EMPTY)
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def _split(count: int) -> int:
    """The largest power of two that is smaller than a number above one."""
    return 1 << (count - 1).bit_length() - 1
