"""A bundle for an auditor to take away, as `khien history export` makes it (`history.bundle`): of a run, or of the runs
of a period. One is made at a time, within bounds, into a file that is gone when it was sent."""

import tempfile
from collections.abc import Iterable, Iterator

from django.http import FileResponse, HttpResponse, HttpResponseBase

from checks.model.text import Text
from console import audit_words, days, journal
from console.alone import alone
from console.pages import page
from console.request import Request, Unclear
from history.bundle import Named
from history.bundle_files import write_archive
from history.inspection import Inspection

MOST = 60
"""Runs."""
LARGEST = 1 << 30
"""Bytes of all files of a bundle, before they are packed."""


class _TooLarge(Exception):
    """A bundle is larger than LARGEST."""


def show(request: Request) -> HttpResponseBase:
    """The form, or the bundle that it asks for; that it was taken is put on record.

    Raises NotSeen, Damaged, and Unclear where another is being made.
    """
    if request.method != "POST":
        return _form(request, None)
    try:
        runs = _chosen(request)
    except Unclear as error:
        return _form(request, error.text, 400)
    named = request.POST.get("agency", "")
    agencies = sorted(frozenset[str]().union(*(request.door.names(each, named) for each in runs))) if named else []
    if not runs or (named and not agencies):
        return _form(request, audit_words.EXPORT_NONE, 404)
    if len(runs) > MOST:
        return _form(request, audit_words.export_most(MOST), 409)
    file = tempfile.TemporaryFile()  # the answer closes it
    try:
        with alone():
            write_archive(file, _bounded(Inspection(request.door).bundle(runs, agencies)))
    except _TooLarge:
        file.close()
        return _form(request, audit_words.export_large(LARGEST >> 20), 409)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"khien-{'-'.join(dict.fromkeys((runs[0], runs[-1])))}{''.join(f'-{each}' for each in agencies[:1])}.zip"
    by = journal.signed_in(request.account.name)
    journal.note("data.downloaded", by, name, tuple(agencies), {"runs": runs})
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _chosen(request: Request) -> list[str]:
    """The runs that the form names, oldest first. Raises Unclear, NotSeen."""
    run = request.POST.get("run", "").strip()
    if run:
        return [request.door.run(run).id]
    since, until = (days.written(request.POST.get(name, "")) for name in ("from", "to"))
    if since is None or until is None or since > until:
        raise Unclear(audit_words.EXPORT_WHICH)
    return Inspection(request.door).finished(days.begin(since), days.end(until))


def _bounded(files: Iterable[Named]) -> Iterator[Named]:
    left = LARGEST
    for name, data in files:
        left -= len(data)
        if left < 0:
            raise _TooLarge
        yield name, data


def _form(request: Request, problem: Text | None, status: int = 200) -> HttpResponse:
    latest = request.door.latest()
    agencies = () if latest is None else request.door.inventory(latest.id).agencies
    asked = request.POST if request.method == "POST" else request.GET
    return page(
        request,
        "export.html",
        status,
        problem=problem,
        agencies=[(each.id, each.name.in_(request.language)) for each in agencies],
        filters={name: asked.get(name, "") for name in ("run", "from", "to", "agency")},
    )
