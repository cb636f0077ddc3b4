"""Files that are made to cost: each is refused within little processor time and memory, whatever it holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from policies.loader import MAX_POLICIES, MAX_POLICY_BYTES, MAX_POLICY_NODES, PolicyLibrary
from policies.strict_yaml import MAX_DEPTH, MAX_MARKS, InputErrors, read_text
from policies.written import MAX_PARENTS
from tests.policies.writing import GOOD, control, faults, policy, write

CPU_SECONDS = 20
"""Processor time for the worst of these files; one that is not bounded takes minutes, or does not end."""
MEMORY = 700 * 2**20
"""Bytes of data, of which an interpreter with everything imported takes some hundred."""
WHOLE = MAX_POLICY_BYTES - 200
"""A file that is as large as a policy may be."""
READER = """
import json, os, resource, sys, traceback
from pathlib import Path
from policies.loader import PolicyLibrary
from policies.strict_yaml import InputErrors

def read(folder):
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    try:
        PolicyLibrary([folder])
    except InputErrors as error:
        return [each.message.en for each in error.errors]

folders, cpu, memory = json.loads(sys.argv[1])
for folder in map(Path, folders):
    child = os.fork()
    if not child:
        try:
            (folder / "told.json").write_text(json.dumps(read(folder)))
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.waitpid(child, 0)
"""
"""Reads the policies of each folder in a fork with bounds of its own, and writes there what was wrong with them."""


def bomb(depth: int, width: int) -> str:
    """Anchors of anchors: width to the power of depth once it is walked."""
    lines = [f"a0: &a0 [{', '.join('x' * width)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines) + "\n"


def repeated(part: str, length: int = WHOLE) -> str:
    """A part over and over, up to a length."""
    return part * (length // len(part))


BOMBS = {
    "aliases": (bomb(30, 9), "aliases"),
    "flow sequences in depth": ("a: " + "[" * WHOLE, "nested too deeply"),
    "flow mappings in depth": ("a: " + repeated("{a: "), "nested too deeply"),
    "block sequences in depth": (repeated("- "), "nested too deeply"),
    "keys in depth": ("".join(" " * n + "a:\n" for n in range(1400)), "nested too deeply"),
    "complex keys": (repeated("? "), "nested too deeply"),
    "values": ("a: [" + repeated("[],") + "]", "keys and values"),
    "duplicate keys": (repeated("a: 1\n", MAX_POLICY_NODES * 2), "duplicate key"),
    "combining marks": ("a: e" + repeated("\u0301\u0316", WHOLE // 4), "too many marks"),
    "combining marks in a key": ("e" + repeated("\u0301\u0316", 900) + ": 1", "too many marks"),
    "one long word": ("policy: " + "a" * WHOLE, "policy"),
    "one long text": (GOOD.replace("vi: Vì sao", "vi: " + "x" * (WHOLE - 1000)), "at most 8000 allowed"),
    "one long line of quotes": ('a: "' + repeated("\\n"), "YAML error"),
    "a large number": ("policy: " + "9" * WHOLE, "policy"),
    "anchors": ("".join(f"- &a{n} x\n" for n in range(40_000)), "mapping is needed"),
    "parents": (
        policy("mau", control("X-1"), extends="[" + ", ".join(f"p{n}" for n in range(20_000)) + "]"),
        f"at most {MAX_PARENTS} allowed",
    ),
    "controls": (policy("mau", *(f"  X-{n}: {{}}\n" for n in range(10_000))), "required key is missing"),
    "levels": (GOOD.replace("due_days: 30", f"due_days: 30\n    when: {{levels: [{'1, ' * 20_000}]}}"), ""),
    "port ranges": (
        policy(
            "mau",
            control(
                "X-1",
                check="ports.forbidden",
                params=f"{{service: telnet, ports: [{'1-65535, ' * 20_000}], names: 1}}",
            ),
        ),
        "names",
    ),
    "more than a megabyte": ("#" * (MAX_POLICY_BYTES + 1), f"larger than {MAX_POLICY_BYTES} bytes"),
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each file, after it was read."""
    folders = {}
    for name, (text, _) in BOMBS.items():
        folders[name] = tmp_path_factory.mktemp("costly")
        (folders[name] / "mau.yaml").write_text(text, encoding="utf-8")
    order = json.dumps([list(map(str, folders.values())), CPU_SECONDS, MEMORY])
    subprocess.run([sys.executable, "-c", READER, order], check=True, timeout=300)
    return folders


@pytest.mark.parametrize("name", BOMBS)
def test_costly_files_are_refused_cheaply(read: dict[str, Path], name: str) -> None:
    _, message = BOMBS[name]
    told = json.loads((read[name] / "told.json").read_text(encoding="utf-8"))
    if message:
        assert any(message in each for each in told)


def refused(text: str, nodes: int = 100) -> tuple[str, str]:
    with pytest.raises(InputErrors) as caught:
        read_text(text, "f.yaml", nodes)
    (error,) = caught.value.errors
    return error.place, error.message.en


def test_the_first_value_beyond_the_bound_is_named_and_nothing_after_it_is_read() -> None:
    assert read_text("[" + "x, " * 98 + "x]", "f.yaml", 100).value == ["x"] * 99
    assert refused("[" + "x, " * 99 + "x]") == ("1:299", "more than 100 keys and values")
    assert refused("[" + "x, " * 99 + "x, *a, !tag x, [")[1] == "more than 100 keys and values"


def test_depth_is_told_at_its_place_in_both_languages() -> None:
    with pytest.raises(InputErrors) as caught:
        read_text("[" * (MAX_DEPTH + 2), "f.yaml")
    (error,) = caught.value.errors
    assert error.in_("vi") == f"f.yaml:1:{MAX_DEPTH + 2}: lồng quá sâu"


def test_a_letter_bears_so_many_marks_and_no_more() -> None:
    assert read_text("a: e" + "\u0316" * MAX_MARKS, "f.yaml").value == {"a": "e" + "\u0316" * MAX_MARKS}
    assert refused("a: e" + "\u0316" * (MAX_MARKS + 1)) == ("1:4", "too many marks on one letter")
    assert read_text("a: " + "e\u0316" * (MAX_MARKS + 1), "f.yaml").value


def test_more_policies_than_there_may_be(tmp_path: Path) -> None:
    for number in range(MAX_POLICIES):
        (tmp_path / f"p{number}.yaml").write_text(policy(f"p{number}", control("X-1")), encoding="utf-8")
    with pytest.raises(InputErrors, match=f"more than {MAX_POLICIES} policy files"):
        PolicyLibrary([tmp_path])


def test_a_long_line_of_ancestors_is_followed_to_its_end(tmp_path: Path) -> None:
    length = MAX_POLICIES - len(PolicyLibrary().ids)
    texts: dict[str, Any] = {"p0": policy("p0", control("X-1"))}
    for number in range(1, length):
        texts[f"p{number}"] = policy(f"p{number}", extends=f"[p{number - 1}]")
    found = PolicyLibrary([write(tmp_path, **texts)])
    last = found.get(f"p{length - 1}")
    assert [each.id for each in last.controls] == ["X-1"]
    assert len(last.lineage) == length
    assert [each.policy for each in found.decisions(last.id, "X-1")] == ["p0"]


def test_everything_that_is_wrong_with_a_misshapen_file_is_told_at_once(tmp_path: Path) -> None:
    text = policy(
        "mau",
        control("X-1", check="no.rule"),
        control("X-2", params="{forbidden: [tls9]}"),
        control("X-3", severity="grave"),
        control("X-4", params="[1]"),
        "  X-5: word\n",
        control("X-6", check="[a]"),
        more="surplus: 1\n",
    )
    found = faults(tmp_path, mau=text)
    assert [message.split(":")[0] for _, _, message in found] == [
        "surplus",
        "there is no rule 'no.rule'",
        "controls.X-2.params.forbidden.0",
        "controls.X-3.severity",
        "controls.X-4.params",
        "controls.X-5",
        "controls.X-6.check",
    ]
    assert faults(tmp_path, mau="policy: mau\ncontrols: [1]\n")
