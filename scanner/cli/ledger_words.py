"""The words for what is wrong with what is remembered, and for what a checkpoint is worth."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from history.ledger import Problem
from reports.messages.ledger import BELIEFS, FAULTS
from scanner.cli.language import LANGUAGE, say

if TYPE_CHECKING:
    from history.statements import Belief, LoggedCheckpoint

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def problem_words(where: str, problem: Problem) -> str:
    """One line; `where` is the run, or empty."""
    place = f"{where}: " if where else ""
    return f"{place}{FAULTS[problem.fault].in_(LANGUAGE)}: {problem.what} {problem.detail}".rstrip()


def checkpoint_words(logged: "LoggedCheckpoint", belief: "Belief") -> str:
    """One line."""
    told, worth = logged.checkpoint, BELIEFS[belief].in_(LANGUAGE)
    at = f"{told.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    return say(
        f"Mốc {logged.sequence}: {told.size} lá, {at}, khóa {told.key}: {worth}",
        f"Checkpoint {logged.sequence}: {told.size} leaves, {at}, key {told.key}: {worth}",
    )
