"""Where runs are remembered: values of `checks.model` in and out. Every write is one transaction, on disk on return.

A run is opened with everything that it starts from, takes evidence as it arrives, and is finished with its findings.
Nothing written is ever changed; each step adds its links to the run's chain (`history.ledger`).
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import DatabaseError, transaction

from checks.compare import InstanceKey
from checks.model.canonical import adapter, canonical, digest, dump, load, plain
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Policy
from checks.model.standing import Standing
from checks.model.target import Target
from checks.model.waiver import Dispute, Waiver
from checks.score import Counted
from history import ages, audit, earlier, matters, models, queries, records, rows, standing
from history.errors import Damaged, NotStored, RunEnded, UnknownRun
from history.export import export_run
from history.facts import Closing, Exclusions, Opening, Outcome, Purpose, RunRow, State, utc
from history.ledger import Entry, EntryKind, Problem, link

BATCH = 500
"""Rows a statement: within what SQLite and PostgreSQL take."""


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
        )
        facts = kept.add(dump(opening))
        with _step():
            kept.save()
            rows.run_row(opening, facts).save()
            _Chain(opening.id, None).add("opening", "", facts).save()
        return opening.id

    def extend_plan(self, run_id: str, targets: Iterable[Target]) -> None:
        """Add targets that became known during the run; those already planned are left out.

        Raises UnknownRun, RunEnded, NotStored.
        """
        with _step():
            chain = _Chain.of(run_id)
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
        kept = _Blobs()
        sightings = {}
        for each in evidence:
            row, seen = rows.evidence_rows(run_id, replace(each, sighting=rows.in_utc(each.sighting)))
            if row.key not in sightings:
                sightings[row.key] = row
                kept.keep(seen)
        with _step():
            chain = _Chain.of(run_id)
            known = models.Sighting.objects.filter(run=run_id, key__in=list(sightings))
            for key in known.values_list("key", flat=True):
                del sightings[key]
            for row in sightings.values():
                chain.add("sighting", row.key, rows.sighting_digest(row))
            kept.save({row.observation_id for row in sightings.values()})
            models.Sighting.objects.bulk_create(sightings.values(), batch_size=BATCH)
            chain.save()
        return len(sightings)

    def finish(self, run_id: str, findings: Iterable[Finding], finished: datetime) -> None:
        """End a run with its findings, all in one transaction. Raises UnknownRun, RunEnded, NotStored."""
        chosen = sorted(findings, key=lambda each: (each.asset, each.control))
        kept = _Blobs()
        bodies = [kept.add(dump(finding)) for finding in chosen]
        with _step():
            chain = _Chain.of(run_id)
            kept.save()
            made = models.Finding.objects.bulk_create(
                [rows.finding_row(run_id, finding, body) for finding, body in zip(chosen, bodies, strict=True)],
                batch_size=BATCH,
            )
            models.FindingInstance.objects.bulk_create(
                (
                    models.FindingInstance(finding_id=row.pk, key=key, reason=reason, first_seen=first_seen, due=due)
                    for row, finding in zip(made, chosen, strict=True)
                    for key, reason, first_seen, due in rows.instance_columns(finding)
                ),
                batch_size=BATCH,
            )
            for finding, body in zip(chosen, bodies, strict=True):
                chain.add("finding", finding.id, body)
            _end(chain, "finished", finished, "", len(chosen))

    def abandon(self, run_id: str, reason: str, finished: datetime | None = None) -> None:
        """End a run without findings: it is kept, and nothing is judged from it.

        Raises UnknownRun, RunEnded, NotStored.
        """
        with _step():
            _end(_Chain.of(run_id), "abandoned", finished or datetime.now(UTC).replace(microsecond=0), reason, 0)

    def plan(self, run_id: str) -> tuple[Target, ...]:
        """Every target of the run, in the order planned. Raises UnknownRun, Damaged."""
        additions = models.ChainEntry.objects.filter(run=run_id, kind="plan").order_by("sequence")
        parts = [queries.opening(run_id).plan, *additions.values_list("content", flat=True)]
        return tuple(target for part in parts for target in rows.load_targets(queries.content(part)))

    def evidence(self, run_id: str, keys: Collection[str] | None = None) -> dict[str, Evidence]:
        """Everything that the run saw, or what it saw of some targets, by target key, in the order of recording.

        Raises UnknownRun, Damaged.
        """
        return queries.evidence(run_id, keys)

    def evidence_before(self, run_id: str, keys: Collection[str]) -> dict[str, Evidence]:
        """What the latest earlier look saw of some targets: see `history.earlier`. Raises UnknownRun, Damaged."""
        return earlier.evidence_before(run_id, keys)

    def findings(self, run_id: str, *, agency: str | None = None, asset: str | None = None) -> tuple[Finding, ...]:
        """Findings of a run in the order of asset and control id. Raises UnknownRun, Damaged."""
        queries.known(run_id)
        found = models.Finding.objects.filter(run=run_id).select_related("body")
        if agency is not None:
            found = found.filter(agency=agency)
        if asset is not None:
            found = found.filter(asset=asset)
        loaded = [rows.finding(rows.content(row.body)) for row in found.iterator(BATCH)]
        return tuple(sorted(loaded, key=lambda each: (each.asset, each.control)))

    def tally(self, run_id: str, *, agency: str | None = None, assets_of: str | None = None) -> dict[Counted, int]:
        """How many findings of each kind a run has: of all, of an agency, of the assets that another run judged."""
        return queries.tally(run_id, agency, assets_of)

    def agencies(self, run_id: str) -> frozenset[str]:
        """The agencies of which a run has findings."""
        return queries.agencies(run_id)

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

    def run(self, run_id: str) -> RunRow:
        """The facts of one run. Raises UnknownRun, Damaged."""
        found = queries.runs(ids=[run_id])
        if not found:
            raise UnknownRun(run_id)
        return found[0]

    def runs(self, limit: int = 50, state: State | None = None) -> list[RunRow]:
        """The latest runs, newest first. Raises Damaged."""
        return queries.runs(ids=queries.run_ids(state=state)[:limit])

    def earlier(self, run_id: str, limit: int) -> list[Opening]:
        """What the latest finished scans before another started from, newest first: not rechecks, which judge only a
        part. Raises UnknownRun, Damaged."""
        found = queries.run_ids(state="finished", before=run_id, purpose="scan")[:limit]
        return [queries.opening(each) for each in found]

    def latest_finished(
        self, before: str | None = None, *, agency: str | None = None, asset: str | None = None
    ) -> RunRow | None:
        """The latest finished scan, of those that started before another and judged an agency or asset; a recheck,
        which judges only a part, is none. Raises UnknownRun, Damaged.
        """
        found = queries.run_ids(state="finished", before=before, agency=agency, asset=asset, purpose="scan")[:1]
        return next(iter(queries.runs(ids=found)), None)

    def first_seen(self, run_id: str, assets: Collection[str] | None = None) -> dict[InstanceKey, date]:
        """The ages that instances carry into a run: see `history.ages`. None: those of every asset.

        Raises UnknownRun.
        """
        return ages.first_seen(run_id, assets)

    def granted_waivers(self) -> tuple[Waiver, ...]:
        """The waivers that the database itself has, with confirmed false positives: see `history.matters`.

        Raises Damaged.
        """
        return matters.waivers()

    def disputes(self) -> tuple[Dispute, ...]:
        """Every dispute as it stands now: see `history.matters`. Raises Damaged."""
        return matters.disputes()

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


def _end(chain: "_Chain", outcome: Outcome, finished: datetime, reason: str, findings: int) -> None:
    looks = models.Sighting.objects.filter(run=chain.run_id).count()
    closing = Closing(chain.run_id, outcome, utc(finished), reason, looks, findings)
    rows.end_row(closing).save()
    chain.add("closing", "", digest(dump(closing))).save()
    records.seal(chain.run_id)


class _Blobs:
    """Bytes that one step stores, each once."""

    def __init__(self) -> None:
        self._rows: dict[str, models.Blob] = {}

    def add(self, data: bytes) -> str:
        """Keep bytes; their digest."""
        row = rows.blob(data)
        self.keep(row)
        return row.digest

    def add_texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Keep texts; their digests, by the same names."""
        return {name: self.add(text.encode()) for name, text in texts.items()}

    def keep(self, row: models.Blob) -> None:
        self._rows[row.digest] = row

    def save(self, chosen: Collection[str] | None = None) -> None:
        """Store what is not there yet."""
        made = [row for name, row in self._rows.items() if chosen is None or name in chosen]
        models.Blob.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)


class _Chain:
    """The links that one step adds to the chain of a run."""

    def __init__(self, run_id: str, last: Entry | None) -> None:
        self.run_id = run_id
        self._last = last
        self._added: list[Entry] = []

    @classmethod
    def of(cls, run_id: str) -> "_Chain":
        """The chain of an open run, which no other step can extend until this one is over.

        Raises UnknownRun, RunEnded.
        """
        if models.Run.objects.select_for_update().filter(pk=run_id).first() is None:
            raise UnknownRun(run_id)
        if models.RunEnd.objects.filter(run=run_id).exists():
            raise RunEnded(run_id)
        last = models.ChainEntry.objects.filter(run=run_id).order_by("-sequence").first()
        if last is None:
            raise Damaged(f"chain {run_id}")
        return cls(run_id, rows.entry(last))

    def add(self, kind: EntryKind, subject: str, content: str) -> "_Chain":
        """Link one thing more."""
        self._last = link(self.run_id, self._last, kind, subject, content)
        self._added.append(self._last)
        return self

    def save(self) -> None:
        """Store the links."""
        models.ChainEntry.objects.bulk_create([rows.entry_row(each) for each in self._added], batch_size=BATCH)
