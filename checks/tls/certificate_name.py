"""tls.certificate_name: whether each certificate served names the host (RFC 9525).

The host is the server name that was asked for, or the address where the URL holds one.
"""

from cryptography import x509

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, passed
from checks.model.target import TlsTarget
from checks.tls.certificates import CHAIN_REASONS, NAMES_SHOWN, ServedChain, judge_chains, needs, read, shown
from checks.tls.names import covers


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""
    target = subject.target
    if not isinstance(target, TlsTarget):
        raise TypeError("a TLS observation stands at a TLS target")
    host = target.server_name or target.address
    return judge_chains(subject, lambda chain: _judge(chain, host))


def _judge(chain: ServedChain, host: str) -> Outcome:
    try:
        names = read(lambda: chain.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return failed([chain.fault("name_not_given", host=host)])
    dns, addresses = names.get_values_for_type(x509.DNSName), names.get_values_for_type(x509.IPAddress)
    if covers(dns, addresses, host):
        return passed()
    if not dns and not addresses:  # for mail addresses alone, say
        return failed([chain.fault("name_not_given", host=host)])
    some = (*dns[:NAMES_SHOWN], *(str(each) for each in addresses[:NAMES_SHOWN]))[:NAMES_SHOWN]
    presented = tuple(shown(each, 100) for each in some)
    total = len(dns) + len(addresses)
    return failed([chain.fault("name_mismatch", host=host, names=presented, total=total)])


CHECK = Check(
    id="tls.certificate_name",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"name_not_given", "name_mismatch"},
    needs=needs,
)
