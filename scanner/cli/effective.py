"""khien policy show --effective: what is asked of one asset, and which line of which file decides it."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from checks.evaluate import applies
from checks.model.asset import Asset
from checks.model.policy import Control
from policies.loader import ENDINGS, Decision, PolicyLibrary
from policies.strict_yaml import read_file
from scanner.cli.language import LANGUAGE, say
from scanner.cli.listing import SOURCE
from scanner.cli.showing import severity
from scanner.cli.ui import print_json, print_line, print_table
from scanner.cli.workspace import Workspace, open_library, open_workspace, policy_named
from scanner.inventory.reading import place_in, read_rows

LAYER_WORDS = {
    "command": say("lệnh", "command"),
    "asset": say("tài sản", "asset"),
    "agency": say("cơ quan", "agency"),
    "province": say("tỉnh", "province"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Who chose the policy of an asset, and where that is written."""

    layer: str
    """command | asset | agency | province (the configuration)"""
    policy: str
    file: str
    place: str


def show(asset_id: str, policy: str | None, config: Path, as_json: bool) -> None:
    """Print it; `policy`, an id or a file, is judged in place of the asset's own. Raises Usage, InputErrors."""
    workspace = open_workspace(config)
    (asset,) = workspace.select((), (asset_id,))
    if policy is not None:
        if Path(policy).suffix in ENDINGS:
            workspace = replace(workspace, library=open_library(config, instead=(Path(policy),)))
        policy = policy_named(policy, config).id
    choices = list(_choices(workspace, asset, policy))
    chosen = choices[0]
    rows = [_row(control, asset, workspace.library, choices) for control in _controls(workspace, chosen.policy)]
    off: list[dict[str, Any]] = [
        {"control": each.control, "by": each.by, "reason": {"vi": each.reason.vi, "en": each.reason.en}}
        | _where(workspace.library.decisions(chosen.policy, each.control)[0])
        for each in workspace.library.get(chosen.policy).disabled
    ]
    if as_json:
        choice = {"layer": chosen.layer, "file": chosen.file, "place": chosen.place}
        print_json(
            {"asset": asset.id, "policy": chosen.policy, "chosen": choice, "controls": rows, "disabled": off},
        )
        return
    where = ":".join(part for part in (chosen.file, chosen.place) if part)
    print_line(f"{asset.id}: {chosen.policy} ({LAYER_WORDS[chosen.layer]}: {where})", style="bold")
    print_table(
        [
            say("Mã", "Id"),
            say("Áp dụng", "Applies"),
            say("Mức", "Severity"),
            say("Cấp quyết định", "Level"),
            say("Tệp và dòng", "File and line"),
            say("Phần quyết định", "Decides"),
            say("Tên", "Title"),
        ],
        [_cells(row) for row in rows],
    )
    for each in off:
        switched = say("tắt tại", "switched off at")
        print_line(f"{each['control']}: {switched} {each['file']}:{each['place']}: {each['reason'][LANGUAGE]}")


def _controls(workspace: Workspace, policy: str) -> tuple[Control, ...]:
    return workspace.library.get(policy).controls


def _choices(workspace: Workspace, asset: Asset, command: str | None) -> Iterator[Choice]:
    """Every level that names a policy for an asset, the one that counts first."""
    agency, place_of = workspace.inventory.agency(asset.agency), _places(workspace)
    if command is not None:
        yield Choice("command", command, "--policy", "")
    for layer, key, item in (("asset", "assets", asset), ("agency", "agencies", agency)):
        if item.policy is not None:
            yield Choice(layer, item.policy, *place_of(key, item.id))
    config = workspace.config
    place = read_file(config.path).places.get(("policy",), "")
    yield Choice("province", config.policy, shown(str(config.path)), place)


def _places(workspace: Workspace) -> Callable[[str, str], tuple[str, str]]:
    """Where the policy of an agency or asset is named: in which file, and at which place of it."""
    if workspace.config.inventory is None:
        return lambda kind, name: (SOURCE, f"{kind}/{name}")
    rows = read_rows(workspace.config.inventory)

    def found(kind: str, name: str) -> tuple[str, str]:
        index = next(index for index, row in enumerate(rows.value[kind]) if row["id"] == name)
        file, place = place_in(rows, (kind, index, "policy"))
        return shown(file), place

    return found


def _row(control: Control, asset: Asset, library: PolicyLibrary, choices: list[Choice]) -> dict[str, Any]:
    decisions = library.decisions(choices[0].policy, control.id)
    return {
        "control": control.id,
        "title": {"vi": control.title.vi, "en": control.title.en},
        "severity": control.severity,
        "check": control.check,
        "effective": str(control.effective) if control.effective is not None else None,
        "applies": applies(control.when, asset),
        "when": _unmet(control, asset),
        "level": _layer(decisions[0], library, choices),
        "decided": [
            {"policy": each.policy, "says": each.says, "fields": list(each.fields)} | _where(each) for each in decisions
        ],
    }


def _layer(decision: Decision, library: PolicyLibrary, choices: list[Choice]) -> str:
    """The highest level under which a policy comes in: what the province's policy inherits is the province's."""
    for choice in reversed(choices):
        if decision.policy in {entry.split(" ", 1)[0] for entry in library.get(choice.policy).lineage}:
            return choice.layer
    return choices[0].layer


def _unmet(control: Control, asset: Asset) -> list[str]:
    """Which conditions of a control the asset does not meet, in words; empty where it applies."""
    when = control.when
    unmet = []
    if when.levels and asset.level not in when.levels:
        unmet.append(say(f"cấp độ {asset.level} không thuộc", f"level {asset.level} is not in") + _listed(when.levels))
    if when.tags and set(when.tags).isdisjoint(asset.tags):
        unmet.append(say("không có thẻ nào trong", "has no tag of") + _listed(when.tags))
    if when.zones and asset.zone not in when.zones:
        unmet.append(say(f"vùng {asset.zone} không thuộc", f"zone {asset.zone} is not in") + _listed(when.zones))
    return unmet


def _listed(values: Iterable[object]) -> str:
    return " " + ", ".join(str(each) for each in values)


def _where(decision: Decision) -> dict[str, str]:
    return {"file": shown(decision.source), "place": decision.place}


def shown(path: str) -> str:
    """A path as short as it can be said from here."""
    here = os.path.relpath(path)
    return path if here.startswith("..") else here


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    first = row["decided"][0]
    applies_ = say("có", "yes") if row["applies"] else say("không: ", "no: ") + "; ".join(row["when"])
    if row["effective"]:
        applies_ += say(f" (từ {row['effective']})", f" (from {row['effective']})")
    return (
        row["control"],
        applies_,
        severity(row["severity"]),
        LAYER_WORDS[row["level"]],
        f"{first['file']}:{first['place']}",
        ", ".join(first["fields"]) or say("toàn bộ", "all of it"),
        row["title"][LANGUAGE],
    )
