"""What the questions gave -> TlsObservation: pure. What cannot be told is a failure under the path of its question."""

from collections.abc import Iterable, Mapping
from typing import Literal

from cryptography.x509 import ocsp

from checks.model.evidence import (
    PROTOCOLS,
    CertificateChain,
    Failure,
    Groups,
    Protocol,
    TlsObservation,
)
from checks.tls import iana
from checks.tls.certificates import Unreadable, certificate, read
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.implied import Told, features, vulnerabilities
from scanner.probes.tls.notes import OLD, Notes, SentChain, VersionNotes
from scanner.probes.tls.offers import GROUPS, authentication, elliptic, suites_of
from scanner.probes.tls.reply import Doubt
from scanner.probes.tls.vulnerabilities.worker import Answer, Question

NOT_ASKED = Doubt("not_asked")


def observation(examination: Examination, answers: Mapping[Question, Answer]) -> TlsObservation:
    """One endpoint as evidence; `answers` are those of the questions that were put to sslyze."""
    notes, wanted = examination.notes, examination.wanted
    settled: Doubt | None = None if wanted.everything else NOT_ASKED
    versions = {version: _Version(version, notes.versions[version], settled) for version in PROTOCOLS}
    groups, groups_doubt = _groups(notes, settled)
    preference = {each: found.prefers for each, found in notes.versions.items() if found.prefers is not None}
    told: dict[str, Told] = {f"server_preference.{each}": value for each, value in preference.items()}
    told |= {f"vulnerabilities.{name}": value for name, value in vulnerabilities(examination, answers).items()}
    told |= {f"features.{name}": value for name, value in features(examination, answers).items()}
    doubts = {what: value for what, value in told.items() if isinstance(value, Doubt)}
    for each in versions.values():
        doubts |= each.doubts
    unseen = _no_chain(notes) or _no_key(notes)
    chains_doubt = notes.chains_doubt or (None if wanted.certificates else NOT_ASKED) or unseen
    doubts |= {what: doubt for what, doubt in (("groups", groups_doubt), ("certificates", chains_doubt)) if doubt}
    if not notes.alpn_told and examination.target.starttls is None and _may_extend(notes):
        doubts["alpn"] = Doubt("incomplete", "no offer of protocols was answered") if wanted.alpn else NOT_ASKED
    if notes.dh_unseen:
        doubts["groups.dh_bits"] = Doubt("incomplete", "a modulus was not seen")
    return TlsObservation(
        protocols={version: each.supported for version, each in versions.items()},
        cipher_suites={version: each.names for version, each in versions.items() if each.names},
        groups=groups,
        server_preference={each: _yes_or_no(value) for each, value in sorted(preference.items())},
        certificates=_chains(notes),
        vulnerabilities=_part(told, "vulnerabilities"),
        features=_part(told, "features"),
        refused_suites={version: each.refused for version, each in versions.items() if each.refused},
        alpn=notes.alpn,
        failures=tuple(Failure(what, doubt.reason, doubt.detail) for what, doubt in sorted(doubts.items())),
    )


def _may_extend(notes: Notes) -> bool:
    """Whether there is, or may be, a version that has extensions: SSL has none."""
    versions: tuple[Protocol, ...] = ("tls1_3", *OLD[:-1])
    return any(notes.versions[each].supported(each) is not False for each in versions)


class _Version:
    """One version as the evidence has it."""

    def __init__(self, version: Protocol, notes: VersionNotes, settled: Doubt | None) -> None:
        names = iana.SSL2_SUITES if version == "ssl2" else iana.SUITES
        doubt = notes.doubt
        self.supported = None if doubt is not None and not notes.accepted else notes.supported(version)
        self.names = tuple(sorted(names[code] for code in notes.accepted))
        known = {*notes.accepted, *notes.refused}
        whole = doubt is None and (self.supported is False or known.issuperset(suites_of(version)))
        missing = None if whole else doubt or settled or Doubt("incomplete", "not every suite was settled")
        self.doubts: dict[str, Doubt] = {}
        if missing is not None:
            self.doubts[f"cipher_suites.{version}"] = missing
            if self.supported is None:
                self.doubts[f"protocols.{version}"] = missing
        self.refused = tuple(sorted(names[code] for code in notes.refused)) if missing else ()


def _yes_or_no(told: Told) -> bool | None:
    return told if isinstance(told, bool) else None


def _part(told: Mapping[str, Told], family: str) -> dict[str, bool | None]:
    return {what.partition(".")[2]: _yes_or_no(each) for what, each in told.items() if what.startswith(family + ".")}


def _groups(notes: Notes, settled: Doubt | None) -> tuple[Groups, Doubt | None]:
    """The groups, and why some may be missing; with `settled`, not all were asked for."""
    versions: tuple[Protocol, ...] = ("tls1_3", *OLD[:-1])
    doubt = notes.groups_doubt or next((each for v in versions if (each := notes.versions[v].doubt) is not None), None)
    asked = notes.refused_groups
    newest = next((each for each in versions[1:] if _names_groups(notes, each)), None)
    if doubt is None and settled is None:
        wanting = {each for each in (newest, "tls1_3" if notes.accepted("tls1_3") else None) if each is not None}
        doubt = None if wanting <= asked.keys() else Doubt("incomplete", "not every group was settled")
    refused = set.intersection(*asked.values()) - notes.groups if asked and doubt is None else set()
    absent = all(notes.versions[each].supported(each) is False for each in versions)
    missing = doubt or (None if absent or refused.union(notes.groups).issuperset(GROUPS) else settled)
    names = tuple(sorted(iana.GROUPS[code] for code in notes.groups))
    told = tuple(sorted(iana.GROUPS[code] for code in refused)) if missing is not None else ()
    return Groups(names if names or missing is None else None, tuple(sorted(notes.dh_bits)), told), missing


def _names_groups(notes: Notes, version: Protocol) -> bool:
    """Whether a suite accepted in a version below TLS 1.3 exchanges keys in a named group."""
    return any(elliptic(iana.SUITES[code]) for code in notes.accepted(version))


def _no_chain(notes: Notes) -> Doubt | None:
    """Why there is no certificate though there is a suite with one."""
    if notes.chains or notes.ssl2_certificate:
        return None
    proven = any(authentication(iana.SUITES[code]) for each in OLD for code in notes.accepted(each))
    return Doubt("incomplete", "no certificate was sent") if proven or notes.accepted("tls1_3") else None


def _no_key(notes: Notes) -> Doubt | None:
    """Why a kind of key may not have shown itself: TLS 1.3 shows them all, and below it the suites do."""
    versions: tuple[Protocol, ...] = () if notes.chains13 else ("tls1_3", *OLD)
    return next((doubt for each in versions if (doubt := notes.versions[each].doubt) is not None), None)


def _chains(notes: Notes) -> tuple[CertificateChain, ...]:
    """Each chain once, sorted; stapled if it was stapled in any handshake."""
    sent = list(notes.chains)
    if not sent and notes.ssl2_certificate:
        sent = [SentChain((notes.ssl2_certificate,))]
    found: dict[tuple[bytes, ...], list[SentChain]] = {}
    for each in sent:
        found.setdefault(each.chain, []).append(each)
    return tuple(_chain(chain, found[chain]) for chain in sorted(found))


def _chain(chain: tuple[bytes, ...], handshakes: Iterable[SentChain]) -> CertificateChain:
    staple = next((each.staple for each in handshakes if each.staple is not None), None)
    stamps = {stamp for each in handshakes for stamp in each.timestamps}
    status = None if staple is None else _status(staple, chain[0])
    return CertificateChain(chain, staple is not None, status, tuple(sorted(stamps)))


def _status(staple: bytes, leaf: bytes) -> Literal["good", "revoked", "unknown", "unusable"]:
    """What a stapled OCSP response says of the leaf (RFC 6960 section 4.2.1); its times change, and are left out."""
    try:
        serial = read(lambda: certificate(leaf).serial_number)
        response = read(lambda: ocsp.load_der_ocsp_response(staple))
        if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return "unusable"
        for single in response.responses:
            if single.serial_number == serial:
                match single.certificate_status:
                    case ocsp.OCSPCertStatus.GOOD:
                        return "good"
                    case ocsp.OCSPCertStatus.REVOKED:
                        return "revoked"
                    case _:
                        return "unknown"
    except (Unreadable, ValueError):
        pass
    return "unusable"
