"""Alerts go out by mail within TLS and to webhooks by HTTPS, signed and bounded, and every step stands in the log."""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from jsonschema import Draft202012Validator

from checks.model.alert import Alert, AlertStep
from checks.model.canonical import load
from checks.model.text import Text
from reports.alerts.courier import Courier, Outcome
from reports.alerts.notice import Estate, Notice
from reports.alerts.webhook import Hook, Message, schema
from reports.messages import mail as words
from reports.smtp import Settings
from tests.factories import ADDRESS, agency
from tests.servers.mail import MailServer, Script
from tests.servers.misbehaving import Silent
from tests.servers.pki import Authority
from tests.servers.tcp import TcpServer
from tests.servers.tls import SslServer, server_context
from tests.servers.webhook import Posted, Receiver

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "bi-mat-cua-webhook"
ISSUER = Text("Trung tâm Giám sát Mẫu", "Sample Monitoring Centre")
HOSTILE = "x\r\nBcc: ai-do@khac.example\u2028\u202e\x00\x1b[31m{agency} =?utf-8?b?DQpCY2M6IHg=?="
ALERT = Alert(
    key="fault:cong-so-mau:TLS-12:0123",
    kind="critical",
    severity="critical",
    agency="so-mau",
    asset="cong-so-mau",
    control="TLS-12",
    title=Text("Không hỗ trợ TLS 1.0", "TLS 1.0 is off"),
    run="20261122-030000-abcd",
    params={"instance": f"{ADDRESS}:443/tls1_0", "reason": "forbidden_protocol"},
)
DUE = replace(ALERT, key="due:1", kind="due", params={"due": "2026-11-20", "step": 1, "count": 1})
TO = "attt@so-mau.example"
HOOK = "webhook:soc"


@dataclass
class Memory:
    """A log in memory."""

    kept: list[AlertStep] = field(default_factory=list)

    def record(self, step: AlertStep) -> None:
        self.kept.append(step)

    @property
    def told(self) -> list[tuple[str, int, str, int | None]]:
        return [(each.step, each.attempt, each.reason, each.code) for each in self.kept]


@dataclass(frozen=True)
class Trust:
    """A server's context and the file that trusts it."""

    context: ssl.SSLContext
    anchors: tuple[Path, ...]


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    folder = tmp_path_factory.mktemp("alerts")
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


Deliver = Callable[..., list[Outcome]]


@pytest.fixture
def deliver(trust: Trust, log: Memory, waits: list[float]) -> Deliver:
    """Send messages through a mail server's port or to a webhook's URL, and give what became of them."""

    def run(where: int | str, *notices: Notice, **changes: object) -> list[Outcome]:
        mail = Settings("127.0.0.1", "khien@tinh-mau.example", timeout=20, patience=60, trust_anchors=trust.anchors)
        hook = Hook("soc", "", SECRET, trust_anchors=trust.anchors)
        if isinstance(where, int):
            courier = Courier(replace(mail, port=where, **changes), (), ISSUER, log, lambda: NOW, waits.append)  # type: ignore[arg-type]
        else:
            courier = Courier(None, [replace(hook, url=where, **changes)], ISSUER, log, lambda: NOW, waits.append)  # type: ignore[arg-type]
        return list(courier.deliver(notices))

    return run


def notice(*alerts: Alert, recipient: str = TO, of: str | None = "so-mau", language: str = "vi") -> Notice:
    about = None if of is None else agency(of)
    return Notice(about, recipient, language, alerts or (ALERT,))  # type: ignore[arg-type]


def states(outcomes: list[Outcome]) -> list[str]:
    return [each.answer.state if each.answer else "" for each in outcomes]


def body_of(server: MailServer, index: int = 0) -> str:
    text: str = server.received[index].mail.get_content()
    return text


def test_a_mail_says_what_is_wrong_and_no_more(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with MailServer(trust.context) as server:
        assert states(deliver(server.port, notice(ALERT, DUE))) == ["accepted"]
    (got,) = server.received
    assert got.recipients == (TO,) and got.tls and not list(got.mail.iter_attachments())
    assert "Cảnh báo" in got.mail["Subject"] and "Sở Mẫu" in got.mail["Subject"]
    assert (got.mail["Auto-Submitted"], got.mail["Content-Language"]) == ("auto-generated", "vi")
    text = body_of(server)
    assert "Phát hiện mức nghiêm trọng: Không hỗ trợ TLS 1.0 – cong-so-mau" in text
    assert "so-mau.vi" in text and ALERT.run in text and "20/11/2026" in text
    assert ADDRESS not in text and "tls1_0" not in text
    assert log.told == [("begun", 1, "", None), ("accepted", 1, "", None)]
    assert {each.keys for each in log.kept} == {(ALERT.key, DUE.key)}
    assert {(each.agency, each.recipient, each.message_id) for each in log.kept} == {
        ("so-mau", TO, got.mail["Message-ID"])
    }


def test_a_reminder_is_named_so_and_speaks_the_language_of_the_contact(deliver: Deliver, trust: Trust) -> None:
    with MailServer(trust.context) as server:
        deliver(server.port, notice(DUE, language="en"))
    (got,) = server.received
    assert "Reminder" in got.mail["Subject"] and "Sample Department" in got.mail["Subject"]
    assert "Overdue, was due on 20 November 2026: TLS 1.0 is off – cong-so-mau" in body_of(server)
    assert "Sample Monitoring Centre" in body_of(server)


def test_hostile_text_adds_no_header_and_no_line(deliver: Deliver, trust: Trust) -> None:
    hostile = replace(ALERT, title=Text(HOSTILE, HOSTILE))
    document = Alert(
        "authorisation:1",
        "authorisation_ending",
        "low",
        "so-mau",
        params={"document": HOSTILE, "ends": "2026-12-01", "step": 30},
    )
    with MailServer(trust.context) as server:
        about = replace(notice(hostile, document), agency=agency(name=Text(HOSTILE, HOSTILE)))
        clean = replace(notice(ALERT, replace(document, params={**document.params, "document": "01"})))
        assert states(deliver(server.port, about, clean)) == ["accepted", "accepted"]
    (got, other) = server.received
    assert got.recipients == (TO,)
    assert sorted(got.mail.keys()) == sorted(other.mail.keys())
    assert got.mail["Bcc"] is None and got.mail["To"] == TO
    text = body_of(server)
    assert len(text.splitlines()) == len(body_of(server, 1).splitlines())
    assert not {"\x00", "\x1b", "\u202e", "\u2028"} & set(text)


def test_without_tls_no_alert_goes_out(deliver: Deliver) -> None:
    with MailServer(None) as server:
        outcomes = deliver(server.port, notice(), notice(of="so-khac"))
    assert [each.note for each in outcomes] == [words.STATES["rejected"], words.NOT_TRIED]
    assert (server.received, server.commands) == ([], [])


def test_a_mail_that_is_put_off_is_tried_again(deliver: Deliver, trust: Trust, waits: list[float]) -> None:
    with MailServer(trust.context, script=Script(recipient=["451 later"])) as server:
        (outcome,) = deliver(server.port, notice(), back_off=10.0)
    assert (states([outcome]), outcome.attempts, waits) == (["accepted"], 2, [10.0])


@pytest.mark.parametrize("recipient", ["", "a@b.example\r\nRCPT TO:<x@khac.example>", "ở@b.example"])
def test_who_has_no_address_is_not_tried(deliver: Deliver, trust: Trust, log: Memory, recipient: str) -> None:
    with MailServer(trust.context) as server:
        (outcome,) = deliver(server.port, notice(recipient=recipient))
    assert outcome.note in (words.NO_CONTACT, words.STATES["rejected"])
    assert (server.connections, log.kept) == (0, [])


def test_a_digest_says_how_all_agencies_stand_and_names_no_asset(deliver: Deliver, trust: Trust) -> None:
    names = {each: Text(f"Cơ quan {each}", f"Agency {each}") for each in ("so-mau", "xa-mau", "so-khac", "so-yen")}
    names["xa-mau"] = Text(HOSTILE, HOSTILE)
    held = Alert("held", "run_held", "high", "", run="r", params={"run": "r", "coverage": 1000, "usual": 9000})
    ahead = replace(DUE, key="due:2", params={**DUE.params, "step": -7})
    old = [replace(ALERT, key=str(each), agency="so-khac") for each in range(3)]
    fresh = (ALERT, DUE, ahead, replace(ALERT, key="xa", agency="xa-mau"), held)
    notice = Notice(None, TO, "en", fresh, Estate(names, (*fresh, *old)))
    with MailServer(trust.context) as server:
        assert states(deliver(server.port, notice)) == ["accepted"]
    (got,) = server.received
    text = body_of(server)
    assert "Alerts of all agencies" in got.mail["Subject"] and got.mail["Bcc"] is None
    assert "- Scan run r is held, its alerts and reports too: coverage 10.0 %, usually 90.0 %" in text
    shown = [each for each in text.splitlines() if each.startswith("- ") and "standing" in each]
    assert (
        shown[0] == "- Agency so-mau: new 1 critical, 1 overdue, 1 due soon; standing 1 critical, 1 overdue, 1 due soon"
    )
    assert shown[1].endswith(": new 1 critical; standing 1 critical") and "\x1b" not in shown[1]
    assert shown[2:] == ["- Agency so-khac: standing 3 critical"]
    assert "Agencies of which nothing is to be told: 1." in text
    assert "cong-so-mau" not in text and ADDRESS not in text


def verified(posted: Posted) -> Message:
    """The message, as a receiver checks it."""
    timestamp = posted.headers["khien-timestamp"]
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + posted.body, hashlib.sha256).hexdigest()
    assert posted.headers["khien-signature"] == f"sha256={expected}"
    assert int(timestamp) == int(NOW.timestamp())
    return load(Message, posted.body)


def test_a_webhook_gets_the_alerts_signed(deliver: Deliver, trust: Trust, log: Memory) -> None:
    hostile = replace(ALERT, key="2", params={"instance": HOSTILE, "reason": "x"})
    with Receiver(trust.context) as server:
        assert states(deliver(server.url, notice(ALERT, hostile, recipient=HOOK))) == ["accepted"]
    (posted,) = server.posted
    message = verified(posted)
    assert posted.path == "/khien?a=b" and posted.headers["content-type"] == "application/json"
    assert message.agency is not None and (message.at, message.agency.id) == (NOW, "so-mau")
    assert [each.alert for each in message.alerts] == [ALERT, hostile]
    assert message.alerts[0].text.en == "Critical finding: TLS 1.0 is off – cong-so-mau"
    assert b"\n" not in posted.body and b"\x1b" not in posted.body
    Draft202012Validator(schema()).validate(json.loads(posted.body))
    assert log.told == [("begun", 1, "", None), ("accepted", 1, "", 204)]
    assert {each.message_id for each in log.kept} == {posted.headers["khien-delivery"]}
    assert SECRET not in repr(log.kept) + repr(Hook("a", "b", SECRET))


def test_a_webhook_on_this_machine_may_be_in_the_clear(deliver: Deliver) -> None:
    with Receiver(None) as server:
        assert states(deliver(server.url, notice(recipient=HOOK, of=None))) == ["accepted"]
    assert verified(server.posted[0]).agency is None


def test_a_redirect_is_a_refusal(deliver: Deliver, trust: Trust, log: Memory) -> None:
    with Receiver(trust.context) as other, Receiver(trust.context, 307, location=other.url) as server:
        assert states(deliver(server.url, notice(recipient=HOOK))) == ["rejected"]
    assert (len(server.posted), other.posted) == (1, [])
    assert log.told == [("begun", 1, "", None), ("rejected", 1, "answer", 307)]


def test_busy_is_tried_again_and_no_is_an_answer(
    deliver: Deliver, trust: Trust, log: Memory, waits: list[float]
) -> None:
    with Receiver(trust.context, 503, 429, 200, 403) as server:
        outcomes = deliver(server.url, notice(recipient=HOOK), notice(DUE, recipient=HOOK))
    assert (states(outcomes), waits) == (["accepted", "rejected"], [5.0, 20.0])
    assert [each[3] for each in log.told if each[0] != "begun"] == [503, 429, 200, 403]
    assert len({each.headers["khien-delivery"] for each in server.posted}) == 2


def test_a_webhook_that_is_down_is_tried_so_often_and_then_left(deliver: Deliver, waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    outcomes = deliver(f"https://127.0.0.1:{port}/", notice(recipient=HOOK), notice(DUE, recipient=HOOK), attempts=2)
    assert [each.note for each in outcomes] == [words.STATES["deferred"], words.NOT_TRIED]
    assert waits == [5.0]


def test_a_certificate_that_is_not_the_webhooks_gets_nothing(deliver: Deliver, log: Memory, tmp_path: Path) -> None:
    context = server_context(Authority().issue("127.0.0.1"), tmp_path)
    with Receiver(context) as server:
        assert states(deliver(server.url, notice(recipient=HOOK))) == ["rejected"]
    assert server.posted == []
    assert log.told[1][:3] == ("rejected", 1, "certificate")


class Dripping(SslServer):
    """Answers for ever, a letter at a time."""

    def serve(self, sock: socket.socket) -> None:
        with self.context.wrap_socket(sock, server_side=True) as tls:
            tls.recv(4096)
            tls.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not self.stopping.wait(0.05):
                tls.sendall(b"2")


@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_a_webhook_that_hangs_is_left(deliver: Deliver, trust: Trust, log: Memory, kind: str) -> None:
    server: TcpServer = Silent() if kind == "silent" else Dripping(trust.context)
    bounds = {"timeout": 0.3} if kind == "silent" else {"patience": 0.5}
    with server:
        url = f"https://127.0.0.1:{server.port}/"
        assert states(deliver(url, notice(recipient=HOOK), attempts=1, **bounds)) == ["deferred"]
    assert log.told[1][:3] == ("deferred", 1, "timed_out")


class Full:
    """A log that cannot be written."""

    def record(self, step: AlertStep) -> None:
        raise OSError("disk full")


def test_what_cannot_be_logged_is_not_sent(trust: Trust) -> None:
    with Receiver(trust.context) as server:
        courier = Courier(
            None, [Hook("soc", server.url, SECRET, trust_anchors=trust.anchors)], ISSUER, Full(), lambda: NOW
        )
        with pytest.raises(OSError, match="disk full"):
            list(courier.deliver([notice(recipient=HOOK)]))
    assert server.posted == []
