"""Every fault of a policy file is an error with its exact place, and all of them are told at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.model.canonical import digest, dump
from checks.registry import REGISTRY
from policies.loader import MAX_POLICIES, PolicyLibrary, from_text, policy_digest
from policies.resolve import MAX_SUGGESTIONS
from policies.strict_yaml import InputErrors
from tests.policies.writing import GOOD, control, faults, library, policy, write


def test_good_file(tmp_path: Path) -> None:
    found = library(tmp_path, mau=GOOD).get("mau")
    (only,) = found.controls
    assert (found.id, found.version, found.title.vi, found.lineage) == ("mau", "1.0", "Mẫu", ("mau 1.0",))
    assert (only.id, only.check, only.severity, only.due_days, only.origin) == (
        "TLS-12",
        "tls.protocols",
        "high",
        30,
        "mau",
    )
    assert (only.basis[0].kind, only.basis[0].clause, only.basis[0].confidence) == ("law", "4.3", "text")
    assert only.remediation.nginx == "ssl_protocols TLSv1.2;"
    assert only.remediation.apache is None


def test_params_are_complete(tmp_path: Path) -> None:
    (only,) = library(tmp_path, mau=GOOD).get("mau").controls
    assert only.params == {"required": ["tls1_2"], "forbidden": []}


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("policy: mau", "policy: Mau", "1:1", "policy: 'Mau' does not match"),
        ("policy: mau", "policy: ../mau", "1:1", "does not match"),
        ("policy: mau", f"policy: {'m' * 41}", "1:1", "does not match"),
        ("policy: mau\n", "", "1:1", "policy: required key is missing"),
        ('"1.0"', "1", "2:1", "version: a string is needed, not 1"),
        ('"1.0"', '"1 0"', "2:1", "does not match"),
        ("{vi: Mẫu, en: Sample}", "{vi: Mẫu}", "3:1", "title.en: required key is missing"),
        ("{vi: Mẫu, en: Sample}", '{vi: Mẫu, en: " "}', "3:18", "title.en: must not be blank"),
        ("{vi: Mẫu, en: Sample}", '{vi: Mẫu, en: "a\\0b"}', "3:18", "holds a control character"),
        ("{vi: Mẫu, en: Sample}", "Mẫu", "3:1", "title: a mapping is needed"),
        ("controls:", "control:", "4:1", "control: unknown key"),
        ("TLS-12:", "tls-12:", "5:3", "does not match"),
        ("TLS-12:", "TLS_12:", "5:3", "does not match"),
        ("TLS-12:", "TLS--12:", "5:3", "does not match"),
        ("check: tls.protocols", "check: tls.protocol", "7:5", "there is no rule 'tls.protocol'"),
        ("check: tls.protocols", "check: 7", "7:5", "check: a string is needed"),
        ("    check: tls.protocols\n", "", "5:3", "check: required key is missing"),
        ("{required: [tls1_2]}", "{require: [tls1_2]}", "8:14", "require: unknown key"),
        ("{required: [tls1_2]}", "{required: [tls1_3, tls1_4]}", "8:33", "'tls1_4' is not one of the allowed values"),
        ("{required: [tls1_2]}", "{required: tls1_2}", "8:14", "required: a list is needed"),
        ("{required: [tls1_2]}", "[tls1_2]", "8:5", "params: a mapping is needed"),
        ("severity: high", "severity: urgent", "9:5", "'urgent' is not one of the allowed values"),
        ("due_days: 30", "due_days: 0", "10:5", "due_days: 0 is less than 1"),
        ("due_days: 30", "due_days: 3651", "10:5", "due_days: 3651 is more than 3650"),
        ("due_days: 30", 'due_days: "30"', "10:5", "an integer is needed"),
        ("due_days: 30", "due_days: true", "10:5", "an integer is needed"),
        ("due_days: 30", "due_days: 30\n    when: {levels: [6]}", "11:21", "6 is more than 5"),
        ("due_days: 30", "due_days: 30\n    when: {levels: [0]}", "11:21", "0 is less than 1"),
        ("due_days: 30", "due_days: 30\n    when: {levels: []}", "11:12", "at least 1 needed"),
        ("due_days: 30", "due_days: 30\n    when: {tags: null}", "11:12", "must not be null"),
        ("due_days: 30", "due_days: 30\n    when: {tags: portal}", "11:12", "a list is needed"),
        ("due_days: 30", "due_days: 30\n    when: {zone: [lan]}", "11:12", "zone: unknown key"),
        ("due_days: 30", "due_days: 30\n    when:", "11:5", "when: a mapping is needed"),
        ("kind: law", "kind: decree", "11:14", "'decree' is not one of the allowed values"),
        ("confidence: text", "confidence: sure", "11:73", "'sure' is not one of the allowed values"),
        ('clause: "4.3"', "clause: 4", "11:58", "a string is needed"),
        ("basis: [", "basis: []\n    x: [", "11:5", "at least 1 needed"),
        ("rationale: {vi: Vì sao, en: Why}", "rationale: {vi: Vì sao, en: Why, fr: x}", "12:38", "fr: unknown key"),
        ("nginx: ", "ngnix: ", "13:42", "ngnix: unknown key"),
        ("severity: high", "severity: high\n    severity: low", "10:5", "duplicate key: 'severity'"),
        ("    severity: high\n", "    severity: &s high\n    title2: *s\n", "10:13", "aliases"),
    ],
)
def test_faults_of_one_file(tmp_path: Path, old: str, new: str, place: str, message: str) -> None:
    assert GOOD.count(old) == 1
    found = faults(tmp_path, mau=GOOD.replace(old, new))
    ((source, where, told), *others) = found
    assert (source, where) == ("mau.yaml", place)
    assert message in told
    assert not others or old == "basis: ["


def test_missing_required_param(tmp_path: Path) -> None:
    found = faults(tmp_path, mau=policy("mau", control("X-1", check="tls.certificate_lifetime", params="{}")))
    assert found == [("mau.yaml", "10:5", "controls.X-1.params.max_days: required key is missing")]


def test_rule_without_its_demands(tmp_path: Path) -> None:
    ((_, place, message),) = faults(tmp_path, mau=policy("mau", control("X-1", check="tls.cipher_suites", params="{}")))
    assert place == "10:5"
    assert "give allowed, forbidden or forbidden_suites" in message


def test_all_faults_of_all_files_in_order(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a=GOOD.replace("policy: mau", "policy: a")
        .replace("tls1_2]}", "tls9]}")
        .replace("severity: high", "severity: x"),
        b=policy(
            "b", control("X-1", params="{forbidden: [tls9]}"), control("X-2", check="no.rule"), extends="[absent]"
        ),
        c="policy: [",
        d=policy("d", control("X-1", params="{forbidden: [tls8]}")),
    )
    assert [(source, place) for source, place, _ in found] == [
        ("a.yaml", "8:25"),  # bad parameters are told of a file that has not even the shape of a policy
        ("a.yaml", "9:5"),
        ("b.yaml", "4:11"),
        ("b.yaml", "10:26"),
        ("b.yaml", "18:5"),
        ("c.yaml", "1:10"),
        ("d.yaml", "10:26"),
    ]


def test_empty_file_and_other_shapes(tmp_path: Path) -> None:
    assert faults(tmp_path, a="", b="[1, 2]", c="word") == [
        ("a.yaml", "1:1", "a mapping is needed, not null"),
        ("b.yaml", "1:1", "a mapping is needed, not [1, 2]"),
        ("c.yaml", "1:1", "a mapping is needed, not 'word'"),
    ]


def test_policy_that_demands_nothing(tmp_path: Path) -> None:
    assert faults(tmp_path, a=policy("a")) == [("a.yaml", "1:1", "the policy demands nothing")]


def test_same_id_twice(tmp_path: Path) -> None:
    found = faults(tmp_path, a=GOOD, b=GOOD)
    assert found == [("b.yaml", "1:1", f"policy 'mau' is already in {tmp_path / 'a.yaml'}")]


def test_built_in_id_cannot_be_taken(tmp_path: Path) -> None:
    ((source, place, message),) = faults(tmp_path, a=GOOD.replace("policy: mau", "policy: nghe-an-web"))
    assert (source, place) == ("a.yaml", "1:1")
    assert "is already in" in message


def test_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="cannot read the policy directory: No such file"):
        PolicyLibrary([tmp_path / "absent"])


def test_file_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    assert faults(tmp_path) == [("a.yaml", "", "cannot read the file: not a regular file")]


def test_too_many_files(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=f"more than {MAX_POLICIES} policy files"):
        library(tmp_path, **{f"p{number}": "" for number in range(MAX_POLICIES)})


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("{{{", encoding="utf-8")
    assert "mau" in library(tmp_path, mau=GOOD).ids


def test_single_file_and_a_directory_named_twice(tmp_path: Path) -> None:
    write(tmp_path, mau=GOOD)
    found = PolicyLibrary([tmp_path / "mau.yaml", tmp_path, tmp_path / ".." / tmp_path.name])
    assert found.get("mau").id == "mau"


def test_unknown_policy(tmp_path: Path) -> None:
    found = library(tmp_path, mau=GOOD)
    for ask in (found.get, found.sources):
        with pytest.raises(InputErrors, match=r"mao: there is no such policy; there are: .*mau"):
            ask("mao")


def test_all_is_in_order(tmp_path: Path) -> None:
    found = library(tmp_path, zz=GOOD.replace("policy: mau", "policy: zz"), aa=GOOD)
    assert [each.id for each in found.all()] == list(found.ids) == sorted(found.ids)


def test_sources_are_the_texts_of_the_lineage(tmp_path: Path) -> None:
    child = "\ufeff" + policy("con", control("X-1"), extends="[mau]")
    found = library(tmp_path, mau=GOOD, con=child).sources("con")
    assert list(found) == ["con", "mau"]
    assert found["mau"] == GOOD
    assert found["con"] == child.removeprefix("\ufeff")


def test_digest_and_round_trip(tmp_path: Path) -> None:
    found = library(tmp_path, mau=GOOD).get("mau")
    assert from_text(dump(found)) == found
    assert policy_digest(found) == digest(dump(found))
    other = library(tmp_path, mau=GOOD.replace("due_days: 30", "due_days: 31")).get("mau")
    assert policy_digest(other) != policy_digest(found)


def test_bytes_that_are_no_policy(tmp_path: Path) -> None:
    data = dump(library(tmp_path, mau=GOOD).get("mau"))
    with pytest.raises(ValidationError):
        from_text(data.replace(b'"severity":"high"', b'"severity":"urgent"'))
    with pytest.raises(ValidationError):
        from_text(data[:-1] + b',"more":1}')


def test_comments_and_layout_do_not_change_the_digest(tmp_path: Path) -> None:
    first = library(tmp_path, mau=GOOD).get("mau")
    second = library(
        tmp_path, mau="# a remark\n" + GOOD.replace("{required: [tls1_2]}", "\n      required:\n        - tls1_2")
    ).get("mau")
    assert policy_digest(first) == policy_digest(second)


def test_everything_is_told_at_once_and_nobody_for_the_fault_of_another(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a='policy: a\nversion: "1"\ntitle: {vi: A, en: A}\nextends: [nghe-an-wep, b]\nextra: 1\nextra: 2\n'
        "override:\n  TLS-12: {check: tls.protocol, severity: urgent}\n"
        "  TLS-SERVED: {check: tls.features, params: {forbiden: [compression]}}\n",
        b=policy("b", extends="[a, absent]"),
    )
    assert found == [
        ("a.yaml", "4:11", "there is no policy 'nghe-an-wep'; is it 'nghe-an-web'?"),
        ("a.yaml", "5:1", "extra: unknown key"),
        ("a.yaml", "6:1", "duplicate key: 'extra'"),
        ("a.yaml", "8:12", "there is no rule 'tls.protocol'; is it 'tls.protocols'?"),
        (
            "a.yaml",
            "8:33",
            "override.TLS-12.severity: 'urgent' is not one of the allowed values: "
            "'critical', 'high', 'medium', 'low' or 'info'",
        ),
        ("a.yaml", "9:46", "override.TLS-SERVED.params.forbiden: unknown key"),
        ("b.yaml", "4:14", "there is no policy 'absent'"),
    ]


def test_names_that_do_not_exist_are_told_with_what_is_near(tmp_path: Path) -> None:
    ((_, place, message),) = faults(
        tmp_path, a=policy("a", extends="[cisa-bod-18-01]", override="{BOD-HTTP: {severity: low}}")
    )
    assert (place, message) == ("5:12", "BOD-HTTP: no such control is inherited; is it 'BOD-HTTPS'?")
    many = [control(f"X-{number}", check="tls.protocol") for number in range(MAX_SUGGESTIONS + 1)]
    told = [message for _, _, message in faults(tmp_path, a=policy("a", *many))]
    assert [each.endswith("is it 'tls.protocols'?") for each in told] == [True] * MAX_SUGGESTIONS + [False]


def test_parents_of_a_misshapen_file_that_are_no_ids_are_told_once(tmp_path: Path) -> None:
    found = faults(tmp_path, a=policy("a", extends="[1, ../b, nghe-an-web, absent]", more="surplus: 1\n"))
    assert [(place, message.partition(":")[0]) for _, place, message in found] == [
        ("4:11", "extends.0"),
        ("4:14", "extends.1"),
        ("4:33", "there is no policy 'absent'"),
        ("6:1", "surplus"),
    ]


def test_the_policies_of_a_place(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(own, a=policy("a", control("X-1")), b=policy("b", extends="[a]"))
    write(tmp_path, c=policy("c", extends="[b]"))
    found = PolicyLibrary([own, tmp_path / "c.yaml"])
    assert [each.id for each in found.of(own)] == ["a", "b"]
    assert [each.id for each in found.of(tmp_path / "c.yaml")] == ["c"]
    assert found.of(tmp_path / "elsewhere") == ()


def junk(value: object) -> str:
    return json.dumps({"a": value})[6:-1]


@pytest.mark.parametrize(
    "value", [None, True, -1, 10**17, "x y", "", [], [None, -1, "?", ["a"], {}], {"a": 1}], ids=junk
)
@pytest.mark.parametrize("rule", REGISTRY, ids=lambda each: str(each.id))
def test_bad_parameters_of_every_rule_are_told_in_both_languages(
    tmp_path: Path, rule: Check[Any, Any], value: object
) -> None:
    """No sentence of pydantic's own comes through."""
    params = json.dumps(dict.fromkeys(rule.params.model_fields, value) | {"absent": value})
    with pytest.raises(InputErrors) as caught:
        library(tmp_path, mau=policy("mau", control("X-1", check=rule.id, params=params)))
    for error in caught.value.errors:
        assert error.place
        assert error.message.vi.startswith("controls.X-1.params")
        assert not any(each in error.message.vi for each in ("Input", "should", "Value error", "nhận được None"))
