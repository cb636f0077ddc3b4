"""Who did what: the acts of every journal as one list in order of time. For reading only."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.difference import difference
from checks.model.act import Deed, Side
from checks.model.alert import AlertStep
from checks.model.canonical import load, plain
from checks.model.delivery import Delivery
from checks.model.fault import Acknowledgement
from checks.model.issued import IssuedFile
from checks.model.operation import Step
from checks.model.waiver import Dispute, Waiver, same_person
from history import (
    acts,
    alerts,
    checkpoints,
    deliveries,
    issues,
    journal,
    keys,
    matters,
    models,
    operations,
    queries,
    records,
    retention,
    rows,
)
from history.database import snapshot
from history.facts import Act, Opening, utc


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are asked for."""

    since: datetime | None = None
    until: datetime | None = None
    """Up to this moment, it included."""
    who: str = ""
    """Name or account; empty: anybody's."""
    what: str = ""
    """A matter such as "waiver", or one step of it such as "waiver.granted"; empty: any."""
    agencies: Collection[str] = ()
    """Ids of agencies one of which they concern by name, or a run looked at; empty: any."""

    def takes(self, deed: Deed) -> bool:
        """Whether an act is one of them, as far as it says so itself."""
        if self.what and self.what not in (deed.what, deed.what.partition(".")[0]):
            return False
        return not self.who or any(same_person(self.who, each) for each in (deed.who, deed.account) if each)


def deeds(wanted: Wanted) -> tuple[Deed, ...]:
    """The acts that are asked for, in order of time, all of one moment of the database. Raises Damaged."""
    with snapshot():
        found = [deed for source in JOURNALS for deed in source(wanted.since, wanted.until) if wanted.takes(deed)]
        if wanted.agencies:
            found = [each for each in found if _concerns(each, wanted.agencies)]
    begun = {each.run: each.at for each in found if each.what == "run.opened"}
    return tuple(sorted(found, key=lambda deed: _when(deed, begun.get(deed.run, deed.at))))


def _when(deed: Deed, begun: datetime) -> tuple[datetime, datetime, int]:
    """Times are those of whole seconds. Within one, what befell a run that was begun before comes first; then what the
    next one starts from is noticed, and it starts."""
    if deed.what not in RUN_STEPS:
        return deed.at, deed.at, 0
    return deed.at, begun, RUN_STEPS.index(deed.what) + 1


def _concerns(deed: Deed, agencies: Collection[str]) -> bool:
    concerned = records.agencies(deed.run) if deed.what.startswith("run.") else frozenset[str]()
    return not concerned.union(deed.agencies).isdisjoint(agencies)


def _runs(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    """How each run began and how it ended."""
    for row in _of_time(models.Run.objects.select_related("opening"), "started", since, until):
        opening = load(Opening, rows.content(row.opening))
        by = opening.started_by
        yield Deed(
            at=opening.started,
            what="run.opened",
            who="" if by is None else by.who,
            account="" if by is None else by.account,
            via=None if by is None else by.via,
            subject=opening.id,
            run=opening.id,
            content=row.opening_id,
            after=Side(
                {
                    "purpose": opening.purpose,
                    "vantage": opening.vantage,
                    "inventory": opening.inventory,
                    "policies": dict(opening.policies),
                    "waivers": opening.waivers,
                }
            ),
        )
    for row in _of_time(models.RunEnd.objects.select_related("closing"), "finished", since, until):
        closing = records.closing(row)
        counts = {"sightings": closing.sightings, "findings": closing.findings}
        yield Deed(
            at=closing.finished,
            what=f"run.{closing.outcome}",
            who="",
            subject=closing.run,
            run=closing.run,
            content=row.record_id,
            reason=closing.reason,
            after=Side(counts),
        )


def _administrative(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, act in acts.between(since, until):
        yield Deed(
            at=act.at,
            what=act.what,
            who=act.by.who,
            account=act.by.account,
            via=act.by.via,
            subject=act.subject,
            agencies=act.agencies,
            run=act.subject if act.what.startswith("run.") else "",
            reason=act.reason,
            content=content,
            before=act.before,
            after=act.after,
        )


def _matters(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    """Waivers, disputes and acknowledgements: what each act changed in what was said before."""
    owners = _owners()
    for content, act, before in matters.between(since, until):
        was, now = difference({} if before is None else _stated(before), _stated(act))
        about = _about(act) or (None if before is None else _about(before))
        yield Deed(
            at=act.at,
            what=f"{act.matter}.{act.step}",
            who=act.by,
            subject=f"{about.asset}/{about.control}" if isinstance(about, Acknowledgement) else act.id,
            agencies=() if about is None else _whose(about, owners),
            reason=act.reason,
            content=content,
            before=None if before is None else Side(was),
            after=Side(now),
        )


def _about(act: Act) -> Waiver | Dispute | Acknowledgement | None:
    return act.waiver or act.dispute or act.acknowledgement


def _whose(about: Waiver | Dispute | Acknowledgement, owners: Mapping[str, str]) -> tuple[str, ...]:
    named = "" if isinstance(about, Acknowledgement) else about.agency
    agency = named or owners.get(about.asset, "")
    return (agency,) if agency else ()


def _owners() -> dict[str, str]:
    """The agency of each asset, by the inventory as it was last noticed: most waivers name only the asset."""
    agencies = (acts.state("inventory.changed") or {}).get("agencies", {})
    return {asset: agency for agency, row in agencies.items() for asset in row["assets"]}


def _stated(act: Act) -> dict[str, Any]:
    value = _about(act)
    return {"step": act.step, **({} if value is None else plain(value))}


def _deliveries(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in deliveries.between(since, until):
        yield _delivery(content, each)


def _delivery(content: str, each: Delivery) -> Deed:
    return Deed(
        at=each.at,
        what=f"delivery.{each.state}",
        who=each.by,
        subject=each.recipient,
        agencies=(each.agency,),
        run=each.run,
        reason=each.reason,
        content=content,
        after=Side({"files": {file.name: file.digest for file in each.files}, "attempt": each.attempt}),
    )


def _issued(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in issues.between(since, until):
        yield Deed(
            at=each.at,
            what=f"report.{_kind(each)}",
            who=each.by,
            subject=each.document or each.name,
            agencies=(each.agency,) if each.agency else (),
            run=each.run,
            content=content,
            after=Side({name: plain(each)[name] for name in ("name", "number", "symbol", "day", "signer", "digest")}),
        )


def _kind(file: IssuedFile) -> str:
    if file.number is not None:
        return "issued"
    return "signed" if file.signer else "kept"


def _operations(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in operations.between(since, until):
        yield _operation(content, each)


def _operation(content: str, step: Step) -> Deed:
    asked = {name: plain(each) for name, each in (("task", step.task), ("report", step.report)) if each is not None}
    agencies = step.task.agencies if step.task else step.report.agencies if step.report else ()
    return Deed(
        at=step.at,
        what=f"{step.kind}.{step.step}",
        who=step.by,
        subject=step.name if step.slot is None else f"{step.name} {step.slot:%Y-%m-%dT%H:%MZ}",
        agencies=agencies,
        run=step.run,
        reason=": ".join(each for each in (step.reason, step.detail) if each),
        content=content,
        after=Side(asked) if asked else None,
    )


def _alerts(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in alerts.between(since, until):
        yield _alert(content, each)


def _alert(content: str, step: AlertStep) -> Deed:
    keys = [*(alert.key for alert in step.alerts), *step.keys]
    return Deed(
        at=step.at,
        what=f"alert.{step.step}",
        who="",
        subject=step.recipient,
        agencies=(step.agency,) if step.agency else (),
        run=step.run,
        reason=step.reason,
        content=content,
        after=Side({"alerts": keys}) if keys else None,
    )


def _keys(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in journal.between(models.KeyStatement, keys.logged, since, until):
        told = each.statement
        yield Deed(
            at=told.at,
            what=f"key.{told.step}",
            who=told.by,
            subject=told.key,
            reason=told.reason,
            content=content,
            before=Side({"key": told.before}) if told.before else None,
            after=Side({"key": told.key, **({} if told.since is None else {"since": told.since.isoformat()})}),
        )


def _checkpoints(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in journal.between(models.Checkpoint, checkpoints.logged, since, until):
        told = each.checkpoint
        after = Side({"size": told.size, "root": told.root, "key": told.key})
        yield Deed(told.at, "checkpoint.signed", "", f"{told.size}", content, after=after)


def _removals(since: datetime | None, until: datetime | None) -> Iterator[Deed]:
    for content, each in retention.between(since, until):
        counts = {"older_than": each.before.isoformat(), "number": each.number, "size": each.size}
        yield Deed(each.at, "evidence.removed", each.by, each.rule, content, after=Side(counts, each.bodies))


def _of_time(found: Any, column: str, since: datetime | None, until: datetime | None) -> Iterator[Any]:
    if since is not None:
        found = found.filter(**{f"{column}__gte": utc(since)})
    if until is not None:
        found = found.filter(**{f"{column}__lte": utc(until)})
    yield from found.order_by(column).iterator(queries.CHUNK)


RUN_STEPS = ("run.opened", "run.interrupted", "run.resumed", "run.finished", "run.abandoned")
"""In the order in which they can come."""
Journal = Callable[[datetime | None, datetime | None], Iterator[Deed]]
JOURNALS: tuple[Journal, ...] = (
    _runs,
    _administrative,
    _matters,
    _operations,
    _issued,
    _deliveries,
    _alerts,
    _keys,
    _checkpoints,
    _removals,
)
"""Everything that holds acts; of those of the same second the ones of an earlier journal stand first."""
