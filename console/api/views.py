"""What each address of the API tells: values for programs, of what the door lets through."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.http import HttpResponse

from checks.compare import Change
from checks.model.act import Deed
from checks.model.finding import Finding
from checks.model.operation import Operation
from checks.model.text import Text
from checks.score import score_of
from console import figures
from console.api import answers
from console.api.interface import Nothing, Page, Paging, Refused, part
from console.figures import Standing
from console.request import Request
from console.views import findings, reports, requests
from history.access import Door
from history.chronicle import Wanted
from history.errors import NotSeen
from history.facts import RunRow
from history.flights import Flight, Flights
from history.issues import Archived
from reports.messages.figures import local_date

ACTS_DAYS, LONGEST_PERIOD = 31, 92
"""Days of acts: those that are told where no beginning is named, and the most at once."""
LATEST_REQUESTS = 200
"""So many are gone back to."""
PERIOD = Text(
    f"Khoảng thời gian phải có đầu trước cuối và dài tối đa {LONGEST_PERIOD} ngày.",
    f"A period begins before it ends, and has at most {LONGEST_PERIOD} days.",
)
NOT_FINISHED = Text("Đợt này chưa kết thúc.", "That run is not finished.")


def me(request: Request, query: Nothing) -> answers.Me:
    """Whose token it is."""
    user, token = request.account, request.token
    return answers.Me(user.name, user.role, user.agency, token.name, token.expires)


def agencies(request: Request, query: answers.AgenciesWanted) -> Page[answers.AgencyStanding]:
    """How agencies stand, in the order of ids."""
    run = _finished(request.door, query.run)
    found = [] if run is None else [_standing(run, each) for each in figures.standings(request.door, run)]
    return part(found, query)


def agency(request: Request, query: answers.OfRun, agency: str) -> answers.AgencyStanding:
    """How one stands. Raises NotSeen."""
    run = _finished(request.door, query.run, agency)
    for each in figures.standings(request.door, run) if run else ():
        if run is not None and each.agency.id in request.door.names(run.id, agency):
            return _standing(run, each)
    raise NotSeen(agency)


def scores(request: Request, query: answers.SeriesWanted) -> tuple[answers.SeriesPoint, ...]:
    """The series of all that the viewer may see."""
    return _series(request.door, query, None)


def agency_scores(request: Request, query: answers.SeriesWanted, agency: str) -> tuple[answers.SeriesPoint, ...]:
    """The series of an agency. Raises NotSeen for one that no scan has judged."""
    found = _series(request.door, query, agency)
    if not found:
        raise NotSeen(agency)
    return found


def runs(request: Request, query: answers.RunsWanted) -> Page[RunRow]:
    """The runs, newest first."""
    found = request.door.runs(query.limit + 1, skip=query.offset, agency=query.agency)
    more = query.offset + query.limit if len(found) > query.limit else None
    return Page(tuple(found[: query.limit]), more)


def run(request: Request, query: Nothing, run: str) -> RunRow:
    """One run."""
    return request.door.run(run)


def runs_in_flight(request: Request, query: Nothing) -> tuple[Flight, ...]:
    """The open runs. Raises NotSeen for who sees one agency."""
    return tuple(Flights(request.door).every(_now()))


def cancellation(request: Request, query: Nothing, run: str) -> answers.Cancellation:
    """Who cancelled a run. Raises NotSeen."""
    return answers.Cancellation(run, Flights(request.door).cancelled(run))


def cancel(request: Request, query: Nothing, body: answers.Because, run: str) -> answers.Cancellation:
    """Cancel a run. Raises NotSeen, BadAct."""
    Flights(request.door).cancel(run, body.reason, _now())
    return cancellation(request, query, run)


def emergency_stop(request: Request, query: Nothing) -> answers.EmergencyStop:
    """How the emergency stop stands. Raises NotSeen for who sees one agency."""
    acts = Flights(request.door).stops()
    return answers.EmergencyStop(bool(acts) and acts[-1].step == "halted", acts[-1] if acts else None)


def change_emergency_stop(request: Request, query: Nothing, body: answers.StopWish) -> answers.EmergencyStop:
    """Order or lift it. Raises NotSeen, BadAct."""
    flights = Flights(request.door)
    (flights.halt if body.step == "halt" else flights.release)(body.reason, _now())
    return emergency_stop(request, query)


def run_findings(request: Request, query: answers.FindingsWanted, run: str) -> Page[Finding]:
    """The findings of a run that fit, by agency, asset and control."""
    skipped, found = _findings(request.door, query, run)
    start = query.offset - skipped
    items = tuple(islice(found, start, start + query.limit + 1))
    return Page(items[: query.limit], query.offset + query.limit if len(items) > query.limit else None)


def finding(request: Request, query: Nothing, run: str, asset: str, control: str) -> answers.WholeFinding:
    """One finding with its evidence."""
    found = request.door.finding(run, asset, control)
    policy = request.door.policies(run)[found.policy]
    demand = policy.control(control)
    if demand is None:
        raise NotSeen(control)
    evidence, rests = request.door.evidence(run, found), {each.target for each in found.evidence}
    name, text = findings.policy_text(request.door, run, policy, demand)
    seen = {key: each for key, each in evidence.items() if key in rests}
    return answers.WholeFinding(run, demand.title, found, seen, name, text)


def run_differences(request: Request, query: answers.DifferencesWanted, run: str) -> Page[Change]:
    """What became of the findings of an earlier run."""
    for each in (query.before, run):
        _finished(request.door, each)
    day = local_date(request.door.run(query.before).as_of)
    found = request.door.differences(query.before, run, day, query.agency, query.everything)
    changed = (each for each in found if query.everything or each.kind not in ("unchanged", "still_failing"))
    return part(list(islice(changed, query.offset + query.limit + 1)), query)


def reports_(request: Request, query: answers.ReportsWanted) -> Page[answers.Report]:
    """The files that were issued, newest first."""
    found = [_report(each) for each in request.door.issued(query.agency) if query.run in (None, each.file.run)]
    return part(found, query)


def report(request: Request, query: Nothing, number: int) -> answers.Report:
    """What is told of one file."""
    return _report(request.door.file(number)[0])


def report_file(request: Request, query: Nothing, number: int) -> HttpResponse:
    """Its very bytes; that they were taken is put on record."""
    return reports.one(request, number)


def requests_(request: Request, query: Paging) -> Page[answers.Request]:
    """The latest that the viewer may see, newest first."""
    return part([_request(each) for each in request.door.requests(LATEST_REQUESTS)], query)


def ask(request: Request, query: Nothing, wish: answers.Wish) -> answers.Request:
    """Take a request down; the same asked for once more is the same. Raises NotSeen, BadAct."""
    task = requests.wished(request.door, wish.what, wish.agency or "", wish.asset or "", wish.control or "")
    name = request.door.ask(task, _now())
    return next(_request(each) for each in request.door.requests(LATEST_REQUESTS) if each.first.name == name)


def acts(request: Request, query: answers.ActsWanted) -> Page[Deed]:
    """Who did what, newest first. Raises Refused for a period that is too long."""
    until = query.until or datetime.now(UTC)
    try:
        since = query.since or until - timedelta(days=ACTS_DAYS)
        bounded = timedelta() <= until - since <= timedelta(days=LONGEST_PERIOD)
    except OverflowError:  # the first month of the calendar
        bounded = False
    if not bounded:
        raise Refused(PERIOD)
    found = request.door.acts(
        Wanted(since, until, query.who, query.what or "", (query.agency,) if query.agency else ())
    )
    return part(list(found[::-1]), query)


def _finished(door: Door, named: str | None, agency: str | None = None) -> RunRow | None:
    """The run that is named, otherwise the latest finished scan; None where there is none yet.

    Raises NotSeen, and Refused for one that is not finished.
    """
    if named is None:
        return door.latest(agency)
    run = door.run(named)
    if run.state != "finished":
        raise Refused(NOT_FINISHED)
    return run


def _standing(run: RunRow, each: Standing) -> answers.AgencyStanding:
    return answers.AgencyStanding(each.agency.id, each.agency.name, run.id, each.assets, each.score, each.before)


def _series(door: Door, query: answers.SeriesWanted, agency: str | None) -> tuple[answers.SeriesPoint, ...]:
    """Oldest first, the run itself last."""
    run = _finished(door, query.run, agency)
    if run is None:
        return ()
    earlier = door.scans_before(run.id, query.limit - 1, agency)[::-1] if query.limit > 1 else []
    points = [answers.SeriesPoint(each.run, each.started, score_of(each.tally)) for each in earlier]
    tally = door.tally(run.id, agency)
    return (*points, *([answers.SeriesPoint(run.id, run.started, score_of(tally))] if tally else []))


def _findings(door: Door, query: answers.FindingsWanted, run: str) -> tuple[int, Iterator[Finding]]:
    """Those that fit from some place on that is not behind the offset, and how many are before: agencies that lie
    before it are counted, and not read."""
    agencies, skipped = sorted(door.agencies(run)) if query.agency is None else [query.agency], 0
    while agencies and query.asset is None and query.control is None:
        tally = door.tally(run, agencies[0]).items()
        number = sum(many for kind, many in tally if _fits(query, kind.verdict, kind.severity))
        if skipped + number > query.offset:
            break
        skipped, agencies = skipped + number, agencies[1:]
    found = (each for agency in agencies for each in door.findings(run, agency))
    return skipped, (each for each in found if _wanted(query, each))


def _wanted(query: answers.FindingsWanted, finding: Finding) -> bool:
    named = query.asset in (None, finding.asset) and query.control in (None, finding.control)
    return named and _fits(query, finding.verdict, finding.severity)


def _fits(query: answers.FindingsWanted, verdict: str, severity: str) -> bool:
    return query.verdict in (None, verdict) and query.severity in (None, severity)


def _report(archived: Archived) -> answers.Report:
    return answers.Report(archived.sequence, archived.file)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _request(each: Operation) -> answers.Request:
    first, last = each.first, each.last
    return answers.Request(first.name, first.by, first.at, each.task, last.step, last.detail, each.open, each.run)
