"""Observations, findings and risks of an OSCAL file (pure)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from checks.check import place
from checks.evaluate import evidence_of
from checks.model.evidence import Evidence, ProbeFailure
from checks.model.finding import EvidenceRef, Finding, Instance, WaiverNote
from checks.model.text import Language
from reports.formats.clean import CUT, line
from reports.formats.identity import uuid_of
from reports.formats.nodes import Node, present, utc
from reports.formats.oscal_parts import (
    asset_uuid,
    fix_uuid,
    markup,
    objective_id,
    own,
    prop,
    sentence,
    token,
    tool_uuid,
)
from reports.formats.statements import Statement, StatementKey, remedy
from reports.messages import exchange, labels
from reports.messages.figures import VIETNAM_TIME
from reports.messages.telling import tell
from reports.model import AgencyReport, AssetReport

OSCAL = "http://csrc.nist.gov/ns/oscal"
"""The system of names that OSCAL itself gives for the facets of a risk."""
KHIEN = "khien"
"""The tool that judges, among the tools of a run."""
TOLD = 20
"""Faults of a finding that its description names."""
DAY_END = time(23, 59, 59, tzinfo=VIETNAM_TIME)
"""What is due on a day is due until its end."""


class Findings:
    """Every finding of a report as OSCAL has a place for it."""

    def __init__(self, report: AgencyReport, language: Language, known: Mapping[StatementKey, Statement]) -> None:
        self.report, self.language, self.known = report, language, known
        self.disputed = {(each.asset, each.control) for each in report.disputes if each.state == "open"}

    def observations(self) -> Iterator[Node]:
        """One for each look."""
        subjects: dict[str, list[str]] = {key: [] for key in self.report.evidence}
        for asset in self.report.assets:
            keys = {target.key for target in evidence_of(asset.asset, self.report.evidence)}
            keys.update(each.target for finding in asset.findings for each in finding.evidence)
            for key in keys & subjects.keys():
                subjects[key].append(asset.asset.id)
        for key, found in sorted(self.report.evidence.items()):
            yield self._look(key, found, subjects[key])

    def unjudged(self) -> Iterator[Node]:
        """One for each finding that is neither compliant nor non-compliant, or that does not count yet."""
        for _, finding in self._all(counted=False):
            yield present(
                {
                    "uuid": self._uuid("observation", finding),
                    "title": self._title(finding),
                    "description": self._said(finding),
                    "props": [*self._about(finding), *self._faults(finding)],
                    "methods": ["TEST" if finding.evidence else "EXAMINE"],
                    "types": ["control-objective"],
                    "origins": self._origins(),
                    "subjects": [self._subject(finding.asset)],
                    "relevant-evidence": [self._evidence(each) for each in finding.evidence],
                    "collected": utc(self.report.run.finished),
                }
            )

    def findings(self) -> Iterator[Node]:
        """One for each finding that counts, satisfied or not."""
        for asset, finding in self._all(counted=True):
            statement = self.known.get((asset.policy.id, finding.control))
            seen = [each.target for each in finding.evidence if each.target in self.report.evidence]
            satisfied = finding.verdict == "pass"
            yield present(
                {
                    "uuid": self._uuid("finding", finding),
                    "title": self._title(finding),
                    "description": self._said(finding),
                    "props": [*self._about(finding), *self._faults(finding)],
                    "origins": self._origins(),
                    "target": {
                        "type": "objective-id",
                        "target-id": objective_id(statement.id if statement else finding.control),
                        "status": {
                            "state": "satisfied" if satisfied else "not-satisfied",
                            "reason": "pass" if satisfied else "fail",
                        },
                    },
                    "related-observations": [{"observation-uuid": self._look_uuid(key)} for key in seen],
                    "related-risks": [] if satisfied else [{"risk-uuid": risk_uuid(self.report, finding)}],
                }
            )

    def risks(self) -> Iterator[Node]:
        """One for each finding that is not satisfied; its name is the same from run to run."""
        for asset, finding in self._all(counted=True):
            if finding.verdict == "fail":
                yield self._risk(finding, self.known.get((asset.policy.id, finding.control)))

    def _risk(self, finding: Finding, statement: Statement | None) -> Node:
        control = statement.control if statement else None
        seen = [each.target for each in finding.evidence if each.target in self.report.evidence]
        return present(
            {
                "uuid": risk_uuid(self.report, finding),
                "title": markup(control.title.in_(self.language) if control else finding.control),
                "description": self._said(finding),
                "statement": markup(control.rationale.in_(self.language) if control else finding.control),
                "props": [
                    own("asset", finding.asset),
                    own("control", finding.control),
                    *self._waiver(finding.waiver),
                    *([prop("false-positive", "pending")] if self._is_disputed(finding) else ()),
                ],
                "status": self._status(finding),
                "characterizations": [
                    {
                        "origin": self._origins()[0],
                        "facets": [{"name": "severity", "system": OSCAL, "value": finding.severity}],
                    }
                ],
                "mitigating-factors": self._measures(finding),
                "deadline": _deadline(finding.due) if finding.due else None,
                "remediations": [self._remediation(finding, statement)] if statement else [],
                "related-observations": [{"observation-uuid": self._look_uuid(key)} for key in seen],
            }
        )

    def _status(self, finding: Finding) -> str:
        if finding.waiver is not None:
            return "deviation-approved"
        return "deviation-requested" if self._is_disputed(finding) else "open"

    def _is_disputed(self, finding: Finding) -> bool:
        return finding.waiver is None and (finding.asset, finding.control) in self.disputed

    def _waiver(self, note: WaiverNote | None) -> Iterator[Node]:
        if note is None:
            return
        yield prop("accepted" if note.kind == "waiver" else "false-positive", "approved")
        yield own("waiver", note.id, group="waiver", kind=note.kind.replace("_", "-"), remarks=note.justification)
        yield own("valid-until", note.valid_until.isoformat(), group="waiver")
        yield own("approved-by", note.approved_by, group="waiver")

    def _measures(self, finding: Finding) -> list[Node]:
        if finding.waiver is None or not finding.waiver.compensating_measure:
            return []
        measure = markup(finding.waiver.compensating_measure, 4000)
        return [{"uuid": self._uuid("measure", finding), "description": measure}]

    def _remediation(self, finding: Finding, statement: Statement) -> Node:
        return {
            "uuid": self._uuid("remediation", finding),
            "lifecycle": "recommendation",
            "title": labels.FIX.in_(self.language),
            "description": markup(remedy(statement.control, self.language), 4000),
            "links": [{"href": f"#{fix_uuid(statement)}", "rel": "reference"}],
        }

    def _look(self, key: str, found: Evidence, assets: list[str]) -> Node:
        sighting, language = found.sighting, self.language
        description = exchange.SAW.in_(language)
        if isinstance(found.observation, ProbeFailure):
            reason = tell(found.observation.reason, {"detail": found.observation.detail}, language)
            description = exchange.COULD_NOT_LOOK.in_(language).format(reason=reason)
        where, vantage = line(place(sighting.target), 300), line(sighting.vantage, 200)
        return present(
            {
                "uuid": self._look_uuid(key),
                "title": sentence(exchange.LOOKED_AT, language, where=where, vantage=vantage),
                "description": markup(description),
                "props": [
                    own("target", key),
                    own("kind", found.observation.kind),
                    own("started", utc(sighting.started)),
                    own("connections", sighting.connections),
                    *(own("tool", version, kind=token(name)) for name, version in sorted(sighting.tools.items())),
                ],
                "methods": ["TEST"],
                "types": ["discovery"],
                "origins": self._origins(),
                "subjects": [self._subject(each) for each in sorted(assets)],
                "relevant-evidence": [self._evidence(EvidenceRef(key, sighting.observation))],
                "collected": utc(sighting.finished),
            }
        )

    def _evidence(self, found: EvidenceRef) -> Node:
        return {
            "description": markup(exchange.SAW.in_(self.language)),
            "props": [own("digest", found.observation), own("target", found.target)],
        }

    def _about(self, finding: Finding) -> Iterator[Node]:
        yield own("asset", finding.asset)
        yield own("control", finding.control)
        yield own("verdict", finding.verdict.replace("_", "-"))
        yield own("severity", finding.severity)
        yield own("reason", finding.reason)
        yield own("check", f"{finding.check} {finding.check_version}")
        if finding.announced is not None:
            yield own("announced", finding.announced.isoformat())
        for command in finding.reproduce:
            yield own("reproduce", line(command, 4000))

    def _faults(self, finding: Finding) -> Iterator[Node]:
        """Each fault and each gap as a group of properties."""
        for index, instance in enumerate(_sorted(finding), start=1):
            yield from self._fault(f"instance-{index}", instance)
        for index, gap in enumerate(finding.gaps, start=1):
            group, said = f"gap-{index}", tell(gap.reason, gap.params, self.language)
            yield own("gap", gap.reason, group=group, remarks=said)
            yield own("target", gap.target, group=group)

    def _fault(self, group: str, instance: Instance) -> Iterator[Node]:
        said = tell(instance.reason, instance.params, self.language)
        yield own("instance", line(instance.key, 300), group=group, kind=token(instance.reason), remarks=said)
        yield own("target", instance.target, group=group)
        if instance.first_seen is not None:
            yield own("first-seen", instance.first_seen.isoformat(), group=group)
        if instance.due is not None:
            yield own("due", instance.due.isoformat(), group=group)

    def _all(self, *, counted: bool) -> Iterator[tuple[AssetReport, Finding]]:
        for asset in self.report.assets:
            for finding in asset.findings:
                if counted == (finding.announced is None and finding.verdict in ("pass", "fail")):
                    yield asset, finding

    def _said(self, finding: Finding) -> str:
        """What was found: each fault of the first few in a line, and every one of them among the properties."""
        said = [tell(each.reason, each.params, self.language) for each in _sorted(finding)[:TOLD]]
        if len(finding.instances) > TOLD:
            said.append(CUT)
        return "\n\n".join(map(markup, said or [tell(finding.reason, finding.params, self.language)]))

    def _title(self, finding: Finding) -> str:
        verdict = labels.VERDICT_NAMES[finding.verdict].in_(self.language)
        return sentence(exchange.AT, self.language, control=finding.control, asset=finding.asset, verdict=verdict)

    def _uuid(self, what: str, finding: Finding) -> str:
        return uuid_of(what, self.report.run.id, self.report.agency.id, finding.asset, finding.control)

    def _look_uuid(self, key: str) -> str:
        return uuid_of("look", self.report.run.id, self.report.agency.id, key)

    def _subject(self, asset: str) -> Node:
        return {"subject-uuid": asset_uuid(self.report, asset), "type": "inventory-item"}

    def _origins(self) -> list[Node]:
        return [{"actors": [{"type": "tool", "actor-uuid": tool_uuid(self.report, KHIEN)}]}]


def _sorted(finding: Finding) -> list[Instance]:
    return sorted(finding.instances, key=lambda each: each.key)


def risk_uuid(report: AgencyReport, finding: Finding) -> str:
    """The name of what a fault at an asset means, in every run."""
    return uuid_of("risk", report.agency.id, finding.asset, finding.control)


def _deadline(due: date) -> str:
    return datetime.combine(due, DAY_END).isoformat()
