"""Every fixed word is there in both languages, with the same placeholders; dates and numbers follow the language."""

import pkgutil
import string
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from typing import get_args

import pytest

from checks.compare import ChangeKind, ChangeReason
from checks.model.delivery import DeliveryReason, DeliveryState
from checks.model.finding import Verdict
from checks.model.policy import Basis, Severity
from checks.model.text import Text
from checks.model.waiver import DisputeState, WaiverKind
from checks.waivers import Answer, State
from reports import messages
from reports.causes import CauseKind
from reports.estate.model import Absent, Standing
from reports.families import FAMILIES
from reports.messages import causes, estate, exceptions, labels, mail, matrix, signatures
from reports.messages.catalogue import REASONS
from reports.messages.figures import change, day, local_date, moment, number, percent
from reports.messages.glossary import TERMS
from reports.messages.telling import both, general, tell
from reports.sections.registry import SECTIONS
from reports.sections.section import NUMERALS, numerals
from reports.signatures.verify import Later, Trust
from reports.signatures.verify import State as SignatureState
from scanner.inventory.scope import Refusal


def texts() -> Iterator[tuple[str, Text]]:
    for found in pkgutil.iter_modules(messages.__path__):
        module = import_module(f"{messages.__name__}.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, Text):
                yield f"{found.name}.{name}", value
            elif isinstance(value, Mapping) and name.isupper():
                words = {key: each for key, each in value.items() if isinstance(each, Text)}
                yield from ((f"{found.name}.{name}.{key}", each) for key, each in words.items())
    for term in TERMS:
        yield from ((f"glossary.{term[0].en}", each) for each in term)


@pytest.mark.parametrize(("name", "text"), tuple(texts()))
def test_both_languages_say_the_same(name: str, text: Text) -> None:
    assert text.vi.strip() and text.en.strip(), name
    assert unicodedata.is_normalized("NFC", text.vi + text.en)
    assert _placeholders(text.vi) == _placeholders(text.en)


def _placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_every_code_has_a_name() -> None:
    assert set(labels.VERDICT_NAMES) == set(labels.VERDICT_MEANINGS) == set(get_args(Verdict))
    assert set(labels.SEVERITY_NAMES) == set(get_args(Severity))
    assert set(labels.CHANGE_NAMES) == set(get_args(ChangeKind))
    assert set(exceptions.CHANGE_REASONS) == set(get_args(ChangeReason))
    assert set(exceptions.STATES) == set(get_args(State))
    assert set(exceptions.STANDING_REASONS) == {*get_args(Answer), "not_judged"}
    assert set(exceptions.WAIVER_KINDS) == set(get_args(WaiverKind))
    assert set(exceptions.DISPUTE_STATES) == set(get_args(DisputeState))
    assert set(labels.EXCLUSION_REASONS) == set(get_args(Refusal))
    assert set(estate.STANDINGS) == set(get_args(Standing))
    assert set(estate.ABSENT_REASONS) == set(get_args(Absent.__annotations__["reason"]))
    assert set(estate.SHORT_SEVERITIES) == set(get_args(Severity))
    assert set(signatures.STATES) == set(get_args(SignatureState))
    assert set(signatures.TRUST) == set(get_args(Trust))
    assert set(signatures.LATER) == set(get_args(Later))
    assert set(mail.STATES) == set(get_args(DeliveryState))
    assert set(mail.REASONS) == set(get_args(DeliveryReason))
    assert set(matrix.FAMILY_NAMES) == set(FAMILIES)
    assert set(causes.KINDS) == set(get_args(CauseKind))
    assert set(labels.BASIS_KINDS) == set(get_args(Basis.__annotations__["kind"]))
    assert set(labels.CONFIDENCES) == set(get_args(Basis.__annotations__["confidence"]))


def test_every_section_has_a_numeral_and_a_name_of_its_own() -> None:
    assert len(SECTIONS) <= len(NUMERALS)
    assert len(numerals(SECTIONS)) == len(SECTIONS)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (None, "chưa xác định", "not determined"),
        (0, "0,0 %", "0.0 %"),
        (8534, "85,3 %", "85.3 %"),
        (9999, "99,9 %", "99.9 %"),
        (10000, "100,0 %", "100.0 %"),
    ],
)
def test_shares_are_rounded_down(value: int | None, vi: str, en: str) -> None:
    assert (percent(value, "vi"), percent(value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("now", "before", "vi", "en"),
    [
        (8534, 8309, "+2,3", "+2.3"),  # 85,3 % and 83,0 %
        (5009, 5000, "0,0", "0.0"),
        (5000, 5009, "0,0", "0.0"),
        (0, 10000, "−100,0", "−100.0"),
        (4999, 5010, "−0,2", "−0.2"),
    ],
)
def test_a_change_is_the_difference_of_the_shares_as_they_are_shown(now: int, before: int, vi: str, en: str) -> None:
    assert (change(now, before, "vi"), change(now, before, "en")) == (vi, en)


def test_dates_and_numbers_by_language() -> None:
    assert (day(date(2026, 11, 3), "vi"), day(date(2026, 11, 3), "en")) == ("03/11/2026", "3 November 2026")
    assert (number(1234567, "vi"), number(1234567, "en")) == ("1.234.567", "1,234,567")


def test_times_are_viet_nams() -> None:
    late = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert moment(late, "vi") == "00:05 ngày 01/01/2027"
    assert moment(late, "en") == "00:05, 1 January 2027"
    assert local_date(late) == date(2027, 1, 1)


def test_a_code_of_another_version_is_told_by_its_values() -> None:
    assert tell("from_the_future", {"b": ("x",), "a": 1}, "vi") == "from_the_future, a=1, b=('x',)"
    assert tell("forbidden_protocol", {}, "en") == "forbidden_protocol"
    assert "TLS 1.0" in both("forbidden_protocol", {"where": "a", "protocol": "tls1_0"}).en


def test_a_code_is_told_in_general_without_a_place_or_value() -> None:
    assert general("refused", "vi") == "Máy chủ từ chối kết nối."
    assert general("certificate_not_seen", "en") == "No certificate was received from …"
    assert general("from_the_future", "vi") == "from_the_future"
    assert all("{" not in general(code, language) for code in REASONS for language in ("vi", "en"))
