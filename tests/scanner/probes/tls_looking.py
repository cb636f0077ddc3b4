"""What the tests of the TLS probe share: identities made once, and one look told in short."""

from functools import cache

from checks.model.evidence import PROTOCOLS, Evidence, ProbeFailure, Protocol, TlsObservation
from checks.model.target import Starttls, TlsTarget
from scanner.probes.tls.probe import TlsProbe
from tests.servers.pki import Authority, Identity, KeyKind

NAME = "so-mau.test"
"""Nobody resolves it."""


@cache
def authority() -> Authority:
    """The authority of all these servers."""
    return Authority()


@cache
def identity(key: KeyKind = "rsa2048") -> Identity:
    """A sound identity with a kind of key."""
    return authority().issue(NAME, key=key)


def evidence(
    probe: TlsProbe, port: int, address: str = "127.0.0.1", name: str | None = NAME, starttls: Starttls | None = None
) -> Evidence:
    """One look at one endpoint."""
    [found] = probe.look([TlsTarget(address, port, name, starttls)])
    return found


def seen(
    probe: TlsProbe, port: int, address: str = "127.0.0.1", name: str | None = NAME, starttls: Starttls | None = None
) -> TlsObservation:
    """What is seen of an endpoint that speaks TLS."""
    found = evidence(probe, port, address, name, starttls).observation
    assert isinstance(found, TlsObservation), found
    return found


def failed(probe: TlsProbe, port: int, name: str | None = NAME, starttls: Starttls | None = None) -> tuple[str, int]:
    """Why nothing is seen of an endpoint, and how many connections told so."""
    found = evidence(probe, port, name=name, starttls=starttls)
    assert isinstance(found.observation, ProbeFailure), found.observation
    return found.observation.reason, found.sighting.connections


def supported(observation: TlsObservation) -> set[Protocol]:
    """Versions that are supported; each of the others must be known to be not."""
    assert set(observation.protocols) == set(PROTOCOLS)
    assert None not in observation.protocols.values(), observation.failures
    return {version for version, found in observation.protocols.items() if found}
