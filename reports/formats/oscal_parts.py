"""The small parts that OSCAL documents are made of: properties, tokens, sentences and names (pure)."""

import re

from checks.model.policy import Policy
from checks.model.text import Language, Text
from reports.formats.clean import LINE, line, markdown
from reports.formats.identity import NAMESPACE, uuid_of
from reports.formats.nodes import Node, present
from reports.formats.statements import Statement
from reports.model import AgencyReport

_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]")
VALUE = 4000
"""Characters of a property."""
NOTHING = "-"
"""In place of an empty text, which OSCAL has no place for."""


def prop(name: str, value: str) -> Node:
    """A property whose name OSCAL has given."""
    return {"name": name, "value": line(value) or NOTHING}


def own(
    name: str, value: str | int | None, *, group: str | None = None, kind: str | None = None, remarks: str | None = None
) -> Node:
    """A property of Khiên's own; `group` joins it with others. None is told as such, and never as an absence."""
    said = "undetermined" if value is None else line(str(value), VALUE) or NOTHING
    return present(
        {
            "name": name,
            "ns": NAMESPACE,
            "value": said,
            "class": kind,
            "group": group,
            "remarks": remarks and markup(remarks),
        }
    )


def markup(text: str, limit: int = LINE) -> str:
    """A text in one line, where OSCAL reads Markdown."""
    return markdown(line(text, limit)) or NOTHING


def sentence(words: Text, language: Language, **values: str) -> str:
    """A sentence of the catalogue in one line, where OSCAL reads Markdown."""
    return markup(words.in_(language).format(**values))


def token(text: str) -> str:
    """An id as OSCAL's tokens are: they begin with no digit."""
    shown = _NO_TOKEN.sub(".", text)
    return shown if shown[:1].isalpha() else f"_{shown}"


def objective_id(statement: str) -> str:
    """The id of what a statement demands, by the statement's."""
    return f"{token(statement)}_obj"


def asset_uuid(report: AgencyReport, asset: str) -> str:
    """The name of an asset, in every run."""
    return uuid_of("asset", report.agency.id, asset)


def tool_uuid(report: AgencyReport, tool: str) -> str:
    """The name of a tool of a run."""
    return uuid_of("tool", tool, report.run.tools.get(tool, ""))


def policy_uuid(policy: Policy) -> str:
    """The name of a version of a policy."""
    return uuid_of("policy", policy.id, policy.version)


def fix_uuid(statement: Statement) -> str:
    """The name of what a policy advises for a control."""
    return uuid_of("fix", statement.policy.id, statement.policy.version, statement.id)
