"""What became of one try to bring an agency's report to one of its contacts: told by `reports`, kept by `history`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.model.canonical import STRICT

DeliveryState = Literal["begun", "accepted", "deferred", "rejected"]
"""begun: about to be tried; accepted: the mail server has taken it over; deferred: it may succeed later; rejected: it
will not. A begun one without a later state was cut off, and nobody knows whether it went out."""
DeliveryReason = Literal[
    "", "answer", "connection", "timed_out", "no_starttls", "certificate", "tls", "login", "address", "size"
]
"""Why it was deferred or rejected: by an answer of the server, before there was one, or by Khiên itself."""


ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}")
"""What mail is sent to: dot-atoms in ASCII (RFC 5322, 3.4.1), without quotes and comments, and without what begins an
encoded word."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent, before any encryption."""

    __pydantic_config__ = STRICT

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One step of one try. Its canonical bytes are stored, and never changed."""

    __pydantic_config__ = STRICT

    run: str
    agency: str
    language: str
    recipient: str
    files: tuple[SentFile, ...]
    encrypted: bool
    by: str
    """Who had it sent."""
    at: datetime
    message_id: str
    """RFC 5322, 3.6.4; the same in every try of one message."""
    attempt: int
    """1, 2 ..."""
    state: DeliveryState
    reason: DeliveryReason = ""
    code: int | None = None
    """The server's reply code (RFC 5321, 4.2), where it gave one."""
    detail: str = ""
    """The server's words, cut; never a password."""
    schema: Literal[1] = 1

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is the same report to the same contact; an address is the same in any case of its letters."""
        return self.run, self.agency, self.language, self.recipient.lower()
