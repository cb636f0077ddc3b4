"""The remarks of probes: each has its Vietnamese words, and there are no words for one that is never made."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import scanner.probes
from scanner.cli.remarks import REMARKS
from scanner.probes.tls.preface import Refusal

MAKERS = {"Doubt", "Failed", "ProbeError", "ProbeFailure", "Failure", "CodecError", "_fail", "replace"}
"""Whose arguments hold remarks, beside a code."""
ELSEWHERE = {"the server does not know the name", "no hello was accepted", "the reactor is closed"}
"""Remarks that come by way of a variable."""


def made() -> Iterator[str]:
    """Every fixed remark in the source of the probes."""
    for file in Path(scanner.probes.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
                yield from (word for argument in [*node.args, *node.keywords] for word in _words(argument))


def _words(node: ast.AST) -> Iterator[str]:
    """Fixed words; not a code, and not a part of words that change."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip(" :"):
        yield node.value
    if not isinstance(node, ast.JoinedStr):
        for each in ast.iter_child_nodes(node):
            yield from _words(each)


def test_every_remark_has_its_words_and_no_other() -> None:
    assert {*made(), *map(str, Refusal), *ELSEWHERE} == {each for each in REMARKS if " " in each}


def test_a_remark_is_told_in_the_language_of_the_command_line() -> None:
    details = ("no hello was accepted (alert 40)", "the server stopped answering", "WantReadError", "strange (alert x)")
    script = "import sys; from scanner.cli.remarks import remark; print(*map(remark, sys.argv[1:]), sep='\\n')"
    vietnamese = ("không lời chào nào được chấp nhận (cảnh báo 40)", "máy chủ ngừng trả lời", *details[2:])
    for language, told in (("en", details), ("vi", vietnamese)):
        ended = subprocess.run(
            [sys.executable, "-c", script, *details],
            env=os.environ | {"KHIEN_LANG": language},
            stdout=subprocess.PIPE,
            check=True,
            timeout=60,
        )
        assert tuple(ended.stdout.decode().splitlines()) == told
