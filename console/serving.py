"""The console as a web server: waitress, on loopback behind a reverse proxy that speaks TLS."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from waitress.server import create_server

from console.keeper import Keeper
from console.models import Secret
from console.openid import Provider
from console.written import Written

LOOPBACK = ("127.0.0.1", "::1", "localhost")
THREADS = 8
LARGEST_REQUEST, LARGEST_HEADERS = 2 << 20, 32 << 10
"""Bytes."""
CHANNEL_SECONDS = 60
"""After so long without anything to do a connection is closed."""
CONNECTIONS = 200


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and for whom the console answers."""

    host: str
    port: int
    """0: any that is free."""
    names: tuple[str, ...] = ()
    """Host names under which browsers ask for it; those of loopback are always among them."""
    proxy: str = "127.0.0.1"
    """The address of the reverse proxy that is believed when it says who asks and that they ask over TLS."""
    second_factor: tuple[str, ...] = ("security",)
    """Roles whose users must have a second factor."""
    contact: str = ""
    """Whom to tell of a weakness of the console, as a URI; empty: nobody is named."""
    written: Written = field(default_factory=Written)
    openid: Provider | None = None
    """By whose word users that are linked to it may sign in."""


def serve(serving: Serving, keeper: Keeper, ready: Callable[[str, int], None]) -> None:
    """Answer until the process is interrupted. The database is set up and its tables are up to date.

    `keeper` reads inventories; `ready` is told the address once it answers. Raises OSError where the address cannot be
    had.
    """
    logging.getLogger("django").setLevel(logging.ERROR)  # what somebody asked for in vain is no news
    logging.getLogger("django.security").setLevel(logging.CRITICAL)  # nor is it where it was meant ill
    settings.SECRET_KEY = _secret()
    settings.ALLOWED_HOSTS = [*LOOPBACK, "[::1]", *serving.names]
    settings.SECOND_FACTOR_ROLES = serving.second_factor
    settings.OPENID = serving.openid
    settings.SECURITY_CONTACT = serving.contact
    settings.WRITTEN = serving.written
    settings.KEEPER = keeper
    server = create_server(
        WSGIHandler(),
        host=serving.host,
        port=serving.port,
        threads=THREADS,
        ident=None,
        trusted_proxy=serving.proxy,
        trusted_proxy_count=1,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
        clear_untrusted_proxy_headers=True,
        max_request_body_size=LARGEST_REQUEST,
        max_request_header_size=LARGEST_HEADERS,
        channel_timeout=CHANNEL_SECONDS,
        connection_limit=CONNECTIONS,
    )
    try:
        ready(str(server.effective_host), int(server.effective_port))
        server.run()
    finally:
        server.close()


def _secret() -> str:
    """The key of this database's sessions, made by the first who needs it."""
    with transaction.atomic():
        kept = Secret.objects.select_for_update().order_by("id").first()
        if kept is None:
            kept = Secret.objects.create(value=secrets.token_urlsafe(48))
    return kept.value
