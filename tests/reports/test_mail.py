"""A report goes to its agency's own contacts, within TLS, and everything that was tried stands in the log."""

import io
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import pyzipper
from cryptography.hazmat.primitives.serialization import Encoding

from checks.model.asset import Agency, Contact
from checks.model.canonical import digest
from checks.model.delivery import Delivery
from checks.model.text import Text
from reports.formats.files import File
from reports.mail import Parcel, Post, Result, archive, message
from reports.messages import mail as words
from reports.smtp import Settings
from tests.servers.mail import DROP, MailServer, Script
from tests.servers.misbehaving import Silent
from tests.servers.pki import Authority
from tests.servers.tcp import TcpServer
from tests.servers.tls import server_context

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RUN = "20261123-020000-abcd"
PDF = File("so-mau.vi.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8)
JSON = File("so-mau.vi.json", b"{}\n")
SECRET = "mat-khau-rat-dai-cua-may-chu-thu"
AGENCY = Agency("so-mau", Text("Sở Mẫu", "Sample Department"), contacts=(Contact("attt@so-mau.example", "security"),))
OTHER = Agency("so-khac", Text("Sở Khác", "Other Department"), contacts=(Contact("attt@so-khac.example", "security"),))


@dataclass
class Memory:
    """A log in memory."""

    kept: list[Delivery] = field(default_factory=list)

    def record(self, delivery: Delivery) -> None:
        self.kept.append(delivery)

    def deliveries(self, run_id: str) -> tuple[Delivery, ...]:
        return tuple(each for each in self.kept if each.run == run_id)

    @property
    def told(self) -> list[tuple[str, int, str, int | None]]:
        return [(each.state, each.attempt, each.reason, each.code) for each in self.kept]


@dataclass(frozen=True)
class Trust:
    """A server's context and the file that trusts it."""

    context: ssl.SSLContext
    anchors: tuple[Path, ...]


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    folder = tmp_path_factory.mktemp("mail")
    authority = Authority()
    anchor = folder / "root.pem"
    anchor.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return Trust(server_context(authority.issue("127.0.0.1"), folder), (anchor,))


@pytest.fixture
def log() -> Memory:
    return Memory()


@pytest.fixture
def waits() -> list[float]:
    return []


Deliver = Callable[..., list[Result]]


@pytest.fixture
def deliver(trust: Trust, log: Memory, waits: list[float]) -> Deliver:
    """Send parcels through a port, and give what became of them."""

    def run(port: int, *parcels: Parcel, again: bool = False, **changes: object) -> list[Result]:
        settings = Settings(
            "127.0.0.1", "khien@tinh-mau.example", port, timeout=20, patience=60, trust_anchors=trust.anchors
        )
        post = Post(replace(settings, **changes), log, "Trần Văn Mẫu", lambda: NOW, waits.append)  # type: ignore[arg-type]
        return list(post.deliver(parcels, again))

    return run


def parcel(agency: Agency = AGENCY, *files: File, password: str = "") -> Parcel:
    issuer = Text("Trung tâm Giám sát Mẫu", "Sample Monitoring Centre")
    return Parcel(RUN, NOW, agency, "vi", issuer, files or (PDF, JSON), password)


def states(results: list[Result]) -> list[str]:
    return [each.answer.state if each.answer else "" for each in results]


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


def test_a_report_arrives_whole_and_is_logged(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context, passwords={"khien": SECRET}) as server:
        (result,) = deliver(server.port, parcel(), user="khien", password=SECRET)
    assert (result.recipient, states([result]), result.attempts) == ("attt@so-mau.example", ["accepted"], 1)
    (got,) = server.received
    assert (got.sender, got.recipients, got.login) == ("khien@tinh-mau.example", ("attt@so-mau.example",), "khien")
    assert got.tls
    assert attached(got.mail) == {PDF.name: PDF.data, JSON.name: JSON.data}
    assert "Sở Mẫu" in got.mail["Subject"] and "23/11/2026" in got.mail["Subject"]
    assert got.mail["Auto-Submitted"] == "auto-generated"
    body = got.mail.get_body()
    assert body is not None
    assert RUN in body.get_content() and digest(PDF.data).removeprefix("sha256:") in body.get_content()
    assert log.told == [("begun", 1, "", None), ("accepted", 1, "", None)]
    assert {(each.by, each.at, each.message_id) for each in log.kept} == {("Trần Văn Mẫu", NOW, got.mail["Message-ID"])}
    assert [(each.name, each.digest) for each in log.kept[0].files] == [
        (each.name, digest(each.data)) for each in (PDF, JSON)
    ]
    assert SECRET not in repr(log.kept) + repr(Settings("h", "s", password=SECRET))


def test_implicit_tls(deliver: Deliver, trust: Trust) -> None:
    with MailServer(trust.context, implicit=True) as server:
        assert states(deliver(server.port, parcel(), tls="implicit")) == ["accepted"]
    assert server.received[0].tls


def test_the_mail_speaks_the_language_asked_for() -> None:
    said = message(replace(parcel(), language="en"), "a@b.example", "c@d.example", NOW, "<1@b.example>")
    assert b"Subject: =?" in said or b"Report of the security scan: Sample Department" in said
    assert "Sở".encode() not in said and max(said) < 128


def test_nothing_goes_out_in_cleartext(deliver: Deliver, log: Memory) -> None:
    with MailServer(None) as server:
        results = deliver(server.port, parcel(), parcel(OTHER), user="khien", password=SECRET)
    assert [each.note for each in results] == [words.STATES["rejected"], words.NOT_TRIED]
    assert log.told == [("begun", 1, "", None), ("rejected", 1, "no_starttls", None)]
    assert (server.received, server.commands, server.connections) == ([], [], 1)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("fault", ["name", "authority", "expired"])
def test_a_certificate_that_is_not_the_servers_is_refused(
    deliver: Deliver, log: Memory, tmp_path: Path, tls: str, fault: str
) -> None:
    authority = Authority()
    anchor = tmp_path / "root.pem"
    anchor.write_bytes((Authority() if fault == "authority" else authority).root.public_bytes(Encoding.PEM))
    identity = authority.issue(
        "mail.khac.example" if fault == "name" else "127.0.0.1",
        valid_until=timedelta(hours=-1) if fault == "expired" else timedelta(days=1),
    )
    with MailServer(server_context(identity, tmp_path), implicit=tls == "implicit") as server:
        (result,) = deliver(server.port, parcel(), tls=tls, trust_anchors=(anchor,), user="khien", password=SECRET)
    assert log.told == [("begun", 1, "", None), ("rejected", 1, "certificate", None)]
    assert result.answer is not None and result.answer.whole
    assert server.commands == []


def test_busy_is_tried_again_after_longer_waits(
    deliver: Deliver, trust: Trust, log: Memory, waits: list[float]
) -> None:
    script = Script(recipient=["451 4.3.0 later"], data=["452 4.2.2 full"])
    with MailServer(trust.context, script=script) as server:
        (result,) = deliver(server.port, parcel(), back_off=10.0)
    assert (states([result]), result.attempts, waits) == (["accepted"], 3, [10.0, 40.0])
    assert log.told == [
        ("begun", 1, "", None),
        ("deferred", 1, "answer", 451),
        ("begun", 2, "", None),
        ("deferred", 2, "answer", 452),
        ("begun", 3, "", None),
        ("accepted", 3, "", None),
    ]
    assert len({each.message_id for each in log.kept}) == 1
    assert len(server.received) == 1


def test_tries_are_bounded(deliver: Deliver, trust: Trust, waits: list[float]) -> None:
    with MailServer(trust.context, script=Script(recipient=["450 no"] * 9)) as server:
        (result,) = deliver(server.port, parcel(), attempts=4, back_off=100.0)
    assert (states([result]), result.attempts, waits) == (["deferred"], 4, [100.0, 400.0, 900.0])
    assert server.connections == 4


@pytest.mark.parametrize("script", [Script(recipient=["550 5.1.1 nobody"]), Script(data=["550 5.7.1 no"])])
def test_no_is_taken_for_an_answer(deliver: Deliver, trust: Trust, log: Memory, script: Script) -> None:
    script = replace(script, recipient=list(script.recipient), data=list(script.data))
    with MailServer(trust.context, script=script) as server:
        results = deliver(server.port, parcel(), parcel(OTHER))
    assert states(results) == ["rejected", "accepted"]
    assert log.told[1] == ("rejected", 1, "answer", 550)
    assert [each.recipients for each in server.received] == [("attt@so-khac.example",)]


def test_a_mail_that_is_too_large_is_said_to_be(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context, size=1000) as server:
        assert states(deliver(server.port, parcel())) == ["rejected"]
    assert log.told[1] == ("rejected", 1, "size", 552)


def test_a_wrong_password_is_tried_once_for_all(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context, passwords={"khien": "khac"}) as server:
        results = deliver(server.port, parcel(), parcel(OTHER), user="khien", password=SECRET)
    assert [each.note for each in results] == [words.STATES["rejected"], words.NOT_TRIED]
    assert log.told == [("begun", 1, "", None), ("rejected", 1, "login", 535)]
    assert (server.received, server.connections) == ([], 1)


def test_a_connection_cut_midway_is_tried_again(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context, script=Script(data=[DROP])) as server:
        assert states(deliver(server.port, parcel())) == ["accepted"]
    assert [each[:3] for each in log.told][1:3] == [("deferred", 1, "connection"), ("begun", 2, "")]
    assert len(server.received) == 1


class Dripping(TcpServer):
    """Greets for ever, a letter at a time."""

    def serve(self, sock: object) -> None:
        while not self.stopping.wait(0.05):
            sock.sendall(b"2")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "bounds"), [(Silent, {"timeout": 0.3}), (Dripping, {"patience": 0.5})])
def test_a_server_that_hangs_is_left(
    deliver: Deliver, log: Memory, kind: type[TcpServer], bounds: dict[str, float]
) -> None:
    with kind() as server:
        assert states(deliver(server.port, parcel(), attempts=2, **bounds)) == ["deferred"]
    assert [each[:3] for each in log.told if each[0] != "begun"] == [
        ("deferred", 1, "timed_out"),
        ("deferred", 2, "timed_out"),
    ]


def test_nobody_listens(deliver: Deliver, log: Memory) -> None:
    with MailServer(None) as server:
        port = server.port
    results = deliver(port, parcel(), parcel(OTHER), attempts=2)
    assert [each.note for each in results] == [words.STATES["deferred"], words.NOT_TRIED]
    assert [each[:3] for each in log.told if each[0] != "begun"] == [
        ("deferred", 1, "connection"),
        ("deferred", 2, "connection"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Sở Mẫu\r\nBcc: ai-do@khac.example",
        "Sở\nMẫu\n\nxin chào",
        "Sở\u2028Bcc: x@khac.example",
        "Sở\u202eMẫu\x00\x1b[31m",
        "{agency.__class__} %s {0}",
        "Sở \ud800 Mẫu",
        "x" * 10_000,
        "=?utf-8?b?DQpCY2M6IHhAa2hhYy5leGFtcGxl?=",
        "=\x00?utf-8?b?DQpCY2M6IHhAa2hhYy5leGFtcGxl?=",
        "==??utf-8?b?DQpCY2M6IHhAa2hhYy5leGFtcGxl?=",
    ],
)
def test_a_name_adds_no_header(deliver: Deliver, trust: Trust, name: str) -> None:
    with MailServer(trust.context) as server:
        (result,) = deliver(server.port, parcel(replace(AGENCY, name=Text(name, name))))
    assert states([result]) == ["accepted"]
    (got,) = server.received
    assert got.recipients == ("attt@so-mau.example",)
    assert got.mail["Bcc"] is None and got.mail["To"] == "attt@so-mau.example"
    assert sorted(set(got.mail.keys())) == [
        "Auto-Submitted",
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]
    assert list(attached(got.mail)) == [PDF.name, JSON.name]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nRCPT TO:<x@khac.example>",
        "a@b.example,x@khac.example",
        "<a@b.example>",
        "ở@b.example",
        "=?utf-8?q?a?=@b.example",
    ],
)
def test_an_address_that_is_none_is_never_used(deliver: Deliver, trust: Trust, log: Memory, address: str) -> None:
    with MailServer(trust.context) as server:
        (result,) = deliver(server.port, parcel(replace(AGENCY, contacts=(Contact(address, "security"),))))
    assert result.answer is not None
    assert (result.answer.state, result.answer.reason) == ("rejected", "address")
    assert (server.connections, log.kept) == (0, [])


def test_the_archive_opens_with_the_password_alone(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context) as server:
        assert states(deliver(server.port, parcel(password=SECRET))) == ["accepted"]
    (got,) = server.received
    ((name, data),) = attached(got.mail).items()
    assert name == f"so-mau.vi.{RUN}.zip"
    assert PDF.data[:200] not in data and SECRET.encode() not in got.data
    body = got.mail.get_body()
    assert body is not None and SECRET not in body.get_content() and "AES-256" in body.get_content()
    assert log.kept[0].encrypted and SECRET not in repr(log.kept)
    with pyzipper.AESZipFile(io.BytesIO(data)) as opened:
        assert [each.wz_aes_strength for each in opened.infolist()] == [3, 3]  # WinZip's number for 256 bits
        for password in (None, b"", b"khac"):
            opened.setpassword(password) if password else None
            with pytest.raises(RuntimeError):
                opened.read(PDF.name)
        opened.setpassword(SECRET.encode())
        assert {each: opened.read(each) for each in opened.namelist()} == {
            PDF.name: PDF.data,
            JSON.name: JSON.data,
        }


def test_no_two_archives_are_alike() -> None:
    assert archive((PDF,), SECRET) != archive((PDF,), SECRET)


def test_agencies_are_never_mixed(deliver: Deliver, trust: Trust) -> None:
    several = replace(AGENCY, contacts=(*AGENCY.contacts, Contact("lanh-dao@so-mau.example", "owner")))
    own = {each.id: File(f"{each.id}.vi.pdf", each.id.encode()) for each in (AGENCY, OTHER)}
    with MailServer(trust.context) as server:
        results = deliver(server.port, parcel(several, own["so-mau"]), parcel(OTHER, own["so-khac"]))
    assert states(results) == ["accepted"] * 3
    assert [(each.recipients, attached(each.mail)) for each in server.received] == [
        (("attt@so-mau.example",), {"so-mau.vi.pdf": b"so-mau"}),
        (("lanh-dao@so-mau.example",), {"so-mau.vi.pdf": b"so-mau"}),
        (("attt@so-khac.example",), {"so-khac.vi.pdf": b"so-khac"}),
    ]
    assert all("khac" not in each.mail["To"] for each in server.received[:2])


def test_who_has_no_contact_is_told(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context) as server:
        results = deliver(server.port, parcel(replace(AGENCY, contacts=())), parcel(OTHER))
    assert [(each.agency, each.recipient, each.note) for each in results] == [
        ("so-mau", "", words.NO_CONTACT),
        ("so-khac", "attt@so-khac.example", words.STATES["accepted"]),
    ]
    assert {each.agency for each in log.kept} == {"so-khac"}


def test_nobody_gets_the_same_report_twice_unasked(deliver: Deliver, trust: Trust, log: Memory) -> None:
    twice = replace(AGENCY, contacts=(*AGENCY.contacts, Contact("ATTT@So-Mau.example", "owner")))
    with MailServer(trust.context) as server:
        assert states(deliver(server.port, parcel(twice))) == ["accepted"]
        assert [each.note for each in deliver(server.port, parcel())] == [words.SENT_BEFORE]
        assert states(deliver(server.port, parcel(), again=True)) == ["accepted"]
        assert states(deliver(server.port, replace(parcel(), language="en"))) == ["accepted"]
        log.kept.append(replace(log.kept[0], agency="so-khac", recipient="attt@so-khac.example"))
        assert [each.note for each in deliver(server.port, parcel(OTHER))] == [words.CUT_OFF_BEFORE]
    assert len(server.received) == 3


def test_what_was_refused_may_be_sent_later(deliver: Deliver, trust: Trust) -> None:
    with MailServer(trust.context, script=Script(recipient=["550 no"])) as server:
        assert states(deliver(server.port, parcel())) == ["rejected"]
        assert states(deliver(server.port, parcel())) == ["accepted"]


class Full:
    """A log that cannot be written."""

    def record(self, delivery: Delivery) -> None:
        raise OSError("disk full")

    def deliveries(self, run_id: str) -> tuple[Delivery, ...]:
        return ()


def test_what_cannot_be_logged_is_not_sent(trust: Trust) -> None:
    with MailServer(trust.context) as server:
        settings = Settings("127.0.0.1", "khien@tinh-mau.example", server.port, trust_anchors=trust.anchors)
        with pytest.raises(OSError, match="disk full"):
            list(Post(settings, Full(), "x", lambda: NOW).deliver([parcel()]))
    assert server.connections == 0
