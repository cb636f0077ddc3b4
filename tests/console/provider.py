"""An OpenID provider on loopback, which is as strict as it should be, and lies where a test has it lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.console.visitor import Answer, Visitor

CLIENT, SECRET = "khien", "bí mật: của Khiên"
Answering = Callable[[BaseHTTPRequestHandler], None]


def encoded(value: object) -> str:
    """JSON in base64 for URLs."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@dataclass
class Provider:
    """What it knows, and how it lies."""

    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True))
    codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    """What each code was given for: the request, and the claims."""
    signed: Callable[[dict[str, Any]], str] | None = None
    """How a token is made in place of as it should be."""
    answering: dict[str, Answering] = field(default_factory=dict)
    """How a path answers in place of as it should."""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/thuc"

    @property
    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/vao?kenh=web",
            "token_endpoint": f"{self.issuer}/the",
            "jwks_uri": f"{self.issuer}/khoa",
            "response_types_supported": ["code"],
        }

    @property
    def keys(self) -> dict[str, Any]:
        secret = OctKey.import_key(SECRET, {"kid": "k1", "use": "sig"}).as_dict()
        return {"keys": [secret, {"kty": "lattice"}, self.key.as_dict(private=False)]}

    def code(self, address: str, **claims: Any) -> str:
        """Somebody has signed in: the code for where the browser was sent."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = base64.urlsafe_b64encode(hashlib.sha256(f"{len(self.codes)}".encode()).digest()).decode()
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "auth_time": now,
            **claims,
        }
        self.codes[code] = asked, {name: value for name, value in told.items() if value is not None}
        return code

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, which is taken once; None: they are refused."""
        asked, claims = self.codes.pop(form.get("code", ""), ({}, {}))
        known = base64.b64encode(b"khien:b%C3%AD+m%E1%BA%ADt%3A+c%E1%BB%A7a+Khi%C3%AAn").decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        right = (
            authorization == f"Basic {known}"
            and form.get("grant_type") == "authorization_code"
            and asked.get("redirect_uri") == form.get("redirect_uri")
            and asked.get("code_challenge_method") == "S256"
            and asked.get("code_challenge") == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        )
        if not right:
            return None
        made = self.signed or (lambda told: jwt.encode({"alg": "RS256", "kid": "k1"}, told, self.key))
        return {"access_token": "x", "token_type": "Bearer", "id_token": made(claims)}


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def tell(self, status: int, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = self.path.removeprefix("/thuc")
            if path in provider.answering:
                return provider.answering[path](self)
            known = {"/.well-known/openid-configuration": provider.metadata, "/khoa": provider.keys}
            return self.tell(200 if path in known else 404, known.get(path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            path = self.path.removeprefix("/thuc")
            if path in provider.answering:
                return provider.answering[path](self)
            form = {name: values[0] for name, values in parse_qs(body).items()}
            tokens = provider.tokens(form, self.headers.get("Authorization", "")) if path == "/the" else None
            return self.tell(400 if tokens is None else 200, tokens or {"error": "invalid_grant"})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sent(visitor: Visitor, query: str = "") -> str:
    """Where the console sends a browser that chooses to sign in with OpenID."""
    answer = visitor.get(f"/sign-in/openid{query}")
    assert answer.status == 302, answer.text
    return answer.to


def back(visitor: Visitor, address: str, code: str, query: str = "") -> Answer:
    """The browser comes back with a code."""
    state = parse_qs(urlsplit(address).query)["state"][0]
    return visitor.get(f"/sign-in/openid/back?code={code}&state={state}{query}")


def entered(visitor: Visitor, provider: Provider, query: str = "", **claims: Any) -> Answer:
    """The whole way."""
    address = sent(visitor, query)
    return back(visitor, address, provider.code(address, **claims))
