"""How far a run has come that is open: by its plan, and by the looks that it has recorded.

Nothing is written for it. A plan is read once, and kept until it grows; at each call only the keys of the looks are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import urlsplit

from checks.model.asset import Agency
from checks.model.canonical import STRICT
from checks.model.target import DnsTarget, HttpTarget, Target, TlsTarget, targets_of
from checks.model.text import Text
from history import heirs, models, queries, records, rows
from history.facts import RunRow

Probe = Literal["dns", "ports", "tls", "http"]
PROBES: tuple[Probe, ...] = get_args(Probe)
"""As keys of targets begin, in the order in which they are looked at."""
TELLING = 10
"""From so few looks, or seconds, nothing is reckoned."""


@dataclass(frozen=True, slots=True)
class Share:
    """So much of what is planned is done."""

    __pydantic_config__ = STRICT

    done: int
    planned: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left."""
        return self.done >= self.planned


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """How far a run has come with one agency; what several share counts for each."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    share: Share


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    __pydantic_config__ = STRICT

    planning: bool
    """Whether names are still being looked up: more will be planned when they are known."""
    total: Share
    probes: Mapping[Probe, Share]
    """Those of which something is planned."""
    agencies: tuple[AgencyShare, ...]
    """Those of which something is planned, in the order of the inventory."""
    left_seconds: int | None
    """What is left, reckoned by the looks since the process began that works on it; None: nobody does, or nothing can
    be reckoned yet."""


@dataclass(frozen=True, slots=True)
class _Plan:
    keys: frozenset[str]
    agencies: tuple[tuple[Agency, frozenset[str]], ...]
    planning: bool


def progress(run: RunRow, since: datetime | None, now: datetime) -> Progress:
    """How far a run has come; `since` a process works on it. Raises UnknownRun, Damaged."""
    plan = _plan(run.id, (queries.opening(run.id).plan, *records.plan(run.id)))
    done = plan.keys.intersection(models.Sighting.objects.filter(run=run.id).values_list("key", flat=True))
    planned, looked = (Counter(key.partition(":")[0] for key in keys) for keys in (plan.keys, done))
    total = Share(len(done), len(plan.keys))
    return Progress(
        planning=plan.planning,
        total=total,
        probes={each: Share(looked[each], planned[each]) for each in PROBES if planned[each]},
        agencies=tuple(
            AgencyShare(agency.id, agency.name, Share(len(keys & done), len(keys)))
            for agency, keys in plan.agencies
            if keys
        ),
        left_seconds=None if since is None or plan.planning else _left(run, total, max(since, run.started), now),
    )


def _left(run: RunRow, total: Share, since: datetime, now: datetime) -> int | None:
    spent = (now - since) / timedelta(seconds=1)
    looks = models.Sighting.objects.filter(run=run.id, finished__gte=since).count()
    if looks < TELLING or spent < TELLING:
        return None
    return int(spent / looks * (total.planned - total.done))


@lru_cache(maxsize=8)
def _plan(run_id: str, parts: tuple[str, ...]) -> _Plan:
    """What is planned, by the parts of the plan so far."""
    targets = [target for part in parts for target in rows.load_targets(queries.content(part))]
    keys = frozenset(each.key for each in targets)
    addresses = _addresses(targets)
    inventory = heirs.inventory(run_id)
    left_out = {asset for asset, _, _ in queries.opening(run_id).exclusions}
    by_agency = tuple(
        (
            agency,
            keys.intersection(
                target.key
                for asset in inventory.assets_of(agency.id)
                if asset.id not in left_out
                for target in targets_of(asset, addresses)
            ),
        )
        for agency in inventory.agencies
    )
    return _Plan(keys, by_agency, all(isinstance(each, DnsTarget) for each in targets))


def _addresses(targets: list[Target]) -> dict[str, tuple[str, ...]]:
    """What names were resolved to, as the plan has it."""
    found: dict[str, dict[str, None]] = {}
    for each in targets:
        name = each.server_name if isinstance(each, TlsTarget) else None
        if isinstance(each, HttpTarget):
            name = urlsplit(each.url).hostname
        if name is not None and not isinstance(each, DnsTarget):
            found.setdefault(name, {})[each.address] = None
    return {name: tuple(each) for name, each in found.items()}
