"""A phrase in both languages, and the one error of the demo estate. Nothing else.

The estate imports nothing of the other rooms, so it has its own small pair; whoever shows it takes `vi` or `en`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same phrase in Vietnamese and in English."""

    vi: str
    en: str

    def plain(self) -> dict[str, str]:
        """As YAML files of Khiên write it."""
        return {"vi": self.vi, "en": self.en}


class EstateError(Exception):
    """The estate could not be started; the words say why and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.words = Words(vi, en)
