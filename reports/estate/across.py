"""What agencies have in common: controls, causes, certificates, services, requirements over the estate (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from checks.model.finding import VERDICTS, Verdict
from checks.model.policy import SEVERITIES, Basis
from checks.score import WEIGHTS
from reports.causes import KINDS, Key, Suspect, shared
from reports.certificates import SeenCertificate
from reports.estate.model import (
    AgencySummary,
    ControlStanding,
    ControlTally,
    EstateCause,
    EstateCertificate,
    EstateService,
    Requirement,
    standing_of,
)

WEB_PORTS = (80, 443)
"""Open at any web server; no inventory needs to name them."""
Told = tuple[str, ControlTally]
"""The id of an agency, and how one control stands there."""


def controls(found: Iterable[AgencySummary]) -> tuple[ControlStanding, ...]:
    """The controls that fail somewhere: what takes most from the score first."""
    standings = [
        ControlStanding(
            control=told[0][1].control,
            counts=_counts(tally for _, tally in told),
            agencies=sum(tally.counts["fail"] > 0 for _, tally in told),
            waived=sum(tally.waived for _, tally in told),
        )
        for told in _by_control(found).values()
    ]
    return tuple(sorted((each for each in standings if each.agencies), key=_badness))


def _badness(standing: ControlStanding) -> tuple[int, int, int, str, str]:
    control, fails = standing.control, standing.counts["fail"]
    return -WEIGHTS[control.severity] * fails, SEVERITIES.index(control.severity), -fails, control.id, control.digest


def requirements(found: Iterable[AgencySummary]) -> tuple[Requirement, ...]:
    """The clauses of legislation that controls rest on, by document and clause; nothing that rests on less."""
    clauses: dict[tuple[str, str, str], tuple[Basis, list[Told]]] = {}
    for told in _by_control(found).values():
        for basis in told[0][1].control.basis:
            if basis.kind == "law":
                key = basis.document, basis.clause or "", basis.confidence
                clauses.setdefault(key, (basis, []))[1].extend(told)
    return tuple(_requirement(*clauses[key]) for key in sorted(clauses))


def _requirement(basis: Basis, told: Sequence[Told]) -> Requirement:
    by_agency: dict[str, list[ControlTally]] = {}
    due: Counter[date | None] = Counter()
    for agency, tally in told:
        by_agency.setdefault(agency, []).append(tally)
        due.update(tally.due)
    concerned = {agency: counts for agency, own in by_agency.items() if _applies(counts := _counts(own))}
    names = {tally.control.digest: tally.control for _, tally in told}
    return Requirement(
        document=basis.document,
        clause=basis.clause,
        confidence=basis.confidence,
        controls=tuple(sorted(names.values(), key=lambda each: (each.id, each.digest))),
        agencies={agency: standing_of(concerned[agency]) for agency in sorted(concerned)},
        counts=_counts(tally for _, tally in told),
        waived=sum(tally.waived for _, tally in told),
        due={each: due[each] for each in sorted(due, key=lambda each: each or date.max)},
    )


def _applies(counts: Mapping[Verdict, int]) -> bool:
    return any(counts[verdict] for verdict in VERDICTS if verdict != "not_applicable")


def causes(found: Sequence[AgencySummary]) -> tuple[EstateCause, ...]:
    """What several agencies' failed findings share, as `reports.causes` finds it for assets: most findings first."""
    faults = [
        (summary.agency.id, group.names, control, assets)
        for summary in found
        for group in summary.faults
        for control, assets in group.controls.items()
    ]
    groups: dict[Key, list[tuple[str, str, tuple[str, ...]]]] = {}
    suspects = [Suspect(control, agency, dict(names)) for agency, names, control, _ in faults]
    for key, (agency, _, control, assets) in zip(shared(suspects), faults, strict=True):
        if key is not None:
            groups.setdefault(key, []).append((agency, control, assets))
    ids = {tally.control.digest: tally.control.id for summary in found for tally in summary.controls}
    subjects = {each.fingerprint: each.subject for summary in found for each in summary.certificates}
    made = [
        EstateCause(
            kind=kind,
            name=name,
            subject=subjects.get(name, "") if kind == "certificate" else "",
            agencies=tuple(sorted({agency for agency, _, _ in own})),
            assets=tuple(sorted({asset for _, _, assets in own for asset in assets})),
            controls=tuple(sorted({ids[control] for _, control, _ in own})),
            findings=sum(len(assets) for _, _, assets in own),
        )
        for (kind, name), own in groups.items()
    ]
    return tuple(
        sorted(made, key=lambda each: (-each.findings, -len(each.agencies), KINDS.index(each.kind), each.name))
    )


def certificates(found: Iterable[AgencySummary]) -> tuple[EstateCertificate, ...]:
    """Every server certificate once: what ends first comes first."""
    seen: dict[str, SeenCertificate] = {}
    agencies: dict[str, list[str]] = {}
    for summary in found:
        for each in summary.certificates:
            known = seen.get(each.fingerprint)
            holders = {*each.assets, *(known.assets if known is not None else ())}
            seen[each.fingerprint] = replace(each, assets=tuple(sorted(holders)))
            agencies.setdefault(each.fingerprint, []).append(summary.agency.id)
    ordered = sorted(seen.values(), key=lambda each: (each.ends, each.fingerprint))
    return tuple(EstateCertificate(each, tuple(agencies[each.fingerprint])) for each in ordered)


def services(found: Iterable[AgencySummary]) -> tuple[EstateService, ...]:
    """Open ports by what answers: those that no inventory entry expects first, and of them the most frequent."""
    declared: dict[tuple[int, str], dict[str, bool]] = {}
    agencies: dict[tuple[int, str], set[str]] = {}
    for summary in found:
        for each in summary.services:
            key = each.port.port, each.port.service or ""
            addresses = declared.setdefault(key, {})
            expected = each.declared or each.port.port in WEB_PORTS
            addresses[each.address] = addresses.get(each.address, False) or expected
            agencies.setdefault(key, set()).add(summary.agency.id)
    made = [
        EstateService(
            port=port,
            service=service,
            addresses=len(addresses),
            agencies=tuple(sorted(agencies[port, service])),
            undeclared=sum(not each for each in addresses.values()),
        )
        for (port, service), addresses in declared.items()
    ]
    return tuple(sorted(made, key=lambda each: (-each.undeclared, -each.addresses, each.port, each.service)))


def _by_control(found: Iterable[AgencySummary]) -> dict[str, list[Told]]:
    """How each control stands at every agency, by the digest of the control."""
    told: dict[str, list[Told]] = {}
    for summary in found:
        for tally in summary.controls:
            told.setdefault(tally.control.digest, []).append((summary.agency.id, tally))
    return told


def _counts(tallies: Iterable[ControlTally]) -> dict[Verdict, int]:
    counts: Counter[Verdict] = Counter()
    for tally in tallies:
        counts.update(tally.counts)
    return {verdict: counts[verdict] for verdict in VERDICTS}
