"""How questions are put to one server, so that silence is never taken for "no".

An alert, or another answer in the server's own words, is a refusal. An end of file, a reset and a time-out are
doubts: the question is put a second time, alone, between two hellos that the server is known to answer. A
connection that the server then cuts again is its way to refuse, as it is for many that meet a version they have
switched off; but only where the server cut nothing, in the whole look, that it also answered. A time-out stays a
doubt.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from nassl.ssl_client import ClientCertificateRequested
from sslyze.connection_helpers.tls_connection import NoCiphersAvailableBugInSSlyze
from sslyze.errors import ServerRejectedOpportunisticTlsNegotiation
from sslyze.plugins.openssl_cipher_suites._test_cipher_suite import CipherSuiteRejectedByServer
from sslyze.plugins.plugin_base import ScanCommandImplementation, ScanJob, ScanJobResult

from checks.model.evidence import FailureReason, Protocol
from scanner.probes.tls.endpoint import Endpoint
from scanner.probes.tls.records import Choice, choice, dh_modulus_bits, has_alert, is_ssl2_hello, tls_bytes
from scanner.probes.tls.wire import Trouble, Wire, reason_of, worst

T = TypeVar("T")

PAUSES = (0.0, 1.0, 4.0)
"""Seconds to wait before each control hello, for a server that limits its clients' rate."""

TIME_OUTS_AT_ONCE = 6
"""Questions asked side by side are broken off after so many time-outs."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a question has no answer."""

    reason: FailureReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What came of one question, together with what happened on its connections."""

    value: T | None = None
    error: Exception | None = None
    trouble: Trouble | None = None
    chunks: tuple[bytes, ...] = ()
    """Received on the question's last connection."""
    skipped: Doubt | None = None
    """Set where the question was not asked."""

    @property
    def dh_bits(self) -> int | None:
        """Size of the Diffie-Hellman modulus that the server sent in the clear."""
        return dh_modulus_bits(tls_bytes(self.chunks))

    def chose(self, version: Protocol) -> bool:
        """Whether the server's hello chose a version."""
        if version == "ssl2":
            return is_ssl2_hello(self.chunks)
        return self.choice is not None and self.choice.version == version

    @property
    def choice(self) -> Choice | None:
        """What the server's hello chose; None for SSL 2.0, where the client chooses."""
        return choice(tls_bytes(self.chunks))

    @property
    def answered(self) -> bool:
        """Whether the server refused in words: an alert, a hello of another version, or another protocol's text."""
        data = tls_bytes(self.chunks)
        if has_alert(data) or choice(data) is not None:
            return True
        return bool(self.chunks) and not data and self.trouble is None


Verdict = Literal["accepted", "refused"] | Doubt


def verdict(told: Told[Any], version: Protocol) -> Verdict:
    """What one handshake says about the suites that it offered."""
    if told.skipped is not None:
        return told.skipped
    if told.value is not None and not isinstance(told.value, CipherSuiteRejectedByServer):
        return "accepted"
    if isinstance(told.error, NoCiphersAvailableBugInSSlyze):
        return "refused"  # nassl cannot offer them in this version: a limit of the tool that sslyze has as well
    if told.trouble in ("timed_out", "refused", "unreachable"):
        return Doubt(reason_of(told.trouble))
    if isinstance(told.error, ServerRejectedOpportunisticTlsNegotiation):
        return Doubt("not_tls", "the server does not switch to TLS")  # busy, perhaps: it says nothing about suites
    if told.chose(version):
        if "excessive message size" in remark(told):
            return "accepted"  # the chain that follows the choice is longer than OpenSSL reads
        return Doubt(reason_of(told.trouble) if told.trouble else "tls_failed", remark(told))
    if told.answered:
        return "refused"
    if told.trouble is not None:
        return Doubt(reason_of(told.trouble))
    return Doubt("tls_failed", remark(told))


def remark(told: Told[Any]) -> str:
    """What the tool says of a failure, without addresses, ports or places in its source."""
    if isinstance(told.value, CipherSuiteRejectedByServer):
        return str(told.value.error_message)
    if told.error is None:
        return ""
    if isinstance(told.error, ClientCertificateRequested):
        return "a client certificate is demanded"
    text = getattr(told.error, "error_message", None) or (str(told.error.args[0]) if told.error.args else "")
    return f"{type(told.error).__name__}: {text.rsplit(':', 1)[-1].strip()}"[:120]


class Dialogue:
    """The questions put to one server within one look."""

    def __init__(self, wire: Wire, endpoint: Endpoint, at_once: int) -> None:
        self.wire = wire
        self.endpoint = endpoint
        self.at_once = at_once
        self.control: tuple[Callable[[], object], Protocol] | None = None
        """A hello that the server has answered before, and its version."""
        self.stopped: Doubt | None = None
        """Set once the server has stopped answering: nothing more is asked."""
        self.unsteady = False
        """Set once the server has cut, without anything beside it, what it answers at another time."""
        self.cuts_believed = 0
        """Questions whose only answer was a connection cut twice."""

    def ask(self, question: Callable[[], T]) -> Told[T]:
        """Put one question, unless there is no time left or the server has stopped answering."""
        if self.stopped is None and self.wire.expired:
            self.stopped = Doubt("deadline")
        if self.stopped is not None:
            return Told(skipped=self.stopped)
        journal = self.wire.journal()
        try:
            return Told(question(), None, journal.trouble, tuple(journal.chunks))
        except Exception as error:  # sslyze and nassl raise what OpenSSL and a hostile server make them raise
            return Told(None, error, journal.trouble, tuple(journal.chunks))

    def ask_all(self, questions: Sequence[Callable[[], T]]) -> list[Told[T]]:
        """Put several questions, as many at once as politeness allows; the answers are in the questions' order."""
        time_outs: list[Trouble] = []

        def one(question: Callable[[], T]) -> Told[T]:
            if len(time_outs) >= TIME_OUTS_AT_ONCE:
                return Told(skipped=Doubt("timed_out"))
            told = self.ask(question)
            if told.trouble == "timed_out":
                time_outs.append(told.trouble)
            return told

        with ThreadPoolExecutor(self.at_once) as pool:
            return list(pool.map(one, questions))

    def firmly(self, question: Callable[[], object], version: Protocol) -> tuple[Verdict, Told[object]]:
        """Put a question about a handshake, a second time if in doubt: what can be believed, and what was heard."""
        told = self.ask(question)
        first = verdict(told, version)
        if not isinstance(first, Doubt):
            return first, told
        if not self.still_answers():
            return self.stopped or first, told
        told = self.ask(question)
        second = verdict(told, version)
        if not isinstance(second, Doubt):
            self.unsteady = self.unsteady or first.reason == "reset"
            return second, told
        if not self.still_answers():
            return self.stopped or second, told
        if not first.reason == second.reason == "reset" or self.unsteady:
            return second, told
        self.cuts_believed += 1
        return "refused", told

    def still_answers(self) -> bool:
        """Whether the server still answers what it has answered before; if not, the dialogue is over."""
        if self.stopped is not None or self.control is None:
            return False
        told: Told[object] = Told()
        for pause in PAUSES:
            time.sleep(max(0.0, min(pause, self.wire.end - time.monotonic())))
            told = self.ask(self.control[0])
            if told.skipped is not None:
                return False
            if verdict(told, self.control[1]) == "accepted":
                return True
            self.unsteady = True
        reason = reason_of(told.trouble) if told.trouble else "tls_failed"
        self.stopped = Doubt("deadline" if self.wire.expired else reason, "the server stopped answering")
        return False

    def command(self, implementation: type[ScanCommandImplementation[Any, Any]], endpoint: Endpoint) -> "Reply":
        """Run one of sslyze's scan commands."""
        return self.settled(
            implementation.scan_jobs_for_scan_command(endpoint),
            lambda results: implementation.result_for_completed_scan_jobs(endpoint, results),
        )

    def settled(self, jobs: Sequence[ScanJob], read: Callable[[list[ScanJobResult]], Any]) -> "Reply":
        """Run jobs of sslyze, a second time and serially if in doubt, and let sslyze read what they gave."""
        reply = self._run(self.ask_all, jobs, read)
        if reply.doubt is None:
            return reply
        if not self.still_answers():
            return Reply(None, self.stopped or reply.doubt, reply.heard)
        reply = self._run(lambda questions: [self.ask(each) for each in questions], jobs, read)
        if reply.doubt is None:
            return reply
        if not self.still_answers():
            return Reply(None, self.stopped or reply.doubt, reply.heard)
        if reply.result is not None and reply.doubt.reason == "reset" and not self.unsteady:
            return Reply(reply.result, None, reply.heard)  # cut twice by a server that answers: its way to refuse
        return Reply(None, reply.doubt, reply.heard)

    def _run(
        self,
        ask_all: Callable[[Sequence[Callable[[], Any]]], list[Told[Any]]],
        jobs: Sequence[ScanJob],
        read: Callable[[list[ScanJobResult]], Any],
    ) -> "Reply":
        told = ask_all([_question(job) for job in jobs])
        heard = told[-1].chunks if told else ()
        skipped = next((each.skipped for each in told if each.skipped is not None), None)
        if skipped is not None:
            return Reply(None, skipped, heard)
        trouble = worst({each.trouble for each in told if each.trouble is not None})
        doubt = Doubt(reason_of(trouble)) if trouble else None
        try:
            return Reply(read([ScanJobResult(each.value, each.error) for each in told]), doubt, heard)
        except Exception as error:  # the errors of the jobs come out here, and sslyze's own
            return Reply(None, doubt or Doubt("tls_failed", remark(Told(error=error))), heard)


def _question(job: ScanJob) -> Callable[[], Any]:
    return lambda: job.function_to_call(*job.function_arguments)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a scan command gave: sslyze's result, or a doubt, or both where the network disturbed it."""

    result: Any
    doubt: Doubt | None = None
    heard: tuple[bytes, ...] = ()
    """Received on the last connection of the last job."""
