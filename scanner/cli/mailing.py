"""The mail server of the configuration."""

from pathlib import Path

from reports.smtp import Settings
from scanner.cli.config import MailSection
from scanner.cli.environment import secret
from scanner.cli.errors import Usage

PORTS = {"starttls": 587, "implicit": 465}


def mail_settings(mail: MailSection) -> Settings:
    """How mail goes out. Raises Usage where the environment lacks the password, or it is one that SMTP cannot take."""
    password = secret(mail.password_variable) if mail.password_variable else ""
    if not password.isascii():
        raise Usage(
            f"{mail.password_variable}: chỉ dùng ký tự ASCII", f"{mail.password_variable}: ASCII characters only"
        )
    return Settings(
        host=mail.host,
        sender=mail.sender,
        port=mail.port or PORTS[mail.tls],
        tls=mail.tls,
        user=mail.user,
        password=password,
        timeout=mail.timeout_seconds,
        patience=mail.timeout_seconds * 20,
        attempts=mail.attempts,
        back_off=mail.retry_seconds,
        trust_anchors=tuple(Path(each) for each in mail.trust_anchors),
    )
