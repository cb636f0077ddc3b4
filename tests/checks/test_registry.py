"""The registry is complete: every rule that is written is in it, under its own name, with all of its words."""

import importlib
import pkgutil
from typing import Any

import pytest

import checks.dns
import checks.headers
import checks.ports
import checks.tls
from checks.check import COMMON_REASONS, Check
from checks.registry import REGISTRY, by_id
from reports.messages import catalogue, common, headers, ports, tls

FAMILIES = (checks.dns, checks.tls, checks.ports, checks.headers)
BY_FAMILY = {"tls": tls.REASONS, "ports": ports.REASONS, "headers": headers.REASONS}


def written() -> dict[str, Check[Any, Any]]:
    """Every rule by the file that it stands in."""
    found = {}
    for package in FAMILIES:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            check = getattr(importlib.import_module(module.name), "CHECK", None)
            if check is not None:
                found[module.name.removeprefix("checks.")] = check
    return found


def test_every_written_rule_is_registered_under_the_name_of_its_file() -> None:
    assert {name: check.id for name, check in written().items()} == {check.id: check.id for check in REGISTRY}
    assert len(REGISTRY) == len({check.id for check in REGISTRY})


def test_rules_are_found_by_id() -> None:
    assert all(by_id(check.id) is check for check in REGISTRY)
    with pytest.raises(KeyError):
        by_id("headers.nothing")


@pytest.mark.parametrize("check", REGISTRY, ids=lambda check: check.id)
def test_a_rule_is_whole(check: Check[Any, Any]) -> None:
    assert check.version >= 1
    assert check.reads in ("dns", "ports", "tls", "https", "http")
    assert (check.ports is not None) == (check.reads == "ports")
    assert not check.reasons & COMMON_REASONS
    assert check.reasons <= BY_FAMILY[check.id.split(".")[0]].keys()


@pytest.mark.parametrize("family", BY_FAMILY)
def test_every_sentence_belongs_to_a_rule(family: str) -> None:
    given = frozenset().union(*(check.reasons for check in REGISTRY if check.id.startswith(f"{family}.")))
    assert BY_FAMILY[family].keys() == given


def test_codes_are_unique_over_all_families() -> None:
    count = len(common.REASONS) + sum(len(each) for each in BY_FAMILY.values())
    assert len(catalogue.REASONS) == count
