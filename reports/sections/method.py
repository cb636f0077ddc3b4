"""Appendix VI: how it was looked and judged, with which tools, under which policy, by which formula."""

from collections.abc import Iterator, Mapping

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.model.canonical import digest, dump
from checks.model.finding import VERDICTS
from checks.model.policy import SEVERITIES, Policy
from checks.score import WEIGHTS
from reports.messages import labels, tables
from reports.messages.figures import moment, number
from reports.messages.glossary import TERMS
from reports.model import AgencyReport
from reports.pdf.charts import MarkedVerdict
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section
from reports.totals import totals

NAME_WIDTH = 48 * mm


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Six parts, from the method to the versions."""
    yield typesetter.heading(typesetter.say(labels.METHOD_1), "h1", 1)
    for text in (labels.METHOD_TEXT, labels.METHOD_JUDGEMENT, labels.METHOD_TIMES):
        yield typesetter.para(text)
    yield typesetter.heading(typesetter.say(labels.METHOD_2), "h1", 1)
    yield typesetter.facts(_run_facts(report, typesetter))
    yield typesetter.heading(typesetter.say(labels.METHOD_3), "h1", 1)
    for policy in _policies(report):
        yield typesetter.facts(_policy_facts(policy, typesetter))
    yield typesetter.heading(typesetter.say(labels.METHOD_4), "h1", 1)
    yield from _formulas(typesetter)
    yield typesetter.heading(typesetter.say(labels.METHOD_5), "h1", 1)
    yield from _glossary(typesetter)
    yield typesetter.heading(typesetter.say(labels.METHOD_6), "h1", 1)
    rules = {name: str(version) for name, version in report.run.rule_versions.items()}
    columns = (Column(labels.RULE, 82 * mm), Column(labels.VERSION, TEXT_WIDTH - 82 * mm))
    yield from typesetter.table(columns, sorted(rules.items()))
    columns = (Column(labels.DATA, 62 * mm), Column(labels.VERSION, TEXT_WIDTH - 62 * mm))
    yield from typesetter.table(columns, sorted(report.run.data_versions.items()))


SECTION = Section("method", labels.METHOD_TITLE, write)


def _run_facts(report: AgencyReport, typesetter: Typesetter) -> list[tuple[Content, Content]]:
    run, language, found = report.run, typesetter.language, totals(report)
    authorisation = report.agency.authorisation
    return [
        (labels.RUN, run.id),
        (labels.PERIOD, f"{moment(run.started, language)} – {moment(run.finished, language)}"),
        (labels.AS_OF, moment(run.as_of, language)),
        (labels.VANTAGE, run.vantage),
        (labels.CONNECTIONS, number(run.connections, language)),
        (tables.INSTANCES, number(found.instances, language)),
        (tables.ANNOUNCED_COUNT, number(found.announced, language)),
        (labels.AUTHORISATION, authorisation.document if authorisation is not None else labels.NOT_STATED),
        (labels.TOOL, _versions(run.tools) or labels.NOT_STATED),
        (labels.CHAIN_HEAD, Run(run.head, "digest")),
    ]


def _versions(tools: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(tools.items()))


def _policies(report: AgencyReport) -> list[Policy]:
    """The agency's policy first, then those that single assets are judged under."""
    found = {report.policy.id: report.policy}
    for asset in report.assets:
        found.setdefault(asset.policy.id, asset.policy)
    return list(found.values())


def _policy_facts(policy: Policy, typesetter: Typesetter) -> list[tuple[Content, Content]]:
    return [
        (labels.POLICY, f"{typesetter.say(policy.title)} ({policy.id})"),
        (labels.VERSION, policy.version),
        (labels.LINEAGE, ", ".join(policy.lineage) or labels.NOT_STATED),
        (labels.DIGEST, Run(digest(dump(policy)), "digest")),
    ]


def _formulas(typesetter: Typesetter) -> Iterator[Flowable]:
    yield typesetter.para(labels.FORMULA_SCORE, style="formula")
    yield typesetter.para(labels.FORMULA_COVERAGE, style="formula")
    weights = [f"{typesetter.say(labels.SEVERITY_NAMES[each])} {WEIGHTS[each]}" for each in SEVERITIES]
    yield typesetter.para(f"{typesetter.say(labels.WEIGHTS_HEADING)}: {', '.join(weights)}.", style="formula")
    yield typesetter.para(labels.FORMULA_NOTE)


def _glossary(typesetter: Typesetter) -> Iterator[Flowable]:
    columns = (Column(labels.VERDICT, NAME_WIDTH), Column(labels.MEANING, TEXT_WIDTH - NAME_WIDTH))
    rows = [
        (
            MarkedVerdict(each, typesetter.say(labels.VERDICT_NAMES[each]), typesetter, NAME_WIDTH),
            typesetter.say(labels.VERDICT_MEANINGS[each]),
        )
        for each in VERDICTS
    ]
    yield from typesetter.table(columns, rows)
    columns = (Column(labels.TERM, NAME_WIDTH), Column(labels.MEANING, TEXT_WIDTH - NAME_WIDTH))
    yield from typesetter.table(columns, TERMS)
