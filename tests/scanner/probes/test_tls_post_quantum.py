"""Servers that take a hybrid group, or ML-KEM alone, and nothing else: OpenSSL 3.5 on the other side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks.model.evidence import TlsObservation
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from scanner.probes.interface import Deadline
from scanner.probes.politeness import Politeness
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.probe import TlsProbe
from scanner.probes.tls.reactor import Reactor
from tests.lab import processes
from tests.lab.configuration import Configuration, Endpoint
from tests.lab.start import start
from tests.scanner.probes.tls_looking import seen
from tests.scope import WITHOUT_BOUND, loopback_context

GROUPS = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM512", "MLKEM768", "MLKEM1024")


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    made = TlsProbe(loopback_context())
    yield made
    made.close()


@contextmanager
def server(groups: str, folder: Path, monkeypatch: pytest.MonkeyPatch, minimum: int = 772) -> Iterator[Endpoint]:
    """pyOpenSSL cannot say which groups it takes; the configuration of its OpenSSL can."""
    file = folder / "groups.cnf"
    file.write_text(f"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nGroups = {groups}\n")
    monkeypatch.setitem(processes.ENVIRONMENT, "OPENSSL_CONF", str(file))
    with start(Configuration("hybrid", "pyopenssl", (f"minimum={minimum}",), ("p256", "rsa2048")), folder) as endpoint:
        yield endpoint


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_missing_where_a_group_with_ml_kem_is_the_only_one(
    probe: TlsProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    with server(group, tmp_path, monkeypatch) as endpoint:
        found = seen(probe, endpoint.port, endpoint.address, endpoint.server_name)
    assert found.failures == ()
    assert found.groups.supported == (group,)
    assert len(found.certificates) == 2
    assert (found.features["early_data"], found.features["session_tickets"]) == (False, True)


@pytest.mark.parametrize("everything", [True, False])
def test_a_server_that_wants_ml_kem_and_takes_less_is_not_asked_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everything: bool
) -> None:
    needs = None if everything else TlsNeeds(protocols=("tls1_3",), certificates=True)
    with server("X25519MLKEM768:x25519", tmp_path, monkeypatch) as endpoint:
        target = TlsTarget(endpoint.address, endpoint.port, endpoint.server_name, needs=needs)
        examination = Examination(target, at_once=5)
        reactor = Reactor(Politeness(WITHOUT_BOUND, 5), connect_seconds=5, answer_seconds=5)
        monkeypatch.setattr("scanner.probes.tls.codec.exchange.DecapsulationKey", None)
        try:
            reactor.look(examination.look, Deadline(60))
        finally:
            reactor.close()
    assert examination.failed is None
    assert len(examination.notes.chains13) == 2
    assert everything is (0x11EC in examination.notes.groups)


@pytest.mark.parametrize("group", ["X25519MLKEM768", "MLKEM1024"])
def test_a_quick_look_sees_the_certificates_as_well(
    probe: TlsProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    needs = TlsNeeds(protocols=("tls1_2", "tls1_3"), certificates=True, alpn=True)
    with server(group, tmp_path, monkeypatch) as endpoint:
        target = TlsTarget(endpoint.address, endpoint.port, endpoint.server_name, needs=needs)
        found = probe.look([target])[0].observation
    assert isinstance(found, TlsObservation)
    assert (found.protocols["tls1_2"], found.protocols["tls1_3"]) == (False, True)
    assert len(found.certificates) == 2
    assert found.failure("certificates") is None and found.failure("alpn") is None
