"""An invented agency and everything that a report shows of it, at any size: for the tests, and to be looked at.

`python -m tests.reports.sample FOLDER` writes the files of 0, 1, 12 and 60 assets in both languages.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from checks.compare import Side, with_ages
from checks.evaluate import evaluate
from checks.model.asset import Agency, Asset, Authorisation
from checks.model.checkpoint import Head
from checks.model.evidence import (
    CertificateChain,
    Evidence,
    Groups,
    Hop,
    HttpObservation,
    Observation,
    OpenPort,
    PortsObservation,
    ProbeFailure,
    TlsObservation,
)
from checks.model.finding import EvidenceRef, Finding, Gap, Instance, Verdict, WaiverNote
from checks.model.policy import Control, Policy
from checks.model.reference import ReferenceData, TrustStore
from checks.model.target import HttpTarget, PortsTarget, Target, TlsTarget
from checks.model.text import Language, Text
from checks.model.waiver import Dispute, ManualObservation, Waiver, decided
from checks.score import score
from policies.loader import PolicyLibrary
from reports.build import build
from reports.formats import FORMATS
from reports.formats.files import write
from reports.model import AgencyReport, Exclusion, Letter, RunFacts, Snapshot
from tests import certificates, factories
from tests.reports.sample_policy import NGINX_CIPHERS as NGINX_CIPHERS
from tests.reports.sample_policy import OTHER_POLICY as OTHER_POLICY
from tests.reports.sample_policy import POLICY as POLICY

STARTED = datetime(2026, 11, 22, 19, 5, tzinfo=UTC)
FINISHED = datetime(2026, 11, 22, 19, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LANGUAGES: tuple[Language, ...] = ("vi", "en")

_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""Its signatures are the same in every process, so that equal samples are equal bytes."""
_AUTHORITY = certificates.build(
    certificates.name("Sample Authority"),
    _KEY,
    None,
    not_before=STARTED - timedelta(days=700),
    not_after=STARTED + timedelta(days=700),
)
ROOT = (_AUTHORITY.public_bytes(Encoding.DER),)

HOSTILE = (
    "<img src='/etc/hosts'/>",
    "</para><b>x</font>",
    "a & b &lt; &#65; &nosuch;",
    "x" * 5000,
    "ab\u202egnp.exe",
    "Nghe\u0323\u0302 An, Vie\u0323\u0302t Nam",
    "nul\x00 bell\x07 esc\x1b[31m",
    "中文 😀 العربية",
    "q" + "\u0301" * 40,
    "tên_rất_dài/" * 60,
)
"""What servers have sent or may send."""

AGENCY = Agency(
    id="so-mau",
    name=Text("Sở Mẫu tỉnh Mẫu", "Sample Department of Sample Province"),
    parent="tinh-mau",
    authorisation=Authorisation("01/QĐ-MAU", date(2026, 1, 1), date(2027, 12, 31)),
)
LETTER = Letter(
    parent=Text("Ủy ban nhân dân tỉnh Mẫu", "People's Committee of Sample Province"),
    issuer=Text("Trung tâm Giám sát Mẫu", "Sample Monitoring Centre"),
    symbol="BC-TTM",
    authority=None,
    position=Text("Giám đốc", "Director"),
    recipients=(Text("UBND tỉnh Mẫu (để báo cáo)", "People's Committee of Sample Province (for information)"),),
    archive=Text("Lưu: VT, KT.", "Archive: VT, KT."),
)

WAIVERS = (
    Waiver(
        id="MT-01",
        asset="",
        agency=AGENCY.id,
        control="CERT-NAME",
        justification="Chờ nâng cấp phần mềm dùng chung của tỉnh.",
        requested_by="Trần Văn Mẫu",
        approved_by="Nguyễn Thị Mẫu",
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 3, 31),
        compensating_measure="Chỉ mở cho mạng nội bộ.",
    ),
    Waiver("MT-02", "cong-01", "HDR-CSP", "Đã cũ.", "a", "b", date(2026, 1, 1), date(2026, 6, 30)),
    Waiver(
        id="MT-03",
        asset="cong-01",
        control="CERT-NAME",
        justification="Cấp cho lỗi khác.",
        requested_by="a",
        approved_by="b",
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 3, 31),
        granted_on=("sha256:" + "0" * 64,),
    ),
    Waiver(
        id="BS-01",
        asset="cong-01",
        control="TLS-12",
        justification="Đo lại bằng tay.",
        requested_by="a",
        approved_by="b",
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 3, 31),
        granted_on=("sha256:" + "0" * 64,),
        kind="false_positive",
    ),
)
_DISPUTE = Dispute(
    "kn-1", AGENCY.id, "cong-01", "TLS-LEGACY", "Máy chủ đã tắt.", "Trần Văn Mẫu", TODAY, "run", "sha256:00"
)
DISPUTES = (
    _DISPUTE,
    decided(
        replace(_DISPUTE, id="kn-2"),
        False,
        "Tổ giám sát Mẫu",
        TODAY,
        "Vẫn bật tại một địa chỉ.",
        observation=ManualObservation("Kỹ sư Mẫu", TODAY, "Đã bắt tay được TLS 1.0."),
    ),
)


def run_facts(exclusions: tuple[Exclusion, ...] = ()) -> RunFacts:
    """A run of a few minutes."""
    return RunFacts(
        id="20261123-020500",
        started=STARTED,
        finished=FINISHED,
        vantage="internet",
        as_of=FINISHED,
        head="sha256:" + "ab" * 32,
        checkpoint=Head(142, "9f" * 32),
        tools={"sslyze": "6.3.1", "nmap": "7.93", "khien": "0.1.0"},
        connections=12345,
        rule_versions={"tls.protocols": 1, "headers.hsts": 1},
        data_versions={"trust_store.mozilla": "2026.10 sha256:" + "cd" * 32},
        exclusions=exclusions,
    )


def assets(count: int) -> tuple[Asset, ...]:
    """Assets on loopback addresses; every third has no server name of its own to tell."""
    return tuple(
        Asset(
            id=f"cong-{number:02d}",
            agency=AGENCY.id,
            url=f"https://cong-{number:02d}.so-mau.example/",
            level=1 + number % 5,
            address=f"127.0.{1 + number // 256}.{number % 256}",
        )
        for number in range(1, count + 1)
    )


def certificate_of(asset: Asset) -> bytes:
    """A certificate of the asset's own, or the one that every third of them shares; some are about to expire."""
    number = int(asset.id[-2:])
    host = asset.host if number % 3 else "dung-chung.so-mau.example"
    days = (200, 5, 25, -3)[number % 4] if number % 3 else 20
    return certificates.leaf(
        certificates.Authority(_AUTHORITY, _KEY),
        host,
        private=_KEY,
        subject=certificates.name(host),
        not_before=STARTED - timedelta(days=60),
        not_after=STARTED + timedelta(days=days),
    )


def evidence_for(asset: Asset) -> Iterator[Evidence]:
    """TLS, ports and headers of one asset; the last asset of ten does not answer at all."""
    address = asset.address or ""
    number = int(asset.id[-2:])
    tls = TlsTarget(address, 443, asset.host)
    http, ports = HttpTarget(address, asset.url), PortsTarget(address, "22,80,443,3306")
    if number % 10 == 0:
        for target in (tls, http, ports):
            yield evidence(target, ProbeFailure("timed_out", "connect"))
        return
    server = ("nginx/1.18.0", "Apache/2.4.1", "", "Microsoft-IIS/8.5")[number % 4]
    yield evidence(
        tls,
        TlsObservation(
            protocols={"tls1_0": True, "tls1_2": True, "tls1_3": None},
            cipher_suites={"tls1_2": ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",)},
            groups=Groups(("secp256r1",)),
            server_preference={"tls1_2": None},
            certificates=(CertificateChain((certificate_of(asset), *ROOT)),),
            vulnerabilities={"heartbleed": False},
            features={"compression": False},
        ),
    )
    headers = (("Server", server), ("X-Powered-By", HOSTILE[number % len(HOSTILE)]))
    hop = Hop(asset.url, address, 200, tuple(each for each in headers if each[1]))
    yield evidence(http, HttpObservation((hop,), "answered"))
    yield evidence(ports, PortsObservation((OpenPort(443), OpenPort(3306, "mysql", "MariaDB", "10.3")), "22,80", ""))


def evidence(target: Target, observation: Observation) -> Evidence:
    """One look at a target."""
    return factories.evidence(
        target, observation, started=STARTED, finished=FINISHED, connections=4, tools={"sslyze": "6.3.1"}
    )


def finding(asset: Asset, control: Control, verdict: Verdict) -> Finding:
    """One finding with the verdict asked for, complete with instances, gaps, evidence and commands."""
    number = int(asset.id[-2:])
    tls, *_ = evidence_for(asset)
    key = tls.sighting.target.key
    common = Finding(
        asset=asset.id,
        agency=asset.agency,
        control=control.id,
        check=control.check,
        check_version=1,
        policy=POLICY.id,
        severity=control.severity,
        verdict=verdict,
        reason="met",
        evidence=(EvidenceRef(key, tls.sighting.observation),),
        reproduce=(
            f"openssl s_client -connect {asset.address}:443 -showcerts -servername {asset.host} -tls1 </dev/null",
        ),
    )
    if verdict == "fail":
        hostile = HOSTILE[number % len(HOSTILE)] if control.id == "HDR-LEAKS" else "tls1_0"
        where = f"{asset.address}:443"
        first = TODAY - timedelta(days=3 * number)
        instance = Instance(
            key=f"{where}/tls1_0" if control.id != "HDR-LEAKS" else f"{asset.url} x-powered-by",
            reason="forbidden_protocol",
            params={"where": where, "protocol": hostile},
            target=key if control.id != "HDR-LEAKS" else HttpTarget(asset.address or "", asset.url).key,
            path="protocols.tls1_0" if control.id != "HDR-LEAKS" else "hops.0",
            first_seen=first,
            due=first + timedelta(days=control.due_days),
        )
        return replace(common, reason="not_met", instances=(instance,))
    if verdict == "not_assessable":
        gap = Gap(key, "timed_out", {"detail": "connect"})
        return replace(common, reason="timed_out", params={"detail": "connect"}, gaps=(gap,), reproduce=())
    if verdict == "not_applicable":
        return replace(common, reason="outside_when", evidence=(), reproduce=())
    return common


def findings(chosen: tuple[Asset, ...], policy: Policy = POLICY) -> tuple[Finding, ...]:
    """Findings of every verdict; a few under a waiver."""
    return tuple(_finding(asset, control, index) for asset in chosen for index, control in enumerate(policy.controls))


def _finding(asset: Asset, control: Control, index: int) -> Finding:
    number = int(asset.id[-2:])
    verdicts: tuple[Verdict, ...] = ("fail", "pass", "pass", "fail", "pass", "not_applicable", "pass")
    verdict = "not_assessable" if number % 10 == 0 else verdicts[(number * 3 + index) % len(verdicts)]
    found = finding(asset, control, verdict)
    if verdict == "fail" and number % 7 == 3:
        note = WaiverNote("MT-01", date(2027, 3, 31), "Nguyễn Thị Mẫu", "Chờ nâng cấp phần mềm dùng chung của tỉnh.")
        return replace(found, waiver=note)
    return found


def earlier(last: tuple[Finding, ...]) -> tuple[Snapshot, ...]:
    """Six runs of half a year, of which one could assess nothing, and the one before this one as it was."""
    figures = ((5120, 8800), (5480, 9010), (None, 0), (5990, 9120), (6340, 8930))
    runs = [
        Snapshot(
            f"2026{5 + month:02d}23-020500",
            STARTED - timedelta(days=31 * (6 - month)),
            replace(score(last), score=share, score_with_waivers=share, coverage=coverage),
        )
        for month, (share, coverage) in enumerate(figures)
    ]
    return (*runs, Snapshot("20261023-020500", STARTED - timedelta(days=31), score(last)))


def report(count: int, letter: Letter = LETTER) -> AgencyReport:
    """The report of an agency with so many assets, one of them under another policy from twelve on."""
    own = assets(count)
    retired = Asset("cong-cu", AGENCY.id, "https://cu.so-mau.example/", 2, status="retired")
    policy_of = {each.id: POLICY.id for each in own} | ({own[-2].id: OTHER_POLICY.id} if count > 10 else {})
    now = findings(own)
    before = tuple(finding(own[0], control, "fail") for control in POLICY.controls[:3]) if own else ()
    return build(
        run=run_facts((Exclusion("cong-cu", "retired", "Thay bằng cong-01"),)),
        agency=AGENCY,
        assets=(*own, retired),
        policies={POLICY.id: POLICY, OTHER_POLICY.id: OTHER_POLICY},
        policy_of=policy_of,
        findings=now,
        evidence={each.sighting.target.key: each for asset in own for each in evidence_for(asset)},
        history=earlier(before) if before else (),
        previous=Side(before),
        waivers=WAIVERS,
        disputes=DISPUTES,
        letter=letter,
    )


_SHUT = PortsObservation((OpenPort(443),), "22,80,3306", "")
"""What the look before saw."""


def judged_report(count: int, policy_id: str = "nghe-an-web") -> AgencyReport:
    """The same agency as the real rules judge it under a policy that is delivered."""
    own, policy = assets(count), PolicyLibrary().get(policy_id)
    seen = {each.sighting.target.key: each for asset in own for each in evidence_for(asset)}
    shut = {key: replace(each, observation=_SHUT) for key, each in seen.items() if key.startswith("ports:")}
    data = ReferenceData(TrustStore("none", "1", "sha256:" + "0" * 64, ()))
    found = with_ages(evaluate(policy, own, seen, (), FINISHED, data, before=shut), policy, {}, TODAY)
    policies = {policy.id: policy}
    return build(run_facts(), AGENCY, own, policies, {each.id: policy.id for each in own}, found, seen, letter=LETTER)


def main(folder: Path) -> None:
    """Write every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for count in (0, 1, 12, 60):
        for language in LANGUAGES:
            for each in FORMATS:
                write(each, report(count), language, folder / f"mau-{count:02d}-{language}{each.suffix}")
    for language in LANGUAGES:
        for each in FORMATS:
            write(each, judged_report(12), language, folder / f"that-12-{language}{each.suffix}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
