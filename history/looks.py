"""The findings that the latest runs made of each control at each asset, whichever run looked at which asset last."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from checks.compare import FindingKey
from checks.model.finding import Finding
from history import models, queries, records, rows, sealed
from history.errors import Damaged
from history.sealed import Part

RUNS = 400
"""No more runs are gone back to."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the latest runs said of some assets."""

    findings: Mapping[FindingKey, tuple[tuple[str, Finding], ...]]
    """Of each control at each asset the latest ones, newest first, each with the id of its run."""
    runs: Mapping[str, str]
    """The latest scan over each asset, by asset id; a recheck sees a part only, and is none."""


class _Judgement(NamedTuple):
    """What a run said of one control, as far as one asks on the way back."""

    control: str
    policy: str
    settled: bool
    """Whether it passed or did not apply, wherever it was to be assessed."""
    body: bytes
    """The finding in canonical bytes."""


class _Judgements:
    """What runs said of assets; asset by asset kept until its findings are others."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, list[_Judgement]]] = {}

    def of(self, parts: Mapping[str, Part]) -> Iterator[tuple[str, list[_Judgement]]]:
        """What is said of each asset that has findings. Raises Damaged."""
        asked = {asset: part.findings for asset, part in parts.items() if part.findings}
        fresh = {name: asset for asset, name in asked.items() if self._kept.get(asset, ("",))[0] != name}
        for name, data in queries.bodies(fresh):
            self._kept[fresh[name]] = name, _judgements(name, data)
        for asset in asked:
            yield asset, self._kept[asset][1]


@dataclass(slots=True)
class _Asset:
    """What is known of an asset on the way back."""

    run: str = ""
    """The latest scan."""
    whole: int = 0
    """Scans gone back through; a recheck, which judges some controls, is none."""
    told: dict[str, list[tuple[str, _Judgement]]] = field(default_factory=dict)
    """What was said of each control, with the id of the run, newest first."""

    def add(self, run: str, scan: bool, judged: Iterable[_Judgement], depth: int) -> None:
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
    judgements = _Judgements()
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


def _judgements(name: str, data: bytes) -> list[_Judgement]:
    try:
        return [_judgement(json.loads(body), body) for body in sealed.lines(data)]
    except (ValueError, KeyError, TypeError) as error:  # the bytes of another blob
        raise Damaged(name) from error


def _judgement(told: dict[str, Any], body: bytes) -> _Judgement:
    settled = told["verdict"] in ("pass", "not_applicable") and not told.get("gaps")
    return _Judgement(told["control"], told["policy"], settled, body)


def _finding(body: bytes) -> Finding:
    try:
        return rows.finding(body)
    except ValueError as error:  # the bytes of another blob
        raise Damaged("findings") from error
