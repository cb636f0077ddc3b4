"""The gate for programs: how many requests they may make, whose token they show, and whether the route is theirs."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse

from checks.model.text import Text
from console import tokens
from console.api.problems import problem
from console.limits import MINUTE, PER_ADDRESS, PER_TOKEN
from console.request import Request, source_of
from console.routes import Route
from history.access import Door

SCHEME = "bearer "
LONGEST_SECRET = 200
"""Characters; more is no token of ours."""


def enter(request: Request, route: Route) -> HttpResponse | None:
    """None where the view may answer. Raises Http404 for a route that is not for the role of the token's user.

    Whoever is signed in with a browser is nobody here: what comes by a cookie may be the doing of another site.
    """
    now = datetime.now(UTC)
    wait = MINUTE.wait(f"address {source_of(request)}", PER_ADDRESS, now)
    if not wait and route.roles:
        token = tokens.holder(_shown(request), now)
        if token is None:
            return problem(request, 401, headers={"WWW-Authenticate": 'Bearer realm="khien"'})
        wait = MINUTE.wait(f"token {token.pk}", PER_TOKEN, now)
        request.token, request.account, request.door = token, token.user, Door(token.user.viewer)
    if wait:
        return problem(request, 429, _too_many(wait), headers={"Retry-After": str(wait)})
    if route.roles and request.account.role not in route.roles:
        raise Http404
    if request.method not in route.allowed:
        return problem(request, 405, headers={"Allow": ", ".join(sorted(route.allowed))})
    return None


def _shown(request: Request) -> str:
    """The token of the header (RFC 6750, section 2.1); empty where there is none."""
    header = request.headers.get("Authorization", "")
    return header[len(SCHEME) :].strip()[:LONGEST_SECRET] if header.lower().startswith(SCHEME) else ""


def _too_many(wait: int) -> Text:
    return Text(
        f"Tối đa {PER_TOKEN} yêu cầu mỗi phút cho một mã, {PER_ADDRESS} cho một địa chỉ. Thử lại sau {wait} giây.",
        f"At most {PER_TOKEN} requests a minute for a token, {PER_ADDRESS} for an address. Wait {wait} seconds.",
    )
