"""How all agencies stand, in one mail: a line for each, with numbers by kind and without names of assets."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from checks.model.alert import Alert
from checks.model.text import Language, Text
from reports.alerts.letter import finished
from reports.alerts.lines import groups, is_ahead, lines
from reports.alerts.notice import Estate, Notice
from reports.mail import one_line
from reports.messages import alerts as words
from reports.messages import mail as mail_words
from reports.messages.figures import day, local_date

AGENCIES = 200
"""Agencies that have a line of their own."""


def digest(notice: Notice, estate: Estate, issuer: Text, sender: str, date: datetime, identity: str) -> bytes:
    """The mail about the estate as it goes out."""
    language = notice.language
    values = {"issuer": one_line(issuer.in_(language)), "day": day(local_date(date), language)}
    runs = [f"- {each}" for each in lines(groups(each for each in notice.alerts if not each.agency), language)]
    agencies = [f"- {each}" for each in _agencies(notice.alerts, estate, language)]
    quiet = len(estate.names) - len({each.agency for each in estate.standing if each.agency})
    body = [words.LEAD_DIGEST.in_(language).format_map(values)]
    for heading, told in ((words.RUNS_HEADING, runs), (words.AGENCIES_HEADING, agencies)):
        body += ["\n".join([heading.in_(language), *told])] if told else []
    body.append(words.QUIET.in_(language).format(count=quiet))
    body += [each.in_(language) for each in (words.CONFIDENTIAL, mail_words.AUTOMATIC)]
    subject = words.SUBJECT_DIGEST.in_(language).format_map(values)
    return finished(subject, body, notice.recipient, language, sender, date, identity)


def _agencies(fresh: Iterable[Alert], estate: Estate, language: Language) -> Iterator[str]:
    """A line for each agency of which something stands, those with most that is new and severe first."""
    new, standing = _by_agency(fresh), _by_agency(estate.standing)
    order = sorted(standing, key=lambda each: (each not in new, -_critical(standing[each]), -len(standing[each]), each))
    for agency in order[:AGENCIES]:
        text = words.AGENCY_NEWS if agency in new else words.AGENCY_OLD
        name = estate.names.get(agency, Text(agency, agency))
        yield text.in_(language).format(
            agency=one_line(name.in_(language)),
            fresh=_counted(new.get(agency, []), language),
            standing=_counted(standing[agency], language),
        )
    if len(order) > AGENCIES:
        yield words.MORE_AGENCIES.in_(language).format(count=len(order) - AGENCIES)


def _by_agency(alerts: Iterable[Alert]) -> dict[str, list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for each in alerts:
        if each.agency:
            found.setdefault(each.agency, []).append(each)
    return found


def _critical(alerts: Iterable[Alert]) -> int:
    return sum(each.severity == "critical" for each in alerts)


def _counted(alerts: Iterable[Alert], language: Language) -> str:
    """As in "2 critical, 1 overdue", in the order of kinds."""
    kinds = [words.DUE_KIND if is_ahead(each) else words.KINDS[each.kind] for each in alerts]
    counts = Counter(kind.in_(language) for kind in kinds)
    names = [each.in_(language) for each in (*words.KINDS.values(), words.DUE_KIND)]
    said = words.COUNTED.in_(language)
    return ", ".join(said.format(count=counts[name], kind=name) for name in names if counts[name])
