"""A user's own account: the password and the second factor."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from checks.model.text import Text
from console import accounts, tries, words
from console import second_factor as factor
from console.accounts import LONGEST_PASSWORD, BadAccount
from console.pages import page
from console.request import Request, address_of

OFFERED = "offered"
"""In the session: the secret that is shown and not taken yet."""


def show(request: Request) -> HttpResponse:
    """What is known of the user."""
    left = request.account.recovery_codes.count()
    notice = words.PASSWORD_CHANGED if "password" in request.GET else None
    return page(request, "account.html", left=left, notice=notice)


def password(request: Request) -> HttpResponseBase:
    """Change the password; whoever does must know the one before."""
    if request.method != "POST":
        return _password_form(request, None)
    now, user = datetime.now(UTC), request.account
    current, new, again = (request.POST.get(each, "")[: LONGEST_PASSWORD + 1] for each in ("current", "new", "again"))
    if tries.must_wait(user.name, address_of(request), now):
        return _password_form(request, words.WAIT, 429)
    if not user.check_password(current):
        tries.failed(user.name, address_of(request), now)
        return _password_form(request, words.WRONG_PASSWORD)
    if new != again or new == current:
        return _password_form(request, words.NOT_ALIKE if new != again else words.SAME_PASSWORD)
    try:
        accounts.change_password(user, new)
    except BadAccount as error:
        return _password_form(request, error.text)
    update_session_auth_hash(request, user)
    return redirect("/account?password")


def second_factor(request: Request) -> HttpResponseBase:
    """Set up a second factor: show a secret, take a code that was made with it, then show the recovery codes."""
    now, user, problem = datetime.now(UTC), request.account, None
    secret = request.session.get(OFFERED, "")
    if request.method == "POST" and secret:
        step = factor.step_of(secret, request.POST.get("code", "")[:40], now)
        if step is not None:
            codes = factor.set_up(user, secret, step)
            accounts.changed(user, "second factor")
            del request.session[OFFERED]
            return page(request, "recovery_codes.html", codes=codes)
        problem = words.WRONG_CODE
    else:
        secret = request.session[OFFERED] = factor.new_secret()
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    picture = factor.picture(secret, user.name, request.get_host())
    must = user.role in settings.SECOND_FACTOR_ROLES and not user.totp_secret
    return page(request, "second_factor.html", picture=picture, key=groups, must=must, problem=problem)


def _password_form(request: Request, problem: Text | None, status: int = 200) -> HttpResponse:
    return page(request, "password.html", status, problem=problem, must=request.account.must_change_password)
