"""sslyze's checks for what a ServerHello leaves open, one after the other and one connection at a time.

An alert is an answer in the server's own words. A time-out never is one; a connection that is cut is one only where
the server cuts it each time, and cuts every connection on which it hears what it must not accept. What stays in doubt
after a second try has no answer.
"""

import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.x509 import load_der_x509_certificate
from nassl._nassl import WantReadError
from nassl.legacy_ssl_client import LegacySslClient
from sslyze.plugins.heartbleed_plugin import HeartbleedImplementation
from sslyze.plugins.openssl_ccs_injection_plugin import OpenSslCcsInjectionImplementation
from sslyze.plugins.plugin_base import ScanCommandImplementation, ScanJobResult
from sslyze.plugins.robot._robot_tester import (
    RobotPmsPaddingPayloadEnum,
    RobotScanResultEnum,
    RobotServerResponsesAnalyzer,
    _send_robot_payload,
)
from sslyze.server_connectivity import TlsVersionEnum

from checks.model.evidence import FailureReason
from scanner.probes.tls.codec.records import ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE
from scanner.probes.tls.vulnerabilities.endpoint import Endpoint, endpoint_of
from scanner.probes.tls.vulnerabilities.wire import Journal, Wire
from scanner.probes.tls.vulnerabilities.worker import Answer, Question, Request

CHUNK = 16 * 1024

ATTEMPTS = 3
"""A server whose answers differ with the padding (ROBOT) has to do so in the same way so many times."""

VULNERABLE = (RobotScanResultEnum.VULNERABLE_WEAK_ORACLE, RobotScanResultEnum.VULNERABLE_STRONG_ORACLE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a question has no answer."""

    reason: FailureReason
    detail: str = ""
    cut: bool = False
    """Whether the server cut the connection at the very place where an answer was due."""


OF_FINISHED = ("TLS Alert 20 ", "TLS Alert 21 ", "TLS Alert 51 ")
"""How sslyze words the alerts bad_record_mac, decryption_failed and decrypt_error (RFC 5246 section 7.2.2): they bear
on a record that is encrypted, or on the Finished, for which the key exchange has to be over."""

Found = bool | Doubt

UNREACHED = Doubt("tls_failed", "the server did not come as far as the test")

BARE = Doubt("tls_failed", "a client certificate is asked for")
"""A server that refuses clients without one may do so before it looks at anything else (RFC 5246 section 7.4.6)."""

Responses = dict[RobotPmsPaddingPayloadEnum, str]


class Checks:
    """The questions that can be put to one endpoint."""

    def __init__(self, request: Request, seconds: float, turn: Callable[[], None]) -> None:
        self._wire = Wire(request.target, request.connect_seconds, seconds, turn)
        self._wire.install()
        self._endpoint = endpoint_of(request.target, request.version, request.suites, request.connect_seconds)
        rsa_version = request.rsa_version or request.version
        offered = request.rsa_suites if request.rsa_version else request.suites
        rsa = [suite for suite in offered if suite.startswith("TLS_RSA_WITH_")]
        # Some servers of TLS 1.2 err with GCM alone: those suites come first, as in sslyze.
        gcm = [suite for suite in rsa if "_GCM_" in suite]
        self._rsa_endpoint = endpoint_of(request.target, rsa_version, gcm or rsa, request.connect_seconds)

    def answer(self, question: Question) -> Answer:
        """The answer to one question. Never raises."""
        before = self._wire.connections
        try:
            found = self._found(question)
        except Exception as error:  # whatever sslyze does, the parent gets an answer
            found = Doubt("tool_failed", type(error).__name__)
        connections = self._wire.connections - before
        if isinstance(found, Doubt):
            return Answer(None, connections, found.reason, found.detail)
        return Answer(found, connections)

    def _found(self, question: Question) -> Found:
        endpoint = self._rsa_endpoint if question == "robot" else self._endpoint
        if endpoint is None:
            return Doubt("incomplete", "sslyze has none of the suites that the server accepts")
        found = self._firmly(question, endpoint)
        if found == UNREACHED and endpoint.named:
            # Some old servers stop at a name; to sslyze even the warning that it is unknown is an end.
            found = self._firmly(question, replace(endpoint, named=False))
        return found

    def _firmly(self, question: Question, endpoint: Endpoint) -> Found:
        """Ask, and once more if in doubt; two cuts are a "no" where the server refuses so."""
        first = self._asked(question, endpoint)
        if not isinstance(first, Doubt):
            return first
        second = self._asked(question, endpoint)
        if isinstance(second, Doubt) and first.cut and second.cut and self._refuses_so(question, endpoint):
            return False
        return second

    def _asked(self, question: Question, endpoint: Endpoint) -> Found:
        """Ask once, unless there is no time left."""
        if self._wire.expired():
            return Doubt("deadline")
        found = self._asked_in_time(question, endpoint)
        if isinstance(found, Doubt) and found.reason == "timed_out" and self._wire.expired():
            return Doubt("deadline")
        return found

    def _asked_in_time(self, question: Question, endpoint: Endpoint) -> Found:
        match question:
            case "heartbleed":
                return self._after_hello(endpoint, HeartbleedImplementation, "is_vulnerable_to_heartbleed")
            case "ccs_injection":
                return self._after_hello(endpoint, OpenSslCcsInjectionImplementation, "is_vulnerable_to_ccs_injection")
            case "robot":
                return self._robot(endpoint)
            case "client_renegotiation":
                return self._renegotiation(endpoint)

    # Heartbleed and an early ChangeCipherSpec

    def _after_hello(
        self, endpoint: Endpoint, implementation: type[ScanCommandImplementation[Any, Any]], attribute: str
    ) -> Found:
        """A vulnerability that is tried after the server's first flight: without it, "not vulnerable" means little."""
        # A server that is not vulnerable passes over such a heartbeat in silence (RFC 6520 section 4): what is
        # sent after it is answered, and shows that the heartbeat was not.
        self._wire.begin(prompt=implementation is HeartbleedImplementation)
        [job] = implementation.scan_jobs_for_scan_command(endpoint)
        try:
            value = job.function_to_call(*job.function_arguments)
            result = implementation.result_for_completed_scan_jobs(endpoint, [ScanJobResult(value, None)])
            vulnerable, error = bool(getattr(result, attribute)), None
        except Exception as raised:  # sslyze and nassl raise what OpenSSL and a hostile server make them raise
            vulnerable, error = False, raised
        if vulnerable:
            return True
        journal = self._wire.journal
        doubt = _disturbed(journal)
        if doubt is not None:
            return doubt
        if not journal.hello_done:
            return UNREACHED
        if error is not None:
            return Doubt("tls_failed", type(error).__name__)
        if ALERT in journal.kinds:
            return False
        if journal.trouble is not None:
            return Doubt("reset", "cut without an answer", cut=True)
        return UNREACHED

    def _refuses_so(self, question: Question, endpoint: Endpoint) -> bool:
        """Whether a server that cuts connections where an answer was due means a refusal.

        After Heartbleed and an early ChangeCipherSpec it does where it also cuts, without an alert, a connection on
        which it hears a message that no client sends: else something between may cut what looks like an attack.
        """
        if question in ("robot", "client_renegotiation"):
            return True
        journal = self._hear(endpoint, prompt=True)
        return journal.hello_done and journal.trouble in ("closed", "reset") and ALERT not in journal.kinds

    def _hear(self, endpoint: Endpoint, prompt: bool = False) -> Journal:
        """Say hello, and listen to the server's first flight; with `prompt` to what follows as well."""
        self._wire.begin(prompt)

        def listen(client: Any) -> None:
            try:
                client._ssl.do_handshake()
            except WantReadError:
                client._flush_ssl_engine()
            journal = self._wire.journal
            while ALERT not in journal.kinds and (prompt or not journal.hello_done):
                if not client.get_underlying_socket().recv(CHUNK):
                    return

        connection = endpoint.get_preconfigured_tls_connection()
        connection.ssl_client.do_handshake = types.MethodType(  # type: ignore[method-assign]
            listen, connection.ssl_client
        )
        try:
            connection.connect()
        except Exception:  # what happened stands in the journal
            return self._wire.journal
        finally:
            connection.close()
        return self._wire.journal

    # ROBOT

    def _robot(self, endpoint: Endpoint) -> Found:
        """Send what is encrypted to the server's key with five paddings, and compare its answers.

        Where they are all alike there is no oracle, and no need to ask again; where they differ they have to differ
        in the same way ATTEMPTS times.
        """
        if endpoint.tls_probing_result.highest_tls_version_supported == TlsVersionEnum.SSL_3_0:
            # Its key exchange has no length before the secret (RFC 6101 section 5.6.7.1), but sslyze sends one.
            return Doubt("incomplete", "sslyze does not test SSL 3.0")
        hello = self._hear(endpoint)
        key = _rsa_key(hello)
        if isinstance(key, Doubt):
            return key
        heard: list[Responses] = []
        while len(heard) < ATTEMPTS:
            responses = self._responses(endpoint, key)
            if isinstance(responses, Doubt):
                return responses
            if self._wire.expired():
                return Doubt("deadline")
            heard.append(responses)
            if hello.wants_certificate and not any(each.startswith(OF_FINISHED) for each in responses.values()):
                return BARE  # whatever its answers are for, none shows that anything was decrypted
            if len(set(responses.values())) == 1 and len(heard) == 1:
                return _same_answers(self._wire.journals)
        together = {payload: [each[payload] for each in heard] for payload in heard[0]}
        result = RobotServerResponsesAnalyzer(together, ATTEMPTS).compute_result_enum()
        if result in VULNERABLE:
            return True
        return Doubt("incomplete", "the server's answers differ from one attempt to the next")

    def _responses(self, endpoint: Endpoint, key: RSAPublicNumbers) -> Responses | Doubt:
        """The answer to each padding, as sslyze words them."""
        self._wire.begin(bare=True)
        version = endpoint.tls_probing_result.highest_tls_version_supported
        found: Responses = {}
        for payload in RobotPmsPaddingPayloadEnum:
            try:
                found[payload] = _send_robot_payload(endpoint, version, endpoint.suites, payload, True, key.n, key.e)
            except Exception as error:  # see `_after_hello`
                journal = self._wire.journal
                bare = BARE if journal.wants_certificate else None
                return _disturbed(journal) or bare or Doubt("tls_failed", type(error).__name__)
            journal = self._wire.journal
            if not journal.hello_done or not found[payload]:
                return _disturbed(journal) or UNREACHED
            if len(found) == 2 and all(each.trouble == "timed_out" for each in self._wire.journals):
                return Doubt("timed_out")  # it waits for ever, whether the padding is right or wrong
        return found

    # Renegotiation

    def _renegotiation(self, endpoint: Endpoint) -> Found:
        """Shake hands, and wish to do so again; nassl's old OpenSSL alone can wish for it."""
        self._wire.begin()
        connection = endpoint.get_preconfigured_tls_connection(should_use_legacy_openssl=True)
        client = connection.ssl_client
        if not isinstance(client, LegacySslClient):
            return Doubt("tool_failed")
        try:
            try:
                connection.connect()
            except Exception as error:  # see `_after_hello`
                journal = self._wire.journal
                cut = Doubt("reset", "cut in the handshake") if journal.trouble else None
                return _disturbed(journal) or cut or Doubt("tls_failed", type(error).__name__)
            journal = self._wire.journal
            journal.mark()
            client.do_renegotiate()
            return True
        except Exception:  # see `_after_hello`
            return _renegotiation_refused(journal)
        finally:
            connection.close()


def _rsa_key(hello: Journal) -> RSAPublicNumbers | Doubt:
    """The key to which the secret is encrypted (RFC 5246 section 7.4.7.1), as the server sends it in the clear."""
    doubt = _disturbed(hello)
    if doubt is not None:
        return doubt
    if not hello.hello_done or not hello.chain:
        return UNREACHED
    try:
        public = load_der_x509_certificate(hello.chain[0]).public_key()
    except ValueError:
        return Doubt("tls_failed", "the certificate cannot be read")
    return public.public_numbers() if isinstance(public, RSAPublicKey) else Doubt("tls_failed", "not an RSA key")


def _renegotiation_refused(journal: Journal) -> Found:
    """What was heard instead of a second handshake."""
    doubt = _disturbed(journal)
    if doubt is not None:
        return doubt
    if journal.kinds & {HANDSHAKE, CHANGE_CIPHER_SPEC}:
        return Doubt("tls_failed", "a renegotiation was begun and not finished")
    if ALERT in journal.kinds:
        return False
    if journal.trouble is not None:
        return Doubt("reset", "cut without an answer", cut=True)
    return Doubt("tls_failed", "another answer than expected")


def _same_answers(journals: list[Journal]) -> Found:
    """What it means that a server's answers to all paddings are the same."""
    if any(journal.trouble == "timed_out" for journal in journals):
        return Doubt("timed_out")
    if any(journal.trouble is not None for journal in journals):
        return Doubt("reset", "cut without an answer", cut=True)
    return False


def _disturbed(journal: Journal) -> Doubt | None:
    """Why nothing that was heard on a connection can be believed, if so."""
    if journal.refusal is not None:
        return Doubt("not_tls", str(journal.refusal))
    if journal.trouble in ("timed_out", "refused", "unreachable", "too_large"):
        return Doubt(journal.trouble)
    return None
