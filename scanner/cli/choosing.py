"""From a task to what a run is to look at: which assets, and of a recheck which controls."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checks.model.asset import Asset
from checks.model.canonical import digest, dump
from checks.model.policy import Policy
from checks.model.standing import Standing
from checks.model.task import Task
from scanner.cli.looking import Order, order, rule_versions
from scanner.cli.workspace import Workspace
from scanner.inventory.scope import refusal
from scanner.schedule.need import needed

if TYPE_CHECKING:
    from history.store import Recorder


def order_for(
    task: Task,
    workspace: Workspace,
    recorder: "Recorder",
    now: datetime,
    following: datetime | None = None,
    rechecked: bool = False,
) -> Order | None:
    """What is to be looked at for a task; None where there is nothing.

    `following` is when the task's schedule comes next: what would be due before is looked at now. A task by need has
    two runs: first a recheck of what is due only for what was not in order, then, once that is `rechecked`, a scan of
    what is due as a whole. Raises Refused where nothing of it may be looked at.
    """
    inventory, vantage = workspace.inventory, workspace.config.vantage
    policies = {each.id: workspace.policy_of(each) for each in inventory.assets}
    names = {asset: policy.id for asset, policy in policies.items()}
    assets = [each for each in inventory.assets if task.chosen(each, names)]
    if task.need:
        ids = [each.id for each in assets]
        standings = recorder.standings(ids)
        due = needed(ids, standings, now, following, timedelta(days=task.fresh_days))
        changed = _changed([each for each in assets if each.id not in due.whole], standings, policies, workspace)
        if not rechecked:  # what may not be looked at now waits for another slot, and keeps nothing up
            again = [each for each in assets if each.id in due.again - changed]
            allowed = [each for each in again if not refusal(each, inventory, vantage, now)]
            found = _recheck(task, workspace, now, allowed, policies, standings)
            if found is not None:
                return found
        assets = [each for each in assets if each.id in due.whole | changed]
    if task.recheck:
        standings = recorder.standings([each.id for each in assets])
        return _recheck(task, workspace, now, assets, policies, standings)
    if not assets:
        return None
    return replace(order(workspace, assets, None, vantage, now), quick=task.quick)


def _changed(
    assets: Iterable[Asset], standings: Mapping[str, Standing], policies: Mapping[str, Policy], workspace: Workspace
) -> set[str]:
    """Assets of which the last whole scan says nothing any more: its rules or what these refer to, the asset, or its
    policy are others now. Each of them has been scanned as a whole."""
    from history import heirs, queries

    scanned: dict[str, list[Asset]] = {}
    for each in assets:
        scanned.setdefault(standings[each.id].whole_run, []).append(each)
    now = rule_versions(), dict(workspace.data.versions)
    demanded = {policy.id: digest(dump(policy)) for policy in policies.values()}
    found: set[str] = set()
    for run, own in scanned.items():
        opening, then = queries.opening(run), {each.id: each for each in heirs.inventory(run).assets}
        same = (dict(opening.rule_versions), dict(opening.data_versions)) == now
        for each in own:
            policy = policies[each.id].id
            unchanged = then.get(each.id) == replace(each, policy=policy)
            if not (same and unchanged and opening.policies.get(policy) == demanded[policy]):
                found.add(each.id)
    return found


def _recheck(
    task: Task,
    workspace: Workspace,
    now: datetime,
    assets: Collection[Asset],
    policies: Mapping[str, Policy],
    standings: Mapping[str, Standing],
) -> Order | None:
    """Assets with something that failed or could not be assessed the last time, each under the controls that did so
    at one of them."""
    unsettled: dict[str, set[str]] = {}
    for name, standing in standings.items():
        demanded = {each.id for each in policies[name].controls}
        unsettled[name] = {
            each for each in standing.unsettled if each in demanded and (not task.controls or each in task.controls)
        }
    chosen = [each for each in assets if unsettled.get(each.id)]
    if not chosen:
        return None
    found = order(workspace, chosen, None, workspace.config.vantage, now)
    wanted: dict[str, set[str]] = {}
    for asset in found.assets:
        wanted.setdefault(found.policy_of[asset.id].id, set()).update(unsettled[asset.id])
    parts = {
        policy.id: replace(policy, controls=tuple(each for each in policy.controls if each.id in wanted[policy.id]))
        for policy in found.policy_of.values()
    }
    policy_of = {asset: parts[policy.id] for asset, policy in found.policy_of.items()}
    return replace(found, policy_of=policy_of, quick=True, purpose="recheck")
