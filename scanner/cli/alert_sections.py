"""`alerts:` and `reminders:` of khien.yaml: who is told of what without asking."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from checks.model.alert import ALERT_KINDS, AlertKind
from checks.model.text import Text, TextError
from reports.alerts.routing import REMINDERS, Reach, Reminder, Role, Routing, Steps, may_go_to
from reports.messages.figures import VIETNAM_TIME, local_date
from scanner.cli.sections import Seconds, Section, Variable
from scanner.inventory.rows import Id

Place = tuple[str | int, ...]
Days = Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], Field(max_length=20)]
OVERDUE = 1
"""Days after it was due: a fault is overdue, whatever reminders there are."""


def _url(written: str) -> str:
    if not may_go_to(written):
        raise TextError(
            "webhook phải là URL https (hoặc http tới chính máy này), không có mật khẩu trong URL",
            "a webhook is an https URL (or http to this machine), without a password in it",
        )
    return written


class HookSection(Section):
    """One webhook. Its secret stands in an environment variable, which is named here."""

    name: Id
    url: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2000}$"), AfterValidator(_url)]
    secret_variable: Variable
    timeout_seconds: Seconds = 10
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    retry_seconds: Annotated[int, Field(ge=1, le=900)] = 5
    trust_anchors: tuple[str, ...] = ()

    def whole(self, folder: Path) -> "HookSection":
        """With whole paths."""
        return self.model_copy(update={"trust_anchors": tuple(str(folder / each) for each in self.trust_anchors)})


class ReminderRow(Section):
    """One entry of `reminders:`."""

    days: Annotated[int, Field(ge=-90, le=365)]
    to: Annotated[tuple[Reach, ...], Field(min_length=1)]


class AlertsSection(Section):
    """`alerts:`."""

    kinds: Annotated[tuple[AlertKind, ...], Field(min_length=1)] = ALERT_KINDS
    to: Annotated[tuple[Role, ...], Field(min_length=1)] = Routing().to
    certificate_days: Days = Steps().certificates
    authorisation_days: Days = Steps().authorisations
    province: Id | None = None
    """The agency of the inventory that is told of the whole estate."""
    digest_at: Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|always)$")] = "08:00"
    """From when on the day's mail about the estate may go out, in Viet Nam's time; or with whatever is new."""
    webhooks: tuple[HookSection, ...] = ()

    def whole(self, folder: Path) -> "AlertsSection":
        """With whole paths."""
        return self.model_copy(update={"webhooks": tuple(each.whole(folder) for each in self.webhooks)})

    def digest_due_since(self, now: datetime) -> datetime:
        """A digest is due where the last one is from before this moment."""
        if self.digest_at == "always":
            return now
        today = datetime.combine(local_date(now), time.fromisoformat(self.digest_at), VIETNAM_TIME)
        return today if today <= now else today - timedelta(days=1)

    def steps(self, reminders: Sequence[Reminder]) -> Steps:
        """On which days something is told."""
        due = sorted({OVERDUE, *(each.days for each in reminders)})
        return Steps(self.certificate_days, self.authorisation_days, tuple(due))

    def routing(self, reminders: Sequence[Reminder]) -> Routing:
        """Who is told."""
        return Routing(self.to, tuple(reminders), self.province)


def reminders(rows: Sequence[ReminderRow] | None) -> tuple[Reminder, ...]:
    """The rules as they are written; the usual ones where nothing is."""
    return REMINDERS if rows is None else tuple(Reminder(each.days, each.to) for each in rows)


def alert_faults(
    alerts: AlertsSection | None, rows: Sequence[ReminderRow] | None, mail: bool
) -> Iterator[tuple[Place, Text]]:
    """What is wrong of the two sections together, each with its place."""
    if alerts is None:
        if rows:
            yield ("reminders",), Text("reminders cần mục alerts", "reminders need a section alerts")
        return
    if not mail and not alerts.webhooks:
        yield ("alerts",), Text("alerts cần mục mail hoặc webhooks", "alerts need a section mail, or webhooks")
    names = [each.name for each in alerts.webhooks]
    for index, name in enumerate(names):
        if name in names[:index]:
            place = ("alerts", "webhooks", index, "name")
            yield place, Text(f"tên lặp lại: {name!r}", f"duplicate name: {name!r}")
    days = [each.days for each in rows or ()]
    for index, row in enumerate(rows or ()):
        if row.days in days[:index]:
            yield ("reminders", index, "days"), Text(f"lặp lại: {row.days}", f"duplicate: {row.days}")
        if "province" in row.to and alerts.province is None:
            yield ("reminders", index, "to"), Text("cần alerts.province", "alerts.province is needed")
