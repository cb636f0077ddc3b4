"""The letter on the estate, to the body above the scanning unit: scope, results, and what it is asked to direct."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reportlab.platypus import Flowable, Paragraph

from checks.compare import ChangeKind
from checks.model.policy import SEVERITIES
from reports.estate.expiry import Expiry, expiry
from reports.estate.model import LOW_COVERAGE, ControlStanding, EstateReport
from reports.messages import estate_letter as words
from reports.messages import exceptions
from reports.messages import letter as common
from reports.messages.figures import local_date, moment
from reports.messages.labels import SEVERITY_NAMES
from reports.pdf.official import header_block, signature_block, title_block
from reports.pdf.prose import Prose, ending
from reports.pdf.typesetter import Typesetter

HIGH, MIDDLE = 9000, 7000
"""Basis points at which agencies are told apart."""
WORST = 3
"""Controls that the letter names."""


def letter(report: EstateReport, typesetter: Typesetter, appendices: Mapping[str, str]) -> Iterator[Flowable]:
    """The pieces of the letter. `appendices` maps the names of sections to the numerals of their appendices."""
    body = _Body(report, typesetter, appendices)
    addressee = typesetter.say(report.letter.parent or words.BLANK_ADDRESSEE)
    yield header_block(report, typesetter)
    yield from title_block(abstract(report, typesetter), addressee, typesetter)
    yield from body.legal_basis(report.policy.legal_basis)
    yield body.say(words.LEAD)
    yield from body.scope()
    yield from body.results()
    yield from ending(body.requests(), body.say(words.CLOSING), signature_block(report, addressee, typesetter))


def abstract(report: EstateReport, typesetter: Typesetter) -> str:
    """What the letter is about, in one line."""
    return typesetter.say(words.ABSTRACT)


class _Body(Prose):
    """The parts of the letter between the addressee and the signature."""

    def __init__(self, report: EstateReport, typesetter: Typesetter, appendices: Mapping[str, str]) -> None:
        super().__init__(typesetter, appendices)
        self.report = report
        self.today = local_date(report.run.as_of)
        self.late = tuple(each for each in report.summaries if each.overdue.count)
        self.poor = sum(each.poorly_covered for each in report.summaries)
        self.ends: Expiry = expiry(report.certificates, self.today)

    def scope(self) -> Iterator[Flowable]:
        """Part I."""
        run, policy, agencies = self.report.run, self.report.policy, self.report.summaries
        yield self.part(common.PART_SCOPE)
        yield self.say(
            words.SCOPE,
            run=run.id,
            started=moment(run.started, self.set.language),
            finished=moment(run.finished, self.set.language),
            vantage=run.vantage,
            assets=self.number(sum(each.assets for each in agencies)),
            agencies=self.number(len(agencies)),
        )
        excluded = sum(len({item.asset for item in each.exclusions}) for each in agencies)
        if excluded or self.report.absent:
            absent = self.number(len(self.report.absent))
            appendix = self.appendices["scope"]
            yield self.say(words.SCOPE_EXCLUDED, count=self.number(excluded), absent=absent, appendix=appendix)
        title = self.set.say(policy.title)
        yield self.say(common.SCOPE_POLICY, title=title, policy=policy.id, version=policy.version)
        if len(self.report.policies) > 1:
            yield self.say(common.SCOPE_POLICIES, appendix=self.appendices["method"])
        if run.held is not None:
            usual = self.percent(run.held.usual)
            yield self.say(exceptions.HELD, coverage=self.percent(run.held.coverage), usual=usual)

    def results(self) -> Iterator[Flowable]:
        """Part II."""
        yield self.part(common.PART_RESULTS)
        yield self.point(common.POINT_SCORE)
        yield from self.scores(self.report.score, self.appendices["method"])
        yield self._spread()
        if self.poor:
            share, appendix = self.percent(LOW_COVERAGE), self.appendices["coverage"]
            yield self.say(words.POORLY_COVERED, poor=self.number(self.poor), share=share, appendix=appendix)
        yield self.point(common.POINT_FAILURES)
        yield from self._failures()
        if self.report.last is not None:
            yield self.point(common.POINT_CHANGES)
            yield from self._changes()

    def requests(self) -> Iterator[Flowable]:
        """Part III: what the body above is asked to direct."""
        addressee = self.set.say(self.report.letter.parent or words.ADDRESSEE)
        yield self.part(common.PART_REQUESTS)
        yield self.set.para(self.set.say(words.REQUESTS, addressee=self.set.line(addressee, 300)), style="lead_in")
        for index, (line, numeral) in enumerate(self._requests(), start=1):
            yield self.linked(f"{index}. {line}", numeral)

    def _spread(self) -> Paragraph:
        shares = [each.score.score for each in self.report.summaries]
        known = [each for each in shares if each is not None]
        return self.say(
            words.SPREAD,
            high=self.number(sum(each >= HIGH for each in known)),
            middle=self.number(sum(MIDDLE <= each < HIGH for each in known)),
            low=self.number(sum(each < MIDDLE for each in known)),
            unknown=self.number(len(shares) - len(known)),
            appendix=self.appendices["ranking"],
        )

    def _failures(self) -> Iterator[Flowable]:
        score = self.report.score
        if score.counts["fail"]:
            yield self.say(
                words.FAILURES,
                failed=self.number(score.counts["fail"]),
                controls=self.number(len(self.report.controls)),
                severities=self.severities(score),
                appendix=self.appendices["controls"],
            )
            yield from map(self._worst, self.report.controls[:WORST])
        else:
            yield self.say(common.FAILURES_NONE)
        waived = sum(tally.waived for each in self.report.summaries for tally in each.controls)
        if waived:  # they are not among those that the requests count
            yield self.say(words.FAILURES_WAIVED, count=self.number(waived))
        if self.report.causes:
            yield self.say(
                words.CAUSES,
                causes=self.number(len(self.report.causes)),
                findings=self.number(sum(each.findings for each in self.report.causes)),
                agencies=self.number(len({agency for each in self.report.causes for agency in each.agencies})),
                appendix=self.appendices["causes"],
            )
        since = min((each.overdue.since for each in self.late if each.overdue.since is not None), default=None)
        if since is not None:
            yield self.say(
                words.OVERDUE,
                count=self.number(sum(each.overdue.count for each in self.late)),
                agencies=self.number(len(self.late)),
                since=self.day(since),
                appendix=self.appendices["overdue"],
            )
        yield from self._exposed()

    def _exposed(self) -> Iterator[Flowable]:
        """Certificates that run out, and ports that nobody declared."""
        if self.ends.total:
            yield self.say(
                words.CERTIFICATES,
                total=self.number(self.ends.total),
                expired=self.number(self.ends.expired),
                week=self.number(self.ends.soon),
                month=self.number(self.ends.near),
                appendix=self.appendices["certificates"],
            )
        open_ = [each for each in self.report.services if each.undeclared]
        if open_:
            yield self.say(
                words.SERVICES,
                ports=self.number(sum(each.undeclared for each in open_)),
                agencies=self.number(len({agency for each in open_ for agency in each.agencies})),
                appendix=self.appendices["services"],
            )

    def _worst(self, standing: ControlStanding) -> Paragraph:
        control = standing.control
        return self.say(
            words.WORST,
            title=self.set.say(control.title),
            code=control.id,
            severity=self.set.say(SEVERITY_NAMES[control.severity]).lower(),
            assets=self.number(standing.counts["fail"]),
            agencies=self.number(standing.agencies),
        )

    def _changes(self) -> Iterator[Flowable]:
        moves = [each.moved for each in self.report.summaries if each.moved is not None]
        yield self.say(
            words.SINCE_LAST,
            compared=self.number(self.report.compared),
            last=self.percent(self.report.last.score if self.report.last else None),
            up=self.number(sum(now > before for before, now in moves)),
            down=self.number(sum(now < before for before, now in moves)),
            same=self.number(sum(now == before for before, now in moves)),
            appendix=self.appendices["ranking"],
        )
        kinds: Counter[ChangeKind] = Counter()
        for each in self.report.summaries:
            kinds.update(each.changes)
        yield self.say(
            words.CHANGES,
            new=self.number(kinds["new"]),
            regressed=self.number(kinds["regressed"]),
            fixed=self.number(kinds["fixed"]),
            still_failing=self.number(kinds["still_failing"]),
            lost=self.number(kinds["no_longer_assessable"]),
            found=self.number(kinds["newly_assessable"]),
        )

    def _requests(self) -> Iterator[tuple[str, str | None]]:
        """Each request, with the numeral of the appendix that it names."""
        report, say = self.report, self.set.say
        if self.late:
            count = self.number(sum(each.overdue.count for each in self.late))
            appendix = self.appendices["overdue"]
            yield say(words.REQUEST_OVERDUE, count=count, appendix=appendix), appendix
        worst = [
            (due, count)
            for each in report.summaries
            for tally in each.controls
            if tally.control.severity in SEVERITIES[:2]
            for due, count in tally.due.items()
        ]
        if worst:
            count = self.number(sum(count for _, count in worst))
            yield say(words.REQUEST_FIX, count=count, due=self.due(due for due, _ in worst)), None
        if report.causes:
            appendix = self.appendices["causes"]
            yield say(words.REQUEST_CAUSES, count=self.number(len(report.causes)), appendix=appendix), appendix
        ending = self.ends.expired + self.ends.near
        if ending:
            appendix = self.appendices["certificates"]
            yield say(words.REQUEST_CERTIFICATES, count=self.number(ending), appendix=appendix), appendix
        if self.poor:
            appendix = self.appendices["coverage"]
            yield say(words.REQUEST_COVERAGE, count=self.number(self.poor), appendix=appendix), appendix
        if report.score.score is not None and not report.score.counts["fail"]:
            yield say(words.REQUEST_KEEP), None
        appendix = self.appendices["yearly"]
        yield say(words.REQUEST_YEARLY, appendix=appendix), appendix
