"""One message to one recipient: what became of a try, how often it is tried, and whom a server has to be."""

import ssl
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checks.model.delivery import DeliveryReason

DETAIL = 200
"""Characters kept of what a server says."""
LONGEST_WAIT = 900.0
"""Seconds between two tries at the most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try."""

    state: Literal["accepted", "deferred", "rejected"]
    reason: DeliveryReason = ""
    code: int | None = None
    detail: str = ""
    whole: bool = False
    """It concerns the server and not this recipient: when the tries are over, no other needs to be tried."""


def tries(
    once: Callable[[int], Answer], attempts: int, back_off: float, wait: Callable[[float], None]
) -> tuple[Answer, int]:
    """Try until it is taken over or refused, so often at the most; the last answer and the number of tries.

    `once` is told which try it is, from 1. The second one comes after `back_off` seconds, each further one after four
    times as long.
    """
    for attempt in range(1, attempts + 1):
        if attempt > 1:
            wait(min(back_off * 4 ** (attempt - 2), LONGEST_WAIT))
        answer = once(attempt)
        if answer.state != "deferred":
            break
    return answer, attempt


def trusting(trust_anchors: Iterable[Path]) -> ssl.SSLContext:
    """Holds a server to its certificate and name, by the machine's authorities and those of these PEM files.

    Raises OSError where a file cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for each in trust_anchors:
        context.load_verify_locations(each)
    return context


def said(text: str) -> str:
    """What a server said, on one line and cut."""
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return " ".join(shown.split())[:DETAIL]
