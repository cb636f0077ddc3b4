"""The findings that the latest runs made of each control at each asset, whichever run looked at which asset last."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from checks.compare import FindingKey
from checks.model.finding import Finding
from history import models, queries, rows
from history.errors import Damaged

RUNS = 400
"""No more runs are gone back to."""
FILTER = 500
"""Up to so many assets are named to the database; more are sorted out here."""


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
    bodies: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Run and digest of the finding by control, newest first."""


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
    for run, scan in _runs(until, without):
        if not left:
            break
        for asset, judged in _judged(run, left, policy_of, unsettled).items():
            entry = found.setdefault(asset, _Asset())
            entry.run = entry.run or (run if scan else "")
            for control, body in judged.items():
                if not entry.whole or control in entry.bodies:
                    told = entry.bodies.setdefault(control, [])
                    told += [(run, body)] if len(told) < depth else []
            entry.whole += scan
            if entry.whole == depth:
                left.discard(asset)
    bodies = _bodies({body for each in found.values() for told in each.bodies.values() for _, body in told if body})
    return Looks(
        findings={
            (asset, control): tuple((run, bodies[body]) for run, body in told if body)
            for asset, each in found.items()
            for control, told in each.bodies.items()
            if any(body for _, body in told)
        },
        runs={asset: each.run for asset, each in found.items() if each.run},
    )


def _runs(until: str | None, without: Collection[str]) -> list[tuple[str, bool]]:
    """Finished runs, newest first: the id, and whether it is a scan."""
    ids = [*([until] if until is not None else []), *queries.run_ids(state="finished", before=until)[:RUNS]]
    scans = set(models.Run.objects.filter(pk__in=ids, purpose=None).values_list("id", flat=True))
    return [(each, each in scans) for each in ids if each not in without]


def _judged(
    run: str, assets: Collection[str], policy_of: Mapping[str, str], unsettled: bool
) -> dict[str, dict[str, str]]:
    """The digest of the finding by asset and control; empty where it is left out."""
    rows_ = models.Finding.objects.filter(run=run).order_by()
    if len(assets) <= FILTER:
        rows_ = rows_.filter(asset__in=list(assets))
    found: dict[str, dict[str, str]] = {}
    columns = rows_.values_list("asset", "control", "policy", "verdict", "gaps", "body_id")
    for asset, control, policy, verdict, gaps, body in columns.iterator(queries.CHUNK):
        if asset in assets and policy == policy_of[asset]:
            settled = verdict in ("pass", "not_applicable") and not gaps
            found.setdefault(asset, {})[control] = "" if unsettled and settled else body
    return found


def _bodies(digests: Collection[str]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for digest, body in queries.contents(sorted(digests)):
        if body is None:
            raise Damaged(digest)
        found[digest] = rows.finding(body)
    return found
