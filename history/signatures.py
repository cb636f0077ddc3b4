"""What was signed: every key and every signed state of the log, held to the log itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from history import checkpoints, keys, models
from history.errors import Damaged
from history.ledger import Leaf, Problem
from history.merkle import Tree
from history.statements import Keyring, LoggedCheckpoint


@dataclass(frozen=True, slots=True)
class State:
    """A signed state of the log."""

    index: int
    """The place of its leaf."""
    logged: LoggedCheckpoint
    faults: tuple[Problem, ...]
    """None where root, signature, time stamp and key hold."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """All that was signed, in the order of the log."""

    keyring: Keyring
    states: tuple[State, ...]
    faults: tuple[Problem, ...]
    """Of what was said of keys."""


def signatures(leaves: Sequence[Leaf], tree: Tree) -> Signatures:
    """Whether keys came into use and went out of it by the rules, and whether each checkpoint is over this log; `tree`
    is over these leaves. What is damaged is left out: the audit of its journal tells."""
    ring, states, faults = Keyring(), list[State](), list[Problem]()
    made = {row.place: row for row in models.KeyStatement.objects.all()}
    signed = {row.place: row for row in models.Checkpoint.objects.all()}
    for index, leaf in enumerate(leaves):
        try:
            if leaf.kind == "key" and leaf.subject in made:
                faults += ring.take(index, keys.logged(made[leaf.subject]))
            elif leaf.kind == "checkpoint" and leaf.subject in signed:
                logged = checkpoints.logged(signed[leaf.subject])
                wrong = tuple(ring.faults(index, logged, lambda size: tree.root(size).hex()))
                states.append(State(index, logged, wrong))
        except Damaged:
            continue
    return Signatures(ring, tuple(states), tuple(faults))
