"""Whether a bundle is what the log that it carries commits to: our own way to what `docs/verify_bundle.py` checks."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checks.model.canonical import canonical, digest, load
from checks.model.checkpoint import Head, Witness
from history import log, sealed
from history.bundle import ALWAYS, DIGEST, FILES, SCHEMA
from history.bundle_files import BundleFiles
from history.errors import BadBundle
from history.facts import Closing, Opening
from history.ledger import Leaf, Problem
from history.merkle import Tree, included, leaf_hash
from history.statements import Belief, Keyring, LoggedCheckpoint, LoggedKey

T = TypeVar("T")
RUN_FILE = re.compile(r"runs/(.+)\.jsonl")


@dataclass(frozen=True, slots=True)
class Said:
    """What an object says; it is read once, however many runs have it."""

    mentioned: frozenset[str]
    """Digests."""
    observations: frozenset[str] = frozenset()
    """Those of looks, or those that findings rest on."""
    number: int = 0
    """Lines."""
    run: str = ""
    """Of the opening and the closing."""
    needed: frozenset[str] = frozenset()
    """Digests of what must be there too."""
    assets: frozenset[str] = frozenset()
    """Of findings."""


@dataclass(slots=True)
class Bundle:
    """What was read of a bundle, and what is wrong with it."""

    files: BundleFiles
    problems: list[Problem] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    tree: Tree = field(default_factory=lambda: Tree(()))
    agencies: tuple[str, ...] = ()
    """Empty: all."""
    runs: dict[str, list[Leaf]] = field(default_factory=dict)
    """The entries that it has of each run."""
    keyring: Keyring = field(default_factory=Keyring)
    checkpoints: list[tuple[LoggedCheckpoint, Belief]] = field(default_factory=list)
    """Those without fault, with what they are worth."""
    findings: int = 0
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    """By the kind of an entry and its digest."""
    removed: dict[str, str] = field(default_factory=dict)
    """Observations whose bytes an act has removed, with the name of the act."""
    bodiless: set[str] = field(default_factory=set)
    """Runs that saw some of these."""

    def object(self, name: str) -> bytes:
        """The bytes of a digest. Raises BadBundle, KeyError."""
        data = self.files.read(f"objects/{name.removeprefix('sha256:')}")
        if digest(data) != name:
            raise KeyError(name)
        return data

    def vouched(self, witnesses: Sequence[Witness], keys: Sequence[str]) -> int:
        """How many leaves of the log are vouched for by states that were noted elsewhere, or signed in a line of keys
        that one of these began or belongs to."""
        sizes = [each.size for each in witnesses if each.size <= self.tree.size and each.fits(self._head(each.size))]
        for logged, belief in self.checkpoints:
            if belief == "good" and {logged.checkpoint.key, *self._line(logged.checkpoint.key)} & set(keys):
                sizes.append(logged.checkpoint.size)
        return max(sizes, default=0)

    def covered(self, vouched: int) -> bool:
        """Whether so many leaves are all that the bundle shows: runs, and acts but for the latest checkpoints."""
        later = self.leaves[vouched:]
        acts = {leaf.kind for leaf in later if not self.agencies or leaf.kind in ALWAYS} - {log.RUN, "checkpoint"}
        return vouched > 0 and not acts and all(leaf.subject not in self.runs for leaf in later if leaf.kind == log.RUN)

    def _line(self, key: str) -> Iterator[str]:
        before = self.keyring.keys[key].before
        while before:
            yield before
            before = self.keyring.keys[before].before

    def _head(self, size: int) -> Head:
        return Head(size, self.tree.root(size).hex())


def audit(files: BundleFiles, witnesses: Sequence[Witness] = ()) -> Bundle:
    """Read a bundle and check everything in it. Raises BadBundle where its frame cannot be read."""
    bundle = Bundle(files)
    head = _frame(bundle)
    bundle.problems += [Problem("inserted", repr(name), "no file of a bundle") for name in files.strange]
    mentioned = {leaf.content for leaf in bundle.leaves}
    if (head["size"], head["root"]) != (bundle.tree.size, bundle.tree.root().hex()):
        bundle.problems.append(Problem("changed", "log.jsonl", "bundle.json speaks of another log"))
    bundle.problems += log.twice(dict(enumerate(bundle.leaves)))
    sound = _objects(bundle)
    _statements(bundle)
    for leaf in bundle.leaves:
        if leaf.kind == "retention":
            _guarded(bundle, leaf.name, _removal, bundle, leaf)
        if leaf.kind == "act" and leaf.content in sound:
            _guarded(bundle, leaf.name, _act, bundle, leaf, sound)
        if leaf.kind not in FILES and leaf.kind != log.RUN and leaf.content in sound:
            mentioned |= {each.decode() for each in DIGEST.findall(bundle.object(leaf.content))}
    for witness in witnesses:
        if witness.size > bundle.tree.size:
            what = f"log entries {bundle.tree.size} to {witness.size - 1}"
            bundle.problems.append(Problem("removed", what, "the checkpoint knows them"))
        elif not witness.fits(bundle._head(witness.size)):
            what = f"checkpoint of {witness.size} leaves"
            bundle.problems.append(Problem("changed", what, "the log begins with other leaves"))
    names = {found[1] for name in files.sizes if (found := RUN_FILE.fullmatch(name))}
    for name in sorted(names ^ set(head["runs"])):
        bundle.problems.append(Problem("removed" if name not in names else "inserted", f"runs/{name}.jsonl"))
    for name in sorted(names):
        _guarded(bundle, f"run {name}", _run, bundle, name, sound, mentioned)
    for leaf in bundle.leaves:
        wanted = head["acts"] or leaf.kind in ALWAYS
        if leaf.kind != log.RUN and wanted and leaf.content not in sound:
            bundle.problems.append(Problem("removed", leaf.name, "its object is missing or damaged"))
    bundle.problems += [Problem("inserted", f"object {name}", "nothing names it") for name in sorted(sound - mentioned)]
    return bundle


def _frame(bundle: Bundle) -> dict[str, Any]:
    """What the bundle says that it is, and its log. Raises BadBundle."""
    from history.bundle_files import bad

    try:
        head: dict[str, Any] = _parsed(bundle.files.read("bundle.json"))
        if head["schema"] != SCHEMA or head.keys() != {"schema", "size", "root", "runs", "agencies", "acts"}:
            raise ValueError(head["schema"])
        for names in (head["runs"], head["agencies"]):
            if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
                raise ValueError("no names of runs and agencies")
        bundle.agencies = tuple(head["agencies"])
        if head["acts"] is not (not bundle.agencies):
            raise ValueError("a bundle has the acts, unless it is on some agencies")
        for line in _lines(bundle.files.read("log.jsonl")):
            bundle.leaves.append(_leaf(_parsed(line)))
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise bad(f"bundle.json, log.jsonl: {type(error).__name__}: {error}"[:200]) from error
    bundle.tree = Tree(leaf_hash(leaf.data) for leaf in bundle.leaves)
    return head


def _objects(bundle: Bundle) -> set[str]:
    """The digests under which the bundle has the right bytes."""
    sound = set()
    for name in bundle.files.sizes:
        if name.startswith("objects/"):
            found = f"sha256:{name[8:]}"
            try:
                bundle.object(found)
                sound.add(found)
            except (KeyError, BadBundle):
                bundle.problems.append(Problem("changed", f"object {found}", "other bytes than its name promises"))
    return sound


def _statements(bundle: Bundle) -> None:
    """Keys and signed states, in the order of the log."""
    held: list[LoggedCheckpoint] = []
    for index, leaf in enumerate(bundle.leaves):
        if leaf.kind == "key":
            made = _guarded(bundle, leaf.name, _statement, bundle, leaf, LoggedKey)
            bundle.problems += [] if made is None else bundle.keyring.take(index, made)
        elif leaf.kind == "checkpoint":
            signed = _guarded(bundle, leaf.name, _statement, bundle, leaf, LoggedCheckpoint)
            if signed is not None:
                faults = list(bundle.keyring.faults(index, signed, lambda size: bundle.tree.root(size).hex()))
                bundle.problems += faults
                held += [] if faults else [signed]
    bundle.checkpoints = [(each, bundle.keyring.belief(each)) for each in held]


def _removal(bundle: Bundle, leaf: Leaf) -> None:
    """What an act has removed. Raises ValueError, KeyError, TypeError, BadBundle."""
    told = _parsed(bundle.object(leaf.content))["removal"]
    for name in _parsed(bundle.object(told["bodies"])):
        bundle.removed[name] = leaf.name


def _act(bundle: Bundle, leaf: Leaf, sound: set[str]) -> None:
    """That what an act left behind is there. Raises ValueError, KeyError, TypeError, BadBundle."""
    told = _parsed(bundle.object(leaf.content))["act"]
    for side in (told["before"], told["after"]):
        if side and side["whole"] and side["whole"] not in sound:
            raise ValueError(f"the object {side['whole']} is missing or damaged")


def _statement(bundle: Bundle, leaf: Leaf, kind: type[T]) -> T:
    found: Any = load(kind, bundle.object(leaf.content))
    if str(found.sequence) != leaf.subject:
        raise ValueError("it stands in another's place")
    return found  # type: ignore[no-any-return]


def _run(bundle: Bundle, run: str, sound: set[str], mentioned: set[str]) -> None:
    """The entries of a run, and what they name. Raises ValueError, KeyError, TypeError, BadBundle."""
    leaf = next((each for each in bundle.leaves if (each.kind, each.subject) == (log.RUN, run)), None)
    if leaf is None:
        raise ValueError("the log does not commit to it")
    record = load(sealed.Record, bundle.object(leaf.content))
    entries: list[Leaf] = []
    for number, line in enumerate(_lines(bundle.files.read(f"runs/{run}.jsonl"))):
        told = _parsed(line)
        index, proof = told.pop("index"), told.pop("proof")
        entry = _leaf(told)
        if bundle.agencies:
            path = [bytes.fromhex(each) for each in proof]
            if not included(leaf_hash(entry.data), index, record.size, path, bytes.fromhex(record.root)):
                raise ValueError(f"{entry.name} is not entry {index} of the run")
        elif (index, proof) != (number, None):
            raise ValueError(f"entry {index} stands in the place of {number}")
        entries.append(entry)
    if not bundle.agencies and sealed.record(run, entries) != record:
        raise ValueError("its entries are not those that the log commits to")
    bundle.runs[run] = entries
    _contents(bundle, run, sound, mentioned)
    if bundle.agencies:
        _part(bundle, record, entries)


def _part(bundle: Bundle, record: sealed.Record, entries: list[Leaf]) -> None:
    """That nothing was left out but findings and looks of other agencies: what a run commits to is told by its opening
    and its closing. Raises ValueError, KeyError, BadBundle."""
    found = {entry.kind: entry.content for entry in entries}
    opening, closing = load(Opening, bundle.object(found["opening"])), load(Closing, bundle.object(found["closing"]))
    parts = {agency: sealed.load_parts(bundle.object(name)) for agency, name in closing.agencies.items()}
    every = {asset: part for each in parts.values() for asset, part in each.items()}
    whole = sealed.entries(opening, found["opening"], closing, found["closing"], every)
    if sealed.record(record.run, whole) != record:
        raise ValueError("its record is not that of its opening and its closing")
    ours = {asset for agency in bundle.agencies for asset in parts.get(agency, {})}
    there = set(entries)
    for entry in whole:
        if (entry.kind not in ("findings", "looks") or entry.subject in ours) and entry not in there:
            raise ValueError(f"{entry.name} was left out")
    if [entry for entry in whole if entry in there] != entries:
        raise ValueError("its entries are in another order, or stand there twice")


def _contents(bundle: Bundle, run: str, sound: set[str], mentioned: set[str]) -> None:
    """What the entries of a run name is there, and belongs together."""
    seen: set[str] = set()
    referred: set[str] = set()
    needed: set[str] = set()
    for entry in bundle.runs[run]:
        if entry.content not in sound:
            bundle.problems.append(Problem("removed", f"run {run}, {entry.name}", "its object is missing or damaged"))
            continue
        said = bundle.said.get((entry.kind, entry.content))
        if said is None:
            said = bundle.said[entry.kind, entry.content] = _said(entry.kind, bundle.object(entry.content))
        mentioned |= {entry.content, *said.mentioned}
        needed |= said.needed
        if said.run not in ("", run):
            bundle.problems.append(Problem("changed", f"run {run}, {entry.name}", "of another run"))
        if entry.kind == "looks":
            seen |= said.observations
        elif entry.kind == "findings":
            bundle.findings += said.number
            referred |= said.observations
            if said.assets - {entry.subject}:
                bundle.problems.append(Problem("changed", f"run {run}, {entry.name}", "a finding is another asset's"))
    for name in sorted(referred - seen):
        bundle.problems.append(
            Problem("changed", f"run {run}", f"a finding rests on {name}, which the run did not see")
        )
    observed = (referred if bundle.agencies else seen) - sound
    if observed & bundle.removed.keys():
        bundle.bodiless.add(run)
    for name in sorted((observed - bundle.removed.keys()) | (needed - sound)):
        bundle.problems.append(Problem("removed", f"object {name}", f"run {run} needs it"))


def _said(kind: str, data: bytes) -> Said:
    """What an object says. Raises ValueError, KeyError, TypeError."""
    mentioned = frozenset(each.decode() for each in DIGEST.findall(data))
    if kind == "opening":
        told = _parsed(data)
        return Said(mentioned, run=told["id"], needed=frozenset((told["inventory"], told["waivers"])))
    if kind == "closing":
        told = _parsed(data)
        return Said(mentioned, run=told["run"], needed=frozenset(told["agencies"].values()))
    if kind not in ("looks", "findings"):
        return Said(mentioned)
    lines = [_parsed(line) for line in sealed.lines(data)]
    if kind == "looks":
        return Said(mentioned, observations=frozenset(each["observation"] for each in lines), number=len(lines))
    observations = frozenset(each["observation"] for line in lines for each in line["evidence"])
    return Said(mentioned, observations, len(lines), assets=frozenset(each["asset"] for each in lines))


def _guarded(bundle: Bundle, what: str, work: Callable[..., T], *arguments: Any) -> T | None:
    """The result of a check; what cannot be read in it is a problem of that thing."""
    try:
        return work(*arguments)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadBundle) as error:
        detail = f"missing: {error}" if isinstance(error, KeyError) else str(error)
        bundle.problems.append(Problem("changed", what, detail[:200]))
        return None


def _leaf(told: Any) -> Leaf:
    if not isinstance(told, dict) or told.keys() != {"content", "kind", "subject"}:
        raise ValueError("no leaf")
    if not all(isinstance(each, str) for each in told.values()):
        raise ValueError("no leaf")
    return Leaf(told["kind"], told["subject"], told["content"])


def _parsed(data: bytes) -> Any:
    """The value of canonical bytes. Raises ValueError where they are none: what could be read in two ways."""
    value = json.loads(data)
    if canonical(value) != data:
        raise ValueError("not in canonical form")
    return value


def _lines(data: bytes) -> list[bytes]:
    if data and not data.endswith(b"\n"):
        raise ValueError("the last line is cut off")
    return sealed.lines(data)
