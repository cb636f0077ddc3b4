"""What people change in files, noticed and put on record when a command is about to act on it.

Inventory, waivers, policies and khien.yaml are files that anybody may edit. Who did is known to the file system at the
best; what the record tells is which command first acted on the change, who ran it, and what had changed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checks.model.act import Actor
from checks.model.canonical import digest, dump, plain
from checks.model.inventory import Inventory, state
from checks.model.policy import Policy
from scanner.cli.config import Config
from scanner.cli.workspace import Workspace
from scanner.schedule.model import Schedule
from scanner.schedule.written import ScheduleRow


def notice_all(workspace: Workspace, policies: Iterable[Policy], by: Actor, now: datetime) -> None:
    """Put on record what is not as it was last noticed: configuration, inventory, waivers of the file, and the policies
    that a run judges by. Raises HistoryError."""
    from history import acts

    notice_configuration(workspace.config, by, now)
    if workspace.config.inventory is not None:  # the one in the database is on record by being there
        notice_inventory(workspace.listed, by, now)
    acts.notice("waiver.file_changed", "", _waivers(workspace), by, now)
    for policy in policies:
        acts.notice("policy.changed", policy.id, _policy(policy), by, now)


def notice_inventory(inventory: Inventory, by: Actor, now: datetime) -> None:
    """The same of an inventory, as it is written. Raises HistoryError."""
    from history import acts

    acts.notice("inventory.changed", "", state(inventory), by, now)


def notice_configuration(config: Config, by: Actor, now: datetime) -> None:
    """The same of what khien.yaml says of scans and reports. Raises HistoryError."""
    from history import acts

    acts.notice("configuration.changed", "", _configuration(config), by, now)


def _configuration(config: Config) -> dict[str, Any]:
    """Only what is named here: no addresses of webhooks, which may hold secrets, and never the database's."""
    schedules = zip(config.schedules, config.written_schedules, strict=True)
    mail = config.mail
    return {
        "policy": config.policy,
        "vantage": config.vantage,
        "scan": config.scan.model_dump(mode="json"),
        "schedules": {settled.name: _schedule(settled, written) for settled, written in schedules},
        "signing": None if config.signing is None else config.signing.model_dump(mode="json"),
        "ledger": None if config.ledger is None else config.ledger.model_dump(mode="json"),
        "console": config.console.model_dump(mode="json"),
        "history": config.history.model_dump(mode="json"),
        "mail": None if mail is None else {"host": mail.host, "sender": mail.sender, "tls": mail.tls},
        "report": {
            "issuer": plain(config.letter.issuer),
            "signer": config.letter.signer,
            "symbol": config.letter.symbol,
        },
    }


def _schedule(settled: Schedule, written: ScheduleRow) -> dict[str, Any]:
    row = written.model_dump(mode="json", by_alias=True, exclude={"name"})
    days = [{"name": each.name, "from": f"{each.first}", "until": f"{each.last}"} for each in settled.blackouts]
    return {**row, "blackouts": days}


def _waivers(workspace: Workspace) -> dict[str, Any]:
    owner = {each.id: each.agency for each in workspace.listed.assets}
    agencies: dict[str, dict[str, dict[str, Any]]] = {}
    for waiver in workspace.written.waivers:
        agency = waiver.agency or owner[waiver.asset]
        agencies.setdefault(agency, {"waivers": {}})["waivers"][waiver.id] = _without(plain(waiver), "id")
    return {"agencies": agencies}


def _policy(policy: Policy) -> dict[str, Any]:
    """Controls by id; the digest is the one that reports print."""
    value = _without(plain(policy), "id")
    return {
        **value,
        "digest": digest(dump(policy)),
        "controls": {each["id"]: _without(each, "id") for each in value["controls"]},
        "disabled": {each["control"]: _without(each, "control") for each in value["disabled"]},
    }


def _without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}
