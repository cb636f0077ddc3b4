"""The order in which names stand in a list for a reader, in each language (pure).

Vietnamese as the "vi" collation of CLDR (the Unicode Common Locale Data Repository) has it: ă, â, đ, ê, ô, ơ and ư are
letters of their own; tones tell apart only what is spelt alike, in the order none, huyền, hỏi, ngã, sắc, nặng; then
small letters come before capitals. In English every mark counts as tones do. Signs and digits come before letters,
letters of other scripts after them. The tests hold both to ICU.
"""

import unicodedata
from collections.abc import Mapping

from checks.model.text import Language

SIGNS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
ALPHABETS: Mapping[Language, str] = {
    "vi": SIGNS + "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz",
    "en": SIGNS + "abcdefghijklmnopqrstuvwxyz",
}
MARKS: Mapping[Language, str] = {
    "vi": "\u0300\u0309\u0303\u0301\u0323",
    "en": "\u0301\u0300\u0306\u0302\u0303\u0309\u031b\u0323\u0335",
}
"""Combining marks (grave, hook above, tilde, acute, dot below; breve, circumflex, horn, stroke) in their order."""
STROKE = {"đ": "d\u0335", "Đ": "D\u0335"}
"""Unicode does not take these apart; where đ is no letter of its own it is a d with a mark."""

_RANKS: Mapping[Language, Mapping[str, int]] = {
    language: {character: rank for rank, character in enumerate(alphabet)} for language, alphabet in ALPHABETS.items()
}

SortKey = tuple[tuple[int, ...], tuple[tuple[int, ...], ...], tuple[bool, ...]]
"""Letters of the whole name, then the marks on each of them, then which of them are capitals."""


def sort_key(name: str, language: Language) -> SortKey:
    """What names are sorted by. Two names of one key are the same but for marks that no alphabet here has."""
    ranks, marks = _RANKS[language], MARKS[language]
    letters: list[str] = []
    over: list[tuple[int, ...]] = []
    capitals: list[bool] = []
    for character in _apart(name, language):
        joined = unicodedata.normalize("NFC", letters[-1] + character) if letters else ""
        if unicodedata.combining(character) and joined in ranks:
            letters[-1] = joined
        elif unicodedata.combining(character) and letters:
            over[-1] += (marks.index(character) if character in marks else len(marks),)
        else:
            letters.append(character.lower())
            over.append(())
            capitals.append(character != character.lower())
    return tuple(ranks.get(each, len(ranks) + ord(each[0])) for each in letters), tuple(over), tuple(capitals)


def _apart(name: str, language: Language) -> str:
    """Letters and marks one by one."""
    if "đ" not in ALPHABETS[language]:
        name = "".join(STROKE.get(each, each) for each in name)
    return unicodedata.normalize("NFD", name)
