"""Web addresses as people write them, in the one ASCII form that everything else uses."""

import ipaddress
import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from checks.model.asset import DEFAULT_PORTS
from checks.model.text import TextError

_NUMERIC = re.compile(r"^[0-9.]+$|^0x[0-9a-f]*$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"


def ascii_url(url: str) -> str:
    """The URL with its host in A-labels (IDNA 2008 after UTS 46), lower case, a path always, and no default port.

    Raises TextError for anything else than an absolute URL of a known scheme without user, query or fragment.
    """
    if _CONTROL.search(url):
        raise TextError(f"URL chứa ký tự không hợp lệ: {url!r}", f"the URL has a character that it may not: {url!r}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TextError(f"URL không hợp lệ: {url!r}", f"not a URL: {url!r} ({error})") from None
    if parts.scheme not in (*DEFAULT_PORTS,):
        known = ", ".join(DEFAULT_PORTS)
        raise TextError(
            f"giao thức của {url!r} phải là một trong: {known}", f"the scheme of {url!r} must be one of: {known}"
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise TextError(
            f"URL không được có tên người dùng, truy vấn hay phân đoạn: {url!r}",
            f"the URL may have no user, query or fragment: {url!r}",
        )
    if port == 0:
        raise TextError(f"cổng không hợp lệ trong {url!r}", f"bad port in {url!r}")
    host = ascii_host(parts.hostname or "")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    path = quote(unicodedata.normalize("NFC", parts.path), safe=_PATH_SAFE)
    if parts.scheme in ("http", "https"):
        path = path or "/"
    return urlunsplit((parts.scheme, netloc, path, "", ""))


def ascii_host(host: str) -> str:
    """A host name in A-labels, or a literal address in canonical form.

    Raises TextError for an empty or malformed name, and for the short numeric forms ("127.1", "2130706433")
    that resolvers take for addresses.
    """
    if not host:
        raise TextError("thiếu tên máy chủ", "the host is missing")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if _NUMERIC.match(unicodedata.normalize("NFKC", host).split(".")[-1]):
        raise TextError(f"không phải địa chỉ IP hợp lệ: {host!r}", f"not a valid IP address: {host!r}")
    try:
        encoded = idna.encode(host.rstrip("."), uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise TextError(f"tên miền không hợp lệ: {host!r}", f"not a valid host name: {host!r} ({error})") from None
    return encoded


def shown_host(host: str) -> str:
    """A host as people read it: A-labels back in their own letters."""
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host
