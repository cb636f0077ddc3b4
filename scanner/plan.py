"""From an inventory and its policies to targets, each once. Pure: no network, no clock."""

from collections.abc import Iterable, Mapping

from checks.evaluate import applies
from checks.model.asset import Asset
from checks.model.policy import Policy
from checks.model.ports import canonical_ports
from checks.model.target import DnsTarget, PortsTarget, Target, names_of, targets_of
from checks.registry import by_id


def names(assets: Iterable[Asset]) -> tuple[DnsTarget, ...]:
    """The names that must be resolved before anything else, each once."""
    found = {name for asset in assets for name in names_of(asset)}
    return tuple(DnsTarget(name) for name in sorted(found))


def plan(
    assets: Iterable[Asset], policy_of: Mapping[str, Policy], addresses: Mapping[str, tuple[str, ...]]
) -> tuple[Target, ...]:
    """Everything to look at, each target once, in the order of their keys.

    `policy_of` is by asset id, `addresses` by name. The ports of an address are those that the policies of all
    its assets ask for, and those that the assets expect.
    """
    ports: dict[str, set[str]] = {}
    known: dict[str, set[int]] = {}
    found: dict[str, Target] = {}
    for asset in assets:
        wanted = {*ports_wanted(policy_of[asset.id], asset), *(str(port) for port in asset.expected_ports)}
        for target in targets_of(asset, dict(addresses)):
            if isinstance(target, DnsTarget):
                continue
            found[target.key] = target
            if isinstance(target, PortsTarget):
                ports.setdefault(target.address, set()).update(wanted)
                known.setdefault(target.address, set()).update(asset.own_ports)
    for address, wanted in ports.items():
        scanned = PortsTarget(address, canonical_ports(sorted(wanted)), canonical_ports(sorted(known[address])))
        found[scanned.key] = scanned
    return tuple(found[key] for key in sorted(found))


def ports_wanted(policy: Policy, asset: Asset) -> set[str]:
    """The ports that a policy's rules must see of an asset, as items of a port list."""
    wanted: set[str] = set()
    for control in policy.controls:
        check = by_id(control.check)
        if check.ports is not None and applies(control.when, asset):
            wanted.update(check.ports(check.parameters(control.params)))
    return wanted
