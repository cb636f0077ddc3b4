"""Facts of the outside world that judgement needs, pinned for a run by their versions and digests."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TrustStore:
    """A set of trust anchors under one name."""

    name: str
    version: str
    digest: str
    anchors: tuple[bytes, ...] = field(repr=False)
    """DER, sorted."""


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Everything that judgement reads beside the evidence, the policy and the date."""

    public: TrustStore
    """The anchors that browsers trust."""
    added: Mapping[str, bytes] = field(default_factory=dict)
    """Digest of the DER form to added anchors that assets name."""

    @property
    def versions(self) -> dict[str, str]:
        """What a run pins: each set of data by its version and digest."""
        return {f"trust_store.{self.public.name}": f"{self.public.version} {self.public.digest}"}
