"""What became of the findings of one run in another, as far as a viewer may see them."""

from collections.abc import Iterator

from checks.compare import Change, Side, compare, first_seen_before, rules_of
from history.access import Door
from reports.messages.figures import local_date


def differences(door: Door, before: str, after: str, agency: str | None, everything: bool) -> Iterator[Change]:
    """Of one agency, or of all in the order of ids, each by asset and control. Both runs are finished.

    Raises NotSeen, Damaged.
    """
    agencies = door.agencies(before) | door.agencies(after) if agency is None else {agency}
    for each in sorted(agencies):
        first, second = _side(door, before, each), _side(door, after, each)
        known = first_seen_before(second.findings, local_date(door.run(before).as_of))
        for change in compare(first, second, known):
            if everything or change.kind not in ("unchanged", "still_failing"):
                yield change


def _side(door: Door, run: str, agency: str) -> Side:
    row, findings = door.run(run), door.findings(run, agency)
    return Side(
        findings,
        rules_of(findings, door.policies(run)),
        {asset: reason for asset, reason, _ in row.exclusions},
        row.purpose == "recheck",
    )
