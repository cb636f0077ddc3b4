"""Every appendix of the report in its order: one explicit tuple. Its place gives an appendix its numeral."""

from reports.sections import assets, changes, findings, method, summary, unassessed
from reports.sections.section import Section

SECTIONS: tuple[Section, ...] = (
    summary.SECTION,
    assets.SECTION,
    findings.SECTION,
    unassessed.SECTION,
    changes.SECTION,
    method.SECTION,
)
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def numerals() -> dict[str, str]:
    """The numeral of each section's appendix by the section's name."""
    return {section.name: numeral for section, numeral in zip(SECTIONS, NUMERALS, strict=False)}
