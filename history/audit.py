"""Whether a run is still what was committed: every row, every link and every blob is computed again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from checks.model.canonical import digest, load
from checks.score import Counted
from history import brief, chain, log, models, queries, records, retention, rows, sealed
from history.database import snapshot
from history.errors import Damaged, UnknownRun
from history.facts import Closing, Opening
from history.ledger import Problem
from history.sealed import Part

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""A time for looks whose times do not matter."""


@dataclass(slots=True)
class Seen:
    """What an audit of several runs has found whole already, and need not compute again for the next run."""

    blobs: set[str] = field(default_factory=set)
    """Digests."""
    numbers: dict[brief.Kind, int] = field(default_factory=dict)
    """Whatever findings count by, by a number: there are few of these, and many findings."""
    kinds: dict[tuple[str, str, str], tuple[int, ...]] = field(default_factory=dict)
    """By agency, asset and digest of findings: what each counts by, where all of them are of that asset."""
    looks: dict[str, int] = field(default_factory=dict)
    """By digest of an asset's looks: how many, where all of them make sense."""
    agencies: dict[str, tuple[str, dict[str, Part], str]] = field(default_factory=dict)
    """By agency what was whole last: digest, assets, and the tally that they make."""


def run_ids() -> list[str]:
    """Every run of which something is left, oldest id first: also one whose row is gone, or whose facts are damaged."""
    named = [
        models.Run.objects.values_list("id", flat=True),
        *(
            table.objects.order_by().values_list("run", flat=True).distinct()
            for table in (models.ChainEntry, models.Sighting, models.AgencyRecord, models.RunEnd)
        ),
    ]
    return sorted({str(each) for ids in named for each in ids})


def verify(run_id: str, head: str | None = None, seen: Seen | None = None) -> list[Problem]:
    """Every change, removal, insertion, reordering and damage in what belongs to a run; empty: none.

    `head` is what stands for the run as it is known from elsewhere, such as a printed report: without it, somebody who
    can write the database may compute a whole new run. `seen` is shared by the audits of several runs. A run may be
    verified while it goes on. Raises UnknownRun where nothing is left of such a run.
    """
    with snapshot():  # or a look committed between two of the questions would seem to be inserted
        if run_id not in _known(run_id):
            raise UnknownRun(run_id)
        return list(_readable(_verify(run_id, head, _Sealed(run_id, seen or Seen()))))


def _verify(run_id: str, head: str | None, check: "_Sealed") -> Iterator[Problem]:
    ended = records.end(run_id)
    yield from _open(run_id, head, check) if ended is None else check.problems(ended, head)


def _readable(problems: Iterator[Problem]) -> Iterator[Problem]:
    """Problems, up to a row that cannot be read, which is the last: SQLite takes any value in any column."""
    try:
        yield from problems
    except Exception as error:
        yield Problem("damaged", "a row", f"it cannot be read: {type(error).__name__}: {error}"[: chain.DETAIL])


def _known(run_id: str) -> set[str]:
    """The run, where something is left of it."""
    tables = (models.ChainEntry, models.Sighting, models.AgencyRecord, models.RunEnd)
    left = any(table.objects.filter(run=run_id).exists() for table in tables)
    return {run_id} if left or models.Run.objects.filter(pk=run_id).exists() else set()


def _open(run_id: str, head: str | None, check: "_Sealed") -> Iterator[Problem]:
    """Of a run that is open: its chain, and the blobs of what its links name."""
    if models.AgencyRecord.objects.filter(run=run_id).exists():
        yield Problem("removed", f"end of run {run_id}")
    yield from log.verify_run(run_id, None)
    yield from chain.faults(run_id)
    last = models.ChainEntry.objects.filter(run=run_id).order_by("-sequence").values_list("digest", flat=True).first()
    if head is not None and head != last:
        yield _other_head()
    yield from check.opening(models.Run.objects.filter(pk=run_id).first())
    sightings = models.Sighting.objects.filter(run=run_id).order_by("id")
    observed = dict.fromkeys(sightings.values_list("observation_id", flat=True))
    yield from check.blobs([*observed, *chain.additions(run_id)])


class _Sealed:
    """The audit of one run that has ended."""

    def __init__(self, run_id: str, seen: Seen) -> None:
        self._run_id = run_id
        self._seen = seen

    def problems(self, ended: models.RunEnd, head: str | None) -> Iterator[Problem]:
        """Everything that is wrong."""
        run = models.Run.objects.filter(pk=self._run_id).first()
        if run is None:
            yield Problem("removed", f"run {self._run_id}")
        yield from self.opening(run)
        yield from log.verify_run(self._run_id, ended.record_id)
        for table, name in ((models.ChainEntry, "chain entry"), (models.Sighting, "sighting")):
            for number in table.objects.filter(run=self._run_id).values_list("pk", flat=True):
                yield Problem("inserted", f"{name}, row {number}", "the run has ended, and holds no such rows")
        try:
            closing = records.closing(ended)
        except Damaged:
            yield self._unreadable(ended.closing_id, "end")
            return
        yield from (Problem(*fault) for fault in closing.faults)
        expected = rows.end_row(closing, ended.closing_id, ended.record_id)
        yield from (Problem("changed", "end", f"column {each}") for each in _differences(ended, expected))
        parts: dict[str, Part] = {}
        for each in self._agencies(closing):
            if isinstance(each, Problem):
                yield each
            else:
                parts |= each
        yield from self._times(closing, parts)
        if run is not None:
            yield from self._record(run, ended, closing, parts, head)

    def opening(self, run: models.Run | None) -> Iterator[Problem]:
        """The row of the run, the facts that it started from, and every blob that they name."""
        if run is None:
            return
        found = dict(queries.contents([run.opening_id]))[run.opening_id]
        try:
            opening = load(Opening, found or b"")
        except ValueError:
            yield self._unreadable(run.opening_id, "opening")
            return
        for column in _differences(run, rows.run_row(opening, run.opening_id)):
            yield Problem("changed", f"run {run.pk}", f"column {column}")
        texts = [each for files in opening.policy_sources.values() for each in files.values()]
        yield from self.blobs([opening.inventory, opening.plan, opening.waivers, *opening.policies.values(), *texts])

    def blobs(self, digests: Iterable[str]) -> Iterator[Problem]:
        """Every blob that is missing or has other bytes."""
        missing = []
        for name, data in queries.contents(each for each in digests if each not in self._seen.blobs):
            if data is None:
                missing.append(name)
            else:
                self._seen.blobs.add(name)
        excused = retention.excused(missing) if missing else {}
        self._seen.blobs |= excused.keys()
        yield from (_damaged(name) for name in missing if name not in excused)

    def _agencies(self, closing: Closing) -> Iterator[Problem | dict[str, Part]]:
        """The rows of agencies against the closing facts; of each agency that can be read what it holds."""
        left = dict(closing.agencies)
        for row in models.AgencyRecord.objects.filter(run=self._run_id).order_by("agency"):
            content = left.pop(row.agency, None)
            if content is None:
                yield Problem("inserted", f"agency {row.agency}")
            elif content != row.content_id:
                yield Problem("changed", f"agency {row.agency}", "column content_id")
            if content is not None:
                yield from self._agency(row.agency, content, row.tally)
        for agency, content in left.items():
            yield Problem("removed", f"agency {agency}")
            yield from self._agency(agency, content, None)

    def _agency(self, agency: str, content: str, tally: str | None) -> Iterator[Problem | dict[str, Part]]:
        known = self._seen.agencies.get(agency)
        if known is None or known[0] != content:
            found = dict(queries.contents([content]))[content]
            try:
                parts = sealed.load_parts(found or b"")
            except ValueError:
                yield self._unreadable(content, f"agency {agency}")
                return
            told = models.Brief.objects.in_bulk([content, *(part.findings for part in parts.values())])
            problems = [*self._findings(agency, parts, told), *self._looks(parts)]
            judged = [(agency, asset, part.findings) for asset, part in parts.items() if part.findings]
            if any(each not in self._seen.kinds for each in judged):
                yield from problems
                yield parts
                return
            counts = self._counts(judged)
            problems += self._briefs([_Brief(content, f"agency {agency}", brief.counts_bytes(counts))], told)
            yield from problems
            known = content, parts, _tally_text(counts)
            if not problems:
                self._seen.agencies[agency] = known
        yield known[1]
        if tally is not None and tally != known[2]:
            yield Problem("changed", f"agency {agency}", "column tally")

    def _counts(self, judged: Iterable[tuple[str, str, str]]) -> dict[brief.Kind, int]:
        found = Counter(number for each in judged for number in self._seen.kinds[each])
        kinds = list(self._seen.numbers)
        return {kinds[number]: count for number, count in found.items()}

    def _findings(self, agency: str, parts: Mapping[str, Part], told: Mapping[str, models.Brief]) -> Iterator[Problem]:
        asked = {part.findings: asset for asset, part in parts.items() if part.findings}
        known, numbers = self._seen.kinds, self._seen.numbers
        made = []
        for name, data in queries.contents(n for n, asset in asked.items() if (agency, asset, n) not in known):
            asset = asked[name]
            if data is None:
                yield Problem("damaged", f"blob {name}", f"findings of {asset}: missing, or other bytes")
                continue
            try:
                found = [rows.finding(line) for line in sealed.lines(data)]
            except ValueError:
                found = []
            order = [each.control for each in found]
            if not found or {(each.asset, each.agency) for each in found} != {(asset, agency)}:
                yield Problem("changed", f"findings {asset}", "they are of another")
            elif order != sorted(set(order)):
                yield Problem("changed", f"findings {asset}", "they are not in the order of controls")
            else:
                known[agency, asset, name] = tuple(numbers.setdefault(k, len(numbers)) for k in brief.kinds(found))
                made.append(_Brief(name, f"findings {asset}", brief.said_bytes(found), brief.grounds_text(found)))
        yield from self._briefs(made, told)

    def _briefs(self, made: Sequence["_Brief"], told: Mapping[str, models.Brief]) -> Iterator[Problem]:
        """What is told in brief against what is made of the findings."""
        for each in made:
            row = told.get(each.of)
            if row is None:
                yield Problem("removed", f"brief of {each.what}")
                continue
            expected = models.Brief(of_id=each.of, told_id=digest(each.data), grounds=each.grounds)
            yield from (Problem("changed", f"brief of {each.what}", f"column {c}") for c in _differences(row, expected))
        yield from self.blobs(told[each.of].told_id for each in made if each.of in told)

    def _looks(self, parts: Mapping[str, Part]) -> Iterator[Problem]:
        asked = {part.looks: asset for asset, part in parts.items() if part.looks}
        known = self._seen.looks
        for name, data in queries.contents(each for each in asked if each not in known):
            if data is None:
                yield Problem("damaged", f"blob {name}", f"looks of {asked[name]}: missing, or other bytes")
                continue
            lines = sealed.lines(data)
            try:
                looks = [sealed.restored(line, EPOCH, EPOCH, 0) for line in lines]
            except ValueError:
                yield Problem("changed", f"looks {asked[name]}", "they are of another form")
                continue
            bad = [look.key for look in looks if not rows.look_digest(look)]
            missing = list(self.blobs(look.observation for look in looks))
            yield from (Problem("changed", f"sighting {key}") for key in bad)
            yield from missing
            if not bad and not missing:
                known[name] = len(looks)
        for asset, part in parts.items():
            if known.get(part.looks, part.number) != part.number:
                yield Problem("changed", f"looks {asset}", "of another number")

    def _times(self, closing: Closing, parts: Mapping[str, Part]) -> Iterator[Problem]:
        found = dict(queries.contents([closing.times]))[closing.times]
        try:
            times = sealed.load_times(found or b"")
        except ValueError:
            yield self._unreadable(closing.times, "times")
            return
        if len(times.places) != sum(part.number for part in parts.values()):
            yield Problem("changed", "times", "they are of another number of looks")

    def _record(
        self, run: models.Run, ended: models.RunEnd, closing: Closing, parts: Mapping[str, Part], head: str | None
    ) -> Iterator[Problem]:
        try:
            opening = load(Opening, queries.content(run.opening_id))
        except (Damaged, ValueError):  # told already
            return
        try:
            kept = records.record(ended)
        except Damaged:
            yield self._unreadable(ended.record_id, "record")
            return
        made = sealed.record(run.pk, sealed.entries(opening, run.opening_id, closing, ended.closing_id, parts))
        if kept != made:
            yield Problem("changed", "record", "it is not that of the run's entries")
        if head is not None and head not in (made.root, closing.head or made.root):
            yield _other_head()

    def _unreadable(self, name: str, what: str) -> Problem:
        """A blob that is damaged, or a digest that names the bytes of another thing."""
        if dict(queries.contents([name]))[name] is None:
            return _damaged(name)
        return Problem("changed", what, "its digest names other bytes")


class _Brief(NamedTuple):
    """What there must be in brief of a blob."""

    of: str
    what: str
    """What the blob is, as a problem names it."""
    data: bytes
    grounds: str = ""


def _tally_text(counts: Mapping[brief.Kind, int]) -> str:
    """The same without regard to controls, as an agency's row has it."""
    found: Counter[Counted] = Counter()
    for (_, _, verdict, severity, waived, announced), number in counts.items():
        found[Counted(verdict, severity, waived, announced)] += number
    return sealed.tally_text(found)


def _damaged(name: str) -> Problem:
    return Problem("damaged", f"blob {name}", "missing, or other bytes than its digest names")


def _other_head() -> Problem:
    return Problem("changed", "head of the chain", "it is not the one that was published")


def _differences(row: models.AppendOnlyModel, expected: models.AppendOnlyModel) -> list[str]:
    wanted = rows.columns(expected)
    return [name for name, value in rows.columns(row).items() if value != wanted[name]]
