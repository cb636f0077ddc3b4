"""One look at one endpoint, from the first hello to the observation."""

from checks.model.evidence import PROTOCOLS, Observation, ProbeFailure, Protocol
from checks.model.target import TlsTarget
from scanner.probes.interface import ProbeError
from scanner.probes.tls.dialogue import Dialogue
from scanner.probes.tls.endpoint import endpoint_of
from scanner.probes.tls.questions import Questions
from scanner.probes.tls.reach import first_contact
from scanner.probes.tls.suites import Suites, enumerate_suites
from scanner.probes.tls.translate import Scan, observation
from scanner.probes.tls.wire import Wire

NEWEST_FIRST: tuple[Protocol, ...] = tuple(reversed(PROTOCOLS))
"""So that a server that stops answering is asked first about what its visitors use."""


def scan(target: TlsTarget, wire: Wire, connect_seconds: int, per_address: int, user_agent: str) -> Observation:
    """Ask everything of one endpoint. Never raises for what the server does."""
    wire.install()
    dialogue = Dialogue(wire, endpoint_of(target, connect_seconds, user_agent), per_address)
    try:
        contact = first_contact(dialogue)
    except ProbeError as error:
        return ProbeFailure(error.reason, error.detail)
    asked: dict[Protocol, Suites] = {version: enumerate_suites(dialogue, version) for version in NEWEST_FIRST}
    suites = {version: each.weighed(dialogue.unsteady) for version, each in asked.items()}
    if not any(each.accepted for each in suites.values()):
        doubt = next((each.doubt for each in suites.values() if each.doubt is not None), None)
        return ProbeFailure(doubt.reason if doubt else "tls_failed", "a hello was answered once, and none after it")
    questions = Questions(dialogue, contact, suites)
    return observation(
        Scan(
            suites=suites,
            certificates=questions.certificates(),
            groups=questions.groups(),
            preference=questions.preferences(),
            vulnerabilities=questions.vulnerabilities(),
            features=questions.features(),
        )
    )
