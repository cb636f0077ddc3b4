"""Names of things in files that other programs keep: the same thing has the same name in every file (pure)."""

import hashlib
import json
from uuid import NAMESPACE_URL, uuid5

NAMESPACE = "https://khien.example/ns"
"""Of properties that are Khiên's own. A reserved name (RFC 2606): it identifies, and nothing is to be fetched there."""
_NAMES = uuid5(NAMESPACE_URL, NAMESPACE)


def uuid_of(*parts: str) -> str:
    """The UUID (version 5, RFC 9562 section 5.5) of what the parts name, the first of them saying what it is."""
    return str(uuid5(_NAMES, _joined(parts)))


def fingerprint(*parts: str) -> str:
    """The SHA-256 of the parts, in hexadecimal."""
    return hashlib.sha256(_joined(parts).encode()).hexdigest()


def _joined(parts: tuple[str, ...]) -> str:
    """The parts as ASCII, so that no two lists of parts are alike and a damaged character has a form too."""
    return json.dumps(parts, separators=(",", ":"))
