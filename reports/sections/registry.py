"""Every appendix of an agency's report in its order: one explicit tuple."""

from reports.model import AgencyReport
from reports.sections import assets, changes, exposure, findings, method, summary, unassessed
from reports.sections.section import Section

SECTIONS: tuple[Section[AgencyReport], ...] = (
    summary.SECTION,
    assets.SECTION,
    findings.SECTION,
    unassessed.SECTION,
    changes.SECTION,
    exposure.SECTION,
    method.SECTION,
)
