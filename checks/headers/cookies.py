"""headers.cookies: cookies that the site sets keep to HTTPS, to the server, and to the site (RFC 6265bis).

Every Set-Cookie field of the host's answers and of the final one is judged, not only those that look like sessions:
which cookie carries a session cannot be told from outside. A cookie that is being removed carries nothing, and neither
does one that browsers do not take from that address.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.fields import REDACTED
from checks.headers.page import PAGE_REASONS, Answer, answers, cut, final_answer, host, instance, once, short
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, passed

Quality = Literal["secure", "http_only", "same_site"]

LONGEST_VALUE = 1024
"""Octets of an attribute's value that browsers read."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Cookies(Params):
    """What every cookie must have."""

    require: tuple[Quality, ...] = Field(min_length=1)
    """secure: the attribute, and whatever else a prefix of the cookie's name promises. http_only: the attribute.
    same_site: Strict, Lax, or a None that is stated and goes with Secure (section 5.6.7.2); the default that
    browsers assume without the attribute does not count."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One Set-Cookie field."""

    name: str
    """Empty for a cookie without a name."""
    attributes: Mapping[str, str]
    """Names in lower case; of an attribute that comes twice, the last (section 5.7)."""

    @property
    def same_site(self) -> str:
        """strict, lax or none; empty where it is absent or says something else."""
        value = self.attributes.get("samesite", "").lower()
        return value if value in ("strict", "lax", "none") else ""

    @property
    def removed(self) -> bool:
        """Whether the field tells browsers to forget the cookie: a Max-Age of nothing, or without a Max-Age that says
        something an Expires before 2020 (the probe keeps only such dates)."""
        age = self.attributes.get("max-age")
        if age:
            return re.fullmatch(r"-[0-9]+|0+", age) is not None
        return re.search(r"\b(?:19[0-9]|20[01])[0-9]\b|-[7-9][0-9]\b", self.attributes.get("expires", "")) is not None

    def taken_from(self, url: str) -> bool:
        """Whether browsers take it from this URL at all (section 5.7): its Domain is the host or above it, and where it
        is Secure it comes over HTTPS. What the probe has redacted may be any domain."""
        domain, name = self.attributes.get("domain", "").removeprefix(".").lower(), host(url)
        above = domain in ("", name) or name.endswith(f".{domain}") or REDACTED in domain
        return above and ("secure" not in self.attributes or url.lower().startswith("https:"))

    @property
    def keeps_prefix(self) -> bool:
        """Whether it has what its name promises: __Secure- or __Host- (section 4.1.3), in any case."""
        name = self.name.lower()
        if name.startswith("__host-"):
            whole = self.attributes.get("path") == "/" and not self.attributes.get("domain")
            return whole and "secure" in self.attributes
        return not name.startswith("__secure-") or "secure" in self.attributes


def parse_cookie(field: str) -> Cookie | None:
    """One field by the algorithm of section 5.6; None where it sets nothing: it has neither name nor value, or holds
    a control character. An attribute's value of more than 1024 octets does not count."""
    pair, *rest = field.split(";")
    name, equals, content = pair.partition("=")
    if not (name.strip(" \t") or content.strip(" \t")) or _CONTROL.search(field):
        return None
    attributes = {}
    for part in rest:
        key, _, value = part.partition("=")
        if len(value.strip(" \t")) <= LONGEST_VALUE:
            attributes[key.strip(" \t").lower()] = value.strip(" \t")
    return Cookie(name.strip(" \t") if equals else "", attributes)


def judge(subject: Subject[HttpObservation], params: Cookies) -> Outcome:
    """Fail for each quality that a cookie lacks, and for a name that promises what the cookie is not."""
    seen = [(answer, cookie) for answer in answers(subject) for cookie in _set_by(answer)]
    wrong = once(each for answer, cookie in seen for each in _faults(subject, answer, cookie, params))
    if wrong:
        return failed(wrong)
    final = final_answer(subject)
    if isinstance(final, Outcome):
        return final
    return passed() if seen else not_applicable("no_cookies")


def _set_by(answer: Answer) -> Iterator[Cookie]:
    for field in answer.hop.values("set-cookie"):
        cookie = parse_cookie(field)
        if cookie is not None and not cookie.removed and cookie.taken_from(answer.hop.url):
            yield cookie


def _faults(subject: Subject[HttpObservation], answer: Answer, cookie: Cookie, params: Cookies) -> Iterator[Instance]:
    if "secure" in params.require and not cookie.keeps_prefix:
        yield _instance(subject, answer, cookie, "cookie_bad_prefix")
    if "secure" in params.require and "secure" not in cookie.attributes:
        yield _instance(subject, answer, cookie, "cookie_not_secure")
    if "http_only" in params.require and "httponly" not in cookie.attributes:
        yield _instance(subject, answer, cookie, "cookie_not_http_only")
    if "same_site" in params.require and not cookie.same_site:
        yield _instance(subject, answer, cookie, "cookie_no_same_site")
    if "same_site" in params.require and cookie.same_site == "none" and "secure" not in cookie.attributes:
        yield _instance(subject, answer, cookie, "cookie_none_not_secure")


def _instance(subject: Subject[HttpObservation], answer: Answer, cookie: Cookie, reason: str) -> Instance:
    return instance(subject, answer, reason, f"set-cookie/{short(cookie.name)}/{reason}", cookie=cut(cookie.name))


CHECK = Check(
    id="headers.cookies",
    version=4,
    reads="https",
    params=Cookies,
    judge=judge,
    reasons=PAGE_REASONS
    | {
        "cookie_bad_prefix",
        "cookie_not_secure",
        "cookie_not_http_only",
        "cookie_no_same_site",
        "cookie_none_not_secure",
        "no_cookies",
    },
)
