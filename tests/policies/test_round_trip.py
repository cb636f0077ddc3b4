"""A resolved policy and its canonical bytes say the same, whatever is in it."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model.canonical import dump
from policies.loader import PolicyLibrary, from_text, policy_digest

WORDS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(
    lambda each: bool(each.strip())
)
TEXT = st.fixed_dictionaries({"vi": WORDS, "en": WORDS})
PROTOCOLS = st.lists(
    st.sampled_from(["ssl2", "ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3"]), min_size=2, max_size=4, unique=True
)
# The rule refuses to demand nothing, and to demand and forbid the same: each list gets a part of its own.
DEMANDED_PROTOCOLS = PROTOCOLS.flatmap(
    lambda chosen: st.integers(1, len(chosen) - 1).map(
        lambda cut: {"required": chosen[:cut], "forbidden": chosen[cut:]}
    )
)
PORT = st.integers(1, 65535)
RULES = st.one_of(
    st.fixed_dictionaries(
        {
            "check": st.just("tls.protocols"),
            "params": DEMANDED_PROTOCOLS,
        }
    ),
    st.fixed_dictionaries(
        {
            "check": st.just("ports.forbidden"),
            "params": st.fixed_dictionaries(
                {
                    "service": st.sampled_from(["telnet", "database"]),
                    "ports": st.lists(PORT | PORT.map(str), min_size=1, max_size=4),
                }
            ),
        }
    ),
    st.just({"check": "headers.framing"}),
)
BASIS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["law", "standard", "profile", "good_practice"]), "document": WORDS},
    optional={"clause": WORDS, "confidence": st.sampled_from(["text", "summary", "news"])},
)
WHEN = st.fixed_dictionaries(
    {},
    optional={
        "levels": st.lists(st.integers(1, 5), min_size=1),
        "tags": st.just(["portal"]),
        "zones": st.just(["internet"]),
    },
)
REMEDIATION = st.fixed_dictionaries(
    {"vi": WORDS, "en": WORDS}, optional={"nginx": WORDS, "apache": WORDS, "iis": WORDS}
)
SEVERITY = st.sampled_from(["critical", "high", "medium", "low", "info"])
DAY = st.dates().map(str)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXT,
    "severity": SEVERITY,
    "due_days": st.integers(1, 3650),
    "basis": st.lists(BASIS, min_size=1, max_size=3),
    "rationale": TEXT,
    "remediation": REMEDIATION,
}
CONTROL = st.builds(
    lambda rule, rest: {**rule, **rest}, RULES, st.fixed_dictionaries(FIELDS, optional={"when": WHEN, "effective": DAY})
)
CONTROL_ID = st.from_regex(r"[A-Z0-9]{1,6}(-[A-Z0-9]{1,6}){0,2}", fullmatch=True)
OVERRIDE = st.one_of(
    st.fixed_dictionaries(
        {"severity": SEVERITY},
        optional={"title": TEXT, "when": WHEN, "effective": DAY, "due_days": st.integers(1, 3650)},
    ),
    st.fixed_dictionaries({"disabled": st.just(True), "reason": TEXT}),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A parent and a child that overrides some of it and adds something of its own."""
    stated = draw(st.dictionaries(CONTROL_ID, CONTROL, min_size=1, max_size=4))
    changed = draw(st.dictionaries(st.sampled_from(sorted(stated)), OVERRIDE))
    parent = {"policy": "cha", "version": "1", "title": draw(TEXT), "controls": stated}
    own = {"OWN-CONTROL-OF-THE-CHILD": draw(CONTROL)}
    child = {
        "policy": "con",
        "version": "2",
        "title": draw(TEXT),
        "extends": ["cha"],
        "override": changed,
        "controls": own,
    }
    return parent, child


@given(files())
@settings(max_examples=60)
def test_any_policy_comes_back(written: tuple[dict[str, Any], dict[str, Any]]) -> None:
    parent, child = written
    with TemporaryDirectory() as folder:
        for each in written:
            Path(folder, f"{each['policy']}.yaml").write_text(json.dumps(each), encoding="utf-8")
        found = PolicyLibrary([Path(folder)])
    for name in ("cha", "con"):
        policy = found.get(name)
        assert from_text(dump(policy)) == policy
        assert dump(from_text(dump(policy))) == dump(policy)
    disabled = {name for name, change in child["override"].items() if "disabled" in change}
    assert {each.control for each in found.get("con").disabled} == disabled
    assert {each.id for each in found.get("con").controls} == (set(parent["controls"]) - disabled) | set(
        child["controls"]
    )


@pytest.mark.parametrize("policy", PolicyLibrary().all(), ids=lambda each: each.id)
def test_built_in_policies_come_back(policy: Any) -> None:
    assert from_text(dump(policy)) == policy
    assert policy_digest(from_text(dump(policy))) == policy_digest(policy)
