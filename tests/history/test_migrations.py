"""What a later step of the schema does with rows that are there already."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from history.ledger import Problem
from history.models import Finding
from history.store import Recorder
from tests.history.samples import FINDINGS, finding, whole_run
from tests.history.tampering import execute


def test_the_columns_of_findings_are_filled_in_from_their_bodies(recorder: Recorder) -> None:
    announced = [replace(finding(f"A-{number}", "pass"), announced=date(2027, 1, 1)) for number in range(3)]
    run = whole_run(recorder, (*FINDINGS, *announced))
    tally = recorder.tally(run)
    call_command("migrate", "history", "0004", verbosity=0)
    with pytest.raises(DatabaseError, match="waived"):
        recorder.tally(run)
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_finding")
    call_command("migrate", "history", verbosity=0)
    assert recorder.tally(run) == tally
    assert Finding.objects.filter(waived=True).count() == 1
    assert Finding.objects.filter(announced=True).count() == 3
    assert recorder.verify(run) == [Problem("removed", f"log entry run {run}")]  # the log was made anew on the way
    for statement in ("UPDATE history_finding SET waived = NOT waived", "DELETE FROM history_finding"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(statement)
