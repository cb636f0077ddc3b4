"""The archive of what left the office: the very bytes, whole and in order; a number is given once a year."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from checks.model.canonical import digest
from checks.model.issued import IssuedFile
from history import issues
from history.errors import Damaged, NotStored, NumberTaken, UnknownFile, UnknownRun
from history.models import Blob
from history.store import Recorder
from tests.history.samples import FILE, ISSUED, START, open_run
from tests.history.tampering import execute, tampering

OTHER = FILE[::-1]


def of(run_id: str, data: bytes = FILE, **more: Any) -> IssuedFile:
    return replace(ISSUED, run=run_id, digest=digest(data), size=len(data), **more)


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A run with a draft that was sent, and with the report that was issued after it."""
    run_id = open_run(recorder)
    issues.archive(of(run_id, OTHER, number=None, day=None, symbol="", signer=""), OTHER)
    issues.archive(of(run_id), FILE)
    return run_id


def test_the_very_bytes_come_out(run: str) -> None:
    draft, issued = issues.issued()
    assert (draft.sequence, issued.sequence) == (0, 1)
    assert issued.file == of(run) and issues.get(1) == issued
    assert [issues.content(each) for each in (draft, issued)] == [OTHER, FILE]
    assert list(issues.verify()) == []
    with pytest.raises(UnknownFile):
        issues.get(2)


def test_what_is_asked_for_is_found(run: str, recorder: Recorder) -> None:
    other = open_run(recorder, started=START + timedelta(hours=1))
    issues.archive(of(other, number=8), FILE)
    issues.archive(of(other, agency="", number=9), FILE)
    assert [each.sequence for each in issues.issued(run)] == [0, 1]
    assert [each.sequence for each in issues.issued(agency="so-mau")] == [0, 1, 2]
    assert [each.sequence for each in issues.issued(other, "")] == [3]
    assert [each.sequence for each in issues.of_document(of(run, OTHER))] == [1]
    assert Blob.objects.filter(digest=digest(FILE)).count() == 1


def test_the_file_that_stands_for_a_report_is_the_issued_one_and_else_the_signed_one(run: str) -> None:
    def sequence(language: str = "vi") -> int | None:
        found = issues.latest(run, "so-mau", language, "pdf")
        return None if found is None else found.sequence

    assert sequence() == 1 and sequence("en") is None
    issues.archive(of(run, b"signed draft", number=None, day=None), b"signed draft")
    assert sequence() == 1
    issues.archive(of(run, b"signed", number=9), b"signed")
    assert sequence() == 3
    issues.archive(of(run, b"en", language="en", number=None, day=None), b"en")
    assert sequence("en") == 4


def test_the_same_file_again_is_the_one_that_is_there(run: str) -> None:
    again = issues.archive(of(run, by="Người khác", at=START + timedelta(days=1)), FILE)
    assert again.sequence == 1 and again.file.by == ISSUED.by
    assert len(issues.issued()) == 2


@pytest.mark.parametrize(
    "changes",
    [{"agency": "xa-mau"}, {"agency": ""}, {"day": date(2026, 12, 2)}],
)
def test_a_number_is_given_once_a_year(run: str, changes: dict[str, Any]) -> None:
    with pytest.raises(NumberTaken, match="07/BC-TTM was given to the report of 2026-12-01 on so-mau"):
        issues.archive(of(run, OTHER, **changes), OTHER)
    assert len(issues.issued()) == 2


def test_a_number_of_another_run_is_taken_and_of_another_year_or_series_is_not(run: str, recorder: Recorder) -> None:
    other = open_run(recorder, started=START + timedelta(hours=1))
    with pytest.raises(NumberTaken):
        issues.archive(of(other), FILE)
    issues.archive(of(other, day=date(2027, 1, 4)), FILE)
    issues.archive(of(other, symbol="BC-KHAC"), FILE)
    issues.archive(of(run, OTHER, language="en"), OTHER)  # the same document in another language
    issues.archive(of(run, b"signed"), b"signed")  # and signed once more
    assert len(issues.issued()) == 6


def test_what_is_told_must_be_of_the_file(run: str) -> None:
    with pytest.raises(ValueError, match="digest and size"):
        issues.archive(of(run), OTHER)
    with pytest.raises(UnknownRun):
        issues.archive(of("none"), FILE)


def test_a_file_that_is_too_large_is_refused(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issues, "LARGEST", 10)
    with pytest.raises(NotStored, match="more than 10 bytes"):
        issues.archive(of(run, b"x" * 11, number=9), b"x" * 11)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sequence", "7"),
        ("agency", "'so-khac'"),
        ("number", "8"),
        ("day", "'2020-01-01'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("body", "'{}'"),
        ("body", "replace(body, 'Trung', 'Trong')"),
        ("digest", "'sha256:0'"),
        ("content_id", "(SELECT content_id FROM history_issuedfile WHERE sequence = 0)"),
    ],
)
def test_a_changed_row_is_found_and_never_used(run: str, column: str, value: str) -> None:
    with tampering(keep=True):
        assert execute(f"UPDATE history_issuedfile SET {column} = {value} WHERE sequence = 1") == 1
    assert "changed" in {each.fault for each in issues.verify()}
    with pytest.raises(Damaged):
        issues.issued(run)


def test_a_changed_file_is_found_and_never_handed_out(run: str) -> None:
    with tampering(keep=True):
        other = f"(SELECT body FROM history_blob WHERE digest = '{digest(OTHER)}')"
        assert execute(f"UPDATE history_blob SET body = {other} WHERE digest = '{digest(FILE)}'") == 1
    assert [(each.fault, each.what) for each in issues.verify()] == [("changed", "issued file 1")]
    with pytest.raises(Damaged):
        issues.content(issues.get(1))


def test_a_removed_row_is_found(run: str) -> None:
    with tampering():
        execute("DELETE FROM history_issuedfile WHERE sequence = 0")
        assert [each.fault for each in issues.verify()] == ["removed"]
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_issuedfile")


def test_those_who_issue_at_once_get_a_place_and_a_number_only_once(run: str) -> None:
    taken: list[str] = []

    def several(agency: str) -> None:
        try:
            for number in range(20, 25):
                data = f"{agency} {number}".encode()
                try:
                    issues.archive(of(run, data, agency=agency, number=number), data)
                except NumberTaken:
                    taken.append(agency)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=several, args=(f"xa-{each}",)) for each in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(issues.issued()) == 7 and len(taken) == 10
    assert sorted(each.file.number or 0 for each in issues.issued()[2:]) == [20, 21, 22, 23, 24]
    assert list(issues.verify()) == []
