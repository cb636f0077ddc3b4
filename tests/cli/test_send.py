"""khien report send: each report to its agency's own contacts, through a real mail server, and what it says of it."""

import io
from pathlib import Path

import pytest
import pyzipper

from scanner.cli.config import read_config
from tests.cli.command import khien
from tests.cli.conftest import CONTACTS, Office, inventory
from tests.servers.mail import MailServer, Script

PASSWORD = "mat-khau-may-chu-thu"
ARCHIVE = "mat-khau-tep-nen"


def test_each_report_goes_to_its_own_agency_and_who_has_no_contact_is_told(office: Office) -> None:
    with MailServer(office.context, passwords={"khien": PASSWORD}) as server:
        office.configure(server.port, user="khien", password_variable="KHIEN_MAIL_PASSWORD")
        planned = office.send("--dry-run", KHIEN_MAIL_PASSWORD=PASSWORD)
        assert server.connections == 0
        first = office.send("--format", "pdf,json", "--by", "Trần Văn Mẫu", KHIEN_MAIL_PASSWORD=PASSWORD)
        second = office.send("--json", KHIEN_MAIL_PASSWORD=PASSWORD)
        third = office.send("--agency", "so-khac", KHIEN_MAIL_PASSWORD=PASSWORD)
        again = office.send("--agency", "so-khac", "--again", "--lang", "vi", KHIEN_MAIL_PASSWORD=PASSWORD)
    assert planned.status == 2 and planned.out.count("would go out") == 3
    assert "so-khac.vi.pdf (draft)" in planned.out and "so-mau.vi.pdf (draft)" in planned.out
    assert first.status == 2
    assert first.out.count("taken over") == 3 and "no contact" in first.out and "xa-mau" in first.out
    assert {(name, mail) for name, mails in CONTACTS.items() for mail in mails} == {
        (each["agency"], each["recipient"]) for each in second.json() if each["recipient"]
    }
    assert second.json()[0]["note"]["en"].startswith("sent before")
    assert (third.status, again.status) == (4, 0)
    got = [
        (each.recipients, sorted(str(part.get_filename()) for part in each.mail.iter_attachments()))
        for each in server.received
    ]
    assert got == [
        (("attt@so-khac.example",), ["so-khac.vi.json", "so-khac.vi.pdf"]),
        (("attt@so-mau.example",), ["so-mau.vi.json", "so-mau.vi.pdf"]),
        (("cntt@so-mau.example",), ["so-mau.vi.json", "so-mau.vi.pdf"]),
        (("attt@so-khac.example",), ["so-khac.vi.pdf"]),
    ]
    for each in server.received:
        other = b"so-mau" if each.recipients[0].endswith("so-khac.example") else b"so-khac"
        for part in each.mail.iter_attachments():
            if str(part.get_filename()).endswith(".json"):
                assert other not in part.get_content()
    _logged(office)


def _logged(office: Office) -> None:
    """The log has every step, names no password, and history verifies it."""
    log = khien("report", "sent", "--json", folder=office.folder)
    steps = [(each["agency"], each["recipient"], each["state"], each["by"]) for each in log.json()]
    assert steps[:2] == [
        ("so-khac", "attt@so-khac.example", "begun", "Trần Văn Mẫu"),
        ("so-khac", "attt@so-khac.example", "accepted", "Trần Văn Mẫu"),
    ]
    assert len(steps) == 8
    assert PASSWORD not in log.out
    assert "attt@so-mau.example" in khien("report", "sent", folder=office.folder).out
    assert khien("history", "verify", folder=office.folder).status == 0


def test_the_archive_of_each_agency_has_its_own_password(office: Office) -> None:
    variables = {"KHIEN_ARCHIVE": ARCHIVE, "KHIEN_ARCHIVE_SO_KHAC": ARCHIVE + "-khac"}
    with MailServer(office.context) as server:
        office.configure(server.port, archive_password_variable="KHIEN_ARCHIVE")
        assert office.send("--agency", "so-khac", "--agency", "so-mau", "--lang", "en", **variables).status == 0
    for each in server.received:
        (part,) = each.mail.iter_attachments()
        with pyzipper.AESZipFile(io.BytesIO(part.get_content())) as opened:
            own = ARCHIVE + ("-khac" if "so-khac" in each.recipients[0] else "")
            opened.setpassword((ARCHIVE if own != ARCHIVE else ARCHIVE + "-khac").encode())
            with pytest.raises(RuntimeError):
                opened.read(opened.namelist()[0])
            opened.setpassword(own.encode())
            assert opened.read(opened.namelist()[0]).startswith(b"%PDF-")
        assert ARCHIVE.encode() not in each.data


def test_contacts_are_those_of_today(office: Office) -> None:
    assets = (office.folder / "assets.txt").read_text()
    text = inventory({"so-khac": ["moi@so-khac.example"], "so-mau": [], "xa-mau": []}, assets)
    (office.folder / "inventory.yaml").write_text(text.replace("- id: xa-mau\n", "- id: xa-mau\n    formerly: []\n"))
    with MailServer(office.context) as server:
        office.configure(server.port)
        assert office.send("--agency", "so-khac").status == 0
        ended = office.send("--agency", "so-mau")
    assert ended.status == 2 and "no contact" in ended.out
    assert [each.recipients for each in server.received] == [("moi@so-khac.example",)]


def test_what_was_not_sent_is_sent_by_the_next_command(office: Office) -> None:
    with MailServer(office.context, script=Script(recipient=["550 5.1.1 no \x1b[31m such"])) as server:
        office.configure(server.port)
        first = office.send("--agency", "so-mau")
        second = office.send("--agency", "so-mau")
    assert first.status == 2 and "550" in first.out and "\x1b[31m" not in first.out
    assert second.status == 0 and second.out.count("sent before") == 1
    assert sorted(each.recipients[0] for each in server.received) == sorted(CONTACTS["so-mau"])


def test_a_server_without_tls_gets_nothing(office: Office) -> None:
    with MailServer(None) as server:
        office.configure(server.port)
        ended = office.send()
    assert ended.status == 2 and "no STARTTLS" in ended.out and "not tried" in ended.out
    assert (server.received, server.commands) == ([], [])


@pytest.mark.parametrize(
    ("mail", "environment", "said"),
    [
        (None, {}, "no section mail"),
        ({"user": "khien", "password_variable": "KHIEN_P"}, {}, "KHIEN_P is not set"),
        ({"user": "khien", "password_variable": "KHIEN_P"}, {"KHIEN_P": "mật khẩu"}, "ASCII"),
        ({"archive_password_variable": "KHIEN_A"}, {}, "KHIEN_A is not set"),
        ({"archive_password_variable": "KHIEN_A"}, {"KHIEN_A": "ngan"}, "at least 12"),
        ({"user": "khien"}, {}, "khien.yaml:"),
        ({"tls": "none"}, {}, "khien.yaml:"),
        ({"password": "trong-tep"}, {}, "khien.yaml:"),
        ({"sender": "Khiên <a@b.example>"}, {}, "khien.yaml:"),
    ],
)
def test_what_is_not_set_up_is_said(
    office: Office, mail: dict[str, object] | None, environment: dict[str, str], said: str
) -> None:
    if mail is not None:
        office.configure(1, **mail)
    ended = office.send(**environment)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err


def test_no_address_can_be_given_and_options_stand_after_the_command(office: Office) -> None:
    office.configure(1)
    assert office.send("--to", "ai-do@khac.example").status == 2
    ended = khien("report", "--agency", "so-mau", "send", "--dry-run", folder=office.folder)
    assert ended.status == 2 and "after khien report send" in ended.err
    ended = khien("--lang", "en", "report", "send", "--dry-run", "--agency", "so-mau", folder=office.folder)
    assert ended.status == 0 and "so-mau.en.pdf (draft)" in ended.out


def test_report_alone_still_writes(office: Office) -> None:
    ended = khien("report", "--format", "json", "--agency", "so-mau", "--out", "out", folder=office.folder)
    assert (ended.status, ended.out.strip()) == (0, "out/so-mau.vi.json")


@pytest.mark.parametrize("spoken", ["vi", "en"])
def test_the_section_that_khien_init_offers_is_a_good_one(tmp_path: Path, spoken: str) -> None:
    khien("init", folder=tmp_path, environment={"KHIEN_LANG": spoken})
    path = tmp_path / "khien.yaml"
    assert read_config(path).mail is None
    before, mark, offered = path.read_text(encoding="utf-8").partition("# mail:")
    path.write_text(before + (mark + offered).replace("# ", "", 1).replace("\n# ", "\n"), encoding="utf-8")
    mail, signing = read_config(path).mail, read_config(path).signing
    assert mail is not None and signing is not None
    assert (signing.file, signing.passphrase_variable) == (str(tmp_path / "khoa.p12"), "KHIEN_SIGNING_PASSPHRASE")
    assert (mail.tls, mail.port, mail.password_variable) == ("starttls", None, "KHIEN_MAIL_PASSWORD")


def test_an_heir_gets_the_report_of_whom_it_was_only_where_that_one_is_gone(office: Office) -> None:
    assets = (office.folder / "assets.txt").read_text()
    with MailServer(office.context) as server:
        office.configure(server.port)
        claims = "  - id: a-thua-ke\n    name: {vi: Mới, en: New}\n    formerly: [so-khac]\n"
        claims += "    contacts: [{email: moi@thua-ke.example, role: owner}]\n"
        whole = inventory(CONTACTS, assets).replace("agencies:\n", "agencies:\n" + claims)
        (office.folder / "inventory.yaml").write_text(whole, encoding="utf-8")
        both = office.send("--agency", "so-khac", "--dry-run")
        without = {name: mails for name, mails in CONTACTS.items() if name != "so-khac"}
        moved = inventory(without, assets.replace("agency: so-khac", "agency: a-thua-ke"))
        (office.folder / "inventory.yaml").write_text(moved.replace("agencies:\n", "agencies:\n" + claims))
        heir = office.send("--agency", "so-khac")
    assert "moi@thua-ke.example" not in both.out
    assert heir.status == 0, heir.err
    assert [each.recipients for each in server.received] == [("moi@thua-ke.example",)]
