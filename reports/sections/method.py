"""Appendix VI: how it was looked and judged, with which tools, under which policy, by which formula."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.model.canonical import digest, dump
from checks.model.finding import VERDICTS
from checks.model.policy import SEVERITIES, Policy
from checks.model.text import Text
from checks.score import WEIGHTS
from reports.messages import labels, tables
from reports.messages.figures import moment, number
from reports.messages.glossary import TERMS
from reports.model import AgencyReport, RunFacts
from reports.pdf.charts import MarkedVerdict
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section, before_table
from reports.totals import totals

NAME_WIDTH = 48 * mm


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Six parts, from the method to the versions."""
    authorisation = report.agency.authorisation
    document = authorisation.document if authorisation is not None else labels.NOT_STATED
    yield from method(typesetter)
    found = totals(report)
    more = [
        (tables.INSTANCES, number(found.instances, typesetter.language)),
        (tables.ANNOUNCED_COUNT, number(found.announced, typesetter.language)),
        (labels.AUTHORISATION, document),
    ]
    yield from run_facts(report.run, typesetter, more)
    yield typesetter.heading(typesetter.say(labels.METHOD_3), "h1", 1)
    for policy in _policies(report):
        yield policy_facts(policy.title, policy.id, policy.version, policy.lineage, digest(dump(policy)), typesetter)
    yield from formulas(typesetter)
    yield from glossary(typesetter)
    yield from versions(report.run, typesetter)


SECTION: Section[AgencyReport] = Section("method", labels.METHOD_TITLE, write)


def method(typesetter: Typesetter) -> Iterator[Flowable]:
    """How it was looked and judged."""
    yield typesetter.heading(typesetter.say(labels.METHOD_1), "h1", 1)
    for text in (labels.METHOD_TEXT, labels.METHOD_JUDGEMENT, labels.METHOD_TIMES):
        yield typesetter.para(text)


def run_facts(
    run: RunFacts, typesetter: Typesetter, more: Sequence[tuple[Content, Content]] = ()
) -> Iterator[Flowable]:
    """The run, with its last digest and with the state of the log that it left."""
    language = typesetter.language
    tools = ", ".join(f"{name} {version}" for name, version in sorted(run.tools.items()))
    yield typesetter.heading(typesetter.say(labels.METHOD_2), "h1", 1)
    yield typesetter.facts(
        [
            (labels.RUN, run.id),
            (labels.PERIOD, f"{moment(run.started, language)} – {moment(run.finished, language)}"),
            (labels.AS_OF, moment(run.as_of, language)),
            (labels.VANTAGE, run.vantage),
            *([(labels.RUN_SCOPE, labels.RECHECK)] if run.partial else []),
            (labels.CONNECTIONS, number(run.connections, language)),
            *more,
            (labels.TOOL, tools or labels.NOT_STATED),
            (labels.CHAIN_HEAD, Run(run.head, "digest")),
            (labels.CHECKPOINT, Run(run.checkpoint.short, "digest")),
            (labels.CHECKPOINT_ROOT, Run(run.checkpoint.root, "digest")),
        ]
    )


def policy_facts(
    title: Text, policy: str, version: str, lineage: Sequence[str], policy_digest: str, typesetter: Typesetter
) -> Flowable:
    """A policy by what identifies it."""
    return typesetter.facts(
        [
            (labels.POLICY, f"{typesetter.say(title)} ({policy})"),
            (labels.VERSION, version),
            (labels.LINEAGE, ", ".join(lineage) or labels.NOT_STATED),
            (labels.DIGEST, Run(policy_digest, "digest")),
        ]
    )


def _policies(report: AgencyReport) -> list[Policy]:
    """The agency's policy first, then those that single assets are judged under."""
    found = {report.policy.id: report.policy}
    for asset in report.assets:
        found.setdefault(asset.policy.id, asset.policy)
    return list(found.values())


def formulas(typesetter: Typesetter, more: Sequence[Text] = ()) -> Iterator[Flowable]:
    """How every score is calculated."""
    yield typesetter.heading(typesetter.say(labels.METHOD_4), "h1", 1)
    for text in (labels.FORMULA_SCORE, labels.FORMULA_COVERAGE, *more):
        yield typesetter.para(text, style="formula")
    weights = [f"{typesetter.say(labels.SEVERITY_NAMES[each])} {WEIGHTS[each]}" for each in SEVERITIES]
    yield typesetter.para(f"{typesetter.say(labels.WEIGHTS_HEADING)}: {', '.join(weights)}.", style="formula")
    yield typesetter.para(labels.FORMULA_NOTE)


def glossary(typesetter: Typesetter) -> Iterator[Flowable]:
    """What the verdicts mean."""
    yield typesetter.heading(typesetter.say(labels.METHOD_5), "h1", 1)
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


def versions(run: RunFacts, typesetter: Typesetter) -> Iterator[Flowable]:
    """Of the rules and of the data that they were given."""
    yield from before_table(labels.METHOD_6, typesetter)
    rules = sorted((name, str(version)) for name, version in run.rule_versions.items())
    half = (len(rules) + 1) // 2  # two of them in a row: there are many, and they are short
    halves = (Column(labels.RULE, 62 * mm), Column(labels.VERSION, TEXT_WIDTH / 2 - 62 * mm)) * 2
    pairs = zip_longest(rules[:half], rules[half:], fillvalue=("", ""))
    yield from typesetter.table(halves, ((*left, *right) for left, right in pairs))
    columns = (Column(labels.DATA, 62 * mm), Column(labels.VERSION, TEXT_WIDTH - 62 * mm))
    yield from typesetter.table(columns, sorted(run.data_versions.items()))
