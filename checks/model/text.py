"""A sentence in both of Khiên's languages. Only what people read is a Text; codes are plain strings."""

from dataclasses import dataclass
from typing import Literal

from checks.model.canonical import STRICT

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Vietnamese and in English; both are always there."""

    __pydantic_config__ = STRICT

    vi: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the language asked for."""
        return self.vi if language == "vi" else self.en


class TextError(ValueError):
    """What a validator raises to speak both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)
