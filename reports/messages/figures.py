"""Dates, times and numbers as people read them in each language. Every format and section writes them here.

Times are shown in Viet Nam's time, UTC+7, which has had no other offset since 1975.
"""

from datetime import date, datetime, timedelta, timezone

from checks.model.text import Language

VIETNAM_TIME = timezone(timedelta(hours=7), "UTC+7")

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(value: date, language: Language) -> str:
    """A date in tables and sentences: 23/11/2026, or 23 November 2026."""
    if language == "vi":
        return f"{value.day:02d}/{value.month:02d}/{value.year}"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: date, language: Language) -> str:
    """The month of a date: 11/2026, or November 2026."""
    return f"{value.month:02d}/{value.year}" if language == "vi" else f"{MONTHS[value.month - 1]} {value.year}"


def official_day(value: date, language: Language) -> str:
    """A date as a letter states it (NĐ 30/2020, Appendix I): ngày 05 tháng 02 năm 2026; from March on the month has
    no zero before it.
    """
    if language == "vi":
        month = f"{value.month:02d}" if value.month < 3 else str(value.month)
        return f"ngày {value.day:02d} tháng {month} năm {value.year}"
    return day(value, language)


def official_number(value: int) -> str:
    """The number of a document; below 10 with a zero before it (NĐ 30/2020, Appendix I)."""
    return f"{value:02d}"


def moment(value: datetime, language: Language) -> str:
    """A time of an aware datetime, to the minute, in Viet Nam's time."""
    local = value.astimezone(VIETNAM_TIME)
    joint = " ngày " if language == "vi" else ", "
    return f"{local.hour:02d}:{local.minute:02d}{joint}{day(local.date(), language)}"


def local_date(value: datetime) -> date:
    """The day in Viet Nam on which an aware datetime falls."""
    return value.astimezone(VIETNAM_TIME).date()


def percent(basis_points: int | None, language: Language) -> str:
    """A share of 0 to 10000 basis points with one decimal, rounded down: 85,3 % or 85.3 %.

    Rounded down so that 99.99 is never shown as 100. None is shown as not determined.
    """
    if basis_points is None:
        return "chưa xác định" if language == "vi" else "not determined"
    point = "," if language == "vi" else "."
    return f"{basis_points // 100}{point}{basis_points % 100 // 10} %"


def change(now: int, before: int, language: Language) -> str:
    """How far one share is from another, in percentage points with one decimal: +2,3 or −0.5.

    It is the difference of the two as `percent` shows them, so that a reader who subtracts comes to the same.
    """
    tenths = now // 10 - before // 10
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}{',' if language == 'vi' else '.'}{abs(tenths) % 10}"


def number(value: int, language: Language) -> str:
    """A count with its thousands apart: 12.345 in Vietnamese, 12,345 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "vi" else text
