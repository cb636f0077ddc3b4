"""How it was looked and judged, how the figures of the estate are made, and with what."""

from collections.abc import Iterator

from reportlab.platypus import Flowable

from reports.estate.model import EstateReport
from reports.messages import estate as words
from reports.messages import labels
from reports.pdf.typesetter import Typesetter
from reports.sections.method import formulas, glossary, method, policy_facts, run_facts, versions
from reports.sections.section import Section


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """As in the report of an agency, with the formulas of this one."""
    yield from method(typesetter)
    yield from run_facts(report.run, typesetter)
    yield typesetter.heading(typesetter.say(labels.METHOD_3), "h1", 1)
    for each in report.policies:
        yield policy_facts(each.title, each.id, each.version, each.lineage, each.digest, typesetter)
    yield from formulas(typesetter, (words.FORMULA_CONFIRMED,))
    for text in (words.FORMULA_ESTATE, words.FORMULA_STANDING):
        yield typesetter.para(text)
    yield from glossary(typesetter)
    yield from versions(report.run, typesetter)


SECTION: Section[EstateReport] = Section("method", labels.METHOD_TITLE, write)
