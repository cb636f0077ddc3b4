"""Brings messages to those who are to be told, and logs every step before and after it.

Where it is cut off between the two, the message is sent again: twice told is better than never.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import make_msgid
from typing import Protocol

from checks.model.alert import AlertStep
from checks.model.delivery import ADDRESS
from checks.model.text import Text
from reports import smtp
from reports.alerts import webhook
from reports.alerts.digest import digest
from reports.alerts.letter import message
from reports.alerts.notice import HOOK, Notice
from reports.alerts.webhook import Hook
from reports.messages import mail as words
from reports.trying import Answer, tries, trusting


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message, or would."""

    notice: Notice
    answer: Answer | None
    """None: it was not tried."""
    note: Text
    attempts: int = 0


class Log(Protocol):
    """Where steps are remembered, and only ever added to."""

    def record(self, step: AlertStep) -> None:
        """Keep one step; on disk on return. Raises where it cannot: nothing is sent that is not logged first."""
        ...


@dataclass(frozen=True, slots=True)
class _Sending:
    """How one message goes out."""

    identity: str
    once: Callable[[], Answer]
    attempts: int
    back_off: float


class Courier:
    """Sends by mail and to webhooks."""

    def __init__(
        self,
        mail: smtp.Settings | None,
        hooks: Iterable[Hook],
        issuer: Text,
        log: Log,
        now: Callable[[], datetime],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises OSError where a file of trust anchors cannot be read."""
        self._mail = None if mail is None else (mail, trusting(mail.trust_anchors))
        self._hooks = {HOOK + each.name: (each, trusting(each.trust_anchors)) for each in hooks}
        self._issuer = issuer
        self._log = log
        self._now = now
        self._wait = wait

    def deliver(self, notices: Iterable[Notice]) -> Iterator[Outcome]:
        """Send each; where a server refuses as a whole or cannot be reached, no further message is tried there."""
        closed: set[str] = set()
        for outcome in map(planned, notices):
            notice = outcome.notice
            server = notice.recipient if notice.recipient in self._hooks else "mail"
            if outcome.note != words.WOULD_GO:
                yield outcome
            elif server in closed:
                yield replace(outcome, note=words.NOT_TRIED)
            else:
                outcome = self._deliver(notice)
                if outcome.answer is not None and outcome.answer.whole:
                    closed.add(server)
                yield outcome

    def _deliver(self, notice: Notice) -> Outcome:
        sending = self._to_hook(notice) if notice.recipient in self._hooks else self._by_mail(notice)
        step = replace(accepted(notice, self._now()), step="begun", message_id=sending.identity)

        def once(attempt: int) -> Answer:
            tried = replace(step, attempt=attempt)
            self._log.record(replace(tried, at=self._now()))
            answer = sending.once()
            became = replace(tried, step=answer.state, reason=answer.reason, code=answer.code, detail=answer.detail)
            self._log.record(replace(became, at=self._now()))
            return answer

        answer, attempts = tries(once, sending.attempts, sending.back_off, self._wait)
        return Outcome(notice, answer, words.STATES[answer.state], attempts)

    def _by_mail(self, notice: Notice) -> _Sending:
        if self._mail is None:
            raise ValueError("no mail server")
        settings, context = self._mail
        identity = make_msgid(domain=settings.sender.rpartition("@")[2])
        if notice.estate is not None:
            data = digest(notice, notice.estate, self._issuer, settings.sender, self._now(), identity)
        else:
            data = message(notice, self._issuer, settings.sender, self._now(), identity)
        return _Sending(
            identity,
            lambda: smtp.send(settings, context, notice.recipient, data),
            settings.attempts,
            settings.back_off,
        )

    def _to_hook(self, notice: Notice) -> _Sending:
        hook, context = self._hooks[notice.recipient]
        identity = secrets.token_hex(16)
        data = webhook.body(notice, self._now())
        return _Sending(
            identity,
            lambda: webhook.post(hook, context, data, identity, int(self._now().timestamp())),
            hook.attempts,
            hook.back_off,
        )


def accepted(notice: Notice, at: datetime) -> AlertStep:
    """That a message was taken over."""
    return AlertStep(
        step="accepted",
        at=at,
        agency="" if notice.agency is None else notice.agency.id,
        keys=tuple(each.key for each in notice.alerts),
        recipient=notice.recipient,
    )


def planned(notice: Notice) -> Outcome:
    """That a message would go out, or why it would not."""
    if not notice.recipient:
        return Outcome(notice, None, words.NO_CONTACT)
    if not notice.recipient.startswith(HOOK) and not ADDRESS.fullmatch(notice.recipient):
        return Outcome(notice, Answer("rejected", "address"), words.STATES["rejected"])
    return Outcome(notice, None, words.WOULD_GO)
