"""Public keys by their digests, so that a key is found again elsewhere. Pure: certificates in, digests out."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from checks.model.asset import Asset
from checks.model.canonical import digest
from checks.model.evidence import Evidence, TlsObservation
from checks.model.keys import Holder, Holders, KeyUses
from checks.model.target import Target, TlsTarget
from checks.tls.certificates import Unreadable, certificate, read

_VERSION = 0xA0
"""The tag of the field that only certificates of version 1 leave out (RFC 5280 section 4.1)."""
_BEFORE_THE_KEY = 5
"""Fields between the version and the key: serial number, signature, issuer, validity, subject."""


@lru_cache(maxsize=4096)
def key_digest(der: bytes) -> str:
    """The digest of a certificate's subjectPublicKeyInfo, whatever kind of key it holds. Raises Unreadable.

    The library has parsed the certificate by then, so that each field is known to be whole; it would decode the key
    and encode it again, which takes many times as long and fails for kinds that it does not know.
    """
    fields = read(lambda: certificate(der).tbs_certificate_bytes)
    at, _ = _content(fields, 0)
    if fields[at] == _VERSION:
        at = _content(fields, at)[1]
    for _ in range(_BEFORE_THE_KEY):
        at = _content(fields, at)[1]
    return digest(fields[at : _content(fields, at)[1]])


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of a value begins and ends (X.690 section 8.1.3); tags are of one byte here."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start])
    return start, start + length


def key_uses(estate: Iterable[tuple[Asset, Mapping[Target, Evidence | None]]]) -> KeyUses:
    """Every key that the server certificates seen in an estate hold, with its holders. What cannot be read is left out.

    An asset comes once.
    """
    digests: dict[str, frozenset[str]] = {}
    found: dict[str, list[Holder]] = {}
    for asset, seen in estate:
        held: dict[str, list[TlsTarget]] = {}
        for target, evidence in seen.items():
            if evidence is None or not isinstance(target, TlsTarget):
                continue
            if target.key not in digests:
                digests[target.key] = _digests(evidence)
            for each in digests[target.key]:
                held.setdefault(each, []).append(target)
        for each, targets in held.items():
            found.setdefault(each, []).append(holder(asset, targets))
    return {each: Holders(holders) for each, holders in found.items()}


def holder(asset: Asset, targets: Iterable[TlsTarget]) -> Holder:
    """An asset that holds a key at these endpoints."""
    places = [(each.server_name or each.address, each.address) for each in targets]
    hosts, addresses = (frozenset(each) for each in zip(*places, strict=True))
    return Holder(asset.id, asset.agency, hosts, addresses)


def _digests(evidence: Evidence) -> frozenset[str]:
    found: set[str] = set()
    if isinstance(evidence.observation, TlsObservation):
        for chain in evidence.observation.certificates:
            try:
                found.update(key_digest(der) for der in chain.chain[:1])
            except Unreadable:
                continue
    return frozenset(found)
