"""Sign a finished PDF: what is there stays byte for byte, and the signature is appended (ISO 32000-1, 7.5.6, 12.8).

PAdES baseline B-B, and B-T with a time stamp (ETSI EN 319 142-1, 6.3). The field is without an appearance: the page
stays as it was set, and neither PDF/A-3 nor the tags lose anything by it.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError as NotSigned
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from checks.model.text import Text
from reports.errors import SigningError
from reports.signatures.keys import Key
from reports.signatures.verify import verify


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signature says of itself."""

    reason: str = ""
    location: str = ""


def sign(
    document: bytes, key: Key, at: datetime, statement: Statement = Statement(), stamper: TimeStamper | None = None
) -> bytes:
    """The document with a signature at its end; `at` is the time that the signer claims.

    Raises SigningError where the certificate is not valid then, the key does not sign, no time stamp could be had, or
    what came out does not hold.
    """
    key.check(at)
    try:
        signed = asyncio.run(_signed(document, key, at, statement, stamper))
    except (NotSigned, PdfError, OSError, ValueError, AssertionError, RuntimeError) as error:  # the last: a token
        words = f"{type(error).__name__}: {error}"
        raise SigningError(Text(f"Không ký được: {words}", f"It could not be signed: {words}")) from error
    made = verify(signed, at).signatures[-1]
    if not (made.intact and made.whole) or (stamper is not None and (made.stamp is None or not made.stamp.intact)):
        raise SigningError(
            Text(
                "Chữ ký vừa tạo không hợp lệ; không ghi ra.", "The signature that was made does not hold; not written."
            )
        )
    return signed


async def _signed(document: bytes, key: Key, at: datetime, statement: Statement, stamper: TimeStamper | None) -> bytes:
    writer = _Appended(BytesIO(document))
    field = f"Signature{len(list(enumerate_sig_fields(writer))) + 1}"
    signer = _Signer(
        PdfSignatureMetadata(
            field_name=field,
            subfilter=SigSeedSubFilter.PADES,
            reason=statement.reason or None,
            location=statement.location or None,
        ),
        key.signer,
        timestamper=stamper,
        # Without extent, as PDF/A wants of a field without an appearance, and beside the page, as PDF/UA does.
        new_field_spec=SigFieldSpec(field, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True)),
    )
    signer.at = at
    signed: BytesIO = await signer.async_sign_pdf(writer)
    return signed.getvalue()


class _Signer(PdfSigner):
    """Signs at a given time instead of asking the clock."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        """As the library does, with the time exchanged."""
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self.at
        return session


class _Appended(IncrementalPdfFileWriter):
    """Leaves the metadata as they are: they tell of the content. Who signed, and when, is in the signature."""

    def _update_meta(self) -> None:
        pass
