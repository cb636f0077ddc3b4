"""The end of a run: what it holds is checked, packed in the form in which it is kept, and its rows are removed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from checks.model.canonical import digest, dump, load
from checks.model.finding import Finding
from history import briefs, chain, log, models, queries, rows, sealed
from history.chain import BATCH
from history.facts import Closing, Opening, Outcome
from history.sealed import Packed, Part


def store(bodies: Mapping[str, bytes]) -> None:
    """Store what is not there yet, each under its digest."""
    names = list(bodies)
    for start in range(0, len(names), BATCH):
        chunk = names[start : start + BATCH]
        known = set(models.Blob.objects.filter(pk__in=chunk).values_list("pk", flat=True))
        fresh = [rows.blob(bodies[name]) for name in chunk if name not in known]
        models.Blob.objects.bulk_create(fresh, ignore_conflicts=True)
        removed = models.RemovedBody.objects.filter(blob__in=known).values_list("blob", flat=True)
        for name in set(removed):  # it is seen again
            models.put_body(name, bytes(rows.blob(bodies[name]).body))


def seal(
    run: models.Run,
    outcome: Outcome,
    finished: datetime,
    reason: str,
    findings: Sequence[Finding] = (),
) -> None:
    """End an open run, within the transaction of the caller, and commit to its record in the log.

    What does not fit any more is sealed as it is, and said of the run for ever. Raises ValueError, see `sealed.pack`;
    Damaged where its opening facts are.
    """
    faults = tuple((each.fault, each.what, each.detail) for each in chain.faults(run.pk))
    looks = [look for look, _ in queries.looks(models.Sighting.objects.filter(run=run))]
    packed = sealed.pack(run.started, looks, findings)
    closing = Closing(
        run=run.pk,
        outcome=outcome,
        finished=finished,
        reason=reason,
        sightings=len(looks),
        findings=len(findings),
        connections=sum(look.connections for look in looks),
        tools=rows.tools(looks),
        plan=chain.additions(run.pk),
        agencies=packed.contents,
        times=packed.times,
        faults=faults,
    )
    record = write(run, closing, packed)
    models.remove_journal(run.pk)
    log.append(log.RUN, run.pk, record)


def write(run: models.Run, closing: Closing, packed: Packed) -> str:
    """Store the sealed form of a run: the digest of its record."""
    opening = load(Opening, queries.content(run.opening_id))
    closed = dump(closing)
    parts = {asset: part for each in packed.agencies.values() for asset, part in each.items()}
    entries = sealed.entries(opening, run.opening_id, closing, digest(closed), parts)
    record = dump(sealed.record(run.pk, entries))
    store({**packed.bodies, digest(closed): closed, digest(record): record})
    _store_briefs(packed)
    rows.end_row(closing, digest(closed), digest(record)).save()
    models.AgencyRecord.objects.bulk_create(
        [
            models.AgencyRecord(run=run, agency=agency, content_id=content, tally=packed.tallies[agency])
            for agency, content in packed.contents.items()
        ],
        batch_size=BATCH,
    )
    return digest(record)


def _store_briefs(packed: Packed) -> None:
    """Store in brief what no run before has held."""
    agencies = {packed.contents[agency]: parts for agency, parts in packed.agencies.items()}
    names = [*packed.findings, *agencies]
    known: set[str] = set()
    for start in range(0, len(names), BATCH):
        chunk = names[start : start + BATCH]
        known |= set(models.Brief.objects.filter(pk__in=chunk).values_list("pk", flat=True))
    store_briefs(packed.findings, agencies, known)


def store_briefs(
    findings: Mapping[str, Sequence[Finding]], agencies: Mapping[str, Mapping[str, Part]], known: Collection[str] = ()
) -> None:
    """Store what is told in brief of findings and agencies, but for those that are known: see `briefs.rows_of`."""
    bodies, made = briefs.rows_of(findings, agencies, known)
    store(bodies)
    models.Brief.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
