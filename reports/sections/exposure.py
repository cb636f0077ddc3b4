"""Appendix VI: every certificate with its issuer and its end, and every open port with what answers there."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from reports.certificates import SeenCertificate, seen_certificates
from reports.messages import exposure as words
from reports.messages import labels
from reports.messages.figures import day, local_date, number
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Typesetter
from reports.sections.section import Section
from reports.services import OpenService, newly_opened, open_services

PART_START = 45 * mm
"""A table begins on the next page where less than this is left."""
ROWS = 300
"""Of each table; the workbook has all."""
LISTED = 160
"""Characters of a list of assets."""
CERTIFICATE_COLUMNS = (
    Column(words.SUBJECT, 46 * mm),
    Column(words.ISSUER, 32 * mm),
    Column(words.ENDS, 26 * mm),
    Column(words.DAYS_LEFT, 16 * mm),
    Column(labels.ASSET, TEXT_WIDTH - 120 * mm),
)
PORT_COLUMNS = (
    Column(words.ADDRESS, 36 * mm),
    Column(words.PORT, 16 * mm),
    Column(words.SERVICE, 46 * mm),
    Column(words.DECLARED, 24 * mm),
    Column(labels.ASSET, TEXT_WIDTH - 122 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Two tables."""
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(words.CERTIFICATES_HEADING), "h1", 1)
    yield from _certificates(report, typesetter)
    yield CondPageBreak(PART_START)
    yield typesetter.heading(typesetter.say(words.PORTS_HEADING), "h1", 1)
    yield from _ports(report, typesetter)


SECTION = Section("exposure", words.TITLE, write)


def _certificates(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    seen = seen_certificates([each.asset for each in report.assets], report.evidence)
    if not seen:
        yield typesetter.para(words.CERTIFICATES_NONE, style="small")
        return
    yield typesetter.para(words.CERTIFICATES_NOTE, style="note")
    today = local_date(report.run.as_of)
    since = local_date(report.history[-1].started) if report.history else None
    yield from typesetter.table(
        CERTIFICATE_COLUMNS, (_certificate(each, today, since, typesetter) for each in seen[:ROWS])
    )
    yield from _more(len(seen), typesetter)
    counted = Counter(each.issuer for each in seen)
    issuers = "; ".join(
        typesetter.say(words.ISSUER_COUNT, issuer=typesetter.line(issuer, 60), count=number(count, typesetter.language))
        for issuer, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:20]
    )
    yield typesetter.para(typesetter.say(words.ISSUERS, issuers=issuers), style="small")


def _certificate(
    seen: SeenCertificate, today: date, since: date | None, typesetter: Typesetter
) -> tuple[Content | list[Flowable], ...]:
    subject: list[Flowable] = [typesetter.para(typesetter.line(seen.subject, 120), style="cell")]
    if since is not None and seen.begins > since:
        subject.append(typesetter.para(words.NEWLY_ISSUED, style="looked"))
    subject.append(typesetter.para(seen.fingerprint[:16] + "…", style="excerpt"))
    left = (seen.ends - today).days
    return (
        subject,
        [typesetter.para(typesetter.line(seen.issuer, 120), style="cell")],
        day(seen.ends, typesetter.language),
        typesetter.say(words.EXPIRED) if seen.expired(today) else number(left, typesetter.language),
        _assets(seen.assets, typesetter),
    )


def _ports(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    services = open_services([each.asset for each in report.assets], report.evidence)
    if not services:
        yield typesetter.para(words.PORTS_NONE, style="small")
        return
    yield typesetter.para(words.PORTS_NOTE, style="note")
    opened = newly_opened(finding for asset in report.assets for finding in asset.findings) or ()
    new = {(each.address, each.port) for each in opened}
    yield from typesetter.table(PORT_COLUMNS, (_port(each, new, typesetter) for each in services[:ROWS]))
    yield from _more(len(services), typesetter)


def _port(
    service: OpenService, new: set[tuple[str, int]], typesetter: Typesetter
) -> tuple[Content | list[Flowable], ...]:
    port: list[Flowable] = [typesetter.para(str(service.port.port), style="cell")]
    if (service.address, service.port.port) in new:
        port.append(typesetter.para(words.NEWLY_OPEN, style="looked"))
    return (
        service.address,
        port,
        [typesetter.para(typesetter.line(service.detected, 120) or "–", style="cell")],
        typesetter.say(words.YES if service.declared else words.NO),
        _assets(service.assets, typesetter),
    )


def _assets(names: tuple[str, ...], typesetter: Typesetter) -> list[Flowable]:
    listed = ", ".join(names) if len(names) == 1 else f"{number(len(names), typesetter.language)}: {', '.join(names)}"
    return [typesetter.para(typesetter.line(listed, LISTED), style="cell")]


def _more(count: int, typesetter: Typesetter) -> Iterator[Flowable]:
    if count > ROWS:
        more = number(count - ROWS, typesetter.language)
        yield typesetter.para(typesetter.say(words.MORE, count=more), style="note")
