"""What history holds of an agency, as alerts are made of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from checks.breaker import Hold, held
from checks.compare import FindingKey, Side, rules_of
from checks.evaluate import evidence_of
from checks.model.asset import Agency, Asset
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.target import DnsTarget, names_of
from checks.model.text import Text
from checks.score import score_of
from reports.alerts import seen
from reports.alerts.known import Judged, Known, News
from scanner.cli.holding import TREND, tally_of
from scanner.cli.workspace import Workspace

if TYPE_CHECKING:
    from history.store import Recorder

DEPTH = 3
"""Looks that a worsening in two runs in a row takes."""
Told = tuple[str, Finding]
"""A finding, after the id of its run."""


class Standings:
    """Reads what is known of agencies, one after the other."""

    def __init__(self, workspace: Workspace, recorder: "Recorder", held_runs: Collection[str]) -> None:
        self._workspace = workspace
        self._recorder = recorder
        self._held = held_runs
        """Runs of which nothing is told."""
        self._policies = cache(recorder.policies)
        self._agencies = cache(recorder.agencies)
        self._earlier = cache(lambda run: recorder.earlier(run, TREND))

    def known(self, agency: Agency, day: date) -> Known:
        """How an agency stands on a day. Raises Damaged."""
        from history.looks import looks

        assets = self._assets(agency)
        found = looks(self._policy_of(assets), without=self._held, unsettled=True)
        latest = {key: told[0] for key, told in found.findings.items()}
        parts = [
            (own, self._evidence(run, own))
            for run in sorted(set(found.runs.values()))
            for own in [[each for each in assets if found.runs.get(each.id) == run]]
        ]
        return Known(
            agency=agency,
            assets=assets,
            day=day,
            findings={key: Judged(run, finding) for key, (run, finding) in latest.items()},
            looked_at=frozenset(found.runs),
            titles=self._titles(latest.values()),
            certificates=seen.certificates(parts),
            services=seen.services(parts),
        )

    def news(self, agency: Agency, runs: Sequence[str]) -> list[News]:
        """What runs said of an agency, of those that were about it, beside the runs before each. Raises Damaged."""
        return [self._news(agency, run) for run in runs if agency.id in self._agencies(run)]

    def _news(self, agency: Agency, run: str) -> News:
        from history.looks import looks

        assets = self._assets(agency)
        found = looks(self._policy_of(assets), until=run, depth=DEPTH, without=self._held).findings
        own = {key: told for key, told in found.items() if told[0][0] == run}
        now, before, earlier = (
            self._side([told[place] for told in own.values() if len(told) > place]) for place in range(DEPTH)
        )
        return News(
            run=run,
            agency=agency.id,
            now=now,
            before=before,
            earlier=earlier,
            seen_before=self._recorder.first_seen(run, [each.id for each in assets]),
            titles=self._titles(told[0] for told in own.values()),
            hold=self._hold(agency, run),
        )

    def _hold(self, agency: Agency, run: str) -> Hold | None:
        """Whether far more than usual of one agency could not be assessed, as `checks.breaker` asks of a whole run."""
        if self._recorder.run(run).purpose == "recheck":
            return None

        def coverage(of: str) -> int | None:
            return score_of(tally_of(self._recorder, of, agency, run)).coverage

        return held(coverage(run), (coverage(each.id) for each in self._earlier(run)))

    def _assets(self, agency: Agency) -> tuple[Asset, ...]:
        return tuple(each for each in self._workspace.inventory.assets_of(agency.id) if each.status == "active")

    def _policy_of(self, assets: Iterable[Asset]) -> dict[str, str]:
        return {each.id: self._workspace.policy_of(each).id for each in assets}

    def _side(self, told: Sequence[Told]) -> Side[Finding]:
        """Findings as they are compared, each by the policy of its own run."""
        rules: dict[FindingKey, str] = {}
        for run in {run for run, _ in told}:
            rules |= rules_of([finding for of, finding in told if of == run], self._policies(run))
        return Side(tuple(finding for _, finding in told), rules)

    def _titles(self, told: Iterable[Told]) -> dict[FindingKey, Text]:
        found: dict[FindingKey, Text] = {}
        for run, finding in told:
            policy = self._policies(run).get(finding.policy)
            control = policy.control(finding.control) if policy is not None else None
            if control is not None:
                found[finding.asset, finding.control] = control.title
        return found

    def _evidence(self, run: str, assets: Sequence[Asset]) -> dict[str, Evidence]:
        """What a run saw at assets; what names resolve to comes first."""
        names = {DnsTarget(name).key for asset in assets for name in names_of(asset)}
        found = self._recorder.evidence(run, names)
        keys = {target.key for asset in assets for target in evidence_of(asset, found)}
        return found | self._recorder.evidence(run, keys - names)
