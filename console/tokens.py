"""Tokens: what a program shows to the JSON API in place of a password, with all the rights of its user and no more.

A token is shown once, when it is made; only its digest is kept. It has a name by which its user knows it, it expires,
and it can be revoked at any moment. The digest need not be slow: 256 random bits cannot be tried.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from checks.model.act import Actor
from checks.model.canonical import STRICT, digest
from checks.model.text import Text
from console import journal, sessions
from console.accounts import BadAccount
from console.models import NAME_LENGTH, Token, User

PREFIX = "khien_"
"""By which programs that look for secrets in files know one."""
BYTES = 32
NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{NAME_LENGTH - 1}}}")
DAYS = (30, 90, 365)
"""How long a token may last, as the console offers it."""
LONGEST = 365
"""Days."""
MOST = 20
"""So many tokens one user may have."""
NOTED = timedelta(hours=1)
"""That a token was used is written down no more often."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What is told of a token."""

    __pydantic_config__ = STRICT

    user: str
    name: str
    created: datetime
    expires: datetime
    used: datetime | None
    """When it was last shown, to the hour; None: never yet."""


def make(user: User, name: str, days: int, by: Actor) -> str:
    """A new token of a user, which is shown this once. Raises BadAccount for a bad or taken name, and for too many."""
    now = datetime.now(UTC).replace(microsecond=0)
    if NAME.fullmatch(name) is None:
        raise BadAccount(
            Text(
                "Tên mã truy cập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch nối, dài tối đa 40 ký tự.",
                "A token's name is of lower-case letters, digits, dots and hyphens, 40 at the most.",
            )
        )
    if not 1 <= days <= LONGEST:
        raise BadAccount(Text("Thời hạn từ 1 đến 365 ngày.", "A token lasts from 1 to 365 days."))
    if user.tokens.count() >= MOST:
        raise BadAccount(Text(f"Mỗi người dùng có tối đa {MOST} mã.", f"A user has {MOST} tokens at the most."))
    secret, expires = PREFIX + secrets.token_urlsafe(BYTES), now + timedelta(days=days)
    try:
        with transaction.atomic():
            Token.objects.create(user=user, name=name, digest=_digest(secret), created=now, expires=expires)
    except IntegrityError:
        raise BadAccount(Text(f"Đã có mã tên {name}.", f"There is a token {name} already.")) from None
    journal.note("token.added", by, f"{user.name}/{name}", journal.concerned(user), {"expires": expires.isoformat()})
    return secret


def every(user: str = "") -> list[Issued]:
    """The tokens of a user, or of all, in the order of names."""
    found = Token.objects.select_related("user").order_by("user__name", "name")
    return [_issued(each) for each in (found.filter(user__name=user) if user else found)]


def revoke(user: User, name: str, by: Actor) -> None:
    """Let a token be taken no more, from now on. Raises BadAccount where there is none of that name."""
    deleted, _ = Token.objects.filter(user=user, name=name).delete()
    if not deleted:
        raise BadAccount(Text(f"{user.name} không có mã tên {name!r}", f"{user.name} has no token {name!r}"))
    journal.note("token.revoked", by, f"{user.name}/{name}", journal.concerned(user))


def holder(secret: str, now: datetime) -> Token | None:
    """The token, with its user, that a program shows.

    None where there is none, it is over, or its user is locked out or has yet to change the first password or to set
    up a second factor.
    """
    found = Token.objects.select_related("user").filter(digest=_digest(secret)).first()
    if found is None or found.expires <= now or not found.user.is_active or sessions.unsettled(found.user):
        return None
    if found.used is None or now - found.used > NOTED:
        Token.objects.filter(pk=found.pk).update(used=now.replace(microsecond=0))
    return found


def _digest(secret: str) -> str:
    return digest(secret.encode("utf-8", "backslashreplace"))


def _issued(token: Token) -> Issued:
    return Issued(token.user.name, token.name, token.created, token.expires, token.used)
