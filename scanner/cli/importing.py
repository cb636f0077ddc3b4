"""khien inventory import and export: a whole inventory into the place that is configured, and out of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from checks.model.act import Actor
from checks.model.inventory import Inventory
from reports.atomic import replacing
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.listing import keep, kept, known_anchors, listed
from scanner.cli.memory import open_history
from scanner.cli.noticing import notice_inventory
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.ui import print_line
from scanner.cli.workspace import open_workspace
from scanner.inventory.inventory import read_inventory
from scanner.inventory.written import as_xlsx, as_yaml

YAML = (".yaml", ".yml")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("Tệp nguồn.", "The file to import."))],
    by: ByOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `khien inventory`. Where the inventory is a file, the one before is kept beside it with the suffix .bak."""
    who, now, settings = actor(by), datetime.now(UTC).replace(microsecond=0), read_config(config)
    if settings.inventory is None:
        return _into_database(file, settings, who, now, config)
    return _into_file(file, settings.inventory, settings, who, now)


def export(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=say("Tệp .yaml hoặc .xlsx mới.", "A .yaml or .xlsx file that is new.")),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `khien inventory`. Raises Usage for a file that is there, and for another kind of file."""
    kind = file.suffix.lower()
    if kind not in (*YAML, ".xlsx"):
        raise Usage("xuất ra tệp .yaml hoặc .xlsx", "it is exported to a .yaml or .xlsx file")
    if file.exists():
        raise Usage(f"đã có {file}; không ghi đè", f"{file} is there already and is not overwritten")
    inventory = listed(read_config(config))
    names = _anchor_names(inventory)
    data = as_xlsx(inventory, names) if kind == ".xlsx" else as_yaml(inventory, names).encode()
    _write_anchors(inventory, names, file.parent)
    _write(file, data)
    _tell_count(inventory)
    return 0


def _into_database(file: Path, settings: Config, who: Actor, now: datetime, config: Path) -> int:
    """Only what everything else fits to is kept: policies, waivers, whom alerts go to."""
    inventory = read_inventory(file, known_anchors(settings))
    open_workspace(config, inventory)
    before = kept(settings)
    was, digest = (Inventory((), ()), "") if before is None else before
    keep(inventory, digest, who, now)
    _show_changes(was, inventory)
    return 0


def _into_file(file: Path, target: Path, settings: Config, who: Actor, now: datetime) -> int:
    if target.suffix not in YAML:
        raise Usage(
            f"danh mục đã cấu hình không phải tệp YAML nên không ghi được: {target}",
            f"the configured inventory is no YAML file and is not written to: {target}",
        )
    inventory = read_inventory(file)
    if file.resolve() == target.resolve():
        raise Usage("tệp nguồn chính là danh mục đã cấu hình", "the file is the configured inventory itself")
    there = target.exists()
    before = read_inventory(target) if there else Inventory((), ())
    names = _anchor_names(inventory)
    _write_anchors(inventory, names, target.parent)
    open_history(settings, who)
    if there:
        notice_inventory(before, who, now)  # so that what somebody else had changed in the file is told apart
        target.with_name(target.name + ".bak").write_bytes(target.read_bytes())
    _write(target, as_yaml(inventory, names).encode())
    notice_inventory(inventory, who, now)
    _show_changes(before, inventory)
    return 0


def _anchor_names(inventory: Inventory) -> dict[str, str]:
    """Digest of each anchor to the name of its file, beside that of the inventory."""
    return {name: f"anchor-{name.removeprefix('sha256:')[:16]}.pem" for name in inventory.anchors}


def _write_anchors(inventory: Inventory, names: dict[str, str], folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    for name, der in inventory.anchors.items():
        _write(folder / names[name], x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))


def _write(path: Path, data: bytes) -> None:
    """A file whole or not at all; one that is replaced passes its permissions on."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with replacing(path) as file:
        file.write(data)
    path.chmod(mode)


def _tell_count(inventory: Inventory) -> None:
    agencies, assets = len(inventory.agencies), len(inventory.assets)
    print_line(say(f"{agencies} cơ quan, {assets} tài sản.", f"{agencies} agencies, {assets} assets."))


def _show_changes(before: Inventory, after: Inventory) -> None:
    old = {each.id: each for each in before.assets}
    new = {each.id: each for each in after.assets}
    added = sorted(new.keys() - old.keys())
    gone = sorted(old.keys() - new.keys())
    changed = sorted(key for key in new.keys() & old.keys() if new[key] != old[key])
    for label, ids in (
        (say("Thêm", "Added"), added),
        (say("Đổi", "Changed"), changed),
        (say("Không còn", "Gone"), gone),
    ):
        print_line(
            f"{label}: {len(ids)}" + (f" ({', '.join(ids[:20])}{' ...' if len(ids) > 20 else ''})" if ids else "")
        )
