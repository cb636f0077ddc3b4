"""tls.certificate_chain: whether the chain is served in order and as far as the last intermediate.

Each certificate shall certify the one before it, and the root may be left out (RFC 5246 section 7.4.2, RFC 8446 section
4.4.2). Certificates behind a complete path are superfluous and no fault. Links are followed by the names of issuers;
signatures are tls.certificate_trusted's.
"""

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs
from checks.tls.paths import Anchors, anchors_of, is_self_issued, links_of


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""
    anchors = anchors_of(subject.asset, subject.data)
    return judge_chains(subject, lambda chain: _judge(chain, anchors))


def _judge(chain: ServedChain, anchors: Anchors) -> Outcome:
    if is_self_issued(chain.ders[0]):
        return not_applicable("self_signed_has_no_chain")
    links = links_of(chain.ders, anchors)
    wrong: list[Instance] = []
    if not links.in_order:
        wrong.append(chain.fault("chain_disordered"))
    if not links.complete:
        if anchors.missing or not anchors.has_public:
            reason = "trust_anchors_missing" if anchors.missing else "trust_store_empty"
            gap = not_assessable(reason, where=chain.where, anchors=anchors.missing[:5])
            return failed(wrong) if wrong else gap
        wrong.append(chain.fault("missing_intermediate", last=links.last, issuer=links.wanted))
    return failed(wrong) if wrong else passed()


CHECK = Check(
    id="tls.certificate_chain",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS
    | {
        "self_signed_has_no_chain",
        "chain_disordered",
        "missing_intermediate",
        "trust_anchors_missing",
        "trust_store_empty",
    },
    needs=needs,
)
