"""What is done in and to the console, on record among the acts of administration (`history.acts`): through here alone.

Acts on findings, waivers and requests have journals of their own, which name who acts.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from checks.model.act import Actor, AdministrativeAct, Side, What
from console.models import User
from history import acts


def note(
    what: What, by: Actor, subject: str, agencies: tuple[str, ...] = (), after: Mapping[str, object] | None = None
) -> None:
    """Put an act on record; it is on disk on return. `after` is what is so from then on, never a secret.

    Raises NotStored.
    """
    side = None if after is None else Side(dict(after))
    acts.record(AdministrativeAct(what, datetime.now(UTC).replace(microsecond=0), by, subject, agencies, after=side))


def concerned(user: User) -> tuple[str, ...]:
    """The agency that an act on a user concerns; empty: the whole estate."""
    return (user.agency,) if user.agency else ()


def signed_in(name: str) -> Actor:
    """Somebody who acts in the console."""
    return Actor(name, "console")
