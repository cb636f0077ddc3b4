"""Who asks for turns: every probe, and all of them the same gate; what waiting costs a look; who slows a gate down."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import pytest

from checks.model.evidence import HttpObservation, PortsObservation, ProbeFailure
from checks.model.ports import canonical_ports
from checks.model.target import HttpTarget, PortsTarget, TlsTarget
from scanner.probes.http import HttpProbe
from scanner.probes.interface import NO_TURN, Deadline, ProbeError
from scanner.probes.politeness import PATIENCE_SECONDS, Politeness, Turn
from scanner.probes.ports import PortsProbe
from scanner.probes.tls.probe import TlsProbe
from scanner.probes.tls.reactor import Reactor
from scanner.probes.tls.vulnerabilities.pool import Pool
from scanner.probes.tls.vulnerabilities.worker import Request
from tests.hostile.server import Conversation, Server
from tests.scanner.probes.reactor_looks import LONG, Plan, Serving, Talk, echo, soon
from tests.scanner.probes.tls_looking import identity
from tests.scope import QUICK, WITHOUT_BOUND, loopback_context
from tests.servers.flawed import Flawed, Manners
from tests.servers.misbehaving import Silent
from tests.servers.tcp import TcpServer, stands


@contextmanager
def probes(politeness: Politeness, tls_seconds: int = 20) -> Iterator[tuple[HttpProbe, TlsProbe]]:
    context = replace(loopback_context(limits=replace(QUICK, tls_seconds=tls_seconds)), politeness=politeness)
    tls = TlsProbe(context)
    try:
        yield HttpProbe(context), tls
    finally:
        tls.close()


def test_without_a_turn_no_probe_connects() -> None:
    clock = iter(range(10**9))
    politeness = Politeness(100, 1, lambda: next(clock), lambda seconds: None)
    request = Request(
        TlsTarget("127.0.0.1", 9, None), ("heartbleed",), "tls1_2", ("TLS_RSA_WITH_AES_128_CBC_SHA",), 9, 1
    )
    pool = Pool(1, politeness=politeness)
    with Silent() as server, probes(politeness, tls_seconds=1) as (http, tls), ExitStack() as held:
        held.enter_context(politeness.turn("127.0.0.1", 1))
        (page,) = http.look([HttpTarget("127.0.0.1", f"http://127.0.0.1:{server.port}/")])
        (endpoint,) = tls.look([TlsTarget("127.0.0.1", server.port, None)])
        held.callback(pool.close)
        with pytest.raises(ProbeError, match=NO_TURN):
            pool.ask(replace(request, target=TlsTarget("127.0.0.1", server.port, None)))
        assert server.connections == 0
    assert page.observation == ProbeFailure("deadline", NO_TURN)
    assert endpoint.observation == ProbeFailure("deadline")


class Crowd:
    """How many connections were there at once, over several servers."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def serve(self, sock: socket.socket, greeting: bytes = b"") -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if not greeting:
            sock.recv(4096)
        threading.Event().wait(0.02)
        with self.lock:
            self.now -= 1
        sock.sendall(greeting or b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_probes_of_several_kinds_share_what_one_address_may_be_asked_at_once() -> None:
    crowd = Crowd()
    politeness = Politeness(WITHOUT_BOUND, 2)
    with (
        Serving(crowd.serve) as one,
        Serving(crowd.serve) as other,
        probes(politeness) as (http, _),
        ThreadPoolExecutor() as pool,
    ):
        reactor = Reactor(politeness, connect_seconds=LONG, answer_seconds=LONG)
        plan = Plan(one, [Talk() for _ in range(12)])
        looks = [pool.submit(reactor.look, plan, soon())]
        urls = [f"http://127.0.0.1:{other.port}/{n}" for n in range(12)]
        pages = [pool.submit(http.look, [HttpTarget("127.0.0.1", url)]) for url in urls]
        assert looks[0].result(20) == 12
        assert all(isinstance(each.result(20)[0].observation, HttpObservation) for each in pages)
        reactor.close()
    assert (one.connections, other.connections) == (12, 12)
    assert crowd.most == 2


def test_open_ports_are_asked_what_they_are_by_a_few_connections_at_once() -> None:
    def greet(sock: socket.socket) -> None:
        threading.Event().wait(0.1)
        if stands(sock):  # and was not only to see whether the port is open
            crowd.serve(sock, b"SSH-2.0-OpenSSH_9.2\r\n")

    crowd = Crowd()
    with ExitStack() as stack:
        ports = [stack.enter_context(Serving(greet)).port for _ in range(5)]
        context = replace(loopback_context(), politeness=Politeness(WITHOUT_BOUND, 2))
        found = PortsProbe(context, raw=False).look([PortsTarget("127.0.0.1", canonical_ports(ports))])[0].observation
    assert isinstance(found, PortsObservation)
    assert [each.service for each in found.open] == ["ssh"] * 5
    assert 1 <= crowd.most <= 2


def test_a_worker_asks_for_a_turn_before_each_of_its_connections() -> None:
    class Counting(Politeness):
        turns = 0

        @contextmanager
        def turn(self, address: str, port: int, patience: float = PATIENCE_SECONDS) -> Iterator[Turn]:
            Counting.turns += 1
            with super().turn(address, port, patience) as turn:
                yield turn

    politeness = Counting(WITHOUT_BOUND, 1)
    pool = Pool(1, politeness=politeness)
    with Flawed(identity(), Manners()) as server, closing(pool):
        target = TlsTarget("127.0.0.1", server.port, None)
        suites = ("TLS_RSA_WITH_AES_128_CBC_SHA",)
        answer = pool.ask(Request(target, ("robot",), "tls1_2", suites, 30, 5)).answers["robot"]
        assert (answer.value, answer.connections, server.connections) == (False, 6, 6)
    assert Counting.turns == 6
    assert not politeness.gate("127.0.0.1").full


def test_a_look_gets_back_the_time_that_it_waited_for_turns() -> None:
    """Five connections at two a second take two seconds, twice the look's own time."""
    with Serving(echo) as server:
        reactor = Reactor(Politeness(2, 3), connect_seconds=LONG, answer_seconds=LONG)
        plan = Plan(server, [Talk() for _ in range(5)])
        assert reactor.look(plan, Deadline(1)) == 5
        reactor.close()
    assert (plan.troubles, plan.expired) == ([None] * 5, False)


def test_the_time_given_back_has_an_end() -> None:
    deadline = Deadline(10)
    end = deadline.at
    for _ in range(20):
        deadline.put_off(PATIENCE_SECONDS / 10)
    assert deadline.at - end == pytest.approx(PATIENCE_SECONDS)


def test_what_a_silent_server_takes_is_not_given_back() -> None:
    with Silent() as server:
        reactor = Reactor(Politeness(100, 2), connect_seconds=LONG, answer_seconds=LONG)
        plan = Plan(server, [Talk() for _ in range(9)])
        until = Deadline(0.3)
        end = until.at
        assert reactor.look(plan, until) == 2
        reactor.close()
    assert plan.expired
    assert until.at == end


class Closing(TcpServer):
    """Serves three connections, and refuses others."""

    def serve(self, sock: socket.socket) -> None:
        if self.connections == 3:
            self._listener.close()
        echo(sock)


def test_a_tls_look_slows_down_for_a_server_that_comes_to_refuse() -> None:
    politeness = Politeness(20, 1)
    with Closing() as server:
        reactor = Reactor(politeness, connect_seconds=LONG, answer_seconds=LONG)
        plan = Plan(server, [Talk() for _ in range(6)])
        assert reactor.look(plan, soon()) == 6
        reactor.close()
    assert plan.troubles.count("refused") >= 1
    assert politeness.slowed()["127.0.0.1"] < 20


def test_an_exchange_that_is_cut_slows_the_next_ones_down() -> None:
    def handler(conversation: Conversation) -> None:
        conversation.request()
        if server.connections < 3:
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    politeness = Politeness(8, 1)
    with Server(handler) as server, probes(politeness) as (http, _):
        for number, lowest in enumerate(({}, {}, {"127.0.0.1": 4}, {"127.0.0.1": 2})):
            http.look([HttpTarget("127.0.0.1", f"http://127.0.0.1:{server.port}/{number}")])
            assert politeness.slowed() == lowest
