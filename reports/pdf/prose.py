"""The prose of a letter: sentences with values placed, cut and escaped, where names of appendices lead to them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from reportlab.platypus import Flowable, KeepTogether, Paragraph

from checks.model.policy import SEVERITIES
from checks.model.text import Text
from checks.score import Score
from reports.messages import letter as words
from reports.messages.figures import day, number, percent
from reports.messages.labels import APPENDIX, SEVERITY_NAMES
from reports.pdf.official import appendix_key
from reports.pdf.typesetter import Typesetter


class Prose:
    """Writes the paragraphs of one letter."""

    def __init__(self, typesetter: Typesetter, appendices: Mapping[str, str]) -> None:
        self.set = typesetter
        self.appendices = appendices
        """The numerals of the appendices by the names of their sections."""

    def part(self, title: Text) -> Flowable:
        """The heading of a part."""
        return self.set.heading(self.set.say(title), "part", 1)

    def point(self, title: Text) -> Flowable:
        """The heading of a point within a part."""
        return self.set.para(title, style="point")

    def legal_basis(self, documents: Iterable[Text], more: Iterable[str] = ()) -> Iterator[Flowable]:
        """What the letter rests on: each line ends with a semicolon, the last with a full stop."""
        lines = [*map(self._pursuant, documents), *more]
        for index, line in enumerate(lines):
            yield self.set.para(line + (";" if index < len(lines) - 1 else "."), style="legal")

    def say(self, text: Text, **values: object) -> Paragraph:
        """A paragraph; where `appendix` is among the values, the name of that appendix leads there."""
        shown = {name: self.set.line(str(value), 300) for name, value in values.items()}
        return self.linked(self.set.say(text, **shown), shown.get("appendix"))

    def linked(self, text: str, numeral: str | None) -> Paragraph:
        """A paragraph of plain text; where it names the appendix of that numeral, the name leads there."""
        name = self.set.say(APPENDIX, numeral=numeral) if numeral else ""
        if not name or name not in text:
            return self.set.para(text, style="letter")
        before, _, after = text.partition(name)
        return self.set.para(before, self.set.link_to(appendix_key(str(numeral)), name), after, style="letter")

    def number(self, value: int) -> str:
        """A count."""
        return number(value, self.set.language)

    def percent(self, value: int | None) -> str:
        """A share whose sign is never alone on the next line."""
        return percent(value, self.set.language).replace(" %", "\u00a0%")

    def day(self, value: date) -> str:
        """A date."""
        return day(value, self.set.language)

    def due(self, days: Iterable[date | None]) -> str:
        """By when: one date, or the first and the last of several, or that it is open."""
        known = sorted({each for each in days if each is not None})
        if not known:
            return self.set.say(words.DUE_OPEN)
        first, last = self.day(known[0]), self.day(known[-1])
        if first == last:
            return self.set.say(words.DUE_ON, first=first)
        return self.set.say(words.DUE_FROM_TO, first=first, last=last)

    def scores(self, score: Score, appendix: str) -> Iterator[Flowable]:
        """Compliance with the coverage beside it, and what they are made of; `appendix` has the formulas."""
        shares = {"coverage": self.percent(score.coverage), "appendix": appendix}
        if score.score is None:
            yield self.say(words.SCORE_NONE, **shares)
        else:
            yield self.say(words.SCORE, score=self.percent(score.score), **shares)
        if score.score_with_waivers is not None and score.score_with_waivers != score.score:
            yield self.say(words.SCORE_WAIVED, score=self.percent(score.score_with_waivers))
        yield self.say(
            words.COUNTS,
            total=self.number(sum(score.counts.values())),
            passed=self.number(score.counts["pass"]),
            failed=self.number(score.counts["fail"]),
            unknown=self.number(score.counts["not_assessable"]),
            outside=self.number(score.counts["not_applicable"]),
        )

    def severities(self, score: Score) -> str:
        """How many failed, by severity, as part of a sentence."""
        counts = score.failed_by_severity
        return ", ".join(
            self.set.say(
                words.SEVERITY_COUNT,
                count=self.number(counts[severity]),
                severity=self.set.say(SEVERITY_NAMES[severity]).lower(),
            )
            for severity in SEVERITIES
            if counts[severity]
        )

    def _pursuant(self, document: Text) -> str:
        name = self.set.say(document).strip().rstrip(";.")
        lead = self.set.say(words.ON_THE_BASIS)
        return name if name.lower().startswith(lead.lower()) else f"{lead} {name}"


def ending(requests: Iterable[Flowable], *rest: Flowable) -> Iterator[Flowable]:
    """The requests and what closes the letter. A signature never stands alone on a page: the last request goes with it,
    and so does what leads to that request, which ReportLab does not keep with a group by itself."""
    pieces: list[Any] = list(requests)
    start = len(pieces) - 1
    while start > 0 and pieces[start - 1].getKeepWithNext():
        start -= 1
    yield from pieces[:start]
    yield KeepTogether([*pieces[start:], *rest])
