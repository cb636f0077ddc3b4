"""How a page is made: a template, the words of its language, and values that it escapes for HTML.

Text of outside origin goes through `line` or `block` (`reports.formats.clean`): nothing hidden in it takes part.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import jinja2
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from checks.model.text import Language, Text
from console import audit_words, inventory_words, policy_words, report_words, sessions, words
from console.models import User
from reports.formats.clean import block, line
from reports.messages import figures, labels

VERSION = version("khien")
NAVIGATION: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "security": (
        ("overview", words.OVERVIEW),
        ("agencies", words.AGENCIES),
        ("inventory", inventory_words.INVENTORY),
        ("runs", words.RUNS),
        ("differences", audit_words.DIFFERENCES),
        ("deadlines", words.DEADLINES),
        ("requests", words.REQUESTS),
        ("matters", words.MATTERS),
        ("reports", words.REPORTS),
        ("policies", policy_words.POLICIES),
        ("acts", audit_words.ACTS),
        ("checkpoints", audit_words.LOG),
    ),
    "auditor": (
        ("overview", words.OVERVIEW),
        ("agencies", words.AGENCIES),
        ("inventory", inventory_words.INVENTORY),
        ("runs", words.RUNS),
        ("differences", audit_words.DIFFERENCES),
        ("deadlines", words.DEADLINES),
        ("requests", words.REQUESTS),
        ("matters", words.MATTERS),
        ("reports", words.REPORTS),
        ("policies", policy_words.POLICIES),
        ("acts", audit_words.ACTS),
        ("checkpoints", audit_words.LOG),
    ),
    "agency": (
        ("overview", words.REPORT_CARD),
        ("runs", words.RUNS),
        ("differences", audit_words.DIFFERENCES),
        ("deadlines", words.DEADLINES),
        ("requests", words.REQUESTS),
        ("matters", words.MATTERS),
        ("reports", words.REPORTS),
    ),
}
"""By role: the routes of the pages that the navigation leads to."""


def environment(**options: Any) -> jinja2.Environment:
    """The templates; a name that is missing is an error and never an empty place."""
    made = jinja2.Environment(  # noqa: S701  # `autoescape` is among the options
        **{**options, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    )
    made.filters["line"], made.filters["block"] = line, block
    made.globals.update(w=words, aw=audit_words, iw=inventory_words, wp=policy_words)
    made.globals.update(wr=report_words, labels=labels)
    made.globals.update(route=_route, file=_file, version=VERSION)
    return made


def page(request: HttpRequest, template: str, status: int = 200, **content: Any) -> HttpResponse:
    """A template with its content, in the language of the request."""
    language = sessions.language_of(request)
    account = getattr(request, "account", None)
    context = {
        **_said(language),
        "account": account,
        "navigation": _navigation(account),
        "csrf_token": get_token(request),
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
        "query": {name: value for name, value in request.GET.items() if name != "format"},
        "current": request.resolver_match.url_name if request.resolver_match else "",
        **content,
    }
    return HttpResponse(render_to_string(template, context), status=status)


def _said(language: Language) -> dict[str, Callable[..., str] | str]:
    """The ways in which templates say values in a language."""

    def say(text: Text, **values: object) -> str:
        return text.in_(language).format_map(values) if values else text.in_(language)

    def day(value: date | None) -> str:
        return "–" if value is None else figures.day(value, language)

    def moment(value: datetime | None) -> str:
        return "–" if value is None else figures.moment(value, language)

    return {
        "language": language,
        "say": say,
        "day": day,
        "moment": moment,
        "percent": lambda value: figures.percent(value, language),
        "change": lambda now, before: figures.change(now, before, language),
        "number": lambda value: figures.number(value, language),
    }


def _navigation(account: User | None) -> tuple[tuple[str, Text], ...]:
    return () if account is None or sessions.unsettled(account) else NAVIGATION[account.role]


def _route(name: str, /, **values: object) -> str:
    return reverse(name, kwargs=values)


@cache
def _file(name: str) -> str:
    """The URL of a file that is served as it is; it changes with the file, which browsers may keep."""
    data = (settings.STATIC_ROOT / name).read_bytes()
    return f"{settings.STATIC_URL}{name}?{hashlib.sha256(data).hexdigest()[:12]}"
