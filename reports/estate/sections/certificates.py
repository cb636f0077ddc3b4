"""Server certificates over the estate: what has ended or ends soon, the months ahead, and who issued them."""

from collections.abc import Iterator, Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.expiry import NEAR, calendar, expiry
from reports.estate.model import EstateCertificate, EstateReport
from reports.estate.sections.parts import Names, cut_table
from reports.messages import estate as words
from reports.messages import exposure
from reports.messages.figures import day, local_date, month, number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Typesetter
from reports.sections.section import Section, before_table

ENDS, SUBJECT, ISSUER, COUNT = 34 * mm, 44 * mm, 34 * mm, 21 * mm
SOON_COLUMNS = (
    Column(words.ENDS, ENDS),
    Column(exposure.SUBJECT, SUBJECT),
    Column(exposure.ISSUER, ISSUER),
    Column(words.AGENCY, TEXT_WIDTH - ENDS - SUBJECT - ISSUER),
)
MONTH_COLUMNS = (
    Column(words.MONTH, 30 * mm),
    Column(words.CERTIFICATES, COUNT),
    Column(words.AGENCIES, COUNT),
    Column(words.AGENCY, TEXT_WIDTH - 30 * mm - 2 * COUNT),
)
ISSUER_COLUMNS = (
    Column(exposure.ISSUER, TEXT_WIDTH - 5 * COUNT),
    Column(words.CERTIFICATES, COUNT),
    Column(words.AGENCIES, COUNT),
    Column(words.EXPIRED, COUNT),
    Column(words.WITHIN_7, COUNT),
    Column(words.WITHIN_30, COUNT),
)
LISTED = 70
"""Characters of a list of agencies."""


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Three tables."""
    if not report.certificates:
        yield typesetter.para(exposure.CERTIFICATES_NONE)
        return
    today, names = local_date(report.run.as_of), Names(report, typesetter)
    yield from before_table(words.EXPIRY_HEADING, typesetter)
    soon = [each for each in report.certificates if each.seen.expired(today) or each.seen.expires_within(NEAR, today)]
    if soon:
        rows = (_soon(each, today, names, typesetter) for each in soon)
        yield from cut_table(SOON_COLUMNS, rows, len(soon), words.CERTIFICATES_SHEET, typesetter)
    else:
        yield typesetter.para(words.EXPIRING_NONE, style="small")
    yield from before_table(words.CALENDAR_HEADING, typesetter)
    yield from typesetter.table(MONTH_COLUMNS, _months(report.certificates, today, names, typesetter))
    yield from before_table(words.ISSUERS_HEADING, typesetter)
    issuers = by_issuer(report.certificates)
    told = (_issuer(each, today, typesetter) for each in issuers)
    yield from cut_table(ISSUER_COLUMNS, told, len(issuers), words.CERTIFICATES_SHEET, typesetter)


SECTION: Section[EstateReport] = Section("certificates", words.CERTIFICATES_TITLE, write)


def by_issuer(certificates: Sequence[EstateCertificate]) -> list[list[EstateCertificate]]:
    """The certificates of each issuer, who issued most first."""
    found: dict[str, list[EstateCertificate]] = {}
    for each in certificates:
        found.setdefault(each.seen.issuer, []).append(each)
    return sorted(found.values(), key=lambda each: (-len(each), each[0].seen.issuer))


def _soon(each: EstateCertificate, today: date, names: Names, typesetter: Typesetter) -> list[Content | list[Flowable]]:
    left = (each.seen.ends - today).days
    told = words.EXPIRED_DAYS if left < 0 else words.DAYS_LEFT
    ends: list[Flowable] = [
        typesetter.para(day(each.seen.ends, typesetter.language), style="cell_bold" if left < 0 else "cell"),
        typesetter.para(typesetter.say(told, days=number(abs(left), typesetter.language)), style="looked"),
    ]
    return [
        ends,
        typesetter.line(each.seen.subject, 80),
        typesetter.line(each.seen.issuer, 80),
        names.of(each.agencies[0]) if len(each.agencies) == 1 else names.listed(each.agencies, typesetter, LISTED),
    ]


def _months(
    certificates: Sequence[EstateCertificate], today: date, names: Names, typesetter: Typesetter
) -> Iterator[list[Content]]:
    language = typesetter.language
    for each in calendar(certificates, today):
        agencies = {agency for certificate in each.certificates for agency in certificate.agencies}
        yield [
            month(each.first, language),
            number(len(each.certificates), language) if each.certificates else "–",
            number(len(agencies), language) if agencies else "–",
            names.listed(agencies, typesetter, LISTED) if agencies else "",
        ]


def _issuer(own: Sequence[EstateCertificate], today: date, typesetter: Typesetter) -> list[Content]:
    figures, language = expiry(own, today), typesetter.language
    agencies = {agency for each in own for agency in each.agencies}
    counts = (figures.total, len(agencies), figures.expired, figures.soon, figures.near)
    return [
        typesetter.line(own[0].seen.issuer, 120),
        *(number(each, language) if each else "–" for each in counts),
    ]
