"""The policies that Khiên brings: whole in both languages, truthful about what they rest on, in order of severity."""

import importlib.metadata
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files

import pytest

from checks.model.canonical import plain
from checks.model.policy import SEVERITIES, Control, Policy
from checks.registry import REGISTRY
from policies.loader import PolicyLibrary, schema
from policies.strict_yaml import read_text
from policies.written import WrittenPolicy, schema_text

LIBRARY = PolicyLibrary()
BUILT_IN = (
    "bsi-tr-02102-2",
    "canada-itpin-2018-01",
    "cisa-bod-18-01",
    "mozilla-intermediate",
    "mozilla-modern",
    "ncsc-nl-2025-05",
    "nghe-an-web",
    "nist-sp-800-52r2",
    "owasp-secure-headers",
    "vn-web-baseline",
)

KNOWN_TEXTS = {
    # (document, clause): (kind, confidence, levels that it speaks of)
    ("TT 39/2017/TT-BTTTT", "4.3"): ("law", "text", {1, 2, 3, 4, 5}),
    ("TCVN 14423:2026", "3.12.2.4 a"): ("standard", "summary", {1, 2, 3, 4, 5}),
    ("TCVN 14423:2026", "3.12.2.4 c"): ("standard", "summary", {1, 2, 3, 4, 5}),
    ("TCVN 14423:2026", "4.5.2.1 c"): ("standard", "summary", {2, 3, 4, 5}),
    ("TCVN 14423:2026", "5.5.2.1 c"): ("standard", "summary", {2, 3, 4, 5}),
    ("TCVN 14423:2026", "5.4.2.4 b"): ("standard", "summary", {3, 4, 5}),
    ("TCVN 14423:2026", "5.13.2.3 b"): ("standard", "summary", {3, 4, 5}),
    ("TCVN 14423:2026", "5.17.2.2 a"): ("standard", "summary", {3, 4, 5}),
    ("TCVN 14423:2026", "5.17.2.3"): ("standard", "summary", {3, 4, 5}),
    ("TT 39/2017/TT-BTTTT", "4.2"): ("law", "text", {1, 2, 3, 4, 5}),
    ("TT 39/2017/TT-BTTTT", "4.4"): ("law", "text", {1, 2, 3, 4, 5}),
    ("TT 39/2017/TT-BTTTT", "4.5"): ("law", "text", {1, 2, 3, 4, 5}),
    ("TT 39/2017/TT-BTTTT", "4.6"): ("law", "text", {1, 2, 3, 4, 5}),
    ("NĐ 224/2026/NĐ-CP", "11.4"): ("law", "text", {1, 2, 3, 4, 5}),
    ("QCVN 12:2026/BCA", "3.16.2.2.1-2"): ("law", "text", {1, 2, 3, 4, 5}),  # of systems that archive, see below
}
"""Every Vietnamese text that a control may rest on, and how far it is known. A new one is checked before it enters."""
KNOWN_CITATIONS = ("116/2025/QH15", "331/2026/NĐ-CP", "224/2026/NĐ-CP", "TCVN 14423:2026")
PROFILES = {
    "Mozilla Server Side TLS 6.0 (2026-04-06), intermediate": "text",
    "Mozilla Server Side TLS 6.0 (2026-04-06), modern": "text",
    "OWASP Secure Headers (2026-07-19)": "text",
    "CISA BOD 18-01 (2017-10-16)": "text",
    "Government of Canada ITPIN 2018-01": "text",
    "Government of Canada ITPIN 2018-01, with ITSP.40.062": "text",
    "BSI TR-02102-2 (2025-01)": "summary",
    "NCSC-NL 2025-05 / internet.nl 1.11": "summary",
    "NIST SP 800-52r2 (2019-08)": "summary",
    "MDN HTTP Observatory": "text",
}
"""How far each was read: what another program encodes is known at second hand, and reports say so."""
VIETNAMESE = re.compile("[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", re.IGNORECASE)


def policies() -> list[Policy]:
    return [LIBRARY.get(name) for name in BUILT_IN]


def controls() -> list[tuple[Policy, Control]]:
    return [(policy, control) for policy in policies() for control in policy.controls]


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)


each_policy = pytest.mark.parametrize("policy", policies(), ids=lambda each: each.id)
each_control = pytest.mark.parametrize(
    ("policy", "control"), controls(), ids=[f"{policy.id}/{control.id}" for policy, control in controls()]
)


def test_all_are_there() -> None:
    assert LIBRARY.ids == BUILT_IN


@each_control
def test_both_languages(policy: Policy, control: Control) -> None:
    for text in (control.title, control.rationale, control.remediation):
        assert text.vi.strip()
        assert text.en.strip()
        assert text.vi != text.en
        assert VIETNAMESE.search(text.vi)
        assert not VIETNAMESE.search(text.en.replace("Nghệ An", ""))


@each_policy
def test_titles_and_reasons_in_both_languages(policy: Policy) -> None:
    for text in (policy.title, *policy.legal_basis, *(each.reason for each in policy.disabled)):
        assert text.vi.strip()
        assert text.en.strip()


@each_policy
def test_all_text_is_nfc(policy: Policy) -> None:
    assert all(unicodedata.is_normalized("NFC", each) for each in strings(plain(policy)))


@each_control
def test_basis_is_known(policy: Policy, control: Control) -> None:
    for basis in control.basis:
        if basis.kind in ("law", "standard"):
            kind, confidence, levels = KNOWN_TEXTS[basis.document, basis.clause or ""]
            assert (basis.kind, basis.confidence) == (kind, confidence)
            assert set(control.when.levels or (1, 2, 3, 4, 5)) <= levels
        else:
            assert not any(document in basis.document for document, _ in KNOWN_TEXTS)
        if basis.kind == "profile":
            assert basis.confidence == PROFILES[basis.document]
        if basis.document.startswith("QCVN"):
            assert control.when.tags == ("e-archive",)


PAGES = ("headers.error_page", "headers.security_txt", "headers.insecure_forms")
"""Rules of the family that judge what a site shows, which TCVN 14423 speaks of, and no header."""


@each_control
def test_headers_and_old_protocols_never_claim_a_vietnamese_text(policy: Policy, control: Control) -> None:
    if control.check in PAGES or control.when.tags == ("e-archive",):
        return
    if control.check.startswith("headers.") or control.params.get("forbidden"):
        assert {basis.kind for basis in control.basis} <= {"profile", "good_practice"}


@each_policy
def test_citations_are_known(policy: Policy) -> None:
    for text in policy.legal_basis:
        assert sum(each in text.vi for each in KNOWN_CITATIONS) == 1
        assert sum(each in text.en for each in KNOWN_CITATIONS) == 1
        assert not text.vi.startswith("Căn cứ")
        assert text.vi[-1] not in ".;"


@each_control
def test_due_days_follow_severity(policy: Policy, control: Control) -> None:
    bounds = {"critical": (1, 15), "high": (7, 30), "medium": (7, 90), "low": (30, 180), "info": (90, 365)}
    least, most = bounds[control.severity]
    assert least <= control.due_days <= most


@each_control
def test_web_server_lines_where_a_web_server_is_at_fault(policy: Policy, control: Control) -> None:
    if control.check.startswith("headers."):
        assert control.remediation.nginx
        assert control.remediation.apache
        assert control.remediation.iis
    if control.check == "tls.protocols":
        assert "ssl_protocols" in (control.remediation.nginx or "")
        assert "SSLProtocol" in (control.remediation.apache or "")
        assert "SCHANNEL" in (control.remediation.iis or "")


@each_policy
def test_controls_are_in_order_and_well_named(policy: Policy) -> None:
    names = [control.id for control in policy.controls]
    assert names == sorted(set(names))
    assert all(control.severity in SEVERITIES for control in policy.controls)


def test_default_policy_uses_every_rule() -> None:
    used = {control.check for control in LIBRARY.get("nghe-an-web").controls}
    assert {check.id for check in REGISTRY} - used == set()


def test_default_policy_stands_on_the_baseline_and_the_profiles() -> None:
    found = LIBRARY.get("nghe-an-web")
    assert [each.split()[0] for each in found.lineage] == [
        "nghe-an-web",
        "vn-web-baseline",
        "mozilla-intermediate",
        "owasp-secure-headers",
    ]
    assert {each.control for each in found.disabled} == {"HDR-COEP", "TLS-HSTS"}
    assert found.legal_basis == LIBRARY.get("vn-web-baseline").legal_basis


def test_gravest_faults_are_critical() -> None:
    found = LIBRARY.get("nghe-an-web")
    critical = {control.id for control in found.controls if control.severity == "critical"}
    assert critical >= {"TLS-SERVED", "CERT-TRUST", "CERT-DATES", "TLS-VULNERABILITIES", "PORT-DB", "PORT-TELNET"}


def test_forbidden_ports_are_asked_for_by_the_expected_ones_too() -> None:
    found = LIBRARY.get("nghe-an-web")
    scanned = {each for control in found.controls for each in control.params.get("scan", ())}
    forbidden = {each for control in found.controls for each in control.params.get("ports", ())}
    assert forbidden <= scanned
    assert 60 <= len(scanned) <= 100
    telnet, databases = found.control("PORT-TELNET"), found.control("PORT-DB")
    assert telnet is not None
    assert databases is not None
    assert {23, 2323} <= set(telnet.params["ports"])
    assert {1433, 1521, 3306, 5432, 27017} <= set(databases.params["ports"])


def test_no_port_is_forbidden_twice() -> None:
    forbidding = [each for each in LIBRARY.get("nghe-an-web").controls if each.check == "ports.forbidden"]
    found = [port for control in forbidding for port in control.params["ports"]]
    assert len(found) == len(set(found))


def test_schema_file_is_up_to_date() -> None:
    """`khien policy schema` prints what belongs there."""
    assert files("policies").joinpath("schema.json").read_text(encoding="utf-8") == schema_text()


def test_schema_names_the_keys_of_the_format() -> None:
    found = schema()
    assert set(found["properties"]) == set(WrittenPolicy.model_fields)
    assert found["additionalProperties"] is False
    assert set(found["required"]) == {"policy", "version", "title"}
    overridable = found["$defs"]["WrittenOverride"]["properties"]
    assert set(found["$defs"]["WrittenControl"]["properties"]) | {"disabled", "reason"} == set(overridable)
    assert "null" not in schema_text()


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_files_are_named_by_their_id(name: str) -> None:
    text = files("policies").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    assert read_text(text, name).value["policy"] == name
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")


def test_package_carries_its_data() -> None:
    """What setup.cfg lists as package data holds every file that is not Python."""
    here = {each.name for each in files("policies").iterdir() if each.is_file()}
    data = {each for each in here if not each.endswith((".py", ".typed"))}
    assert data == {f"{name}.yaml" for name in BUILT_IN} | {"schema.json"}
    assert importlib.metadata.version("khien")
