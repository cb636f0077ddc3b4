"""The answers for what goes wrong: pages for people, problem documents for programs.

They tell nothing of the cause; the log does.
"""

import logging

from django.http import HttpRequest, HttpResponse

from checks.model.text import Text
from console.api.problems import problem
from console.pages import page
from history.errors import BodyRemoved, Damaged

PROGRAMS = ("/api/", "/metrics")
"""Where programs ask, which read problem documents and no pages."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _told(request, 400)


def unclear(request: HttpRequest, reason: Text) -> HttpResponse:
    """400 for a URL that asks for what cannot be told."""
    return page(request, "error.html", 400, error=400, reason=reason, current="")


def damaged(request: HttpRequest, exception: Damaged) -> HttpResponse:
    """410 for evidence that an act removed, which says so; 500 for what somebody or something damaged, which is said
    too: what is stored is not what was remembered."""
    if isinstance(exception, BodyRemoved):
        return page(request, "error.html", 410, error=410, reason=exception.text, current="")
    logging.getLogger("console").error("damaged: %s", exception.name)
    return page(request, "error.html", 500, error=500, reason=exception.text, current="")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _told(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that no page of ours has sent."""
    return _told(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what is there and not for who asks."""
    return _told(request, 404)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, with the seconds after which to try again."""
    response = _told(request, 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _told(request, 500)


def _told(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith(PROGRAMS):
        return problem(request, status)
    return page(request, "error.html", status, error=status, reason=None, current="")
