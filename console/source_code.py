"""The source code of the very Khiên that runs: every file of its packages, as one archive."""

import io
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("checks", "policies", "scanner", "history", "reports", "console", "demo")
BESIDE = ("LICENSE", "README.md", "setup.cfg", "pyproject.toml", "Makefile")
"""What stands beside the packages where Khiên runs from its own folder."""
NAME = f"khien-{version('khien')}-source"
EPOCH = (1980, 1, 1, 0, 0, 0)


@cache
def archive() -> bytes:
    """A ZIP file, made once: the packages change only with a new start."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as together:
        for path in files():
            entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(ROOT)}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            together.writestr(entry, path.read_bytes())
    return made.getvalue()


def files() -> list[Path]:
    """Every file that belongs to it, in order; nothing that a run has left there."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    found += [ROOT / name for name in BESIDE if (ROOT / name).is_file()]
    return sorted(path for path in found if "__pycache__" not in path.parts)
