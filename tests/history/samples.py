"""Invented evidence, policies and findings to remember."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checks.model.act import Actor
from checks.model.alert import Alert, AlertStep
from checks.model.canonical import digest
from checks.model.delivery import Delivery, SentFile
from checks.model.evidence import (
    CertificateChain,
    DnsObservation,
    Evidence,
    Failure,
    Groups,
    Hop,
    HttpObservation,
    Observation,
    OpenPort,
    PortsObservation,
    ProbeFailure,
    TlsObservation,
    observation_digest,
)
from checks.model.finding import EvidenceRef, Finding, Gap, Instance, Verdict, WaiverNote
from checks.model.issued import IssuedFile
from checks.model.needs import TlsNeeds
from checks.model.policy import Basis, Control, Policy, Remediation, When
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget
from checks.model.text import Text
from checks.model.waiver import Waiver
from history.facts import Purpose
from tests import factories

if TYPE_CHECKING:
    from history.store import Recorder  # not needed to run: a child process imports this module before the tables

START = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
"""A key of the log."""
NOISE = 'x\x00\x1b[31m<b>"\\u0000\\ ớ 🛡'
"""Text as only a server sends it: NUL, an escape sequence, markup, quotes and backslashes."""

DELIVERY = Delivery(
    run="",
    agency="so-mau",
    language="vi",
    recipient="attt@so-mau.example",
    files=(SentFile("so-mau.vi.pdf", "sha256:" + "2" * 64),),
    encrypted=False,
    by="Trần Văn Mẫu",
    at=START,
    message_id="<1@tinh-mau.example>",
    attempt=1,
    state="begun",
)
"""Of a run that is yet to be named."""

FILE = b"%PDF-1.7 " + bytes(range(256)) * 20
ISSUED = IssuedFile(
    run="",
    agency="so-mau",
    language="vi",
    format="pdf",
    name="so-mau.vi.pdf",
    number=7,
    symbol="BC-TTM",
    day=date(2026, 12, 1),
    signer="Trung tâm Giám sát Mẫu",
    by="Trần Văn Mẫu",
    at=START,
    digest=digest(FILE),
    size=len(FILE),
)
"""The same, and the file."""
ALERT = Alert(
    key="fault:cong-so-mau:TLS-12:0123456789ab",
    kind="critical",
    severity="critical",
    agency="so-mau",
    asset="cong-so-mau",
    control="TLS-12",
    title=Text("Hỗ trợ TLS 1.2", NOISE),
    run="20261123-030000-abcd",
    params={"instance": NOISE, "port": 443, "assets": ("a", "b")},
)

TLS = TlsObservation(
    protocols={"ssl2": False, "tls1_0": True, "tls1_2": True, "tls1_3": None},
    cipher_suites={"tls1_2": ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",)},
    groups=Groups(supported=("x25519",), dh_bits=(1024,)),
    server_preference={"tls1_2": None},
    certificates=(CertificateChain(chain=(b"0\x82\x00\xff", b"\x00"), ocsp_staple=True),),
    vulnerabilities={"heartbleed": False, "robot": None},
    features={"compression": False},
    failures=(Failure("protocols.tls1_3", "timed_out", NOISE),),
)
NEEDS = TlsNeeds(("tls1_0",), {"tls1_2": ("TLS_RSA_WITH_NULL_SHA",)}, ("sect163k1",), certificates=True)
OBSERVATIONS: dict[Target, Observation] = {
    DnsTarget("cong.so-mau.example"): DnsObservation(("127.0.0.11", "::1")),
    PortsTarget("127.0.0.11", "22,80,443"): PortsObservation((OpenPort(443, "http", NOISE, None, True),), "22", "80"),
    TlsTarget("127.0.0.11", 443, "cong.so-mau.example"): TLS,
    TlsTarget("::1", 25, None, "smtp", NEEDS): ProbeFailure("not_tls", NOISE),
    HttpTarget("127.0.0.11", "https://cong.so-mau.example/"): HttpObservation(
        (Hop("https://cong.so-mau.example/", "127.0.0.11", 302, (("Server", NOISE), ("server", "")), tls="tls1_2"),),
        "left_scope",
        next_url="https://khac.example/",
    ),
}
"""One of every kind of target and of observation."""


def evidence(target: Target, observation: Observation, started: datetime = START) -> Evidence:
    """One look."""
    return factories.evidence(
        target,
        observation,
        started=started,
        finished=started + timedelta(milliseconds=1500),
        connections=3,
        tools={"nmap": "7.93", "sslyze": "6.3.1"},
    )


EVIDENCE = tuple(evidence(target, observation) for target, observation in OBSERVATIONS.items())

CONTROL = Control(
    id="TLS-12",
    title=Text("Hỗ trợ TLS 1.2", "TLS 1.2 is supported"),
    check="tls.protocols",
    params={"required": ["tls1_2"], "forbidden": []},
    severity="high",
    due_days=30,
    when=When(levels=(1, 2), tags=("portal",)),
    basis=(Basis("profile", "Mozilla Server Side TLS 6.0"),),
    rationale=Text("Lý do", "Reason"),
    remediation=Remediation("Khắc phục", "Fix", nginx="ssl_protocols TLSv1.2 TLSv1.3;"),
    origin="vn-web-baseline",
)
POLICY = Policy("nghe-an-web", "2026.1", Text("Chính sách mẫu", "Sample policy"), (CONTROL,), lineage=("a 1",))
WAIVER = Waiver(
    id="W-1",
    asset="cong-so-mau",
    control="TLS-12",
    justification="Đang thay thế",
    requested_by="so-mau",
    approved_by="tinh-mau",
    valid_from=date(2026, 11, 1),
    valid_until=date(2026, 12, 31),
)
SOURCE = "policy: nghe-an-web  # Chính sách\n"


def finding(
    control: str = "TLS-12",
    verdict: Verdict = "fail",
    *,
    asset: str = "cong-so-mau",
    agency: str = "so-mau",
    ages: dict[str, date] | None = None,
    gaps: int = 0,
) -> Finding:
    """One finding; `ages` are its instances with their first-seen dates."""
    instances = tuple(
        Instance(key, "protocol_forbidden", {"text": NOISE}, "tls:127.0.0.11:443::", "protocols", first, first)
        for key, first in (ages or {}).items()
    )
    return Finding(
        asset=asset,
        agency=agency,
        control=control,
        check="tls.protocols",
        check_version=1,
        policy="nghe-an-web",
        severity="high",
        verdict=verdict,
        reason="not_met" if verdict == "fail" else "met",
        params={"protocols": ("tls1_0", NOISE), "number": 0, "yes": True, "none": None},
        instances=instances,
        gaps=tuple(Gap(f"tls:127.0.0.{number}:443::", "timed_out") for number in range(gaps)),
        evidence=(EvidenceRef("tls:127.0.0.11:443::", observation_digest(TLS)),),
        reproduce=("openssl s_client </dev/null",),
        waiver=WaiverNote("W-1", date(2026, 12, 31), "tinh-mau", NOISE) if verdict == "fail" else None,
    )


FINDINGS = (
    finding("TLS-12", ages={f"127.0.0.11:443/{NOISE}": date(2026, 11, 1), "127.0.0.11:443/tls1_0": date(2026, 11, 23)}),
    finding("HDR-HSTS", "not_assessable", gaps=2),
    finding("TLS-12", "pass", asset="trang-xa", agency="xa-mau"),
)


def open_run(
    recorder: "Recorder",
    plan: Iterable[Target] = OBSERVATIONS,
    started: datetime = START,
    vantage: str = "internet",
    purpose: Purpose = "scan",
    by: Actor | None = None,
) -> str:
    """Open a run with everything that one may start from."""
    return recorder.open_run(
        vantage=vantage,
        as_of=started,
        inventory=b'{"agencies":[]}',
        plan=tuple(plan),
        policies={POLICY.id: POLICY, "other": replace(POLICY, id="other")},
        policy_sources={POLICY.id: {"nghe-an-web.yaml": SOURCE, "vn-web-baseline.yaml": ""}},
        waivers=(WAIVER,),
        rule_versions={"tls.protocols": 1},
        data_versions={"trust_store.public": "2026.10 sha256:00"},
        exclusions=(("trang-cu", "retired", ""), ("trang-khac", "outside_window", "22:00-05:00")),
        tools={"khien": "0.1.0"},
        started=started,
        purpose=purpose,
        by=by,
    )


def whole_run(
    recorder: "Recorder",
    findings: Iterable[Finding] = FINDINGS,
    started: datetime = START,
    purpose: Purpose = "scan",
) -> str:
    """A finished run."""
    run = open_run(recorder, started=started, purpose=purpose)
    for each in EVIDENCE:
        recorder.record(run, each)
    recorder.finish(run, findings, started + timedelta(minutes=1))
    return run


def in_every_table(recorder: "Recorder") -> tuple[str, str]:
    """At least one row in every table, of what is kept for ever and of what goes when its run ends; a finished run, and
    an open one."""
    from history import acts, alerts, checkpoints, deliveries, issues, keys, matters, retention, stop

    old = open_run(recorder, plan=[], started=START - timedelta(days=3000))
    recorder.record(old, evidence(DnsTarget("cu.example"), DnsObservation(("127.0.0.99",))))
    recorder.abandon(old, "", START)
    acts.notice("policy.changed", "nghe-an-web", {}, Actor("khien", "command"), START)
    matters.ask(replace(WAIVER, approved_by=""), START)
    finished = whole_run(recorder)
    deliveries.record(replace(DELIVERY, run=finished))
    issues.archive(replace(ISSUED, run=finished), FILE)
    stop.halt("Trần Văn Mẫu", "", START)
    alerts.record(AlertStep("judged", START, run=finished))
    retention.remove(retention.due(START), "5 years", START, "Trần Văn Mẫu", START)
    keys.make(KEY, "Trần Văn Mẫu", START)
    checkpoints.make(KEY, START)
    still_open = open_run(recorder, plan=[DnsTarget("a.example")], started=START + timedelta(days=1))
    recorder.extend_plan(still_open, [PortsTarget("127.0.0.1")])
    recorder.record_all(still_open, EVIDENCE)
    return finished, still_open
