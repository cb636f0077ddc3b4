"""The head of the appendix of findings: what several assets share, so that one fix serves them all."""

from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.causes import Cause, CauseKind
from reports.grouping import Problem, entry_key
from reports.messages import causes as words
from reports.messages.figures import number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Typesetter

SHOWN = 20
"""Causes that are told, those that explain most; the entries below name the others."""
CAUSE_WIDTH, ASSETS_WIDTH, COUNT_WIDTH = 46 * mm, 50 * mm, 16 * mm
COLUMNS = (
    Column(words.CAUSE, CAUSE_WIDTH),
    Column(words.ASSETS, ASSETS_WIDTH),
    Column(words.CONTROLS, TEXT_WIDTH - CAUSE_WIDTH - ASSETS_WIDTH - COUNT_WIDTH),
    Column(words.COUNT, COUNT_WIDTH),
)


def common_causes(found: Sequence[Cause], typesetter: Typesetter) -> Iterator[Flowable]:
    """One row a cause; nothing where nothing is shared."""
    if not found:
        return
    yield typesetter.heading(typesetter.say(words.HEADING), "h1", 1)
    yield typesetter.para(words.NOTE, style="note")
    yield from typesetter.table(COLUMNS, (_row(each, typesetter) for each in found[:SHOWN]))


def shared_by(problem: Problem, found: Sequence[Cause], typesetter: Typesetter) -> Iterator[Flowable]:
    """The causes that a problem has a part in, in one paragraph; nothing where it has none."""
    told = []
    for cause in found:
        count = len({failure.finding.asset for each, failure in cause.failures if each is problem})
        if count:
            shown = number(count, typesetter.language)
            told.append(
                typesetter.say(
                    words.AT, cause=cause_name(cause.kind, cause.name, cause.subject, typesetter), count=shown
                )
            )
    if told:
        line = typesetter.say(words.SHARED, causes="; ".join(told[:SHOWN]))
        yield typesetter.para(line, style="small")


def cause_name(kind: CauseKind, name: str, subject: str, typesetter: Typesetter) -> str:
    """What a cause is, in words, of what `reports.causes.Cause` says of it; what a server says of itself is cut."""
    return typesetter.say(
        words.KINDS[kind],
        name=typesetter.line(name, 60),
        subject=typesetter.line(subject or "?", 60),
        fingerprint=name[:12],
    )


def _row(cause: Cause, typesetter: Typesetter) -> tuple[Content | list[Flowable], ...]:
    assets = cause.assets
    listed = f"{number(len(assets), typesetter.language)}: {', '.join(assets)}"
    codes: list[Content] = []
    for problem in cause.problems:
        codes += [", "] if codes else []
        codes.append(typesetter.link_to(entry_key(problem), problem.control.id))
    return (
        cause_name(cause.kind, cause.name, cause.subject, typesetter),
        [typesetter.para(typesetter.line(listed, 260), style="cell")],
        [typesetter.para(*codes, style="cell")],
        number(len(cause.failures), typesetter.language),
    )
