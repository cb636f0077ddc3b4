"""Reports that somebody wants made or sent, as the console asks for them, and history keeps it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.text import Language


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What is wanted of the reports of a run. The file that stands for a report is made, or goes to its contacts."""

    __pydantic_config__ = STRICT

    act: Literal["make", "send"]
    run: str
    languages: tuple[Language, ...]
    formats: tuple[str, ...]
    """As the command line calls them; of what is issued only "pdf"."""
    agencies: tuple[str, ...] = ()
    """Empty: all that the run was about."""
    estate: bool = False
    """The report on the estate in place of theirs; it is only made."""
    number: int | None = None
    """Of the first report, which is issued; the numbers of the others follow. None: they stay drafts."""
    day: date | None = None
    """The date of the documents; with `number`."""
    again: bool = False
    """What has a number already gets another one; what somebody has already is sent once more."""
