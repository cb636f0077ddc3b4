"""Alerts as people read them: what is alike in one line (pure). The values come raw, and every one of them is cut and
put on one line; what a file or a mail needs beyond that is for whoever writes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from checks.model.alert import ALERT_KINDS, Alert
from checks.model.finding import Value
from checks.model.policy import SEVERITIES
from checks.model.text import Language, Text
from reports.formats.clean import line
from reports.messages import alerts as words
from reports.messages.figures import day, moment, percent

NAMES = 5
"""Assets that a line names; of more it tells the number."""
LINES = 40
"""Lines of one message."""
WIDTH = 160
"""Characters of a value from outside."""
_Alike = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts that are told in one line."""

    alerts: tuple[Alert, ...]
    """At least one."""

    @property
    def first(self) -> Alert:
        """What all of them share stands in each."""
        return self.alerts[0]

    @property
    def assets(self) -> tuple[str, ...]:
        """Ids of the assets concerned, sorted; none where it is the whole agency."""
        named = {str(name) for each in self.alerts for name in _assets(each)}
        return tuple(sorted(named))

    def in_(self, language: Language) -> str:
        """The line."""
        return _text(self.first).in_(language).format_map(self._values(language))

    def _values(self, language: Language) -> dict[str, str]:
        shown = {name: _shown(name, value, language) for name, value in self.first.params.items()}
        title = self.first.title or Text(
            *(each.format(control=self.first.control) for each in (words.NO_TITLE.vi, words.NO_TITLE.en))
        )
        ports = sorted({port for each in self.alerts if isinstance(port := each.params.get("port"), int)})
        return {
            **shown,
            "title": line(title.in_(language), WIDTH),
            "where": _where(self.assets, language),
            "ports": ", ".join(map(str, ports)),
        }


def groups(alerts: Iterable[Alert]) -> tuple[Group, ...]:
    """Alerts of one agency in the order of kinds and severities; what is alike but for the asset is one group."""
    found: dict[_Alike, list[Alert]] = {}
    for each in alerts:
        found.setdefault(_alike(each), []).append(each)
    made = [Group(tuple(sorted(each, key=lambda alert: alert.key))) for each in found.values()]
    return tuple(sorted(made, key=_order))


def lines(found: Sequence[Group], language: Language) -> list[str]:
    """A line for each group, so many at the most; the last one then says how many are left out."""
    shown = [each.in_(language) for each in found[:LINES]]
    left = len(found) - len(shown)
    return [*shown, *([words.MORE_LINES.in_(language).format(count=left)] if left else [])]


def _alike(alert: Alert) -> _Alike:
    values: Mapping[str, Value] = alert.params
    match alert.kind:
        case "certificate_expiring":
            return alert.kind, str(values["ends"]), "", ""
        case "due":
            return alert.kind, str(values["due"]), alert.control, _titled(alert)
        case "authorisation_ending":
            return alert.kind, str(values["ends"]), str(values["document"]), ""
        case "port_opened":
            return alert.kind, alert.asset, "", ""
        case "scan_not_begun":
            return alert.kind, alert.key, "", ""
    return alert.kind, alert.run if not alert.agency else "", alert.control, _titled(alert)


def _titled(alert: Alert) -> str:
    return "" if alert.title is None else alert.title.vi


def _order(group: Group) -> tuple[int, int, str, str]:
    first = group.first
    return ALERT_KINDS.index(first.kind), SEVERITIES.index(first.severity), *_alike(first)[1:3]


def is_ahead(alert: Alert) -> bool:
    """Whether it is of a date on which something is due and which is not past."""
    step = alert.params.get("step")
    return alert.kind == "due" and isinstance(step, int) and step <= 0


def _text(alert: Alert) -> Text:
    return words.DUE_SOON if is_ahead(alert) else words.LINES[alert.kind]


def _assets(alert: Alert) -> tuple[str, ...]:
    named = alert.params.get("assets")
    if isinstance(named, tuple):
        return named
    return (alert.asset,) if alert.asset else ()


def _where(assets: Sequence[str], language: Language) -> str:
    if not assets:
        return words.WHOLE_AGENCY.in_(language)
    names = ", ".join(assets[:NAMES])
    left = len(assets) - NAMES
    return names if left <= 0 else words.AND_MORE.in_(language).format(names=names, count=left)


def _shown(name: str, value: Value, language: Language) -> str:
    """A value of an alert by its name: dates and shares as people read them."""
    match name:
        case "ends" | "due":
            return day(date.fromisoformat(str(value)), language)
        case "started" | "planned":
            return moment(datetime.fromisoformat(str(value)), language)
        case "earlier" | "before" | "now" | "coverage" | "usual":
            return percent(value if isinstance(value, int) else None, language)
    return line(str(value), WIDTH)
