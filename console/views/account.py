"""A user's own account: the password, the second factor, tokens for programs."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from checks.model.text import Text
from console import accounts, journal, sessions, tokens, tries, words
from console import second_factor as factor
from console.accounts import LONGEST_PASSWORD, BadAccount
from console.pages import page
from console.request import Request

OFFERED = "offered"
"""In the session: the secret that is shown and not taken yet."""


def show(request: Request) -> HttpResponse:
    """What is known of the user."""
    left = request.account.recovery_codes.count()
    notice = words.PASSWORD_CHANGED if "password" in request.GET else None
    return page(request, "account.html", left=left, notice=notice)


def password(request: Request) -> HttpResponseBase:
    """Change the password; whoever does must know the one before. Raises Http404 for who has none."""
    if request.account.openid_issuer:
        raise Http404
    if request.method != "POST":
        return _password_form(request, None)
    now, user = datetime.now(UTC), request.account
    current, new, again = (request.POST.get(each, "")[: LONGEST_PASSWORD + 1] for each in ("current", "new", "again"))
    doubt = _doubt(request, now)
    if doubt is not None:
        return _password_form(request, *doubt)
    if new != again or new == current:
        return _password_form(request, words.NOT_ALIKE if new != again else words.SAME_PASSWORD)
    try:
        accounts.change_password(user, new)
    except BadAccount as error:
        return _password_form(request, error.text)
    update_session_auth_hash(request, user)
    return redirect("/account?password")


def second_factor(request: Request) -> HttpResponseBase:
    """Set up a second factor: show a secret, take a code that was made with it, then show the recovery codes.

    What else the user has open, without this factor, ends.
    """
    now, user = datetime.now(UTC), request.account
    problem, status = None, 200
    secret = request.session.get(OFFERED, "")
    if request.method == "POST" and secret:
        doubt = _doubt(request, now)
        step = factor.step_of(secret, request.POST.get("code", "")[:40], now)
        if doubt is None and step is not None:
            codes = factor.set_up(user, secret, step)
            accounts.changed(user, "second factor")
            del request.session[OFFERED]
            update_session_auth_hash(request, user)
            return page(request, "recovery_codes.html", codes=codes)
        problem, status = doubt or (words.WRONG_CODE, 200)
    else:
        secret = request.session[OFFERED] = factor.new_secret()
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    picture = factor.picture(secret, user.name, request.get_host())
    must = user.role in settings.SECOND_FACTOR_ROLES and not user.totp_secret
    return page(request, "second_factor.html", status, picture=picture, key=groups, must=must, problem=problem)


def every_token(request: Request) -> HttpResponseBase:
    """The user's tokens for the JSON API; and make one, which is shown this once. Who makes one knows the password."""
    if request.method != "POST":
        return _tokens_page(request, None)
    now, user = datetime.now(UTC), request.account
    doubt = _doubt(request, now)
    if doubt is not None:
        return _tokens_page(request, *doubt)
    days = request.POST.get("days", "")
    lasting = next((each for each in tokens.DAYS if str(each) == days), min(tokens.DAYS))
    try:
        made = tokens.make(user, request.POST.get("token", "")[:100], lasting, journal.signed_in(user.name))
    except BadAccount as error:
        return _tokens_page(request, error.text)
    return _tokens_page(request, None, made=made)


def revoke_token(request: Request, name: str) -> HttpResponseBase:
    """Let a token be taken no more. Raises Http404 where the user has none of that name."""
    try:
        tokens.revoke(request.account, name, journal.signed_in(request.account.name))
    except BadAccount:
        raise Http404 from None
    return redirect("tokens")


def _doubt(request: Request, now: datetime) -> tuple[Text, int] | None:
    """Why it is not believed that the user is there in person, by the current password or a sign-in of just now, and
    the status that says so; None where it is. A session alone may be a browser that somebody has left open."""
    user = request.account
    if user.openid_issuer:
        return None if sessions.fresh(request, now) else (words.PROVE_AGAIN, 403)
    if tries.must_wait(request, user.name, now):
        return words.WAIT, 429
    if not user.check_password(request.POST.get("current", "")[: LONGEST_PASSWORD + 1]):
        tries.failed(request, user.name, now)
        return words.WRONG_PASSWORD, 200
    return None


def _tokens_page(request: Request, problem: Text | None, status: int = 200, made: str = "") -> HttpResponse:
    return page(
        request,
        "tokens.html",
        status,
        problem=problem,
        made=made,
        tokens=tokens.every(request.account.name),
        now=datetime.now(UTC),
        days=tokens.DAYS,
    )


def _password_form(request: Request, problem: Text | None, status: int = 200) -> HttpResponse:
    return page(request, "password.html", status, problem=problem, must=request.account.must_change_password)
