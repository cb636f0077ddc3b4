"""The files of a bundle on the disk, a ZIP archive or a folder: written so that the same files are the same bytes, and
read within bounds, since a bundle comes from elsewhere."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from checks.model.text import Text
from history.bundle import Named
from history.errors import BadBundle

NAMES = re.compile(r"bundle\.json|log\.jsonl|runs/[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.jsonl|objects/[0-9a-f]{64}")
LARGEST_FILE = 256 << 20
"""Bytes of a file of lines; each line is bounded too."""
LARGEST_OBJECT = 64 << 20
LARGEST_HEAD = 4 << 20
"""Bytes of bundle.json: JSON that is read at once takes some thirty times as much memory."""
LARGEST = 8 << 30
"""Bytes of all files together."""
MOST = 2_000_000
"""Files."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that every file of an archive has; ZIP knows none earlier."""
COMPRESSION = 6
DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the library raises for archives that are damaged, encrypted, or packed in another way."""


def write_archive(file: BinaryIO, found: Iterable[Named]) -> int:
    """Write files as a ZIP archive; how many they were. Raises OSError, and what `found` raises."""
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        for name, data in found:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            archive.writestr(info, data, compresslevel=COMPRESSION)
            count += 1
    return count


def write_folder(folder: Path, found: Iterable[Named]) -> int:
    """Write files into an empty folder; how many they were. Raises OSError, and what `found` raises."""
    count = 0
    for name, data in found:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        count += 1
    return count


class BundleFiles:
    """The files of a bundle by name; nothing is unpacked to the disk, and no more is read than the bounds allow."""

    def __init__(self, path: Path) -> None:
        """Raises BadBundle where it is neither an archive nor a folder, or larger than what is read; OSError."""
        self._path = path
        self._archive: zipfile.ZipFile | None = None
        self.sizes: dict[str, int] = {}
        """Bytes by name."""
        self.strange: list[str] = []
        """Names that no file of a bundle has, or that two have."""
        if path.is_dir():
            self._list("")
        else:
            self._open()
        if len(self.sizes) > MOST or sum(self.sizes.values()) > LARGEST:
            raise bad("lớn quá mức đọc được", "larger than what is read")

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises KeyError where there is none, BadBundle where it cannot be read."""
        most = (
            LARGEST_HEAD if name == "bundle.json" else LARGEST_OBJECT if name.startswith("objects/") else LARGEST_FILE
        )
        if self.sizes[name] > most:
            raise bad(f"{name} lớn quá mức đọc được", f"{name} is larger than what is read")
        try:
            opened = self._archive.open(name) if self._archive is not None else (self._path / name).open("rb")
            with opened as file:
                data = file.read(most + 1)
        except DAMAGED as error:
            raise bad(f"{name}: {error}") from error
        if len(data) > most:
            raise bad(f"{name} lớn quá mức đọc được", f"{name} is larger than what is read")
        return data

    def _list(self, below: str) -> None:
        for each in (self._path / below).iterdir():
            name, facts = f"{below}{each.name}", each.lstat()  # a link is no file of a bundle
            if stat.S_ISDIR(facts.st_mode) and name in ("runs", "objects"):
                self._list(f"{name}/")
            elif stat.S_ISREG(facts.st_mode) and NAMES.fullmatch(name):
                self.sizes[name] = facts.st_size
            else:
                self.strange.append(name)

    def _open(self) -> None:
        if not self._path.is_file():
            raise bad(f"{self._path} không phải tệp hay thư mục", f"{self._path} is neither a file nor a folder")
        try:
            self._archive = zipfile.ZipFile(self._path)
            for each in self._archive.infolist():
                if each.filename in self.sizes or not NAMES.fullmatch(each.filename):
                    self.strange.append(each.filename)
                else:
                    self.sizes[each.filename] = each.file_size
        except DAMAGED as error:
            raise bad(f"{self._path} không phải tệp ZIP", f"{self._path} is no ZIP archive") from error


def bad(vi: str, en: str = "") -> BadBundle:
    """A bundle that cannot be read, and why."""
    return BadBundle(Text(f"Không đọc được gói: {vi}", f"The bundle cannot be read: {en or vi}"))
