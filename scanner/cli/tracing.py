"""From a verdict to what it rests on: the looks, what they saw, and what the policy of that day asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model.canonical import canonical, digest, dump, plain
from checks.model.evidence import Evidence
from checks.model.finding import Finding, Instance
from checks.model.policy import Control, Policy
from checks.model.target import DnsTarget, Target
from reports.excerpts import excerpt
from scanner.cli.language import LANGUAGE, say
from scanner.cli.moments import shown

EXCERPTS = 20
"""Lines of one observation that the terminal shows; --json has the whole observation."""


def keys(findings: Sequence[Finding]) -> list[str]:
    """Of the targets that findings rest on."""
    return sorted({each.target for finding in findings for each in finding.evidence})


def told(
    finding: Finding, run: str, evidence: Mapping[str, Evidence], policies: Mapping[str, Policy]
) -> dict[str, Any]:
    """A finding in JSON types, with `run`, `looks` and `demand`."""
    policy = policies.get(finding.policy)
    control = None if policy is None else policy.control(finding.control)
    looks = [evidence[each.target] for each in finding.evidence if each.target in evidence]
    return {
        **plain(finding),
        "run": run,
        "looks": [
            {
                "sighting": plain(each.sighting),
                "address": _address(each.sighting.target),
                "observation": plain(each.observation),
                "excerpts": _excerpts(each, finding.instances),
            }
            for each in looks
        ],
        "demand": None
        if policy is None or control is None
        else {
            "policy": {"id": policy.id, "version": policy.version, "digest": digest(dump(policy))},
            "control": plain(control),
        },
    }


def look_lines(finding: Finding, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    """When, from where and with what each target was looked at, and the part of the answer that fails."""
    for reference in finding.evidence:
        seen = evidence.get(reference.target)
        yield f"{reference.target} {reference.observation}"
        if seen is None:
            continue
        sighting = seen.sighting
        tools = ", ".join(f"{name} {version}" for name, version in sorted(sighting.tools.items()))
        address = _address(sighting.target)
        yield (
            "  "
            + say(
                f"{shown(sighting.started)}, từ {sighting.vantage}" + (f", tới {address}" if address else ""),
                f"{shown(sighting.started)}, from {sighting.vantage}" + (f", to {address}" if address else ""),
            )
            + (f" ({tools})" if tools else "")
        )
        yield from (f"  {line}" for line in _excerpts(seen, finding.instances)[:EXCERPTS])


def demand_lines(policy: Policy, control: Control) -> Iterator[str]:
    """What the policy asked, why, and on what ground."""
    yield f"{policy.id} {policy.version} {digest(dump(policy))}: {control.title.in_(LANGUAGE)}"
    yield f"  {control.check} {dump_params(control)}"
    yield say("  Vì sao: ", "  Why: ") + control.rationale.in_(LANGUAGE)
    for basis in control.basis:
        yield say("  Căn cứ: ", "  Basis: ") + " ".join(filter(None, (basis.document, basis.clause)))
    yield say("  Khắc phục: ", "  Fix: ") + (control.remediation.vi if LANGUAGE == "vi" else control.remediation.en)


def dump_params(control: Control) -> str:
    """The parameters of a control's rule as JSON."""
    return canonical(dict(control.params)).decode()


def _excerpts(seen: Evidence, instances: Sequence[Instance]) -> list[str]:
    """Lines of what was seen, one for each fault that was seen there."""
    own = [each for each in instances if each.target == seen.sighting.target.key]
    lines = (excerpt(seen.observation, each) for each in own)
    return list(dict.fromkeys(line for line in lines if line is not None))


def _address(target: Target) -> str | None:
    """The address that was looked at; a name is asked of resolvers."""
    return None if isinstance(target, DnsTarget) else target.address
