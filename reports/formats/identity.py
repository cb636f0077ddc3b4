"""Names of things in files that other programs keep: the same thing has the same name in every file (pure)."""

import hashlib
from uuid import NAMESPACE_URL, uuid5

NAMESPACE = "https://khien.example/ns"
"""Of properties that are Khiên's own. A reserved name (RFC 2606): it identifies, and nothing is to be fetched there."""
_NAMES = uuid5(NAMESPACE_URL, NAMESPACE)


def fingerprint(*parts: str) -> str:
    """The SHA-256 of the parts, each after its length, in hexadecimal: no two lists of parts are alike."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")  # a damaged character is a part of a name too
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()


def uuid_of(*parts: str) -> str:
    """The UUID (version 5, RFC 9562 section 5.5) of what the parts name, the first of them saying what it is."""
    return str(uuid5(_NAMES, fingerprint(*parts)))
