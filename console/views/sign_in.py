"""Signing in, by password and second factor, and out."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from checks.model.text import Text
from console import second_factor, sessions, tries, words
from console.accounts import LONGEST_PASSWORD
from console.models import NAME_LENGTH, User
from console.pages import page
from console.request import address_of
from console.views.system import own_path

PENDING, NEXT, UNTIL = "pending", "next", "until"
"""In the session between the two factors: whose password was right, where they want to go, how long it holds."""
HOLDS = timedelta(minutes=5)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def password(request: HttpRequest) -> HttpResponseBase:
    """The first factor."""
    if request.method != "POST":
        notice = words.SIGNED_OUT if "out" in request.GET else None
        return _form(request, request.GET.get("next", ""), notice=notice)
    now, address = datetime.now(UTC), address_of(request)
    name, wanted = request.POST.get("name", "").strip()[:NAME_LENGTH], request.POST.get("next", "")
    if tries.must_wait(name, address, now):
        return _form(request, wanted, name, words.WAIT, 429)
    user = authenticate(request, username=name, password=request.POST.get("password", "")[:LONGEST_PASSWORD])
    if not isinstance(user, User):
        tries.failed(name, address, now)
        return _form(request, wanted, name, words.WRONG)
    if not user.totp_secret:
        tries.succeeded(name, address)
        return _enter(request, user, wanted, now)
    request.session.cycle_key()
    request.session[PENDING], request.session[NEXT] = user.pk, wanted
    request.session[UNTIL] = int((now + HOLDS).timestamp())
    return redirect("sign-in-code")


def code(request: HttpRequest) -> HttpResponseBase:
    """The second factor, within HOLDS of the first."""
    now, address = datetime.now(UTC), address_of(request)
    user = _pending(request, now)
    if user is None:
        return redirect("sign-in")
    if request.method != "POST":
        return page(request, "sign_in_code.html", problem=None)
    if tries.must_wait(user.name, address, now):
        return page(request, "sign_in_code.html", 429, problem=words.WAIT)
    if not second_factor.take_code(user, request.POST.get("code", "")[:40], now):
        tries.failed(user.name, address, now)
        return page(request, "sign_in_code.html", problem=words.WRONG_CODE)
    tries.succeeded(user.name, address)
    return _enter(request, user, request.session.get(NEXT, ""), now)


def out(request: HttpRequest) -> HttpResponseBase:
    """End the session, here and in the browser."""
    logout(request)
    response = redirect("/sign-in?out")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _pending(request: HttpRequest, now: datetime) -> User | None:
    if request.session.get(UNTIL, 0) < now.timestamp():
        return None
    return User.objects.filter(pk=request.session[PENDING], is_active=True).first()


def _enter(request: HttpRequest, user: User, wanted: str, now: datetime) -> HttpResponse:
    """Begin a session of its own; nothing of the one before is left in it."""
    request.session.flush()
    login(request, user, BACKEND)
    sessions.begin(request, now)
    response = redirect(own_path(wanted))
    sessions.remember_language(response, user.language)
    return response


def _form(
    request: HttpRequest,
    wanted: str,
    name: str = "",
    problem: Text | None = None,
    status: int = 200,
    notice: Text | None = None,
) -> HttpResponse:
    return page(request, "sign_in.html", status, next=wanted, name=name, problem=problem, notice=notice)
