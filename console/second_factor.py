"""The second factor: codes by the time (RFC 6238) from an application on a telephone, and recovery codes on paper."""

import secrets
from datetime import datetime
from typing import Literal

import pyotp
import segno
from django.db import transaction
from markupsafe import Markup

from checks.model.canonical import digest
from console.models import RecoveryCode, User

STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""Steps by which a telephone's clock may be off."""
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without what is read for something else."""
Kind = Literal["code", "recovery code"]


def new_secret() -> str:
    """A secret for somebody who sets up a second factor: 160 bits in base32."""
    return pyotp.random_base32()


def picture(secret: str, name: str, host: str) -> Markup:
    """The secret as a QR code for an application to read: an SVG element without styles of its own, and without any
    text; name and host are only in its squares."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=f"{name}@{host}", issuer_name="Khiên")
    drawn = segno.make(uri, error="m").svg_inline(scale=5, border=4, svgclass="qr", lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704


def step_of(secret: str, code: str, now: datetime, last: int = 0) -> int | None:
    """The time step that a code belongs to; None where it is wrong, or not later than the one that was taken last."""
    typed = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    matching = [current + drift for drift in DRIFT if _same(totp.generate_otp(current + drift), typed)]
    return next((step for step in matching if step > last), None)


def take_code(user: User, code: str, now: datetime) -> Kind | None:
    """What kind of code this is, if it is right; it is used up then. None where it is wrong, or was used before."""
    step = step_of(user.totp_secret, code, now, user.totp_step)
    if step is not None:
        taken = User.objects.filter(pk=user.pk, totp_step__lt=step).update(totp_step=step)
        return "code" if taken else None
    deleted, _ = RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()
    return "recovery code" if deleted else None


def set_up(user: User, secret: str, step: int) -> tuple[str, ...]:
    """Give a user a second factor, or another one; the recovery codes, which are shown this once."""
    codes = tuple(_code() for _ in range(RECOVERY_CODES))
    with transaction.atomic():
        user.totp_secret, user.totp_step = secret, step
        user.save(update_fields=["totp_secret", "totp_step"])
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(each)) for each in codes)
    return codes


def _code() -> str:
    """Four groups of four characters: 79 bits, more than can be tried for a stolen digest."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _digest(code: str) -> str:
    plain = "".join(each for each in code.upper() if each.isalnum())
    return digest(plain.encode())


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
