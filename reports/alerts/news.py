"""What there is to tell of a run that is finished, or that is not (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from checks.breaker import Hold
from checks.compare import FindingKey, Side, compare
from checks.model.alert import Alert
from checks.model.finding import Finding, Value
from checks.score import score
from reports.alerts.faults import MOST, counts, fault_alert
from reports.alerts.known import News, RunState, Unbegun

PATIENCE = timedelta(hours=24)
"""A run that was begun so long ago and is not finished is told of."""
RECENT = timedelta(days=7)
"""Of runs that were begun before, nothing is told any more."""
_JUDGED = ("pass", "fail")


def of_agency(news: News) -> Iterator[Alert]:
    """What a run says of an agency that the runs before did not."""
    yield from _regressed(news)
    fallen = worsened(news.now, news.before, news.earlier)
    if fallen is not None:
        values = dict(zip(("earlier", "before", "now"), fallen, strict=True))
        yield Alert(f"worsened:{news.agency}", "worsened", "medium", news.agency, run=news.run, params=values)
    if news.hold is not None:
        key = f"unassessed:{news.agency}"
        yield Alert(key, "unassessed", "medium", news.agency, run=news.run, params=_coverage(news.hold))


def of_run(run: RunState, now: datetime) -> Iterator[Alert]:
    """What is to be told of a run as a whole."""
    age = now - run.started
    if age > RECENT:
        return
    begun: dict[str, Value] = {"run": run.id, "started": run.started.isoformat()}
    if run.hold is not None:
        yield Alert(f"held:{run.id}", "run_held", "high", "", run=run.id, params=begun | _coverage(run.hold))
    if run.state == "open" and age >= PATIENCE:
        yield Alert(f"unfinished:{run.id}", "run_unfinished", "high", "", run=run.id, params=begun)
    if run.state == "abandoned":
        yield Alert(f"abandoned:{run.id}", "run_abandoned", "medium", "", run=run.id, params=begun)


def of_left_out(runs: Iterable[RunState], now: datetime) -> Iterator[Alert]:
    """What is to be told of assets that runs left out because of the hour: those that no run looks at within PATIENCE
    from the first of them on. The runs are those of the last days, the oldest first."""
    since: dict[str, datetime] = {}
    for run in runs:
        if run.state == "finished":
            since = {asset: begun for asset, begun in since.items() if asset in run.excluded}
        for asset in run.outside:
            since.setdefault(asset, run.started)
    for asset, begun in sorted(since.items()):
        if now - begun >= PATIENCE:
            yield Alert(f"outside:{asset}", "outside_window", "medium", "", asset)


def of_unbegun(given_up: Unbegun, now: datetime) -> Iterator[Alert]:
    """What is to be told of a scan that never began."""
    if now - given_up.ended <= RECENT:
        values: dict[str, Value] = {"name": given_up.name, "planned": given_up.planned.isoformat()}
        yield Alert(f"not_begun:{given_up.subject}", "scan_not_begun", "high", "", params=values)


def worsened(now: Side[Finding], before: Side[Finding], earlier: Side[Finding]) -> tuple[int, int, int] | None:
    """The scores of three looks, the oldest first, where each is lower than the one before; None where they are not.

    Only what all three judged by the same rule counts: neither a look that saw less nor a new policy is a worsening.
    """
    sides = [_judged(each) for each in (earlier, before, now)]
    common = [key for key in sides[-1] if all(key in side and _same(key, side, sides[-1]) for side in sides)]
    first, second, third = (score(side[key][0] for key in common).score for side in sides)
    if first is None or second is None or third is None or not first > second > third:
        return None
    return first, second, third


_Ruled = tuple[Finding, str | None]
"""A finding with what it was judged by."""


def _judged(side: Side[Finding]) -> dict[FindingKey, _Ruled]:
    found = {(each.asset, each.control): each for each in side.findings if each.verdict in _JUDGED}
    return {key: (each, side.rules.get(key)) for key, each in found.items() if each.announced is None}


def _same(key: FindingKey, one: Mapping[FindingKey, _Ruled], other: Mapping[FindingKey, _Ruled]) -> bool:
    (first, rule), (second, other_rule) = one[key], other[key]
    return (first.check, first.check_version, first.severity, rule) == (
        second.check,
        second.check_version,
        second.severity,
        other_rule,
    )


def _regressed(news: News) -> Iterator[Alert]:
    failing = {(each.asset, each.control): each for each in news.now.findings if counts(each)}
    before = replace(news.before, findings=tuple(each for each in news.before.findings if _key(each) in failing))
    now = replace(news.now, findings=tuple(failing.values()))
    for change in compare(before, now, news.seen_before):
        back = {each.key for each in change.instances if each.kind == "regressed"}
        finding = failing.get((change.asset, change.control))
        if finding is not None and back:
            for each in [each for each in finding.instances if each.key in back][:MOST]:
                yield fault_alert("regressed", finding, each, news.titles.get(_key(finding)), news.run)


def _key(finding: Finding) -> FindingKey:
    return finding.asset, finding.control


def _coverage(hold: Hold) -> dict[str, Value]:
    return {"coverage": hold.coverage, "usual": hold.usual}
