"""Appendix II: all assets at a glance, then each with the verdict of every control."""

from collections.abc import Iterator, Mapping, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from checks.model.finding import VERDICTS, Finding, Verdict
from checks.model.policy import SEVERITIES
from reports.collation import sort_key
from reports.families import FAMILIES, Tally, tallies
from reports.grouping import entry_keys, problems
from reports.messages import labels
from reports.messages import matrix as words
from reports.messages.figures import change, day, number, percent
from reports.model import AgencyReport, AssetReport, Unit
from reports.pdf.charts import MarkedVerdict
from reports.pdf.typesetter import CELL_PADDING, TEXT_WIDTH, Column, Content, Typesetter
from reports.sections.section import Section

LEVEL_WIDTH, FAMILY_WIDTH, SHARE_WIDTH = 10 * mm, 13.5 * mm, 16 * mm
VERDICT_WIDTH = 48 * mm
BLOCK_START = 45 * mm
"""The lines of an asset begin on the next page where less than this is left."""
COLUMNS = (
    Column(labels.ASSET, TEXT_WIDTH - LEVEL_WIDTH - len(FAMILIES) * FAMILY_WIDTH - 2 * SHARE_WIDTH),
    Column(words.LEVEL, LEVEL_WIDTH),
    *(Column(words.FAMILY_NAMES[each], FAMILY_WIDTH) for each in FAMILIES),
    Column(words.SHARE, SHARE_WIDTH),
    Column(words.COVERED, SHARE_WIDTH),
)

UNIT_COLUMNS = (
    Column(words.UNIT, TEXT_WIDTH - 99 * mm),
    Column(labels.SCORE, 20 * mm),
    Column(words.CHANGE, 20 * mm),
    Column(labels.COVERAGE, 19 * mm),
    Column(words.FAILED, 19 * mm),
    Column(words.CRITICAL, 21 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """The matrix, one row an asset; then for each asset its controls by verdict, what needs attention first."""
    if not report.assets:
        yield typesetter.para(labels.NO_ASSETS)
        yield from _units(report, typesetter)
        return
    yield typesetter.heading(typesetter.say(words.HEADING), "h1", 1)
    yield typesetter.para(words.LEGEND, style="note")
    yield from typesetter.table(COLUMNS, (_row(each, typesetter) for each in report.assets))
    yield typesetter.heading(typesetter.say(words.DETAILS), "h1", 1)
    keys = entry_keys(problems(report))
    for asset in report.assets:
        yield CondPageBreak(BLOCK_START)
        yield from _block(asset, keys, typesetter)
    yield from _units(report, typesetter)


SECTION = Section("assets", labels.ASSETS_TITLE, write)


def asset_key(asset: str) -> str:
    """Where links to the lines of an asset lead."""
    return f"asset {asset}"


def _row(asset: AssetReport, typesetter: Typesetter) -> list[Content | Flowable | list[Flowable]]:
    found = tallies(asset.findings)
    cells: list[Content | Flowable | list[Flowable]] = [
        [typesetter.para(typesetter.link_to(asset_key(asset.asset.id), asset.asset.id), style="cell")],
        str(asset.asset.level),
    ]
    cells += [_tally(found.get(each), typesetter) for each in FAMILIES]
    cells += [_share(each, typesetter) for each in (asset.score.score, asset.score.coverage)]
    return cells


def _share(value: int | None, typesetter: Typesetter) -> str:
    return typesetter.say(words.NOTHING) if value is None else percent(value, typesetter.language)


def _tally(tally: Tally | None, typesetter: Typesetter) -> Flowable | str:
    if tally is None:
        return typesetter.say(words.NOTHING)
    count = number(tally.count, typesetter.language)
    name = typesetter.say(labels.VERDICT_NAMES[tally.verdict])
    style = "cell_bold" if tally.grave and tally.verdict == "fail" else "cell"
    alt = typesetter.say(words.SIGN, count=count, verdict=name)
    return MarkedVerdict(tally.verdict, count, typesetter, FAMILY_WIDTH, style, alt)


def _block(asset: AssetReport, keys: Mapping[tuple[str, str], str], typesetter: Typesetter) -> Iterator[Flowable]:
    """Who it is, and its controls by verdict; each one that fails leads to what is to be done."""
    name = asset.asset.id
    yield typesetter.heading(name, "h2", 2, key=asset_key(name))
    yield typesetter.para(typesetter.line(asset.asset.url, 300), style="asset_line")
    yield typesetter.para(_line(asset, typesetter), style="asset_line")
    if not asset.findings:
        yield typesetter.para(labels.NO_FINDINGS, style="note")
        return
    rows: list[tuple[Content | list[Flowable], Content | list[Flowable]]] = []
    for verdict in VERDICTS:
        chosen = sorted((each for each in asset.findings if each.verdict == verdict), key=_worst_first)
        if chosen:
            rows.append(([_verdict(verdict, len(chosen), typesetter)], [_controls(chosen, keys, typesetter)]))
    yield typesetter.facts(rows, VERDICT_WIDTH)


def _verdict(verdict: Verdict, count: int, typesetter: Typesetter) -> Flowable:
    name = f"{typesetter.say(labels.VERDICT_NAMES[verdict])}: {number(count, typesetter.language)}"
    return MarkedVerdict(verdict, name, typesetter, VERDICT_WIDTH - 2 * CELL_PADDING)


def _worst_first(finding: Finding) -> tuple[int, str]:
    return SEVERITIES.index(finding.severity), finding.control


def _controls(found: list[Finding], keys: Mapping[tuple[str, str], str], typesetter: Typesetter) -> Flowable:
    """The codes of some controls with what a reader must know of each."""
    pieces: list[Content] = []
    for finding in found:
        pieces += [", "] if pieces else []
        key = keys.get((finding.asset, finding.control))
        pieces.append(typesetter.link_to(key, finding.control) if key else finding.control)
        notes = _notes(finding, typesetter)
        pieces += [f" ({'; '.join(notes)})"] if notes else []
    return typesetter.para(*pieces, style="cell")


def _notes(finding: Finding, typesetter: Typesetter) -> list[str]:
    notes = []
    if finding.verdict == "fail":
        notes.append(typesetter.say(labels.SEVERITY_NAMES[finding.severity]).lower())
    if finding.waiver is not None:
        waived = labels.WAIVED if finding.waiver.kind == "waiver" else labels.FALSE_POSITIVE
        notes.append(typesetter.say(waived))
    if finding.announced is not None:
        notes.append(typesetter.say(labels.FROM_DAY, day=day(finding.announced, typesetter.language)))
    return notes


def _line(asset: AssetReport, typesetter: Typesetter) -> str:
    return typesetter.say(
        labels.ASSET_LINE,
        level=asset.asset.level,
        zone=asset.asset.zone,
        policy=asset.policy.id,
        version=asset.policy.version,
        score=percent(asset.score.score, typesetter.language),
        coverage=percent(asset.score.coverage, typesetter.language),
    )


def _units(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """The figures of the agencies right below this one; nothing where there are none."""
    if not report.units:
        return
    yield CondPageBreak(BLOCK_START)
    yield typesetter.heading(typesetter.say(words.UNITS), "h1", 1)
    yield typesetter.para(words.UNITS_NOTE, style="note")
    yield from typesetter.table(UNIT_COLUMNS, (_unit(each, typesetter) for each in _by_name(report.units, typesetter)))


def _by_name(units: Sequence[Unit], typesetter: Typesetter) -> list[Unit]:
    return sorted(units, key=lambda each: (sort_key(typesetter.say(each.name), typesetter.language), each.id))


def _unit(unit: Unit, typesetter: Typesetter) -> tuple[str, ...]:
    language, score = typesetter.language, unit.score
    before = unit.before.score if unit.before is not None else None
    moved = words.NOTHING.in_(language)
    if before is not None and score.score is not None:
        moved = change(score.score, before, language)
    grave = score.failed_by_severity["critical"] + score.failed_by_severity["high"]
    return (
        typesetter.say(unit.name),
        _share(score.score, typesetter),
        moved,
        _share(score.coverage, typesetter),
        number(score.counts["fail"], language),
        number(grave, language),
    )
