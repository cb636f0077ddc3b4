"""Every reason code with its sentence, and how parameters are placed into it."""

from collections.abc import Mapping

from checks.model.finding import Value, Values
from checks.model.text import Language, Text
from reports.messages import common, dns, headers, ports, tls

REASONS: Mapping[str, Text] = {**common.REASONS, **tls.REASONS, **ports.REASONS, **headers.REASONS, **dns.REASONS}
"""Codes are unique over all families (a test holds them to it)."""

PROTOCOL_NAMES = {
    "ssl2": "SSL 2.0",
    "ssl3": "SSL 3.0",
    "tls1_0": "TLS 1.0",
    "tls1_1": "TLS 1.1",
    "tls1_2": "TLS 1.2",
    "tls1_3": "TLS 1.3",
}
VALUE_LENGTH = 300
"""A value from outside is cut to this many characters before it is placed into a sentence."""


def sentence(reason: str, params: Values, language: Language) -> str:
    """The sentence of a reason code as plain text; the caller escapes it for its place.

    Raises KeyError for a code or parameter that is unknown: the tests know every one.
    """
    values = {name: _shown(value, language) for name, value in params.items()}
    return REASONS[reason].in_(language).format_map(values)


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, bool):
        return {"vi": ("không", "có"), "en": ("no", "yes")}[language][value]
    if isinstance(value, tuple):
        return ", ".join(_shown(each, language) for each in value)
    text = "" if value is None else PROTOCOL_NAMES.get(str(value), str(value))
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"
