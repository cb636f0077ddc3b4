"""The registry is whole: every rule once, every reason with a sentence, every sentence with a reason."""

import inspect
import re
import string
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

import checks
from checks.check import COMMON_REASONS, Check, Params
from checks.model.evidence import FailureReason
from checks.model.text import Text
from checks.registry import REGISTRY, by_id
from reports.messages import common, dns, headers, ports, tls
from reports.messages.catalogue import REASONS

FAMILIES = {"tls": tls.REASONS, "ports": ports.REASONS, "headers": headers.REASONS, "dns": dns.REASONS}


def placeholders(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_ids_are_unique_and_found() -> None:
    assert [each.id for each in REGISTRY] == list(dict.fromkeys(each.id for each in REGISTRY))
    assert all(by_id(each.id) is each for each in REGISTRY)
    with pytest.raises(KeyError):
        by_id("tls.unknown")


def test_every_rule_file_is_registered() -> None:
    """A file with a CHECK that is not in the registry could never be named by a policy."""
    root = Path(inspect.getfile(checks)).parent
    written = {
        f"{path.parent.name}.{path.stem}"
        for family in ("tls", "ports", "headers", "dns")
        for path in (root / family).glob("*.py")
        if re.search(r"^CHECK\b.* = Check\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written == {each.id for each in REGISTRY}


@pytest.mark.parametrize("check", REGISTRY, ids=lambda check: check.id)
def test_a_rule_is_well_formed(check: Check[Any, Any]) -> None:
    family, _, name = check.id.partition(".")
    assert check.judge.__module__ == f"checks.{family}.{name}"
    assert check.version >= 1
    assert issubclass(check.params, Params)
    assert check.reasons.isdisjoint(COMMON_REASONS)
    assert check.reasons.isdisjoint(get_args(FailureReason))
    assert check.reasons <= FAMILIES[family].keys()


def test_every_reason_has_a_sentence() -> None:
    given = {reason for each in REGISTRY for reason in each.reasons}
    assert given | COMMON_REASONS | set(get_args(FailureReason)) == REASONS.keys()


def test_codes_are_unique_over_all_families() -> None:
    every = Counter(code for reasons in (common.REASONS, *FAMILIES.values()) for code in reasons)
    assert [code for code, count in every.items() if count > 1] == []


@pytest.mark.parametrize(("code", "text"), REASONS.items(), ids=list(REASONS))
def test_a_sentence_says_the_same_in_both_languages(code: str, text: Text) -> None:
    assert text.vi != text.en
    for each in (text.vi, text.en):
        assert each[0].isupper() or each[0] == "{"
        assert each.endswith((".", "}"))  # a value that comes last stands alone, behind a colon
        assert unicodedata.is_normalized("NFC", each)
    assert placeholders(text.vi) == placeholders(text.en)
