"""Certification paths, judged from DER with OpenSSL's verifier. Pure: certificates and a time in, a fault or none out.

OpenSSL gives one error code for each fault, which is what a finding needs; dates of the leaf, names, key sizes and
hashes are judged elsewhere. A trust anchor is trusted whether or not it signs itself (RFC 5280 section 6.1.1 d).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from OpenSSL import crypto

from checks.model.asset import Asset
from checks.model.reference import ReferenceData, TrustStore
from checks.tls.certificates import Unreadable, shown

_BROKEN = (crypto.Error, ValueError)


@dataclass(frozen=True, slots=True)
class PathFault:
    """Why no path leads from a leaf to a trust anchor."""

    code: int
    """OpenSSL's X509_V_ERR_* number."""
    depth: int
    """Of the certificate at fault: 0 is the leaf."""
    text: str
    """OpenSSL's words for the code."""
    subject: str
    """Of the certificate at fault."""
    issuer: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """The trust anchors that hold for one asset."""

    certificates: tuple[crypto.X509, ...]
    ders: frozenset[bytes]
    has_public: bool
    """Whether those that browsers trust are among them."""
    missing: tuple[str, ...]
    """Digests of anchors that the asset names and nobody has."""


def anchors_of(asset: Asset, data: ReferenceData) -> Anchors:
    """The public anchors and the asset's own. Raises Unreadable for a broken one."""
    own = tuple(data.added[each] for each in asset.trust_anchors if each in data.added)
    return Anchors(
        certificates=_public(data.public) + tuple(_load(each) for each in own),
        ders=frozenset((*data.public.anchors, *own)),
        has_public=bool(data.public.anchors),
        missing=tuple(each for each in asset.trust_anchors if each not in data.added),
    )


def public_anchors(data: ReferenceData) -> Anchors:
    """The public anchors alone. Raises Unreadable for a broken one."""
    return Anchors(_public(data.public), frozenset(data.public.anchors), bool(data.public.anchors), ())


def moment_within(leaf: x509.Certificate, at: datetime) -> datetime:
    """The moment next to `at` at which a certificate is valid, so that its dates are no fault of its path."""
    last = leaf.not_valid_after_utc - timedelta(seconds=1)  # OpenSSL counts notAfter itself as expired
    return min(max(at, leaf.not_valid_before_utc), last)


@dataclass(frozen=True, slots=True)
class TrustPath:
    """A way from a leaf to a trust anchor."""

    issuers: tuple[bytes, ...]
    """What stands between them, in DER and from the leaf up."""


def path_of(chain: Sequence[bytes], anchors: Anchors, at: datetime) -> TrustPath | PathFault:
    """The path that OpenSSL finds from a leaf at a time, or what is wrong with it. Raises Unreadable.

    The certificates sent beyond the leaf may be used in any order, and need not be (RFC 8446 section 4.4.2).
    """
    leaf, *others = (_load(each) for each in chain)
    store = crypto.X509Store()  # cheap to fill; a shared one would have its time changed under others
    for anchor in anchors.certificates:
        store.add_cert(anchor)
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(at)
    try:
        found = crypto.X509StoreContext(store, leaf, others).get_verified_chain()
    except crypto.X509StoreContextError as error:
        code, depth, text = error.errors
        return PathFault(
            code, depth, text, _name(error.certificate.get_subject()), _name(error.certificate.get_issuer())
        )
    return TrustPath(tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, each) for each in found[1:-1]))


@dataclass(frozen=True, slots=True)
class Links:
    """How the certificates of a chain hang together by the names of subjects and issuers."""

    path: tuple[int, ...]
    """Places of the leaf, its issuer, that one's issuer ... as far as they were sent."""
    complete: bool
    """Whether the last of them signs itself, is a trust anchor or names one as its issuer."""
    last: str
    """Subject of the last of them."""
    wanted: str
    """Issuer of the last of them."""

    @property
    def in_order(self) -> bool:
        """Whether each follows the one that it certifies; what stands behind them is superfluous, and harmless."""
        return self.path == tuple(range(len(self.path)))


def links_of(chain: Sequence[bytes], anchors: Anchors) -> Links:
    """Follow a chain from its leaf. Raises Unreadable."""
    names = [_names(each) for each in chain]
    path = [0]
    while names[path[-1]].subject != names[path[-1]].issuer:
        issuer = names[path[-1]].issuer
        behind = (*range(path[-1] + 1, len(names)), *range(path[-1]))  # the next one first, then wherever it is
        following = next((i for i in behind if i not in path and names[i].subject == issuer), None)
        if following is None:
            break
        path.append(following)
    last = names[path[-1]]
    complete = (
        last.subject == last.issuer
        or chain[path[-1]] in anchors.ders
        or any(each == last.issuer for each in _subjects(anchors.ders).get(last.issuer.hash(), ()))
    )
    return Links(tuple(path), complete, _name(last.subject), _name(last.issuer))


def is_self_issued(der: bytes) -> bool:
    """Whether a certificate names itself as its issuer (RFC 5280 section 6.1). Raises Unreadable."""
    names = _names(der)
    return names.subject == names.issuer


class _Names(NamedTuple):
    subject: crypto.X509Name
    issuer: crypto.X509Name


@lru_cache(maxsize=1024)  # and not asked of the certificate each time, which keeps every name that it ever gave
def _names(der: bytes) -> _Names:
    found = _load(der)
    return _Names(found.get_subject(), found.get_issuer())


@lru_cache(maxsize=64)
def _subjects(ders: frozenset[bytes]) -> Mapping[int, tuple[crypto.X509Name, ...]]:
    """Subjects of trust anchors, by the hash that equal names share."""
    found: dict[int, tuple[crypto.X509Name, ...]] = {}
    for der in sorted(ders):
        name = _load(der).get_subject()
        found[name.hash()] = (*found.get(name.hash(), ()), name)
    return found


@lru_cache(maxsize=4)
def _public(store: TrustStore) -> tuple[crypto.X509, ...]:
    return tuple(_load(each) for each in store.anchors)


@lru_cache(maxsize=256)
def _load(der: bytes) -> crypto.X509:
    try:
        return crypto.load_certificate(crypto.FILETYPE_ASN1, der)
    except _BROKEN as error:
        raise Unreadable("not a certificate in DER") from error


def _name(name: crypto.X509Name) -> str:
    """The common name, or the unit or organisation where there is none; "?" where it cannot be read."""
    try:
        return shown(name.CN or name.OU or name.O or "?")
    except _BROKEN:
        return "?"
