"""The province at one look: figures, their trend, how agencies lie, what fails most, and who got worse."""

from django.http import HttpResponseBase
from django.shortcuts import redirect

from checks.score import score_of
from console import charts, figures, tables, words
from console.figures import FailingControl, Standing
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from console.views.common import agency_cell, change_cell, severity_cell, share_cell
from reports.messages import labels
from reports.messages.figures import number

WORST, WORSENED = 10, 10
"""So many stand on the page; the lists of agencies and findings have all."""


def show(request: Request) -> HttpResponseBase:
    """An agency is led to its own card."""
    if request.account.role == "agency":
        return redirect("agency", agency=request.account.agency)
    shown = common.shown(request)
    if shown is None:
        return common.empty(request, words.OVERVIEW)
    run = shown.run
    standings = figures.standings(request.door, run)
    controls = figures.failing_controls(request.door, run)
    worst, worsened = _controls(request, controls), _worsened(request, standings)
    if tables.wants_csv(request):
        fallen = request.GET.get("table") == "worsened"
        name = f"{run.id}-{'worsened' if fallen else 'controls'}"
        return tables.answer(request, worsened if fallen else worst, name)
    score, past = score_of(request.door.tally(run.id)), figures.past(request.door, run)
    points = figures.trend(run, score, past)
    spread, bands = charts.distribution([each.score.score for each in standings], request.language)
    return page(
        request,
        "overview.html",
        run=run,
        shown=shown,
        score=score,
        before=score_of(past[0].tally) if past else None,
        agencies=len(standings),
        points=points,
        trend=charts.trend(points, request.language),
        distribution=spread,
        bands=bands,
        verdicts=charts.verdicts(score.counts, request.language),
        controls=worst,
        worsened=worsened,
    )


def _controls(request: Request, controls: tuple[FailingControl, ...]) -> Table:
    language = request.language
    every = tables.wants_csv(request)
    rows = [
        (
            Cell(each.control.id, look="code"),
            Cell(each.control.title.in_(language)),
            severity_cell(each.control.severity, language),
            Cell(number(each.assets, language), look="number", value=each.assets),
            Cell(number(each.agencies, language), look="number", value=each.agencies),
            Cell(number(each.waived, language), look="number", value=each.waived),
        )
        for each in (controls if every else controls[:WORST])
    ]
    columns = (
        Column(labels.CODE),
        Column(words.CONTROL),
        Column(labels.SEVERITY),
        Column(words.AT_ASSETS, numeric=True),
        Column(words.AT_AGENCIES, numeric=True),
        Column(words.WAIVED, numeric=True),
    )
    return Table(words.WORST_CONTROLS, columns, rows, words.WORST_CONTROLS_NONE)


def _worsened(request: Request, standings: tuple[Standing, ...]) -> Table:
    fallen = sorted(
        (each for each in standings if each.moved is not None and each.moved < 0),
        key=lambda each: (each.moved or 0, each.agency.id),
    )
    rows = [
        (
            agency_cell(each.agency, request.language, common.kept(request)),
            share_cell(each.score.score, request.language),
            change_cell(each, request.language),
        )
        for each in (fallen if tables.wants_csv(request) else fallen[:WORSENED])
    ]
    columns = (
        Column(words.AGENCY),
        Column(words.COMPLIANCE, numeric=True),
        Column(words.CHANGE, numeric=True),
    )
    return Table(words.WORSENED, columns, rows, words.WORSENED_NONE)
