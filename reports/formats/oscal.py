"""The findings as OSCAL Assessment Results (NIST, model 1.2.1, JSON), for programs that keep track of compliance.

A finding of OSCAL is satisfied or not satisfied. Here it is one that counts: compliant or not. What could not be
assessed, what does not apply and what is only announced is neither, and is an observation with its verdict among its
properties, so that nobody who counts findings takes it for one of the two. A finding that is not satisfied has a risk
with the day by which it is due; a waiver changes the state of the risk and never that of the finding.

Properties with Khiên's namespace are its own; the others are OSCAL's.
"""

from collections.abc import Iterator

from checks.model.asset import Asset
from checks.model.canonical import canonical, digest, dump
from checks.model.target import is_address
from checks.model.text import Language, Text
from checks.score import Score
from reports.formats.clean import line
from reports.formats.identity import uuid_of
from reports.formats.json import document_bytes
from reports.formats.nodes import Node, present, utc
from reports.formats.oscal_findings import KHIEN, Findings
from reports.formats.oscal_parts import (
    NOTHING,
    asset_uuid,
    fix_uuid,
    markup,
    objective_id,
    own,
    policy_uuid,
    prop,
    sentence,
    token,
    tool_uuid,
)
from reports.formats.statements import Statement, basis_words, fix_in_markdown, statements
from reports.messages import exchange, labels
from reports.messages.telling import held_words
from reports.model import AgencyReport, AssetReport, Exclusion
from reports.totals import totals

VERSION = "1.2.1"
"""Of OSCAL's models."""
AUTHORITATIVE = ("prepared-by", exchange.ISSUER), ("prepared-for", exchange.RECIPIENT)
"""Roles that OSCAL knows."""


class Oscal:
    """An agency's report as OSCAL Assessment Results."""

    name = "oscal"
    suffix = ".oscal.json"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file. Equal reports give equal bytes; its times are those of the run."""
        content = _Document(report, language).content()
        # OSCAL wants another name for another content, and so here another name is another content.
        content["uuid"] = uuid_of("assessment-results", digest(canonical(content)))
        return document_bytes({"assessment-results": content})


class _Document:
    """One report in one language."""

    def __init__(self, report: AgencyReport, language: Language) -> None:
        self.report, self.language = report, language
        known = statements(report)
        self.statements = list({each.id: each for each in known.values()}.values())
        self.findings = Findings(report, language, known)

    def content(self) -> Node:
        """Everything but the name of the whole."""
        agency, run = line(self.report.agency.name.in_(self.language), 200), line(self.report.run.id)
        title = sentence(exchange.TITLE, self.language, run=run, agency=agency)
        return present(
            {
                "metadata": self._metadata(title),
                "import-ap": {"href": f"#{policy_uuid(self.report.policy)}", "remarks": self._plan()},
                "local-definitions": present({"objectives-and-methods": [self._objective(s) for s in self.statements]}),
                "results": [self._result(title)],
                "back-matter": {"resources": [*self._policies(), *map(self._fix, self.statements)]},
            }
        )

    def _metadata(self, title: str) -> Node:
        parties = {
            "prepared-by": self.report.letter.issuer.in_(self.language),
            "prepared-for": self.report.agency.name.in_(self.language),
        }
        return {
            "title": title,
            "last-modified": utc(self.report.run.as_of),
            "version": line(self.report.run.id),
            "oscal-version": VERSION,
            "props": [own("language", self.language)],
            "roles": [{"id": name, "title": said.in_(self.language)} for name, said in AUTHORITATIVE],
            "parties": [
                {"uuid": self._party(role), "type": "organization", "name": line(name, 200) or NOTHING}
                for role, name in parties.items()
            ],
            "responsible-parties": [{"role-id": role, "party-uuids": [self._party(role)]} for role in parties],
        }

    def _party(self, role: str) -> str:
        return uuid_of("party", role, self.report.agency.id)

    def _plan(self) -> str:
        authorisation = self.report.agency.authorisation
        document = authorisation.document if authorisation is not None else labels.NOT_STATED.in_(self.language)
        return sentence(exchange.PLAN, self.language, authorisation=line(document, 200))

    def _objective(self, statement: Statement) -> Node:
        """What a policy demands, since there is no catalogue of its controls to refer to."""
        control, language = statement.control, self.language
        title = markup(control.title.in_(language))
        return {
            "control-id": token(control.id),
            "description": markup(control.rationale.in_(language)),
            "props": [
                own("severity", control.severity),
                own("policy", statement.policy.id),
                own("policy-version", statement.policy.version),
                own("check", control.check),
                own("due-days", control.due_days),
                *([own("effective", control.effective.isoformat())] if control.effective else ()),
                *(own("basis", basis_words(each, language), kind=each.kind) for each in control.basis),
            ],
            "parts": [{"id": objective_id(statement.id), "name": "assessment-objective", "prose": title}],
        }

    def _result(self, title: str) -> Node:
        report, language = self.report, self.language
        policy = report.policy
        said = sentence(
            exchange.RESULTS,
            language,
            agency=line(report.agency.name.in_(language), 200),
            policy=policy.id,
            version=policy.version,
            vantage=line(report.run.vantage, 200),
        )
        used = sorted({token(each.control.id) for each in self.statements} or {token(e.id) for e in policy.controls})
        chosen: Node = {"include-controls": [{"control-id": each} for each in used]} if used else {"include-all": {}}
        return present(
            {
                "uuid": uuid_of("run", report.agency.id, report.run.id),
                "title": title,
                "description": said,
                "start": utc(report.run.started),
                "end": utc(report.run.finished),
                "props": list(self._figures()),
                "local-definitions": self._definitions(),
                "reviewed-controls": {"control-selections": [chosen]},
                "observations": [*self.findings.observations(), *self.findings.unjudged()],
                "risks": list(self.findings.risks()),
                "findings": list(self.findings.findings()),
                "remarks": "\n\n".join(self._remarks()),
            }
        )

    def _remarks(self) -> Iterator[str]:
        """What a reader must know before anything else."""
        if not self.report.assets:
            yield markup(labels.NO_ASSETS.in_(self.language))
        if self.report.run.held is not None:
            yield markup(held_words(self.report.run.held, self.language))

    def _figures(self) -> Iterator[Node]:
        """The totals, for whoever holds this file against another one of the same report."""
        found = totals(self.report)
        yield own("assets", found.assets)
        for verdict, count in sorted(found.verdicts.items()):
            yield own(f"findings-{verdict.replace('_', '-')}", count)
        for severity, count in found.failed_by_severity.items():
            yield own(f"failed-{severity}", count)
        yield own("failing-instances", found.instances)
        yield own("waived", found.waived)
        yield own("false-positives", found.false_positives)
        yield own("announced", found.announced)
        yield own("overdue", found.overdue)
        yield from _shares(self.report.score)
        yield own("chain-head", self.report.run.head)

    def _definitions(self) -> Node:
        items = [*map(self._item, self.report.assets), *map(self._left_out, self.report.exclusions)]
        return present({"inventory-items": items, "assessment-assets": self._scanner()})

    def _item(self, report: AssetReport) -> Node:
        asset = report.asset
        return {
            "uuid": asset_uuid(self.report, asset.id),
            "description": markup(asset.url),
            "props": [
                prop("asset-id", asset.id),
                prop("uri", asset.url),
                *_host(asset),
                prop("is-scanned", "yes"),
                own("system-level", asset.level),
                own("zone", asset.zone),
                *(own("tag", each) for each in sorted(set(asset.tags))),
                own("policy", report.policy.id),
                *_shares(report.score),
            ],
        }

    def _left_out(self, exclusion: Exclusion) -> Node:
        reason = labels.EXCLUSION_REASONS.get(exclusion.reason, Text(exclusion.reason, exclusion.reason))
        said = f"{line(reason.in_(self.language), 300)} {line(exclusion.detail, 300)}"
        return {
            "uuid": uuid_of("exclusion", self.report.agency.id, exclusion.asset, exclusion.reason),
            "description": sentence(exchange.NOT_SCANNED, self.language, reason=said),
            "props": [
                prop("asset-id", exclusion.asset),
                prop("is-scanned", "no"),
                own("reason", exclusion.reason),
            ],
        }

    def _scanner(self) -> Node:
        """The tools of the run, and the place that it looked from."""
        tools = [
            {
                "uuid": tool_uuid(self.report, name),
                "type": "software",
                "title": markup(name, 100),
                "description": exchange.TOOL.in_(self.language),
                "props": [prop("version", version)],
                "status": {"state": "operational"},
            }
            for name, version in sorted({KHIEN: "", **self.report.run.tools}.items())
        ]
        vantage = line(self.report.run.vantage, 200)
        platform = {
            "uuid": uuid_of("vantage", self.report.run.vantage),
            "title": sentence(exchange.VANTAGE, self.language, vantage=vantage),
            "props": [own("connections", self.report.run.connections)],
            "uses-components": [{"component-uuid": each["uuid"]} for each in tools],
        }
        return present({"components": tools, "assessment-platforms": [present(platform)]})

    def _policies(self) -> Iterator[Node]:
        known = {each.policy.id: each.policy for each in self.report.assets} | {
            self.report.policy.id: self.report.policy
        }
        for _, policy in sorted(known.items()):
            yield {
                "uuid": policy_uuid(policy),
                "title": markup(policy.title.in_(self.language)),
                "description": markup(", ".join(policy.lineage or (policy.id,))),
                "props": [
                    prop("type", "policy"),
                    prop("version", policy.version),
                    own("policy", policy.id),
                    own("digest", digest(dump(policy))),
                ],
            }

    def _fix(self, statement: Statement) -> Node:
        """What to do, once for all risks that it would end."""
        return {
            "uuid": fix_uuid(statement),
            "title": sentence(exchange.FIX_OF, self.language, control=statement.id),
            "description": fix_in_markdown(statement.control, self.language),
        }


def _host(asset: Asset) -> Iterator[Node]:
    """The name of an asset's host and the address that the inventory gives, as far as there are."""
    if not is_address(asset.host):
        yield prop("fqdn", asset.host)
    address = asset.host if is_address(asset.host) else asset.address
    if address is not None:
        yield prop("ipv6-address" if ":" in address else "ipv4-address", address)


def _shares(score: Score) -> Iterator[Node]:
    """Score and coverage in basis points."""
    yield own("score-basis-points", score.score)
    yield own("score-with-waivers-basis-points", score.score_with_waivers)
    yield own("coverage-basis-points", score.coverage)
