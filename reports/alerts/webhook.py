"""One message to a webhook by HTTPS: signed, bounded in time, without redirects, and what became of it as a value.

The signature is HMAC-SHA256 (RFC 2104) over the time of the try in seconds since 1970, a full stop and the body:

    Khien-Timestamp: 1764300000
    Khien-Signature: sha256=<hexadecimal>
    Khien-Delivery: <the same in every try of one message>
"""

import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from checks.model.alert import Alert
from checks.model.canonical import STRICT, adapter, dump
from checks.model.text import Text
from reports.alerts.lines import Group
from reports.alerts.notice import Notice
from reports.trying import Answer, said
from reports.watch import Watch

LATER = frozenset({408, 425, 429})
"""Answers that may be another one later, beside 5xx (RFC 9110 15.5.9, RFC 8470, RFC 6585)."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where to, and how."""

    name: str
    url: str
    """https, or http at a loopback address."""
    secret: str = field(repr=False)
    timeout: float = 10.0
    """Seconds for one step of the exchange."""
    patience: float = 30.0
    """Seconds for one whole try."""
    attempts: int = 3
    back_off: float = 5.0
    """Seconds before the second try; each further one waits four times as long."""
    trust_anchors: tuple[Path, ...] = ()
    """PEM files of authorities that are trusted beside the machine's own."""


@dataclass(frozen=True, slots=True)
class ToldAgency:
    """Whom a message is about."""

    __pydantic_config__ = STRICT

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An alert, and what a person reads of it."""

    __pydantic_config__ = STRICT

    alert: Alert
    text: Text


@dataclass(frozen=True, slots=True)
class Message:
    """The body of a message: canonical JSON of this type."""

    __pydantic_config__ = STRICT

    at: datetime
    agency: ToldAgency | None
    """None: the estate."""
    alerts: tuple[ToldAlert, ...]
    schema: Literal[1] = 1


def body(notice: Notice, at: datetime) -> bytes:
    """What goes out."""
    agency = notice.agency
    return dump(
        Message(
            at=at,
            agency=None if agency is None else ToldAgency(agency.id, agency.name),
            alerts=tuple(map(_told, notice.alerts)),
        )
    )


def _told(alert: Alert) -> ToldAlert:
    line = Group((alert,))
    return ToldAlert(alert, Text(line.in_("vi"), line.in_("en")))


def schema() -> dict[str, object]:
    """The JSON Schema of a message."""
    return adapter(Message).json_schema()


def signature(secret: str, timestamp: int, data: bytes) -> str:
    """What the receiver computes too."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + data, hashlib.sha256).hexdigest()


def post(hook: Hook, context: ssl.SSLContext, data: bytes, identity: str, timestamp: int) -> Answer:
    """Try once. Whatever goes wrong on the way is an answer, not an error."""
    watch = Watch()
    with watch.running(hook.patience):
        answer = _post(hook, context, data, identity, timestamp, watch)
    # An answer that was cut off looks whole to http.client: what follows its first line may be missing.
    return Answer("deferred", "timed_out", whole=True) if watch.late else answer


def _post(hook: Hook, context: ssl.SSLContext, data: bytes, identity: str, timestamp: int, watch: Watch) -> Answer:
    parts = urlsplit(hook.url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Khien",
        "Khien-Timestamp": str(timestamp),
        "Khien-Signature": f"sha256={signature(hook.secret, timestamp, data)}",
        "Khien-Delivery": identity,
        "Connection": "close",
    }
    client: http.client.HTTPConnection
    if parts.scheme == "https":
        client = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=hook.timeout, context=context)
    else:
        client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=hook.timeout)
    watch.over(client)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        client.request("POST", path, data, headers)
        return _answered(client.getresponse().status)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return _failed(error)
    finally:
        client.close()


def _answered(status: int) -> Answer:
    """A redirect is not followed, so it is a refusal: what is told, and its signature, are for that URL alone."""
    if 200 <= status <= 299:
        return Answer("accepted", code=status)
    later = status >= 500 or status in LATER
    return Answer("deferred" if later else "rejected", "answer", status, whole=later)


def _failed(error: Exception) -> Answer:
    match error:
        case ssl.SSLCertVerificationError():
            return Answer("rejected", "certificate", detail=said(error.verify_message), whole=True)
        case TimeoutError():
            return Answer("deferred", "timed_out", whole=True)
        case ssl.SSLError():
            return Answer("deferred", "tls", detail=said(error.reason or ""), whole=True)
        case OSError():
            return Answer("deferred", "connection", detail=said(error.strerror or ""), whole=True)
    return Answer("rejected", "connection", detail=type(error).__name__, whole=True)
