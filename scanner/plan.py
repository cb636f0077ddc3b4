"""From an inventory and its policies to targets, each once. Pure: no network, no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from checks.check import Check
from checks.evaluate import applies
from checks.model.asset import Asset
from checks.model.dns import DnsQuestion
from checks.model.needs import TlsNeeds
from checks.model.pages import Question
from checks.model.policy import Control, Policy
from checks.model.ports import canonical_ports
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget, names_of, targets_of
from checks.registry import by_id


def names(assets: Iterable[Asset], policy_of: Mapping[str, Policy]) -> tuple[DnsTarget, ...]:
    """The names that must be resolved before anything else, each once.

    DNS is asked of a name what the policies of all its assets ask for beside the addresses.
    """
    found: dict[str, set[DnsQuestion]] = {}
    for asset in assets:
        asked = {each for check, _ in _applying(policy_of[asset.id], asset) for each in check.records}
        for name in names_of(asset):
            found.setdefault(name, set()).update(asked)
    return tuple(DnsTarget(name, tuple(sorted(asked))) for name, asked in sorted(found.items()))


def plan(
    assets: Iterable[Asset],
    policy_of: Mapping[str, Policy],
    addresses: Mapping[str, tuple[str, ...]],
    quick: bool = False,
) -> tuple[Target, ...]:
    """Everything to look at, each target once, in the order of their keys.

    `policy_of` is by asset id, `addresses` by name. The ports of an address are those that the policies of all
    its assets ask for, and those that the assets expect; a URL is asked their questions beside the page. `quick`: a
    TLS endpoint is asked only for what the policies of all its assets need, and not at all where they need nothing.
    """
    ports: dict[str, set[str]] = {}
    known: dict[str, set[int]] = {}
    needs: dict[str, TlsNeeds] = {}
    asks: dict[str, set[Question]] = {}
    needs_of = _TlsNeeds()
    found: dict[str, Target] = {}
    for asset in assets:
        policy = policy_of[asset.id]
        wanted = {*ports_wanted(policy, asset), *(str(port) for port in asset.expected_ports)}
        for target in targets_of(asset, dict(addresses)):
            if isinstance(target, DnsTarget):
                continue
            found[target.key] = target
            if isinstance(target, PortsTarget):
                ports.setdefault(target.address, set()).update(wanted)
                known.setdefault(target.address, set()).update(asset.own_ports)
            if isinstance(target, HttpTarget):
                asked = asks.setdefault(target.key, set())
                asked.update(questions(policy, asset, target.scheme))
                found[target.key] = replace(target, asks=tuple(sorted(asked)))
            if isinstance(target, TlsTarget) and quick:
                needs[target.key] = needs.get(target.key, TlsNeeds()) | needs_of(policy, asset)
                found[target.key] = replace(target, needs=needs[target.key])
    for address, wanted in ports.items():
        scanned = PortsTarget(address, canonical_ports(sorted(wanted)), canonical_ports(sorted(known[address])))
        found[scanned.key] = scanned
    return tuple(found[key] for key in sorted(found) if needs.get(key) != TlsNeeds())


def ports_wanted(policy: Policy, asset: Asset) -> set[str]:
    """The ports that a policy's rules must see of an asset, as items of a port list."""
    wanted: set[str] = set()
    for check, control in _applying(policy, asset):
        if check.ports is not None:
            wanted.update(check.ports(check.parameters(control.params)))
    return wanted


def questions(policy: Policy, asset: Asset, scheme: str) -> set[Question]:
    """What a policy's rules must ask of an asset's URLs of one scheme beside the page."""
    return {question for check, _ in _applying(policy, asset) if check.reads == scheme for question in check.asks}


class _TlsNeeds:
    """What a policy's rules must know of an asset's TLS endpoints; worked out once for assets under equal demands."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], TlsNeeds] = {}

    def __call__(self, policy: Policy, asset: Asset) -> TlsNeeds:
        chosen = tuple(_applying(policy, asset))
        key = policy.id, tuple(control.id for _, control in chosen)
        if key not in self._known:
            asked = (check.needs(check.parameters(control.params)) for check, control in chosen if check.needs)
            self._known[key] = reduce(or_, asked, TlsNeeds())
        return self._known[key]


def _applying(policy: Policy, asset: Asset) -> Iterator[tuple[Check[Any, Any], Control]]:
    """The controls of a policy that concern an asset, with their rules."""
    for control in policy.controls:
        if applies(control.when, asset):
            yield by_id(control.check), control
