"""How the suite is shared out among processes: file by file, so that what a file starts is started once."""

import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

os.environ.pop("COLUMNS", None)  # that of the terminal in which the suite was started is not for what it tests

settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
"""Of hypothesis: the same examples at every run, and a busy machine is no fault. To search for others, call pytest with
--hypothesis-profile=default."""

TOGETHER = ("tests/lab/", "tests/console/")
"""Folders whose files share servers: one process has all of them."""
FIRST = (
    "tests/lab/",
    "tests/console/",
    "tests/cli/test_made_up.py",
    "tests/cli/test_demo.py",
    "tests/scanner/probes/test_tls_vulnerabilities.py",
    "tests/reports/test_estate_pdf.py",
    "tests/cli/test_resume.py",
    "tests/cli/test_writing.py",
    "tests/cli/test_stop.py",
    "tests/cli/test_daemon.py",
    "tests/benchmarks/test_schedules.py",
)
"""What takes longest: begun last, it would keep one process busy while the others have nothing left."""


class FileByFile(LoadScopeScheduling):
    """A process that is done takes the next group: a file, or a folder of TOGETHER.

    This is not left to `--dist loadgroup` of pytest-xdist 3.8, which groups nothing under pytest 9.2, without a word.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = next((each for each in TOGETHER if nodeid.startswith(each)), None)
        return folder or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    """Share out in this way whatever `--dist` says, and in the order of the tests."""
    config.option.loadscopereorder = False
    return FileByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, after the order was shuffled."""
    items.sort(key=lambda item: next((n for n, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST)))
