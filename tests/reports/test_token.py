"""A key that never leaves its token signs reports; what is wrong with a token is told, and a PIN is tried once."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest

from reports.errors import SigningError
from reports.signatures.keys import certificates
from reports.signatures.sign import sign
from reports.signatures.token import TokenKey, opened
from reports.signatures.verify import verify
from tests.reports.conftest import Sample
from tests.reports.pdfa_rules import faults
from tests.servers.token import LABEL, MODULE, PIN, initialise, put
from tests.signers import AT, anchors, issuing, office

CHAIN = certificates(issuing().der, "ca.der")
KEY = TokenKey(MODULE, LABEL, "ky-rsa", "ky-rsa", PIN)


@pytest.fixture(scope="module", autouse=True)
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """With an RSA and an elliptic key, each with its certificate, and two certificates of one label."""
    folder = tmp_path_factory.mktemp("token")
    environment = initialise(folder)
    put(folder, environment, office("rsa"), "ky-rsa", 1)
    put(folder, environment, office("ec"), "ky-ec", 2)
    put(folder, environment, office("rsa"), "hai", 3, key=False)
    put(folder, environment, office("ec"), "hai", 4, key=False)
    before = dict(os.environ)
    os.environ.update(environment)
    yield
    pkcs11.unload(MODULE)
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("label", ["ky-rsa", "ky-ec"])
def test_a_key_in_a_token_signs(pdf: Sample, tmp_path: Path, label: str) -> None:
    """SoftHSM signs only digests with an elliptic key, as many tokens do."""
    documents = [pdf(count, "vi").read_bytes() for count in (0, 1)]
    with opened(replace(KEY, certificate=label, key=label), CHAIN) as key:
        signed = [sign(each, key, AT) for each in documents]
    for each in signed:
        assert verify(each, AT, anchors()).state == "good"
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed[0])
    assert faults(path) == []


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (replace(KEY, module="/khong/co.so"), "/khong/co.so: the PKCS#11 library cannot be loaded"),
        (replace(KEY, token="khac"), "There is no token 'khac'"),
        (replace(KEY, certificate="khac"), "has 0 certificates with the label 'khac'"),
        (replace(KEY, key="khac"), "has 0 private keys with the label 'khac'"),
        (replace(KEY, certificate="hai"), "has 2 certificates with the label 'hai'"),
        (replace(KEY, pin="654321"), "PIN is wrong; it is not tried again"),
    ],
)
def test_what_is_wrong_with_a_token_is_told(key: TokenKey, said: str) -> None:
    with pytest.raises(SigningError, match=said), opened(key, CHAIN):
        raise AssertionError("it was opened")


def test_a_key_with_the_certificate_of_another_signs_nothing(pdf: Sample) -> None:
    with opened(replace(KEY, certificate="ky-ec"), CHAIN) as key, pytest.raises(SigningError):
        sign(pdf(0, "vi").read_bytes(), key, AT)


def test_the_pin_is_not_shown() -> None:
    assert PIN not in repr(KEY)
