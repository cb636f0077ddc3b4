"""Appendix III: each failed control once, with all assets at which it fails, its reason, its basis and its fix."""

from collections.abc import Iterator, Mapping, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from checks.check import place
from checks.model.finding import Instance
from checks.model.policy import Basis, Control
from reports.causes import Cause, causes
from reports.excerpts import excerpt
from reports.grouping import Failure, Problem, announced, entry_key, problems
from reports.messages import causes as cause_words
from reports.messages import labels
from reports.messages.figures import day, moment, number
from reports.messages.telling import tell
from reports.model import AgencyReport
from reports.pdf.flowables import RoomForTable
from reports.pdf.typesetter import TEXT_WIDTH, Column, Run, Typesetter
from reports.sections.causes import common_causes, shared_by
from reports.sections.section import Section
from reports.servers import SERVERS, Server, server_of

ASSETS_SHOWN = 25
"""Of one problem in its table; the others are named below it."""
INSTANCES_SHOWN = 12
"""Of one finding; the page says how many more there are, and the JSON file has them all."""
COMMANDS_SHOWN = 4
ASSET_WIDTH, FIRST_WIDTH, DUE_WIDTH = 38 * mm, 22 * mm, 22 * mm
ENTRY_START, TABLE_START, FIX_START = 95 * mm, 45 * mm, 35 * mm
"""An entry, its table and its fix each begin on the next page where less than this is left."""
COLUMNS = (
    Column(labels.ASSET, ASSET_WIDTH),
    Column(labels.SEEN, TEXT_WIDTH - ASSET_WIDTH - FIRST_WIDTH - DUE_WIDTH),
    Column(labels.FIRST_SEEN, FIRST_WIDTH),
    Column(labels.DUE, DUE_WIDTH),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One entry a control, worst first."""
    found = problems(report)
    if not found:
        yield typesetter.para(labels.NO_FAILURES)
    else:
        yield typesetter.para(labels.HOW_TO_USE, style="note")
    shared = causes(found, report.evidence)
    yield from common_causes(shared, typesetter)
    servers = {asset.asset.id: server_of(asset.asset, report.evidence) for asset in report.assets}
    for index, problem in enumerate(found, start=1):
        yield from _entry(index, problem, report, shared, servers, typesetter)
    yield from _announced(report, typesetter)


SECTION = Section("findings", labels.FINDINGS_TITLE, write)


def _announced(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Controls that do not count yet, each from which day, and where it would fail; nothing where there are none."""
    found = announced(report)
    if found:
        yield typesetter.heading(typesetter.say(labels.ANNOUNCED_HEADING), "h1", 1)
        yield typesetter.para(labels.ANNOUNCED_NOTE, style="small")
    for control, effective, failing in found:
        words = labels.ANNOUNCED_FAILS if failing else labels.ANNOUNCED_MET
        assets = typesetter.line(", ".join(failing), 600)
        yield typesetter.para(
            Run(f"{control.id}: {typesetter.line(typesetter.say(control.title), 300)}. ", "bold"),
            typesetter.say(words, day=day(effective, typesetter.language), assets=assets),
            style="small",
        )


def _entry(
    index: int,
    problem: Problem,
    report: AgencyReport,
    shared: Sequence[Cause],
    servers: Mapping[str, Server | None],
    typesetter: Typesetter,
) -> Iterator[Flowable]:
    control = problem.control
    severity = typesetter.say(labels.SEVERITY_NAMES[control.severity])
    title = typesetter.line(typesetter.say(control.title), 300)
    yield CondPageBreak(ENTRY_START)
    yield typesetter.heading(f"{index}. {control.id}: {title} ({severity.lower()})", "h1", 1, key=entry_key(problem))
    yield typesetter.para(Run(f"{typesetter.say(labels.WHY)}: ", "bold"), control.rationale, style="small")
    yield from _basis(control, typesetter)
    yield from shared_by(problem, shared, typesetter)
    failures = _by_cause(problem, shared)
    tables = typesetter.table(COLUMNS, _rows(failures[:ASSETS_SHOWN], report, typesetter))
    yield RoomForTable(tables[0], TABLE_START)
    yield typesetter.para(labels.WHERE_SEEN, style="h2_table")
    yield from tables
    yield from _others(failures[ASSETS_SHOWN:], typesetter)
    yield CondPageBreak(FIX_START)
    yield typesetter.para(labels.FIX, style="h2")
    yield from _fix(problem, servers, typesetter)
    yield from _commands(problem, typesetter)


def _by_cause(problem: Problem, shared: Sequence[Cause]) -> list[Failure]:
    """The failures of a problem, those of one cause together and the largest cause first; then what stands alone."""
    places = {
        id(failure): place for place, cause in enumerate(shared) for each, failure in cause.failures if each is problem
    }
    return sorted(problem.failures, key=lambda each: places.get(id(each), len(shared)))


def _others(failures: Sequence[Failure], typesetter: Typesetter) -> Iterator[Flowable]:
    """The assets that the table does not tell of, by name."""
    if failures:
        names = typesetter.line(", ".join(each.finding.asset for each in failures), 1500)
        count = number(len(failures), typesetter.language)
        yield typesetter.para(typesetter.say(cause_words.OTHERS, count=count, assets=names), style="note")


def _basis(control: Control, typesetter: Typesetter) -> Iterator[Flowable]:
    lines = [_basis_words(basis, typesetter) for basis in control.basis]
    lead = Run(f"{typesetter.say(labels.BASIS)}: ", "bold")
    yield typesetter.para(lead, "; ".join(lines) + "." if lines else labels.BASIS_NONE, style="small")


def _basis_words(basis: Basis, typesetter: Typesetter) -> str:
    """The document with its clause, what kind of rule it is, and how far it was checked; never blurred."""
    document = typesetter.line(basis.document, 200)
    if basis.clause is not None:
        document += ", " + typesetter.say(labels.CLAUSE, clause=typesetter.line(basis.clause, 80))
    kind = typesetter.say(labels.BASIS_KINDS[basis.kind])
    return f"{document} – {kind}; {typesetter.say(labels.CONFIDENCES[basis.confidence])}"


def _rows(
    failures: Sequence[Failure], report: AgencyReport, typesetter: Typesetter
) -> Iterator[tuple[str | list[Flowable], ...]]:
    """One row an instance; the first of an asset's rows says more of it than the others."""
    for failure in failures:
        shown = failure.finding.instances[:INSTANCES_SHOWN]
        for position, instance in enumerate(shown):
            cell = _asset_cell(failure, typesetter) if position == 0 else _again(failure, typesetter)
            yield (cell, _seen(instance, report, typesetter), *_dates(instance, typesetter))
        more = len(failure.finding.instances) - len(shown)
        if more:
            yield ("", typesetter.say(labels.MORE_INSTANCES, count=number(more, typesetter.language)), "", "")
        if not shown:
            yield (_asset_cell(failure, typesetter), tell_finding(failure, typesetter), "", "")


def tell_finding(failure: Failure, typesetter: Typesetter) -> str:
    """The sentence of a finding as a whole."""
    return tell(failure.finding.reason, failure.finding.params, typesetter.language)


def _again(failure: Failure, typesetter: Typesetter) -> list[Flowable]:
    return [typesetter.para(failure.asset.asset.id, style="looked")]


def _asset_cell(failure: Failure, typesetter: Typesetter) -> list[Flowable]:
    cell: list[Flowable] = [
        typesetter.para(failure.asset.asset.id, style="cell_bold"),
        typesetter.para(typesetter.line(failure.asset.asset.url, 120), style="excerpt"),
    ]
    waiver = failure.finding.waiver
    if waiver is not None:
        until = day(waiver.valid_until, typesetter.language)
        words = labels.WAIVER_LINE if waiver.kind == "waiver" else labels.FALSE_POSITIVE_LINE
        line = typesetter.say(words, id=typesetter.line(waiver.id, 60), day=until)
        cell.append(typesetter.para(line, style="looked"))
    return cell


def _seen(instance: Instance, report: AgencyReport, typesetter: Typesetter) -> list[Flowable]:
    """What is wrong in a sentence, the line of evidence, and where, when and from where it was seen."""
    cell: list[Flowable] = [
        typesetter.cell(
            tell(instance.reason, instance.params, typesetter.language),
            TEXT_WIDTH - ASSET_WIDTH - FIRST_WIDTH - DUE_WIDTH - 6,
        )
    ]
    evidence = report.evidence.get(instance.target)
    if evidence is not None:
        line = excerpt(evidence.observation, instance)
        if line is not None:
            cell.append(typesetter.para(typesetter.line(line, 240), style="excerpt"))
        sighting = evidence.sighting
        looked = typesetter.say(
            labels.LOOKED,
            where=typesetter.line(place(sighting.target), 120),
            time=moment(sighting.finished, typesetter.language),
            vantage=typesetter.line(sighting.vantage, 60),
        )
        cell.append(typesetter.para(looked, style="looked"))
    return cell


def _dates(instance: Instance, typesetter: Typesetter) -> tuple[str, str]:
    language = typesetter.language
    return (
        day(instance.first_seen, language) if instance.first_seen else typesetter.say(labels.NOT_STATED),
        day(instance.due, language) if instance.due else typesetter.say(labels.NO_DUE),
    )


def _fix(problem: Problem, servers: Mapping[str, Server | None], typesetter: Typesetter) -> Iterator[Flowable]:
    """The words, then the lines to paste: for the servers that were detected, else for all.

    Where every asset tells its server the others are left out; where one does not, all are there, detected first.
    """
    remedy = problem.control.remediation
    yield typesetter.para(remedy.vi if typesetter.language == "vi" else remedy.en, style="small")
    at: dict[Server | None, list[str]] = {}
    for failure in problem.failures:
        names = at.setdefault(servers.get(failure.asset.asset.id), [])
        if failure.asset.asset.id not in names:
            names.append(failure.asset.asset.id)
    detected = [server for server in SERVERS if server in at]
    others = [server for server in SERVERS if server not in at] if None in at else []
    for server in (*detected, *others):
        lines = {"nginx": remedy.nginx, "apache": remedy.apache, "iis": remedy.iis}[server]
        if lines is not None:
            yield typesetter.para(*_server_line(server, at.get(server, []), typesetter), style="server")
            yield from typesetter.code(lines.rstrip().splitlines()[:200])


def _server_line(server: Server, assets: list[str], typesetter: Typesetter) -> tuple[Run | str, ...]:
    name = Run(labels.SERVER_NAMES[server], "bold")
    if not assets:
        return (name,)
    return (name, f" ({typesetter.say(labels.DETECTED, assets=typesetter.line(', '.join(assets), 200))})")


def _commands(problem: Problem, typesetter: Typesetter) -> Iterator[Flowable]:
    every = list(
        dict.fromkeys(failure.finding.reproduce[0] for failure in problem.failures if failure.finding.reproduce)
    )
    if every:
        yield typesetter.para(labels.VERIFY, style="h2")
        yield from typesetter.code([command[:2000] for command in every[:COMMANDS_SHOWN]], command=True)
    if len(every) > COMMANDS_SHOWN:
        yield typesetter.para(labels.VERIFY_MORE, style="note")
