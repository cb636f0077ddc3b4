"""tls.certificate_shared_key: whether the private key of a server's certificate is a server's alone.

A key that several servers hold is lost with the weakest of them, and then each of them can be impersonated. Names at
one address are one server, and so are ports of one name. Only assets that were looked at in the same run can be
compared: where one agency was looked at alone, so is it judged.

A finding goes to one agency and names none of another's assets: those are counted only.
"""

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, met_unless, passed
from checks.model.keys import Holder, Holders
from checks.model.target import TlsTarget
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs
from checks.tls.keys import holder, key_digest

ASSETS_SHOWN = 5
"""Ids of the agency's other assets that go into a finding."""


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
    own = holder(subject.asset, [target])
    return judge_chains(subject, lambda chain: _judge(chain, subject.keys.get(key_digest(chain.ders[0])), own, params))


def _judge(chain: ServedChain, holders: Holders | None, own: Holder, params: Sharing) -> Outcome:
    if holders is None:
        return passed()
    found = holders.beside(own, same_address=params.same_address, names=ASSETS_SHOWN)
    wrong: list[Instance] = []
    if found.within and not params.same_agency:
        wrong.append(chain.fault("key_shared", assets=found.named, total=found.within))
    if found.outside:
        wrong.append(chain.fault("key_shared_outside", total=found.outside))
    return met_unless(wrong)


CHECK = Check(
    id="tls.certificate_shared_key",
    version=2,
    reads="tls",
    params=Sharing,
    judge=judge,
    reasons=CHAIN_REASONS | {"key_shared", "key_shared_outside"},
    needs=needs,
    compares_keys=True,
)
