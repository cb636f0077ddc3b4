"""A stricter policy never removes a fail: whatever a header says, what fails under a demand fails under more of it."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.check import Check
from checks.headers import cookies, cross_origin, csp, deprecated, hsts, leaks, permissions_policy, referrer_policy
from checks.model.pages import Page, ReferrerWord
from tests.checks.headers.grammar import cookie_fields, csp_policies, hsts_fields, sf_dictionaries
from tests.checks.judging import ask
from tests.factories import hop, http_observation, subject

Demand = dict[str, Any]
Pair = tuple[Demand, Demand]
"""A demand, and one that asks for at least as much."""


def more(name: str, choices: tuple[Any, ...], least: int = 0, **fixed: Any) -> st.SearchStrategy[Pair]:
    """Lists of things that are asked for, or forbidden: a longer one is stricter."""
    lists = st.lists(st.sampled_from(choices), min_size=least, unique=True)
    return st.tuples(lists, lists).map(
        lambda two: ({**fixed, name: two[0]}, {**fixed, name: list(dict.fromkeys([*two[0], *two[1]]))})
    )


def fewer(name: str, choices: tuple[Any, ...], **fixed: Any) -> st.SearchStrategy[Pair]:
    """Lists of what is allowed: a shorter one is stricter."""
    lists = st.lists(st.sampled_from(choices), min_size=1, unique=True)
    return lists.flatmap(
        lambda loose: st.lists(st.sampled_from(loose), min_size=1, unique=True).map(
            lambda strict: ({**fixed, name: loose}, {**fixed, name: strict})
        )
    )


def both(*pairs: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    """Demands of several parameters at once."""
    return st.tuples(*pairs).map(
        lambda found: (
            {name: value for loose, _ in found for name, value in loose.items()},
            {name: value for _, strict in found for name, value in strict.items()},
        )
    )


def switched(name: str) -> st.SearchStrategy[Pair]:
    """A demand that may be switched on."""
    return st.sampled_from([(False, False), (False, True), (True, True)]).map(lambda x: ({name: x[0]}, {name: x[1]}))


AGES = st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)).map(
    lambda two: ({"min_age": two[0]}, {"min_age": two[0] + two[1]})
)
LEAKING = ("server", "x-powered-by", "via")
HEADERS: dict[str, st.SearchStrategy[list[str]]] = {
    "strict-transport-security": st.lists(hsts_fields().map(lambda made: made[0]) | st.text(), max_size=2),
    "content-security-policy": st.lists(csp_policies().map(lambda made: made[0]) | st.text(), max_size=2),
    "referrer-policy": st.lists(st.sampled_from((*get_args(ReferrerWord), "x", "")), max_size=3),
    "permissions-policy": sf_dictionaries().map(lambda made: made[0])
    | st.lists(st.sampled_from(["camera=()", "camera=*", "usb=(self)", "usb=(*)", "usb 'none'"]), max_size=2),
    "cross-origin-opener-policy": st.lists(st.sampled_from((*get_args(cross_origin.Token), "x")), max_size=2),
    "set-cookie": st.lists(cookie_fields().map(lambda made: made[0]) | st.text(), max_size=3),
    "server": st.lists(st.sampled_from(["nginx", "nginx/1.22.1", "<redacted>"]), max_size=2),
    "x-powered-by": st.lists(st.sampled_from(["PHP", "PHP/8.1"]), max_size=2),
    "x-xss-protection": st.lists(st.sampled_from(["0", "1"]), max_size=2),
    "expect-ct": st.lists(st.text(max_size=3), max_size=1),
}

PAGES = st.none() | st.lists(csp_policies().map(lambda made: made[0])).map(lambda csp: Page(html=True, csp=tuple(csp)))

READ: dict[str, tuple[str, ...]] = {
    "headers.hsts": ("strict-",),
    "headers.csp": ("content-",),
    "headers.cookies": ("set-",),
    "headers.leaks": ("server", "x-powered-by"),
    "headers.deprecated": ("x-xss-protection", "expect-ct"),
    "headers.referrer_policy": ("referrer-",),
    "headers.permissions_policy": ("permissions-",),
    "headers.cross_origin": ("cross-",),
}
"""How the names of the headers begin that a rule reads."""

DEMANDS: list[tuple[Check[Any, Any], st.SearchStrategy[Pair]]] = [
    (hsts.CHECK, both(AGES, switched("include_subdomains"), switched("preload"))),
    (csp.CHECK, both(more("required", get_args(csp.Directive)), more("forbidden", get_args(csp.Weakness)))),
    (referrer_policy.CHECK, fewer("allowed", get_args(ReferrerWord))),
    (permissions_policy.CHECK, more("restricted", ("camera", "usb", "midi"))),
    (
        cross_origin.CHECK,
        fewer("allowed", get_args(cross_origin.Token), header="cross-origin-opener-policy"),
    ),
    (cookies.CHECK, more("require", get_args(cookies.Quality), least=1)),
    (leaks.CHECK, both(more("absent", LEAKING, least=1), more("no_version", LEAKING), switched("known"))),
    # that a header is gone is more than that it tells no version
    (leaks.CHECK, st.sampled_from(LEAKING).map(lambda name: ({"no_version": [name]}, {"absent": [name]}))),
    (deprecated.CHECK, more("headers", get_args(deprecated.DeprecatedHeader), least=1)),
]


@pytest.mark.parametrize(("check", "demands"), DEMANDS, ids=[check.id for check, _ in DEMANDS])
@given(data=st.data())
def test_what_fails_goes_on_failing(
    check: Check[Any, Any], demands: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    loose, strict = data.draw(demands)
    names = [name for name in HEADERS if name.startswith(READ[check.id])]
    headers = [(name, value) for name in names for value in data.draw(HEADERS[name])]
    page = data.draw(PAGES) if check is csp.CHECK else None
    seen = subject(http_observation(hop(headers=headers, page=page)))
    first, second = ask(check, seen, loose), ask(check, seen, strict)
    assert {each.key for each in first.instances} <= {each.key for each in second.instances}
    assert (second.verdict == "pass") <= (first.verdict == "pass")
