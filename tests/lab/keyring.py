"""Files that servers need: keys, certificates with their issuers, Diffie-Hellman parameters, a stapled response."""

import subprocess
import textwrap
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dh, ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_parameters
from cryptography.x509 import ocsp

from tests import certificates
from tests.lab.configuration import OTHER_NAME, SERVER_NAME, KeyKind
from tests.servers.pki import Identity

PARAMETER_BITS = (512, 1024, 2048)


class Keyring:
    """Files in one folder, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC).replace(microsecond=0)
        self._dates: dict[str, Any] = {"not_before": now - timedelta(days=1), "not_after": now + timedelta(days=90)}
        self._authorities: dict[str, certificates.Authority] = {}

    def pair(self, kind: KeyKind, name: str = SERVER_NAME) -> tuple[Path, Path]:
        """The files of a certificate chain and of its key."""
        stem = kind if name == SERVER_NAME else f"{kind}-{name}"
        chain, key = self.folder / f"{stem}.pem", self.folder / f"{stem}.key"
        if not chain.exists():
            if kind == "rsa_pss":
                _with_openssl(chain, key, name)
            else:
                self._identity(kind, name).write(self.folder, stem)
        return chain, key

    def files(self) -> dict[str, str]:
        """What "{...}" stands for in the options of nginx, Apache and s_server."""
        chain, key = self.pair("rsa2048", OTHER_NAME)
        found = {"other_chain": chain, "other_key": key, "issuer": self._issuer_file(), "staple": self._staple()}
        found |= {f"dh{bits}": self.parameters(bits) for bits in PARAMETER_BITS}
        return {name: str(path) for name, path in found.items()}

    def parameters(self, bits: int) -> Path:
        """Diffie-Hellman parameters of a size in PEM. They are made as DSA makes its own, which is quick."""
        path = self.folder / f"dh{bits}.pem"
        if not path.exists():
            _run("openssl", "dhparam", "-dsaparam", "-out", str(path), str(bits))
            made = load_pem_parameters(path.read_bytes())
            assert isinstance(made, dh.DHParameters)
            numbers = made.parameter_numbers()
            path.write_text(_dh_parameters(numbers.p, numbers.g))
        return path

    def _identity(self, kind: KeyKind, name: str) -> Identity:
        private = _private(kind)
        issuer = self._issuer("rsa" if kind.startswith("rsa") else "ec")
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        made = certificates.build(
            certificates.name(name),
            private,
            issuer,
            serial=x509.random_serial_number(),
            extensions=(x509.BasicConstraints(ca=False, path_length=None), names),
            **self._dates,
        )
        return Identity(made, private, (issuer.certificate,))

    def _issuer(self, kind: str) -> certificates.Authority:
        if kind not in self._authorities:
            private = certificates.key("rsa", 2048, 9) if kind == "rsa" else certificates.key("ec", 256, 9)
            self._authorities[kind] = certificates.authority(f"Lab {kind}", private=private, **self._dates)
        return self._authorities[kind]

    def _issuer_file(self) -> Path:
        path = self.folder / "issuer.pem"
        if not path.exists():
            path.write_bytes(self._issuer("rsa").certificate.public_bytes(Encoding.PEM))
        return path

    def _staple(self) -> Path:
        """An OCSP response (RFC 6960) that calls the certificate with the RSA key good."""
        path = self.folder / "staple.der"
        if not path.exists():
            chain, _ = self.pair("rsa2048")
            leaf = x509.load_pem_x509_certificate(chain.read_bytes())
            issuer = self._issuer("rsa")
            response = (
                ocsp.OCSPResponseBuilder()
                .add_response(
                    cert=leaf,
                    issuer=issuer.certificate,
                    algorithm=hashes.SHA1(),
                    cert_status=ocsp.OCSPCertStatus.GOOD,
                    this_update=self._dates["not_before"],
                    next_update=self._dates["not_after"],
                    revocation_time=None,
                    revocation_reason=None,
                )
                .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
                .sign(issuer.private, hashes.SHA256())
            )
            path.write_bytes(response.public_bytes(Encoding.DER))
        return path


def _private(kind: KeyKind) -> Any:
    match kind:
        case "rsa1024" | "rsa2048":
            return certificates.key("rsa", int(kind.removeprefix("rsa")))
        case "dsa1024" | "dsa2048":
            return certificates.key("dsa", int(kind.removeprefix("dsa")))
        case "p256" | "p384":
            return certificates.key("ec", int(kind.removeprefix("p")))
        case "p521":
            return ec.generate_private_key(ec.SECP521R1())
        case "brainpool":
            return ec.generate_private_key(ec.BrainpoolP256R1())
        case "ed25519" | "ed448":
            return certificates.key(kind)
        case _:
            raise ValueError(kind)


def _dh_parameters(modulus: int, generator: int) -> str:
    """PEM of PKCS #3's DHParameter, a SEQUENCE of two INTEGERs: the form that old servers read."""
    body = b"".join(_der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (modulus, generator))
    text = b64encode(_der(0x30, body)).decode()
    lines = "\n".join(textwrap.wrap(text, 64))
    return f"-----BEGIN DH PARAMETERS-----\n{lines}\n-----END DH PARAMETERS-----\n"


def _der(tag: int, content: bytes) -> bytes:
    """A value in DER (X.690 section 8.1)."""
    length = len(content)
    size = (
        bytes((length,))
        if length < 0x80
        else b"\x82" + length.to_bytes(2, "big")
        if length > 0xFF
        else bytes((0x81, length))
    )
    return bytes((tag,)) + size + content


def _with_openssl(chain: Path, key: Path, name: str) -> None:
    """A key that may only make RSASSA-PSS signatures (RFC 4055 section 1.2), which `cryptography` does not make."""
    _run("openssl", "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(key))
    extension = ("-addext", f"subjectAltName=DNS:{name}")
    subject = ("-subj", f"/CN={name}", "-days", "90", "-out", str(chain))
    _run("openssl", "req", "-x509", "-new", "-key", str(key), *extension, *subject)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)
