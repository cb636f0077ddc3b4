"""How the suite is shared out among processes: file by file, so that what a file starts is started once."""

import os

import pytest

os.environ.pop("COLUMNS", None)  # that of the terminal in which the suite was started is not for what it tests


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together, and those of the lab, whose servers all of its files share."""
    for item in items:
        folder = item.path.parent
        group = folder if folder.name == "lab" else item.path
        item.add_marker(pytest.mark.xdist_group(str(group)))
