"""The way from a configuration to a key that signs. Passphrases and PINs come from the environment alone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.config import Config, SigningSection, TokenSection
from scanner.cli.environment import secret
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.reading import small_file
from scanner.cli.ui import note

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.timestamps import TimeStamper

    from reports.signatures.keys import Key

SOON = timedelta(days=30)
"""So long before its end a certificate is spoken of."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a key that is open, and what goes with each signature."""

    key: "Key"
    section: SigningSection
    stamper: "TimeStamper | None"

    @property
    def name(self) -> str:
        """Whom the certificate names."""
        return self.key.subject

    def sign(self, document: bytes) -> bytes:
        """The document, signed now. Raises SigningError."""
        from reports.signatures.sign import Statement, sign

        statement = Statement(self.section.reason, self.section.location)
        return sign(document, self.key, datetime.now(UTC).replace(microsecond=0), statement, self.stamper)


@contextmanager
def signatory(config: Config) -> Iterator[Signatory]:
    """The key that the configuration names, for as long as the block lasts.

    Raises Usage where it names none, where the environment lacks its passphrase or PIN, or where others can read the
    key; SigningError where the key cannot be opened.
    """
    section = config.signing
    if section is None or (section.file is None and section.token is None):
        raise Usage(
            f"{config.path}: chưa khai báo khóa ký (mục signing)",
            f"{config.path}: there is no key to sign with (section signing)",
        )
    with _opened(section) as key:
        now = datetime.now(UTC)
        key.check(now)
        if key.expires - now < SOON:
            day = f"{key.expires:%Y-%m-%d}"
            note(say(f"Chứng thư số ký hết hạn ngày {day}.", f"The signing certificate expires on {day}."), "yellow")
        yield Signatory(key, section, _stamper(section))


def look_over(section: SigningSection) -> str:
    """That the files of the section are there and closed to others, without opening the key; what the key is in.

    Raises Usage, SigningError, OSError.
    """
    anchors((*section.chain, *section.trust_anchors))
    if section.file is not None:
        small_file(Path(section.file), secret=True)
        return section.file
    if section.token is not None and not Path(section.token.module).is_file():
        raise Usage(
            f"{section.token.module}: không có thư viện PKCS#11", f"{section.token.module}: there is no PKCS#11 library"
        )
    return section.token.label if section.token is not None else say("không có khóa ký", "no key to sign with")


def anchors(paths: "tuple[str, ...]") -> "tuple[Certificate, ...]":
    """The certificates of some files. Raises SigningError, OSError."""
    from reports.signatures.keys import certificates

    return tuple(found for path in paths for found in certificates(small_file(Path(path)), path))


def _opened(section: SigningSection) -> "AbstractContextManager[Key]":
    chain = anchors(section.chain)
    if section.token is not None:
        return _token(section.token, chain)
    from reports.signatures.keys import from_file

    path = Path(str(section.file))
    return nullcontext(from_file(small_file(path, secret=True), secret(str(section.passphrase_variable)), chain))


def _token(section: TokenSection, chain: "tuple[Certificate, ...]") -> "AbstractContextManager[Key]":
    from reports.signatures.token import TokenKey, opened

    key, pin = section.key or section.certificate, secret(section.pin_variable)
    return opened(TokenKey(section.module, section.label, section.certificate, key, pin), chain)


def _stamper(section: SigningSection) -> "TimeStamper | None":
    if section.timestamp is None:
        return None
    return stamper(section.timestamp, section.timestamp_seconds, section.trust_anchors)


def stamper(url: str, seconds: int, trust_anchors: "tuple[str, ...]") -> "TimeStamper":
    """Who is asked for time stamps; files of authorities are trusted for https beside the machine's own.

    Raises Usage, OSError.
    """
    from reports.signatures.timestamp import TimeServer

    trusted = [small_file(Path(each)).decode("ascii", "replace") for each in trust_anchors]
    return TimeServer(url, seconds, trusted).stamper()
