"""A browser without a screen: requests over HTTP with cookies and forms, as exact as a test needs them."""

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.console.estate import PASSWORD

PATIENCE = 60
"""Seconds after which a test fails that waits for an answer."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def to(self) -> str:
        """Where it sends on to."""
        return str(self.headers.get("Location", ""))


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | bytes | None = None, **headers: str) -> Answer:
        """One request; cookies are sent as a browser does that takes loopback for secure."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if isinstance(form, dict):
            given["Content-Type"] = "application/x-www-form-urlencoded"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, urlencode(form) if isinstance(form, dict) else form, given)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        for set_cookie in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(set_cookie).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or not morsel.value:
                    del self.cookies[name]
        return answer

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, str] | None = None, *, page: str = "/sign-in") -> Answer:
        """Send a form as the page has it."""
        form = {"csrfmiddlewaretoken": self._token(page), **(form or {})}
        return self.ask("POST", path, form, Sec_Fetch_Site="same-origin")

    def send(self, path: str, files: dict[str, bytes], *, page: str) -> Answer:
        """Send files with the form of a page, under the name "files" (RFC 7578)."""
        mark = "x" * 40
        parts = [("csrfmiddlewaretoken", self._token(page).encode())]
        parts += [(f'files"; filename="{name}', data) for name, data in files.items()]
        body = b"".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + data + b"\r\n"
            for name, data in parts
        )
        kind = f"multipart/form-data; boundary={mark}"
        return self.ask(
            "POST", path, body + f"--{mark}--\r\n".encode(), Content_Type=kind, Sec_Fetch_Site="same-origin"
        )

    def _token(self, page: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(page).text)
        assert token is not None, page
        return token[1]

    def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> Answer:
        """Both factors, where a code is given."""
        answer = self.post("/sign-in", {"name": name, "password": password})
        return self.post("/sign-in/code", {"code": code}, page="/sign-in/code") if code else answer
