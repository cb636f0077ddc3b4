"""The canonical form of everything Khiên remembers, and the digest that names it.

Canonical means JSON with sorted keys, no spaces, UTF-8 and no floating point, so that equal values are
equal bytes on every machine (the idea of RFC 8785, restricted to the values that the model holds).
"""

import hashlib
import json
from typing import Any, TypeVar

import orjson
from pydantic import ConfigDict, TypeAdapter

STRICT = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")
"""For every frozen type that is read back or read from outside: an unknown key is an error."""

T = TypeVar("T")

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_NATIVE = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
"""JSON types, and nothing that orjson knows besides."""
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The one validator and serialiser of a type; building it is slow, so it is kept."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def plain(value: object) -> Any:
    """The value of a model type as JSON types (dict, list, str, int, bool, None); bytes become base64."""
    return adapter(type(value)).serializer.to_python(value, mode="json")  # many small values: without the way there


def canonical(value: object) -> bytes:
    """The canonical bytes of JSON types (what `plain` gives). Raises ValueError on NaN and infinity."""
    data = _fast(value)
    return _strict(value) if b"null" in data else data  # which may have been a number that JSON does not have


def dump(value: object) -> bytes:
    """The canonical bytes of a value of a model type, none of which holds floating point."""
    return _fast(plain(value))


def load(kind: type[T], data: bytes | str) -> T:
    """The inverse of `dump`. Raises pydantic.ValidationError on anything that is not exactly of the type."""
    value: T = adapter(kind).validate_json(data)
    return value


def digest(data: bytes) -> str:
    """The name of some bytes: "sha256:" and the SHA-256 (FIPS 180-4) in hexadecimal."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _fast(value: object) -> bytes:
    """The canonical bytes, several times as fast, but for NaN and infinity, of which orjson makes null."""
    try:
        return orjson.dumps(value, option=_NATIVE)
    except TypeError:  # what it refuses, such as a number of more than 64 bits
        return _strict(value)


def _strict(value: object) -> bytes:
    return _ENCODER.encode(value).encode()
