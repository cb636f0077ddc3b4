"""The story of a report for LaTeX, written for speed: one run, longtables of fixed columns, charts as PDF files.

pdfLaTeX sets it in TeX Gyre Termes and Cursor (encoding T5), LuaLaTeX in Liberation as Khiên does. `bookmark` writes
the outline in the first run, and columns of fixed widths need no second.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from reportlab.graphics import renderPDF

from benchmarks.reports.story import Block, Chart, Code, Grid, Look, Mark, Span, Story, Words

PREAMBLE = r"""
\documentclass[13pt,a4paper,oneside]{article}
%s
\usepackage[a4paper,left=30mm,right=15mm,top=20mm,bottom=20mm,headsep=4mm]{geometry}
\usepackage{array,longtable,graphicx,xcolor,colortbl}
\usepackage[hidelinks,pdfusetitle]{hyperref}
\usepackage{bookmark}
\usepackage{fancyhdr}
\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}\chead{\thepage}
\setlength{\parindent}{0pt}\setlength{\parskip}{0pt}\setlength{\tabcolsep}{3pt}\setlength{\LTleft}{0pt}
\setlength{\LTpre}{2pt}\setlength{\LTpost}{8pt}\setlength{\emergencystretch}{3em}\hfuzz=100pt\hbadness=10000\vbadness=10000
\sloppy\raggedbottom
\newcommand\w[9]{{\par\gap{#5}\leftskip#3pt\rightskip#4pt\parindent#2pt#8\fontsize{#1}{#7}\selectfont #9\par}\gap{#6}}
\newcommand\gap[1]{\ifdim#1pt>0pt\vskip#1pt\relax\fi}
"""
PDFLATEX = r"""
\usepackage[utf8]{inputenc}
\usepackage[T5]{fontenc}
\usepackage{textcomp,amssymb}
\usepackage{tgtermes,tgcursor}
"""
LUALATEX = r"""
\usepackage{fontspec}
\usepackage{amssymb}
\setmainfont{Liberation Serif}
\setmonofont{Liberation Mono}
"""
SIGNS = {
    "fail": r"$\times$",
    "pass": r"$\checkmark$",
    "not_assessable": r"\textbf{!}",
    "not_applicable": "--",
    "up": r"$\blacktriangle$",
    "down": r"$\blacktriangledown$",
    "same": "--",
}
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "%": r"\%",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "'": "'",
    "·": r"\textperiodcentered{}",
    "…": r"\dots{}",
    "×": r"$\times$",
    "→": r"$\to$",
    "•": r"\textbullet{}",
    "−": "$-$",
    "–": "--",
    "\u00a0": "~",
}
LONG = re.compile(r"\S{16,}")
"""A word that may be broken anywhere."""
ALIGNMENTS = {"left": r"\raggedright", "center": r"\centering", "right": r"\raggedleft", "justify": ""}


def preamble(engine: str) -> str:
    """What stands before the document: the same for every report."""
    return PREAMBLE % (LUALATEX if engine == "lualatex" else PDFLATEX)


def latex(story: Story, title: str, charts: Path) -> str:
    """A document without its preamble; its charts are put into a folder."""
    charts.mkdir(parents=True, exist_ok=True)
    writer = _Writer(charts)
    body = "\n\\clearpage\n".join("\n".join(map(writer.block, part)) for part in story)
    return f"\\title{{{_text(title)}}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


class _Writer:
    def __init__(self, charts: Path) -> None:
        self._charts, self._count = charts, 0

    def block(self, block: Block) -> str:
        """One piece."""
        match block:
            case Words():
                return f"{self._target(block)}{_set(block.look, ''.join(map(_span, block.spans)))}"
            case Code():
                lines = (r"\mbox{" + _code(line) + r"}\par" for line in block.lines)
                size = f"\\fontsize{{{block.look.size}}}{{{block.look.leading}}}\\selectfont"
                return f"{{\\par\\gap{{2}}\\ttfamily{size} {chr(10).join(lines)}}}\\gap{{6}}"
            case Mark():
                return _set(block.words.look, f"{SIGNS[block.sign]} {''.join(map(_span, block.words.spans))}")
            case Chart():
                return self._chart(block)
            case Grid():
                return self._long(block) if block.head else self._short(block)

    def _target(self, words: Words) -> str:
        if words.level is None:
            return ""
        mark = f"\\bookmark[level={words.level},dest={words.key}]{{{_text(words.title)}}}"
        return f"\\par\\penalty-200\\hypertarget{{{words.key}}}{{}}{mark}"

    def _chart(self, chart: Chart) -> str:
        self._count += 1
        path = self._charts / f"{self._count}.pdf"
        renderPDF.drawToFile(chart.drawing, str(path), autoSize=1)
        return f"\\includegraphics{{{path}}}\\par"

    def _long(self, grid: Grid) -> str:
        head = "".join(self._row(row, True) for row in grid.rows[: grid.head])
        body = "".join(self._row(row, False) for row in grid.rows[grid.head :])
        return f"\\begin{{longtable}}{{{_columns(grid)}}}\n\\hline{head}\\hline\\endhead\n{body}\\end{{longtable}}"

    def _short(self, grid: Grid) -> str:
        rows = "".join(self._row(row, False) for row in grid.rows)
        return f"\\par\\begin{{tabular}}{{{_columns(grid)}}}\n{rows}\\end{{tabular}}\\par"

    def _row(self, cells: tuple[tuple[Block, ...], ...], head: bool) -> str:
        shade = r"\rowcolor[gray]{0.945}" if head else ""
        # After a paragraph's end LaTeX would set one more line, of a strut alone.
        inside = ("".join(map(self.block, cell)) + r"\nointerlineskip " for cell in cells)
        return shade + " & ".join(inside) + r"\\\hline" + "\n"


def _columns(grid: Grid) -> str:
    return "".join(rf"p{{{width - 6:.1f}pt}}" for width in grid.widths)


def _set(look: Look, text: str) -> str:
    r"""A paragraph by the macro \w of the preamble."""
    lengths = (
        look.size,
        f"{look.first:.1f}",
        f"{look.left:.1f}",
        f"{look.right:.1f}",
        look.before,
        look.after,
        look.leading,
    )
    arguments = "".join(f"{{{each}}}" for each in lengths)
    colour = "" if look.colour == "000000" else rf"\color[HTML]{{{look.colour.upper()}}}"
    return f"\\w{arguments}{{{ALIGNMENTS[look.align]}{colour}}}{{{text}}}"


def _span(span: Span) -> str:
    text = _text(span.text)
    for wanted, command in ((span.mono, "texttt"), (span.italic, "textit"), (span.bold, "textbf")):
        text = f"\\{command}{{{text}}}" if wanted else text
    return f"\\hyperlink{{{span.link}}}{{{text}}}" if span.link else text


def _text(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Escaped, with places to break inside long words."""
    last = 0
    for word in LONG.finditer(text):
        yield _escaped(text[last : word.start()])
        yield r"\allowbreak{}".join(map(_escaped, re.findall(r".{1,8}", word[0])))
        last = word.end()
    yield _escaped(text[last:])


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(each, each) for each in text)


def _code(line: str) -> str:
    return _escaped(line).replace(" ", r"\ ")
