"""Which public keys are served where in an estate: what a rule may know of other assets than its own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class KeyUse:
    """One key in the certificate of one host of an asset."""

    asset: str
    agency: str
    host: str
    """The server name that the certificate was asked for by, or the address where there is none."""
    address: str


KeyUses = Mapping[str, tuple[KeyUse, ...]]
"""By the digest of the subjectPublicKeyInfo in DER: every use that was seen, sorted, each once."""
