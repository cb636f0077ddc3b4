"""Reading fields of the presentation language of TLS (RFC 8446 section 3), each checked against what is left."""


class CodecError(ValueError):
    """Bytes that are not what the protocol says; the text is fixed and never quotes them."""


class Cursor:
    """A place in some bytes that moves forward."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Octets not yet read."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """The next octets. Raises CodecError where there are fewer."""
        end = self._at + size
        if end > len(self._data):
            raise CodecError("a field is cut short")
        found = self._data[self._at : end]
        self._at = end
        return found

    def number(self, size: int) -> int:
        """An unsigned integer of so many octets, in network order. Raises CodecError."""
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """A vector whose length stands before it in so many octets. Raises CodecError."""
        return self.take(self.number(size))

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(self.left)

    def end(self) -> None:
        """Raises CodecError where anything is left."""
        if self.left:
            raise CodecError("more octets than the fields hold")


def extensions(data: bytes) -> dict[int, bytes]:
    """A block of extensions (RFC 8446 section 4.2) by type. Raises CodecError, for one that comes twice too."""
    cursor = Cursor(data)
    found: dict[int, bytes] = {}
    while cursor.left:
        kind = cursor.number(2)
        body = cursor.vector(2)
        if kind in found:
            raise CodecError("an extension comes twice")
        found[kind] = body
    return found


def vector(size: int, data: bytes) -> bytes:
    """Bytes with their length before them in so many octets."""
    return len(data).to_bytes(size, "big") + data
