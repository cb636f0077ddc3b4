"""An exception that somebody asked for, somebody else granted, and that ends; and what an agency disputes."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from checks.model.canonical import STRICT

WaiverKind = Literal["waiver", "false_positive"]
DisputeState = Literal["open", "confirmed", "rejected"]
LONGEST = timedelta(days=366)
"""Between the first and the last day of a waiver: what lasts longer is granted anew by somebody who looks again."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One control at one asset, or at every asset of an agency, accepted as it is until a date."""

    __pydantic_config__ = STRICT

    id: str
    asset: str
    """Empty: every asset of `agency`."""
    control: str
    justification: str
    requested_by: str
    approved_by: str
    valid_from: date
    valid_until: date
    """The last day on which it holds."""
    instances: tuple[str, ...] = ()
    """Keys that it covers; empty: the whole finding."""
    agency: str = ""
    """The agency whose every asset it concerns; empty where it names an asset."""
    compensating_measure: str = ""
    """What is done meanwhile in place of the control; empty: nothing was named."""
    granted_on: tuple[str, ...] = ()
    """Digests (`checks.waivers.basis`) of the faults that it was granted on, one an asset, sorted: it covers nothing
    else. Empty: it is bound to no evidence."""
    kind: WaiverKind = "waiver"
    """A confirmed false positive is one of its own kind: nothing is accepted, the finding is held to be wrong."""


@dataclass(frozen=True, slots=True)
class ManualObservation:
    """What a person saw, beside what the scanner saw."""

    __pydantic_config__ = STRICT

    by: str
    """Its author."""
    seen: date
    text: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An agency says that a finding is wrong, and what the team made of it."""

    __pydantic_config__ = STRICT

    id: str
    agency: str
    asset: str
    control: str
    reason: str
    raised_by: str
    raised: date
    run: str
    """The run whose finding is disputed."""
    basis: str
    """Digest (`checks.waivers.basis`) of the faults that are disputed."""
    instances: tuple[str, ...] = ()
    """Keys that are disputed; empty: the whole finding."""
    state: DisputeState = "open"
    decided_by: str = ""
    decided: date | None = None
    decision: str = ""
    """Why it was confirmed or rejected."""
    observation: ManualObservation | None = None
    valid_until: date | None = None
    """Of a confirmed one: the last day on which the finding is held to be wrong."""


def decided(
    dispute: Dispute,
    confirmed: bool,
    by: str,
    day: date,
    reason: str,
    valid_until: date | None = None,
    observation: ManualObservation | None = None,
) -> Dispute:
    """The dispute with the team's decision. A confirmed one holds for LONGEST unless it says otherwise."""
    state: DisputeState = "confirmed" if confirmed else "rejected"
    last = (valid_until or day + LONGEST) if confirmed else None
    return replace(
        dispute, state=state, decided_by=by, decided=day, decision=reason, observation=observation, valid_until=last
    )


def false_positive(dispute: Dispute) -> Waiver:
    """The waiver that a confirmed dispute is. Raises ValueError for any other."""
    if dispute.state != "confirmed" or dispute.decided is None or dispute.valid_until is None:
        raise ValueError(f"dispute {dispute.id} is not confirmed")
    return Waiver(
        id=dispute.id,
        asset=dispute.asset,
        control=dispute.control,
        justification=dispute.decision,
        requested_by=dispute.raised_by,
        approved_by=dispute.decided_by,
        valid_from=dispute.decided,
        valid_until=dispute.valid_until,
        instances=dispute.instances,
        granted_on=(dispute.basis,),
        kind="false_positive",
    )


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for case, spaces and the form of their letters: who asks never grants."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())
