"""What is demanded: controls, each a rule with its parameters, its weight, its basis and its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from checks.model.canonical import STRICT
from checks.model.text import Text

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a control rests on. A control without a legal text behind it says so by its kind."""

    __pydantic_config__ = STRICT

    kind: Literal["law", "standard", "profile", "good_practice"]
    document: str
    clause: str | None = None
    confidence: Literal["text", "summary", "news"] = "text"
    """Whether the document itself was read, or a summary of it, or news about it."""


@dataclass(frozen=True, slots=True)
class When:
    """Which assets a control applies to; an empty field does not restrict."""

    __pydantic_config__ = STRICT

    levels: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    """At least one of them."""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remediation:
    """What to do, in words, and for each common server the lines to paste."""

    __pydantic_config__ = STRICT

    vi: str
    en: str
    nginx: str | None = None
    apache: str | None = None
    iis: str | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One demand."""

    __pydantic_config__ = STRICT

    id: str
    """^[A-Z0-9]+(-[A-Z0-9]+)*$"""
    title: Text
    check: str
    """Id of the rule, as in checks.registry."""
    params: Mapping[str, Any]
    """The rule's parameters as JSON types, complete (defaults filled in)."""
    severity: Severity
    due_days: int
    """Days from first seen to due."""
    when: When
    basis: tuple[Basis, ...]
    rationale: Text
    remediation: Remediation
    origin: str
    """Id of the policy whose file states it."""
    effective: date | None = None
    """The day from which it counts: before it the control is judged, and its findings are only announced."""

    def announced_on(self, day: date) -> date | None:
        """The day from which the control counts where it does not count yet; None: it counts."""
        return self.effective if self.effective is not None and day < self.effective else None


@dataclass(frozen=True, slots=True)
class Disabled:
    """A control that a parent policy states and this one switches off, with the reason."""

    __pydantic_config__ = STRICT

    control: str
    reason: Text
    by: str
    """Id of the policy that switches it off."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with everything that it inherits already in it."""

    __pydantic_config__ = STRICT

    id: str
    version: str
    title: Text
    controls: tuple[Control, ...]
    """Sorted by id."""
    disabled: tuple[Disabled, ...] = ()
    lineage: tuple[str, ...] = ()
    """"id version" of this policy and of every ancestor, in the order of resolution."""
    legal_basis: tuple[Text, ...] = ()
    """Documents that a report cites at its head, in the order of the policy file."""

    def control(self, control_id: str) -> Control | None:
        """The control of that id, if the policy has one."""
        return next((each for each in self.controls if each.id == control_id), None)
