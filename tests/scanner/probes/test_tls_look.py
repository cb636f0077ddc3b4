"""The state machine of a look: who may speak when, what a doubt costs, and which silence is believed."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from scanner.probes.tls.codec.answers import HANDSHAKE_FAILURE, ServerHello
from scanner.probes.tls.conversation import Conversation
from scanner.probes.tls.look import FIRST_GAP, PAUSES, Question, Strand, StrandLook, Together
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Refused, Reply, doubt_of

YES = Accepted()
PICKED = Picked(ServerHello(0x0303, 0x002F, 0, False, {}, bytes(32), b""))
NO = Refused(HANDSHAKE_FAILURE)
CUT = doubt_of("closed")
RESET = doubt_of("reset")
SILENT = doubt_of("timed_out")
BROKEN = Doubt("tls_failed", "nonsense")


class Named(Conversation):
    """A conversation that is known by its question."""

    def __init__(self, name: str) -> None:
        self.name = name

    def begin(self) -> bytes:
        return b"hello"

    def receive(self, data: bytes) -> bytes:
        raise AssertionError("nobody speaks here")


@dataclass
class Play:
    """Questions with their replies, in the order in which each is asked; the last one stays."""

    replies: dict[str, list[Reply]]
    asked: list[tuple[float, str]] = field(default_factory=list)
    """When each was opened."""
    heard: dict[str, list[Reply]] = field(default_factory=dict)
    """What each strand was sent."""
    at_most: int = 0
    """Connections that were open together."""
    with_others: set[str] = field(default_factory=set)
    """Questions that were open beside another."""
    now: float = 0.0

    def question(self, name: str, *, firm: bool = True) -> Question:
        def reply(talk: Any, trouble: object) -> Reply:
            left = self.replies[talk.name]
            return left.pop(0) if len(left) > 1 else left[0]

        return Question(lambda: Named(name), reply, firm)

    def strand(self, *names: str, firm: bool = True) -> Strand:
        """Asks one after the other, and keeps what it is told."""
        for name in names:
            reply = yield self.question(name, firm=firm)
            self.heard.setdefault(name, []).append(reply)

    def look(self, main: Callable[[StrandLook], Strand], at_once: int = 3, *, control: bool = True) -> StrandLook:
        """A look that has its control already."""

        def begun(look: StrandLook) -> Strand:
            if control:
                look.control = self.question("control", firm=False)
            yield from main(look)

        self.replies.setdefault("control", [YES])
        return StrandLook("127.0.0.1", 443, at_once, begun)

    def run(self, look: StrandLook, answers: int = 1000) -> None:
        """Answer one connection after the other, the oldest first; half a second each."""
        under_way: list[Named] = []
        while not look.finished and answers:
            opened = look.take(self.now)
            if opened is not None:
                assert isinstance(opened, Named)
                self.asked.append((self.now, opened.name))
                under_way.append(opened)
                self.at_most = max(self.at_most, len(under_way))
                if len(under_way) > 1:
                    self.with_others |= {each.name for each in under_way}
            elif under_way:
                self.now += 0.5
                answers -= 1
                look.told(under_way.pop(0), None, self.now)
            else:
                wake = look.wake()
                assert wake is not None
                assert wake > self.now
                self.now = wake

    @property
    def order(self) -> list[str]:
        return [name for _, name in self.asked]


def test_strands_stand_side_by_side_as_far_as_they_may() -> None:
    play = Play({name: [NO] for name in "abcdef"})
    look = play.look(
        lambda _: together(play.strand("a", "b"), play.strand("c", "d"), play.strand("e"), play.strand("f"))
    )
    play.run(look)
    assert look.finished
    assert play.at_most == 3
    assert set(play.heard) == set("abcdef")
    assert play.order.index("a") < play.order.index("b")
    assert play.order.index("c") < play.order.index("d")
    assert "control" not in play.order
    assert look.take(99) is None


def together(*strands: Strand) -> Strand:
    yield Together(strands)


def test_what_waits_for_strands_goes_on_when_all_have_ended() -> None:
    play = Play({name: [NO] for name in "abcde"})

    def inner() -> Strand:
        yield Together([play.strand("a"), play.strand("b", "c")])
        yield from play.strand("d")

    def main(look: StrandLook) -> Strand:
        yield Together([inner(), play.strand("e")])
        assert set(play.heard) == set("abcde")
        yield Together([])
        yield from play.strand("a")

    look = play.look(main)
    play.run(look)
    assert look.finished
    assert play.order[-1] == "a"
    assert play.order.index("c") < play.order.index("d")
    assert len(play.heard["a"]) == 2


def test_a_strand_that_asks_nothing_ends_at_once() -> None:
    play = Play({})
    look = play.look(lambda _: together(play.strand(), play.strand()))
    assert look.finished
    assert look.take(0) is None
    assert look.wake() is None


@pytest.mark.parametrize("cut", [CUT, RESET])
def test_a_connection_cut_again_between_controls_is_a_refusal(cut: Doubt) -> None:
    play = Play({"a": [cut], "b": [NO], "c": [NO], "d": [NO]})
    look = play.look(lambda _: together(play.strand("a"), play.strand("b", "c"), play.strand("d")))
    play.run(look)
    [reply] = play.heard["a"]
    assert isinstance(reply, Refused)
    assert reply.alert is None
    again = play.order.index("a", 1)
    assert play.order[again - 1] == play.order[again + 1] == "control"
    assert "control" not in play.with_others
    assert look.cuts_believed == 1
    assert not look.unsteady


def test_a_failure_of_the_server_s_own_that_comes_again_is_a_refusal_with_its_alert() -> None:
    play = Play({"a": [Doubt("tls_failed", "internal", True, 80)]})
    play.run(play.look(lambda _: play.strand("a")))
    [reply] = play.heard["a"]
    assert isinstance(reply, Refused)
    assert reply.alert == 80


@pytest.mark.parametrize("doubt", [SILENT, BROKEN, doubt_of("refused"), doubt_of("unreachable"), doubt_of("too_large")])
def test_nothing_else_becomes_a_refusal_by_coming_again(doubt: Doubt) -> None:
    play = Play({"a": [doubt]})
    look = play.look(lambda _: play.strand("a"))
    play.run(look)
    assert play.heard["a"] == [doubt]
    assert play.order.count("a") == 2
    assert look.cuts_believed == 0


@pytest.mark.parametrize(("first", "second"), [(CUT, SILENT), (SILENT, CUT), (CUT, BROKEN), (SILENT, RESET)])
def test_two_doubts_that_differ_are_a_doubt(first: Doubt, second: Doubt) -> None:
    play = Play({"a": [first, second]})
    play.run(play.look(lambda _: play.strand("a")))
    assert play.heard["a"] == [second]


@pytest.mark.parametrize("answer", [PICKED, YES, NO])
def test_a_server_that_answers_the_second_time_is_unsteady(answer: Reply) -> None:
    play = Play({"a": [CUT, answer], "b": [CUT], "c": [NO], "d": [NO]})
    look = play.look(lambda _: together(play.strand("a", "b"), play.strand("c"), play.strand("d")))
    play.run(look)
    assert play.heard["a"] == [answer]
    assert look.unsteady
    assert look.at_once == 1
    [after] = play.heard["b"]
    assert after == CUT  # from then on no cut is believed


def test_what_was_believed_before_is_still_put_a_second_time() -> None:
    play = Play({"a": [CUT], "b": [CUT, YES]})
    look = play.look(lambda _: play.strand("a", "b"))
    play.run(look)
    assert isinstance(play.heard["a"][0], Refused)
    assert play.heard["b"] == [YES]
    assert look.unsteady


def test_a_doubt_goes_straight_to_the_strand_where_it_is_not_worth_a_second_try() -> None:
    play = Play({"a": [CUT]})
    play.run(play.look(lambda _: play.strand("a", firm=False)))
    assert play.heard["a"] == [CUT]
    assert play.order == ["a"]


def test_a_doubt_goes_straight_to_the_strand_where_nothing_was_ever_answered() -> None:
    play = Play({"a": [CUT]})
    play.run(play.look(lambda _: play.strand("a"), control=False))
    assert play.heard["a"] == [CUT]
    assert play.order == ["a"]


def test_a_server_that_answers_no_control_any_more_is_left_alone() -> None:
    play = Play({"a": [CUT], "b": [NO], "c": [NO], "d": [NO], "e": [NO], "control": [SILENT]})
    look = play.look(lambda _: together(play.strand("a", "b"), play.strand("c", "d"), play.strand("e")), at_once=2)
    play.run(look)
    assert look.finished
    assert look.stopped == Doubt("timed_out", "the server stopped answering")
    assert play.order == ["a", "c", "control", "control", "control"]
    assert play.heard["c"] == [NO]
    for name in "abde":
        assert play.heard[name] == [look.stopped]
    times = [at for at, name in play.asked if name == "control"]
    assert [later - earlier - 0.5 for earlier, later in pairwise(times)] == list(PAUSES[1:])


def test_a_server_that_only_refuses_the_control_is_not_answering_it() -> None:
    play = Play({"a": [CUT], "control": [NO]})
    look = play.look(lambda _: play.strand("a"))
    play.run(look)
    assert play.heard["a"] == [Doubt("tls_failed", "the server stopped answering")]


def test_a_server_that_wants_a_pause_is_asked_at_wider_intervals() -> None:
    play = Play({"a": [CUT, YES], "b": [YES], "c": [YES], "control": [CUT, YES]})
    look = play.look(lambda _: play.strand("a", "b", "c"))
    play.run(look)
    times = {name: at for at, name in play.asked}
    assert look.unsteady
    assert times["c"] - times["b"] >= FIRST_GAP
    assert play.heard == {"a": [YES], "b": [YES], "c": [YES]}


def test_intervals_are_doubled_where_they_were_too_short() -> None:
    controls: list[Reply] = [CUT, YES, CUT, YES]
    play = Play({"a": [CUT, YES], "b": [CUT, YES], "c": [YES], "d": [YES], "control": controls})
    look = play.look(lambda _: together(play.strand("a"), play.strand("b"), play.strand("c"), play.strand("d")))
    seen: list[float] = []
    while not look.finished:
        talk = look.take(play.now)
        if talk is None:
            wake = look.wake()
            assert wake is not None
            play.now = wake
            continue
        seen.append(play.now)
        look.told(talk, None, play.now)  # answered in no time: what lies between is the look's own
    gaps = [later - earlier for earlier, later in pairwise(seen)]
    assert max(gaps) == PAUSES[1]
    assert gaps[-1] == pytest.approx(2 * FIRST_GAP)
    assert gaps[-2] >= FIRST_GAP


def test_nothing_is_opened_before_its_time() -> None:
    play = Play({"a": [CUT, YES], "control": [CUT, YES]})
    look = play.look(lambda _: play.strand("a"))
    for _ in range(2):  # the question, then the control
        talk = look.take(0)
        assert talk is not None
        look.told(talk, None, 0)
    assert look.take(0) is None
    assert look.wake() == PAUSES[1]
    assert look.take(PAUSES[1] - 0.01) is None
    assert look.take(PAUSES[1]) is not None


def test_doubts_are_settled_when_nothing_else_is_open() -> None:
    play = Play({"a": [CUT], "b": [CUT], "c": [NO]})
    look = play.look(lambda _: together(play.strand("a"), play.strand("b"), play.strand("c")))
    talks = [look.take(0) for _ in range(3)]
    assert all(talks)
    for place, talk in enumerate(talks):
        assert talk is not None
        assert look.take(0) is None  # three are open, or some still are while a doubt waits
        look.told(talk, None, float(place))
    control = look.take(3.0)
    assert isinstance(control, Named)
    assert control.name == "control"
    assert look.take(3.0) is None


def everything(play: Play) -> tuple[Callable[[StrandLook], Strand], list[str]]:
    """Strands in each other, with questions of every kind; all their names."""

    def nested() -> Strand:
        yield Together([play.strand("a", "b"), play.strand("c")])
        yield from play.strand("d")

    def main(look: StrandLook) -> Strand:
        yield from play.strand("e")
        yield Together([nested(), play.strand("f", "g"), play.strand("h", firm=False)])
        yield from play.strand("i")

    return main, list("abcdefghi")


@pytest.mark.parametrize("answers", range(25))
@pytest.mark.parametrize("unsteady", [False, True])
def test_when_the_time_is_up_every_strand_is_told(answers: int, unsteady: bool) -> None:
    play = Play({name: [NO] for name in "adefghi"})
    play.replies |= {"b": [CUT], "c": [SILENT, YES] if unsteady else [CUT]}
    main, names = everything(play)
    look = play.look(main)
    play.run(look, answers)
    before = {name: list(replies) for name, replies in play.heard.items()}
    opened = len(play.asked)
    if not look.finished:
        look.expire()
    assert look.finished
    assert set(play.heard) == set(names)
    for name, replies in play.heard.items():
        assert replies == before.get(name, [Doubt("deadline")])
    assert look.take(1000) is None
    assert look.wake() is None
    assert len(play.asked) == opened


def test_a_strand_may_raise_nothing_but_its_end() -> None:
    """A fault of ours is not swallowed."""

    def faulty() -> Generator[Question | Together, Any, None]:
        yield play.question("a")
        raise ZeroDivisionError

    play = Play({"a": [NO]})
    look = play.look(lambda _: faulty())
    with pytest.raises(ZeroDivisionError):
        play.run(look)


def test_replies_reach_the_strand_that_asked() -> None:
    names = [f"q{number}" for number in range(40)]
    play = Play({name: [Refused(number)] for number, name in enumerate(names)})
    shares: Sequence[Sequence[str]] = [names[at::7] for at in range(7)]
    play.run(play.look(lambda _: together(*(play.strand(*share) for share in shares)), at_once=4))
    assert play.heard == {name: [Refused(number)] for number, name in enumerate(names)}
