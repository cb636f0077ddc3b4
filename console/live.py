"""Pages that renew themselves while a run is under way: without a script, and until their reader says otherwise.

What somebody writes in must not vanish: so a page that renews itself has no field, and forms have pages of their own.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

SECONDS = 10
PARAMETER, OFF, ITSELF = "live", "off", "itself"
"""In the address: whether the page renews itself, or was asked for by itself."""


@dataclass(frozen=True, slots=True)
class Live:
    """Whether a page renews itself, and where its reader turns that on or off."""

    on: bool
    switch: str
    seconds: int = SECONDS


def live(request: HttpRequest, moving: bool) -> Live | None:
    """None where nothing moves on the page."""
    on = request.GET.get(PARAMETER) != OFF
    return Live(on, _address(request, OFF if on else "")) if moving else None


def renewed(request: HttpRequest, response: HttpResponse, state: Live | None) -> HttpResponse:
    """The page, which its browser asks for anew after SECONDS where it renews itself."""
    if state is not None and state.on:
        response.headers["Refresh"] = f"{SECONDS}; url={_address(request, ITSELF)}"
    return response


def by_itself(request: HttpRequest) -> bool:
    """Whether a page has asked, and no person: that keeps no session alive."""
    return request.GET.get(PARAMETER) == ITSELF


def _address(request: HttpRequest, value: str) -> str:
    query = {name: str(each) for name, each in request.GET.items() if name != PARAMETER}
    if value:
        query[PARAMETER] = value
    return f"{request.path}?{urlencode(query)}" if query else request.path
