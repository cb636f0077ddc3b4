"""What the log of alerts says: which stand, who was told of which, and of which runs the news was taken in."""

from collections.abc import Collection, Iterable
from datetime import datetime

from checks.model.alert import Alert, AlertStep


class Memory:
    """The state after some steps; each further one is taken in as it is logged."""

    def __init__(self, steps: Iterable[AlertStep] = ()) -> None:
        self.standing: dict[str, Alert] = {}
        """Raised and not over, by key."""
        self.known: set[str] = set()
        """Keys of everything that was ever raised."""
        self.judged: dict[str, bool] = {}
        """Whether it was held, of each run whose news was taken in."""
        self.digests: dict[str, datetime] = {}
        """When each recipient last took a message about the whole estate over."""
        self._told: dict[str, set[str]] = {}
        for each in steps:
            self.take(each)

    def take(self, step: AlertStep) -> None:
        """Take in one step more."""
        match step.step:
            case "judged":
                self.judged[step.run] = step.held
            case "raised":
                self.standing.update({each.key: each for each in step.alerts})
                self.known.update(each.key for each in step.alerts)
            case "over":
                for key in step.keys:
                    self.standing.pop(key, None)
                for told in self._told.values():
                    told.difference_update(step.keys)
            case "accepted":
                self._told.setdefault(same(step.recipient), set()).update(step.keys)
                if not step.agency:
                    self.digests[same(step.recipient)] = step.at

    def told(self, recipient: str) -> Collection[str]:
        """Keys of what the recipient was told since it was raised. A message that was cut off may have told nobody."""
        return self._told.get(same(recipient), frozenset())

    def of(self, agency: str) -> list[Alert]:
        """What stands of an agency, by key; of the estate where the id is empty."""
        return sorted((each for each in self.standing.values() if each.agency == agency), key=lambda each: each.key)


def same(recipient: str) -> str:
    """An address is the same in any case of its letters."""
    return recipient.lower()
