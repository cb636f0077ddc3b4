"""What goes out, and to whom (pure): to each recipient one message of each agency, with all that is new to him."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from checks.model.alert import ESTATE, Alert
from checks.model.asset import Agency, Contact
from checks.model.text import Language, Text
from reports.alerts.memory import Memory, same
from reports.alerts.routing import Routing, province, recipients

HOOK = "webhook:"
"""Begins the name of a recipient that is no address."""
MOST = 200
"""Alerts in one message to a webhook; more go in further ones."""


@dataclass(frozen=True, slots=True)
class Estate:
    """What a digest says beside what is new."""

    names: Mapping[str, Text]
    """Of every agency, by id."""
    standing: tuple[Alert, ...]
    """Everything that stands, what is new among it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message."""

    agency: Agency | None
    """Whom it is about; None: the estate."""
    recipient: str
    """An address, or "webhook:" and a name; empty where there is nobody to be told."""
    language: Language
    alerts: tuple[Alert, ...]
    """At least one, by key."""
    estate: Estate | None = None
    """Of a mail about the estate."""

    @property
    def run(self) -> str:
        """The latest run that showed any of it; empty where none did."""
        return max((each.run for each in self.alerts), default="")

    def of_run(self, run: str) -> "Notice":
        """The same with what that run showed alone; it may be nothing."""
        return replace(self, alerts=tuple(each for each in self.alerts if each.run == run))


def mails(memory: Memory, agencies: Mapping[str, Agency], routing: Routing, language: Language) -> Iterator[Notice]:
    """What each contact is to be told of each agency and was not told yet, by agency and address."""
    for agency in sorted(agencies.values(), key=lambda each: each.id):
        found: dict[str, tuple[Contact, list[Alert]]] = {}
        alone: list[Alert] = []
        for alert in memory.of(agency.id):
            contacts = recipients(alert, agencies, routing)
            for each in contacts:
                if alert.key not in memory.told(each.email):
                    found.setdefault(each.email.lower(), (each, []))[1].append(alert)
            if not contacts:
                alone.append(alert)
        for _, (contact, alerts) in sorted(found.items(), key=lambda each: each[0]):
            yield Notice(agency, contact.email, contact.language or language, tuple(alerts))
        if alone:
            yield Notice(agency, "", language, tuple(alone))


def digests(
    memory: Memory,
    agencies: Mapping[str, Agency],
    routing: Routing,
    language: Language,
    due_since: datetime,
) -> Iterator[Notice]:
    """What those are to be told who are told of the estate: all agencies in one mail. It is due where the last one is
    from before `due_since`, and at once where a run went wrong."""
    standing = tuple(memory.standing[key] for key in sorted(memory.standing))
    estate = Estate({each.id: each.name for each in agencies.values()}, standing)
    for contact in province(agencies, routing):
        told, last = memory.told(contact.email), memory.digests.get(same(contact.email))
        fresh = tuple(each for each in standing if each.key not in told)
        if fresh and (last is None or last < due_since or any(each.kind in ESTATE for each in fresh)):
            yield Notice(None, contact.email, contact.language or language, fresh, estate)


def hooks(memory: Memory, agencies: Mapping[str, Agency], names: Iterable[str], language: Language) -> Iterator[Notice]:
    """What each webhook is to be told of each agency and of the estate, and was not told yet."""
    for name in names:
        told = memory.told(HOOK + name)
        for agency in (None, *sorted(agencies.values(), key=lambda each: each.id)):
            alerts = [each for each in memory.of("" if agency is None else agency.id) if each.key not in told]
            for part in _parts(alerts):
                yield Notice(agency, HOOK + name, language, part)


def _parts(alerts: Sequence[Alert]) -> Iterator[tuple[Alert, ...]]:
    for start in range(0, len(alerts), MOST):
        yield tuple(alerts[start : start + MOST])
