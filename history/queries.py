"""Questions to the tables that several modules ask."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from checks.model.canonical import load
from checks.model.evidence import Evidence
from checks.model.finding import Verdict
from checks.score import Counted
from history import models, rows
from history.errors import Damaged, UnknownRun
from history.facts import Opening, Purpose, RunRow, State

CHUNK = 500
"""Blobs that are held at once where many are read."""


def content(digest: str) -> bytes:
    """The bytes of a digest. Raises Damaged where they are missing or others."""
    row = models.Blob.objects.filter(pk=digest).first()
    if row is None:
        raise Damaged(digest)
    return rows.content(row)


def contents(digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each digest once with its bytes; None where they are missing or damaged."""
    left = list(dict.fromkeys(digests))
    for start in range(0, len(left), CHUNK):
        chunk = left[start : start + CHUNK]
        found = models.Blob.objects.in_bulk(chunk)
        for digest in chunk:
            try:
                yield digest, rows.content(found[digest])
            except (KeyError, Damaged):
                yield digest, None


def known(run_id: str) -> None:
    """Raises UnknownRun where there is no such run."""
    if not models.Run.objects.filter(pk=run_id).exists():
        raise UnknownRun(run_id)


def opening(run_id: str) -> Opening:
    """What a run started from. Raises UnknownRun, Damaged."""
    row = models.Run.objects.filter(pk=run_id).first()
    if row is None:
        raise UnknownRun(run_id)
    return load(Opening, content(row.opening_id))


def evidence(run_id: str, keys: Collection[str] | None) -> dict[str, Evidence]:
    """What a run saw, or what it saw of some targets. Raises UnknownRun, Damaged."""
    known(run_id)
    found = models.Sighting.objects.filter(run=run_id).select_related("observation").order_by("id")
    wanted = sorted(keys or ())
    parts = [found.filter(key__in=wanted[start : start + CHUNK]) for start in range(0, len(wanted), CHUNK)]
    return {
        row.key: rows.evidence(row, rows.content(row.observation))
        for part in (parts if keys is not None else [found])
        for row in part.iterator(CHUNK)
    }


def tally(run_id: str, agency: str | None, assets_of: str | None) -> dict[Counted, int]:
    """How many findings of each kind a run has."""
    found = models.Finding.objects.filter(run=run_id)
    if agency is not None:
        found = found.filter(agency=agency)
    if assets_of is not None:
        found = found.filter(asset__in=models.Finding.objects.filter(run=assets_of).values("asset"))
    kinds = found.order_by().values_list("verdict", "severity", "waived", "announced").annotate(number=Count("id"))
    return {Counted(*kind): number for *kind, number in kinds}


def agencies(run_id: str) -> frozenset[str]:
    """The agencies of which a run has findings."""
    return frozenset(models.Finding.objects.filter(run=run_id).order_by().values_list("agency", flat=True).distinct())


def run_ids(
    *,
    state: State | None = None,
    before: str | None = None,
    agency: str | None = None,
    asset: str | None = None,
    purpose: Purpose | None = None,
) -> QuerySet[models.Run, str]:
    """Ids of runs, newest first. Raises UnknownRun where `before` names none."""
    found: QuerySet[models.Run] = models.Run.objects.order_by("-started", "-id")
    if state == "open":
        found = found.filter(end__isnull=True)
    elif state is not None:
        found = found.filter(end__outcome=state)
    if before is not None:
        other = models.Run.objects.filter(pk=before).first()
        if other is None:
            raise UnknownRun(before)
        found = found.filter(Q(started__lt=other.started) | Q(started=other.started, id__lt=other.id))
    if agency is not None:
        found = found.filter(pk__in=models.Finding.objects.filter(agency=agency).values("run"))
    if asset is not None:
        found = found.filter(pk__in=models.Finding.objects.filter(asset=asset).values("run"))
    if purpose is not None:
        found = found.filter(purpose=rows.purpose_column(purpose))
    return found.values_list("id", flat=True)


def runs(ids: Iterable[str]) -> list[RunRow]:
    """The facts of runs that are named newest first, in few queries for each CHUNK of them. Raises Damaged."""
    wanted = list(ids)
    chunks = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))  # SQLite binds only so many
    return [row for chunk in chunks for row in _runs(chunk)]


def _runs(ids: Sequence[str]) -> list[RunRow]:
    last = models.ChainEntry.objects.filter(run=OuterRef("pk")).order_by("-sequence").values("digest")[:1]
    found = (
        models.Run.objects.filter(pk__in=ids)
        .select_related("end", "opening")
        .annotate(head=Subquery(last))
        .order_by("-started", "-id")
    )
    chosen = list(found)
    looks = _looks([row.pk for row in chosen])
    verdicts = _verdicts([row.pk for row in chosen])
    tools = _tools([row.pk for row in chosen])
    return [_row(row, looks.get(row.pk, (0, 0)), verdicts[row.pk], tools[row.pk]) for row in chosen]


def _row(row: models.Run, looks: tuple[int, int], verdicts: Mapping[Verdict, int], tools: Mapping[str, str]) -> RunRow:
    facts = load(Opening, rows.content(row.opening))
    end: models.RunEnd | None = getattr(row, "end", None)
    return RunRow(
        id=row.pk,
        vantage=row.vantage,
        started=row.started,
        as_of=row.as_of,
        state="open" if end is None else rows.closing(end).outcome,
        finished=None if end is None else end.finished,
        reason="" if end is None else rows.closing(end).reason,
        head=getattr(row, "head", None) or "",
        sightings=looks[0],
        connections=looks[1],
        findings=verdicts,
        tools={**facts.tools, **tools},
        policies=facts.policies,
        rule_versions=facts.rule_versions,
        data_versions=facts.data_versions,
        exclusions=facts.exclusions,
        purpose=facts.purpose,
    )


def _looks(ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    grouped = models.Sighting.objects.filter(run__in=ids).values("run").order_by("run")
    counted = grouped.annotate(looks=Count("id"), total=Sum("connections"))
    return {each["run"]: (each["looks"], each["total"]) for each in counted}


def _verdicts(ids: Sequence[str]) -> dict[str, dict[Verdict, int]]:
    found: dict[str, dict[Verdict, int]] = defaultdict(dict)
    grouped = models.Finding.objects.filter(run__in=ids).values("run", "verdict").order_by("run")
    for each in grouped.annotate(number=Count("id")):
        found[each["run"]][each["verdict"]] = each["number"]
    return found


def _tools(ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Where a tool changed its version within a run, the version of the later look stands."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    grouped = models.Sighting.objects.filter(run__in=ids).values("run", "tools")
    for each in grouped.annotate(latest=Max("id")).order_by("latest"):
        found[each["run"]].update(rows.load_texts(each["tools"]))
    return found
