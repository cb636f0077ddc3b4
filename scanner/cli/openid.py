"""The OpenID provider of khien.yaml, as the console asks it."""

from typing import TYPE_CHECKING

from reports.trying import trusting
from scanner.cli.config import Config
from scanner.cli.environment import secret
from scanner.cli.errors import Usage

if TYPE_CHECKING:
    from console.accounts import Link
    from console.openid import Provider


def provider(config: Config) -> "Provider | None":
    """None where there is none. Raises Usage where the environment lacks the secret, or anchors cannot be read."""
    from console.openid import Provider

    section = config.console.openid
    if section is None:
        return None
    try:
        context = trusting(config.path.parent / each for each in section.trust_anchors)
    except OSError as error:
        raise Usage(f"không đọc được trust_anchors: {error}", f"trust_anchors cannot be read: {error}") from None
    return Provider(section.issuer, section.client, secret(section.secret_variable), context, section.second_factor)


def link(config: Config, subject: str, email: str) -> "Link":
    """Somebody at the provider. Raises Usage where khien.yaml names none, and for what is neither one nor the other."""
    from console.accounts import Link

    section = config.console.openid
    if section is None:
        raise Usage("khien.yaml chưa khai báo console.openid", "khien.yaml has no console.openid")
    printable = all("!" <= each <= "~" for each in subject + email)
    if bool(subject) == bool(email) or not printable or len(subject + email) > 255 or (email and "@" not in email):
        raise Usage(
            "cần --openid SUB hoặc --openid-email ĐỊA-CHỈ, chỉ một trong hai, không dấu",
            "one of --openid SUB and --openid-email ADDRESS is needed, in ASCII",
        )
    return Link(section.issuer, subject, email)
