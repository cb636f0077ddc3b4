"""What is told in brief of what runs hold: of the findings of an asset, and of an agency how many findings each control
has. Values in, bytes out, and back; pure. It is all made of the findings, and can be made of them again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from checks.model.brief import Brief, BriefInstance
from checks.model.canonical import adapter, canonical, digest, plain
from checks.model.finding import Finding, Verdict
from checks.model.policy import Severity
from checks.score import Counted
from history.sealed import join

ControlKey = tuple[str, str]
"""Ids of policy and control."""
Kind = tuple[str, str, Verdict, Severity, bool, bool]
"""Policy, control, verdict, severity, waived, announced."""
DAYS = 4096
"""So many days are held at once: findings name few, over and over."""
MARK = slice(7, 39)
"""Of a digest, what tells one piece of evidence of an asset from another: 128 bits in hexadecimal."""


def said_bytes(findings: Iterable[Finding]) -> bytes:
    """The findings of an asset in brief, one a line, in their order."""
    return join(map(_line, findings))


def _line(finding: Finding) -> bytes:
    """A canonical list; a day that there is not is an empty text."""
    return canonical(
        [
            finding.control,
            finding.policy,
            finding.check,
            finding.check_version,
            finding.severity,
            finding.verdict,
            _written(finding.announced),
            finding.waiver is not None,
            len(finding.gaps),
            [[each.key, each.reason, _written(each.first_seen), _written(each.due)] for each in finding.instances],
        ]
    )


def load_line(line: bytes, asset: str = "", evidence: str = "") -> Brief:
    """The inverse: what a line says. Raises ValueError where it is of another form."""
    try:
        control, policy, check, version, severity, verdict, announced, waived, gaps, told = orjson.loads(line)
        instances = tuple(BriefInstance(key, why, _day(first), _day(due)) for key, why, first, due in told)
    except TypeError as error:
        raise ValueError("no finding in brief") from error
    day = _day(announced)
    return Brief(control, policy, check, version, severity, verdict, day, waived, gaps, instances, asset, evidence)


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()


@lru_cache(DAYS)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def grounds_text(findings: Iterable[Finding]) -> str:
    """What the findings of an asset were judged on: each piece of evidence once, and of each finding the place of its
    own among them. In canonical JSON."""
    marks: dict[str, int] = {}
    places = []
    for finding in findings:
        mark = digest(canonical([plain(each) for each in finding.evidence]))[MARK]
        places.append(marks.setdefault(mark, len(marks)))
    return canonical([list(marks), places]).decode()


def load_grounds(text: str) -> list[str]:
    """The evidence of each finding. Raises ValueError where the text is of another form."""
    try:
        marks, places = orjson.loads(text)
        return [marks[place] for place in places]
    except (TypeError, LookupError) as error:
        raise ValueError("no grounds") from error


def kinds(findings: Iterable[Finding]) -> Iterator[Kind]:
    """What each finding counts by."""
    for each in findings:
        waived, announced = each.waiver is not None, each.announced is not None
        yield each.policy, each.control, each.verdict, each.severity, waived, announced


def counts_bytes(told: Mapping[Kind, int]) -> bytes:
    """How many findings of each kind the controls of an agency have."""
    return canonical([[*kind, number] for kind, number in sorted(told.items())])


def load_counts(data: bytes) -> dict[ControlKey, dict[Counted, int]]:
    """The inverse of `counts_bytes`. Raises ValueError."""
    found: dict[ControlKey, dict[Counted, int]] = {}
    told = adapter(tuple[tuple[str, str, Any, Any, bool, bool, int], ...]).validate_json(data)
    for policy, control, verdict, severity, waived, announced, number in told:
        found.setdefault((policy, control), {})[Counted(verdict, severity, waived, announced)] = number
    return found
