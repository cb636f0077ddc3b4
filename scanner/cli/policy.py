"""khien policy: list, show, check and compare policies."""

from pathlib import Path
from typing import Annotated

import typer

from checks.model.canonical import canonical, plain
from checks.model.policy import Policy
from policies.compare import ControlChange, FieldChange, differences
from policies.loader import policy_digest, schema
from policies.strict_yaml import InputErrors
from scanner.cli import effective, impact
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, as_of
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.past import Past
from scanner.cli.showing import severity
from scanner.cli.ui import clean, note, print_json, print_line, print_table
from scanner.cli.workspace import open_library, policy_named

VALUE_LENGTH = 300
"""Characters of one value that the table of differences shows; the JSON form has it whole."""
PolicyArgument = Annotated[
    str | None, typer.Argument(metavar="[ID]", help=say("Mã hoặc tệp chính sách.", "The policy's id, or its file."))
]
EffectiveOption = Annotated[
    bool,
    typer.Option(
        "--effective",
        help=say(
            "Với một tài sản: từng biện pháp kèm tệp và dòng quyết định, và có áp dụng hay không.",
            "For one asset: each control with the file and line that decides it, and whether it applies.",
        ),
    ),
]
AssetOption = Annotated[str | None, typer.Option("--asset", metavar="ID", help=say("Tài sản.", "The asset."))]
CHANGE_WORDS = {"added": say("thêm", "added"), "removed": say("bỏ", "removed"), "changed": say("đổi", "changed")}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Chính sách YAML.", "Policies in YAML."))
    group.command("list", help=say("Liệt kê chính sách.", "List the policies."))(list_)
    group.command(
        "show",
        help=say(
            "In một chính sách đã gộp mọi phần kế thừa; với --as-of: như đợt rà quét gần nhất đến khi đó đã dùng.",
            "Show a policy with all that it inherits; with --as-of as the latest run until then had it.",
        ),
    )(show)
    group.command("check", help=say("Kiểm tra mọi chính sách trong một thư mục.", "Check every policy of a folder."))(
        check
    )
    group.command("schema", help=say("In JSON Schema của tệp chính sách.", "Print the JSON Schema of a policy file."))(
        show_schema
    )
    group.command(
        "diff",
        help=say(
            "So sánh hai chính sách: biện pháp thêm, bỏ và từng nội dung thay đổi.",
            "Compare two policies: controls added, removed, and changed field by field.",
        ),
    )(diff)
    impact.register(group)
    app.add_typer(group, name="policy")


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    found = open_library(config).all()
    if json:
        print_json([{"id": each.id, "version": each.version, "digest": policy_digest(each)} for each in found])
        return 0
    print_table(
        [say("Mã", "Id"), say("Phiên bản", "Version"), say("Biện pháp", "Controls"), say("Tên", "Title")],
        [(each.id, each.version, len(each.controls), each.title.in_(LANGUAGE)) for each in found],
    )
    return 0


def show(
    policy: PolicyArgument = None,
    explain: EffectiveOption = False,
    asset: AssetOption = None,
    at: AsOfOption = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. With --as-of the policy as the latest run until then that judged by it had it."""
    moment = as_of(at)
    if moment is not None and (explain or asset is not None):
        raise Usage("--as-of không đi cùng --effective", "--as-of does not go with --effective")
    if explain or asset is not None:
        if asset is None:
            raise Usage("--effective cần --asset", "--effective needs --asset")
        effective.show(asset, policy, config, json)
        return 0
    if policy is None:
        raise Usage("cần mã chính sách", "a policy is needed")
    if moment is None:
        found = policy_named(policy, config)
    else:
        run, found = Past(open_history(read_config(config)), moment).policy(policy)
        note(say(f"theo đợt {run.id}", f"as in run {run.id}"))
    if json:
        print_json(plain(found))
    else:
        _tell(found)
    return 0


def _tell(found: Policy) -> None:
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
            say("Áp dụng từ", "From day"),
            say("Tên", "Title"),
        ],
        [
            (
                each.id,
                severity(each.severity),
                each.due_days,
                each.check,
                each.origin,
                each.effective,
                each.title.in_(LANGUAGE),
            )
            for each in found.controls
        ],
    )
    for each in found.disabled:
        print_line(f"{each.control}: {say('tắt bởi', 'switched off by')} {each.by}: {each.reason.in_(LANGUAGE)}")


def check(
    where: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]", help=say("Thư mục hoặc tệp chính sách riêng.", "A folder of policies, or one file.")
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    if where is not None and not where.exists():
        raise Usage(f"không có thư mục hoặc tệp: {where}", f"no such folder or file: {where}")
    try:
        library = open_library(config, *([where] if where is not None else []))
    except InputErrors as error:
        if not json:
            raise
        print_json(
            [{"file": each.source, "place": each.place, "message": plain(each.message)} for each in error.errors]
        )
        return 2
    found = library.of(where) if where is not None else library.all()
    if not found:
        raise Usage(f"không có tệp .yaml hoặc .yml nào trong: {where}", f"no file .yaml or .yml in: {where}")
    if json:
        print_json([])
        return 0
    for each in found:
        controls, off = len(each.controls), len(each.disabled)
        print_line(
            f"{each.id} {each.version}: "
            + say(f"{controls} biện pháp, tắt {off}", f"{controls} controls, {off} switched off")
        )
    print_line(say(f"Hợp lệ: {len(found)} chính sách.", f"Valid: {len(found)} policies."))
    return 0


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=say("Mã hoặc tệp.", "Id or file."))],
    after: Annotated[str, typer.Argument(metavar="B", help=say("Mã hoặc tệp.", "Id or file."))],
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    found = differences(policy_named(before, config), policy_named(after, config))
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [
            say("Mã", "Id"),
            say("Thay đổi", "Change"),
            say("Nội dung", "Field"),
            say("Trước", "Before"),
            say("Sau", "After"),
        ],
        [
            (each.control, CHANGE_WORDS[each.kind], field.field, _value(field.before), _value(field.after))
            for each in found
            for field in each.fields or (_whole(each),)
        ],
    )
    return 0


def _whole(change: ControlChange) -> FieldChange:
    """A control that is added or removed, by its rule."""
    before, after = (None, change.check) if change.kind == "added" else (change.check, None)
    return FieldChange("check", before, after)


def _value(value: object) -> str:
    """A value in one cell."""
    if value is None:
        return ""
    shown = clean(value if isinstance(value, str) else canonical(value).decode())
    return shown if len(shown) <= VALUE_LENGTH else shown[: VALUE_LENGTH - 1] + "…"


def show_schema(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. It does not depend on the configuration, which every command takes."""
    print_json(schema())
    return 0
