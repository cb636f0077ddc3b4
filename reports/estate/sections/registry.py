"""Every appendix of the report on the estate in its order: one explicit tuple."""

from reports.estate.model import EstateReport
from reports.estate.sections import (
    causes,
    certificates,
    controls,
    coverage,
    method,
    overdue,
    ranking,
    scope,
    services,
    summary,
    yearly,
)
from reports.sections.section import Section

SECTIONS: tuple[Section[EstateReport], ...] = (
    summary.SECTION,
    ranking.SECTION,
    controls.SECTION,
    causes.SECTION,
    overdue.SECTION,
    coverage.SECTION,
    certificates.SECTION,
    services.SECTION,
    scope.SECTION,
    yearly.SECTION,
    method.SECTION,
)
