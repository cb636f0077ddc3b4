"""Whether an ID token is what it says (OpenID Connect Core 1.0, section 3.1.3.7): signed by a key of the provider's,
with an algorithm that we have chosen and not the token, for us alone, in answer to what we asked, and just now.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from secrets import compare_digest
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = {"RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey}
"""The algorithms, each with its kind of key (RFC 7518, section 3.1): public keys alone. None of them is "none", and
none takes a key that others know for a secret (RFC 8725, sections 2.1 and 3.1)."""
LEAST_BITS = 2048
"""Of an RSA key (RFC 7518, section 3.3)."""
LONGEST = 16 << 10
"""Characters of a token."""
LEEWAY = timedelta(seconds=60)
"""By which its clock and ours may differ."""
RECENT = timedelta(minutes=10)
"""A token that was made longer ago answers nothing that we have just asked."""
MOST_KEYS = 50

Reason = Literal["busy", "provider", "issuer", "signature", "claims", "audience", "nonce", "time", "unknown", "factor"]
Moment = Annotated[float, Field(ge=0, le=10**11, allow_inf_nan=False)]
"""Seconds since 1970 (RFC 7519, section 2)."""
Word = Annotated[str, StringConstraints(max_length=255)]


class Doubt(Exception):
    """Nobody is let in by what the provider said, or did not say; why is for the record and not for the browser."""

    def __init__(self, reason: Reason, subject: str = "") -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.subject = subject
        """Who it is by the provider's word, where that is believed."""


class Claims(BaseModel):
    """What is read of a token."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    iss: str
    sub: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
    """Who it is, for ever, at this issuer."""
    aud: Word | list[Word]
    azp: Word | None = None
    exp: Moment
    iat: Moment
    nonce: Word
    auth_time: Moment | None = None
    """When they last proved to the provider who they are."""
    acr: Word = ""
    amr: list[Word] = []
    email: Word = ""
    email_verified: bool = False


def read(token: str, keys: Iterable[Mapping[str, Any]], issuer: str, client: str, nonce: str, now: datetime) -> Claims:
    """The claims of a token that passes. Raises Doubt."""
    try:
        claims = Claims.model_validate(_signed(token, keys))
    except ValidationError:
        raise Doubt("claims") from None
    if claims.iss != issuer:
        raise Doubt("issuer")
    if claims.aud not in (client, [client]) or claims.azp not in (None, client):
        raise Doubt("audience")
    if not compare_digest(claims.nonce.encode(), nonce.encode()):
        raise Doubt("nonce")
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if not (claims.exp > moment - leeway and moment - RECENT.total_seconds() < claims.iat < moment + leeway):
        raise Doubt("time")
    return claims


def _signed(token: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a key of the provider's has signed. What the token's head says of keys and where to find them is not read,
    but for the name of one. Raises Doubt."""
    try:
        head = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, RecursionError):
        raise Doubt("signature") from None
    kind = KINDS.get(str(head.get("alg")))
    fitting = [] if kind is None else [each for each in _keys(keys, kind) if head.get("kid") in (None, each.kid)]
    for each in fitting:
        try:
            return jwt.decode(token, each, algorithms=list(KINDS)).claims
        except (JoseError, ValueError, RecursionError):
            continue
    raise Doubt("signature")


def _keys(keys: Iterable[Mapping[str, Any]], kind: type[RSAKey] | type[ECKey]) -> list[RSAKey | ECKey]:
    """Those of a kind that can be read, are strong enough, and are there for signatures."""
    found: list[RSAKey | ECKey] = []
    for each in list(keys)[:MOST_KEYS]:
        if each.get("kty") != kind.key_type or each.get("use", "sig") != "sig":
            continue
        try:
            key = kind.import_key(dict(each))
        except (JoseError, ValueError, TypeError):
            continue
        public = key.public_key
        if not isinstance(public, RSAPublicKey) or public.key_size >= LEAST_BITS:
            found.append(key)
    return found
