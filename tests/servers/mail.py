"""A real mail server on loopback that takes mail over, or answers otherwise where a test scripts it."""

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE = 30
"""Seconds to start and to stop."""
DROP = "drop"
"""In a script: the connection is cut in place of an answer."""


@dataclass(frozen=True)
class Received:
    """One message, as it was taken over."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    login: str
    tls: bool

    @property
    def mail(self) -> EmailMessage:
        """The message read."""
        return message_from_bytes(self.data, policy=default)


@dataclass
class Script:
    """What it answers, one after the other; then everything is taken."""

    recipient: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)


class MailServer:
    """Listens while it is entered. Without a context it has no STARTTLS."""

    def __init__(
        self,
        context: ssl.SSLContext | None,
        *,
        script: Script | None = None,
        passwords: dict[str, str] | None = None,
        implicit: bool = False,
        size: int = 33554432,
    ) -> None:
        self._context = context
        self._script = script or Script()
        self._passwords = passwords
        self._implicit = implicit
        self._size = size
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.received: list[Received] = []
        self.commands: list[str] = []
        """MAIL and RCPT, as they came."""
        self.connections = 0
        self.port = 0

    def __enter__(self) -> "MailServer":
        self._thread.start()
        assert self._started.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        outer = self._context if self._implicit else None
        server = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=outer))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        pending = asyncio.all_tasks(self._loop)
        for each in pending:
            each.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        more: dict[str, Any] = {}
        if self._passwords is not None:
            more = {"authenticator": self._authenticate, "auth_required": True}
        if self._context is not None and not self._implicit:
            more |= {"tls_context": self._context, "require_starttls": True}
        return SMTP(
            self, hostname="mail.example", loop=self._loop, data_size_limit=self._size, timeout=PATIENCE, **more
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (self._passwords or {}).get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False, auth_data=data.login.decode())

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or answer as scripted."""
        self.commands.append(f"{envelope.mail_from} -> {address}")
        answer = self._script.recipient.pop(0) if self._script.recipient else "250 OK"
        if answer == DROP:
            _cut(server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a message, or answer as scripted."""
        answer = self._script.data.pop(0) if self._script.data else "250 OK"
        if answer == DROP:
            _cut(server)
            return "250 never heard"
        if answer.startswith("250"):
            self.received.append(
                Received(
                    envelope.mail_from or "",
                    tuple(envelope.rcpt_tos),
                    cast(bytes, envelope.original_content),
                    str(session.auth_data or ""),
                    self._implicit or session.ssl is not None,
                )
            )
        return answer


def _cut(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()
