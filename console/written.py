"""What the console is told of the files that the command line works by: policies, and when reminders are due."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checks.impact import AgencyImpact
from policies.loader import PolicyLibrary


@dataclass(frozen=True, slots=True)
class Wish:
    """Which policy is to be tried on what."""

    run: str
    policy: str
    """Id of one of the library's; empty: `text`."""
    text: str = ""
    """A policy as somebody has written it, which takes the place of the one of its id."""
    agency: str = ""
    """Empty: all."""
    under: str = ""
    """Id of the policy that the assets were judged under; empty: any."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What another policy would change."""

    policy: str
    version: str
    changed_since: tuple[str, ...]
    """Rules and data that are not those of the run any more, so that they too may be the cause of a difference."""
    agencies: tuple[AgencyImpact, ...]


class NoPreview(Exception):
    """There is none now: another one is being made, or it takes too long."""


Previewer = Callable[[Wish], Preview]
"""Tries a policy and keeps nothing. Raises InputErrors for a text that is no policy, NoPreview."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in khien.yaml."""

    policies: tuple[Path, ...] = ()
    """Folders of policies beside the built-in ones."""
    policy: str = ""
    """Id of the policy of assets and agencies that name none."""
    reminders: tuple[int, ...] | None = None
    """How many days after it is due a fault is told of, negative: before; None: nobody is reminded."""
    preview: Previewer | None = None
    """None: policies cannot be tried here."""

    def library(self) -> PolicyLibrary:
        """The policies as they are now. Raises InputErrors."""
        return PolicyLibrary(self.policies)
