"""The shape of a rule: what it reads, its parameters, and the function that judges one piece of evidence.

A rule sees one observation at a time; `checks.evaluate` shows it every one that the asset has of the kind that
it reads, and makes one finding of the outcomes. So a rule never loops over addresses, and never meets
missing evidence unless it asks to (`on_failure`).
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from checks.model.asset import Asset, port_of
from checks.model.canonical import canonical
from checks.model.dns import DnsQuestion
from checks.model.evidence import Evidence, Observation, ProbeFailure, Sighting
from checks.model.finding import Instance, Outcome
from checks.model.keys import KeyUses
from checks.model.needs import TlsNeeds
from checks.model.pages import Question
from checks.model.reference import ReferenceData
from checks.model.target import HttpTarget, PortsTarget, Target, TlsTarget, endpoint

Reads = Literal["dns", "ports", "tls", "https", "http"]
"""The kind of evidence: `https` is HTTP over TLS at the asset's URL, `http` is HTTP in cleartext."""


class Params(BaseModel):
    """Parameters of a rule as a policy file gives them: strict, no unknown key, frozen."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NoParams(Params):
    """For rules that have nothing to set."""


E = TypeVar("E", bound=Observation)
P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True)
class Subject(Generic[E]):
    """One piece of evidence as a rule is shown it, with the circumstances."""

    asset: Asset
    target: Target
    sighting: Sighting
    observation: E
    as_of: datetime
    data: ReferenceData
    keys: KeyUses = field(default_factory=dict)
    """Which keys are served where in the estate; empty for rules that do not say that they compare them."""
    others: tuple[Evidence, ...] = ()
    """All evidence of the asset, this one included."""
    neighbours: tuple[Asset, ...] = ()
    """Other assets that stand on the same target."""
    before: Observation | None = None
    """What the earlier look at the target saw from the same vantage; None: there is none."""

    @property
    def expected_ports(self) -> frozenset[int]:
        """TCP ports that may be open: the asset's, and those of the assets that share its address."""
        return self.asset.expected_ports.union(*(each.expected_ports for each in self.neighbours))

    @property
    def where(self) -> str:
        """The place as people write it, and the first part of every instance key."""
        return place(self.target)


@dataclass(frozen=True, slots=True)
class Check(Generic[E, P]):
    """One rule. Everything that `checks.registry` and a policy need to know of it."""

    id: str
    """"tls.protocols": the family and the name; policies refer to it."""
    version: int
    """Goes up when the same evidence and parameters may give another outcome than before."""
    reads: Reads
    params: type[P]
    judge: Callable[[Subject[E], P], Outcome]
    reasons: frozenset[str]
    """Every reason code of its own that it can give beside those of COMMON_REASONS and the failure reasons."""
    on_failure: Callable[[Subject[ProbeFailure], P], Outcome] | None = None
    """What to say where the look failed; None: not assessable, with the failure's reason."""
    ports: Callable[[P], tuple[str, ...]] | None = None
    """For rules that read ports: the TCP ports that must be asked for, as "22" or "8000-8100"."""
    compares_keys: bool = False
    """Whether it reads `Subject.keys`."""
    needs: Callable[[P], TlsNeeds] | None = None
    """For rules that read tls, and for each of them: what must be asked, so that evidence which answers this and
    nothing else is judged as the whole would be."""
    asks: tuple[Question, ...] = ()
    """For rules that read https or http: what must be asked beside the page."""
    records: tuple[DnsQuestion, ...] = ()
    """For rules that read dns: what must be asked beside the addresses."""
    compares: bool = False
    """Whether it reads what was seen before (`Subject.before`)."""
    without: Callable[[Asset, P], Outcome] | None = None
    """What to say of an asset that has nothing of the kind that the rule reads; None: not applicable."""
    reproduce: Callable[[Target, Instance | None], str] | None = None
    """A shell command that shows the same; None: the usual one for the kind of target."""

    def parameters(self, values: Mapping[str, Any]) -> P:
        """A control's parameters (JSON types) as this rule's own type. Raises pydantic.ValidationError."""
        return self.params.model_validate_json(canonical(dict(values)))


COMMON_REASONS = frozenset(
    {
        "met",
        "not_met",
        "outside_when",  # the control does not concern such an asset
        "not_looked_at",  # no evidence of this kind exists in the run
        "no_such_service",  # the asset has nothing of the kind that the rule reads
        "rule_failed",  # the rule raised an exception: our fault, never the asset's
    }
)
"""Reason codes that the evaluator itself gives."""


def place(target: Target) -> str:
    """A target as people write it: an endpoint, an address, a URL, a name."""
    match target:
        case TlsTarget():
            return endpoint(target.address, target.port)
        case PortsTarget():
            return target.address
        case HttpTarget():
            return target.url
        case _:
            return target.name


def usual_command(target: Target, instance: Instance | None = None) -> str:
    """A command with public tools that looks at a target again; every value is quoted for a POSIX shell."""
    match target:
        case TlsTarget():
            command = ["openssl", "s_client", "-connect", endpoint(target.address, target.port), "-showcerts"]
            if target.server_name:
                command += ["-servername", target.server_name]
            if target.starttls:
                command += ["-starttls", target.starttls]
            return shlex.join(command) + " </dev/null"
        case HttpTarget():
            host, port = urlsplit(target.url).hostname or "", port_of(target.url)
            literal = f"[{target.address}]" if ":" in target.address else target.address
            return shlex.join(
                [
                    "curl",
                    "-sSk",
                    "-o",
                    "/dev/null",
                    "-D",
                    "-",
                    "--resolve",
                    f"{host}:{port}:{literal}",
                    target.url,
                ]
            )
        case PortsTarget():
            chosen = str(instance.params["port"]) if instance and "port" in instance.params else target.ports
            six = ["-6"] if ":" in target.address else []
            return shlex.join(["nmap", *six, "-n", "-Pn", "-sV", "-p", chosen or "-", target.address])
        case _:
            return shlex.join(["getent", "ahosts", target.name])
