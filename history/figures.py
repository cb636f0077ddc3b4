"""Counts over what is remembered, for whoever watches."""

from collections import Counter
from typing import get_args

from django.db.models import Count

from history import models, queries, sights
from history.facts import Outcome


def runs_by_state() -> dict[str, int]:
    """How many runs there are of each state: open, finished, abandoned."""
    ends = models.RunEnd.objects.order_by().values("outcome").annotate(number=Count("pk"))
    counted = {row["outcome"]: row["number"] for row in ends}
    still_open = models.Run.objects.filter(end__isnull=True).count()
    return {"open": still_open, **{each: counted.get(each, 0) for each in get_args(Outcome)}}


def looks_by_kind(run_id: str) -> dict[str, int]:
    """How many looks a run has of each kind, the word that the key of a target begins with.

    Raises UnknownRun, Damaged.
    """
    queries.known(run_id)
    return dict(Counter(each.partition(":")[0] for each in sights.keys(run_id)))
