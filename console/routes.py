"""Every route of the console, who may take it and how: the one table, from which URLs are made and the gate goes by."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponseBase

from console import metrics
from console.api import openapi
from console.api.endpoints import ENDPOINTS
from console.views import (
    account,
    acts,
    agencies,
    deadlines,
    differences,
    export,
    findings,
    flights,
    inventory,
    inventory_changes,
    matters,
    openid,
    overview,
    policies,
    policy_compare,
    policy_try,
    proofs,
    reports,
    requests,
    runs,
    sign_in,
    system,
)
from history.access import ROLES, Role

View = Callable[..., HttpResponseBase]
OPEN: frozenset[Role] = frozenset()
"""For everybody, without a sign-in."""
EVERYONE = frozenset(ROLES)
FINDING = "runs/<slug:run>/findings/<slug:asset>/<slug:control>"
DECIDING: frozenset[Role] = frozenset({"security"})
ACTING: frozenset[Role] = frozenset({"security", "agency"})
OVERSEERS: frozenset[Role] = frozenset({"security", "auditor"})


@dataclass(frozen=True, slots=True)
class Route:
    """One route."""

    name: str
    path: str
    """As `django.urls.path` takes it."""
    view: View
    roles: frozenset[Role]
    """Who may take it; empty: everybody, without a sign-in."""
    posts: bool = False
    """Whether it takes forms."""
    gets: bool = True
    settling: bool = False
    """Whether it can be taken while a password must be changed or a second factor set up."""
    programs: bool = False
    """Whether programs take it, with a token in place of a session; never who is signed in with a browser."""

    @property
    def allowed(self) -> frozenset[str]:
        """The methods that it takes."""
        return frozenset([*(["GET", "HEAD"] if self.gets else []), *(["POST"] if self.posts else [])])


ROUTES: tuple[Route, ...] = (
    Route("sign-in", "sign-in", sign_in.password, OPEN, posts=True),
    Route("sign-in-code", "sign-in/code", sign_in.code, OPEN, posts=True),
    Route("openid", "sign-in/openid", openid.start, OPEN),
    Route("openid-back", "sign-in/openid/back", openid.back, OPEN),
    Route("sign-out", "sign-out", sign_in.out, EVERYONE, posts=True, gets=False, settling=True),
    Route("language", "language", system.language, OPEN, posts=True, gets=False),
    Route("health", "health", system.health, OPEN),
    Route("ready", "ready", system.ready, OPEN),
    Route("source", "source", system.source, OPEN),
    Route("security-txt", ".well-known/security.txt", system.security_txt, OPEN),
    Route("account", "account", account.show, EVERYONE),
    Route("password", "account/password", account.password, EVERYONE, posts=True, settling=True),
    Route("second-factor", "account/second-factor", account.second_factor, EVERYONE, posts=True, settling=True),
    Route("tokens", "account/tokens", account.every_token, EVERYONE, posts=True),
    Route("token-revoke", "account/tokens/<str:name>/revoke", account.revoke_token, EVERYONE, posts=True, gets=False),
    Route("overview", "", overview.show, EVERYONE),
    Route("agencies", "agencies", agencies.every, OVERSEERS),
    Route("agency", "agencies/<slug:agency>", agencies.one, EVERYONE),
    Route("finding", FINDING, findings.one, EVERYONE),
    Route("finding-proof", f"{FINDING}/proof", proofs.finding, EVERYONE),
    Route("evidence", f"{FINDING}/evidence.json", proofs.evidence, EVERYONE),
    Route("inventory", "inventory", inventory.every, OVERSEERS),
    Route("inventory-agencies", "inventory/agencies", inventory.agencies, OVERSEERS),
    Route("inventory-agency", "inventory/agencies/<slug:agency>", inventory.agency, OVERSEERS),
    Route("inventory-asset", "inventory/assets/<slug:asset>", inventory.asset, OVERSEERS),
    Route("inventory-export", "inventory/export.<slug:form>", inventory.export, OVERSEERS),
    *(
        Route(f"inventory-{name}", f"inventory/{path}", view, DECIDING, posts=True, gets=gets)
        for name, path, view, gets in (
            ("add-agency", "add-agency", inventory_changes.add_agency, True),
            ("add-asset", "add-asset", inventory_changes.add_asset, True),
            ("change-agency", "agencies/<slug:agency>/change", inventory_changes.change_agency, True),
            ("change-asset", "assets/<slug:asset>/change", inventory_changes.change_asset, True),
            ("agency-status", "agencies/<slug:agency>/status", inventory_changes.agency_status, False),
            ("asset-status", "assets/<slug:asset>/status", inventory_changes.asset_status, False),
            ("import", "import", inventory_changes.import_files, True),
            ("change", "changes/<slug:draft>", inventory_changes.preview, True),
        )
    ),
    Route("runs", "runs", runs.every, EVERYONE),
    Route("run", "runs/<slug:run>", runs.one, EVERYONE),
    Route("run-cancel", "runs/<slug:run>/cancel", flights.cancel, DECIDING, posts=True),
    Route("stop", "stop", flights.stop, OVERSEERS, posts=True),
    Route("run-proof", "runs/<slug:run>/proof", proofs.run, OVERSEERS),
    Route("differences", "differences", differences.show, EVERYONE),
    Route("deadlines", "deadlines", deadlines.every, EVERYONE),
    Route("matters", "matters", matters.every, EVERYONE),
    Route("acknowledge", f"{FINDING}/acknowledge", matters.acknowledge, ACTING, posts=True, gets=False),
    Route("waiver-ask", f"{FINDING}/waiver", matters.ask, ACTING, posts=True, gets=False),
    Route("dispute-raise", f"{FINDING}/dispute", matters.dispute, ACTING, posts=True, gets=False),
    Route("waiver-decide", "waivers/<slug:name>", matters.decide_waiver, DECIDING, posts=True, gets=False),
    Route("dispute-decide", "disputes/<slug:name>", matters.decide_dispute, DECIDING, posts=True, gets=False),
    Route("requests", "requests", requests.every, EVERYONE),
    Route("request-ask", "requests/ask", requests.ask, ACTING, posts=True, gets=False),
    Route("request-withdraw", "requests/<slug:name>/withdraw", requests.withdraw, ACTING, posts=True, gets=False),
    Route("reports", "reports", reports.every, EVERYONE),
    Route("report-ask", "reports/ask", reports.ask, DECIDING, posts=True, gets=False),
    Route("report-withdraw", "reports/<slug:name>/withdraw", reports.withdraw, DECIDING, posts=True, gets=False),
    Route("report", "reports/<int:number>", reports.one, EVERYONE),
    Route("policies", "policies", policies.every, OVERSEERS),
    Route("policy", "policies/<slug:policy>", policies.one, OVERSEERS),
    Route("policy-compare", "policy-compare", policy_compare.show, OVERSEERS),
    Route("policy-try", "policy-try", policy_try.show, DECIDING, posts=True),
    Route("report-proof", "reports/<int:number>/proof", proofs.report, EVERYONE),
    Route("acts", "acts", acts.every, OVERSEERS),
    Route("checkpoints", "checkpoints", proofs.checkpoints, OVERSEERS),
    Route("export", "export", export.show, OVERSEERS, posts=True),
    Route("metrics", "metrics", metrics.show, OVERSEERS, programs=True),
    Route("api-openapi", "api/v1/openapi.json", openapi.show, OPEN, programs=True),
    *(
        Route(
            name=f"api-{each.name}",
            path=f"api/v1/{each.path}",
            view=each.view,
            roles=OVERSEERS if each.overseers else EVERYONE,
            posts=each.post is not None,
            programs=True,
        )
        for each in ENDPOINTS
    ),
)
BY_NAME: dict[str, Route] = {each.name: each for each in ROUTES}
