"""khien history acts: who did what, when, and what was before and after."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from checks.difference import lines
from checks.model.act import Deed
from checks.model.canonical import adapter, canonical, plain
from reports.messages.acts import FIRST, VIA, codes, words
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import LOCAL, SinceOption, UntilOption, period
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, SchemaOption
from scanner.cli.ui import print_json, print_table

CHANGES = 20
"""Changes of one act that the table shows."""
LENGTH = 80
"""Characters of one value in it."""

WhoOption = Annotated[
    str,
    typer.Option("--who", metavar="NAME", help=say("Chỉ việc của người hoặc tài khoản này.", "Of this person only.")),
]
WhatOption = Annotated[
    str,
    typer.Option(
        "--what",
        metavar="CODE",
        help=say(
            "Chỉ loại việc này, ví dụ waiver hoặc waiver.granted.", "Only acts of this kind, as waiver, waiver.granted."
        ),
    ),
]
OneAgencyOption = Annotated[
    str, typer.Option("--agency", metavar="ID", help=say("Chỉ việc liên quan cơ quan này.", "About this agency only."))
]


def register(group: typer.Typer) -> None:
    """Add the command below `khien history`."""
    group.command(
        "acts",
        help=say(
            "Ai đã làm gì, lúc nào, trước và sau ra sao: rà quét, đổi danh mục, chính sách, cấu hình, miễn trừ, khiếu "
            "nại, ban hành và gửi báo cáo, cảnh báo, dừng khẩn cấp, sao lưu. Tất cả trong một danh sách theo thời "
            "gian.\n\nTệp sửa tay được ghi nhận khi một lệnh bắt đầu dùng nội dung mới, kèm người chạy lệnh đó.",
            "Who did what, when, and what was before and after: scans, changes of inventory, policies and "
            "configuration, waivers, disputes, reports issued and sent, alerts, emergency stops, backups. All in one "
            "list in order of time.\n\nWhat somebody edits in a file is put on record when a command first acts on "
            "it, with who ran that command.",
        ),
    )(acts)


def acts(
    since: SinceOption = None,
    until: UntilOption = None,
    who: WhoOption = "",
    what: WhatOption = "",
    agency: OneAgencyOption = "",
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage for a kind of act or a day that there is not."""
    if show_schema:
        print_json(schema())
        return 0
    if what and what not in codes():
        known = ", ".join(codes())
        raise Usage(f"--what không có {what!r}; chọn trong: {known}", f"there is no act {what!r}; one of: {known}")
    span = period(since, until)
    open_history(read_config(config))
    from history import heirs
    from history.chronicle import Wanted, deeds

    found = deeds(Wanted(*span, who, what, heirs.names(agency) if agency else ()))
    if json:
        print_json([plain(each) for each in found])
        return 0
    headings = [say("Lúc", "When"), say("Ai", "Who"), say("Qua", "Through"), say("Việc", "Act")]
    headings += [say("Đối tượng", "Subject"), say("Cơ quan", "Agency"), say("Chi tiết", "Details")]
    print_table(headings, [row for each in found for row in _rows(each)])
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema of what `--json` prints."""
    found: dict[str, Any] = adapter(tuple[Deed, ...]).json_schema()
    return found


def _rows(deed: Deed) -> Iterator[Sequence[str]]:
    """An act, and below it each place at which something changed."""
    told = _changes(deed)
    first = deed.before is None and deed.after is not None and deed.after.whole
    yield (
        deed.at.astimezone(LOCAL).isoformat(" ", "seconds"),
        _person(deed),
        "–" if deed.via is None else VIA[deed.via].in_(LANGUAGE),
        words(deed.what).in_(LANGUAGE),
        deed.subject,
        ", ".join(deed.agencies),
        deed.reason or (FIRST.in_(LANGUAGE) if first else ""),
    )
    for path, change in told[:CHANGES]:
        yield "", "", "", "", path, "", change
    if len(told) > CHANGES:
        left = len(told) - CHANGES
        yield "", "", "", "", "", "", say(f"và {left} thay đổi khác (--json)", f"and {left} more (--json)")


def _person(deed: Deed) -> str:
    if not deed.account or deed.account == deed.who:
        return deed.who or "–"
    return f"{deed.who} ({deed.account})"


def _changes(deed: Deed) -> list[tuple[str, str]]:
    was, now = ({} if side is None else side.value for side in (deed.before, deed.after))
    compared = deed.before is not None
    return [
        (
            f"  {'.'.join(each.path)}",
            f"{_value(each.before)} → {_value(each.after)}" if compared else _value(each.after),
        )
        for each in lines(was, now)
        if compared or each.after not in (None, "")
    ]


def _value(value: Any) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else canonical(value).decode()
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"
