"""Where our verdicts on Content Security Policies differ from those of csp_evaluator."""

from typing import Final

from tests.oracles.disagreement import Disagreement, words

EVALUATOR: Final = "csp_evaluator"
CSP3 = "CSP Level 3"
_ONCE: Final = (
    "Without script-src and default-src every script runs. csp_evaluator tells it once, as a missing directive"
    " (where we do too); we tell what follows from it as well."
)

OF_EVALUATOR = (
    Disagreement(
        EVALUATOR,
        ("inline scripts",),
        "fail",
        "pass",
        words("csp-script-missing"),
        words("csp_unsafe_inline"),
        "both",
        _ONCE,
        f"{CSP3} section 6.8.3",
    ),
    Disagreement(
        EVALUATOR,
        ("eval",),
        "fail",
        "pass",
        words("csp-script-missing"),
        words("csp_unsafe_eval"),
        "both",
        _ONCE,
        f"{CSP3} section 6.8.3",
    ),
    Disagreement(
        EVALUATOR,
        ("any host",),
        "fail",
        "pass",
        words("csp-script-missing"),
        words("csp_wildcard"),
        "both",
        _ONCE,
        f"{CSP3} section 6.8.3",
    ),
    Disagreement(
        EVALUATOR,
        ("any host",),
        "fail",
        "pass",
        words("csp-wildcard-tld csp-wildcard-scheme"),
        words("csp_wildcard"),
        "ours",
        "csp_evaluator looks for the star alone: *.test and https://*:* are hosts of anybody's choice too.",
        f"{CSP3} section 6.7.2",
    ),
    Disagreement(
        EVALUATOR,
        ("any host",),
        "pass",
        "fail",
        words("csp-comma"),
        words("PLAIN_WILDCARD:default-src"),
        "ours",
        "A comma parts two policies, both of which are enforced; csp_evaluator reads one policy, in which the good"
        " one's directives come second and are lost.",
        f"{CSP3} section 2.2.2",
    ),
    Disagreement(
        EVALUATOR,
        ("cleartext",),
        "fail",
        "pass",
        words("csp-http"),
        words("csp_cleartext_source"),
        "both",
        "The source http: is every host, and in cleartext. csp_evaluator tells the first; we tell both.",
        f"{CSP3} section 6.7.2",
    ),
    Disagreement(
        EVALUATOR,
        ("base-uri missing",),
        "fail",
        "pass",
        words("csp-self-only csp-star csp-base-missing csp-missing-semicolon"),
        words("csp_missing_base_uri"),
        "both",
        "csp_evaluator asks for base-uri where scripts are let in by nonce, or by hash and 'strict-dynamic', for there"
        " a forged base decides which are loaded. Our rule asks wherever a policy says so, for links and forms too.",
        f"{CSP3}, base-uri",
    ),
)
