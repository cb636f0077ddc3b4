"""Waivers lie over verdicts: a failed finding that one covers says so, and stays a fail.

A waiver is bound to what it was granted on by a digest over the faults of a finding (`basis`). It is void where they
are not the same any more: another fault, another reason, or one less. That is asked anew in every run: a waiver is void
in a run and not for ever, so that a look which saw only a part does not end it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from checks.model.canonical import STRICT, canonical, digest
from checks.model.finding import Finding, WaiverNote
from checks.model.waiver import Waiver

Answer = Literal[
    "covers",
    "expired",  # its last day is past
    "not_yet",  # its first day is to come
    "evidence_changed",  # what fails is not what it was granted on
    "evidence_incomplete",  # the same, where a part could not be assessed: whether it changed cannot be told
    "more_fails",  # faults that it does not name fail too
    "nothing_fails",  # it was granted on faults that are gone, or nothing is there to be covered
    "not_assessable",  # whether anything fails could not be told
]
State = Literal["in_force", "void", "expired", "not_yet"]
STATES: tuple[State, ...] = get_args(State)
StandingReason = Answer | Literal["not_judged"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a waiver is worth in one run."""

    __pydantic_config__ = STRICT

    waiver: Waiver
    state: State
    reason: StandingReason
    """Why; "not_judged": no finding of this run is of its control and its assets."""
    covered: tuple[str, ...] = ()
    """Ids of the failed findings that it covers."""
    uncovered: tuple[tuple[str, Answer], ...] = ()
    """Ids of the findings of its control and assets that it does not cover, each with the reason."""


def basis(finding: Finding, instances: Sequence[str] = ()) -> str:
    """The digest of what fails in a finding: asset, control, and the key and reason of each fault.

    With `instances` only of those that it names. Values beside a reason are not in it, nor are ages, times and
    addresses that the key does not hold: what counts is which thing fails, and at what.
    """
    faults = sorted([each.key, each.reason] for each in finding.instances if not instances or each.key in instances)
    return digest(canonical([finding.asset, finding.control, faults]))


def overlay(finding: Finding, waivers: Sequence[Waiver], day: date) -> Finding:
    """The finding with the note of the waiver that covers it on that day, if it fails and one does.

    A waiver that names instances covers a finding only if every failing instance is among them: a second open
    port is not excused by the waiver of the first. Of several that cover it, a confirmed false positive is named
    before others, then the one that ends last.
    """
    if finding.verdict != "fail":
        return finding
    covering = [each for each in waivers if concerns(each, finding) and answer(each, finding, day) == "covers"]
    if not covering:
        return finding
    last = max(covering, key=lambda each: (each.kind == "false_positive", each.valid_until, each.id))
    note = WaiverNote(
        id=last.id,
        valid_until=last.valid_until,
        approved_by=last.approved_by,
        justification=last.justification,
        compensating_measure=last.compensating_measure,
        kind=last.kind,
    )
    return replace(finding, waiver=note)


def concerns(waiver: Waiver, finding: Finding) -> bool:
    """Whether a finding is of the waiver's control, and of its asset or agency."""
    if waiver.control != finding.control:
        return False
    return waiver.asset == finding.asset if waiver.asset else waiver.agency == finding.agency


def answer(waiver: Waiver, finding: Finding, day: date) -> Answer:
    """Whether a waiver covers a finding that it concerns, or else why not."""
    if day > waiver.valid_until:
        return "expired"
    if day < waiver.valid_from:
        return "not_yet"
    if finding.verdict != "fail":
        return "not_assessable" if finding.verdict == "not_assessable" else "nothing_fails"
    if waiver.granted_on and basis(finding, waiver.instances) not in waiver.granted_on:
        return "evidence_incomplete" if finding.gaps else "evidence_changed"
    if waiver.instances and not {each.key for each in finding.instances} <= set(waiver.instances):
        return "more_fails"
    return "covers"


def standings(waivers: Iterable[Waiver], findings: Iterable[Finding], day: date) -> tuple[Standing, ...]:
    """What each waiver is worth among the findings of one run, in the order of states and ids."""
    by_control: dict[str, list[Finding]] = {}
    for finding in findings:
        by_control.setdefault(finding.control, []).append(finding)
    found = [_standing(each, by_control.get(each.control, ()), day) for each in waivers]
    return tuple(sorted(found, key=lambda each: (STATES.index(each.state), each.waiver.id)))


def _standing(waiver: Waiver, findings: Sequence[Finding], day: date) -> Standing:
    answers = {each.id: answer(waiver, each, day) for each in findings if concerns(waiver, each)}
    covered = tuple(sorted(name for name, each in answers.items() if each == "covers"))
    uncovered = tuple(sorted((name, each) for name, each in answers.items() if each != "covers"))
    if day > waiver.valid_until:
        return Standing(waiver, "expired", "expired", covered, uncovered)
    if day < waiver.valid_from:
        return Standing(waiver, "not_yet", "not_yet", covered, uncovered)
    if covered:
        return Standing(waiver, "in_force", "covers", covered, uncovered)
    if not uncovered:
        return Standing(waiver, "in_force", "not_judged")
    voiding: set[Answer] = {"evidence_changed", "evidence_incomplete"}
    if waiver.granted_on:
        voiding.add("nothing_fails")
    reasons = [each for _, each in uncovered]
    void = next((each for each in reasons if each in voiding), None)
    if void is not None:
        return Standing(waiver, "void", void, covered, uncovered)
    return Standing(waiver, "in_force", reasons[0], covered, uncovered)
