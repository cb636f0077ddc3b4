"""khien dispute: an agency says that a finding is wrong; the team confirms or rejects it with a reason."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from checks.model.canonical import plain
from checks.model.waiver import Dispute, ManualObservation, decided
from checks.waivers import basis
from reports.messages.exceptions import DISPUTE_STATES
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import print_json, print_line, print_table
from scanner.cli.waiver import (
    ByOption,
    ControlOption,
    IdArgument,
    InstanceOption,
    OneAssetOption,
    ReasonOption,
    RunOption,
    UntilOption,
    day,
    failing,
    identifier,
    said,
    today,
    unwritten,
)

SeenOption = Annotated[
    str, typer.Option("--seen", metavar="TEXT", help=say("Điều đã quan sát bằng tay.", "What was seen by hand."))
]
SeenByOption = Annotated[
    str, typer.Option("--seen-by", metavar="NAME", help=say("Ai quan sát (--by).", "Who saw it (as --by)."))
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Khiếu nại về kết luận.", "Disputes of findings."))
    group.command("list", help=say("Liệt kê khiếu nại.", "List the disputes."))(list_)
    group.command("raise", help=say("Ghi một khiếu nại.", "Put a dispute on record."))(raise_)
    group.command(
        "confirm",
        help=say(
            "Xác nhận báo sai: kết luận vẫn giữ, được ghi riêng, và hết hiệu lực khi bằng chứng thay đổi.",
            "Confirm a false positive: the verdict stays, is listed apart, until the evidence changes.",
        ),
    )(confirm)
    group.command("reject", help=say("Không chấp nhận.", "Reject it."))(reject)
    app.add_typer(group, name="dispute")


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    found = open_history(read_config(config)).disputes()
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [
            say("Mã", "Id"),
            say("Tài sản", "Asset"),
            say("Biện pháp", "Control"),
            say("Ngày", "Raised"),
            say("Ai", "By"),
            say("Tình trạng", "State"),
            say("Quyết định", "Decided by"),
        ],
        [
            (
                each.id,
                each.asset,
                each.control,
                each.raised,
                each.raised_by,
                DISPUTE_STATES[each.state].in_(LANGUAGE),
                each.decided_by,
            )
            for each in found
        ],
    )
    return 0


def raise_(
    name: IdArgument,
    asset: OneAssetOption,
    control: ControlOption,
    by: ByOption,
    reason: ReasonOption,
    instance: InstanceOption = None,
    run: RunOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    settings = read_config(config)
    recorder = open_history(settings)
    unwritten(settings, name)
    (finding,) = failing(recorder, run, control, asset, "", instance or ())
    latest = recorder.latest_finished(asset=asset)
    keys = tuple(sorted(set(instance or ())))
    dispute = Dispute(
        id=identifier(name),
        agency=finding.agency,
        asset=asset,
        control=control,
        reason=said("--reason", reason),
        raised_by=said("--by", by),
        raised=today(),
        run=run or (latest.id if latest is not None else ""),
        basis=basis(finding, keys),
        instances=keys,
    )
    from history import matters

    matters.dispute(dispute, datetime.now(UTC).replace(microsecond=0))
    for each in finding.instances:
        if not keys or each.key in keys:
            print_line(f"{finding.id}: {each.key}")
    return 0


def confirm(
    name: IdArgument,
    by: ByOption,
    reason: ReasonOption,
    until: UntilOption = "",
    seen: SeenOption = "",
    seen_by: SeenByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    return _decide(name, True, by, reason, until, seen, seen_by, config)


def reject(
    name: IdArgument,
    by: ByOption,
    reason: ReasonOption,
    seen: SeenOption = "",
    seen_by: SeenByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    return _decide(name, False, by, reason, "", seen, seen_by, config)


def _decide(
    name: str,
    confirmed: bool,
    by: str,
    reason: str,
    until: str,
    seen: str,
    seen_by: str,
    config: ConfigOption,
) -> int:
    settings = read_config(config)
    recorder = open_history(settings)
    dispute = next((each for each in recorder.disputes() if each.id == name), None)
    if dispute is None:
        raise Usage(f"không có khiếu nại {name!r}", f"there is no dispute {name!r}")
    if seen_by and not seen:
        raise Usage("--seen-by cần --seen", "--seen-by needs --seen")
    if confirmed:
        unwritten(settings, name)
    by = said("--by", by)
    author = said("--seen-by", seen_by) if seen_by else by
    observation = ManualObservation(author, today(), said("--seen", seen)) if seen else None
    last = day("--until", until) if until else None
    from history import matters

    settled = decided(dispute, confirmed, by, today(), said("--reason", reason), last, observation)
    matters.decide(settled, datetime.now(UTC).replace(microsecond=0))
    print_line(f"{name}: {DISPUTE_STATES[settled.state].in_(LANGUAGE)}")
    return 0
