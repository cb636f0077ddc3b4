"""The people who may sign in: what `khien user` does to them, and their passwords."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from checks.model.act import Actor
from checks.model.canonical import STRICT
from checks.model.text import Text
from console import journal
from console.id_token import Claims, Doubt
from console.models import User
from history.access import Role

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
LONGEST_PASSWORD = 256
"""Characters; more is refused before it is hashed."""
WEAK: dict[str, Text] = {
    "password_too_short": Text("Mật khẩu cần ít nhất 12 ký tự.", "A password has at least 12 characters."),
    "password_too_common": Text("Mật khẩu này quá phổ biến.", "This password is too common."),
    "password_too_similar": Text("Mật khẩu quá giống tên đăng nhập.", "The password is too much like the name."),
    "too_long": Text("Mật khẩu dài nhất 256 ký tự.", "A password has at most 256 characters."),
}


class BadAccount(Exception):
    """An account cannot be made or changed so."""

    def __init__(self, *texts: Text) -> None:
        super().__init__(" ".join(each.en for each in texts))
        self.texts = texts

    @property
    def text(self) -> Text:
        """All that is wrong."""
        return Text(" ".join(each.vi for each in self.texts), " ".join(each.en for each in self.texts))


@dataclass(frozen=True, slots=True)
class Account:
    """What is told of a user."""

    __pydantic_config__ = STRICT

    name: str
    role: Role
    agency: str
    active: bool
    second_factor: bool
    """Whether they have set one up."""
    openid: str
    """By which id, or for the first time by which e-mail address, they come in from the OpenID provider; empty: they
    have a password."""
    created: datetime
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """Who somebody is at an OpenID provider: by its own id of them, or, until they first sign in, by an e-mail address
    that it says it has verified."""

    issuer: str
    subject: str = ""
    email: str = ""


def add(name: str, role: Role, agency: str, way: str | Link, by: Actor, *, temporary: bool = True) -> Account:
    """Make an account, whose user comes in by one way: with a password, or by the word of an OpenID provider.

    A temporary password must be changed before anything else is done. Raises BadAccount for a bad or taken name, for
    a weak password, and for somebody at the provider who is linked already.
    """
    if NAME.fullmatch(name) is None:
        raise BadAccount(
            Text(
                f"tên {name!r} chỉ gồm chữ thường không dấu, số, dấu chấm, gạch nối, dài tối đa 40 ký tự",
                f"the name {name!r} must be of lower-case letters, digits, dots and hyphens, 40 at the most",
            )
        )
    user = User(
        name=name, role=role, agency=agency, must_change_password=temporary, totp_secret="", created=datetime.now(UTC)
    )
    if isinstance(way, Link):
        _link(user, way)
    else:
        check_password(way, user)
        user.set_password(way)
    if User.objects.filter(name=name).exists():
        raise BadAccount(Text(f"tên {name!r} đã có người dùng", f"the name {name!r} is taken"))
    _save(user)
    journal.note("user.added", by, name, journal.concerned(user), {"role": role, "agency": agency, **_told(user)})
    return _account(user)


def link(name: str, way: Link, by: Actor) -> None:
    """Let somebody come in by the word of an OpenID provider, and no more with the password that they had; what they
    have open ends. Raises BadAccount for an unknown name, and for somebody at the provider who is linked already."""
    user = _user(name)
    _link(user, way)
    _save(user)
    journal.note("user.changed", by, name, journal.concerned(user), {"changed": "way in", **_told(user)})


def linked(issuer: str, claims: Claims) -> User:
    """Who signs in by the word of an OpenID provider. Whoever was known by a verified e-mail address alone is known by
    the provider's own id from then on. Raises Doubt for who is not known, or locked out."""
    known = User.objects.filter(openid_issuer=issuer, openid_subject=claims.sub).first()
    if known is None and claims.email_verified and claims.email.isascii() and claims.email:
        waiting = User.objects.filter(openid_issuer=issuer, openid_subject="", openid_email=claims.email.lower())
        known = waiting.filter(is_active=True).first()
        if known is not None and waiting.update(openid_subject=claims.sub, openid_email=""):
            known.refresh_from_db()
            told = {"changed": "OpenID subject", **_told(known)}
            journal.note("user.changed", journal.signed_in(known.name), known.name, journal.concerned(known), told)
    if known is None or not known.is_active:
        raise Doubt("unknown", claims.sub)
    return known


def every() -> list[Account]:
    """All accounts, in the order of names."""
    return [_account(user) for user in User.objects.order_by("name")]


def disable(name: str, by: Actor) -> None:
    """Let somebody sign in no more, and end what they have open: each request asks whether the account is active.

    Raises BadAccount for an unknown name.
    """
    user = _user(name)
    user.is_active = False
    user.save(update_fields=["is_active"])
    journal.note("user.disabled", by, name, journal.concerned(user))


def reset(name: str, password: str, by: Actor, *, second_factor: bool = False) -> None:
    """Give somebody a temporary password, and let them sign in again, with it alone where they were linked to an OpenID
    provider; `second_factor` also takes theirs away.

    What they have open ends, for sessions go with the password, and their tokens are revoked. Raises BadAccount for
    an unknown name and a weak password.
    """
    user = _user(name)
    check_password(password, user)
    user.set_password(password)
    user.is_active, user.must_change_password = True, True
    user.openid_issuer = user.openid_subject = user.openid_email = ""
    if second_factor:
        user.totp_secret = ""
        user.recovery_codes.all().delete()
    user.save()
    user.tokens.all().delete()
    told = "password and second factor" if second_factor else "password"
    journal.note("user.changed", by, name, journal.concerned(user), {"changed": told})


def change_password(user: User, password: str) -> None:
    """Take a new password of the user's own. Raises BadAccount for a weak one."""
    check_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    changed(user, "password")


def changed(user: User, what: str) -> None:
    """Put on record that a user has changed something of their own account."""
    journal.note("user.changed", journal.signed_in(user.name), user.name, journal.concerned(user), {"changed": what})


def check_password(password: str, user: User) -> None:
    """Raises BadAccount for a password that is too short, too long, too common, or like the name."""
    if len(password) > LONGEST_PASSWORD:
        raise BadAccount(WEAK["too_long"])
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadAccount(*(WEAK[str(each.code)] for each in error.error_list)) from None


def _user(name: str) -> User:
    """Raises BadAccount for an unknown name."""
    user = User.objects.filter(name=name).first()
    if user is None:
        raise BadAccount(Text(f"không có người dùng {name!r}", f"there is no user {name!r}"))
    return user


def _link(user: User, way: Link) -> None:
    """One way in: there is no password any more, so none to change either."""
    user.openid_issuer, user.openid_subject, user.openid_email = way.issuer, way.subject, way.email.lower()
    user.must_change_password = False
    user.set_unusable_password()


def _save(user: User) -> None:
    """Raises BadAccount where another user is the same at the provider."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise BadAccount(
            Text("tài khoản OpenID này đã thuộc người dùng khác", "this OpenID account is another user's")
        ) from None


def _told(user: User) -> dict[str, str]:
    """What an act tells of an account's link."""
    return {key: value for key, value in (("openid", user.openid_subject), ("email", user.openid_email)) if value}


def _account(user: User) -> Account:
    return Account(
        name=user.name,
        role=user.role,
        agency=user.agency,
        active=user.is_active,
        second_factor=bool(user.totp_secret),
        openid=user.openid_subject or user.openid_email,
        created=user.created,
        last_sign_in=user.last_login,
    )
