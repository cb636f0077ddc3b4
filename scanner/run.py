"""A scan run: plan, engine, a stream of evidence. Resumable: what is recorded is not looked at again.

It wires nothing and remembers nothing itself: the recorder is `history`, given by the command line.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from checks.model.asset import Asset
from checks.model.evidence import DnsObservation, Evidence
from checks.model.policy import Policy
from checks.model.target import DnsTarget, Target
from scanner.again import better, troubles
from scanner.engine.interface import Engine
from scanner.plan import names, plan

AGAIN_AT_MOST = 500
"""Second looks, of names and of everything else. Where more is disturbed it is no chance, and asking twice is no
help: the breaker (`checks.breaker`) is for that."""


class Recorder(Protocol):
    """What a run needs of history."""

    def extend_plan(self, run_id: str, targets: Sequence[Target]) -> None:
        """Add targets to the run's plan, once; known ones are left as they are."""
        ...

    def plan(self, run_id: str) -> Sequence[Target]:
        """Every target of the run's plan so far."""
        ...

    def record(self, run_id: str, evidence: Evidence) -> object:
        """Keep a piece of evidence for good before returning; a second one of the same target is ignored."""
        ...

    def evidence(self, run_id: str) -> Mapping[str, Evidence]:
        """Everything recorded so far, by target key."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: sent when the plan is known and at every piece of evidence."""

    pending: Sequence[Target] = ()
    """With a new plan: what is going to be looked at."""
    evidence: Evidence | None = None
    """Otherwise: what has just been recorded."""


def resolved(evidence: Mapping[str, Evidence]) -> dict[str, tuple[str, ...]]:
    """Name to addresses, as the run's own evidence has them."""
    return {
        each.sighting.target.name: each.observation.addresses
        for each in evidence.values()
        if isinstance(each.sighting.target, DnsTarget) and isinstance(each.observation, DnsObservation)
    }


def scan(
    run_id: str,
    assets: Sequence[Asset],
    policy_of: Mapping[str, Policy],
    engine_for: Callable[[Mapping[str, tuple[str, ...]], bool], Engine],
    recorder: Recorder,
    may_go_on: Callable[[], None],
    quick: bool = False,
) -> Iterator[Progress]:
    """Look at everything that the run has not recorded yet; with `quick` only for what the policies need.

    `engine_for` makes the engine that may touch the addresses that names were resolved to; its second argument says
    whether it is for second looks, which are to be gentler. `may_go_on` is asked before the first look and after each
    one, and raises to stop the run, which then can be resumed.
    """
    may_go_on()
    recorder.extend_plan(run_id, names(assets, policy_of))
    yield from _look(run_id, partial(engine_for, {}), recorder, may_go_on)
    addresses = resolved(recorder.evidence(run_id))
    recorder.extend_plan(run_id, plan(assets, policy_of, addresses, quick))
    yield from _look(run_id, partial(engine_for, addresses), recorder, may_go_on)


def _look(
    run_id: str, engine: Callable[[bool], Engine], recorder: Recorder, may_go_on: Callable[[], None]
) -> Iterator[Progress]:
    """Everything that is left of the plan; what the network disturbed is looked at once more, gently, after all others.

    Until then such a look is not recorded: a run that is stopped meanwhile makes it anew when it goes on.
    """
    known = set(recorder.evidence(run_id))
    pending = [target for target in recorder.plan(run_id) if target.key not in known]
    yield Progress(pending=pending)
    doubtful: dict[str, Evidence] = {}
    with closing(engine(False).look(pending)) as stream:
        for evidence in stream:
            if troubles(evidence) and len(doubtful) < AGAIN_AT_MOST:
                doubtful[evidence.sighting.target.key] = evidence
            else:
                recorder.record(run_id, evidence)
                yield Progress(evidence=evidence)
            may_go_on()
    if not doubtful:
        return
    with closing(engine(True).look([each.sighting.target for each in doubtful.values()])) as stream:
        for second in stream:
            evidence = better(doubtful[second.sighting.target.key], second)
            recorder.record(run_id, evidence)
            yield Progress(evidence=evidence)
            may_go_on()
