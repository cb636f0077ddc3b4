"""What is offered when everything is asked for."""

from checks.model.versions import PROTOCOLS
from checks.tls.iana import GROUPS, SSL2_SUITES, SUITES, TLS13_SUITES
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE


def test_every_suite_of_the_registry_belongs_to_tls13_or_to_the_versions_before() -> None:
    newest, older = EVERY_SUITE["tls1_3"], EVERY_SUITE["tls1_2"]
    assert newest == {SUITES[code] for code in TLS13_SUITES}
    assert newest.isdisjoint(older)
    assert newest | older == set(SUITES.values())
    assert {"TLS_AES_128_GCM_SHA256"} <= newest
    assert {"TLS_RSA_WITH_AES_128_CBC_SHA"} <= older


def test_ssl2_has_suites_of_its_own_and_the_versions_between_share_theirs() -> None:
    assert list(EVERY_SUITE) == list(PROTOCOLS)
    assert EVERY_SUITE["ssl2"] == set(SSL2_SUITES.values())
    assert EVERY_SUITE["ssl2"].isdisjoint(SUITES.values())
    for version in ("ssl3", "tls1_0", "tls1_1"):
        assert EVERY_SUITE[version] == EVERY_SUITE["tls1_2"]


def test_groups_are_those_of_the_registry() -> None:
    assert EVERY_GROUP == set(GROUPS.values())
    assert {"x25519", "ffdhe2048", "X25519MLKEM768"} <= EVERY_GROUP
