"""Reports become files on the disk, one after the other, each whole or not at all."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

from reports.errors import ReportError
from reports.formats.agency import Wanted
from reports.formats.files import put
from reports.model import AgencyReport
from scanner.cli.errors import CommandError, Interrupted, Usage
from scanner.cli.language import say
from scanner.cli.rendering import rendered
from scanner.cli.ui import print_line, step_progress


class Reports(Protocol):
    """Reports that are made while they are walked through, and how many they are."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[AgencyReport]: ...


def write_reports(reports: Reports, wanted: Wanted, folder: Path, jobs: int) -> None:
    """Write every report into a folder, and print where, one by one, with progress on standard error.

    With more than one job as many processes render. Raises Usage where a report cannot be rendered, Interrupted, and
    OSError where a file cannot be written; reports before that one have been written.
    """
    with (
        step_progress(say("báo cáo", "reports"), len(reports)) as progress,
        closing(rendered(reports, wanted, min(jobs, len(reports)))) as answers,
    ):
        try:
            for agency, answer in answers:
                if isinstance(answer, Exception):
                    raise failure(agency, answer)
                for each in answer:
                    path = folder / each.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    put(each.data, path)
                    with progress.aside():
                        print_line(path)
                progress.advance()
        except KeyboardInterrupt:
            raise Interrupted(
                "Đã ngắt; các tệp đã ghi đều trọn vẹn.", "Interrupted; the files that were written are whole."
            ) from None


def failure(agency: str, error: Exception) -> Exception:
    """The error with the agency whose report it was."""
    if isinstance(error, ReportError | CommandError):
        return Usage(f"{agency}: {error.text.vi}", f"{agency}: {error.text.en}")
    error.add_note(f"agency: {agency}")  # a fault of ours: it is told whole
    return error
