"""The words for what is wrong with what is remembered, and for what a checkpoint is worth."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from history.ledger import Problem
from scanner.cli.language import say

if TYPE_CHECKING:
    from history.statements import Belief, LoggedCheckpoint

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
BELIEF_WORDS = {
    "good": say("chữ ký đúng", "signature good"),
    "stamped": say(
        "KHÔNG đáng tin, trừ khi cơ quan cấp dấu thời gian xác nhận dấu có trước khi khóa bị thu hồi",
        "NOT believed, unless the authority of its time stamp vouches that it is from before its key was revoked",
    ),
    "revoked": say("KHÔNG đáng tin: khóa đã thu hồi", "NOT believed: its key was revoked"),
}

FAULT_WORDS = {
    "changed": say("bị sửa", "changed"),
    "removed": say("bị xóa", "removed"),
    "inserted": say("bị chèn thêm", "inserted"),
    "reordered": say("bị đổi thứ tự", "reordered"),
    "damaged": say("bị hỏng", "damaged"),
}


def problem_words(where: str, problem: Problem) -> str:
    """One line; `where` is the run, or empty."""
    place = f"{where}: " if where else ""
    return f"{place}{FAULT_WORDS[problem.fault]}: {problem.what} {problem.detail}".rstrip()


def checkpoint_words(logged: "LoggedCheckpoint", belief: "Belief") -> str:
    """One line."""
    told, worth = logged.checkpoint, BELIEF_WORDS[belief]
    at = f"{told.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    return say(
        f"Mốc {logged.sequence}: {told.size} lá, {at}, khóa {told.key}: {worth}",
        f"Checkpoint {logged.sequence}: {told.size} leaves, {at}, key {told.key}: {worth}",
    )
