"""The reactor, many looks at a time: polite, fair, bounded, each on its own, and nothing left behind."""

import contextlib
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scanner.probes.interface import ProbeError
from scanner.probes.tls.conversation import Conversation, Look, Trouble
from scanner.probes.tls.reactor import Reactor
from tests.scanner.probes.reactor_looks import Count, Counting, Plan, Serving, Talk, echo, reactor, soon
from tests.servers.misbehaving import Silent
from tests.servers.tcp import TcpServer


def talks(count: int) -> list[Talk]:
    return [Talk() for _ in range(count)]


def drive(driver: Reactor, *looks: Look) -> list[int]:
    """Run looks together; the connections of each."""
    with ThreadPoolExecutor(len(looks)) as pool:
        return list(pool.map(lambda look: driver.look(look, soon()), looks))


def test_two_looks_share_what_politeness_allows_one_address() -> None:
    count = Count(meeting=3)
    with Counting(count) as server, reactor(per_address=3) as driver:
        assert drive(driver, Plan(server, talks(9)), Plan(server, talks(9))) == [9, 9]
    assert count.most == 3


def test_a_look_keeps_its_own_bound() -> None:
    count = Count(meeting=2)
    with Counting(count) as server, reactor() as driver:
        assert driver.look(Plan(server, talks(8), at_once=2), soon()) == 8
    assert count.most == 2


def test_all_addresses_together_keep_the_bound_of_sockets() -> None:
    count = Count(meeting=4)
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Counting(count, f"127.0.0.{n}")) for n in (1, 2, 3)]
        driver = stack.enter_context(reactor(at_once=4))
        assert drive(driver, *(Plan(server, talks(4)) for server in servers)) == [4, 4, 4]
    assert count.most == 4


@pytest.mark.parametrize(("per_address", "at_once"), [(1, 256), (256, 1)])
def test_a_look_that_always_wants_more_does_not_starve_another(per_address: int, at_once: int) -> None:
    class Greedy(Plan):
        def take(self, now: float) -> Conversation | None:
            if not enough.is_set():
                self.waiting.append(Talk())
            return super().take(now)

    enough, begun = threading.Event(), threading.Event()

    def serve(sock: socket.socket) -> None:
        begun.set()
        echo(sock)

    with Serving(serve) as server, reactor(per_address, at_once) as driver, ThreadPoolExecutor() as pool:
        greedy = pool.submit(driver.look, Greedy(server, []), soon())
        assert begun.wait(10)
        modest = Plan(server, talks(5))
        assert driver.look(modest, soon()) == 5
        enough.set()
        assert greedy.result(10) > 5
    assert modest.troubles == [None] * 5


def test_room_that_a_look_does_not_use_goes_to_the_next() -> None:
    """The second look, whose turn comes first once there is room, wants nothing until the third is over."""
    third_over = threading.Event()

    class Idle(Plan):
        def take(self, now: float) -> Conversation | None:
            if third_over.is_set():
                return super().take(now)
            return None

        def wake(self) -> float | None:
            return time.monotonic() + 0.01

    with Serving(echo) as server, reactor(per_address=1) as driver, ThreadPoolExecutor() as pool:
        first = pool.submit(driver.look, Plan(server, talks(50)), soon())
        second = pool.submit(driver.look, Idle(server, talks(1)), soon())
        assert driver.look(Plan(server, talks(20)), soon()) == 20
        third_over.set()
        assert (first.result(10), second.result(10)) == (50, 1)


def test_a_look_ends_when_its_time_is_up() -> None:
    plan = Plan(("127.0.0.1", 1), talks(3))
    ended = threading.Barrier(3)

    def serve(sock: socket.socket) -> None:
        while sock.recv(4096):
            pass
        ended.wait(10)

    with Serving(serve) as server, reactor(per_address=2) as driver:
        plan.port = server.port
        assert driver.look(plan, soon(0.3)) == 2
        ended.wait(10)  # both were closed
        assert plan.expired
        assert plan.troubles == []
        assert driver.look(Plan(server, []), soon()) == 0


def test_a_look_whose_time_was_up_before_it_began_opens_nothing() -> None:
    with Silent() as server, reactor() as driver:
        plan = Plan(server, talks(3))
        assert driver.look(plan, soon(-1)) == 0
        assert plan.expired
        assert server.connections == 0


def test_a_look_is_asked_again_when_it_said() -> None:
    class Later(Plan):
        due: float | None = None
        asked: float | None = None

        def take(self, now: float) -> Conversation | None:
            self.due = self.due or now + 0.1
            if now < self.due:
                return None
            self.asked = self.asked or now
            return super().take(now)

        def wake(self) -> float | None:
            return self.due

    with Serving(echo) as server, reactor() as driver:
        plan = Later(server, talks(1))
        assert driver.look(plan, soon()) == 1
    assert plan.due is not None
    assert plan.asked is not None
    assert plan.asked >= plan.due


def test_a_look_that_wants_to_be_woken_at_once_for_ever_does_not_keep_the_thread_busy() -> None:
    class Restless(Plan):
        asked = 0

        def take(self, now: float) -> Conversation | None:
            self.asked += 1
            return None

        def wake(self) -> float | None:
            return 0.0

    with reactor() as driver:
        plan = Restless(("127.0.0.1", 1), talks(1))
        assert driver.look(plan, soon(0.2)) == 0
    assert plan.asked <= 201


def test_a_look_that_wants_nothing_and_is_not_finished_fails_at_once() -> None:
    class Stuck(Plan):
        def take(self, now: float) -> Conversation | None:
            return None

    with reactor() as driver, pytest.raises(ProbeError, match="wants nothing"):
        driver.look(Stuck(("127.0.0.1", 1), []), soon())


class Faulty(Plan):
    """A look of which one method raises, or one method of its conversations."""

    def __init__(self, server: TcpServer, fault: str) -> None:
        super().__init__(server, [FaultyTalk(fault), *talks(3)])
        self.fault = fault

    def take(self, now: float) -> Conversation | None:
        self._maybe("take")
        return super().take(now) if self.fault not in ("wake", "expire") else None

    def wake(self) -> float | None:
        self._maybe("wake")
        return time.monotonic() + 0.05 if self.fault == "expire" else None

    def told(self, conversation: Conversation, trouble: Trouble | None, now: float) -> None:
        self._maybe("told")
        super().told(conversation, trouble, now)

    def expire(self) -> None:
        self._maybe("expire")

    def _maybe(self, method: str) -> None:
        if self.fault == method:
            raise RuntimeError(f"broken {method}")


class FaultyTalk(Talk):
    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault

    def begin(self) -> bytes:
        if self.fault == "begin":
            raise RuntimeError("broken begin")
        return super().begin()

    def receive(self, data: bytes) -> bytes:
        if self.fault == "receive":
            raise RuntimeError("broken receive")
        return super().receive(data)


@pytest.mark.parametrize("fault", ["take", "wake", "told", "expire", "begin", "receive"])
def test_a_look_that_raises_fails_alone(fault: str) -> None:
    going_on, broken = threading.Event(), threading.Event()

    def serve(sock: socket.socket) -> None:
        if sock.recv(5) == b"other":
            going_on.set()
            broken.wait(10)
        sock.sendall(b"answer")

    with Serving(serve) as server, reactor() as driver, ThreadPoolExecutor() as pool:
        other = Plan(server, [Talk(b"other"), *talks(3)], at_once=1)
        others = pool.submit(driver.look, other, soon())
        assert going_on.wait(10)
        with pytest.raises(ProbeError, match=f"tool_failed: RuntimeError: broken {fault}"):
            driver.look(Faulty(server, fault), soon(0.3 if fault == "expire" else 30))
        broken.set()
        assert others.result(10) == 4
    assert other.troubles == [None] * 4


def test_a_look_that_cannot_bear_a_time_out_fails_alone() -> None:
    with Silent() as server, reactor(connect_seconds=0.05, answer_seconds=0.05) as driver:
        with pytest.raises(ProbeError, match="broken told"):
            driver.look(Faulty(server, "told"), soon())
        assert driver.look(Plan(server, talks(2)), soon()) == 2


def test_whatever_ends_the_thread_ends_every_look() -> None:
    class Deadly(Talk):
        def receive(self, data: bytes) -> bytes:
            raise SystemExit

    with Silent() as silent, Serving(echo) as server, reactor() as driver, ThreadPoolExecutor() as pool:
        other = pool.submit(driver.look, Plan(silent, talks(2)), soon())
        with pytest.raises(ProbeError, match="SystemExit"):
            driver.look(Plan(server, [Deadly()]), soon())
        with pytest.raises(ProbeError, match="SystemExit"):
            other.result(10)
        with pytest.raises(ProbeError, match="SystemExit"):
            driver.look(Plan(server, talks(1)), soon())


def test_a_caller_that_is_interrupted_leaves_nothing_open() -> None:
    ended = threading.Event()
    waiting = threading.get_ident()

    def serve(sock: socket.socket) -> None:
        signal.pthread_kill(waiting, signal.SIGALRM)
        while sock.recv(4096):
            pass
        ended.set()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Serving(serve) as server, reactor() as driver:
            with pytest.raises(KeyboardInterrupt):
                driver.look(Plan(server, talks(1)), soon())
            assert ended.wait(10)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_closing_ends_the_looks_under_way() -> None:
    all_there = threading.Barrier(6)

    def serve(sock: socket.socket) -> None:
        all_there.wait(10)
        sock.recv(4096)
        sock.recv(4096)

    with Serving(serve) as server, reactor(per_address=5) as driver, ThreadPoolExecutor() as pool:
        looks = [pool.submit(driver.look, Plan(server, talks(3)), soon()) for _ in range(3)]
        all_there.wait(10)
        driver.close()
        for look in looks:
            with pytest.raises(ProbeError, match="closed"):
                look.result(10)
        driver.close()
        with pytest.raises(ProbeError, match="closed"):
            driver.look(Plan(server, talks(1)), soon())


def test_a_reactor_that_was_never_used_closes() -> None:
    with reactor() as driver:
        pass
    with pytest.raises(ProbeError, match="closed"):
        driver.look(Plan(("127.0.0.1", 1), talks(1)), soon())


@pytest.mark.parametrize("address", ["localhost", "127.1", "www.example", "", "fe80::1%lo", "127.0.0.1 "])
def test_only_literal_addresses_are_taken(address: str) -> None:
    with reactor() as driver, pytest.raises(ValueError, match="address"):
        driver.look(Plan((address, 443), talks(1)), soon())


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_only_ports_are_taken(port: int) -> None:
    with reactor() as driver, pytest.raises(ValueError, match="port"):
        driver.look(Plan(("127.0.0.1", port), talks(1)), soon())


def test_without_a_free_descriptor_a_look_waits() -> None:
    taken = threading.Event()

    class Telling(Plan):
        def take(self, now: float) -> Conversation | None:
            taken.set()
            return super().take(now)

    with Serving(echo) as server, reactor() as driver, ThreadPoolExecutor() as pool:
        assert driver.look(Plan(server, talks(1)), soon()) == 1
        plan = Telling(server, talks(2))
        with no_descriptors():
            look = pool.submit(driver.look, plan, soon())
            assert taken.wait(10)
            assert not threading.Event().wait(0.2)
            assert plan.troubles == []
            assert not look.done()
        assert look.result(10) == 2
    assert plan.troubles == [None, None]


def test_a_reactor_that_finds_no_descriptor_to_start_with_starts_later() -> None:
    with Serving(echo) as server, reactor() as driver:
        with no_descriptors(), pytest.raises(ProbeError, match="cannot start"):
            driver.look(Plan(server, talks(1)), soon())
        assert driver.look(Plan(server, talks(1)), soon()) == 1


@contextlib.contextmanager
def no_descriptors() -> Iterator[None]:
    """This process may open nothing more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_five_hundred_looks_leave_nothing_behind() -> None:
    open_before, threads_before = descriptors(), set(threading.enumerate())
    with Serving(echo) as server:
        with reactor(per_address=50) as driver:
            looks = [Plan(server, talks(3), at_once=2) for _ in range(500)]
            assert drive(driver, *looks) == [3] * 500
        assert all(look.troubles == [None] * 3 for look in looks)
        assert server.connections == 1500
    assert descriptors() <= open_before
    assert not [each for each in set(threading.enumerate()) - threads_before if each.name == "tls-reactor"]


def descriptors() -> set[str]:
    """What this process has open, each by the name that the kernel gives it."""
    names = set()
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the folder itself, and what another thread has just closed
            names.add(f"{entry.name} {entry.readlink()}")
    return names
