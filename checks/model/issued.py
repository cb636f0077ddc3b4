"""A file that left the office: issued with a number, signed, or sent. Made by the command line, kept by `history`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from checks.model.canonical import STRICT


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """What is told of a file; its canonical bytes are stored, and never changed. The file itself is stored beside."""

    __pydantic_config__ = STRICT

    run: str
    agency: str
    """Whom it is about; empty: the estate."""
    language: str
    format: str
    """As the command line calls it: pdf, json ..."""
    name: str
    """Of the file."""
    number: int | None
    """In the register of the year; None: a draft."""
    symbol: str
    """What stands after the number and the slash; empty for a draft."""
    day: date | None
    """The date of the document; None: a draft."""
    signer: str
    """Whom the certificate of the signature names; empty: it is not signed."""
    by: str
    """Who had it made."""
    at: datetime
    digest: str
    size: int
    """Bytes."""
    schema: Literal[1] = 1

    @property
    def document(self) -> str:
        """The number as the letter states it, as in 07/BC-XXX; empty for a draft."""
        return "" if self.number is None else f"{self.number:02d}/{self.symbol}"
