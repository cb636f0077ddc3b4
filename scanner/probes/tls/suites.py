"""Which cipher suites a server takes in one version.

First many suites in one hello: a server that refuses them all has refused each of them. What is not refused is
then asked one by one, as sslyze does; whatever the network disturbs is asked again, serially.
"""

from collections.abc import Callable, Iterable
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
from scanner.probes.tls.endpoint import SUITES_AT_ONCE, VERSIONS, Group, groups, needs_legacy, newer_groups, offer


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
    newer: bool = False
    """Whether the server takes suites of TLS 1.2 only from nassl's newer OpenSSL, which sslyze does not ask."""

    def offers(self, version: Protocol, suites: Iterable[CipherSuite] | None = None) -> list[Group]:
        """Hellos with the accepted suites, or some of them, that the server answers; the largest first."""
        chosen = self.accepted if suites is None else suites
        found = newer_groups(chosen) if self.newer else groups(version, chosen)
        return sorted(found, key=lambda group: -len(group.suites))

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
    newer: bool = False
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
        return Suites(accepted, frozenset(self.dh_bits), self.dh_unseen, self.doubt, cut, self.newer)


def enumerate_suites(dialogue: Dialogue, version: Protocol) -> Suites:
    """Every suite that sslyze knows for a version: accepted, refused, or in doubt."""
    tally = _Tally()
    cuts = dialogue.cuts_believed
    universe = sorted(CipherSuitesRepository.get_all_cipher_suites(VERSIONS[version]), key=lambda suite: suite.name)
    _sweep(dialogue, version, groups(version, universe), tally)
    if version == "tls1_2":
        # sslyze offers most suites with an OpenSSL that knows neither X25519 nor Ed25519: a server that
        # insists on them refuses the hello, and not the suites.
        missed = [each for each in universe if each.name not in tally.accepted and needs_legacy(version, each)]
        before = len(tally.accepted)
        _sweep(dialogue, version, newer_groups(missed), tally)
        tally.newer = len(tally.accepted) > before
    if not dialogue.still_answers():
        tally.doubt = tally.doubt or dialogue.stopped
    return tally.result(dialogue.cuts_believed > cuts)


def _sweep(dialogue: Dialogue, version: Protocol, offered: list[Group], tally: _Tally) -> None:
    """Offer suites together, and those of the hellos that were not refused one by one."""
    candidates: list[Group] = []
    for group in offered:
        answer, _ = dialogue.firmly(partial(offer, dialogue.endpoint, version, group), version)
        if answer == "accepted":
            candidates += [Group((suite,), group.legacy) for suite in group.suites]
        elif isinstance(answer, Doubt):
            tally.doubt = tally.doubt or answer
            if answer.reason == "timed_out" or dialogue.stopped:
                break  # each further group would wait as long, and the version stays in doubt anyway
    before = len(tally.accepted)
    _one_by_one(dialogue, version, candidates, tally)
    if candidates and len(tally.accepted) == before:
        tally.doubt = tally.doubt or Doubt("incomplete", "suites accepted together, but none alone")


def _one_by_one(dialogue: Dialogue, version: Protocol, singles: list[Group], tally: _Tally) -> None:
    """Ask each suite alone; then, serially, those that were disturbed."""
    disturbed: list[Group] = []
    told = dialogue.ask_all([_alone(dialogue, version, single) for single in singles])
    for single, each in zip(singles, told, strict=True):
        answer = verdict(each, version)
        if answer == "accepted":
            tally.accept(single.suites[0], each)
        elif isinstance(answer, Doubt):
            disturbed.append(single)
    for group in _together(disturbed):
        answer, _ = dialogue.firmly(partial(offer, dialogue.endpoint, version, group), version)
        if isinstance(answer, Doubt):
            tally.doubt = tally.doubt or answer
        elif answer == "accepted":
            for suite in group.suites:
                _settle(dialogue, version, Group((suite,), group.legacy), tally)


def _settle(dialogue: Dialogue, version: Protocol, single: Group, tally: _Tally) -> None:
    """Ask one suite alone, with nothing beside it, until it is clear or the doubt stays."""
    answer, told = dialogue.firmly(_alone(dialogue, version, single), version)
    if answer == "accepted":
        tally.accept(single.suites[0], told)
    elif isinstance(answer, Doubt):
        tally.doubt = tally.doubt or answer


def _alone(dialogue: Dialogue, version: Protocol, single: Group) -> Callable[[], object]:
    """The question whether one suite is accepted: sslyze's own where it would offer the suite in the same way."""
    suite = single.suites[0]
    if single.legacy == needs_legacy(version, suite):
        return partial(connect_with_cipher_suite, dialogue.endpoint, VERSIONS[version], suite)
    return partial(offer, dialogue.endpoint, version, single)


def _together(singles: list[Group]) -> list[Group]:
    """Single suites as one hello for each OpenSSL; there are never more than were in the hellos before."""
    found = []
    for legacy in (True, False):
        suites = tuple(single.suites[0] for single in singles if single.legacy is legacy)
        found += [
            Group(suites[start : start + SUITES_AT_ONCE], legacy) for start in range(0, len(suites), SUITES_AT_ONCE)
        ]
    return found
