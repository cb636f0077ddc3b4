"""tls.certificate_transparency: timestamps inside the certificate and in the handshake, of public authorities only."""

from typing import Any

import pytest
from cryptography import x509
from pydantic import ValidationError

from checks.model.canonical import digest
from checks.model.evidence import CertificateChain
from checks.model.finding import Outcome
from checks.tls import certificate_transparency
from tests.certificates import FROM, UNTIL, intermediate, leaf, root
from tests.checks.tls.asking import ask, short
from tests.factories import HOST, NOW, asset, reference_data, tls_observation

CHECK = certificate_transparency.CHECK
IN_CERTIFICATE = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
"""RFC 6962 section 3.3."""


def timestamp(log: int) -> bytes:
    """A timestamp of a log, with a signature that nobody made (RFC 6962 section 3.2)."""
    return b"\x00" + bytes([log]) * 32 + (1_700_000_000_000).to_bytes(8) + b"\x00\x00" + b"\x04\x03\x00\x02\x30\x00"


def embedded(*logs: int) -> x509.UnrecognizedExtension:
    """The extension that holds timestamps of some logs."""
    each = b"".join(len(stamp).to_bytes(2) + stamp for stamp in map(timestamp, logs))
    whole = len(each).to_bytes(2) + each
    length = bytes([len(whole)] if len(whole) < 128 else [0x81, len(whole)])
    return x509.UnrecognizedExtension(IN_CERTIFICATE, b"\x04" + length + whole)


def judged(
    logs: tuple[int, ...] | None = None,
    sent: tuple[bytes, ...] = (),
    staple: bool | None = False,
    public: Any = None,
    **more: Any,
) -> Outcome:
    der = leaf(intermediate(), extensions=[] if logs is None else [embedded(*logs)])
    served = CertificateChain((der, intermediate().der), staple, None, sent)
    data = reference_data([root().der] if public is None else public, more.pop("added", ()))
    return ask(CHECK, tls_observation(certificates=(served,)), more.pop("params", None), data=data, **more)


@pytest.mark.parametrize(
    ("logs", "sent", "expected"),
    [
        ((1, 2), (), "pass"),
        ((1, 2, 3), (), "pass"),
        (None, (timestamp(1), timestamp(2)), "pass"),
        ((1,), (timestamp(2),), "pass"),
        ((1,), (timestamp(1),), "fail timestamps_missing"),  # one log is one witness
        ((1, 1), (), "fail timestamps_missing"),
        ((), (), "fail timestamps_missing"),
        (None, (), "fail timestamps_missing"),
        (None, (timestamp(1), b"\x00" + b"\x02" * 32), "fail timestamps_missing"),
        (None, (timestamp(1), b""), "fail timestamps_missing"),
        (None, (timestamp(1), b"\x00" + b"\x02" * 33), "pass"),
    ],
)
def test_logs_are_counted(logs: tuple[int, ...] | None, sent: tuple[bytes, ...], expected: str) -> None:
    assert short(judged(logs, sent)) == expected


def test_too_few_are_told() -> None:
    found = judged((7,), params={"min_logs": 3}).instances[0]
    assert (found.params["logs"], found.params["min_logs"]) == (1, 3)
    assert short(judged((7, 8, 9), params={"min_logs": 3})) == "pass"
    assert short(judged((7,), params={"min_logs": 1})) == "pass"


@pytest.mark.parametrize("staple", [True, None])
def test_a_staple_may_hold_what_the_evidence_lacks(staple: bool | None) -> None:
    assert short(judged((1,), staple=staple)) == "not_assessable timestamps_unknown"
    assert short(judged((1, 2), staple=staple)) == "pass"


def test_only_public_authorities_must() -> None:
    other = root().der.replace(b"Root", b"Toor")
    assert short(judged(public=[other])) == "not_applicable not_publicly_trusted"
    assert short(judged((1, 2), public=[other])) == "pass"
    assert short(judged(public=[])) == "not_assessable trust_store_empty"


def test_an_anchor_that_the_asset_adds_is_not_public() -> None:
    added, other = root().der, root().der.replace(b"Root", b"Toor")
    owner = asset(trust_anchors=(digest(added),))
    found = judged(public=[other], added=[added], asset=owner)
    assert short(found) == "not_applicable not_publicly_trusted"


@pytest.mark.parametrize("at", [FROM - (UNTIL - FROM), NOW, UNTIL + (UNTIL - FROM)])
def test_the_path_is_judged_while_the_leaf_is_valid(at: Any) -> None:
    assert short(judged(at=at)) == "fail timestamps_missing"


def test_timestamps_that_cannot_be_read_are_a_gap() -> None:
    broken = x509.UnrecognizedExtension(IN_CERTIFICATE, b"\x04\x03\x00\x09\x00")
    served = CertificateChain((leaf(intermediate(), extensions=[broken]), intermediate().der), False)
    found = ask(CHECK, tls_observation(certificates=(served,)), data=reference_data([root().der]))
    assert short(found) == "not_assessable certificate_unreadable"


def test_a_self_signed_certificate_is_nobody_s() -> None:
    served = CertificateChain((leaf(None, HOST),), False)
    found = ask(CHECK, tls_observation(certificates=(served,)), data=reference_data([root().der]))
    assert short(found) == "not_applicable not_publicly_trusted"


@pytest.mark.parametrize("params", [{"min_logs": 0}, {"min_logs": 11}, {"min_logs": "2"}, {"logs": 2}])
def test_parameters_that_are_nonsense_are_refused(params: Any) -> None:
    with pytest.raises(ValidationError):
        CHECK.parameters(params)
