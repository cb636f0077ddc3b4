"""The wiring of one scan: inventory and policies into a run, its evidence into history, findings at its end."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from checks.compare import InstanceKey, with_ages
from checks.evaluate import compared, evaluate
from checks.model.asset import Asset
from checks.model.evidence import Evidence, ProbeFailure
from checks.model.finding import Finding
from checks.model.inventory import Inventory, inventory_of
from checks.model.needs import TlsNeeds
from checks.model.policy import Policy
from checks.model.reference import ReferenceData
from checks.model.text import Text
from checks.model.waiver import Waiver
from checks.registry import REGISTRY, by_id
from history.facts import Purpose
from scanner.cli.config import Config, ScanSection
from scanner.cli.errors import NotNow, Refused
from scanner.cli.language import say
from scanner.cli.logs import log
from scanner.cli.moments import LOCAL
from scanner.cli.ui import note, scan_progress
from scanner.cli.watch import Ending, Question, Watch
from scanner.cli.workspace import Workspace, policy_in
from scanner.engine.interface import Engine
from scanner.engine.local import LocalEngine
from scanner.inventory.scope import Refused as RefusedAsset
from scanner.inventory.scope import RunScope, refusal
from scanner.probes.dns import DnsProbe
from scanner.probes.http import HttpProbe
from scanner.probes.interface import Probe, ProbeContext, Scope
from scanner.probes.politeness import Politeness
from scanner.probes.ports import PortsProbe
from scanner.probes.tls.probe import TlsProbe
from scanner.run import scan

if TYPE_CHECKING:
    from history.store import Recorder

VERSION = version("khien")
NO_CONTACT = Text(
    "scan.contact trong khien.yaml còn trống: người quản trị máy chủ thấy kết nối mà không biết hỏi ai",
    "scan.contact in khien.yaml is empty: operators who see the connections do not know whom to ask",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What one run is to look at, settled when it is opened and kept with it."""

    inventory: Inventory
    """The whole, each asset with the policy that it is judged under."""
    assets: tuple[Asset, ...]
    """Those that are looked at."""
    policy_of: Mapping[str, Policy]
    """By asset id."""
    waivers: tuple[Waiver, ...]
    vantage: str
    refused: tuple[RefusedAsset, ...] = ()
    quick: bool = False
    """Connect only for what the policies ask."""
    purpose: Purpose = "scan"

    def resume(self, run_id: str) -> str:
        """The command that goes on with the run."""
        return f"khien scan --resume {run_id}" + (" --quick" if self.quick else "")


def order(workspace: Workspace, chosen: Sequence[Asset], policy: str | None, vantage: str, now: datetime) -> Order:
    """What may be looked at of the chosen assets. Raises Refused where nothing may, NotNow where something may later,
    Usage for an unknown policy."""
    if policy is not None:
        policy_in(workspace.library, policy)
    everything, wanted = workspace.inventory.assets, {asset.id for asset in chosen}
    refusals = {asset.id: refusal(asset, workspace.inventory, vantage, now) for asset in everything}
    refusals |= {each.id: RefusedAsset(each.id, "not_selected") for each in everything if each.id not in wanted}
    refused = tuple(each for each in refusals.values() if each is not None)
    if len(refused) == len(everything):
        told = [each for each in refused if each.reason != "not_selected"]
        reasons = ", ".join(f"{each.asset} ({each.reason} {each.detail})".replace(" )", ")") for each in told)
        kind = NotNow if any(each.reason == "outside_window" for each in told) else Refused
        raise kind(f"không tài sản nào được phép rà quét: {reasons}", f"no asset may be scanned: {reasons}")
    policy_of = {asset.id: workspace.policy_of(asset, policy) for asset in everything}
    settled = tuple(replace(asset, policy=policy_of[asset.id].id) for asset in everything)
    allowed = tuple(asset for asset in settled if refusals[asset.id] is None)
    return Order(
        inventory=replace(workspace.inventory, assets=settled),
        assets=allowed,
        policy_of={asset.id: policy_of[asset.id] for asset in allowed},
        waivers=workspace.waivers,
        vantage=vantage,
        refused=refused,
    )


def order_of(run_id: str, recorder: "Recorder") -> Order:
    """What a run was to look at, as it was settled when it was opened. Raises UnknownRun, Damaged."""
    facts, inventory, policies = (
        recorder.run(run_id),
        inventory_of(recorder.inventory(run_id)),
        recorder.policies(run_id),
    )
    excluded = {asset for asset, _, _ in facts.exclusions}
    assets = tuple(each for each in inventory.assets if each.id not in excluded)
    policy_of = {each.id: policies[each.policy or ""] for each in assets}
    return Order(inventory, assets, policy_of, recorder.waivers(run_id), facts.vantage, purpose=facts.purpose)


def probe_set(
    section: ScanSection, scope: Scope, vantage: str, politeness: Politeness, gently: bool = False
) -> dict[type, Probe]:
    """One probe of each kind under a scope, by the class of its targets; for second looks they are gentler."""
    contact = f"; {section.contact}" if section.contact else ""
    agent = f"Khien/{VERSION} (compliance scan{contact})"
    limits = section.limits().gentler() if gently else section.limits()
    context = ProbeContext(scope, vantage, limits, agent, section.dns.resolvers, politeness)
    return {probe.kind: probe(context) for probe in (DnsProbe, PortsProbe, TlsProbe, HttpProbe)}


def needs_of(policy: Policy) -> TlsNeeds:
    """What all controls of a policy together must know of a TLS endpoint, whatever asset it belongs to."""
    found = TlsNeeds()
    for control in policy.controls:
        check = by_id(control.check)
        if check.needs is not None:
            found |= check.needs(check.parameters(control.params))
    return found


def look(
    run_id: str,
    order: Order,
    config: Config,
    recorder: "Recorder",
    current: Inventory,
    questions: Sequence[Question] = (),
) -> None:
    """Look at everything that the run has not recorded yet, with progress on standard error.

    What is left of an asset whose permission has ended since the run was opened, or that the `current` inventory no
    longer allows, is recorded as out of scope. Raises Refused outside an asset's window, and Interrupted where a
    window or a permission ends meanwhile, at the emergency stop, and where one of the `questions` says so.
    """
    now = datetime.now(UTC)
    refused = {asset.id: _refused_now(asset, order, current, now) for asset in order.assets}
    for each in refused.values():
        if each is not None and each.reason == "outside_window":
            where = f"{each.asset} {each.detail}"
            raise Refused(f"ngoài khung giờ: {where}", f"outside the window: {where}")
    allowed = tuple(asset for asset in order.assets if refused[asset.id] is None)
    with (
        closing(config.scan.politeness()) as politeness,
        Watch((halted, _cancelled(run_id), _authorised(allowed, order), *questions)) as watch,
        scan_progress() as progress,
    ):

        def engine_for(resolved: Mapping[str, tuple[str, ...]], gently: bool) -> Engine:
            scope = RunScope(order.inventory, allowed, resolved)
            probes = probe_set(config.scan, scope, order.vantage, politeness, gently)
            return LocalEngine(probes, config.scan.limits().scan_at_once, watch.may_start)

        may_go_on = watch.may_go_on
        try:
            for step in scan(run_id, order.assets, order.policy_of, engine_for, recorder, may_go_on, order.quick):
                if step.evidence is None:
                    progress.expect(step.pending)
                else:
                    progress.advance(step.evidence)
                    _log_failure(run_id, step.evidence)
        except KeyboardInterrupt:
            watch.settle()  # it was the watch that interrupted
            raise
        finally:
            _tell_slowed(run_id, politeness)
        watch.settle()


def _tell_slowed(run_id: str, politeness: Politeness) -> None:
    """Which servers slowed down or refused under the scan, and how slowly they were asked then."""
    for address, rate in politeness.slowed().items():
        log("address.slowed", logging.WARNING, run=run_id, address=address, connections_per_second=rate)
        note(
            say(
                f"{address}: máy chủ trả lời chậm dần hoặc từ chối; đã giảm còn {rate} kết nối mỗi giây",
                f"{address}: the server slowed down or refused; connections a second were brought down to {rate}",
            )
        )


def halted() -> Ending | None:
    """Whether the emergency stop stands, with who and why."""
    from history import stop

    found = stop.standing()
    if found is None:
        return None
    who = f"{found.by}, {found.at.astimezone(LOCAL):%Y-%m-%d %H:%M}" + (f": {found.detail}" if found.detail else "")
    text = Text(
        f"dừng khẩn cấp ({who}); bỏ lệnh bằng khien stop --release",
        f"emergency stop ({who}); lifted by khien stop --release",
    )
    return Ending("halted", text)


def _cancelled(run_id: str) -> Question:
    """Whether somebody has cancelled the run. Looks under way are waited for."""

    def ended() -> Ending | None:
        from history import cancels

        found = cancels.cancelled(run_id)
        if found is None:
            return None
        who = found.by + (f": {found.detail}" if found.detail else "")
        return Ending("cancelled", Text(f"đợt đã bị hủy ({who})", f"the run was cancelled ({who})"), at_once=False)

    return ended


def _log_failure(run_id: str, seen: Evidence) -> None:
    if isinstance(seen.observation, ProbeFailure):
        reason, detail = seen.observation.reason, seen.observation.detail
        log("look.failed", logging.DEBUG, run=run_id, target=seen.sighting.target.key, reason=reason, detail=detail)


def _refused_now(asset: Asset, order: Order, current: Inventory, now: datetime) -> RefusedAsset | None:
    """Why an asset of a run may not be looked at now, by the run's own inventory or by today's."""
    found = refusal(asset, order.inventory, order.vantage, now)
    if found is not None:
        return found
    today = next((each for each in current.assets if each.id == asset.id), None)
    return RefusedAsset(asset.id, "retired") if today is None else refusal(today, current, order.vantage, now)


def _authorised(allowed: tuple[Asset, ...], order: Order) -> Question:
    """Whether every asset of a run may still be looked at; each authorisation is asked for one of its assets."""
    by_permission = {order.inventory.authorisation(asset): asset for asset in allowed}

    def ended() -> Ending | None:
        now = datetime.now(UTC)
        for asset in by_permission.values():
            closed = refusal(asset, order.inventory, order.vantage, now)
            if closed is not None:
                why = f"{closed.reason} {closed.detail}".rstrip()
                text = Text(
                    f"{closed.asset} không còn được phép rà quét ({why})",
                    f"{closed.asset} may no longer be scanned ({why})",
                )
                return Ending("authorisation", text)
        return None

    return ended


def judge(
    run_id: str,
    order: Order,
    recorder: "Recorder",
    data: ReferenceData,
    as_of: datetime,
    ages: Mapping[InstanceKey, date] | None = None,
) -> tuple[Finding, ...]:
    """Findings of everything that the run recorded, with these ages, or with those that history knows.

    Dates (first seen, due, waivers) are those of the local calendar at `as_of`.
    """
    as_of = as_of.astimezone(LOCAL)
    evidence = recorder.evidence(run_id)
    ages = recorder.first_seen(run_id) if ages is None else ages
    findings: list[Finding] = []
    policies = {policy.id: policy for policy in order.policy_of.values()}
    before = recorder.evidence_before(run_id, compared(policies.values(), evidence))
    for policy in policies.values():
        own = [asset for asset in order.assets if order.policy_of[asset.id].id == policy.id]
        others = [asset for asset in order.assets if order.policy_of[asset.id].id != policy.id]
        judged = evaluate(policy, own, evidence, order.waivers, as_of, data, others, before)
        findings += with_ages(judged, policy, ages, as_of.date())
    return tuple(sorted(findings, key=lambda each: (each.asset, each.control)))


def rule_versions() -> dict[str, int]:
    """Every rule with its version, as a run pins them."""
    return {check.id: check.version for check in REGISTRY}
