"""What there is to tell of how an agency stands on a day (pure)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from checks.compare import FindingKey
from checks.model.alert import Alert
from checks.model.asset import Asset, Authorisation
from checks.model.policy import Severity
from reports.alerts.faults import LENGTH, MOST, counts, fault_alert, short
from reports.alerts.known import Judged, Known
from reports.alerts.routing import Steps
from reports.services import NEWLY_OPEN

BY_DAYS: tuple[tuple[int, Severity], ...] = ((1, "critical"), (7, "high"), (14, "medium"))
"""How severe it is that something ends within so many days; low if the end is farther away."""


def standing(known: Known, steps: Steps) -> Iterator[Alert]:
    """Everything that is to be told of an agency as it stands."""
    for key, judged in sorted(known.findings.items()):
        if counts(judged.finding):
            yield from _critical(known, key, judged)
            yield from _opened(known, key, judged)
            yield from _due(known, key, judged, steps.due)
    yield from _certificates(known, steps.certificates)
    yield from _authorisations(known, steps.authorisations)


def _critical(known: Known, key: FindingKey, judged: Judged) -> Iterator[Alert]:
    if judged.finding.severity == "critical":
        for each in judged.finding.instances[:MOST]:
            yield fault_alert("critical", judged.finding, each, known.titles.get(key), judged.run)


def _opened(known: Known, key: FindingKey, judged: Judged) -> Iterator[Alert]:
    """By the rule that compares with the look before; a port is told once an address, whoever stands on it."""
    finding = judged.finding
    for each in finding.instances[:MOST] if finding.check == NEWLY_OPEN else ():
        address, port = str(each.params.get("where", ""))[:LENGTH], each.params.get("port")
        yield Alert(
            key=f"port:{address}:{port}",
            kind="port_opened",
            severity=finding.severity,
            agency=finding.agency,
            asset=finding.asset,
            control=finding.control,
            title=known.titles.get(key),
            run=judged.run,
            params={"address": address, "port": port},
        )


def _due(known: Known, key: FindingKey, judged: Judged, steps: Sequence[int]) -> Iterator[Alert]:
    finding = judged.finding
    dates = Counter(each.due for each in finding.instances if each.due is not None)
    for due in sorted(dates):
        step = _reached(steps, (known.day - due).days)
        if step is not None:
            yield Alert(
                key=f"due:{finding.asset}:{finding.control}:{due.isoformat()}:{step}",
                kind="due",
                severity=finding.severity,
                agency=finding.agency,
                asset=finding.asset,
                control=finding.control,
                title=known.titles.get(key),
                run=judged.run,
                params={"due": due.isoformat(), "step": step, "count": dates[due]},
            )


def _certificates(known: Known, steps: Sequence[int]) -> Iterator[Alert]:
    for each in known.certificates:
        step = _before(steps, each.ends, known.day)
        if step is not None:
            yield Alert(
                key=f"certificate:{known.agency.id}:{each.fingerprint}:{step}",
                kind="certificate_expiring",
                severity=_severity(step),
                agency=known.agency.id,
                params={
                    "ends": each.ends.isoformat(),
                    "step": step,
                    "subject": each.subject[:LENGTH],
                    "fingerprint": each.fingerprint,
                    "assets": each.assets,
                },
            )


def _authorisations(known: Known, steps: Sequence[int]) -> Iterator[Alert]:
    """The agency's own, and those that assets have instead of it."""
    agency = known.agency
    own = [each for each in known.assets if each.authorisation is not None]
    if agency.authorisation is not None and len(own) < len(known.assets):
        yield from _authorisation(known, None, agency.authorisation, steps)
    for each in own:
        if each.authorisation is not None:
            yield from _authorisation(known, each, each.authorisation, steps)


def _authorisation(
    known: Known, asset: Asset | None, authorisation: Authorisation, steps: Sequence[int]
) -> Iterator[Alert]:
    ends = authorisation.valid_until
    step = _before(steps, ends, known.day)
    if step is not None:
        holder = "" if asset is None else asset.id
        document = short(authorisation.document)
        yield Alert(
            key=f"authorisation:{known.agency.id}:{holder}:{document}:{ends.isoformat()}:{step}",
            kind="authorisation_ending",
            severity=_severity(step),
            agency=known.agency.id,
            asset=holder,
            params={"document": authorisation.document[:LENGTH], "ends": ends.isoformat(), "step": step},
        )


def _before(steps: Sequence[int], end: date, today: date) -> int | None:
    """The smallest step that is reached of those before an end; None: it is farther away, or past."""
    left = (end - today).days
    step = _reached([-each for each in steps], -left)
    return None if left < 0 or step is None else -step


def _reached(steps: Sequence[int], days: int) -> int | None:
    """The latest step that is reached so many days after a date."""
    return max((each for each in steps if each <= days), default=None)


def _severity(days: int) -> Severity:
    return next((severity for within, severity in BY_DAYS if days <= within), "low")
