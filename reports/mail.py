"""A report by mail to its agency's own contacts: the message, the tries, and the log of them.

Who receives is never asked of the caller: a parcel holds the agency, and the agency holds its contacts.
"""

import io
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol

from checks.model.asset import Agency
from checks.model.canonical import digest
from checks.model.delivery import ADDRESS, Delivery, SentFile
from checks.model.text import Language, Text
from reports.formats.files import File
from reports.messages import mail as words
from reports.messages.figures import day, local_date
from reports.smtp import Settings, send
from reports.trying import Answer, tries, trusting

NAME = 150
"""Characters of an agency's name in a subject."""
MEDIA_TYPES = {"pdf": ("application", "pdf"), "json": ("application", "json"), "csv": ("text", "csv")}
POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes it, also one without 8BITMIME."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one agency is sent of one run."""

    run: str
    started: datetime
    agency: Agency
    language: Language
    issuer: Text
    files: tuple[File, ...]
    password: str = field(default="", repr=False)
    """Of the encrypted archive; empty: the files go as they are (within TLS)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a parcel at one contact."""

    agency: str
    recipient: str
    """Empty where the agency has no contact."""
    answer: Answer | None
    """None: it was not tried."""
    note: Text
    attempts: int = 0


class Log(Protocol):
    """Where deliveries are remembered, and only ever added to."""

    def record(self, delivery: Delivery) -> None:
        """Keep one step; on disk on return. Raises where it cannot: nothing is sent that is not logged first."""
        ...

    def deliveries(self, run_id: str) -> tuple[Delivery, ...]:
        """What was logged of a run, in order."""
        ...


class Post:
    """Brings parcels to contacts."""

    def __init__(
        self,
        settings: Settings,
        log: Log,
        by: str,
        now: Callable[[], datetime],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises OSError where a file of trust anchors cannot be read."""
        self._settings = settings
        self._context = trusting(settings.trust_anchors)
        self._log = log
        self._by = by
        self._now = now
        self._wait = wait

    def deliver(self, parcels: Iterable[Parcel], again: bool = False) -> Iterator[Result]:
        """Send each parcel to each contact of its agency that does not have it yet (`again`: to those too)."""
        closed = False
        for parcel in parcels:
            for result in planned(parcel.agency, parcel.run, parcel.language, self._log, again):
                if result.note != words.WOULD_GO:
                    yield result
                elif closed:
                    yield replace(result, note=words.NOT_TRIED)
                else:
                    result = self._deliver(parcel, result.recipient)
                    closed = result.answer is not None and result.answer.whole
                    yield result

    def _deliver(self, parcel: Parcel, recipient: str) -> Result:
        began = self._now()
        identity = make_msgid(domain=self._settings.sender.rpartition("@")[2])
        data = message(parcel, self._settings.sender, recipient, began, identity)
        step = Delivery(
            run=parcel.run,
            agency=parcel.agency.id,
            language=parcel.language,
            recipient=recipient,
            files=tuple(SentFile(each.name, digest(each.data)) for each in parcel.files),
            encrypted=bool(parcel.password),
            by=self._by,
            at=began,
            message_id=identity,
            attempt=1,
            state="begun",
        )

        def once(attempt: int) -> Answer:
            tried = replace(step, attempt=attempt)
            self._log.record(replace(tried, at=self._now()))
            answer = send(self._settings, self._context, recipient, data)
            became = replace(tried, state=answer.state, reason=answer.reason, code=answer.code, detail=answer.detail)
            self._log.record(replace(became, at=self._now()))
            return answer

        answer, attempt = tries(once, self._settings.attempts, self._settings.back_off, self._wait)
        return Result(parcel.agency.id, recipient, answer, words.STATES[answer.state], attempt)


def planned(agency: Agency, run_id: str, language: Language, log: Log, again: bool = False) -> Iterator[Result]:
    """A line for each contact of an agency: who would be sent the report, and why another would not."""
    recipients = {each.email.lower(): each.email for each in agency.contacts}
    if not recipients:
        yield Result(agency.id, "", None, words.NO_CONTACT)
    logged = {each.key: each.state for each in log.deliveries(run_id)}
    for key, recipient in recipients.items():
        state = logged.get((run_id, agency.id, language, key))
        if not ADDRESS.fullmatch(recipient):
            yield Result(agency.id, recipient, Answer("rejected", "address"), words.STATES["rejected"])
        elif state == "accepted" and not again:
            yield Result(agency.id, recipient, None, words.SENT_BEFORE)
        elif state == "begun" and not again:
            yield Result(agency.id, recipient, None, words.CUT_OFF_BEFORE)
        else:
            yield Result(agency.id, recipient, None, words.WOULD_GO)


def message(parcel: Parcel, sender: str, recipient: str, date: datetime, identity: str) -> bytes:
    """The mail in the parcel's language, as it goes out. What an agency is called cannot add a header to it."""
    values = {
        "agency": one_line(parcel.agency.name.in_(parcel.language)),
        "issuer": one_line(parcel.issuer.in_(parcel.language)),
        "run": parcel.run,
        "day": day(local_date(parcel.started), parcel.language),
        "archive": archive_name(parcel),
    }
    subject = words.SUBJECT.in_(parcel.language).format_map(values)
    mail = envelope(sender, recipient, subject, date, identity)
    mail.set_content(_body(parcel, values))
    if parcel.password:
        mail.add_attachment(
            archive(parcel.files, parcel.password), maintype="application", subtype="zip", filename=values["archive"]
        )
    else:
        for each in parcel.files:
            main, sub = MEDIA_TYPES.get(each.name.rpartition(".")[2], ("application", "octet-stream"))
            mail.add_attachment(each.data, maintype=main, subtype=sub, filename=each.name)
    mail["Content-Language"] = parcel.language  # RFC 3282; set_content would take it away
    return mail.as_bytes()


def envelope(sender: str, recipient: str, subject: str, date: datetime, identity: str) -> EmailMessage:
    """A mail with its headers and nothing else; the subject is one line already."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = subject
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = identity
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers
    return mail


def archive(files: Iterable[File], password: str) -> bytes:
    """A ZIP whose files are encrypted with AES-256 (WinZip AE-2). Their names are not: they tell no result."""
    import pyzipper  # here, for every command knows this module, and only one sends

    kept = io.BytesIO()
    with pyzipper.AESZipFile(kept, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archived:
        archived.setpassword(password.encode())
        archived.setencryption(pyzipper.WZ_AES, nbits=256)
        for each in files:
            archived.writestr(each.name, each.data)
    return kept.getvalue()


def archive_name(parcel: Parcel) -> str:
    """As in so-mau.vi.20261123-051313-0704.zip."""
    return f"{parcel.agency.id}.{parcel.language}.{parcel.run}.zip"


def one_line(name: str) -> str:
    """A name without line ends, control and direction characters, cut.

    An encoded word (RFC 2047) is broken up: the library decodes one in what it is given, line ends in it included.
    """
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in name)
    text = " ".join(shown.replace("=?", "= ?").split())
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def _body(parcel: Parcel, values: dict[str, str]) -> str:
    parts = [words.GREETING, words.LEAD, words.FILES]
    lines = [each.in_(parcel.language).format_map(values) for each in parts]
    lines += [f"{each.name}\n  {digest(each.data).removeprefix('sha256:')}" for each in parcel.files]
    last = [*([words.ENCRYPTED] if parcel.password else []), words.CONFIDENTIAL, words.AUTOMATIC]
    return "\n\n".join([*lines, *(each.in_(parcel.language).format_map(values) for each in last)]) + "\n"
