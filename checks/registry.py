"""Every rule that exists: one explicit tuple. A rule that is not here cannot be named by a policy."""

from typing import Any

from checks.check import Check
from checks.headers import (
    content_type_options,
    cookies,
    cors,
    cross_origin,
    csp,
    deprecated,
    directory_listing,
    error_page,
    framing,
    hsts,
    insecure_forms,
    leaks,
    mixed_content,
    permissions_policy,
    redirect_to_https,
    referrer_policy,
    security_txt,
    stays_on_https,
    subresource_integrity,
    trace_method,
)
from checks.ports import expected, forbidden
from checks.tls import (
    alpn,
    certificate_chain,
    certificate_dates,
    certificate_expiring,
    certificate_key,
    certificate_lifetime,
    certificate_name,
    certificate_revoked,
    certificate_shared_key,
    certificate_signature,
    certificate_transparency,
    certificate_trusted,
    cipher_suites,
    features,
    groups,
    must_staple,
    ocsp_stapling,
    post_quantum,
    protocols,
    served,
    server_preference,
    vulnerabilities,
)

REGISTRY: tuple[Check[Any, Any], ...] = (
    served.CHECK,
    protocols.CHECK,
    cipher_suites.CHECK,
    groups.CHECK,
    post_quantum.CHECK,
    server_preference.CHECK,
    vulnerabilities.CHECK,
    features.CHECK,
    alpn.CHECK,
    certificate_trusted.CHECK,
    certificate_name.CHECK,
    certificate_dates.CHECK,
    certificate_expiring.CHECK,
    certificate_lifetime.CHECK,
    certificate_key.CHECK,
    certificate_signature.CHECK,
    certificate_chain.CHECK,
    certificate_revoked.CHECK,
    ocsp_stapling.CHECK,
    must_staple.CHECK,
    certificate_transparency.CHECK,
    certificate_shared_key.CHECK,
    expected.CHECK,
    forbidden.CHECK,
    redirect_to_https.CHECK,
    stays_on_https.CHECK,
    hsts.CHECK,
    csp.CHECK,
    framing.CHECK,
    content_type_options.CHECK,
    referrer_policy.CHECK,
    permissions_policy.CHECK,
    cross_origin.CHECK,
    cookies.CHECK,
    leaks.CHECK,
    deprecated.CHECK,
    cors.CHECK,
    mixed_content.CHECK,
    subresource_integrity.CHECK,
    insecure_forms.CHECK,
    directory_listing.CHECK,
    trace_method.CHECK,
    security_txt.CHECK,
    error_page.CHECK,
)
"""In the order of families; ids are unique (a test holds them to it)."""

_BY_ID = {check.id: check for check in REGISTRY}


def by_id(check_id: str) -> Check[Any, Any]:
    """The rule of that id. Raises KeyError for an unknown one."""
    return _BY_ID[check_id]
