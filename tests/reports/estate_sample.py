"""An invented estate at any size: for the tests, and to be looked at.

`python -m tests.reports.estate_sample FOLDER` writes every format of 0, 1, 4, 150 and 500 agencies in both languages.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

from checks.compare import Side
from checks.model.asset import Agency, Asset
from checks.model.evidence import CertificateChain, Evidence, Hop, HttpObservation, OpenPort, PortsObservation
from checks.model.finding import Finding, Gap, Instance, Verdict
from checks.model.policy import Control, Policy
from checks.model.target import HttpTarget, PortsTarget, TlsTarget
from checks.model.text import Text
from checks.score import score
from policies.loader import PolicyLibrary
from reports.build import build as build_agency
from reports.estate.build import build
from reports.estate.formats import ESTATE_FORMATS
from reports.estate.model import EstateReport
from reports.estate.summary import summaries
from reports.formats.files import write
from reports.model import AgencyReport, Exclusion, Letter, RunFacts, Snapshot
from tests import certificates, factories
from tests.reports import sample

PLACES = ("Đông", "Tây", "An", "Ân", "Đại", "Dương", "Hòa", "Hồng", "Yên", "Ấp")
GAPS = ("timed_out", "refused", "name_not_found", "tls_failed", "certificate_not_seen")
HOME = Agency("tinh-mau", Text("UBND tỉnh Mẫu", "People's Committee of Sample Province"))


@cache
def policy() -> Policy:
    """The policy that is delivered."""
    return PolicyLibrary().get("nghe-an-web")


def agency(number: int) -> Agency:
    """A department for the first twenty, then a commune."""
    place, count = PLACES[number % len(PLACES)], number // len(PLACES) + 1
    if number < 20:
        name = Text(f"Sở Mẫu {place} {count}", f"Sample Department {number + 1}")
    else:
        name = Text(f"Ủy ban nhân dân xã Mẫu {place} {count}", f"People's Committee of Sample Commune {number + 1}")
    return Agency(f"co-quan-{number:03d}", name, parent=HOME.id)


def assets(number: int, count: int) -> tuple[Asset, ...]:
    """Assets of an agency; every fourth agency has its first one at the province's shared address."""
    return tuple(
        Asset(
            id=f"cong-{number:03d}-{index:02d}",
            agency=agency(number).id,
            url=f"https://cong-{index:02d}.co-quan-{number:03d}.example/",
            level=1 + index % 4,
            address="127.9.9.9"
            if number % 4 == 0 and index == 0
            else f"127.{number // 200}.{number % 200}.{index + 1}",
        )
        for index in range(count)
    )


@cache
def certificate(number: int) -> bytes:
    """One of some certificates: a few are expired, a few end soon, and one is at many agencies."""
    days = (-3, 5, 20, 45, 80, 130, 200, 260, 340, 400)[number % 10]
    issuer = certificates.authority(("CA Mẫu Một", "CA Mẫu Hai", "CA Mẫu Ba")[number % 3])
    return certificates.leaf(
        issuer,
        f"{number}.mau.example",
        subject=certificates.name(f"{number}.mau.example"),
        not_before=sample.FINISHED - timedelta(days=90),
        not_after=sample.FINISHED + timedelta(days=days),
        serial=1000 + number,
    )


def evidence(asset: Asset, number: int) -> Iterator[Evidence]:
    """TLS with a certificate, headers that name the server, and open ports."""
    address, index = asset.address or "", int(asset.id[-2:])
    chain = CertificateChain((certificate(index + 3 * (number % 7)),))
    server = ("nginx/1.18.0", "Apache/2.4.41 (Ubuntu)", "Microsoft-IIS/8.5")[(number + index) % 3]
    ports = [OpenPort(443, "http", "nginx", "1.18.0", tls=True), OpenPort(80, "http", "nginx")]
    if (number + index) % 5 == 0:
        ports.append(OpenPort(3306, "mysql", "MariaDB", "10.3"))
    if (number + index) % 7 == 0:
        ports.append(OpenPort(22, "ssh", "OpenSSH", "8.2"))
    for target, seen in (
        (TlsTarget(address, 443, asset.host), factories.tls_observation(certificates=(chain,))),
        (
            HttpTarget(address, asset.url),
            HttpObservation((Hop(asset.url, address, 200, (("Server", server),)),), "answered"),
        ),
        (
            PortsTarget(address, "22,80,443,3306"),
            PortsObservation(tuple(sorted(ports, key=lambda each: each.port)), "", ""),
        ),
    ):
        yield factories.evidence(target, seen, started=sample.STARTED, finished=sample.FINISHED)


def finding(asset: Asset, control: Control, draw: Random, quality: float, coverage: float) -> Finding:
    """One finding; good agencies fail little, and badly reached ones are little assessed."""
    verdict: Verdict = "pass"
    if draw.random() > coverage:
        verdict = "not_assessable"
    elif draw.random() < 0.12:
        verdict = "not_applicable"
    elif draw.random() > quality:
        verdict = "fail"
    tls = TlsTarget(asset.address or "", 443, asset.host).key
    found = Finding(
        asset=asset.id,
        agency=asset.agency,
        control=control.id,
        check=control.check,
        check_version=1,
        policy=policy().id,
        severity=control.severity,
        verdict=verdict,
        reason="met" if verdict == "pass" else "outside_when",
    )
    if verdict == "not_assessable":
        reason = draw.choice(GAPS)
        return replace(found, reason=reason, gaps=(Gap(tls, reason),))
    if verdict == "fail":
        first = sample.TODAY - timedelta(days=draw.randrange(60))
        path = "certificates.0" if control.id.startswith("CERT") else "protocols.tls1_0"
        params = (
            {"where": asset.address, "port": 3306, "detected": "mysql"} if control.check == "ports.newly_open" else {}
        )
        fault = Instance(
            key=f"{asset.address}:443/x",
            reason="not_met",
            params=params,
            target=tls,
            path=path,
            first_seen=first,
            due=first + timedelta(days=control.due_days),
        )
        return replace(found, reason="not_met", instances=(fault,))
    return found


def run_facts(exclusions: tuple[Exclusion, ...] = ()) -> RunFacts:
    """The run of the estate."""
    return replace(sample.run_facts(exclusions), connections=123456)


def report(number: int, count: int = 3, past: int = 5, letter: Letter = sample.LETTER) -> AgencyReport:
    """One agency's report, as the reports' own builder makes it."""
    draw, own = Random(number), assets(number, count)
    quality = 0.55 + 0.45 * draw.random()
    coverage = 0.0 if number % 50 == 49 else 0.6 if number % 9 == 8 else 0.99
    now = tuple(finding(each, control, draw, quality, coverage) for each in own for control in policy().controls)
    worse = Random(number + 1)
    before = tuple(
        finding(each, control, worse, quality * 0.98, 0.99) for each in own for control in policy().controls[::3]
    )
    retired = Asset(f"cu-{number:03d}", agency(number).id, "https://cu.example/", 2, status="retired")
    history = [
        Snapshot(
            f"202606{step + 1:02d}-020500", sample.STARTED - timedelta(days=30 * (past - step)), score(now[step::2])
        )
        for step in range(past)
    ]
    return build_agency(
        run=run_facts((Exclusion(retired.id, "retired" if number % 3 else "not_authorised", ""),)),
        agency=agency(number),
        assets=(*own, retired),
        policies={policy().id: policy()},
        policy_of={each.id: policy().id for each in (*own, retired)},
        findings=now,
        evidence={each.sighting.target.key: each for asset in own for each in evidence(asset, number)},
        history=history,
        previous=Side(before) if past else Side(()),
        letter=letter,
    )


def estate(agencies: int, count: int = 3, past: int = 5, letter: Letter = sample.LETTER) -> EstateReport:
    """The report on an estate of so many agencies with so many assets each."""
    return estate_of([report(number, count, past) for number in range(agencies)], letter)


def estate_of(reports: Iterable[AgencyReport], letter: Letter = sample.LETTER) -> EstateReport:
    """The report on the estate of these agencies."""
    agencies: list[Agency] = [HOME]
    own: list[Asset] = []

    def told() -> Iterator[AgencyReport]:
        for each in reports:
            agencies.append(each.agency)
            own.extend(asset.asset for asset in each.assets)
            yield each

    found = list(summaries(told()))
    return build(run_facts(), found, agencies, own, {policy().id: policy()}, letter)


def main(folder: Path) -> None:
    """Write every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for agencies in (0, 1, 4, 150, 500):
        made = estate(agencies)
        for language in sample.LANGUAGES:
            for each in ESTATE_FORMATS:
                write(each, made, language, folder / f"toan-tinh-{agencies:03d}-{language}{each.suffix}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
