"""tls.certificate_shared_key: whether the private key of a server's certificate is a server's alone.

A key that several servers hold is lost with the weakest of them, and then each of them can be impersonated. Names at
one address are one server, and so are ports of one name. Only assets that were looked at in the same run can be
compared.
"""

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, passed
from checks.model.keys import KeyUse
from checks.model.target import TlsTarget
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs
from checks.tls.keys import key_digest

ASSETS_SHOWN = 5
"""Ids of other assets that go into a finding."""


class Sharing(Params):
    """Which assets may have the same key."""

    same_address: bool = True
    """Those at one address: they are behind one server."""
    same_agency: bool = False
    """Those of one agency."""


def judge(subject: Subject[TlsObservation], params: Sharing) -> Outcome:
    """Judge every chain served."""
    target = subject.target
    if not isinstance(target, TlsTarget):
        raise TypeError("a TLS observation stands at a TLS target")
    return judge_chains(subject, lambda chain: _judge(subject, target, chain, params))


def _judge(subject: Subject[TlsObservation], target: TlsTarget, chain: ServedChain, params: Sharing) -> Outcome:
    uses = subject.keys.get(key_digest(chain.ders[0]), ())
    host = target.server_name or target.address
    own = {target.address, *(each.address for each in uses if each.asset == subject.asset.id)}
    others: dict[str, list[KeyUse]] = {}
    for each in uses:
        if each.asset != subject.asset.id:
            others.setdefault(each.asset, []).append(each)
    shared = [
        asset
        for asset, found in others.items()
        if all(each.host != host for each in found)
        and not (params.same_address and any(each.address in own for each in found))
        and not (params.same_agency and found[0].agency == subject.asset.agency)
    ]
    if not shared:
        return passed()
    return failed([chain.fault("key_shared", assets=tuple(shared[:ASSETS_SHOWN]), total=len(shared))])


CHECK = Check(
    id="tls.certificate_shared_key",
    version=1,
    reads="tls",
    params=Sharing,
    judge=judge,
    reasons=CHAIN_REASONS | {"key_shared"},
    needs=needs,
    compares_keys=True,
)
