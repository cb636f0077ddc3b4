"""What people say of findings in the console: that they will be fixed by a day, that one is wrong, that one be waived;
and what the security team decides. Like everything that the console reads, it goes through the doorway.
"""

import secrets
from dataclasses import replace
from datetime import date, datetime

from checks.model.fault import Acknowledgement, acknowledged_id
from checks.model.finding import Finding
from checks.model.text import Text
from checks.model.waiver import LONGEST, Dispute, Waiver, decided
from checks.waivers import basis
from history import matters
from history.access import Door
from history.errors import BadAct, NotSeen
from history.facts import WaiverCase


class Petitions:
    """As far as one viewer may see and act. Raises NotSeen for what is not there for them, and for who only looks;
    BadAct for what cannot be; NotStored."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def waivers(self, until: datetime | None = None) -> list[WaiverCase]:
        """Those that were asked for in the database, as they stood at a moment or stand, the open ones first, then the
        newest."""
        own = self._own_assets()
        found = [
            each
            for each in matters.waiver_cases(until)
            if self._door.whole or each.waiver.asset in own or each.waiver.agency in self._door.own
        ]
        return sorted(found, key=lambda each: (each.state == "asked", each.acts[-1].at), reverse=True)

    def disputes(self, until: datetime | None = None) -> list[Dispute]:
        """The disputes of findings in the same way."""
        found = [each for each in matters.disputes(until) if self._door.whole or each.agency in self._door.own]
        return sorted(found, key=lambda each: (each.state == "open", each.raised), reverse=True)

    def acknowledgement(self, asset: str, control: str) -> Acknowledgement | None:
        """What was said last of the faults of a control at an asset that the viewer may see."""
        if not self._door.whole and asset not in self._own_assets():
            raise NotSeen(asset)
        told = matters.acknowledgements().get(acknowledged_id(asset, control), ())
        return told[-1] if told else None

    def pending(self, asset: str, control: str) -> tuple[Waiver | Dispute, ...]:
        """What was asked for or disputed of a control at an asset, and nobody has decided yet; as far as it is theirs
        to see."""
        found: list[Waiver | Dispute] = [each.waiver for each in self.waivers() if each.state == "asked"]
        found += [each for each in self.disputes() if each.state == "open"]
        return tuple(each for each in found if (each.asset, each.control) == (asset, control))

    def acknowledge(self, finding: Finding, planned: date, note: str, today: date, at: datetime) -> None:
        """Say that the faults of a finding are known, and will be fixed by a day."""
        self._door.acting()
        _failing(finding)
        if planned < today:
            raise _bad("ngày hẹn đã qua", "the planned day is past")
        faults = tuple(sorted((each.key, each.first_seen or today) for each in finding.instances))
        matters.acknowledge(Acknowledgement(finding.asset, finding.control, faults, self._name, at, planned, note))

    def ask_waiver(self, finding: Finding, reason: str, measure: str, until: date, today: date, at: datetime) -> str:
        """Ask that a finding be accepted as it is until a day; bound to what fails in it now. The id."""
        self._door.acting()
        _failing(finding)
        if not today <= until <= today + LONGEST:
            most = LONGEST.days
            raise _bad(f"ngày hết hạn phải trong {most} ngày tới", f"its last day must be within the next {most} days")
        asked = Waiver(
            id=_identifier("w", today),
            asset=finding.asset,
            control=finding.control,
            justification=_said(reason),
            compensating_measure=measure,
            requested_by=self._name,
            approved_by="",
            valid_from=today,
            valid_until=until,
            granted_on=(basis(finding),),
        )
        matters.ask(asked, at)
        return asked.id

    def dispute(self, run: str, finding: Finding, reason: str, today: date, at: datetime) -> str:
        """Say that a finding is wrong. The id."""
        self._door.acting()
        _failing(finding)
        raised = Dispute(
            id=_identifier("d", today),
            agency=finding.agency,
            asset=finding.asset,
            control=finding.control,
            reason=_said(reason),
            raised_by=self._name,
            raised=today,
            run=run,
            basis=basis(finding),
        )
        matters.dispute(raised, at)
        return raised.id

    def grant(self, name: str, reason: str, until: date | None, at: datetime) -> None:
        """Grant a waiver that somebody else asked for, until an earlier day where one is named; what fails must be
        what it was asked for."""
        self._deciding()
        asked = self._waiver(name).waiver
        if self._digests(asked) != asked.granted_on:
            raise _bad("lỗi phát hiện đã khác khi đề nghị", "what fails is no longer what it was asked for")
        wanted = asked if until is None else replace(asked, valid_until=until)
        matters.grant(name, self._name, at, wanted, reason)

    def refuse(self, name: str, reason: str, at: datetime) -> None:
        """Refuse a waiver that somebody else asked for."""
        self._deciding()
        self._waiver(name)
        matters.refuse(name, self._name, at, _said(reason))

    def withdraw(self, name: str, reason: str, at: datetime) -> None:
        """End a waiver, or take back what was asked for: the security team any, an agency its own."""
        self._door.acting()
        self._waiver(name)
        matters.withdraw(name, self._name, at, _said(reason))

    def decide(self, name: str, confirmed: bool, reason: str, today: date, at: datetime) -> None:
        """Confirm or reject a dispute that somebody else raised."""
        self._deciding()
        found = next((each for each in self.disputes() if each.id == name), None)
        if found is None:
            raise NotSeen(name)
        matters.decide(decided(found, confirmed, self._name, today, _said(reason)), at)

    @property
    def _name(self) -> str:
        return self._door.viewer.name

    def _deciding(self) -> None:
        if self._door.viewer.role != "security":
            raise NotSeen(self._door.viewer.role)

    def _waiver(self, name: str) -> WaiverCase:
        found = next((each for each in self.waivers() if each.waiver.id == name), None)
        if found is None:
            raise NotSeen(name)
        return found

    def _own_assets(self) -> frozenset[str]:
        """Of an agency, by its latest scan; empty for who sees everything, and needs no list."""
        latest = None if self._door.whole else self._door.latest()
        return frozenset() if latest is None else frozenset(each.id for each in self._door.inventory(latest.id).assets)

    def _digests(self, waiver: Waiver) -> tuple[str, ...]:
        """Of what fails now, by the latest scan, where a waiver is asked for."""
        latest = self._door.latest()
        if latest is None:
            return ()
        agencies = [waiver.agency] if waiver.agency else sorted(self._door.agencies(latest.id))
        found = [each for agency in agencies for each in self._door.findings(latest.id, agency)]
        failed = [
            each
            for each in found
            if each.control == waiver.control and each.verdict == "fail" and waiver.asset in ("", each.asset)
        ]
        keys = waiver.instances
        named = [each for each in failed if not keys or any(fault.key in keys for fault in each.instances)]
        return tuple(sorted(basis(each, keys) for each in named))


def _failing(finding: Finding) -> None:
    if finding.verdict != "fail":
        raise _bad("kết luận này không phải là không đạt", "this verdict is no fail")


def _said(reason: str) -> str:
    if not reason.strip():
        raise _bad("cần nêu lý do", "a reason is needed")
    return reason.strip()


def _identifier(kind: str, today: date) -> str:
    return f"{kind}-{today:%Y%m%d}-{secrets.token_hex(3)}"


def _bad(vi: str, en: str) -> BadAct:
    return BadAct(Text(f"Không thực hiện được: {vi}.", f"This cannot be done: {en}."))
