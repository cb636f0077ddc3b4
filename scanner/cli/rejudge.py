"""Whether the findings of a run follow from its evidence and its policies: they are judged again, and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.model.canonical import dump
from checks.model.finding import Finding
from checks.registry import REGISTRY
from history.ledger import Problem
from policies.reference_data import load_reference_data
from scanner.cli.looking import judge, order_of, rule_versions

if TYPE_CHECKING:
    from history.store import Recorder


@dataclass(slots=True)
class Rejudged:
    """What came of judging a run again."""

    same: int = 0
    """Findings that are equal to the byte."""
    newer: int = 0
    """Others, whose rule has another version today, or was judged with other reference data: no tampering."""
    earlier: int = 0
    """Others, whose rule compares with an earlier look that is not at hand."""
    problems: tuple[Problem, ...] = ()
    """Findings that do not follow."""
    changed: tuple[str, ...] = ()
    """Rules and reference data that have changed since the run."""


def rejudge(recorder: "Recorder", run_id: str) -> Rejudged:
    """Judge a finished run again, at its own time, by the rules of today.

    First-seen dates are taken as they were recorded, since they come from earlier runs. Raises UnknownRun, Damaged.
    """
    recorded = {each.id: each for each in recorder.findings(run_id)}
    order, facts = order_of(run_id, recorder), recorder.run(run_id)
    data = load_reference_data(order.inventory.anchors.values())
    ages = {
        (finding.asset, finding.control, each.key): each.first_seen
        for finding in recorded.values()
        for each in finding.instances
        if each.first_seen is not None
    }
    again = {each.id: each for each in judge(run_id, order, recorder, data, facts.as_of, ages)}
    now = rule_versions()
    rules = {name for name, version in facts.rule_versions.items() if now.get(name) != version}
    other = {name for name in data.versions.keys() | facts.data_versions.keys()}
    other = {name for name in other if data.versions.get(name) != facts.data_versions.get(name)}
    found = Rejudged(changed=tuple(sorted(rules | other)))
    found.problems = tuple(_compared(recorded, again, rules, bool(other), found))
    return found


def _compared(
    recorded: dict[str, Finding], again: dict[str, Finding], rules: set[str], other_data: bool, found: Rejudged
) -> Iterator[Problem]:
    """What does not follow; the rest is counted."""
    comparing = {each.id for each in REGISTRY if each.compares}
    for name in sorted(recorded.keys() | again.keys()):
        one, two = recorded.get(name), again.get(name)
        told = one or two
        if one is not None and two is not None and dump(one) == dump(two):
            found.same += 1
        elif told is not None and (other_data or told.check in rules):
            found.newer += 1
        elif told is not None and told.check in comparing:
            found.earlier += 1
        elif two is None:
            yield Problem("inserted", f"finding {name}", "the evidence gives none")
        elif one is None:
            yield Problem("removed", f"finding {name}", "the evidence gives one")
        else:
            detail = f"it says {one.verdict}, evidence and policy give {two.verdict}"
            yield Problem("changed", f"finding {name}", detail)
