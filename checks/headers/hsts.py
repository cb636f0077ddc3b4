"""headers.hsts: the host tells browsers to come back over HTTPS only (RFC 6797).

Judged on the last HTTPS answer of the asset's own host, because the promise is the host's, and on the final answer
where that is of another host. A chain that was cut short may have gone on at the own host, so it is not assessable,
whatever its redirects said. A literal address cannot make the promise (section 8.1.1).
"""

import re
from collections.abc import Mapping

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.page import PAGE_REASONS, Answer, cut, cut_short, final_answer, host, instance, judged, once
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, passed
from checks.model.target import is_address

HEADER = "strict-transport-security"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  (a grammar, not a password)
_DIRECTIVE = re.compile(rf'[ \t]*(?:({_TOKEN})(?:[ \t]*=[ \t]*({_TOKEN}|"(?:[^"\\]|\\.)*"))?[ \t]*)?(?:;|\Z)')
_LONGEST = 18
"""Digits of max-age that count; more mean "longer than anyone lives" all the same."""


class Hsts(Params):
    """How long, and for which hosts."""

    min_age: int = Field(ge=1)
    """Least max-age in seconds."""
    include_subdomains: bool = False
    """Whether the promise must cover every name below the host."""
    preload: bool = False
    """Whether consent to the browsers' preload list must be given (not in the RFC; hstspreload.org)."""


def parse_hsts(value: str) -> dict[str, str | None] | None:
    """Directives of one field by name in lower case, quotes taken off; None where the field breaks the grammar.

    Section 6.1: names do not depend on case, a value may be quoted, empty directives are allowed, a directive that
    comes twice spoils the field, and max-age is required and a number.
    """
    directives: dict[str, str | None] = {}
    position = 0
    while position < len(value):
        found = _DIRECTIVE.match(value, position)
        if found is None:
            return None
        position = found.end()
        name, given = found[1], found[2]
        if name is None:
            continue
        if name.lower() in directives:
            return None
        directives[name.lower()] = re.sub(r"\\(.)", r"\1", given[1:-1]) if given and given[0] == '"' else given
    age = directives.get("max-age")
    if age is None or not re.fullmatch(r"[0-9]+", age) or directives.get("includesubdomains") is not None:
        return None
    return directives


def judge(subject: Subject[HttpObservation], params: Hsts) -> Outcome:
    """Fail for a header that is absent, invalid, off, too short or too narrow."""
    if is_address(host(subject.where)):
        return not_applicable("hsts_literal_address", where=cut(subject.where))
    final = final_answer(subject)
    wrong = once(each for answer in _speakers(subject, final) for each in _faults(subject, answer, params))
    if wrong:
        return failed(wrong)
    return final if isinstance(final, Outcome) else passed()


def _speakers(subject: Subject[HttpObservation], final: Answer | Outcome) -> list[Answer]:
    """The last HTTPS answer of the own host, and the final answer; none where neither is known."""
    if cut_short(subject.observation):
        return []
    own = [
        Answer(hop, index)
        for index, hop in enumerate(subject.observation.hops)
        if host(hop.url) == host(subject.where) and hop.url.lower().startswith("https:")
    ]
    last = [each for each in own[-1:] if judged(each.hop.status)]
    return last if isinstance(final, Outcome) or final in last else [*last, final]


def _faults(subject: Subject[HttpObservation], answer: Answer, params: Hsts) -> list[Instance]:
    """Only the first field of an answer counts (section 8.1)."""
    fields = answer.hop.values(HEADER)
    if not fields:
        return [instance(subject, answer, "hsts_missing", HEADER)]
    directives, value = parse_hsts(fields[0]), cut(fields[0])
    if directives is None:
        return [instance(subject, answer, "hsts_invalid", HEADER, value=value)]
    age = _age(directives)
    if age == 0:
        return [instance(subject, answer, "hsts_off", HEADER, value=value)]
    faults = []
    if age < params.min_age:
        faults.append(
            instance(subject, answer, "hsts_short", f"{HEADER}/max-age", age=age, min_age=params.min_age, value=value)
        )
    if params.include_subdomains and "includesubdomains" not in directives:
        faults.append(instance(subject, answer, "hsts_no_subdomains", f"{HEADER}/includesubdomains", value=value))
    if params.preload and not ("preload" in directives and directives["preload"] is None):
        faults.append(instance(subject, answer, "hsts_no_preload", f"{HEADER}/preload", value=value))
    return faults


def _age(directives: Mapping[str, str | None]) -> int:
    """Seconds of max-age, which `parse_hsts` has found to be digits; bounded, for Python counts digits slowly."""
    digits = (directives["max-age"] or "").lstrip("0") or "0"
    return int(digits) if len(digits) <= _LONGEST else 10**_LONGEST


CHECK = Check(
    id="headers.hsts",
    version=2,
    reads="https",
    params=Hsts,
    judge=judge,
    reasons=PAGE_REASONS
    | {
        "hsts_missing",
        "hsts_invalid",
        "hsts_off",
        "hsts_short",
        "hsts_no_subdomains",
        "hsts_no_preload",
        "hsts_literal_address",
    },
)
