"""The OpenSSL 1.0.2e inside nassl's extension module, called as a library: nassl itself offers only its client side.

The extension module is not stripped: its symbol table (System V ABI, chapter 4, "Symbol Table") says where each
function lies, and the one function that the dynamic linker finds says where the module was loaded.
"""

import ctypes
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nassl import _nassl_legacy

SYMBOL_TABLE = 2  # SHT_SYMTAB
FUNCTION = 2  # STT_FUNC
ENTRY = "PyInit__nassl_legacy"


class OldOpenSsl:
    """Functions of the library by name. They are called with Python's lock held, so that the library, which has no
    locks of its own, is never entered twice."""

    def __init__(self) -> None:
        path = Path(str(_nassl_legacy.__file__))
        self._symbols = dict(function_symbols(path.read_bytes()))
        entry = ctypes.cast(getattr(ctypes.PyDLL(str(path)), ENTRY), ctypes.c_void_p).value or 0
        self._base = entry - self._symbols[ENTRY]

    def function(self, name: str, result: Any = ctypes.c_int, *arguments: Any) -> Callable[..., Any]:
        """A function with the C types of its result and arguments. Raises KeyError for one that does not exist."""
        prototype = ctypes.PYFUNCTYPE(result, *arguments)
        return prototype(self._base + self._symbols[name])


def function_symbols(module: bytes) -> Iterator[tuple[str, int]]:
    """Names and offsets of the functions in the full symbol table of a 64-bit ELF file."""
    (offset,) = struct.unpack_from("<Q", module, 0x28)
    size, count = struct.unpack_from("<HH", module, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", module, offset + number * size) for number in range(count)]
    for _, kind, _, _, start, length, link, _, _, each in sections:
        if kind != SYMBOL_TABLE:
            continue
        names = sections[link][4]
        for at in range(start, start + length, each):
            name, info, _, _, value, _ = struct.unpack_from("<IBBHQQ", module, at)
            if info & 0xF == FUNCTION:
                begin = names + name
                yield module[begin : module.index(b"\0", begin)].decode(), value
