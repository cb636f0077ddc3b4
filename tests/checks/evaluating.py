"""Controls, observations and findings for tests of the evaluator."""

from collections.abc import Sequence
from typing import Any

from checks.evaluate import evaluate
from checks.model.asset import Asset
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Control
from checks.model.waiver import Waiver
from tests.factories import (
    NOW,
    by_key,
    control,
    policy,
    reference_data,
    tls_observation,
)

OTHER = "192.0.2.2"
OLD = {"tls1_0": True, "tls1_2": True}
NO_TLS10 = control()
SERVED = control("TLS-ON", "tls.served")
EXPECTED = control("PORTS", "ports.expected", params={"scan": [22, 80, 443, 3306], "ignore": []})
NOSNIFF = control("NOSNIFF", "headers.content_type_options")
REDIRECT = control("REDIRECT", "headers.redirect_to_https")
TRUSTED = control("TRUSTED", "tls.certificate_trusted")
CONTROLS = (NO_TLS10, SERVED, EXPECTED, NOSNIFF, REDIRECT, TRUSTED)


def old_tls(**overrides: Any) -> Any:
    return tls_observation(protocols=OLD, **overrides)


def good_tls() -> Any:
    return tls_observation(protocols={"tls1_0": False, "tls1_2": True})


def found(
    controls: Control | Sequence[Control],
    assets: Asset | Sequence[Asset],
    *seen: Evidence,
    waivers: Sequence[Waiver] = (),
    neighbours: Sequence[Asset] = (),
    **data: Any,
) -> tuple[Finding, ...]:
    demanded = (controls,) if isinstance(controls, Control) else controls
    judged = (assets,) if isinstance(assets, Asset) else assets
    return evaluate(policy(*demanded), judged, by_key(*seen), waivers, NOW, reference_data(**data), neighbours)
