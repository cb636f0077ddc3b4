"""The colour space sRGB (IEC 61966-2-1) as an ICC profile of version 2.1, made here: equal bytes always."""

import struct

DATE = (2026, 1, 1, 0, 0, 0)
"""Of the profile's making; a profile must tell one."""
POINTS = 1024
"""Of the curve between light and number."""
D50 = (0.9642, 1.0, 0.8249)
PRIMARIES = {
    "rXYZ": (0.4360747, 0.2225045, 0.0139322),
    "gXYZ": (0.3850649, 0.7168786, 0.0971045),
    "bXYZ": (0.1430804, 0.0606169, 0.7141733),
}
"""The primaries of sRGB brought from white D65 to D50 after Bradford, as profiles of version 2 hold them."""
NAME = "sRGB IEC61966-2.1"


def srgb() -> bytes:
    """The whole profile."""
    curve = _curve()
    tags = {
        "desc": _description(NAME),
        "cprt": b"text\0\0\0\0No rights reserved\0",
        "wtpt": _xyz(D50),
        **{name: _xyz(value) for name, value in PRIMARIES.items()},
        "rTRC": curve,
        "gTRC": curve,
        "bTRC": curve,
    }
    start = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", {}
    for name, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += name.encode() + struct.pack(">II", places[data], len(data))
    size = start + len(body)
    return _header(size) + struct.pack(">I", len(tags)) + table + body


def _header(size: int) -> bytes:
    """ICC.1:2001-04, 6.1: a display's profile, from RGB to XYZ."""
    return struct.pack(
        ">I4sI4s4s4s6H4s4sI4sIQI3i4s44x",
        size,
        b"\0\0\0\0",
        0x02100000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *DATE,
        b"acsp",
        b"\0\0\0\0",
        0,
        b"\0\0\0\0",
        0,
        0,
        0,
        *map(_fixed, D50),
        b"\0\0\0\0",
    )


def _curve() -> bytes:
    values = (round(65535 * _linear(index / (POINTS - 1))) for index in range(POINTS))
    return b"curv\0\0\0\0" + struct.pack(f">I{POINTS}H", POINTS, *values)


def _linear(value: float) -> float:
    """Light of a number from 0 to 1 (IEC 61966-2-1, 5.2)."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _description(text: str) -> bytes:
    """A textDescriptionType with its ASCII part only; the others are there, and empty."""
    ascii_ = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_)) + ascii_ + bytes(4 + 4 + 2 + 1 + 67)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *map(_fixed, value))


def _fixed(value: float) -> int:
    return round(value * 65536)
