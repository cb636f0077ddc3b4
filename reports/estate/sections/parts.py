"""What the appendices on the estate share: names of agencies in their order, and tables that are cut with a count."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from reportlab.platypus import Flowable

from checks.model.text import Text
from reports.collation import SortKey, sort_key
from reports.estate.model import AgencySummary, EstateReport
from reports.messages import estate as words
from reports.messages.figures import number
from reports.pdf.typesetter import Column, Content, Typesetter

SHOWN = 30
"""Rows of a long list; the XLSX file has all of them."""
NAME = 90
"""Characters of an agency's name within a sentence."""

Row = Sequence[Content | Flowable | list[Flowable]]


class Names:
    """The names of the agencies in the report's language."""

    def __init__(self, report: EstateReport, typesetter: Typesetter) -> None:
        self.language = typesetter.language
        self._names = {each.agency.id: typesetter.say(each.agency.name) for each in report.summaries}

    def of(self, agency: str) -> str:
        """The name of one."""
        return self._names.get(agency, agency)

    def order(self, summary: AgencySummary) -> tuple[SortKey, str]:
        """What agencies are sorted by where nothing else tells them apart."""
        return sort_key(self.of(summary.agency.id), self.language), summary.agency.id

    def listed(self, agencies: Iterable[str], typesetter: Typesetter, limit: int) -> str:
        """How many they are, the first of their names as far as there is room, and how many are left out."""
        own = sorted((self.of(each) for each in agencies), key=lambda name: sort_key(name, self.language))
        return listed(own, words.MORE_AGENCIES, typesetter, limit)


def listed(own: Sequence[str], more: Text, typesetter: Typesetter, limit: int) -> str:
    """How many texts there are, the first of them within `limit` characters, and how many are left out."""
    shown: list[str] = []
    for each in own:
        cut = typesetter.line(each, NAME)
        if shown and len("; ".join((*shown, cut))) > limit:
            break
        shown.append(cut)
    rest = len(own) - len(shown)
    text = f"{number(len(own), typesetter.language)}: {'; '.join(shown)}"
    return f"{text} {typesetter.say(more, count=number(rest, typesetter.language))}" if rest else text


def cut_table(
    columns: Sequence[Column], rows: Iterable[Row], count: int, sheet: Text, typesetter: Typesetter, shown: int = SHOWN
) -> Iterator[Flowable]:
    """A table of the first of `count` rows, and where the others are."""
    yield from typesetter.table(columns, islice(rows, shown))
    if count > shown:
        more = number(count - shown, typesetter.language)
        yield typesetter.para(typesetter.say(words.MORE_ROWS, count=more, sheet=typesetter.say(sheet)), style="note")


def severity_counts(counts: Iterable[int], typesetter: Typesetter) -> list[Content]:
    """Counts in narrow columns, where nothing is a dash."""
    return [number(each, typesetter.language) if each else "–" for each in counts]
