"""What rules on a certificate say of one."""

from datetime import timedelta
from typing import Any

from checks.check import Check
from checks.model.finding import Outcome
from checks.tls import (
    certificate_dates,
    certificate_expiring,
    certificate_key,
    certificate_lifetime,
    certificate_name,
    certificate_signature,
)
from tests.checks.tls.asking import ask
from tests.factories import chain, tls_observation

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NAME, DATES = certificate_name.CHECK, certificate_dates.CHECK
EXPIRING, LIFETIME = certificate_expiring.CHECK, certificate_lifetime.CHECK
KEY, SIGNATURE = certificate_key.CHECK, certificate_signature.CHECK


def judged(check: Check[Any, Any], *certificates: bytes, params: Any = None, **more: Any) -> Outcome:
    return ask(check, tls_observation(certificates=(chain(*certificates),)), params, **more)
