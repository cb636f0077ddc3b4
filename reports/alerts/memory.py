"""What the log of alerts says: which stand, who was told of which, and of which runs the news was taken in."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from checks.model.alert import ONCE, Alert, AlertStep, AlertSummary

MANY = 5000
"""Steps that are read each time before they are summed up."""
RUNS = 1000
"""Of so many of the latest runs it is kept in mind that their news was taken in: more than are ever gone back to."""
KEPT = timedelta(days=400)
"""So long it is kept in mind that something was raised whose key holds a date or a run."""


class Memory:
    """The state after some steps; each further one is taken in as it is logged."""

    def __init__(self, steps: Iterable[AlertStep] = ()) -> None:
        self.standing: dict[str, Alert] = {}
        """Raised and not over, by key."""
        self.known: dict[str, datetime] = {}
        """When each was raised of which nobody is told twice, by key."""
        self.judged: dict[str, bool] = {}
        """Whether it was held, of each run whose news was taken in."""
        self.digests: dict[str, datetime] = {}
        """When each recipient last took a message about the whole estate over."""
        self._told: dict[str, set[str]] = {}
        self._steps = 0
        """Taken in since the last summary."""
        for each in steps:
            self.take(each)

    def take(self, step: AlertStep) -> None:
        """Take in one step more."""
        self._steps += 1
        match step.step:
            case "judged":
                self.judged[step.run] = step.held
            case "raised":
                self.standing.update({each.key: each for each in step.alerts})
                self.known.update({each.key: step.at for each in step.alerts if each.kind in ONCE})
            case "over":
                for key in step.keys:
                    self.standing.pop(key, None)
                for told in self._told.values():
                    told.difference_update(step.keys)
            case "accepted":
                self._told.setdefault(same(step.recipient), set()).update(step.keys)
                if not step.agency:
                    self.digests[same(step.recipient)] = step.at
            case "summed" if step.summary is not None:
                self._restore(step.summary)

    def summed(self, now: datetime) -> AlertStep | None:
        """The step that sums up those before, so that they need not be read again; None where they are few."""
        return AlertStep("summed", now, summary=self.summary(now)) if self._steps >= MANY else None

    def summary(self, now: datetime) -> AlertSummary:
        """What is in mind now, without what is too old to matter."""
        told = {name: tuple(sorted(keys & self.standing.keys())) for name, keys in self._told.items()}
        return AlertSummary(
            standing=tuple(self.standing[key] for key in sorted(self.standing)),
            known={key: at for key, at in self.known.items() if now - at <= KEPT},
            judged=dict(sorted(self.judged.items())[-RUNS:]),  # ids begin with the time
            digests=dict(self.digests),
            told={name: keys for name, keys in told.items() if keys},
        )

    def _restore(self, summary: AlertSummary) -> None:
        self.standing = {each.key: each for each in summary.standing}
        self.known = dict(summary.known)
        self.judged = dict(summary.judged)
        self.digests = dict(summary.digests)
        self._told = {name: set(keys) for name, keys in summary.told.items()}
        self._steps = 0

    def told(self, recipient: str) -> Collection[str]:
        """Keys of what the recipient was told since it was raised. A message that was cut off may have told nobody."""
        return self._told.get(same(recipient), frozenset())

    def of(self, agency: str) -> list[Alert]:
        """What stands of an agency, by key; of the estate where the id is empty."""
        return sorted((each for each in self.standing.values() if each.agency == agency), key=lambda each: each.key)


def same(recipient: str) -> str:
    """An address is the same in any case of its letters."""
    return recipient.lower()
