"""The files that go with a report: whole, reproducible, and named by their digests."""

import json

import pytest

from checks.model.canonical import canonical, digest
from checks.model.text import Language
from reports.formats.attachments import attachments
from reports.model import AgencyReport
from tests.reports import sample

NAMES = ["findings.csv", "findings.xlsx", "findings.json", "evidence.json", "README.txt"]


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_every_file_is_there_and_the_readme_names_its_digest(
    reports: dict[int, AgencyReport], count: int, language: Language
) -> None:
    files = attachments(reports[count], language)
    assert [each.name for each in files] == NAMES
    about = files[-1].data.decode()
    assert all(each.name in about and digest(each.data) in about for each in files[:-1])
    assert reports[count].agency.name.in_(language) in about
    assert attachments(reports[count], language) == files


def test_evidence_has_the_digests_that_findings_name(reports: dict[int, AgencyReport]) -> None:
    report = reports[12]
    found = json.loads(attachments(report, "vi")[3].data)
    assert found.keys() == report.evidence.keys()
    for asset in report.assets:
        for finding in asset.findings:
            for reference in finding.evidence:
                assert digest(canonical(found[reference.target]["observation"])) == reference.observation
    assert all(digest(canonical(each["observation"])) == each["sighting"]["observation"] for each in found.values())
