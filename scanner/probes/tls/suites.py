"""Which cipher suites a server takes in one version.

First many suites in one hello: a server that refuses them all has refused each of them. What is not refused is
then asked one by one, as sslyze does; whatever the network disturbs is asked again, serially.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from nassl.ephemeral_key_info import DhEphemeralKeyInfo
from sslyze.plugins.openssl_cipher_suites._test_cipher_suite import (
    CipherSuiteAcceptedByServer,
    connect_with_cipher_suite,
)
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuite, CipherSuitesRepository

from checks.model.evidence import Protocol
from scanner.probes.tls.dialogue import Dialogue, Doubt, Told, verdict
from scanner.probes.tls.endpoint import VERSIONS, Endpoint, groups, modern_suites, needs_legacy, offer


@dataclass(frozen=True)
class Suites:
    """What one version's questions gave."""

    accepted: tuple[CipherSuite, ...] = ()
    """Sorted by IANA name."""
    dh_bits: frozenset[int] = frozenset()
    """Sizes of the Diffie-Hellman moduli that were seen."""
    dh_unseen: bool = False
    """Whether a suite with ephemeral Diffie-Hellman was accepted without its modulus being seen."""
    doubt: Doubt | None = None
    """Why the list may lack suites."""
    cut: bool = False
    """Whether connections that were cut were taken for refusals."""

    @property
    def supported(self) -> bool | None:
        """Whether the version is supported; None where that could not be told."""
        return True if self.accepted else None if self.doubt else False

    def weighed(self, unsteady: bool) -> "Suites":
        """In doubt where cuts were believed of a server that turned out to cut at random."""
        if not (unsteady and self.cut) or self.doubt is not None:
            return self
        return replace(self, doubt=Doubt("reset", "the server cuts connections at random"))


@dataclass
class _Tally:
    """Suites as they are found."""

    accepted: dict[str, CipherSuite] = field(default_factory=dict)
    dh_bits: set[int] = field(default_factory=set)
    dh_unseen: bool = False
    doubt: Doubt | None = None

    def accept(self, suite: CipherSuite, told: Told[Any]) -> None:
        self.accepted[suite.name] = suite
        if "_DHE_" not in suite.name and "_DH_anon_" not in suite.name:
            return
        bits = told.dh_bits
        if bits is None and isinstance(told.value, CipherSuiteAcceptedByServer):
            key = told.value.ephemeral_key
            bits = key.size if isinstance(key, DhEphemeralKeyInfo) else None
        if bits is None:
            self.dh_unseen = True
        else:
            self.dh_bits.add(bits)

    def result(self, cut: bool) -> Suites:
        accepted = tuple(self.accepted[name] for name in sorted(self.accepted))
        return Suites(accepted, frozenset(self.dh_bits), self.dh_unseen, self.doubt, cut)


def enumerate_suites(dialogue: Dialogue, version: Protocol) -> Suites:
    """Every suite that sslyze knows for a version: accepted, refused, or in doubt."""
    tally = _Tally()
    cuts = dialogue.cuts_believed
    universe = sorted(CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version]), key=lambda suite: suite.name)
    _sweep(dialogue, version, universe, tally, _as_sslyze_does)
    if version == "tls1_2":
        # sslyze offers most suites with an OpenSSL that knows neither X25519 nor Ed25519: a server that
        # insists on them refuses it, and not the suite.
        missed = [each for each in universe if each.name not in tally.accepted]
        newer = [each for each in missed if needs_legacy(version, each) and each.openssl_name in modern_suites()]
        _sweep(dialogue, version, newer, tally, _with_newer_openssl)
    if not dialogue.still_answers():
        tally.doubt = tally.doubt or dialogue.stopped
    return tally.result(dialogue.cuts_believed > cuts)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to offer suites: several in one hello, or one alone."""

    together: Callable[[Endpoint, Protocol, list[CipherSuite]], object]
    alone: Callable[[Endpoint, Protocol, CipherSuite], object]


_as_sslyze_does = _Way(
    together=offer, alone=lambda endpoint, version, suite: connect_with_cipher_suite(endpoint, VERSIONS[version], suite)
)
_with_newer_openssl = _Way(
    together=lambda endpoint, version, suites: offer(endpoint, version, suites, legacy=False),
    alone=lambda endpoint, version, suite: offer(endpoint, version, [suite], legacy=False),
)


def _sweep(dialogue: Dialogue, version: Protocol, suites: list[CipherSuite], tally: _Tally, way: _Way) -> None:
    """Offer suites together, and those of the hellos that were not refused one by one."""
    candidates: list[CipherSuite] = []
    for group in groups(version, suites):
        answer, _ = dialogue.firmly(partial(way.together, dialogue.endpoint, version, group), version)
        if answer == "accepted":
            candidates += group
        elif isinstance(answer, Doubt):
            tally.doubt = tally.doubt or answer
            if answer.reason == "timed_out" or dialogue.stopped:
                break  # each further group would wait as long, and the version stays in doubt anyway
    before = len(tally.accepted)
    _one_by_one(dialogue, version, candidates, tally, way)
    if candidates and len(tally.accepted) == before:
        tally.doubt = tally.doubt or Doubt("incomplete", "suites accepted together, but none alone")


def _one_by_one(dialogue: Dialogue, version: Protocol, suites: list[CipherSuite], tally: _Tally, way: _Way) -> None:
    """Ask each suite alone; then, serially, those that were disturbed."""
    disturbed: list[CipherSuite] = []
    questions = [partial(way.alone, dialogue.endpoint, version, suite) for suite in suites]
    for suite, told in zip(suites, dialogue.ask_all(questions), strict=True):
        answer = verdict(told, version)
        if answer == "accepted":
            tally.accept(suite, told)
        elif isinstance(answer, Doubt):
            disturbed.append(suite)
    for group in groups(version, disturbed):
        answer, _ = dialogue.firmly(partial(way.together, dialogue.endpoint, version, group), version)
        if isinstance(answer, Doubt):
            tally.doubt = tally.doubt or answer
        elif answer == "accepted":
            for suite in group:
                _settle(dialogue, version, suite, tally, way)


def _settle(dialogue: Dialogue, version: Protocol, suite: CipherSuite, tally: _Tally, way: _Way) -> None:
    """Ask one suite alone, with nothing beside it, until it is clear or the doubt stays."""
    answer, told = dialogue.firmly(partial(way.alone, dialogue.endpoint, version, suite), version)
    if answer == "accepted":
        tally.accept(suite, told)
    elif isinstance(answer, Doubt):
        tally.doubt = tally.doubt or answer
