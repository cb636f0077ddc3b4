"""The wiring of reports: what history holds of a run becomes the report of each agency."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from checks.breaker import Hold
from checks.compare import Side, rules_of
from checks.evaluate import evidence_of
from checks.model.asset import Agency, Asset
from checks.model.checkpoint import Head
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.inventory import inventory_of
from checks.model.policy import Policy
from checks.model.target import DnsTarget, names_of
from checks.score import score_of
from history.facts import Opening, RunRow
from reports.build import build
from reports.model import AgencyReport, Exclusion, Letter, RunFacts, Snapshot, Unit
from scanner.cli.errors import Usage
from scanner.cli.holding import TREND, hold_of, tally_of
from scanner.cli.memory import all_present

if TYPE_CHECKING:
    from history.store import Recorder


def _end_of(row: RunRow) -> datetime:
    """When a run was finished. Raises Usage for one that is not."""
    if row.finished is None:
        raise Usage(
            f"đợt {row.id} chưa kết thúc; làm tiếp bằng khien scan --resume {row.id}",
            f"run {row.id} is not finished; go on with khien scan --resume {row.id}",
        )
    return row.finished


def run_facts(row: RunRow, checkpoint: Head, hold: Hold | None = None) -> RunFacts:
    """A run of history as a report names it. Raises Usage for one that is not finished."""
    return RunFacts(
        id=row.id,
        started=row.started,
        finished=_end_of(row),
        vantage=row.vantage,
        as_of=row.as_of,
        head=row.head,
        checkpoint=checkpoint,
        tools=row.tools,
        connections=row.connections,
        rule_versions=row.rule_versions,
        data_versions=row.data_versions,
        exclusions=tuple(Exclusion(*each) for each in row.exclusions),
        held=hold,
        partial=row.purpose == "recheck",
    )


class AgencyReports:
    """The report of each agency that a run was about, or of those named; made one by one, each when it is asked for.

    What one report needs is read for it and forgotten with it, so that an estate of any size takes the memory of one
    agency, beside the inventory, the waivers and the disputes. Can be walked again.
    """

    def __init__(
        self,
        recorder: "Recorder",
        run_id: str,
        agencies: Sequence[str],
        letter: Letter,
        as_of: datetime | None = None,
    ) -> None:
        """Disputes are told as they stood at a moment, otherwise as they stand.

        Raises Usage for a run that is not finished, and for an agency that it was not about.
        """
        row = recorder.run(run_id)
        _end_of(row)  # a run that is not finished is refused before anything more is read
        self._recorder, self.letter = recorder, letter
        self.run = run_facts(row, recorder.checkpoint(run_id), hold_of(recorder, run_id))
        self.inventory = inventory_of(recorder.inventory(run_id))
        self._policies = cache(recorder.policies)
        """By the id of a run."""
        self._waivers, self._disputes = recorder.waivers(run_id), recorder.disputes(as_of)
        self._earlier = recorder.earlier(run_id, TREND)
        left_out = {asset for asset, reason, _ in row.exclusions if reason != "not_selected"}
        present = recorder.agencies(run_id) | {each.agency for each in self.inventory.assets if each.id in left_out}
        all_present(run_id, agencies, present)
        chosen = set(agencies) & present if agencies else present
        self.agencies = tuple(each for each in self.inventory.agencies if each.id in chosen)

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Those that the run was judged by."""
        return self._policies(self.run.id)

    def __len__(self) -> int:
        return len(self.agencies)

    def __iter__(self) -> Iterator[AgencyReport]:
        return map(self._report, self.agencies)

    def _report(self, agency: Agency) -> AgencyReport:
        recorder, run_id = self._recorder, self.run.id
        assets = self.inventory.assets_of(agency.id)
        findings = recorder.findings(run_id, agency=agency.id)
        tallies = [(each, tally_of(recorder, each.id, agency)) for each in reversed(self._earlier)]
        own = [(each, tally) for each, tally in tallies if tally]
        return build(
            run=self.run,
            agency=agency,
            assets=assets,
            policies=self.policies,
            policy_of={each.id: each.policy or "" for each in assets},
            findings=findings,
            evidence=self._evidence(assets, findings),
            history=[Snapshot(each.id, each.started, score_of(tally)) for each, tally in own],
            previous=self._side(own[-1][0], agency) if own else Side(()),
            seen_before=recorder.first_seen(run_id, [each.id for each in assets]),
            waivers=self._waivers,
            disputes=self._disputes,
            units=self._units(agency),
            letter=self.letter,
        )

    def _units(self, parent: Agency) -> Iterator[Unit]:
        """The figures of the agencies right below one, as far as the run judged them."""
        for agency in self.inventory.agencies:
            now = self._recorder.tally(self.run.id, agency=agency.id) if agency.parent == parent.id else {}
            if now:
                tallies = (tally_of(self._recorder, each.id, agency) for each in self._earlier)
                before = next((score_of(each) for each in tallies if each), None)
                yield Unit(agency.id, agency.name, score_of(now), before)

    def _evidence(self, assets: Sequence[Asset], findings: Sequence[Finding]) -> dict[str, Evidence]:
        """What was seen at the assets, and whatever else the findings point to; what names resolve to comes first."""
        names = {DnsTarget(name).key for asset in assets for name in names_of(asset)}
        found = self._recorder.evidence(self.run.id, names)
        keys = {target.key for asset in assets for target in evidence_of(asset, found)}
        keys |= {reference.target for each in findings for reference in each.evidence}
        return found | self._recorder.evidence(self.run.id, keys - names)

    def _side(self, run: Opening, agency: Agency) -> Side[Finding]:
        """An earlier run as it is compared."""
        findings = tuple(each for name in sorted(agency.names) for each in self._recorder.findings(run.id, agency=name))
        excluded = {asset: reason for asset, reason, _ in run.exclusions}
        return Side(findings, rules_of(findings, self._policies(run.id)), excluded)
