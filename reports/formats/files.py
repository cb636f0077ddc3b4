"""A report in a format, put on the disk."""

from pathlib import Path
from typing import TypeVar

from checks.model.text import Language
from reports.formats.atomic import replacing
from reports.formats.interface import Format

Report = TypeVar("Report")


def write(chosen: Format[Report], report: Report, language: Language, path: Path) -> None:
    """Write the report to `path`, whole or not at all: what stood there stays until the new file is safe.

    Raises OSError where it cannot be written, and what the format raises (`reports.formats.interface`).
    """
    with replacing(path) as file:
        file.write(chosen.render(report, language))
