"""One message to one recipient by SMTP (RFC 5321) within TLS, bounded in time, and what became of it as a value.

Nothing is said before TLS but EHLO and STARTTLS (RFC 3207): no password, no name of an agency.
"""

import smtplib
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from checks.model.delivery import DeliveryReason
from reports.trying import Answer, said
from reports.watch import Watch


@dataclass(frozen=True, slots=True)
class Settings:
    """The mail server that takes reports over."""

    host: str
    sender: str
    """Address in From and MAIL FROM; answers go there."""
    port: int = 587
    tls: Literal["starttls", "implicit"] = "starttls"
    """There is no third: without TLS nothing is sent."""
    user: str = ""
    """Empty: no login."""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    """Seconds for one answer of the server."""
    patience: float = 600.0
    """Seconds for one whole try, however slowly the server goes on answering."""
    attempts: int = 3
    """Tries of one message."""
    back_off: float = 30.0
    """Seconds before the second try; each further one waits four times as long."""
    trust_anchors: tuple[Path, ...] = ()
    """PEM files of authorities that are trusted beside the machine's own."""


class _Starttls(smtplib.SMTP):
    """Connects when it is made, so the watch has to know it before."""

    def __init__(self, settings: Settings, context: ssl.SSLContext, watch: Watch) -> None:
        watch.over(self)
        super().__init__(settings.host, settings.port, _own_name(settings), timeout=settings.timeout)
        try:
            self.starttls(context=context)
        except BaseException:
            self.close()
            raise


class _Implicit(smtplib.SMTP_SSL):
    """The same with TLS from the first byte (RFC 8314)."""

    def __init__(self, settings: Settings, context: ssl.SSLContext, watch: Watch) -> None:
        watch.over(self)
        super().__init__(settings.host, settings.port, _own_name(settings), timeout=settings.timeout, context=context)


def send(settings: Settings, context: ssl.SSLContext, recipient: str, message: bytes) -> Answer:
    """Try once to hand a message over. Whatever goes wrong on the way is an answer, not an error."""
    watch = Watch()
    with watch.running(settings.patience):
        answer = _send(settings, context, recipient, message, watch)
    if watch.late and answer.state == "deferred":
        return Answer("deferred", "timed_out", whole=answer.whole)
    return answer


def _send(settings: Settings, context: ssl.SSLContext, recipient: str, message: bytes, watch: Watch) -> Answer:
    try:
        kind = _Implicit if settings.tls == "implicit" else _Starttls
        client = kind(settings, context, watch)
    except Exception as error:
        return _answer(error, settings, whole=True)
    try:
        return _hand_over(client, settings, recipient, message)
    finally:
        client.close()


def _hand_over(client: smtplib.SMTP, settings: Settings, recipient: str, message: bytes) -> Answer:
    try:
        if settings.user:
            client.login(settings.user, settings.password)
    except Exception as error:
        return _answer(error, settings, whole=True)
    try:
        client.sendmail(settings.sender, [recipient], message)
    except Exception as error:
        return _answer(error, settings)
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        pass  # it has taken the message over; how it says goodbye is its own affair
    return Answer("accepted")


def _answer(error: Exception, settings: Settings, whole: bool = False) -> Answer:
    """What an error of smtplib means. Raises it again where it is none of the network's."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            return _replied(code, words, settings, "answer")
        case smtplib.SMTPAuthenticationError():
            return _replied(error.smtp_code, error.smtp_error, settings, "login", whole=True)
        case smtplib.SMTPSenderRefused():
            return _replied(error.smtp_code, error.smtp_error, settings, "answer", whole=error.smtp_code != 552)
        case smtplib.SMTPResponseException():
            return _replied(error.smtp_code, error.smtp_error, settings, "answer", whole)
        case smtplib.SMTPNotSupportedError():
            reason: DeliveryReason = "no_starttls" if "STARTTLS" in str(error) else "login"
            return Answer("rejected", reason, whole=True)
        case smtplib.SMTPServerDisconnected():
            late = isinstance(error.__context__, TimeoutError)
            return Answer("deferred", "timed_out" if late else "connection", whole=whole)
        case smtplib.SMTPException():
            return Answer("rejected", "login", detail=_clean(str(error), settings), whole=True)
        case ssl.SSLCertVerificationError():
            return Answer("rejected", "certificate", detail=_clean(error.verify_message, settings), whole=True)
        case TimeoutError():
            return Answer("deferred", "timed_out", whole=whole)
        case ssl.SSLError():
            return Answer("deferred", "tls", detail=_clean(error.reason or "", settings), whole=whole)
        case UnicodeError():  # a host that is no name
            return Answer("rejected", "connection", whole=True)
        case OSError():
            return Answer("deferred", "connection", detail=_clean(error.strerror or "", settings), whole=whole)
    raise error


def _replied(code: int, words: bytes | str, settings: Settings, reason: DeliveryReason, whole: bool = False) -> Answer:
    """By the first digit (RFC 5321, 4.2.1): 5 is for ever; 4, and what is no reply code, may be tried again."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    final = 500 <= code <= 599
    if code == 552:
        reason = "size"
    return Answer("rejected" if final else "deferred", reason, code, _clean(text, settings), whole)


def _clean(text: str, settings: Settings) -> str:
    """Without the password, which a server may repeat as it came."""
    for secret in _forms(settings) if settings.password else ():
        text = text.replace(secret, "***")
    return said(text)


def _forms(settings: Settings) -> tuple[str, ...]:
    """The password as it is, and as AUTH PLAIN and AUTH LOGIN send it (RFC 4616)."""
    password = settings.password.encode()
    plain = b"\0" + settings.user.encode() + b"\0" + password
    return settings.password, b64encode(plain).decode(), b64encode(password).decode()


def _own_name(settings: Settings) -> str:
    """For EHLO: the sender's domain, since the machine's own name is nobody's business."""
    return settings.sender.rpartition("@")[2]
