"""An estate that changes a little from week to week: evidence and findings, made anew only where something changed.

What is judged is one asset, by the real rules, once without a fault and once with faults of every family. Each asset
of the fleet has the findings and the evidence of that one under its own names, addresses, certificates and digests,
family by family (TLS, HTTP, ports, DNS) as it stands at the time.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from benchmarks.estate import NOW, Estate
from checks.compare import with_ages
from checks.evaluate import evaluate
from checks.model.asset import Agency, Asset, Authorisation
from checks.model.canonical import dump, load
from checks.model.evidence import (
    DnsObservation,
    Evidence,
    Observation,
    Sighting,
    TlsObservation,
    load_observation,
    observation_digest,
)
from checks.model.finding import Finding
from checks.model.inventory import Inventory
from checks.model.policy import Policy
from checks.model.target import DnsTarget, Target, targets_of
from checks.model.text import Text

PATTERN = Asset("mau-0", "co-quan-mau", "https://www0.co-quan.example/", level=3, tags=("portal",))
ADDRESS = "10.0.0.1"
FAMILIES = ("tls", "http", "ports", "dns")
WEIGHTS = (55, 30, 10, 5)
"""How often a change is of each family: certificates are renewed, headers change, ports open and close."""
AGENCY = 20
"""Assets of an agency."""
PERMISSION = Authorisation("01/QĐ-MAU", date(2020, 1, 1), date(2099, 12, 31))
TOOLS = {"khien": "0.1.0", "nmap": "7.93"}


@dataclass(slots=True)
class _State:
    """How an asset stands."""

    good: dict[str, bool]
    """By family."""
    version: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FAMILIES, 0))
    """How often each family has changed."""
    seen: dict[str, tuple[Target, Observation, str]] = field(default_factory=dict)
    """By the key of the target: what is seen there, and its digest."""
    findings: tuple[Finding, ...] = ()


class Fleet:
    """So many assets under a policy."""

    def __init__(self, assets: int, policy: Policy, chance: random.Random) -> None:
        self._policy, self._chance = policy, chance
        self._pattern = _Pattern(policy)
        self._states = [_State(dict.fromkeys(FAMILIES, number % 3 > 0)) for number in range(assets)]
        for number in range(assets):
            self._look(number, NOW)

    def change(self, share: float, at: datetime) -> int:
        """Let that share of the assets change in one family; how many they are."""
        chosen = self._chance.sample(range(len(self._states)), round(len(self._states) * share))
        for number in chosen:
            state = self._states[number]
            (family,) = self._chance.choices(FAMILIES, WEIGHTS)
            state.version[family] += 1
            if self._chance.random() < 0.3:
                state.good[family] = not state.good[family]
            self._look(number, at)
        return len(chosen)

    def inventory(self) -> Inventory:
        """The agencies and their assets."""
        numbers = range(len(self._states))
        assets = tuple(
            replace(
                PATTERN,
                id=_asset(each),
                agency=self.agency_of(each),
                url=f"https://{_host(each)}/",
                address=_address(each),
            )
            for each in numbers
        )
        agencies = (
            Agency(name, Text(f"Cơ quan {name[-3:]}", f"Office {name[-3:]}"), authorisation=PERMISSION)
            for name in sorted({self.agency_of(each) for each in numbers})
        )
        return Inventory(tuple(agencies), assets)

    def targets(self) -> tuple[Target, ...]:
        """Everything that is looked at."""
        return tuple(target for state in self._states for target, _, _ in state.seen.values())

    def evidence(self, at: datetime) -> Iterator[Evidence]:
        """What a run from then on sees, within an hour, in the order in which it arrives."""
        every = [each for state in self._states for each in state.seen.values()]
        self._chance.shuffle(every)
        step = timedelta(hours=1) / max(1, len(every))
        for number, (target, observation, name) in enumerate(every):
            started = at + number * step + timedelta(microseconds=self._chance.randrange(5_000_000))
            lasted = timedelta(microseconds=self._chance.randrange(20_000, 4_000_000))
            connections = self._chance.randrange(1, 30)
            sighting = Sighting(target, "internet", started, started + lasted, connections, TOOLS, name)
            yield Evidence(sighting, observation)

    def findings(self) -> tuple[Finding, ...]:
        """What is found at the moment."""
        return tuple(finding for state in self._states for finding in state.findings)

    def agency_of(self, number: int) -> str:
        """The agency of an asset."""
        return f"co-quan-{number // AGENCY:03}"

    def _look(self, number: int, at: datetime) -> None:
        state = self._states[number]
        names = {
            PATTERN.id: _asset(number),
            PATTERN.agency: self.agency_of(number),
            PATTERN.host: _host(number),
            ADDRESS: _address(number),
        }
        state.seen = dict(self._pattern.seen(state.good, state.version, names, number))
        ages = {
            (finding.asset, finding.control, each.key): each.first_seen
            for finding in state.findings
            for each in finding.instances
            if each.first_seen is not None
        }
        found = self._pattern.findings(state.good, state.seen, names)
        state.findings = with_ages(found, self._policy, ages, at.date())


class _Pattern:
    """The asset that was judged."""

    def __init__(self, policy: Policy) -> None:
        estate = Estate(1, policy)
        addresses: dict[str, tuple[str, ...]] = {PATTERN.host: (ADDRESS,)}
        self._targets = targets_of(PATTERN, addresses)
        self._observed: dict[tuple[str, bool], Observation] = {}
        self._findings: dict[bool, dict[str, Finding]] = {}
        for good in (True, False):
            for target in self._targets:
                self._observed[target.key, good] = (
                    DnsObservation((ADDRESS,)) if isinstance(target, DnsTarget) else estate.observation(target, 0, good)
                )
            seen = {target.key: self._evidence(target, good) for target in self._targets}
            judged = evaluate(policy, (PATTERN,), seen, (), NOW, estate.data())
            self._findings[good] = {finding.control: finding for finding in judged}

    def _evidence(self, target: Target, good: bool) -> Evidence:
        observation = self._observed[target.key, good]
        return Evidence(Sighting(target, "internet", NOW, NOW, 1, TOOLS, observation_digest(observation)), observation)

    def seen(
        self, good: Mapping[str, bool], version: Mapping[str, int], names: Mapping[str, str], number: int
    ) -> Iterator[tuple[str, tuple[Target, Observation, str]]]:
        """What is seen at each target of an asset: its key, and target, observation and digest."""
        for pattern in self._targets:
            family = _family(pattern.key)
            target: Target = load(type(pattern), _renamed(dump(pattern).decode(), names))
            text = _renamed(dump(self._observed[pattern.key, good[family]]).decode(), names)
            observation = _own(load_observation(text.encode()), f"{number} {version[family]}")
            yield target.key, (target, observation, observation_digest(observation))

    def findings(
        self, good: Mapping[str, bool], seen: Mapping[str, tuple[Target, Observation, str]], names: Mapping[str, str]
    ) -> Iterator[Finding]:
        """What is found at an asset, each control by the family of what it is judged on."""
        told = dict(names)
        for pattern in self._targets:
            own = load(type(pattern), _renamed(dump(pattern).decode(), names)).key
            for each in (True, False):
                told[observation_digest(self._observed[pattern.key, each])] = seen[own][2]
        for control, finding in self._findings[True].items():
            refs = finding.evidence or self._findings[False][control].evidence
            family = _family(refs[0].target) if refs else "tls"
            text = dump(self._findings[good[family]][control]).decode()
            yield load(Finding, _renamed(text, told))


def _asset(number: int) -> str:
    return f"trang-{number:05}"


def _host(number: int) -> str:
    return f"www{number}.co-quan.example"


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _own(observation: Observation, seed: str) -> Observation:
    """The observation with what no other asset has: a certificate, or a version that a server tells."""
    chance = random.Random(seed)
    match observation:
        case TlsObservation():
            leaf, *rest = observation.certificates[0].chain
            own = chance.randbytes(len(leaf))
            issuer = tuple(random.Random(each).randbytes(600) for each in range(len(rest)))  # the same in every process
            first = replace(observation.certificates[0], chain=(own, *issuer))
            return replace(observation, certificates=(first,))
        case DnsObservation():
            return observation if seed.endswith(" 0") else replace(observation, aliases=(f"a{seed[-1]}.example",))
    return load_observation(dump(observation).replace(b'"nginx"', f'"nginx/1.{chance.randrange(999)}"'.encode()))


def _family(key: str) -> str:
    return key.partition(":")[0]
