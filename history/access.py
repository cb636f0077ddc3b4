"""Who may see what: the one way from the console to what is remembered.

The security team and auditors see everything; an agency sees its own, and nothing of any other. What somebody may not
see is not there: the error is that of what never was, so that no answer tells whether others have it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import chain
from typing import Literal, get_args

from checks.compare import Change
from checks.evaluate import evidence_of
from checks.model.act import Deed
from checks.model.alert import AlertStep
from checks.model.asset import Agency
from checks.model.canonical import load
from checks.model.delivery import Delivery
from checks.model.evidence import Evidence
from checks.model.finding import Finding, Verdict
from checks.model.inventory import Inventory
from checks.model.operation import Operation
from checks.model.policy import Policy
from checks.model.target import DnsTarget, names_of
from checks.model.task import Task
from checks.model.text import Text
from checks.score import Counted
from history import alerts, deliveries, differences, heirs, issues, queries, records, requests
from history.brief import ControlKey
from history.chronicle import Wanted, deeds
from history.errors import BadAct, NotSeen, UnknownFile, UnknownRun
from history.facts import RunRow
from history.failing import Failing, failing
from history.issues import Archived
from history.store import Recorder

Role = Literal["security", "agency", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
"""security acts for the whole estate; agency sees and acts for one agency; auditor sees everything and changes
nothing."""
POLICIES = 16
"""So many are held at once. They are kept by digest, and so never out of date."""
OPEN_REQUESTS = 5
"""So many scans and rechecks may wait or run that one person has asked for."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks."""

    name: str
    role: Role
    agency: str = ""
    """The id of the agency of one whose role is agency; empty otherwise."""

    def __post_init__(self) -> None:
        if bool(self.agency) != (self.role == "agency"):
            raise ValueError("an agency's user has an agency, and nobody else")


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier scan by its figures."""

    run: str
    started: datetime
    tally: Mapping[Counted, int]


class Door:
    """What is remembered, as far as one viewer may see it. Every method raises NotSeen for what is not there for them,
    and Damaged where stored bytes are not those that were stored."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._recorder = Recorder()
        self._seen: dict[str, RunRow] = {}
        """Runs that the viewer may see, as far as they were asked for."""
        self._read: tuple[tuple[str, str], tuple[Finding, ...]] = ("", ""), ()
        """The findings that were read last, of a run and an agency."""

    @property
    def whole(self) -> bool:
        """Whether the viewer sees all agencies."""
        return self.viewer.role != "agency"

    @cached_property
    def own(self) -> frozenset[str]:
        """Of an agency's viewer the ids under which runs know it: its own, and those from before it was renamed or
        merged, by the newest inventory that has it. Who still has an id that another agency took over sees what was
        judged under that id, and nothing of the other."""
        mine = next((each for each in heirs.newest().agencies if each.id == self.viewer.agency), None)
        return frozenset({self.viewer.agency}) if mine is None else mine.names

    def runs(self, limit: int, skip: int = 0, agency: str | None = None, until: datetime | None = None) -> list[RunRow]:
        """The latest runs after so many others, newest first: all of them, or those that judged an agency; those that
        had ended by a moment, where one is named."""
        found = self._recorder.runs(limit, agencies=self._chosen(agency), skip=skip, ended_by=until)
        return [self._own(row) for row in found]

    def run_count(self) -> int:
        """How many runs there are to see."""
        return self._recorder.run_count(self._chosen(None))

    def run(self, run_id: str) -> RunRow:
        """One run."""
        return self._own(self._known(run_id))

    def latest(self, agency: str | None = None, until: datetime | None = None) -> RunRow | None:
        """The latest scan of all, or of those that judged an agency, that was finished by a moment or is by now; None
        where there is none."""
        found = self._recorder.latest_finished(agencies=self._chosen(agency), ended_by=until)
        return None if found is None else self._own(found)

    def scans_before(self, run_id: str, limit: int, agency: str | None = None) -> list[Past]:
        """Of the latest finished scans before a run those that judged what is asked for, newest first."""
        self._known(run_id)
        chosen = self._chosen(agency, run_id)
        earlier = self._recorder.earlier(run_id, limit)
        tallies = records.totals([each.id for each in earlier], chosen)
        return [Past(each.id, each.started, tallies[each.id]) for each in earlier if tallies.get(each.id)]

    def agencies(self, run_id: str) -> frozenset[str]:
        """The agencies of which a run has findings."""
        self._known(run_id)
        found = self._recorder.agencies(run_id)
        return found if self.whole else found & self.own

    def agency(self, run_id: str, agency: str) -> Agency:
        """An agency as a run knew it, whichever of its ids it is asked for by; where several of then have become one
        since, that one."""
        of_run = self.names(run_id, agency)
        found = [each for each in self.inventory(run_id).agencies if each.id in of_run]
        heir = heirs.newest().named(agency) if len(found) > 1 else next(iter(found), None)
        if heir is None:
            raise NotSeen(agency)
        return heir if self.whole else replace(heir, parent=None)

    def names(self, run_id: str, agency: str) -> frozenset[str]:
        """The ids under which a run has findings of an agency; none where it has not."""
        judged = self.agencies(run_id)
        return frozenset({agency}) if agency in judged else self._ids(agency, run_id) & judged

    def inventory(self, run_id: str) -> Inventory:
        """The inventory as it was when a run started; for an agency its own part, without who is above it."""
        self._known(run_id)
        whole = heirs.inventory(run_id)
        if self.whole:
            return whole
        mine = tuple(replace(each, parent=None) for each in whole.agencies if each.id in self.own)
        return Inventory(mine, tuple(each for each in whole.assets if each.agency in self.own))

    def policies(self, run_id: str) -> dict[str, Policy]:
        """The policies of a run by id; for an agency those that its own assets were judged under."""
        self._known(run_id)
        found = {name: _policy(each) for name, each in queries.opening(run_id).policies.items()}
        if self.whole:
            return found
        used = {policy for controls in self.by_control(run_id).values() for policy, _ in controls}
        return {name: policy for name, policy in found.items() if name in used}

    def policy_sources(self, run_id: str, policy: str) -> dict[str, str]:
        """The texts of the files that a policy of a run was made of, by file name; it is one of `policies`."""
        if policy not in self.policies(run_id):
            raise NotSeen(policy)
        return self._recorder.policy_sources(run_id)[policy]

    def tally(self, run_id: str, agency: str | None = None) -> dict[Counted, int]:
        """How many findings of each kind a run has, of all or of an agency."""
        self._known(run_id)
        chosen = None if self.whole and agency is None else self._of_run(run_id, agency)
        return records.totals([run_id], chosen).get(run_id, {})

    def tallies(self, run_id: str) -> dict[str, dict[Counted, int]]:
        """The same of each agency, by the ids that the run has for them."""
        self._known(run_id)
        found = records.tallies(run_id)
        return found if self.whole else {name: found[name] for name in self.own & found.keys()}

    def by_control(self, run_id: str) -> dict[str, dict[ControlKey, dict[Counted, int]]]:
        """The same of each agency by control."""
        self._known(run_id)
        found = self._recorder.by_control(run_id)
        return found if self.whole else {name: found[name] for name in self.own & found.keys()}

    def failing(self, run_id: str) -> list[Failing]:
        """What fails in a run, in brief, in the order of asset and control."""
        self._known(run_id)
        return failing(run_id, None if self.whole else self.own)

    def findings(self, run_id: str, agency: str | None = None) -> tuple[Finding, ...]:
        """The findings of a run, of all or of an agency, in the order of asset and control."""
        self._known(run_id)
        if self.whole and agency is None:
            return self._recorder.findings(run_id)
        parts = [self._findings_of(run_id, each) for each in self._of_run(run_id, agency)]
        return (
            parts[0] if len(parts) == 1 else tuple(sorted(chain(*parts), key=lambda each: (each.asset, each.control)))
        )

    def _findings_of(self, run_id: str, agency: str) -> tuple[Finding, ...]:
        """Those of one id; of the one that a page is about they are asked for more than once."""
        if self._read[0] != (run_id, agency):
            self._read = (run_id, agency), self._recorder.findings(run_id, agency=agency)
        return self._read[1]

    def finding(self, run_id: str, asset: str, control: str) -> Finding:
        """One finding."""
        self._known(run_id)
        owner = next((each.agency for each in self.inventory(run_id).assets if each.id == asset), None)
        for each in self._recorder.findings(run_id, agency=owner, asset=asset) if owner is not None else ():
            if each.control == control:
                return each
        raise NotSeen(f"{run_id} {asset}/{control}")

    def differences(
        self, before: str, after: str, day: date, agency: str | None = None, everything: bool = False
    ) -> tuple[Change, ...]:
        """What became of the findings of one finished run, which is of that day, in another, in the order of asset and
        control; of what is as it was only where `everything` is wanted."""
        runs = differences.finished(self._known(each).id for each in (before, after))
        if agency is None:
            names = None if self.whole else self.own
        else:
            names = self.names(before, agency) | self.names(after, agency)
        if (names is not None and not names) or len(runs) < len({before, after}):
            raise NotSeen(agency or f"{before} {after}")
        first, second = runs[before], runs[after]
        said = differences.told(first, names), differences.told(second, names)
        return differences.between((first, second), said, day, everything)

    def evidence(self, run_id: str, finding: Finding) -> dict[str, Evidence]:
        """What a finding of a run was judged on, and whatever else was seen at its asset, by target key."""
        self._chosen(finding.agency)
        assets = [each for each in self.inventory(run_id).assets if each.id == finding.asset]
        names = {DnsTarget(name).key for asset in assets for name in names_of(asset)}
        found = self._recorder.evidence(run_id, names, finding.asset)
        keys = {target.key for asset in assets for target in evidence_of(asset, found)}
        keys |= {each.target for each in finding.evidence} | {each.target for each in finding.gaps}
        return found | self._recorder.evidence(run_id, keys - names, finding.asset)

    def requests(self, limit: int, skip: int = 0) -> list[Operation]:
        """The latest scans and rechecks that were asked for after so many others, newest first; for an agency those of
        itself alone."""
        return list(requests.latest(limit, self._chosen(None), skip))

    def request_count(self) -> int:
        """How many requests there are to see, or a few more: see `history.requests.count`."""
        return requests.count(self._chosen(None))

    def ask(self, task: Task, at: datetime) -> str:
        """Ask for a scan or a recheck, in the viewer's name; an agency for a recheck of its own. The id of the request:
        that of an open one where the same was asked for already. Raises BadAct for too many at once; NotStored."""
        self.acting()
        if not self.whole:
            task = replace(task, agencies=(self.viewer.agency,), recheck=True)
        waiting = [each for each in self.requests(requests.LATEST) if each.open]
        same = next((each for each in waiting if each.task == task), None)
        if same is not None:
            return same.first.name
        if sum(each.first.by == self.viewer.name for each in waiting) >= OPEN_REQUESTS:
            raise BadAct(
                Text(
                    f"Đang có {OPEN_REQUESTS} yêu cầu của bạn chưa xong; hãy chờ.",
                    f"{OPEN_REQUESTS} requests of yours are not over yet; please wait.",
                )
            )
        return requests.ask(task, self.viewer.name, at)

    def withdraw(self, request: str, at: datetime) -> None:
        """Take a request back that is not begun. Raises BadAct where it is too late; NotStored."""
        self.acting()
        if request not in {each.first.name for each in self.requests(requests.LATEST)}:
            raise NotSeen(request)
        requests.withdraw(request, self.viewer.name, at)

    def issued(self, agency: str | None = None) -> tuple[Archived, ...]:
        """The files that were issued, signed, sent or made, of all or of an agency, newest first; for an agency its
        own, without drafts that nobody was sent."""
        chosen = self._chosen(agency)
        found = tuple(each for each in issues.issued()[::-1] if chosen is None or each.file.agency in chosen)
        if self.whole:
            return found
        sent = self._sent()
        return tuple(each for each in found if _left(each, sent))

    def deliveries(self, run_id: str | None = None) -> tuple[Delivery, ...]:
        """What was sent to whom, of one run or of all, in the order of logging."""
        return deliveries.deliveries(run_id, None if self.whole else self.own)

    def file(self, sequence: int) -> tuple[Archived, bytes]:
        """One of them, with its very bytes."""
        try:
            found = issues.get(sequence)
        except UnknownFile as error:
            raise NotSeen(str(sequence)) from error
        if not self.whole and not (found.file.agency in self.own and _left(found, self._sent(found.file.run))):
            raise NotSeen(str(sequence))
        return found, issues.content(found)

    def acts(self, wanted: Wanted) -> tuple[Deed, ...]:
        """Who did what, in order of time: for those who see everything, since acts name people of all agencies."""
        if not self.whole:
            raise NotSeen("acts")
        agencies = {name for each in wanted.agencies for name in heirs.names(each)}
        return deeds(replace(wanted, agencies=agencies))

    def reminders(self, agency: str, number: int) -> tuple[AlertStep, ...]:
        """The latest messages about what is due at an agency that were taken over, newest first: for those who see
        everything, since they name people of other agencies too."""
        if not self.whole:
            raise NotSeen("reminders")
        return alerts.reminders(heirs.names(agency), number)

    def _sent(self, run_id: str | None = None) -> frozenset[str]:
        """The digests of the files that went to somebody, or were about to."""
        return frozenset(file.digest for each in self.deliveries(run_id) for file in each.files)

    def _chosen(self, agency: str | None, run_id: str | None = None) -> frozenset[str] | None:
        """The ids of those who are asked for; None where it is everybody, and the viewer sees everybody."""
        if agency is None:
            return None if self.whole else self.own
        return self._ids(agency, run_id)

    def _ids(self, agency: str, run_id: str | None) -> frozenset[str]:
        """Those that an agency had until a run, or until now, as far as the viewer may see."""
        if not self.whole and agency not in self.own:
            raise NotSeen(agency)
        found = heirs.names(agency, run_id)
        return found if self.whole else found & self.own

    def _of_run(self, run_id: str, agency: str | None) -> list[str]:
        """The ids under which a run has findings of an agency, or of all that the viewer may see."""
        if agency is None:
            return sorted(self.agencies(run_id))
        return sorted(self.names(run_id, agency))

    def acting(self) -> None:
        """Raises NotSeen for a viewer who only looks."""
        if self.viewer.role == "auditor":
            raise NotSeen(self.viewer.role)

    def _known(self, run_id: str) -> RunRow:
        if run_id in self._seen:
            return self._seen[run_id]
        try:
            row = self._recorder.run(run_id)
        except UnknownRun as error:
            raise NotSeen(run_id) from error
        if not self.whole and self.own.isdisjoint(self._recorder.agencies(run_id)):
            raise NotSeen(run_id)
        self._seen[run_id] = row
        return row

    def _own(self, row: RunRow) -> RunRow:
        """The run as the viewer may see it: an agency is told the counts and the exclusions of its own assets."""
        if self.whole:
            return row
        own = {each.id for each in heirs.inventory(row.id).assets if each.agency in self.own} if row.exclusions else ()
        return replace(
            row,
            findings=_by_verdict(records.totals([row.id], self.own).get(row.id, {})),
            exclusions=tuple(each for each in row.exclusions if each[0] in own),
            sightings=0,
            connections=0,
        )


@lru_cache(POLICIES)
def _policy(digest: str) -> Policy:
    return load(Policy, queries.content(digest))


def _left(archived: Archived, sent: Collection[str]) -> bool:
    """Whether a file left the office: it was issued, signed, or is among those that were sent, by digest."""
    file = archived.file
    return file.number is not None or bool(file.signer) or file.digest in sent


def _by_verdict(tally: Mapping[Counted, int]) -> dict[Verdict, int]:
    found: dict[Verdict, int] = {}
    for kind, number in tally.items():
        found[kind.verdict] = found.get(kind.verdict, 0) + number
    return found
