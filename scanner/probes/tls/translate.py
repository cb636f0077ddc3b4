"""What sslyze and the questions around it gave -> TlsObservation: pure, and the one place that knows both sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sslyze.plugins.elliptic_curves_plugin import SupportedEllipticCurvesScanResult
from sslyze.plugins.robot._robot_tester import RobotScanResultEnum

from checks.model.evidence import PROTOCOLS, CertificateChain, Failure, Groups, Protocol, TlsObservation
from scanner.probes.tls.dialogue import Doubt
from scanner.probes.tls.suites import Suites

T = TypeVar("T")

VULNERABILITIES = ("heartbleed", "ccs_injection", "robot")
FEATURES = (
    "compression",
    "secure_renegotiation",
    "client_renegotiation",
    "fallback_scsv",
    "early_data",
    "extended_master_secret",
)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The answer to one question, or why there is none; both where an answer may be incomplete."""

    value: T | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that was asked of one endpoint."""

    suites: Mapping[Protocol, Suites]
    groups: Answer[tuple[str, ...]]
    preference: Mapping[Protocol, Answer[bool]]
    certificates: Answer[tuple[CertificateChain, ...]]
    vulnerabilities: Mapping[str, Answer[bool]]
    features: Mapping[str, Answer[bool]]


def observation(scan: Scan) -> TlsObservation:
    """The scan as evidence: sorted, and every doubt as a failure under the path of its question."""
    dh_bits = {bits for suites in scan.suites.values() for bits in suites.dh_bits}
    return TlsObservation(
        protocols={version: scan.suites[version].supported for version in PROTOCOLS},
        cipher_suites={
            version: tuple(sorted(suite.name for suite in scan.suites[version].accepted))
            for version in PROTOCOLS
            if scan.suites[version].accepted
        },
        groups=Groups(scan.groups.value, tuple(sorted(dh_bits))),
        server_preference={version: answer.value for version, answer in sorted(scan.preference.items())},
        certificates=_merged(scan.certificates.value or ()),
        vulnerabilities={name: scan.vulnerabilities[name].value for name in VULNERABILITIES},
        features={name: scan.features[name].value for name in FEATURES},
        failures=tuple(sorted(_failures(scan), key=lambda failure: (failure.what, failure.reason, failure.detail))),
    )


def group_names(result: SupportedEllipticCurvesScanResult) -> set[str]:
    """IANA names of the groups that sslyze found; it writes those of RFC 7748 with a capital letter."""
    return {
        curve.name.lower() if curve.name in ("X25519", "X448") else curve.name
        for curve in result.supported_curves or ()
    }


def robot_answer(result: RobotScanResultEnum) -> Answer[bool]:
    """Vulnerable or not (Return Of Bleichenbacher's Oracle Threat), asked of a server that takes RSA key exchange."""
    if result in (RobotScanResultEnum.VULNERABLE_WEAK_ORACLE, RobotScanResultEnum.VULNERABLE_STRONG_ORACLE):
        return Answer(True)
    if result is RobotScanResultEnum.NOT_VULNERABLE_NO_ORACLE:
        return Answer(False)
    if result is RobotScanResultEnum.NOT_VULNERABLE_RSA_NOT_SUPPORTED:
        return Answer(None, Doubt("incomplete", "RSA key exchange was accepted before, and not here"))
    return Answer(None, Doubt("incomplete", "the server's answers differ from one attempt to the next"))


def _merged(chains: Iterable[CertificateChain]) -> tuple[CertificateChain, ...]:
    """Each chain once, sorted; stapled if it was stapled in any handshake."""
    staples: dict[tuple[bytes, ...], bool | None] = {}
    for each in chains:
        staples[each.chain] = bool(staples.get(each.chain)) or each.ocsp_staple
    return tuple(CertificateChain(chain, staples[chain]) for chain in sorted(staples))


def _failures(scan: Scan) -> Iterable[Failure]:
    for version, suites in scan.suites.items():
        if suites.doubt is not None:
            yield Failure(f"cipher_suites.{version}", suites.doubt.reason, suites.doubt.detail)
            if suites.supported is None:
                yield Failure(f"protocols.{version}", suites.doubt.reason, suites.doubt.detail)
    if any(suites.dh_unseen for suites in scan.suites.values()):
        yield Failure("groups.dh_bits", "incomplete", "a modulus was not seen")
    asked: list[tuple[str, Doubt | None]] = [
        ("groups", scan.groups.doubt),
        ("certificates", scan.certificates.doubt),
        *((f"server_preference.{version}", answer.doubt) for version, answer in scan.preference.items()),
        *((f"vulnerabilities.{name}", answer.doubt) for name, answer in scan.vulnerabilities.items()),
        *((f"features.{name}", answer.doubt) for name, answer in scan.features.items()),
    ]
    yield from (Failure(what, doubt.reason, doubt.detail) for what, doubt in asked if doubt is not None)
