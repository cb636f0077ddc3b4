"""What a policy takes from its parents, what it changes, and what it must decide."""

from pathlib import Path

import pytest

from policies.loader import PolicyLibrary
from tests.policies.writing import control, faults, library, policy

REASON = "{vi: Lý do, en: Reason}"


def ids(found: PolicyLibrary, name: str) -> list[str]:
    """Ids of the controls of a policy."""
    return [each.id for each in found.get(name).controls]


def test_controls_come_down_in_order_of_id(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("Z-1"), control("A-1")),
        b=policy("b", control("M-1"), extends="[a]"),
    )
    assert ids(found, "b") == ["A-1", "M-1", "Z-1"]
    assert [each.origin for each in found.get("b").controls] == ["a", "b", "a"]
    assert found.get("b").lineage == ("b 1", "a 1")


def test_lineage_is_self_then_parents_each_once(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        base=policy("base", control("X-1")),
        left=policy("left", extends="[base]"),
        right=policy("right", control("Y-1"), extends="[base]"),
        tip=policy("tip", extends="[left, right]"),
    )
    assert found.get("tip").lineage == ("tip 1", "left 1", "base 1", "right 1")
    assert ids(found, "tip") == ["X-1", "Y-1"]
    assert list(found.sources("tip")) == ["tip", "left", "base", "right"]


def test_override_replaces_only_what_it_gives(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1")),
        b=policy("b", extends="[a]", override="{X-1: {severity: critical, due_days: 7, when: {levels: [3]}}}"),
    )
    before, after = found.get("a").control("X-1"), found.get("b").control("X-1")
    assert before is not None
    assert after is not None
    assert (after.severity, after.due_days, after.when.levels, after.origin) == ("critical", 7, (3,), "a")
    assert (after.title, after.params, after.basis) == (before.title, before.params, before.basis)
    assert before.severity == "low"


def test_override_of_params_replaces_them_as_a_whole(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1", params="{required: [tls1_2], forbidden: [ssl3]}")),
        b=policy("b", extends="[a]", override="{X-1: {params: {forbidden: [ssl2]}}}"),
    )
    changed = found.get("b").control("X-1")
    assert changed is not None
    assert changed.params == {"required": [], "forbidden": ["ssl2"]}


def test_override_of_the_rule_needs_params_that_fit(tmp_path: Path) -> None:
    files = {"a": policy("a", control("X-1"))}
    good = "{X-1: {check: tls.certificate_lifetime, params: {max_days: 90}}}"
    changed = library(tmp_path, **files, b=policy("b", extends="[a]", override=good)).get("b").control("X-1")
    assert changed is not None
    assert (changed.check, changed.params) == ("tls.certificate_lifetime", {"max_days": 90})
    found = faults(tmp_path, **files, b=policy("b", extends="[a]", override="{X-1: {check: tls.certificate_lifetime}}"))
    assert ("b.yaml", "5:12", "override.X-1.params.max_days: required key is missing") in found


def test_bad_params_of_an_override(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a=policy("a", control("X-1")),
        b=policy("b", extends="[a]", override="{X-1: {params: {forbidden: [tls7]}}}"),
    )
    assert [(source, place) for source, place, _ in found] == [("b.yaml", "5:39")]


def test_disabled_is_recorded_and_comes_down(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", extends="[a]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
        c=policy("c", extends="[b]"),
    )
    for name in ("b", "c"):
        assert ids(found, name) == ["X-2"]
        ((control_id, reason, by),) = [(each.control, each.reason.en, each.by) for each in found.get(name).disabled]
        assert (control_id, reason, by) == ("X-1", "Reason", "b")


def test_disabled_control_is_stated_anew(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", extends="[a]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
        c=policy("c", control("X-1"), extends="[b]"),
    )
    assert ids(found, "c") == ["X-1", "X-2"]
    assert found.get("c").disabled == ()


@pytest.mark.parametrize(
    ("override", "place", "message"),
    [
        ("{X-9: {severity: low}}", "5:12", "X-9: no such control is inherited"),
        ("{X-1: {}}", "5:12", "changes nothing"),
        ("{X-1: {disabled: true}}", "5:12", "disabled goes with reason and nothing else"),
        (f"{{X-1: {{reason: {REASON}}}}}", "5:12", "reason goes only with disabled: true"),
        (f"{{X-1: {{disabled: true, reason: {REASON}, severity: low}}}}", "5:12", "disabled goes with reason"),
        (
            f"{{X-1: {{disabled: false, reason: {REASON}}}}}",
            "5:18",
            "override.X-1.disabled: false is not one of the allowed values: true",
        ),
        ("{X-1: {disabled: true, reason: {vi: Lý do}}}", "5:34", "reason.en: required key is missing"),
        ("{X-1: {severity: null}}", "5:18", "severity: must not be null"),
        ("{X-1: {severty: low}}", "5:18", "severty: unknown key"),
        ("{X-1: {due_days: 0}}", "5:18", "due_days: 0 is less than 1"),
        ("{X-1: {basis: []}}", "5:18", "at least 1 needed"),
        ("{X-1: {check: no.rule}}", "5:18", "there is no rule 'no.rule'"),
        ("{x-1: {severity: low}}", "5:12", "does not match"),
        ("{X-1: low}", "5:12", "a mapping is needed"),
    ],
)
def test_faults_of_overrides(tmp_path: Path, override: str, place: str, message: str) -> None:
    found = faults(tmp_path, a=policy("a", control("X-1")), b=policy("b", extends="[a]", override=override))
    assert [(source, where) for source, where, _ in found] == [("b.yaml", place)]
    assert message in found[0][2]


def test_inherited_control_cannot_be_stated_again(tmp_path: Path) -> None:
    found = faults(tmp_path, a=policy("a", control("X-1")), b=policy("b", control("X-1"), extends="[a]"))
    assert found == [("b.yaml", "7:3", "X-1: is inherited from a; to change it, put it under override")]


def test_same_control_of_two_parents(tmp_path: Path) -> None:
    parents = {"a": policy("a", control("X-1")), "b": policy("b", control("X-1"))}
    found = faults(tmp_path, **parents, c=policy("c", extends="[a, b]"))
    assert found == [("c.yaml", "4:1", "X-1: the parents differ (a, b); decide under override")]


def test_override_must_decide_every_difference(tmp_path: Path) -> None:
    parents = {"a": policy("a", control("X-1", severity="low")), "b": policy("b", control("X-1", severity="high"))}
    child = "{X-1: {due_days: 9}}"
    found = faults(tmp_path, **parents, c=policy("c", extends="[a, b]", override=child))
    assert found == [("c.yaml", "5:12", "X-1: the parents differ in severity; state it here")]
    decided = library(tmp_path, **parents, c=policy("c", extends="[a, b]", override="{X-1: {severity: medium}}"))
    control_ = decided.get("c").control("X-1")
    assert control_ is not None
    assert (control_.severity, control_.origin) == ("medium", "c")


def test_conflict_may_be_disabled(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", control("X-1")),
        c=policy("c", extends="[a, b]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
    )
    assert ids(found, "c") == ["X-2"]


def test_diamond_in_which_one_side_changes_the_control(tmp_path: Path) -> None:
    files = {
        "base": policy("base", control("X-1")),
        "left": policy("left", extends="[base]", override="{X-1: {severity: high}}"),
        "right": policy("right", extends="[base]"),
    }
    found = faults(tmp_path, **files, tip=policy("tip", extends="[left, right]"))
    assert found == [("tip.yaml", "4:1", "X-1: the parents differ (left, right); decide under override")]
    good = library(tmp_path, **files, tip=policy("tip", extends="[left, right]", override="{X-1: {severity: high}}"))
    decided = good.get("tip").control("X-1")
    assert decided is not None
    assert (decided.severity, decided.origin) == ("high", "base")


def test_diamond_in_which_one_side_disables_the_control(tmp_path: Path) -> None:
    files = {
        "base": policy("base", control("X-1"), control("X-2")),
        "left": policy("left", extends="[base]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
        "right": policy("right", extends="[base]"),
    }
    found = faults(tmp_path, **files, tip=policy("tip", extends="[left, right]"))
    assert found == [("tip.yaml", "4:1", "X-1: right demands it, left has disabled it; decide under override")]
    good = library(tmp_path, **files, tip=policy("tip", extends="[left, right]", override="{X-1: {severity: high}}"))
    assert ids(good, "tip") == ["X-1", "X-2"]
    assert good.get("tip").disabled == ()


def test_override_of_a_disabled_control(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a=policy("a", control("X-1"), control("X-2")),
        b=policy("b", extends="[a]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
        c=policy("c", extends="[b]", override="{X-1: {severity: high}}"),
    )
    ((source, place, message),) = found
    assert (source, place) == ("c.yaml", "5:12")
    assert "b has disabled it" in message


def test_policy_that_disables_everything(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a=policy("a", control("X-1")),
        b=policy("b", extends="[a]", override=f"{{X-1: {{disabled: true, reason: {REASON}}}}}"),
    )
    assert found == [("b.yaml", "1:1", "the policy has no demand left")]


def test_unknown_parent_is_told_at_its_place_and_not_again_below(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a=policy("a", control("X-1"), extends="[mau, vn-web-baseline]"),
        b=policy("b", extends="[a]", override="{X-1: {severity: high}}"),
    )
    assert found == [("a.yaml", "4:11", "there is no policy 'mau'")]


def test_parent_named_twice(tmp_path: Path) -> None:
    found = faults(tmp_path, a=policy("a", control("X-1")), b=policy("b", extends="[a, a]"))
    assert found == [("b.yaml", "4:1", "extends: 'a' is there twice")]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_circle(tmp_path: Path, length: int) -> None:
    names = [f"p{number}" for number in range(length)]
    texts = {
        name: policy(name, control(f"X-{name[1:]}"), extends=f"[{names[index - 1]}]")
        for index, name in enumerate(names)
    }
    ((_, place, message),) = faults(tmp_path, **texts)
    assert place == "4:11"
    assert message == "circular inheritance: " + " -> ".join([names[0], *reversed(names[1:]), names[0]])


def test_long_line_of_parents(tmp_path: Path) -> None:
    texts = {"p0": policy("p0", control("X-1"))}
    texts |= {f"p{number}": policy(f"p{number}", extends=f"[p{number - 1}]") for number in range(1, 150)}
    found = library(tmp_path, **texts)
    assert len(found.get("p149").lineage) == 150


def test_legal_basis_comes_from_the_parents_unless_stated(tmp_path: Path) -> None:
    cited = "legal_basis: [{vi: Luật, en: Law}, {vi: Nghị định, en: Decree}]\n"
    found = library(
        tmp_path,
        a=policy("a", control("X-1"), more=cited),
        b=policy("b", control("X-2"), more=cited.replace("Luật", "Thông tư").replace("Law", "Circular")),
        c=policy("c", extends="[a, b]"),
        d=policy("d", extends="[a]", more="legal_basis: []\n"),
    )
    assert [each.en for each in found.get("c").legal_basis] == ["Law", "Decree", "Circular"]
    assert found.get("d").legal_basis == ()
