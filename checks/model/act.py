"""Who did what, when, and what was before and after: acts of administration, and one form for those of every journal.

Waivers, disputes, deliveries, issued files, operations and alerts have journals of their own; what has none, such as a
changed inventory or a backup, is an `AdministrativeAct`. A `Deed` is how an act of any journal is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from checks.model.canonical import STRICT

Via = Literal["command", "daemon", "console"]
What = Literal[
    "run.resumed",  # by a command; the daemon's are steps of its slots and requests
    "run.interrupted",  # the same
    "inventory.changed",
    "policy.changed",
    "waiver.file_changed",  # the file of waivers, not those of the database
    "configuration.changed",
    "database.upgraded",
    "database.backed_up",
    "database.restored",
    "user.added",
    "user.changed",
    "user.disabled",
    "user.signed_in",
    "user.signed_out",
    "user.refused",  # an OpenID provider's word was not enough
    "user.kept_out",  # so many failed that no more tries are taken for a while
    "user.recovered",  # signed in with a recovery code in place of the second factor
    "token.added",
    "token.revoked",
    "data.downloaded",
]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as far as the machine can tell, and as whom."""

    __pydantic_config__ = STRICT

    account: str
    """The operating system's user that the process runs as; with the console the user who is signed in."""
    via: Via
    name: str = ""
    """Who it is by their own word (`--by`, KHIEN_ACTOR), or who asked for what the daemon does; empty: nobody said."""

    @property
    def who(self) -> str:
        """The name if one was given, otherwise the account."""
        return self.name or self.account


@dataclass(frozen=True, slots=True)
class Side:
    """What was before an act, or is after it."""

    __pydantic_config__ = STRICT

    value: Mapping[str, Any]
    """JSON types; of something large only what differs from the other side (`checks.difference`)."""
    whole: str = ""
    """Digest of the canonical bytes of the whole, which are kept; empty: `value` is all there is."""


@dataclass(frozen=True, slots=True)
class AdministrativeAct:
    """One act. Its canonical bytes are stored, and never changed."""

    __pydantic_config__ = STRICT

    what: What
    at: datetime
    by: Actor
    subject: str
    """What it was done to: the id of a run, policy or user, the name of a file; empty where there is only one."""
    agencies: tuple[str, ...] = ()
    """Whom it concerns; empty: the whole estate."""
    reason: str = ""
    """Words of a person, or of an error."""
    before: Side | None = None
    """None: it was not there, or not known."""
    after: Side | None = None
    """None: it is there no more."""
    schema: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Deed:
    """An act of any journal, as lists show it."""

    __pydantic_config__ = STRICT

    at: datetime
    what: str
    """The matter and the step, as in "waiver.granted"."""
    who: str
    """Empty: it was not recorded."""
    subject: str
    content: str
    """Digest of the record that holds it, by which the ledger names it."""
    account: str = ""
    """Empty where the journal has but one name."""
    via: Via | None = None
    """None where the journal does not tell."""
    agencies: tuple[str, ...] = ()
    """Whom it concerns; empty: the whole estate, or whatever the run looked at."""
    run: str = ""
    reason: str = ""
    before: Side | None = None
    after: Side | None = None
