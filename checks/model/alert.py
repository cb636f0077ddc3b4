"""What people are told without asking: made by `reports.alerts`, remembered by `history`, shown by the command line.

An alert *stands* from the moment it is raised until what it tells of is over. While it stands nobody is told it twice;
what comes back after it was over is a new one under the same key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from checks.model.canonical import STRICT
from checks.model.delivery import DeliveryReason, DeliveryState
from checks.model.finding import Values
from checks.model.policy import Severity
from checks.model.text import Text

AlertKind = Literal[
    "critical",  # something fails a critical control
    "regressed",  # something fails again that was gone
    "port_opened",  # a port is open that was not at the look before
    "worsened",  # the score fell from run to run, twice
    "certificate_expiring",
    "due",  # a fault is due soon, today, or was due
    "authorisation_ending",
    "unassessed",  # far more than usual of an agency could not be assessed
    "run_held",  # the same of the whole run: its reports are held back
    "run_unfinished",  # a run was begun and not finished
    "run_abandoned",  # a run was given up
    "scan_not_begun",  # a slot of a schedule or a request was given up before its run began
    "outside_window",  # an asset was left out of runs since its authorisation has other hours, and not looked at since
]
ALERT_KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
"""In the order in which a reader wants them."""
ESTATE: frozenset[AlertKind] = frozenset({"run_held", "run_unfinished", "run_abandoned", "scan_not_begun"})
"""Those that tell of a run, or of one that never was, and of no agency."""
ONCE: frozenset[AlertKind] = ESTATE | {"certificate_expiring", "due", "authorisation_ending"}
"""Those whose key holds a date or a run: never raised again, whatever a clock does."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell. Its canonical bytes are stored, and never changed."""

    __pydantic_config__ = STRICT

    key: str
    """What makes it the same in every run; of bounded length, and without anything that a server said."""
    kind: AlertKind
    severity: Severity
    agency: str
    """Empty: it is of the estate."""
    asset: str = ""
    """Empty: it is of the agency as a whole."""
    control: str = ""
    title: Text | None = None
    """The control's, as its policy had it."""
    run: str = ""
    """The run that showed it; empty where a date alone did."""
    params: Values = field(default_factory=dict)
    """Raw values by kind; what came from outside is cut and as it came."""


AlertStepName = Literal["judged", "raised", "over", "summed"] | DeliveryState
"""judged: what is new in a run was taken in; raised, over: from then on it stands, or stands no more; summed: what the
steps before say together; then what became of a message about some that stand, at one recipient."""


@dataclass(frozen=True, slots=True)
class AlertSummary:
    """What the steps so far say together, for those to come: whoever goes on need not read what is before."""

    __pydantic_config__ = STRICT

    standing: tuple[Alert, ...]
    """By key."""
    known: Mapping[str, datetime]
    """When each that is raised only ONCE was raised."""
    judged: Mapping[str, bool]
    """Of the latest runs whose news was taken in, whether the reports of each are held back."""
    digests: Mapping[str, datetime]
    """When each recipient last took a message about the whole estate over."""
    told: Mapping[str, tuple[str, ...]]
    """Keys of what each recipient was told of what stands."""


@dataclass(frozen=True, slots=True)
class AlertStep:
    """One step. Its canonical bytes are stored, and never changed."""

    __pydantic_config__ = STRICT

    step: AlertStepName
    at: datetime
    run: str = ""
    """With "judged": the run."""
    held: bool = False
    """With "judged": its reports are held back, and nothing is told of what it found."""
    agency: str = ""
    """Whose alerts they are, or whose matter the message is; empty: the estate's."""
    alerts: tuple[Alert, ...] = ()
    """With "raised"."""
    keys: tuple[str, ...] = ()
    """With "over" and with messages: which."""
    recipient: str = ""
    """An address for mail, or "webhook:" and a name."""
    message_id: str = ""
    """The same in every try of one message (of mail: RFC 5322, 3.6.4)."""
    attempt: int = 0
    """1, 2 ..."""
    reason: DeliveryReason = ""
    code: int | None = None
    """What the server answered with, where it did."""
    detail: str = ""
    """The server's words, cut; never a password."""
    summary: AlertSummary | None = None
    """With "summed"."""
    schema: Literal[1] = 1
