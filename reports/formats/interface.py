"""The seam between a report and a file: one implementation a file."""

from typing import Protocol, TypeVar

from checks.model.text import Language

Report = TypeVar("Report", contravariant=True)


class Format(Protocol[Report]):
    """One kind of file that a kind of report can be written to."""

    @property
    def name(self) -> str:
        """What the command line and the configuration call it."""
        ...

    @property
    def suffix(self) -> str:
        """The end of its files' names, with the dot."""
        ...

    def render(self, report: Report, language: Language) -> bytes:
        """The whole file. Equal reports, languages and fonts give equal bytes.

        Raises FontError (reports.pdf.fonts) where no typeface will do.
        """
        ...
