"""Signing in with the account of an OpenID provider: to it by a link, and back with its answer.

It says who somebody is. Whether they may enter, and as whom, stands in the table of users alone.
"""

import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from checks.model.act import Actor
from console import accounts, entering, journal, openid, words
from console.id_token import Claims, Doubt
from console.limits import MINUTE
from console.models import User
from console.openid import Asked, Provider
from console.request import address_of
from console.tries import TOLD
from console.views.sign_in import form

ASKED = "openid"
"""In the session: what was asked, where the user wants to go, and until when an answer is taken."""
HOLDS = timedelta(minutes=10)
LONGEST_CODE = 2000
LOG = logging.getLogger(__name__)


def start(request: HttpRequest) -> HttpResponseBase:
    """To the provider; `?again` asks it for proof also from who is signed in there.

    By a link and not by a form: under the policy for content a form leads nowhere else than here.
    """
    provider, now, asked = _provider(), datetime.now(UTC), openid.question()
    try:
        address = provider.address(asked, _back(request), now, again="again" in request.GET)
    except Doubt as doubt:
        return _refused(request, doubt, now)
    request.session[ASKED] = {
        "asked": asdict(asked),
        "next": request.GET.get("next", ""),
        "until": int((now + HOLDS).timestamp()),
    }
    return HttpResponseRedirect(address)


def back(request: HttpRequest) -> HttpResponseBase:
    """Back from the provider. What was asked is forgotten first, so that no answer is taken twice."""
    provider, now, kept = _provider(), datetime.now(UTC), request.session.pop(ASKED, None)
    state, code = (request.GET.get(name, "") for name in ("state", "code"))
    if kept is None or kept["until"] < now.timestamp() or not _same(state, kept["asked"]["state"]):
        return form(request, kept["next"] if kept else "", problem=words.OPENID_OVER, status=400)
    try:
        if not 0 < len(code) <= LONGEST_CODE:  # somebody has thought better of it, or the provider will not
            raise Doubt("provider")
        claims = provider.claims(Asked(**kept["asked"]), code, request.GET.get("iss"), _back(request), now)
        user = accounts.linked(provider.issuer, claims)
        vouched = _vouched(provider, user, claims)
    except Doubt as doubt:
        return _refused(request, doubt, now)
    proved = None if claims.auth_time is None else datetime.fromtimestamp(claims.auth_time, UTC)
    if vouched:
        return entering.enter(request, user, ("openid", "second factor of the provider"), kept["next"], now, proved)
    return entering.passed(request, user, "openid", kept["next"], now, proved)


def _vouched(provider: Provider, user: User, claims: Claims) -> bool:
    """Whether the provider has asked for a second factor, so that the console need not. Raises Doubt where the role
    needs one and neither has it."""
    if not {claims.acr, *claims.amr}.isdisjoint(provider.second_factor):
        return True
    if provider.second_factor and user.role in settings.SECOND_FACTOR_ROLES and not user.totp_secret:
        raise Doubt("factor", claims.sub)
    return False


def _provider() -> Provider:
    """Raises Http404 where there is none."""
    if settings.OPENID is None:
        raise Http404
    found: Provider = settings.OPENID
    return found


def _refused(request: HttpRequest, doubt: Doubt, now: datetime) -> HttpResponse:
    """One answer for whatever it is. It is put on record, but for what is the provider's trouble and in the log."""
    if doubt.reason in ("provider", "busy"):
        LOG.warning("the OpenID provider does not answer, or not as it should")
        return form(request, problem=words.OPENID_TROUBLE, status=503)
    if not MINUTE.wait("refused", TOLD, now):
        told = {"address": address_of(request), "reason": doubt.reason, "subject": doubt.subject}
        journal.note("user.refused", Actor("", "console"), "", (), told)
    return form(request, problem=words.OPENID_REFUSED, status=403)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("openid-back"))


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())
