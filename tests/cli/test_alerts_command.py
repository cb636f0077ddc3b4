"""khien alerts, and what a scan tells by itself: through a real mail server and a real webhook, each thing once."""

import json
import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding

from policies.strict_yaml import InputErrors
from reports.alerts.webhook import schema
from scanner.cli.alert_sections import AlertsSection
from scanner.cli.config import read_config
from scanner.cli.workspace import open_workspace
from tests.cli.command import ALWAYS, Ended, asset_row, khien, khien_each, write_workspace
from tests.cli.conftest import POLICY, Add, HostileSite, Scanned
from tests.cli.test_daemon import missed
from tests.servers.mail import MailServer, Script
from tests.servers.pki import Authority
from tests.servers.tcp import held_port
from tests.servers.tls import server_context
from tests.servers.webhook import Receiver

SECRET = {"KHIEN_HOOK_SECRET": "bi-mat-cua-webhook"}
CONTACTS = "[{email: attt@so-mau.example, role: security, language: en}, {email: lanh-dao@so-mau.example, role: owner}]"


@dataclass(frozen=True)
class Watched:
    """A folder whose agency is told of what its scans show."""

    folder: Path
    context: ssl.SSLContext
    """Of a mail server and of webhooks that the configuration trusts."""

    def configure(self, mail: int | None, hook: str | None = None, **more: Any) -> None:
        """Write khien.yaml with a mail server's port and a webhook's URL."""
        file: dict[str, Any] = {"policy": "small", "policies": ["rules"], "alerts": {}, **more}
        if mail is not None:
            anchors = {"trust_anchors": ["mail.pem"], "retry_seconds": 1}
            file["mail"] = {"host": "127.0.0.1", "port": mail, "sender": "khien@tinh-mau.example", **anchors}
        if hook is not None:
            row = {"name": "soc", "url": hook, "secret_variable": "KHIEN_HOOK_SECRET", "trust_anchors": ["mail.pem"]}
            file["alerts"]["webhooks"] = [row]
        (self.folder / "khien.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")

    def inventory(self, port: int, more: str = "", contacts: str = CONTACTS) -> None:
        """One agency with one site."""
        (self.folder / "inventory.yaml").write_text(
            f"agencies:\n  - id: so-mau\n    name: {{vi: Sở Mẫu, en: Sample Department}}\n    authorisation: {ALWAYS}\n"
            f"    contacts: {contacts}\nassets:\n{asset_row('cong', port, more)}",
            encoding="utf-8",
        )

    def run(self, *commands: str) -> list[Ended]:
        """Commands as a shell has them, one after the other."""
        return khien_each(*map(str.split, commands), folder=self.folder, environment={"KHIEN_LANG": "en", **SECRET})


@pytest.fixture
def watched(scanned: Scanned, tmp_path: Path) -> Watched:
    """The small estate after its runs, of which nobody was told."""
    folder = tmp_path / "work"
    shutil.copytree(scanned.folder, folder)
    authority = Authority()
    (folder / "mail.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    found = Watched(folder, server_context(authority.issue("127.0.0.1"), tmp_path))
    found.inventory(scanned.port)
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A site that is bad, bad, good and bad again, and what was told after each scan."""
    folder = tmp_path_factory.mktemp("alerts")
    write_workspace(folder / "work", "[]", {"CERT-TRUST": POLICY["CERT-TRUST"]})
    authority, mail = Authority(), Authority()
    watched = Watched(folder / "work", server_context(mail.issue("127.0.0.1"), folder))
    (folder / "work" / "mail.pem").write_bytes(mail.root.public_bytes(Encoding.PEM))
    (folder / "work" / "site.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    context = server_context(authority.issue("cong.so-mau.example"), folder)
    with HostileSite(context) as site, MailServer(watched.context) as server, Receiver(watched.context) as hook:
        watched.configure(server.port, hook.url, log={"form": "json", "file": "khien.log"})
        scans, mails, posts = [], [], []
        for anchors in ("", "", ", trust_anchors: [site.pem]", ""):
            watched.inventory(site.port, anchors)
            scans += watched.run("scan --json")
            mails.append(len(server.received))
            posts.append(len(hook.posted))
        (nothing,) = watched.run("alerts")
    yield {
        "watched": watched,
        "scans": scans,
        "mails": [(each.recipients, each.mail.get_content()) for each in server.received],
        "counts": (mails, posts),
        "posts": [json.loads(each.body) for each in hook.posted],
        "nothing": nothing,
    }


def test_a_scan_tells_what_is_new_and_tells_it_again_when_it_is_back(told: dict[str, Any]) -> None:
    assert [each.status for each in told["scans"]] == [0, 0, 0, 0], told["scans"][0].err
    assert "Alerts sent: 2 of 2" in told["scans"][0].err and "Alerts" not in told["scans"][1].err
    assert told["counts"] == ([1, 1, 1, 2], [1, 1, 1, 2])
    (first, last) = told["mails"]
    assert first[0] == last[0] == ("attt@so-mau.example",)
    assert "Critical finding: Title CERT-TRUST – cong" in first[1]
    assert "Back again: Title CERT-TRUST – cong" in last[1]
    kinds = [[each["alert"]["kind"] for each in post["alerts"]] for post in told["posts"]]
    assert kinds == [["critical"], ["regressed"]]
    assert told["posts"][0]["agency"]["id"] == "so-mau"
    assert (told["nothing"].status, told["nothing"].out) == (0, "There is nothing new to tell.\n")


def test_the_log_has_every_step_and_history_verifies_it(told: dict[str, Any]) -> None:
    watched: Watched = told["watched"]
    log, shown, verified = watched.run("alerts sent --json", "alerts sent --agency so-mau", "history verify")
    steps = log.json()
    assert [each["step"] for each in steps if each["step"] not in ("begun", "accepted")] == [
        "raised",
        "judged",
        "judged",
        "over",
        "judged",
        "raised",
        "judged",
    ]
    assert sum(each["step"] == "accepted" for each in steps) == 4
    logged = [json.loads(each) for each in (watched.folder / "khien.log").read_text().splitlines()]
    sent = [(each["recipient"], each["alerts"]) for each in logged if each["event"] == "alert.sent"]
    assert sent == [("attt@so-mau.example", 1), ("webhook:soc", 1)] * 2
    assert sum(each["event"] == "run.finished" for each in logged) == 4
    assert "attt@so-mau.example" in shown.out and "webhook:soc" in shown.out
    assert SECRET["KHIEN_HOOK_SECRET"] not in shown.out + log.out
    assert verified.status == 0


def test_a_dry_run_says_what_would_go_out_and_keeps_nothing(watched: Watched) -> None:
    with MailServer(watched.context) as server:
        watched.configure(server.port)
        first, second, said = watched.run("alerts --dry-run --json", "alerts --dry-run --json", "alerts --dry-run")
    assert (first.status, server.connections) == (0, 0)
    assert first.json() == second.json()
    (only,) = first.json()
    assert (only["recipient"], only["language"], only["state"]) == ("attt@so-mau.example", "en", None)
    assert [each["kind"] for each in only["alerts"]] == ["critical"]
    assert "so-mau → attt@so-mau.example: would go out\n  - Critical finding: Title CERT-TRUST – cong\n" in said.out


def test_what_one_run_showed(watched: Watched, scanned: Scanned) -> None:
    with MailServer(watched.context) as server:
        watched.configure(server.port)
        runs = (scanned.second.json()["run"], scanned.run, "none")
        other, own, unknown = watched.run(*(f"alerts --json --run {each}" for each in runs))
        assert (other.json(), len(own.json()), unknown.status) == ([], 1, 2)
    assert len(server.received) == 1


def test_what_could_not_be_told_is_told_by_the_next_command(watched: Watched) -> None:
    with MailServer(watched.context, script=Script(recipient=["550 no \x1b[31m such"])) as server:
        watched.configure(server.port)
        first, second = watched.run("alerts", "alerts")
    assert first.status == 2 and "550" in first.out and "\x1b" not in first.out
    assert second.status == 0 and len(server.received) == 1


def test_an_agency_without_contacts_is_named(watched: Watched) -> None:
    with MailServer(watched.context) as server:
        watched.configure(server.port)
        inventory = watched.folder / "inventory.yaml"
        inventory.write_text(inventory.read_text().replace(CONTACTS, "[]"))
        (ended,) = watched.run("alerts")
    assert ended.status == 2 and "no contact" in ended.out and server.connections == 0


def test_the_province_gets_one_mail_of_all_agencies_and_not_twice_what_it_was_told(watched: Watched) -> None:
    inventory = watched.folder / "inventory.yaml"
    inventory.write_text(
        inventory.read_text().replace(
            "agencies:\n",
            "agencies:\n  - {id: tinh-mau, name: {vi: Tỉnh Mẫu, en: Sample Province}, contacts: "
            "[{email: attt@tinh-mau.example, role: security}, {email: attt@so-mau.example, role: security}]}\n",
        )
    )
    with MailServer(watched.context) as server:
        watched.configure(server.port, alerts={"province": "tinh-mau"})
        planned, sent, again = watched.run("alerts --dry-run --json", "alerts --json", "alerts --json")
    assert [(each["agency"], each["recipient"]) for each in planned.json()] == [
        ("so-mau", "attt@so-mau.example"),
        (None, "attt@tinh-mau.example"),
    ]
    assert [each["alerts"] for each in sent.json()] == [each["alerts"] for each in planned.json()]
    assert again.json() == []
    assert [each.recipients for each in server.received] == [("attt@so-mau.example",), ("attt@tinh-mau.example",)]
    assert "Sở Mẫu: mới 1 phát hiện nghiêm trọng" in server.received[1].mail.get_content()


def test_of_a_run_that_is_held_only_that_is_told_and_nothing_is_over(watched: Watched) -> None:
    with MailServer(watched.context) as server, held_port() as shut:
        watched.configure(server.port, alerts={"province": "so-mau"})
        watched.inventory(shut)
        scan, log, again = watched.run("scan", "alerts sent --json", "alerts --json")
    assert "are held" in scan.err and again.json() == []
    steps = [(each["step"], each["held"], [one["kind"] for one in each["alerts"]]) for each in log.json()]
    assert [each for each in steps if each[0] not in ("begun", "accepted")] == [
        ("raised", False, ["critical"]),  # by the run before, of which nobody was told
        ("raised", False, ["run_held"]),
        ("judged", True, []),
    ]
    own, estate = [each.mail.get_content() for each in server.received]
    assert "Critical finding" in own and "is held, its alerts and reports too" in estate


@pytest.mark.parametrize(
    ("at", "now", "since"),
    [
        ("08:00", datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
        ("08:00", datetime(2026, 11, 23, 0, 59, tzinfo=UTC), datetime(2026, 11, 22, 1, 0, tzinfo=UTC)),
        ("23:30", datetime(2026, 11, 23, 17, 0, tzinfo=UTC), datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),
        ("always", datetime(2026, 11, 23, 17, 0, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)),
    ],
)
def test_when_a_digest_is_due(at: str, now: datetime, since: datetime) -> None:
    assert AlertsSection(digest_at=at).digest_due_since(now) == since


def test_a_scan_is_no_worse_for_alerts_that_do_not_go_out(watched: Watched) -> None:
    watched.configure(1, "https://127.0.0.1:1/", alerts={})
    ended = khien("scan", "--json", folder=watched.folder)
    assert ended.status == 0 and "KHIEN_HOOK_SECRET is not set" in ended.err


def test_the_daemon_tells_what_its_scans_show_and_then_what_dates_do(
    watched: Watched, scanned: Scanned, add: Add
) -> None:
    late = datetime.now(UTC) + timedelta(days=3)
    inventory = watched.folder / "inventory.yaml"
    inventory.write_text(inventory.read_text().replace("2099-12-31", f"{late:%Y-%m-%d}"))
    with MailServer(watched.context) as server:
        watched.configure(server.port, **yaml.safe_load(missed()))
        add(watched.folder, "known")
        first, second = watched.run("schedule run --once", "schedule run --once")
    assert (first.status, second.status) == (0, 0), first.err
    assert "Alerts sent: 1 of 1" in first.err  # by the process of the scan; the daemon's own has nothing left to tell
    (got,) = server.received
    text = got.mail.get_content()
    assert "Critical finding: Title CERT-TRUST – cong" in text
    assert f"01/MAU ends on {late.day} {late:%B} {late.year}" in text


def test_the_schema_is_the_kept_one() -> None:
    """Renew it with `khien alerts --schema > docs/schemas/alerts.json`."""
    kept = Path(__file__).parents[2] / "docs" / "schemas" / "alerts.json"
    assert schema() == json.loads(kept.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alerts: {}\n", "1:1: alerts need a section mail, or webhooks"),
        ("reminders: [{days: 1, to: [owner]}]\n", "1:1: reminders need a section alerts"),
        ("mail: MAIL\nalerts: {kind: [due]}\n", "2:10"),
        ("mail: MAIL\nalerts: {kinds: [nothing]}\n", "2:18"),
        ("mail: MAIL\nalerts: {to: [boss]}\n", "2:15"),
        ("mail: MAIL\nalerts: {certificate_days: [0]}\n", "2:29"),
        ("mail: MAIL\nalerts: {}\nreminders: [{days: 1, to: [province]}]\n", "3:23: alerts.province is needed"),
        ("mail: MAIL\nalerts: {}\nreminders: [{days: 1, to: [owner]}, {days: 1, to: [owner]}]\n", "duplicate: 1"),
        ("alerts: {webhooks: [{name: a, url: 'http://soc.example/', secret_variable: S}]}\n", "https URL"),
        ("alerts: {webhooks: [HOOK, HOOK]}\n", "duplicate name: 'soc'"),
        ("mail: MAIL\nalerts: {province: tinh-khac}\n", "2:10: there is no agency 'tinh-khac'"),
    ],
)
def test_a_misspelt_configuration_is_refused_at_its_place(tmp_path: Path, text: str, said: str) -> None:
    write_workspace(tmp_path / "work", asset_row("cong", 443), POLICY)
    mail = "{host: 127.0.0.1, sender: a@b.example}"
    hook = "{name: soc, url: 'https://soc.example/', secret_variable: S}"
    text = text.replace("MAIL", mail).replace("HOOK", hook)
    (tmp_path / "work" / "khien.yaml").write_text(f"{text}policy: small\npolicies: [rules]\n")
    with pytest.raises(InputErrors) as caught:
        open_workspace(tmp_path / "work" / "khien.yaml")
    (error,) = caught.value.errors
    assert said in f"{error.place}: {error.in_('en')}"


def test_without_the_section_nobody_is_told(watched: Watched) -> None:
    (watched.folder / "khien.yaml").write_text("policy: small\npolicies: [rules]\n")
    (ended,) = watched.run("alerts")
    assert ended.status == 2 and "no section alerts" in ended.err


def test_reminders_are_the_usual_ones_unless_others_are_written(tmp_path: Path) -> None:
    path = tmp_path / "khien.yaml"
    base = "mail: {host: h, sender: a@b.example}\nalerts: {}\n"
    path.write_text(base)
    config = read_config(path)
    assert config.alerts is not None and config.alerts.steps(config.reminders).due == (-7, -1, 0, 1, 7, 14, 30)
    path.write_text(base + "reminders: []\n")
    config = read_config(path)
    assert config.alerts is not None and config.alerts.steps(config.reminders).due == (1,)
