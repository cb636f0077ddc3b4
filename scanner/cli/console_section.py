"""The section `console` of khien.yaml: under which names the web console answers, and what it asks of its users."""

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from checks.model.text import TextError
from scanner.cli.sections import Section, Variable

HostName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,8}$")
]


def _address(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        raise TextError("cần một địa chỉ IP, như 127.0.0.1", "an IP address, as 127.0.0.1") from None


def _issuer(written: str) -> str:
    parts = urlsplit(written)
    try:
        loopback = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        loopback = False
    if not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise TextError("cần URL https (http chỉ trên chính máy này)", "an https URL (http on this machine alone)")
    return written


class OpenIdSection(Section):
    """A provider of OpenID Connect by whose word users that are linked to it sign in."""

    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#@]{1,200}$"), AfterValidator(_issuer)]
    """As it calls itself, to the letter."""
    client: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    """What it calls Khiên."""
    secret_variable: Variable
    second_factor: tuple[Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")], ...] = ()
    """Values of `acr` or `amr` by which it says that it asked for a second factor; none: Khiên asks for its own."""
    trust_anchors: tuple[str, ...] = ()
    """PEM files of authorities that are trusted beside the machine's own."""


class ConsoleSection(Section):
    """The web console."""

    hosts: tuple[HostName, ...] = ()
    """Names under which browsers ask for it; those of loopback are always among them."""
    proxy: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    """The reverse proxy that is believed when it says who asks, and that they ask over TLS."""
    second_factor: tuple[Literal["security", "agency", "auditor"], ...] = ("security",)
    """Roles whose users must set up a second factor; others may."""
    openid: OpenIdSection | None = None
    contact: Annotated[str, StringConstraints(pattern=r"^((mailto|tel):|https://)[!-~]{3,200}$")] | None = None
    """Whom to tell of a weakness of the console, in its security.txt (RFC 9116); None: it has none."""
