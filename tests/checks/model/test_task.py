"""Which assets a task is about: everything that it names must fit, and what it does not name does not matter."""

import pytest

from checks.model.task import Task
from tests.factories import asset

OWN = asset()
POLICY_OF = {OWN.id: "mau"}


@pytest.mark.parametrize(
    ("task", "chosen"),
    [
        (Task(), True),
        (Task(agencies=(OWN.agency,), assets=(OWN.id,), zones=(OWN.zone,), policies=("mau",)), True),
        (Task(agencies=("khac",)), False),
        (Task(assets=("khac", OWN.id)), True),
        (Task(zones=("khac",)), False),
        (Task(policies=("khac",)), False),
        (Task(tags=("khong-co",)), False),
    ],
)
def test_an_asset_is_chosen_where_everything_named_fits(task: Task, chosen: bool) -> None:
    assert task.chosen(OWN, POLICY_OF) is chosen
