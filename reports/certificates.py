"""The server certificates that a scan saw, each once, with where it is served and until when it is valid (pure).

A certificate that cannot be read is not among them: the rules that judge certificates say so.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from checks.evaluate import evidence_of
from checks.model.asset import Asset
from checks.model.evidence import Evidence, TlsObservation
from checks.tls.certificates import Unreadable, certificate, issuer_of, read, subject_of
from reports.messages.figures import local_date


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """One server certificate."""

    fingerprint: str
    """SHA-256 of the DER form, in hexadecimal."""
    subject: str
    """Common name, or the whole name where it has none; as the server sent it, cut."""
    issuer: str
    """The same of who issued it."""
    begins: date
    """The first day of its validity, in Viet Nam."""
    ends: date
    """The last day of it, in Viet Nam."""
    assets: tuple[str, ...]
    """Ids of the assets that are served with it, sorted."""

    def expires_within(self, days: int, today: date) -> bool:
        """Whether it is valid today and no longer `days` from now."""
        return today <= self.ends <= today + timedelta(days=days)

    def expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.ends < today


def seen_certificates(assets: Iterable[Asset], evidence: Mapping[str, Evidence]) -> tuple[SeenCertificate, ...]:
    """Every leaf certificate served at an endpoint of one of the assets: what ends first comes first."""
    holders: dict[bytes, set[str]] = {}
    for asset in assets:
        for found in evidence_of(asset, evidence).values():
            for der in leaves(found):
                holders.setdefault(der, set()).add(asset.id)
    seen = []
    for der, ids in holders.items():
        try:
            seen.append(_seen(der, tuple(sorted(ids))))
        except Unreadable:
            continue
    return tuple(sorted(seen, key=lambda each: (each.ends, each.fingerprint)))


def leaves(found: Evidence | None) -> tuple[bytes, ...]:
    """The server certificates of one look, in DER, one for each kind of key."""
    if found is None or not isinstance(found.observation, TlsObservation):
        return ()
    return tuple(each.chain[0] for each in found.observation.certificates if each.chain)


def fingerprint(der: bytes) -> str:
    """What a certificate is named by: the SHA-256 of its DER form, in hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def _seen(der: bytes, assets: tuple[str, ...]) -> SeenCertificate:
    """Raises Unreadable."""
    leaf = certificate(der)
    begins, ends = read(lambda: (leaf.not_valid_before_utc, leaf.not_valid_after_utc))
    return SeenCertificate(
        fingerprint=fingerprint(der),
        subject=subject_of(leaf),
        issuer=issuer_of(leaf),
        begins=local_date(begins),
        ends=local_date(ends),
        assets=assets,
    )
