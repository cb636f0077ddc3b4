"""The turns at an address: how many within a second and at once, and what slows a gate down."""

import random

import pytest

from scanner.probes.politeness import GOOD_ANSWERS, PATIENCE_SECONDS, SLOW_SECONDS, Gate, NoTurn, Politeness, Turn
from tests.network.capture import most_within

HTTPS = 443


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def taken(gate: Gate, now: float) -> Turn:
    turn = gate.take(HTTPS, now)
    assert turn is not None
    return turn


def answered(gate: Gate, now: float, seconds: float = 0.01) -> None:
    """A connection that stood well."""
    turn = taken(gate, now)
    turn.sent(now)
    turn.heard(now + seconds)
    turn.over(now + seconds)


def rate(gate: Gate, now: float) -> int:
    """The connections that would be allowed within the next second."""
    turns = []
    while (turn := gate.take(HTTPS, now)) is not None:
        turns.append(turn)
    for turn in turns:
        turn.unused()
    return len(turns)


@pytest.mark.parametrize("seed", range(20))
def test_within_no_second_more_first_packets_go_out_than_allowed(seed: int) -> None:
    """Whatever lies between taking a turn and the first packet, and however many want one."""
    choose = random.Random(seed)
    per_second, at_once = choose.randrange(1, 12), choose.randrange(1, 6)
    gate, clock = Gate(per_second, at_once), Clock()
    under_way: list[tuple[float, Turn]] = []
    sent: list[float] = []
    while len(sent) < 60:
        clock.sleep(choose.choice((0.0, 0.001, 0.05, 0.3)))
        if choose.random() < 0.6:
            turn = gate.take(HTTPS, clock.now)
            if turn is not None:
                under_way.append((clock.now + choose.choice((0.0, 0.02, 0.7)), turn))
        assert len(under_way) <= at_once
        for each in [each for each in under_way if each[0] <= clock.now]:
            under_way.remove(each)
            sent.append(clock.now)
            if choose.random() < 0.5:
                each[1].sent(clock.now)
            each[1].over(clock.now)
    assert most_within(sent, 1.0) <= per_second


def test_the_wait_that_a_gate_names_is_enough_and_not_too_long() -> None:
    gate, now = Gate(3, 10), 50.0
    for later in (0.0, 0.2, 0.4):
        taken(gate, now + later).over(now + later)
    assert gate.wait(now + 0.4) == pytest.approx(0.6)
    assert gate.take(HTTPS, now + 0.99) is None
    taken(gate, now + 1.0).over(now + 1.0)
    assert gate.wait(now + 1.0) == pytest.approx(0.2)


def test_a_turn_that_is_given_back_unused_costs_nothing() -> None:
    gate = Gate(1, 1)
    taken(gate, 0.0).unused()
    turn = taken(gate, 0.0)
    turn.sent(0.0)
    turn.unused()
    full = [gate.full]
    turn.over(0.5)
    turn.over(0.5)
    full.append(gate.full)
    assert full == [True, False]
    assert gate.take(HTTPS, 0.9) is None


def test_a_server_that_refuses_after_it_had_answered_gets_half_as_many() -> None:
    gate = Gate(10, 100)
    answered(gate, 0.0)
    troubled = [taken(gate, 5.0) for _ in range(3)]
    for turn in troubled:
        turn.sent(5.0)
        turn.troubled = True
    for turn in troubled:
        turn.over(5.1)
    assert (rate(gate, 7.0), gate.lowest) == (5, 5)  # three of the same moment are one piece of news
    for number, left in enumerate((2, 1, 1)):
        turn = taken(gate, 10.0 + number * 2)
        turn.troubled = True
        turn.over(10.1 + number * 2)
        assert rate(gate, 11.9 + number * 2) == left
    assert gate.lowest == 1


def test_a_port_that_never_answered_is_closed_and_not_busy() -> None:
    gate = Gate(10, 100)
    answered(gate, 0.0)
    turn = gate.take(8443, 1.0)
    assert turn is not None
    turn.troubled = True
    turn.over(1.1)
    assert gate.lowest is None


def test_an_answer_is_slow_by_what_is_usual_at_its_port() -> None:
    gate = Gate(8, 100)
    answered(gate, 0.0, seconds=2.0)
    answered(gate, 10.0, seconds=6.0)  # three times as long
    answered(gate, 20.0, seconds=0.1)
    answered(gate, 30.0, seconds=0.1 + SLOW_SECONDS / 2)
    assert gate.lowest is None
    answered(gate, 40.0, seconds=0.2 + SLOW_SECONDS)
    assert gate.lowest == 4


def test_a_gate_recovers_slowly_and_not_beyond_what_is_configured() -> None:
    gate, now = Gate(4, 100), 100.0
    answered(gate, 0.0)
    gate.trouble(HTTPS, 1.0, 1.0)
    assert rate(gate, 3.0) == 2
    for expected in (3, 4, 4):
        for _ in range(GOOD_ANSWERS):
            now += 1.0
            answered(gate, now)
        assert rate(gate, now + 1.0) == expected
    assert gate.lowest == 2


def test_addresses_have_gates_of_their_own_and_each_only_one() -> None:
    politeness = Politeness(5, 3)
    assert politeness.gate("192.0.2.1") is not politeness.gate("192.0.2.2")
    assert politeness.gate("::ffff:192.0.2.1") is politeness.gate("192.0.2.1")
    assert politeness.gate("2001:db8:0::1") is politeness.gate("2001:db8::1")


def test_the_servers_that_were_slowed_down_are_told_of() -> None:
    politeness = Politeness(10, 3)
    for address in ("192.0.2.2", "192.0.2.1"):
        answered(politeness.gate(address), 0.0)
    politeness.gate("192.0.2.2").trouble(HTTPS, 1.0, 1.0)
    assert politeness.slowed() == {"192.0.2.2": 5}


def test_threads_wait_for_their_turn_as_long_as_it_takes() -> None:
    clock = Clock()
    politeness = Politeness(2, 1, clock, clock.sleep)
    begun = []
    for _ in range(7):
        with politeness.turn("192.0.2.1", HTTPS) as turn:
            turn.sent(clock.now)
            begun.append(clock.now)
    assert most_within(begun, 0.999) == 2
    assert 3.0 <= begun[-1] - begun[0] < 3.1


def test_no_thread_waits_for_ever() -> None:
    clock = Clock()
    politeness = Politeness(2, 1, clock, clock.sleep)
    with politeness.turn("192.0.2.1", HTTPS):
        began = clock.now
        with pytest.raises(NoTurn), politeness.turn("192.0.2.1", HTTPS):
            raise AssertionError("a second one at once")
        assert clock.now - began == pytest.approx(PATIENCE_SECONDS)


def test_after_the_end_nobody_gets_a_turn() -> None:
    clock = Clock()
    politeness = Politeness(2, 1, clock, clock.sleep)
    gate = politeness.gate("192.0.2.1")
    politeness.close()
    for address in ("192.0.2.1", "192.0.2.2"):
        with pytest.raises(NoTurn), politeness.turn(address, HTTPS):
            raise AssertionError("a turn after the end")
    assert gate.take(HTTPS, clock.now) is None
    assert clock.now == 1000.0
