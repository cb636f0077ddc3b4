"""The lab, started once in a test run, and what sslyze finds in it, asked once.

Tests take a `configuration` as a parameter; only those that some selected test needs are started and asked about.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Configuration, Endpoint
from tests.lab.oracle import DEADLINE_SECONDS, Oracle, Truth
from tests.lab.start import start_all


def wanted(request: pytest.FixtureRequest, fixture: str) -> list[Configuration]:
    """Configurations of the selected tests that use a fixture, in the order of the tests."""
    found: dict[str, Configuration] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and fixture in item.fixturenames:
            callspec = getattr(item, "callspec", None)
            configuration = callspec.params.get("configuration") if callspec else None
            if isinstance(configuration, Configuration):
                found[configuration.id] = configuration
    return list(found.values())


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Endpoint]]:
    """The running servers by identifier."""
    with start_all(wanted(request, "lab") or CONFIGURATIONS, tmp_path_factory.mktemp("lab")) as endpoints:
        yield endpoints


class Truths:
    """What sslyze finds, by identifier."""

    def __init__(self, asked: Mapping[str, "Future[Truth]"]) -> None:
        self._asked = asked

    def __getitem__(self, name: str) -> Truth:
        """Waits until sslyze is done with it. Raises StartFailed where it does not come to an end."""
        return self._asked[name].result(timeout=DEADLINE_SECONDS * 2)


@pytest.fixture(scope="session")
def truths(
    request: pytest.FixtureRequest, lab: Mapping[str, Endpoint], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Truths]:
    """sslyze at work on all of the servers, two at a time, in the order in which tests ask for them."""
    with Oracle(tmp_path_factory.mktemp("oracle")) as oracle:
        yield Truths({each.id: oracle.ask(lab[each.id]) for each in wanted(request, "truths")})
