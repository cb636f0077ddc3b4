"""Findings and facts in, one agency's report out (pure).

Nothing of another agency goes into it but the figures of those right below it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from checks.compare import InstanceKey, Side, compare, rules_of
from checks.evaluate import evidence_of
from checks.model.asset import Agency, Asset
from checks.model.canonical import digest, dump
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Policy
from checks.model.waiver import Dispute, Waiver
from checks.score import score
from checks.waivers import standings
from reports.ages import days_to_fix
from reports.messages.figures import local_date
from reports.model import AgencyReport, AssetReport, Letter, RunFacts, Snapshot, Unit

_UNSIGNED = Letter()
_NOTHING: Side[Finding] = Side(())


def build(
    run: RunFacts,
    agency: Agency,
    assets: Iterable[Asset],
    policies: Mapping[str, Policy],
    policy_of: Mapping[str, str],
    findings: Iterable[Finding],
    evidence: Mapping[str, Evidence],
    history: Sequence[Snapshot] = (),
    previous: Side[Finding] = _NOTHING,
    seen_before: Collection[InstanceKey] = (),
    waivers: Iterable[Waiver] = (),
    disputes: Iterable[Dispute] = (),
    units: Iterable[Unit] = (),
    letter: Letter = _UNSIGNED,
) -> AgencyReport:
    """The report of one agency on one run.

    Everything may be of the whole estate; what is not the agency's is left out. `policy_of` maps asset ids to ids of
    `policies`. An asset that the run excluded and that has no finding stands among the exclusions only.
    `previous` is the run before, without findings where there was none; `seen_before` are the faults of runs before
    this one (`checks.compare`). Of `waivers` and `disputes` those of the agency and its assets are told.
    `units` are the agencies right below it.
    Raises KeyError for an asset without a policy, ValueError where there is no policy at all.
    """
    own = sorted((each for each in assets if each.agency == agency.id), key=lambda each: each.id)
    ids = {each.id for each in own}
    exclusions = tuple(
        sorted((each for each in run.exclusions if each.asset in ids), key=lambda each: (each.asset, each.reason))
    )
    judged = tuple(_judged(own, findings, policies, policy_of, {each.asset for each in exclusions}))
    now = tuple(finding for each in judged for finding in each.findings)
    before = tuple(each for each in previous.findings if each.asset in ids or each.agency in agency.names)
    after = Side(now, rules_of(now, policies), {each.asset: each.reason for each in run.exclusions}, run.partial)
    compared = compare(replace(previous, findings=before), after, seen_before) if before else ()
    changes = tuple(each for each in compared if each.kind != "unchanged" and each.reason != "not_selected")
    granted = [each for each in waivers if each.asset in ids or (not each.asset and each.agency == agency.id)]
    policy = _policy(agency, judged, policies)
    return AgencyReport(
        run=replace(run, exclusions=exclusions),
        agency=agency,
        policy=policy,
        policy_digest=digest(dump(policy)),
        score=score(now),
        assets=judged,
        evidence=_evidence(judged, evidence),
        exclusions=exclusions,
        history=tuple(sorted(history, key=lambda each: each.started)),
        changes=changes,
        fixed_after=days_to_fix(changes, before, local_date(run.as_of)),
        waivers=standings(granted, now, local_date(run.as_of)),
        disputes=tuple(sorted((each for each in disputes if each.asset in ids), key=lambda each: each.id)),
        units=tuple(sorted(units, key=lambda each: each.id)),
        letter=letter,
    )


def _judged(
    assets: Sequence[Asset],
    findings: Iterable[Finding],
    policies: Mapping[str, Policy],
    policy_of: Mapping[str, str],
    excluded: Collection[str],
) -> Iterator[AssetReport]:
    by_asset: dict[str, list[Finding]] = {each.id: [] for each in assets}
    for finding in findings:
        if finding.asset in by_asset:
            by_asset[finding.asset].append(finding)
    for asset in assets:
        if by_asset[asset.id] or asset.id not in excluded:
            yield _asset(asset, policies[policy_of[asset.id]], by_asset[asset.id])


def _asset(asset: Asset, policy: Policy, findings: Iterable[Finding]) -> AssetReport:
    ordered = tuple(sorted(findings, key=lambda each: each.control))
    return AssetReport(asset, policy, score(ordered), ordered)


def _policy(agency: Agency, assets: Sequence[AssetReport], policies: Mapping[str, Policy]) -> Policy:
    """The agency's own policy; otherwise the one that most of its assets are judged under."""
    if agency.policy is not None and agency.policy in policies:
        return policies[agency.policy]
    used = Counter(each.policy.id for each in assets)
    if used:
        return policies[min(used, key=lambda name: (-used[name], name))]
    if not policies:
        raise ValueError("a report needs a policy")
    return policies[min(policies)]


def _evidence(assets: Iterable[AssetReport], evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """What the agency's findings point to, and what else was seen at its assets, by target key."""
    keys = {reference.target for each in assets for finding in each.findings for reference in finding.evidence}
    keys.update(target.key for each in assets for target in evidence_of(each.asset, evidence))
    return {key: evidence[key] for key in sorted(keys) if key in evidence}
