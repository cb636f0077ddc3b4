"""The seam between a report and a file: one implementation a file of this folder."""

from typing import Protocol

from checks.model.text import Language
from reports.model import AgencyReport


class Format(Protocol):
    """One kind of file that an agency's report can be written to."""

    @property
    def name(self) -> str:
        """What the command line and the configuration call it."""
        ...

    @property
    def suffix(self) -> str:
        """The end of its files' names, with the dot."""
        ...

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The whole file. Equal reports, languages and fonts give equal bytes.

        Raises FontError (reports.pdf.fonts) where no typeface will do.
        """
        ...
