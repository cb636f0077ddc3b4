"""khien inventory: check, list and import agencies and assets."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from checks.model.canonical import plain
from checks.model.inventory import Inventory
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, as_of
from scanner.cli.noticing import notice_inventory
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.past import Past
from scanner.cli.ui import print_json, print_line, print_table
from scanner.inventory.inventory import read_inventory
from scanner.inventory.urls import shown_host

FileArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        help=say(
            "Tệp YAML, XLSX, hoặc thư mục có agencies.csv và assets.csv; bỏ trống: danh mục đã cấu hình.",
            "A YAML or XLSX file, or a folder with agencies.csv and assets.csv; left out: the configured inventory.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True, help=say("Danh mục cơ quan và tài sản.", "The inventory of agencies and assets.")
    )
    group.command(
        "check", help=say("Kiểm tra một danh mục và liệt kê mọi lỗi.", "Check an inventory and list every error.")
    )(check)
    group.command(
        "list",
        help=say(
            "Liệt kê tài sản; với --as-of: danh mục của đợt rà quét gần nhất đến khi đó.",
            "List the assets; with --as-of those of the inventory that the latest run until then started from.",
        ),
    )(list_)
    group.command(
        "import",
        help=say(
            "Kiểm tra một danh mục (CSV, XLSX, YAML) rồi thay danh mục đã cấu hình bằng nó.",
            "Check an inventory (CSV, XLSX, YAML) and put it in the place of the configured one.",
        ),
    )(import_)
    app.add_typer(group, name="inventory")


def check(file: FileArgument = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    inventory = read_inventory(file or read_config(config).inventory)
    count = f"{len(inventory.agencies)}", f"{len(inventory.assets)}"
    print_line(
        say(f"Hợp lệ: {count[0]} cơ quan, {count[1]} tài sản.", f"Valid: {count[0]} agencies, {count[1]} assets.")
    )
    return 0


def list_(
    file: FileArgument = None, at: AsOfOption = None, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """See `register`. With --as-of the inventory that the latest run until then started from."""
    moment = as_of(at)
    if moment is None:
        inventory = read_inventory(file or read_config(config).inventory)
    elif file is None:
        inventory = Past(open_history(read_config(config)), moment).inventory
    else:
        raise Usage("--as-of không đi cùng FILE", "--as-of does not go with FILE")
    if json:
        print_json(
            {
                "agencies": [plain(each) for each in inventory.agencies],
                "assets": [plain(each) for each in inventory.assets],
            }
        )
        return 0
    print_table(
        [
            say("Mã", "Id"),
            say("Cơ quan", "Agency"),
            "URL",
            say("Cấp độ", "Level"),
            say("Vùng", "Zone"),
            say("Địa chỉ", "Address"),
            say("Trạng thái", "Status"),
        ],
        [
            (
                each.id,
                inventory.agency(each.agency).name.in_(LANGUAGE),
                each.url.replace(each.host, shown_host(each.host), 1),
                each.level,
                each.zone,
                each.address,
                say("đang dùng", "active") if each.status == "active" else say("đã ngừng", "retired"),
            )
            for each in inventory.assets
        ],
    )
    return 0


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("Tệp nguồn.", "The file to import."))],
    by: ByOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. What was there before is kept beside it with the suffix .bak."""
    who, now, settings = actor(by), datetime.now(UTC).replace(microsecond=0), read_config(config)
    if settings.inventory.suffix not in (".yaml", ".yml"):
        raise Usage(
            f"danh mục đã cấu hình không phải tệp YAML nên không ghi được: {settings.inventory}",
            f"the configured inventory is no YAML file and is not written to: {settings.inventory}",
        )
    inventory = read_inventory(file)
    if file.resolve() == settings.inventory.resolve():
        raise Usage("tệp nguồn chính là danh mục đã cấu hình", "the file is the configured inventory itself")
    before = read_inventory(settings.inventory) if settings.inventory.exists() else Inventory((), ())
    folder = settings.inventory.parent
    anchors = _copy_anchors(inventory, folder)
    open_history(settings, who)
    if settings.inventory.exists():
        notice_inventory(before, who, now)  # so that what somebody else had changed in the file is told apart
    _replace(settings.inventory, _yaml(inventory, anchors))
    notice_inventory(inventory, who, now)
    _show_changes(before, inventory)
    return 0


def _copy_anchors(inventory: Inventory, folder: Path) -> dict[str, str]:
    """Each anchor as a file beside the inventory; digest to file name."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    names = {}
    for name, der in inventory.anchors.items():
        file = f"anchor-{name.removeprefix('sha256:')[:16]}.pem"
        _replace(folder / file, x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode())
        names[name] = file
    return names


def _yaml(inventory: Inventory, anchors: dict[str, str]) -> str:
    """The inventory as people write it: empty fields are left out."""

    def written(value: Any) -> dict[str, Any]:
        row = {key: each for key, each in plain(value).items() if each not in (None, [], {})}
        if getattr(value, "ports", None) == ():
            row["ports"] = []  # no port is expected, which is more than not to have said
        if "trust_anchors" in row:
            row["trust_anchors"] = [anchors[each] for each in row["trust_anchors"]]
        if "authorisation" in row:
            row["authorisation"] = {key: each for key, each in row["authorisation"].items() if each not in (None, [])}
        return row

    value = {
        "agencies": [written(each) for each in inventory.agencies],
        "assets": [written(each) for each in inventory.assets],
    }
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=120)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; the one that was there stays as .bak."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    if path.exists() and path.suffix in (".yaml", ".yml"):
        path.with_name(path.name + ".bak").write_bytes(path.read_bytes())
    Path(file.name).replace(path)


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
