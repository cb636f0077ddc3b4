"""khien inventory: check and list agencies and assets; `importing` replaces and writes them."""

from pathlib import Path
from typing import Annotated

import typer

from checks.model.canonical import plain
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.importing import export, import_
from scanner.cli.language import LANGUAGE, say
from scanner.cli.listing import listed
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, as_of
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
            "Kiểm tra một danh mục (CSV, XLSX, YAML) rồi thay danh mục đã cấu hình (tệp hoặc cơ sở dữ liệu) bằng nó.",
            "Check an inventory (CSV, XLSX, YAML) and put it in the place of the configured one, file or database.",
        ),
    )(import_)
    group.command(
        "export",
        help=say(
            "Ghi danh mục đang dùng ra tệp YAML hoặc XLSX mới, nhập lại được đúng như cũ; chứng thư ghi cạnh tệp.",
            "Write the inventory in force to a YAML or XLSX file, which imports again to the same; anchors beside it.",
        ),
    )(export)
    app.add_typer(group, name="inventory")


def check(file: FileArgument = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    inventory = read_inventory(file) if file is not None else listed(read_config(config))
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
        inventory = read_inventory(file) if file is not None else listed(read_config(config))
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
