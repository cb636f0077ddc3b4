"""Which agencies and assets of the inventory the run did not look at, and why."""

from collections import Counter
from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.collation import sort_key
from reports.estate.model import EstateReport
from reports.estate.sections.parts import Names, cut_table
from reports.messages import estate as words
from reports.messages import labels
from reports.messages.figures import number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section, before_table

AGENCY, COUNT = 70 * mm, 22 * mm
ABSENT_COLUMNS = (Column(words.AGENCY, AGENCY), Column(words.REASON, TEXT_WIDTH - AGENCY))
REASON_COLUMNS = (
    Column(words.REASON, TEXT_WIDTH - 2 * COUNT),
    Column(words.ASSETS, COUNT),
    Column(words.AGENCIES, COUNT),
)
EXCLUDED_COLUMNS = (
    Column(words.AGENCY, AGENCY),
    Column(words.REASON, TEXT_WIDTH - AGENCY - COUNT),
    Column(words.ASSETS, COUNT),
)


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Agencies, then assets by reason and by agency."""
    yield from before_table(words.ABSENT_HEADING, typesetter)
    yield from _absent(report, typesetter)
    yield from before_table(words.EXCLUDED_HEADING, typesetter)
    excluded = Counter((each.agency.id, item.reason) for each in report.summaries for item in each.exclusions)
    if not excluded:
        yield typesetter.para(labels.EXCLUSIONS_NONE, style="small")
        return
    language = typesetter.language
    assets: Counter[str] = Counter()
    for (_, reason), count in excluded.items():
        assets[reason] += count
    agencies = Counter(reason for _, reason in excluded)
    yield from typesetter.table(
        REASON_COLUMNS,
        (
            (reason_words(each, typesetter), number(assets[each], language), number(agencies[each], language))
            for each in sorted(assets, key=lambda each: (-assets[each], each))
        ),
    )
    yield from before_table(words.EXCLUDED_AGENCIES_HEADING, typesetter)
    names = Names(report, typesetter)
    ordered = sorted(excluded, key=lambda each: (sort_key(names.of(each[0]), language), each))
    rows = (
        (names.of(agency), reason_words(reason, typesetter), number(excluded[agency, reason], language))
        for agency, reason in ordered
    )
    yield from cut_table(EXCLUDED_COLUMNS, rows, len(ordered), words.SCOPE_SHEET, typesetter)


SECTION: Section[EstateReport] = Section("scope", words.SCOPE_TITLE, write)


def reason_words(reason: str, typesetter: Typesetter) -> str:
    """Why an asset was left out; a reason of another version of Khiên by its code."""
    known = labels.EXCLUSION_REASONS.get(reason)
    return typesetter.say(known) if known is not None else reason


def _absent(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    if not report.absent:
        yield typesetter.para(words.ABSENT_NONE, style="small")
        return
    named = [(typesetter.say(each.agency.name), each.reason) for each in report.absent]
    named.sort(key=lambda each: (sort_key(each[0], typesetter.language), each))
    rows = ((name, typesetter.say(words.ABSENT_REASONS[reason])) for name, reason in named)
    yield from cut_table(ABSENT_COLUMNS, rows, len(named), words.SCOPE_SHEET, typesetter)
