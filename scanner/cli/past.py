"""What history knew at a moment: by the runs that were finished and the acts that were done, not by files of today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from checks.compare import Compared, FindingKey, Side, rules_of
from checks.lives import lives
from checks.model.fault import Fault, acknowledgements_by_fault
from checks.model.finding import Finding
from checks.model.inventory import Inventory, inventory_of
from checks.model.policy import Policy
from checks.model.waiver import Waiver
from history.facts import FinishedRun
from policies.explain import nearest
from scanner.cli.errors import Usage
from scanner.cli.moments import LOCAL, shown

if TYPE_CHECKING:
    from history.readings import Reading, State
    from history.store import Recorder


class Past:
    """How everything stood at a moment, or stands."""

    def __init__(self, recorder: "Recorder", moment: datetime | None = None) -> None:
        """Raises Usage where no run was finished by then."""
        self.recorder, self.moment = recorder, moment
        self.runs: Sequence[FinishedRun] = recorder.finished_runs(until=moment)
        """Those that were finished, newest first."""
        if not self.runs:
            when = "" if moment is None else shown(moment)
            raise Usage(
                f"đến {when} chưa có đợt rà quét nào kết thúc" if when else "chưa có đợt rà quét nào kết thúc",
                f"no scan run was finished by {when}" if when else "no scan run is finished; run khien scan",
            )
        self._policies: dict[str, dict[str, Policy]] = {}
        self._inventories: dict[str, Inventory] = {}

    @property
    def at(self) -> datetime:
        """The moment by the local calendar; now where there is none."""
        return (self.moment or datetime.now(UTC)).astimezone(LOCAL)

    @property
    def inventory(self) -> Inventory:
        """The agencies and assets that the latest run started from."""
        return self._inventory(self.runs[0].id)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """Those that the latest run started from: of the file and of the database as they were."""
        return self.recorder.waivers(self.runs[0].id)

    @cached_property
    def in_use(self) -> frozenset[str]:
        """The ids of the assets that were looked at."""
        return frozenset(each.id for each in self.inventory.assets if each.status == "active")

    def _inventory(self, run: str) -> Inventory:
        if run not in self._inventories:
            self._inventories[run] = inventory_of(self.recorder.inventory(run))
        return self._inventories[run]

    def policies(self, run: str) -> dict[str, Policy]:
        """Those that a run judged by."""
        if run not in self._policies:
            self._policies[run] = self.recorder.policies(run)
        return self._policies[run]

    def policy(self, name: str) -> tuple[FinishedRun, Policy]:
        """A policy as the latest run that judged by it had it, and that run. Raises Usage where none did."""
        for run in self.runs:
            found = self.policies(run.id).get(name)
            if found is not None:
                return run, found
        raise Usage(
            f"không đợt nào đến khi đó đánh giá theo chính sách {name!r}",
            f"no run until then judged by the policy {name!r}",
        )

    def names(self, agencies: Iterable[str]) -> frozenset[str] | None:
        """The ids that runs may know agencies by: their own, and those from before they were renamed or merged; None
        where none is named.

        An agency may be named by the id that it had then, or has now. Raises Usage for an unknown one.
        """
        found = frozenset(name for each in agencies for name in self._names(each))
        return found or None

    def _names(self, agency: str) -> frozenset[str]:
        newest = self._inventory(self.recorder.finished_runs()[0].id)
        known = self.inventory.named(agency) or newest.named(agency)
        if known is None:
            near = nearest(agency, [each.id for each in (*self.inventory.agencies, *newest.agencies)])
            raise Usage(f"lịch sử không có cơ quan {agency!r}{near.vi}", f"history has no agency {agency!r}{near.en}")
        return known.names

    def owner(self, asset: str, recorded: str) -> str:
        """The id of the agency that an asset was of at that moment; `recorded` is what a run has as its agency."""
        own = self._owners.get(asset)
        if own is not None:
            return own
        heir = self.inventory.named(recorded)
        return recorded if heir is None else heir.id

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        return {each.id: each.agency for each in self.inventory.assets}

    def _used(self, names: Collection[str] | None) -> frozenset[str]:
        """The ids of the assets in use of agencies; of all where None is given."""
        return frozenset(
            each.id
            for each in self.inventory.assets
            if each.status == "active" and (names is None or each.agency in names)
        )

    def state(self, agencies: Sequence[str] = (), assets: Sequence[str] = ()) -> "State[Finding]":
        """How assets stood: what the latest looks up to then said of each asset in use of the agencies, and of those
        named, whatever became of them; of all in use where nothing is named.

        Raises Usage for an unknown agency and for an asset that no run judged, Damaged.
        """
        told = self.latest(agencies, assets)
        all_judged(assets, told)
        return self.state_of(told)

    def latest(self, agencies: Sequence[str] = (), assets: Sequence[str] = ()) -> "dict[str, tuple[Reading, ...]]":
        """The readings that `state` is made of, by asset. Raises Usage for an unknown agency, Damaged."""
        from history.readings import latest

        told = self.recorder.readings
        names = self.names(agencies)
        found: dict[str, tuple[Reading, ...]] = {}
        if names is not None or not assets:
            used = self._used(names)
            found |= latest(told(self.runs, agencies=names, assets=used), used)
        if assets:
            found |= latest(told(self.runs, assets=set(assets)), set(assets))
        return found

    def concerned(self, waivers: Sequence[Waiver]) -> tuple[Finding, ...]:
        """The findings of `state` at every asset in use that waivers concern. Raises Damaged."""
        from history.readings import latest

        assets, agencies = {each.asset for each in waivers}, {each.agency for each in waivers}
        owners = agencies | {each.agency for each in self.inventory.assets if each.id in assets}
        names = frozenset(name for each in self.inventory.agencies if each.id in owners for name in each.names)
        wanted = {each for each in self._used(None) if each in assets or self._owners[each] in agencies}
        told = latest(self.recorder.readings(self.runs, agencies=names, assets=wanted), wanted)
        return self.state_of(told).findings

    def state_of(self, told: "Mapping[str, tuple[Reading, ...]]") -> "State[Finding]":
        """How assets stood by their `latest` readings. Raises Damaged."""
        from history.readings import state

        return state(told, self.recorder.findings_of(each for own in told.values() for each in own))

    def faults(self, agencies: Sequence[str] = (), assets: Sequence[str] = ()) -> tuple[Fault, ...]:
        """Every fault that runs saw up to that moment, under the agency that its asset was of then: at the assets that
        are named, and at those of the agencies, as long as they were of them under whichever name; at all, where
        nothing is named. Raises Usage for an unknown agency and for an asset that no run judged, Damaged.
        """
        from history import matters
        from history.readings import spells

        oldest = list(reversed(self.runs))
        names = self.names(agencies)
        told: list[Iterable[Reading]] = []
        if names is not None or not assets:
            of_agencies = self.recorder.readings(oldest, agencies=names)
            told.append(each for each in of_agencies if self._among(each, names, assets))
        if assets:
            told.append(self.recorder.readings(oldest, assets=set(assets)))
        acts = acknowledgements_by_fault(matters.acknowledgements(self.moment))
        at = self.at
        found: list[Fault] = []
        seen: set[str] = set()
        for own in spells(chain.from_iterable(told)):
            seen.add(own[0].asset)
            found += lives(own, at, self.in_use, acts)
        all_judged(assets, seen)
        return tuple(replace(each, agency=self.owner(each.asset, each.agency)) for each in found)

    def _among(self, told: "Reading", names: Collection[str] | None, named: Collection[str]) -> bool:
        """Whether a reading is of an asset of these agencies that is not named besides."""
        return told.asset not in named and (names is None or self.owner(told.asset, told.agency) in names)

    def side(self, state: "State[Compared]", assets: Collection[str]) -> Side[Compared]:
        """A state as it is compared with another; it is one of these assets."""
        rules: dict[FindingKey, str] = {}
        by_run: dict[str, list[Compared]] = {}
        for each in state.findings:
            by_run.setdefault(state.told_by[each.asset, each.control].id, []).append(each)
        for run, findings in by_run.items():
            rules |= rules_of(findings, self.policies(run))
        excluded = {asset: reason for asset, reason, _ in self.recorder.run(self.runs[0].id).exclusions}
        return Side(state.findings, rules, excluded, assets=assets)


def all_judged(assets: Sequence[str], judged: Collection[str]) -> None:
    """Raises Usage where assets are named that no run has judged."""
    unknown = sorted(set(assets) - set(judged))
    if unknown:
        names = ", ".join(unknown)
        raise Usage(f"chưa đợt nào đánh giá tài sản: {names}", f"no run has judged the assets: {names}")
