"""Whether a run is still what was committed: every row, every link and every blob is computed again."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import DatabaseError

from checks.model.canonical import digest, dump, load
from history import log, models, queries, records, rows
from history.database import snapshot
from history.errors import Damaged, UnknownRun
from history.facts import Opening
from history.ledger import Entry, Leaf, Problem, verify_chain, verify_leaves, verify_order

DETAIL = 200
"""A problem's remark is cut to this many characters."""


def run_ids() -> list[str]:
    """Every run of which something is left, oldest id first: also one whose row is gone, or whose facts are damaged."""
    named = [
        models.Run.objects.values_list("id", flat=True),
        *(
            table.objects.order_by().values_list("run", flat=True).distinct()
            for table in (models.ChainEntry, models.Sighting, models.Finding, models.RunEnd)
        ),
    ]
    return sorted({str(each) for ids in named for each in ids})


def verify(run_id: str, head: str | None = None) -> list[Problem]:
    """Every change, removal, insertion, reordering and damage in what belongs to a run; empty: none.

    `head` is the last digest as it is known from elsewhere, such as a printed report: without it, somebody who can
    write the database may compute a whole new chain. A run may be verified while it goes on. Raises UnknownRun where
    nothing is left of such a run.
    """
    with snapshot():  # or a look committed between two of the questions would seem to be inserted
        return _verify(run_id, head)


def _verify(run_id: str, head: str | None) -> list[Problem]:
    entries, problems = _entries(run_id)
    if not entries and not problems and not models.Run.objects.filter(pk=run_id).exists():
        raise UnknownRun(run_id)
    problems += [*verify_chain(entries), *verify_order(entries)]
    if not problems:  # otherwise it is the chain that is wrong, and not the log
        problems += _record(run_id, entries)
    if head is not None and (not entries or entries[-1].digest != head):
        problems.append(Problem("changed", "head of the chain", "it is not the one that was published"))
    leaves: list[Leaf] = []
    parts = {
        "run": _opening(run_id),
        "plan": _plans(entries),
        "sightings": _sightings(run_id),
        "findings": _findings(run_id),
        "end": _end(run_id),
    }
    for name, part in parts.items():
        try:
            for found in part:
                if isinstance(found, Leaf):
                    leaves.append(found)
                else:
                    problems.append(found)
        except Exception as error:  # SQLite takes any value in any column, and then no row of the table can be read
            problems.append(Problem("damaged", name, f"it cannot be read: {type(error).__name__}: {error}"[:DETAIL]))
    return [*problems, *verify_leaves(entries, leaves)]


def _record(run_id: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Whether the log commits to these entries of a run that has ended."""
    ended = models.RunEnd.objects.filter(run=run_id).exists()
    found = [Leaf(entry.kind, entry.subject, entry.content) for entry in entries]
    content = digest(dump(records.record_of(run_id, found))) if ended else None
    yield from log.verify_run(run_id, content)
    if content is not None:
        yield from _blobs([content])


def _entries(run_id: str) -> tuple[list[Entry], list[Problem]]:
    """The links of a run that can be read, by sequence, and those that cannot."""
    entries, problems = [], []
    try:
        for row in models.ChainEntry.objects.filter(run=run_id).order_by("sequence", "id"):
            try:
                entries.append(rows.entry(row))
            except Damaged:
                problems.append(Problem("damaged", f"chain entry, row {row.pk}", "a column is not of its type"))
    except DatabaseError as error:  # text that is no UTF-8
        problems.append(Problem("damaged", "chain", f"it cannot be read: {error}"[:DETAIL]))
    return entries, problems


def _opening(run_id: str) -> Iterator[Leaf | Problem]:
    run = models.Run.objects.filter(pk=run_id).first()
    if run is None:
        return
    yield Leaf("opening", "", run.opening_id)
    found = dict(queries.contents([run.opening_id]))[run.opening_id]
    if found is None:
        yield _damaged(run.opening_id)
        return
    try:
        opening = load(Opening, found)
    except ValueError:  # the bytes of another blob; the leaf says that the run was changed
        return
    for column in _differences(run, rows.run_row(opening, run.opening_id)):
        yield Problem("changed", f"run {run.pk}", f"column {column}")
    yield from _blobs(
        [
            opening.inventory,
            opening.plan,
            opening.waivers,
            *opening.policies.values(),
            *(each for files in opening.policy_sources.values() for each in files.values()),
        ]
    )


def _plans(entries: Iterable[Entry]) -> Iterator[Leaf | Problem]:
    """An addition to the plan has no row but its link."""
    additions = [entry for entry in entries if entry.kind == "plan"]
    for entry in additions:
        if entry.subject != entry.content:
            yield Problem("changed", entry.name)
        yield Leaf("plan", entry.subject, entry.content)
    yield from _blobs(entry.content for entry in additions)


def _sightings(run_id: str) -> Iterator[Leaf | Problem]:
    observed: dict[str, None] = {}
    for row in models.Sighting.objects.filter(run=run_id).order_by("id").iterator(queries.CHUNK):
        observed[row.observation_id] = None
        yield Leaf("sighting", row.key, rows.sighting_digest(row))
    yield from _blobs(observed)


def _findings(run_id: str) -> Iterator[Leaf | Problem]:
    found = list(models.Finding.objects.filter(run=run_id).order_by("id"))
    by_body: dict[str, list[models.Finding]] = {}
    for row in found:
        yield Leaf("finding", f"{row.asset}/{row.control}", row.body_id)
        by_body.setdefault(row.body_id, []).append(row)
    instances: dict[int, list[rows.InstanceColumns]] = {row.pk: [] for row in found}
    columns = ("finding", "key", "reason", "first_seen", "due")
    for finding, *rest in models.FindingInstance.objects.filter(finding__run=run_id).values_list(*columns):
        instances[finding].append((rest[0], rest[1], rest[2], rest[3]))
    for body, data in queries.contents(by_body):
        if data is None:
            yield _damaged(body)
            continue
        for row in by_body[body]:
            yield from _index(row, data, instances[row.pk])


def _index(row: models.Finding, body: bytes, instances: list[rows.InstanceColumns]) -> Iterator[Problem]:
    """Whether the columns of a finding and of its instances are those of its body."""
    name = f"finding {row.asset}/{row.control}"
    try:
        value = rows.finding(body)
    except ValueError:  # the bytes of another blob; the leaf says that the finding was changed
        return
    for column in _differences(row, rows.finding_row(row.run_id, value, row.body_id)):
        yield Problem("changed", name, f"column {column}")
    left = list(instances)
    for expected in rows.instance_columns(value):
        if expected in left:
            left.remove(expected)
        elif any(each[0] == expected[0] for each in left):
            left = [each for each in left if each[0] != expected[0]]
            yield Problem("changed", f"{name}, instance {expected[0]}")
        else:
            yield Problem("removed", f"{name}, instance {expected[0]}")
    for key, *_ in left:
        yield Problem("inserted", f"{name}, instance {key}")


def _end(run_id: str) -> Iterator[Leaf | Problem]:
    row = models.RunEnd.objects.filter(run=run_id).first()
    if row is None:
        return
    try:
        yield Leaf("closing", "", digest(dump(rows.closing(row))))
    except Damaged:
        yield Leaf("closing", "", "")


def _blobs(digests: Iterable[str]) -> Iterator[Problem]:
    return (_damaged(name) for name, data in queries.contents(digests) if data is None)


def _damaged(name: str) -> Problem:
    return Problem("damaged", f"blob {name}", "missing, or other bytes than its digest names")


def _differences(row: models.AppendOnlyModel, expected: models.AppendOnlyModel) -> list[str]:
    wanted = rows.columns(expected)
    return [name for name, value in rows.columns(row).items() if value != wanted[name]]
