"""Assets and the certificates that they serve, for tests of shared keys."""

from typing import Any

from checks.model.asset import Asset
from checks.model.evidence import CertificateChain, Evidence
from checks.model.target import TlsTarget
from tests.certificates import intermediate, key, leaf
from tests.factories import (
    asset,
    evidence,
    tls_observation,
)

ELSEWHERE, THIRD = "192.0.2.2", "192.0.2.3"
OWN, FOREIGN = key(number=20), key(number=21)


def certificate(private: Any = OWN) -> bytes:
    return leaf(intermediate(), private=private)


def site(id: str, host: str, address: str = ELSEWHERE, **more: Any) -> Asset:
    return asset(id, url=f"https://{host}/", address=address, **more)


def serving(owner: Asset, *ders: bytes) -> Evidence:
    target = TlsTarget(owner.address or "", owner.port, owner.host)
    chains = tuple(CertificateChain((each,)) for each in ders or (certificate(),))
    return evidence(target, tls_observation(certificates=chains))


FIRST = asset()
