"""What shows that a finding, a run or a file is what was committed: each step computed anew from what is stored, up to
the root of the log and to the signature over such a root. `docs/history.md` says what that proves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.model.canonical import digest, dump
from checks.model.checkpoint import Head
from checks.model.finding import Finding
from history import audit, issues, log, models, queries, records, retention, rows, sealed, sights
from history.database import snapshot
from history.errors import Damaged, UnknownRun
from history.ledger import Leaf, Problem
from history.merkle import Tree, included, leaf_hash
from history.signatures import signatures
from history.statements import Belief, LoggedCheckpoint


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A leaf in a tree, with all that it takes to compute the root anew (RFC 9162, 2.1.3.2)."""

    leaf: str
    """Its canonical bytes."""
    index: int
    """Its place, from 0."""
    size: int
    """Leaves of the tree."""
    path: tuple[str, ...]
    """Hashes from the leaf up, in hexadecimal."""
    root: str
    """Of the tree as it was committed to, in hexadecimal."""
    holds: bool
    """Whether leaf and path give that root."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed state of the log that has the leaf, without fault."""

    logged: LoggedCheckpoint
    belief: Belief


@dataclass(frozen=True, slots=True)
class Proof:
    """What was computed of one thing, and what is wrong."""

    problems: tuple[Problem, ...]
    """Empty: everything fits."""
    number: int
    """Entries of the run, or bytes of the file, that were computed anew."""
    head: Head
    """The state of the log now, by all its leaves."""
    entry: Inclusion | None = None
    """Of a finding: the findings of its asset among the entries of the run."""
    leaf: Inclusion | None = None
    """The run, or the file, in the log: in the earliest signed state that has it, otherwise in the state of now."""
    signed: Signed | None = None
    """That state; None: none has been signed since."""
    observations: tuple[tuple[str, bool], ...] = ()
    """Of a finding: the digests of what it rests on, and whether the bytes are still kept."""


class Ledger:
    """The log at one moment, computed anew from its leaves."""

    def __init__(self) -> None:
        """Raises Damaged where a leaf is missing."""
        self.leaves = list(log.leaves())
        self.tree = Tree(leaf_hash(leaf.data) for leaf in self.leaves)
        self.signatures = signatures(self.leaves, self.tree)
        """All that was signed of it."""

    def head(self, size: int | None = None) -> Head:
        """Its state, now or when it had so many leaves. Raises ValueError where it never had."""
        return Head(self.tree.size if size is None else size, self.tree.root(size).hex())

    def proof(self, wanted: Leaf | None, problems: Sequence[Problem], number: int) -> Proof:
        """That a leaf is in the log; None: what it should commit to is gone."""
        place = None if wanted is None else self._place(wanted)
        if wanted is None or place is None:
            missing = [] if wanted is None else [Problem("removed", f"log entry {wanted.name}")]
            return Proof((*problems, *missing), number, self.head())
        found, wrong = self.leaves[place], list(problems)
        if found.content != wanted.content:
            wrong.append(Problem("changed", f"log entry {wanted.name}", "it commits to other bytes"))
        told = self.signatures
        covers = (each for each in told.states if each.logged.checkpoint.size > place and not each.faults)
        state = next(covers, None)
        size = self.tree.size if state is None else state.logged.checkpoint.size
        root = self.tree.root(size).hex() if state is None else state.logged.checkpoint.root
        leaf = _inclusion(self.tree, wanted, place, size, root)
        if not leaf.holds and found.content == wanted.content:
            wrong.append(Problem("changed", f"log entry {wanted.name}", "it does not lead to the root"))
        wrong += told.faults
        signed = None if state is None else Signed(state.logged, told.keyring.belief(state.logged))
        return Proof(tuple(wrong), number, self.head(), leaf=leaf, signed=signed)

    def _place(self, wanted: Leaf) -> int | None:
        places = (
            at for at, leaf in enumerate(self.leaves) if (leaf.kind, leaf.subject) == (wanted.kind, wanted.subject)
        )
        return next(places, None)


def ledger() -> Ledger:
    """The log as it is. Raises Damaged where a leaf is missing."""
    with snapshot():
        return Ledger()


def of_run(run_id: str) -> Proof:
    """A run that has ended, whole: every row, entry and blob of it, and its leaf. Raises UnknownRun."""
    with snapshot():
        leaf, problems = _leaf_of(run_id), audit.verify(run_id)
        number = 0 if problems else len(records.entries(run_id))
        return _in_log(leaf, problems, number)


def of_finding(run_id: str, asset: str, control: str) -> Proof:
    """A finding of a run that has ended: it stands among the findings of its asset, these are an entry of the run, what
    it rests on was seen by the run and has the bytes that it names, and the run is in the log. Raises UnknownRun."""
    with snapshot():
        leaf, problems, entry, number = _leaf_of(run_id), list[Problem](), None, 0
        observations: tuple[tuple[str, bool], ...] = ()
        try:
            entries = records.entries(run_id)
            record, number = records.record(_ended(run_id)), len(entries)
            if record != sealed.record(run_id, entries):
                problems.append(Problem("changed", f"record of {run_id}", "it is not that of the run's entries"))
            place = next(
                (at for at, each in enumerate(entries) if (each.kind, each.subject) == ("findings", asset)), None
            )
            if place is None:
                problems.append(Problem("removed", f"findings of {asset}"))
            else:
                tree = Tree(leaf_hash(each.data) for each in entries)
                entry = _inclusion(tree, entries[place], place, tree.size, record.root)
                finding = _finding(entries[place].content, asset, control)
                observations = tuple(_rests_on(run_id, finding, problems))
        except Damaged as error:
            problems.append(_damage(error))
        found = _in_log(leaf, problems, number)
        return Proof(found.problems, number, found.head, entry, found.leaf, found.signed, observations)


def of_file(sequence: int) -> Proof:
    """A file that was issued, signed or sent: its bytes, what is told of it, and its leaf. Raises UnknownFile."""
    with snapshot():
        leaf, problems, number = None, list[Problem](), 0
        try:
            found = issues.get(sequence)
            leaf = Leaf(models.IssuedFile.LEAF, str(sequence), digest(dump(found)))
            number = len(issues.content(found))
            if number != found.file.size:
                problems.append(Problem("changed", found.file.name, "it is of another size"))
        except Damaged as error:
            problems.append(_damage(error))
        return _in_log(leaf, problems, number)


def _in_log(leaf: Leaf | None, problems: Sequence[Problem], number: int) -> Proof:
    try:
        return Ledger().proof(leaf, problems, number)
    except Damaged as error:  # a leaf is missing: there is no root then
        return Proof((*problems, _damage(error)), number, Head(0, ""))


def _inclusion(tree: Tree, leaf: Leaf, index: int, size: int, root: str) -> Inclusion:
    path = tree.inclusion(index, size)
    holds = included(leaf_hash(leaf.data), index, size, path, bytes.fromhex(root))
    return Inclusion(leaf.data.decode(), index, size, tuple(each.hex() for each in path), root, holds)


def _ended(run_id: str) -> models.RunEnd:
    """Raises UnknownRun where the run has not ended."""
    ended = records.end(run_id)
    if ended is None:
        raise UnknownRun(run_id)
    return ended


def _leaf_of(run_id: str) -> Leaf:
    return Leaf(log.RUN, run_id, _ended(run_id).record_id)


def _finding(name: str, asset: str, control: str) -> Finding:
    """Raises Damaged where the findings of that digest are others, or none is of the control."""
    try:
        found = [rows.finding(line) for line in sealed.lines(queries.content(name))]
    except ValueError as error:
        raise Damaged(name) from error
    finding = next((each for each in found if (each.asset, each.control) == (asset, control)), None)
    if finding is None:
        raise Damaged(name)
    return finding


def _rests_on(run_id: str, finding: Finding, problems: list[Problem]) -> Iterator[tuple[str, bool]]:
    """Each observation that a finding names, and whether its bytes are kept; what is wrong is added to the problems."""
    looks = sights.looks(run_id, {each.target for each in finding.evidence})
    seen = {(look.key, look.observation) for look in looks}
    for each in finding.evidence:
        if (each.target, each.observation) not in seen:
            problems.append(Problem("changed", f"finding {finding.id}", f"the run did not see {each.observation}"))
    missing = [name for name, data in queries.contents(each.observation for each in finding.evidence) if data is None]
    excused = retention.excused(missing).keys() if missing else set()
    problems += [
        Problem("damaged", f"blob {name}", "missing, or other bytes") for name in missing if name not in excused
    ]
    for name in dict.fromkeys(each.observation for each in finding.evidence):
        yield name, name not in missing


def _damage(error: Damaged) -> Problem:
    return Problem("damaged", error.name, "missing, or other bytes than its digest names")
