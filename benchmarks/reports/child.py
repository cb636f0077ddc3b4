"""A typesetter that is a library of Python, in a process of its own: it sets what it finds in a folder, one by one.

    python -m benchmarks.reports.child TOOL FOLDER

Prints for each document how long it took, in JSON. One document before them all is not counted: imports, typefaces and
style sheets are read once a process, as they are where many reports are made.
"""

import json
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.model.text import Language

LANGUAGE: Language = "vi"


def main() -> None:
    """Set every document, and tell."""
    tool, folder = sys.argv[1], Path(sys.argv[2])
    suffix, setter = TOOLS[tool]
    make = setter()
    inputs = sorted(folder.glob(f"*{suffix}"))
    make(inputs[0].read_bytes())
    taken = []
    for each in inputs:
        data = each.read_bytes()
        wall, cpu = time.monotonic(), time.process_time()
        made = make(data)
        taken.append({"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu})
        each.with_suffix(f".{tool}.pdf").write_bytes(made)
    print(json.dumps(taken))


def _khien() -> Callable[[bytes], bytes]:
    from reports.formats.pdf import typeset

    return lambda data: typeset(pickle.loads(data), LANGUAGE)


def _khien_files() -> Callable[[bytes], bytes]:
    from reports.formats.agency import Wanted, agency_files
    from reports.formats.pdf import Pdf

    return lambda data: agency_files(pickle.loads(data), Wanted((Pdf(),), (LANGUAGE,)))[0].data


def _weasyprint(**options: Any) -> Callable[[bytes], bytes]:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()

    def make(data: bytes) -> bytes:
        pdf: bytes = HTML(string=data.decode()).write_pdf(font_config=fonts, **options)
        return pdf

    return make


TOOLS: dict[str, tuple[str, Callable[[], Callable[[bytes], bytes]]]] = {
    "khien": (".pickle", _khien),
    "khien-files": (".pickle", _khien_files),
    "weasyprint": (".html", _weasyprint),
    "weasyprint-a3a": (".html", lambda: _weasyprint(pdf_variant="pdf/a-3a", pdf_tags=True)),
}
"""By name: what its inputs end in, and what makes it ready."""


if __name__ == "__main__":
    main()
