"""/.well-known/security.txt as RFC 9116 has it: which fields there are and when it ends. Pure; no contact leaves."""

import re
from datetime import UTC, datetime
from typing import Final

from checks.model.pages import SecurityTxt
from scanner.probes.body import Body
from scanner.probes.redact import redact_url
from scanner.probes.urls import Url

PATH: Final = "/.well-known/security.txt"
"""RFC 9116 section 3."""
MOST_LINES: Final = 2000

_FIELDS: Final = frozenset(
    {
        *("acknowledgments", "bug-bounty", "canonical", "contact", "csaf", "encryption", "expires", "hiring", "policy"),
        "preferred-languages",
    }
)
"""RFC 9116 section 2.5 and the registry that it begins (section 6.2)."""
_FIELD: Final = re.compile(r"([A-Za-z-]{1,40}):(.*)")
_SIGNED: Final = re.compile(r"\s*+-----BEGIN PGP SIGNED MESSAGE-----[ \t]*+\r?\n(?:[^\r\n]++\r?\n)*+\r?\n")
_SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END: Final = "-----END PGP SIGNATURE-----"
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d{1,20})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339 section 5.6."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")


def read_security_txt(url: Url, status: int, media_type: str, body: Body) -> SecurityTxt:
    """What an answer says. Of anything but a success only the status is told."""
    where, media = redact_url(str(url)), _media_type(media_type)
    if status != 200:
        return SecurityTxt(where, status, media, complete=body.complete)
    text = body.content.decode("utf-8", "replace").removeprefix("\ufeff")
    inside = _signed(text)
    lines = text.splitlines() if inside is None else inside
    found = (_FIELD.fullmatch(line) for line in lines[:MOST_LINES])
    fields = [(each[1].lower(), each[2].strip(" \t")) for each in found if each]
    return SecurityTxt(
        url=where,
        status=status,
        media_type=media,
        fields=tuple(sorted({name for name, _ in fields if name in _FIELDS})),
        contacts=tuple(sorted({_scheme(value) for name, value in fields if name == "contact"})),
        expires=tuple(_moment(value) for name, value in fields if name == "expires")[:10],
        signed=inside is not None,
        complete=body.complete and len(lines) <= MOST_LINES,
    )


def _signed(text: str) -> list[str] | None:
    """The lines inside the cleartext signature framework (RFC 9580 section 7), their dashes unescaped; None where the
    text is not in it, whole and at its beginning."""
    begun = _SIGNED.match(text)
    end = -1 if begun is None else text.find(f"\n{_SIGNATURE}", begun.end() - 1)
    if begun is None or end < 0 or text.find(_SIGNATURE_END, end) < 0:
        return None
    return [line.removeprefix("- ") for line in text[begun.end() : end].splitlines()]


def _media_type(value: str) -> str:
    kind, *parameters = (each.strip().lower() for each in value.split(";"))
    charset = [each.replace('"', "") for each in parameters if each.startswith("charset=")]
    return ";".join([kind, *charset[:1]])[:100]


def _scheme(value: str) -> str:
    found = _SCHEME.match(value)
    return "" if found is None else found[1].lower()


def _moment(value: str) -> str:
    """A time in UTC to the second; "" for what is none."""
    found = _TIME.fullmatch(value)
    if found is None:
        return ""
    zone = "+00:00" if found[3] in "Zz" else found[3]
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else ""
