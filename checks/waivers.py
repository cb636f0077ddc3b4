"""Waivers lie over verdicts: a failed finding that one covers says so, and stays a fail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from checks.model.finding import Finding, WaiverNote
from checks.model.waiver import Waiver


def overlay(finding: Finding, waivers: Sequence[Waiver], day: date) -> Finding:
    """The finding with the note of the waiver that covers it on that day, if it fails and one does.

    A waiver that names instances covers a finding only if every failing instance is among them: a second open
    port is not excused by the waiver of the first. Of several that cover it, the one that ends last is named.
    """
    if finding.verdict != "fail":
        return finding
    covering = [waiver for waiver in waivers if _covers(waiver, finding, day)]
    if not covering:
        return finding
    last = max(covering, key=lambda each: (each.valid_until, each.id))
    return replace(finding, waiver=WaiverNote(last.id, last.valid_until, last.approved_by, last.justification))


def _covers(waiver: Waiver, finding: Finding, day: date) -> bool:
    return (
        (waiver.asset, waiver.control) == (finding.asset, finding.control)
        and waiver.valid_from <= day <= waiver.valid_until
        and (not waiver.instances or {each.key for each in finding.instances} <= set(waiver.instances))
    )
