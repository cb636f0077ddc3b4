"""The findings as SARIF 2.1.0 (OASIS, with errata 01), for trackers of results: one rule a control, one result an
instance of a fault, and one result for every other finding.

Kinds of results: a fault is `fail`, what could not be assessed is `open`, what is only announced is `informational`.
Names in property bags are Khiên's own.
"""

from collections.abc import Iterator, Sequence

from checks.model.policy import Severity
from checks.model.text import Language, Text
from reports.formats.clean import block, line, markdown
from reports.formats.identity import uuid_of
from reports.formats.json import document_bytes
from reports.formats.nodes import Node, present, utc
from reports.formats.sarif_results import LEVELS, Results, message
from reports.formats.statements import Statement, bases, fix_in_markdown, remedy, statements, to_paste
from reports.messages import exchange, labels
from reports.messages.telling import held_words
from reports.model import AgencyReport, AssetReport
from reports.totals import totals

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SECURITY_SEVERITY: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "info": "0.0",
}
"""What code scanning of GitHub sorts security results by: the middle of its bands, so that it gives each severity the
name that the policy gives it. It is no CVSS score."""


class Sarif:
    """An agency's report as SARIF."""

    name = "sarif"
    suffix = ".sarif"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file. Equal reports give equal bytes; its times are those of the run."""
        return document_bytes({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, language)]})


def _run(report: AgencyReport, language: Language) -> Node:
    known = statements(report)
    rules = list({each.id: each for each in known.values()}.values())
    places = {each.id: place for place, each in enumerate(rules)}
    results = Results(report, language, {key: (places[each.id], each.id) for key, each in known.items()})
    return {
        "tool": _tool(report, rules, language),
        "language": language,
        "automationDetails": _identity(report, language),
        "invocations": [_invocation(report, language)],
        "artifacts": [_artifact(each) for each in report.assets],
        "results": list(results.all()),
        "properties": _figures(report),
    }


def _tool(report: AgencyReport, rules: Sequence[Statement], language: Language) -> Node:
    tools = {line(name, 100): line(version, 100) for name, version in sorted(report.run.tools.items())}
    own = tools.pop("khien", None)
    driver = {
        "name": "Khiên",
        "version": own,
        "language": language,
        "rules": [_rule(each, language) for each in rules],
    }
    others = [{"name": name, "version": version} for name, version in tools.items()]
    return present({"driver": present(driver), "extensions": others})


def _rule(statement: Statement, language: Language) -> Node:
    control = statement.control
    return {
        "id": statement.id,
        "shortDescription": {"text": line(control.title.in_(language))},
        "fullDescription": {"text": line(control.rationale.in_(language))},
        "help": {"text": _help_text(statement, language), "markdown": _help_markdown(statement, language)},
        "defaultConfiguration": {"level": LEVELS[control.severity], "parameters": {"params": dict(control.params)}},
        "properties": present(
            {
                "tags": ["security"],
                "security-severity": SECURITY_SEVERITY[control.severity],
                "severity": control.severity,
                "check": control.check,
                "policy": statement.policy.id,
                "policyVersion": statement.policy.version,
                "dueDays": control.due_days,
                "effective": control.effective.isoformat() if control.effective else None,
                "basis": bases(control, language),
            }
        ),
    }


def _help_text(statement: Statement, language: Language) -> str:
    parts = [f"{labels.FIX.in_(language)}: {remedy(statement.control, language)}"]
    parts += [f"{server}:\n{block(lines)}" for server, _, lines in to_paste(statement.control)]
    return "\n\n".join([*parts, _bases(statement, language)])


def _help_markdown(statement: Statement, language: Language) -> str:
    why = f"**{labels.WHY.in_(language)}**\n\n{markdown(line(statement.control.rationale.in_(language)))}"
    fix = f"**{labels.FIX.in_(language)}**\n\n{fix_in_markdown(statement.control, language)}"
    return "\n\n".join([why, fix, markdown(_bases(statement, language))])


def _bases(statement: Statement, language: Language) -> str:
    return f"{labels.BASIS.in_(language)}: {'; '.join(bases(statement.control, language))}"


def _identity(report: AgencyReport, language: Language) -> Node:
    """Which run this is, and of which series: one an agency."""
    said = exchange.TITLE.in_(language).format(run=report.run.id, agency=line(report.agency.name.in_(language), 200))
    return {
        "id": f"khien/{report.agency.id}/{report.run.id}",
        "guid": uuid_of("run", report.agency.id, report.run.id),
        "correlationGuid": uuid_of("agency", report.agency.id),
        "description": message(said),
    }


def _invocation(report: AgencyReport, language: Language) -> Node:
    run = report.run
    return present(
        {
            "executionSuccessful": True,
            "startTimeUtc": utc(run.started),
            "endTimeUtc": utc(run.finished),
            "toolExecutionNotifications": list(_held(report, language)),
            "toolConfigurationNotifications": list(_excluded(report, language)),
            "properties": {
                "asOf": utc(run.as_of),
                "vantage": line(run.vantage, 200),
                "connections": run.connections,
                "head": line(run.head, 200),
                "ruleVersions": dict(run.rule_versions),
                "dataVersions": {line(name, 100): line(each, 200) for name, each in sorted(run.data_versions.items())},
            },
        }
    )


def _held(report: AgencyReport, language: Language) -> Iterator[Node]:
    held = report.run.held
    if held is not None:
        yield {"level": "warning", "message": message(held_words(held, language))}


def _excluded(report: AgencyReport, language: Language) -> Iterator[Node]:
    """What the run did not look at: a reader of the results must not take it for clean."""
    for each in report.exclusions:
        reason = labels.EXCLUSION_REASONS.get(each.reason, Text(each.reason, each.reason)).in_(language)
        said = f"{each.asset}: {reason} {each.detail}"
        yield {
            "level": "note",
            "message": message(said),
            "properties": {"asset": line(each.asset, 200), "reason": line(each.reason, 100)},
        }


def _artifact(asset: AssetReport) -> Node:
    about = asset.asset
    return {
        "location": {"uri": about.url},
        "description": message(about.id),
        "properties": {
            "asset": about.id,
            "level": about.level,
            "zone": about.zone,
            "tags": sorted(set(about.tags)),
            "policy": asset.policy.id,
            "scoreBasisPoints": asset.score.score,
            "coverageBasisPoints": asset.score.coverage,
        },
    }


def _figures(report: AgencyReport) -> Node:
    """The totals, for whoever holds this file against another one of the same report."""
    found = totals(report)
    return {
        "agency": report.agency.id,
        "run": report.run.id,
        "policy": report.policy.id,
        "policyVersion": report.policy.version,
        "policyDigest": report.policy_digest,
        "assets": found.assets,
        "findings": dict(found.verdicts),
        "failedBySeverity": dict(found.failed_by_severity),
        "failingInstances": found.instances,
        "waived": found.waived,
        "falsePositives": found.false_positives,
        "announced": found.announced,
        "overdue": found.overdue,
        "scoreBasisPoints": found.score,
        "scoreWithWaiversBasisPoints": found.score_with_waivers,
        "coverageBasisPoints": found.coverage,
    }
