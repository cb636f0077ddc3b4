"""waivers.yaml: exceptions that somebody asked for and somebody else granted, read strictly."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from checks.model.text import Text
from checks.model.waiver import LONGEST, Waiver, WaiverKind, same_person
from policies.strict_yaml import Document, InputError, InputErrors, read_file

ID = r"^[a-z0-9-]{1,40}$"
Line = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class WaiverRow(BaseModel):
    """One waiver as it is written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=ID)]
    asset: Line | None = None
    agency: Line | None = None
    control: Line
    justification: Line
    compensating_measure: Line | None = None
    requested_by: Line
    approved_by: Line
    valid_from: date
    valid_until: date
    instances: tuple[Line, ...] = ()
    granted_on: tuple[Digest, ...] = ()
    kind: WaiverKind = "waiver"

    def waiver(self) -> Waiver:
        """The same as a value of the model."""
        return Waiver(
            id=self.id,
            asset=self.asset or "",
            agency=self.agency or "",
            control=self.control,
            justification=self.justification,
            compensating_measure=self.compensating_measure or "",
            requested_by=self.requested_by,
            approved_by=self.approved_by,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            instances=self.instances,
            granted_on=tuple(sorted(self.granted_on)),
            kind=self.kind,
        )


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    waivers: tuple[WaiverRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """What a file has, and where; without a file, nothing."""

    waivers: tuple[Waiver, ...] = ()
    """In the order of the file."""
    document: Document = field(default_factory=lambda: Document("", None, {}))

    def error(self, waiver: Waiver, key: str, message: Text) -> InputError:
        """An error at a key of one of the waivers."""
        return self.document.error(("waivers", self.waivers.index(waiver), key), message)


def read_waivers(path: Path) -> WaiverFile:
    """The waivers of a file. Raises InputErrors.

    Who asks is not who grants: the same name in both places is an error. So is one that concerns both an asset and an
    agency, or neither; one that lasts longer than LONGEST; and a false positive that is bound to no evidence.
    """
    document = read_file(path)
    if document.value is None:
        return WaiverFile()
    rows = document.validated(_File).waivers
    errors = [error for index in range(len(rows)) for error in _faults(document, rows, index)]
    if errors:
        raise InputErrors(errors)
    return WaiverFile(tuple(row.waiver() for row in rows), document)


def together(written: WaiverFile, stored: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """The waivers of the file and of the database, in the order of ids.

    Neither goes before the other: the same id in both is an error, even where they are equal. Raises InputErrors.
    """
    found = {each.id: each for each in stored}
    errors = []
    for each in written.waivers:
        if each.id in found:
            message = Text(
                f"mã {each.id!r} đã có trong cơ sở dữ liệu (khien waiver list)",
                f"the database has {each.id!r} too (khien waiver list)",
            )
            errors.append(written.error(each, "id", message))
        found[each.id] = each
    if errors:
        raise InputErrors(errors)
    return tuple(found[name] for name in sorted(found))


def _faults(document: Document, rows: tuple[WaiverRow, ...], index: int) -> list[InputError]:
    row = rows[index]
    found: list[tuple[str, Text]] = []
    if any(other.id == row.id for other in rows[:index]):
        found.append(("id", Text(f"mã lặp lại: {row.id!r}", f"duplicate id: {row.id!r}")))
    if (row.asset is None) == (row.agency is None):
        message = Text("cần đúng một trong hai: asset hoặc agency", "it needs one of asset and agency, and not both")
        found.append(("asset" if row.agency is None else "agency", message))
    if row.valid_until < row.valid_from:
        message = Text("ngày hết hiệu lực trước ngày có hiệu lực", "valid_until is before valid_from")
        found.append(("valid_until", message))
    if row.valid_until - row.valid_from > LONGEST:
        days = LONGEST.days
        message = Text(f"miễn trừ dài nhất {days} ngày", f"a waiver lasts {days} days at the most")
        found.append(("valid_until", message))
    if same_person(row.requested_by, row.approved_by):
        message = Text("người đề nghị không thể là người phê duyệt", "who asks for a waiver cannot grant it")
        found.append(("approved_by", message))
    if row.kind == "false_positive" and not row.granted_on:
        message = Text(
            "báo sai phải gắn với bằng chứng: thêm granted_on (khien waiver basis)",
            "a false positive is bound to evidence: add granted_on (khien waiver basis)",
        )
        found.append(("kind", message))
    return [document.error(("waivers", index, name), message) for name, message in found]
