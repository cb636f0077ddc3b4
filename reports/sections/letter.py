"""The letter to an agency: legal basis, scope, results, requests, in the form of `reports.pdf.official`."""

from collections.abc import Iterator, Mapping

from reportlab.platypus import Flowable, Paragraph

from checks.model.policy import SEVERITIES
from reports.grouping import overdue, problems
from reports.messages import exceptions
from reports.messages import letter as words
from reports.messages.figures import local_date, moment
from reports.messages.labels import SEVERITY_NAMES
from reports.model import AgencyReport
from reports.pdf.official import header_block, signature_block, title_block
from reports.pdf.prose import Prose, ending
from reports.pdf.typesetter import Typesetter


def letter(report: AgencyReport, typesetter: Typesetter, appendices: Mapping[str, str]) -> Iterator[Flowable]:
    """The pieces of the letter. `appendices` maps the names of sections to the numerals of their appendices."""
    body = _Body(report, typesetter, appendices)
    yield header_block(report, typesetter)
    yield from title_block(abstract(report, typesetter), body.agency, typesetter)
    yield from body.opening()
    yield from body.scope()
    yield from body.results()
    yield from ending(body.requests(), body.closing(), signature_block(report, body.agency, typesetter))


def abstract(report: AgencyReport, typesetter: Typesetter) -> str:
    """What the letter is about, in one line."""
    return typesetter.say(words.ABSTRACT, agency=typesetter.say(report.agency.name))


class _Body(Prose):
    """The parts of the letter between the addressee and the signature."""

    def __init__(self, report: AgencyReport, typesetter: Typesetter, appendices: Mapping[str, str]) -> None:
        super().__init__(typesetter, appendices)
        self.report = report
        self.agency = typesetter.say(report.agency.name)
        self.findings = tuple(finding for asset in report.assets for finding in asset.findings)
        self.findings = tuple(each for each in self.findings if each.announced is None)
        self.failed = tuple(each for each in self.findings if each.verdict == "fail")

    def opening(self) -> Iterator[Flowable]:
        """The legal basis, each with its semicolon and the last with its full stop, and the sentence that leads in."""
        authorisation = self.report.agency.authorisation
        document = self.set.line(authorisation.document, 100) if authorisation is not None else ""
        more = [self.set.say(words.AUTHORISED_BY, document=document)] if document else []
        yield from self.legal_basis(self.report.policy.legal_basis, more)
        yield self.say(words.LEAD, agency=self.agency)

    def scope(self) -> Iterator[Flowable]:
        """Part I."""
        run, policy = self.report.run, self.report.policy
        yield self.part(words.PART_SCOPE)
        yield self.say(
            words.SCOPE,
            run=run.id,
            started=moment(run.started, self.set.language),
            finished=moment(run.finished, self.set.language),
            vantage=run.vantage,
            assets=self.number(len(self.report.assets)),
        )
        if self.report.exclusions:
            count = self.number(len({each.asset for each in self.report.exclusions}))
            yield self.say(words.SCOPE_EXCLUDED, count=count, appendix=self.appendices["unassessed"])
        title = self.set.say(policy.title)
        yield self.say(words.SCOPE_POLICY, title=title, policy=policy.id, version=policy.version)
        if any(asset.policy.id != policy.id for asset in self.report.assets):
            yield self.say(words.SCOPE_POLICIES, appendix=self.appendices["method"])
        if run.held is not None:
            usual = self.percent(run.held.usual)
            yield self.say(exceptions.HELD, coverage=self.percent(run.held.coverage), usual=usual)

    def results(self) -> Iterator[Flowable]:
        """Part II."""
        yield self.part(words.PART_RESULTS)
        yield self.point(words.POINT_SCORE)
        yield from self.scores(self.report.score, self.appendices["method"])
        yield self.point(words.POINT_FAILURES)
        yield from self._failures()
        if self.report.history or self.report.changes:
            kinds = [change.kind for change in self.report.changes]
            yield self.point(words.POINT_CHANGES)
            yield self.say(
                words.CHANGES,
                new=self.number(kinds.count("new")),
                regressed=self.number(kinds.count("regressed")),
                fixed=self.number(kinds.count("fixed")),
                still_failing=self.number(kinds.count("still_failing")),
                lost=self.number(kinds.count("no_longer_assessable")),
                found=self.number(kinds.count("newly_assessable")),
                scope=self.number(kinds.count("scope_changed")),
                rule=self.number(kinds.count("rule_changed")),
                appendix=self.appendices["changes"],
            )

    def requests(self) -> Iterator[Flowable]:
        """Part III: what is asked of the agency, by severity, each with its due dates."""
        yield self.part(words.PART_REQUESTS)
        yield self.set.para(self.set.say(words.REQUESTS, agency=self.agency), style="lead_in")
        for index, (line, numeral) in enumerate(self._requests(), start=1):
            yield self.linked(f"{index}. {line}", numeral)

    def closing(self) -> Paragraph:
        """The last sentence."""
        return self.say(words.CLOSING, agency=self.agency)

    def _failures(self) -> Iterator[Flowable]:
        if not self.failed:
            yield self.say(words.FAILURES_NONE)
            return
        yield self.say(
            words.FAILURES,
            failed=self.number(len(self.failed)),
            controls=self.number(len(problems(self.report))),
            severities=self.severities(self.report.score),
            appendix=self.appendices["findings"],
        )
        notes = [each.waiver for each in self.failed if each.waiver is not None]
        if notes:
            wrong = sum(note.kind == "false_positive" for note in notes)
            yield self.say(
                words.FAILURES_WAIVED,
                count=self.number(len(notes) - wrong),
                wrong=self.number(wrong),
                appendix=self.appendices["unassessed"],
            )

    def _requests(self) -> Iterator[tuple[str, str | None]]:
        """Each request, with the numeral of the appendix that it names."""
        late = overdue(self.failed, local_date(self.report.run.as_of))
        if late:
            yield self.set.say(words.REQUEST_OVERDUE, count=self.number(len(late))), None
        open_ = [each for each in self.failed if each.waiver is None]
        for severity in SEVERITIES:
            chosen = [each for each in open_ if each.severity == severity]
            if chosen:
                appendix = self.appendices["findings"]
                yield (
                    self.set.say(
                        words.REQUEST_FIX,
                        count=self.number(len(chosen)),
                        severity=self.set.say(SEVERITY_NAMES[severity]).lower(),
                        appendix=appendix,
                        due=self.due(each.due for each in chosen),
                    ),
                    appendix,
                )
        unknown = self.report.score.counts["not_assessable"]
        if unknown:
            appendix = self.appendices["unassessed"]
            yield self.set.say(words.REQUEST_ACCESS, count=self.number(unknown), appendix=appendix), appendix
        yield from self._after(unknown)

    def _after(self, unknown: int) -> Iterator[tuple[str, str | None]]:
        """What is asked in the end, and whom to turn to."""
        if self.failed:
            yield self.set.say(words.REQUEST_RETEST), None
        elif self.report.score.score is not None:
            yield self.set.say(words.REQUEST_KEEP), None
        elif not unknown:
            yield self.set.say(words.REQUEST_INVENTORY), None
        contact = self.report.letter.contact
        if contact is not None:
            yield self.set.say(words.CONTACT, contact=self.set.line(self.set.say(contact), 300)), None
