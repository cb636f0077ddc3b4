"""Evidence and a policy in, findings out: every control gives exactly one finding an asset.

Nothing is ever missing: without evidence a control is not assessable, and so it is where its rule raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from checks.check import Check, Reads, Subject, usual_command
from checks.model.asset import Asset
from checks.model.evidence import DnsObservation, Evidence, Observation, ProbeFailure
from checks.model.finding import EvidenceRef, Finding, Gap, Instance, Outcome, not_applicable, not_assessable
from checks.model.keys import KeyUses
from checks.model.policy import Control, Policy, When
from checks.model.reference import ReferenceData
from checks.model.target import DnsTarget, PortsTarget, Target, TlsTarget, names_of, targets_of
from checks.model.waiver import Waiver
from checks.registry import by_id
from checks.tls.keys import key_uses
from checks.waivers import overlay

_SOMEWHERE = "192.0.2.0"
"""Stands for the address that a name turned out not to have (RFC 5737); it is nobody's, and nothing is sent there."""
NOTHING: Mapping[str, Evidence] = MappingProxyType({})
"""No evidence at all."""


def evaluate(
    policy: Policy,
    assets: Iterable[Asset],
    evidence: Mapping[str, Evidence],
    waivers: Sequence[Waiver],
    as_of: datetime,
    data: ReferenceData,
    neighbours: Iterable[Asset] = (),
    before: Mapping[str, Evidence] = NOTHING,
) -> tuple[Finding, ...]:
    """Judge assets under a policy.

    `evidence` is by target key. `neighbours` are the other assets of the estate, under other policies: what those in
    use expect at an address that they share is expected there. `before` is what the looks of an earlier run saw, by
    target key; a look from another vantage is left out, for it sees another side. The same arguments, in whatever
    order, give the same findings, in the order of asset and control id. Raises KeyError where the policy names a rule
    that does not exist (the loader refuses such a policy).
    """
    chosen = sorted(assets, key=lambda each: each.id)
    estate = {each.id: each for each in (*neighbours, *chosen)}
    seen = {each.id: evidence_of(each, evidence) for each in estate.values()}
    standing = _standing(estate.values(), seen)
    keys = _keys(policy, estate.values(), seen)
    demands = [_demand(control) for control in policy.controls]
    findings = []
    for asset in chosen:
        case = _Case(asset, seen[asset.id], standing, keys, as_of, data, before)
        for demand in demands:
            findings.append(overlay(_judge(policy, demand, case), waivers, as_of.date()))
    return tuple(findings)


def evidence_of(asset: Asset, evidence: Mapping[str, Evidence]) -> dict[Target, Evidence | None]:
    """Every target of an asset with what was seen there, None where nothing was looked at."""
    addresses = {}
    for name in names_of(asset):
        found = evidence.get(DnsTarget(name).key)
        if found and isinstance(found.observation, DnsObservation):
            addresses[name] = found.observation.addresses
    return {target: evidence.get(target.key) for target in targets_of(asset, addresses)}


def compared(policies: Iterable[Policy], evidence: Mapping[str, Evidence]) -> tuple[str, ...]:
    """Keys of the targets whose earlier look rules of the policies read."""
    checks = [by_id(control.check) for policy in policies for control in policy.controls]
    kinds = {check.reads for check in checks if check.compares}
    return tuple(sorted(key for key, each in evidence.items() if _kind(each.sighting.target) in kinds))


def applies(when: When, asset: Asset) -> bool:
    """Whether a control concerns an asset."""
    return (
        (not when.levels or asset.level in when.levels)
        and (not when.tags or not set(when.tags).isdisjoint(asset.tags))
        and (not when.zones or asset.zone in when.zones)
    )


@dataclass(frozen=True, slots=True)
class _Demand:
    """One control with what is the same for every asset."""

    control: Control
    check: Check[Any, Any]
    params: Any
    """The rule's own type; None where the control's parameters are not of it."""
    broken: Outcome | None = None
    """What is said wherever the rule would have been asked with parameters that are wrong."""


def _demand(control: Control) -> _Demand:
    check = by_id(control.check)
    try:
        return _Demand(control, check, check.parameters(control.params))
    except Exception as error:  # as in `_ask`
        return _Demand(control, check, None, _broken(error))


@dataclass(frozen=True, slots=True)
class _Case:
    """One asset with all that its controls are judged on."""

    asset: Asset
    seen: Mapping[Target, Evidence | None]
    standing: Mapping[str, tuple[Asset, ...]]
    keys: KeyUses
    as_of: datetime
    data: ReferenceData
    before: Mapping[str, Evidence]
    subjects: dict[tuple[Target, bool], Subject[Any]] = field(default_factory=dict)
    """What rules were shown so far, by target and by whether keys are compared."""
    by_kind: dict[Reads, tuple[tuple[Target, ...], tuple[tuple[Target, Outcome], ...]]] = field(default_factory=dict)
    """Targets of a kind and the gaps of names that led nowhere, as far as they were asked for."""

    def read(self, reads: Reads) -> tuple[tuple[Target, ...], tuple[tuple[Target, Outcome], ...]]:
        """The targets of a kind, and a gap for every name that led to none."""
        if reads not in self.by_kind:
            targets = tuple(target for target in self.seen if _kind(target) == reads)
            self.by_kind[reads] = targets, tuple(_unresolved(reads, self))
        return self.by_kind[reads]

    def subject(self, target: Target, found: Evidence, compares_keys: bool) -> Subject[Any]:
        """What a rule is shown of a target."""
        known = self.subjects.get((target, compares_keys))
        if known is None:
            known = self.subjects[target, compares_keys] = Subject(
                asset=self.asset,
                target=target,
                sighting=found.sighting,
                observation=found.observation,
                as_of=self.as_of,
                data=self.data,
                keys=self.keys if compares_keys else {},
                others=tuple(each for each in self.seen.values() if each is not None),
                neighbours=tuple(each for each in self.standing.get(target.key, ()) if each.id != self.asset.id),
                before=self.earlier(found),
            )
        return known

    def earlier(self, found: Evidence) -> Observation | None:
        """What was seen of the same target before, from the same vantage."""
        known = self.before.get(found.sighting.target.key)
        return known.observation if known and known.sighting.vantage == found.sighting.vantage else None


def _standing(assets: Iterable[Asset], seen: Mapping[str, Mapping[Target, Any]]) -> dict[str, tuple[Asset, ...]]:
    """The assets in use that stand on each target, by its key and in the order of their ids."""
    found: dict[str, list[Asset]] = {}
    for asset in sorted(assets, key=lambda each: each.id):
        for target in seen[asset.id] if asset.status == "active" else ():
            found.setdefault(target.key, []).append(asset)
    return {key: tuple(each) for key, each in found.items()}


def _keys(policy: Policy, assets: Iterable[Asset], seen: Mapping[str, Mapping[Target, Evidence | None]]) -> KeyUses:
    """The keys of the assets in use, where a control compares them: reading every certificate takes its time."""
    if not any(by_id(control.check).compares_keys for control in policy.controls):
        return {}
    return key_uses((asset, seen[asset.id]) for asset in assets if asset.status == "active")


def _judge(policy: Policy, demand: _Demand, case: _Case) -> Finding:
    outcomes: dict[Target | None, Outcome]
    if not applies(demand.control.when, case.asset):
        outcomes = {None: not_applicable("outside_when")}
    else:
        outcomes = dict(_outcomes(demand, case))
    return _merge(policy, demand.control, demand.check, case, outcomes)


def _outcomes(demand: _Demand, case: _Case) -> Iterable[tuple[Target | None, Outcome]]:
    targets, unresolved = case.read(demand.check.reads)
    yield from unresolved
    if not targets and not unresolved:
        yield None, _nothing_to_read(demand, case.asset)
    for target in targets:
        found = case.seen[target]
        if found is None:
            yield target, not_assessable("not_looked_at")
            continue
        yield target, _ask(demand, case.subject(target, found, demand.check.compares_keys))


def _ask(demand: _Demand, subject: Subject[Any]) -> Outcome:
    failure = subject.observation if isinstance(subject.observation, ProbeFailure) else None
    if demand.broken is not None:
        return demand.broken
    try:
        if failure is None:
            return demand.check.judge(subject, demand.params)
        if demand.check.on_failure is not None:
            return demand.check.on_failure(subject, demand.params)
    except Exception as error:  # a rule that breaks must not make a finding vanish
        return _broken(error)
    return not_assessable(failure.reason, detail=failure.detail)


def _nothing_to_read(demand: _Demand, asset: Asset) -> Outcome:
    if demand.check.without is None:
        return not_applicable("no_such_service", kind=demand.check.reads)
    if demand.broken is not None:
        return demand.broken
    try:
        return demand.check.without(asset, demand.params)
    except Exception as error:  # as above
        return _broken(error)


def _broken(error: Exception) -> Outcome:
    return not_assessable("rule_failed", error=f"{type(error).__name__}: {error}"[:200])


def _unresolved(reads: Reads, case: _Case) -> Iterable[tuple[Target, Outcome]]:
    """A gap for every name that led to no address, where the rule would have read something behind it.

    Without it an asset whose second host cannot be found would pass on what was seen of the first.
    """
    for name in names_of(case.asset):
        target = DnsTarget(name)
        found = case.seen[target]
        observation = found.observation if found else None
        if isinstance(observation, DnsObservation) and observation.addresses:
            continue
        behind = targets_of(case.asset, {name: (_SOMEWHERE,)})
        if reads not in {_kind(each) for each in behind if not isinstance(each, DnsTarget)}:
            continue
        if isinstance(observation, ProbeFailure):
            yield target, not_assessable(observation.reason, detail=observation.detail)
        else:
            yield target, not_assessable(_without_address(observation))


def _without_address(observation: Observation | None) -> str:
    if not isinstance(observation, DnsObservation):
        return "not_looked_at"
    # A resolver that validates refuses to give the addresses of a name whose signatures are wrong.
    return "dns_failed" if observation.dnssec is not None and observation.dnssec.bogus else "name_not_found"


def _merge(
    policy: Policy,
    control: Control,
    check: Check[Any, Any],
    case: _Case,
    outcomes: Mapping[Target | None, Outcome],
) -> Finding:
    """One finding of the outcomes at all places: a fail anywhere is a fail; a gap anywhere is never a pass."""
    verdicts = {outcome.verdict for outcome in outcomes.values()}
    verdict = next(v for v in ("fail", "not_assessable", "pass", "not_applicable") if v in verdicts)
    speaking = next(outcome for outcome in outcomes.values() if outcome.verdict == verdict)
    instances = tuple(
        replace(instance, target=target.key if target else "")
        for target, outcome in outcomes.items()
        for instance in outcome.instances
    )
    return Finding(
        asset=case.asset.id,
        agency=case.asset.agency,
        control=control.id,
        check=check.id,
        check_version=check.version,
        policy=policy.id,
        severity=control.severity,
        verdict=verdict,
        reason=speaking.reason,
        params=speaking.params,
        instances=_unique(instances),
        gaps=tuple(_gaps(outcomes)),
        evidence=tuple(_references(case, outcomes)),
        reproduce=_commands(check, outcomes),
        announced=control.announced_on(case.as_of.date()),
    )


def _gaps(outcomes: Mapping[Target | None, Outcome]) -> Iterable[Gap]:
    for target, outcome in outcomes.items():
        if outcome.verdict == "not_assessable":
            yield Gap(target.key if target else "", outcome.reason, outcome.params)


def _references(case: _Case, outcomes: Mapping[Target | None, Outcome]) -> Iterable[EvidenceRef]:
    for target in outcomes:
        found = case.seen.get(target) if target else None
        if target and found:
            yield EvidenceRef(target.key, found.sighting.observation)


def _unique(instances: tuple[Instance, ...]) -> tuple[Instance, ...]:
    """Instances by key; the same key from two targets (one URL at two addresses) is told apart by the target.

    Should one target give a key twice, it is counted: no instance is ever lost.
    """
    seen: dict[str, Instance] = {}
    for instance in instances:
        key = base = instance.key if instance.key not in seen else f"{instance.key} [{instance.target}]"
        count = 1
        while key in seen:
            count += 1
            key = f"{base} #{count}"
        seen[key] = replace(instance, key=key)
    return tuple(seen[key] for key in sorted(seen))


@lru_cache(maxsize=64)
def _usual(target: Target) -> str:
    """The usual command; of an asset's targets most controls ask for it, one after the other."""
    return usual_command(target)


def _commands(check: Check[Any, Any], outcomes: Mapping[Target | None, Outcome]) -> tuple[str, ...]:
    command = check.reproduce or usual_command
    commands: dict[str, None] = {}
    for target, outcome in outcomes.items():
        if target is not None and check.reproduce is None and not isinstance(target, PortsTarget):
            commands[_usual(target)] = None  # only a port is a part of it
        elif target is not None:
            for instance in outcome.instances or (None,):
                commands[command(target, instance)] = None
    return tuple(commands)


def _kind(target: Target) -> Reads:
    match target:
        case DnsTarget():
            return "dns"
        case PortsTarget():
            return "ports"
        case TlsTarget():
            return "tls"
        case _:
            return "https" if target.scheme == "https" else "http"
