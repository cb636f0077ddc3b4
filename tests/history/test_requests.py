"""Requests: asked for by somebody, taken back while nothing is begun."""

from datetime import timedelta

import pytest

from checks.model.operation import Step
from checks.model.task import Task
from history import operations, requests
from history.errors import BadAct
from history.store import Recorder
from tests.history.samples import START

TASK = Task(agencies=("so-mau",), controls=("TLS-12",), recheck=True)


def test_what_is_asked_for_stands_with_who_and_why(recorder: Recorder) -> None:
    first = requests.ask(TASK, "Trần Văn Mẫu", START, "đã sửa")
    second = requests.ask(Task(), "Nguyễn Thị Mẫu", START + timedelta(minutes=1))
    assert [each.first.name for each in operations.requests()] == [first, second]
    assert [each.first.name for each in requests.latest()] == [second, first]
    (asked,) = requests.latest()[1].steps
    assert (asked.by, asked.detail, asked.task) == ("Trần Văn Mẫu", "đã sửa", TASK)
    assert [each.first.name for each in requests.latest(1)] == [second]


def test_what_is_begun_or_over_is_not_taken_back(recorder: Recorder) -> None:
    waiting, begun = (requests.ask(TASK, "ai", START) for _ in range(2))
    assert operations.add(Step("request", begun, 1, "begun", START, "may 1", run="r-1"))
    requests.withdraw(waiting, "ai", START, "thôi")
    for name in (waiting, begun, "none"):
        with pytest.raises(BadAct):
            requests.withdraw(name, "ai", START)
    assert [each.first.name for each in operations.requests()] == [begun]
    assert [each.last.step for each in requests.latest()] == ["begun", "withdrawn"]
    assert list(operations.verify()) == []
