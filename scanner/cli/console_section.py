"""The section `console` of khien.yaml: under which names the web console answers, and what it asks of its users."""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from checks.model.text import TextError
from scanner.cli.sections import Section

HostName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,8}$")
]


def _address(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        raise TextError("cần một địa chỉ IP, như 127.0.0.1", "an IP address, as 127.0.0.1") from None


class ConsoleSection(Section):
    """The web console."""

    hosts: tuple[HostName, ...] = ()
    """Names under which browsers ask for it; those of loopback are always among them."""
    proxy: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    """The reverse proxy that is believed when it says who asks, and that they ask over TLS."""
    second_factor: tuple[Literal["security", "agency", "auditor"], ...] = ("security",)
    """Roles whose users must set up a second factor; others may."""
    contact: Annotated[str, StringConstraints(pattern=r"^((mailto|tel):|https://)[!-~]{3,200}$")] | None = None
    """Whom to tell of a weakness of the console, in its security.txt (RFC 9116); None: it has none."""
