"""Alerts as a mail: what is wrong in a line, and the name of the report that has the rest. Nothing is enclosed."""

from collections.abc import Sequence
from datetime import datetime

from checks.model.text import Language, Text
from reports.alerts.lines import groups, lines
from reports.alerts.notice import Notice
from reports.mail import envelope, one_line
from reports.messages import alerts as words
from reports.messages import mail as mail_words
from reports.messages.figures import day, local_date


def message(notice: Notice, issuer: Text, sender: str, date: datetime, identity: str) -> bytes:
    """The mail about an agency, in the notice's language, as it goes out."""
    language, agency = notice.language, notice.agency
    if agency is None:
        raise ValueError("a mail about the estate is a digest")
    values = {
        "agency": one_line(agency.name.in_(language)),
        "issuer": one_line(issuer.in_(language)),
        "day": day(local_date(date), language),
        "run": notice.run,
        "report": f"{agency.id}.{language}",
    }
    told = [f"- {each}" for each in lines(groups(notice.alerts), language)]
    closing = [*([words.REPORT] if notice.run else []), words.ONLY_ONCE, words.CONFIDENTIAL, mail_words.AUTOMATIC]
    body = [words.LEAD.in_(language).format_map(values), "\n".join(told)]
    body += [each.in_(language).format_map(values) for each in closing]
    reminder = all(each.kind == "due" for each in notice.alerts)
    subject = (words.SUBJECT_REMINDER if reminder else words.SUBJECT).in_(language).format_map(values)
    return finished(subject, body, notice.recipient, language, sender, date, identity)


def finished(
    subject: str,
    paragraphs: Sequence[str],
    recipient: str,
    language: Language,
    sender: str,
    date: datetime,
    identity: str,
) -> bytes:
    """A mail of paragraphs as it goes out."""
    mail = envelope(sender, recipient, subject, date, identity)
    mail.set_content("\n\n".join(paragraphs) + "\n")
    mail["Content-Language"] = language  # RFC 3282; set_content would take it away
    return mail.as_bytes()
