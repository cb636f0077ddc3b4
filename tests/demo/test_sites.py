"""Every site of the estate behaves as planted, and otherwise like the model site."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from demo.estate import Estate
from demo.sites import GOOD_HEADERS, SITES, Site, site
from tests.demo.client import connect, get, handshake, leaf, lenient, openssl, trusting

MODEL = site("cong-tinh-mau")
WEB = [each for each in SITES if each.served == "web"]
ids = [each.id for each in WEB]

EXPIRED, SELF_SIGNED, NO_ISSUER, WRONG_NAME = 10, 18, 20, 62
"""X509_V_ERR_... of OpenSSL's x509_vfy.h."""
BAD_CERTIFICATE = {
    "dich-vu-so-mau-mot": EXPIRED,
    "noi-bo-so-mau-mot": SELF_SIGNED,
    "thu-vien-so-mau-mot": WRONG_NAME,
    "cong-so-mau-hai": NO_ISSUER,
}


@pytest.mark.parametrize("each", [each for each in WEB if each.tls.certificate in ("good", "rsa")], ids=lambda s: s.id)
def test_good_certificates_are_trusted_under_their_name(estate: Estate, each: Site) -> None:
    with handshake(estate, each, trusting(estate)) as connection:
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(("asset", "code"), BAD_CERTIFICATE.items())
def test_bad_certificates_are_refused_for_their_one_reason(estate: Estate, asset: str, code: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        handshake(estate, site(asset), trusting(estate))
    assert caught.value.verify_code == code


def test_a_certificate_expires_within_ten_days_but_holds(estate: Estate) -> None:
    each = site("ban-do-so-mau-mot")
    with handshake(estate, each, trusting(estate)):
        left = x509.load_der_x509_certificate(leaf(estate, each)).not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=9) < left < timedelta(days=10)


def test_keys_have_the_sizes_that_were_planted(estate: Estate) -> None:
    def bits(asset: str) -> int:
        key = x509.load_der_x509_certificate(leaf(estate, site(asset))).public_key()
        assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        return key.key_size

    assert (bits("thong-ke-so-mau-hai"), bits("cong-so-mau-mot"), bits(MODEL.id)) == (1024, 2048, 256)


def test_good_certificates_live_at_most_ninety_days(estate: Estate) -> None:
    found = x509.load_der_x509_certificate(leaf(estate, MODEL))
    assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=90)


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
def test_old_protocols_are_spoken_by_one_site_only(estate: Estate, version: str) -> None:
    options = (f"-{version}", "-cipher", "ALL:@SECLEVEL=0")
    speaks = {each.id for each in WEB if "Cipher    : 0000" not in openssl(estate, each, *options)}
    assert speaks == {"van-ban-tinh-mau"}


@pytest.mark.parametrize("suite", ["AES256-SHA", "AES128-GCM-SHA256", "AECDH-AES128-SHA", "NULL-SHA256", "NULL-MD5"])
def test_weak_suites_are_taken_by_one_site_only(estate: Estate, suite: str) -> None:
    options = ("-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")
    takes = {each.id for each in WEB if f"Cipher    : {suite}" in openssl(estate, each, *options)}
    assert takes == {"cong-so-mau-mot"}


def test_the_model_site_speaks_both_good_versions_with_forward_secrecy(estate: Estate) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trusting(estate)
        context.minimum_version = context.maximum_version = version
        with handshake(estate, MODEL, context) as connection:
            suite = connection.cipher()
        assert suite is not None
        assert suite[0].startswith(("ECDHE-ECDSA-AES", "TLS_AES_"))


@pytest.mark.parametrize("each", WEB, ids=ids)
def test_headers_are_those_of_the_table(estate: Estate, each: Site) -> None:
    answer = get(estate, each, "https")
    assert answer.status == 200
    for name in {*GOOD_HEADERS, *each.headers}:
        assert answer.all(name) == list(each.headers.get(name, ())), name
    assert (each.title.vi in answer.body) is not each.listed
    assert each.content in answer.body
    assert bool(answer.all("Server")[0].removeprefix("nginx")) is each.server_version


@pytest.mark.parametrize("each", WEB, ids=ids)
def test_cleartext_leads_to_https_but_for_one_site(estate: Estate, each: Site) -> None:
    answer = get(estate, each, "http", "/a?b=c")
    port = "" if estate.ports.standard else f":{estate.ports.https}"
    if each.redirect:
        assert answer.status == 301
        assert answer.all("Location") == [f"https://{each.name}{port}/a?b=c"]
    else:
        assert each.id == "trang-xa-mau"
        assert get(estate, each, "http").status == 200
    assert answer.all("Strict-Transport-Security") == []


def test_a_path_that_does_not_exist_is_not_found(estate: Estate) -> None:
    assert get(estate, MODEL, "https", "/khong-co").status == 404


@pytest.mark.parametrize("each", WEB, ids=ids)
def test_whom_to_tell_of_a_weakness_is_told_until_a_day_to_come_but_for_one_site(estate: Estate, each: Site) -> None:
    answer = get(estate, each, "https", "/.well-known/security.txt")
    assert (answer.status, answer.all("Content-Type")) == (200, ["text/plain; charset=utf-8"])
    fields = dict(line.split(": ", 1) for line in answer.body.splitlines())
    assert fields["Contact"].startswith("mailto:attt@")
    expired = datetime.fromisoformat(fields["Expires"]) < datetime.now(UTC)
    assert expired is (each.id == "tai-lieu-xa-mau")


def test_one_site_lists_its_files(estate: Estate) -> None:
    answer = get(estate, site("tai-lieu-xa-mau"), "https")
    assert "<h1>Index of /</h1>" in answer.body
    assert "sao-luu-2026.zip" in answer.body


def test_cookies_are_good_on_the_model_site_and_bad_on_another(estate: Estate) -> None:
    assert all(
        word in get(estate, MODEL, "https").all("Set-Cookie")[0] for word in ("Secure", "HttpOnly", "SameSite=Lax")
    )
    bad = get(estate, site("tai-khoan-so-mau-hai"), "https").all("Set-Cookie")
    assert len(bad) == 2
    assert not any("Secure" in cookie or "HttpOnly" in cookie for cookie in bad)


def test_two_sites_share_an_address_and_have_a_certificate_each(estate: Estate) -> None:
    other = site("tra-cuu-tinh-mau")
    assert estate.address(other) == estate.address(MODEL)
    assert leaf(estate, other) != leaf(estate, MODEL)


def test_the_international_name_is_served(estate: Estate) -> None:
    each = site("cong-ten-mien-viet")
    assert each.name.startswith("xn--")
    assert estate.url(each).startswith("https://cổng-mẫu.example")
    with handshake(estate, each, trusting(estate)) as connection:
        assert connection.version() == "TLSv1.3"


def test_the_cleartext_site_has_no_tls(estate: Estate) -> None:
    each = site("lich-xa-mau")
    assert get(estate, each, "http").status == 200
    with pytest.raises(ConnectionRefusedError):
        connect(estate, each, estate.ports.https)


def test_telnet_and_a_database_stand_open_on_one_address_only(estate: Estate) -> None:
    each = site("ho-so-xa-mau")
    with connect(estate, each, estate.ports.telnet) as connection:
        assert connection.recv(100).endswith(b"login: ")
        connection.sendall(b"admin\r\n")
        assert b"incorrect" in connection.recv(100)
    with connect(estate, each, estate.ports.mysql) as connection:
        greeting = connection.recv(200)
        assert int.from_bytes(greeting[:3], "little") == len(greeting) - 4
        assert greeting[4:].startswith(b"\x0a8.0.36\x00")
    for port in (estate.ports.telnet, estate.ports.mysql):
        with pytest.raises(ConnectionRefusedError):
            connect(estate, MODEL, port)


def test_the_dead_host_drops_every_attempt(estate: Estate) -> None:
    for port in (estate.ports.http, estate.ports.https):
        with pytest.raises(TimeoutError):
            connect(estate, site("luu-tru-tinh-mau"), port, seconds=0.5)


def test_the_silent_host_accepts_and_says_nothing(estate: Estate) -> None:
    each = site("gop-y-xa-mau")
    with connect(estate, each, estate.ports.https, seconds=0.5) as plain, pytest.raises(TimeoutError):
        lenient().wrap_socket(plain)
    with connect(estate, each, estate.ports.http, seconds=0.5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            plain.recv(1)
