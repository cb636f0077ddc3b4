"""A token in software (SoftHSM 2) with a key and its certificate, as a PKCS#11 library shows it."""

import os
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signers import Party

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
LABEL, PIN = "khien-mau", "123456"
PUT = """
import sys

import pkcs11
from pkcs11.util.x509 import decode_x509_certificate

module, token, pin, label, number = sys.argv[1:]
found = decode_x509_certificate(sys.stdin.buffer.read())
with pkcs11.lib(module).get_token(token_label=token).open(rw=True, user_pin=pin) as session:
    more = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: bytes([int(number)])}
    session.create_object({**found, **more})
"""
"""A program that puts a certificate in DER into a token."""


def initialise(folder: Path) -> dict[str, str]:
    """Make a token; the environment in which it is there."""
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment = {"SOFTHSM2_CONF": str(config)}
    _run(environment, "--init-token", "--free", "--label", LABEL, "--so-pin", "00000000", "--pin", PIN)
    return environment


def put(folder: Path, environment: dict[str, str], party: Party, label: str, number: int, *, key: bool = True) -> None:
    """Put a certificate into it, with its private key or alone."""
    if key:
        path = folder / f"{label}.pem"
        path.write_bytes(party.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        arguments = ["--token", LABEL, "--pin", PIN, "--label", label, "--id", f"{number:02x}"]
        _run(environment, "--import", str(path), *arguments)
        path.unlink()
    subprocess.run(  # in a process of its own, for a library can be in one place only
        [sys.executable, "-c", PUT, MODULE, LABEL, PIN, label, str(number)],
        input=party.certificate.public_bytes(Encoding.DER),
        check=True,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
    )


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        ["softhsm2-util", *arguments], check=True, capture_output=True, env={**os.environ, **environment}, timeout=60
    )
