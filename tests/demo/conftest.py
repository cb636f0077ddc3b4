"""One running estate for the tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.estate import Estate, running_estate


@pytest.fixture(scope="package")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A running estate; tests must not stop it."""
    directory: Path = tmp_path_factory.mktemp("estate")
    with running_estate(directory) as found:
        yield found
