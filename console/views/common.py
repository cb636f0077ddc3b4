"""What several views share: the run that a page is about, filters, and cells for tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from checks.model.asset import Agency
from checks.model.finding import Verdict
from checks.model.policy import Severity
from checks.model.text import Language, Text
from console import days, words
from console.figures import Standing
from console.pages import page
from console.request import Request
from console.tables import Cell, Look
from history.facts import RunRow
from reports.messages import labels
from reports.messages.figures import VIETNAM_TIME, change, day, number, percent

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: a run, which is the latest scan unless the URL names another or a day."""

    run: RunRow
    latest: RunRow
    """Of the day that is named, or of now."""
    day: date | None = None

    @property
    def today(self) -> date:
        """The day by which it is told what is overdue."""
        return self.day or days.today()

    @property
    def until(self) -> datetime | None:
        """The last moment that the page knows of; None: now."""
        return None if self.day is None else days.end(self.day)


def shown(request: Request, agency: str | None = None) -> Shown | None:
    """The run that a page is about: the latest scan, the finished run that the URL names (`?run=`), or what was the
    latest scan at the end of the day that it names (`?date=`). None where there was none yet. Raises Unclear, NotSeen.
    """
    named = request.GET.get("run", "")
    day = None if named else days.named(request, "date")
    latest = request.door.latest(agency, None if day is None else days.end(day))
    if latest is None:
        return None
    run = request.door.run(named) if named else latest
    if run.state != "finished":
        raise Http404
    return Shown(run, latest, day)


def kept(request: Request) -> dict[str, str]:
    """What of the URL says which run or day is shown, for links that keep to it."""
    return {name: request.GET[name] for name in ("run", "date") if request.GET.get(name)}


def empty(request: Request, title: Text) -> HttpResponse:
    """The page where there was no scan yet, or not by the day that the URL names."""
    return page(request, "empty.html", title=title, day_shown=days.named(request, "date"))


def chosen(request: Request, name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The value of a filter, if it is one of those that there are; empty otherwise."""
    value = request.GET.get(name, "")
    return value if value in known else ""


def searched(request: Request) -> str:
    """What is searched for, in lower case."""
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH].casefold()


def link(name: str, query: Mapping[str, str] | None = None, **values: object) -> str:
    """The URL of a page."""
    kept = {key: value for key, value in (query or {}).items() if value}
    return reverse(name, kwargs=values) + (f"?{urlencode(kept)}" if kept else "")


def agency_cell(agency: Agency, language: Language, query: Mapping[str, str]) -> Cell:
    """An agency by its name, with the way to its card."""
    return Cell(agency.name.in_(language), link("agency", query, agency=agency.id))


def local_time(value: datetime) -> str:
    """A moment in lists to choose from, in Viet Nam's time, in the order in which it is sorted."""
    return f"{value.astimezone(VIETNAM_TIME):%Y-%m-%d %H:%M}"


def share_cell(share: int | None, language: Language) -> Cell:
    """A share of 0 to 10000 basis points."""
    return Cell(percent(share, language), look="number", value="" if share is None else f"{share / 100:.2f}")


def change_cell(standing: Standing, language: Language) -> Cell:
    """How far a score moved, in percentage points, with a sign that tells the direction without its colour."""
    if standing.moved is None or standing.before is None:
        return Cell("–", look="number", value="")
    now, before = standing.score.score or 0, standing.before.score or 0
    look: Look = "down" if standing.moved < 0 else "up" if standing.moved > 0 else "number"
    return Cell(change(now, before, language), look=look, value=f"{standing.moved / 100:.2f}")


def count_cell(count: int, language: Language) -> Cell:
    """How many."""
    return Cell(number(count, language), look="number", value=count)


def verdict_cell(verdict: Verdict, language: Language, href: str = "") -> Cell:
    """A verdict with its mark."""
    return Cell(labels.VERDICT_NAMES[verdict].in_(language), href, look=verdict)


def severity_cell(severity: Severity, language: Language) -> Cell:
    """A severity in words."""
    return Cell(labels.SEVERITY_NAMES[severity].in_(language), look=severity)


def due_cell(due: date | None, today: date, language: Language) -> Cell:
    """A date by which something is due, marked where it is past."""
    if due is None:
        return Cell("–", value="")
    late = due < today
    text = day(due, language) + (f" ({words.OVERDUE.in_(language)})" if late else "")
    return Cell(text, look="late" if late else "", value=due.isoformat())
