"""The first contact: does the server speak TLS, and which hello does it answer? If none, what does it do instead?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

from sslyze.errors import ServerRejectedOpportunisticTlsNegotiation
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite, CipherSuitesRepository

from checks.model.evidence import Protocol
from scanner.probes.interface import ProbeError
from scanner.probes.tls.dialogue import Dialogue, Told, remark, verdict
from scanner.probes.tls.endpoint import VERSIONS, Agreed, Group, groups, newer_groups, offer
from scanner.probes.tls.records import is_ssl2_hello, tls_bytes
from scanner.probes.tls.wire import reason_of

ORDER: tuple[Protocol, ...] = ("tls1_3", "tls1_2", "tls1_0", "tls1_1", "ssl3", "ssl2")
"""The likeliest first; TLS 1.0 before 1.1, which few servers have without it."""

HELLOS_TO_BELIEVE = 2
"""What the first hello meets may be an accident; what the second meets as well is not."""

SILENT_HELLOS = 3
"""After so many hellos without any answer the server counts as silent."""

PLAIN_REQUEST = b"HEAD / HTTP/1.0\r\n\r\n"
"""What makes a server of plain HTTP show itself (RFC 9112 section 2.1)."""

FIRST_SUITES = ("AES", "CHACHA20", "3DES", "RC4")
"""Suites with these in their names are offered first, and those of SSL 2.0."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A hello that the server answers."""

    version: Protocol
    wants_client_certificate: bool


def first_contact(dialogue: Dialogue) -> Contact:
    """Find a hello that the server answers, and make it the dialogue's control.

    Raises ProbeError with the reason where there is none: refused, timed_out, unreachable, reset, not_tls,
    tls_failed.
    """
    heard: list[Told[Agreed]] = []
    for version, group in _offers():
        question = partial(offer, dialogue.endpoint, version, group)
        told = dialogue.ask(question)
        if verdict(told, version) == "accepted":
            dialogue.control = (question, version)
            return Contact(version, told.value is not None and told.value.wants_client_certificate)
        heard.append(told)
        _give_up_early(dialogue, heard)
    raise _explained(dialogue, heard)


def _offers() -> Iterator[tuple[Protocol, Group]]:
    """The likeliest suites of each version, then the next likely of each, until all have been offered."""
    for column in zip_longest(*([(version, group) for group in _by_likelihood(version)] for version in ORDER)):
        yield from (each for each in column if each is not None)


def _by_likelihood(version: Protocol) -> list[Group]:
    every = sorted(CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version]), key=_likelihood)
    return (newer_groups(every) if version == "tls1_2" else []) + groups(version, every)


def _likelihood(suite: CipherSuite) -> tuple[bool, bool, bool, str]:
    common = suite.name.startswith("SSL_CK") or any(each in suite.name for each in FIRST_SUITES)
    return (suite.is_anonymous, not common, "_ECDHE_" not in suite.name, suite.name)


def _give_up_early(dialogue: Dialogue, heard: list[Told[Agreed]]) -> None:
    """Raise ProbeError where further hellos would only repeat what is clear by now."""
    last = heard[-1]
    if last.skipped is not None:
        raise ProbeError("deadline")
    if len(heard) < HELLOS_TO_BELIEVE:
        return
    if isinstance(last.error, ServerRejectedOpportunisticTlsNegotiation):
        raise ProbeError("not_tls", "the server does not switch to TLS")
    if last.trouble in ("refused", "unreachable"):
        raise ProbeError(reason_of(last.trouble))
    if last.chunks and last.trouble != "timed_out" and not tls_bytes(last.chunks):
        raise ProbeError("not_tls", "something else than TLS answers")
    if len(heard) >= SILENT_HELLOS and all(each.trouble == "timed_out" for each in heard):
        raise _explained(dialogue, heard)
    if len(heard) >= len(ORDER) and not any(each.chunks for each in heard):
        raise _explained(dialogue, heard)


def _explained(dialogue: Dialogue, heard: list[Told[Agreed]]) -> ProbeError:
    """Why no hello was answered, as far as that can be told."""
    spoke_tls = next((each for each in heard if tls_bytes(each.chunks) or is_ssl2_hello(each.chunks)), None)
    if spoke_tls is not None and spoke_tls.trouble != "timed_out":
        return ProbeError("tls_failed", remark(spoke_tls))
    troubles = [each.trouble for each in heard if each.trouble is not None]
    if spoke_tls is None and _speaks_otherwise(dialogue):
        return ProbeError("not_tls", "something else than TLS answers")
    if "timed_out" in troubles:
        return ProbeError("timed_out", "no handshake was answered in time")
    if troubles:
        return ProbeError(reason_of(troubles[0]))
    return ProbeError("tls_failed", remark(heard[0]))


def _speaks_otherwise(dialogue: Dialogue) -> bool:
    """Whether the server, silent in TLS, answers a plain request with anything that is not TLS."""
    if dialogue.endpoint.network_configuration.tls_opportunistic_encryption is not None:
        return False
    location = dialogue.endpoint.server_location

    def plain_request() -> bytes:
        with dialogue.wire.open(str(location.ip_address), location.port) as sock:
            sock.sendall(PLAIN_REQUEST)
            return sock.recv(64)

    answer = dialogue.ask(plain_request).value
    return bool(answer) and not tls_bytes([answer or b""])
