"""The report card of the province: one page for someone who has two minutes."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Table

from reports.estate.distribution import distribution_chart
from reports.estate.expiry import expiry
from reports.estate.model import ControlStanding, EstateReport
from reports.estate.sections.parts import NAME, Names
from reports.messages import estate as words
from reports.messages import labels
from reports.messages.figures import change, local_date, number, percent
from reports.pdf.boxes import box, boxes, share
from reports.pdf.charts import severity_chart, verdict_chart
from reports.pdf.trend import Point, trend_chart
from reports.pdf.typesetter import TEXT_WIDTH, Run, Typesetter
from reports.sections.section import Section

WORST, WORSENED = 5, 4
"""Controls and agencies that are named."""
GUTTER = 6 * mm
CHART = 40 * mm
TITLE = 110
"""Characters of a control's title."""


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """The card, a little smaller where wide typefaces or long names would need a second page."""
    yield KeepInFrame(0, 0, list(_card(report, typesetter)), mode="shrink")


SECTION: Section[EstateReport] = Section("summary", words.SUMMARY_TITLE, write)


def _card(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Figures, charts, what takes most from the score, who has worsened."""
    yield _figures(report, typesetter)
    yield typesetter.para(labels.COVERAGE_NOTE, style="note")
    yield _charts(report, typesetter)
    yield _severities(report, typesetter)
    yield typesetter.para(words.WORST, style="card_heading")
    if not report.controls:
        judged = report.score.score is not None
        yield typesetter.para(words.CONTROLS_NONE if judged else labels.NOTHING_JUDGED, style="small")
    for index, standing in enumerate(report.controls[:WORST], start=1):
        yield _control(index, standing, typesetter)
    yield typesetter.para(words.WORSENED, style="card_heading")
    yield from _worsened(report, typesetter)


def _figures(report: EstateReport, typesetter: Typesetter) -> Table:
    language = typesetter.language
    agencies, late = report.summaries, [each for each in report.summaries if each.overdue.count]
    count = f"{number(len(agencies), language)} / {number(sum(each.assets for each in agencies), language)}"
    asset_box = box(words.BOX_AGENCIES, count, typesetter)
    unranked = sum(each.place is None for each in report.agencies)
    if unranked:
        told = typesetter.say(words.NOT_RANKED, count=number(unranked, language))
        asset_box.append(typesetter.para(told, style="figure_name"))
    late_box = box(words.BOX_OVERDUE, number(sum(each.overdue.count for each in late), language), typesetter)
    if late:
        told = typesetter.say(words.OVERDUE_AT, count=number(len(late), language))
        late_box.append(typesetter.para(told, style="figure_name"))
    last = report.last
    return boxes(
        [
            share(labels.SCORE, report.score.score, last.score if last else None, typesetter),
            share(labels.COVERAGE, report.score.coverage, last.coverage if last else None, typesetter),
            asset_box,
            late_box,
        ],
        typesetter,
    )


def _charts(report: EstateReport, typesetter: Typesetter) -> Table:
    """The trend, or the verdicts where there is none yet, beside the distribution."""
    half = (TEXT_WIDTH - GUTTER) / 2
    if report.history:
        points = [Point(local_date(each.started), each.score.score, each.score.coverage) for each in report.history]
        points.append(Point(local_date(report.run.started), report.score.score, report.score.coverage))
        left = [typesetter.para(words.TREND, style="card_heading"), trend_chart(points, typesetter, half, CHART)]
    else:
        left = [
            typesetter.para(labels.VERDICTS_HEADING, style="card_heading"),
            verdict_chart(report.score.counts, typesetter, half),
        ]
    return _side_by_side(
        left,
        [
            typesetter.para(words.DISTRIBUTION, style="card_heading"),
            distribution_chart(report.summaries, typesetter, half, CHART),
        ],
        typesetter,
    )


def _severities(report: EstateReport, typesetter: Typesetter) -> Table:
    """What fails by severity, beside what else runs out or stands open."""
    half = (TEXT_WIDTH - GUTTER) / 2
    return _side_by_side(
        [
            typesetter.para(labels.FAILED_BY_SEVERITY, style="card_heading"),
            severity_chart(report.score.failed_by_severity, typesetter, half),
        ],
        [
            typesetter.para(words.ALSO, style="card_heading"),
            *(typesetter.para(f"– {line}", style="small") for line in _noted(report, typesetter)),
        ],
        typesetter,
    )


def _side_by_side(left: list[Flowable], right: list[Flowable], typesetter: Typesetter) -> Table:
    half = (TEXT_WIDTH - GUTTER) / 2
    return Table([[left, "", right]], colWidths=[half, GUTTER, half], style=typesetter.plain)


def _noted(report: EstateReport, typesetter: Typesetter) -> list[str]:
    def shown(value: int) -> str:
        return number(value, typesetter.language)

    ends = expiry(report.certificates, local_date(report.run.as_of))
    opened = typesetter.say(words.NOT_ASKED) if report.opened is None else shown(len(report.opened))
    return [
        typesetter.say(
            words.ALSO_CERTIFICATES, expired=shown(ends.expired), week=shown(ends.soon), month=shown(ends.near)
        ),
        typesetter.say(
            words.ALSO_SERVICES, ports=shown(sum(each.undeclared for each in report.services)), opened=opened
        ),
        typesetter.say(
            words.ALSO_CAUSES,
            causes=shown(len(report.causes)),
            findings=shown(sum(each.findings for each in report.causes)),
        ),
    ]


def _control(index: int, standing: ControlStanding, typesetter: Typesetter) -> Paragraph:
    control = standing.control
    facts = typesetter.say(
        words.WORST_LINE,
        code=control.id,
        severity=typesetter.say(labels.SEVERITY_NAMES[control.severity]).lower(),
        assets=number(standing.counts["fail"], typesetter.language),
        agencies=number(standing.agencies, typesetter.language),
    )
    title = typesetter.line(typesetter.say(control.title), TITLE)
    return typesetter.para(Run(f"{index}. {title} ", "bold"), facts, style="small")


def _worsened(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    names = Names(report, typesetter)
    fallen = [(*each.moved, each) for each in report.summaries if each.moved and each.moved[1] < each.moved[0]]
    fallen.sort(key=lambda each: (each[1] - each[0], names.order(each[2])))
    if not fallen:
        yield typesetter.para(words.WORSENED_NONE if report.last else labels.FIRST_RUN, style="small")
    for index, (before, now, summary) in enumerate(fallen[:WORSENED], start=1):
        name = typesetter.line(names.of(summary.agency.id), NAME)
        line = typesetter.say(
            words.WORSENED_LINE,
            before=percent(before, typesetter.language),
            now=percent(now, typesetter.language),
            change=change(now, before, typesetter.language),
            new=number(summary.changes.get("new", 0), typesetter.language),
            regressed=number(summary.changes.get("regressed", 0), typesetter.language),
        )
        yield typesetter.para(Run(f"{index}. {name}: ", "bold"), line, style="small")
    if len(fallen) > WORSENED:
        more = number(len(fallen) - WORSENED, typesetter.language)
        yield typesetter.para(typesetter.say(words.WORSENED_MORE, count=more), style="small")
