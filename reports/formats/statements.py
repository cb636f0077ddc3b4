"""The controls that a report judges by, each statement once, with its advice: for formats that list rules (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.model.canonical import dump
from checks.model.policy import Basis, Control, Policy
from checks.model.text import Language
from reports.formats.clean import block, fenced, line, markdown
from reports.messages import labels
from reports.model import AgencyReport

StatementKey = tuple[str, str]
"""Id of the policy that an asset is judged by, id of the control."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One control as one policy states it."""

    id: str
    """The control's. Where another policy than the agency's own states it otherwise, that policy's follows it, after a
    slash."""
    control: Control
    policy: Policy


def statements(report: AgencyReport) -> Mapping[StatementKey, Statement]:
    """The statement of every finding whose policy still has the control, in the order of their ids."""
    own = {each.id: dump(each) for each in report.policy.controls}
    found: dict[StatementKey, Statement] = {}
    for asset in report.assets:
        for finding in asset.findings:
            key = (asset.policy.id, finding.control)
            control = asset.policy.control(finding.control) if key not in found else None
            if control is not None:
                same = own.get(control.id) == dump(control)
                name = control.id if same else f"{control.id}/{asset.policy.id}"
                found[key] = Statement(name, control, report.policy if same else asset.policy)
    return dict(sorted(found.items(), key=lambda item: (item[1].id, item[0])))


def remedy(control: Control, language: Language) -> str:
    """What to do, in words."""
    return block(control.remediation.vi if language == "vi" else control.remediation.en)


def to_paste(control: Control) -> Iterator[tuple[str, str, str]]:
    """The lines for each server that the control has some for: its name, the name of its syntax, the lines."""
    syntaxes = {"nginx": "nginx", "apache": "apache", "iis": "powershell"}
    for server, syntax in syntaxes.items():
        lines: str | None = getattr(control.remediation, server)
        if lines is not None:
            yield labels.SERVER_NAMES[server], syntax, lines


def fix_in_markdown(control: Control, language: Language) -> str:
    """What to do in words, and the lines to paste."""
    parts = [markdown(remedy(control, language))]
    for server, syntax, lines in to_paste(control):
        parts += [f"**{server}**", fenced(lines, syntax)]
    return "\n\n".join(parts)


def bases(control: Control, language: Language) -> list[str]:
    """What the control rests on: the document, what kind of rule it is, and how far it was checked."""
    return [basis_words(each, language) for each in control.basis] or [labels.BASIS_NONE.in_(language)]


def basis_words(basis: Basis, language: Language) -> str:
    """One basis in one line."""
    document = line(basis.document, 200)
    if basis.clause is not None:
        document += ", " + labels.CLAUSE.in_(language).format(clause=line(basis.clause, 80))
    kind, confidence = labels.BASIS_KINDS[basis.kind], labels.CONFIDENCES[basis.confidence]
    return f"{document} – {kind.in_(language)}; {confidence.in_(language)}"
