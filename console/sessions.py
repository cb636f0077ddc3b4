"""How long a session lasts, in which language it speaks, and what its user still has to do first."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from checks.model.text import Language
from console.live import by_itself
from console.models import User

LANGUAGE_COOKIE = "__Host-khien-language"
IDLE = timedelta(minutes=30)
"""A session in which nothing is asked for so long is over."""
NOTED = timedelta(seconds=60)
"""That somebody is there is written down no more often."""
SINCE, SEEN, PROVED = "since", "seen", "proved"
"""In the session: when it began, when something was asked for last, and when its user has proved who they are (seconds
of the epoch)."""
FRESH = timedelta(minutes=5)


def language_of(request: HttpRequest) -> Language:
    """The language that was chosen last in this browser; Vietnamese where none was."""
    return "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "vi"


def remember_language(response: HttpResponse, language: Language) -> None:
    """Keep the language in this browser for a year."""
    year = timedelta(days=365)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=year, secure=True, httponly=True, samesite="Lax")


def begin(request: HttpRequest, now: datetime, proved: datetime | None) -> None:
    """Note when a session began, once somebody has signed in, and when they proved who they are, if that is known."""
    request.session[SINCE] = request.session[SEEN] = int(now.timestamp())
    request.session[PROVED] = 0 if proved is None else int(proved.timestamp())


def fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether its user has proved a moment ago who they are."""
    return abs(now.timestamp() - float(request.session.get(PROVED, 0))) < FRESH.total_seconds()


def over(request: HttpRequest, now: datetime) -> bool:
    """Whether a session has lasted too long or lain idle; otherwise it is noted that somebody is there."""
    moment, session = int(now.timestamp()), request.session
    since, seen = session.get(SINCE, 0), session.get(SEEN, 0)
    if moment - since > settings.SESSION_COOKIE_AGE or moment - seen > IDLE.total_seconds():
        return True
    if moment - seen > NOTED.total_seconds() and not by_itself(request):
        session[SEEN] = moment
    return False


def unsettled(user: User) -> str:
    """The route at which a user has to do something first; empty where nothing is left to do."""
    if user.must_change_password:
        return "password"
    elsewhere = user.openid_issuer and settings.OPENID is not None and settings.OPENID.second_factor
    if user.role in settings.SECOND_FACTOR_ROLES and not user.totp_secret and not elsewhere:
        return "second-factor"  # where the provider is believed in it, nobody has come in without (`views.openid`)
    return ""
