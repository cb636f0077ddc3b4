"""A token in software (SoftHSM 2) with a key and its certificate, as a PKCS#11 library shows it."""

import os
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signers import Party

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
LABEL, PIN = "khien-mau", "123456"


def initialise(folder: Path) -> dict[str, str]:
    """Make a token; the environment in which it is there."""
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment = {"SOFTHSM2_CONF": str(config)}
    _run(environment, "--init-token", "--free", "--label", LABEL, "--so-pin", "00000000", "--pin", PIN)
    return environment


def put_key(folder: Path, environment: dict[str, str], party: Party, label: str, number: int) -> None:
    """Put a private key into it."""
    path = folder / f"{label}.pem"
    path.write_bytes(party.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    arguments = ["--token", LABEL, "--pin", PIN, "--label", label, "--id", f"{number:02x}"]
    _run(environment, "--import", str(path), *arguments)
    path.unlink()


def put_certificate(session: Any, party: Party, label: str, number: int) -> None:
    """Put a certificate into it."""
    from pkcs11 import Attribute, CertificateType, ObjectClass

    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.LABEL: label,
            Attribute.ID: bytes([number]),
            Attribute.SUBJECT: party.certificate.subject.public_bytes(),
            Attribute.VALUE: party.certificate.public_bytes(Encoding.DER),
        }
    )


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        ["softhsm2-util", *arguments], check=True, capture_output=True, env={**os.environ, **environment}, timeout=60
    )
