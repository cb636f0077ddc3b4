"""What a report is made of. `reports.build` fills it; sections and formats only show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from checks.breaker import Hold
from checks.compare import Change
from checks.model.asset import Agency, Asset
from checks.model.canonical import STRICT
from checks.model.checkpoint import Head
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Policy
from checks.model.text import Text
from checks.model.waiver import Dispute
from checks.score import Score
from checks.waivers import Standing


@dataclass(frozen=True, slots=True)
class Letter:
    """What the official form says beside the facts; from khien.yaml. None and empty are left blank to be filled."""

    __pydantic_config__ = STRICT

    parent: Text | None = None
    """The body above the issuer, as in ỦY BAN NHÂN DÂN TỈNH MẪU."""
    issuer: Text = field(default_factory=lambda: Text("ĐƠN VỊ RÀ QUÉT", "SCANNING UNIT"))
    symbol: str = "BC-XXX"
    """After the number and the slash."""
    place: Text = field(default_factory=lambda: Text("Tỉnh Mẫu", "Sample Province"))
    authority: Text | None = None
    """A line above the position, as in "TM. ỦY BAN NHÂN DÂN"."""
    position: Text = field(default_factory=lambda: Text("THỦ TRƯỞNG ĐƠN VỊ", "HEAD OF THE UNIT"))
    recipients: tuple[Text, ...] = ()
    """Lines of Nơi nhận, after "Như trên" and before the archive line."""
    archive: Text = field(default_factory=lambda: Text("Lưu: VT.", "Archive: VT."))
    contact: Text | None = None
    """Whom an agency asks: department, telephone, address for mail."""
    signer: str = ""
    """The signer's name without titles; it stands below the signature."""
    signature_image: str | None = None
    """Path of the signature as a transparent PNG: see `reports.pdf.stamps`."""
    seal_image: str | None = None
    """The same of the seal."""
    font: str | None = None
    """Path of a TrueType regular face whose bold, italic and bold-italic faces stand beside it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What the issuing office gives a report: its place in the year's register, and its day. Without it, a draft."""

    number: int
    """1, 2 ..."""
    day: date


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An asset of the inventory that a run did not look at, and why."""

    asset: str
    reason: str
    """retired | not_authorised | not_yet_valid | expired | outside_window | other_zone | not_selected"""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A scan run as a report names it."""

    id: str
    started: datetime
    finished: datetime
    vantage: str
    as_of: datetime
    """The time of judgement."""
    head: str
    """The digest that stands for the run: the root over its entries; of a run from before runs were sealed, the last of
    its chain."""
    checkpoint: Head
    """The state of the log with the run as its last leaf: the same whenever the report is made."""
    tools: Mapping[str, str]
    connections: int
    rule_versions: Mapping[str, int]
    data_versions: Mapping[str, str]
    exclusions: tuple[Exclusion, ...] = ()
    held: Hold | None = None
    """Why its reports were held back, where they were made all the same."""
    partial: bool = False
    """Whether it was a recheck, which judges only the controls that were not in order before."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One earlier run, for the trend."""

    run: str
    started: datetime
    score: Score


@dataclass(frozen=True, slots=True)
class AssetReport:
    """One asset and everything that was found at it."""

    asset: Asset
    policy: Policy
    score: Score
    findings: tuple[Finding, ...]
    """In the order of policy control ids."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency that another one is the parent of, as the parent is told of it: by its figures alone."""

    id: str
    name: Text
    score: Score
    before: Score | None = None
    """Those of the run before that judged it; None: there is none."""


@dataclass(frozen=True, slots=True)
class AgencyReport:
    """Everything that one agency is told of one run."""

    run: RunFacts
    agency: Agency
    policy: Policy
    """The agency's; an asset may have its own."""
    policy_digest: str
    score: Score
    assets: tuple[AssetReport, ...]
    evidence: Mapping[str, Evidence]
    """By target key, for the excerpts."""
    exclusions: tuple[Exclusion, ...] = ()
    history: tuple[Snapshot, ...] = ()
    """Earlier runs, oldest first, this one not among them."""
    changes: tuple[Change, ...] = ()
    """Against the run before, without what is as it was; empty where there is none."""
    fixed_after: tuple[int, ...] = ()
    """Of every fault that is fixed since the run before, the days since it was first seen, sorted."""
    waivers: tuple[Standing, ...] = ()
    """Those of the agency and its assets, confirmed false positives among them: in force, void and expired."""
    disputes: tuple[Dispute, ...] = ()
    """Of the agency's findings, as they stand when the report is made."""
    units: tuple[Unit, ...] = ()
    """The agencies right below this one that the run judged, in the order of their ids."""
    letter: Letter = field(default_factory=Letter)
    issue: Issue | None = None
    """None: a draft."""
