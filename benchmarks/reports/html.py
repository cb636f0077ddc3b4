"""The story of a report in HTML and CSS, written for speed: one class a look, tables of fixed layout, charts as SVG."""

import re
from collections.abc import Iterator
from html import escape

from reportlab.graphics import renderSVG

from benchmarks.reports.story import Block, Chart, Code, Grid, Look, Mark, Span, Story, Words

FACE = re.compile(r"LiberationSerif-\w+-\w+")
"""The name by which Khiên knows a typeface in a chart."""
SIGNS = {
    "fail": "✘",
    "pass": "✔",
    "not_assessable": "!",
    "not_applicable": "–",
    "up": "▲",
    "down": "▼",
    "same": "–",
}
CSS = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font: 13pt "Liberation Serif" } }
@page :first { @top-center { content: "" } }
body { margin: 0; font-family: "Liberation Serif" }
section { break-before: page }
section:first-child { break-before: auto }
p, h1, h2, h3, pre { margin: 0; font-weight: normal; overflow-wrap: anywhere; widows: 2; orphans: 2 }
h1, h2, h3 { break-after: avoid }
b { font-weight: bold } i { font-style: italic } code, pre { font-family: "Liberation Mono" }
a { color: inherit; text-decoration: none }
pre { white-space: pre; background: #f1f1f1; border-left: 1.5pt solid #9a9a9a; padding: 3pt }
table { border-collapse: collapse; table-layout: fixed; width: 165mm; margin: 2pt 0 8pt }
td, th { padding: 2pt 3pt; vertical-align: top; text-align: left; border-bottom: 0.3pt solid #9a9a9a }
th { background: #f1f1f1; border-bottom: 0.8pt solid; border-top: 0.8pt solid }
tr { break-inside: avoid }
"""


def html(story: Story, title: str, language: str) -> str:
    """A whole document."""
    looks: dict[Look, str] = {}
    body = "\n".join(f"<section>{''.join(_block(each, looks) for each in part)}</section>" for part in story)
    rules = "\n".join(_rule(look, name) for look, name in looks.items())
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{CSS}{rules}</style>'
    return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def _rule(look: Look, name: str) -> str:
    return (
        f".{name} {{ font-size: {look.size}pt; line-height: {look.leading}pt; text-align: {look.align}; "
        f"text-indent: {look.first:.2f}pt; color: #{look.colour}; "
        f"margin: {look.before}pt {look.right:.2f}pt {look.after}pt {look.left:.2f}pt }}"
    )


def _block(block: Block, looks: dict[Look, str]) -> str:
    match block:
        case Words():
            tag = "p" if block.level is None else f"h{block.level + 1}"
            named = f' id="{block.key}"' if block.key else ""
            return f'<{tag} class="{_class(block.look, looks)}"{named}>{"".join(_spans(block))}</{tag}>'
        case Code():
            return f'<pre class="{_class(block.look, looks)}">{escape(chr(10).join(block.lines))}</pre>'
        case Mark():
            words = "".join(_spans(block.words))
            return f'<p class="{_class(block.words.look, looks)}">{SIGNS[block.sign]} {words}</p>'
        case Chart():
            return f'<div role="img" aria-label="{escape(block.alt)}">{_svg(block)}</div>'
        case Grid():
            return _table(block, looks)


def _table(grid: Grid, looks: dict[Look, str]) -> str:
    columns = "".join(f'<col style="width: {width:.1f}pt">' for width in grid.widths)
    head = "".join(_row(row, "th", looks) for row in grid.rows[: grid.head])
    body = "".join(_row(row, "td", looks) for row in grid.rows[grid.head :])
    return f"<table><colgroup>{columns}</colgroup><thead>{head}</thead><tbody>{body}</tbody></table>"


def _row(cells: tuple[tuple[Block, ...], ...], tag: str, looks: dict[Look, str]) -> str:
    inside = (f"<{tag}>{''.join(_block(each, looks) for each in cell)}</{tag}>" for cell in cells)
    return f"<tr>{''.join(inside)}</tr>"


def _spans(words: Words) -> Iterator[str]:
    for span in words.spans:
        yield _linked(span, _faced(span, words.look))


def _faced(span: Span, look: Look) -> str:
    text = escape(span.text, quote=False)
    size = f' style="font-size: {span.size}pt"' if span.size != look.size else ""
    for wanted, tag in ((span.mono, "code"), (span.italic, "i"), (span.bold, "b")):
        if wanted:
            text, size = f"<{tag}{size}>{text}</{tag}>", ""
    return text


def _linked(span: Span, text: str) -> str:
    return f'<a href="#{span.link}">{text}</a>' if span.link else text


def _class(look: Look, looks: dict[Look, str]) -> str:
    return looks.setdefault(look, f"s{len(looks)}")


def _svg(chart: Chart) -> str:
    """The drawing within the page, in the page's own face."""
    drawn = str(renderSVG.drawToString(chart.drawing))
    start = drawn.index("<svg")
    return FACE.sub("Liberation Serif", drawn[start:])
