"""Content Security Policy Level 3: fields to policies, and what the source lists of a policy permit.

Every policy of every field is enforced, so a page permits only what all of its policies permit (CSP3 section 8.1).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Sources = tuple[str, ...]
"""Source expressions of one directive, as written."""

_SPACE = re.compile(r"[\t\n\f\r ]+")
_NONCE = re.compile(r"'nonce-(?:<redacted>|[a-z0-9+/_-]+={0,2})'")
_HASH = re.compile(r"'sha(?:256|384|512)-[a-z0-9+/_-]+={0,2}'")
_ANY_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?\*(?:\.[a-z0-9-]+)?\.?(?::(?:\*|[0-9]+))?(?:/.*)?")
_ANY_SCHEME = frozenset({"http:", "https:", "ws:", "wss:", "data:"})
"""A source of scheme ws or wss matches what comes over HTTPS too, and one of ws plain HTTP (section 6.7.2.9)."""
_CLEARTEXT = ("http:", "ws:")

HEADER_ONLY = frozenset({"frame-ancestors", "report-uri", "sandbox"})
"""Directives that browsers pass over in a meta element."""


@dataclass(frozen=True, slots=True)
class CspPolicy:
    """One serialized policy."""

    directives: Mapping[str, Sources]
    """Names in lower case; of a directive that comes twice, the first."""

    def sources(self, *names: str) -> Sources | None:
        """The source list of the first of these directives that there is: the fallback chain of section 6.8.3."""
        return next((self.directives[name] for name in names if name in self.directives), None)


def parse_policies(fields: Iterable[str]) -> tuple[CspPolicy, ...]:
    """The policies of all Content-Security-Policy fields (CSP3 section 2.2.2); those without directives are none."""
    found = (_policy(part) for field in fields for part in field.split(","))
    return tuple(each for each in found if each.directives)


def parse_meta(contents: Iterable[str]) -> tuple[CspPolicy, ...]:
    """The policies of meta elements: one an element, whose commas part nothing, and without the directives that
    count in a header only (HTML standard, "Content security policy state"; CSP3 section 3.3)."""
    found = (
        CspPolicy({name: each for name, each in _policy(text).directives.items() if name not in HEADER_ONLY})
        for text in contents
    )
    return tuple(each for each in found if each.directives)


def _policy(text: str) -> CspPolicy:
    """One policy (section 2.2.1): a directive that is not ASCII or comes a second time is left out."""
    directives: dict[str, Sources] = {}
    for part in text.split(";"):
        words = [word for word in _SPACE.split(part) if word]
        if words and part.isascii():
            directives.setdefault(words[0].lower(), tuple(words[1:]))
    return CspPolicy(directives)


def permits_inline_script(sources: Sources) -> bool:
    """Whether any inline script runs (section 6.7.3.2): a nonce, a hash or 'strict-dynamic' switches
    'unsafe-inline' off."""
    return permits_inline_style(sources) and "'strict-dynamic'" not in _lower(sources)


def permits_inline_style(sources: Sources) -> bool:
    """Whether any inline style applies (section 6.7.3.2): a nonce or hash switches 'unsafe-inline' off."""
    words = _lower(sources)
    return "'unsafe-inline'" in words and not any(_NONCE.fullmatch(word) or _HASH.fullmatch(word) for word in words)


def permits_eval(sources: Sources) -> bool:
    """Whether strings may be run as scripts (section 4.4)."""
    return "'unsafe-eval'" in _lower(sources)


def from_anywhere(sources: Sources) -> bool:
    """Whether hosts of an attacker's choice match: `*`, `*.vn`, `https:`, `http:`, `wss:`, `data:`."""
    return any(word in _ANY_SCHEME or _ANY_HOST.fullmatch(word) for word in _lower(sources))


def scripts_from_anywhere(sources: Sources) -> bool:
    """The same of scripts, for which 'strict-dynamic' switches hosts and schemes off (section 6.7.1.1)."""
    return from_anywhere(sources) and "'strict-dynamic'" not in _lower(sources)


def in_cleartext(sources: Sources) -> bool:
    """Whether a source names plain HTTP."""
    return any(word in _CLEARTEXT or word.startswith(("http://", "ws://")) for word in _lower(sources))


def scripts_in_cleartext(sources: Sources) -> bool:
    """The same of scripts, with 'strict-dynamic' as above."""
    return in_cleartext(sources) and "'strict-dynamic'" not in _lower(sources)


def _lower(sources: Sources) -> frozenset[str]:
    return frozenset(word.lower() for word in sources)
