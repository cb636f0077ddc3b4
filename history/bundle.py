"""A bundle: what an auditor takes away to check elsewhere, with nothing of ours (`docs/verify_bundle.py`).

    bundle.json         the size and the root of the log, and what is in the bundle
    log.jsonl           every leaf of the log, one a line, as its canonical bytes
    runs/RUN.jsonl      entries of a run, one a line; of a bundle on some agencies only theirs, each with its proof
    objects/HEX         whatever leaves and entries name by the digest HEX: records, acts, evidence, policies, findings

The same database, runs and agencies give the same files.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from checks.model.canonical import canonical
from history import journal, log, merkle, models, queries, records, retention, sealed
from history.database import snapshot
from history.errors import Damaged
from history.ledger import Leaf

SCHEMA = "khien.bundle/1"
ALWAYS = frozenset({"key", "checkpoint", "retention"})
"""Kinds of acts without which nothing else can be checked."""
FILES = frozenset({"file", "delivery"})
"""Kinds of acts that name the files of reports, which are not in a bundle."""
DIGEST = re.compile(rb"sha256:[0-9a-f]{64}")
Named = tuple[str, bytes]
"""The name of a file, and its bytes."""


def files(runs: Collection[str], agencies: Collection[str] = ()) -> Iterator[Named]:
    """The files of a bundle with these runs that have ended, in a fixed order.

    Of some agencies there are their findings and looks only, and no acts. Raises UnknownRun, Damaged.
    """
    with snapshot():
        leaves = list(log.leaves())
        yield "bundle.json", canonical(_head(leaves, sorted(runs), sorted(agencies)))
        yield "log.jsonl", _lines(leaf.data for leaf in leaves)
        named: set[str] = set()
        for run in sorted(runs):
            named.add(leaves[log.index_of(run)].content)
            chosen = _Run(run, agencies)
            named |= chosen.objects
            yield f"runs/{run}.jsonl", _lines(chosen.lines())
        acts = dict(_acts(leaves, ALWAYS if agencies else None))
        named |= _named_by(leaves, acts)
        for name in sorted(acts):
            yield _object(name), acts[name]
        yield from _objects(sorted(named - acts.keys()))


def _objects(names: Sequence[str]) -> Iterator[Named]:
    """The bytes of digests, but for those that an act has removed. Raises Damaged."""
    missing = []
    for name, data in queries.contents(names):
        if data is None:
            missing.append(name)
        else:
            yield _object(name), data
    for name in set(missing) - retention.excused(missing).keys():
        raise Damaged(name)


def _object(digest: str) -> str:
    return f"objects/{digest.removeprefix('sha256:')}"


def _head(leaves: Sequence[Leaf], runs: list[str], agencies: list[str]) -> dict[str, object]:
    root = merkle.root(leaf.data for leaf in leaves).hex()
    return {
        "schema": SCHEMA,
        "size": len(leaves),
        "root": root,
        "runs": runs,
        "agencies": agencies,
        "acts": not agencies,
    }


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _acts(leaves: Sequence[Leaf], kinds: Collection[str] | None) -> Iterator[Named]:
    """The bodies of acts, of some kinds or of all, by digest. Raises Damaged where one is missing or another."""
    wanted = {leaf.content: leaf for leaf in leaves if leaf.kind != log.RUN and (kinds is None or leaf.kind in kinds)}
    for digest, body in journal.bodies(kinds):
        if wanted.pop(digest, None) is not None:
            yield digest, body
    for leaf in wanted.values():
        raise Damaged(leaf.name)


def _named_by(leaves: Sequence[Leaf], acts: Mapping[str, bytes]) -> set[str]:
    """What acts name that is kept apart from them, such as the list of a removal."""
    told = [acts[leaf.content] for leaf in leaves if leaf.content in acts and leaf.kind not in FILES]
    return _stored({each.decode() for body in told for each in DIGEST.findall(body)}) - acts.keys()


class _Run:
    """What is taken of one run."""

    def __init__(self, run_id: str, agencies: Collection[str]) -> None:
        self._entries = records.entries(run_id)
        self._part = bool(agencies)
        self._owners: set[str] = set()
        self.objects: set[str] = set()
        """Digests."""
        if self._part:
            self._assets = {asset for agency in agencies for asset in records.parts(run_id, agency)}
            self._observed()
        self._take()

    def lines(self) -> Iterator[bytes]:
        """The entries that are taken, as they are written."""
        tree = merkle.Tree(merkle.leaf_hash(each.data) for each in self._entries) if self._part else None
        for index, each in enumerate(self._entries):
            if self._taken(each):
                proof = None if tree is None else [step.hex() for step in tree.inclusion(index, tree.size)]
                fields = {"content": each.content, "kind": each.kind, "subject": each.subject}
                yield canonical({**fields, "index": index, "proof": proof})

    def _taken(self, leaf: Leaf) -> bool:
        if not self._part or leaf.kind not in ("findings", "looks"):
            return True
        return leaf.subject in self._assets or (leaf.kind == "looks" and leaf.subject in self._owners)

    def _take(self) -> None:
        """What the entries name, and what that names again."""
        taken = {leaf.content: leaf.kind for leaf in self._entries if self._taken(leaf)}
        self.objects |= taken.keys()
        further: set[str] = set()
        for name, data in queries.bodies(taken):
            if not self._part or taken[name] not in ("findings", "looks"):
                further |= {each.decode() for each in DIGEST.findall(data)}
        self.objects |= _stored(further)

    def _observed(self) -> None:
        """The observations that the findings of the agencies rest on, and who has the looks at them."""
        looked_at: set[str] = set()
        findings = [each.content for each in self._entries if each.kind == "findings" and each.subject in self._assets]
        for _, data in queries.bodies(findings):
            for line in sealed.lines(data):
                told = json.loads(line)
                looked_at |= {each["target"] for each in (*told["evidence"], *told["gaps"], *told["instances"])}
                looked_at |= {each["observation"] for each in told["evidence"]}
        looks = {each.content: each.subject for each in self._entries if each.kind == "looks"}
        for name, data in queries.bodies(looks):
            for line in sealed.lines(data):
                told = json.loads(line)
                if looks[name] in self._assets or not looked_at.isdisjoint((told["key"], told["observation"])):
                    self._owners.add(looks[name])
                    self.objects.add(told["observation"])


def _stored(digests: Collection[str]) -> set[str]:
    """Those of some digests under which something is stored."""
    found: set[str] = set()
    left = sorted(digests)
    for start in range(0, len(left), queries.CHUNK):
        found |= set(
            models.Blob.objects.filter(pk__in=left[start : start + queries.CHUNK]).values_list("pk", flat=True)
        )
    return found
