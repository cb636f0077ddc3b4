"""A draft of the yearly summary after NĐ 331/2026, as far as a scan can say anything to it.

The form rests on a third party's summary of Articles 35-36; the page says so, and claims no more.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.model import STANDINGS, EstateReport, Requirement
from reports.messages import estate as words
from reports.messages import labels
from reports.messages.figures import day, local_date, moment, month, number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section, before_table

STANDING, AGENCIES, FINDINGS, ROADMAP = 24 * mm, 28 * mm, 20 * mm, 37 * mm
COLUMNS = (
    Column(words.REQUIREMENT, TEXT_WIDTH - STANDING - AGENCIES - FINDINGS - ROADMAP),
    Column(words.STANDING, STANDING),
    Column(words.AGENCIES, AGENCIES),
    Column(words.FAILED_OF_JUDGED, FINDINGS),
    Column(words.ROADMAP, ROADMAP),
)
LAST_DAY = (12, 14)
"""Month and day on which a data period ends; the next begins on the day after."""


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """What it is and is not, what the scanner cannot see, and one row a requirement."""
    yield typesetter.para(words.DRAFT, style="appendix_title")
    yield typesetter.para(words.DRAFT_NOTE)
    yield typesetter.para(words.SOURCE_NOTE)
    first, last = period(local_date(report.run.as_of))
    language = typesetter.language
    span = typesetter.say(words.PERIOD_VALUE, first=day(first, language), last=day(last, language))
    data = typesetter.say(words.DATA_VALUE, moment=moment(report.run.as_of, language))
    yield typesetter.facts([(words.PERIOD, span), (words.DATA, data)])
    yield typesetter.heading(typesetter.say(words.UNSEEN_HEADING), "h1", 1)
    yield typesetter.para(words.UNSEEN)
    yield from before_table(words.REQUIREMENTS_HEADING, typesetter)
    if not report.requirements:
        yield typesetter.para(words.REQUIREMENTS_NONE)
        return
    yield typesetter.para(words.REQUIREMENTS_NOTE, style="small")
    today = local_date(report.run.as_of)
    yield from typesetter.table(COLUMNS, (_row(each, today, typesetter) for each in report.requirements))


SECTION: Section[EstateReport] = Section("yearly", words.YEARLY_TITLE, write)


def period(today: date) -> tuple[date, date]:
    """The data period in which a day lies: from 15 December to 14 December."""
    end = date(today.year, *LAST_DAY)
    last = end if today <= end else date(today.year + 1, *LAST_DAY)
    return date(last.year - 1, *LAST_DAY) + timedelta(days=1), last


def _row(requirement: Requirement, today: date, typesetter: Typesetter) -> list[Content | list[Flowable]]:
    language = typesetter.language
    document = typesetter.line(requirement.document, 120)
    if requirement.clause is not None:
        document += ", " + typesetter.say(labels.CLAUSE, clause=typesetter.line(requirement.clause, 60))
    what: list[Flowable] = [
        typesetter.para(typesetter.line(typesetter.say(each.title), 200), style="cell") for each in requirement.controls
    ]
    codes = ", ".join(dict.fromkeys(each.id for each in requirement.controls))
    what.append(
        typesetter.para(f"{document} – {typesetter.say(labels.CONFIDENCES[requirement.confidence])}", style="looked")
    )
    what.append(typesetter.para(codes, style="excerpt"))
    standings = Counter(requirement.agencies.values())
    judged = requirement.counts["pass"] + requirement.counts["fail"]
    return [
        what,
        Run(typesetter.say(words.STANDINGS[requirement.standing]), "bold"),
        [
            typesetter.para(
                f"{typesetter.say(words.STANDINGS[each])}: {number(standings[each], language)}", style="looked"
            )
            for each in STANDINGS
            if standings[each]
        ],
        f"{number(requirement.counts['fail'], language)} / {number(judged, language)}",
        [typesetter.para(line, style="cell") for line in roadmap(requirement, today, typesetter)],
    ]


def roadmap(requirement: Requirement, today: date, typesetter: Typesetter) -> list[str]:
    """How many fails are due when: what is overdue, then by month, then what has no date or is waived."""
    language = typesetter.language
    months: Counter[date] = Counter()
    late = unset = 0
    for due, count in requirement.due.items():
        if due is None:
            unset += count
        elif due < today:
            late += count
        else:
            months[due.replace(day=1)] += count
    lines = [(words.ROADMAP_OVERDUE, late, "")]
    lines += [(words.ROADMAP_MONTH, months[each], month(each, language)) for each in sorted(months)]
    lines += [(words.ROADMAP_OPEN, unset, ""), (words.ROADMAP_WAIVED, requirement.waived, "")]
    told = [typesetter.say(text, count=number(count, language), month=when) for text, count, when in lines if count]
    return told or [typesetter.say(words.ROADMAP_NONE)]
