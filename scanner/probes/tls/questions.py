"""Everything about an endpoint besides its suites: each question only where the suites leave it open."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from nassl.ephemeral_key_info import OpenSslEvpPkeyEnum
from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import ClientCertificateRequested, OpenSslDigestNidEnum, SslClient
from sslyze.errors import ServerTlsConfigurationNotSupported
from sslyze.plugins.compression_plugin import CompressionImplementation
from sslyze.plugins.early_data_plugin import EarlyDataImplementation
from sslyze.plugins.elliptic_curves_plugin import SupportedEllipticCurvesImplementation
from sslyze.plugins.ems_extension_plugin import EmsExtensionImplementation
from sslyze.plugins.heartbleed_plugin import HeartbleedImplementation
from sslyze.plugins.openssl_ccs_injection_plugin import OpenSslCcsInjectionImplementation
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite
from sslyze.plugins.plugin_base import ScanCommandImplementation
from sslyze.plugins.robot.implementation import RobotImplementation
from sslyze.plugins.session_renegotiation_plugin import SessionRenegotiationImplementation
from sslyze.server_connectivity import ClientAuthRequirementEnum

from checks.model.evidence import CertificateChain, Protocol
from scanner.probes.tls.dialogue import Dialogue, Doubt, Reply, verdict
from scanner.probes.tls.endpoint import Agreed, Endpoint, Group, connection_offering, handshake, offer
from scanner.probes.tls.reach import Contact
from scanner.probes.tls.records import choice, tls_bytes
from scanner.probes.tls.suites import Suites
from scanner.probes.tls.translate import Answer, group_names, robot_answer

OLD: tuple[Protocol, ...] = ("tls1_2", "tls1_1", "tls1_0", "ssl3")
"""Versions that share the handshake of SSL 3.0, newest first."""

DIGESTS = (OpenSslDigestNidEnum.SHA256, OpenSslDigestNidEnum.SHA384, OpenSslDigestNidEnum.SHA512)

KEY_TYPES_TLS1_3 = (None, OpenSslEvpPkeyEnum.EC, OpenSslEvpPkeyEnum.RSA_PSS)
"""Kinds of signatures to ask for one at a time in TLS 1.3, whose suites do not say them; None: any."""


class Questions:
    """The questions, given what the server accepts."""

    def __init__(self, dialogue: Dialogue, contact: Contact, suites: Mapping[Protocol, Suites]) -> None:
        self.dialogue = dialogue
        self.suites = suites
        self.old = next((version for version in OLD if suites[version].accepted), None)
        """The newest version below TLS 1.3 that is accepted."""
        self.client_auth = self._client_auth(contact)

    def groups(self) -> Answer[tuple[str, ...]]:
        """Groups of elliptic-curve key exchange, in TLS 1.3 and in the newest older version that has it.

        A server whose only key is of a curve agrees on groups below TLS 1.3 only with clients that know that
        curve as well (RFC 8422 section 5.1), so that asking for one group alone does not find the others.
        """
        found: set[str] = set()
        doubt = self._doubt((*OLD, "tls1_3"))
        old = next((version for version in OLD if any("ECDHE" in each.name for each in self._accepted(version))), None)
        for version in ("tls1_3", old):
            if version is None or not self._accepted(version):
                continue
            reply = self.dialogue.command(SupportedEllipticCurvesImplementation, self._speaking(version))
            if reply.doubt is not None:
                return Answer(None, reply.doubt)
            names = group_names(reply.result)
            if not names:
                return Answer(None, Doubt("incomplete", "key exchange with elliptic curves, but none was agreed on"))
            found |= names
        if doubt is not None:
            return Answer(None, doubt)
        if old is not None and not self._accepted("tls1_3") and not _signed_by_rsa(self._accepted(old)):
            doubt = Doubt("incomplete", "groups other than that of the certificate's key were not found out")
        return Answer(tuple(sorted(found)), doubt)

    def certificates(self) -> Answer[tuple[CertificateChain, ...]]:
        """A chain for each kind of key, as far as suites and signatures tell the kinds apart."""
        found: list[CertificateChain] = []
        doubt: Doubt | None = None
        for version, group, key_type in self._certificate_questions():

            def question(version: Protocol = version, group: Group = group, key_type: Any = key_type) -> object:
                chain = _chain(self.dialogue.endpoint, version, group, key_type)
                found.append(chain)
                return chain

            before = len(found)
            answer, _ = self.dialogue.firmly(question, version)
            if answer == "accepted" and len(found) == before:
                doubt = doubt or Doubt("too_large", "a chain longer than OpenSSL reads")
            elif isinstance(answer, Doubt) and not (key_type is not None and answer.reason == "tls_failed"):
                doubt = doubt or answer
        if not found and doubt is None and any("anon" not in each.name for each in self._every_suite()):
            doubt = Doubt("incomplete", "no certificate was sent")
        return Answer(tuple(found), doubt)

    def preferences(self) -> dict[Protocol, Answer[bool]]:
        """Whether the server has its own order of suites, for each version with more than one."""
        return {version: self._preference(version) for version, each in self.suites.items() if len(each.accepted) > 1}

    def vulnerabilities(self) -> dict[str, Answer[bool]]:
        """Heartbleed (CVE-2014-0160), early ChangeCipherSpec (CVE-2014-0224) and ROBOT."""
        return {
            "heartbleed": self._after_hello(
                HeartbleedImplementation, lambda result: bool(result.is_vulnerable_to_heartbleed)
            ),
            "ccs_injection": self._after_hello(
                OpenSslCcsInjectionImplementation, lambda result: bool(result.is_vulnerable_to_ccs_injection)
            ),
            "robot": self._robot(),
        }

    def features(self) -> dict[str, Answer[bool]]:
        """What the server supports or permits; the last argument is the harmless answer, implied by TLS 1.3."""
        return {
            "compression": self._old_command(
                CompressionImplementation, lambda result: bool(result.supports_compression), False
            ),
            "secure_renegotiation": self._renegotiation(0, lambda value: bool(value), True),
            "client_renegotiation": self._renegotiation(1, lambda value: bool(value[0]), False),
            "fallback_scsv": self._fallback_scsv(),
            "early_data": self._early_data(),
            "extended_master_secret": Answer(False)
            if self.old == "ssl3"  # which has no extensions (RFC 6101)
            else self._old_command(
                EmsExtensionImplementation, lambda result: bool(result.supports_ems_extension), True
            ),
        }

    # One question each

    def _preference(self, version: Protocol) -> Answer[bool]:
        """Offer two suites in both orders (RFC 5246 section 7.4.1.3: the choice is the server's)."""
        if version == "ssl2":
            return Answer(False)  # the client chooses there
        group = self.suites[version].offers(version)[0]
        pair = group.suites[:2]
        if len(pair) < 2:
            return Answer(None, Doubt("incomplete", "no two of the suites can be offered together"))
        picks = []
        for order in (pair, pair[::-1]):
            question = partial(offer, self.dialogue.endpoint, version, Group(order, group.legacy))
            answer, told = self.dialogue.firmly(question, version)
            if isinstance(answer, Doubt):
                return Answer(None, answer)
            if told.choice is None:
                return Answer(None, Doubt("incomplete", "the choice was not seen"))
            picks.append(told.choice.suite)
        return Answer(picks[0] == picks[1])

    def _after_hello(
        self, implementation: type[ScanCommandImplementation[Any, Any]], read: Callable[[Any], bool]
    ) -> Answer[bool]:
        """A vulnerability that is tried after the ServerHello: without one, "not vulnerable" means nothing.

        sslyze leaves the server name out here; a server that then sends no hello is asked with its name.
        """
        implied = self._implied(False)
        if implied is not None:
            return implied
        answer: Answer[bool] = Answer(None, Doubt("incomplete", "not asked"))
        plain = self._speaking(self._old_version)
        for endpoint in (plain, replace(plain, naming="always")) if plain.named else (plain,):
            reply = self.dialogue.command(implementation, endpoint)
            if reply.doubt is not None:
                answer = Answer(None, reply.doubt)
            elif read(reply.result) or choice(tls_bytes(reply.heard)) is not None:
                return self._weighed(Answer(read(reply.result)), False)
            else:
                answer = Answer(None, Doubt("tls_failed", "no hello came before the test"))
        return answer

    def _robot(self) -> Answer[bool]:
        """Only where RSA key exchange is accepted, which alone has the oracle (RFC 5246 section 7.4.7.1)."""
        version = next((each for each in OLD if any(_rsa_exchange(suite) for suite in self._accepted(each))), None)
        if version is None:
            unfinished = next((self.suites[each].doubt for each in OLD if self.suites[each].doubt), None)
            return Answer(None, unfinished) if unfinished else Answer(False)
        reply = self.dialogue.command(RobotImplementation, self._speaking(version))
        if reply.doubt is not None:
            return Answer(None, reply.doubt)
        return self._weighed(robot_answer(reply.result.robot_result), False)

    def _old_command(
        self,
        implementation: type[ScanCommandImplementation[Any, Any]],
        read: Callable[[Any], bool],
        harmless: bool,
    ) -> Answer[bool]:
        """A scan command about versions below TLS 1.3."""
        implied = self._implied(harmless)
        if implied is not None:
            return implied
        return self._weighed(
            _answer(self.dialogue.command(implementation, self._speaking(self._old_version)), read), harmless
        )

    def _renegotiation(self, job: int, read: Callable[[Any], bool], harmless: bool) -> Answer[bool]:
        """One of sslyze's two jobs alone (0: RFC 5746, 1: begun by the client), so that neither spoils the other."""
        implied = self._implied(harmless)
        if implied is not None:
            return implied
        jobs = SessionRenegotiationImplementation.scan_jobs_for_scan_command(self._speaking(self._old_version))
        reply = self.dialogue.settled(jobs[job : job + 1], lambda results: results[0].get_result()[1])
        return self._weighed(_answer(reply, read), harmless)

    def _fallback_scsv(self) -> Answer[bool]:
        """Offer a lower version than the server has, with TLS_FALLBACK_SCSV (RFC 7507): a refusal is support.

        From TLS 1.3 down to 1.2 the server's random value protects (RFC 8446 section 4.1.3), so that with
        nothing below TLS 1.2 there is nothing to fall back to.
        """
        implied = self._implied(True)
        if implied is not None:
            return implied
        below = OLD[OLD.index(self._old_version) + 1 :]
        lower = next((version for version in below if self._accepted(version)), None)
        if lower is None:
            doubt = self._doubt(below)
            return Answer(None, doubt) if doubt else Answer(True)
        answer, _ = self.dialogue.firmly(
            partial(_fall_back, self.dialogue.endpoint, lower, self.suites[lower].offers(lower)[0]), lower
        )
        return Answer(None, answer) if isinstance(answer, Doubt) else self._weighed(Answer(answer == "refused"), True)

    def _early_data(self) -> Answer[bool]:
        """Early data of TLS 1.3 (RFC 8446 section 2.3), which sslyze asks for over HTTP."""
        if not self._accepted("tls1_3"):
            doubt = self._doubt(("tls1_3",))
            return Answer(None, doubt) if doubt else Answer(False)
        if self.dialogue.endpoint.network_configuration.tls_opportunistic_encryption is not None:
            return Answer(None, Doubt("incomplete", "asked over HTTP only"))
        endpoint = self._speaking("tls1_3")
        return _answer(
            self.dialogue.command(EarlyDataImplementation, endpoint), lambda result: bool(result.supports_early_data)
        )

    # What the suites imply

    @property
    def _old_version(self) -> Protocol:
        if self.old is None:
            raise ValueError("no version below TLS 1.3 is accepted")
        return self.old

    def _accepted(self, version: Protocol) -> tuple[CipherSuite, ...]:
        return self.suites[version].accepted

    def _every_suite(self) -> Iterator[CipherSuite]:
        return (suite for suites in self.suites.values() for suite in suites.accepted)

    def _doubt(self, versions: Iterable[Protocol]) -> Doubt | None:
        """Why it is not known whether one of these versions is supported, if so."""
        return next((self.suites[each].doubt for each in versions if self.suites[each].supported is None), None)

    def _implied(self, harmless: bool) -> Answer[bool] | None:
        """The answer where there is no version below TLS 1.3 to ask in; None where there is one."""
        if self.old is not None:
            return None
        doubt = self._doubt(OLD)
        if doubt is None and self.suites["ssl2"].supported is not False:
            doubt = self.suites["ssl2"].doubt or Doubt("incomplete", "SSL 2.0 is the only version to ask in")
        return Answer(None, doubt) if doubt else Answer(harmless)

    def _weighed(self, answer: Answer[bool], harmless: bool) -> Answer[bool]:
        """The harmless answer of one version says nothing while another version is in doubt."""
        doubt = self._doubt(OLD)
        return Answer(None, doubt) if answer.value is harmless and doubt is not None else answer

    def _speaking(self, version: Protocol) -> Endpoint:
        return self.dialogue.endpoint.speaking(version, self._accepted(version), self.client_auth)

    def _client_auth(self, contact: Contact) -> ClientAuthRequirementEnum:
        """Whether a client certificate is asked for, and whether a handshake without one goes through."""
        if not contact.wants_client_certificate:
            return ClientAuthRequirementEnum.DISABLED
        if self.old is None:
            return ClientAuthRequirementEnum.REQUIRED
        optional = self.dialogue.endpoint.speaking(
            self.old, self._accepted(self.old), ClientAuthRequirementEnum.OPTIONAL
        )
        group = self.suites[self.old].offers(self.old)[0]
        answer = verdict(self.dialogue.ask(partial(offer, optional, self.old, group)), self.old)
        return ClientAuthRequirementEnum.OPTIONAL if answer == "accepted" else ClientAuthRequirementEnum.REQUIRED

    def _certificate_questions(self) -> Iterator[tuple[Protocol, Group, OpenSslEvpPkeyEnum | None]]:
        """Version, suites and kind of signature of each handshake that may bring another chain."""
        if self._accepted("tls1_3"):
            for key_type in KEY_TYPES_TLS1_3:
                yield "tls1_3", self.suites["tls1_3"].offers("tls1_3")[0], key_type
        version = self.old or ("ssl2" if self._accepted("ssl2") else None)
        if version is None:
            return
        for kind in ("RSA", "ECDSA", "DSS"):
            suites = [each for each in self._accepted(version) if _authentication(each) == kind]
            for group in self.suites[version].offers(version, suites)[:1]:
                yield version, group, None


def _answer(reply: Reply, read: Callable[[Any], bool]) -> Answer[bool]:
    return Answer(None, reply.doubt) if reply.doubt is not None else Answer(read(reply.result))


def _signed_by_rsa(suites: Iterable[CipherSuite]) -> bool:
    return any(suite.name.startswith("TLS_ECDHE_RSA_") for suite in suites)


def _rsa_exchange(suite: CipherSuite) -> bool:
    return suite.name.startswith("TLS_RSA_")


def _authentication(suite: CipherSuite) -> str:
    """The kind of key that signs or decrypts in a suite, by its IANA name."""
    if "_anon_" in suite.name:
        return "anon"
    return next((kind for kind in ("ECDSA", "DSS") if f"_{kind}_" in suite.name), "RSA")


def _chain(
    endpoint: Endpoint, version: Protocol, group: Group, key_type: OpenSslEvpPkeyEnum | None
) -> CertificateChain:
    """The chain of one handshake, and whether an OCSP response was stapled. Raises what `offer` raises."""
    connection = connection_offering(endpoint, version, group)
    client = connection.ssl_client
    if key_type is not None and isinstance(client, SslClient):
        client.set_signature_algorithms([(digest, key_type) for digest in DIGESTS])
    if version not in ("ssl2", "ssl3"):
        client.set_tlsext_status_ocsp()
    try:
        try:
            connection.connect()
        except (ClientCertificateRequested, ServerTlsConfigurationNotSupported):
            pass  # raised after the certificates came
        chain = tuple(ssl.PEM_cert_to_DER_cert(pem) for pem in client.get_received_chain())
        return CertificateChain(chain, client.get_tlsext_status_ocsp_resp() is not None)
    finally:
        connection.close()


def _fall_back(endpoint: Endpoint, version: Protocol, group: Group) -> Agreed:
    """A handshake in a lower version that says it is a fallback; only nassl's old OpenSSL can say so."""
    connection = connection_offering(endpoint, version, group)
    if isinstance(connection.ssl_client, LegacySslClient):
        connection.ssl_client.enable_fallback_scsv()
    return handshake(connection)
