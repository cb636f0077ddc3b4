"""The file of a key that signs states of the log: an Ed25519 key in encrypted PKCS#8, closed to all but its owner."""

import os
import sys
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from scanner.cli.config import Config, LedgerSection
from scanner.cli.environment import secret
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.reading import small_file

SHORTEST = 12
"""Characters of the passphrase of a new key."""


def section_of(config: Config) -> LedgerSection:
    """What khien.yaml says of the key. Raises Usage where it names none."""
    if config.ledger is None:
        raise Usage(
            f"{config.path}: chưa khai báo khóa của sổ (mục ledger)",
            f"{config.path}: there is no key of the log (section ledger)",
        )
    return config.ledger


def opened(section: LedgerSection) -> Ed25519PrivateKey:
    """The key that khien.yaml names.

    Raises Usage where its passphrase is not given or wrong, where others can read the file, or where it is another
    kind of key; OSError.
    """
    data = small_file(Path(section.key), secret=True)
    passphrase = _passphrase(section.passphrase_variable, twice=False)
    try:
        key = load_pem_private_key(data, passphrase.encode())
    except (ValueError, TypeError) as error:  # the library's words for a wrong passphrase, a bad file, none encrypted
        raise Usage(
            f"{section.key}: sai mật khẩu, hoặc không phải khóa PKCS#8 được mã hóa",
            f"{section.key}: the passphrase is wrong, or it is no encrypted PKCS#8 key",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Usage(f"{section.key}: không phải khóa Ed25519", f"{section.key}: not an Ed25519 key")
    return key


def made(path: Path, variable: str) -> Ed25519PrivateKey:
    """A new key, written to a file that must not be there yet. Raises Usage, OSError."""
    passphrase = _passphrase(variable, twice=True)
    if len(passphrase) < SHORTEST:
        raise Usage(
            f"mật khẩu của khóa dài ít nhất {SHORTEST} ký tự",
            f"the passphrase of a key has at least {SHORTEST} characters",
        )
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Usage(f"đã có {path}; không ghi đè", f"{path} is there already; nothing is overwritten") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return key


def _passphrase(variable: str, *, twice: bool) -> str:
    """Out of the environment, otherwise asked for where there is a terminal. Raises Usage where there is none."""
    if not os.environ.get(variable) and sys.stdin.isatty():
        prompt = say("Mật khẩu của khóa", "Passphrase of the key")
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))
    return secret(variable)
