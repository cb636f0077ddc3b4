"""Objects of JSON files whose form others have laid down (pure)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Node = dict[str, Any]


def present(fields: Mapping[str, Any]) -> Node:
    """Without what says nothing: None, and empty texts, lists and objects."""
    return {
        name: each for name, each in fields.items() if each is not None and each != "" and each != [] and each != {}
    }


def utc(moment: datetime) -> str:
    """A time after RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
