"""headers.permissions_policy: the page says which browser features it uses (W3C Permissions Policy section 5.2).

Its value is a structured-field dictionary (RFC 9651). The old Feature-Policy header is not one, and does not count.
A feature is open to every frame where its value is the token `*` or a list with it; the page itself, named origins,
nothing, and words that browsers do not know all close it to others (section 9.2).
"""

from typing import Literal

from checks.check import Check, Params, Subject
from checks.headers.fields import Token, dictionary
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, met_unless

HEADER = "permissions-policy"

Feature = Literal[
    "accelerometer",
    "ambient-light-sensor",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "sync-xhr",
    "usb",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
]


class PermissionsPolicy(Params):
    """What it must say; without anything, it must only be there, be valid and name a feature."""

    restricted: tuple[Feature, ...] = ()
    """Features that must be named, and not be open to every site that is framed."""


def judge(subject: Subject[HttpObservation], params: PermissionsPolicy) -> Outcome:
    """Fail for a header that is absent, that browsers cannot read, or that names no feature, and for each feature
    that is not restricted as asked."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    fields = answer.hop.values(HEADER)
    if not fields:
        old = bool(answer.hop.values("feature-policy"))
        reason = "permissions_policy_deprecated" if old else "permissions_policy_missing"
        return failed([instance(subject, answer, reason, HEADER)])
    members, value = dictionary(fields), cut(", ".join(fields))
    if not members:
        return failed([instance(subject, answer, "permissions_policy_invalid", HEADER, value=value)])
    wrong = [
        instance(subject, answer, reason, f"{HEADER}/{name}", feature=name, value=value)
        for name in dict.fromkeys(params.restricted)
        if (reason := _unrestricted(members.get(name)))
    ]
    return met_unless(wrong)


def _unrestricted(allowed: tuple[object, ...] | None) -> str:
    """Why a feature is not restricted, given the items of its value; empty where it is. A string "*" is no origin."""
    if allowed is None:
        return "permissions_policy_feature_missing"
    everyone = any(isinstance(each, Token) and str(each) == "*" for each in allowed)
    return "permissions_policy_feature_open" if everyone else ""


CHECK = Check(
    id="headers.permissions_policy",
    version=2,
    reads="https",
    params=PermissionsPolicy,
    judge=judge,
    reasons=PAGE_REASONS
    | {
        "permissions_policy_missing",
        "permissions_policy_deprecated",
        "permissions_policy_invalid",
        "permissions_policy_feature_missing",
        "permissions_policy_feature_open",
    },
)
