"""The agencies side by side, and the report card of one: its figures, what fails with the fix, and every verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponseBase

from checks.model.asset import Agency, Asset
from checks.model.finding import VERDICTS, Finding
from checks.model.inventory import Inventory
from checks.model.policy import SEVERITIES
from checks.score import score, score_of
from console import charts, figures, paging, tables, words
from console.figures import Standing
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from console.views.inventory_tables import assets_table
from history.facts import RunRow
from reports import collation
from reports.grouping import problems_at
from reports.messages import labels
from reports.messages.figures import local_date
from reports.messages.telling import tell
from reports.model import AssetReport

MOVES = ("down", "up", "uncovered")
SORTS: Mapping[str, Callable[[Standing], int]] = {
    "name": lambda each: 0,
    "score": lambda each: -1 if each.score.score is None else each.score.score,
    "change": lambda each: each.moved or 0,
    "coverage": lambda each: -1 if each.score.coverage is None else each.score.coverage,
    "grave": lambda each: -_grave(each),
}
"""By the value of the parameter; what is equal stands in the order of the alphabet."""
FAILURES = 20
"""So many assets are named where a control fails; the list below has all."""
LATER = 10
"""So many rechecks after a scan are named on its card."""


def every(request: Request) -> HttpResponseBase:
    """All agencies of a run."""
    shown = common.shown(request)
    if shown is None:
        return common.empty(request, words.AGENCIES)
    run = shown.run
    search, move = common.searched(request), common.chosen(request, "move", MOVES)
    found = [each for each in figures.standings(request.door, run) if _fits(each, search, move)]
    sort = common.chosen(request, "sort", SORTS) or "score"
    found.sort(
        key=lambda each: (
            SORTS[sort](each),
            collation.sort_key(each.agency.name.in_(request.language), request.language),
        )
    )
    table = _agencies(request, found, run)
    if tables.wants_csv(request):
        return tables.answer(request, table, f"{run.id}-agencies")
    return page(request, "agencies.html", shown=shown, table=table, sort=sort, move=move)


def one(request: Request, agency: str) -> HttpResponseBase:
    """One agency, whichever of its ids it is asked for by. Raises Http404, NotSeen for one that no run has judged."""
    shown = common.shown(request, agency)
    if shown is None:
        if request.door.whole and "date" not in request.GET:
            raise Http404
        return common.empty(request, words.REPORT_CARD)
    run = shown.run
    card = _card(request, run, agency)
    found = _chosen(request, card)
    if tables.wants_csv(request):
        if request.GET.get("table") == "assets":
            own = assets_table(request, card.inventory, card.own, of_one=True)
            return tables.answer(request, own, f"{run.id}-{agency}-assets")
        return tables.answer(request, _findings(request, card, found), f"{run.id}-{agency}")
    part, own_part = paging.part(request, len(found)), paging.part(request, len(card.own), name="assets")
    counted = score_of(request.door.tally(run.id, agency))
    past = figures.past(request.door, run, agency)
    points = figures.trend(run, counted, past)
    later = request.door.runs(LATER, agency=agency, until=shown.until) if run == shown.latest else []
    return page(
        request,
        "agency.html",
        run=run,
        shown=shown,
        later=[each for each in later if each.started > run.started],
        agency=card.agency,
        assets=[each.asset for each in card.assets],
        score=counted,
        before=score_of(past[0].tally) if past else None,
        points=points,
        trend=charts.trend(points, request.language),
        verdicts=charts.verdicts(counted.counts, request.language),
        problems=problems_at(card.assets),
        shown_failures=FAILURES,
        exclusions=[each for each in run.exclusions if each[0] in card.owned and each[1] != "not_selected"],
        table=_findings(request, card, part.of(found)),
        part=part,
        own_assets=assets_table(request, card.inventory, own_part.of(card.own), of_one=True),
        own_part=own_part,
        today=local_date(run.as_of),
        verdict_choices=[(each, labels.VERDICT_NAMES[each].in_(request.language)) for each in VERDICTS],
        severity_choices=[(each, labels.SEVERITY_NAMES[each].in_(request.language)) for each in SEVERITIES],
        asset_choices=[(each.asset.id, each.asset.id) for each in card.assets],
        filters={name: request.GET.get(name, "") for name in ("verdict", "severity", "asset", "q")},
    )


@dataclass(frozen=True, slots=True)
class Card:
    """What a run says of an agency."""

    run: RunRow
    agency: Agency
    assets: tuple[AssetReport, ...]
    """Those with findings."""
    own: tuple[Asset, ...]
    """All its assets."""
    inventory: Inventory
    """That of the run."""

    @property
    def owned(self) -> frozenset[str]:
        """Ids of all its assets."""
        return frozenset(each.id for each in self.own)


def _card(request: Request, run: RunRow, agency: str) -> Card:
    inventory, policies = request.door.inventory(run.id), request.door.policies(run.id)
    by_asset: dict[str, list[Finding]] = {}
    for finding in request.door.findings(run.id, agency):
        by_asset.setdefault(finding.asset, []).append(finding)
    names, known = request.door.names(run.id, agency), {each.id: each for each in inventory.assets}
    assets = tuple(
        AssetReport(known[asset], policies[found[0].policy], score(found), tuple(found))
        for asset, found in by_asset.items()
    )
    own = tuple(each for each in inventory.assets if each.agency in names)
    return Card(run, request.door.agency(run.id, agency), assets, own, inventory)


def _agencies(request: Request, found: Sequence[Standing], run: RunRow) -> Table:
    language = request.language
    columns = (
        Column(words.AGENCY, sort="name"),
        Column(words.ASSETS, numeric=True),
        Column(words.COMPLIANCE, numeric=True, sort="score"),
        Column(words.CHANGE, numeric=True, sort="change"),
        Column(words.COVERAGE, numeric=True, sort="coverage"),
        Column(words.CRITICAL_HIGH, numeric=True, sort="grave"),
        Column(words.FAILING, numeric=True),
        Column(words.NOT_ASSESSED, numeric=True),
    )
    rows = [
        (
            common.agency_cell(each.agency, language, common.kept(request)),
            common.count_cell(each.assets, language),
            common.share_cell(each.score.score, language),
            common.change_cell(each, language),
            common.share_cell(each.score.coverage, language),
            common.count_cell(_grave(each), language),
            common.count_cell(each.score.counts["fail"], language),
            common.count_cell(each.score.counts["not_assessable"], language),
        )
        for each in found
    ]
    return Table(words.AGENCIES, columns, rows, words.AGENCIES_NONE)


def _chosen(request: Request, card: Card) -> list[tuple[Finding, str]]:
    """Every finding that fits the filter with the title of its control: what fails first, worst first."""
    verdict, severity = common.chosen(request, "verdict", VERDICTS), common.chosen(request, "severity", SEVERITIES)
    asset, search = common.chosen(request, "asset", tuple(card.owned)), common.searched(request)
    chosen = []
    for report, finding in sorted(((a, f) for a in card.assets for f in a.findings), key=_urgency):
        control = report.policy.control(finding.control)
        title = control.title.in_(request.language) if control else ""
        if verdict not in ("", finding.verdict) or severity not in ("", finding.severity):
            continue
        if asset not in ("", finding.asset) or search not in f"{finding.id} {title}".casefold():
            continue
        chosen.append((finding, title))
    return chosen


def _findings(request: Request, card: Card, found: Sequence[tuple[Finding, str]]) -> Table:
    today = local_date(card.run.as_of)
    columns = (
        Column(words.CONTROL),
        Column(words.DEMAND),
        Column(words.ASSET),
        Column(labels.VERDICT),
        Column(labels.SEVERITY),
        Column(labels.REASON),
        Column(words.DUE),
    )
    rows = [_row(request, card, finding, title, today) for finding, title in found]
    return Table(words.ALL_FINDINGS, columns, rows, words.FINDINGS_NONE)


def _row(request: Request, card: Card, finding: Finding, title: str, today: date) -> tuple[Cell, ...]:
    language = request.language
    href = common.link("finding", run=card.run.id, asset=finding.asset, control=finding.control)
    reason, params = (
        (finding.instances[0].reason, finding.instances[0].params)
        if finding.instances
        else (
            finding.reason,
            finding.params,
        )
    )
    return (
        Cell(finding.control, href, look="code"),
        Cell(title),
        Cell(finding.asset, look="code"),
        common.verdict_cell(finding.verdict, language),
        common.severity_cell(finding.severity, language),
        Cell(tell(reason, params, language)),
        common.due_cell(finding.due, today, language),
    )


def _urgency(item: tuple[AssetReport, Finding]) -> tuple[int, int, str, str]:
    finding = item[1]
    return VERDICTS.index(finding.verdict), SEVERITIES.index(finding.severity), finding.control, finding.asset


def _grave(standing: Standing) -> int:
    """How many critical and high findings fail."""
    return standing.score.failed_by_severity["critical"] + standing.score.failed_by_severity["high"]


def _fits(standing: Standing, search: str, move: str) -> bool:
    agency, moved = standing.agency, standing.moved or 0
    if search not in f"{agency.id} {agency.name.vi} {agency.name.en}".casefold():
        return False
    wanted = {"": True, "down": moved < 0, "up": moved > 0, "uncovered": standing.poorly_covered}
    return wanted[move]
