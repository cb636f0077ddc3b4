"""What the signatures of a PDF prove: that no byte was changed, who signed, when, and whether an anchor vouches for it.

The file is hostile. Nothing is fetched: neither certificates nor lists of those revoked, so revocation is not judged.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any, Literal, cast

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
    TimestampSignatureStatus,
)
from pyhanko_certvalidator import ValidationContext

from reports.signatures.keys import USAGES, common_name
from reports.signatures.strict import covered, exact

State = Literal["good", "untrusted", "irregular", "unsigned", "added", "changed", "unreadable"]
"""good: signed, nothing changed since, and an anchor vouches for each signer; untrusted: the same, but for one of them
none vouches; irregular: what was signed is as it was, but the signature itself is not in the form in which a change of
any of its bytes would show; added: what was signed is as it was, and something stands behind it that nobody signed."""
Unreadable = Literal["", "no_pdf", "damaged", "cut", "too_large", "too_long", "process", "file"]
"""Why a file cannot be read: it is no PDF; a PDF that makes no sense; one that ends in the middle of a signature; it is
larger, or takes longer, than is allowed; the process that read it ended; or it cannot be opened."""
Later = Literal["nothing", "signatures", "validation", "changes"]
"""What came into the file after a signature: further signatures, material to validate it by (or fields for more
signatures), or something else."""
HEAD = 1024
"""A PDF begins within so many bytes (ISO 32000-1, annex H.3, note 13)."""
MARKS = (b"/ByteRange", b"/SubFilter", b"/FT /Sig", b"/FT/Sig", b"/Type /Sig", b"/Type/Sig")
"""What the objects of a signature hold (ISO 32000-1, 12.7.4.5, 12.8.1)."""
TAILS = 10
"""So many ends of a file are tried, from the last one on, where something behind them is no PDF."""
Trust = Literal["trusted", "no_anchors", "unknown_authority", "expired", "revoked", "usage", "weak", "other"]
"""Whether an anchor vouches for a certificate at the time of signing, or why none does."""
_TRUST: dict[AdESSubIndic, Trust] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "unknown_authority",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "unknown_authority",
    AdESIndeterminate.EXPIRED: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
    AdESFailure.REVOKED: "revoked",
    AdESIndeterminate.REVOKED_NO_POE: "revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "usage",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "weak",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak",
}
_ALLOWED: dict[ModificationLevel, Later] = {
    ModificationLevel.LTA_UPDATES: "validation",
    ModificationLevel.FORM_FILLING: "signatures",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp in a signature."""

    time: datetime
    authority: str
    intact: bool
    trust: Trust


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a file."""

    field: str
    signer: str
    """Whom the certificate names; empty where the signature cannot be read."""
    serial: str
    """Number of the certificate, in hexadecimal."""
    issuer: str
    claimed: datetime | None
    """The time that the signer gives, which proves nothing."""
    stamp: Stamp | None
    intact: bool
    """What it covers is as it was signed."""
    whole: bool
    """It covers the file from the first byte to the last."""
    later: Later
    exact: bool
    """The bytes of the signature itself, which it cannot cover, are in their one form: see `strict`."""
    trust: Trust

    @property
    def proved(self) -> datetime | None:
        """The time by which it was made, where a stamp that is trusted says so."""
        return self.stamp.time if self.stamp is not None and self.stamp.trust == "trusted" else None


_UNREADABLE = Signature("", "", "", "", None, None, False, False, "changes", False, "other")


@dataclass(frozen=True, slots=True)
class Checked:
    """One file."""

    signatures: tuple[Signature, ...] = ()
    unreadable: Unreadable = ""
    detail: str = ""
    """With `unreadable`: the words of the library or of the system, for those who look for the cause."""

    @property
    def state(self) -> State:
        """The whole in a word; the worst goes before."""
        if self.unreadable:
            return "unreadable"
        if not self.signatures:
            return "unsigned"
        stamps = [each.stamp for each in self.signatures if each.stamp is not None]
        if not (all(each.intact for each in self.signatures) and all(each.intact for each in stamps)):
            return "changed"
        if not any(each.whole for each in self.signatures) or any(each.later == "changes" for each in self.signatures):
            return "added"
        if not all(each.exact for each in self.signatures):
            return "irregular"
        trusts = {*(each.trust for each in self.signatures), *(each.trust for each in stamps)}
        return "good" if trusts == {"trusted"} else "untrusted"


def verify(document: bytes, at: datetime, anchors: Sequence[Certificate] = ()) -> Checked:
    """Check every signature of a PDF. Certificates are judged at the time of a trusted stamp, otherwise at `at`."""
    try:
        reader, end = _read(document)
        fields = [(name, field) for name, _, field in enumerate_sig_fields(reader, filled_status=True)]
    except Exception as error:  # hostile bytes may break a parser anywhere
        begins = document[:HEAD].find(b"%PDF-") >= 0
        return Checked(unreadable="damaged" if begins else "no_pdf", detail=f"{type(error).__name__}: {error}")
    if not fields and any(mark in document[end:] for mark in MARKS):
        return Checked(unreadable="cut")  # what can be read of it ends before the signature does
    if not fields and b"/ByteRange" in document:
        return Checked((_UNREADABLE,))  # it has had a signature, to which nothing leads
    found = sorted(_checked(document, reader, fields, at, anchors), key=lambda each: each[0])
    return Checked(tuple(signature for _, signature in found))


def _read(document: bytes) -> tuple[PdfFileReader, int]:
    """The file, or the part of it that is one, and where that ends. Raises anything for what is none.

    What the library finds irregular is read all the same: a signature over every byte holds there too.
    """
    end = len(document)
    for _ in range(TAILS):
        mark = document.rfind(b"%%EOF", 0, end)
        behind = document[mark + len(b"%%EOF") : end]
        part = document[: end - len(behind.lstrip())]
        for strict in (True, False):
            try:
                return PdfFileReader(BytesIO(part), strict=strict), len(part)
            except PdfReadError:
                if not strict and mark <= 0:
                    raise
        end = mark
    raise PdfReadError("no end of a file")


def _checked(
    document: bytes,
    reader: PdfFileReader,
    fields: Sequence[tuple[str, DictionaryObject]],
    at: datetime,
    anchors: Sequence[Certificate],
) -> Iterator[tuple[int, Signature]]:
    """Each signature with the number of its revision."""
    for name, field in fields:
        try:
            found = EmbeddedPdfSignature(reader, field, name)
            yield found.signed_revision, asyncio.run(_signature(document, found, at, anchors))
        except Exception:  # the same: a signature that cannot be read is one that was changed
            yield 0, replace(_UNREADABLE, field=name)


async def _signature(
    document: bytes, found: EmbeddedPdfSignature, at: datetime, anchors: Sequence[Certificate]
) -> Signature:
    status, stamp = await _status(found, at, anchors)
    intact = status.intact and status.valid
    end = covered(document, found)
    later: Later = "changes"
    if end is not None:
        later = "nothing" if end == len(document) else _later(found)
    certificate = found.signer_cert
    return Signature(
        field=found.field_name,
        signer=common_name(certificate.subject),
        serial=f"{certificate.serial_number:x}",
        issuer=common_name(certificate.issuer),
        claimed=found.self_reported_timestamp,
        stamp=stamp,
        intact=intact and end is not None,
        whole=later == "nothing",
        later=later,
        exact=intact and _exact(document, found),
        trust=_trust(status, anchors),
    )


def _exact(document: bytes, found: EmbeddedPdfSignature) -> bool:
    try:
        return exact(document, found)
    except (ValueError, TypeError):  # what can be read in one way only can be read
        return False


def _later(found: EmbeddedPdfSignature) -> Later:
    """What came after a signature that does not reach to the end of the file."""
    found.compute_integrity_info()
    coverage, result = cast(Any, found.coverage), cast(Any, found.diff_result)
    if coverage is not SignatureCoverageLevel.ENTIRE_REVISION or not isinstance(result, DiffResult):
        return "changes"
    return _ALLOWED.get(result.modification_level, "changes")


async def _status(
    found: EmbeddedPdfSignature, at: datetime, anchors: Sequence[Certificate]
) -> tuple[SignatureStatus, Stamp | None]:
    """What the library says of it, at the time of its stamp where that is trusted."""
    if found.sig_object_type == "/DocTimeStamp":
        whole = await async_validate_pdf_timestamp(found, _context(at, anchors), skip_diff=True)
        return whole, _stamp(whole, anchors)
    status = await _validated(found, at, at, anchors)
    if status.timestamp_validity is None:
        return status, None
    stamp = _stamp(status.timestamp_validity, anchors)
    if stamp.trust == "trusted":
        status = await _validated(found, stamp.time, at, anchors)
    return status, stamp


async def _validated(
    found: EmbeddedPdfSignature, signed: datetime, at: datetime, anchors: Sequence[Certificate]
) -> PdfSignatureStatus:
    return await async_validate_pdf_signature(
        found,
        signer_validation_context=_context(signed, anchors),
        ts_validation_context=_context(at, anchors),
        key_usage_settings=KeyUsageConstraints(key_usage=USAGES),
        skip_diff=True,
    )


def _context(moment: datetime, anchors: Sequence[Certificate]) -> ValidationContext:
    return ValidationContext(trust_roots=list(anchors), moment=moment, allow_fetching=False)


def _stamp(status: TimestampSignatureStatus, anchors: Sequence[Certificate]) -> Stamp:
    return Stamp(
        time=status.timestamp,
        authority=common_name(status.signing_cert.subject),
        intact=status.intact and status.valid,
        trust=_trust(status, anchors),
    )


def _trust(status: SignatureStatus, anchors: Sequence[Certificate]) -> Trust:
    if not anchors:
        return "no_anchors"
    if status.trusted:
        return "trusted"
    problem = status.trust_problem_indic
    return _TRUST.get(problem, "other") if problem is not None else "other"
