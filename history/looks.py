"""The findings that the latest runs made of each control at each asset, whichever run looked at which asset last."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from checks.compare import FindingKey
from checks.model.finding import Finding
from history import models, queries, records, rows
from history.errors import Damaged
from history.records import Judgement, Judgements

RUNS = 400
"""No more runs are gone back to."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the latest runs said of some assets."""

    findings: Mapping[FindingKey, tuple[tuple[str, Finding], ...]]
    """Of each control at each asset the latest ones, newest first, each with the id of its run."""
    runs: Mapping[str, str]
    """The latest scan over each asset, by asset id; a recheck sees a part only, and is none."""


@dataclass(slots=True)
class _Asset:
    """What is known of an asset on the way back."""

    run: str = ""
    """The latest scan."""
    whole: int = 0
    """Scans gone back through; a recheck, which judges some controls, is none."""
    told: dict[str, list[tuple[str, Judgement]]] = field(default_factory=dict)
    """What was said of each control, with the id of the run, newest first."""

    def add(self, run: str, scan: bool, judged: Iterable[Judgement], depth: int) -> None:
        """Take in the run before."""
        self.run = self.run or (run if scan else "")
        for each in judged:
            if not self.whole or each.control in self.told:
                told = self.told.setdefault(each.control, [])
                told += [(run, each)] if len(told) < depth else []
        self.whole += scan


def looks(
    policy_of: Mapping[str, str],
    *,
    until: str | None = None,
    depth: int = 1,
    without: Collection[str] = (),
    unsettled: bool = False,
) -> Looks:
    """The latest `depth` findings of each control at each asset of `policy_of`, under the policy of that id alone: what
    was judged by another, only to see what it would say, is no look at how an asset stands.

    Of the finished runs up to `until` (the latest, where it is left out), but for those of `without`. Controls are
    those of the latest scan over the asset. `unsettled` leaves out what passes or does not apply.
    Raises Damaged, UnknownRun.
    """
    found: dict[str, _Asset] = {}
    left = set(policy_of)
    runs = _runs(until, without)
    judgements = Judgements()
    for run, parts in records.back(runs, left):
        told = {asset: part for asset, part in parts.items() if asset in left}
        for asset, judged in judgements.of(told):
            if any(each.policy == policy_of[asset] for each in judged):
                entry = found.setdefault(asset, _Asset())
                entry.add(run, runs[run], [each for each in judged if each.policy == policy_of[asset]], depth)
                if entry.whole == depth:
                    left.discard(asset)
        if not left:
            break
    told_of = {
        (asset, control): [(run, each.body) for run, each in told if not (unsettled and each.settled)]
        for asset, entry in found.items()
        for control, told in entry.told.items()
    }
    bodies = {body: _finding(body) for told in told_of.values() for _, body in told}
    return Looks(
        findings={key: tuple((run, bodies[body]) for run, body in told) for key, told in told_of.items() if told},
        runs={asset: entry.run for asset, entry in found.items() if entry.run},
    )


def _runs(until: str | None, without: Collection[str]) -> dict[str, bool]:
    """Finished runs, newest first: the id, and whether it is a scan."""
    ids = [*([until] if until is not None else []), *queries.run_ids(state="finished", before=until)[:RUNS]]
    scans = set(models.Run.objects.filter(pk__in=ids, purpose=None).values_list("id", flat=True))
    return {each: each in scans for each in ids if each not in without}


def _finding(body: bytes) -> Finding:
    try:
        return rows.finding(body)
    except ValueError as error:  # the bytes of another blob
        raise Damaged("findings") from error
