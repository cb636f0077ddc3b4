"""khien history diff: what became of every finding from one run, or one moment, to another."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checks.compare import Change, compare, first_seen_before
from checks.model.canonical import adapter, plain
from reports.messages.exceptions import CHANGE_REASONS
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import SinceOption, UntilOption, local_day, period
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, AssetOption, ConfigOption, JsonOption, SchemaOption
from scanner.cli.past import Past, all_judged
from scanner.cli.ui import print_json, print_table

if TYPE_CHECKING:
    from history.store import Recorder

CHANGE_WORDS = {
    "new": say("mới", "new"),
    "fixed": say("đã khắc phục", "fixed"),
    "regressed": say("tái diễn", "regressed"),
    "still_failing": say("còn tồn tại", "still failing"),
    "no_longer_assessable": say("không còn đánh giá được", "no longer assessable"),
    "newly_assessable": say("nay đánh giá được", "newly assessable"),
    "scope_changed": say("phạm vi thay đổi", "scope changed"),
    "rule_changed": say("quy tắc thay đổi", "rule changed"),
}
AllOption = Annotated[
    bool, typer.Option("--all", help=say("Kể cả những gì vẫn không đạt như cũ.", "Also what still fails as it did."))
]


def register(group: typer.Typer) -> None:
    """Add the command below `khien history`."""
    group.command(
        "diff",
        help=say(
            "So sánh hai đợt (diff RUN RUN), hoặc tình trạng đầu và cuối một thời kỳ (--from, --to): với từng tài sản "
            "theo lần rà quét gần nhất đến khi đó. Không kể những gì như cũ, trừ khi có --all.",
            "Compare two runs (diff RUN RUN), or how everything stood at the beginning and at the end of a period "
            "(--from, --to): each asset by the latest look at it until then. What is as it was is left out, unless "
            "--all is given.",
        ),
    )(diff)


def diff(
    before: Annotated[str | None, typer.Argument(metavar="[RUN]", help=say("Đợt trước.", "The earlier run."))] = None,
    after: Annotated[str | None, typer.Argument(metavar="[RUN]", help=say("Đợt sau.", "The later run."))] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    agency: AgencyOption = None,
    asset: AssetOption = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help=say("Kể cả những gì vẫn không đạt như cũ.", "Also what still fails as it did.")),
    ] = False,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    if show_schema:
        print_json(schema())
        return 0
    if (before is None) == (since is None) or (before is None) != (after is None) or (since is None and until):
        raise Usage(
            "cần hai mã đợt, hoặc --from (kèm --to nếu không phải đến nay)",
            "give two runs, or --from (with --to, unless up to now)",
        )
    begin, end = period(since, until)
    recorder = open_history(read_config(config))
    if before is not None and after is not None:
        found = of_runs(recorder, (before, after), agency or (), asset or (), everything)
    else:
        found = of_moments(Past(recorder, begin), Past(recorder, end), agency or (), asset or (), everything)
    from history.differences import differs

    told = [each for each in found if differs(each) or (everything and each.kind != "unchanged")]
    if json:
        print_json([plain(each) for each in told])
        return 0
    print_table(
        [say("Tài sản", "Asset"), say("Biện pháp", "Control"), say("Thay đổi", "Change"), say("Lý do", "Reason")],
        [row for each in told for row in change_rows(each)],
    )
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema of `diff --json`."""
    return adapter(tuple[Change, ...]).json_schema()


def of_runs(
    recorder: "Recorder", ids: tuple[str, str], agencies: Sequence[str], assets: Sequence[str], everything: bool = False
) -> tuple[Change, ...]:
    """What became of the findings of one run in another; of what is the same only where `everything` is wanted.

    Raises UnknownRun, Damaged, and Usage for one that is not finished.
    """
    from history import differences

    finished = differences.finished(ids)
    for each in ids:
        if each not in finished:
            raise Usage(f"đợt {each} chưa kết thúc", f"run {each} is not finished")
    first, second = (finished[each] for each in ids)
    names = Past(recorder, max(first.finished, second.finished)).names(agencies)
    said = differences.told(first, names, assets), differences.told(second, names, assets)
    all_judged(assets, said[0].keys() | said[1].keys())
    return differences.between((first, second), said, local_day(first.at), everything)


def of_moments(
    before: Past, after: Past, agencies: Sequence[str], assets: Sequence[str], everything: bool = False
) -> tuple[Change, ...]:
    """What became of every finding from one moment to another; the same. Raises Usage, Damaged."""
    from history.readings import differing, state

    told = [before.latest(agencies, assets), after.latest(agencies, assets)]
    all_judged(assets, told[0].keys() | told[1].keys())
    bodies = differing(told[0], told[1], everything)
    first, second = (
        past.side(state({name: own for name, own in each.items() if own[-1].findings in bodies}, bodies), each)
        for past, each in zip((before, after), told, strict=True)
    )
    return compare(first, second, first_seen_before(second.findings, before.at.date()))


def change_rows(change: Change) -> Iterator[tuple[str, ...]]:
    """What became of a finding, and below it of each of its faults of which another thing is to be said."""
    yield change.asset, change.control, CHANGE_WORDS[change.kind], CHANGE_REASONS[change.reason].in_(LANGUAGE)
    for each in change.instances:
        if (each.kind, each.reason) != (change.kind, change.reason):
            yield "", f"  {each.key}", CHANGE_WORDS[each.kind], CHANGE_REASONS[each.reason].in_(LANGUAGE)
