"""What is asked of an OpenID provider (OpenID Connect Core 1.0, section 3.1; PKCE by RFC 7636), and how its answers
come: over TLS, of bounded size and within bounded time, without redirects. What they are worth: `console.id_token`.
"""

import base64
import hashlib
import http.client
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Annotated, Any, TypeVar
from urllib.parse import SplitResult, quote_plus, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints

from console import id_token
from console.id_token import Claims, Doubt
from reports.watch import Watch

STEP_SECONDS, SECONDS = 5.0, 10.0
"""For one step of an exchange, and for the whole of it."""
LARGEST = 256 << 10
"""Bytes of an answer."""
KEPT = timedelta(minutes=10)
"""So long what the provider says of itself is not asked for again."""
AT_ONCE = 2
"""Exchanges. A provider that hangs holds no more of the console's threads, and others are told to try again."""
SCOPE = "openid email"
Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,1000}$")]
T = TypeVar("T", bound=BaseModel)


class _Answer(BaseModel):
    """What is read of an answer; whatever else it has is nothing to us."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Metadata(_Answer):
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: Url
    token_endpoint: Url
    jwks_uri: Url
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False
    """Whether its answers by way of the browser name it (RFC 9207)."""


class _Keys(_Answer):
    keys: tuple[dict[str, Any], ...]


class _Tokens(_Answer):
    id_token: Annotated[str, StringConstraints(max_length=id_token.LONGEST)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is kept in the session until the provider sends the browser back: no two are alike, each is taken once."""

    state: str
    nonce: str
    verifier: str


def question() -> Asked:
    """A new one."""
    return Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class Provider:
    """One provider, as khien.yaml names it."""

    def __init__(
        self, issuer: str, client: str, secret: str, context: ssl.SSLContext, second_factor: tuple[str, ...] = ()
    ) -> None:
        self.issuer, self.client = issuer, client
        self.second_factor = second_factor
        """Values of `acr` and `amr` by which it says that it asked for one; none: it is not believed in that."""
        self._secret, self._context = secret, context
        self._metadata: tuple[datetime, Metadata] | None = None
        self._free = BoundedSemaphore(AT_ONCE)

    def address(self, asked: Asked, back: str, now: datetime, *, again: bool) -> str:
        """Where the browser is sent; `again`: whoever is signed in there proves anew who they are. Raises Doubt."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        endpoint = self._said_of_itself(now).authorization_endpoint
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    def claims(self, asked: Asked, code: str, named: str | None, back: str, now: datetime) -> Claims:
        """Who has signed in there, by the code that the browser brought; `named` is the issuer that it brought.

        Raises Doubt.
        """
        metadata = self._said_of_itself(now)
        if named != self.issuer and (named is not None or metadata.authorization_response_iss_parameter_supported):
            raise Doubt("issuer")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": asked.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            both = f"{quote_plus(self.client)}:{quote_plus(self._secret)}"  # RFC 6749, section 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        else:
            form |= {"client_id": self.client, "client_secret": self._secret}
        tokens = self._fetch(_Tokens, metadata.token_endpoint, urlencode(form).encode(), headers)
        keys = self._fetch(_Keys, metadata.jwks_uri)
        return id_token.read(tokens.id_token, keys.keys, self.issuer, self.client, asked.nonce, now)

    def _said_of_itself(self, now: datetime) -> Metadata:
        kept = self._metadata
        if kept is not None and timedelta() <= now - kept[0] < KEPT:
            return kept[1]
        found = self._fetch(Metadata, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.issuer != self.issuer:
            raise Doubt("issuer")
        self._metadata = now, found
        return found

    def _fetch(self, kind: type[T], url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> T:
        """An answer as its type. Raises Doubt."""
        if not self._free.acquire(blocking=False):
            raise Doubt("busy")
        try:
            return kind.model_validate_json(self._exchange(urlsplit(url), data, headers or {}))
        except (OSError, http.client.HTTPException, ValueError):
            raise Doubt("provider") from None
        finally:
            self._free.release()

    def _exchange(self, parts: SplitResult, data: bytes | None, headers: Mapping[str, str]) -> bytes:
        """The body of an answer. Raises OSError, HTTPException, ValueError."""
        client: http.client.HTTPConnection
        if parts.scheme == "https":
            client = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=STEP_SECONDS, context=self._context
            )
        elif parts.scheme == urlsplit(self.issuer).scheme:  # http, where khien.yaml says so: on loopback alone
            client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=STEP_SECONDS)
        else:
            raise ValueError("not over TLS")
        watch = Watch()
        watch.over(client)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            with watch.running(SECONDS):
                client.connect()
                watch.over(SimpleNamespace(sock=client.sock))  # which the client gives up before its answer is read
                client.request("GET" if data is None else "POST", path, data, {"Accept": "application/json", **headers})
                answer = client.getresponse()
                body = answer.read(LARGEST + 1)
        finally:
            client.close()
        if watch.late or answer.status != 200 or len(body) > LARGEST:  # a redirect is no answer
            raise ValueError("no good answer")
        return body
