"""What judgement says: codes and values. Sentences are made of them in `reports` and `console`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.policy import Severity
from checks.model.waiver import WaiverKind

Verdict = Literal["pass", "fail", "not_applicable", "not_assessable"]
VERDICTS: tuple[Verdict, ...] = ("fail", "not_assessable", "pass", "not_applicable")
"""In the order in which a reader wants them."""

Value = str | int | bool | tuple[str, ...] | None
Values = Mapping[str, Value]
"""Parameters of a reason code: raw values, for a message to place; hostile text stays as it came."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One thing that fails a control: one port, suite, cookie, certificate ... with its own age."""

    __pydantic_config__ = STRICT

    key: str
    """Stable from run to run: "192.0.2.1:443/tls1_0". Unique within its finding."""
    reason: str
    """Code of what is wrong with it; one of the check's reasons."""
    params: Values = field(default_factory=dict)
    target: str = ""
    """Key of the target at which it was seen; the evaluator fills it in."""
    path: str = ""
    """Where in the observation it stands, as in "protocols.tls1_0"."""
    first_seen: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of one piece of evidence; the evaluator makes the asset's finding of them."""

    __pydantic_config__ = STRICT

    verdict: Verdict
    reason: str
    params: Values = field(default_factory=dict)
    instances: tuple[Instance, ...] = ()


def passed(reason: str = "met", **params: Value) -> Outcome:
    """The evidence meets the demand."""
    return Outcome("pass", reason, params)


def failed(instances: list[Instance]) -> Outcome:
    """The evidence does not meet the demand, once for each instance. Raises ValueError for none."""
    if not instances:
        raise ValueError("a fail has at least one instance")
    return Outcome("fail", "not_met", {}, tuple(instances))


def met_unless(instances: list[Instance]) -> Outcome:
    """Fail where there are instances, pass otherwise: the usual end of a rule whose evidence is complete."""
    return failed(instances) if instances else passed()


def not_applicable(reason: str, **params: Value) -> Outcome:
    """The demand does not concern such evidence."""
    return Outcome("not_applicable", reason, params)


def not_assessable(reason: str, **params: Value) -> Outcome:
    """The evidence does not say. Never counts as pass or as fail."""
    return Outcome("not_assessable", reason, params)


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A pointer from a finding to what it was judged on."""

    __pydantic_config__ = STRICT

    target: str
    """Key of the target."""
    observation: str
    """Digest of what was seen there."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the asset that a control could not be assessed at."""

    __pydantic_config__ = STRICT

    target: str
    reason: str
    params: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """An exception that lies over a verdict and does not change it."""

    __pydantic_config__ = STRICT

    id: str
    valid_until: date
    approved_by: str
    justification: str
    compensating_measure: str = ""
    kind: WaiverKind = "waiver"


@dataclass(frozen=True, slots=True)
class Finding:
    """One control at one asset: exactly one verdict."""

    __pydantic_config__ = STRICT

    asset: str
    agency: str
    control: str
    check: str
    check_version: int
    policy: str
    """Id of the policy that it was judged under."""
    severity: Severity
    verdict: Verdict
    reason: str
    params: Values = field(default_factory=dict)
    instances: tuple[Instance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    reproduce: tuple[str, ...] = ()
    """Shell commands that show the same, every value quoted."""
    waiver: WaiverNote | None = None
    announced: date | None = None
    """The day from which the control counts, where it did not at the time of judgement: such a finding is told and
    counts nowhere."""

    @property
    def id(self) -> str:
        return f"{self.asset}/{self.control}"

    @property
    def due(self) -> date | None:
        """The earliest date by which an instance is due."""
        return min((each.due for each in self.instances if each.due is not None), default=None)
