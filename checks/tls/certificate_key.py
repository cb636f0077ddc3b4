"""tls.certificate_key: kind and size of the key in each server certificate, and the curve of an elliptic one.

Sizes follow NIST SP 800-57 part 1: 2048 bits of RSA and 224 of an elliptic curve give 112 bits of security. DSA is
never accepted: no client supports it in TLS any more (RFC 8446 section 4.2.3 leaves it out). Clients support few curves
(RFC 8422 section 5.1.1), and a longer one is not among them because it is longer.
"""

from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, key_kind, needs, read

KeyType = Literal["rsa", "ec", "ed25519", "ed448"]
Curve = Literal[
    "secp224r1",
    "secp256k1",
    "secp256r1",
    "secp384r1",
    "secp521r1",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "brainpoolP512r1",
]
"""Names of the TLS Supported Groups registry (RFC 8422 section 5.1.1, RFC 7027)."""


class KeyDemands(Params):
    """Kinds that may be used, and the least sizes of those that come in sizes."""

    min_rsa_bits: int = Field(default=2048, ge=1)
    min_ec_bits: int = Field(default=256, ge=1)
    types: tuple[KeyType, ...] = Field(default=("rsa", "ec", "ed25519", "ed448"), min_length=1)
    curves: tuple[Curve, ...] = ()
    """Those on which a key of type ec may be. Empty: every curve."""


def judge(subject: Subject[TlsObservation], params: KeyDemands) -> Outcome:
    """Judge every chain served."""

    return judge_chains(subject, lambda chain: _judge(chain, params))


def _judge(chain: ServedChain, params: KeyDemands) -> Outcome:
    if key_kind(chain.leaf) not in params.types:
        return failed([chain.fault("key_type_forbidden")])
    match key := read(lambda: chain.leaf.public_key()):
        case rsa.RSAPublicKey():
            least = params.min_rsa_bits
        case ec.EllipticCurvePublicKey():
            if params.curves and key.curve.name not in params.curves:
                return failed([chain.fault("key_curve_forbidden", curve=key.curve.name)])
            least = params.min_ec_bits
        case _:  # Ed25519 and Ed448 come in one size
            return passed()
    if key.key_size < least:
        return failed([chain.fault("key_too_small", bits=key.key_size, min_bits=least)])
    return passed()


CHECK = Check(
    id="tls.certificate_key",
    version=2,
    reads="tls",
    params=KeyDemands,
    judge=judge,
    reasons=CHAIN_REASONS | {"key_type_forbidden", "key_curve_forbidden", "key_too_small"},
    needs=needs,
)
