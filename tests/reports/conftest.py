"""The sample reports, written once for all tests of this room."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model.text import Language
from reports.estate.formats.pdf import EstatePdf
from reports.estate.model import EstateReport
from reports.formats.files import write
from reports.formats.pdf import Pdf
from reports.model import AgencyReport
from tests.reports import estate_sample, sample

Sample = Callable[[int, Language], Path]


def write_pdf(report: AgencyReport, language: Language, path: Path) -> None:
    """Write the PDF of a report, for the tests that read it."""
    write(Pdf(), report, language, path)


@pytest.fixture(scope="session")
def reports() -> dict[int, AgencyReport]:
    """The sample agency with no asset, with one, and with twelve."""
    return {count: sample.report(count) for count in (0, 1, 12)}


@pytest.fixture(scope="session")
def pdf(reports: dict[int, AgencyReport], tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The PDF of the sample with so many assets in a language."""
    folder = tmp_path_factory.mktemp("pdf")

    def path(count: int, language: Language) -> Path:
        file = folder / f"{count}-{language}.pdf"
        if not file.exists():
            write_pdf(reports[count], language, file)
        return file

    return path


@pytest.fixture(scope="session")
def estates() -> dict[int, EstateReport]:
    """The sample estate with no agency, with one, with four, and with forty."""
    return {count: estate_sample.estate(count, 2) for count in (0, 1, 4, 40)}


@pytest.fixture(scope="session")
def estate_pdf(estates: dict[int, EstateReport], tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The PDF of the sample estate with so many agencies in a language."""
    folder = tmp_path_factory.mktemp("estate")

    def path(count: int, language: Language) -> Path:
        file = folder / f"{count}-{language}.pdf"
        if not file.exists():
            write(EstatePdf(), estates[count], language, file)
        return file

    return path
