"""waivers.yaml: exceptions that somebody asked for and somebody else granted, read strictly."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from checks.model.text import Text
from checks.model.waiver import Waiver
from policies.strict_yaml import Document, InputError, InputErrors, read_file

Line = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class WaiverRow(BaseModel):
    """One waiver as it is written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    asset: str
    control: str
    justification: Line
    requested_by: Line
    approved_by: Line
    valid_from: date
    valid_until: date
    instances: tuple[Line, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    waivers: tuple[WaiverRow, ...] = ()


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order. Raises InputErrors.

    Who asks is not who grants: the same name in both places is an error.
    """
    document = read_file(path)
    if document.value is None:
        return ()
    rows = document.validated(_File).waivers
    errors = [error for index in range(len(rows)) for error in _faults(document, rows, index)]
    if errors:
        raise InputErrors(errors)
    return tuple(Waiver(**row.model_dump()) for row in rows)


def _faults(document: Document, rows: tuple[WaiverRow, ...], index: int) -> list[InputError]:
    row = rows[index]
    found = []
    if any(other.id == row.id for other in rows[:index]):
        message = Text(f"mã lặp lại: {row.id!r}", f"duplicate id: {row.id!r}")
        found.append(document.error(("waivers", index, "id"), message))
    if row.valid_until < row.valid_from:
        message = Text("ngày hết hiệu lực trước ngày có hiệu lực", "valid_until is before valid_from")
        found.append(document.error(("waivers", index, "valid_until"), message))
    if row.requested_by.strip().casefold() == row.approved_by.strip().casefold():
        message = Text("người đề nghị không thể là người phê duyệt", "who asks for a waiver cannot grant it")
        found.append(document.error(("waivers", index, "approved_by"), message))
    return found
