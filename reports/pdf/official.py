"""The letter itself, in the form of NĐ 30/2020, Appendix I: header block, title, body in parts, signature block.

Number and date are left blank: the office that signs fills them in.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, Spacer, Table

from checks.model.finding import Finding
from checks.model.policy import SEVERITIES
from checks.model.text import Text
from reports.grouping import overdue, problems
from reports.messages import exceptions
from reports.messages import letter as words
from reports.messages.figures import day, local_date, moment, number, percent
from reports.messages.labels import APPENDIX, SEVERITY_NAMES
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Typesetter

SIGNATURE_HEIGHT = 28 * mm
"""Room for the signature and the seal."""
GUTTER = 3 * mm
"""Between the two columns of the header block."""
RULE_WIDTH = 0.7
"""Thickness of the rules below the header's lines, in points."""


def official_letter(report: AgencyReport, typesetter: Typesetter, appendices: dict[str, str]) -> Iterator[Flowable]:
    """The pieces of the letter. `appendices` maps the names of sections to the numerals of their appendices."""
    body = _Body(report, typesetter, appendices)
    yield header_block(report, typesetter)
    yield from _title(report, typesetter)
    yield from body.opening()
    yield from body.scope()
    yield from body.results()
    *requests, last = body.requests()
    yield from requests
    # A signature never stands alone on a page: the last request and the closing sentence go with it.
    yield KeepTogether([last, body.closing(), signature_block(report, typesetter)])


def header_block(report: AgencyReport, typesetter: Typesetter) -> Table:
    """Issuer on the left, nation and motto on the right; below them the number and the place with the date."""
    letter, say = report.letter, typesetter.say
    nation, motto = typesetter.line(say(words.NATION)), typesetter.line(say(words.MOTTO))
    fonts = typesetter.fonts
    right = max(stringWidth(nation, fonts.bold, 12), stringWidth(motto, fonts.bold, 13)) + 2
    left = TEXT_WIDTH - right
    room = left - GUTTER
    issuer = typesetter.centred(say(letter.issuer).upper(), "header_bold", room)
    parent = [typesetter.centred(say(letter.parent).upper(), "header", room)] if letter.parent else []
    issuer_length = min(stringWidth(say(letter.issuer).upper(), fonts.bold, 12), room)
    year = local_date(report.run.as_of).year
    place = typesetter.say(words.PLACE_AND_DATE, place=say(letter.place), year=year)
    rows: list[list[Any]] = [
        [
            [*parent, issuer, _rule(issuer_length * 0.42)],
            [
                typesetter.para(words.NATION, style="header_bold"),
                typesetter.para(words.MOTTO, style="motto"),
                _rule(stringWidth(motto, fonts.bold, 13)),
            ],
        ],
        [
            typesetter.para(typesetter.say(words.NUMBER, symbol=letter.symbol), style="number", limit=100),
            typesetter.para(place, style="place", limit=200),
        ],
    ]
    style = [
        *typesetter.plain,
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("RIGHTPADDING", (0, 0), (0, -1), GUTTER),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, 0), 6),
        ("BOTTOMPADDING", (0, 1), (-1, 1), 0),
    ]
    return Table(rows, colWidths=[left, right], style=style)


def appendix_key(numeral: str) -> str:
    """Where links to an appendix lead."""
    return f"appendix {numeral}"


def enclosed_note(report: AgencyReport, typesetter: Typesetter) -> Paragraph:
    """The line below an appendix's title that says which report it belongs to."""
    text = typesetter.say(
        words.ENCLOSED,
        symbol=report.letter.symbol,
        year=local_date(report.run.as_of).year,
        issuer=typesetter.say(report.letter.issuer),
    )
    return typesetter.centred(text, "enclosed")


def signature_block(report: AgencyReport, typesetter: Typesetter) -> Table:
    """Recipients on the left, authority and position with room for signature, seal and name on the right."""
    letter, say = report.letter, typesetter.say
    # A configuration may name the first line itself; it is there once.
    recipients = dict.fromkeys(say(each).strip(" -;.") for each in (words.AS_ABOVE, *letter.recipients))
    left: list[Flowable] = [typesetter.para(words.RECIPIENTS, style="recipients")]
    left += [typesetter.para(f"- {each};", style="recipient", limit=200) for each in recipients]
    left.append(typesetter.para(f"- {say(letter.archive).lstrip('- ')}", style="recipient", limit=200))
    right: list[Flowable] = []
    if letter.authority is not None:
        right.append(typesetter.para(say(letter.authority).upper(), style="sign", limit=200))
    right.append(typesetter.para(say(letter.position).upper(), style="sign", limit=200))
    right.append(Spacer(1, SIGNATURE_HEIGHT))
    half = TEXT_WIDTH / 2
    return Table([[left, right]], colWidths=[half, half], style=typesetter.plain, spaceBefore=12)


def _title(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    agency = typesetter.say(report.agency.name)
    abstract = typesetter.line(typesetter.say(words.ABSTRACT, agency=agency), 300)
    yield typesetter.heading(typesetter.say(words.KIND), "kind", 0)
    yield typesetter.centred(abstract, "abstract")
    length = min(stringWidth(abstract, typesetter.fonts.bold, 14), TEXT_WIDTH)
    yield _rule(length * 0.4)
    yield typesetter.para(typesetter.say(words.TO, agency=agency), style="to", limit=300)


def _rule(width: float) -> HRFlowable:
    return HRFlowable(width=width, thickness=RULE_WIDTH, color=black, spaceBefore=2, spaceAfter=2, hAlign="CENTER")


class _Body:
    """The parts of the letter between the addressee and the signature."""

    def __init__(self, report: AgencyReport, typesetter: Typesetter, appendices: dict[str, str]) -> None:
        self.report = report
        self.set = typesetter
        self.appendices = appendices
        self.agency = typesetter.say(report.agency.name)
        self.findings = tuple(finding for asset in report.assets for finding in asset.findings)
        self.findings = tuple(each for each in self.findings if each.announced is None)
        self.failed = tuple(each for each in self.findings if each.verdict == "fail")

    def opening(self) -> Iterator[Flowable]:
        """The legal basis, each with its semicolon and the last with its full stop, and the sentence that leads in."""
        lines = [self._pursuant(each) for each in self.report.policy.legal_basis]
        if self.report.agency.authorisation is not None:
            document = self.report.agency.authorisation.document
            lines.append(self.set.say(words.AUTHORISED_BY, document=self.set.line(document, 100)))
        for index, line in enumerate(lines):
            yield self.set.para(line + (";" if index < len(lines) - 1 else "."), style="legal")
        yield self._letter(words.LEAD, agency=self.agency)

    def scope(self) -> Iterator[Flowable]:
        """Part I."""
        run, policy = self.report.run, self.report.policy
        yield self.set.heading(self.set.say(words.PART_SCOPE), "part", 1)
        yield self._letter(
            words.SCOPE,
            run=run.id,
            started=moment(run.started, self.set.language),
            finished=moment(run.finished, self.set.language),
            vantage=run.vantage,
            assets=self._number(len(self.report.assets)),
        )
        if self.report.exclusions:
            count = self._number(len({each.asset for each in self.report.exclusions}))
            yield self._letter(words.SCOPE_EXCLUDED, count=count, appendix=self.appendices["unassessed"])
        title = self.set.say(policy.title)
        yield self._letter(words.SCOPE_POLICY, title=title, policy=policy.id, version=policy.version)
        if any(asset.policy.id != policy.id for asset in self.report.assets):
            yield self._letter(words.SCOPE_POLICIES, appendix=self.appendices["method"])
        if run.held is not None:
            usual = self._percent(run.held.usual)
            yield self._letter(exceptions.HELD, coverage=self._percent(run.held.coverage), usual=usual)

    def results(self) -> Iterator[Flowable]:
        """Part II."""
        yield self.set.heading(self.set.say(words.PART_RESULTS), "part", 1)
        yield self.set.para(words.POINT_SCORE, style="point")
        yield from self._scores()
        yield self.set.para(words.POINT_FAILURES, style="point")
        yield from self._failures()
        if self.report.history or self.report.changes:
            kinds = [change.kind for change in self.report.changes]
            yield self.set.para(words.POINT_CHANGES, style="point")
            yield self._letter(
                words.CHANGES,
                new=self._number(kinds.count("new")),
                regressed=self._number(kinds.count("regressed")),
                fixed=self._number(kinds.count("fixed")),
                still_failing=self._number(kinds.count("still_failing")),
                lost=self._number(kinds.count("no_longer_assessable")),
                found=self._number(kinds.count("newly_assessable")),
                scope=self._number(kinds.count("scope_changed")),
                rule=self._number(kinds.count("rule_changed")),
                appendix=self.appendices["changes"],
            )

    def requests(self) -> Iterator[Flowable]:
        """Part III: what is asked of the agency, by severity, each with its due dates."""
        yield self.set.heading(self.set.say(words.PART_REQUESTS), "part", 1)
        yield self.set.para(self.set.say(words.REQUESTS, agency=self.agency), style="lead_in")
        for index, (line, numeral) in enumerate(self._requests(), start=1):
            yield self._linked(f"{index}. {line}", numeral)

    def closing(self) -> Paragraph:
        """The last sentence."""
        return self._letter(words.CLOSING, agency=self.agency)

    def _scores(self) -> Iterator[Flowable]:
        score = self.report.score
        shares = {"coverage": self._percent(score.coverage), "appendix": self.appendices["method"]}
        if score.score is None:
            yield self._letter(words.SCORE_NONE, **shares)
        else:
            yield self._letter(words.SCORE, score=self._percent(score.score), **shares)
        if score.score_with_waivers is not None and score.score_with_waivers != score.score:
            yield self._letter(words.SCORE_WAIVED, score=self._percent(score.score_with_waivers))
        yield self._letter(
            words.COUNTS,
            total=self._number(len(self.findings)),
            passed=self._number(score.counts["pass"]),
            failed=self._number(score.counts["fail"]),
            unknown=self._number(score.counts["not_assessable"]),
            outside=self._number(score.counts["not_applicable"]),
        )

    def _failures(self) -> Iterator[Flowable]:
        if not self.failed:
            yield self._letter(words.FAILURES_NONE)
            return
        counts = self.report.score.failed_by_severity
        parts = [
            self.set.say(
                words.SEVERITY_COUNT,
                count=self._number(counts[severity]),
                severity=self.set.say(SEVERITY_NAMES[severity]).lower(),
            )
            for severity in SEVERITIES
            if counts[severity]
        ]
        yield self._letter(
            words.FAILURES,
            failed=self._number(len(self.failed)),
            controls=self._number(len(problems(self.report))),
            severities=", ".join(parts),
            appendix=self.appendices["findings"],
        )
        notes = [each.waiver for each in self.failed if each.waiver is not None]
        if notes:
            wrong = sum(note.kind == "false_positive" for note in notes)
            yield self._letter(
                words.FAILURES_WAIVED,
                count=self._number(len(notes) - wrong),
                wrong=self._number(wrong),
                appendix=self.appendices["unassessed"],
            )

    def _requests(self) -> Iterator[tuple[str, str | None]]:
        """Each request, with the numeral of the appendix that it names."""
        late = overdue(self.failed, local_date(self.report.run.as_of))
        if late:
            yield self.set.say(words.REQUEST_OVERDUE, count=self._number(len(late))), None
        open_ = [each for each in self.failed if each.waiver is None]
        for severity in SEVERITIES:
            chosen = [each for each in open_ if each.severity == severity]
            if chosen:
                appendix = self.appendices["findings"]
                yield (
                    self.set.say(
                        words.REQUEST_FIX,
                        count=self._number(len(chosen)),
                        severity=self.set.say(SEVERITY_NAMES[severity]).lower(),
                        appendix=appendix,
                        due=self._due(chosen),
                    ),
                    appendix,
                )
        unknown = self.report.score.counts["not_assessable"]
        if unknown:
            appendix = self.appendices["unassessed"]
            yield self.set.say(words.REQUEST_ACCESS, count=self._number(unknown), appendix=appendix), appendix
        if self.failed:
            yield self.set.say(words.REQUEST_RETEST), None
        elif self.report.score.score is not None:
            yield self.set.say(words.REQUEST_KEEP), None
        elif not unknown:
            yield self.set.say(words.REQUEST_INVENTORY), None

    def _due(self, findings: Sequence[Finding]) -> str:
        days = [each.due for each in findings if each.due is not None]
        if not days:
            return self.set.say(words.DUE_OPEN)
        first, last = self._day(min(days)), self._day(max(days))
        return self.set.say(words.DUE_ON, first=first) if first == last else self._between(first, last)

    def _between(self, first: str, last: str) -> str:
        return self.set.say(words.DUE_FROM_TO, first=first, last=last)

    def _pursuant(self, document: Text) -> str:
        name = self.set.say(document).strip().rstrip(";.")
        lead = self.set.say(words.ON_THE_BASIS)
        return name if name.lower().startswith(lead.lower()) else f"{lead} {name}"

    def _letter(self, text: Text, **values: object) -> Paragraph:
        shown = {name: self.set.line(str(value), 300) for name, value in values.items()}
        return self._linked(self.set.say(text, **shown), shown.get("appendix"))

    def _linked(self, text: str, numeral: str | None) -> Paragraph:
        """A paragraph; where it names the appendix of that numeral, the name leads there."""
        name = self.set.say(APPENDIX, numeral=numeral) if numeral else ""
        if not name or name not in text:
            return self.set.para(text, style="letter")
        before, _, after = text.partition(name)
        return self.set.para(before, self.set.link_to(appendix_key(str(numeral)), name), after, style="letter")

    def _number(self, value: int) -> str:
        return number(value, self.set.language)

    def _percent(self, value: int | None) -> str:
        """A share whose sign is never alone on the next line."""
        return percent(value, self.set.language).replace(" %", "\u00a0%")

    def _day(self, value: date) -> str:
        return day(value, self.set.language)
