"""The driver's thread: it moves the bytes of many looks over non-blocking sockets, and keeps bounds.

Here are politeness, absolute deadlines and byte caps, and nothing of TLS. The path of a short connection costs seven
system calls: socket, connect, send, epoll_ctl, epoll_wait (shared), recv, close. Whatever is added to it is paid
thousands of times a second.
"""

import errno
import select
import socket
from collections import deque
from collections.abc import Sequence
from time import monotonic

from scanner.probes.politeness import Turn
from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.link import EXHAUSTED, Bounds, Link, Place, Run, trouble_of

_IN = select.EPOLLIN
_OUT = select.EPOLLOUT
_STREAM = socket.SOCK_STREAM | socket.SOCK_NONBLOCK
_READ_BYTES = 64 * 1024
"""Read at once."""
_UNSENT_BYTES = 1024 * 1024
"""Kept for a server that does not read."""
_EVENTS = 256
"""Taken from epoll at once."""
_TURNS = 256
"""Given to looks before the sockets are served again."""
_PAUSE_SECONDS = 0.05
"""Until a socket is tried again where no descriptor was free."""
_SHORTEST_SECONDS = 0.001
"""A look that asks to be woken is left alone for at least so long: none can keep the thread busy."""


class Loop:
    """Looks under way and their connections. One thread only."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._epoll = select.epoll()
        self._bell = -1
        self._places: dict[str, Place] = {}
        self._runs: set[Run] = set()
        self._ready: deque[Run] = deque()
        self._links: dict[int, Link] = {}  # both by descriptor, the oldest first
        self._connecting: dict[int, Link] = {}
        self._alarm = float("inf")  # no look has to be called, woken or ended before
        self._starved = 0.0  # no socket is to be had before

    def listen(self, bell: int) -> None:
        """Let `turn` end whenever this descriptor can be read."""
        self._bell = bell
        self._epoll.register(bell, _IN)

    def admit(self, run: Run) -> None:
        """Begin a look, or end it where nobody waits for it any more."""
        if run.abandoned:
            self._fail(run, "abandoned")
            return
        run.place = self._places.setdefault(run.peer[0], run.place)
        run.place.runs += 1
        self._runs.add(run)
        self._alarm = min(self._alarm, run.until.at)
        self._queue(run)

    def turn(self) -> bool:
        """Wait until something is due, and do it. Whether the bell rang."""
        rang = False
        links = self._links
        events = self._epoll.poll(self._pause(), _EVENTS)
        now = monotonic()
        for descriptor, event in events:
            link = links.get(descriptor)
            if link is not None:
                self._moved(link, event, now)
            elif descriptor == self._bell:
                rang = True
        now = monotonic()
        self._time_out(now)
        if not rang:
            self._fill(now)
        return rang

    def end(self, others: Sequence[Run], reason: str) -> None:
        """Close every socket, and fail what is under way and `others` with a reason."""
        self._epoll.close()
        for link in self._links.values():
            link.socket.close()
            link.turn.over(monotonic())
        for run in (*self._runs, *others):
            run.error = reason
            run.over.set()
        for kept in (self._runs, self._ready, self._links, self._connecting, self._places):
            kept.clear()

    def _pause(self) -> float | None:
        """Seconds until something is due though no socket moves; None: nothing is."""
        now = monotonic()
        due = self._alarm
        if self._ready and len(self._links) < self._bounds.at_once:
            if self._starved <= now:
                return 0
            due = min(due, self._starved)
        for link in self._links.values():
            due = min(due, link.opened + self._bounds.link_seconds)
            break
        for link in self._connecting.values():
            due = min(due, link.opened + self._bounds.connect_seconds)
            break
        return None if due == float("inf") else max(0.0, due - now)

    # Looks: given turns, ended.

    def _queue(self, run: Run) -> None:
        if not run.queued:
            run.queued = True
            self._ready.append(run)

    def _fill(self, now: float) -> None:
        """Give looks their turns, one connection each, while there is room."""
        ready = self._ready
        if not ready or now < self._starved:
            return
        for _ in range(_TURNS):
            if not ready or len(self._links) >= self._bounds.at_once or now < self._starved:
                return
            run = ready.popleft()
            place = run.place
            turn = place.gate.take(run.peer[1], now)
            if turn is None:
                place.park(run, now)
                self._alarm = min(self._alarm, place.due)
                continue
            run.queued = False
            if run in self._runs:
                try:
                    self._turn(run, turn, now)
                except Exception as error:
                    self._fail(run, _named(error))
            turn.unused()
            self._call(place, now)  # for the turn that this look did not use

    def _call(self, place: Place, now: float) -> None:
        """Call the look that waits for a turn at a place, if there is one."""
        if place.waiting:
            run = place.call(now)
            if run is not None:
                self._ready.append(run)
            self._alarm = min(self._alarm, place.due)

    def _turn(self, run: Run, turn: Turn, now: float) -> None:
        """Ask a look for its next connection, where its own bound allows one."""
        look = run.look
        if run.open >= look.at_once:
            return
        conversation = look.take(now) if run.held is None else run.held
        if conversation is not None:
            if self._open(run, turn, conversation, now) and run.open < look.at_once:
                self._queue(run)
            return
        if run.open:
            run.wake = look.wake()
        elif look.finished:
            self._finish(run)
            return
        else:
            run.wake = look.wake()
            if run.wake is None:
                self._fail(run, "the look wants nothing, yet is not finished")
                return
        if run.wake is not None:
            run.wake = max(run.wake, now + _SHORTEST_SECONDS)
            self._alarm = min(self._alarm, run.wake)

    def _time_out(self, now: float) -> None:
        for queue, seconds in (
            (self._connecting, self._bounds.connect_seconds),
            (self._links, self._bounds.link_seconds),
        ):
            while queue:
                link = next(iter(queue.values()))
                if link.opened + seconds > now:
                    break
                try:
                    self._end(link, "timed_out", now)
                except Exception as error:
                    self._fail(link.run, _named(error))
        if now >= self._alarm:
            self._ring(now)

    def _ring(self, now: float) -> None:
        """Call, wake and end looks whose time has come. The alarm may be early, of a look that is over; never late."""
        for place in self._places.values():
            if place.due <= now:
                self._call(place, now)
        for run in list(self._runs):
            run.settle(now)
            if run.until.at <= now:
                self._expire(run)
            elif run.wake is not None and run.wake <= now:
                run.wake = None
                self._queue(run)
        dues = [run.until.at if run.wake is None else min(run.until.at, run.wake) for run in self._runs]
        self._alarm = min((*dues, *(place.due for place in self._places.values())), default=float("inf"))

    def _expire(self, run: Run) -> None:
        self._cut(run)
        try:
            run.look.expire()
        except Exception as error:
            run.error = _named(error)
        self._finish(run)

    def _fail(self, run: Run, reason: str) -> None:
        """End one look that cannot go on; all others do."""
        if run in self._runs:
            self._cut(run)
            run.error = reason
            self._finish(run)

    def _cut(self, run: Run) -> None:
        if run.open:
            for link in [link for link in self._links.values() if link.run is run]:
                self._drop(link)

    def _finish(self, run: Run) -> None:
        self._runs.discard(run)
        run.place.runs -= 1
        if not run.place.runs:
            self._places.pop(run.peer[0], None)
        run.over.set()

    # Connections: opened, moved, ended.

    def _open(self, run: Run, turn: Turn, conversation: Conversation, now: float) -> bool:
        """Open a connection, and send at once where it stands at once, as on loopback. False: no descriptor is free.

        The conversation is begun before it is known whether the connection will stand.
        """
        try:
            connection = socket.SocketType(run.family, _STREAM)
        except OSError as error:
            return self._without_socket(run, conversation, error, now)
        run.held = None
        run.connections += 1
        code = connection.connect_ex(run.peer)
        turn.sent(monotonic())
        descriptor = connection.fileno()
        link = self._links[descriptor] = Link(run, turn, conversation, connection, descriptor, now)
        run.open += 1
        if code and code != errno.EINPROGRESS:
            self._end(link, trouble_of(code), now)
            return True
        hello = conversation.begin()
        try:
            sent = connection.send(hello) if hello else 0
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._drain(link, trouble_of(error.errno), now)
            return True
        if sent:
            self._sent(link, hello, sent, now)
        else:
            link.unsent = hello
            link.connecting = True
            self._connecting[descriptor] = link
            self._watch(link, _OUT)
        return True

    def _without_socket(self, run: Run, conversation: Conversation, error: OSError, now: float) -> bool:
        """Hold the conversation back until a descriptor is free; for any other error it is over."""
        if error.errno not in EXHAUSTED:
            run.look.told(conversation, trouble_of(error.errno), now)
            return True
        run.held = conversation
        run.queued = True
        self._ready.appendleft(run)
        self._starved = now + _PAUSE_SECONDS
        return False

    def _watch(self, link: Link, events: int) -> None:
        if link.watched != events:
            (self._epoll.modify if link.watched else self._epoll.register)(link.descriptor, events)
            link.watched = events

    def _moved(self, link: Link, event: int, now: float) -> None:
        try:
            if link.connecting:
                self._stands(link, now)
                return
            if event != _OUT:
                self._read(link, now)
            if link.unsent and event & _OUT and link.descriptor in self._links:
                self._send(link, b"", now)
        except Exception as error:
            self._fail(link.run, _named(error))

    def _stands(self, link: Link, now: float) -> None:
        """The connection stands, or has failed."""
        code = link.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._end(link, trouble_of(code), now)
            return
        link.connecting = False
        del self._connecting[link.descriptor]
        if link.unsent:
            self._send(link, b"", now)
        else:
            self._sent(link, b"", 0, now)

    def _read(self, link: Link, now: float) -> None:
        try:
            data = link.socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(link, trouble_of(error.errno), now)
            return
        if not data:
            self._end(link, "closed", now)
            return
        if not link.received:
            link.turn.heard(now)
        link.received += len(data)
        if link.received > self._bounds.received_bytes:
            self._end(link, "too_large", now)
            return
        conversation = link.conversation
        answer = conversation.receive(data)
        if answer:
            self._send(link, answer, now)
        elif conversation.finished:
            self._end(link, None, now)

    def _send(self, link: Link, data: bytes, now: float) -> None:
        """Send what waits, and more."""
        data = link.unsent + data
        try:
            sent = link.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._drain(link, trouble_of(error.errno), now)
            return
        self._sent(link, data, sent, now)

    def _sent(self, link: Link, data: bytes, sent: int, now: float) -> None:
        """See what is left of what was to be sent. A finished conversation does not wait for it."""
        if link.conversation.finished:
            self._end(link, None, now)
            return
        link.unsent = data[sent:]
        if len(link.unsent) > _UNSENT_BYTES:
            self._end(link, "too_large", now)
        else:
            self._watch(link, _IN | _OUT if link.unsent else _IN)

    def _drain(self, link: Link, trouble: Trouble, now: float) -> None:
        """Nothing can be sent any more: hear what the server had said before, for that may be an alert."""
        conversation = link.conversation
        while not conversation.finished and link.received < self._bounds.received_bytes:
            try:
                data = link.socket.recv(_READ_BYTES)
            except OSError:
                break
            if not data:
                break
            link.received += len(data)
            conversation.receive(data)
        self._end(link, None if conversation.finished else trouble, now)

    def _end(self, link: Link, trouble: Trouble | None, now: float) -> None:
        """Close a connection and tell its look, which knows best what a hello may have provoked."""
        run = link.run
        link.turn.troubled = trouble in ("refused", "unreachable") or (link.connecting and trouble == "timed_out")
        self._drop(link)
        look = run.look
        look.told(link.conversation, trouble, now)
        if look.unsteady and not run.unsteady:
            run.unsteady = True
            run.place.gate.trouble(run.peer[1], link.turn.began, now)
        if look.finished and not run.open:
            self._finish(run)
        else:
            self._queue(run)

    def _drop(self, link: Link) -> None:
        """Close a connection; a look that waits for a turn at its address is next."""
        del self._links[link.descriptor]
        if link.connecting:
            del self._connecting[link.descriptor]
        link.socket.close()
        now = monotonic()
        link.turn.over(now)
        link.run.open -= 1
        self._starved = 0.0
        self._call(link.run.place, now)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
