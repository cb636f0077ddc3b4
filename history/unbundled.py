"""The runs of a bundle in an empty database, so that they can be read and judged like any others. What is put there has
been checked before (`history.bundle_audit`)."""

from checks.model.canonical import load
from checks.model.finding import Finding
from checks.score import counted_all
from history import models, rows, seal, sealed
from history.bundle_audit import Bundle
from history.chain import BATCH
from history.facts import Closing, Opening
from history.ledger import Leaf


def fill(bundle: Bundle) -> None:
    """Store the whole runs of a bundle in which nothing is wrong. Raises ValueError, KeyError, BadBundle."""
    names = [f"sha256:{name[8:]}" for name in bundle.files.sizes if name.startswith("objects/")]
    for start in range(0, len(names), BATCH):
        seal.store({name: bundle.object(name) for name in names[start : start + BATCH]})
    for entries in bundle.runs.values():
        _run(bundle, entries)


def _run(bundle: Bundle, entries: list[Leaf]) -> None:
    opened, closed = (next(each.content for each in entries if each.kind == kind) for kind in ("opening", "closing"))
    opening, closing = load(Opening, bundle.object(opened)), load(Closing, bundle.object(closed))
    run = rows.run_row(opening, opened)
    run.save()
    record = next(leaf.content for leaf in bundle.leaves if (leaf.kind, leaf.subject) == ("run", opening.id))
    rows.end_row(closing, closed, record).save()
    findings: dict[str, tuple[Finding, ...]] = {}
    agencies = {}
    for agency, content in closing.agencies.items():
        agencies[content] = parts = sealed.load_parts(bundle.object(content))
        own = {part.findings: sealed.lines(bundle.object(part.findings)) for part in parts.values() if part.findings}
        findings |= {name: tuple(load(Finding, line) for line in lines) for name, lines in own.items()}
        tally = counted_all(finding for name in own for finding in findings[name])
        models.AgencyRecord(run=run, agency=agency, content_id=content, tally=sealed.tally_text(tally)).save()
    seal.store_briefs(findings, agencies)
