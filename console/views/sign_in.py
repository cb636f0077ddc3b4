"""Signing in, by password and second factor, and out."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from checks.model.text import Text
from console import entering, journal, second_factor, tries, words
from console.accounts import LONGEST_PASSWORD, NAME
from console.models import User
from console.pages import page
from console.request import Request, address_of


def password(request: HttpRequest) -> HttpResponseBase:
    """The first factor."""
    if request.method != "POST":
        notice = words.SIGNED_OUT if "out" in request.GET else None
        return form(request, request.GET.get("next", ""), notice=notice)
    now, wanted = datetime.now(UTC), request.POST.get("next", "")
    typed = request.POST.get("name", "").strip().lower()
    name = typed if NAME.fullmatch(typed) else ""  # nobody is called otherwise, and it takes as long to find that out
    if tries.must_wait(request, name, now):
        return form(request, wanted, name, words.WAIT, 429)
    user = authenticate(request, username=name, password=request.POST.get("password", "")[:LONGEST_PASSWORD])
    if not isinstance(user, User):
        tries.failed(request, name, now)
        return form(request, wanted, name, words.WRONG)
    return entering.passed(request, user, "password", wanted, now, now)


def code(request: HttpRequest) -> HttpResponseBase:
    """The second factor, within HOLDS of the first."""
    now = datetime.now(UTC)
    user = entering.pending(request, now)
    if user is None:
        return redirect("sign-in")
    if request.method != "POST":
        return page(request, "sign_in_code.html", problem=None)
    if tries.must_wait(request, user.name, now, code=True):
        return page(request, "sign_in_code.html", 429, problem=words.WAIT)
    kind = second_factor.take_code(user, request.POST.get("code", "")[:40], now)
    if kind is None:
        tries.failed(request, user.name, now, code=True)
        return page(request, "sign_in_code.html", problem=words.WRONG_CODE)
    if kind == "recovery code":
        told = {"address": address_of(request), "left": user.recovery_codes.count()}
        journal.note("user.recovered", journal.signed_in(user.name), user.name, journal.concerned(user), told)
    first, wanted = request.session.get(entering.FIRST, ""), request.session.get(entering.NEXT, "")
    return entering.enter(request, user, (first, kind), wanted, now, entering.proved(request))


def out(request: Request) -> HttpResponseBase:
    """End the session, here and in the browser."""
    user, told = request.account, {"address": address_of(request)}
    journal.note("user.signed_out", journal.signed_in(user.name), user.name, journal.concerned(user), told)
    logout(request)
    response = redirect("/sign-in?out")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def form(
    request: HttpRequest,
    wanted: str = "",
    name: str = "",
    problem: Text | None = None,
    status: int = 200,
    notice: Text | None = None,
) -> HttpResponse:
    """The page on which to sign in."""
    return page(
        request,
        "sign_in.html",
        status,
        next=wanted,
        name=name,
        problem=problem,
        notice=notice,
        openid=settings.OPENID is not None,
    )
