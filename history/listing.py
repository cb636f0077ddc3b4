"""The facts of runs, as lists and reports show them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Max, OuterRef, Subquery, Sum

from checks.model.canonical import load
from checks.model.finding import Verdict
from history import models, queries, records, rows
from history.facts import Opening, RunRow


def runs(ids: Iterable[str]) -> list[RunRow]:
    """The facts of runs that are named newest first, in few queries for each CHUNK of them. Raises Damaged."""
    wanted = list(ids)
    chunks = (wanted[start : start + queries.CHUNK] for start in range(0, len(wanted), queries.CHUNK))
    return [row for chunk in chunks for row in _runs(chunk)]  # SQLite binds only so many


def _runs(ids: Sequence[str]) -> list[RunRow]:
    chosen = list(
        models.Run.objects.filter(pk__in=ids)
        .select_related("end", "end__closing", "end__record", "opening")
        .order_by("-started", "-id")
    )
    verdicts = _verdicts(ids)
    unfinished = [row.pk for row in chosen if not hasattr(row, "end")]
    heads, looks, tools = _heads(unfinished), _looks(unfinished), _tools(unfinished)
    return [
        _ended(row, row.end, verdicts[row.pk])
        if hasattr(row, "end")
        else _open(row, heads.get(row.pk, ""), looks.get(row.pk, (0, 0)), tools[row.pk])
        for row in chosen
    ]


def _ended(row: models.Run, end: models.RunEnd, verdicts: Mapping[Verdict, int]) -> RunRow:
    facts, closing = load(Opening, rows.content(row.opening)), records.closing(end)
    return RunRow(
        id=row.pk,
        vantage=row.vantage,
        started=row.started,
        as_of=row.as_of,
        state=closing.outcome,
        finished=closing.finished,
        reason=closing.reason,
        head=closing.head or records.record(end).root,
        sightings=closing.sightings,
        connections=closing.connections,
        findings=verdicts,
        tools={**facts.tools, **closing.tools},
        policies=facts.policies,
        rule_versions=facts.rule_versions,
        data_versions=facts.data_versions,
        exclusions=facts.exclusions,
        purpose=facts.purpose,
    )


def _open(row: models.Run, head: str, looks: tuple[int, int], tools: Mapping[str, str]) -> RunRow:
    facts = load(Opening, rows.content(row.opening))
    return RunRow(
        id=row.pk,
        vantage=row.vantage,
        started=row.started,
        as_of=row.as_of,
        state="open",
        finished=None,
        reason="",
        head=head,
        sightings=looks[0],
        connections=looks[1],
        findings={},
        tools={**facts.tools, **tools},
        policies=facts.policies,
        rule_versions=facts.rule_versions,
        data_versions=facts.data_versions,
        exclusions=facts.exclusions,
        purpose=facts.purpose,
    )


def _verdicts(ids: Sequence[str]) -> dict[str, dict[Verdict, int]]:
    found: dict[str, dict[Verdict, int]] = defaultdict(dict)
    for run, tally in records.totals(ids).items():
        for kind, number in tally.items():
            found[run][kind.verdict] = found[run].get(kind.verdict, 0) + number
    return found


def _heads(ids: Sequence[str]) -> dict[str, str]:
    last = models.ChainEntry.objects.filter(run=OuterRef("pk")).order_by("-sequence").values("digest")[:1]
    found = models.Run.objects.filter(pk__in=ids).annotate(head=Subquery(last)).values_list("pk", "head")
    return {run: head or "" for run, head in found}


def _looks(ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    grouped = models.Sighting.objects.filter(run__in=ids).values("run").order_by("run")
    counted = grouped.annotate(looks=Count("id"), total=Sum("connections"))
    return {each["run"]: (each["looks"], each["total"]) for each in counted}


def _tools(ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Where a tool changed its version within a run, the version of the later look stands."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    grouped = models.Sighting.objects.filter(run__in=ids).values("run", "tools")
    for each in grouped.annotate(latest=Max("id")).order_by("latest"):
        found[each["run"]].update(rows.load_texts(each["tools"]))
    return found
