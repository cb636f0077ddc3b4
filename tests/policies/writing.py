"""Policy files for tests: one whole and ordinary text, ways to change it, and reading of what comes out."""

from pathlib import Path

import pytest

from policies.loader import PolicyLibrary
from policies.strict_yaml import InputErrors

GOOD = """\
policy: mau
version: "1.0"
title: {vi: Mẫu, en: Sample}
controls:
  TLS-12:
    title: {vi: TLS 1.2, en: TLS 1.2}
    check: tls.protocols
    params: {required: [tls1_2]}
    severity: high
    due_days: 30
    basis: [{kind: law, document: "TT 39/2017/TT-BTTTT", clause: "4.3", confidence: text}]
    rationale: {vi: Vì sao, en: Why}
    remediation: {vi: Cách sửa, en: How, nginx: "ssl_protocols TLSv1.2;"}
"""
"""A policy with one control, for tests to change; the places in the tests count its lines."""


def control(
    name: str, params: str = "{required: [tls1_2]}", check: str = "tls.protocols", severity: str = "low"
) -> str:
    """One control as it stands under `controls`."""
    return f"""\
  {name}:
    title: {{vi: "{name} vi", en: "{name} en"}}
    check: {check}
    params: {params}
    severity: {severity}
    due_days: 30
    basis: [{{kind: good_practice, document: Mẫu}}]
    rationale: {{vi: Vì sao, en: Why}}
    remediation: {{vi: Cách sửa, en: How}}
"""


def policy(name: str, *controls: str, extends: str = "[]", override: str = "{}", more: str = "") -> str:
    """A policy file."""
    stated = "controls:\n" + "".join(controls) if controls else "controls: {}\n"
    return (
        f'policy: {name}\nversion: "1"\ntitle: {{vi: {name}, en: {name}}}\nextends: {extends}\n'
        f"override: {override}\n{more}{stated}"
    )


def write(folder: Path, **texts: str) -> Path:
    """Files by their names without ending ("a_b" is a-b.yaml)."""
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def library(folder: Path, **texts: str) -> PolicyLibrary:
    """The library of these files and the built-in ones."""
    return PolicyLibrary([write(folder, **texts)])


def faults(folder: Path, **texts: str) -> list[tuple[str, str, str]]:
    """File name, place and English message of every error; fails where there is none."""
    with pytest.raises(InputErrors) as caught:
        library(folder, **texts)
    return [(Path(each.source).name, each.place, each.message.en) for each in caught.value.errors]
