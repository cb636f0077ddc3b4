"""Summaries of agencies in, the report on the estate out (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checks.model.asset import Agency, Asset
from checks.model.canonical import digest, dump
from checks.model.policy import Policy
from checks.score import Score, together
from reports.estate.across import causes, certificates, controls, requirements, services
from reports.estate.model import Absent, AgencySummary, EstateOpened, EstateReport, Past, PolicyName, Ranked
from reports.estate.summary import policy_name
from reports.model import Letter, RunFacts

_UNSIGNED = Letter()


def build(
    run: RunFacts,
    summaries: Iterable[AgencySummary],
    agencies: Iterable[Agency],
    assets: Iterable[Asset],
    policies: Mapping[str, Policy],
    letter: Letter = _UNSIGNED,
) -> EstateReport:
    """The report on the estate. `agencies` and `assets` are those of the inventory, `policies` those of the run.

    Raises ValueError where there is no policy at all.
    """
    found = sorted(summaries, key=lambda each: each.agency.id)
    names = _policies(found, policies)
    used = Counter(each.policy.id for each in found)
    opened = [EstateOpened(each.agency.id, port) for each in found for port in each.opened or ()]
    return EstateReport(
        run=run,
        policy=min(names, key=lambda each: (-used[each.id], each.id)),
        policies=names,
        agencies=tuple(_ranked(found)),
        score=together(each.score for each in found),
        last=_last(found),
        compared=sum(each.last is not None for each in found),
        history=tuple(_history(found)),
        controls=controls(found),
        causes=causes(found),
        certificates=certificates(found),
        services=services(found),
        opened=tuple(opened) if any(each.opened is not None for each in found) else None,
        requirements=requirements(found),
        absent=tuple(_absent(found, agencies, assets)),
        letter=letter,
    )


def _policies(found: Sequence[AgencySummary], policies: Mapping[str, Policy]) -> tuple[PolicyName, ...]:
    names = {each.policy.id: each.policy for each in found}
    names |= {each.id: policy_name(each, digest(dump(each))) for each in policies.values() if each.id not in names}
    if not names:
        raise ValueError("a report needs a policy")
    return tuple(names[name] for name in sorted(names))


def _ranked(found: Sequence[AgencySummary]) -> Iterator[Ranked]:
    """By what is confirmed, so that no agency stands above another because less of it could be assessed.

    Equal figures share a place, and the next place counts all before it (1, 2, 2, 4).
    """
    judged = [each for each in found if each.score.score is not None]
    order = sorted(judged, key=lambda each: (-(each.score.confirmed or 0), each.agency.id))
    place = 0
    for index, each in enumerate(order):
        if index == 0 or each.score.confirmed != order[index - 1].score.confirmed:
            place = index + 1
        yield Ranked(place, each)
    yield from (Ranked(None, each) for each in found if each.score.score is None)


def _last(found: Sequence[AgencySummary]) -> Score | None:
    last = [each.last for each in found if each.last is not None]
    return together(last) if last else None


def _history(found: Sequence[AgencySummary]) -> Iterator[Past]:
    runs: dict[str, list[Score]] = {}
    started = {snapshot.run: snapshot.started for each in found for snapshot in each.history}
    for each in found:
        for snapshot in each.history:
            runs.setdefault(snapshot.run, []).append(snapshot.score)
    for run in sorted(runs, key=lambda name: (started[name], name)):
        if 2 * len(runs[run]) >= len(found):  # a run about a few agencies says nothing of the estate
            yield Past(run, started[run], len(runs[run]), together(runs[run]))


def _absent(found: Sequence[AgencySummary], agencies: Iterable[Agency], assets: Iterable[Asset]) -> Iterator[Absent]:
    told = {each.agency.id for each in found}
    owners = {each.agency for each in assets}
    for agency in sorted(agencies, key=lambda each: each.id):
        if agency.id not in told:
            yield Absent(agency, "not_selected" if agency.id in owners else "no_assets")
