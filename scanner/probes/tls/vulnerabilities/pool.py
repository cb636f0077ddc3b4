"""The worker processes: made when needed, used for one request at a time, ended when old, late or strange."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from checks.model.canonical import adapter, dump
from scanner.probes.interface import NO_TURN, Deadline, ProbeError
from scanner.probes.politeness import NoTurn, Politeness
from scanner.probes.tls.vulnerabilities.worker import GO, TURN, Reply, Request

REQUESTS = 50
"""A worker is replaced after so many requests: sslyze leaks."""

REPLY_BYTES = 64 * 1024
"""A longer reply is a fault. The longest honest one is shorter than 2 KiB."""

# -P: a folder named like a package of ours, where the command happens to run, must not be imported.
COMMAND = (sys.executable, "-P", "-m", "scanner.probes.tls.vulnerabilities.worker")
"""The program that asks."""

PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ")
"""Environment of a worker: secrets of the configuration are not for a process that reads what servers send."""


class Worker:
    """One worker process."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module, nothing from outside)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            start_new_session=True,
        )
        self.requests = 0
        self._reaped = False
        self._ending = threading.Lock()

    @property
    def pid(self) -> int:
        """Number of the process, which is that of its group as well."""
        return self._process.pid

    def ask(self, request: Request, deadline: Deadline, politeness: Politeness) -> Reply:
        """Send a request, give the turns that are asked for, and read the reply.

        Raises ProbeError: "deadline" or "tool_failed".
        """
        self.requests += 1
        until = int((time.monotonic() + deadline.left()) * 1000)
        self._say(dump(replace(request, until_ms=until)) + b"\n")
        target = request.target
        line = self._read_line(deadline)
        while line == TURN:
            began = time.monotonic()
            try:
                with politeness.turn(target.address, target.port):
                    deadline.put_off(time.monotonic() - began)
                    self._say(GO)
                    line = self._read_line(deadline)  # it opens one connection at a time: this one is closed then
            except NoTurn:
                raise ProbeError("deadline", NO_TURN) from None
        return _understood(line, request)

    def _say(self, line: bytes) -> None:
        try:
            self._pipe_in.write(line)
            self._pipe_in.flush()
        except OSError as error:
            raise ProbeError("tool_failed", "the worker has ended") from error

    def kill(self) -> None:
        """Kill the process and everything that it started, unless it is reaped: its number may be another's then."""
        with self._ending:
            if not self._reaped:
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the process, reap it, and close its pipes."""
        self.kill()
        with self._ending:
            self._process.wait()
            self._reaped = True
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    @property
    def _pipe_in(self) -> Any:
        return self._process.stdin

    def _read_line(self, deadline: Deadline) -> bytes:
        """One line, within the deadline and REPLY_BYTES."""
        source = self._process.stdout
        if source is None:
            raise ProbeError("tool_failed", "the worker has no output")
        descriptor = source.fileno()
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        data = bytearray()
        while not data.endswith(b"\n"):
            if not waiting.poll(deadline.left() * 1000):
                raise ProbeError("deadline")
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                raise ProbeError("tool_failed", "the worker has ended")
            data += chunk
            if len(data) > REPLY_BYTES:
                raise ProbeError("tool_failed", "the worker's reply is too long")
        return bytes(data)


def _understood(line: bytes, request: Request) -> Reply:
    """The reply to a request. Raises ProbeError for anything that is not exactly one."""
    try:
        reply: Reply = adapter(Reply).validate_json(line, strict=True)
    except (ValueError, RecursionError) as error:
        raise ProbeError("tool_failed", "the worker's reply makes no sense") from error
    consistent = all(
        (each.value is None) is (each.reason is not None) and each.connections >= 0 for each in reply.answers.values()
    )
    if reply.target != request.target.key or set(reply.answers) != set(request.questions) or not consistent:
        raise ProbeError("tool_failed", "the worker's reply makes no sense")  # or belongs to another request
    return reply


class Pool:
    """At most `size` workers alive; each request takes one and gives it back. May be used by several threads."""

    def __init__(self, size: int, command: Sequence[str] = COMMAND, politeness: Politeness | None = None) -> None:
        """`politeness` is what connections of the workers ask for a turn; None: one of their own."""
        self._size = size
        self._command = command
        self._politeness = politeness or Politeness()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False
        self._changed = threading.Condition()

    def ask(self, request: Request) -> Reply:
        """Put a request to the next free worker; waiting for it is part of the request's time.

        Raises ProbeError: "deadline" or "tool_failed".
        """
        deadline = Deadline(request.seconds)
        worker = self._take(deadline)
        usable = False
        try:
            reply = worker.ask(request, deadline, self._politeness)
            usable = worker.requests < REQUESTS
            return reply
        finally:
            self._give_back(worker, usable)

    def pids(self) -> tuple[int, ...]:
        """Process numbers of the workers alive."""
        with self._changed:
            return tuple(sorted(worker.pid for worker in (*self._idle, *self._busy)))

    def close(self) -> None:
        """End every worker, idle or at work; requests under way fail."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
            self._changed.notify_all()
        for worker in idle:
            worker.end()
        for worker in busy:
            worker.kill()  # the thread that uses it reads its end, and reaps it

    def _take(self, deadline: Deadline) -> Worker:
        with self._changed:
            free = self._changed.wait_for(
                lambda: self._closed or self._idle or len(self._busy) < self._size, deadline.left()
            )
            if self._closed:
                raise ProbeError("tool_failed", "the probe is closed")
            if not free:
                raise ProbeError("deadline", "no worker was free in time")
            worker = self._idle.pop() if self._idle else Worker(self._command)
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: Worker, usable: bool) -> None:
        with self._changed:
            usable = usable and not self._closed
        if not usable:
            worker.end()
        with self._changed:
            self._busy.discard(worker)
            if usable:
                self._idle.append(worker)
            self._changed.notify()
