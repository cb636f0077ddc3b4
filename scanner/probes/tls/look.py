"""One look at one endpoint as a state machine: which question comes next, and which answers may be believed.

Questions come in strands, generators that yield a Question and are sent its Reply; strands run side by side as far as
politeness allows. A doubt is settled before a strand sees it: alone on the wire, between two control hellos that the
server is known to answer, the question is put a second time. A connection that is then cut again is the server's way to
refuse, as it is for many that meet a version they have switched off; but only while the server cuts nothing that it
also answers. A time-out is never a refusal.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Refused, Reply

PAUSES: Final = (0.0, 1.0, 4.0)
"""Seconds before each control hello, for a server that limits its clients' rate."""

FIRST_GAP: Final = 0.3
"""Seconds between connections once a server was seen to limit their rate; doubled when that is still too fast."""


@dataclass(frozen=True, slots=True)
class Question:
    """One connection, and how what it told is to be read."""

    talk: Callable[[], Conversation]
    reply: Callable[[Any, Trouble | None], Reply]
    """Of the conversation, once it is over, and what befell it."""
    firm: bool = True
    """Whether a doubt is worth a second try."""
    cuts: int = 2
    """How many times in a row it must be cut before that is believed to be a refusal."""


@dataclass(frozen=True, slots=True)
class Together:
    """Strands that run side by side; the one that yields this goes on when all have ended."""

    strands: Sequence["Strand"]


Strand = Generator[Question | Together, Any, None]
"""A line of questions; each depends on the replies to those before."""

Solo = Generator["Question | Pause", Reply | None, Reply]


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds in which nothing is sent."""

    seconds: float


@dataclass(eq=False, slots=True)
class _Task:
    """A strand under way."""

    strand: Strand
    parent: "_Task | None" = None
    children: int = 0


class StrandLook:
    """Runs strands against one endpoint; the driver's side of it is `conversation.Look`."""

    def __init__(self, address: str, port: int, at_once: int, main: Callable[["StrandLook"], Strand]) -> None:
        self.address = address
        self.port = port
        self.at_once = at_once
        self.finished = False
        self.control: Question | None = None
        """A hello that the server has answered before."""
        self.stopped: Doubt | None = None
        """Set once the server has stopped answering, or the time is up: nothing more is asked."""
        self.unsteady = False
        """Set once the server has cut or ignored what it answers at another time."""
        self.cuts_believed = 0
        """Questions whose only answer was a connection that was cut time and again."""
        self.refused_last = False
        """Whether the server's last answer was a refusal: nothing has shown since that it still answers."""
        self._ready: deque[tuple[_Task, Question]] = deque()
        self._open: dict[Conversation, tuple[_Task | None, Question]] = {}
        self._doubtful: deque[tuple[_Task, Question, Doubt]] = deque()
        self._solo: tuple[_Task, Solo] | None = None
        self._solo_question: Question | None = None
        self._not_before = 0.0
        self._gap = 0.0
        self._step(_Task(main(self)), None)

    # The driver's side

    def take(self, now: float) -> Conversation | None:
        """The next connection to open, if one may be opened now."""
        if self.finished or now < self._not_before or len(self._open) >= self.at_once:
            return None
        if self._solo is None and self._doubtful and not self._open:
            task, question, doubt = self._doubtful.popleft()
            self._solo = (task, self._firmly(question, doubt))
            self._solo_on(None, now)
            return self.take(now)
        if self._solo is not None:
            if self._open or self._solo_question is None:
                return None
            chosen, self._solo_question = self._solo_question, None
            return self._opened(None, chosen, now)
        if self._doubtful or not self._ready:
            return None
        return self._opened(*self._ready.popleft(), now)

    def wake(self) -> float | None:
        """When there may be more to open though nothing was told; seconds on the monotonic clock."""
        waiting = self._solo_question is not None if self._solo is not None else bool(self._ready or self._doubtful)
        return self._not_before if waiting and not self.finished else None

    def told(self, conversation: Conversation, trouble: Trouble | None, now: float) -> None:
        """A connection is over."""
        task, question = self._open.pop(conversation)
        reply = question.reply(conversation, trouble)
        if not isinstance(reply, Doubt):
            self.refused_last = isinstance(reply, Refused)
        if task is None:
            self._solo_on(reply, now)
        elif isinstance(reply, Doubt) and question.firm and self.control is not None and self.stopped is None:
            self._doubtful.append((task, question, reply))
        else:
            self._step(task, reply)

    def expire(self) -> None:
        """The time is up: every strand gets a doubt for every question that is left."""
        self.stopped = Doubt("deadline")
        for task in self._abandoned():
            self._step(task, self.stopped)

    # Strands

    def _opened(self, task: _Task | None, question: Question, now: float) -> Conversation:
        conversation = question.talk()
        self._open[conversation] = (task, question)
        self._not_before = now + self._gap
        return conversation

    def _step(self, task: _Task, reply: Reply | None) -> None:
        """Send a strand its reply, and put what it wants next where it belongs."""
        while True:
            try:
                wanted = task.strand.send(reply)
            except StopIteration:
                if task.parent is None:
                    self.finished = True
                    return
                task.parent.children -= 1
                if task.parent.children:
                    return
                task, reply = task.parent, None
                continue
            if isinstance(wanted, Together):
                if not wanted.strands:
                    reply = None
                    continue
                task.children = len(wanted.strands)
                for strand in wanted.strands:
                    self._step(_Task(strand, task), None)
                return
            if self.stopped is not None:
                reply = self.stopped
            elif reply is not None:  # a line that was begun goes on before others: the longest is the one to wait for
                self._ready.appendleft((task, wanted))
                return
            else:
                self._ready.append((task, wanted))
                return

    def _abandoned(self) -> list[_Task]:
        """Every strand that waits for a reply; nothing waits afterwards."""
        found = [task for task, _ in self._ready] + [task for task, _, _ in self._doubtful]
        found += [task for task, _ in self._open.values() if task is not None]
        if self._solo is not None:
            found.append(self._solo[0])
        self._ready.clear()
        self._doubtful.clear()
        self._open.clear()
        self._solo = self._solo_question = None
        return found

    # Doubts

    def _solo_on(self, reply: Reply | None, now: float) -> None:
        """Go on with the question that is being settled."""
        if self._solo is None:
            return
        task, solo = self._solo
        try:
            wanted = solo.send(reply)
            while isinstance(wanted, Pause):
                self._not_before = max(self._not_before, now + wanted.seconds)
                wanted = solo.send(None)
            self._solo_question = wanted
        except StopIteration as end:
            self._solo = None
            if self.stopped is not None:
                for each in (*self._abandoned(), task):
                    self._step(each, self.stopped)
            else:
                self._step(task, end.value)

    def _firmly(self, question: Question, first: Doubt) -> Solo:
        """Put a question a second time: what can be believed."""
        if not (yield from self._still_answers()):
            return self.stopped or first
        second = yield question
        if not isinstance(second, Doubt):
            self._became_unsteady()
            return second or first
        again = (first.reason, first.repeatable) == (second.reason, True)
        cut = again and first.alert is None  # and not an alert, which says something
        for _ in range(question.cuts - 2 if cut and not self.unsteady else 0):
            third = yield question
            if not isinstance(third, Doubt):
                self._became_unsteady()
                return third or second
            again = again and third.repeatable
        if again and self.cuts_believed and not self.unsteady:
            return Refused(first.alert, believed=True)  # as this server refuses
        if not (yield from self._still_answers()):
            return self.stopped or second
        if self.unsteady and second.repeatable:  # perhaps it counts connections longer than they last: more slowly
            self._gap = self._gap or FIRST_GAP
            yield Pause(self._gap)
            return (yield question) or second
        if not again:
            return second
        self.cuts_believed += 1
        return Refused(first.alert, believed=True)

    def _still_answers(self) -> Generator[Question | Pause, Reply | None, bool]:
        """Whether the server still answers what it has answered before; if not, the look is over."""
        if self.control is None:
            return False
        reply: Reply | None = None
        for pause in PAUSES:
            yield Pause(pause)
            reply = yield self.control
            if isinstance(reply, Picked | Accepted):
                if pause:
                    self._gap = self._gap * 2 or FIRST_GAP
                return True
            self._became_unsteady()
        reason = reply.reason if isinstance(reply, Doubt) else "tls_failed"
        self.stopped = Doubt(reason, "the server stopped answering")
        return False

    def _became_unsteady(self) -> None:
        """From now on one connection at a time, and no cut is taken for an answer."""
        self.unsteady = True
        self.at_once = 1
