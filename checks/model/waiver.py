"""An exception that somebody asked for, somebody else granted, and that ends."""

from dataclasses import dataclass
from datetime import date

from checks.model.canonical import STRICT


@dataclass(frozen=True, slots=True)
class Waiver:
    """One control at one asset, accepted as it is until a date."""

    __pydantic_config__ = STRICT

    id: str
    asset: str
    control: str
    justification: str
    requested_by: str
    approved_by: str
    valid_from: date
    valid_until: date
    """The last day on which it holds."""
    instances: tuple[str, ...] = ()
    """Keys that it covers; empty: the whole finding."""
