"""What is said of a server that misbehaves, held against what is said of the same server left alone."""

from collections.abc import Mapping

from checks.model.evidence import PROTOCOLS, Observation, ProbeFailure, Protocol, TlsObservation


def never_wrong(found: Observation, truth: TlsObservation) -> None:
    """Nothing is denied or invented, and whatever is missing has its reason."""
    if isinstance(found, ProbeFailure):
        assert found.reason in ("timed_out", "reset", "refused", "deadline", "tls_failed"), found
        return
    assert isinstance(found, TlsObservation)
    assert all(each.reason for each in found.failures)
    for version in PROTOCOLS:
        answer = found.protocols[version]
        if answer is None:
            assert found.failure(f"protocols.{version}"), version
            assert found.failure(f"cipher_suites.{version}"), version
        else:
            assert answer is truth.protocols[version], f"{version}: {found}"
        listed = set(found.cipher_suites.get(version, ()))
        real = set(truth.cipher_suites.get(version, ()))
        assert listed <= real, f"{version}: suites are invented"
        assert not set(found.refused_suites.get(version, ())) & real, f"{version}: suites are denied"
        assert listed == real or found.failure(f"cipher_suites.{version}"), f"{version} lacks suites"
    _answers_never_wrong(found, truth)
    chains = {each.chain for each in found.certificates}
    assert chains <= {each.chain for each in truth.certificates}
    assert len(chains) == len(truth.certificates) or found.failure("certificates")


def _answers_never_wrong(found: TlsObservation, truth: TlsObservation) -> None:
    families = (
        ("vulnerabilities", found.vulnerabilities, truth.vulnerabilities),
        ("features", found.features, truth.features),
        ("server_preference", _by_name(found.server_preference), _by_name(truth.server_preference)),
    )
    for family, answers, true in families:
        for name, value in answers.items():
            if value is None:
                assert found.failure(f"{family}.{name}"), name
            else:
                assert value is true[name], f"{family}.{name}: {found}"
    groups, real = set(found.groups.supported or ()), set(truth.groups.supported or ())
    assert groups <= real
    assert not set(found.groups.refused) & real
    assert groups == real or found.failure("groups")
    assert set(found.groups.dh_bits) <= set(truth.groups.dh_bits)
    assert found.alpn in (None, truth.alpn)


def _by_name(answers: Mapping[Protocol, bool | None]) -> Mapping[str, bool | None]:
    return {str(version): value for version, value in answers.items()}
