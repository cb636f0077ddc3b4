"""One finding, whole: the verdict, what was seen, the evidence, how to see it again, the fix, the policy's own text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse

from checks.check import place
from checks.model.canonical import plain
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Control, Policy
from checks.model.text import Text
from console import words
from console.pages import page
from console.policy_text import stated, states
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.access import Door
from history.errors import BodyRemoved
from history.inspection import Inspection
from history.petitions import Petitions
from reports.excerpts import excerpt
from reports.messages import labels
from reports.messages.figures import day, local_date, moment
from reports.messages.telling import tell
from reports.servers import SERVERS, Server, server_of

BODY = 60_000
"""Characters of a piece of evidence that a page shows."""
TYPED = ("planned", "note", "reason", "measure", "until")
"""The fields of the forms of the page."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look that a finding rests on, as the page tells it."""

    where: str
    at: datetime
    vantage: str
    digest: str
    body: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """Lines to paste into the configuration of one server."""

    server: str
    lines: str
    detected: bool


def one(
    request: Request, run: str, asset: str, control: str, problem: Text | None = None, refused: str = ""
) -> HttpResponse:
    """The finding of a control at an asset in a run; with why one of its forms was refused, which then stands there as
    it was filled in."""
    row, finding = request.door.run(run), request.door.finding(run, asset, control)
    policy = request.door.policies(run)[finding.policy]
    demand = policy.control(control)
    inventory = request.door.inventory(run)
    owner = next((each for each in inventory.assets if each.id == asset), None)
    if demand is None or owner is None:
        raise Http404
    evidence: Mapping[str, Evidence] = {}
    removed = None
    try:
        evidence = request.door.evidence(run, finding)
    except BodyRemoved as error:
        removed = error.text
    latest = request.door.latest(finding.agency)
    unsettled = finding.verdict in ("fail", "not_assessable") and latest is not None and latest.id == run
    told = Petitions(request.door)
    return page(
        request,
        "finding.html",
        409 if problem else 200,
        problem=problem,
        refused=refused,
        typed={name: request.POST.get(name, "") for name in TYPED},
        run=row,
        finding=finding,
        asset=owner,
        agency=inventory.agency(finding.agency),
        control=demand,
        policy=policy,
        may=unsettled and request.account.role != "auditor",
        planned=told.acknowledgement(asset, control) if unsettled else None,
        pending=told.pending(asset, control) if unsettled else (),
        sentence=tell(finding.reason, finding.params, request.language),
        instances=_instances(request, finding, evidence, row.as_of),
        gaps=[(each.target, tell(each.reason, each.params, request.language)) for each in finding.gaps],
        looks=list(_looks(finding, evidence)),
        fixes=_fixes(demand, server_of(owner, evidence)),
        remedy=demand.remediation.vi if request.language == "vi" else demand.remediation.en,
        removed=removed,
        place=Inspection(request.door).place(run),
        text=policy_text(request.door, run, policy, demand),
    )


def _instances(request: Request, finding: Finding, evidence: Mapping[str, Evidence], as_of: datetime) -> Table:
    """Each thing that fails, with the line of evidence and its dates."""
    language, rows = request.language, []
    for each in finding.instances:
        found = evidence.get(each.target)
        seen = excerpt(found.observation, each) if found is not None else None
        rows.append(
            (
                Cell(tell(each.reason, each.params, language)),
                Cell(seen or "–", look="code"),
                Cell(place(found.sighting.target) if found else each.target, look="code"),
                Cell("–" if found is None else moment(found.sighting.finished, language)),
                Cell("–" if each.first_seen is None else day(each.first_seen, language)),
                common.due_cell(each.due, local_date(as_of), language),
            )
        )
    columns = (
        Column(words.SEEN),
        Column(words.EVIDENCE),
        Column(words.PLACE),
        Column(words.LOOKED_AT),
        Column(labels.FIRST_SEEN),
        Column(words.DUE),
    )
    return Table(words.SEEN, columns, rows, words.FINDINGS_NONE)


def _looks(finding: Finding, evidence: Mapping[str, Evidence]) -> Iterator[Look]:
    for reference in finding.evidence:
        found = evidence.get(reference.target)
        if found is None:
            continue
        body = json.dumps(plain(found.observation), ensure_ascii=False, indent=2, sort_keys=True)
        sighting = found.sighting
        yield Look(
            where=place(sighting.target),
            at=sighting.finished,
            vantage=sighting.vantage,
            digest=reference.observation,
            body=body[:BODY],
            cut=len(body) > BODY,
        )


def _fixes(control: Control, detected: Server | None) -> list[Fix]:
    """The lines for each server that the policy has some for; those of the server that was detected come first."""
    remedy = control.remediation
    lines = {"nginx": remedy.nginx, "apache": remedy.apache, "iis": remedy.iis}
    ordered = sorted(SERVERS, key=lambda each: each != detected)
    return [Fix(labels.SERVER_NAMES[each], lines[each] or "", each == detected) for each in ordered if lines[each]]


def policy_text(door: Door, run: str, policy: Policy, control: Control) -> tuple[str, str]:
    """The file of the policy that states the control, and what it says there, word for word; empty where no file of
    the run has it."""
    for name, source in door.policy_sources(run, policy.id).items():
        if states(source, control.origin) and (found := stated(source, control.id)):
            return name, found
    return "", ""
