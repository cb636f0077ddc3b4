"""Who signs in: the tables of people, their second factors, recovery codes and tokens, and of failed
tries.

They stand in the same database as history, and are none of it: people are changed, failed tries are forgotten.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from checks.model.text import Language
from history.access import Role, Viewer

NAME_LENGTH = 40


class User(AbstractBaseUser):
    """Somebody who may sign in."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    """^[a-z0-9][a-z0-9._-]{0,39}$: what is typed to sign in, and what acts are told under."""
    role: "models.CharField[Role, Role]" = models.CharField(max_length=10)
    agency = models.CharField(max_length=40)
    """Id of the agency of one whose role is agency; empty otherwise."""
    language: "models.CharField[Language, Language]" = models.CharField(max_length=2, default="vi")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    """Somebody else knows the password: nothing can be done before it is changed."""
    openid_issuer = models.CharField(max_length=255, default="")
    """By whose word they sign in, without a password of their own; empty: with one."""
    openid_subject = models.CharField(max_length=255, default="")
    """Who they are there; empty until they first sign in, where only an e-mail address was known."""
    openid_email = models.CharField(max_length=255, default="")
    """In small letters, until they first sign in."""
    totp_secret = models.CharField(max_length=64)
    """Base32 (RFC 6238); empty: there is no second factor yet."""
    totp_step = models.BigIntegerField(default=0)
    """The time step of the code that was taken last: no code is taken twice."""
    created = models.DateTimeField()

    objects = BaseUserManager()

    USERNAME_FIELD = "name"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["openid_issuer", each], condition=~models.Q(**{each: ""}), name=f"{each}_once"
            )
            for each in ("openid_subject", "openid_email")
        ]

    @property
    def viewer(self) -> Viewer:
        """What the doorway to history knows of them."""
        return Viewer(self.name, self.role, self.agency)

    def get_session_auth_hash(self) -> str:
        """What sessions are bound to: they end with another password, and with another second factor."""
        return salted_hmac(
            "console.models.User", f"{self.password}\n{self.totp_secret}", algorithm="sha256"
        ).hexdigest()


class RecoveryCode(models.Model):
    """A code that stands in for the second factor, once. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=71)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]


class Token(models.Model):
    """What a program shows in place of its user's password (`console.tokens`). Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=NAME_LENGTH)
    """What its user calls it."""
    digest = models.CharField(max_length=71, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
    """When it was last shown, to the hour; None: never yet."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="token_name_once")]


class Draft(models.Model):
    """An inventory that somebody is shown before it is stored (`console.drafts`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=32)
    """What its page is called: it follows from what it holds and from what that would replace."""
    instead_of = models.CharField(max_length=71)
    """Digest of the inventory that it was made from; empty: there was none."""
    digest = models.CharField(max_length=71)
    body = models.BinaryField()
    """Canonical JSON of its state, in zlib."""
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="draft_once")]


class FailedTry(models.Model):
    """A password or code that was wrong: see `console.tries`."""

    name = models.CharField(max_length=NAME_LENGTH)
    """As typed, whether there is such a user or not."""
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    code = models.BooleanField(default=False)
    """Whether it was a code of the second factor, whose password was right."""


class Secret(models.Model):
    """What sessions are bound to (Django's SECRET_KEY): one row, made when the console first starts."""

    value = models.CharField(max_length=100)
