"""The TLS probe: an examination of each endpoint on the reactor, and sslyze for what must be tried."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import ClassVar

from checks.model.evidence import ProbeFailure
from checks.model.target import Target, TlsTarget
from checks.tls import iana
from scanner.probes.interface import Deadline, Probe, ProbeContext, ProbeError, Seen
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.implied import open_questions
from scanner.probes.tls.reactor import Reactor
from scanner.probes.tls.translate import observation
from scanner.probes.tls.vulnerabilities.pool import COMMAND, Pool
from scanner.probes.tls.vulnerabilities.worker import Answer, Question, Request

ANSWER_SECONDS = 1
"""What a connection has beyond the time for connecting: one that stands at once has both to answer in."""

AT_ONCE = 64
"""Looks under way at once: one costs a few waiting sockets and a thread that sleeps."""


class TlsProbe(Probe):
    """Protocols, suites, groups, certificates, known vulnerabilities and features of TLS endpoints.

    May be used from several threads at once; no more than `workers` processes with sslyze are ever alive.
    """

    kind: ClassVar[type] = TlsTarget

    def __init__(self, context: ProbeContext, workers: int = 2, command: Sequence[str] = COMMAND) -> None:
        super().__init__(context)
        limits = context.limits
        self._reactor = Reactor(
            context.politeness,
            connect_seconds=limits.connect_seconds,
            answer_seconds=ANSWER_SECONDS,
        )
        self._pool = Pool(workers, command, context.politeness)

    @property
    def at_once(self) -> int:
        """See `Probe`."""
        return AT_ONCE

    def tools(self) -> Mapping[str, str]:
        """This engine, and sslyze, to which it puts what must be tried."""
        return {"khien-tls": version("khien"), "sslyze": version("sslyze")}

    def worker_pids(self) -> tuple[int, ...]:
        """Process numbers of the workers alive, for a watcher that ends them all in an emergency."""
        return self._pool.pids()

    def close(self) -> None:
        """End every look and every worker; looks under way end as tool_failed."""
        self._reactor.close()
        self._pool.close()

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        return {target.key: self._seen(target) for target in batch if isinstance(target, TlsTarget)}

    def _seen(self, target: TlsTarget) -> Seen:
        try:
            return self._examined(target)
        except ProbeError as error:  # one endpoint's failure is not its neighbour's
            return Seen(ProbeFailure(error.reason, error.detail))

    def _examined(self, target: TlsTarget) -> Seen:
        limits = self.context.limits
        until = Deadline(limits.tls_seconds)
        examination = Examination(target, limits.per_address, user_agent=self.context.user_agent)
        connections = self._reactor.look(examination.look, until)
        if examination.failed is not None:
            return Seen(ProbeFailure(examination.failed.reason, examination.failed.detail), connections)
        answers = self._tried(examination, until.at - time.monotonic())
        connections += sum(answer.connections for answer in answers.values())
        return Seen(observation(examination, answers), connections)

    def _tried(self, examination: Examination, seconds: float) -> Mapping[Question, Answer]:
        """What must be tried, by sslyze, in the time that is left."""
        questions = open_questions(examination)
        notes = examination.notes
        version, rsa_version = notes.old, notes.key_transport
        if not questions or version is None or seconds < 1:
            return {}
        request = Request(
            target=replace(examination.target, needs=None),
            questions=questions,
            version=version,
            suites=tuple(iana.SUITES[code] for code in notes.accepted(version)),
            seconds=int(seconds),
            connect_seconds=self.context.limits.connect_seconds,
            rsa_version=rsa_version,
            rsa_suites=tuple(iana.SUITES[code] for code in notes.accepted(rsa_version)) if rsa_version else (),
        )
        try:
            return self._pool.ask(request).answers
        except ProbeError as error:  # what the engine itself saw stays
            return {each: Answer(None, 0, error.reason, error.detail) for each in questions}
