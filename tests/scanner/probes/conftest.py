"""What tests of several probes need."""

from collections.abc import Iterator

import pytest

from tests.servers.tcp import held_port


@pytest.fixture
def shut_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections, and that nobody else takes meanwhile."""
    with held_port() as port:
        yield port
