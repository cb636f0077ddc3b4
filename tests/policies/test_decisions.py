"""Which place of which file decides a control, what differs between two policies, and a file in place of another."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model.canonical import dump
from checks.registry import REGISTRY
from policies.compare import differences
from policies.loader import PolicyLibrary
from policies.resolve import PolicyFile, Resolver
from policies.strict_yaml import InputErrors, read_text
from policies.written import WrittenPolicy
from tests.policies.writing import control, faults, library, policy, write

REASON = "{vi: Lý do, en: Reason}"


def told(found: PolicyLibrary, name: str, control_id: str = "X-1") -> list[tuple[str, str, str, tuple[str, ...]]]:
    """File name with place, policy, what it says, fields: of every decision."""
    return [
        (f"{Path(each.source).name}:{each.place}", each.policy, each.says, each.fields)
        for each in found.decisions(name, control_id)
    ]


def test_the_nearest_decision_comes_first(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", extends="[a]", override="{X-1: {severity: high, due_days: 7}}"),
        c=policy("c", control("Y-1"), extends="[b]", override="{X-1: {effective: 2027-01-01}}"),
    )
    stated = ("a.yaml:7:3", "a", "states", ())
    changed = ("b.yaml:5:12", "b", "changes", ("severity", "due_days"))
    assert told(found, "c") == [("c.yaml:5:12", "c", "changes", ("effective",)), changed, stated]
    assert told(found, "b") == [changed, stated]
    assert told(found, "c", "X-2") == [("a.yaml:16:3", "a", "states", ())]
    assert told(found, "c", "Y-1") == [("c.yaml:7:3", "c", "states", ())]
    assert told(found, "c", "Z-1") == []
    with pytest.raises(InputErrors):
        found.decisions("absent", "X-1")


def test_a_control_that_is_switched_off_and_stated_anew(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", extends="[a]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
        c=policy("c", control("X-1"), extends="[b]"),
    )
    assert told(found, "b")[0] == ("b.yaml:5:12", "b", "disables", ())
    assert told(found, "c") == [("c.yaml:7:3", "c", "states", ())]


def test_a_diamond_names_each_place_once(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        base=policy("base", control("X-1")),
        left=policy("left", extends="[base]"),
        right=policy("right", extends="[base]"),
        tip=policy("tip", extends="[left, right]"),
    )
    assert told(found, "tip") == [("base.yaml:7:3", "base", "states", ())]


def test_every_control_of_the_default_policy_is_decided_somewhere() -> None:
    found = PolicyLibrary()
    for each in found.get("nghe-an-web").controls:
        decisions = found.decisions("nghe-an-web", each.id)
        assert decisions[-1].says == "states"
        assert decisions[-1].policy == each.origin or decisions[0].policy == each.origin


def test_differences(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2"), control("X-3")),
        b=policy(
            "b",
            control("X-4"),
            extends="[a]",
            override=f"{{X-1: {{severity: high, params: {{forbidden: [ssl3]}}, remediation: {{vi: Khác, en: How}}}}, "
            f"X-2: {{disabled: true, reason: {REASON}}}, X-3: {{effective: 2027-01-01}}}}",
        ),
    )
    a, b = found.get("a"), found.get("b")
    changes = differences(a, b)
    assert [(each.control, each.kind) for each in changes] == [
        ("X-1", "changed"),
        ("X-2", "removed"),
        ("X-3", "changed"),
        ("X-4", "added"),
    ]
    assert [(each.field, each.before, each.after) for each in changes[0].fields] == [
        ("params.forbidden", [], ["ssl3"]),
        ("params.required", ["tls1_2"], []),
        ("remediation.vi", "Cách sửa", "Khác"),
        ("severity", "low", "high"),
    ]
    assert [(each.field, each.before, each.after) for each in changes[2].fields] == [("effective", None, "2027-01-01")]
    assert differences(a, a) == ()
    assert [each.kind for each in differences(b, a)] == ["changed", "added", "changed", "removed"]


def test_another_rule_with_other_parameters_is_told_field_by_field(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1")),
        b=policy("b", control("X-1", check="tls.certificate_lifetime", params="{max_days: 90}")),
    )
    (change,) = differences(found.get("a"), found.get("b"))
    assert [each.field for each in change.fields] == [
        "check",
        "params.forbidden",
        "params.max_days",
        "params.required",
    ]
    assert change.fields[2].before is None


def test_a_file_in_place_of_the_policy_that_has_its_id(tmp_path: Path) -> None:
    folder, other = tmp_path / "rules", tmp_path / "new.yaml"
    folder.mkdir()
    write(folder, a=policy("a", control("X-1")), b=policy("b", control("Y-1"), extends="[a]"))
    other.write_text(policy("a", control("X-9")), encoding="utf-8")
    found = PolicyLibrary([folder], instead=[other])
    assert [each.id for each in found.get("b").controls] == ["X-9", "Y-1"]
    assert PolicyLibrary([folder]).get("b").control("X-1") is not None
    other.write_text(policy("a", control("X-9", check="no.rule")), encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        PolicyLibrary([folder], instead=[other])
    assert Path(caught.value.errors[0].source).name == "new.yaml"


def test_an_announced_day_is_a_day(tmp_path: Path) -> None:
    def written(day: str) -> str:
        return policy("a", control("X-1").replace("    severity", f"    effective: {day}\n    severity"))

    found = library(tmp_path, a=written("2027-01-01")).get("a").control("X-1")
    assert found is not None
    assert str(found.effective) == "2027-01-01"
    for wrong in ("soon", "null", "2027-13-01", "1"):
        ((_, place, _),) = faults(tmp_path, a=written(wrong))
        assert place == "11:5"


@given(st.permutations(["a", "b", "c", "d"]))
@settings(max_examples=24)
def test_resolution_does_not_depend_on_the_order_of_files(order: list[str]) -> None:
    texts = {
        "a": policy("a", control("X-1"), control("X-2")),
        "b": policy("b", control("Y-1"), extends="[a]", override="{X-1: {severity: high}}"),
        "c": policy("c", extends="[a]", override=f"{{X-2: {{disabled: true, reason: {REASON}}}}}"),
        "d": policy("d", extends="[b, c]", override="{X-1: {severity: info}, X-2: {severity: high}}"),
    }

    def resolved(names: list[str]) -> dict[str, bytes]:
        documents = {name: read_text(texts[name], name) for name in names}
        files = {name: PolicyFile(each, texts[name], each.validated(WrittenPolicy)) for name, each in documents.items()}
        resolver = Resolver(files, {check.id: check for check in REGISTRY})
        found = {name: resolver.resolve(name) for name in names}
        assert resolver.errors == []
        return {name: dump(found[name]) for name in sorted(names)}

    assert resolved(order) == resolved(sorted(order))
