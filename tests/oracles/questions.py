"""The same question put to us and to a peer: which control of ours answers it, and what in the peer's words does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from checks.model.finding import Finding, Instance
from tests.oracles.demands import SINGLE, asked, findings
from tests.oracles.nothing import nothing_there
from tests.oracles.peers import Peer, Theirs, said
from tests.oracles.recording import read

Ours = Literal["pass", "fail", "not_assessable", "not_applicable"]


def any_instance(instance: Instance) -> bool:
    """Every fault counts."""
    return True


@dataclass(frozen=True)
class Question:
    """One question."""

    peer: Peer
    id: str
    """In the peer's words, and with the policy where one peer's answer stands beside two of ours."""
    policy: str
    controls: tuple[str, ...]
    """A fail of any of them is ours."""
    reads: tuple[str, ...]
    """The findings of the peer that answer it, by the names that peers.py gives them."""
    recording: Literal["tls", "sites"] = "tls"
    counts: Callable[[Instance], bool] = any_instance
    """The faults that the question is about, of those that the controls find."""


@dataclass(frozen=True)
class Compared:
    """One question about one case, answered by both."""

    question: Question
    case: str
    ours: Ours
    theirs: Theirs
    because: frozenset[str]
    """What is found by the one that finds fault (of ours each fault's reason and what has it), and why we cannot tell
    or have nothing to judge."""
    nothing: bool
    """Whether the recorded observation shows, without any rule, that nothing of the kind is there."""

    @property
    def agree(self) -> bool:
        """Whether both say the same; where nothing of the kind is there, a pass of theirs says the same as we do."""
        return self.ours == self.theirs or (self.nothing and (self.ours, self.theirs) == ("not_applicable", "pass"))


# sslyze


def _issues(profile: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{profile}:{each}" for each in names)


def _of_sslyze() -> Iterator[Question]:
    key = ("certificate_types", "certificate_curves", "rsa_key_size")
    profiles: tuple[tuple[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]], ...] = (
        (
            "modern",
            (
                ("versions", ("MODERN-VERSIONS",), ("tls_versions",)),
                ("suites", ("MODERN-SUITES",), ("ciphers", "ciphersuites")),
                ("groups", ("MODERN-GROUPS",), ("tls_curves", "ecdh_param_size")),
                ("key", ("MODERN-KEY",), key),
                ("lifetime", ("MODERN-LIFETIME",), ("maximum_certificate_lifespan",)),
            ),
        ),
        (
            "intermediate",
            (
                ("versions", ("TLS-LEGACY",), ("tls_versions",)),
                ("suites", ("TLS-SUITES",), ("ciphers", "ciphersuites", "dh_param_size")),
                ("groups", ("TLS-GROUPS",), ("tls_curves", "ecdh_param_size")),
                ("key", ("CERT-KEY",), key),
                ("lifetime", ("CERT-LIFETIME",), ("maximum_certificate_lifespan",)),
            ),
        ),
    )
    for profile, parts in profiles:
        for part, controls, issues in parts:
            yield Question("sslyze", f"{profile}: {part}", f"mozilla-{profile}", controls, _issues(profile, *issues))
    singles = {
        "compression": ("COMPRESSION", "tls_vulnerability_compression"),
        "Heartbleed": ("HEARTBLEED", "tls_vulnerability_heartbleed"),
        "CCS injection": ("CCS", "tls_vulnerability_ccs_injection"),
        "ROBOT": ("ROBOT", "tls_vulnerability_robot"),
        "secure renegotiation": ("SECURE-RENEGOTIATION", "tls_vulnerability_renegotiation"),
        "fallback SCSV": ("FALLBACK", "tls_vulnerability_fallback_scsv"),
        "extended master secret": ("EMS", "tls_vulnerability_extended_master_secret"),
    }
    for name, (control, issue) in singles.items():
        yield Question("sslyze", name, SINGLE, (control,), _issues("intermediate", issue))
    yield Question(
        "sslyze",
        "trusted path",
        "nghe-an-web",
        ("CERT-TRUST", "CERT-NAME", "CERT-DATES", "CERT-SIGNATURE"),
        _issues("intermediate", "certificate_path_validation"),
    )
    yield Question(
        "sslyze",
        "certificate's signature",
        "nghe-an-web",
        ("CERT-SIGNATURE",),
        _issues("intermediate", "certificate_signatures"),
    )


# testssl.sh


def _of_testssl() -> Iterator[Question]:
    singles = {
        "SSLv2": "SSL2",
        "SSLv3": "SSL3",
        "TLS1": "TLS10",
        "TLS1_1": "TLS11",
        "cipherlist_NULL": "NULL",
        "cipherlist_aNULL": "ANONYMOUS",
        "cipherlist_EXPORT": "EXPORT",
        "cipherlist_LOW": "LOW",
        "cipherlist_3DES_IDEA": "3DES-IDEA",
        "cipherlist_AVERAGE": "CBC",
        "DH_groups": "DH-SIZE",
        "heartbleed": "HEARTBLEED",
        "CCS": "CCS",
        "ROBOT": "ROBOT",
        "secure_renego": "SECURE-RENEGOTIATION",
        "secure_client_renego": "CLIENT-RENEGOTIATION",
        "CRIME_TLS": "COMPRESSION",
        "fallback_SCSV": "FALLBACK",
        "POODLE_SSL": "CBC-SSL3",
        "SWEET32": "SHORT-BLOCKS",
        "FREAK": "EXPORT",
        "DROWN": "SSL2",
        "RC4": "RC4",
    }
    for finding, control in singles.items():
        yield Question("testssl.sh", finding, SINGLE, (control,), (finding,))
    yield Question("testssl.sh", "LOGJAM", SINGLE, ("EXPORT", "DH-SIZE"), ("LOGJAM",))
    of_policies = {
        "TLS1_2": ("nghe-an-web", "TLS-12"),
        "cert_keySize": ("mozilla-intermediate", "CERT-KEY"),
        "cert_signatureAlgorithm": ("nghe-an-web", "CERT-SIGNATURE"),
        "cert_trust": ("nghe-an-web", "CERT-NAME"),
        "cert_chain_of_trust": ("nghe-an-web", "CERT-TRUST"),
        "cert_expirationStatus": ("nghe-an-web", "CERT-DATES"),
    }
    for finding, (policy, control) in of_policies.items():
        yield Question("testssl.sh", finding, policy, (control,), (finding,))


# MDN's HTTP Observatory


def _weakness(instance: Instance) -> bool:
    """What a policy permits, and not what another demand of ours misses in it."""
    return instance.reason != "csp_directive_missing"


def _of_observatory() -> Iterator[Question]:
    tests: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "strict-transport-security": (("HDR-HSTS",), ("nghe-an-web", "owasp-secure-headers")),
        "content-security-policy": (("HDR-CSP",), ("nghe-an-web", "owasp-secure-headers")),
        "x-frame-options": (("HDR-FRAMING",), ("nghe-an-web",)),
        "x-content-type-options": (("HDR-NOSNIFF",), ("nghe-an-web",)),
        "referrer-policy": (("HDR-REFERRER",), ("nghe-an-web", "owasp-secure-headers")),
        "cross-origin-resource-policy": (("HDR-CORP",), ("nghe-an-web", "owasp-secure-headers")),
        "cookies": (("COOKIE-SECURE", "COOKIE-HTTPONLY", "COOKIE-SAMESITE"), ("nghe-an-web",)),
        "cross-origin-resource-sharing": (("HDR-CORS",), ("nghe-an-web",)),
        "redirection": (("HTTP-REDIRECT",), ("nghe-an-web",)),
        "subresource-integrity": (("SRI",), (SINGLE,)),
    }
    for name, (controls, policies) in tests.items():
        for policy in policies:
            counts = _weakness if (controls, policy) == (("HDR-CSP",), "nghe-an-web") else any_instance
            words = name if len(policies) == 1 else f"{name} ({policy})"
            yield Question("HTTP Observatory", words, policy, controls, (name,), "sites", counts)


# csp_evaluator

_SCRIPTS = ("script-src", "default-src", "script-src-elem", "script-src-attr")


def _of_csp_evaluator() -> Iterator[Question]:
    everywhere = (*_SCRIPTS, "object-src", "base-uri")
    no_policy = ("csp_missing", "csp_invalid")  # which restricts nothing
    kinds: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
        "inline scripts": (("csp_unsafe_inline",), tuple(("SCRIPT_UNSAFE_INLINE", each) for each in _SCRIPTS)),
        "eval": (("csp_unsafe_eval",), tuple(("SCRIPT_UNSAFE_EVAL", each) for each in _SCRIPTS)),
        "any host": (
            ("csp_wildcard",),
            tuple((kind, each) for kind in ("PLAIN_WILDCARD", "PLAIN_URL_SCHEMES") for each in everywhere),
        ),
        "cleartext": (
            ("csp_cleartext_source",),
            tuple(("SRC_HTTP", each) for each in everywhere),
        ),
        "scripts unrestricted": (("csp_missing_script_src", *no_policy), (("MISSING_DIRECTIVES", "script-src"),)),
        "plugins unrestricted": (("csp_missing_object_src", *no_policy), (("MISSING_DIRECTIVES", "object-src"),)),
        "base-uri missing": (("csp_missing_base_uri",), (("MISSING_DIRECTIVES", "base-uri"),)),
    }
    for name, (reasons, patterns) in kinds.items():
        counts = partial(_has_reason, reasons)
        yield Question(
            "csp_evaluator", name, SINGLE, ("CSP",), tuple(f"{kind}:{each}" for kind, each in patterns), "sites", counts
        )


def _has_reason(reasons: tuple[str, ...], instance: Instance) -> bool:
    return instance.reason in reasons


QUESTIONS = (*_of_sslyze(), *_of_testssl(), *_of_observatory(), *_of_csp_evaluator())


def ours(question: Question, found: Mapping[tuple[str, str], Finding], case: str) -> tuple[Ours, frozenset[str]]:
    """Our verdict and what it rests on: of several controls a fail decides, then what cannot be told."""
    verdicts: dict[Ours, set[str]] = {}
    for control in question.controls:
        finding = found[case, control]
        faults = {_fault(each) for each in finding.instances if question.counts(each)}
        verdict = "pass" if finding.verdict == "fail" and not faults else finding.verdict
        verdicts.setdefault(verdict, set()).update(faults or {finding.reason})
    order: tuple[Ours, ...] = ("fail", "not_assessable", "pass", "not_applicable")
    verdict = next(each for each in order if each in verdicts)
    return verdict, frozenset() if verdict == "pass" else frozenset(verdicts[verdict])


def _fault(instance: Instance) -> str:
    """The reason, and the key without the place that all faults of a case share: an endpoint, or a URL."""
    _, _, thing = instance.key.partition(" " if instance.key.startswith("http") else "/")
    return f"{instance.reason}:{thing}"


@cache
def compared() -> tuple[Compared, ...]:
    """Every question about every recorded case that its peer answers."""
    result = []
    recordings = {name: read(name) for name in ("tls", "sites")}
    judged: dict[tuple[str, str], dict[tuple[str, str], Finding]] = {}
    for question in QUESTIONS:
        for control in question.controls:
            asked(question.policy, control)
        key = (question.recording, question.policy)
        if key not in judged:
            judged[key] = findings(recordings[question.recording], question.policy)
        for case, recorded in recordings[question.recording].cases.items():
            theirs = said(question.peer, recorded, question.reads)
            if theirs is not None:
                verdict, because = ours(question, judged[key], case)
                nothing = nothing_there(recorded["seen"], question.controls, because)
                result.append(Compared(question, case, verdict, theirs.verdict, because | theirs.because, nothing))
    return tuple(result)
