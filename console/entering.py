"""The way in: from a first factor that was right, over the second where there is one, to a session."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from console import journal, sessions, tries
from console.models import User
from console.request import address_of

PENDING, BOUND, NEXT, FIRST, PROVED, UNTIL = "pending", "bound", "next", "first", "proved", "until"
"""In the session between the two factors: who it is, by which password and second factor, where they want to go, what
the first factor was, when it was given, and how long it holds."""
HOLDS = timedelta(minutes=5)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def passed(
    request: HttpRequest, user: User, first: str, wanted: str, now: datetime, at: datetime | None
) -> HttpResponseBase:
    """The first factor was right, and given at a moment if that is known: on to the second, or in without one."""
    if not user.totp_secret:
        return enter(request, user, (first,), wanted, now, at)
    request.session.cycle_key()
    request.session[PENDING], request.session[BOUND] = user.pk, user.get_session_auth_hash()
    request.session[NEXT], request.session[FIRST] = wanted, first
    request.session[PROVED] = None if at is None else int(at.timestamp())
    request.session[UNTIL] = int((now + HOLDS).timestamp())
    return redirect("sign-in-code")


def pending(request: HttpRequest, now: datetime) -> User | None:
    """Whose first factor was right within HOLDS; None also where their password or second factor is another since."""
    if request.session.get(UNTIL, 0) < now.timestamp():
        return None
    user = User.objects.filter(pk=request.session[PENDING], is_active=True).first()
    bound = user is not None and constant_time_compare(request.session[BOUND], user.get_session_auth_hash())
    return user if bound else None


def proved(request: HttpRequest) -> datetime | None:
    """When the first factor was given that a session between the two is about."""
    at = request.session.get(PROVED)
    return None if at is None else datetime.fromtimestamp(at, UTC)


def enter(
    request: HttpRequest,
    user: User,
    factors: tuple[str, ...],
    wanted: str,
    now: datetime,
    at: datetime | None,
) -> HttpResponseBase:
    """Begin a session of its own, once that is on record; nothing of the one before is left in it."""
    failures = tries.succeeded(request, user.name, now)
    told = {"address": address_of(request), "by": list(factors), "failures": failures}
    journal.note("user.signed_in", journal.signed_in(user.name), user.name, journal.concerned(user), told)
    request.session.flush()
    type(request.session).clear_expired()
    login(request, user, BACKEND)
    sessions.begin(request, now, at)
    response = redirect(own_path(wanted))
    sessions.remember_language(response, user.language)
    return response


def own_path(wanted: str) -> str:
    """Where to go next: a path of this site, otherwise its start."""
    good = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None, require_https=False)
    return wanted if good else "/"
