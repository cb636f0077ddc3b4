"""The words for what is wrong with what is remembered."""

from history.ledger import Problem
from scanner.cli.language import say

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
