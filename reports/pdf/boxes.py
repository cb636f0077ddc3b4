"""The figures at the head of a report card: boxes side by side, with what they were last time."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Table

from checks.model.text import Text
from reports.messages import card, labels
from reports.messages.figures import change, percent
from reports.pdf.charts import Moved
from reports.pdf.typesetter import RULE, SHADE, TEXT_WIDTH, Typesetter


def boxes(cells: Sequence[list[Flowable]], typesetter: Typesetter) -> Table:
    """Boxes of one width."""
    style = [
        *typesetter.plain,
        ("BACKGROUND", (0, 0), (-1, -1), SHADE),
        ("BOX", (0, 0), (-1, -1), 0.5, RULE),
        ("INNERGRID", (0, 0), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([list(cells)], colWidths=[TEXT_WIDTH / len(cells)] * len(cells), style=style, spaceAfter=4)


def box(name: Text, value: str, typesetter: Typesetter) -> list[Flowable]:
    """A figure below its name."""
    # Words in place of a figure ("not determined") are longer than figures are.
    shown = typesetter.para(value, style="figure" if len(value) <= 7 else "figure_words")
    return [typesetter.para(name, style="figure_name"), shown]


def share(name: Text, now: int | None, before: int | None, typesetter: Typesetter) -> list[Flowable]:
    """A share in basis points, what it was last time, and how far it has moved."""
    made = box(name, percent(now, typesetter.language), typesetter)
    if before is None:
        return made
    told = typesetter.say(labels.LAST_RUN, value=percent(before, typesetter.language))
    made.append(typesetter.para(told, style="figure_name"))
    if now is not None:
        moved = now // 10 - before // 10
        shown = change(now, before, typesetter.language)
        words = typesetter.say(card.POINTS, change=shown) if moved else typesetter.say(card.NO_CHANGE)
        made.append(Moved(moved, typesetter.para(words, style="figure_name")))
    return made
