"""Where runs are remembered: values of `checks.model` in and out. Every write is one transaction, on disk on return.

A run is opened with everything that it starts from, takes evidence as it arrives, and is finished with its findings.
While it is open each step adds its links to the run's chain (`history.chain`); when it ends it is sealed
(`history.seal`).
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import DatabaseError, transaction

from checks.compare import InstanceKey
from checks.model.act import Actor
from checks.model.canonical import adapter, canonical, digest, dump, load, plain
from checks.model.checkpoint import Head
from checks.model.evidence import Evidence, observation_bytes
from checks.model.finding import Finding
from checks.model.policy import Policy
from checks.model.standing import Standing
from checks.model.target import Target
from checks.model.waiver import Dispute, Waiver
from checks.score import Counted
from history import ages, audit, earlier, listing, log, matters, models, queries, records, rows, seal, sights, standing
from history import readings as said
from history.brief import ControlKey
from history.chain import Chain, held
from history.errors import Damaged, NotStored, UnknownRun
from history.export import export_run
from history.facts import Exclusions, FinishedRun, Opening, Outcome, Purpose, RunRow, State, Tallied, utc
from history.ledger import Problem
from history.readings import Reading


def new_run_id(started: datetime) -> str:
    """An id for a run that is about to be opened."""
    return f"{utc(started):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


class Recorder:
    """The memory of the database that `history.setup` named. Holds no state of its own."""

    def open_run(
        self,
        *,
        vantage: str,
        as_of: datetime,
        inventory: bytes,
        plan: tuple[Target, ...],
        policies: Mapping[str, Policy],
        policy_sources: Mapping[str, Mapping[str, str]],
        waivers: Iterable[Waiver],
        rule_versions: Mapping[str, int],
        data_versions: Mapping[str, str],
        exclusions: Exclusions = (),
        tools: Mapping[str, str] | None = None,
        started: datetime | None = None,
        purpose: Purpose = "scan",
        run_id: str | None = None,
        by: Actor | None = None,
    ) -> str:
        """Begin a run with all that it starts from, and give its id: the one named, otherwise a new one.

        Raises NotStored.
        """
        kept = _Blobs()
        opened = utc(started or datetime.now(UTC).replace(microsecond=0))
        opening = Opening(
            id=run_id or new_run_id(opened),
            vantage=vantage,
            started=opened,
            as_of=utc(as_of),
            inventory=kept.add(inventory),
            plan=kept.add(rows.targets_bytes(plan)),
            policies={name: kept.add(dump(policy)) for name, policy in policies.items()},
            policy_sources={name: kept.add_texts(files) for name, files in policy_sources.items()},
            waivers=kept.add(canonical([plain(waiver) for waiver in waivers])),
            rule_versions=dict(rule_versions),
            data_versions=dict(data_versions),
            exclusions=exclusions,
            tools=dict(tools or {}),
            purpose=purpose,
            started_by=by,
        )
        facts = kept.add(dump(opening))
        with _step():
            kept.save()
            rows.run_row(opening, facts).save()
            Chain(opening.id, None).add("opening", "", facts).save()
        return opening.id

    def extend_plan(self, run_id: str, targets: Iterable[Target]) -> None:
        """Add targets that became known during the run; those already planned are left out.

        Raises UnknownRun, RunEnded, NotStored.
        """
        with _step():
            chain = Chain.of(run_id)
            planned = {target.key for target in self.plan(run_id)}
            fresh = {target.key: target for target in targets if target.key not in planned}
            if fresh:
                kept = _Blobs()
                addition = kept.add(rows.targets_bytes(tuple(fresh.values())))
                kept.save()
                chain.add("plan", addition, addition).save()

    def record(self, run_id: str, evidence: Evidence) -> bool:
        """Remember one look; False where the run already has one of that target. See `record_all`."""
        return self.record_all(run_id, [evidence]) == 1

    def record_all(self, run_id: str, evidence: Iterable[Evidence]) -> int:
        """Remember a batch of looks, all or none; how many were new. The first look at a target stands.

        Raises UnknownRun, RunEnded, NotStored; Damaged where a sighting names another observation than its own.
        """
        kept: dict[str, bytes] = {}
        sightings: dict[str, tuple[dict[str, object], str]] = {}
        for each in evidence:
            seen = observation_bytes(each.observation)
            if digest(seen) != each.sighting.observation:
                raise Damaged(each.sighting.observation)
            columns, committed = rows.sighting_columns(run_id, rows.in_utc(each.sighting))
            sightings.setdefault(each.sighting.target.key, (columns, committed))
            kept[each.sighting.observation] = seen
        with _step():
            chain = Chain.of(run_id)
            known = models.Sighting.objects.filter(run=run_id, key__in=list(sightings))
            for key in known.values_list("key", flat=True):
                del sightings[key]
            for key, (_, committed) in sightings.items():
                chain.add("sighting", key, committed)
            wanted = {str(columns["observation_id"]) for columns, _ in sightings.values()}
            seal.store({name: kept[name] for name in wanted})
            models.insert(models.Sighting, [columns for columns, _ in sightings.values()])
            chain.save()
        return len(sightings)

    def finish(self, run_id: str, findings: Iterable[Finding], finished: datetime) -> None:
        """End a run with its findings, all in one transaction. Raises UnknownRun, RunEnded, NotStored."""
        _end(run_id, "finished", finished, "", tuple(findings))

    def abandon(self, run_id: str, reason: str, finished: datetime | None = None) -> None:
        """End a run without findings: it is kept, and nothing is judged from it.

        Raises UnknownRun, RunEnded, NotStored.
        """
        _end(run_id, "abandoned", finished or datetime.now(UTC).replace(microsecond=0), reason, ())

    def plan(self, run_id: str) -> tuple[Target, ...]:
        """Every target of the run, in the order planned. Raises UnknownRun, Damaged."""
        parts = [queries.opening(run_id).plan, *records.plan(run_id)]
        return tuple(target for part in parts for target in rows.load_targets(queries.content(part)))

    def evidence(self, run_id: str, keys: Collection[str] | None = None, near: str = "") -> dict[str, Evidence]:
        """Everything that the run saw, or what it saw of some targets, by target key, in the order of recording; found
        soonest where they are those of the asset that is named. Raises UnknownRun, Damaged.
        """
        return sights.evidence(run_id, keys, near)

    def evidence_before(self, run_id: str, keys: Collection[str]) -> dict[str, Evidence]:
        """What the latest earlier look saw of some targets: see `history.earlier`. Raises UnknownRun, Damaged."""
        return earlier.evidence_before(run_id, keys)

    def findings(self, run_id: str, *, agency: str | None = None, asset: str | None = None) -> tuple[Finding, ...]:
        """Findings of a run in the order of asset and control id. Raises UnknownRun, Damaged."""
        queries.known(run_id)
        parts = records.parts(run_id, agency)
        return records.findings({name: part for name, part in parts.items() if asset in (None, name)})

    def tally(self, run_id: str, *, agency: str | None = None, assets_of: str | None = None) -> dict[Counted, int]:
        """How many findings of each kind a run has: of all, of an agency, of the assets that another run judged.

        Raises Damaged.
        """
        return records.tally(run_id, agency, assets_of)

    def by_control(self, run_id: str, *, agency: str | None = None) -> dict[str, dict[ControlKey, dict[Counted, int]]]:
        """How many findings of each kind each control has in a run, by agency: of all, or of one. Raises Damaged."""
        return records.by_control(run_id, agency)

    def agencies(self, run_id: str) -> frozenset[str]:
        """The agencies of which a run has findings."""
        return records.agencies(run_id)

    def inventory(self, run_id: str) -> bytes:
        """The inventory as it was when the run started. Raises UnknownRun, Damaged."""
        return queries.content(queries.opening(run_id).inventory)

    def policies(self, run_id: str) -> dict[str, Policy]:
        """The policies of the run by id. Raises UnknownRun, Damaged."""
        found = queries.opening(run_id).policies
        return {name: load(Policy, queries.content(each)) for name, each in found.items()}

    def policy_sources(self, run_id: str) -> dict[str, dict[str, str]]:
        """The texts of the policies' files: by policy id, then by file name. Raises UnknownRun, Damaged."""
        found = queries.opening(run_id).policy_sources
        return {
            name: {file: queries.content(each).decode() for file, each in files.items()}
            for name, files in found.items()
        }

    def waivers(self, run_id: str) -> tuple[Waiver, ...]:
        """The waivers as they were when the run started. Raises UnknownRun, Damaged."""
        data = queries.content(queries.opening(run_id).waivers)
        waivers: tuple[Waiver, ...] = adapter(tuple[Waiver, ...]).validate_json(data)
        return waivers

    def checkpoint(self, run_id: str) -> Head:
        """The state of the log with a run that has ended as its last leaf. Raises Damaged."""
        return log.head_of_run(run_id)

    def run(self, run_id: str) -> RunRow:
        """The facts of one run. Raises UnknownRun, Damaged."""
        found = listing.runs(ids=[run_id])
        if not found:
            raise UnknownRun(run_id)
        return found[0]

    def runs(
        self,
        limit: int = 50,
        state: State | None = None,
        *,
        agencies: Collection[str] | None = None,
        skip: int = 0,
        ended_by: datetime | None = None,
    ) -> list[RunRow]:
        """The latest runs after so many, of all or of those that judged one of some agencies, newest first; of those
        that had ended by a moment, where one is named. Raises Damaged."""
        found = queries.run_ids(state=state, agencies=agencies, ended_by=ended_by)
        return listing.runs(ids=found[skip : skip + limit])

    def run_count(self, agencies: Collection[str] | None = None) -> int:
        """How many runs there are, of all or of those that judged one of some agencies."""
        return queries.run_ids(agencies=agencies).count()

    def earlier(self, run_id: str, limit: int) -> list[Opening]:
        """What the latest finished scans before another started from, newest first: not rechecks, which judge only a
        part. Raises UnknownRun, Damaged."""
        found = queries.run_ids(state="finished", before=run_id, purpose="scan")[:limit]
        return [queries.opening(each) for each in found]

    def latest_finished(
        self,
        before: str | None = None,
        *,
        agencies: Collection[str] | None = None,
        asset: str | None = None,
        ended_by: datetime | None = None,
    ) -> RunRow | None:
        """The latest finished scan, of those that started before another, had ended by a moment, and judged one of
        agencies, or an asset; a recheck, which judges only a part, is none. Raises UnknownRun, Damaged.
        """
        found = queries.run_ids(state="finished", before=before, agencies=agencies, purpose="scan", ended_by=ended_by)
        if asset is None:
            return next(iter(listing.runs(ids=found[:1])), None)
        walk = records.back(found, [asset])
        latest = next((run for run, parts in walk if asset in parts and parts[asset].findings), None)
        return None if latest is None else self.run(latest)

    def first_seen(self, run_id: str, assets: Collection[str] | None = None) -> dict[InstanceKey, date]:
        """The ages that instances carry into a run: see `history.ages`. None: those of every asset.

        Raises UnknownRun.
        """
        return ages.first_seen(run_id, assets)

    def finished_runs(self, *, since: datetime | None = None, until: datetime | None = None) -> list[FinishedRun]:
        """The finished runs that started from one moment on and had finished by another, newest first."""
        return said.finished_runs(since, until)

    def readings(
        self,
        runs: Iterable[FinishedRun],
        *,
        agencies: Collection[str] | None = None,
        assets: Collection[str] | None = None,
    ) -> Iterator[Reading]:
        """What each run said of each asset, by digest and run by run: see `history.readings`. Raises Damaged."""
        return said.readings(runs, agencies, assets)

    def findings_of(self, chosen: Iterable[Reading]) -> dict[str, tuple[Finding, ...]]:
        """The findings of readings by their digest: see `history.readings`. Raises Damaged."""
        return said.findings_of(chosen)

    def series(self, runs: Iterable[FinishedRun], agencies: Collection[str] | None) -> list[Tallied]:
        """What each of the runs counted of agencies taken together: see `history.readings`. Raises Damaged."""
        return said.series(runs, agencies)

    def granted_waivers(self, until: datetime | None = None) -> tuple[Waiver, ...]:
        """The waivers that the database itself has, with confirmed false positives, by the acts up to a moment: see
        `history.matters`. Raises Damaged.
        """
        return matters.waivers(until)

    def disputes(self, until: datetime | None = None) -> tuple[Dispute, ...]:
        """Every dispute as it stands, by the acts up to a moment: see `history.matters`. Raises Damaged."""
        return matters.disputes(until)

    def standings(self, assets: Collection[str]) -> dict[str, Standing]:
        """How assets stand by all finished runs: see `history.standing`."""
        return standing.standings(assets)

    def run_ids(self) -> list[str]:
        """Every run that can be verified, whatever became of its row: see `history.audit`."""
        return audit.run_ids()

    def verify(self, run_id: str, head: str | None = None) -> list[Problem]:
        """Everything of a run that is not as it was committed: see `history.audit`. Raises UnknownRun."""
        return audit.verify(run_id, head)

    def export(self, run_id: str) -> dict[str, Any]:
        """The whole run in JSON types: see `history.export`. Raises UnknownRun, Damaged."""
        return export_run(run_id)


@contextmanager
def _step() -> Iterator[None]:
    """One transaction, which is on disk when it is over. Raises NotStored, and then nothing of it was kept."""
    try:
        with transaction.atomic(durable=True):
            yield
    except DatabaseError as error:
        raise NotStored(error) from error


def _end(run_id: str, outcome: Outcome, finished: datetime, reason: str, findings: Sequence[Finding]) -> None:
    moment = utc(finished)
    with _step():
        run = held(run_id)
        try:
            seal.seal(run, outcome, moment, reason, findings)
        except ValueError as error:
            raise NotStored(error) from error


class _Blobs:
    """Bytes that one step stores, each once."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        """Keep bytes; their digest."""
        name = digest(data)
        self._bodies[name] = data
        return name

    def add_texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Keep texts; their digests, by the same names."""
        return {name: self.add(text.encode()) for name, text in texts.items()}

    def save(self) -> None:
        """Store what is not there yet."""
        seal.store(self._bodies)
