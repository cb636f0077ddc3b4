"""Reports get numbers, are signed, archived, given back byte for byte and checked, by the commands that people type."""

import os
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.cli.command import Ended, khien, khien_each
from tests.cli.conftest import Office
from tests.servers.mail import MailServer
from tests.servers.token import LABEL, MODULE, PIN, initialise, put
from tests.signers import PASSPHRASE, issuing, root, write_pem
from tests.signers import office as signing_office

DAY = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011  (after the run, whose day is that of Viet Nam)
NEXT_YEAR = f"{int(DAY[:4]) + 1}-01-01"
ISSUE = ("--number", 9, "--date", DAY)
LETTER = {"symbol": "BC-TTM", "signer": "Trần Văn Mẫu"}


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAT_KHAU_KHOA", PASSPHRASE)


@pytest.fixture
def desk(office: Office) -> Iterator[Office]:
    """An office with a key."""
    key = office.folder / "khoa.p12"
    key.write_bytes(signing_office().pkcs12)
    key.chmod(0o600)
    write_pem(office.folder / "goc.pem", root().certificate)
    write_pem(office.folder / "ca.pem", issuing().certificate)
    configure(office)
    yield office


def configure(desk: Office, *, letter: dict[str, Any] | None = None, **signing: object) -> None:
    section = {"file": "khoa.p12", "passphrase_variable": "MAT_KHAU_KHOA", "trust_anchors": ["goc.pem"], **signing}
    desk.write(report=letter or LETTER, signing={name: each for name, each in section.items() if each is not None})


def report(desk: Office, *arguments: object) -> Ended:
    return khien("report", *arguments, folder=desk.folder)


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout


def paths(desk: Office, ended: Ended) -> list[Path]:
    assert ended.status == 0, ended.err
    return [desk.folder / line for line in ended.out.split()]


def test_agencies_get_numbers_one_after_the_other_and_the_same_number_gives_the_same_file(desk: Office) -> None:
    signed = paths(desk, report(desk, *ISSUE, "--sign", "--by", "Trần Văn Mẫu"))
    assert [each.name for each in signed] == [
        f"{agency}.{number}-BC-TTM.{DAY}.vi.pdf"
        for agency, number in (("so-khac", "09"), ("so-mau", "10"), ("xa-mau", "11"))
    ]
    assert "Số: 09/BC-TTM" in text_of(signed[0]) and "Số: 11/BC-TTM" in text_of(signed[2])
    assert "Trần Văn Mẫu" in text_of(signed[0]) and "DỰ THẢO" not in text_of(signed[0])
    first = [each.read_bytes() for each in signed]
    for each in signed:
        each.unlink()
    configure(desk, letter={**LETTER, "signer": "Người khác"})
    verified, again, listed, copied, unknown, history = khien_each(
        ("report", "verify", desk.folder / "khoa.p12"),
        ("report", *ISSUE, "--sign"),
        ("report", "issued", "--json"),
        ("report", "copy", 1, "--out", "luu"),
        ("report", "copy", 7),
        ("history", "verify"),
        folder=desk.folder,
    )
    assert verified.status == 2
    assert [each.read_bytes() for each in paths(desk, again)] == first
    assert [(each["id"], each["number"], each["day"], each["signer"], each["by"]) for each in listed.json()] == [
        (place, 9 + place, DAY, "Trung tâm Giám sát Mẫu", "Trần Văn Mẫu") for place in range(3)
    ]
    assert paths(desk, copied)[0].read_bytes() == first[1]
    assert (unknown.status, history.status) == (2, 0)
    ended = report(desk, "verify", *signed, "--json")
    assert ended.status == 0, ended.out + ended.err
    assert {each["state"] for each in ended.json()} == {"good"}


def test_what_was_issued_before_is_what_is_signed_later(desk: Office) -> None:
    one = ("report", *ISSUE, "--agency", "so-mau")
    ended = khien_each(
        (*one, "--out", "a"),
        (*one, "--out", "b", "--sign"),
        (*one, "--out", "c", "--lang", "en"),
        (*one, "--out", "d"),
        folder=desk.folder,
    )
    unsigned, signed, english, again = (paths(desk, each)[0] for each in ended)
    before, after = unsigned.read_bytes(), signed.read_bytes()
    assert after.startswith(before) and after != before
    assert "No. 09/BC-TTM" in text_of(english)
    assert again.read_bytes() == after


def test_a_number_is_given_once_and_nothing_is_made_where_one_is_taken(desk: Office) -> None:
    one = ("report", "--number", 11, "--agency", "so-mau", "--date")
    issued, taken, other_year = khien_each(
        (*one, DAY), ("report", *ISSUE, "--out", "khac"), (*one, NEXT_YEAR, "--again"), folder=desk.folder
    )
    assert (issued.status, other_year.status) == (0, 0)
    assert (taken.status, taken.out) == (4, "")
    assert "11/BC-TTM was given to the report of" in taken.err and "on so-mau" in taken.err
    assert not (desk.folder / "khac").exists()


def test_a_report_gets_a_second_number_only_where_that_is_wanted(desk: Office) -> None:
    one = ("report", "--date", DAY, "--agency", "so-mau", "--number")
    first, same, second, english, all_of_them, wanted, listed = khien_each(
        (*one, 9),
        (*one, 9),
        (*one, 10),
        (*one, 10, "--lang", "en"),
        ("report", "--date", DAY, "--number", 20),
        (*one, 10, "--again"),
        ("report", "issued", "--json"),
        folder=desk.folder,
    )
    assert [each.status for each in (first, same, second, english, all_of_them, wanted)] == [0, 0, 4, 4, 4, 0]
    for each in (second, english, all_of_them):
        assert f"was issued as 09/BC-TTM on {DAY}" in each.err and "--again" in each.err
    assert [each["number"] for each in listed.json()] == [9, 10]


def test_no_number_is_taken_where_the_folder_cannot_be_made(desk: Office) -> None:
    refused, listed = khien_each(
        ("report", *ISSUE, "--out", desk.folder / "khoa.p12"), ("report", "issued", "--json"), folder=desk.folder
    )
    assert (refused.status, listed.json()) == (2, [])


def test_the_report_on_the_estate_is_issued_too(desk: Office) -> None:
    issued, taken, verified = khien_each(
        ("report", "--estate", *ISSUE, "--sign"),
        ("report", *ISSUE, "--agency", "so-mau"),
        ("report", "verify", f"reports/estate.09-BC-TTM.{DAY}.vi.pdf"),
        folder=desk.folder,
    )
    assert "Số: 09/BC-TTM" in text_of(paths(desk, issued)[0])
    assert taken.status == 4 and "on the estate" in taken.err
    assert verified.status == 0, verified.out


def test_the_images_are_on_what_is_signed_and_on_nothing_else(desk: Office) -> None:
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(0, 0), (300, 100)], (0, 0, 160, 255), 9)
    image.save(desk.folder / "ky.png")
    configure(desk, letter={**LETTER, "signature_image": "ky.png"})
    one = ("report", "--agency", "so-mau")
    ended = khien_each(
        (*one, "--format", "pdf"),
        (*one, *ISSUE),
        (*one, "--number", 20, "--date", DAY, "--sign", "--again"),
        folder=desk.folder,
    )
    draft, issued, signed = ("smask" in listed(*paths(desk, each)) for each in ended)
    assert (draft, issued, signed) == (False, False, True)
    (desk.folder / "ky.png").write_bytes(b"no image")
    bad = khien(*one, "--number", 30, "--date", DAY, "--sign", "--again", folder=desk.folder)
    assert bad.status == 2 and "ky.png: not a sound PNG" in bad.err


def listed(*files: Path) -> str:
    """The images of some files."""
    return subprocess.run(["pdfimages", "-list", *files], check=True, capture_output=True, text=True).stdout


def test_what_does_not_go_together_is_said(desk: Office) -> None:
    cases: list[tuple[tuple[object, ...], int, str]] = [
        (("--number", 1), 2, "--number and --date stand together"),
        (("--date", DAY), 2, "--number and --date stand together"),
        (("--number", 0, "--date", DAY), 2, "--number"),
        (("--number", 1, "--date", "1/12/2026"), 2, "--date"),
        (("--number", 1, "--date", "2020-01-01"), 2, "before the day of the run"),
        (("--number", 1, "--date", "2126-12-01"), 2, "more than 366 days after the day of the run"),
        ((*ISSUE, "--format", "pdf,json"), 2, "an issued or signed report is a PDF"),
        (("--sign",), 4, "a draft without number and date is not signed"),
    ]
    ended = khien_each(*(("report", *arguments) for arguments, _, _ in cases), folder=desk.folder)
    for each, (arguments, status, said) in zip(ended, cases, strict=True):
        assert (each.status, each.out) == (status, ""), arguments
        assert said in each.err, arguments
    assert not (desk.folder / "reports").exists()


def test_a_draft_is_signed_where_that_is_wanted(desk: Office) -> None:
    (signed,) = paths(desk, report(desk, "--sign", "--even-if-draft", "--agency", "so-mau"))
    assert signed.name == "so-mau.signed.vi.pdf" and "DỰ THẢO" in text_of(signed)
    assert report(desk, "verify", signed).status == 0


def test_a_key_that_others_can_read_is_refused_with_the_fix(desk: Office) -> None:
    (desk.folder / "khoa.p12").chmod(0o640)
    ended = report(desk, *ISSUE, "--sign")
    assert ended.status == 2 and f"run: chmod 600 {desk.folder / 'khoa.p12'}" in ended.err
    assert not (desk.folder / "reports").exists()


def test_doctor_names_what_cannot_be_signed_with(desk: Office) -> None:
    configure(desk, letter={**LETTER, "seal_image": "khoa.p12"}, chain=["ca.pem"])
    (desk.folder / "a.yaml").write_bytes((desk.folder / "khien.yaml").read_bytes())
    configure(desk, file="goc.pem")
    (desk.folder / "b.yaml").write_bytes((desk.folder / "khien.yaml").read_bytes())
    configure(desk)
    good, image, key = khien_each(
        *(("doctor", "--json", "--config", name) for name in ("khien.yaml", "a.yaml", "b.yaml")), folder=desk.folder
    )
    bad = [[each["what"] for each in ended.json() if not each["ok"]] for ended in (good, image, key)]
    assert bad == [[], ["letter"], ["signing"]]
    assert "chmod 600" in key.out


def test_what_is_not_set_up_is_said(desk: Office) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"file": None, "passphrase_variable": None}, "there is no key to sign with"),
        ({"passphrase_variable": "KHONG_CO"}, "KHONG_CO is not set"),
        ({"passphrase_variable": None}, "file and passphrase_variable stand together"),
        ({"file": "khac.p12"}, "khac.p12: No such file"),
        ({"file": "goc.pem"}, "run: chmod 600"),
        ({"chain": ["khien.yaml"]}, "khien.yaml: not an X.509 certificate"),
        ({"timestamp": "ftp://a.example/"}, "yaml:"),
        ({"passphrase": "trong-tep"}, "yaml:"),
        ({"timestamp": "http://127.0.0.1:1/"}, "No time stamp could be had from http://127.0.0.1:1/"),
    ]
    commands = []
    for number, (signing, _) in enumerate(cases):
        configure(desk, **signing)
        (desk.folder / "khien.yaml").rename(desk.folder / f"{number}.yaml")
        commands.append(("report", *ISSUE, "--sign", "--config", f"{number}.yaml"))
    (desk.folder / "khien.yaml").touch()
    for each, (signing, said) in zip(khien_each(*commands, folder=desk.folder), cases, strict=True):
        assert each.status == 2 and said in each.err, (signing, each.err)
        assert PASSPHRASE not in each.err + each.out
    assert not (desk.folder / "reports").exists()


def test_a_key_in_a_token_signs(desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = initialise(tmp_path / "token")
    put(tmp_path / "token", environment, signing_office(), "ky", 1)
    for name, value in {**environment, "PIN_KHOA": PIN}.items():
        monkeypatch.setenv(name, value)
    token = {"module": MODULE, "label": LABEL, "certificate": "ky", "pin_variable": "PIN_KHOA"}
    configure(desk, file=None, passphrase_variable=None, token=token, chain=["ca.pem"])
    signed = paths(desk, report(desk, *ISSUE, "--sign", "--agency", "so-mau"))
    assert report(desk, "verify", *signed).status == 0
    monkeypatch.setenv("PIN_KHOA", "654321")
    wrong = report(desk, "--number", 20, "--date", DAY, "--sign", "--agency", "so-mau")
    assert wrong.status == 2 and "PIN is wrong" in wrong.err and "654321" not in wrong.err


def test_what_a_file_is_worth_is_told_and_has_a_status(desk: Office) -> None:
    (signed,) = paths(desk, report(desk, *ISSUE, "--sign", "--agency", "so-mau"))
    (draft,) = paths(desk, report(desk, "--agency", "so-mau", "--format", "pdf"))
    data = signed.read_bytes()
    changed, longer, none, pipe = (desk.folder / name for name in ("sua.pdf", "dai.pdf", "khong.pdf", "ong.pdf"))
    cut, broken = desk.folder / "cut.pdf", desk.folder / "hong.pdf"
    cut.write_bytes(data[:-2000])
    broken.write_bytes(draft.read_bytes()[:3000])
    changed.write_bytes(data[:3000] + bytes([data[3000] ^ 1]) + data[3001:])
    longer.write_bytes(data + b"\n%")
    none.write_bytes(b"not a pdf")
    os.mkfifo(pipe)
    good, *others, several, json = khien_each(
        ("report", "verify", signed),
        ("report", "verify", changed),
        ("report", "verify", longer),
        ("report", "verify", draft),
        ("report", "verify", none),
        ("report", "verify", desk.folder / "khong-co.pdf"),
        ("report", "verify", pipe),
        ("report", "verify", cut),
        ("report", "verify", broken),
        ("report", "verify", signed, draft, changed),
        ("report", "verify", signed, longer, "--json"),
        folder=desk.folder,
    )
    assert good.status == 0 and "the signer is vouched for" in good.out
    assert "Trung tâm Giám sát Mẫu; intact; covers the whole file" in good.out
    said = (
        "CHANGED since it was signed",
        "added after it",
        "not signed",
        *["cannot be read"] * 3,
        "cut short",
        "a damaged PDF",
    )
    assert [(each.status, words in each.out) for each, words in zip(others, said, strict=True)] == [
        (1, True),
        (1, True),
        (3, True),
        (2, True),
        (2, True),
        (2, True),
        (2, True),
        (2, True),
    ]
    assert not [each for each in others if "Pdf" in each.out.replace("PDF", "")]  # no name out of a library
    assert several.status == 1
    assert [(each["state"], each["signatures"][0]["whole"]) for each in json.json()] == [
        ("good", True),
        ("added", False),
    ]


def test_no_configuration_is_needed_to_verify(desk: Office, tmp_path: Path) -> None:
    (signed,) = paths(desk, report(desk, *ISSUE, "--sign", "--agency", "so-mau"))
    elsewhere = tmp_path / "noi-khac"
    elsewhere.mkdir()
    alone, vouched = khien_each(
        ("report", "verify", signed),
        ("report", "verify", signed, "--anchor", desk.folder / "goc.pem"),
        folder=elsewhere,
    )
    assert (alone.status, vouched.status) == (3, 0)
    assert "no trust anchor was given" in alone.out


def test_what_is_sent_is_the_issued_copy_and_else_a_draft_and_is_archived(desk: Office) -> None:
    with MailServer(desk.context) as server:
        mail = {"host": "127.0.0.1", "port": server.port, "sender": "k@tinh-mau.example", "trust_anchors": ["root.pem"]}
        desk.write(report=LETTER, mail=mail)
        (issued,) = paths(desk, report(desk, *ISSUE, "--agency", "so-khac"))
        planned = desk.send("--dry-run", "--format", "pdf,csv")
        assert f"{issued.name} (09/BC-TTM, {DAY}), so-khac.vi.csv (draft)" in planned.out
        assert "so-mau.vi.pdf (draft)" in planned.out
        ended = desk.send("--agency", "so-khac", "--agency", "so-mau", "--format", "pdf,csv")
        assert ended.status == 0, ended.out + ended.err
    sent = {
        (each.recipients[0], str(part.get_filename())): part.get_content()
        for each in server.received
        for part in each.mail.iter_attachments()
    }
    assert sent["attt@so-khac.example", issued.name] == issued.read_bytes()
    listed, log, history = khien_each(
        ("report", "issued", "--json"), ("report", "sent", "--json"), ("history", "verify"), folder=desk.folder
    )
    archived = [(each["agency"], each["format"], each["number"], each["name"]) for each in listed.json()]
    assert sorted(archived, key=str) == sorted(
        [
            ("so-khac", "pdf", 9, issued.name),
            ("so-khac", "csv", None, "so-khac.vi.csv"),
            ("so-mau", "pdf", None, "so-mau.vi.pdf"),
            ("so-mau", "csv", None, "so-mau.vi.csv"),
        ],
        key=str,
    )
    digests = {each["digest"] for each in listed.json()}
    assert {file["digest"] for each in log.json() for file in each["files"]} == digests
    assert history.status == 0
