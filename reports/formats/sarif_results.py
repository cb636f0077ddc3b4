"""The results of a SARIF file: what each finding says, where, whether it is new, and what lies over it (pure)."""

from collections.abc import Iterator, Mapping

from checks.compare import Change, FindingKey
from checks.model.finding import Finding, Gap, Instance, Verdict, WaiverNote
from checks.model.policy import Severity
from checks.model.text import Language
from checks.model.waiver import Dispute
from reports.excerpts import excerpt
from reports.formats.clean import line
from reports.formats.identity import fingerprint, uuid_of
from reports.formats.nodes import Node, present
from reports.formats.statements import StatementKey
from reports.messages.figures import local_date
from reports.messages.telling import tell
from reports.model import AgencyReport, AssetReport

KINDS: dict[Verdict, str] = {
    "fail": "fail",
    "pass": "pass",
    "not_applicable": "notApplicable",
    "not_assessable": "open",
}
LEVELS: dict[Severity, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
FINGERPRINT = "khienInstance/v1"
"""SHA-256 of the id of the finding and the key of the instance (`fingerprint`): the same from run to run, as the ages
that history gives."""
KEY_LENGTH = 300
_STATES = {"still_there": "unchanged", "reason_changed": "updated"}
"""What a thing that failed before and still does is to the run before, by the reason of its change."""


class Results:
    """Every finding of a report as results."""

    def __init__(
        self,
        report: AgencyReport,
        language: Language,
        rules: Mapping[StatementKey, tuple[int, str]],
    ) -> None:
        """`rules` has the place and the id of the rule for each statement."""
        self.report, self.language, self.rules = report, language, rules
        self.today = local_date(report.run.as_of)
        self.changes: dict[FindingKey, Change] = {(each.asset, each.control): each for each in report.changes}
        self.compared = bool(report.changes or report.history)
        self.disputes = [each for each in report.disputes if each.state == "open"]

    def all(self) -> Iterator[Node]:
        """In the order of assets, controls and keys of instances."""
        for index, asset in enumerate(self.report.assets):
            for finding in asset.findings:
                for instance in sorted(finding.instances, key=lambda each: each.key) or (None,):
                    yield self._result(index, asset, finding, instance)

    def _result(self, index: int, asset: AssetReport, finding: Finding, instance: Instance | None) -> Node:
        said, key = instance or finding, instance.key if instance else ""
        kind = KINDS[finding.verdict] if finding.announced is None else "informational"
        place, rule = self.rules.get((asset.policy.id, finding.control), (None, finding.control))
        print_of = {FINGERPRINT: fingerprint(finding.id, key)}
        result = {
            "ruleId": rule,
            "ruleIndex": place,
            "kind": kind,
            "level": LEVELS[finding.severity] if kind == "fail" else "none",
            "message": message(tell(said.reason, said.params, self.language)),
            "locations": [_location(index, asset, instance)],
            "guid": uuid_of("result", self.report.run.id, finding.id, key),
            # Khiên is a tool that also manages results: history knows a fault again, which is what the first is for.
            # Trackers that take no tool's word for it make their own of the second.
            "fingerprints": print_of,
            "partialFingerprints": print_of,
            "baselineState": self._state(finding, instance) if self.compared else None,
            "properties": self._properties(finding, instance),
        }
        return {**present(result), "suppressions": list(self._suppressions(finding, instance))}

    def _properties(self, finding: Finding, instance: Instance | None) -> Node:
        said: Node = {
            "finding": finding.id,
            "asset": finding.asset,
            "verdict": finding.verdict,
            "severity": finding.severity,
            "reason": (instance or finding).reason,
            "check": finding.check,
            "checkVersion": finding.check_version,
            "announced": finding.announced.isoformat() if finding.announced else None,
            "gaps": [self._gap(each) for each in finding.gaps],
            "evidence": [{"target": line(each.target), "observation": each.observation} for each in finding.evidence],
            "reproduce": [line(each, 4000) for each in finding.reproduce],
        }
        if instance is not None:
            said |= {
                "instance": line(instance.key, KEY_LENGTH),
                "target": line(instance.target),
                "path": line(instance.path),
                "seen": self._seen(instance),
                "firstSeen": instance.first_seen.isoformat() if instance.first_seen else None,
                "due": instance.due.isoformat() if instance.due else None,
            }
        return present(said)

    def _gap(self, gap: Gap) -> Node:
        said = line(tell(gap.reason, gap.params, self.language))
        return present({"target": line(gap.target), "reason": gap.reason, "text": said})

    def _seen(self, instance: Instance) -> str | None:
        found = self.report.evidence.get(instance.target)
        shown = excerpt(found.observation, instance) if found is not None else None
        return line(shown) if shown is not None else None

    def _state(self, finding: Finding, instance: Instance | None) -> str:
        """Against the runs before. Where the last of them was not about the asset, the age of a fault tells."""
        change = self.changes.get((finding.asset, finding.control))
        if instance is None:
            return "unchanged" if change is None or change.before == change.after else "new"
        kept = next((each for each in change.instances if each.key == instance.key), None) if change else None
        if kept is not None:
            return _STATES.get(kept.reason, "new")
        return "unchanged" if instance.first_seen is not None and instance.first_seen < self.today else "new"

    def _suppressions(self, finding: Finding, instance: Instance | None) -> Iterator[Node]:
        if finding.waiver is not None:
            yield _waived(self.report.agency.id, finding.waiver)
        for each in self.disputes if finding.verdict == "fail" and finding.waiver is None else ():
            named = not each.instances or instance is None or instance.key in each.instances
            if (each.asset, each.control) == (finding.asset, finding.control) and named:
                yield _disputed(each)


def _location(index: int, asset: AssetReport, instance: Instance | None) -> Node:
    where: Node = {"physicalLocation": {"artifactLocation": {"uri": asset.asset.url, "index": index}}}
    if instance is not None:
        where["logicalLocations"] = [{"fullyQualifiedName": line(instance.key, KEY_LENGTH), "kind": "resource"}]
    return where


def _waived(agency: str, note: WaiverNote) -> Node:
    return {
        "kind": "external",
        "status": "accepted",
        "guid": uuid_of("waiver", agency, note.id),
        "justification": line(note.justification, 4000),
        "properties": present(
            {
                "id": line(note.id, 200),
                "kind": note.kind,
                "validUntil": note.valid_until.isoformat(),
                "approvedBy": line(note.approved_by, 200),
                "compensatingMeasure": line(note.compensating_measure, 4000),
            }
        ),
    }


def _disputed(dispute: Dispute) -> Node:
    return {
        "kind": "external",
        "status": "underReview",
        "guid": uuid_of("dispute", dispute.agency, dispute.id),
        "justification": line(dispute.reason, 4000),
        "properties": {"id": line(dispute.id, 200), "raised": dispute.raised.isoformat()},
    }


def message(text: str) -> Node:
    """A message of plain text, in which nothing stands for an argument or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return {"text": line(text).replace("{", "{{").replace("}", "}}").replace("](", "] (") or "-"}
