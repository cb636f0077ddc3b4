"""A request as views get it, once `console.middleware.Gate` has let it through."""

from django.http import HttpRequest

from checks.model.text import Language
from console.models import Token, User
from history.access import Door


class Request(HttpRequest):
    """With who asks, what they may see, and the language of the answer."""

    language: Language
    account: User
    """Only on routes that ask for a sign-in."""
    door: Door
    """The same."""
    token: Token
    """Only on routes for programs."""


def address_of(request: HttpRequest) -> str:
    """The client's address: behind a proxy that is trusted, the one that it names (`console.serving`)."""
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
