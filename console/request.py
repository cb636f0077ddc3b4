"""A request as views get it, once `console.middleware.Gate` has let it through."""

from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from checks.model.text import Language, Text
from console.models import Token, User
from history.access import Door


class Unclear(Exception):
    """What the URL asks for cannot be told: it becomes 400, with the reason in words."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


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
    """The client's address: behind a proxy that is trusted, the one that it names (`console.serving`); empty where
    what it names is no address."""
    try:
        return str(ip_address(str(request.META.get("REMOTE_ADDR", ""))))
    except ValueError:
        return ""


def source_of(request: HttpRequest) -> str:
    """What limits count an address as: of IPv6 its first 64 bits, of which any customer has all the rest."""
    address = address_of(request)
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
