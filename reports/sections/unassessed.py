"""Appendix IV: what could not be assessed and why, waivers, what was not scanned, what the policies switch off,
confirmed false positives and disputes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from checks.check import place
from checks.model.finding import Finding, Values
from checks.model.policy import Disabled
from checks.model.text import Text
from checks.model.waiver import Dispute
from checks.waivers import Standing
from reports.messages import card, exceptions, labels
from reports.messages.figures import day, number, percent
from reports.messages.telling import tell
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

PART_START = 45 * mm
"""A list begins on the next page where less than this is left: room for its heading, a note and a row."""
CONTROLS_LENGTH = 900
"""Characters of a list of controls in one cell."""
ASSETS_LENGTH = 1500
"""Characters of a list of assets."""
UNCOVERED = 4
"""Assets that a waiver of a whole agency does not cover and that are told with the reason; the others are counted."""
GAP_COLUMNS = (
    Column(labels.ASSET, 36 * mm),
    Column(labels.REASON, 74 * mm),
    Column(labels.CONTROLS, TEXT_WIDTH - 110 * mm),
)
WAIVER_COLUMNS = (
    Column(labels.ASSET, 28 * mm),
    Column(labels.CODE, 27 * mm),
    Column(labels.UNTIL, 20 * mm),
    Column(exceptions.STATE, 28 * mm),
    Column(labels.APPROVED_BY, 26 * mm),
    Column(labels.JUSTIFICATION, TEXT_WIDTH - 129 * mm),
)
DISPUTE_COLUMNS = (
    Column(labels.ASSET, 34 * mm),
    Column(labels.CODE, 34 * mm),
    Column(exceptions.STATE, 30 * mm),
    Column(labels.REASON, TEXT_WIDTH - 98 * mm),
)
EXCLUSION_COLUMNS = (Column(labels.ASSET, 45 * mm), Column(labels.REASON, TEXT_WIDTH - 45 * mm))
DISABLED_COLUMNS = (
    Column(labels.CODE, 42 * mm),
    Column(labels.DISABLED_BY, 40 * mm),
    Column(labels.REASON, TEXT_WIDTH - 82 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Five lists; each says so where it is empty."""
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(labels.GAPS_HEADING), "h1", 1)
    yield from _gaps(report, typesetter)
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(labels.WAIVERS_HEADING), "h1", 1)
    yield from _waivers(report, typesetter)
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(labels.EXCLUSIONS_HEADING), "h1", 1)
    yield from _exclusions(report, typesetter)
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(labels.DISABLED_HEADING), "h1", 1)
    yield from _disabled(report, typesetter)
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(exceptions.DISPUTES_HEADING), "h1", 1)
    yield from _disputes(report, typesetter)


SECTION = Section("unassessed", labels.UNASSESSED_TITLE, write)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why something could not be assessed, at one place."""

    target: str
    said: str
    alike: str
    """The same without the place, by which the reasons of several assets are found to be one."""


def _gaps(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One row for whatever has the same reason and concerns the same controls, however many assets it is at."""
    at: dict[tuple[str, _Reason], list[str]] = {}
    for asset in report.assets:
        for finding in asset.findings:
            for reason in _reasons(finding, typesetter):
                controls = at.setdefault((asset.asset.id, reason), [])
                if finding.control not in controls:
                    controls.append(finding.control)
    if not at:
        nothing = not any(report.score.counts.values())
        yield typesetter.para(labels.NOTHING_LOOKED_AT if nothing else labels.GAPS_NONE, style="small")
        return
    rows: dict[tuple[str, tuple[str, ...]], dict[str, list[_Reason]]] = {}
    for (name, reason), controls in at.items():
        rows.setdefault((reason.alike, tuple(controls)), {}).setdefault(name, []).append(reason)
    yield typesetter.para(labels.GAPS_NOTE, style="small")
    yield from typesetter.table(
        GAP_COLUMNS,
        (
            (
                _places(places, report, typesetter),
                [typesetter.para(_said(alike, places), style="cell", limit=400)],
                [typesetter.para(", ".join(controls), style="cell", limit=CONTROLS_LENGTH)],
            )
            for (alike, controls), places in rows.items()
        ),
    )


def _said(alike: str, places: Mapping[str, Sequence[_Reason]]) -> str:
    """The reason with its place where there is one place."""
    every = {each.said for reasons in places.values() for each in reasons}
    return next(iter(every)) if len(every) == 1 else alike


def _places(places: Mapping[str, Sequence[_Reason]], report: AgencyReport, typesetter: Typesetter) -> list[Flowable]:
    """One asset with where at it; of several the names, as far as there is room."""
    names = list(places)
    if len(names) > 1:
        line = f"{number(len(names), typesetter.language)}: {', '.join(names)}"
        return [typesetter.para(typesetter.line(line, ASSETS_LENGTH), style="cell", limit=ASSETS_LENGTH)]
    cell: list[Flowable] = [typesetter.para(names[0], style="cell")]
    told = "; ".join(dict.fromkeys(_where(each.target, report) for each in places[names[0]] if each.target))
    if told:
        cell.append(typesetter.para(typesetter.line(told, 160), style="excerpt"))
    return cell


def _where(target: str, report: AgencyReport) -> str:
    """The place of a target as people write it."""
    found = report.evidence.get(target)
    return place(found.sighting.target) if found is not None else target


def _reasons(finding: Finding, typesetter: Typesetter) -> Iterator[_Reason]:
    for gap in finding.gaps:
        yield _reason(gap.target, gap.reason, gap.params, typesetter)
    if finding.verdict == "not_assessable" and not finding.gaps:
        yield _reason("", finding.reason, finding.params, typesetter)


def _reason(target: str, code: str, params: Values, typesetter: Typesetter) -> _Reason:
    language = typesetter.language
    there = {**params, "where": typesetter.say(labels.THERE)} if "where" in params else params
    return _Reason(target, tell(code, params, language), tell(code, there, language))


def _waivers(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Those in force, void and expired, and what the score is with and without them."""
    if report.waivers:
        score = percent(report.score.score, typesetter.language)
        waived = percent(report.score.score_with_waivers, typesetter.language)
        yield typesetter.para(typesetter.say(exceptions.WAIVERS_NOTE, score=score, waived=waived), style="small")
    shown = [each for each in report.waivers if each.waiver.kind == "waiver"]
    if shown:
        yield from typesetter.table(WAIVER_COLUMNS, (_waiver(each, typesetter) for each in shown))
    else:
        yield typesetter.para(labels.WAIVERS_NONE, style="small")


def _waiver(standing: Standing, typesetter: Typesetter) -> tuple[str | list[Flowable], ...]:
    waiver = standing.waiver
    where = waiver.asset or typesetter.say(exceptions.WHOLE_AGENCY, agency=waiver.agency)
    name = _named(where, waiver.id, typesetter)
    state: list[Flowable] = [typesetter.para(exceptions.STATES[standing.state], style="cell")]
    if standing.reason not in ("covers", "expired", "not_yet"):
        state.append(typesetter.para(exceptions.STANDING_REASONS[standing.reason], style="looked"))
    if standing.covered:
        for finding, answer in standing.uncovered[:UNCOVERED]:
            why = typesetter.say(exceptions.STANDING_REASONS[answer])
            asset = finding.rsplit("/", 1)[0]
            state.append(
                typesetter.para(typesetter.say(exceptions.NOT_COVERED, asset=asset, reason=why), style="looked")
            )
        more = len(standing.uncovered) - UNCOVERED
        if more > 0:
            told = typesetter.say(card.MORE, count=number(more, typesetter.language))
            state.append(typesetter.para(told, style="looked"))
    granted: list[Flowable] = [
        typesetter.para(typesetter.say(words, by=typesetter.line(by, 120)), style="cell")
        for words, by in ((exceptions.REQUESTED_BY, waiver.requested_by), (exceptions.APPROVED_BY, waiver.approved_by))
    ]
    why_cell: list[Flowable] = [typesetter.para(waiver.justification, style="cell", limit=2000)]
    if waiver.compensating_measure:
        measure = typesetter.say(exceptions.MEASURE, measure=waiver.compensating_measure)
        why_cell.append(typesetter.para(measure, style="cell", limit=2000))
    if not waiver.granted_on:
        why_cell.append(typesetter.para(exceptions.UNBOUND, style="looked"))
    return name, waiver.control, day(waiver.valid_until, typesetter.language), state, granted, why_cell


def _named(where: str, name: str, typesetter: Typesetter) -> list[Flowable]:
    return [typesetter.para(where, style="cell_bold"), typesetter.para(typesetter.line(name, 60), style="looked")]


def _disputes(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Confirmed false positives as this run was judged with them, then disputes as they stand now."""
    wrong = [each for each in report.waivers if each.waiver.kind == "false_positive"]
    if not wrong and not report.disputes:
        yield typesetter.para(exceptions.DISPUTES_NONE, style="small")
        return
    yield typesetter.para(exceptions.DISPUTES_NOTE, style="small")
    if wrong:
        yield from typesetter.table(WAIVER_COLUMNS, (_waiver(each, typesetter) for each in wrong))
    if report.disputes:
        yield from typesetter.table(DISPUTE_COLUMNS, (_dispute(each, typesetter) for each in report.disputes))


def _dispute(dispute: Dispute, typesetter: Typesetter) -> tuple[str | list[Flowable], ...]:
    def told(words: Text, by: str, on: date, **more: str) -> Flowable:
        line = typesetter.say(words, by=typesetter.line(by, 120), day=day(on, typesetter.language), **more)
        return typesetter.para(line, style="cell", limit=2000)

    lines = [told(exceptions.RAISED, dispute.raised_by, dispute.raised, reason=dispute.reason)]
    if dispute.decided is not None:
        lines.append(told(exceptions.RAISED, dispute.decided_by, dispute.decided, reason=dispute.decision))
    if dispute.observation is not None:
        seen = dispute.observation
        lines.append(told(exceptions.OBSERVED, seen.by, seen.seen, seen=seen.text))
    return (
        _named(dispute.asset, dispute.id, typesetter),
        dispute.control,
        typesetter.say(exceptions.DISPUTE_STATES[dispute.state]),
        lines,
    )


def _exclusions(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    rows = []
    for exclusion in report.exclusions:
        known = labels.EXCLUSION_REASONS.get(exclusion.reason)
        reason = typesetter.say(known) if known is not None else exclusion.reason
        rows.append((exclusion.asset, f"{reason} {typesetter.line(exclusion.detail, 300)}".strip()))
    if rows:
        yield from typesetter.table(EXCLUSION_COLUMNS, rows)
    else:
        yield typesetter.para(labels.EXCLUSIONS_NONE, style="small")


def _disabled(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    found: dict[tuple[str, str], Disabled] = {}
    for policy in (report.policy, *(asset.policy for asset in report.assets)):
        found.update({(each.control, each.by): each for each in policy.disabled})
    rows = [(each.control, each.by, typesetter.say(each.reason)) for _, each in sorted(found.items())]
    if rows:
        yield from typesetter.table(DISABLED_COLUMNS, rows)
    else:
        yield typesetter.para(labels.DISABLED_NONE, style="small")
