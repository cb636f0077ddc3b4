"""headers.csp: a Content Security Policy is enforced and says what is asked of it (CSP Level 3).

A weakness counts only where every policy of the page has it, because all of them are enforced: those of every header
field, and those of the page's meta elements as far as meta may say them. Policies that only report protect nobody.
A page that was not read cannot make up for what the headers lack; where the head of one was read in part, what a policy
in the rest could mend is not known.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from checks.check import Check, Params, Subject
from checks.headers.csp_parser import (
    HEADER_ONLY,
    CspPolicy,
    Sources,
    from_anywhere,
    in_cleartext,
    parse_meta,
    parse_policies,
    permits_eval,
    permits_inline_script,
    permits_inline_style,
    scripts_from_anywhere,
    scripts_in_cleartext,
)
from checks.headers.page import PAGE_REASONS, Answer, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, met_unless, not_assessable

HEADER = "content-security-policy"

Directive = Literal[
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "media-src",
    "object-src",
    "connect-src",
    "child-src",
    "frame-src",
    "worker-src",
    "manifest-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "sandbox",
    "upgrade-insecure-requests",
    "require-trusted-types-for",
    "trusted-types",
    "report-to",
    "report-uri",
]
Weakness = Literal[
    "unsafe_inline",  # inline scripts run
    "unsafe_inline_style",  # inline styles apply
    "unsafe_eval",  # strings run as scripts
    "wildcard",  # scripts, plugins or base URLs of any host
    "cleartext_source",  # scripts or plugins over plain HTTP
    "missing_script_src",  # neither script-src nor default-src
    "missing_object_src",  # neither object-src nor default-src
    "missing_base_uri",
    "missing_form_action",  # forms may be sent anywhere; default-src says nothing of them
    "missing_frame_ancestors",  # nor of who may frame the page
    "form_action_anywhere",  # forms may be sent to any host
]


class Csp(Params):
    """What the policy must say and must not allow; without either, it must only be there and be valid."""

    required: tuple[Directive, ...] = ()
    """Each stands in one of the policies, whatever its value; frame-ancestors, sandbox and report-uri in a header."""
    forbidden: tuple[Weakness, ...] = ()


def judge(subject: Subject[HttpObservation], params: Csp) -> Outcome:
    """Fail for an absent or empty policy, and for each directive that is missing and each weakness."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    wrong, page = _faults(subject, answer, params), answer.hop.page
    if page is not None and not page.head:
        certain = [each for each in wrong if _only_a_header_mends(each)]
        if wrong and not certain:
            return not_assessable("csp_head_not_read", where=cut(answer.hop.url))
        wrong = certain
    return met_unless(wrong)


def _only_a_header_mends(fault: Instance) -> bool:
    return fault.params.get("directive") in HEADER_ONLY or fault.reason == "csp_missing_frame_ancestors"


def _faults(subject: Subject[HttpObservation], answer: Answer, params: Csp) -> list[Instance]:
    fields, inside = answer.hop.values(HEADER), answer.hop.page.csp if answer.hop.page else ()
    policies = (*parse_policies(fields), *parse_meta(inside))
    if not fields and not inside:
        reported = bool(answer.hop.values(f"{HEADER}-report-only"))
        return [instance(subject, answer, "csp_report_only" if reported else "csp_missing", HEADER)]
    value = cut(", ".join((*fields, *inside)))
    if not any(name in _KNOWN for policy in policies for name in policy.directives):
        return [instance(subject, answer, "csp_invalid", HEADER, value=value)]
    wrong = [
        instance(subject, answer, "csp_directive_missing", f"{HEADER}/{name}", directive=name, value=value)
        for name in dict.fromkeys(params.required)
        if all(name not in policy.directives for policy in policies)
    ]
    wrong += [
        instance(subject, answer, f"csp_{name}", f"{HEADER}/{name}", value=value)
        for name in dict.fromkeys(params.forbidden)
        if any(has(policies) for has in _WEAKNESSES[name])
    ]
    return wrong


_KNOWN = frozenset(get_args(Directive)) | {"block-all-mixed-content", "fenced-frame-src"}
"""What makes a policy of a text: also directives that no policy of ours would ask for."""

Has = Callable[[Sequence[CspPolicy]], bool]
"""Whether a page under these policies has a weakness."""


def _permits(test: Callable[[Sources], bool], *names: str, absent: bool) -> Has:
    """A question about the first of these directives that a policy has. A policy with none of them restricts
    nothing; where all are so, the answer is `absent`."""

    def has(policies: Sequence[CspPolicy]) -> bool:
        lists = [found for policy in policies if (found := policy.sources(*names)) is not None]
        return all(test(each) for each in lists) if lists else absent

    return has


def _lacks(*names: str) -> Has:
    return lambda policies: all(policy.sources(*names) is None for policy in policies)


_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_HANDLERS = ("script-src-attr", "script-src", "default-src")
_STYLES = ("style-src-elem", "style-src", "default-src")
_STYLE_ATTRIBUTES = ("style-src-attr", "style-src", "default-src")
_OBJECTS = ("object-src", "default-src")

_WEAKNESSES: Mapping[Weakness, Sequence[Has]] = {
    "unsafe_inline": (
        _permits(permits_inline_script, *_SCRIPTS, absent=True),
        _permits(permits_inline_script, *_HANDLERS, absent=True),
    ),
    "unsafe_inline_style": (
        _permits(permits_inline_style, *_STYLES, absent=True),
        _permits(permits_inline_style, *_STYLE_ATTRIBUTES, absent=True),
    ),
    "unsafe_eval": (_permits(permits_eval, "script-src", "default-src", absent=True),),
    # absent object-src and base-uri have codes of their own, absent scripts are open to every host
    "wildcard": (
        _permits(scripts_from_anywhere, *_SCRIPTS, absent=True),
        _permits(from_anywhere, *_OBJECTS, absent=False),
        _permits(from_anywhere, "base-uri", absent=False),
    ),
    "cleartext_source": (
        _permits(scripts_in_cleartext, *_SCRIPTS, absent=False),
        _permits(in_cleartext, *_OBJECTS, absent=False),
    ),
    "missing_script_src": (_lacks("script-src", "default-src"),),
    "missing_object_src": (_lacks(*_OBJECTS),),
    "missing_base_uri": (_lacks("base-uri"),),
    "missing_form_action": (_lacks("form-action"),),
    "missing_frame_ancestors": (_lacks("frame-ancestors"),),
    # absent form-action has a code of its own
    "form_action_anywhere": (_permits(from_anywhere, "form-action", absent=False),),
}
"""Each weakness with the questions of which one "yes" is enough."""

CHECK = Check(
    id="headers.csp",
    version=4,
    reads="https",
    params=Csp,
    judge=judge,
    reasons=PAGE_REASONS
    | {"csp_missing", "csp_report_only", "csp_invalid", "csp_directive_missing", "csp_head_not_read"}
    | {f"csp_{name}" for name in _WEAKNESSES},
)
