"""Which public keys are served where in an estate: what a rule may know of other assets than its own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Holder:
    """An asset whose servers hold a key."""

    asset: str
    agency: str
    hosts: frozenset[str]
    """The server names that its certificates were asked for by, or the address where there is none."""
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Others:
    """The other assets that hold a key. Those of other agencies are counted and never named."""

    within: int
    """Of the asset's own agency."""
    named: tuple[str, ...]
    """Ids of some of these, sorted."""
    outside: int
    """Of other agencies."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What assets have in common that stand at the same addresses under the same hosts."""

    addresses: frozenset[str]
    hosts: frozenset[str]


class Holders:
    """Every asset that holds one key.

    A key may be on thousands of servers, and each of these assets asks for the others: holders are therefore counted by
    site and never gone through, so that all answers together take time in proportion to the holders.
    """

    def __init__(self, holders: Iterable[Holder]) -> None:
        self._of: dict[str, Holder] = {}
        self._at_site: dict[_Site, Counter[str]] = defaultdict(Counter)
        """By agency, as in the next two."""
        self._at_addresses: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
        self._all: Counter[str] = Counter()
        self._of_host: dict[str, set[_Site]] = defaultdict(set)
        self._of_address: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._ids: dict[str, dict[frozenset[str], dict[_Site, list[str]]]] = {}
        """By agency, addresses and site: in the order of the first id of each."""
        for each in sorted(holders, key=lambda holder: holder.asset):
            self._add(each)

    def _add(self, each: Holder) -> None:
        site = _Site(each.addresses, each.hosts)
        self._of[each.asset] = each
        for counted in (self._at_site[site], self._at_addresses[each.addresses], self._all):
            counted[each.agency] += 1
        for host in each.hosts:
            self._of_host[host].add(site)
        for address in each.addresses:
            self._of_address[address].add(each.addresses)
        self._ids.setdefault(each.agency, {}).setdefault(each.addresses, {}).setdefault(site, []).append(each.asset)

    def __iter__(self) -> Iterator[Holder]:
        """Every holder, in the order of the ids."""
        return iter(self._of.values())

    def beside(self, own: Holder, *, same_address: bool, names: int) -> Others:
        """Those that share no host with a holder and, with `same_address`, no address; up to so many `names`.

        `own` need not be one of them; if it is, what it holds elsewhere counts as its own too.
        """
        known = self._of.get(own.asset, own)
        near = {place for each in known.addresses for place in self._of_address.get(each, ()) if same_address}
        alike = {site for each in known.hosts for site in self._of_host.get(each, ()) if site.addresses not in near}
        counts = [self._at_addresses[each] for each in near] + [self._at_site[each] for each in alike]
        apart = self._all.total() - sum(each.total() for each in counts)
        within = self._all[own.agency] - sum(each[own.agency] for each in counts)
        ids = (
            asset
            for place, sites in self._ids.get(own.agency, {}).items()
            if place not in near
            for site, assets in sites.items()
            if site not in alike
            for asset in assets
        )
        return Others(within, tuple(sorted(islice(ids, names))), apart - within)


KeyUses = Mapping[str, Holders]
"""By the digest of the subjectPublicKeyInfo in DER."""
