"""khien history score: compliance and coverage, from run to run or as they stood at a moment."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from checks.model.canonical import STRICT, adapter, plain
from checks.score import Score, score, score_of, together
from reports.model import Snapshot
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, SinceOption, UntilOption, as_of, period, shown
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, JsonOption, SchemaOption
from scanner.cli.past import Past
from scanner.cli.showing import percent
from scanner.cli.ui import print_json, print_table

if TYPE_CHECKING:
    from history.facts import Tallied
    from history.readings import Reading


@dataclass(frozen=True, slots=True)
class AgencyScore:
    """How an agency stood at a moment."""

    __pydantic_config__ = STRICT

    agency: str
    score: Score
    """Of its assets in use, each by the latest look at it."""


def register(group: typer.Typer) -> None:
    """Add the command below `khien history`."""
    group.command(
        "score",
        help=say(
            "Tỷ lệ tuân thủ và độ bao phủ qua các đợt, của toàn tỉnh hoặc của một cơ quan, kể cả từ trước khi cơ quan "
            "đổi tên hoặc hợp nhất. Với --as-of: của từng cơ quan vào khi đó, mỗi tài sản theo lần rà quét gần nhất.",
            "Compliance and coverage from run to run, of the estate or of an agency, also from before it was renamed "
            "or merged. With --as-of those of each agency as they stood then, each asset by the latest look at it.",
        ),
    )(score_)


def score_(
    agency: AgencyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    at: AsOfOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Of each finished scan, oldest first, what it judged; rechecks are left out: they judge a part."""
    if show_schema:
        print_json(schema() if at is None else as_of_schema())
        return 0
    if at is not None and (since or until):
        raise Usage("--as-of không đi cùng --from, --to", "--as-of does not go with --from, --to")
    moment, (begin, end) = as_of(at), period(since, until)
    recorder = open_history(read_config(config))
    past = Past(recorder, moment or end)
    if at is not None:
        _tell(standing(past, agency or ()), json)
        return 0
    runs = [each for each in reversed(past.runs) if each.whole and (begin is None or each.started >= begin)]
    found = [_point(each) for each in recorder.series(runs, past.names(agency or ()))]
    if json:
        print_json([plain(each) for each in found])
        return 0
    rows = [(each.run, shown(each.started), *_figures(each.score)) for each in found]
    print_table([say("Đợt", "Run"), say("Bắt đầu", "Started"), *_headings()], rows)
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema of `score --json`."""
    return adapter(tuple[Snapshot, ...]).json_schema()


def as_of_schema() -> dict[str, Any]:
    """The JSON Schema of `score --as-of DATE --json`."""
    return adapter(tuple[AgencyScore, ...]).json_schema()


def standing(past: Past, agencies: "list[str] | tuple[()]") -> list[AgencyScore]:
    """How agencies stood at a moment, in the order of their ids; those without a finding are left out.

    Raises Usage for an unknown one, Damaged.
    """
    told = past.latest(agencies)
    own: dict[str, dict[str, tuple[Reading, ...]]] = {}
    for asset, readings in told.items():
        own.setdefault(past.owner(asset, readings[0].agency), {})[asset] = readings
    runs = {each.run.id: each.run for readings in told.values() for each in readings}
    held = Counter((each.run.id, each.agency) for each in past.recorder.readings(runs.values()))
    return [AgencyScore(agency, _score(past, each, held)) for agency, each in sorted(own.items())]


def _score(past: Past, own: "dict[str, tuple[Reading, ...]]", held: "Counter[tuple[str, str]]") -> Score:
    """The figures of assets: those that a run counted of their agency, where they are all of one run and all of it."""
    places = {(each.run.id, each.agency) for readings in own.values() for each in readings}
    (run, agency), *others = places
    if not others and held[run, agency] == len(own) == sum(map(len, own.values())):
        return score_of(past.recorder.tally(run, agency=agency))
    return score(past.state_of(own).findings)


def _tell(found: list[AgencyScore], json: bool) -> None:
    if json:
        print_json([plain(each) for each in found])
        return
    rows = [(each.agency, *_figures(each.score)) for each in found]
    if len(found) > 1:
        rows.append((say("Tất cả", "All"), *_figures(together(each.score for each in found))))
    print_table([say("Cơ quan", "Agency"), *_headings()], rows)


def _headings() -> list[str]:
    return [
        say("Điểm", "Score"),
        say("Độ bao phủ", "Coverage"),
        say("Đạt", "Pass"),
        say("Không đạt", "Fail"),
        say("Chưa đánh giá được", "Not assessable"),
    ]


def _figures(found: Score) -> tuple[object, ...]:
    counts = found.counts["pass"], found.counts["fail"], found.counts["not_assessable"]
    return (percent(found.score), percent(found.coverage), *counts)


def _point(tallied: "Tallied") -> Snapshot:
    return Snapshot(tallied.run.id, tallied.run.started, score_of(tallied.tally))
