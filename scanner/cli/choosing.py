"""From a task to what a run is to look at: which assets, and of a recheck which controls."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from checks.model.asset import Asset
from checks.model.policy import Policy
from checks.model.task import Task
from scanner.cli.looking import Order, order
from scanner.cli.workspace import Workspace
from scanner.schedule.need import needed

if TYPE_CHECKING:
    from history.store import Recorder


def order_for(
    task: Task, workspace: Workspace, recorder: "Recorder", now: datetime, following: datetime | None = None
) -> Order | None:
    """What is to be looked at for a task; None where there is nothing.

    `following` is when the task's schedule comes next: what would be due before is looked at now. Raises Refused where
    nothing of it may be looked at.
    """
    policies = {each.id: workspace.policy_of(each) for each in workspace.inventory.assets}
    names = {asset: policy.id for asset, policy in policies.items()}
    assets = [each for each in workspace.inventory.assets if task.chosen(each, names)]
    if task.need:
        ids = [each.id for each in assets]
        wanted = needed(ids, recorder.standings(ids), now, following)
        assets = [each for each in assets if each.id in wanted]
    if task.recheck:
        return _recheck(task, workspace, recorder, now, assets, policies)
    if not assets:
        return None
    return replace(order(workspace, assets, None, workspace.config.vantage, now), quick=task.quick)


def _recheck(
    task: Task,
    workspace: Workspace,
    recorder: "Recorder",
    now: datetime,
    assets: Collection[Asset],
    policies: Mapping[str, Policy],
) -> Order | None:
    """Assets with something that failed or could not be assessed the last time, each under the controls that did so
    at one of them."""
    standings = recorder.standings([each.id for each in assets])
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
