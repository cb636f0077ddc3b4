"""headers.security_txt: the site says whom to tell of a weakness, and says so in force (RFC 9116).

The file stands at /.well-known/security.txt over HTTPS (section 3), as text/plain in UTF-8, with at least one Contact
(section 2.5.3) and exactly one Expires in the future (section 2.5.5); it may carry an OpenPGP signature (section 2.3).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.body import asking, not_answered
from checks.headers.page import cut
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, Value, met_unless, not_assessable
from checks.model.pages import SecurityTxt as Seen

CONTACTS = frozenset({"mailto", "https", "tel"})
"""Schemes by which somebody can be told (section 2.5.3); a web address must be https."""

MEDIA_TYPES = frozenset(
    {"text/plain", "text/plain;charset=utf-8", "text/plain;charset=utf8", "text/plain;charset=us-ascii"}
)
"""Section 3 demands UTF-8; where no charset is said the RFC has it so by default, and US-ASCII is a part of it."""


class SecurityTxt(Params):
    """What the file must say beyond what the RFC demands."""

    signed: bool = False
    """Whether it must be signed; whose signature it is and whether it is right is not checked."""
    min_days: int = Field(0, ge=0)
    """Days that it must stay in force after the look."""
    max_days: int | None = Field(None, ge=1)
    """Days after the look beyond which it must not claim to be in force; the RFC recommends less than a year."""


def judge(subject: Subject[HttpObservation], params: SecurityTxt) -> Outcome:
    """Fail for an absent file and for each thing that is wrong with it, at the time of the look."""
    seen = subject.observation.security_txt
    if seen is None:
        return not_answered(subject, "security_txt")
    if seen.status == 429 or seen.status >= 500:
        return not_assessable("security_txt_error", where=cut(seen.url), status=seen.status)
    if 300 <= seen.status < 400:
        return not_assessable("security_txt_elsewhere", where=cut(seen.url), status=seen.status)
    if seen.status != 200 or (seen.complete and not seen.fields):
        return met_unless([_instance(subject, seen, "security_txt_missing", status=seen.status)])
    wrong = list(_faults(subject, seen, params))
    if not wrong and not seen.complete:
        return not_assessable("security_txt_cut_short", where=cut(seen.url))
    return met_unless(wrong)


def _faults(subject: Subject[HttpObservation], seen: Seen, params: SecurityTxt) -> Iterator[Instance]:
    if not seen.url.startswith("https:"):
        yield _instance(subject, seen, "security_txt_in_cleartext")
    if seen.media_type not in MEDIA_TYPES:
        yield _instance(subject, seen, "security_txt_not_text", media_type=cut(seen.media_type) or "-")
    if not CONTACTS.intersection(seen.contacts) and seen.complete:
        yield _instance(subject, seen, "security_txt_no_contact")
    if params.signed and not seen.signed and seen.complete:
        yield _instance(subject, seen, "security_txt_not_signed")
    yield from _expiry(subject, seen, params)


def _expiry(subject: Subject[HttpObservation], seen: Seen, params: SecurityTxt) -> Iterator[Instance]:
    if not seen.expires:
        if seen.complete:
            yield _instance(subject, seen, "security_txt_no_expires")
        return
    if len(seen.expires) > 1 or not seen.expires[0]:
        yield _instance(subject, seen, "security_txt_bad_expires")
        return
    at, end = subject.sighting.finished, datetime.fromisoformat(seen.expires[0])
    until = end.date().isoformat()
    if end <= at:
        yield _instance(subject, seen, "security_txt_expired", until=until)
    elif end < at + timedelta(days=params.min_days):
        yield _instance(subject, seen, "security_txt_expiring", until=until, days=params.min_days)
    elif params.max_days is not None and end > at + timedelta(days=params.max_days):
        yield _instance(subject, seen, "security_txt_too_long", until=until, days=params.max_days)


def _instance(subject: Subject[HttpObservation], seen: Seen, reason: str, **params: Value) -> Instance:
    where = {"where": cut(seen.url)}
    return Instance(f"{subject.where} {reason}", reason, {**where, **params}, path="security_txt")


CHECK = Check(
    id="headers.security_txt",
    version=2,
    reads="https",
    params=SecurityTxt,
    judge=judge,
    reasons=frozenset(
        {
            "security_txt_missing",
            "security_txt_elsewhere",
            "security_txt_error",
            "security_txt_cut_short",
            "security_txt_in_cleartext",
            "security_txt_not_text",
            "security_txt_no_contact",
            "security_txt_no_expires",
            "security_txt_bad_expires",
            "security_txt_expired",
            "security_txt_expiring",
            "security_txt_too_long",
            "security_txt_not_signed",
        }
    ),
    asks=("security_txt",),
    reproduce=asking("-L", path="/.well-known/security.txt"),
)
