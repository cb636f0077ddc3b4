"""khien policy: list, show and check policies."""

from pathlib import Path
from typing import Annotated

import typer

from checks.model.canonical import plain
from policies.loader import PolicyLibrary, policy_digest, schema
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.showing import severity
from scanner.cli.ui import print_json, print_line, print_table


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Chính sách YAML.", "Policies in YAML."))
    group.command("list", help=say("Liệt kê chính sách.", "List the policies."))(list_)
    group.command(
        "show", help=say("In một chính sách đã gộp mọi phần kế thừa.", "Show a policy with all that it inherits.")
    )(show)
    group.command("check", help=say("Kiểm tra mọi chính sách trong một thư mục.", "Check every policy of a folder."))(
        check
    )
    group.command("schema", help=say("In JSON Schema của tệp chính sách.", "Print the JSON Schema of a policy file."))(
        show_schema
    )
    app.add_typer(group, name="policy")


def _library(config: Path, folder: Path | None = None) -> PolicyLibrary:
    """The built-in policies and the configured ones; without a configuration only the built-in ones."""
    folders = read_config(config).policies if config.exists() or config != DEFAULT_CONFIG else ()
    return PolicyLibrary((*folders, folder) if folder else folders)


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    found = _library(config).all()
    if json:
        print_json([{"id": each.id, "version": each.version, "digest": policy_digest(each)} for each in found])
        return 0
    print_table(
        [say("Mã", "Id"), say("Phiên bản", "Version"), say("Biện pháp", "Controls"), say("Tên", "Title")],
        [(each.id, each.version, len(each.controls), each.title.in_(LANGUAGE)) for each in found],
    )
    return 0


def show(
    policy: Annotated[str, typer.Argument(metavar="ID", help=say("Mã chính sách.", "The policy's id."))],
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    library = _library(config)
    known = {each.id: each for each in library.all()}
    if policy not in known:
        raise Usage(f"không có chính sách {policy!r}", f"there is no policy {policy!r}")
    found = known[policy]
    if json:
        print_json(plain(found))
        return 0
    print_line(f"{found.id} {found.version}: {found.title.in_(LANGUAGE)}", style="bold")
    print_line(policy_digest(found))
    print_line(say("Kế thừa: ", "Lineage: ") + ", ".join(found.lineage))
    print_table(
        [
            say("Mã", "Id"),
            say("Mức", "Severity"),
            say("Hạn (ngày)", "Due (days)"),
            say("Quy tắc", "Rule"),
            say("Nguồn", "From"),
            say("Tên", "Title"),
        ],
        [
            (each.id, severity(each.severity), each.due_days, each.check, each.origin, each.title.in_(LANGUAGE))
            for each in found.controls
        ],
    )
    for each in found.disabled:
        print_line(f"{each.control}: {say('tắt bởi', 'switched off by')} {each.by}: {each.reason.in_(LANGUAGE)}")
    return 0


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help=say("Thư mục chính sách riêng.", "A folder of policies."))
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    if folder is not None and not folder.is_dir():
        raise Usage(f"không phải thư mục: {folder}", f"not a folder: {folder}")
    found = _library(config, folder).all()
    print_line(say(f"Hợp lệ: {len(found)} chính sách.", f"Valid: {len(found)} policies."))
    return 0


def show_schema(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. It does not depend on the configuration, which every command takes."""
    print_json(schema())
    return 0
