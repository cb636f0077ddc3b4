"""The tests of a file run in one process, or what they share would be started in each."""

import os
from pathlib import Path

import pytest

from tests.conftest import FIRST, TOGETHER


@pytest.fixture
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run see."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sharing"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("number", range(12))
def test_one_process_has_all_tests_of_this_file(number: int, seen: Path) -> None:
    (seen / str(os.getpid())).touch()
    assert [each.name for each in seen.iterdir()] == [str(os.getpid())]


@pytest.mark.parametrize("start", [*TOGETHER, *FIRST])
def test_what_is_shared_out_by_name_is_there(start: str) -> None:
    assert (Path(__file__).parents[1] / start).exists()
