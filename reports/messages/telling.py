"""How a report says a reason code: the catalogue's sentence, and never a report that is missing for want of one."""

import re

from checks.breaker import Hold
from checks.model.finding import Values
from checks.model.text import Language, Text
from reports.messages.catalogue import REASONS, sentence
from reports.messages.exceptions import HELD
from reports.messages.figures import percent


def tell(reason: str, params: Values, language: Language) -> str:
    """The sentence of a reason code as plain text.

    A run of another version of Khiên may hold a code or a parameter that this one does not know: it is then
    told by its code and its values, so that a finding never vanishes from a report.
    """
    try:
        return sentence(reason, params, language)
    except (KeyError, IndexError, ValueError):
        return ", ".join([reason, *(f"{name}={str(value)[:300]}" for name, value in sorted(params.items()))])


def both(reason: str, params: Values) -> Text:
    """The sentence of a reason code in both languages."""
    return Text(tell(reason, params, "vi"), tell(reason, params, "en"))


def held_words(hold: Hold, language: Language) -> str:
    """Why a run was held, and that its report was made all the same."""
    coverage, usual = (percent(each, language) for each in (hold.coverage, hold.usual))
    return HELD.in_(language).format(coverage=coverage, usual=usual)


def general(reason: str, language: Language) -> str:
    """The sentence of a reason code wherever it occurs: places and values are left out, with a mark for each."""
    found = REASONS.get(reason)
    return reason if found is None else re.sub(r"\{\w+\}", "…", found.in_(language)).replace("….", "…")
