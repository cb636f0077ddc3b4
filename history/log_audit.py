"""Whether the log is whole, whether everything that was done is in it, and whether what was signed or noted elsewhere
fits it."""

from collections.abc import Iterable, Iterator

from checks.model.checkpoint import Head, Witness
from history import journal, log, models, queries
from history.ledger import GAPS, Leaf, Problem
from history.merkle import Tree, leaf_hash
from history.signatures import signatures

Place = tuple[str, str]
"""Kind and subject of a leaf."""


def verify(witnesses: Iterable[Witness] = ()) -> Iterator[Problem]:
    """Every leaf that is missing, changed, inserted or out of order, every act without one, every checkpoint that does
    not hold, and every state of the log noted elsewhere that it does not begin with."""
    found: dict[int, Leaf] = {}
    for row in models.LogEntry.objects.order_by("index").iterator(queries.CHUNK):
        if isinstance(row.index, int) and all(isinstance(each, str) for each in (row.kind, row.subject, row.content)):
            found[row.index] = Leaf(row.kind, row.subject, row.content)
        else:
            yield Problem("damaged", f"log entry {row.index}", "a column is not of its type")
    yield from _gaps(found)
    yield from log.twice(found)
    yield from _acts(found)
    leaves = list(found.values())
    tree = Tree(leaf_hash(leaf.data) for leaf in leaves)
    told = signatures(leaves, tree)
    yield from told.faults
    yield from (fault for state in told.states for fault in state.faults)
    for witness in witnesses:
        yield from _noted(witness, tree)


def _gaps(found: dict[int, Leaf]) -> Iterator[Problem]:
    expected = 0
    for index in found:
        if index - expected > GAPS:
            yield Problem("removed", f"log entries {expected} to {index - 1}")
        else:
            yield from (Problem("removed", f"log entry {gap}") for gap in range(expected, index))
        expected = index + 1


def _acts(found: dict[int, Leaf]) -> Iterator[Problem]:
    """Whether each act has its leaf and each leaf its act, or its run; acts of one chain stand in their order."""
    places = {(leaf.kind, leaf.subject): index for index, leaf in found.items()}
    runs = set(models.Run.objects.values_list("id", flat=True))
    for table in journal.journals():
        last: dict[str, int] = {}
        for row in table.objects.order_by("sequence", "id").iterator(queries.CHUNK):
            index = places.pop((table.LEAF, row.place), None)
            if index is None:
                yield Problem("removed", f"log entry {table.LEAF} {row.place}", "or its act was inserted")
                continue
            if found[index].content != row.digest:
                yield Problem("changed", f"{table.LEAF} {row.place}", "the log commits to something else")
            chain = row.place.rpartition("/")[0]
            if index < last.get(chain, -1):
                yield Problem("reordered", f"log entry {index} ({table.LEAF} {row.place})")
            last[chain] = index
    for (kind, subject), index in places.items():
        if kind != log.RUN:
            yield Problem("removed", f"{kind} {subject}", f"log entry {index} commits to it")
        elif subject not in runs:
            yield Problem("removed", f"run {subject}", f"log entry {index} commits to it")


def _noted(witness: Witness, tree: Tree) -> Iterator[Problem]:
    name = f"checkpoint of {witness.size} leaves"
    if witness.size > tree.size:
        yield Problem("removed", name, f"the log has only {tree.size}: it was rolled back to an older copy, or cut")
    elif not witness.fits(Head(witness.size, tree.root(witness.size).hex())):
        yield Problem("changed", name, "the log begins with other leaves than at that time")
