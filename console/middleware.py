"""What stands before every page: the headers of every answer, and the gate that asks who is there.

The gate goes by the table of routes (`console.routes`): whatever does not stand there as open asks for a sign-in, and a
route that is not for somebody's role is not there for them.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from console import programs, sessions
from console.limits import MINUTE, PER_SOURCE, PER_USER, WEIGHT
from console.models import User
from console.request import Request, Unclear, source_of
from console.routes import BY_NAME, Route
from console.views import errors
from history.access import Door
from history.errors import Damaged, NotSeen

Answer = Callable[[HttpRequest], HttpResponseBase]

READING = ("GET", "HEAD")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; upgrade-insecure-requests"
)
"""Nothing inline, no script at all: pages work without."""
FEATURES = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "web-share",
    "xr-spatial-tracking",
)
"""Features of browsers that can be refused (W3C Permissions Policy); the console uses none."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""Of every answer: what policies/owasp-secure-headers.yaml asks for, the strictest that Khiên has for headers."""


class Headers:
    """Every answer has the headers; none is stored anywhere but the files that are served as they are, which say so."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with its headers."""
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if isinstance(response, HttpResponse) and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Origin:
    """Tells Django whose form it is that a page of ours has sent; stands before its protection against forged forms.

    Under "Referrer-Policy: no-referrer" browsers hide the origin of a form ("Origin: null": Fetch, section 3.2), and
    still say in Sec-Fetch-Site, which no page can set, that it is of the same.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to the request with its origin."""
        if request.META.get("HTTP_ORIGIN") == "null" and request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self._answer(request)


class Gate:
    """Who is not signed in is led to sign in, and nobody comes to a route that is not theirs. Programs come by tokens
    (`console.programs`)."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer. Raises DisallowedHost for a host that is not the console's, and BadRequest for a NUL, which no
        database takes; both become 400."""
        request.get_host()
        asked, now = cast(Request, request), datetime.now(UTC)
        for_programs = request.path.startswith(errors.PROGRAMS)
        given = [request.GET, *([] if for_programs else [request.POST])]
        values = [value for each in given for _, values in each.lists() for value in values]
        if any("\0" in each for each in (request.path, *values)):
            raise BadRequest("NUL")
        asked.language = sessions.language_of(request)
        user = request.user
        if isinstance(user, User) and sessions.over(request, now):
            logout(request)
        elif isinstance(user, User):
            asked.account, asked.door = user, Door(user.viewer)
        if for_programs:  # which are counted by their tokens
            return self._answer(request)
        signed_in = hasattr(request, "account")
        key = f"user {asked.account.pk}" if signed_in else f"source {source_of(request)}"
        most = PER_USER if signed_in else PER_SOURCE
        wait = MINUTE.wait(key, most, now, 1 if request.method in READING else WEIGHT)
        response = errors.too_many(request, wait) if wait else self._answer(request)
        if "Content-Disposition" in response.headers:
            MINUTE.wait(key, most, now, WEIGHT - 1)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None where the view may answer. Raises Http404 for a route that is not for who asks."""
        found = request.resolver_match
        route = BY_NAME[(found and found.url_name) or ""]
        if route.programs:
            return programs.enter(cast(Request, request), route)
        if route.roles:
            elsewhere = self._enter(cast(Request, request), route)
            if elsewhere is not None:
                return elsewhere
        return None if request.method in route.allowed else HttpResponseNotAllowed(sorted(route.allowed))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """What somebody may not see is not found, as what is not there; what is not clear is said."""
        if isinstance(exception, Unclear):
            return errors.unclear(request, exception.text)
        if isinstance(exception, Damaged) and not request.path.startswith(errors.PROGRAMS):
            return errors.damaged(request, exception)
        return errors.not_found(request, exception) if isinstance(exception, NotSeen) else None

    def _enter(self, request: Request, route: Route) -> HttpResponseBase | None:
        if not hasattr(request, "account"):
            return to_sign_in(request)
        if request.account.role not in route.roles:
            raise Http404
        wanted = sessions.unsettled(request.account)
        return redirect(wanted) if wanted and not route.settling else None


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the page on which to sign in, and from there to the page that was asked for."""
    wanted = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return redirect(f"{reverse('sign-in')}{wanted}")
