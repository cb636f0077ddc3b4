"""A time stamp of a real authority (openssl ts) proves when a signature was made; what goes wrong with one is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from reports.errors import SigningError
from reports.signatures.sign import sign
from reports.signatures.timestamp import TimeServer
from reports.signatures.verify import verify
from tests import certificates as made
from tests.reports.conftest import Sample
from tests.reports.pdfa_rules import faults
from tests.reports.test_signing import pdfsig
from tests.servers.timestamps import Answer, TimeStampServer, drip, send
from tests.signers import AT, VALID, Party, anchors, office, party, time_authority, usage


@pytest.fixture(scope="module")
def document(pdf: Sample) -> bytes:
    return pdf(0, "vi").read_bytes()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampServer]:
    with TimeStampServer(tmp_path_factory.mktemp("tsa"), time_authority()) as running:
        yield running


@pytest.fixture(scope="module")
def stamped(document: bytes, server: TimeStampServer) -> bytes:
    return sign(document, office().key, AT, stamper=TimeServer(server.url).stamper())


def test_the_stamp_says_when_it_was_signed_whatever_the_signer_claims(stamped: bytes, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    found = verify(stamped, now, anchors())
    (signature,) = found.signatures
    assert found.state == "good" and signature.stamp is not None
    assert signature.claimed == AT
    assert signature.proved is not None and abs((now - signature.proved).total_seconds()) < 600
    assert signature.stamp.authority == "Dấu thời gian Mẫu"
    path = tmp_path / "stamped.pdf"
    path.write_bytes(stamped)
    assert faults(path) == []
    assert pdfsig(path, "-nocert")["Signature Validation"] == "Signature is Valid."


def test_a_certificate_that_has_expired_since_then_still_counts(document: bytes, server: TimeStampServer) -> None:
    now = datetime.now(UTC)
    later = now.replace(year=now.year + 3)
    key = party("Mẫu", 80, usage(), not_after=now.replace(year=now.year + 1)).key
    without = verify(sign(document, key, now), later, anchors())
    with_ = verify(sign(document, key, now, stamper=TimeServer(server.url).stamper()), later, anchors())
    assert (without.state, without.signatures[0].trust) == ("untrusted", "expired")
    assert with_.state == "good"


def test_a_changed_digit_of_a_stamp_is_found(stamped: bytes) -> None:
    first = stamped.rindex(b"/Contents <") + len(b"/Contents <")
    last = stamped.rindex(b">", first, stamped.index(b"/ByteRange", first))
    end = last - len(stamped[first:last]) + len(stamped[first:last].rstrip(b"0"))
    for offset in range(first, end, 79):
        for mask in (0x01, 0x20):
            changed = bytearray(stamped)
            changed[offset] ^= mask
            assert verify(bytes(changed), datetime.now(UTC), anchors()).state != "good", (offset - first, mask)


def test_an_old_stamp_that_is_sent_again_is_refused(document: bytes, tmp_path: Path) -> None:
    answers: list[bytes] = []

    def replay(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        answers.append(running.stamp(query))
        send(handler, answers[0])

    running = TimeStampServer(tmp_path, time_authority(), replay)
    with running, pytest.raises(SigningError, match="nonce"):
        sign(document, office().key, AT, stamper=TimeServer(running.url).stamper())
    assert len(answers) == 2


def test_a_stamp_of_a_stranger_is_no_proof_of_time(document: bytes, tmp_path: Path) -> None:
    stranger = made.authority("Lạ", serial=90, **VALID)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = made.key("rsa", 2048, 90)
    certificate = made.build(
        made.name("Giờ lạ"), own, stranger, serial=91, extensions=[purpose], critical=(x509.ExtendedKeyUsage,), **VALID
    )
    with TimeStampServer(tmp_path, Party(certificate, own)) as running:
        out = sign(document, office().key, AT, stamper=TimeServer(running.url).stamper())
    found = verify(out, AT, anchors())
    (signature,) = found.signatures
    assert signature.stamp is not None
    assert (found.state, signature.trust, signature.stamp.trust) == ("untrusted", "trusted", "unknown_authority")
    assert signature.proved is None


def _status(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, b"busy", status=503)


def _page(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, b"<html>", "text/html")


def _nonsense(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, b"\x30\x03\x02\x01")


def _empty(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.close_connection = True


def _refusal(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """PKIStatus rejection (RFC 3161, 2.4.2)."""
    send(handler, bytes.fromhex("30053003020102"))


def _endless(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    send(handler, bytes(1024 * 1024))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_status, "HTTP 503"),
        (_page, "Content-Type text/html"),
        (_nonsense, "No time stamp could be had"),
        (_empty, "No time stamp could be had"),
        (_refusal, r"refused \(rejection\)"),
        (_endless, "more than 262144 bytes"),
        (drip, "has not answered within 0.5 seconds"),
    ],
)
def test_a_bad_answer_is_told_and_nothing_is_signed(document: bytes, tmp_path: Path, answer: Answer, said: str) -> None:
    with TimeStampServer(tmp_path, time_authority(), answer) as running:
        with pytest.raises(SigningError, match=said):
            sign(document, office().key, AT, stamper=TimeServer(running.url, seconds=0.5).stamper())
        assert running.queries == 1


def test_a_server_that_is_not_there_is_told(document: bytes) -> None:
    with pytest.raises(SigningError, match=r"No time stamp could be had from http://127\.0\.0\.1:1/"):
        sign(document, office().key, AT, stamper=TimeServer("http://127.0.0.1:1/").stamper())
